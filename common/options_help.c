#include "common/options_row.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "common/options_wrap.h"
#include "common/translate.h"

#define HELP_INDENT   28
#define HELP_WIDTH    80
#define SUMMARY_WIDTH 90 /* it has line ends of its own in English */

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
		fprintf(out, translate("default %s; "), row->preset);
	if (option_is_bounded(row))
		fprintf(out, translate("%lld to %lld; "), (long long)row->min, (long long)row->max);
	if (row->type == OPTION_LIST)
		fprintf(out, "%s", translate("repeatable; "));
	fprintf(out, "%s]\n", option_variable(row, name));
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
	options_wrap(out, translate(help), HELP_INDENT, HELP_WIDTH);
}

void
options_help(FILE *out, const struct option_page *page)
{
	const char *operands = page->operands != NULL ? page->operands : "";

	fprintf(out, translate("Usage: %s [FLAG]...%s%s\n"), page->program,
	    operands[0] != '\0' ? " " : "", operands);
	options_wrap(out, translate(page->summary), 0, SUMMARY_WIDTH);
	fprintf(out, "\n%s\n", translate("Flags, each with the variable that sets it too:"));
	for (size_t i = 0; i < page->row_count; i++) {
		print_flag(out, page->rows[i].name, page->rows[i].value, page->rows[i].help);
		print_facts(out, &page->rows[i]);
	}
	print_flag(out, "help", NULL, TEXT("shows this"));
	print_flag(out, "version", NULL, TEXT("shows the version"));
	if (page->examples != NULL)
		fprintf(out, "\n%s\n%s", translate("Examples:"), page->examples);
}

void
options_complete(FILE *out, const struct option_page *page)
{
	for (size_t i = 0; i < page->row_count; i++)
		fprintf(out, "--%s%s%s\n", page->rows[i].name,
		    page->rows[i].value != NULL ? "\t" : "",
		    page->rows[i].value != NULL ? page->rows[i].value : "");
	fprintf(out, "--help\n--version\n");
}
