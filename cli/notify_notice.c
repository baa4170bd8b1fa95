#include "cli/notify_notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/calendar.h"
#include "core/wire_event.h"

#define ALERT    "alert/"
#define RESOLVED "resolved/"

static const char reminder_type[] = "tuijin.reminder.v1";

/* Takes what stands before c off the front of *rest, and c. False: there is no c. */
static bool
take_until(struct text *rest, char c, struct text *part)
{
	const char *end = rest->len > 0 ? memchr(rest->at, c, rest->len) : NULL;

	if (end == NULL)
		return false;
	*part = (struct text){rest->at, (size_t)(end - rest->at)};
	*rest = (struct text){end + 1, rest->len - part->len - 1};
	return true;
}

static bool
take_word(struct text *rest, const char *word)
{
	size_t len = strlen(word);

	if (rest->len < len || memcmp(rest->at, word, len) != 0)
		return false;
	rest->at += len;
	rest->len -= len;
	return true;
}

/* A decimal number as it is written: no leading zero, no "-0". */
static bool
parse_ms(struct text t, int64_t *ms)
{
	char digits[24], again[24];

	if (t.len == 0 || t.len >= sizeof(digits))
		return false;
	memcpy(digits, t.at, t.len);
	digits[t.len] = '\0';
	*ms = strtoll(digits, NULL, 10);
	snprintf(again, sizeof(again), "%" PRId64, *ms);
	return strlen(again) == t.len && memcmp(digits, again, t.len) == 0;
}

/* "overdue/task/27/", "behind/overall/" */
static bool
is_alert_key(struct text rest)
{
	enum alarm      what;
	enum scope_kind kind;
	struct text     word, scope, key;

	if (!take_until(&rest, '/', &word) || !alarm_parse(word, &what) ||
	    !take_until(&rest, '/', &scope) || !scope_kind_parse(scope, &kind))
		return false;
	if (kind == SCOPE_OVERALL)
		return rest.len == 0;
	return take_until(&rest, '/', &key) && rest.len == 0 && text_is_name(key, PLAN_ID_MAX);
}

static bool
parse_topic(struct text topic, struct notice_name *n)
{
	if (!take_until(&topic, '/', &n->plan) || !text_is_name(n->plan, PLAN_ID_MAX) ||
	    !take_word(&topic, ALERT))
		return false;
	n->kind = take_word(&topic, RESOLVED) ? NOTICE_ENDED : NOTICE_RAISED;
	n->key = topic;
	return is_alert_key(topic);
}

bool
notice_parse(struct text id, struct notice_name *n)
{
	struct text first, second, rest = id;
	int32_t     day;

	*n = (struct notice_name){0};
	if (id.len > NOTICE_ID_MAX || !take_until(&rest, ':', &first) ||
	    !take_until(&rest, ':', &second))
		return false;
	if (calendar_parse_date(second, &day)) {
		n->kind = NOTICE_REMINDER;
		n->plan = first;
		n->key = rest;
		n->as_of_ms = day * CALENDAR_DAY_MS;
		return text_is_name(first, PLAN_ID_MAX) && text_is_name(rest, PLAN_ID_MAX);
	}
	return position_parse(first, &n->position) && parse_ms(second, &n->as_of_ms) &&
	    parse_topic(rest, n);
}

int
notice_compare(const struct notice_name *a, const struct notice_name *b)
{
	int order = position_compare(a->position, b->position);

	if (order != 0)
		return order;
	return a->as_of_ms < b->as_of_ms ? -1 : a->as_of_ms > b->as_of_ms;
}

const char *
notice_type(enum notice_kind kind)
{
	return kind == NOTICE_REMINDER ? reminder_type : event_type(EVENT_ALERT);
}

const char *
notice_subject(const struct notice_name *n, char out[NOTICE_SUBJECT_SIZE])
{
	const char *between = n->kind == NOTICE_REMINDER ? "agency/"
	    : n->kind == NOTICE_ENDED                    ? ALERT RESOLVED
							 : ALERT;
	bool        slash = n->kind != NOTICE_REMINDER; /* a topic's last */

	snprintf(out, NOTICE_SUBJECT_SIZE, "%.*s/%s%.*s", (int)n->plan.len, n->plan.at, between,
	    (int)(n->key.len - slash), n->key.at);
	return out;
}

const char *
notice_end_id(const struct notice_name *raised, char out[NOTICE_ID_MAX + 1])
{
	char position[POSITION_SIZE];

	snprintf(out, NOTICE_ID_MAX + 1, "%s:%" PRId64 ":%.*s/" ALERT RESOLVED "%.*s",
	    position_format(raised->position, position), raised->as_of_ms, (int)raised->plan.len,
	    raised->plan.at, (int)raised->key.len, raised->key.at);
	return out;
}

bool
notice_body_ok(struct text body)
{
	return body.len >= 2 && body.len <= NOTICE_BODY_MAX && body.at[0] == '{' &&
	    body.at[body.len - 1] == '}' && text_is_utf8(body) && text_is_printable(body) &&
	    !text_has_break(body);
}
