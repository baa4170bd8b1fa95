#include "common/translate.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "tests/cases.h"

/* Two texts: "a" -> "A", "bb" -> "BB". */
#define FILE_SIZE 70
static const unsigned char good[FILE_SIZE] = {
    0xde, 0x12, 0x04, 0x95, 0, 0, 0, 0,      /* magic, revision */
    2, 0, 0, 0, 28, 0, 0, 0, 44, 0, 0, 0,    /* count, both tables */
    0, 0, 0, 0, 0, 0, 0, 0,                  /* no hash table */
    1, 0, 0, 0, 60, 0, 0, 0,                 /* "a" */
    2, 0, 0, 0, 62, 0, 0, 0,                 /* "bb" */
    1, 0, 0, 0, 65, 0, 0, 0,                 /* "A" */
    2, 0, 0, 0, 67, 0, 0, 0,                 /* "BB" */
    'a', 0, 'b', 'b', 0, 'A', 0, 'B', 'B', 0 /* the texts */
};

/* clang-format off */
static struct broken_case {
	const char   *name;
	size_t        at;    /* the byte that is another */
	unsigned char byte;
	const char   *a, *bb; /* what is found then */
} cases[] = {
	{"as it should be", 4, 0, "A", "BB"},
	{"another magic", 0, 0xdf, NULL, NULL},
	{"more rows than the file has", 11, 0xff, NULL, NULL},
	{"originals behind the end", 13, 1, NULL, NULL},
	{"originals that only begin within", 12, 60, NULL, NULL},
	{"translations behind the end", 19, 0x80, NULL, NULL},
	{"a key behind the end", 43, 0x80, NULL, NULL},
	{"a key longer than the file", 39, 0xff, NULL, NULL},
	{"a translation behind the end", 48, 70, NULL, "BB"},
	{"a translation up to the last byte, without its zero", 52, 3, "A", NULL},
	{"a translation longer than it is", 44, 2, NULL, "BB"},
};
/* clang-format on */

static void
assert_found(const char *got, const char *want)
{
	if (want == NULL) {
		assert_null(got);
	} else {
		assert_non_null(got);
		assert_string_equal(got, want);
	}
}

/* The bytes in memory of their own, so that a sanitizer sees what is read behind them. */
static void
check(void **state)
{
	const struct broken_case *c = *state;
	char                     *bytes = malloc(FILE_SIZE);
	struct text               mo = {bytes, FILE_SIZE};

	assert_non_null(bytes);
	memcpy(bytes, good, FILE_SIZE);
	bytes[c->at] = (char)c->byte;
	assert_found(translate_in(mo, "a"), c->a);
	assert_found(translate_in(mo, "bb"), c->bb);
	assert_null(translate_in(mo, "b"));
	assert_null(translate_in(mo, ""));
	free(bytes);
}

/* Cut anywhere, it gives nothing or what it holds whole. */
static void
a_file_that_is_cut_is_safe(void **state)
{
	(void)state;
	for (size_t len = 0; len < FILE_SIZE; len++) {
		char       *bytes = malloc(len + 1);
		const char *found;

		assert_non_null(bytes);
		memcpy(bytes, good, len);
		found = translate_in((struct text){bytes, len}, "bb");
		assert_null(found);
		free(bytes);
	}
}

static void
the_texts_of_the_program_are_chinese_when_asked_for(void **state)
{
	(void)state;
	assert_string_equal(translate("Examples:"), "Examples:");
	translate_to("zh");
	assert_string_equal(translate("Examples:"), "示例：");
	assert_string_equal(translate("nobody says this"), "nobody says this");
	assert_string_equal(translate(""), "");
	translate_to("en");
	assert_string_equal(translate("Examples:"), "Examples:");
}

static void
errors_are_translated_only_while_a_translator_is_set(void **state)
{
	struct err e = {0};

	(void)state;
	translate_to("zh");
	err_set(&e, ERR_USAGE, "%s: takes no value", "--json");
	assert_string_equal(e.msg, "--json: takes no value");
	err_translator(translate);
	err_set(&e, ERR_USAGE, "%s: takes no value", "--json");
	assert_string_equal(e.msg, "--json：不带值");
	err_wrap(&e, "password file");
	assert_string_equal(e.msg, "口令文件: --json：不带值");
	err_translator(NULL);
	translate_to("en");
}

static void
a_message_without_room_ends_with_a_whole_character(void **state)
{
	struct err e = {0};
	char       many[2 * ERR_MESSAGE_MAX];

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		memset(many, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(many); i += 3)
			memcpy(many + i, "中", 4);
		err_set(&e, ERR_INPUT, "%s", many);
		assert_true(text_is_utf8(text_of(e.msg)));
		assert_in_range(strlen(e.msg), ERR_MESSAGE_MAX - 4, ERR_MESSAGE_MAX - 1);
	}
}

/* clang-format off */
static struct locale_case {
	const char *name, *all, *messages, *lang, *want;
} locales[] = {
	{"none", NULL, NULL, NULL, "en"},
	{"LANG", NULL, NULL, "zh_CN.UTF-8", "zh"},
	{"LC_MESSAGES before LANG", NULL, "en_GB", "zh_CN.UTF-8", "en"},
	{"LC_ALL before all", "zh", "en_GB", "C", "zh"},
	{"an empty one is not set", "", "", "zh_TW", "zh"},
	{"another language", NULL, NULL, "de_DE.UTF-8", "en"},
};
/* clang-format on */

static void
set_variable(const char *name, const char *value)
{
	if (value == NULL)
		unsetenv(name);
	else
		setenv(name, value, 1);
}

static void
check_locale(void **state)
{
	const struct locale_case *c = *state;

	set_variable("LC_ALL", c->all);
	set_variable("LC_MESSAGES", c->messages);
	set_variable("LANG", c->lang);
	assert_string_equal(translate_locale(), c->want);
}

int
main(void)
{
	const struct CMUnitTest others[] = {
	    cmocka_unit_test(a_file_that_is_cut_is_safe),
	    cmocka_unit_test(the_texts_of_the_program_are_chinese_when_asked_for),
	    cmocka_unit_test(errors_are_translated_only_while_a_translator_is_set),
	    cmocka_unit_test(a_message_without_room_ends_with_a_whole_character),
	};
	struct CMUnitTest tests[COUNT(cases) + COUNT(locales) + COUNT(others)];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check);
	CASES_ADD(tests, n, locales, check_locale);
	memcpy(tests + n, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
