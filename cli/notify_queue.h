/*
 * notify_queue -- what one target has been told of each alert, and what it is to be told
 * next. Pure: no clock, no file, no delivery.
 *
 * Notices of one key (an alert and its end; the reminders of an agency) are handed out one
 * at a time and in order; those of others pass by while one waits for another try. Besides
 * the one under way at most two of an alert wait: of more, what was raised and ended in
 * between is left out, or the older of two that say the same; of reminders one, the newest.
 * So the queue is bounded by the number of alerts that a plan can have.
 */
#ifndef TUIJIN_CLI_NOTIFY_QUEUE_H
#define TUIJIN_CLI_NOTIFY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/notify_notice.h"
#include "common/backoff.h"

#define NOTIFY_ENTRIES_MAX 131072 /* more than any plan has alerts and agencies */
#define NOTIFY_WAITING_MAX 2      /* of one key, besides the one under way */
#define NOTIFY_PAUSE_MAX   60000  /* ms, give or take a quarter */

struct notice {
	char    *id;    /* owned */
	char    *body;  /* owned; NULL of one that is told and was not raised */
	uint64_t order; /* of arrival */
};

/* Of one key. */
struct notify_entry {
	struct notice  told; /* the newest; id NULL: none */
	struct notice  waiting[NOTIFY_WAITING_MAX + 2];
	size_t         count;
	bool           under_way; /* waiting[0] is */
	uint32_t       attempts;  /* to deliver waiting[0] that failed */
	struct backoff pause;
	int64_t        again_ms; /* monotonic; not before */
};

struct notify_queue;

struct notify_queue *notify_queue_new(uint64_t seed);
void                 notify_queue_free(struct notify_queue *q); /* NULL is fine */

/* Takes a notice in, unless it is not newer than what is known of its key, or the end of
 * an alert that does not stand. Returns the entry if that changed it, else NULL (also when
 * there are too many keys, see notify_queue_full()). */
struct notify_entry *notify_queue_enter(struct notify_queue *q, struct text id, struct text body);

/* The same of a notice that need not be told. */
struct notify_entry *notify_queue_pass(struct notify_queue *q, struct text id, struct text body);

/* Puts an entry back as it was: told may be {NULL}, waiting has count texts of each. False: it
 * cannot have been so. */
bool notify_queue_restore(struct notify_queue *q, struct text told_id, struct text told_body,
    const struct text *ids, const struct text *bodies, size_t count);

/* The entry whose waiting[0] is to be delivered now, oldest first; it is under way until
 * notify_queue_done(). NULL: none. */
struct notify_entry *notify_queue_next(struct notify_queue *q, int64_t mono_ms);

/* When the next one is to be delivered, on the same clock; -1: none waits for a time. */
int64_t notify_queue_when(const struct notify_queue *q);

/* What became of it. Failed: returns how long it waits, in ms. */
void    notify_queue_done(struct notify_queue *q, struct notify_entry *en);
int64_t notify_queue_failed(struct notify_queue *q, struct notify_entry *en, int64_t mono_ms);

/* Puts off for ever: this run does not try it again. */
void notify_queue_give_up(struct notify_entry *en);

/* Entry i of all, NULL behind the last. */
const struct notify_entry *notify_queue_at(const struct notify_queue *q, size_t i);
size_t                     notify_queue_waiting(const struct notify_queue *q); /* notices */
bool                       notify_queue_full(const struct notify_queue *q);

/* The newest of a key, waiting or told: what the target will believe. */
const struct notice *notify_entry_newest(const struct notify_entry *en);

/* What is known of the key that this id has: NULL: nothing. */
const struct notify_entry *notify_queue_find(const struct notify_queue *q, struct text id);

#endif
