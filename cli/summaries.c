#include "cli/summaries.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/loaded.h"
#include "common/ledger.h"
#include "core/mem.h"
#include "core/wire_event.h"

void
scope_list_add(struct scope_list *l, enum scope_kind kind, uint32_t index)
{
	if (l->count == l->room) {
		l->room = l->room == 0 ? 64 : l->room * 2;
		l->at = mem_resized(l->at, l->room, sizeof(l->at[0]));
	}
	l->at[l->count++] = (struct scope){kind, index};
}

static void
add_tasks(struct scope_list *l, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		scope_list_add(l, SCOPE_TASK, first + i);
}

static void
below_chapter(struct scope_list *l, const struct plan *p, const struct plan_chapter *c)
{
	if (c->section_count == 0)
		add_tasks(l, c->first_task, c->task_count);
	for (uint32_t i = 0; i < c->section_count; i++) {
		const struct plan_section *s = &p->sections[c->first_section + i];

		scope_list_add(l, SCOPE_SECTION, c->first_section + i);
		add_tasks(l, s->first_task, s->task_count);
	}
}

void
scope_list_below(struct scope_list *l, const struct plan *p, struct scope top)
{
	const struct plan_agency *a;

	scope_list_add(l, top.kind, top.index);
	switch (top.kind) {
	case SCOPE_OVERALL:
		for (uint32_t i = 0; i < p->chapter_count; i++)
			scope_list_add(l, SCOPE_CHAPTER, i);
		break;
	case SCOPE_CHAPTER:
		below_chapter(l, p, &p->chapters[top.index]);
		break;
	case SCOPE_SECTION:
		add_tasks(l, p->sections[top.index].first_task, p->sections[top.index].task_count);
		break;
	case SCOPE_AGENCY:
		a = &p->agencies[top.index];
		for (uint32_t i = 0; i < a->obligation_count; i++)
			scope_list_add(l, SCOPE_TASK, p->obligations[a->obligations[i]].task);
		break;
	case SCOPE_TASK:
	case SCOPE_KINDS:
		break;
	}
}

struct summaries {
	const struct plan       *plan;
	const struct scope_list *list;
	struct store_reply      *reply;  /* owned */
	struct wire_reader      *reader; /* owned */
	struct event             event;
	int64_t                  kept;
};

/* HMGET tuijin:{p}:summary topic … */
static struct store_reply *
ask(struct store *s, const struct plan *p, const struct scope_list *list, struct err *e)
{
	char                key[LEDGER_KEY_SIZE];
	struct text        *args = mem_zeroed(list->count + 2, sizeof(*args));
	char               *topics = mem_zeroed(list->count, SCOPE_TOPIC_SIZE);
	struct store_reply *reply;

	args[0] = text_of("HMGET");
	args[1] = text_of(ledger_key(p->id, LEDGER_SUMMARY, key));
	for (size_t i = 0; i < list->count; i++)
		args[i + 2] = text_of(scope_topic(p, list->at[i], topics + i * SCOPE_TOPIC_SIZE));
	reply = store_call(s, LOADED_TIMEOUT_MS, e, args, list->count + 2);
	free(args);
	free(topics);
	return reply;
}

/* HLEN tuijin:{p}:summary; below 0 with *e. */
static int64_t
count_kept(struct store *s, const struct plan *p, struct err *e)
{
	char              key[LEDGER_KEY_SIZE];
	const struct text args[] = {
	    text_of("HLEN"), text_of(ledger_key(p->id, LEDGER_SUMMARY, key))};
	struct store_reply *reply = store_call(s, LOADED_TIMEOUT_MS, e, args, 2);
	int64_t             kept = reply == NULL ? -1 : store_reply_integer(reply);

	store_reply_free(reply);
	return kept;
}

struct summaries *
summaries_fetch(struct store *s, const struct plan *p, const struct scope_list *list, struct err *e)
{
	struct store_reply *reply = ask(s, p, list, e);
	struct summaries   *all;
	int64_t             kept;

	if (reply == NULL)
		return NULL;
	kept = count_kept(s, p, e);
	if (kept < 0) {
		store_reply_free(reply);
		return NULL;
	}
	all = mem_zeroed(1, sizeof(*all));
	*all = (struct summaries){.plan = p, .list = list, .reply = reply, .kept = kept};
	all->reader = wire_reader_new();
	return all;
}

void
summaries_free(struct summaries *s)
{
	if (s == NULL)
		return;
	store_reply_free(s->reply);
	wire_reader_free(s->reader);
	free(s);
}

int64_t
summaries_kept(const struct summaries *s)
{
	return s->kept;
}

struct text
summaries_payload(const struct summaries *s, size_t i)
{
	if (i >= store_reply_count(s->reply))
		return (struct text){0};
	return store_reply_text(store_reply_at(s->reply, i));
}

/* Fills *e with why the topic of list->at[i] has no summary that can be shown. */
static void
say_wrong(const struct summaries *s, size_t i, const char *why, struct err *e)
{
	char topic[SCOPE_TOPIC_SIZE];

	err_set(e, ERR_INPUT, "summary of %s %.180s; run 'tuijin verify'",
	    scope_topic(s->plan, s->list->at[i], topic), why);
}

/* Reads one that is there. */
static int
read_one(struct summaries *s, size_t i, struct err *e)
{
	struct text   payload = summaries_payload(s, i);
	struct event *ev = &s->event;
	struct scope  at = s->list->at[i];
	struct err    wrong = {0};
	char          key[SCOPE_KEY_SIZE], why[ERR_MESSAGE_MAX + 20];

	if (wire_event_decode(s->reader, payload.at, payload.len, ev, &wrong) != 0) {
		snprintf(why, sizeof(why), "cannot be read: %s", wrong.msg);
		say_wrong(s, i, why, e);
	} else if (ev->kind != EVENT_SUMMARY || ev->summary.kind != at.kind ||
	    !text_equal(ev->summary.key, text_of(scope_key(s->plan, at, key)))) {
		say_wrong(s, i, "is one of something else", e);
	} else {
		return 0;
	}
	return -1;
}

const struct summary *
summaries_at(struct summaries *s, size_t i, struct err *e)
{
	if (summaries_payload(s, i).at != NULL)
		return read_one(s, i, e) == 0 ? &s->event.summary : NULL;
	if (s->kept > 0)
		say_wrong(s, i, "is missing, though others are kept", e);
	else
		err_set(e, ERR_AGAIN,
		    "no summaries of %s are kept yet: does tuijin-aggregator run?", s->plan->id);
	return NULL;
}
