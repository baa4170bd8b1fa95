#include "common/options.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/options_row.h"
#include "common/translate.h"
#include "core/mem.h"
#include "core/text.h"

#define ROWS_MAX 64

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
	return option_put(&(struct option_source){row, label}, value, p->settings, e);
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
		option_clear(&page->rows[i], settings);
	if (take_words(&p, first, e) != 0)
		return wrong(page, e);
	for (size_t i = 0; i < page->row_count; i++)
		if (!p.seen[i] && option_fall_back(&page->rows[i], settings, e) != 0)
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

bool
options_begin(const struct option_page *page, int argc, char **argv, void *settings, int *status)
{
	struct err err = {0};
	int        first;

	*status = 0;
	switch (options_parse(page, argc, argv, settings, &first, &err)) {
	case OPTIONS_SHOWN:
		return false;
	case OPTIONS_WRONG:
		fprintf(stderr, "%s: %s\n", page->program, err.msg);
		*status = err_exit_status(&err);
		return false;
	case OPTIONS_RUN:
		break;
	}
	return true;
}
