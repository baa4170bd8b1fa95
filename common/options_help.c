#include "common/options_row.h"

#include <assert.h>
#include <ctype.h>

#define HELP_INDENT 28
#define HELP_WIDTH  80

const char *
option_variable(const struct option_row *row, char out[OPTION_VARIABLE_SIZE])
{
	size_t len = (size_t)snprintf(out, OPTION_VARIABLE_SIZE, "TUIJIN_%s", row->name);

	assert(len < OPTION_VARIABLE_SIZE);
	for (size_t i = 0; i < len; i++)
		out[i] = out[i] == '-' ? '_' : (char)toupper((unsigned char)out[i]);
	return out;
}

bool
option_is_bounded(const struct option_row *row)
{
	return row->min != 0 || row->max != 0;
}

/* "default 50; 1 to 60000; repeatable; TUIJIN_PUBLISH_INTERVAL" */
static void
print_facts(FILE *out, const struct option_row *row)
{
	char name[OPTION_VARIABLE_SIZE];

	fprintf(out, "%*s[", HELP_INDENT, "");
	if (row->preset != NULL)
		fprintf(out, "default %s; ", row->preset);
	if (option_is_bounded(row))
		fprintf(out, "%lld to %lld; ", (long long)row->min, (long long)row->max);
	if (row->type == OPTION_LIST)
		fprintf(out, "repeatable; ");
	fprintf(out, "%s]\n", option_variable(row, name));
}

/* How many bytes of the text go on a line of that many columns: up to the last space that
 * fits, or all of a longer word. */
static size_t
line_of(const char *text, size_t columns)
{
	size_t fits = 0, i = 0;

	for (; text[i] != '\0' && (i <= columns || fits == 0); i++) {
		if (text[i] == ' ')
			fits = i;
	}
	return text[i] == '\0' && i <= columns ? i : fits > 0 ? fits : i;
}

/* The text in lines that begin at HELP_INDENT; the first from where the line is. */
static void
print_help(FILE *out, const char *text)
{
	for (;;) {
		size_t len = line_of(text, HELP_WIDTH - HELP_INDENT);

		fprintf(out, "%.*s\n", (int)len, text);
		text += len;
		if (*text == '\0')
			return;
		fprintf(out, "%*s", HELP_INDENT, "");
		text++;
	}
}

static void
print_flag(FILE *out, const char *name, const char *value, const char *help)
{
	int len =
	    fprintf(out, "  --%s%s%s", name, value != NULL ? " " : "", value != NULL ? value : "");

	if (len + 2 > HELP_INDENT) {
		fprintf(out, "\n");
		len = 0;
	}
	fprintf(out, "%*s", HELP_INDENT - len, "");
	print_help(out, help);
}

void
options_help(FILE *out, const struct option_page *page)
{
	const char *operands = page->operands != NULL ? page->operands : "";

	fprintf(out, "Usage: %s [FLAG]...%s%s\n", page->program, operands[0] != '\0' ? " " : "",
	    operands);
	fprintf(out, "%s\n\nFlags, each with the variable that sets it too:\n", page->summary);
	for (size_t i = 0; i < page->row_count; i++) {
		print_flag(out, page->rows[i].name, page->rows[i].value, page->rows[i].help);
		print_facts(out, &page->rows[i]);
	}
	print_flag(out, "help", NULL, "shows this");
	print_flag(out, "version", NULL, "shows the version");
	if (page->examples != NULL)
		fprintf(out, "\nExamples:\n%s", page->examples);
}
