#include "cli/notify_follow.h"

#include <stdio.h>

#include "cli/notify_event.h"
#include "core/scope.h"

void
notify_follow_init(struct notify_follow *f, int64_t mono_ms)
{
	f->heard_ms = mono_ms;
	f->reader = wire_reader_new();
}

void
notify_follow_fini(struct notify_follow *f)
{
	wire_reader_free(f->reader);
	buf_fini(&f->body);
}

void
notify_follow_enter(struct notify_follow *f, struct text id, struct text body)
{
	for (size_t i = 0; i < f->books->count; i++) {
		struct notify_book  *book = &f->books->at[i];
		struct notify_entry *en = notify_queue_enter(book->queue, id, body);

		if (en != NULL)
			notify_state_note(f->state, book->name, en);
	}
}

/* What stands before we begin, as if it was told, to targets that have no past. */
static void
pass(struct notify_follow *f, struct text id, struct text body)
{
	for (size_t i = 0; i < f->books->count; i++) {
		struct notify_book  *book = &f->books->at[i];
		struct notify_entry *en = book->known ? notify_queue_enter(book->queue, id, body)
						      : notify_queue_pass(book->queue, id, body);

		if (en != NULL)
			notify_state_note(f->state, book->name, en);
	}
}

/* A light names nobody: of a task it is about all who have part in it. */
static bool
has_part(struct notify_follow *f, const struct alert *alert)
{
	char         topic[SCOPE_TOPIC_SIZE];
	struct text  payload;
	struct event ev;

	if (alert->what != ALARM_BEHIND || alert->kind != SCOPE_TASK)
		return false;
	snprintf(topic, sizeof(topic), "%s/task/%s/", f->plan, alert->key);
	payload = subscriber_payload(f->subscriber, text_of(topic));
	if (payload.at == NULL ||
	    wire_event_decode(f->reader, payload.at, payload.len, &ev, NULL) != 0 ||
	    ev.kind != EVENT_SUMMARY)
		return true; /* better once too often */
	for (uint32_t i = 0; i < ev.summary.part_count; i++)
		if (text_equal(ev.summary.parts[i].agency, text_of(f->agency)))
			return true;
	return false;
}

static bool
is_wanted(struct notify_follow *f, const struct alert *alert)
{
	if ((f->alarms & 1u << alert->what) == 0)
		return false;
	if (f->agency == NULL)
		return true;
	if (alert->kind == SCOPE_AGENCY)
		return strcmp(alert->key, f->agency) == 0;
	for (uint32_t i = 0; i < alert->agency_count; i++)
		if (strcmp(alert->agencies[i], f->agency) == 0)
			return true;
	return has_part(f, alert);
}

/* The end of what was told is told, whatever is wanted now. */
static void
take_alert(struct notify_follow *f, const struct event *ev, bool live)
{
	if (!notify_event_id_ok(ev) || (ev->alert.standing && !is_wanted(f, &ev->alert)))
		return;
	buf_reset(&f->body);
	notify_event_alert(&f->body, f->language, f->titles, ev);
	if (f->from_now && !live && !f->whole && ev->alert.standing)
		pass(f, ev->id, buf_text(&f->body));
	else
		notify_follow_enter(f, ev->id, buf_text(&f->body));
}

/* Whether an alert stands, by the copy. */
static bool
stands(const struct notify_follow *f, const struct notice_name *name)
{
	char topic[NOTICE_SUBJECT_SIZE + 1];
	char subject[NOTICE_SUBJECT_SIZE];

	snprintf(topic, sizeof(topic), "%s/", notice_subject(name, subject));
	return subscriber_payload(f->subscriber, text_of(topic)).at != NULL;
}

/* Returns whether it has to be looked at again, with another tick. */
static bool
settle_entry(struct notify_follow *f, struct notify_book *book, const struct notify_entry *en,
    const struct tick *tick, int64_t wall_ms)
{
	const struct notice *newest = notify_entry_newest(en);
	struct notice_name   name;
	struct notify_entry *changed;
	char                 id[NOTICE_ID_MAX + 1];

	notice_parse(text_of(newest->id), &name);
	if (name.kind != NOTICE_RAISED || stands(f, &name))
		return false;
	if (position_compare(name.position, tick->position) > 0 || name.as_of_ms > tick->as_of_ms)
		return true;
	buf_reset(&f->body);
	notice_end_id(&name, id);
	if (!notify_event_end(&f->body, text_of(newest->body), id, wall_ms))
		return false;
	changed = notify_queue_enter(book->queue, text_of(id), buf_text(&f->body));
	if (changed != NULL)
		notify_state_note(f->state, book->name, changed);
	return false;
}

/* Alerts that the copy no longer has ended unheard. */
static void
settle(struct notify_follow *f, const struct tick *tick, int64_t wall_ms)
{
	const struct notify_entry *en;
	bool                       again = false;

	for (size_t i = 0; i < f->books->count; i++) {
		struct notify_book *book = &f->books->at[i];

		for (size_t j = 0; (en = notify_queue_at(book->queue, j)) != NULL; j++)
			again |= settle_entry(f, book, en, tick, wall_ms);
	}
	f->settled = !again;
	f->up = true;
}

void
notify_follow_turn(struct notify_follow *f, int64_t mono_ms, int64_t wall_ms)
{
	const struct event  *ev;
	bool                 live;
	enum subscriber_news news;

	while ((news = subscriber_next(f->subscriber, mono_ms, &ev, &live)) != SUBSCRIBER_NOTHING) {
		if (news == SUBSCRIBER_ALERT) {
			take_alert(f, ev, live);
		} else if (news == SUBSCRIBER_SNAPSHOT) {
			f->whole = true;
			f->settled = false;
		} else if (news == SUBSCRIBER_TICK) {
			f->heard_ms = mono_ms;
			if (f->whole && !f->settled)
				settle(f, &ev->tick, wall_ms);
		}
	}
}
