#include "common/http.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/http_address.h"
#include "common/http_host.h"
#include "common/http_state.h"
#include "common/limits.h"
#include "core/mem.h"

#define IDLE_S         15           /* a connection may say nothing */
#define REQUEST_MS     30000        /* from its begin, or from the last answer, to a request */
#define MEMORY_BYTES   (32 * 1024)  /* for the headers of a request, and what a stream sends */
#define BODY_BYTES_MAX (256 * 1024) /* are read of a body, to refuse it in words */
#define LOOK_MS        1000
#define TURN_REQUESTS  8 /* in one turn; one may cost a millisecond or two */

/* The target as it was sent: each % has two hex digits behind it, which are not zeros. */
static bool
is_well_formed(const char *target)
{
	for (const char *p = target; *p != '\0'; p++) {
		if (*p != '%')
			continue;
		if (text_hex_digit(p[1]) < 0 || text_hex_digit(p[2]) < 0)
			return false;
		if (p[1] == '0' && p[2] == '0')
			return false;
	}
	return true;
}

static struct http_seat *
seat_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
	    ->socket_context;
}

static void
take_seat(struct http *h, struct MHD_Connection *connection, void **context)
{
	struct http_seat *seat = mem_zeroed(1, sizeof(*seat));

	seat->http = h;
	seat->fd =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	seat->connection = connection;
	seat->end_ms = clock_mono_ms() + REQUEST_MS;
	seat->next = h->seats;
	if (seat->next != NULL)
		seat->next->prev = seat;
	h->seats = seat;
	h->counters.connections++;
	*context = seat;
}

static void
leave_seat(struct http *h, struct http_seat *seat)
{
	if (seat->prev != NULL)
		seat->prev->next = seat->next;
	else
		h->seats = seat->next;
	if (seat->next != NULL)
		seat->next->prev = seat->prev;
	h->counters.connections--;
	h->left = true;
	free(seat);
}

static void
connection_told(void *context, struct MHD_Connection *connection, void **seat,
    enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		take_seat(context, connection, seat);
	else
		leave_seat(context, *seat);
}

/* The first that is heard of a request. Returns what the other calls about it are given. */
static void *
target_told(void *context, const char *target, struct MHD_Connection *connection)
{
	struct http_seat *seat = seat_of(connection);

	(void)context;
	seat->wrong = target == NULL || !is_well_formed(target);
	seat->target_end = target != NULL ? target + strlen(target) : NULL;
	seat->heard = false;
	seat->drained = 0;
	return seat;
}

static void
request_done(void *context, struct MHD_Connection *connection, void **request,
    enum MHD_RequestTerminationCode why)
{
	struct http_seat *seat = *request;

	(void)context;
	(void)connection;
	(void)why;
	seat->end_ms = clock_mono_ms() + REQUEST_MS;
}

static void
wait_for_turn(struct http *h, struct http_seat *seat)
{
	if (h->last != NULL)
		h->last->behind = seat;
	else
		h->first = seat;
	h->last = seat;
	seat->end_ms = INT64_MAX;
	MHD_suspend_connection(seat->connection);
}

/* Who has waited longest comes first, before those that are heard in this turn. */
static void
call_waiting(struct http *h, size_t count)
{
	while (h->first != NULL && count-- > 0) {
		struct http_seat *seat = h->first;

		h->first = seat->behind;
		if (h->first == NULL)
			h->last = NULL;
		seat->behind = NULL;
		seat->called = true;
		h->room -= h->room > 0;
		MHD_resume_connection(seat->connection);
	}
}

static bool
is_its_turn(struct http *h, struct http_seat *seat)
{
	bool called = seat->called;

	seat->called = false;
	if (called)
		return true;
	if (h->room == 0)
		return false;
	h->room--;
	return true;
}

/* The target was followed by a space and the version, both in the same buffer: where that
 * is not so it had a NUL. */
static enum MHD_Result
headers_told(struct http_exchange *x, const char *version)
{
	struct http_seat *seat = x->seat;

	seat->heard = true;
	seat->wrong = seat->wrong || version != seat->target_end + 1;
	if (!http_is_ambiguous(x->connection))
		return MHD_YES;
	http_answer_ambiguous(x);
	return x->taken;
}

/* Called when the headers are in, for each piece of a body, and once all is there. */
static enum MHD_Result
request_told(void *context, struct MHD_Connection *connection, const char *path, const char *method,
    const char *version, const char *body, size_t *body_len, void **request)
{
	struct http_seat    *seat = *request;
	struct http_exchange x = {
	    .http = context, .seat = seat, .connection = connection, .path = path};

	(void)body;
	if (!seat->heard)
		return headers_told(&x, version);
	if (*body_len > 0) {
		seat->drained += *body_len;
		*body_len = 0;
		return seat->drained <= BODY_BYTES_MAX ? MHD_YES : MHD_NO;
	}
	if (!is_its_turn(x.http, seat)) {
		wait_for_turn(x.http, seat);
		return MHD_YES;
	}
	http_answer(&x, method);
	return x.taken;
}

static struct MHD_Daemon *
start(struct http *h, int fd, size_t connections_max)
{
	struct MHD_OptionItem options[] = {
	    {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
	    {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connections_max, NULL},
	    {MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, NULL},
	    {MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_BYTES, NULL},
	    {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
	    {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)connection_told, h},
	    {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)target_told, h},
	    {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)request_done, h},
	    {MHD_OPTION_END, 0, NULL},
	};

	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
	    request_told, h, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

struct http *
http_open(const char *address, size_t connections_max, http_handler_fn *handler, void *context,
    struct err *e)
{
	struct http_address a;
	struct http        *h;
	int                 fd;

	if (http_address_parse(address, &a, e) != 0)
		return NULL;
	fd = http_address_listen(&a, e);
	if (fd < 0)
		return NULL;
	h = mem_zeroed(1, sizeof(*h));
	h->handler = handler;
	h->context = context;
	h->exposed = http_address_is_exposed(&a);
	http_address_format(&a, h->address);
	h->daemon = start(h, fd, connections_max);
	if (h->daemon != NULL)
		return h;
	err_set(e, ERR_ENV, "address %s: the HTTP server does not start", h->address);
	close(fd);
	free(h);
	return NULL;
}

int
http_allow_hosts(struct http *h, const char *const *names, size_t count, struct err *e)
{
	char shown[100];

	for (size_t i = 0; i < count; i++) {
		struct text name = text_of(names[i]);

		if (name.len == 0 || !text_equal(http_host_name(name), name))
			return err_fail(e, ERR_USAGE, "'%s': must be a host's name, without a port",
			    text_escape(name, shown, sizeof(shown)));
	}
	h->hosts = names;
	h->host_count = count;
	return 0;
}

const char *
http_address(const struct http *h)
{
	return h->address;
}

bool
http_is_exposed(const struct http *h)
{
	return h->exposed;
}

int
http_fd(const struct http *h)
{
	return MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

/* Ends connections whose request is still not there, or its answer still not taken. Who
 * sends or takes one byte now and then is never idle. */
static void
end_slow_ones(struct http *h)
{
	int64_t now_ms = clock_mono_ms();

	if (now_ms < h->look_at_ms)
		return;
	h->look_at_ms = now_ms + LOOK_MS;
	for (struct http_seat *seat = h->seats; seat != NULL; seat = seat->next) {
		if (now_ms > seat->end_ms)
			shutdown(seat->fd, SHUT_RDWR);
	}
}

/* Connections are few, so they may have descriptors of those that are set aside: a flood
 * elsewhere does not hide how the service is. Once one has ended there may be room for one
 * that waits to be accepted, of which the library's descriptor says nothing before the
 * next turn. */
int64_t
http_turn(struct http *h)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	end_slow_ones(h);
	h->left = false;
	h->room = TURN_REQUESTS;
	call_waiting(h, TURN_REQUESTS);
	limits_lift();
	MHD_run(h->daemon);
	limits_lower();
	if (h->left || h->first != NULL)
		return 0;
	return MHD_get_timeout(h->daemon, &wait_ms) == MHD_YES ? (int64_t)wait_ms : -1;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	http_wake_all(h);
	call_waiting(h, SIZE_MAX);
	MHD_stop_daemon(h->daemon);
	free(h);
}

struct http_counters
http_counters(const struct http *h)
{
	return h->counters;
}
