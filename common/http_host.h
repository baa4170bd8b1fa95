/*
 * http_host -- the names by which a server may be asked: a page of a stranger whose own
 * name leads to this machine is not to read what only this machine's people may.
 */
#ifndef TUIJIN_COMMON_HTTP_HOST_H
#define TUIJIN_COMMON_HTTP_HOST_H

#include <stdbool.h>

#include "core/text.h"

/* Of a Host header, "name", "name:port", "192.0.2.1:port" or "[2001:db8::1]:port", what
 * stands before the port, with its brackets. {NULL, 0}: it is off. */
struct text http_host_name(struct text host);

/* Whether it is an IP address, or localhost: nobody else can have made it lead here. */
bool http_host_is_own(struct text name);

bool http_host_equal(struct text name, const char *other); /* case-insensitive */

#endif
