#include "common/options.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/options_row.h"
#include "common/translate.h"
#include "core/mem.h"
#include "core/text.h"

#define ROWS_MAX 64

/* Where a value comes from, as messages call it. */
struct source {
	const struct option_row *row;
	const char              *label; /* "--redis" or "TUIJIN_REDIS" */
};

static void *
field(void *settings, const struct option_row *row)
{
	return (char *)settings + row->offset;
}

static int
refuse_number(const struct source *from, const char *value, struct err *e)
{
	const struct option_row *row = from->row;
	char                     shown[OPTION_SHOWN_SIZE], range[64] = "", unit[32] = "";

	text_escape(text_of(value), shown, sizeof(shown));
	if (option_is_bounded(row))
		snprintf(range, sizeof(range), translate(" from %lld to %lld"), (long long)row->min,
		    (long long)row->max);
	if (row->value != NULL && strcmp(row->value, "N") != 0) {
		snprintf(unit, sizeof(unit), " (%s)", row->value);
		for (char *c = unit; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
	}
	if (row->type == OPTION_NUMBER)
		return err_fail(e, ERR_USAGE, "%s: got '%s', expected a whole number%s%s",
		    from->label, shown, range, unit);
	return err_fail(
	    e, ERR_USAGE, "%s: got '%s', expected a number%s%s", from->label, shown, range, unit);
}

static int
put_number(const struct source *from, const char *value, int64_t *out, struct err *e)
{
	const struct option_row *row = from->row;
	char                    *end;
	long long                n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (end == value || *end != '\0' || isspace((unsigned char)value[0]) || errno != 0)
		return refuse_number(from, value, e);
	if (option_is_bounded(row) && (n < row->min || n > row->max))
		return refuse_number(from, value, e);
	*out = n;
	return 0;
}

static int
put_real(const struct source *from, const char *value, double *out, struct err *e)
{
	const struct option_row *row = from->row;
	char                    *end;
	double                   x;

	/* strtod() would also take spaces, hex, "inf" and "nan". */
	if (value[strspn(value, "0123456789.eE+-")] != '\0')
		return refuse_number(from, value, e);
	errno = 0;
	x = strtod(value, &end);
	if (end == value || *end != '\0' || errno != 0)
		return refuse_number(from, value, e);
	if (option_is_bounded(row) && (x < (double)row->min || x > (double)row->max))
		return refuse_number(from, value, e);
	*out = x;
	return 0;
}

static int
put_item(const struct source *from, const char *value, struct option_list *list, struct err *e)
{
	if (list->count == OPTIONS_LIST_MAX)
		return err_fail(
		    e, ERR_USAGE, "%s: more than %d values", from->label, OPTIONS_LIST_MAX);
	list->at[list->count++] = value;
	return 0;
}

/* Stores one value as typed, except a flag's, which has none. */
static int
put(const struct source *from, const char *value, void *settings, struct err *e)
{
	void *at = field(settings, from->row);

	switch (from->row->type) {
	case OPTION_FLAG:
		*(bool *)at = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)at = value;
		return 0;
	case OPTION_NUMBER:
		return put_number(from, value, at, e);
	case OPTION_REAL:
		return put_real(from, value, at, e);
	case OPTION_LIST:
		return put_item(from, value, at, e);
	}
	return 0;
}

/* Command line */

/* What options_parse() works with. */
struct parse {
	const struct option_page *page;
	void                     *settings;
	bool                      seen[ROWS_MAX]; /* on the command line */
	char                    **argv;
	int                       argc, next; /* argv[next] is to be looked at */
};

static const struct option_row *
find_row(const struct option_page *page, struct text name)
{
	for (size_t i = 0; i < page->row_count; i++)
		if (text_equal(name, text_of(page->rows[i].name)))
			return &page->rows[i];
	return NULL;
}

static int
refuse_flag(struct text flag, struct err *e)
{
	char shown[OPTION_SHOWN_SIZE];

	return err_fail(e, ERR_USAGE, "unknown flag %s", text_escape(flag, shown, sizeof(shown)));
}

/* Takes the flag at argv[next], "--name", "--name=value" or "--name value". */
static int
take_flag(struct parse *p, struct err *e)
{
	const char *word = p->argv[p->next++];
	const char *equals = strchr(word, '=');
	struct text flag = {word, equals != NULL ? (size_t)(equals - word) : strlen(word)};
	const char *value = equals != NULL ? equals + 1 : NULL;
	const struct option_row *row = NULL;
	char                     label[OPTION_VARIABLE_SIZE];

	if (flag.len > 2 && flag.at[1] == '-')
		row = find_row(p->page, (struct text){flag.at + 2, flag.len - 2});
	if (row == NULL)
		return refuse_flag(flag, e);
	snprintf(label, sizeof(label), "--%s", row->name);
	if (row->type == OPTION_FLAG && value != NULL)
		return err_fail(e, ERR_USAGE, "%s: takes no value", label);
	if (row->type != OPTION_FLAG && value == NULL) {
		if (p->next == p->argc)
			return err_fail(e, ERR_USAGE, "%s: expected %s", label, row->value);
		value = p->argv[p->next++];
	}
	p->seen[row - p->page->rows] = true;
	return put(&(struct source){row, label}, value, p->settings, e);
}

static bool
is_flag(const char *word)
{
	return word[0] == '-' && word[1] != '\0' && strchr("0123456789.", word[1]) == NULL;
}

/* Takes all flags and leaves the operands at the end of argv, from *first on. */
static int
take_words(struct parse *p, int *first, struct err *e)
{
	char **operands = mem_zeroed((size_t)p->argc, sizeof(*operands));
	int    count = 0, kept = 1, rc = 0;
	bool   flags = true;

	while (p->next < p->argc && rc == 0) {
		int  from = p->next;
		bool is_end = flags && strcmp(p->argv[from], "--") == 0;

		if (!is_end && !(flags && is_flag(p->argv[from]))) {
			operands[count++] = p->argv[p->next++];
			continue;
		}
		if (is_end) {
			flags = false;
			p->next++;
		} else {
			rc = take_flag(p, e);
		}
		while (from < p->next)
			p->argv[kept++] = p->argv[from++];
	}
	if (rc == 0) {
		memcpy(p->argv + kept, operands, (size_t)count * sizeof(*operands));
		*first = kept;
	}
	free(operands);
	return rc;
}

static int
check_operands(const struct option_page *page, int count, const char *last, struct err *e)
{
	char shown[OPTION_SHOWN_SIZE];

	if (count < page->operands_min)
		return err_fail(e, ERR_USAGE, "expected %s", page->operands);
	if (count > page->operands_max)
		return err_fail(e, ERR_USAGE, "unexpected '%s'",
		    text_escape(text_of(last), shown, sizeof(shown)));
	return 0;
}

/* Environment and defaults */

/* Copies of lists from the environment, which must not be changed. They live as
 * long as the process, as the environment does. */
struct kept {
	struct kept *next;
	char        *text;
};

static struct kept *kept_texts;

static char *
keep(const char *text)
{
	struct kept *k = mem_zeroed(1, sizeof(*k));

	*k = (struct kept){kept_texts, mem_copied(text, strlen(text))};
	kept_texts = k;
	return k->text;
}

static int
put_list(const struct source *from, const char *value, void *settings, struct err *e)
{
	char *rest = keep(value), *item;

	while ((item = strsep(&rest, ",")) != NULL)
		if (item[0] != '\0' && put(from, item, settings, e) != 0)
			return -1;
	return 0;
}

static int
put_switch(const struct source *from, const char *value, void *settings, struct err *e)
{
	static const char *const words[] = {"0", "no", "false", "off", "1", "yes", "true", "on"};
	char                     shown[OPTION_SHOWN_SIZE];

	for (size_t i = 0; i < OPTIONS_COUNT(words); i++)
		if (strcasecmp(value, words[i]) == 0) {
			*(bool *)field(settings, from->row) = i >= OPTIONS_COUNT(words) / 2;
			return 0;
		}
	return err_fail(e, ERR_USAGE, "%s: got '%s', expected yes or no", from->label,
	    text_escape(text_of(value), shown, sizeof(shown)));
}

/* A variable that is empty counts as not set: compose files cannot unset one. */
static int
take_variable(const struct option_row *row, const char *value, void *settings, struct err *e)
{
	char          label[OPTION_VARIABLE_SIZE];
	struct source from = {row, option_variable(row, label)};

	switch (row->type) {
	case OPTION_FLAG:
		return put_switch(&from, value, settings, e);
	case OPTION_LIST:
		return put_list(&from, value, settings, e);
	default:
		return put(&from, value, settings, e);
	}
}

static void
clear(const struct option_row *row, void *settings)
{
	static const size_t sizes[] = {
	    [OPTION_FLAG] = sizeof(bool),
	    [OPTION_TEXT] = sizeof(const char *),
	    [OPTION_NUMBER] = sizeof(int64_t),
	    [OPTION_REAL] = sizeof(double),
	};

	if (row->type == OPTION_LIST)
		((struct option_list *)field(settings, row))->count = 0;
	else
		memset(field(settings, row), 0, sizes[row->type]);
}

/* Gives a row that the command line did not name its value. */
static int
fall_back(const struct option_row *row, void *settings, struct err *e)
{
	char        name[OPTION_VARIABLE_SIZE];
	const char *value = getenv(option_variable(row, name));

	if (value != NULL && value[0] != '\0')
		return take_variable(row, value, settings, e);
	if (row->preset != NULL)
		return put(&(struct source){row, row->name}, row->preset, settings, e);
	return 0;
}

/* Every message ends with where help is, so that no caller has to say it again. */
static enum options_outcome
wrong(const struct option_page *page, struct err *e)
{
	char said[ERR_MESSAGE_MAX];

	if (e == NULL)
		return OPTIONS_WRONG;
	memcpy(said, e->msg, sizeof(said));
	err_cut(said, 240);
	err_set(e, ERR_USAGE, "%s; try '%.40s --help'", said, page->program);
	return OPTIONS_WRONG;
}

static enum options_outcome
parse(const struct option_page *page, int argc, char **argv, void *settings, int *first,
    struct err *e)
{
	struct parse p = {
	    .page = page, .settings = settings, .argv = argv, .argc = argc, .next = 1};

	assert(argc >= 1 && page->row_count <= ROWS_MAX);
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (options_show(page, argv[i]))
			return OPTIONS_SHOWN;
	for (size_t i = 0; i < page->row_count; i++)
		clear(&page->rows[i], settings);
	if (take_words(&p, first, e) != 0)
		return wrong(page, e);
	for (size_t i = 0; i < page->row_count; i++)
		if (!p.seen[i] && fall_back(&page->rows[i], settings, e) != 0)
			return wrong(page, e);
	if (check_operands(page, argc - *first, argv[argc - 1], e) != 0)
		return wrong(page, e);
	return OPTIONS_RUN;
}

enum options_outcome
options_parse(const struct option_page *page, int argc, char **argv, void *settings, int *first,
    struct err *e)
{
	enum options_outcome outcome;

	translate_to(options_language(argc, argv));
	err_translator(translate);
	outcome = parse(page, argc, argv, settings, first, e);
	err_translator(NULL);
	translate_to("en");
	return outcome;
}
