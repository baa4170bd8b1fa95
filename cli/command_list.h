/*
 * command_list -- the commands of `tuijin`, as --help, its manual page and the completion of
 * the shell list them.
 */
#ifndef TUIJIN_CLI_COMMAND_LIST_H
#define TUIJIN_CLI_COMMAND_LIST_H

#include <stdio.h>

#include "cli/command.h"

/* In groups; `tuijin --help`. */
void command_list(FILE *out, const struct command *commands, size_t count);

/* tuijin(1). */
void command_list_man(FILE *out, const struct command *commands, size_t count);

/* A name a line. */
void command_list_names(FILE *out, const struct command *commands, size_t count);

#endif
