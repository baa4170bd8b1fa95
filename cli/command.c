#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/translate.h"

static struct {
	const char    *program;
	bool           json;
	enum log_level least;
} notes = {.program = "tuijin", .least = LOG_INFO};

/* Says msg as it is: options_parse() has put the hint there. */
static int
say(const struct err *e)
{
	fprintf(stderr, "%s: %s\n", notes.program, e->msg);
	return err_exit_status(e);
}

static int
wrong(const struct err *e)
{
	fprintf(
	    stderr, translate("%s: %s; try '%s --help'\n"), notes.program, e->msg, notes.program);
	return err_exit_status(e);
}

/* Errors and notes in the operator's language, unless programs read them. */
static void
speak(enum language language, bool to_programs)
{
	translate_to(language == LANGUAGE_ZH && !to_programs ? "zh" : "en");
	err_translator(translate);
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
		return say(&err);
	case OPTIONS_RUN:
		break;
	}
	if (options_open_log("tuijin", &shared->common, &err) != 0 ||
	    language_choose(shared->lang, &run->language, &err) != 0)
		return wrong(&err);
	notes.json = strcmp(shared->common.log_format, "json") == 0;
	speak(run->language, shared->json || notes.json);
	log_level_parse(shared->common.log_level, &notes.least);
	run->out = screen_of(stdout);
	return -1;
}

/* "7301" of "tcp://host:7301" */
static bool
ends_in_port(const char *value)
{
	const char *colon = strrchr(value, ':');
	long        port;

	if (colon == NULL || colon == value || colon[1] == '\0' || strlen(colon + 1) > 5 ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	port = strtol(colon + 1, NULL, 10);
	return port >= 1 && port <= 65535;
}

int
command_check_endpoint(const char *flag, const char *value, struct err *e)
{
	char shown[100];

	if (value == NULL || (strncmp(value, "ipc://", 6) == 0 && value[6] != '\0') ||
	    (strncmp(value, "tcp://", 6) == 0 && ends_in_port(value + 6)))
		return 0;
	return err_fail(e, ERR_USAGE, "--%s: got '%s', expected tcp://host:port or ipc://path",
	    flag, text_escape(text_of(value), shown, sizeof(shown)));
}

/* Messages of common/store begin so, and do not know which flag chose the store. */
static bool
is_about_redis(const struct err *e)
{
	return (e->code == ERR_AGAIN || e->code == ERR_ENV) && strncmp(e->msg, "redis: ", 7) == 0;
}

int
command_fail(const struct err *e)
{
	struct err hinted = *e;
	char       said[ERR_MESSAGE_MAX];

	if (is_about_redis(e)) {
		memcpy(said, e->msg, sizeof(said));
		err_cut(said, 250);
		err_set(&hinted, e->code, "%s (--redis or TUIJIN_REDIS names another)", said);
	}
	if (notes.json)
		return log_exit(&hinted);
	return e->code == ERR_USAGE ? wrong(e) : say(&hinted);
}

void
command_note(enum log_level level, const char *fmt, ...)
{
	char    line[1024], quoted[1024];
	va_list args;

	if (level < notes.least)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), translate(fmt), args);
	va_end(args);
	if (notes.json)
		log_line(level, "event=note reason=\"%s\"",
		    text_escape(text_of(line), quoted, sizeof(quoted)));
	else
		fprintf(stderr, "%s: %s\n", notes.program, line);
}
