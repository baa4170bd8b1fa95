/*
 * options_row -- what parsing and --help both ask about a row of options.h, and what else
 * the files of options share.
 */
#ifndef TUIJIN_COMMON_OPTIONS_ROW_H
#define TUIJIN_COMMON_OPTIONS_ROW_H

#include <stdbool.h>

#include "common/options.h"

#define OPTION_VARIABLE_SIZE 64
#define OPTION_SHOWN_SIZE    80 /* of a value in a message */

/* "publish-interval" -> "TUIJIN_PUBLISH_INTERVAL". Returns out. */
const char *option_variable(const struct option_row *row, char out[OPTION_VARIABLE_SIZE]);

/* True if a number has limits: min and max are not both zero. */
bool option_is_bounded(const struct option_row *row);

/* Where a value comes from, as messages call it. */
struct option_source {
	const struct option_row *row;
	const char              *label; /* "--redis" or "TUIJIN_REDIS" */
};

/* Stores one value as typed in the field of its row; a flag has none. Errors: ERR_USAGE. */
int option_put(const struct option_source *from, const char *value, void *settings, struct err *e);

/* Empties the field of a row. */
void option_clear(const struct option_row *row, void *settings);

/* Gives a row that the command line did not name its value of the environment, or its
 * default. Errors: ERR_USAGE. */
int option_fall_back(const struct option_row *row, void *settings, struct err *e);

/* Prints the page that a word asks for: --help, --version, --man or --complete. Returns false
 * if it asks for none. */
bool options_show(const struct option_page *page, const char *word);

#endif
