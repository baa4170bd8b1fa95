/*
 * language -- Chinese or English, and the words of both for what is shown.
 *
 * Errors and what programs read (--json, states on the wire) are always English.
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
const char *language_reason(enum language l, enum light_reason r); /* "" for REASON_NONE */

#endif
