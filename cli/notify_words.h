/*
 * notify_words -- alerts in words, for people: days, periods, who and what. Pure.
 */
#ifndef TUIJIN_CLI_NOTIFY_WORDS_H
#define TUIJIN_CLI_NOTIFY_WORDS_H

#include <stdint.h>

#include "cli/language.h"
#include "core/alert.h"
#include "core/buf.h"
#include "core/plan.h"

/* "2026年7月1日", "1 July 2026". */
void notify_words_day(struct buf *out, enum language l, int32_t day);

/* Of "2026-Q1": "2026年第一季度", "the first quarter of 2026". What is no period's name stays. */
void notify_words_period(struct buf *out, enum language l, const char *name);

/* "12.30%" of basis points, and "-4.71" of points. */
void notify_words_percent(struct buf *out, int32_t basis_points);
void notify_words_points(struct buf *out, int32_t basis_points);

const char *notify_words_alarm(enum language l, enum alarm what);

/* One sentence on an alert that was raised or has ended. p gives titles and the offset; NULL:
 * names as they are, and days of the offset that the alert's as_of tells. */
void notify_words_alert(
    struct buf *out, enum language l, const struct plan *p, const struct alert *alert);

#endif
