#include "collector/metrics.h"

#include <stdio.h>
#include <string.h>

#include "core/durability.h"

#define OTHER "other"

/* Of one plan: the agencies that are told one by one, and the sum of the others. */
struct plan_rows {
	struct session  *session;
	uint32_t         shown; /* of its agencies, the first */
	bool             has_others;
	struct tally_row others;
};

/* Writes the samples of one row that a family has. */
typedef void row_fn(
    struct metrics *m, const char *plan, const char *agency, const struct tally_row *row);

static void
label(struct metrics *m, const char *name, const char *value)
{
	metrics_label(m, name, text_of(value));
}

static void
count(struct metrics *m, const char *name, const char *help, uint64_t n)
{
	metrics_family(m, name, METRIC_COUNTER, help);
	metrics_count(m, n);
}

static void
write_results(struct metrics *m, const char *plan, const char *agency, const struct tally_row *row)
{
	for (size_t i = 0; i < REPORT_VERDICTS; i++) {
		label(m, "plan", plan);
		label(m, "agency", agency);
		label(m, "result", report_verdict_name((enum report_verdict)i));
		metrics_count(m, row->results[i]);
	}
}

static void
write_codes(struct metrics *m, const char *plan, const char *agency, const struct tally_row *row)
{
	for (size_t i = 0; i < REPORT_CODES; i++) {
		if (row->codes[i] == 0)
			continue;
		label(m, "plan", plan);
		label(m, "agency", agency);
		label(m, "code", report_code_name((enum report_code)i));
		metrics_count(m, row->codes[i]);
	}
}

static void
write_heard(struct metrics *m, const char *plan, const char *agency, const struct tally_row *row)
{
	if (row->heard_ms == 0)
		return;
	label(m, "plan", plan);
	label(m, "agency", agency);
	metrics_seconds(m, row->heard_ms);
}

/* An agency may have the name that all others together have. */
static bool
is_shown(const struct plan_rows *rows, const struct plan *p, uint32_t agency)
{
	return agency < rows->shown && strcmp(p->agencies[agency].id, OTHER) != 0;
}

/* Fills in what is told of a plan, of at most *left agencies one by one. */
static struct plan_rows
rows_of(struct session *s, uint32_t *left)
{
	const struct plan  *p = session_plan(s);
	const struct tally *t = session_tally(s);
	struct plan_rows    rows = {.session = s, .shown = t->count < *left ? t->count : *left};

	*left -= rows.shown;
	tally_add(&rows.others, &t->gone);
	for (uint32_t i = 0; i < t->count; i++) {
		if (is_shown(&rows, p, i))
			continue;
		tally_add(&rows.others, &t->rows[i]);
		rows.has_others = true;
	}
	return rows;
}

static bool
has_counted(const struct tally_row *row)
{
	static const struct tally_row nothing;

	return memcmp(row, &nothing, sizeof(nothing)) != 0;
}

static void
write_plan_rows(struct metrics *m, struct session *s, uint32_t *left, row_fn *write)
{
	const struct plan  *p = session_plan(s);
	const struct tally *t = session_tally(s);
	struct plan_rows    rows = rows_of(s, left);

	for (uint32_t i = 0; i < rows.shown; i++) {
		if (is_shown(&rows, p, i))
			write(m, session_id(s), p->agencies[i].id, &t->rows[i]);
	}
	if (rows.has_others || has_counted(&rows.others))
		write(m, session_id(s), OTHER, &rows.others);
	if (has_counted(&t->unknown))
		write(m, session_id(s), "", &t->unknown);
}

static void
write_rows(const struct sessions *all, struct metrics *m, row_fn *write)
{
	uint32_t left = COLLECTOR_METRICS_AGENCIES_MAX;

	for (size_t i = 0; i < all->count; i++)
		write_plan_rows(m, all->at[i], &left, write);
}

static void
write_agencies(const struct collector_numbers *c, struct metrics *m)
{
	metrics_family(m, "tuijin_collector_reports_total", METRIC_COUNTER,
	    "Reports and rulings that were answered, by what became of them.");
	write_rows(c->sessions, m, write_results);
	metrics_family(m, "tuijin_collector_refusals_total", METRIC_COUNTER,
	    "Rejected reports, and messages that were answered with an error, by code.");
	write_rows(c->sessions, m, write_codes);
	write_codes(m, "", "", &c->answer->unknown);
	metrics_family(m, "tuijin_collector_last_heard_timestamp_seconds", METRIC_GAUGE,
	    "When the agency's last message with something new was answered, since the start.");
	write_rows(c->sessions, m, write_heard);
}

static void
write_batches(const struct answer *a, struct metrics *m)
{
	count(m, "tuijin_collector_batches_total", "Batches that were stored and answered.",
	    a->batches);
	metrics_family(m, "tuijin_collector_batch_reports", METRIC_HISTOGRAM,
	    "Reports and rulings in a batch.");
	metrics_histogram(m, &a->batch_reports, &HISTOGRAM_SIZE);
	metrics_family(m, "tuijin_collector_store_seconds", METRIC_HISTOGRAM,
	    "Time from sending a batch to Redis until Redis has confirmed it.");
	metrics_histogram(m, &a->store_us, &HISTOGRAM_LATENCY);
	metrics_family(m, "tuijin_collector_ack_seconds", METRIC_HISTOGRAM,
	    "Time from taking a message until its ack is queued.");
	metrics_histogram(m, &a->ack_us, &HISTOGRAM_LATENCY);
}

static double
waiting(struct session *s)
{
	return session_waiting(s);
}

static double
in_flight(struct session *s)
{
	return session_in_flight(s);
}

static double
store_up(struct session *s)
{
	return session_can_store(s);
}

/* A gauge that every plan has. */
static const struct plan_gauge {
	const char *name, *help;
	double (*value)(struct session *s);
} plan_gauges[] = {
    {"tuijin_collector_queue_messages", "Messages that wait for the next batch.", waiting},
    {"tuijin_collector_in_flight_messages", "Messages in the batch that Redis has now.", in_flight},
    {"tuijin_store_up", "1 if the plan's store takes what is sent to it.", store_up},
};

static void
write_plans(const struct sessions *all, struct metrics *m)
{
	for (size_t g = 0; g < sizeof(plan_gauges) / sizeof(plan_gauges[0]); g++) {
		metrics_family(m, plan_gauges[g].name, METRIC_GAUGE, plan_gauges[g].help);
		for (size_t i = 0; i < all->count; i++) {
			label(m, "plan", session_id(all->at[i]));
			metrics_value(m, plan_gauges[g].value(all->at[i]));
		}
	}
	metrics_family(m, "tuijin_store_durability", METRIC_GAUGE,
	    "1, of what the plan's store promises for what it has confirmed.");
	for (size_t i = 0; i < all->count; i++) {
		if (!session_can_store(all->at[i]))
			continue;
		label(m, "plan", session_id(all->at[i]));
		label(m, "durability", durability_name(session_durability(all->at[i])));
		metrics_count(m, 1);
	}
}

const char *
collector_unready(const struct sessions *all, char out[COLLECTOR_UNREADY_SIZE])
{
	bool any = false;

	out[0] = '\0';
	for (size_t i = 0; i < all->count; i++) {
		const struct session *s = all->at[i];
		const char           *why = session_trouble(s);

		any |= session_can_store(s);
		if (session_can_store(s) || (session_is_stuck(s) && out[0] != '\0'))
			continue;
		snprintf(out, COLLECTOR_UNREADY_SIZE, "plan %s: %s", session_id(s),
		    why[0] != '\0' ? why : "it is being read");
		if (!session_is_stuck(s))
			return out;
	}
	return any ? "" : out;
}

void
collector_metrics_write(const struct collector_numbers *c, struct metrics *m)
{
	count(
	    m, "tuijin_collector_messages_total", "Messages that were taken.", c->intake->messages);
	write_agencies(c, m);
	write_batches(c->answer, m);
	count(m, "tuijin_collector_replies_lost_total",
	    "Replies to agencies that had left, or had no room.", c->answer->lost);
	count(m, "tuijin_collector_unavailable_total",
	    "Messages that were answered with unavailable, as the store was away.",
	    c->answer->codes[REPORT_UNAVAILABLE]);
	write_plans(c->sessions, m);
}
