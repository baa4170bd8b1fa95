/*
 * bench_load -- agencies that report as fast as they are answered, or at a rate,
 * and what became of it.
 *
 * One thread for all of them, as cheap as it can be made: it shares the machine
 * with what it measures.
 */
#ifndef TUIJIN_CLI_BENCH_LOAD_H
#define TUIJIN_CLI_BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/histogram.h"
#include "cli/identity.h"
#include "core/err.h"
#include "core/plan.h"
#include "core/report.h"

struct bench_load_settings {
	const struct plan     *plan;
	const char            *connect;     /* the collector */
	const char            *events;      /* the aggregator; NULL: events are not measured */
	struct identity_folder keys;        /* of the agencies, for the collector */
	struct identity_folder events_keys; /* the same, for the aggregator */
	uint32_t               connections;
	uint32_t               outstanding; /* unanswered messages of one connection, at most */
	uint64_t               reports;     /* stop after so many; 0: no limit */
	int64_t                duration_us; /* send no longer than that; 0: no limit */
	double                 rate;        /* reports a second in all; 0: as answered */
	bool                   verify;      /* replies are acks, not an echo */
};

/* Latencies are in microseconds from sending; with a rate, from when a report was
 * due, if that was more than a millisecond before. */
struct bench_load_result {
	uint64_t         sent, answered;            /* messages, of one report each */
	uint64_t         verdicts[REPORT_VERDICTS]; /* of the answered */
	uint64_t         refused[REPORT_CODES];     /* answered by an error, for good */
	uint64_t         resent;                    /* after an error that said "later" */
	uint64_t         strange;                   /* replies that belong to nothing sent */
	uint64_t         unseen;                    /* accepted, but in no event */
	int64_t          elapsed_us;                /* from the first sent to the last answered */
	struct histogram ack_us, event_us;
};

/* Runs it. Returns 0 whatever the verdicts were, or -1 with *e: ERR_USAGE, more
 * connections than agencies; ERR_CONFIG, keys; ERR_AGAIN, nobody answered any more. */
int bench_load_run(
    const struct bench_load_settings *set, struct bench_load_result *result, struct err *e);

#endif
