#include "cli/prose.h"

#include "tests/cases.h"

#define LABEL "    Summary     "
#define BELOW "                "

/* clang-format off */
static struct prose_case {
	const char *name, *label, *text;
	int         width; /* of the screen; 0: none */
	const char *want;
} prose_cases[] = {
	{"one line", "Summary", "done", 0, LABEL "done\n"},
	{"nothing is nothing", "Summary", "", 0, ""},
	{"a label in Chinese takes as many columns", "进展", "done", 0, "    进展        done\n"},
	{"its own lines stay", "Summary", "one\ntwo", 0, LABEL "one\n" BELOW "two\n"},
	{"an empty line between", "Summary", "one\n\ntwo", 0, LABEL "one\n" BELOW "\n" BELOW "two\n"},
	{"a line break alone", "Summary", "\n", 0, LABEL "\n" BELOW "\n"},
	{"a tab is a blank", "Summary", "a\tb", 0, LABEL "a b\n"},
	{"no screen, no wrapping", "Summary", "0123456789 0123456789 0123456789 0123456789", 0,
	    LABEL "0123456789 0123456789 0123456789 0123456789\n"},
	{"wrapped behind a blank", "Summary", "0123456789 0123456789 0123456789", 40,
	    LABEL "0123456789 0123456789 \n" BELOW "0123456789\n"},
	{"wrapped where there is none", "Summary", "012345678901234567890123456789", 40,
	    LABEL "012345678901234567890123\n" BELOW "456789\n"},
	{"a full line is one line", "Summary", "012345678901234567890123", 40, LABEL "012345678901234567890123\n"},
	{"Chinese breaks anywhere, never within a character", "Summary", "国家知识产权局推进计划台账系统", 41,
	    LABEL "国家知识产权局推进计划台\n" BELOW "账系统\n"},
	{"a screen too narrow breaks lines itself", "Summary", "0123456789 0123456789 0123456789", 30,
	    LABEL "0123456789 0123456789 0123456789\n"},
	{"control characters are escaped", "Summary", "\033[2Jx", 0, LABEL "\\x1b[2Jx\n"},
	{"what is no UTF-8 is escaped", "Summary", "a\xff", 0, LABEL "a\\xff\n"},
};
/* clang-format on */

static void
check_prose(void **state)
{
	const struct prose_case *c = *state;
	struct buf               out = {0};

	prose_add(&out, (struct screen){.width = c->width}, c->label, text_of(c->text));
	assert_int_equal(out.len, strlen(c->want));
	if (out.len > 0)
		assert_memory_equal(out.at, c->want, out.len);
	buf_fini(&out);
}

static void
an_absent_text_is_nothing(void **state)
{
	struct buf out = {0};

	(void)state;
	prose_add(&out, (struct screen){0}, "Summary", (struct text){0});
	assert_int_equal(out.len, 0);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(prose_cases) + 1];
	size_t            n = 0;

	screen_init();
	CASES_ADD(tests, n, prose_cases, check_prose);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(an_absent_text_is_nothing);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
