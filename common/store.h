/*
 * store -- a link to Redis that never blocks and mends itself. The only user of
 * hiredis.
 *
 * Commands are queued and answered in order. The owner polls store_fd() for
 * store_events() and calls store_turn(); it connects, authenticates, selects,
 * flushes and reads. Any error drops the link
 * and everything queued: what was under way is then unknown, not failed. The
 * link comes back after a pause that grows with jitter to STORE_PAUSE_MAX_MS;
 * store_epoch() tells the owner that it is a new one.
 *
 * Limits: a host name is looked up by the resolver, which may block. The process
 * has to ignore SIGPIPE (stop_open() does).
 */
#ifndef TUIJIN_COMMON_STORE_H
#define TUIJIN_COMMON_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/durability.h"
#include "core/err.h"
#include "core/text.h"

#define STORE_PAUSE_MAX_MS 1000
#define STORE_CONNECT_MS   3000 /* to connect and shake hands, before giving up on a try */

struct store;

/* A link to "redis://[user:password@]host:port[/db]" or "unix:///path[?db=N]"; of a
 * user with its password in a file "...?user=NAME&password-file=/PATH" (all forms are in
 * store_url.h). Connects in its turns, not here. The file is read for each new link: a
 * password that was changed is taken up, a missing file is a trouble like a server that
 * is away. NULL with *e (ERR_USAGE) when the URL is off; no message ever shows a password. */
struct store *store_open(const char *url, struct err *e);
void          store_close(struct store *s); /* NULL is fine */

/* Does what can be done now without blocking. Returns ms until it wants to be
 * called again even if the descriptor stays quiet, or -1. */
int64_t store_turn(struct store *s, int64_t mono_ms);
/* What the last wait for the descriptor returned. Told 0, the next turn does not try
 * to read; told nothing, it does. */
void store_woke(struct store *s, short revents);

/* Sends what is queued, as far as that goes without blocking, and reads nothing:
 * for after the answers have been taken, so that none comes in unseen. */
void store_flush(struct store *s);

int   store_fd(const struct store *s);     /* -1 while there is none */
short store_events(const struct store *s); /* for poll */

/* True while commands may be queued. Each new link has a higher epoch. */
bool     store_is_ready(const struct store *s);
uint64_t store_epoch(const struct store *s);

/* Gives the link up, as if it had been lost, for the reason given. */
void store_drop(struct store *s, int64_t mono_ms, const char *why);

/* Why the last link was lost or could not be made; "" at first. Never a secret. */
const char *store_trouble(const struct store *s);

/* What the server promises for confirmed writes. Known to who asks only (a user's right:
 * CONFIG GET): the link is asked once for itself and each later one, before it is ready,
 * and again with each call. DURABILITY_NONE before. The link keeps the replies itself. */
enum durability store_durability(const struct store *s);
void            store_ask_durability(struct store *s);

/* Why that is less than fsync, where it is; for a person. */
const char *store_weakness(const struct store *s);

/* Queues a command; args are copied. While not ready it is lost at once, as what
 * was queued on a lost link is. It leaves with the next store_turn(). */
void store_send(struct store *s, const struct text *args, size_t count);
/* The same, of NUL-terminated words, NULL-ended: store_sendv(s, "PING", NULL). */
void store_sendv(struct store *s, ...) __attribute__((sentinel));

size_t store_pending(const struct store *s); /* commands sent and not yet answered */

/* Answers, in the order of the commands. */
enum store_type { STORE_NIL, STORE_TEXT, STORE_INTEGER, STORE_ARRAY, STORE_ERROR };

struct store_reply;

/* The next answer, or NULL while none has come; free it with store_reply_free(). */
struct store_reply *store_take(struct store *s);
void                store_reply_free(struct store_reply *r); /* NULL is fine */

enum store_type store_reply_type(const struct store_reply *r);
struct text     store_reply_text(const struct store_reply *r); /* text, error, status */
int64_t         store_reply_integer(const struct store_reply *r);
size_t          store_reply_count(const struct store_reply *r); /* of an array, else 0 */
/* Element i; a nil where r is no array or shorter: what the store holds may have been
 * tampered with, so a reader need not check each step. */
const struct store_reply *store_reply_at(const struct store_reply *r, size_t i);

/* For commands that may wait: connects if need be, waits for (and drops) what is
 * still to be answered, sends, waits for the answer.
 * NULL with *e: ERR_AGAIN after timeout_ms or a lost link; an error answer is
 * ERR_ENV with what Redis said. */
struct store_reply *store_call(
    struct store *s, int64_t timeout_ms, struct err *e, const struct text *args, size_t count);

#endif
