/*
 * options_wrap -- text of --help in lines of a width. A Chinese character takes two
 * columns, and a line may end beside each, if punctuation stays where it belongs.
 */
#ifndef TUIJIN_COMMON_OPTIONS_WRAP_H
#define TUIJIN_COMMON_OPTIONS_WRAP_H

#include <stdio.h>

/* Prints the text in lines that begin at column `indent`, where the first one is
 * already, and end before `width`; a longer word has a line of its own. A line end of the
 * text stays one. */
void options_wrap(FILE *out, const char *text, int indent, int width);

#endif
