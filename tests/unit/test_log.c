/*
 * Log lines as they reach standard error: each one write, in both forms.
 */
#include "tests/cases.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"

#define MOMENT "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"

/* Standard error in the meantime: every write(2) arrives as one packet. */
static int ends[2], real_stderr;

static void
catch_stderr(void)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
	real_stderr = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
}

/* Lets it go and returns what the first write wrote; there may be no second. */
static const char *
caught(void)
{
	static char line[16384];
	ssize_t     len = recv(ends[0], line, sizeof(line) - 1, 0);
	char        more;

	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	assert_int_equal(recv(ends[0], &more, 1, 0), -1);
	close(ends[0]);
	close(ends[1]);
	line[len > 0 ? len : 0] = '\0';
	return line;
}

/* Steps over "ts=<moment> ", in either form. */
static const char *
behind_moment(const char *line, const char *head)
{
	char       pattern[200];
	regex_t    re;
	regmatch_t match;

	snprintf(pattern, sizeof(pattern), "^%s%s", head, MOMENT);
	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED), 0);
	assert_int_equal(regexec(&re, line, 1, &match, 0), 0);
	regfree(&re);
	return line + match.rm_eo;
}

static struct line_case {
	const char *name;
	const char *line;
	const char *want_text; /* behind "ts=<moment> level=info program=tuijin-x " */
	const char *want_json; /* behind {"ts":"<moment>","level":"info","program":"tuijin-x" */
} cases[] = {
    {"a word", "event=ready", "event=ready", ",\"event\":\"ready\""},
    {"numbers", "event=x a=0 b=-12 c=3.50 d=123456789012345",
	"event=x a=0 b=-12 c=3.50 d=123456789012345",
	",\"event\":\"x\",\"a\":0,\"b\":-12,\"c\":3.50,\"d\":123456789012345"},
    {"what only looks like a number",
	"a=1234567890123456 b=012 c=1. d=.5 e=1e5 f=- g=1-0 h=+1 i=0x1",
	"a=1234567890123456 b=012 c=1. d=.5 e=1e5 f=- g=1-0 h=+1 i=0x1",
	",\"a\":\"1234567890123456\",\"b\":\"012\",\"c\":\"1.\",\"d\":\".5\",\"e\":\"1e5\",\"f\":"
	"\"-\","
	"\"g\":\"1-0\",\"h\":\"+1\",\"i\":\"0x1\""},
    {"an endpoint", "bind=tcp://127.0.0.1:7301 end=1", "bind=tcp://127.0.0.1:7301 end=1",
	",\"bind\":\"tcp://127.0.0.1:7301\",\"end\":1"},
    {"= in a value", "url=a?b=c", "url=a?b=c", ",\"url\":\"a?b=c\""},
    {"a quoted value", "reason=\"two words\" n=1", "reason=\"two words\" n=1",
	",\"reason\":\"two words\",\"n\":1"},
    {"a quoted number stays a string", "n=\"1\"", "n=\"1\"", ",\"n\":\"1\""},
    {"quotes and backslashes inside", "r=\"say \\\"hi\\\" c:\\\\x\" n=2",
	"r=\"say \\\"hi\\\" c:\\\\x\" n=2", ",\"r\":\"say \\\"hi\\\" c:\\\\x\",\"n\":2"},
    {"single quotes inside", "r=\"it\\'s\"", "r=\"it\\'s\"", ",\"r\":\"it's\""},
    {"an escaped byte is shown as it stands", "r=\"a\\x1bb\"", "r=\"a\\x1bb\"",
	",\"r\":\"a\\\\x1bb\""},
    {"a backslash at the end of a quoted value", "r=\"c:\\\\\" n=3", "r=\"c:\\\\\" n=3",
	",\"r\":\"c:\\\\\",\"n\":3"},
    {"bare quotes and backslashes", "r=a\"b\\c", "r=a\"b\\c", ",\"r\":\"a\\\"b\\\\c\""},
    {"a quote that is never closed", "r=\"open end", "r=\"open end", ",\"r\":\"open end\""},
    {"an empty value", "a= b=\"\" c=1", "a= b=\"\" c=1", ",\"a\":\"\",\"b\":\"\",\"c\":1"},
    {"a key alone", "event=x verbose n=1", "event=x verbose n=1",
	",\"event\":\"x\",\"verbose\":null,\"n\":1"},
    {"no key", "=x a=1", "=x a=1", ",\"x\":null,\"a\":1"},
    {"more than one blank", "a=1   b=2 ", "a=1   b=2 ", ",\"a\":1,\"b\":2"},
    {"Chinese", "name=推进 say=\"进度 好\"", "name=推进 say=\"进度 好\"",
	",\"name\":\"推进\",\"say\":\"进度 好\""},
    {"a second line cannot be forged", "a=1\nts=2 b=\"x\ty\x7fz\"", "a=1?ts=2 b=\"x?y?z\"",
	",\"a\":\"1?ts=2\",\"b\":\"x?y?z\""},
    {"broken UTF-8", "a=\xff\xe6 b=1", "a=?? b=1", ",\"a\":\"??\",\"b\":1"},
    {"nothing", "", "", ""},
};

static void
check_line(void **state)
{
	const struct line_case *c = *state;
	char                    want[1024];

	log_open("tuijin-x", LOG_INFO, false);
	catch_stderr();
	log_info("%s", c->line);
	snprintf(want, sizeof(want), " level=info program=tuijin-x %s\n", c->want_text);
	assert_string_equal(behind_moment(caught(), "ts="), want);

	log_open("tuijin-x", LOG_INFO, true);
	catch_stderr();
	log_info("%s", c->line);
	snprintf(want, sizeof(want), "\",\"level\":\"info\",\"program\":\"tuijin-x\"%s}\n",
	    c->want_json);
	assert_string_equal(behind_moment(caught(), "\\{\"ts\":\""), want);
}

static void
a_line_too_long_is_cut_between_characters(void **state)
{
	char        line[6000];
	const char *got;

	(void)state;
	/* 3 bytes, then 3 a character: byte 4094 is inside one */
	memcpy(line, "ab=", 3);
	for (size_t i = 3; i + 3 < sizeof(line); i += 3)
		memcpy(line + i, "进", 4);
	log_open("t", LOG_INFO, false);
	catch_stderr();
	log_info("%s", line);
	got = behind_moment(caught(), "ts=");
	assert_int_equal(strlen(got), strlen(" level=info program=t ") + 3 + 3 * 1363 + 1);
	assert_string_equal(got + strlen(got) - 4, "进\n");
	assert_null(strchr(got, '?'));
}

static void
lower_levels_are_dropped(void **state)
{
	(void)state;
	log_open("t", LOG_WARN, false);
	catch_stderr();
	log_debug("event=no");
	log_info("event=no");
	assert_string_equal(caught(), "");
	catch_stderr();
	log_warn("event=yes n=%d", 7);
	assert_string_equal(
	    behind_moment(caught(), "ts="), " level=warn program=t event=yes n=7\n");
	catch_stderr();
	log_error("event=yes");
	assert_string_equal(behind_moment(caught(), "ts="), " level=error program=t event=yes\n");
}

static void
levels_are_words(void **state)
{
	enum log_level level = LOG_LEVELS;

	(void)state;
	assert_true(log_level_parse("debug", &level));
	assert_int_equal(level, LOG_DEBUG);
	assert_true(log_level_parse("error", &level));
	assert_int_equal(level, LOG_ERROR);
	assert_false(log_level_parse("Info", &level));
	assert_false(log_level_parse("", &level));
	assert_int_equal(level, LOG_ERROR);
}

static void
a_failure_is_logged_with_its_reason_and_status(void **state)
{
	struct err err = {ERR_CONFIG, "bind \"x\": no\nsuch thing"};

	(void)state;
	log_open("t", LOG_INFO, false);
	catch_stderr();
	assert_int_equal(log_exit(&err), 78);
	assert_string_equal(behind_moment(caught(), "ts="),
	    " level=error program=t event=failed reason=\"bind \\\"x\\\": no\\x0asuch thing\"\n");
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 4] = {
	    cmocka_unit_test(a_line_too_long_is_cut_between_characters),
	    cmocka_unit_test(lower_levels_are_dropped),
	    cmocka_unit_test(levels_are_words),
	    cmocka_unit_test(a_failure_is_logged_with_its_reason_and_status),
	};
	size_t n = 4;

	CASES_ADD(tests, n, cases, check_line);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
