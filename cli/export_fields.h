/*
 * export_fields -- the columns that the tables of all formats choose from, and their
 * cells: values with a kind, which each format writes in its own way.
 */
#ifndef TUIJIN_CLI_EXPORT_FIELDS_H
#define TUIJIN_CLI_EXPORT_FIELDS_H

#include <stdint.h>

#include "cli/export_concern.h"
#include "cli/export_facts.h"
#include "core/buf.h"
#include "core/text.h"

/* A row of a table: a scope, an obligation of a task, or both. */
struct line {
	const struct facts      *facts;
	struct scope             scope;
	const struct summary    *summary; /* the scope's; NULL: not to be shown in this row */
	const struct facts_part *part;    /* NULL: no obligation's row */
	const struct concern    *concern; /* NULL: no concern's row */
};

/* The row of a scope. */
struct line line_of(const struct facts *f, enum scope_kind kind, uint32_t index);

enum cell_kind {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_COUNT,
	CELL_POINTS,  /* hundredths: a percent */
	CELL_GAP,     /* hundredths: points, with a sign */
	CELL_DAY,     /* days since 1970 */
	CELL_INSTANT, /* ms since 1970 UTC, to be shown in the plan's offset */
	CELL_LIGHT,   /* an enum light */
	CELL_KINDS
};

struct cell {
	enum cell_kind kind;
	int64_t        number;
	struct text    text;
};

enum field {
	FIELD_LEVEL,
	FIELD_NUMBER, /* "1.1" */
	FIELD_LABEL,  /* the same, told apart: "Chapter 1", "1.1", "Task 1" */
	FIELD_NAME,
	FIELD_CHAPTER,
	FIELD_SECTION,
	FIELD_TASK,
	FIELD_TASK_TITLE,
	FIELD_AGENCY_ID,
	FIELD_AGENCY,
	FIELD_LEADER,
	FIELD_ROLE,
	FIELD_DUTY,
	FIELD_WEIGHT,
	FIELD_COUNTS,
	FIELD_COUNTS_WHY, /* and why it does not, where its task is cancelled */
	FIELD_STATE,      /* an obligation's own, or the task's */
	FIELD_PERCENT,    /* an obligation's own, or the scope's */
	FIELD_TASK_PERCENT,
	FIELD_EXPECTED,
	FIELD_GAP,
	FIELD_LIGHT,
	FIELD_REASON,
	FIELD_WHY, /* the reason, with what it goes by */
	FIELD_TASK_STATE,
	FIELD_DISPOSITION,
	FIELD_DUE,
	FIELD_OVERDUE,
	FIELD_AT,
	FIELD_RECEIVED,
	FIELD_SEQ,
	FIELD_POSITION,
	FIELD_KEY_ID,
	FIELD_SUMMARY,
	FIELD_PROBLEMS,
	FIELD_NEXT_STEPS,
	FIELD_HELP,
	FIELD_EVIDENCE,
	FIELD_TASKS,    /* with the cancelled */
	FIELD_INCLUDED, /* without them */
	FIELD_OBLIGATIONS,
	FIELD_LEAD_PERCENT,
	FIELD_PARTICIPANT_PERCENT,
	FIELD_PERIOD,
	FIELD_REPORTED_RATE,
	FIELD_ON_TIME_RATE,
	FIELD_CLASS,
	FIELD_DONE, /* this and the next: tasks of the scope in each class */
	FIELD_AHEAD,
	FIELD_ON_TRACK,
	FIELD_BEHIND,
	FIELD_OTHER,
	FIELD_COST,
	FIELD_ALL_PROBLEMS, /* of all the agencies of a task */
	FIELD_ALL_NEXT_STEPS,
	FIELD_SCOPE,
	FIELD_MISSED, /* agencies that did not report for the last period due */
	FIELD_LATE,   /* agencies that did too late */
	FIELD_ALL_CONCERNS,
	FIELD_CONCERN, /* the first kind's; the others stand behind it */
	FIELDS = FIELD_CONCERN + CONCERN_KINDS
};

const char *field_head(enum field f, enum language l);

/* What the line has in that column. Its text is borrowed from the plan, the picture or
 * from scratch, which it may write anew. */
struct cell field_cell(enum field f, const struct line *l, struct buf *scratch);

/* Appends a cell as text: "12.34", "+1.20", "2026-06-30", "2026-06-30 16:00:00", a
 * light's name. */
void cell_write(const struct cell *c, const struct facts *f, struct buf *out);

#endif
