/*
 * backoff -- how long to wait before the next try: doubling, with jitter.
 *
 * A plain value; no clock. Pauses go 50, 100, 200, ... up to a limit, each give
 * or take a quarter, so that programs that lost the same server do not all come
 * back in the same instant.
 */
#ifndef TUIJIN_COMMON_BACKOFF_H
#define TUIJIN_COMMON_BACKOFF_H

#include <stdint.h>

#define BACKOFF_FIRST_MS 50

/* Of a message answered with retry (docs/protocol.md, "Sending again"): from 0.2 s
 * on, and never more than 5 s, which is this and a quarter. */
#define BACKOFF_RESEND_FIRST_MS 200
#define BACKOFF_RESEND_MAX_MS   4000

struct backoff {
	int64_t  first_ms, max_ms, pause_ms;
	uint64_t random;
};

void    backoff_init(struct backoff *b, int64_t max_ms, uint64_t seed);
void    backoff_init_resend(struct backoff *b, uint64_t seed);
void    backoff_reset(struct backoff *b); /* it worked: the next pause is the first again */
int64_t backoff_next(struct backoff *b);  /* ms */

#endif
