/*
 * site -- the web interface: each request answered, by a table of addresses
 * (docs/dashboard.md).
 */
#ifndef TUIJIN_DASHBOARD_SITE_H
#define TUIJIN_DASHBOARD_SITE_H

#include <stddef.h>

#include "common/http.h"
#include "common/vitals.h"
#include "dashboard/desks.h"

struct site;

/* Both are borrowed; viewers_max: of all plans together. */
struct site *site_new(const struct desks *desks, const struct vitals *vitals, size_t viewers_max);
void         site_free(struct site *s); /* NULL is fine */

/* From now on so many; those who are there stay. */
void site_set_viewers_max(struct site *s, size_t viewers_max);

/* The handler of its requests; context is the site. */
http_handler_fn site_answer;

#endif
