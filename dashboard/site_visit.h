/*
 * site_visit -- a request on its way to its answer; for dashboard/site*.c alone.
 */
#ifndef TUIJIN_DASHBOARD_SITE_VISIT_H
#define TUIJIN_DASHBOARD_SITE_VISIT_H

#include "core/buf.h"
#include "dashboard/pages.h"
#include "dashboard/site.h"
#include "dashboard/site_route.h"

struct site {
	const struct desks  *desks;
	const struct vitals *vitals;
	struct pages        *pages; /* owned */
	size_t               viewers_max;
	struct buf           out; /* owned; the answer that is being made */
};

struct visit {
	struct site          *site;
	struct http_exchange *x;
	struct route          route;
	struct desk          *desk;      /* of a plan's route */
	struct chronicle     *chronicle; /* of one that needs it */
};

/* Headers of what is another answer each time. */
extern const struct http_header VISIT_HEADERS[];
extern const size_t             VISIT_HEADER_COUNT;

/* Answers with the JSON that is in out. */
void visit_reply(struct visit *v, unsigned status);

/* Answers why there is nothing else. */
void visit_decline(struct visit *v, unsigned status, const char *error, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#define visit_not_found(v, ...)   visit_decline((v), 404, "not_found", __VA_ARGS__)
#define visit_bad(v, ...)         visit_decline((v), 400, "bad_parameter", __VA_ARGS__)
#define visit_unavailable(v, ...) visit_decline((v), 503, "unavailable", __VA_ARGS__)

/* Answers that something of the plan is not known yet, and why, where that is known. */
void visit_not_yet(struct visit *v, const char *what, const char *why);

#define VISIT_SHOWN_SIZE 100 /* of what a stranger sent, in an answer */

const char *visit_shown(struct text t, char out[VISIT_SHOWN_SIZE]);

/* The answers of one plan. */
void visit_plan(struct visit *v);
void visit_snapshot(struct visit *v);
void visit_scope(struct visit *v);
void visit_task(struct visit *v);
void visit_feed(struct visit *v);
void visit_periods(struct visit *v);
void visit_trend(struct visit *v);
void visit_compare(struct visit *v);

#endif
