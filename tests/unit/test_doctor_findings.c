#include "cli/doctor_findings.h"

#include <stdio.h>
#include <string.h>

#include "cli/doctor_room.h"
#include "tests/cases.h"

static void
findings_are_kept_in_order(void **state)
{
	struct doctor_findings f = {.check = "redis"};

	(void)state;
	assert_int_equal(doctor_worst(&f), DOCTOR_FINE);
	for (int i = 0; i < 100; i++) {
		f.check = i < 50 ? "redis" : "room";
		doctor_find(&f, DOCTOR_ADVICE, "code", "number %d", i);
	}
	doctor_mend(&f, "do %s", "this");
	assert_int_equal(f.count, 100);
	assert_string_equal(f.at[49].check, "redis");
	assert_string_equal(f.at[99].check, "room");
	assert_string_equal(f.at[99].what, "number 99");
	assert_string_equal(f.at[99].mend, "do this");
	assert_string_equal(f.at[98].mend, "");
	doctor_findings_fini(&f);
	assert_int_equal(f.count, 0);
}

static void
the_gravest_counts(void **state)
{
	static const enum doctor_level levels[] = {
	    DOCTOR_FINE, DOCTOR_SKIPPED, DOCTOR_FAULT, DOCTOR_ADVICE, DOCTOR_FINE};
	static const enum doctor_level worst[] = {
	    DOCTOR_FINE, DOCTOR_SKIPPED, DOCTOR_FAULT, DOCTOR_FAULT, DOCTOR_FAULT};
	struct doctor_findings f = {.check = "x"};

	(void)state;
	for (size_t i = 0; i < COUNT(levels); i++) {
		doctor_find(&f, levels[i], "code", "x");
		assert_int_equal(doctor_worst(&f), worst[i]);
	}
	assert_int_equal(doctor_count(&f, DOCTOR_FINE), 2);
	assert_int_equal(doctor_count(&f, DOCTOR_FAULT), 1);
	assert_string_equal(doctor_level_name(DOCTOR_SKIPPED), "skipped");
	doctor_findings_fini(&f);
}

/* What is said, and what is kept of it. */
static struct say_case {
	const char *name, *said, *want;
} say_cases[] = {
    {"as it is", "密钥 \"x\" is…", "密钥 \"x\" is…"},
    {"of a terminal", "a\033[2Jb", "a\\x1b[2Jb"},
    {"a line end", "a\nfault", "a\\x0afault"},
    {"no UTF-8", "a\xff", "a\\xff"},
};

static void
check_say(void **state)
{
	const struct say_case *c = *state;
	struct doctor_findings f = {.check = "x"};

	doctor_find(&f, DOCTOR_FINE, "code", "%s", c->said);
	assert_string_equal(f.at[0].what, c->want);
	doctor_findings_fini(&f);
}

static void
what_is_too_long_ends_with_a_whole_character(void **state)
{
	struct doctor_findings f = {.check = "x"};
	char                   said[ERR_MESSAGE_MAX * 2];

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		memset(said, 'a', shift);
		for (size_t i = shift; i + 4 < sizeof(said); i += 3)
			strcpy(said + i, "字");
		doctor_find(&f, DOCTOR_FINE, "code", "%s", said);
		assert_true(text_is_utf8(text_of(f.at[shift].what)));
		assert_in_range(strlen(f.at[shift].what), ERR_MESSAGE_MAX - 4, ERR_MESSAGE_MAX - 1);
		assert_int_equal(strncmp(f.at[shift].what, said, strlen(f.at[shift].what)), 0);
	}
	doctor_findings_fini(&f);
}

#define NO UINT64_MAX

/* A number in an answer; NO: there is none. */
static struct number_case {
	const char *name, *answer;
	char        parting;
	uint64_t    want;
} number_cases[] = {
    {"of INFO", "# Memory\r\nx:5\r\nxy:6\r\n", ':', 5},
    {"the first one", "x:5\nx:6", ':', 5},
    {"without an end", "x:5", ':', 5},
    {"of another name", "ax:5\nx_y:6\nxx:7\n", ':', NO},
    {"with another sign", "x 5\n", ':', NO},
    {"of metrics", "# TYPE x gauge\nx 1.5e+3\n", ' ', 1500},
    {"with a fraction", "x 12.9\n", ' ', 12},
    {"below nought", "x -1\n", ' ', NO},
    {"too large", "x 1e300\n", ' ', NO},
    {"no number", "x NaN\nx 5\n", ' ', NO},
    {"in hex", "x 0x10\n", ' ', NO},
    {"nothing", "x \n", ' ', NO},
    {"too long", "x 000000000000000000000000000000000000000000001\n", ' ', NO},
    {"with something behind it", "x 5 6\n", ' ', NO},
    {"an empty answer", "", ':', NO},
};

static void
check_number(void **state)
{
	const struct number_case *c = *state;
	uint64_t                  got = NO;
	bool ok = doctor_room_number(text_of(c->answer), "x", c->parting, &got);

	assert_int_equal(ok, c->want != NO);
	assert_int_equal(got, c->want);
}

static struct size_case {
	const char *name;
	uint64_t    bytes;
	const char *want;
} size_cases[] = {
    {"nothing", 0, "0.0 KiB"},
    {"a little", 1536, "1.5 KiB"},
    {"up to a thousand", 1023000, "999.0 KiB"},
    {"above", 1024000, "1.0 MiB"},
    {"memory", UINT64_C(4) << 30, "4.0 GiB"},
    {"all there is", UINT64_MAX, "16.0 EiB"},
};

static void
check_size(void **state)
{
	const struct size_case *c = *state;
	char                    got[DOCTOR_SIZE_SIZE];

	assert_string_equal(doctor_room_size(c->bytes, got), c->want);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(say_cases) + COUNT(number_cases) + COUNT(size_cases) + 3];
	size_t            n = 0;

	CASES_ADD(tests, n, say_cases, check_say);
	CASES_ADD(tests, n, number_cases, check_number);
	CASES_ADD(tests, n, size_cases, check_size);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(findings_are_kept_in_order);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_gravest_counts);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(what_is_too_long_ends_with_a_whole_character);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
