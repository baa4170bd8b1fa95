#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/loaded.h"
#include "cli/scope_named.h"
#include "cli/scope_view.h"
#include "cli/summaries.h"
#include "core/calendar.h"

struct status_settings {
	const char *redis, *plan, *scope;
	bool        agencies;

	struct command_settings shared;
};

#define AT(member) offsetof(struct status_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct status_settings, COMMAND_REDIS_DEFAULT, "the store"),
	COMMAND_PLAN(struct status_settings),
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
	"and its chapters, or one scope and what is below it. Expected is what should be done\n"
	"by the end of that day, the gap what is missing (-) or ahead (+) in points, and the\n"
	"light what the office is to look at, with the reason. Done, Active, Waiting and Silent\n"
	"are tasks completed, in progress, not started and not reported on; \"60/65 (58)\" below\n"
	"a period: of 65 obligations due for it 60 were reported, 58 of them in time.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin status\n"
		"  tuijin status --scope chapter/2\n"
		"  tuijin status --scope agency/cnipa --lang zh\n"
		"  tuijin status --agencies --json\n",
};

/* Where the summaries are from: which plan, and how old. */
static void
add_source(const struct scope_view *v)
{
	static const struct phrase words =
	    PHRASE("%s · revision %" PRIu32 " · as of %s · position %s\n\n",
		"%s · 第 %" PRIu32 " 版 · 评价日 %s · 台账位置 %s\n\n");
	const struct summary *s = v->at(v->source, 0);
	enum language         l = v->run->language;
	char                  date[CALENDAR_DATE_SIZE], position[POSITION_SIZE];

	screen_styled(v->out, v->run->out, STYLE_BOLD, text_of(language_title(l, v->plan->title)));
	buf_addf(v->out, "\n");
	buf_addf(v->out, words.at[l], v->plan->id, s->revision,
	    calendar_format_date(calendar_day_at(s->as_of_ms, v->plan->utc_offset_min), date),
	    position_format(s->position, position));
}

static void
print_text(const struct scope_view *v, bool agencies)
{
	add_source(v);
	scope_view_headline(v);
	if (agencies)
		scope_view_agencies(v);
	else
		scope_view_below(v);
	fwrite(v->out->at, 1, v->out->len, stdout);
}

static void
print_json(const struct scope_view *v)
{
	json_t *summaries = json_array();

	for (size_t i = 0; i < v->list->count; i++) {
		const struct summary *s = v->at(v->source, i);
		json_t               *object;

		if (s == NULL)
			continue;
		object = json_summary(s);
		json_object_set_new(
		    object, "title", json_title(scope_title(v->plan, v->list->at[i])));
		json_array_append_new(summaries, object);
	}
	json_print(stdout,
	    json_pack("{s:s, s:I, s:o, s:o}", "plan", v->plan->id, "revision",
		(json_int_t)v->plan->revision, "title", json_title(v->plan->title), "summaries",
		summaries));
}

static int
choose(
    const struct status_settings *cfg, const struct plan *p, struct scope_list *list, struct err *e)
{
	struct scope top;

	if (scope_named(p, "--scope", cfg->scope, &top, e) != 0)
		return -1;
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

static const struct summary *
kept_summary(void *source, size_t i)
{
	return summaries_at(source, i, NULL);
}

/* Names every summary below the headline that cannot be shown. Returns the exit status. */
static int
name_unreadable(struct summaries *s, const struct plan *p, size_t count)
{
	const struct summary *top = summaries_at(s, 0, NULL);
	bool                  caught_up = top != NULL && top->revision == p->revision;
	int                   status = 0;

	for (size_t i = 1; i < count; i++) {
		struct err why;

		if (!caught_up && summaries_payload(s, i).at == NULL)
			continue; /* the aggregator has not come to this revision yet */
		if (summaries_at(s, i, &why) != NULL)
			continue;
		command_note(LOG_ERROR, "%s", why.msg);
		status = COMMAND_BAD_DATA;
	}
	return status;
}

/* Returns the exit status, or -1 with *e. */
static int
show(const struct status_settings *cfg, const struct command_run *run, struct err *e)
{
	struct store     *store = store_open(cfg->redis, e);
	struct scope_list list = {0};
	struct buf        out = {0};
	struct scope_view v = {.list = &list, .at = kept_summary, .run = run, .out = &out};
	struct plan      *p = NULL;
	struct summaries *summaries = NULL;
	int               rc = -1;

	if (store != NULL && (p = loaded_plan(store, cfg->plan, e)) != NULL &&
	    choose(cfg, p, &list, e) == 0 &&
	    (summaries = summaries_fetch(store, p, &list, e)) != NULL &&
	    summaries_at(summaries, 0, e) != NULL) {
		v.plan = p;
		v.source = summaries;
		if (cfg->shared.json)
			print_json(&v);
		else
			print_text(&v, cfg->agencies);
		rc = name_unreadable(summaries, p, list.count);
	}
	summaries_free(summaries);
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
	status = show(&cfg, &run, &err);
	return status < 0 ? command_fail(&err) : status;
}
