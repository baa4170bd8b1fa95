/* The answers that are about one plan. */
#include <inttypes.h>
#include <stdio.h>

#include "common/json.h"
#include "core/calendar.h"
#include "core/rollup.h"
#include "dashboard/said.h"
#include "dashboard/site_visit.h"

#define FEED_MAX    200
#define FEED_PRESET 50

void
visit_plan(struct visit *v)
{
	struct body *body = desk_plan_body(v->desk);

	if (body != NULL)
		body_send(body, v->x, VISIT_HEADERS, VISIT_HEADER_COUNT);
	else
		visit_not_yet(v, "it was not read yet", desk_trouble(v->desk));
}

static void
answer_no_numbers(struct visit *v)
{
	visit_not_yet(v, "its numbers have not come yet", desk_obstacle(v->desk));
}

void
visit_snapshot(struct visit *v)
{
	struct body *body = desk_snapshot_body(v->desk);

	if (body != NULL)
		body_send(body, v->x, VISIT_HEADERS, VISIT_HEADER_COUNT);
	else
		answer_no_numbers(v);
}

static void
answer_no_scope(struct visit *v, struct text scope)
{
	char name[VISIT_SHOWN_SIZE];

	visit_not_found(v, "plan %s has no scope %s", desk_id(v->desk), visit_shown(scope, name));
}

void
visit_scope(struct visit *v)
{
	buf_reset(&v->site->out);
	if (desk_write_scope(v->desk, v->route.rest, &v->site->out))
		visit_reply(v, 200);
	else if (desk_snapshot_body(v->desk) == NULL)
		answer_no_numbers(v);
	else
		answer_no_scope(v, v->route.rest);
}

/* What is said of the ledger is made once, and then kept by a name. False: it is not there. */
static bool
answer_kept(struct visit *v, const char *name)
{
	struct body *body = shelf_find(desk_shelf(v->desk), name);

	if (body != NULL)
		body_send(body, v->x, VISIT_HEADERS, VISIT_HEADER_COUNT);
	return body != NULL;
}

/* Takes the body. */
static void
answer_new(struct visit *v, const char *name, struct body *body)
{
	body_send(body, v->x, VISIT_HEADERS, VISIT_HEADER_COUNT);
	shelf_keep(desk_shelf(v->desk), name, body);
}

static void
answer_no_task(struct visit *v)
{
	char name[VISIT_SHOWN_SIZE];

	visit_not_found(
	    v, "plan %s has no task %s", desk_id(v->desk), visit_shown(v->route.rest, name));
}

void
visit_task(struct visit *v)
{
	struct body *body;
	uint64_t     number;
	char         name[SHELF_NAME_SIZE];

	if (!route_number(v->route.rest, 1, PLAN_TASKS_MAX, &number)) {
		answer_no_task(v);
		return;
	}
	snprintf(name, sizeof(name), "task/%" PRIu64, number);
	if (answer_kept(v, name))
		return;
	body = body_new();
	if (said_task(v->chronicle, (uint32_t)number, body_buf(body))) {
		answer_new(v, name, body);
	} else {
		body_drop(body);
		answer_no_task(v);
	}
}

void
visit_feed(struct visit *v)
{
	struct text  limit = http_query(v->x, "limit");
	uint64_t     n = FEED_PRESET;
	char         got[VISIT_SHOWN_SIZE], name[SHELF_NAME_SIZE];
	struct body *body;

	if (limit.at != NULL && !route_number(limit, 1, FEED_MAX, &n)) {
		visit_bad(v, "limit: got '%s', expected a whole number from 1 to %d",
		    visit_shown(limit, got), FEED_MAX);
		return;
	}
	snprintf(name, sizeof(name), "feed/%" PRIu64, n);
	if (answer_kept(v, name))
		return;
	body = body_new();
	said_feed(v->chronicle, (size_t)n, body_buf(body));
	answer_new(v, name, body);
}

void
visit_periods(struct visit *v)
{
	struct body *body;

	if (answer_kept(v, "periods"))
		return;
	body = body_new();
	said_periods(v->chronicle, body_buf(body));
	answer_new(v, "periods", body);
}

void
visit_trend(struct visit *v)
{
	struct text  scope = http_query(v->x, "scope");
	struct body *body;
	char         name[SHELF_NAME_SIZE];

	if (scope.at == NULL)
		scope = text_of("overall");
	snprintf(name, sizeof(name), "trend/%.*s", (int)scope.len, scope.at);
	if (answer_kept(v, name))
		return;
	body = body_new();
	if (said_trend(v->chronicle, scope, body_buf(body))) {
		answer_new(v, name, body);
	} else {
		body_drop(body);
		answer_no_scope(v, scope);
	}
}

/* Reads a parameter that is a day of the trend, or answers what is wrong with it. */
static bool
read_day(struct visit *v, const char *name, int32_t *day)
{
	const struct chronicle *c = v->chronicle;
	struct text             t = http_query(v->x, name);
	int32_t                 last = rollup_today(fold_rollup(chronicle_fold(c)));
	int32_t                 first = chronicle_days(c) > 0 ? chronicle_day(c, 0) : last;
	char from[CALENDAR_DATE_SIZE], to[CALENDAR_DATE_SIZE], got[VISIT_SHOWN_SIZE];

	if (t.at == NULL)
		visit_bad(v, "%s is missing: a date YYYY-MM-DD", name);
	else if (!calendar_parse_date(t, day))
		visit_bad(v, "%s: got '%s', expected a date YYYY-MM-DD", name, visit_shown(t, got));
	else if (*day < first || *day > last)
		visit_bad(v, "%s: got %s, expected a day from %s to %s", name, visit_shown(t, got),
		    calendar_format_date(first, from), calendar_format_date(last, to));
	else
		return true;
	return false;
}

void
visit_compare(struct visit *v)
{
	struct body *body;
	int32_t      from, to;
	char         name[SHELF_NAME_SIZE];

	if (!read_day(v, "from", &from) || !read_day(v, "to", &to))
		return;
	snprintf(name, sizeof(name), "compare/%" PRId32 "/%" PRId32, from, to);
	if (answer_kept(v, name))
		return;
	body = body_new();
	if (said_compare(v->chronicle, from, to, body_buf(body))) {
		answer_new(v, name, body);
	} else {
		body_drop(body);
		visit_bad(v, "from, to: of one of these days nothing was kept");
	}
}
