#include "cli/trend_read.h"

#include <stdlib.h>

#include "cli/command.h"
#include "cli/loaded.h"
#include "common/ledger.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/wire_event.h"

#define PAGE        16    /* days of one question: of the largest plan some 20 MiB */
#define DAYS_AROUND 36600 /* a century before the plan and one behind it: no more is read */

struct reading {
	struct store      *store;
	const struct plan *plan;
	struct scope       scope;
	int32_t            since, until;
	char               key[LEDGER_KEY_SIZE];
	struct trend      *trend;
};

static int
compare_days(const void *a, const void *b)
{
	int32_t x = ((const struct trend_day *)a)->day, y = ((const struct trend_day *)b)->day;

	return (x > y) - (x < y);
}

/* A day far from the plan is no day of its trend, whoever wrote it. */
static bool
is_near(const struct plan *p, int32_t day)
{
	return day >= p->starts - DAYS_AROUND && day <= p->ends + DAYS_AROUND;
}

/* Which days there are: without their points yet, in order. */
static int
read_names(struct reading *r, struct err *e)
{
	const struct text   args[] = {text_of("HKEYS"), text_of(r->key)};
	struct trend       *t = r->trend;
	struct store_reply *names = store_call(r->store, LOADED_TIMEOUT_MS, e, args, 2);

	if (names == NULL)
		return -1;
	t->days = mem_zeroed(store_reply_count(names) + 1, sizeof(*t->days)); /* 1: so far */
	for (size_t i = 0; i < store_reply_count(names); i++) {
		int32_t day;

		if (!calendar_parse_date(store_reply_text(store_reply_at(names, i)), &day) ||
		    !is_near(r->plan, day))
			continue;
		if (day < t->kept_first)
			t->kept_first = day;
		if (day >= r->since && day <= r->until)
			t->days[t->count++].day = day;
	}
	store_reply_free(names);
	qsort(t->days, t->count, sizeof(*t->days), compare_days);
	return 0;
}

/* Takes the bytes of a day. False: the day has no point of the scope. */
static bool
take_day(struct reading *r, struct trend_day *d, struct text bytes)
{
	struct err err = {0};
	char       date[CALENDAR_DATE_SIZE];
	bool       found;

	if (bytes.at == NULL) /* gone since its name was read */
		return false;
	if (wire_trend_decode(
		bytes.at, bytes.len, text_of(r->trend->name), &d->point, &found, &err) == 0)
		return found;
	r->trend->broken++;
	command_note(
	    LOG_WARN, "redis: %s, %s: %s", r->key, calendar_format_date(d->day, date), err.msg);
	return false;
}

/* Asks for days first .. first+count-1, and moves those with a point to *kept. */
static int
read_page(struct reading *r, size_t first, size_t count, size_t *kept, struct err *e)
{
	struct trend       *t = r->trend;
	struct text         args[2 + PAGE] = {text_of("HMGET"), text_of(r->key)};
	char                dates[PAGE][CALENDAR_DATE_SIZE];
	struct store_reply *days;

	for (size_t i = 0; i < count; i++)
		args[2 + i] = text_of(calendar_format_date(t->days[first + i].day, dates[i]));
	days = store_call(r->store, LOADED_TIMEOUT_MS, e, args, 2 + count);
	if (days == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct trend_day d = t->days[first + i];

		if (take_day(r, &d, store_reply_text(store_reply_at(days, i))))
			t->days[(*kept)++] = d;
	}
	store_reply_free(days);
	return 0;
}

static int
read_points(struct reading *r, struct err *e)
{
	struct trend *t = r->trend;
	size_t        kept = 0;

	for (size_t first = 0; first < t->count; first += PAGE) {
		size_t left = t->count - first;

		if (read_page(r, first, left < PAGE ? left : PAGE, &kept, e) != 0)
			return -1;
	}
	t->count = kept;
	return 0;
}

static struct trend_point
point_of(const struct summary *s)
{
	return (struct trend_point){
	    .as_of_ms = s->as_of_ms,
	    .position = s->position,
	    .revision = s->revision,
	    .counts = s->figure.den > 0,
	    .percent = s->figure.den > 0 ? summary_percent(&s->figure) : 0,
	    .expected = s->expected,
	    .light = s->judgement.light,
	    .included = s->task_included,
	    .verified = s->tasks[TASK_VERIFIED],
	    .completed = s->tasks[TASK_COMPLETED],
	    .obligations = s->obligations_expected,
	    .reported = s->obligations_reported,
	};
}

/* Adds what a summary says of its day, unless that day is over. */
static void
add_so_far(struct reading *r, const struct summary *s)
{
	struct trend *t = r->trend;
	int32_t       day = calendar_day_at(s->as_of_ms, r->plan->utc_offset_min);

	if (!is_near(r->plan, day))
		return;
	t->today = day;
	if (day >= r->since && day <= r->until &&
	    (t->count == 0 || day > t->days[t->count - 1].day))
		t->days[t->count++] = (struct trend_day){day, true, point_of(s)};
}

static void
take_summary(struct reading *r, struct text payload)
{
	struct wire_reader *reader = wire_reader_new();
	struct event        ev;

	if (payload.at != NULL &&
	    wire_event_decode(reader, payload.at, payload.len, &ev, NULL) == 0 &&
	    ev.kind == EVENT_SUMMARY)
		add_so_far(r, &ev.summary);
	wire_reader_free(reader);
}

static int
read_so_far(struct reading *r, struct err *e)
{
	char                key[LEDGER_KEY_SIZE], topic[SCOPE_TOPIC_SIZE];
	const struct text   args[] = {text_of("HGET"),
	      text_of(ledger_key(r->plan->id, LEDGER_SUMMARY, key)),
	      text_of(scope_topic(r->plan, r->scope, topic))};
	struct store_reply *payload = store_call(r->store, LOADED_TIMEOUT_MS, e, args, 3);

	if (payload == NULL)
		return -1;
	take_summary(r, store_reply_text(payload));
	store_reply_free(payload);
	return 0;
}

int
trend_read(struct store *store, const struct plan *p, struct scope scope, int32_t since,
    int32_t until, struct trend *t, struct err *e)
{
	struct reading r = {
	    .store = store,
	    .plan = p,
	    .scope = scope,
	    .since = since,
	    .until = until,
	    .trend = t,
	};

	*t = (struct trend){.kept_first = INT32_MAX, .today = INT32_MIN};
	scope_name_in(p, scope, t->name);
	ledger_key(p->id, LEDGER_TREND, r.key);
	if (read_names(&r, e) != 0 || read_points(&r, e) != 0 || read_so_far(&r, e) != 0)
		return -1;
	if (t->kept_first == INT32_MAX && t->today == INT32_MIN)
		return err_fail(e, ERR_AGAIN,
		    "neither a trend nor summaries of %s are kept yet: does tuijin-aggregator run?",
		    p->id);
	return 0;
}
