#include "dashboard/chronicle.h"

#include <stdlib.h>

#include "core/mem.h"
#include "dashboard/chronicle_days.h"
#include "dashboard/chronicle_records.h"

struct chronicle {
	struct fold              *fold; /* owned, like all below */
	struct chronicle_records *records;
	struct chronicle_days    *days;
	uint32_t                  revision; /* in force; 0: none */

	/* An entry that can be read in part is given again. */
	struct position position;   /* of the one given last */
	uint32_t        told, kept; /* records of it, now and before */
};

static void
keep_record(void *context, struct fold *f, const struct record *rec, struct position position,
    enum rollup_effect effect)
{
	struct chronicle *c = context;

	(void)f;
	if (c->told++ >= c->kept)
		chronicle_records_add(c->records, position, rec, effect == ROLLUP_FOREIGN);
}

/* As the fold does: a revision that is no later one begins another ledger. */
static void
begin(struct chronicle *c)
{
	chronicle_records_free(c->records);
	chronicle_days_free(c->days);
	c->records = chronicle_records_new();
	c->days = chronicle_days_new();
}

static void
keep_revision(void *context, struct fold *f, const struct ledger_entry *entry)
{
	struct chronicle  *c = context;
	const struct plan *p = fold_plan(f);

	(void)entry;
	if (p->revision <= c->revision)
		begin(c);
	c->revision = p->revision;
	chronicle_days_follow(c->days, p);
}

static void
keep_day(void *context, struct fold *f, int32_t day)
{
	struct chronicle *c = context;

	(void)day;
	chronicle_days_add(c->days, fold_rollup(f));
}

struct chronicle *
chronicle_new(void)
{
	struct chronicle       *c = mem_zeroed(1, sizeof(*c));
	const struct fold_rules rules = {
	    .today = FOLD_BY_LEDGER,
	    .until_ms = INT64_MAX,
	    .context = c,
	    .on_record = keep_record,
	    .on_revision = keep_revision,
	    .on_day = keep_day,
	};

	begin(c);
	c->fold = fold_new(&rules);
	return c;
}

void
chronicle_free(struct chronicle *c)
{
	if (c == NULL)
		return;
	fold_free(c->fold);
	chronicle_records_free(c->records);
	chronicle_days_free(c->days);
	free(c);
}

int
chronicle_entry(struct chronicle *c, const struct ledger_entry *entry, struct err *e)
{
	bool again = position_compare(entry->position, c->position) == 0;

	if (!again)
		c->kept = 0;
	else if (c->told > c->kept)
		c->kept = c->told;
	c->told = 0;
	c->position = entry->position;
	return fold_entry(c->fold, entry, e);
}

void
chronicle_turn(struct chronicle *c, int32_t today)
{
	fold_turn(c->fold, today);
}

struct fold *
chronicle_fold(const struct chronicle *c)
{
	return c->fold;
}

const struct plan *
chronicle_plan(const struct chronicle *c)
{
	return fold_plan(c->fold);
}

const struct chronicle_item *
chronicle_word(const struct chronicle *c, uint32_t obligation)
{
	const struct plan            *p = chronicle_plan(c);
	const struct plan_obligation *o = &p->obligations[obligation];

	return chronicle_records_word(
	    c->records, p->tasks[o->task].number, text_of(p->agencies[o->agency].id));
}

const struct chronicle_item *
chronicle_ruling(const struct chronicle *c, uint32_t task)
{
	return chronicle_records_ruling(c->records, chronicle_plan(c)->tasks[task].number);
}

uint64_t
chronicle_count(const struct chronicle *c, uint32_t task)
{
	return chronicle_records_count(c->records, task);
}

const struct chronicle_item *
chronicle_item(const struct chronicle *c, uint32_t task, size_t i)
{
	return chronicle_records_item(c->records, task, i);
}

size_t
chronicle_days(const struct chronicle *c)
{
	return chronicle_days_count(c->days);
}

int32_t
chronicle_day(const struct chronicle *c, size_t i)
{
	return chronicle_days_day(c->days, i);
}

bool
chronicle_point(
    const struct chronicle *c, size_t i, const char *scope, struct chronicle_point *point)
{
	return chronicle_days_point(c->days, i, scope, point);
}

void
chronicle_point_now(const struct chronicle *c, uint32_t row, struct chronicle_point *point)
{
	chronicle_point_of(fold_rollup(c->fold), row, point);
}
