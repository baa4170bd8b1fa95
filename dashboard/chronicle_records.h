/*
 * chronicle_records -- the records of a ledger that are worth showing: each agency's newest
 * word on each task, each task's newest ruling, the last records of each task and of the
 * plan; for dashboard/chronicle*.c alone.
 *
 * By task number and agency id, so that they outlive the place a plan had for them. A record
 * is kept once, as bytes, however many ways lead to it. What the tasks have beyond
 * CHRONICLE_BYTES_MAX is dropped, of the whole plan the oldest first.
 */
#ifndef TUIJIN_DASHBOARD_CHRONICLE_RECORDS_H
#define TUIJIN_DASHBOARD_CHRONICLE_RECORDS_H

#include "dashboard/chronicle.h"

struct chronicle_records;

struct chronicle_records *chronicle_records_new(void);
void                      chronicle_records_free(struct chronicle_records *r); /* NULL is fine */

/* Keeps a copy of the next record. foreign: the plan in force has no place for it. */
void chronicle_records_add(
    struct chronicle_records *r, struct position position, const struct record *rec, bool foreign);

/* What that agency said last on the task, the ruling on it, the records so far, and the i-th
 * newest: as chronicle.h has them. */
const struct chronicle_item *chronicle_records_word(
    const struct chronicle_records *r, uint32_t number, struct text agency);
const struct chronicle_item *chronicle_records_ruling(
    const struct chronicle_records *r, uint32_t number);
uint64_t chronicle_records_count(const struct chronicle_records *r, uint32_t number);
const struct chronicle_item *chronicle_records_item(
    const struct chronicle_records *r, uint32_t number, size_t i);

#endif
