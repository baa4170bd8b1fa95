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
	const char       *target_end; /* the NUL behind the request's target, as sent */
	bool              wrong;      /* the target is */
	bool              heard;      /* its headers are in */
	bool              called;     /* it has waited for its turn, which this is */
	size_t            drained;    /* bytes of a body, which nobody asked for */
	int64_t           end_ms;     /* it is not waited for longer; INT64_MAX: a stream */
	struct http_seat *prev, *next;

	struct MHD_Connection *connection;
	struct http_seat      *behind; /* waits for its turn behind this one */
};

struct http {
	struct MHD_Daemon   *daemon;
	http_handler_fn     *handler;
	void                *context;
	struct http_counters counters;
	struct http_seat    *seats;
	struct http_stream  *streams;
	int64_t              look_at_ms;   /* for requests that take too long */
	struct http_seat    *first, *last; /* of those that wait for their turn */
	size_t               room;         /* for requests, in this turn */
	const char *const   *hosts;        /* borrowed, like the names */
	size_t               host_count;
	bool                 exposed;
	bool                 left; /* a connection has ended in this turn */
	char                 address[HTTP_ADDRESS_SIZE];
};

struct http_exchange {
	struct http           *http;
	struct http_seat      *seat;
	struct MHD_Connection *connection;
	const char            *path;
	bool                   head, answered;
	enum MHD_Result        taken; /* by the library: MHD_NO ends the connection */
};

/* Calls the handler, or refuses what http_check() says. */
void http_answer(struct http_exchange *x, const char *method);

/* Answers that nobody can say for sure where the request ends, and closes. */
void http_answer_ambiguous(struct http_exchange *x);

void http_wake_all(struct http *h); /* all its streams */

/* Whether a proxy in front might see another request than this server: more than one
 * Host or length of a body, or an encoding that is not chunked. */
bool http_is_ambiguous(struct MHD_Connection *connection);

/* The status to refuse a request with, and why; 0: it may go to its handler. */
unsigned http_check(const struct http_exchange *x, const char *method, const char **why);

#endif
