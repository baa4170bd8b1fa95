/*
 * http_address -- where an HTTP server listens: "127.0.0.1:9301", "[::1]:0".
 */
#ifndef TUIJIN_COMMON_HTTP_ADDRESS_H
#define TUIJIN_COMMON_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "common/http.h"
#include "core/err.h"

struct http_address {
	union {
		struct sockaddr         any;
		struct sockaddr_storage room;
	} at;
	socklen_t len;
};

/* Reads a numeric IP address and a port, 0 to 65535. Errors: ERR_USAGE. */
int http_address_parse(const char *text, struct http_address *a, struct err *e);

const char *http_address_format(const struct http_address *a, char out[HTTP_ADDRESS_SIZE]);

/* Whether others than this machine may reach it. */
bool http_address_is_exposed(const struct http_address *a);

/* A socket that listens there; fills in the port that it got. Returns -1 with *e
 * (ERR_ENV) if it cannot be had. */
int http_address_listen(struct http_address *a, struct err *e);

#endif
