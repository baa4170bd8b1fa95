/*
 * http_state -- what the files of http share.
 */
#ifndef TUIJIN_COMMON_HTTP_STATE_H
#define TUIJIN_COMMON_HTTP_STATE_H

#include <microhttpd.h>

#include "common/http.h"

/* One connection, for as long as it lasts. */
struct http_seat {
	struct http      *http;
	int               fd;
	bool              wrong;    /* the request's target is */
	bool              heard;    /* its headers are in */
	size_t            drained;  /* bytes of a body, which nobody asked for */
	int64_t           since_ms; /* it is waited for since then; 0: it is being answered */
	struct http_seat *prev, *next;
};

struct http {
	struct MHD_Daemon   *daemon;
	http_handler_fn     *handler;
	void                *context;
	struct http_counters counters;
	struct http_seat    *seats;
	struct http_stream  *streams;
	int64_t              look_at_ms; /* for requests that take too long */
	bool                 exposed;
	bool                 left; /* a connection has ended in this turn */
	char                 address[HTTP_ADDRESS_SIZE];
};

struct http_exchange {
	struct http           *http;
	struct MHD_Connection *connection;
	const char            *path;
	bool                   head, answered;
	enum MHD_Result        taken; /* by the library: MHD_NO ends the connection */
};

/* Calls the handler, or refuses what is no GET or HEAD or has a wrong target. */
void http_answer(struct http_exchange *x, const char *method, bool wrong);

#endif
