/*
 * alert_lines -- alerts in short: "+help task/1 since 2026-02-01 09:00: b", and with "-"
 * when it ended.
 */
#ifndef TUIJIN_TESTS_ALERT_LINES_H
#define TUIJIN_TESTS_ALERT_LINES_H

#include "core/alert.h"
#include "tests/unit/fold_world.h"

#define EDGES_SIZE 2000

static inline void
put_alert(struct buf *out, const struct alert *alert)
{
	char time[CALENDAR_INSTANT_SIZE];

	calendar_format_local(alert->standing ? alert->since_ms : alert->ended_ms, EAST_MIN, time);
	buf_addf(out, "%s%s%s %s%s%s %s %.16s", out->len > 0 ? "; " : "",
	    alert->standing ? "+" : "-", alarm_name(alert->what), scope_kind_name(alert->kind),
	    alert->key[0] != '\0' ? "/" : "", alert->key, alert->standing ? "since" : "at", time);
	if (!alert->standing)
		return;
	if (alert->period[0] != '\0')
		buf_addf(out, " for %s", alert->period);
	for (uint32_t i = 0; i < alert->agency_count; i++)
		buf_addf(out, "%s %s", i == 0 ? ":" : "", alert->agencies[i]);
}

/* Takes all edges there are; those of one alarm, or of all (ALARMS). */
static inline void
take_edges(struct alerts *a, enum alarm what, struct buf *out)
{
	const struct alert *alert;

	while ((alert = alerts_take_edge(a)) != NULL)
		if (alert->what == what || what == ALARMS)
			put_alert(out, alert);
	assert_false(alerts_has_edge(a));
}

static inline void
put_standing(struct alerts *a, enum alarm what, struct buf *out)
{
	const struct alert *alert;
	size_t              at = 0;

	while ((alert = alerts_standing(a, &at)) != NULL)
		if (alert->what == what || what == ALARMS)
			put_alert(out, alert);
}

static inline void
assert_line(struct buf *got, const char *want)
{
	buf_add(got, "", 1);
	assert_string_equal(got->at, want);
	buf_reset(got);
}

#endif
