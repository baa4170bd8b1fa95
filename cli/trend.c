#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/loaded.h"
#include "cli/moment.h"
#include "cli/scope_named.h"
#include "cli/trend_view.h"

struct trend_settings {
	const char *redis, *plan, *since, *until;
	bool        ascii;

	struct command_settings shared;
};

#define AT(member) offsetof(struct trend_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct trend_settings, COMMAND_REDIS_DEFAULT, "the store"),
	COMMAND_PLAN(struct trend_settings),
	{"since", "YYYY-MM-DD", OPTION_TEXT, AT(since), NULL, 0, 0, "the first day (default: the first that is kept)"},
	{"until", "YYYY-MM-DD", OPTION_TEXT, AT(until), NULL, 0, 0, "the last day (default: today so far)"},
	{"ascii", NULL, OPTION_FLAG, AT(ascii), NULL, 0, 0, "plots of ASCII characters, for screens without blocks"},
	COMMAND_JSON(struct trend_settings, "the points as one JSON document"),
	COMMAND_LANG(struct trend_settings),
	COMMAND_LOG(struct trend_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin trend",
    .summary =
	"Shows how a scope stood at the end of each day, as the aggregator keeps it: progress\n"
	"against what was expected, verified tasks against those included, and a line for each\n"
	"day; the last one is today so far. SCOPE is overall (the default), chapter/2,\n"
	"section/2.1, task/27 or agency/cnipa.",
    .operands = "[SCOPE]",
    .operands_min = 0,
    .operands_max = 1,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin trend\n"
		"  tuijin trend chapter/2 --since 2026-03-01 --until 2026-03-31\n"
		"  tuijin trend agency/cnipa --lang zh\n"
		"  tuijin trend task/27 --json | jq '.points[] | [.date, .percent]'\n",
};

/* What was asked for. */
struct request {
	const struct trend_settings *cfg;
	const char                  *scope_name;
	struct scope                 scope;
	int32_t                      since, until;
};

static int
read_day(const char *flag, const char *value, int32_t preset, int32_t *day, struct err *e)
{
	*day = preset;
	return value == NULL || *value == '\0' ? 0 : moment_parse_day(flag, value, day, e);
}

static int
read_days(struct request *r, struct err *e)
{
	if (read_day("since", r->cfg->since, INT32_MIN, &r->since, e) != 0 ||
	    read_day("until", r->cfg->until, INT32_MAX, &r->until, e) != 0)
		return -1;
	if (r->since > r->until)
		return err_fail(
		    e, ERR_USAGE, "--since %s is after --until %s", r->cfg->since, r->cfg->until);
	return 0;
}

static json_t *
point(const struct trend_day *d)
{
	const struct trend_point *p = &d->point;
	char                      position[POSITION_SIZE];
	json_t                   *object = json_object();

	json_object_set_new(object, "date", json_date(d->day));
	json_object_set_new(object, "so_far", json_boolean(d->so_far));
	json_object_set_new(object, "as_of", json_integer(p->as_of_ms));
	json_object_set_new(object, "position",
	    d->so_far ? json_null() : json_string(position_format(p->position, position)));
	json_object_set_new(object, "revision", json_integer(p->revision));
	json_object_set_new(object, "percent", p->counts ? json_percent(p->percent) : json_null());
	json_object_set_new(
	    object, "expected", p->counts ? json_percent(p->expected) : json_null());
	json_object_set_new(
	    object, "gap", p->counts ? json_points(p->percent - p->expected) : json_null());
	json_object_set_new(object, "light", json_string(light_name(p->light)));
	json_object_set_new(object, "tasks",
	    json_pack("{s:I, s:I, s:I}", "included", (json_int_t)p->included, "verified",
		(json_int_t)p->verified, "completed", (json_int_t)p->completed));
	json_object_set_new(object, "obligations",
	    json_pack("{s:I, s:I}", "expected", (json_int_t)p->obligations, "reported",
		(json_int_t)p->reported));
	return object;
}

static void
print_json(const struct plan *p, const struct trend *t)
{
	json_t *points = json_array();

	for (size_t i = 0; i < t->count; i++)
		json_array_append_new(points, point(&t->days[i]));
	json_print(stdout,
	    json_pack("{s:s, s:s, s:o}", "plan", p->id, "scope", t->name, "points", points));
}

static void
print_text(const struct request *r, const struct plan *p, const struct trend *t,
    const struct command_run *run)
{
	struct buf              out = {0};
	const struct trend_view v = {
	    .plan = p,
	    .scope = r->scope,
	    .trend = t,
	    .since = r->since,
	    .ascii = r->cfg->ascii,
	    .run = run,
	    .out = &out,
	};

	trend_view_print(&v);
	fwrite(out.at, 1, out.len, stdout);
	buf_fini(&out);
}

/* Returns 0, COMMAND_BAD_DATA if some days cannot be read, or -1 with *e. */
static int
show(struct request *r, const struct command_run *run, struct err *e)
{
	struct store *store = NULL;
	struct plan  *p = NULL;
	struct trend  t = {0};
	int           rc = -1;

	if (read_days(r, e) == 0 && (store = store_open(r->cfg->redis, e)) != NULL &&
	    (p = loaded_plan(store, r->cfg->plan, e)) != NULL &&
	    scope_named(p, "SCOPE", r->scope_name, &r->scope, e) == 0 &&
	    trend_read(store, p, r->scope, r->since, r->until, &t, e) == 0) {
		if (r->cfg->shared.json)
			print_json(p, &t);
		else
			print_text(r, p, &t, run);
		rc = t.broken > 0 ? COMMAND_BAD_DATA : 0;
	}
	free(t.days);
	plan_free(p);
	store_close(store);
	return rc;
}

int
trend_command(int argc, char **argv)
{
	struct trend_settings cfg = {0};
	struct command_run    run;
	struct request        r = {.cfg = &cfg, .scope_name = "overall"};
	struct err            err = {0};
	int                   status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	if (run.first < argc)
		r.scope_name = argv[run.first];
	status = show(&r, &run, &err);
	return status < 0 ? command_fail(&err) : status;
}
