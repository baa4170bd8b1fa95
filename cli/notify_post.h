/*
 * notify_post -- hands notices to an HTTP endpoint by POST. With cli/doctor_http the
 * only user of curl/curl.h.
 *
 * One request at a time, and nothing here blocks. Only http and https; a certificate has
 * to be valid and of that name; redirects are not followed; of an answer at most 64 KiB are
 * read, and only its status counts: 2xx has taken it, 413 and 422 never will.
 */
#ifndef TUIJIN_CLI_NOTIFY_POST_H
#define TUIJIN_CLI_NOTIFY_POST_H

#include <stdint.h>

#include "cli/notify_delivery.h"
#include "cli/notify_secret.h"
#include "common/bus.h"
#include "core/err.h"

#define NOTIFY_POST_WAITS 8

struct notify_post;

/* ca: a file of certificates to trust in place of the system's, or NULL. The secret is
 * borrowed. NULL with *e (ERR_USAGE, ERR_ENV), which does not show the URL. */
struct notify_post *notify_post_open(const char *url, const char *ca,
    const struct notify_secret *secret, int64_t timeout_ms, struct err *e);
void                notify_post_close(struct notify_post *p); /* ends a request; NULL is fine */

/* "https://example.org:8443": of the URL what may be shown. Borrowed. */
const char *notify_post_where(const struct notify_post *p);

/* True if others than this machine could read what is sent. */
bool notify_post_is_exposed(const struct notify_post *p);

void notify_post_start(struct notify_post *p, const struct notify_parcel *parcel);

/* What to wait for while a request is under way, NOTIFY_POST_WAITS at most (returns how many),
 * and for how long at most, in ms. */
size_t notify_post_waits(struct notify_post *p, struct bus_wait *waits, int64_t *timeout_ms);

/* Goes on. Anything but DELIVERY_RUNNING: it has ended, and *why says how it failed. */
enum delivery notify_post_turn(struct notify_post *p, struct err *why);

#endif
