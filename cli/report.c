#include <limits.h>
#include <string.h>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/report_stream.h"
#include "cli/sender.h"
#include "common/clock.h"

struct report_settings {
	const char        *connect, *plan, *agency;
	int64_t            task, seq, timeout;
	const char        *state, *percent, *at;
	const char        *summary, *problems, *next_steps;
	bool               help_wanted, withdraw;
	struct option_list evidence;

	struct identity_settings identity;
	struct command_settings  shared;
};

#define AT(member) offsetof(struct report_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"agency", "ID", OPTION_TEXT, AT(agency), NULL, 0, 0, "whose reports these are"},
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0, "the plan they are about"},
	{"connect", "ENDPOINT", OPTION_TEXT, AT(connect), COMMAND_REPORTS_DEFAULT, 0, 0, "the collector"},
	IDENTITY_SERVER_KEY(struct report_settings),
	IDENTITY_SECRET_KEY(struct report_settings),
	{"task", "N", OPTION_NUMBER, AT(task), NULL, 1, UINT32_MAX, "number of the task"},
	{"state", "STATE", OPTION_TEXT, AT(state), NULL, 0, 0, "not_started, in_progress, blocked or completed"},
	{"percent", "P", OPTION_TEXT, AT(percent), NULL, 0, 0, "0 to 100, at most two decimals; not needed when not_started or completed"},
	{"summary", "TEXT", OPTION_TEXT, AT(summary), NULL, 0, 0, "what has been done"},
	{"problems", "TEXT", OPTION_TEXT, AT(problems), NULL, 0, 0, "what stands in the way; required when blocked"},
	{"next-steps", "TEXT", OPTION_TEXT, AT(next_steps), NULL, 0, 0, "what comes next"},
	{"help-wanted", NULL, OPTION_FLAG, AT(help_wanted), NULL, 0, 0, "asks the office to coordinate"},
	{"evidence", "TITLE=URI", OPTION_LIST, AT(evidence), NULL, 0, 0, "a document that shows it; up to 16 times"},
	{"at", "TIME", OPTION_TEXT, AT(at), NULL, 0, 0, "the moment it describes: ms since 1970, or YYYY-MM-DD[THH:MM[:SS]][Z|+08:00] (default: now)"},
	{"seq", "N", OPTION_NUMBER, AT(seq), NULL, 1, (int64_t)REPORT_SEQ_MAX, "number of the first message (default: microseconds since 1970)"},
	{"withdraw", NULL, OPTION_FLAG, AT(withdraw), NULL, 0, 0, "takes back what the agency last said on the task"},
	COMMAND_TIMEOUT(struct report_settings, "30", "how long to wait for an answer, resending meanwhile"),
	COMMAND_JSON(struct report_settings, "each verdict as a JSON object, one a line"),
	COMMAND_LANG(struct report_settings),
	COMMAND_LOG(struct report_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin report",
    .summary =
	"Sends one report given by flags, or those of FILE: one JSON object a line, with the\n"
	"keys of docs/protocol.md. Prints the verdict on each. Exit status 0 when all were\n"
	"taken (accepted, duplicate or superseded), 65 when any was rejected, in conflict or\n"
	"unreadable, 69 when nobody answered.",
    .operands = "[FILE|-]",
    .operands_min = 0,
    .operands_max = 1,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin report --plan ipr-2026 --agency cnipa --task 1 --state in_progress "
		"--percent 40 \\\n"
		"      --summary '已形成修订草案' --evidence '修订草案=https://example.org/draft'\n"
		"  tuijin report --plan ipr-2026 --agency cnipa --task 1 --withdraw\n"
		"  echo '{\"task\": 1, \"state\": \"completed\", \"percent\": 100}' |\n"
		"      tuijin report --plan ipr-2026 --agency cnipa -\n",
};

static int
check_text(const char *flag, const char *value, struct text *out, struct err *e)
{
	if (value == NULL)
		return 0;
	*out = text_of(value);
	if (!text_is_utf8(*out))
		return err_fail(e, ERR_INPUT, "--%s: not UTF-8", flag);
	return 0;
}

static int
set_evidence(const struct option_list *list, struct report *r, struct err *e)
{
	if (list->count > REPORT_EVIDENCE_MAX)
		return err_fail(e, ERR_INPUT, "--evidence: %zu given, at most %d allowed",
		    list->count, REPORT_EVIDENCE_MAX);
	for (size_t i = 0; i < list->count; i++) {
		const char *sign = strchr(list->at[i], '=');

		if (sign == NULL || !text_is_utf8(text_of(list->at[i])))
			return err_fail(e, ERR_INPUT, "--evidence: got '%.60s', expected TITLE=URI",
			    list->at[i]);
		r->evidence[i].title = (struct text){list->at[i], (size_t)(sign - list->at[i])};
		r->evidence[i].uri = text_of(sign + 1);
	}
	r->evidence_count = (uint32_t)list->count;
	return 0;
}

static int
set_state(const struct report_settings *cfg, struct report *r, struct err *e)
{
	if (cfg->state == NULL)
		return err_fail(e, ERR_USAGE, "--state is missing");
	if (!report_state_parse(text_of(cfg->state), &r->state))
		return err_fail(e, ERR_INPUT,
		    "--state: got '%.20s', expected not_started, in_progress, blocked or completed",
		    cfg->state);
	if (cfg->percent != NULL)
		return input_percent("--percent", cfg->percent, &r->percent, e);
	if (r->state != REPORT_NOT_STARTED && r->state != REPORT_COMPLETED)
		return err_fail(e, ERR_USAGE, "--percent is missing");
	r->percent = r->state == REPORT_COMPLETED ? REPORT_PERCENT_MAX : 0;
	return 0;
}

static int
from_flags(const struct report_settings *cfg, struct report *r, struct err *e)
{
	*r = (struct report){
	    .kind = cfg->withdraw ? REPORT_WITHDRAWAL : REPORT_STATUS,
	    .task = (uint32_t)cfg->task,
	    .task_known = true,
	    .at_ms = clock_wall_ms(),
	    .help = cfg->help_wanted,
	};
	if (cfg->at != NULL && input_moment("--at", text_of(cfg->at), &r->at_ms, e) != 0)
		return -1;
	if (cfg->withdraw)
		return 0;
	if (set_state(cfg, r, e) != 0 || check_text("summary", cfg->summary, &r->summary, e) != 0 ||
	    check_text("problems", cfg->problems, &r->problems, e) != 0 ||
	    check_text("next-steps", cfg->next_steps, &r->next_steps, e) != 0)
		return -1;
	return set_evidence(&cfg->evidence, r, e);
}

static int
send_one(struct sender *s, const struct report_settings *cfg, struct err *e)
{
	struct report r;

	if (from_flags(cfg, &r, e) != 0 ||
	    sender_open(s, cfg->connect, &cfg->identity, (uint64_t)cfg->seq, e) != 0)
		return -1;
	return sender_send(s, &r, 1, NULL, e);
}

static int
send_all(struct sender *s, const struct report_settings *cfg, const char *path, size_t *unreadable,
    struct err *e)
{
	if (sender_open(s, cfg->connect, &cfg->identity, (uint64_t)cfg->seq, e) != 0)
		return -1;
	return report_stream(s, path, unreadable, e);
}

int
report_command(int argc, char **argv)
{
	struct report_settings cfg = {0};
	struct sender          s = {0};
	struct err             err = {0};
	size_t                 unreadable = 0;
	int         status = command_open(&page, argc, argv, &cfg, &cfg.shared, &s.run), rc;
	const char *path;

	if (status >= 0)
		return status;
	path = s.run.first < argc ? argv[s.run.first] : NULL;
	s.plan = cfg.plan;
	s.agency = cfg.agency;
	s.timeout_ms = cfg.timeout * 1000;
	s.json = cfg.shared.json;
	if ((rc = sender_check(&s, "report", &err)) != 0)
		;
	else if ((path == NULL) == (cfg.task == 0))
		rc = err_fail(&err, ERR_USAGE, "expected either --task or a FILE");
	else if (path == NULL)
		rc = send_one(&s, &cfg, &err);
	else
		rc = send_all(&s, &cfg, path, &unreadable, &err);
	status = rc != 0 ? command_fail(&err) : sender_status(&s);
	sender_close(&s);
	return status == 0 && unreadable > 0 ? COMMAND_BAD_DATA : status;
}
