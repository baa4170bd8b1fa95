#include <stdio.h>

#include "cli/command.h"
#include "cli/explain_json.h"
#include "cli/explain_view.h"
#include "cli/scope_named.h"

struct explain_settings {
	const char *redis, *plan, *as_of, *known_at, *today;
	bool        words;

	struct command_settings shared;
};

#define AT(member) offsetof(struct explain_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct explain_settings, COMMAND_REDIS_DEFAULT, "the store"),
	COMMAND_PLAN(struct explain_settings),
	PICTURE_FLAGS(struct explain_settings),
	{"words", NULL, OPTION_FLAG, AT(words), NULL, 0, 0, "what the agencies wrote, below each report (a task has it anyway)"},
	COMMAND_JSON(struct explain_settings, "all of it as one JSON document"),
	COMMAND_LANG(struct explain_settings),
	COMMAND_LOG(struct explain_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin explain",
    .summary =
	"Takes a published number apart, from the ledger: every task in it with its weight w,\n"
	"percent P and expected percent E, and the reports behind them; what does not count\n"
	"and why; the sums they make; the rule that lit the light; and how many points of the\n"
	"gap each task costs. Of a task: every agency's part, its words, and its reporting\n"
	"periods. SCOPE is overall, chapter/2, section/2.1, task/27 or agency/cnipa. The exit\n"
	"status is 65 if the sums are not those of the summary, or if what is published for\n"
	"the same moment is not the same.",
    .operands = "SCOPE",
    .operands_min = 1,
    .operands_max = 1,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin explain overall\n"
		"  tuijin explain chapter/2 --words --lang zh\n"
		"  tuijin explain task/27 --as-of 2026-06-30\n"
		"  tuijin explain agency/cnipa --known-at 2026-07-10T09:30 --json\n",
};

/* Returns 0, or COMMAND_BAD_DATA if the sums or what is published are off. */
static int
show(struct explain_view *v, struct scope s, struct store *store, bool json)
{
	struct explanation       x;
	struct explain_published published;
	struct buf               out = {0};
	int                      status = 0;

	explain(v->rollup, s, &x);
	explain_published_fetch(
	    store, v->rollup, s, v->request->as_of.kind != MOMENT_NONE, &published);
	v->x = &x;
	v->published = &published;
	v->out = &out;
	v->words = v->words || s.kind == SCOPE_TASK;
	if (json) {
		json_print(stdout, explain_json(v));
	} else {
		explain_view_print(v);
		fwrite(out.at, 1, out.len, stdout);
	}
	if (!explanation_adds_up(&x) || explain_published_is_wrong(published.kind))
		status = COMMAND_BAD_DATA;
	explain_published_fini(&published);
	buf_fini(&out);
	explanation_fini(&x);
	return status;
}

/* Returns the exit status, or -1 with *e. */
static int
take_apart(const struct explain_settings *cfg, const char *name, const struct command_run *run,
    struct err *e)
{
	struct picture_request request;
	struct store          *store = store_open(cfg->redis, e);
	struct picture        *picture = NULL;
	struct scope           s;
	int                    status = -1;

	if (store != NULL &&
	    picture_request_read(cfg->plan, cfg->as_of, cfg->known_at, cfg->today, &request, e) ==
		0 &&
	    (picture = picture_take(store, &request, e)) != NULL &&
	    scope_named_in(picture, "SCOPE", name, &s, e) == 0) {
		struct explain_view v = {
		    .picture = picture,
		    .request = &request,
		    .rollup = picture_rollup(picture),
		    .plan = picture_plan(picture),
		    .run = run,
		    .words = cfg->words,
		};

		status = show(&v, s, store, cfg->shared.json);
	}
	picture_free(picture);
	store_close(store);
	return status;
}

int
explain_command(int argc, char **argv)
{
	struct explain_settings cfg = {0};
	struct command_run      run;
	struct err              err = {0};
	int                     status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	status = take_apart(&cfg, argv[run.first], &run, &err);
	return status < 0 ? command_fail(&err) : status;
}
