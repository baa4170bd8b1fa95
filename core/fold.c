#include "core/fold.h"

#include <stdlib.h>

#include "core/calendar.h"
#include "core/mem.h"
#include "core/plan_yaml.h"
#include "core/wire_checkpoint.h"
#include "core/wire_record.h"

struct fold {
	struct fold_rules    rules;
	struct wire_records *decoder; /* owned, like all below */
	struct plan         *plan;
	struct rollup       *rollup;
	struct alerts       *alerts;
	uint64_t             number;
	struct position      position;
	int32_t              ledger_day;
	struct fold_counters counters;
};

struct fold *
fold_new(const struct fold_rules *rules)
{
	struct fold *f = mem_zeroed(1, sizeof(*f));

	f->rules = *rules;
	f->decoder = wire_records_new();
	return f;
}

void
fold_free(struct fold *f)
{
	if (f == NULL)
		return;
	alerts_free(f->alerts);
	rollup_free(f->rollup);
	plan_free(f->plan);
	wire_records_free(f->decoder);
	free(f);
}

bool
fold_has_begun(const struct fold *f)
{
	return f != NULL && f->rollup != NULL;
}

static bool
by_ledger(const struct fold *f)
{
	return f->rules.today == FOLD_BY_LEDGER;
}

static void
check_alerts(struct fold *f, int64_t instant_ms)
{
	if (f->alerts != NULL)
		alerts_check(f->alerts, f->rollup, instant_ms);
}

/* The instant of an entry, on the day that it is folded as of. */
static int64_t
instant_of(const struct fold *f, struct position position)
{
	int64_t from_ms = calendar_day_start(rollup_today(f->rollup), f->plan->utc_offset_min);
	int64_t last_ms = from_ms + CALENDAR_DAY_MS - 1;

	if (position.ms > (uint64_t)INT64_MAX || (int64_t)position.ms > last_ms)
		return last_ms;
	return (int64_t)position.ms < from_ms ? from_ms : (int64_t)position.ms;
}

static int32_t
day_of(const struct plan *p, struct position position)
{
	return calendar_day_at(position.ms > (uint64_t)INT64_MAX ? INT64_MAX : (int64_t)position.ms,
	    p->utc_offset_min);
}

/* One day is over. */
static void
turn_once(struct fold *f, int32_t to)
{
	if (f->rules.on_day != NULL)
		f->rules.on_day(f->rules.context, f, rollup_today(f->rollup));
	rollup_turn(f->rollup, to);
	check_alerts(f, calendar_day_start(to, f->plan->utc_offset_min));
}

bool
fold_turn_day(struct fold *f, int32_t today)
{
	int32_t day;

	if (!fold_has_begun(f) || rollup_today(f->rollup) >= today)
		return true;
	day = rollup_today(f->rollup);
	turn_once(f, (int64_t)today - day > FOLD_LEAP_MAX ? today : day + 1);
	return rollup_today(f->rollup) >= today;
}

void
fold_turn(struct fold *f, int32_t today)
{
	if (by_ledger(f)) {
		while (!fold_turn_day(f, today))
			;
	} else if (fold_has_begun(f)) {
		f->rules.today = today;
		rollup_turn(f->rollup, today);
		check_alerts(f, calendar_day_start(today, f->plan->utc_offset_min));
	}
}

int32_t
fold_day_of(const struct fold *f, struct position position)
{
	return day_of(f->plan, position);
}

int32_t
fold_ledger_day(const struct fold *f)
{
	return f->ledger_day;
}

/* The first of a ledger. */
static void
begin(struct fold *f, struct plan *p, struct position position)
{
	f->rollup = rollup_new(p, position, by_ledger(f) ? day_of(p, position) : f->rules.today);
	f->alerts = f->rules.alerts ? alerts_new(p) : NULL;
	f->plan = p;
	f->ledger_day = day_of(p, position);
}

/* How alerts end that have no scope of their own in plan p. */
static struct alert_end
end_at(const struct fold *f, const struct plan *p, struct position position)
{
	return (struct alert_end){
	    .instant_ms = instant_of(f, position),
	    .as_of_ms = calendar_day_start(rollup_today(f->rollup), p->utc_offset_min),
	    .position = position,
	    .revision = p->revision,
	};
}

static void
rebase(struct fold *f, struct plan *p, struct position position)
{
	struct rollup   *rollup = rollup_rebased(f->rollup, p, position);
	struct alert_end how = end_at(f, p, position);

	rollup_free(f->rollup);
	f->rollup = rollup;
	if (f->alerts != NULL)
		alerts_rebase(f->alerts, p, &how);
	plan_free(f->plan);
	f->plan = p;
}

static void
follow_on(struct fold *f, const struct alerts *former, struct position position)
{
	struct alert_end how = end_at(f, f->plan, position);

	if (f->alerts != NULL && former != NULL)
		alerts_follow_on(f->alerts, former, &how);
}

void
fold_follow_on(struct fold *f, const struct fold *former)
{
	follow_on(f, former->alerts, f->position);
}

/* Who was told of alerts hears that they are no more. */
static void
begin_again(struct fold *f, struct plan *p, struct position position)
{
	struct alerts *former = f->alerts;

	rollup_free(f->rollup);
	plan_free(f->plan);
	begin(f, p, position);
	follow_on(f, former, position);
	alerts_free(former);
}

/* Revisions rise along a ledger: one that does not is the first of a new ledger, in
 * a Redis that was emptied while someone was looking. */
static int
fold_plan_entry(struct fold *f, const struct ledger_entry *entry, struct err *e)
{
	struct plan *p;

	if (f->plan != NULL && (int64_t)entry->position.ms > f->rules.until_ms)
		return 0;
	p = plan_yaml_parse_stored(entry->yaml, e);
	if (p == NULL) {
		err_wrap(e, "plan as loaded");
		return -1;
	}
	if (f->rollup != NULL && f->plan->revision < p->revision)
		rebase(f, p, entry->position);
	else
		begin_again(f, p, entry->position);
	f->number++;
	if (f->rules.on_revision != NULL)
		f->rules.on_revision(f->rules.context, f, entry);
	return 0;
}

static void
apply(struct fold *f, const struct record *rec, struct position position)
{
	enum rollup_effect effect;

	if (rec->report.at_ms > f->rules.until_ms)
		return;
	effect = rollup_apply(f->rollup, rec, position);
	f->counters.stale += effect == ROLLUP_STALE;
	f->counters.foreign += effect == ROLLUP_FOREIGN;
	if (f->rules.on_record != NULL)
		f->rules.on_record(f->rules.context, f, rec, position, effect);
}

static int
fold_records(struct fold *f, const struct ledger_entry *entry, struct err *e)
{
	struct text   bytes = entry->records;
	struct record rec;
	int           rc = 0;

	if (f->rollup == NULL)
		return err_fail(e, ERR_INPUT, "the ledger begins without a plan revision");
	while (bytes.len > 0) {
		rc = wire_record_decode(f->decoder, &bytes, &rec, NULL, e);
		if (rc != 0)
			break;
		apply(f, &rec, entry->position);
		f->counters.records++;
	}
	rollup_settle(f->rollup); /* of a broken entry too: summaries may be asked for */
	return rc;
}

static void
turn_by_ledger(struct fold *f, int32_t day)
{
	if (day > f->ledger_day)
		f->ledger_day = day;
	fold_turn(f, day);
}

int
fold_entry(struct fold *f, const struct ledger_entry *entry, struct err *e)
{
	int rc;

	if (by_ledger(f) && fold_has_begun(f))
		turn_by_ledger(f, day_of(f->plan, entry->position));
	rc = entry->yaml.at != NULL ? fold_plan_entry(f, entry, e) : fold_records(f, entry, e);
	if (rc != 0)
		return -1;
	check_alerts(f, instant_of(f, entry->position));
	f->position = entry->position;
	f->counters.entries++;
	return 0;
}

struct rollup *
fold_rollup(const struct fold *f)
{
	return f->rollup;
}

const struct plan *
fold_plan(const struct fold *f)
{
	return f->plan;
}

struct alerts *
fold_alerts(const struct fold *f)
{
	return f->alerts;
}

uint64_t
fold_number(const struct fold *f)
{
	return f->number;
}

struct position
fold_position(const struct fold *f)
{
	return f->position;
}

struct fold_counters
fold_counters(const struct fold *f)
{
	return f->counters;
}

void
fold_save(const struct fold *f, struct buf *out)
{
	wire_checkpoint_encode(out, f->rollup, f->alerts, f->position);
}

struct fold *
fold_restore(const struct fold_rules *rules, struct plan *p, struct text checkpoint, struct err *e)
{
	struct fold *f = fold_new(rules);

	f->plan = p;
	f->number = 1;
	f->rollup =
	    wire_checkpoint_decode(checkpoint.at, checkpoint.len, p, &f->position, &f->alerts, e);
	if (f->rollup == NULL) {
		fold_free(f);
		return NULL;
	}
	f->ledger_day = day_of(p, f->position);
	if (!rules->alerts) {
		alerts_free(f->alerts);
		f->alerts = NULL;
	}
	if (!by_ledger(f))
		fold_turn(f, rules->today);
	return f;
}
