/*
 * doctor_findings -- what an examination has found, in the order in which it was.
 */
#ifndef TUIJIN_CLI_DOCTOR_FINDINGS_H
#define TUIJIN_CLI_DOCTOR_FINDINGS_H

#include <stddef.h>

#include "core/err.h"

enum doctor_level {
	DOCTOR_FINE,
	DOCTOR_SKIPPED, /* it could not be looked at, or there is none here */
	DOCTOR_ADVICE,  /* it works, and will not for ever */
	DOCTOR_FAULT,   /* it does not work, or what is acknowledged may get lost */
	DOCTOR_LEVELS
};

/* "fine", "skipped", "advice", "fault": in JSON, never translated. */
const char *doctor_level_name(enum doctor_level level);

struct doctor_finding {
	enum doctor_level level;
	const char       *check; /* "redis": the check that found it; static */
	const char       *code;  /* "redis_not_durable": what it is, for programs; static */
	char              what[ERR_MESSAGE_MAX];
	char              mend[ERR_MESSAGE_MAX]; /* how to mend it; "" for none */
};

struct doctor_findings {
	struct doctor_finding *at; /* owned */
	size_t                 count, room;
	const char            *check; /* the one being made */
};

/* Notes a finding of the check being made. fmt is translated like that of err_fail(). A text
 * that is not fit to be shown (screen_safe()) is escaped as a whole: what comes from outside
 * is better escaped, and cut, by itself. */
void doctor_find(struct doctor_findings *f, enum doctor_level level, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Says how to mend what was found last, likewise. */
void doctor_mend(struct doctor_findings *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The gravest of all; and how many there are of a level. */
enum doctor_level doctor_worst(const struct doctor_findings *f);
size_t            doctor_count(const struct doctor_findings *f, enum doctor_level level);

void doctor_findings_fini(struct doctor_findings *f);

#endif
