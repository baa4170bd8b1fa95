/*
 * language -- Chinese or English, and the words of both for what is shown.
 *
 * Errors and --help are of common/translate. What programs read (--json, states on the
 * wire) is always English.
 */
#ifndef TUIJIN_CLI_LANGUAGE_H
#define TUIJIN_CLI_LANGUAGE_H

#include "core/buf.h"
#include "core/err.h"
#include "core/plan.h"
#include "core/report.h"
#include "core/summary.h"

enum language { LANGUAGE_EN, LANGUAGE_ZH, LANGUAGES };

/* What --lang says, or (flag NULL) the locale: LC_ALL, LC_MESSAGES or LANG, the
 * first that is set. Returns 0, or -1 with *e (ERR_USAGE). */
int language_choose(const char *flag, enum language *l, struct err *e);

const char *language_title(enum language l, struct plan_title title);

/* A word or a short phrase. */
struct phrase {
	const char *at[LANGUAGES];
};

#define PHRASE(en, zh)                                                                             \
	{                                                                                          \
		{                                                                                  \
			[LANGUAGE_EN] = (en), [LANGUAGE_ZH] = (zh)                                 \
		}                                                                                  \
	}

/* What can be counted, and a number of it: "1 section", "2 sections", "2 节". */
struct noun {
	const char *one, *many, *zh;
};

struct count {
	uint32_t           n;
	const struct noun *of;
};

extern const struct noun noun_chapter, noun_section, noun_task, noun_agency, noun_obligation;

/* Appends them, with commas between and a newline behind. */
void language_counts(struct buf *out, enum language l, const struct count *counts, size_t n);

/* Appends "from 2026-04-01 until 2026-09-30", or the bound that there is; nothing for
 * PLAN_FIRST_DAY to PLAN_LAST_DAY. */
void language_term(struct buf *out, enum language l, int32_t from, int32_t until);

/* Appends "times are UTC+08:00": said once where times stand without a zone. */
void language_zone(struct buf *out, enum language l, int offset_min);

/* Names of values; `head` is the short form for the head of a column. */
const char *language_task_state(enum language l, enum task_state s);
const char *language_task_state_head(enum language l, enum task_state s);
const char *language_report_state(enum language l, enum report_state s);
const char *language_disposition(enum language l, enum report_disposition d);
const char *language_verdict(enum language l, enum report_verdict v);
const char *language_duty(enum language l, enum plan_duty d);
const char *language_every(enum language l, enum plan_every e);
const char *language_scope_kind(enum language l, enum scope_kind k);
const char *language_role(enum language l, bool lead);
const char *language_light(enum language l, enum light light);

/* The reason of a light; "" for REASON_NONE. The red tasks of a scope make it red when they are too
 * many, and yellow when there are some; the reason alone cannot tell. */
const char *language_reason_of(enum language l, struct judgement j);

/* Appends "32% of the tasks are red (33 of 103, 20% or more)": why a scope is red for
 * REASON_RED_TASKS, where there is room; limit is the plan's percent of red tasks. */
void language_red_share(
    struct buf *out, enum language l, uint32_t red, uint32_t included, uint32_t limit);

#endif
