/*
 * doctor_view -- findings, shown to people as they are made, or to programs at the end.
 *
 *     fine     keys        2 secret keys are readable by their owner alone
 *     fault    redis       redis 127.0.0.1:6379: Connection refused
 *                            start it: systemctl start redis-server
 *     1 fault, 1 fine
 */
#ifndef TUIJIN_CLI_DOCTOR_VIEW_H
#define TUIJIN_CLI_DOCTOR_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"
#include "cli/doctor_findings.h"

struct doctor_view {
	struct screen screen;
	enum language language;
	bool          quiet; /* advice and faults alone */
};

/* Prints the findings from the one with that index on, which a check of that title made, and
 * flushes: what comes next may take long. */
void doctor_view_print(
    const struct doctor_view *v, const char *title, const struct doctor_findings *f, size_t from);

/* Prints how many there are of each level; nothing if quiet and all is well. */
void doctor_view_sum(const struct doctor_view *v, const struct doctor_findings *f);

/* Prints all of it as one JSON object. */
void doctor_view_json(const struct doctor_view *v, const char *const *checks, size_t count,
    const struct doctor_findings *f);

#endif
