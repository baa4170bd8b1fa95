#include "common/options_man.h"

#include <ctype.h>
#include <string.h>

#include "common/options_row.h"
#include "common/translate.h"

void
man_text(FILE *out, const char *text)
{
	bool begins = true; /* a line, where a dot or a quote would be a macro */

	for (; *text != '\0'; text++) {
		if (begins && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		begins = *text == '\n';
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			fputc(*text, out);
	}
}

void
man_head(FILE *out, const char *title)
{
	fprintf(out, ".SH \"%s\"\n", translate(title));
}

/* "tuijin plan check": "tuijin-plan-check" */
static void
name(FILE *out, const char *program, bool escaped)
{
	for (; *program != '\0'; program++)
		if (*program == ' ' || *program == '-')
			fputs(escaped ? "\\-" : "-", out);
		else
			fputc(*program, out);
}

/* Commands are in section 1, services in 8. */
static int
section(const char *program)
{
	return strncmp(program, "tuijin-", 7) == 0 ? 8 : 1;
}

void
man_begin(FILE *out, const char *program, const char *brief)
{
	fputs(".TH ", out);
	name(out, program, false);
	fprintf(out, " %d %s \"tuijin %s\" \"%s\"\n", section(program), TUIJIN_VERSION_DAY,
	    TUIJIN_VERSION, "Tuijin 推进");
	man_head(out, TEXT("NAME"));
	name(out, program, true);
	fputs(" \\- ", out);
	man_text(out, brief);
	fputc('\n', out);
}

void
man_see(FILE *out, const char *program, bool last)
{
	fputs(".BR ", out);
	name(out, program, true);
	fprintf(out, " (%d)%s\n", section(program), last ? "" : ",");
}

/* The first sentence of a summary, without its end: "sends one report given by flags" */
static void
brief_of(const char *summary, char *out, size_t size)
{
	static const char *const ends[] = {". ", ".\n", ": ", ":\n", "; ", "。", "：", "；"};
	size_t                   len = strlen(summary);

	if (len > 0 && summary[len - 1] == '.')
		len--;
	for (size_t i = 0; i < OPTIONS_COUNT(ends); i++) {
		const char *end = strstr(summary, ends[i]);

		if (end != NULL && (size_t)(end - summary) < len)
			len = (size_t)(end - summary);
	}
	snprintf(out, size, "%.*s", (int)len, summary);
	err_cut(out, size - 4);
	for (char *c = out; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	out[0] = (char)tolower((unsigned char)out[0]);
}

static void
print_flag(FILE *out, const char *flag, const char *value, const char *help)
{
	fputs(".TP\n\\fB\\-\\-", out);
	man_text(out, flag);
	fputs("\\fR", out);
	if (value != NULL) {
		fputs(" \\fI", out);
		man_text(out, value);
		fputs("\\fR", out);
	}
	fputc('\n', out);
	man_text(out, translate(help));
	fputc('\n', out);
}

static void
print_facts(FILE *out, const struct option_row *row)
{
	char variable[OPTION_VARIABLE_SIZE];

	fputs(".br\n[", out);
	if (row->preset != NULL) {
		char facts[256];

		snprintf(facts, sizeof(facts), translate("default %s; "), row->preset);
		man_text(out, facts);
	}
	if (option_is_bounded(row)) {
		char facts[64];

		snprintf(facts, sizeof(facts), translate("%lld to %lld; "), (long long)row->min,
		    (long long)row->max);
		man_text(out, facts);
	}
	if (row->type == OPTION_LIST)
		fputs(translate("repeatable; "), out);
	fprintf(out, "%s]\n", option_variable(row, variable));
}

static void
print_statuses(FILE *out, const char *program)
{
	static const struct {
		const char *status, *meaning;
		int         section; /* only there; 0: everywhere */
	} statuses[] = {
	    {"0", TEXT("done"), 1},
	    {"0", TEXT("stopped by SIGTERM or SIGINT"), 8},
	    {"64", TEXT("wrong flags or operands"), 0},
	    {"65", TEXT("wrong data: a file, a report that was not taken, what was found"), 1},
	    {"69", TEXT("Redis, a service or something of the machine is not available"), 0},
	    {"74", TEXT("the results could not be written"), 1},
	    {"78", TEXT("settings that cannot work here: an endpoint, a key file"), 0},
	};

	man_head(out, TEXT("EXIT STATUS"));
	for (size_t i = 0; i < OPTIONS_COUNT(statuses); i++)
		if (statuses[i].section == 0 || statuses[i].section == section(program))
			fprintf(out, ".TP\n%s\n%s\n", statuses[i].status,
			    translate(statuses[i].meaning));
}

void
man_environment(FILE *out)
{
	man_head(out, TEXT("ENVIRONMENT"));
	fprintf(out, ".TP\nTUIJIN_...\n%s\n",
	    translate("set flags too, as said above; the command line wins; an empty one counts as "
		      "not set"));
	fprintf(out, ".TP\nLC_ALL, LC_MESSAGES, LANG\n%s\n",
	    translate("the first that is set: Chinese if it begins with zh, else English"));
}

static void
print_examples(FILE *out, const char *examples)
{
	man_head(out, TEXT("EXAMPLES"));
	fputs(".nf\n", out);
	man_text(out, examples);
	fputs(".fi\n", out);
}

static void
print_see(FILE *out, const char *program)
{
	static const char *const pages[] = {
	    "tuijin", "tuijin-collector", "tuijin-aggregator", "tuijin-dashboard"};
	size_t last = OPTIONS_COUNT(pages) - 1;

	if (strcmp(pages[last], program) == 0)
		last--;
	man_head(out, TEXT("SEE ALSO"));
	for (size_t i = 0; i <= last; i++)
		if (strcmp(pages[i], program) != 0)
			man_see(out, pages[i], i == last);
}

static bool
is_chinese(char c)
{
	return ((unsigned char)c & 0x80) != 0;
}

/* An empty line begins a paragraph; one that is indented stays a line, as man(7) has it. */
static void
print_description(FILE *out, const char *text)
{
	char line[512];

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		if (len == 0)
			fputs(".PP", out);
		man_text(out, line);
		text += len + (text[len] == '\n');
		/* Chinese has no space where a line ends. */
		if (len == 0 || !is_chinese(line[len - 1]) || !is_chinese(*text))
			fputc('\n', out);
	}
}

void
options_man(FILE *out, const struct option_page *page)
{
	const char *summary = translate(page->summary);
	char        brief[200];

	brief_of(summary, brief, sizeof(brief));
	man_begin(out, page->program, brief);
	man_head(out, TEXT("SYNOPSIS"));
	fputs("\\fB", out);
	man_text(out, page->program);
	fprintf(out, "\\fR [\\fIFLAG\\fR]... ");
	man_text(out, page->operands != NULL ? page->operands : "");
	fputc('\n', out);
	man_head(out, TEXT("DESCRIPTION"));
	print_description(out, summary);
	man_head(out, TEXT("OPTIONS"));
	fprintf(out, "%s\n", translate("Flags, each with the variable that sets it too:"));
	for (size_t i = 0; i < page->row_count; i++) {
		print_flag(out, page->rows[i].name, page->rows[i].value, page->rows[i].help);
		print_facts(out, &page->rows[i]);
	}
	print_flag(out, "help", NULL, TEXT("shows the flags"));
	print_flag(out, "version", NULL, TEXT("shows the version"));
	print_flag(out, "man", NULL, TEXT("shows this page, for man(1)"));
	print_statuses(out, page->program);
	man_environment(out);
	if (page->examples != NULL)
		print_examples(out, page->examples);
	print_see(out, page->program);
}
