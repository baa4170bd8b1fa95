#include <stdio.h>

#include "dashboard/pages.h"
#include "dashboard/site_route.h"
#include "tests/cases.h"

#define PLANS "/api/v1/plans"

/* clang-format off */
static struct route_case {
	const char     *name, *path;
	enum route_kind kind;
	const char     *plan, *rest; /* NULL: none */
} routes[] = {
	{"the page", "/", ROUTE_PAGE},
	{"a file", "/static/app.js", ROUTE_STATIC, NULL, "app.js"},
	{"a file in a folder", "/static/views/task.js", ROUTE_STATIC, NULL, "views/task.js"},
	{"a way out of the folder is a name like any", "/static/../../etc/passwd", ROUTE_STATIC, NULL, "../../etc/passwd"},
	{"the folder", "/static/", ROUTE_NONE},
	{"the folder without its slash", "/static", ROUTE_NONE},
	{"plans", PLANS, ROUTE_PLANS},
	{"plans with a slash", PLANS "/", ROUTE_NONE},
	{"a plan", PLANS "/ipr-2026", ROUTE_PLAN, "ipr-2026"},
	{"a plan with a slash", PLANS "/ipr-2026/", ROUTE_NONE},
	{"no plan", PLANS "//snapshot", ROUTE_NONE},
	{"a plan of any characters", PLANS "/%s*?", ROUTE_PLAN, "%s*?"},
	{"a snapshot", PLANS "/a/snapshot", ROUTE_SNAPSHOT, "a"},
	{"a plan called snapshot", PLANS "/snapshot/snapshot", ROUTE_SNAPSHOT, "snapshot"},
	{"more than a snapshot", PLANS "/a/snapshot/b", ROUTE_NONE},
	{"less than a snapshot", PLANS "/a/snapsho", ROUTE_NONE},
	{"a scope", PLANS "/a/scopes/chapter/2", ROUTE_SCOPE, "a", "chapter/2"},
	{"the whole", PLANS "/a/scopes/overall", ROUTE_SCOPE, "a", "overall"},
	{"no scope", PLANS "/a/scopes/", ROUTE_NONE},
	{"all scopes", PLANS "/a/scopes", ROUTE_NONE},
	{"a task", PLANS "/a/tasks/27", ROUTE_TASK, "a", "27"},
	{"more than a task", PLANS "/a/tasks/27/28", ROUTE_TASK, "a", "27/28"},
	{"the feed", PLANS "/a/feed", ROUTE_FEED, "a"},
	{"the periods", PLANS "/a/periods", ROUTE_PERIODS, "a"},
	{"the trend", PLANS "/a/trend", ROUTE_TREND, "a"},
	{"a comparison", PLANS "/a/compare", ROUTE_COMPARE, "a"},
	{"events", "/events", ROUTE_EVENTS},
	{"events of something", "/events/a", ROUTE_NONE},
	{"capitals", "/Events", ROUTE_NONE},
	{"another version", "/api/v2/plans", ROUTE_NONE},
	{"the interface", "/api/v1", ROUTE_NONE},
	{"nothing", "", ROUTE_NONE},
	{"no slash", "events", ROUTE_NONE},
	{"two slashes", "//", ROUTE_NONE},
};

static struct number_case {
	const char *name, *text;
	uint64_t    min, max, want; /* want 0: refused */
} numbers[] = {
	{"one", "1", 1, 200, 1},
	{"the most", "200", 1, 200, 200},
	{"too much", "201", 1, 200, 0},
	{"too little", "0", 1, 200, 0},
	{"zeros in front", "007", 1, 200, 7},
	{"nothing", "", 1, 200, 0},
	{"a sign", "+1", 1, 200, 0},
	{"below nothing", "-1", 1, 200, 0},
	{"a space", " 1", 1, 200, 0},
	{"something behind", "1x", 1, 200, 0},
	{"a fraction", "1.0", 1, 200, 0},
	{"hexadecimal", "0x10", 1, 200, 0},
	{"18 digits", "999999999999999999", 1, UINT64_MAX, UINT64_C(999999999999999999)},
	{"19 digits", "1000000000000000000", 1, UINT64_MAX, 0},
	{"digits of another script", "\xef\xbc\x91", 1, 200, 0},
};

#define ETAG "\"0123456789abcdef\""

static struct etag_case {
	const char *name, *list;
	bool        want;
} etags[] = {
	{"the same", ETAG, true},
	{"a weak one", "W/" ETAG, true},
	{"any", "*", true},
	{"the first of two", ETAG ", \"x\"", true},
	{"the last of three", "\"x\",W/\"y\" ,\t" ETAG " ", true},
	{"another", "\"0123456789abcdee\"", false},
	{"without quotes", "0123456789abcdef", false},
	{"half of it", "\"0123456789abcdef", false},
	{"more than it", ETAG "0", false},
	{"a weak nothing", "W/", false},
	{"nothing", "", false},
	{"commas", ",,,", false},
	{"commas and it", ",," ETAG ",,", true},
};

static struct type_case {
	const char *name, *want;
} types[] = {
	{"index.html", "text/html; charset=utf-8"},
	{"base.css", "text/css; charset=utf-8"},
	{"views/task.js", "text/javascript; charset=utf-8"},
	{"icon.svg", "image/svg+xml"},
	{"noto.woff2", "font/woff2"},
	{"js", "application/octet-stream"},
	{".js", "application/octet-stream"},
	{"", "application/octet-stream"},
	{"app.js.map", "application/octet-stream"},
};
/* clang-format on */

static void
assert_text(struct text got, const char *want)
{
	if (want == NULL)
		assert_null(got.at);
	else
		assert_true(text_equal(got, text_of(want)));
}

static void
check_route(void **state)
{
	const struct route_case *c = *state;
	struct route             got = route_of(text_of(c->path));

	assert_int_equal(got.kind, c->kind);
	assert_text(got.plan, c->plan);
	assert_text(got.rest, c->rest);
}

static void
check_number(void **state)
{
	const struct number_case *c = *state;
	uint64_t                  got = 4711;
	bool                      good = route_number(text_of(c->text), c->min, c->max, &got);

	assert_int_equal(good, c->want != 0);
	assert_int_equal(got, good ? c->want : 4711);
}

static void
check_etag(void **state)
{
	const struct etag_case *c = *state;

	assert_int_equal(route_etags_have(text_of(c->list), ETAG), c->want);
}

static void
check_type(void **state)
{
	const struct type_case *c = *state;

	assert_string_equal(pages_type(text_of(c->name)), c->want);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(routes) + COUNT(numbers) + COUNT(etags) + COUNT(types)];
	size_t            n = 0;

	CASES_ADD(tests, n, routes, check_route);
	CASES_ADD(tests, n, numbers, check_number);
	CASES_ADD(tests, n, etags, check_etag);
	CASES_ADD(tests, n, types, check_type);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
