#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/options_row.h"
#include "common/translate.h"
#include "core/text.h"

const char TUIJIN_VERSION[] = "0.1.0";
const char TUIJIN_VERSION_DAY[] = "2026-11-22";

bool
options_show(const struct option_page *page, const char *word)
{
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		options_help(stdout, page);
	else if (strcmp(word, "--man") == 0)
		options_man(stdout, page);
	else if (strcmp(word, "--complete") == 0)
		options_complete(stdout, page);
	else if (strcmp(word, "--version") == 0)
		printf("%s %s\n", page->program, TUIJIN_VERSION);
	else
		return false;
	return true;
}

const char *
options_language(int argc, char **argv)
{
	const char *asked = getenv("TUIJIN_LANG");

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			asked = argv[i] + 7;
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			asked = argv[i + 1];
	}
	if (asked != NULL && (strcmp(asked, "zh") == 0 || strcmp(asked, "en") == 0))
		return asked;
	return translate_locale();
}

int
options_open_log(const char *program, const struct common_settings *c, struct err *e)
{
	enum log_level least;
	char           shown[OPTION_SHOWN_SIZE];
	bool           json = strcmp(c->log_format, "json") == 0;

	if (!json && strcmp(c->log_format, "text") != 0)
		return err_fail(e, ERR_USAGE, "--log-format: got '%s', expected text or json",
		    text_escape(text_of(c->log_format), shown, sizeof(shown)));
	if (!log_level_parse(c->log_level, &least))
		return err_fail(e, ERR_USAGE,
		    "--log-level: got '%s', expected debug, info, warn or error",
		    text_escape(text_of(c->log_level), shown, sizeof(shown)));
	log_open(program, least, json);
	return 0;
}
