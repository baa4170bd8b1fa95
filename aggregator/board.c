#include "aggregator/board.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/scope.h"
#include "core/wire_event.h"

struct board *
board_new(const struct plan *p)
{
	struct board *b = mem_zeroed(1, sizeof(*b));

	b->count = scope_count(p);
	b->topics = mem_zeroed(b->count, sizeof(b->topics[0]));
	for (uint32_t row = 0; row < b->count; row++) {
		char name[SCOPE_TOPIC_SIZE];

		scope_topic(p, scope_at(p, row), name);
		b->topics[row].name = mem_copied(name, strlen(name));
	}
	return b;
}

void
board_free(struct board *b)
{
	if (b == NULL)
		return;
	for (uint32_t row = 0; row < b->count; row++) {
		free(b->topics[row].name);
		buf_fini(&b->topics[row].payload);
	}
	free(b->topics);
	free(b);
}

static void
put_up(struct board *b, struct board_topic *t, const struct summary *s, struct bus_socket *bus)
{
	struct text frames[2] = {text_of(t->name)};

	buf_reset(&t->payload);
	wire_summary_encode(&t->payload, frames[0], s);
	frames[1] = buf_text(&t->payload);
	b->digest -= t->digest;
	t->digest = wire_event_digest(frames[0], frames[1]);
	b->digest += t->digest;
	b->unkept += !t->unkept;
	t->unkept = true;
	if (bus == NULL)
		return;
	bus_publish(bus, frames, 2);
	b->published++;
}

bool
board_is_behind(const struct fold *f)
{
	return rollup_has_changed(fold_rollup(f), ROLLUP_BOARD) || alerts_has_edge(fold_alerts(f));
}

/* An alert's event under its topic: frames borrowed from name and payload. */
static void
render_alert(const struct plan *p, const struct alert *alert, char name[ALERT_TOPIC_SIZE],
    struct buf *payload, struct text frames[2])
{
	frames[0] = text_of(alert_topic(p, alert, name));
	buf_reset(payload);
	wire_alert_encode(payload, frames[0], p, alert);
	frames[1] = buf_text(payload);
}

static void
publish_alerts(struct board *b, struct fold *f, struct bus_socket *bus)
{
	const struct alert *alert;
	struct buf          payload = {0};

	while ((alert = alerts_take_edge(fold_alerts(f))) != NULL) {
		char        name[ALERT_TOPIC_SIZE];
		struct text frames[2];

		if (bus == NULL)
			continue;
		render_alert(fold_plan(f), alert, name, &payload, frames);
		bus_publish(bus, frames, 2);
		b->published++;
	}
	buf_fini(&payload);
}

void
board_publish(struct board *b, struct fold *f, struct bus_socket *bus)
{
	struct rollup *r = fold_rollup(f);
	uint32_t       row;

	while ((row = rollup_take_changed(r, ROLLUP_BOARD)) != PLAN_NONE) {
		struct summary s;

		rollup_summary(r, row, &s);
		put_up(b, &b->topics[row], &s, bus);
	}
	publish_alerts(b, f, bus);
}

static bool
begins_with(struct text name, struct text prefix)
{
	return name.len >= prefix.len &&
	    (prefix.len == 0 || memcmp(name.at, prefix.at, prefix.len) == 0);
}

static uint64_t
answer_alerts(const struct fold *f, struct text inbox, struct text prefix, struct bus_socket *bus)
{
	const struct alert *alert;
	struct buf          payload = {0};
	uint64_t            sent = 0;
	size_t              at = 0;

	while ((alert = alerts_standing(fold_alerts(f), &at)) != NULL) {
		char        name[ALERT_TOPIC_SIZE];
		struct text frames[3] = {inbox};

		if (!begins_with(text_of(alert_topic(fold_plan(f), alert, name)), prefix))
			continue;
		render_alert(fold_plan(f), alert, name, &payload, &frames[1]);
		bus_publish(bus, frames, 3);
		sent++;
	}
	buf_fini(&payload);
	return sent;
}

uint64_t
board_answer(const struct board *b, const struct fold *f, struct text inbox, struct text prefix,
    struct bus_socket *bus)
{
	uint64_t sent = 0;

	for (uint32_t row = 0; row < b->count; row++) {
		const struct board_topic *t = &b->topics[row];
		struct text               name = text_of(t->name);
		struct text               frames[3] = {inbox, name, buf_text(&t->payload)};

		if (t->payload.len == 0 || !begins_with(name, prefix))
			continue;
		bus_publish(bus, frames, 3);
		sent++;
	}
	return sent + (f != NULL ? answer_alerts(f, inbox, prefix, bus) : 0);
}

void
board_mark_kept(struct board *b, uint32_t row)
{
	b->unkept -= b->topics[row].unkept;
	b->topics[row].unkept = false;
}

void
board_mark_unkept(struct board *b)
{
	b->unkept = 0;
	for (uint32_t row = 0; row < b->count; row++) {
		b->topics[row].unkept = b->topics[row].payload.len > 0;
		b->unkept += b->topics[row].unkept;
	}
}
