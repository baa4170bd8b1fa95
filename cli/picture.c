#include "cli/picture.h"

#include <stdlib.h>

#include "cli/loaded.h"
#include "cli/picture_words.h"
#include "cli/scan.h"
#include "common/clock.h"
#include "core/calendar.h"
#include "core/mem.h"

struct picture {
	struct fold          *fold;  /* owned */
	struct picture_words *words; /* owned */
	int64_t               now_ms;
	int                   offset_min; /* of the request's times */
};

static int
read_day(const char *today, int32_t *day, struct err *e)
{
	char shown[60];

	if (calendar_parse_date(text_of(today), day))
		return 0;
	return err_fail(e, ERR_USAGE, "--today: got '%s', expected YYYY-MM-DD",
	    text_escape(text_of(today), shown, sizeof(shown)));
}

int
picture_request_read(const char *plan, const char *as_of, const char *known_at, const char *today,
    struct picture_request *request, struct err *e)
{
	int32_t day;

	*request = (struct picture_request){.plan = plan};
	if (moment_parse("as-of", as_of, &request->as_of, e) != 0 ||
	    moment_parse("known-at", known_at, &request->known_at, e) != 0)
		return -1;
	if (request->as_of.kind == MOMENT_POSITION)
		return err_fail(e, ERR_USAGE,
		    "--as-of: got the ledger position '%.44s', expected YYYY-MM-DD or "
		    "YYYY-MM-DDTHH:MM; --known-at takes positions",
		    as_of);
	if (today != NULL && *today != '\0')
		request->today = today;
	return request->today != NULL ? read_day(today, &day, e) : 0;
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
		return read_day(q->today, day, e);
	*day = m != NULL ? moment_day(m, offset_min) : calendar_day_at(now_ms, offset_min);
	return 0;
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
	struct fold_rules rules = {.until_ms = INT64_MAX, .context = p, .on_record = keep_word};

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
