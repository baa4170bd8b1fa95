/*
 * notify_digest -- what of an agency's tasks needs its attention today, as one letter that is
 * ready to be sent (催办), and as an event. Pure.
 */
#ifndef TUIJIN_CLI_NOTIFY_DIGEST_H
#define TUIJIN_CLI_NOTIFY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/language.h"
#include "core/alert.h"
#include "core/buf.h"
#include "core/plan.h"
#include "core/summary.h"

#define DIGEST_ITEMS_MAX 200 /* of one letter; of more their number is told */

/* A task for one of its agencies. */
struct digest_item {
	uint32_t         obligation; /* index into the plan's */
	uint32_t         alarms;     /* a bit for each */
	int64_t          since_ms[ALARMS];
	char             period[PERIOD_NAME_SIZE]; /* of ALARM_MISSED_PERIOD */
	bool             counts;                   /* the next three are there */
	int32_t          percent, expected, gap;   /* of the task; basis points */
	struct judgement judgement;                /* of the task */
	uint32_t         overdue_days;
	int32_t          own_percent; /* what the agency last said, basis points; -1: nothing */
};

/* All borrowed. */
struct digest {
	const struct plan        *plan;
	const struct digest_item *items; /* of all agencies, in task order */
	size_t                    count;
	int32_t                   day;
};

/* How many of them are the agency's (an index). */
size_t digest_count(const struct digest *d, uint32_t agency);

/* Appends the letter to the agency, which has some, with a newline at the end. */
void digest_text(struct buf *out, const struct digest *d, uint32_t agency, enum language l);

/* Appends its event; made_ms: when, ms since 1970 UTC. */
void digest_event(
    struct buf *out, const struct digest *d, uint32_t agency, enum language l, int64_t made_ms);

/* The id of that event: "ipr-2026:2026-07-01:cnipa". Returns out. */
#define DIGEST_ID_SIZE (2 * PLAN_ID_MAX + 32)
const char *digest_id(const struct digest *d, uint32_t agency, char out[DIGEST_ID_SIZE]);

/* Reads "08:30" as minutes of the day. False for anything else. */
bool digest_parse_time(struct text t, int *minutes);

#endif
