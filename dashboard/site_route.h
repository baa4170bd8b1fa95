/*
 * site_route -- what a request's address, numbers and ETags say. Pure: all of them come from
 * strangers.
 */
#ifndef TUIJIN_DASHBOARD_SITE_ROUTE_H
#define TUIJIN_DASHBOARD_SITE_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

enum route_kind {
	ROUTE_NONE, /* nothing */
	ROUTE_PAGE,
	ROUTE_STATIC, /* rest: the file */
	ROUTE_PLANS,
	ROUTE_PLAN, /* of a plan, like those that follow */
	ROUTE_SNAPSHOT,
	ROUTE_SCOPE, /* rest: its name */
	ROUTE_TASK,  /* rest: its number */
	ROUTE_FEED,
	ROUTE_PERIODS,
	ROUTE_TREND,
	ROUTE_COMPARE,
	ROUTE_EVENTS,
	ROUTES
};

/* Texts are borrowed from the path; .at is NULL where there is none. */
struct route {
	enum route_kind kind;
	struct text     plan, rest;
};

struct route route_of(struct text path);

/* A whole number from min to max in digits alone. Returns false for anything else. */
bool route_number(struct text t, uint64_t min, uint64_t max, uint64_t *n);

/* True if a list of ETags as browsers send it (If-None-Match) has this one. */
bool route_etags_have(struct text list, const char *etag);

#endif
