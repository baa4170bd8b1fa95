/*
 * redis_room -- how much room Redis has: memory, its append-only file, and the disk below
 * that if it is known where that is.
 *
 * Asks on a link of its own every five seconds, and logs once (event=trouble plan=*) if it
 * is not told. Never blocks, but for the disk to tell its size: it is for a local one.
 */
#ifndef TUIJIN_AGGREGATOR_REDIS_ROOM_H
#define TUIJIN_AGGREGATOR_REDIS_ROOM_H

#include <stdbool.h>
#include <stdint.h>

#include "aggregator/redis_room_info.h"
#include "common/store.h"
#include "core/err.h"

struct redis_room;

/* disk: a folder on it, or NULL; borrowed. NULL with *e. */
struct redis_room *redis_room_open(const char *url, const char *disk, struct err *e);
void               redis_room_close(struct redis_room *r); /* NULL is fine */
struct store      *redis_room_link(struct redis_room *r);

/* Does what can be done now. Returns ms until it wants to be called again. */
int64_t redis_room_turn(struct redis_room *r, int64_t mono_ms);

struct redis_room_disk {
	bool     known;
	uint64_t size, free; /* bytes; free to those who are not root */
};

/* Whether Redis answers, and what is known of its room. Borrowed. */
bool                          redis_room_is_up(const struct redis_room *r);
const struct redis_info      *redis_room_info(const struct redis_room *r);
const struct redis_room_disk *redis_room_disk(const struct redis_room *r);

/* Refuses (ERR_CONFIG) a folder that is none, or cannot be got at. */
int redis_room_check_disk(const char *disk, struct err *e);

#endif
