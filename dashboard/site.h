/*
 * site -- the web interface: each request answered, by a table of addresses
 * (docs/dashboard.md).
 */
#ifndef TUIJIN_DASHBOARD_SITE_H
#define TUIJIN_DASHBOARD_SITE_H

#include <stddef.h>

#include "common/http.h"
#include "common/vitals.h"
#include "dashboard/desk.h"

/* The plans that are shown. */
struct desks {
	struct desk **at; /* owned */
	size_t        count;
};

size_t desks_viewers(const struct desks *all); /* of all of them */

struct site;

/* Both are borrowed; viewers_max: of all plans together. */
struct site *site_new(const struct desks *desks, const struct vitals *vitals, size_t viewers_max);
void         site_free(struct site *s); /* NULL is fine */

/* The handler of its requests; context is the site. */
http_handler_fn site_answer;

#endif
