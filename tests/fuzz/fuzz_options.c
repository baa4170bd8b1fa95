/*
 * fuzz_options -- any words as a command line and an environment, for the flags of a
 * daemon and of a command. What is taken keeps the table's limits and loses no word;
 * what is not is told in one line.
 *
 * A line is a word; TUIJIN_NAME=VALUE in the place of a word is a variable. The first
 * byte picks the page. Lists stay out of the environment: those are kept for good.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/options.h"
#include "common/options_row.h"
#include "common/service.h"
#include "core/mem.h"

#define WORDS_MAX 1200 /* more than a list takes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct settings {
	const char             *bind, *today;
	int64_t                 rate, interval_ms;
	double                  share;
	bool                    json;
	struct service_settings service;
};

/* clang-format off */
static const struct option_row daemon_rows[] = {
	{"bind", "ENDPOINT", OPTION_TEXT, offsetof(struct settings, bind), "tcp://127.0.0.1:7301", 0, 0, "where"},
	{"publish-interval", "MS", OPTION_NUMBER, offsetof(struct settings, interval_ms), "50", 0, 60000, "how often"},
	{"rate-per-agency", "N", OPTION_NUMBER, offsetof(struct settings, rate), "0", 0, 1000000, "how many"},
	{"today", "YYYY-MM-DD", OPTION_TEXT, offsetof(struct settings, today), NULL, 0, 0, "the day"},
	OPTIONS_SERVICE(struct settings, "512", "none"),
};

static const struct option_row command_rows[] = {
	{"rate", "N", OPTION_NUMBER, offsetof(struct settings, rate), "-1", INT64_MIN, INT64_MAX, "how many"},
	{"share", "PERCENT", OPTION_REAL, offsetof(struct settings, share), "12.5", 0, 100, "how much"},
	{"json", NULL, OPTION_FLAG, offsetof(struct settings, json), NULL, 0, 0, "as JSON"},
	{"plan", "ID", OPTION_LIST, offsetof(struct settings, service.plans), "ipr-2026", 0, 0, "which"},
};
/* clang-format on */

static const struct option_page pages[] = {
    {"tuijin-daemon", "", "", 0, 0, daemon_rows, OPTIONS_COUNT(daemon_rows), NULL},
    {"tuijin", "", "TASK PERCENT", 1, 2, command_rows, OPTIONS_COUNT(command_rows), NULL},
};

/* The row whose variable the word sets, NULL for a word that is none. */
static const struct option_row *
find_row(const struct option_page *page, const char *word)
{
	char name[OPTION_VARIABLE_SIZE];

	for (size_t i = 0; i < page->row_count; i++) {
		size_t len = strlen(option_variable(&page->rows[i], name));

		if (strncmp(word, name, len) == 0 && word[len] == '=')
			return &page->rows[i];
	}
	return NULL;
}

/* The page would be shown, on standard output. */
static bool
asks_for_help(const char *word)
{
	static const char *const flags[] = {"--help", "-h", "--version", "--man", "--complete"};

	for (size_t i = 0; i < OPTIONS_COUNT(flags); i++)
		if (strcmp(word, flags[i]) == 0)
			return true;
	return false;
}

static void
check_number(const struct option_row *row, double value)
{
	if (option_is_bounded(row))
		assert(value >= (double)row->min && value <= (double)row->max);
}

static void
check_settings(const struct option_page *page, const struct settings *s)
{
	for (size_t i = 0; i < page->row_count; i++) {
		const struct option_row *row = &page->rows[i];
		const char              *at = (const char *)s + row->offset;

		if (row->type == OPTION_NUMBER)
			check_number(row, (double)*(const int64_t *)at);
		else if (row->type == OPTION_REAL)
			check_number(row, *(const double *)at);
		else if (row->type == OPTION_TEXT)
			assert(row->preset == NULL || *(const char *const *)at != NULL);
		else if (row->type == OPTION_LIST)
			assert(((const struct option_list *)at)->count <= OPTIONS_LIST_MAX);
	}
}

static int
by_address(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	return (x > y) - (x < y);
}

/* The same words as before, in whatever order. */
static void
check_words(char **before, char **after, int count)
{
	qsort(before, (size_t)count, sizeof(*before), by_address);
	qsort(after, (size_t)count, sizeof(*after), by_address);
	assert(memcmp(before, after, (size_t)count * sizeof(*before)) == 0);
}

static void
check_message(const struct err *e)
{
	assert(e->code == ERR_USAGE && e->msg[0] != '\0');
	for (const char *c = e->msg; *c != '\0'; c++)
		assert((unsigned char)*c >= ' ' && *c != 0x7f);
}

static void
check(const struct option_page *page, char **argv, int argc)
{
	static struct settings s;
	static char           *before[WORDS_MAX];
	struct err             e = {0};
	int                    first = 0;

	memcpy(before, argv, (size_t)argc * sizeof(*argv));
	if (options_parse(page, argc, argv, &s, &first, &e) == OPTIONS_WRONG) {
		check_message(&e);
		return;
	}
	assert(first >= 1 && argc - first >= page->operands_min);
	assert(argc - first <= page->operands_max);
	check_settings(page, &s);
	check_words(before, argv, argc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct option_page *page = &pages[size > 0 && data[0] == 'c'];
	static char              *words[WORDS_MAX], *variables[WORDS_MAX + 1];
	char                    **outer = environ, *text, *rest, *word;
	int                       argc = 0, set = 0;
	bool                      shows = false;

	if (size == 0)
		return 0;
	text = rest = mem_copied(data + 1, size - 1);
	words[argc++] = (char[]){"program"};
	while (argc + set < WORDS_MAX && (word = strsep(&rest, "\n")) != NULL) {
		const struct option_row *row = find_row(page, word);

		shows |= asks_for_help(word);
		if (row == NULL)
			words[argc++] = word;
		else if (row->type != OPTION_LIST)
			variables[set++] = word;
	}
	variables[set] = NULL;
	environ = variables; /* setenv() would keep every value for good */
	if (!shows)
		check(page, words, argc);
	environ = outer;
	free(text);
	return 0;
}
