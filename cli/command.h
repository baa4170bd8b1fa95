/*
 * command -- what every subcommand of `tuijin` has in common: flags, the way it
 * fails, its exit status.
 *
 * A subcommand is a function like main(): it parses its own flags, prints its
 * results to standard output and says on standard error why it failed. Exit
 * statuses are those of sysexits(3): 0, 64 usage, 65 bad data, 69 unavailable,
 * 74 input or output, 78 settings that cannot work here: an endpoint, a key file.
 *
 * What a person reads of errors and notes is in the language of --lang or the locale;
 * with --json or --log-format json, for programs, it is English.
 */
#ifndef TUIJIN_CLI_COMMAND_H
#define TUIJIN_CLI_COMMAND_H

#include "cli/language.h"
#include "cli/screen.h"
#include "common/log.h"
#include "common/options.h"
#include "core/err.h"

#define COMMAND_BAD_DATA 65

/* What commands are about, in the order of --help. */
enum command_group {
	COMMAND_OF_PLAN,
	COMMAND_OF_REPORTS,
	COMMAND_TO_LOOK,
	COMMAND_TO_PROVE,
	COMMAND_OF_KEYS,
	COMMAND_TOOL,
	COMMAND_GROUPS
};

struct command {
	const char *name;    /* "plan check" */
	const char *summary; /* a line for --help */
	int (*run)(int argc, char **argv);
	enum command_group group;
};

int plan_check_command(int argc, char **argv);
int plan_load_command(int argc, char **argv);
int plan_show_command(int argc, char **argv);
int plan_diff_command(int argc, char **argv);
int report_command(int argc, char **argv);
int dispose_command(int argc, char **argv);
int status_command(int argc, char **argv);
int watch_command(int argc, char **argv);
int notify_command(int argc, char **argv);
int history_command(int argc, char **argv);
int rollup_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int verify_command(int argc, char **argv);
int seal_command(int argc, char **argv);
int export_command(int argc, char **argv);
int trend_command(int argc, char **argv);
int simulate_command(int argc, char **argv);
int rehearse_command(int argc, char **argv);
int bench_command(int argc, char **argv);
int keygen_command(int argc, char **argv);
int keys_list_command(int argc, char **argv);
int keys_check_command(int argc, char **argv);
int doctor_command(int argc, char **argv);

/* Flags of all subcommands; a member `shared` of each settings struct. */
struct command_settings {
	bool                   json;
	const char            *lang;
	struct common_settings common;
};

/* clang-format off */
#define COMMAND_JSON(type, help) \
	{"json", NULL, OPTION_FLAG, offsetof(type, shared.json), NULL, 0, 0, help}
#define COMMAND_LANG(type) \
	{"lang", "zh|en", OPTION_TEXT, offsetof(type, shared.lang), NULL, 0, 0, \
	    "language of titles and words (default: that of the locale)"}
#define COMMAND_LOG(type) OPTIONS_COMMON(type, shared.common)
#define COMMAND_REDIS(type, preset, help) \
	{"redis", "URL", OPTION_TEXT, offsetof(type, redis), preset, 0, 0, help}
#define COMMAND_PLAN(type) \
	{"plan", "ID", OPTION_TEXT, offsetof(type, plan), NULL, 0, 0, \
	    "the plan (default: the only loaded one)"}
#define COMMAND_TIMEOUT(type, preset, help) \
	{"timeout", "SECONDS", OPTION_NUMBER, offsetof(type, timeout), preset, 1, 86400, help}
/* clang-format on */

#define COMMAND_REDIS_DEFAULT   "redis://127.0.0.1:6379"
#define COMMAND_REPORTS_DEFAULT "tcp://127.0.0.1:7301"
#define COMMAND_EVENTS_DEFAULT  "tcp://127.0.0.1:7302"

/* What a command knows once its flags are read. */
struct command_run {
	int           first; /* operands are argv[first .. argc-1] */
	enum language language;
	struct screen out; /* standard output */
};

/* Reads the flags into settings; shared points into it. Returns -1 to go on, or
 * the exit status to leave with (--help, or a flag that is off). */
int command_open(const struct option_page *page, int argc, char **argv, void *settings,
    struct command_settings *shared, struct command_run *run);

/* Checks that the value of --flag is an endpoint to connect to, tcp://host:port or
 * ipc://path; NULL is fine. Errors: ERR_USAGE. */
int command_check_endpoint(const char *flag, const char *value, struct err *e);

/* Says why on standard error, with where help is if the words were off and with
 * --redis if the store is away. Returns the exit status for it. */
int command_fail(const struct err *e);

/* One more line on standard error, "tuijin report: …", or a log line with
 * event=note under --log-format json. Escape text from outside. */
void command_note(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
