#include "core/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "core/calendar.h"

#define PERCENT_TOLERANCE 1e-6
#define LIMIT_SIZE        (CALENDAR_DATE_SIZE + 8) /* " until 2026-09-30" and a NUL */

#define WORD(s)                                                                                    \
	{                                                                                          \
		"" s, sizeof(s) - 1                                                                \
	}

/* clang-format off */
static const struct text state_names[REPORT_STATES] = {
	[REPORT_UNREPORTED] = WORD("unreported"),
	[REPORT_NOT_STARTED] = WORD("not_started"),
	[REPORT_IN_PROGRESS] = WORD("in_progress"),
	[REPORT_BLOCKED] = WORD("blocked"),
	[REPORT_COMPLETED] = WORD("completed"),
};

static const struct text disposition_names[REPORT_DISPOSITIONS] = {
	[REPORT_OPEN] = WORD("open"),
	[REPORT_VERIFIED] = WORD("verified"),
	[REPORT_RETURNED] = WORD("returned"),
	[REPORT_SUSPENDED] = WORD("suspended"),
	[REPORT_CANCELLED] = WORD("cancelled"),
};

static const bool reason_required[REPORT_DISPOSITIONS] = {
	[REPORT_RETURNED] = true,
	[REPORT_SUSPENDED] = true,
	[REPORT_CANCELLED] = true,
};

static const struct {
	const char *name;
	bool        retry;
} codes[REPORT_CODES] = {
	[REPORT_FINE] = {"fine"}, /* never on the wire */
	[REPORT_MALFORMED] = {"malformed"},
	[REPORT_TOO_LARGE] = {"too_large"},
	[REPORT_UNSUPPORTED_VERSION] = {"unsupported_version"},
	[REPORT_UNKNOWN_KIND] = {"unknown_kind"},
	[REPORT_UNKNOWN_PLAN] = {"unknown_plan"},
	[REPORT_UNKNOWN_AGENCY] = {"unknown_agency"},
	[REPORT_NOT_AUTHORIZED] = {"not_authorized"},
	[REPORT_UNKNOWN_TASK] = {"unknown_task"},
	[REPORT_NOT_RESPONSIBLE] = {"not_responsible"},
	[REPORT_NOT_OFFICE] = {"not_office"},
	[REPORT_DUPLICATE_TASK] = {"duplicate_task"},
	[REPORT_TOO_MANY_REPORTS] = {"too_many_reports"},
	[REPORT_BAD_FIELD] = {"bad_field"},
	[REPORT_UNAVAILABLE] = {"unavailable", .retry = true},
	[REPORT_BUSY] = {"busy", .retry = true},
};

static const char *const verdict_names[REPORT_VERDICTS] = {
	[REPORT_ACCEPTED] = "accepted",
	[REPORT_DUPLICATE] = "duplicate",
	[REPORT_SUPERSEDED] = "superseded",
	[REPORT_CONFLICT] = "conflict",
	[REPORT_REJECTED] = "rejected",
};

const struct report_text report_texts[REPORT_TEXTS] = {
	[REPORT_TEXT_SUMMARY] = {"summary", offsetof(struct report, summary), REPORT_SUMMARY_MAX},
	[REPORT_TEXT_PROBLEMS] = {"problems", offsetof(struct report, problems), REPORT_PROBLEMS_MAX},
	[REPORT_TEXT_NEXT_STEPS] = {"next_steps", offsetof(struct report, next_steps), REPORT_NEXT_STEPS_MAX},
	[REPORT_TEXT_REASON] = {"reason", offsetof(struct report, reason), REPORT_REASON_MAX},
};
/* clang-format on */

const char *
report_state_name(enum report_state s)
{
	return state_names[s].at;
}

const char *
report_disposition_name(enum report_disposition d)
{
	return disposition_names[d].at;
}

const char *
report_code_name(enum report_code c)
{
	return codes[c].name;
}

const char *
report_verdict_name(enum report_verdict v)
{
	return verdict_names[v];
}

bool
report_code_retry(enum report_code c)
{
	return codes[c].retry;
}

bool
report_state_parse(struct text t, enum report_state *s)
{
	for (int i = REPORT_UNREPORTED + 1; i < REPORT_STATES; i++) {
		if (text_equal(t, state_names[i])) {
			*s = (enum report_state)i;
			return true;
		}
	}
	return false;
}

bool
report_disposition_parse(struct text t, enum report_disposition *d)
{
	for (int i = 0; i < REPORT_DISPOSITIONS; i++) {
		if (text_equal(t, disposition_names[i])) {
			*d = (enum report_disposition)i;
			return true;
		}
	}
	return false;
}

bool
report_code_parse(struct text t, enum report_code *c)
{
	for (int i = REPORT_FINE + 1; i < REPORT_CODES; i++) {
		if (text_equal(t, text_of(codes[i].name))) {
			*c = (enum report_code)i;
			return true;
		}
	}
	return false;
}

bool
report_verdict_parse(struct text t, enum report_verdict *v)
{
	for (int i = 0; i < REPORT_VERDICTS; i++) {
		if (text_equal(t, text_of(verdict_names[i]))) {
			*v = (enum report_verdict)i;
			return true;
		}
	}
	return false;
}

/* The basis point nearest to percent; false for NaN and what is not 0 .. 100. */
static bool
nearest(double percent, uint32_t *basis_points)
{
	if (!(percent >= 0 && percent <= 100))
		return false;
	*basis_points = (uint32_t)(percent * 100 + 0.5);
	return true;
}

bool
report_percent_parse(double percent, uint32_t *basis_points)
{
	uint32_t bp;

	if (!nearest(percent, &bp) || fabs(percent - bp / 100.0) > PERCENT_TOLERANCE)
		return false;
	*basis_points = bp;
	return true;
}

bool
report_percent_parse_float(float percent, uint32_t *basis_points)
{
	uint32_t bp;

	if (report_percent_parse((double)percent, basis_points))
		return true;
	if (!nearest((double)percent, &bp) || (float)(bp / 100.0) != percent)
		return false;
	*basis_points = bp;
	return true;
}

static int
check_status(const struct report *r, struct refusal *why)
{
	const char *state = report_state_name(r->state);

	if (r->state == REPORT_NOT_STARTED && r->percent != 0)
		return refuse(why, REPORT_BAD_FIELD, "percent: got %g, expected 0 with state %s",
		    r->percent / 100.0, state);
	if (r->state == REPORT_COMPLETED && r->percent != REPORT_PERCENT_MAX)
		return refuse(why, REPORT_BAD_FIELD, "percent: got %g, expected 100 with state %s",
		    r->percent / 100.0, state);
	if (r->state != REPORT_COMPLETED && r->percent == REPORT_PERCENT_MAX)
		return refuse(why, REPORT_BAD_FIELD,
		    "percent: got 100, expected less than 100 with state %s", state);
	if (r->state == REPORT_BLOCKED && r->problems.len == 0)
		return refuse(why, REPORT_BAD_FIELD,
		    "problems: got nothing, expected 1 to %d bytes with state %s",
		    REPORT_PROBLEMS_MAX, state);
	return 0;
}

static int
check_at(int64_t at_ms, int64_t earliest_ms, int64_t now_ms, struct refusal *why)
{
	if (at_ms < earliest_ms)
		return refuse(why, REPORT_BAD_FIELD,
		    "at: got %" PRId64 ", expected at least %" PRId64
		    " (366 days before the plan's first day)",
		    at_ms, earliest_ms);
	if (at_ms > now_ms + REPORT_FUTURE_MS)
		return refuse(why, REPORT_BAD_FIELD,
		    "at: got %" PRId64 ", expected at most %" PRId64 " (%d s from now)", at_ms,
		    now_ms + REPORT_FUTURE_MS, REPORT_FUTURE_MS / 1000);
	return 0;
}

int
report_check(const struct report *r, const struct plan *p, int64_t now_ms, struct refusal *why)
{
	if (r->kind == REPORT_STATUS && check_status(r, why) != 0)
		return -1;
	if (r->kind == REPORT_DISPOSITION && reason_required[r->disposition] && r->reason.len == 0)
		return refuse(why, REPORT_BAD_FIELD,
		    "reason: got nothing, expected 1 to %d bytes with disposition %s",
		    REPORT_REASON_MAX, report_disposition_name(r->disposition));
	return check_at(r->at_ms, plan_earliest_ms(p), now_ms, why);
}

/* " from 2026-04-01", or nothing where there is no limit. */
static const char *
limit(const char *word, int32_t day, int32_t none, char out[LIMIT_SIZE])
{
	char date[CALENDAR_DATE_SIZE];

	out[0] = '\0';
	if (day != none)
		snprintf(out, LIMIT_SIZE, " %s %s", word, calendar_format_date(day, date));
	return out;
}

int
report_check_day(
    const struct report *r, const struct plan *p, uint32_t obligation, struct refusal *why)
{
	const struct plan_obligation *o;
	int32_t                       day = calendar_day_at(r->at_ms, p->utc_offset_min);
	char                          from[LIMIT_SIZE], until[LIMIT_SIZE], date[CALENDAR_DATE_SIZE];

	if (r->kind != REPORT_STATUS || plan_in_force(p, obligation, day))
		return 0;
	o = &p->obligations[obligation];
	return refuse(why, REPORT_NOT_RESPONSIBLE,
	    "agency: %s answers for task %u%s%s only, at is %s", p->agencies[o->agency].id,
	    (unsigned)r->task, limit("from", o->from, PLAN_FIRST_DAY, from),
	    limit("until", o->until, PLAN_LAST_DAY, until), calendar_format_date(day, date));
}

/* Takes away the character that a cut has gone through (or ended with). */
static void
trim_cut(char *message, size_t len)
{
	size_t tail = 0; /* continuation bytes at the end */

	while (tail < 3 && tail < len && ((unsigned char)message[len - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail < len && (unsigned char)message[len - 1 - tail] >= 0xc0)
		message[len - 1 - tail] = '\0';
}

void
refusal_set(struct refusal *why, enum report_code code, const char *fmt, ...)
{
	va_list ap;
	int     len;

	if (why == NULL)
		return;
	why->code = code;
	va_start(ap, fmt);
	len = vsnprintf(why->message, sizeof(why->message), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(why->message))
		trim_cut(why->message, sizeof(why->message) - 1);
}
