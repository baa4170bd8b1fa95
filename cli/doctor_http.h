/*
 * doctor_http -- one GET over HTTP that waits for its answer. With cli/notify_post the only
 * user of libcurl.
 *
 * Plain HTTP to the address itself: never through a proxy, never on to where an answer
 * points. What an answer says is from outside: escape it where it is shown.
 */
#ifndef TUIJIN_CLI_DOCTOR_HTTP_H
#define TUIJIN_CLI_DOCTOR_HTTP_H

#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

#define DOCTOR_HTTP_BODY_MAX (1u << 20) /* bytes; a longer answer is none */

struct doctor_answer {
	long       status; /* 200, 503, ... */
	struct buf body;   /* owned */
};

/* Asks "host:port" for a path that begins with a slash. Returns 0 if an answer of any status
 * came, or -1 with *e (ERR_AGAIN): none within timeout_ms, or nobody listens. Call
 * doctor_answer_fini() either way. */
int  doctor_http_get(const char *address, const char *path, int64_t timeout_ms,
     struct doctor_answer *answer, struct err *e);
void doctor_answer_fini(struct doctor_answer *answer);

#endif
