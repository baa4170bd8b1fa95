#include "common/http.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/http_address.h"
#include "common/http_state.h"
#include "common/limits.h"
#include "core/mem.h"

#define IDLE_S         15           /* a connection may say nothing */
#define REQUEST_MS     30000        /* from its begin, or from the last answer, to a request */
#define MEMORY_BYTES   (32 * 1024)  /* for the headers of a request, and what a stream sends */
#define BODY_BYTES_MAX (256 * 1024) /* are read of a body, to refuse it in words */
#define LOOK_MS        1000

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
	seat->since_ms = clock_mono_ms();
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
	seat->since_ms = clock_mono_ms();
}

/* Called when the headers are in, for each piece of a body, and once all is there. */
static enum MHD_Result
request_told(void *context, struct MHD_Connection *connection, const char *path, const char *method,
    const char *version, const char *body, size_t *body_len, void **request)
{
	struct http_seat    *seat = *request;
	struct http_exchange x = {.http = context, .connection = connection, .path = path};

	(void)version;
	(void)body;
	if (!seat->heard) {
		seat->heard = true;
		return MHD_YES;
	}
	if (*body_len > 0) {
		seat->drained += *body_len;
		*body_len = 0;
		return seat->drained <= BODY_BYTES_MAX ? MHD_YES : MHD_NO;
	}
	seat->since_ms = 0;
	http_answer(&x, method, seat->wrong);
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

/* Ends connections whose request is still not there. Who sends one byte now and then is
 * never idle. */
static void
end_slow_ones(struct http *h)
{
	int64_t now_ms = clock_mono_ms();

	if (now_ms < h->look_at_ms)
		return;
	h->look_at_ms = now_ms + LOOK_MS;
	for (struct http_seat *seat = h->seats; seat != NULL; seat = seat->next) {
		if (seat->since_ms != 0 && now_ms - seat->since_ms > REQUEST_MS)
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
	limits_lift();
	MHD_run(h->daemon);
	limits_lower();
	if (h->left)
		return 0;
	return MHD_get_timeout(h->daemon, &wait_ms) == MHD_YES ? (int64_t)wait_ms : -1;
}

struct http_counters
http_counters(const struct http *h)
{
	return h->counters;
}
