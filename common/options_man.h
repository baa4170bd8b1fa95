/*
 * options_man -- manual pages, in the macros of man(7): what options_man() and the list of
 * commands write alike.
 */
#ifndef TUIJIN_COMMON_OPTIONS_MAN_H
#define TUIJIN_COMMON_OPTIONS_MAN_H

#include "common/options.h"

/* The title and the line of NAME. Programs that begin with "tuijin-" are services, of
 * section 8. */
void man_begin(FILE *out, const char *program, const char *brief);

/* The head of a section, translated. */
void man_head(FILE *out, const char *title);

/* Text from its line's begin on, with nothing in it that is a macro. */
void man_text(FILE *out, const char *text);

/* The section ENVIRONMENT. */
void man_environment(FILE *out);

/* A name under SEE ALSO. */
void man_see(FILE *out, const char *program, bool last);

#endif
