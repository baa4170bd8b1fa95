/*
 * export_facts -- what every format of `tuijin export` is made of: a picture with the
 * summaries of all its scopes, the class of each task, and what each costs the whole.
 */
#ifndef TUIJIN_CLI_EXPORT_FACTS_H
#define TUIJIN_CLI_EXPORT_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/language.h"
#include "cli/picture.h"
#include "core/explain.h"
#include "core/plan.h"
#include "core/rollup.h"
#include "core/scope.h"
#include "core/summary.h"

struct facts {
	struct picture    *picture; /* borrowed, like the two that are its own */
	struct rollup     *rollup;
	const struct plan *plan;
	enum language      language;
	const char        *as_of; /* the moments as they were typed; NULL: none */
	const char        *known_at;
	int32_t            today;    /* the day it is evaluated for */
	struct position    position; /* of the last entry that is in it */

	const struct picture_request *request;

	struct summary    *summaries; /* owned; by row of core/scope.h; without keys and parts */
	struct explanation whole;     /* of the whole plan's percent and gap */
	struct facts_peak *peaks;     /* owned; by obligation (cli/export_peaks.h) */
};

/* Where a percent was said from which an obligation went back; ms 0: not known. */
struct facts_peak {
	struct position position;
	int64_t         at_ms;
};

/* Borrows all of them; the moments as they were typed may be NULL or "". */
void facts_init(struct facts *f, struct picture *picture, const struct picture_request *request,
    const char *as_of, const char *known_at, enum language language);
void facts_fini(struct facts *f);

const struct summary *facts_summary(const struct facts *f, struct scope s);

/* A task's addend to the whole plan: its weight's share, and what it costs. */
const struct explain_addend *facts_addend(const struct facts *f, uint32_t task);

/* How a task stands, in the words of the office's reports; every task is in one. */
enum facts_class {
	FACTS_DONE,     /* its light is blue */
	FACTS_AHEAD,    /* ahead of the calendar by more than lights.yellow points */
	FACTS_ON_TRACK, /* neither of the others */
	FACTS_BEHIND,   /* its light is red or yellow */
	FACTS_OTHER,    /* its light is grey */
	FACTS_CLASSES
};

enum facts_class facts_class(const struct facts *f, uint32_t task);
const char      *facts_class_name(enum language l, enum facts_class c);

/* How many tasks of first .. first + count - 1 are in each class. */
void facts_classes(
    const struct facts *f, uint32_t first, uint32_t count, uint32_t n[static FACTS_CLASSES]);

/* One obligation, with what was last said on it. */
struct facts_part {
	uint32_t                   obligation;
	const struct plan_task    *task;
	const struct plan_agency  *agency;
	const struct rollup_word  *now;
	const struct picture_word *word; /* a withdrawal too; NULL: nothing was ever said */
};

/* Fills *part. Returns false if the obligation is not in force. */
bool facts_part(const struct facts *f, uint32_t obligation, struct facts_part *part);

/* The report whose words count now; NULL: none was made, or it was withdrawn. */
const struct report *facts_report(const struct facts_part *part);

/* "12.34", "-0.05": basis points, or hundredths of a point. Returns out. */
#define FACTS_POINTS_SIZE 24
const char *facts_points(int64_t hundredths, char out[FACTS_POINTS_SIZE]);

/* part of whole in basis points, floored; -1 if the whole is nothing. */
int32_t facts_rate(uint32_t part, uint32_t whole);

#endif
