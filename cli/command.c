#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct {
	const char    *program;
	bool           json;
	enum log_level least;
} notes = {.program = "tuijin", .least = LOG_INFO};

static int
wrong(const struct err *e)
{
	fprintf(stderr, "%s: %s\ntry '%s --help'\n", notes.program, e->msg, notes.program);
	return err_exit_status(e);
}

int
command_open(const struct option_page *page, int argc, char **argv, void *settings,
    struct command_settings *shared, struct command_run *run)
{
	struct err err = {0};

	notes.program = page->program;
	switch (options_parse(page, argc, argv, settings, &run->first, &err)) {
	case OPTIONS_SHOWN:
		return 0;
	case OPTIONS_WRONG:
		return wrong(&err);
	case OPTIONS_RUN:
		break;
	}
	if (options_open_log("tuijin", &shared->common, &err) != 0 ||
	    language_choose(shared->lang, &run->language, &err) != 0)
		return wrong(&err);
	notes.json = strcmp(shared->common.log_format, "json") == 0;
	log_level_parse(shared->common.log_level, &notes.least);
	run->out = screen_of(stdout);
	return -1;
}

int
command_fail(const struct err *e)
{
	if (notes.json)
		return log_exit(e);
	if (e->code == ERR_USAGE)
		return wrong(e);
	fprintf(stderr, "%s: %s\n", notes.program, e->msg);
	return err_exit_status(e);
}

void
command_note(enum log_level level, const char *fmt, ...)
{
	char    line[1024], quoted[1024];
	va_list args;

	if (level < notes.least)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (notes.json)
		log_line(level, "event=note reason=\"%s\"",
		    text_escape(text_of(line), quoted, sizeof(quoted)));
	else
		fprintf(stderr, "%s: %s\n", notes.program, line);
}
