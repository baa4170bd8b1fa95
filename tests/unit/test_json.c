#include "common/json.h"

#include <stdlib.h>

#include "tests/cases.h"

/* clang-format off */
static struct print_case {
	const char *name, *text, *want;
} cases[] = {
	{"letters", "状态 ok", "[\"状态 ok\"]\n"},
	{"nothing", "", "[\"\"]\n"},
	{"C0 controls", "\033[2J\n", "[\"\\u001B[2J\\n\"]\n"},
	{"DEL", "a\x7f" "b", "[\"a\\u007Fb\"]\n"},
	{"the first C1 control", "\xc2\x80", "[\"\\u0080\"]\n"},
	{"a control sequence of one character", "x\xc2\x9b" "2J", "[\"x\\u009B2J\"]\n"},
	{"the last, twice", "\xc2\x9f\xc2\x9f", "[\"\\u009F\\u009F\"]\n"},
	{"what follows them stays", "\xc2\xa0\xc2\xab", "[\"\xc2\xa0\xc2\xab\"]\n"},
	{"such bytes in other characters stay", "\xe4\xb8\x9b\xc3\x9b", "[\"\xe4\xb8\x9b\xc3\x9b\"]\n"},
};
/* clang-format on */

static void
check(void **state)
{
	const struct print_case *c = *state;
	char                    *text = NULL;
	size_t                   len = 0;
	FILE                    *out = open_memstream(&text, &len);

	assert_non_null(out);
	json_print(out, json_pack("[s]", c->text));
	fclose(out);
	assert_string_equal(text, c->want);
	free(text);
}

CASES_MAIN(cases, check)
