#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/loaded.h"
#include "cli/status_view.h"

struct status_settings {
	const char *redis, *plan, *scope;
	bool        agencies;

	struct command_settings shared;
};

#define AT(member) offsetof(struct status_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct status_settings, COMMAND_REDIS_DEFAULT, "the store"),
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0, "the plan (default: the only loaded one)"},
	{"scope", "SCOPE", OPTION_TEXT, AT(scope), "overall", 0, 0, "overall, chapter/2, section/2.1, task/27 or agency/cnipa"},
	{"agencies", NULL, OPTION_FLAG, AT(agencies), NULL, 0, 0, "a table of all agencies"},
	COMMAND_JSON(struct status_settings, "the summaries shown as one JSON document"),
	COMMAND_LANG(struct status_settings),
	COMMAND_LOG(struct status_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin status",
    .summary =
	"Shows how far the plan has come, as the aggregator last kept it in Redis: the whole\n"
	"and its chapters, or one scope and what is below it. Done, Active, Waiting and\n"
	"Silent are tasks completed, in progress, not started and not reported on.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin status\n"
		"  tuijin status --scope chapter/2\n"
		"  tuijin status --scope agency/cnipa --lang zh\n"
		"  tuijin status --agencies --json\n",
};

static void (*const views[SCOPE_KINDS])(const struct status_view *v) = {
    [SCOPE_OVERALL] = status_view_chapters,
    [SCOPE_CHAPTER] = status_view_tasks,
    [SCOPE_SECTION] = status_view_tasks,
    [SCOPE_TASK] = status_view_parts,
    [SCOPE_AGENCY] = status_view_agency,
};

static void
print_text(const struct status_view *v, bool agencies)
{
	status_view_headline(v);
	if (agencies)
		status_view_agencies(v);
	else
		views[v->list->at[0].kind](v);
	fwrite(v->out->at, 1, v->out->len, stdout);
}

static void
print_json(const struct status_view *v)
{
	json_t *summaries = json_array();

	for (size_t i = 0; i < v->list->count; i++) {
		const struct summary *s = summaries_at(v->summaries, i);
		struct plan_title     title = scope_title(v->plan, v->list->at[i]);
		json_t               *object;

		if (s == NULL)
			continue;
		object = json_summary(s);
		json_object_set_new(
		    object, "title", json_pack("{s:s, s:s}", "zh", title.zh, "en", title.en));
		json_array_append_new(summaries, object);
	}
	json_print(stdout,
	    json_pack("{s:s, s:I, s:{s:s, s:s}, s:o}", "plan", v->plan->id, "revision",
		(json_int_t)v->plan->revision, "title", "zh", v->plan->title.zh, "en",
		v->plan->title.en, "summaries", summaries));
}

static int
choose(
    const struct status_settings *cfg, const struct plan *p, struct scope_list *list, struct err *e)
{
	struct scope top;

	if (!scope_parse(p, text_of(cfg->scope), &top))
		return err_fail(e, ERR_USAGE,
		    "--scope: plan %s has no '%.60s'; expected overall, chapter/2, section/2.1, "
		    "task/27 or agency/cnipa",
		    p->id, cfg->scope);
	if (!cfg->agencies) {
		scope_list_below(list, p, top);
		return 0;
	}
	if (top.kind != SCOPE_OVERALL)
		return err_fail(e, ERR_USAGE, "--agencies and --scope do not go together");
	scope_list_add(list, SCOPE_OVERALL, 0);
	for (uint32_t i = 0; i < p->agency_count; i++)
		scope_list_add(list, SCOPE_AGENCY, i);
	return 0;
}

static int
show(const struct status_settings *cfg, const struct command_run *run, struct err *e)
{
	struct store      *store = store_open(cfg->redis, e);
	struct scope_list  list = {0};
	struct buf         out = {0};
	struct status_view v = {.list = &list, .run = run, .out = &out};
	struct plan       *p = NULL;
	int                rc = -1;

	if (store != NULL && (p = loaded_plan(store, cfg->plan, e)) != NULL &&
	    choose(cfg, p, &list, e) == 0 &&
	    (v.summaries = summaries_fetch(store, p, &list, e)) != NULL) {
		v.plan = p;
		if (cfg->shared.json)
			print_json(&v);
		else
			print_text(&v, cfg->agencies);
		rc = 0;
	}
	summaries_free(v.summaries);
	free(list.at);
	buf_fini(&out);
	plan_free(p);
	store_close(store);
	return rc;
}

int
status_command(int argc, char **argv)
{
	struct status_settings cfg = {0};
	struct command_run     run;
	struct err             err = {0};
	int                    status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	return show(&cfg, &run, &err) != 0 ? command_fail(&err) : 0;
}
