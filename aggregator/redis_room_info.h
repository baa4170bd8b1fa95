/*
 * redis_room_info -- numbers out of what Redis answers to INFO. Pure.
 */
#ifndef TUIJIN_AGGREGATOR_REDIS_ROOM_INFO_H
#define TUIJIN_AGGREGATOR_REDIS_ROOM_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

enum redis_number {
	REDIS_MEMORY_USED, /* bytes, like the next two */
	REDIS_MEMORY_MAX,  /* 0: no limit */
	REDIS_AOF_SIZE,    /* not there while the append-only file is switched off */
	REDIS_AOF_OK,      /* 1: the last write to it went well; 0: it did not */
	REDIS_NUMBERS
};

/* Zeroed: nothing is known. */
struct redis_info {
	bool     known[REDIS_NUMBERS];
	uint64_t value[REDIS_NUMBERS];
};

/* Enters what a section says ("name:value" lines); lines of other names, and values that
 * are not what they should be, are passed over. */
void redis_info_read(struct redis_info *info, struct text section);

#endif
