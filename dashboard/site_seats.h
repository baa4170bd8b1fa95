/*
 * site_seats -- how many viewers the process has descriptors for.
 */
#ifndef TUIJIN_DASHBOARD_SITE_SEATS_H
#define TUIJIN_DASHBOARD_SITE_SEATS_H

#include <stddef.h>

/* Has the system give as many descriptors as that many viewers take, or as many as it may;
 * then *viewers is smaller. Returns how many connections there can be: each viewer has one
 * for its stream, and needs another now and then to fetch something. */
size_t seats_take(size_t *viewers);

#endif
