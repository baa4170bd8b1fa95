#include "cli/history.h"

#include <inttypes.h>

struct history_settings {
	const char *redis, *plan, *agency, *since, *until;
	int64_t     task, limit;

	struct command_settings shared;
};

#define AT(member) offsetof(struct history_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"task", "N", OPTION_NUMBER, AT(task), NULL, 1, UINT32_MAX, "what all agencies and the office said on this task"},
	{"agency", "ID", OPTION_TEXT, AT(agency), NULL, 0, 0, "what this agency said; with --task: on that task"},
	{"since", "TIME", OPTION_TEXT, AT(since), NULL, 0, 0, "from then on: DATE, DATETHH:MM or a ledger position"},
	{"until", "TIME", OPTION_TEXT, AT(until), NULL, 0, 0, "up to then, the end of that day or minute"},
	{"limit", "N", OPTION_NUMBER, AT(limit), "1000", 1, HISTORY_LIMIT_MAX, "only the newest records; they are held in memory"},
	COMMAND_REDIS(struct history_settings, COMMAND_REDIS_DEFAULT, "the store"),
	COMMAND_PLAN(struct history_settings),
	COMMAND_JSON(struct history_settings, "a JSON object a line"),
	COMMAND_LANG(struct history_settings),
	COMMAND_LOG(struct history_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin history",
    .summary =
	"Shows who said what and when, from the ledger, oldest first: reports, withdrawals and\n"
	"the office's rulings, when they came in, and what became of each. Tasks and agencies\n"
	"that the plan no longer has keep their history. --since and --until go by when the\n"
	"store took it; times are those of the plan's offset.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin history --task 27\n"
		"  tuijin history --task 27 --agency cnipa --lang zh\n"
		"  tuijin history --agency mof --since 2026-04-01 --until 2026-06-30\n"
		"  tuijin history --agency mof --limit 20 --json\n",
};

static int
ask(const struct history_settings *cfg, struct history_request *q, struct err *e)
{
	char shown[100];

	*q = (struct history_request){.plan = cfg->plan, .limit = (size_t)cfg->limit};
	q->task = (uint32_t)cfg->task;
	if (cfg->agency != NULL && *cfg->agency != '\0')
		q->agency = cfg->agency;
	if (q->task == 0 && q->agency == NULL)
		return err_fail(e, ERR_USAGE, "--task or --agency is missing");
	if (q->agency != NULL && !text_is_name(text_of(q->agency), PLAN_ID_MAX))
		return err_fail(e, ERR_USAGE, "--agency: '%s' is not the name of an agency",
		    text_escape(text_of(q->agency), shown, sizeof(shown)));
	if (moment_parse("since", cfg->since, &q->since, e) != 0)
		return -1;
	return moment_parse("until", cfg->until, &q->until, e);
}

static int
show(const struct history_settings *cfg, const struct command_run *run, struct err *e)
{
	struct history_request q;
	struct store          *store = NULL;
	struct history        *h = NULL;

	if (ask(cfg, &q, e) == 0 && (store = store_open(cfg->redis, e)) != NULL)
		h = history_read(store, &q, e);
	store_close(store);
	if (h == NULL)
		return -1;
	if (cfg->shared.json)
		history_print_json(h);
	else
		history_show(h, run);
	if (history_left_out(h) > 0)
		command_note(LOG_WARN,
		    "%" PRIu64 " older records are left out; a higher --limit shows them",
		    history_left_out(h));
	history_free(h);
	return 0;
}

int
history_command(int argc, char **argv)
{
	struct history_settings cfg = {0};
	struct command_run      run;
	struct err              err = {0};
	int                     status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	return show(&cfg, &run, &err) != 0 ? command_fail(&err) : 0;
}
