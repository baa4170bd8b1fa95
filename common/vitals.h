/*
 * vitals -- how a service is: /metrics for Prometheus, /healthz (it answers, so its loop
 * turns) and /readyz (it can do its work now, or 503 and why not).
 */
#ifndef TUIJIN_COMMON_VITALS_H
#define TUIJIN_COMMON_VITALS_H

#include <stdbool.h>

#include "common/http.h"
#include "common/metrics.h"

struct vitals {
	const char *program; /* "tuijin-collector" */
	void       *owner;
	/* Writes the families of the owner; those of every process come before them. */
	void (*write)(void *owner, struct metrics *m);
	/* Why it cannot do its work now, in words; "": it can. Borrowed. */
	const char *(*unready)(void *owner);
};

/* Answers if the path is one of the three; false: it is not. */
bool vitals_answer(const struct vitals *v, struct http_exchange *x);

#endif
