#include "cli/picture.h"

#include <stdlib.h>

#include "cli/loaded.h"
#include "cli/picture_words.h"
#include "cli/scan.h"
#include "common/clock.h"
#include "core/calendar.h"
#include "core/mem.h"

/* A revision that had more tasks than the next one. */
struct lost_task {
	uint32_t tasks, revision;
	int32_t  until; /* the day on which the next one came into force */
};

struct picture {
	struct fold          *fold;  /* owned */
	struct picture_words *words; /* owned */
	int64_t               now_ms;
	int                   offset_min; /* of the request's times */
	bool                  ahead;
	struct lost_task     *lost; /* owned; the revisions that dropped some, oldest first */
	size_t                lost_count;
	uint32_t              revision, tasks; /* of the newest revision folded */
};

int
picture_request_read(const char *plan, const char *as_of, const char *known_at, const char *today,
    struct picture_request *request, struct err *e)
{
	int32_t day;

	*request = (struct picture_request){.plan = plan};
	if (moment_parse_time("as-of", as_of, &request->as_of, e) != 0 ||
	    moment_parse("known-at", known_at, &request->known_at, e) != 0)
		return -1;
	if (today != NULL && *today != '\0')
		request->today = today;
	return request->today != NULL ? moment_parse_day("today", today, &day, e) : 0;
}

static void
keep_word(void *context, struct fold *f, const struct record *rec, struct position position,
    enum rollup_effect effect)
{
	struct picture *p = context;

	(void)f;
	(void)effect;
	picture_words_keep(p->words, position, rec);
}

static void
keep_revision(void *context, struct fold *f, const struct ledger_entry *entry)
{
	struct picture    *p = context;
	const struct plan *plan = fold_plan(f);

	if (p->tasks > plan->task_count) {
		p->lost = mem_resized(p->lost, p->lost_count + 1, sizeof(p->lost[0]));
		p->lost[p->lost_count++] =
		    (struct lost_task){p->tasks, p->revision, fold_day_of(f, entry->position)};
	}
	p->revision = plan->revision;
	p->tasks = plan->task_count;
}

bool
picture_lost_task(const struct picture *p, uint32_t number, uint32_t *revision, int32_t *until)
{
	for (size_t i = p->lost_count; i-- > 0;) {
		if (p->lost[i].tasks < number)
			continue;
		*revision = p->lost[i].revision;
		*until = p->lost[i].until;
		return true;
	}
	return false;
}

static int
fold_next(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct picture *p = context;

	return fold_entry(p->fold, entry, e);
}

/* The moment asked for, or NULL: now. */
static const struct moment *
moment_of(const struct picture_request *q)
{
	const struct moment *m = q->as_of.kind != MOMENT_NONE ? &q->as_of : &q->known_at;

	return m->kind != MOMENT_NONE ? m : NULL;
}

/* The day to evaluate for, in days of that offset. */
static int
choose_day(
    const struct picture_request *q, int64_t now_ms, int offset_min, int32_t *day, struct err *e)
{
	const struct moment *m = moment_of(q);

	if (q->today != NULL)
		return moment_parse_day("today", q->today, day, e);
	*day = m != NULL ? moment_day(m, offset_min) : calendar_day_at(now_ms, offset_min);
	return 0;
}

/* Whether something asked for has not begun yet. */
static bool
is_ahead(const struct picture_request *q, int64_t now_ms, int offset_min, int32_t today)
{
	const struct moment *moments[] = {&q->as_of, &q->known_at};

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++)
		if (moments[i]->kind != MOMENT_NONE &&
		    moment_start_ms(moments[i], offset_min) > now_ms)
			return true;
	return today > calendar_day_at(now_ms, offset_min);
}

/* The last entry that was known then. Returns false if there can be none. */
static bool
last_known(const struct moment *known_at, int offset_min, struct position *until)
{
	int64_t ms;

	*until = (struct position){0};
	if (known_at->kind == MOMENT_NONE)
		return true;
	if (known_at->kind == MOMENT_POSITION) {
		*until = known_at->position;
		return !position_is_zero(*until);
	}
	ms = moment_ms(known_at, offset_min);
	*until = (struct position){(uint64_t)ms, UINT64_MAX};
	return ms >= 0;
}

static int
stop_at_first(void *context, const struct ledger_entry *entry, struct err *e)
{
	(void)e;
	*(struct position *)context = entry->position;
	return 1;
}

static int
nothing_known(struct store *store, const struct plan *now, struct err *e)
{
	struct position first = {0};
	char            moment[CALENDAR_INSTANT_SIZE], position[POSITION_SIZE];
	struct scan     begin = {.store = store,
		.plan = now->id,
		.quiet = true,
		.each = stop_at_first,
		.context = &first};

	if (scan_ledger(&begin, e) != 0)
		return -1;
	if (position_is_zero(first))
		return err_fail(e, ERR_INPUT, "plan %s: its ledger is empty", now->id);
	return err_fail(e, ERR_INPUT,
	    "--known-at: plan %s was loaded on %s (position %s); nothing was known before", now->id,
	    calendar_format_local((int64_t)first.ms, now->utc_offset_min, moment),
	    position_format(first, position));
}

/* `now` is the plan in force now. */
static int
fold_it(struct picture *p, struct store *store, const struct plan *now,
    const struct picture_request *q, struct err *e)
{
	int                  offset_min = now->utc_offset_min;
	const struct moment *m = moment_of(q);
	struct scan       scan = {.store = store, .plan = now->id, .each = fold_next, .context = p};
	struct fold_rules rules = {.until_ms = INT64_MAX,
	    .context = p,
	    .on_record = keep_word,
	    .on_revision = keep_revision};

	p->offset_min = offset_min;
	p->now_ms = m != NULL ? moment_ms(m, offset_min) : clock_wall_ms();
	if (choose_day(q, p->now_ms, offset_min, &rules.today, e) != 0)
		return -1;
	if (q->as_of.kind != MOMENT_NONE)
		rules.until_ms = p->now_ms;
	p->fold = fold_new(&rules);
	if (last_known(&q->known_at, offset_min, &scan.until) && scan_ledger(&scan, e) != 0)
		return -1;
	if (fold_plan(p->fold) == NULL)
		return nothing_known(store, now, e);
	offset_min = fold_plan(p->fold)->utc_offset_min;
	if (choose_day(q, p->now_ms, offset_min, &rules.today, e) != 0)
		return -1;
	p->ahead = is_ahead(q, clock_wall_ms(), offset_min, rules.today);
	fold_turn(p->fold, rules.today);
	return 0;
}

struct picture *
picture_take(struct store *store, const struct picture_request *request, struct err *e)
{
	struct plan    *now = loaded_plan(store, request->plan, e);
	struct picture *p = NULL;

	if (now == NULL)
		return NULL;
	p = mem_zeroed(1, sizeof(*p));
	p->words = picture_words_new();
	if (fold_it(p, store, now, request, e) != 0) {
		picture_free(p);
		p = NULL;
	}
	plan_free(now);
	return p;
}

void
picture_free(struct picture *p)
{
	if (p == NULL)
		return;
	fold_free(p->fold);
	picture_words_free(p->words);
	free(p->lost);
	free(p);
}

struct fold *
picture_fold(const struct picture *p)
{
	return p->fold;
}

struct rollup *
picture_rollup(const struct picture *p)
{
	return fold_rollup(p->fold);
}

const struct plan *
picture_plan(const struct picture *p)
{
	return fold_plan(p->fold);
}

int64_t
picture_now_ms(const struct picture *p)
{
	return p->now_ms;
}

bool
picture_is_ahead(const struct picture *p)
{
	return p->ahead;
}

int
picture_offset_min(const struct picture *p)
{
	return p->offset_min;
}

const struct picture_word *
picture_word(const struct picture *p, uint32_t obligation)
{
	const struct plan            *plan = picture_plan(p);
	const struct plan_obligation *o = &plan->obligations[obligation];

	return picture_words_said(
	    p->words, plan->tasks[o->task].number, text_of(plan->agencies[o->agency].id));
}

const struct picture_word *
picture_ruling(const struct picture *p, uint32_t task)
{
	return picture_words_ruled(p->words, picture_plan(p)->tasks[task].number);
}
