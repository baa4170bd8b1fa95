/*
 * watch_words -- words that both ways of watching use, and the offset their times are in.
 */
#ifndef TUIJIN_CLI_WATCH_WORDS_H
#define TUIJIN_CLI_WATCH_WORDS_H

#include "cli/language.h"
#include "core/alert.h"

/* "light turned red": an alarm that is raised or resolved. */
const char *watch_alarm(enum language l, enum alarm what);

/* The same while it stands, before "since": a light that turned red is red since. */
const char *watch_alarm_lasting(enum language l, enum alarm what);

/* The offset of a plan in minutes, from the beginning of one of its days: of the two that
 * fit, which are a day apart, the one from -09:59 to +14:00. */
int watch_offset_of(int64_t as_of_ms);

#endif
