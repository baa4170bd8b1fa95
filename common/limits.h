/*
 * limits -- what of the process those who connect to it can use up: its descriptors, and
 * memory that would not come back.
 *
 * libzmq accepts connections as long as there are descriptors. A flood of them must not
 * keep the daemon from its store: some descriptors are set aside, beyond the limit that
 * holds for everybody, and can be had between limits_lift() and limits_lower(). In that
 * time a waiting connection may get one of them too, until it ends; so there are many.
 */
#ifndef TUIJIN_COMMON_LIMITS_H
#define TUIJIN_COMMON_LIMITS_H

#include <stdbool.h>

#define LIMITS_DESCRIPTORS_MAX 4096 /* connections and all else, where the system gives as many */
#define LIMITS_SET_ASIDE       256  /* at most; a quarter where there are few */

/* Sets them, for the rest of the process's life; once is enough. */
void limits_set(void);

/* True if more than half of what is for everybody is taken. */
bool limits_are_near(void);

/* Around what has to get a descriptor. Nothing happens before limits_set(). */
void limits_lift(void);
void limits_lower(void);

#endif
