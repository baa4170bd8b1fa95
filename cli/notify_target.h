/*
 * notify_target -- one program or endpoint: tries to deliver what its queue has, one notice
 * at a time, with growing pauses, and notes in the state what was taken.
 */
#ifndef TUIJIN_CLI_NOTIFY_TARGET_H
#define TUIJIN_CLI_NOTIFY_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/notify_exec.h"
#include "cli/notify_post.h"
#include "cli/notify_state.h"
#include "cli/notify_text.h"

#define NOTIFY_TARGET_WAITS (NOTIFY_EXEC_WAITS + NOTIFY_POST_WAITS)

struct notify_target {
	const struct notify_book *book;    /* borrowed */
	const char               *command; /* borrowed; NULL: it is a webhook */
	struct notify_post       *post;    /* owned; NULL: it is a program */
	struct notify_exec        exec;
	struct notify_entry      *under_way; /* of the queue; NULL: nothing is */
	struct backoff            pause;     /* after tries that failed, whatever they were of */
	int64_t                   again_ms;  /* monotonic; not before */
	int64_t                   timeout_ms;
	bool                      once; /* each notice is tried once */
	uint64_t                  delivered, retried, dropped;
};

void notify_target_init(struct notify_target *t, const struct notify_book *book, int64_t timeout_ms,
    bool once, uint64_t seed);
void notify_target_fini(struct notify_target *t); /* ends what is under way */

/* Goes on with what is under way, or (start) begins the next. Logs what became of it. */
void notify_target_turn(
    struct notify_target *t, struct notify_state *state, int64_t mono_ms, bool start);

/* What to wait for, NOTIFY_TARGET_WAITS at most (returns how many), and until when. */
size_t notify_target_waits(
    const struct notify_target *t, struct bus_wait *waits, int64_t mono_ms, int64_t *timeout_ms);

/* True if nothing is under way and nothing waits for another try. */
bool notify_target_is_idle(const struct notify_target *t);

#endif
