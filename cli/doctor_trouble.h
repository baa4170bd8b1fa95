/*
 * doctor_trouble -- why something of Redis could not be looked at, in words; for
 * cli/doctor_*.c.
 */
#ifndef TUIJIN_CLI_DOCTOR_TROUBLE_H
#define TUIJIN_CLI_DOCTOR_TROUBLE_H

#include "cli/doctor.h"

/* True if Redis was reached. If not, it is noted that what needs it was not looked at. */
bool doctor_has_store(struct doctor *d);

/* Notes why store_call() gave no answer. A right that we lack is no fault of the
 * installation: then something was just not looked at. */
void doctor_unanswered(struct doctor *d, const struct err *why);

/* The same where such a right counts for more. */
void doctor_unanswered_as(struct doctor *d, const struct err *why, enum doctor_level denied);

/* What it is that a service is not to be found at a value: a fault, but DOCTOR_SKIPPED where
 * that is a guess (doctor_settings_is_guess()); then doctor_mend_guess() says how to know,
 * and true. */
enum doctor_level doctor_blame(const struct doctor *d, const char *service, const char *value);
bool              doctor_mend_guess(struct doctor *d, const char *service, const char *value);

/* True if a part of an answer is an error: a key holds something else than it should. */
bool doctor_is_garbled(struct doctor *d, const char *plan, const struct store_reply *r);

/* Notes that a service was told to serve others than a plan. */
void doctor_not_meant(struct doctor *d, const char *service, const char *plan);

/* A time from outside, ms since 1970, or the nearest within the years 1970 to 9999. */
int64_t doctor_time(int64_t ms);

/* How long a duration is, rounded, whichever its sign: "2.5 s", "7 min", "3 h", "12 d". */
#define DOCTOR_SPAN_SIZE 32
const char *doctor_span(int64_t ms, char out[DOCTOR_SPAN_SIZE]);

#endif
