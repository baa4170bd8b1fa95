#include "cli/command_list.h"

#include "common/options_man.h"
#include "common/translate.h"

static const char *const groups[COMMAND_GROUPS] = {
    [COMMAND_OF_PLAN] = TEXT("The plan"),
    [COMMAND_OF_REPORTS] = TEXT("Reports"),
    [COMMAND_TO_LOOK] = TEXT("Looking"),
    [COMMAND_TO_PROVE] = TEXT("Proof"),
    [COMMAND_OF_KEYS] = TEXT("Keys"),
    [COMMAND_TOOL] = TEXT("Exercises and measuring"),
};

static const char summary[] = TEXT("Reports progress on a national plan, shows it and follows it.");
static const char help[] =
    TEXT("'tuijin COMMAND --help' lists the flags of a command. Each flag is also\n"
	 "TUIJIN_NAME in the environment: --redis is TUIJIN_REDIS.");

static const struct {
	const char *status, *meaning;
} statuses[] = {
    {"0", TEXT("fine")},
    {"1", TEXT("the plans differ (plan diff)")},
    {"64", TEXT("wrong flags or operands")},
    {"65", TEXT("bad data: a file, a report not taken, what verify found")},
    {"69", TEXT("Redis or a daemon is unavailable")},
    {"74", TEXT("input or output")},
    {"78", TEXT("settings that cannot work here: an endpoint, a key file")},
};

void
command_list(FILE *out, const struct command *commands, size_t count)
{
	fprintf(out, "%s\n", translate("Usage: tuijin COMMAND [FLAG]..."));
	fprintf(out, "%s\n", translate(summary));
	for (size_t g = 0; g < COMMAND_GROUPS; g++) {
		fprintf(out, "\n%s\n", translate(groups[g]));
		for (size_t i = 0; i < count; i++)
			if (commands[i].group == g)
				fprintf(out, "  %-11s %s\n", commands[i].name,
				    translate(commands[i].summary));
	}
	fprintf(out, "\n%s\n%s\n", translate(help), translate("Exit status:"));
	for (size_t i = 0; i < OPTIONS_COUNT(statuses); i++)
		fprintf(out, "  %-3s %s\n", statuses[i].status, translate(statuses[i].meaning));
}

static void
man_items(FILE *out, const struct command *commands, size_t count, size_t group)
{
	fputs(".SS \"", out);
	fprintf(out, "%s\"\n", translate(groups[group]));
	for (size_t i = 0; i < count; i++)
		if (commands[i].group == group) {
			fprintf(out, ".TP\n\\fBtuijin %s\\fR\n", commands[i].name);
			man_text(out, translate(commands[i].summary));
			fputc('\n', out);
		}
}

void
command_list_man(FILE *out, const struct command *commands, size_t count)
{
	char name[64];

	man_begin(out, "tuijin", translate("reports progress on a national plan and shows it"));
	man_head(out, TEXT("SYNOPSIS"));
	fputs("\\fBtuijin\\fR \\fICOMMAND\\fR [\\fIFLAG\\fR]...\n", out);
	man_head(out, TEXT("DESCRIPTION"));
	man_text(out, translate(summary));
	fputc('\n', out);
	man_text(out, translate(help));
	fputc('\n', out);
	man_head(out, TEXT("COMMANDS"));
	for (size_t g = 0; g < COMMAND_GROUPS; g++)
		man_items(out, commands, count, g);
	man_head(out, TEXT("EXIT STATUS"));
	for (size_t i = 0; i < OPTIONS_COUNT(statuses); i++)
		fprintf(out, ".TP\n%s\n%s\n", statuses[i].status, translate(statuses[i].meaning));
	man_environment(out);
	man_head(out, TEXT("SEE ALSO"));
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "tuijin %s", commands[i].name);
		man_see(out, name, false);
	}
	man_see(out, "tuijin-collector", false);
	man_see(out, "tuijin-aggregator", false);
	man_see(out, "tuijin-dashboard", true);
}

void
command_list_names(FILE *out, const struct command *commands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s\n", commands[i].name);
}
