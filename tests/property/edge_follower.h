/*
 * edge_follower -- somebody who knows nothing of alerts but their edges, and from
 * them what stands.
 */
#ifndef TUIJIN_TESTS_EDGE_FOLLOWER_H
#define TUIJIN_TESTS_EDGE_FOLLOWER_H

#include <string.h>

#include "core/fold.h"
#include "core/wire_alert.h"

#define FOLLOWER_ROOM 4096

struct followed {
	struct buf      data; /* of the alert, as on the wire */
	char            topic[ALERT_TOPIC_SIZE];
	struct position position;
	int64_t         as_of_ms;
};

struct edge_follower {
	struct buf      edges; /* their data, one behind the other */
	struct followed standing[FOLLOWER_ROOM];
	uint32_t        count;
	const char     *wrong; /* the first edge that made no sense; or NULL */
};

/* Which one of those that stand this alert is, or the first free place. */
static inline uint32_t
follower_place(const struct edge_follower *w, const struct plan *p, const struct alert *alert)
{
	struct alert standing = *alert;
	char         topic[ALERT_TOPIC_SIZE];
	uint32_t     i = 0;

	standing.standing = true;
	alert_topic(p, &standing, topic);
	while (i < w->count && strcmp(w->standing[i].topic, topic) != 0)
		i++;
	return i;
}

/* What ended and was raised anew before it was taken is another alert, of later. */
static inline bool
is_later(const struct alert *alert, const struct followed *before)
{
	int order = position_compare(alert->position, before->position);

	return order > 0 || (order == 0 && alert->as_of_ms > before->as_of_ms);
}

static inline void
follower_put(struct edge_follower *w, const struct plan *p, const struct alert *alert, uint32_t i)
{
	struct followed *at = &w->standing[i];

	if (i == w->count)
		w->count++;
	else if (!is_later(alert, at))
		w->wrong = "raised twice";
	buf_reset(&at->data);
	wire_alert_pack(&at->data, p, alert);
	alert_topic(p, alert, at->topic);
	at->position = alert->position;
	at->as_of_ms = alert->as_of_ms;
}

static inline void
follower_end(struct edge_follower *w, uint32_t i)
{
	struct followed last;

	if (i == w->count) {
		w->wrong = "ended without being raised";
		return;
	}
	last = w->standing[--w->count];
	w->standing[w->count] = w->standing[i];
	w->standing[i] = last;
	buf_fini(&w->standing[w->count].data);
}

/* Takes all edges that there are. */
static inline void
follower_take(struct edge_follower *w, struct fold *f)
{
	const struct alert *alert;

	while ((alert = alerts_take_edge(fold_alerts(f))) != NULL) {
		uint32_t i = follower_place(w, fold_plan(f), alert);

		wire_alert_pack(&w->edges, fold_plan(f), alert);
		if (i == FOLLOWER_ROOM)
			w->wrong = "too many";
		else if (alert->standing)
			follower_put(w, fold_plan(f), alert, i);
		else
			follower_end(w, i);
	}
}

/* True if what stands, to the byte, is what the edges led to. */
static inline bool
follower_agrees(const struct edge_follower *w, const struct fold *f)
{
	const struct alert *alert;
	struct buf          data = {0};
	size_t              at = 0;
	uint32_t            count = 0;
	bool                same = w->wrong == NULL;

	while (same && (alert = alerts_standing(fold_alerts(f), &at)) != NULL) {
		uint32_t i = follower_place(w, fold_plan(f), alert);

		buf_reset(&data);
		wire_alert_pack(&data, fold_plan(f), alert);
		same = i < w->count && text_equal(buf_text(&data), buf_text(&w->standing[i].data));
		count++;
	}
	buf_fini(&data);
	return same && count == w->count;
}

static inline void
follower_fini(struct edge_follower *w)
{
	for (uint32_t i = 0; i < w->count; i++)
		buf_fini(&w->standing[i].data);
	buf_fini(&w->edges);
}

#endif
