#include <limits.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/loaded.h"
#include "cli/sender.h"
#include "common/clock.h"

struct dispose_settings {
	const char *connect, *redis, *plan, *agency;
	int64_t     task, seq, timeout;
	const char *as, *reason, *at;

	struct identity_settings identity;
	struct command_settings  shared;
};

#define AT(member) offsetof(struct dispose_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"task", "N", OPTION_NUMBER, AT(task), NULL, 1, UINT32_MAX, "number of the task"},
	{"as", "RULING", OPTION_TEXT, AT(as), NULL, 0, 0, "verified, returned, suspended, cancelled or open"},
	{"reason", "TEXT", OPTION_TEXT, AT(reason), NULL, 0, 0, "why; required for all but open and verified"},
	{"at", "TIME", OPTION_TEXT, AT(at), NULL, 0, 0, "the moment it takes effect: ms since 1970, or YYYY-MM-DD[THH:MM[:SS]][Z|+08:00] (default: now)"},
	{"agency", "ID", OPTION_TEXT, AT(agency), NULL, 0, 0, "the plan's office; looked up in the plan when --redis is given"},
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0, "the plan; with --redis, the only loaded one if there is just one"},
	{"connect", "ENDPOINT", OPTION_TEXT, AT(connect), COMMAND_REPORTS_DEFAULT, 0, 0, "the collector"},
	IDENTITY_SERVER_KEY(struct dispose_settings),
	IDENTITY_SECRET_KEY(struct dispose_settings),
	COMMAND_REDIS(struct dispose_settings, NULL, "the store, to look up plan and office (default: none)"),
	{"seq", "N", OPTION_NUMBER, AT(seq), NULL, 1, (int64_t)REPORT_SEQ_MAX, "number of the message (default: microseconds since 1970)"},
	COMMAND_TIMEOUT(struct dispose_settings, "30", "how long to wait for an answer, resending meanwhile"),
	COMMAND_JSON(struct dispose_settings, "the verdict as a JSON object"),
	COMMAND_LANG(struct dispose_settings),
	COMMAND_LOG(struct dispose_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin dispose",
    .summary =
	"Sends the office's ruling on a task: verified 已办结, returned 退回, suspended 中止,\n"
	"cancelled 已取消, open 在办 (takes back any of them). Exit status as of 'tuijin report'.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin dispose --plan ipr-2026 --agency jco --task 9 --as verified\n"
		"  tuijin dispose --redis redis://127.0.0.1:6379 --task 9 --as returned \\\n"
		"      --reason '佐证材料不全'\n",
};

static int
ruling(const struct dispose_settings *cfg, struct report *r, struct err *e)
{
	*r = (struct report){
	    .kind = REPORT_DISPOSITION,
	    .task = (uint32_t)cfg->task,
	    .task_known = true,
	    .at_ms = clock_wall_ms(),
	};
	if (cfg->task == 0)
		return err_fail(e, ERR_USAGE, "--task is missing");
	if (cfg->as == NULL)
		return err_fail(e, ERR_USAGE, "--as is missing");
	if (!report_disposition_parse(text_of(cfg->as), &r->disposition))
		return err_fail(e, ERR_INPUT,
		    "--as: got '%.20s', expected verified, returned, suspended, cancelled or open",
		    cfg->as);
	if (cfg->reason != NULL)
		r->reason = text_of(cfg->reason);
	if (!text_is_utf8(r->reason))
		return err_fail(e, ERR_INPUT, "--reason: not UTF-8");
	return cfg->at == NULL ? 0 : input_moment("--at", text_of(cfg->at), &r->at_ms, e);
}

/* Fills in from the plan in Redis what the flags leave open. */
static int
look_up(const struct dispose_settings *cfg, struct sender *s, struct plan **p, struct err *e)
{
	if (cfg->redis == NULL || (s->plan != NULL && s->agency != NULL))
		return 0;
	if ((*p = loaded_plan_at(cfg->redis, s->plan, e)) == NULL)
		return -1;
	s->plan = (*p)->id;
	if (s->agency == NULL)
		s->agency = (*p)->agencies[(*p)->office].id;
	return 0;
}

int
dispose_command(int argc, char **argv)
{
	struct dispose_settings cfg = {0};
	struct sender           s = {0};
	struct plan            *p = NULL;
	struct err              err = {0};
	struct report           r;
	int                     status = command_open(&page, argc, argv, &cfg, &cfg.shared, &s.run);

	if (status >= 0)
		return status;
	s.plan = cfg.plan;
	s.agency = cfg.agency;
	s.timeout_ms = cfg.timeout * 1000;
	s.json = cfg.shared.json;
	if (ruling(&cfg, &r, &err) != 0 || look_up(&cfg, &s, &p, &err) != 0 ||
	    sender_check(&s, "dispose", &err) != 0 ||
	    sender_open(&s, cfg.connect, &cfg.identity, (uint64_t)cfg.seq, &err) != 0 ||
	    sender_send(&s, &r, 1, NULL, &err) != 0)
		status = command_fail(&err);
	else
		status = sender_status(&s);
	sender_close(&s);
	plan_free(p);
	return status;
}
