/*
 * Flags, environment and defaults: what ends up in the settings, and what is said
 * when something is off.
 */
#include "tests/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/options.h"

#define WORDS_MAX 16

struct settings {
	const char            *bind, *redis;
	int64_t                publish_interval, offset;
	double                 rate;
	struct option_list     plans;
	bool                   plaintext;
	struct common_settings common;
};

/* clang-format off */
#define AT(field) offsetof(struct settings, field)
static const struct option_row rows[] = {
	{"bind", "ENDPOINT", OPTION_TEXT, AT(bind), "tcp://127.0.0.1:7301", 0, 0, "where to listen"},
	{"redis", "URL", OPTION_TEXT, AT(redis), NULL, 0, 0, "the store"},
	{"publish-interval", "MS", OPTION_NUMBER, AT(publish_interval), "50", 1, 60000, "least time between events, ms"},
	{"offset", "N", OPTION_NUMBER, AT(offset), NULL, 0, 0, "any number"},
	{"rate", "PER-SECOND", OPTION_REAL, AT(rate), "1.5", 0, 1000, "reports a second"},
	{"plan", "ID", OPTION_LIST, AT(plans), NULL, 0, 0, "serve this plan"},
	{"plaintext", NULL, OPTION_FLAG, AT(plaintext), NULL, 0, 0, "allow any bind"},
	OPTIONS_COMMON(struct settings, common),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin-test",
    .summary = "Tests flags.",
    .operands = "FILE [FILE]",
    .operands_min = 0,
    .operands_max = 2,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin-test plan.yaml\n",
};

static const char *const variables[] = {"TUIJIN_BIND", "TUIJIN_REDIS", "TUIJIN_PUBLISH_INTERVAL",
    "TUIJIN_OFFSET", "TUIJIN_RATE", "TUIJIN_PLAN", "TUIJIN_PLAINTEXT", "TUIJIN_LOG_FORMAT",
    "TUIJIN_LOG_LEVEL"};

/* Settings are compared as "bind redis interval offset rate plans plaintext | operands". */
static struct parse_case {
	const char *name;
	const char *words[WORDS_MAX];     /* behind the program's name */
	const char *variables[WORDS_MAX]; /* NAME, VALUE, NAME, ... */
	const char *want;
	const char *want_err; /* or this */
} cases[] = {
    {"nothing: defaults", {NULL}, {NULL}, "tcp://127.0.0.1:7301 - 50 0 1.5 [] no |", NULL},
    {"a value behind =", {"--bind=ipc://x"}, {NULL}, "ipc://x - 50 0 1.5 [] no |", NULL},
    {"a value behind a blank", {"--bind", "ipc://x"}, {NULL}, "ipc://x - 50 0 1.5 [] no |", NULL},
    {"an empty value", {"--bind="}, {NULL}, " - 50 0 1.5 [] no |", NULL},
    {"= in a value", {"--redis=a=b"}, {NULL}, "tcp://127.0.0.1:7301 a=b 50 0 1.5 [] no |", NULL},
    {"a value that looks like a flag", {"--redis", "--plan"}, {NULL},
	"tcp://127.0.0.1:7301 --plan 50 0 1.5 [] no |", NULL},
    {"the last of two counts", {"--redis=a", "--redis=b"}, {NULL},
	"tcp://127.0.0.1:7301 b 50 0 1.5 [] no |", NULL},
    {"a flag", {"--plaintext"}, {NULL}, "tcp://127.0.0.1:7301 - 50 0 1.5 [] yes |", NULL},
    {"a list", {"--plan=a", "--plan", "b,c"}, {NULL},
	"tcp://127.0.0.1:7301 - 50 0 1.5 [a b,c] no |", NULL},
    {"operands among flags", {"one", "--plaintext", "two", "--offset", "-3"}, {NULL},
	"tcp://127.0.0.1:7301 - 50 -3 1.5 [] yes | one two", NULL},
    {"operands that look like flags", {"--plaintext", "--", "--bind", "--"}, {NULL},
	"tcp://127.0.0.1:7301 - 50 0 1.5 [] yes | --bind --", NULL},
    {"- is an operand, and so is a negative number", {"-", "-7.5"}, {NULL},
	"tcp://127.0.0.1:7301 - 50 0 1.5 [] no | - -7.5", NULL},
    {"numbers at their limits", {"--publish-interval=60000", "--rate=1e3"}, {NULL},
	"tcp://127.0.0.1:7301 - 60000 0 1000 [] no |", NULL},
    {"the widest number", {"--offset=-9223372036854775808"}, {NULL},
	"tcp://127.0.0.1:7301 - 50 -9223372036854775808 1.5 [] no |", NULL},

    {"environment", {NULL},
	{"TUIJIN_REDIS", "r", "TUIJIN_PUBLISH_INTERVAL", "7", "TUIJIN_RATE", "0.25"},
	"tcp://127.0.0.1:7301 r 7 0 0.25 [] no |", NULL},
    {"the command line wins", {"--redis=mine", "--plan=x"},
	{"TUIJIN_REDIS", "theirs", "TUIJIN_PLAN", "a,b", "TUIJIN_PLAINTEXT", "yes"},
	"tcp://127.0.0.1:7301 mine 50 0 1.5 [x] yes |", NULL},
    {"a variable that is wrong but not needed", {"--publish-interval=9"},
	{"TUIJIN_PUBLISH_INTERVAL", "x"}, "tcp://127.0.0.1:7301 - 9 0 1.5 [] no |", NULL},
    {"a list in the environment", {NULL}, {"TUIJIN_PLAN", "a,b,,c,"},
	"tcp://127.0.0.1:7301 - 50 0 1.5 [a b c] no |", NULL},
    {"an empty variable is none", {NULL}, {"TUIJIN_BIND", "", "TUIJIN_PLAINTEXT", ""},
	"tcp://127.0.0.1:7301 - 50 0 1.5 [] no |", NULL},
    {"a flag switched off", {NULL}, {"TUIJIN_PLAINTEXT", "False"},
	"tcp://127.0.0.1:7301 - 50 0 1.5 [] no |", NULL},
    {"a flag switched on", {NULL}, {"TUIJIN_PLAINTEXT", "1"},
	"tcp://127.0.0.1:7301 - 50 0 1.5 [] yes |", NULL},

    {"an unknown flag", {"--colour"}, {NULL}, NULL,
	"unknown flag --colour; try 'tuijin-test --help'"},
    {"an unknown flag hides its value", {"--pass=s3cret"}, {NULL}, NULL,
	"unknown flag --pass; try 'tuijin-test --help'"},
    {"an abbreviation is unknown", {"--plain"}, {NULL}, NULL,
	"unknown flag --plain; try 'tuijin-test --help'"},
    {"a short flag is unknown", {"-v"}, {NULL}, NULL, "unknown flag -v; try 'tuijin-test --help'"},
    {"one - too few", {"-bind"}, {NULL}, NULL, "unknown flag -bind; try 'tuijin-test --help'"},
    {"bytes in a flag are shown safely", {"--\x1b[31m"}, {NULL}, NULL,
	"unknown flag --\\x1b[31m; try 'tuijin-test --help'"},
    {"a value is missing", {"--plaintext", "--redis"}, {NULL}, NULL,
	"--redis: expected URL; try 'tuijin-test --help'"},
    {"a flag with a value", {"--plaintext=yes"}, {NULL}, NULL,
	"--plaintext: takes no value; try 'tuijin-test --help'"},
    {"three operands", {"a", "b", "c'"}, {NULL}, NULL,
	"unexpected 'c\\''; try 'tuijin-test --help'"},
    {"no number", {"--publish-interval=x"}, {NULL}, NULL,
	"--publish-interval: got 'x', expected a whole number from 1 to 60000 (ms); try "
	"'tuijin-test --help'"},
    {"a number and more", {"--publish-interval", "5ms"}, {NULL}, NULL,
	"--publish-interval: got '5ms', expected a whole number from 1 to 60000 (ms); try "
	"'tuijin-test --help'"},
    {"an empty number", {"--publish-interval="}, {NULL}, NULL,
	"--publish-interval: got '', expected a whole number from 1 to 60000 (ms); try "
	"'tuijin-test --help'"},
    {"a blank before a number", {"--publish-interval= 5"}, {NULL}, NULL,
	"--publish-interval: got ' 5', expected a whole number from 1 to 60000 (ms); try "
	"'tuijin-test --help'"},
    {"a number in hex", {"--publish-interval=0x10"}, {NULL}, NULL,
	"--publish-interval: got '0x10', expected a whole number from 1 to 60000 (ms); try "
	"'tuijin-test --help'"},
    {"one too few", {"--publish-interval=0"}, {NULL}, NULL,
	"--publish-interval: got '0', expected a whole number from 1 to 60000 (ms); try "
	"'tuijin-test --help'"},
    {"one too many", {"--publish-interval=60001"}, {NULL}, NULL,
	"--publish-interval: got '60001', expected a whole number from 1 to 60000 (ms); try "
	"'tuijin-test --help'"},
    {"a number that would wrap", {"--offset=9223372036854775808"}, {NULL}, NULL,
	"--offset: got '9223372036854775808', expected a whole number; try 'tuijin-test --help'"},
    {"not a number at all", {"--rate=nan"}, {NULL}, NULL,
	"--rate: got 'nan', expected a number from 0 to 1000 (per-second); try 'tuijin-test "
	"--help'"},
    {"infinite", {"--rate=1e999"}, {NULL}, NULL,
	"--rate: got '1e999', expected a number from 0 to 1000 (per-second); try 'tuijin-test "
	"--help'"},
    {"two points", {"--rate=1.2.3"}, {NULL}, NULL,
	"--rate: got '1.2.3', expected a number from 0 to 1000 (per-second); try 'tuijin-test "
	"--help'"},
    {"a variable that is wrong", {NULL}, {"TUIJIN_PUBLISH_INTERVAL", "soon"}, NULL,
	"TUIJIN_PUBLISH_INTERVAL: got 'soon', expected a whole number from 1 to 60000 (ms); try "
	"'tuijin-test --help'"},
    {"a switch that is neither", {NULL}, {"TUIJIN_PLAINTEXT", "maybe"}, NULL,
	"TUIJIN_PLAINTEXT: got 'maybe', expected yes or no; try 'tuijin-test --help'"},
};

static void
set_variables(const char *const *pairs)
{
	for (size_t i = 0; i < COUNT(variables); i++)
		unsetenv(variables[i]);
	for (; pairs != NULL && *pairs != NULL; pairs += 2)
		setenv(pairs[0], pairs[1], 1);
}

static void
print_settings(FILE *out, const struct settings *s, int argc, char **argv, int first)
{
	fprintf(out, "%s %s %lld %lld %g [", s->bind, s->redis != NULL ? s->redis : "-",
	    (long long)s->publish_interval, (long long)s->offset, s->rate);
	for (size_t i = 0; i < s->plans.count; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", s->plans.at[i]);
	fprintf(out, "] %s |", s->plaintext ? "yes" : "no");
	for (int i = first; i < argc; i++)
		fprintf(out, " %s", argv[i]);
}

/* Parses; the settings' text is to be freed. */
static char *
parse(const struct parse_case *c, enum options_outcome *outcome, struct err *err)
{
	static struct settings s; /* not cleared: parsing must do so, for a second command too */
	char                  *argv[WORDS_MAX + 2] = {"tuijin-test"}, *text = NULL;
	int                    argc = 1, first = 99;
	size_t                 len;
	FILE                  *out = open_memstream(&text, &len);

	for (; c->words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)c->words[argc - 1];
	set_variables(c->variables);
	*outcome = options_parse(&page, argc, argv, &s, &first, err);
	if (*outcome == OPTIONS_RUN)
		print_settings(out, &s, argc, argv, first);
	fclose(out);
	return text;
}

static void
check_parse(void **state)
{
	const struct parse_case *c = *state;
	struct err               err = {0};
	enum options_outcome     outcome;
	char                    *got = parse(c, &outcome, &err);

	if (c->want_err != NULL) {
		assert_string_equal(err.msg, c->want_err);
		assert_int_equal(err.code, ERR_USAGE);
		assert_int_equal(outcome, OPTIONS_WRONG);
	} else {
		assert_string_equal(err.msg, "");
		assert_int_equal(outcome, OPTIONS_RUN);
		assert_string_equal(got, c->want);
	}
	free(got);
}

static void
an_operand_that_is_missing_is_named(void **state)
{
	struct option_page demanding = page;
	struct settings    s;
	char              *argv[] = {"tuijin-test", NULL};
	int                first;
	struct err         err = {0};

	(void)state;
	set_variables(NULL);
	demanding.operands_min = 1;
	assert_int_equal(options_parse(&demanding, 1, argv, &s, &first, &err), OPTIONS_WRONG);
	assert_string_equal(err.msg, "expected FILE [FILE]; try 'tuijin-test --help'");
	assert_int_equal(err.code, ERR_USAGE);
}

static void
a_list_of_more_than_it_holds_is_refused(void **state)
{
	static char    *argv[OPTIONS_LIST_MAX + 2];
	struct settings s;
	int             first;
	struct err      err = {0};

	(void)state;
	set_variables(NULL);
	argv[0] = "tuijin-test";
	for (int i = 1; i <= OPTIONS_LIST_MAX + 1; i++)
		argv[i] = "--plan=x";
	assert_int_equal(
	    options_parse(&page, OPTIONS_LIST_MAX + 1, argv, &s, &first, &err), OPTIONS_RUN);
	assert_int_equal(s.plans.count, 1024);
	assert_int_equal(
	    options_parse(&page, OPTIONS_LIST_MAX + 2, argv, &s, &first, &err), OPTIONS_WRONG);
	assert_string_equal(err.msg, "--plan: more than 1024 values; try 'tuijin-test --help'");
}

/* Parses one word with standard output in a file, and reads that. */
static void
shown_by(const char *word, char *out, size_t size)
{
	struct settings s;
	char           *argv[] = {"tuijin-test", "--publish-interval=wrong", (char *)word, NULL};
	int             first, kept = dup(STDOUT_FILENO);
	FILE           *file = tmpfile();
	struct err      err = {0};
	size_t          len;

	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	assert_int_equal(options_parse(&page, 3, argv, &s, &first, &err), OPTIONS_SHOWN);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	rewind(file);
	len = fread(out, 1, size - 1, file);
	out[len] = '\0';
	fclose(file);
}

static void
version_is_shown(void **state)
{
	char got[100];

	(void)state;
	shown_by("--version", got, sizeof(got));
	assert_string_equal(got, "tuijin-test 0.1.0\n");
}

static void
help_is_shown_even_when_another_flag_is_wrong(void **state)
{
	static const char want[] =
	    "Usage: tuijin-test [FLAG]... FILE [FILE]\n"
	    "Tests flags.\n"
	    "\n"
	    "Flags, each with the variable that sets it too:\n"
	    "  --bind ENDPOINT           where to listen\n"
	    "                            [default tcp://127.0.0.1:7301; TUIJIN_BIND]\n"
	    "  --redis URL               the store\n"
	    "                            [TUIJIN_REDIS]\n"
	    "  --publish-interval MS     least time between events, ms\n"
	    "                            [default 50; 1 to 60000; TUIJIN_PUBLISH_INTERVAL]\n"
	    "  --offset N                any number\n"
	    "                            [TUIJIN_OFFSET]\n"
	    "  --rate PER-SECOND         reports a second\n"
	    "                            [default 1.5; 0 to 1000; TUIJIN_RATE]\n"
	    "  --plan ID                 serve this plan\n"
	    "                            [repeatable; TUIJIN_PLAN]\n"
	    "  --plaintext               allow any bind\n"
	    "                            [TUIJIN_PLAINTEXT]\n"
	    "  --log-format text|json    how log lines are written to standard error\n"
	    "                            [default text; TUIJIN_LOG_FORMAT]\n"
	    "  --log-level LEVEL         least level that is logged: debug, info, warn, error\n"
	    "                            [default info; TUIJIN_LOG_LEVEL]\n"
	    "  --help                    shows this\n"
	    "  --version                 shows the version\n"
	    "\n"
	    "Examples:\n"
	    "  tuijin-test plan.yaml\n";
	char got[4096];

	(void)state;
	shown_by("--help", got, sizeof(got));
	assert_string_equal(got, want);
}

static void
log_settings_are_checked(void **state)
{
	struct common_settings c = {"xml", "info"};
	struct err             err = {0};

	(void)state;
	assert_int_equal(options_open_log("t", &c, &err), -1);
	assert_string_equal(err.msg, "--log-format: got 'xml', expected text or json");
	c = (struct common_settings){"text", "loud"};
	assert_int_equal(options_open_log("t", &c, &err), -1);
	assert_string_equal(
	    err.msg, "--log-level: got 'loud', expected debug, info, warn or error");
	assert_int_equal(err.code, ERR_USAGE);
	c = (struct common_settings){"json", "warn"};
	assert_int_equal(options_open_log("t", &c, &err), 0);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 5] = {
	    cmocka_unit_test(an_operand_that_is_missing_is_named),
	    cmocka_unit_test(a_list_of_more_than_it_holds_is_refused),
	    cmocka_unit_test(version_is_shown),
	    cmocka_unit_test(help_is_shown_even_when_another_flag_is_wrong),
	    cmocka_unit_test(log_settings_are_checked),
	};
	size_t n = 5;

	CASES_ADD(tests, n, cases, check_parse);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
