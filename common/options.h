/*
 * options -- flags from a table: parsing, environment, defaults, limits, --help.
 *
 * One row is one flag. Each is also TUIJIN_NAME in the environment ("redis" is
 * TUIJIN_REDIS, "publish-interval" TUIJIN_PUBLISH_INTERVAL); the command line
 * wins. --help, --version and --man (the manual page, of which `make man` makes
 * files) are handled here, and --complete, which lists the flags for the completion of the
 * shell. The docs are checked against the same rows (tests/system/test_docs.py).
 *
 * What they show and what is said of wrong flags is in the language of --lang or the
 * locale (common/translate); from then on the errors of the process are English again,
 * until somebody sets a translator.
 */
#ifndef TUIJIN_COMMON_OPTIONS_H
#define TUIJIN_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"

#define OPTIONS_LIST_MAX 1024 /* values of a repeatable flag */

enum option_type {
	OPTION_FLAG,   /* bool: no value */
	OPTION_TEXT,   /* const char * */
	OPTION_NUMBER, /* int64_t within min .. max */
	OPTION_REAL,   /* double */
	OPTION_LIST,   /* struct option_list: repeatable; commas part values in the environment */
};

struct option_list {
	size_t      count;
	const char *at[OPTIONS_LIST_MAX]; /* borrowed */
};

struct option_row {
	const char      *name;  /* "redis": --redis and TUIJIN_REDIS */
	const char      *value; /* what stands for the value in --help: "URL"; NULL for a flag */
	enum option_type type;
	size_t           offset; /* of the field in the settings struct */
	const char      *preset; /* the default as typed; NULL: zero, absent */
	int64_t          min, max;
	const char      *help; /* one line, with the unit */
};

struct option_page {
	const char              *program;  /* "tuijin-collector" */
	const char              *summary;  /* what it does, a line */
	const char              *operands; /* "FILE", "" for none */
	int                      operands_min, operands_max;
	const struct option_row *rows;
	size_t                   row_count;
	const char              *examples; /* lines for the end of --help, or NULL */
};

enum options_outcome { OPTIONS_RUN, OPTIONS_SHOWN, OPTIONS_WRONG };

/* Fills settings from defaults, environment and argv[1..]; operands are left in
 * argv[*first..argc-1] (argv is permuted). Texts are borrowed from argv, the
 * environment or the table. OPTIONS_SHOWN: --help or --version was printed to
 * standard output; OPTIONS_WRONG: *e says what is off and where help is (ERR_USAGE). */
enum options_outcome options_parse(const struct option_page *page, int argc, char **argv,
    void *settings, int *first, struct err *e);

/* The same for a program without operands, which says itself what is off. True if it is to
 * run; else *status is what to exit with. */
bool options_begin(
    const struct option_page *page, int argc, char **argv, void *settings, int *status);

/* "zh" or "en": what the command line, TUIJIN_LANG or the locale asks for. */
const char *options_language(int argc, char **argv);

void options_help(FILE *out, const struct option_page *page);

/* The same as a manual page, in the macros of man(7). */
void options_man(FILE *out, const struct option_page *page);

/* A line for each flag: "--redis", and behind a tab what stands for its value, if any. */
void options_complete(FILE *out, const struct option_page *page);

/* "0.1.0"; --version shows "tuijin-collector 0.1.0". */
extern const char TUIJIN_VERSION[];

/* The day of that version, "2026-11-22": for its manual pages. */
extern const char TUIJIN_VERSION_DAY[];

#define OPTIONS_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The rows every program has; put them last in a table. settings has them as that member,
 * a struct common_settings. */
struct common_settings {
	const char *log_format, *log_level;
};
#define OPTIONS_COMMON(type, member)                                                               \
	{"log-format", "text|json", OPTION_TEXT, offsetof(type, member.log_format), "text", 0, 0,  \
	    "how log lines are written to standard error"},                                        \
	{                                                                                          \
		"log-level", "LEVEL", OPTION_TEXT, offsetof(type, member.log_level), "info", 0, 0, \
		    "least level that is logged: debug, info, warn, error"                         \
	}

/* Opens the log as the common settings say. Errors: ERR_USAGE. */
int options_open_log(const char *program, const struct common_settings *c, struct err *e);

#endif
