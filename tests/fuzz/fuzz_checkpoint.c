/*
 * fuzz_checkpoint -- any bytes as a checkpoint of a small plan. What is restored
 * adds up, also on other days; its alerts can be checked; and, encoded again, it is the
 * same bytes from then on.
 */
#include <assert.h>
#include <stdint.h>

#include "core/wire_checkpoint.h"
#include "tests/plan_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char yaml[] =
    "format: 1\nid: small\nrevision: 1\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: a\nagencies:\n"
    "  - {id: a, zh: a}\n  - {id: b, zh: b}\n  - {id: c, zh: c}\nchapters:\n"
    "  - number: 1\n    zh: one\n    tasks:\n"
    "      - {number: 1, zh: t, duty: shared, agencies: [a, b, c], due: 2026-06-30}\n"
    "      - {number: 2, zh: t, weight: 3, agencies: [b]}\n";

static void
adds_up(struct rollup *r)
{
	for (uint32_t row = 0; row < scope_count(rollup_plan(r)); row++) {
		struct summary s;

		rollup_summary(r, row, &s);
		assert(summary_percent(&s.figure) <= REPORT_PERCENT_MAX);
		assert(s.task_included <= s.task_total && s.task_total <= 2);
		assert(s.figure.tasks == s.task_included);
		assert(s.obligations_reported <= s.obligations_expected);
		assert(s.obligations_expected <= 4);
		assert(s.expected >= 0 && s.expected <= REPORT_PERCENT_MAX);
		assert(s.period.on_time <= s.period.reported);
		assert(s.period.reported <= s.period.expected && s.period.expected <= 4);
		assert(s.last_period.reported <= s.last_period.expected);
	}
}

static void
comes_back(const struct plan *p, const struct rollup *r, const struct alerts *alerts,
    struct position position)
{
	static struct buf first, second;
	struct alerts    *standing;
	struct rollup    *again;
	struct position   at;

	buf_reset(&first);
	wire_checkpoint_encode(&first, r, alerts, position);
	again = wire_checkpoint_decode(first.at, first.len, p, &at, &standing, NULL);
	assert(again != NULL && position_compare(at, position) == 0);
	buf_reset(&second);
	wire_checkpoint_encode(&second, again, standing, at);
	assert(text_equal(buf_text(&first), buf_text(&second)));
	alerts_free(standing);
	rollup_free(again);
}

/* Raises and ends what it takes, day by day and far ahead. */
static void
days_go_on(struct rollup *r, struct alerts *alerts)
{
	const struct alert *alert;
	char                topic[ALERT_TOPIC_SIZE];
	int32_t             today = rollup_today(r);

	for (int32_t day = today; day <= today + 200; day += 50) {
		rollup_turn(r, day);
		adds_up(r);
		alerts_check(alerts, r, 0);
		while ((alert = alerts_take_edge(alerts)) != NULL)
			alert_topic(rollup_plan(r), alert, topic);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct plan *p;
	struct alerts      *alerts;
	struct rollup      *r;
	struct position     position;
	struct err          e;

	if (p == NULL)
		p = plan_from_text(yaml, sizeof(yaml) - 1);
	r = wire_checkpoint_decode(data, size, p, &position, &alerts, &e);
	if (r == NULL) {
		assert(e.code == ERR_INPUT);
		return 0;
	}
	adds_up(r);
	comes_back(p, r, alerts, position);
	days_go_on(r, alerts);
	alerts_free(alerts);
	rollup_free(r);
	return 0;
}
