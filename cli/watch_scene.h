/*
 * watch_scene -- what a watcher knows of a plan: the last summary of every scope, the
 * alerts that stand, what has just changed, how fast news come and whether they still do.
 *
 * Fed with events and with the time; knows no socket, no clock and no terminal.
 */
#ifndef TUIJIN_CLI_WATCH_SCENE_H
#define TUIJIN_CLI_WATCH_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/seen.h"
#include "core/alert.h"
#include "core/plan.h"
#include "core/scope.h"
#include "core/summary.h"
#include "core/wire_event.h"

#define SCENE_STALE_MS 3000 /* without a tick; there is one every second */
#define SCENE_FEED_MAX 500
#define SCENE_SECONDS  60 /* of which the events are counted one by one */
#define SCENE_WHY_SIZE 200

struct scene_now {
	int64_t mono_ms, wall_ms;
};

/* What an agency says of a task. */
struct scene_part {
	char              agency[PLAN_ID_MAX + 1];
	bool              lead;
	enum report_state state;
	uint32_t          percent;
	int64_t           at_ms, received_ms; /* of no meaning while unreported */
};

struct scene_scope {
	char            name[SCOPE_NAME_SIZE];
	char            key[SCOPE_KEY_SIZE];
	enum scope_kind kind;
	bool            known;   /* its summary has come; else only an alert or a word of it */
	struct summary  summary; /* without texts and parts */

	struct scene_part *parts; /* owned; of a task */
	uint32_t           part_count;

	int64_t  since_ms[ALARMS]; /* of the alerts that stand; 0: it does not */
	int64_t  moved_ms;         /* monotonic: when its percent last moved; 0: not so far */
	bool     rose;             /* that was upwards */
	int64_t  heard_ms;   /* the newest word of a task or an agency was received; 0: none */
	uint32_t heard_task; /* the number of the task of an agency's newest word */

	/* As scene_settle() finds them. */
	size_t              slot;   /* its index in the scene's scopes */
	struct scene_scope *above;  /* the section or chapter it is in; NULL: none, or unknown */
	uint32_t            order;  /* its place in the plan; behind all others where unknown */
	int64_t             cost;   /* of a task: weight * (percent - expected) */
	int64_t             points; /* the same as hundredths of a point of the overall gap */
};

enum scene_news {
	SCENE_SAID,    /* an agency's word, older than the watching */
	SCENE_CHANGED, /* a scope's figures */
	SCENE_ALERT,   /* raised or ended */
	SCENE_STALE,
	SCENE_BACK,
	SCENE_REVISED /* another revision of the plan is in force */
};

/* One thing that happened. */
struct scene_item {
	uint64_t            number; /* rises from 1 */
	enum scene_news     news;
	int64_t             wall_ms;
	enum scope_kind     kind;
	char                name[SCOPE_NAME_SIZE], key[SCOPE_KEY_SIZE];
	bool                was_known;
	struct seen_figures was, now;
	struct judgement    judgement;
	char                agency[PLAN_ID_MAX + 1]; /* who spoke; "": nobody did */
	uint32_t            others;                  /* who spoke besides */
	uint32_t            percent;                 /* what was said, basis points */
	enum alarm          what;
	bool                standing, meantime; /* ended unheard */
	uint32_t            revision;
};

struct scene {
	char              *plan_id; /* owned */
	const struct plan *plan;    /* borrowed; NULL: none, so there are no titles and places */
	struct scene_scope   *
            *scopes; /* owned; sorted: overall, chapters, sections, tasks, agencies */
	size_t count, room;
	bool   settled;

	struct scene_item *feed; /* owned; number n is at (n - 1) % SCENE_FEED_MAX */
	uint64_t           told; /* the newest's number */

	bool             whole;    /* a snapshot has been */
	uint32_t         revision; /* of the plan, as the newest summary tells */
	bool             ticked;
	struct tick      tick;  /* the last; without texts */
	struct scene_now heard; /* when it came; before: when watching began */
	bool             stale;
	int64_t differs_ms; /* monotonic: since when the copy is not the aggregator's; 0: it is */
	bool    in_step;    /* it is, or has not differed for long */
	int64_t store_gone_ms;       /* wall; 0: it is there */
	char    why[SCENE_WHY_SIZE]; /* there is no session; "" */

	uint32_t seconds[SCENE_SECONDS]; /* events, by second of the monotonic clock */
	int64_t  second;                 /* the newest of them */
	uint64_t events;                 /* in all */
};

struct scene *scene_new(const char *plan_id, const struct plan *p, struct scene_now now);
void          scene_free(struct scene *b); /* NULL is fine */

/* Goes on with another revision of the plan; the former may be freed then. */
void scene_use_plan(struct scene *b, const struct plan *p);

/* A summary, an alert or a tick has come. */
void scene_take(struct scene *b, const struct event *ev, struct scene_now now);

/* A whole snapshot has come in: drops the scopes and ends the alerts whose topics
 * (of the plan: "task/27/", "alert/overdue/task/27/") the copy does not have. */
typedef bool scene_has_fn(void *copy, const char *topic);
void         scene_snapshot(struct scene *b, scene_has_fn *has, void *copy, struct scene_now now);

/* Time has passed. why: what is in the way of a session, "" for nothing. */
void scene_pass(struct scene *b, const char *why, bool in_step, struct scene_now now);

/* Finds anew where everything is and what it costs, if that may have changed. */
void scene_settle(struct scene *b);

/* NULL: not known. */
const struct scene_scope *scene_scope(const struct scene *b, const char *name);
const struct scene_scope *scene_overall(const struct scene *b);

/* The item of that number, NULL where it is no more. */
const struct scene_item *scene_item(const struct scene *b, uint64_t number);

/* The title the plan gives a scope, empty where there is none; an agency's, or its id. */
struct plan_title scene_title(const struct scene *b, const struct scene_scope *s);
struct plan_title scene_agency(const struct scene *b, const char *id);

/* Minutes from UTC of the plan's times. */
int scene_offset(const struct scene *b);

bool scene_is_live(const struct scene *b);

/* Red or yellow, or an alert stands: of a task. */
bool scene_is_concern(const struct scene_scope *s);

/* Hundredths of events a second, over the last `seconds` whole ones. */
uint32_t scene_rate(const struct scene *b, int64_t mono_ms, int seconds);

/* Events in the second that began so many seconds ago; 0 is the one going on. */
uint32_t scene_second(const struct scene *b, int64_t mono_ms, int ago);

#endif
