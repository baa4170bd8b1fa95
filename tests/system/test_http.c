/*
 * The HTTP server over real sockets, driven by this program's own loop: answers, what
 * comes in wrong, streams, viewers that leave, time that runs out (by a clock of our own).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/http.h"
#include "common/limits.h"
#include "core/buf.h"
#include "core/mem.h"
#include "tests/cases.h"

#define DEADLINE_MS 10000
#define VIEWERS_MAX 256
#define PLACES      256
#define PER_TURN    8 /* requests */
#define LONG_BYTES  8000000

static int64_t ahead_s;

/* For the library too: time passes as fast as a test says. */
int
clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);

	t->tv_sec += ahead_s;
	return rc;
}

struct viewer {
	struct http_stream *stream;
	struct buf          waiting;
	bool                ends; /* once nothing waits */
	bool                made;
	int                 reads, ended;
};

struct world {
	struct http  *http;
	int           fds[VIEWERS_MAX]; /* of clients; closed at the end */
	size_t        fd_count;
	struct viewer viewers[VIEWERS_MAX];
	size_t        viewer_count;
	struct buf    body; /* of the last request that was shown */
	int           turns;
	int           calls, all_calls; /* of the handler; in the last turn */
};

static int64_t
read_viewer(void *context, char *at, size_t room)
{
	struct viewer *v = context;
	size_t         n = v->waiting.len < room ? v->waiting.len : room;

	v->reads++;
	if (n == 0)
		return v->ends ? HTTP_END : 0;
	memcpy(at, v->waiting.at, n);
	memmove(v->waiting.at, v->waiting.at + n, v->waiting.len - n);
	v->waiting.len -= n;
	return (int64_t)n;
}

static void
end_viewer(void *context)
{
	struct viewer *v = context;

	v->ended++;
	v->stream = NULL;
	buf_fini(&v->waiting);
}

static void
tell(struct viewer *v, const char *words)
{
	buf_add(&v->waiting, words, strlen(words));
	http_wake(v->stream);
}

static void
answer_stream(struct world *w, struct http_exchange *x)
{
	static const struct http_header headers[] = {{"Cache-Control", "no-store"}};
	struct http_source              source = {
			 .type = "text/event-stream",
			 .read = read_viewer,
			 .ended = end_viewer,
			 .headers = headers,
			 .header_count = 1,
        };
	struct viewer *v = &w->viewers[w->viewer_count++];

	v->made = true;
	v->stream = http_stream(x, &source, v);
}

/* As a stream whose length is known, or as a reply. */
static void
answer_long(struct world *w, struct http_exchange *x, bool stream)
{
	struct http_source source = {
	    .type = "text/plain", .read = read_viewer, .ended = end_viewer, .length = LONG_BYTES};
	struct viewer    *v;
	struct http_reply reply = {.status = 200, .type = "text/plain"};
	struct buf        body = {0};

	for (int i = 0; i < LONG_BYTES / 10; i++)
		buf_add(&body, "0123456789", 10);
	reply.body = buf_text(&body);
	if (!stream) {
		http_reply(x, &reply);
		buf_fini(&body);
		return;
	}
	v = &w->viewers[w->viewer_count++];
	v->waiting = body;
	v->made = v->ends = true;
	v->stream = http_stream(x, &source, v);
}

static void
add_shown(struct buf *b, const char *name, struct text t)
{
	buf_addf(b, "%s=", name);
	if (t.at == NULL)
		buf_addf(b, "-;");
	else
		buf_addf(b, "[%.*s];", (int)t.len, t.at);
}

static void
answer_shown(struct world *w, struct http_exchange *x)
{
	struct http_reply reply = {.status = 200, .type = "text/plain"};

	buf_reset(&w->body);
	add_shown(&w->body, "path", http_path(x));
	add_shown(&w->body, "a", http_query(x, "a"));
	add_shown(&w->body, "b", http_query(x, "b"));
	add_shown(&w->body, "header", http_header(x, "x-one"));
	reply.body = buf_text(&w->body);
	http_reply(x, &reply);
	memset(w->body.at, '!', w->body.len); /* it was copied */
}

static void
handle(void *context, struct http_exchange *x)
{
	static const struct http_header tag[] = {{"ETag", "\"1\""}, {"X-Two", "2"}};
	struct world                   *w = context;
	struct text                     path = http_path(x);
	struct http_reply               lasting = {
			  .status = 200,
			  .type = "text/html",
			  .body = {"it stays", 8},
			  .lasting = true,
			  .headers = tag,
			  .header_count = 2,
        };

	w->calls++;
	w->all_calls++;
	if (text_equal(path, text_of("/stream"))) {
		answer_stream(w, x);
	} else if (text_equal(path, text_of("/document"))) {
		answer_long(w, x, true);
	} else if (text_equal(path, text_of("/long"))) {
		answer_long(w, x, false);
	} else if (text_equal(path, text_of("/lasting"))) {
		http_reply(x, &lasting);
	} else if (text_equal(path, text_of("/same"))) {
		lasting.status = 304;
		lasting.type = NULL;
		lasting.body = (struct text){0};
		http_reply(x, &lasting);
	} else if (path.len >= 5 && memcmp(path.at, "/show", 5) == 0) {
		answer_shown(w, x);
	}
}

static int
open_world_at(void **state, const char *address, size_t connections_max)
{
	struct world *w = mem_zeroed(1, sizeof(*w));
	struct err    err = {0};

	ahead_s = 0;
	w->http = http_open(address, connections_max, handle, w, &err);
	*state = w;
	return w->http != NULL ? 0 : -1;
}

static int
open_world_for(void **state, size_t connections_max)
{
	return open_world_at(state, "127.0.0.1:0", connections_max);
}

static int
open_world(void **state)
{
	return open_world_for(state, PLACES);
}

static int
close_world(void **state)
{
	struct world *w = *state;
	int           wrong = 0;

	http_close(w->http);
	for (size_t i = 0; i < w->fd_count; i++)
		close(w->fds[i]);
	for (size_t i = 0; i < w->viewer_count; i++)
		wrong += w->viewers[i].ended != 1;
	buf_fini(&w->body);
	free(w);
	return wrong == 0 ? 0 : -1;
}

static int64_t
turn_once(struct world *w)
{
	w->calls = 0;
	return http_turn(w->http);
}

/* One turn of the loop that an owner has, which wakes up for the client fd too. Returns
 * false if nothing has happened in that time. */
static bool
turn_for(struct world *w, int fd, int wait_ms)
{
	int64_t       next_ms = turn_once(w);
	struct pollfd waits[] = {
	    {.fd = http_fd(w->http), .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	bool sooner = next_ms >= 0 && next_ms < wait_ms;

	w->turns++;
	assert_true(w->calls <= PER_TURN);
	return poll(waits, COUNT(waits), sooner ? (int)next_ms : wait_ms) > 0 || next_ms == 0;
}

static void
turn(struct world *w, int wait_ms)
{
	turn_for(w, -1, wait_ms);
}

static int
client(struct world *w)
{
	int                fd = socket(AF_INET, SOCK_STREAM, 0), on = 1, own_bytes = 65536;
	const char        *port = strrchr(http_address(w->http), ':') + 1;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &own_bytes, sizeof(own_bytes));
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	w->fds[w->fd_count++] = fd;
	return fd;
}

static void
leave(struct world *w, int fd)
{
	for (size_t i = 0; i < w->fd_count; i++) {
		if (w->fds[i] == fd)
			w->fds[i] = w->fds[--w->fd_count];
	}
	close(fd);
}

static void
say(int fd, const char *words)
{
	assert_int_equal(send(fd, words, strlen(words), MSG_NOSIGNAL), strlen(words));
}

static void
get(int fd, const char *target)
{
	char line[512];

	snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
	say(fd, line);
}

/* Adds what has come. Returns false at the end. */
static bool
hear(int fd, struct buf *got)
{
	char    piece[65536];
	ssize_t n = recv(fd, piece, sizeof(piece), 0);

	if (n > 0)
		buf_add(got, piece, (size_t)n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static const char *
c_text(struct buf *got)
{
	buf_add(got, "", 1);
	got->len--;
	return got->at;
}

/* Turns until `part` has come; returns all that has come up to then. */
static const char *
hear_until(struct world *w, int fd, struct buf *got, const char *part)
{
	int64_t end_ms = clock_mono_ms() + DEADLINE_MS;

	while (strstr(c_text(got), part) == NULL) {
		bool open = hear(fd, got);

		if (strstr(c_text(got), part) != NULL)
			break;
		if (!open || clock_mono_ms() > end_ms)
			fail_msg("no '%s' in '%s'", part, c_text(got));
		turn_for(w, fd, 10);
	}
	return c_text(got);
}

/* Turns until the server closes; returns all that has come. */
static const char *
hear_end(struct world *w, int fd, struct buf *got)
{
	int64_t end_ms = clock_mono_ms() + DEADLINE_MS;

	while (hear(fd, got)) {
		assert_true(clock_mono_ms() <= end_ms);
		turn_for(w, fd, 10);
	}
	return c_text(got);
}

static void
turn_until_ended(struct world *w, const struct viewer *v)
{
	int64_t end_ms = clock_mono_ms() + DEADLINE_MS;

	while (v->ended == 0) {
		assert_true(clock_mono_ms() <= end_ms);
		turn(w, 10);
	}
}

/* One request on a connection of its own that has to end with `part`. */
static void
check_answer(struct world *w, const char *request, const char *status, const char *part)
{
	struct buf got = {0};
	int        fd = client(w);

	say(fd, request);
	hear_until(w, fd, &got, "\r\n\r\n");
	assert_memory_equal(got.at, status, strlen(status));
	hear_until(w, fd, &got, part);
	leave(w, fd);
	buf_fini(&got);
}

/* That the server is well. */
static void
check_lives(struct world *w)
{
	check_answer(w, "GET /show HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 200 OK\r\n",
	    "path=[/show];a=-;b=-;header=-;");
}

static struct viewer *
view(struct world *w, int fd, struct buf *got)
{
	size_t before = w->viewer_count;

	get(fd, "/stream");
	hear_until(w, fd, got, "\r\n\r\n");
	assert_int_equal(w->viewer_count, before + 1);
	assert_non_null(w->viewers[before].stream);
	return &w->viewers[before];
}

static void
answers_have_their_headers_and_body(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           fd = client(w);

	get(fd, "/lasting");
	hear_until(w, fd, &got, "it stays");
	assert_memory_equal(got.at, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(strstr(got.at, "\r\nContent-Length: 8\r\n"));
	assert_non_null(strstr(got.at, "\r\nContent-Type: text/html\r\n"));
	assert_non_null(strstr(got.at, "\r\nETag: \"1\"\r\n"));
	assert_non_null(strstr(got.at, "\r\nX-Two: 2\r\n"));
	assert_non_null(strstr(got.at, "\r\nX-Content-Type-Options: nosniff\r\n"));
	buf_reset(&got);
	get(fd, "/same");
	hear_until(w, fd, &got, "\r\n\r\n");
	assert_memory_equal(got.at, "HTTP/1.1 304 ", 13);
	assert_null(strstr(got.at, "\r\nContent-Type"));
	buf_reset(&got);
	get(fd, "/nothing");
	hear_until(w, fd, &got, "\r\n\r\nnot found\n");
	assert_memory_equal(got.at, "HTTP/1.1 404 ", 13);
	assert_non_null(strstr(got.at, "nosniff"));
	assert_int_equal(http_counters(w->http).requests, 3);
	assert_int_equal(http_counters(w->http).refused, 1);
	assert_int_equal(http_counters(w->http).connections, 1);
	leave(w, fd);
	turn(w, 100);
	assert_int_equal(http_counters(w->http).connections, 0);
	buf_fini(&got);
}

static void
head_has_the_headers_only(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           fd = client(w);

	say(fd, "HEAD /lasting HTTP/1.1\r\nHost: localhost\r\n\r\n");
	hear_until(w, fd, &got, "\r\n\r\n");
	assert_non_null(strstr(got.at, "\r\nContent-Length: 8\r\n"));
	assert_string_equal(strstr(got.at, "\r\n\r\n"), "\r\n\r\n");
	buf_reset(&got);
	get(fd, "/show"); /* the connection goes on */
	hear_until(w, fd, &got, "path=[/show]");
	assert_memory_equal(got.at, "HTTP/1.1 200 OK\r\n", 17);
	buf_reset(&got);
	say(fd, "HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
	hear_until(w, fd, &got, "\r\n\r\n");
	assert_non_null(strstr(got.at, "\r\nContent-Type: text/event-stream\r\n"));
	assert_int_equal(w->viewer_count, 1);
	turn_until_ended(w, &w->viewers[0]);
	assert_int_equal(w->viewers[0].reads, 0);
	hear_end(w, fd, &got);
	assert_string_equal(strstr(got.at, "\r\n\r\n"), "\r\n\r\n");
	buf_fini(&got);
}

static void
paths_queries_and_headers_are_decoded(void **state)
{
	static const struct {
		const char *target, *shown;
	} cases[] = {
	    {"/show/a%20b", "path=[/show/a b];a=-;b=-;"},
	    {"/show+a?", "path=[/show+a];a=-;b=-;"},
	    {"/show?a=1", "path=[/show];a=[1];b=-;"},
	    {"/show?b=%E4%B8%AD&a=x%26y%3dz", "path=[/show];a=[x&y=z];b=[\xe4\xb8\xad];"},
	    {"/show?a=x+y&b", "path=[/show];a=[x y];b=[];"},
	    {"/show?a=&a=2", "path=[/show];a=[];b=-;"},
	    {"/show?aa=1&=2&&", "path=[/show];a=-;b=-;"},
	    {"/show/../x//y", "path=[/show/../x//y];a=-;b=-;"},
	    {"/show%2fa%3Fb", "path=[/show/a?b];a=-;b=-;"},
	};
	char request[512];

	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(request, sizeof(request),
		    "GET %s HTTP/1.1\r\nHost: localhost\r\nX-ONE: v%%31  w\r\n\r\n",
		    cases[i].target);
		check_answer(*state, request, "HTTP/1.1 200 OK\r\n", cases[i].shown);
		check_answer(*state, request, "HTTP/1.1 200 OK\r\n", "header=[v%31  w];");
	}
}

static void
targets_that_are_off_are_refused(void **state)
{
	static const char *const targets[] = {"/show%", "/show%4", "/show%zz", "/show%00",
	    "/show%00x", "/show?a=%", "/show?a=%0", "/show?a=%00", "/show?%00=1", "/show%ff",
	    "/show?a=%ff", "/show?%c3=1", "/show?a=%ed%a0%80", "/show\xff"};
	char                     request[512];

	for (size_t i = 0; i < COUNT(targets); i++) {
		snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n",
		    targets[i]);
		check_answer(*state, request, "HTTP/1.1 400 ", "not well-formed\n");
	}
	check_lives(*state);
}

static void
other_methods_are_refused_and_bodies_thrown_away(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           fd = client(w);

	say(fd,
	    "POST /show HTTP/1.1\r\nHost: localhost\r\nContent-Length: 26\r\n\r\n"
	    "GET /show HTTP/1.1\r\n\r\nxxxx");
	hear_until(w, fd, &got, "only GET and HEAD\n");
	assert_memory_equal(got.at, "HTTP/1.1 405 ", 13);
	assert_non_null(strstr(got.at, "\r\nAllow: GET, HEAD\r\n"));
	buf_reset(&got);
	say(fd,
	    "PUT /show HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "3\r\nabc\r\n0\r\n\r\n");
	hear_until(w, fd, &got, "only GET and HEAD\n");
	buf_reset(&got);
	say(fd, "GET /show?a=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
	hear_until(w, fd, &got, "a=[1]");
	buf_reset(&got);
	say(fd, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
	hear_until(w, fd, &got, "only GET and HEAD\n");
	assert_memory_equal(got.at, "HTTP/1.1 405 ", 13);
	buf_fini(&got);
}

static void
a_body_without_an_end_ends_the_connection(void **state)
{
	struct world *w = *state;
	char          piece[8192];
	int           fd = client(w), sent = 0;
	ssize_t       n = 1;

	memset(piece, 'x', sizeof(piece));
	say(fd, "POST /show HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n");
	for (int i = 0; i < 2000 && (n > 0 || errno == EAGAIN); i++) {
		n = send(fd, piece, sizeof(piece), MSG_NOSIGNAL);
		sent += n > 0;
		turn(w, 1);
	}
	assert_true(n < 0 && (errno == ECONNRESET || errno == EPIPE));
	assert_true(sent >= 32); /* 256 KiB were read */
	check_lives(w);
}

static void
a_connection_is_used_again_and_again(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           fd = client(w);

	for (int i = 0; i < 20; i++) {
		buf_reset(&got);
		get(fd, "/show?a=1");
		hear_until(w, fd, &got, "a=[1]");
	}
	buf_reset(&got);
	say(fd,
	    "GET /show?a=2 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /show?a=3 HTTP/1.1\r\nHost: "
	    "localhost\r\n\r\n"
	    "GET /show?a=4 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	hear_end(w, fd, &got);
	assert_non_null(strstr(got.at, "a=[2]"));
	assert_non_null(strstr(strstr(got.at, "a=[2]"), "a=[3]"));
	assert_non_null(strstr(strstr(got.at, "a=[3]"), "a=[4]"));
	buf_fini(&got);
}

/* One request with each of these; the last is NULL. */
static void
check_hosts(struct world *w, const char *head, const char *const *hosts, const char *status)
{
	char request[512];

	for (; *hosts != NULL; hosts++) {
		snprintf(request, sizeof(request), "GET /show%s\r\nHost: %s\r\n\r\n", head, *hosts);
		check_answer(w, request, status, "\r\n\r\n");
	}
}

static void
a_host_that_is_not_ours_is_refused(void **state)
{
	static const char *const ours[] = {"localhost", "LocalHost:7380", "127.0.0.1", "10.0.0.1:9",
	    "[::1]", "[2001:db8::1]:7380", "127.0.0.1:", NULL};
	static const char *const others[] = {"evil.example", "evil.example:80",
	    "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:127.0.0.1",
	    "localhost@evil.example", "::1", "[::1", "[]", "[127.0.0.1]", "[::1]x", "127.1",
	    "localhost:x", "a b", ":80", "", NULL};
	static const char *const named[] = {"tuijin.example.cn", "TUIJIN.example.cn:443", NULL};
	static const char *const names[] = {"other.example", "tuijin.example.cn"};
	struct world            *w = *state;
	struct err               err = {0};

	check_hosts(w, " HTTP/1.1", ours, "HTTP/1.1 200 ");
	check_hosts(w, " HTTP/1.1", others, "HTTP/1.1 421 ");
	check_hosts(w, " HTTP/1.0", others, "HTTP/1.1 421 ");
	check_hosts(w, " HTTP/1.1", named, "HTTP/1.1 421 ");
	check_answer(w, "GET /show HTTP/1.0\r\n\r\n", "HTTP/1.1 200 ", "path=[/show]");
	check_answer(w, "GET /show HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", "\r\n\r\n");
	check_answer(w, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421 ",
	    "not known by the name");
	assert_int_equal(http_allow_hosts(w->http, names, 2, &err), 0);
	check_hosts(w, " HTTP/1.1", named, "HTTP/1.1 200 ");
	check_hosts(w, " HTTP/1.1", ours, "HTTP/1.1 200 ");
	check_hosts(w, " HTTP/1.1", others, "HTTP/1.1 421 ");
}

static int
open_exposed_world(void **state)
{
	return open_world_at(state, "0.0.0.0:0", PLACES);
}

static void
who_is_exposed_has_any_name_or_those_that_are_given(void **state)
{
	static const char *const any[] = {"localhost", "127.0.0.1:80", "evil.example", NULL};
	static const char *const named[] = {"tuijin.example.cn", "10.0.0.1:80", NULL};
	static const char *const names[] = {"tuijin.example.cn", "10.0.0.1"};
	struct world            *w = *state;
	struct err               err = {0};

	check_hosts(w, " HTTP/1.1", any, "HTTP/1.1 200 ");
	check_hosts(w, " HTTP/1.1", named, "HTTP/1.1 200 ");
	assert_int_equal(http_allow_hosts(w->http, names, 2, &err), 0);
	check_hosts(w, " HTTP/1.1", any, "HTTP/1.1 421 ");
	check_hosts(w, " HTTP/1.1", named, "HTTP/1.1 200 ");
}

static void
what_is_no_name_of_a_host_is_refused(void **state)
{
	static const char *const wrong[] = {
	    "", "a.example:80", "a/b", "*", "a b", "http://a", "::1"};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct err err = {0};

		assert_int_equal(http_allow_hosts(w->http, &wrong[i], 1, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.msg, "must be a host's name, without a port"));
	}
}

static void
a_raw_nul_in_the_target_is_refused(void **state)
{
	static const struct {
		const char *request;
		size_t      len;
	} cases[] = {
#define BYTES(s) {s, sizeof(s) - 1}
	    BYTES("GET /show\0b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
	    BYTES("GET /show\0 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
	    BYTES("GET /show\0HTTP/1.1 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
	    BYTES("GET /show?a=\0b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
	    BYTES("GET /show?\0a=b HTTP/1.1\r\nHost: localhost\r\n\r\n"),
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world *w = *state;
		struct buf    got = {0};
		int           fd = client(w);

		assert_int_equal(
		    send(fd, cases[i].request, cases[i].len, MSG_NOSIGNAL), cases[i].len);
		hear_until(w, fd, &got, "not well-formed\n");
		assert_memory_equal(got.at, "HTTP/1.1 400 ", 13);
		leave(w, fd);
		buf_fini(&got);
	}
	check_lives(*state);
}

static void
a_request_without_a_clear_end_is_refused_and_the_last(void **state)
{
	static const char *const heads[] = {
	    "Host: localhost\r\n",
	    "Content-Length: 3\r\nContent-Length: 3\r\n",
	    "Content-Length: 0\r\ncontent-length: 0\r\n",
	    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
	    "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
	    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
	    "Transfer-Encoding: gzip\r\n",
	    "Transfer-Encoding: identity\r\n",
	    "Transfer-Encoding: gzip, chunked\r\n",
	    "Transfer-Encoding: xchunked\r\n",
	    "Transfer-Encoding:\r\n",
	};
	static const char *const methods[] = {"GET", "POST", "HEAD", "PUT"};
	const size_t             count = 2 * COUNT(heads) * COUNT(methods);
	struct world            *w = *state;
	char                     request[512];

	for (size_t i = 0; i < count; i++) {
		struct buf got = {0};
		int        fd = client(w);

		snprintf(request, sizeof(request),
		    "%s /show HTTP/1.1\r\nHost: localhost\r\n%s\r\n%s", methods[i % COUNT(methods)],
		    heads[i / COUNT(methods) % COUNT(heads)],
		    i < count / 2 ? "0\r\n\r\nGET /show HTTP/1.1\r\nHost: localhost\r\n\r\n" : "");
		say(fd, request);
		hear_end(w, fd, &got);
		if (strncmp(got.at, "HTTP/1.1 400 ", 13) != 0 ||
		    strstr(got.at + 1, "HTTP/1.1") != NULL)
			fail_msg("%s got '%s'", request, got.at);
		leave(w, fd);
		buf_fini(&got);
	}
	assert_int_equal(w->all_calls, 0);
	check_answer(w,
	    "GET /show HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n"
	    "0\r\n\r\n",
	    "HTTP/1.1 200 ", "path=[/show]");
}

static void
no_turn_has_more_than_some_requests(void **state)
{
	enum { MANY = 200, EACH = 5, TURNS_MAX = 10000 };
	struct world *w = *state;
	struct buf    got = {0};
	int           fds[MANY];

	for (int i = 0; i < MANY; i++) /* none was accepted yet */
		fds[i] = client(w);
	for (int i = 0; i < MANY; i++) {
		for (int k = 0; k < EACH; k++)
			get(fds[i], "/show?a=1");
	}
	for (int i = 0; i < TURNS_MAX && w->all_calls < MANY * EACH; i++) {
		assert_true(turn_for(w, -1, DEADLINE_MS)); /* there is always more to do */
	}
	assert_int_equal(w->all_calls, MANY * EACH);
	assert_true(w->turns >= MANY * EACH / PER_TURN);
	for (int i = 0; i < MANY; i++) {
		buf_reset(&got);
		get(fds[i], "/show?a=last");
		hear_until(w, fds[i], &got, "a=[last]");
	}
	while (http_turn(w->http) == 0)
		;
	assert_true(http_turn(w->http) > 1000);
	buf_fini(&got);
}

static void
who_waits_longest_comes_first(void **state)
{
	enum { MANY = 100 };
	struct world *w = *state;
	int           fds[MANY], newcomer, turns = 0;
	struct buf    got = {0};

	for (int i = 0; i < MANY; i++) {
		fds[i] = client(w);
		get(fds[i], "/show?a=1");
	}
	for (int i = 0; i < 3; i++)
		turn(w, 0); /* all are heard */
	for (; hear(fds[MANY - 1], &got) && got.len == 0; turns++) {
		newcomer = client(w);
		get(newcomer, "/show?a=1");
		assert_true(turns < MANY / PER_TURN + 3);
		turn(w, 10);
	}
	buf_fini(&got);
}

static void
closing_and_leaving_while_waiting(void **state)
{
	enum { MANY = 100 };
	struct world *w = *state;
	int           fds[MANY];

	for (int i = 0; i < MANY; i++) {
		fds[i] = client(w);
		get(fds[i], "/show");
	}
	turn(w, 0);
	for (int i = 0; i < MANY; i += 2)
		leave(w, fds[i]);
	turn(w, 0);
	assert_true(w->all_calls < MANY / 2);
	http_close(w->http);
	w->http = NULL;
}

/* Sends a head and then x until the server has had enough of it. */
static void
check_flood(struct world *w, const char *head, const char *want)
{
	struct buf got = {0};
	char       piece[4096];
	int        fd = client(w);

	memset(piece, 'x', sizeof(piece));
	say(fd, head);
	for (int i = 0; i < 100 && hear(fd, &got) && got.len == 0; i++) {
		if (send(fd, piece, sizeof(piece), MSG_NOSIGNAL) < 0 && errno != EAGAIN)
			break;
		turn(w, 5);
	}
	hear(fd, &got);
	c_text(&got);
	if (strncmp(got.at, want, strlen(want)) != 0)
		fail_msg("%s got '%s'", head, got.at);
	hear_end(w, fd, &got);
	leave(w, fd);
	buf_fini(&got);
}

static void
what_is_too_long_or_no_http_is_refused(void **state)
{
	static const char *const garbage[] = {"\r\n\r\n\r\n", "GET\r\n\r\n", "\xff\xfe\x00",
	    "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", "GET /show HTTP/1.1\r\n\r\n",
	    "GET / HTTP/1.1\r\n: x\r\n\r\n",
	    "GET /show HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
	    "GET /show HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	    " GET / HTTP/1.1\r\n\r\n", "GET /show HTTP/1.1\r\nnothing\r\n\r\n",
	    "\x16\x03\x01\x02\x00\x01"};
	struct world            *w = *state;

	check_flood(w, "GET /show", "HTTP/1.1 414 ");
	check_flood(w, "GET /show HTTP/1.1\r\nHost: localhost\r\nX-One: ", "HTTP/1.1 431 ");
	for (size_t i = 0; i < COUNT(garbage); i++) {
		int fd = client(w);

		say(fd, garbage[i]);
		turn(w, 20);
		turn(w, 0);
		leave(w, fd);
		turn(w, 20);
	}
	check_answer(w, "GET /show HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", "\r\n\r\n");
	check_lives(w);
}

/* The library answers these itself, without a header that keeps browsers from guessing a type. */
static void
what_is_no_http_is_answered_without_a_word_of_it(void **state)
{
	static const char *const requests[] = {
	    "GET /<b>seen HTTP/1.1\r\nX-A: <b>seen\r\n\r\n",
	    "GET /<b>seen HTTP/9.9\r\nHost: localhost\r\n\r\n",
	    "GET /<b>seen HTTP/1.1\r\nHost: <b>seen\r\n<b>seen\r\n\r\n",
	    "GET /<b>seen HTTP/1.1\r\nHost: localhost\r\nContent-Length: <b>seen\r\n\r\n",
	    "POST /<b>seen HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
	    "99999999999999999999999\r\n\r\n<b>seen",
	    "POST /<b>seen HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "<b>seen\r\n",
	};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(requests); i++) {
		struct buf got = {0};
		int        fd = client(w);

		say(fd, requests[i]);
		hear_end(w, fd, &got);
		if (strncmp(got.at, "HTTP/1.1 4", 10) != 0 &&
		    strncmp(got.at, "HTTP/1.1 5", 10) != 0)
			fail_msg("%s got '%s'", requests[i], got.at);
		assert_null(strstr(got.at, "seen"));
		assert_non_null(strstr(got.at, "\r\nConnection: close\r\n"));
		leave(w, fd);
		buf_fini(&got);
	}
	assert_int_equal(w->all_calls, 0);
}

/* Of cookies the library makes a copy, and a note of each. */
static void
many_headers_are_taken(void **state)
{
	struct buf request = {0};

	buf_addf(&request, "GET /show?a=1 HTTP/1.1\r\nHost: localhost\r\nCookie: name=");
	while (request.len < 8000)
		buf_add(&request, "value", 5);
	for (int i = 0; i < 100; i++)
		buf_addf(&request, "\r\nX-Many-%d: x", i);
	buf_addf(&request, "\r\nX-One: last\r\n\r\n");
	check_answer(*state, c_text(&request), "HTTP/1.1 200 OK\r\n", "header=[last]");
	buf_fini(&request);
}

static void
more_cookies_than_fit_end_the_connection(void **state)
{
	struct world *w = *state;

	for (int count = 100; count < 3000; count += 50) {
		struct buf request = {0}, got = {0};
		int        fd = client(w);

		buf_addf(&request, "GET /show?a=1 HTTP/1.1\r\nHost: localhost\r\nCookie: a=b");
		for (int i = 0; i < count; i++)
			buf_addf(&request, "; a=%d", i);
		buf_addf(&request, "\r\nConnection: close\r\n\r\n");
		say(fd, c_text(&request));
		hear_end(w, fd, &got);
		leave(w, fd);
		buf_fini(&request);
		buf_fini(&got);
	}
	check_lives(w);
}

static int
open_small_world(void **state)
{
	return open_world_for(state, 2);
}

static void
what_is_above_the_limit_waits_its_turn(void **state)
{
	struct world *w = *state;
	struct buf    got[3] = {0};
	int           fds[3];

	for (int i = 0; i < 3; i++) {
		fds[i] = client(w);
		get(fds[i], "/show?a=1");
	}
	hear_until(w, fds[0], &got[0], "a=[1]");
	hear_until(w, fds[1], &got[1], "a=[1]");
	for (int i = 0; i < 20; i++)
		turn(w, 1);
	assert_true(hear(fds[2], &got[2]));
	assert_int_equal(got[2].len, 0);
	assert_int_equal(http_counters(w->http).connections, 2);
	leave(w, fds[0]);
	while (hear(fds[2], &got[2]) && got[2].len == 0)
		assert_true(turn_for(w, fds[2], 5000));
	hear_until(w, fds[2], &got[2], "a=[1]");
	for (int i = 0; i < 3; i++)
		buf_fini(&got[i]);
}

static void
a_stream_sends_what_there_is_and_ends(void **state)
{
	struct world  *w = *state;
	struct buf     got = {0};
	int            fd = client(w);
	struct viewer *v = view(w, fd, &got);

	assert_non_null(strstr(got.at, "\r\nContent-Type: text/event-stream\r\n"));
	assert_non_null(strstr(got.at, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(got.at, "\r\nX-Content-Type-Options: nosniff\r\n"));
	buf_reset(&got);
	tell(v, "one");
	hear_until(w, fd, &got, "3\r\none\r\n");
	tell(v, "two");
	tell(v, " and three");
	http_wake(v->stream);
	hear_until(w, fd, &got, "D\r\ntwo and three\r\n");
	v->ends = true;
	http_wake(v->stream);
	hear_until(w, fd, &got, "0\r\n\r\n");
	turn_until_ended(w, v);
	buf_reset(&got);
	get(fd, "/show?a=1"); /* the connection goes on */
	hear_until(w, fd, &got, "a=[1]");
	buf_fini(&got);
}

static void
a_stream_to_an_old_viewer_ends_with_the_connection(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           fd = client(w);

	say(fd, "GET /stream HTTP/1.0\r\n\r\n");
	hear_until(w, fd, &got, "\r\n\r\n");
	tell(&w->viewers[0], "one");
	hear_until(w, fd, &got, "\r\n\r\none");
	w->viewers[0].ends = true;
	http_wake(w->viewers[0].stream);
	hear_end(w, fd, &got);
	assert_int_equal(w->viewers[0].ended, 1);
	buf_fini(&got);
}

static void
a_stream_sends_more_than_fits_anywhere(void **state)
{
	struct world  *w = *state;
	struct buf     got = {0};
	int            fd = client(w);
	struct viewer *v = view(w, fd, &got);
	size_t         want = 0, letters = 0;

	for (int i = 0; i < 300000; i++, want += 10)
		buf_add(&v->waiting, "ABCDEGHIJK", 10);
	v->ends = true;
	http_wake(v->stream);
	for (int i = 0; i < 20; i++) /* nobody reads */
		turn(w, 1);
	assert_true(v->waiting.len > 0);
	buf_reset(&got);
	hear_until(w, fd, &got, "\r\n0\r\n\r\n");
	for (size_t i = 0; i < got.len; i++)
		letters += got.at[i] >= 'G' && got.at[i] <= 'K'; /* no hex digits */
	assert_int_equal(letters, want / 2);
	assert_int_equal(v->ended, 1);
	buf_fini(&got);
}

static void
events_leave_at_once(void **state)
{
	struct world  *w = *state;
	struct buf     got = {0};
	int            fd = client(w);
	struct viewer *v = view(w, fd, &got);
	int64_t        best_us = INT64_MAX;

	for (int i = 0; i < 10; i++) {
		int64_t begin_us = clock_mono_us(), took_us;

		buf_reset(&got);
		tell(v, "event");
		hear_until(w, fd, &got, "event");
		took_us = clock_mono_us() - begin_us;
		best_us = took_us < best_us ? took_us : best_us;
	}
	assert_true(best_us < 30000); /* what is held back waits for 40 ms or more */
	buf_fini(&got);
}

static void
a_viewer_that_leaves_is_noticed_when_something_is_sent(void **state)
{
	struct world  *w = *state;
	struct buf     got = {0};
	int            fd = client(w), gone = client(w);
	struct viewer *v = view(w, fd, &got);

	get(gone, "/stream");
	leave(w, gone); /* before it was even heard */
	leave(w, fd);
	for (int i = 0; i < 100 && (v->ended == 0 || w->viewers[1].ended == 0); i++) {
		for (size_t k = 0; k < w->viewer_count; k++) {
			if (w->viewers[k].stream != NULL)
				tell(&w->viewers[k], "tick");
		}
		turn(w, 10);
	}
	assert_int_equal(v->ended, 1);
	assert_true(w->viewer_count == 1 || w->viewers[1].ended == 1);
	turn(w, 10);
	assert_int_equal(http_counters(w->http).connections, 0);
	buf_fini(&got);
}

static void
closing_ends_streams_in_every_state(void **state)
{
	struct world  *w = *state;
	struct buf     got = {0};
	struct viewer *awake, *full;
	int            fd;

	view(w, client(w), &got); /* asleep */
	buf_reset(&got);
	awake = view(w, client(w), &got);
	tell(awake, "not sent");
	buf_reset(&got);
	full = view(w, client(w), &got);
	for (int i = 0; i < 800000; i++)
		buf_add(&full->waiting, "0123456789", 10);
	http_wake(full->stream);
	for (int i = 0; i < 20; i++)
		turn(w, 1);
	fd = client(w); /* not begun: heard, but nothing was written */
	get(fd, "/stream");
	tell(awake, "not sent");
	buf_fini(&got);
	http_close(w->http);
	w->http = NULL;
	for (size_t i = 0; i < w->viewer_count; i++)
		assert_int_equal(w->viewers[i].ended, 1);
}

static void
two_hundred_streams_at_once(void **state)
{
	enum { MANY = 200 };
	struct world *w = *state;
	struct buf    got = {0};
	int           fds[MANY], turns;

	for (int i = 0; i < MANY; i++) {
		buf_reset(&got);
		fds[i] = client(w);
		view(w, fds[i], &got);
	}
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < MANY; i++)
			tell(&w->viewers[i], "event");
		for (int i = 0; i < MANY; i++) {
			buf_reset(&got);
			hear_until(w, fds[i], &got, "5\r\nevent\r\n");
		}
	}
	while (http_turn(w->http) == 0)
		;
	turns = w->turns;
	for (int i = 0; i < 5; i++) /* all asleep: it is quiet */
		turn(w, 20);
	assert_int_equal(w->turns, turns + 5);
	for (int i = 0; i < MANY; i++)
		assert_true(w->viewers[i].reads <= 2 * 5 + 2);
	for (int i = 0; i < MANY; i += 2) {
		w->viewers[i].ends = true;
		http_wake(w->viewers[i].stream);
	}
	for (int i = 0; i < MANY; i += 2)
		turn_until_ended(w, &w->viewers[i]);
	buf_fini(&got);
}

static void
waiting_costs_nothing(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	struct pollfd quiet = {.fd = http_fd(w->http), .events = POLLIN};

	view(w, client(w), &got);
	buf_reset(&got);
	get(client(w), "/show");
	say(client(w), "GET /show");
	for (int i = 0; i < 20; i++)
		turn(w, 5);
	for (int i = 0; i < 5; i++) {
		assert_true(http_turn(w->http) > 1000);
		assert_int_equal(poll(&quiet, 1, 0), 0);
	}
	buf_fini(&got);
}

/* Lets time pass, a turn each second. */
static void
pass(struct world *w, int seconds)
{
	for (int i = 0; i < seconds; i++) {
		ahead_s++;
		turn(w, 0);
		turn(w, 0);
	}
}

static void
who_says_nothing_is_shut_out_and_a_stream_is_not(void **state)
{
	struct world  *w = *state;
	struct buf     got = {0}, old = {0};
	int            silent = client(w), half = client(w), kept = client(w), fd = client(w);
	struct viewer *v = view(w, fd, &got);

	say(half, "GET /show HTTP/1.1\r\nHo");
	get(kept, "/show?a=1");
	hear_until(w, kept, &old, "a=[1]");
	pass(w, 14);
	assert_int_equal(http_counters(w->http).connections, 4);
	pass(w, 3);
	assert_int_equal(http_counters(w->http).connections, 1);
	assert_false(hear(silent, &old));
	assert_false(hear(half, &old));
	assert_false(hear(kept, &old));
	pass(w, 3600);
	assert_int_equal(v->ended, 0);
	tell(v, "still here");
	hear_until(w, fd, &got, "still here");
	pass(w, 3600);
	for (int i = 0; i < 100; i++) { /* and one that is never quiet for long */
		tell(v, "tick");
		pass(w, 1);
	}
	tell(v, "end");
	hear_until(w, fd, &got, "end");
	assert_int_equal(v->ended, 0);
	check_lives(w);
	buf_fini(&got);
	buf_fini(&old);
}

static void
a_viewer_that_does_not_read_is_shut_out(void **state)
{
	struct world  *w = *state;
	struct buf     got = {0};
	struct viewer *v = view(w, client(w), &got);

	for (int i = 0; i < 800000; i++)
		buf_add(&v->waiting, "0123456789", 10);
	http_wake(v->stream);
	for (int before = -1; before != v->reads;) {
		before = v->reads;
		for (int i = 0; i < 20; i++)
			turn(w, 1);
	}
	assert_int_equal(v->ended, 0);
	assert_true(v->waiting.len > 0);
	assert_true(8000000 - v->waiting.len < 600000); /* in buffers of the system's and ours */
	pass(w, 17);
	assert_int_equal(v->ended, 1);
	buf_fini(&got);
}

static void
a_document_has_its_length(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           fd = client(w);

	say(fd, "HEAD /document HTTP/1.1\r\nHost: localhost\r\n\r\n");
	hear_until(w, fd, &got, "\r\n\r\n");
	assert_memory_equal(got.at, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(strstr(got.at, "\r\nContent-Length: 8000000\r\n"));
	assert_null(strstr(got.at, "chunked"));
	turn_until_ended(w, &w->viewers[0]);
	assert_int_equal(w->viewers[0].reads, 0);
	buf_reset(&got);
	get(fd, "/document"); /* the connection goes on */
	while (got.len < LONG_BYTES && hear(fd, &got))
		turn_for(w, fd, 10);
	hear_until(w, fd, &got, "\r\n\r\n");
	assert_memory_equal(got.at, "HTTP/1.1 200 ", 13);
	assert_non_null(strstr(got.at, "\r\nContent-Length: 8000000\r\n"));
	assert_null(strstr(got.at, "chunked"));
	while (got.len < LONG_BYTES + 4 + (size_t)(strstr(got.at, "\r\n\r\n") - got.at)) {
		assert_true(hear(fd, &got));
		turn_for(w, fd, 10);
	}
	buf_reset(&got);
	get(fd, "/show?a=1");
	hear_until(w, fd, &got, "a=[1]");
	assert_memory_equal(got.at, "HTTP/1.1 200 ", 13);
	buf_fini(&got);
}

/* Takes some of it, so that it is not idle. */
static void
dawdle(struct world *w, int fd)
{
	struct buf got = {0};

	for (int i = 0; i < 20 && got.len < 300000; i++) {
		hear(fd, &got);
		turn(w, 1);
	}
	buf_fini(&got);
}

static void
an_answer_is_not_given_for_ever(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           reply = client(w), document = client(w), fd = client(w);

	get(reply, "/long");
	get(document, "/document");
	get(fd, "/stream");
	hear_until(w, reply, &got, "\r\n\r\n");
	buf_reset(&got);
	hear_until(w, document, &got, "\r\n\r\n");
	for (int i = 0; i < 14; i++) {
		if (i == 12) /* after 108 s */
			assert_int_equal(http_counters(w->http).connections, 3);
		dawdle(w, reply);
		dawdle(w, document);
		tell(&w->viewers[1], "tick");
		pass(w, 9);
	}
	assert_int_equal(http_counters(w->http).connections, 1);
	assert_int_equal(w->viewers[0].ended, 1);
	assert_int_equal(w->viewers[1].ended, 0);
	buf_fini(&got);
}

static void
who_sends_a_byte_now_and_then_is_shut_out(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           fd = client(w), again = client(w);

	get(again, "/show?a=1");
	hear_until(w, again, &got, "a=[1]");
	say(fd, "GET /show HTTP/1.1\r\nX: ");
	say(again, "GET /show HTTP/1.1\r\nX: ");
	for (int i = 0; i < 3; i++) {
		pass(w, 9);
		say(fd, "x");
		say(again, "x");
	}
	assert_int_equal(http_counters(w->http).connections, 2);
	pass(w, 6);
	assert_int_equal(http_counters(w->http).connections, 0);
	check_lives(w);
	buf_fini(&got);
}

static void
who_asks_again_and_again_stays(void **state)
{
	struct world *w = *state;
	struct buf    got = {0};
	int           fd = client(w);

	for (int i = 0; i < 10; i++) {
		buf_reset(&got);
		get(fd, "/show?a=1");
		hear_until(w, fd, &got, "a=[1]");
		pass(w, 12);
	}
	assert_int_equal(http_counters(w->http).connections, 1);
	buf_fini(&got);
}

static void
an_address_that_is_taken_is_told(void **state)
{
	struct world *w = *state;
	struct err    err = {0};
	struct http  *h;
	char          want[128];

	assert_null(http_open(http_address(w->http), 1, handle, w, &err));
	assert_int_equal(err.code, ERR_ENV);
	snprintf(want, sizeof(want), "address %s: Address already in use", http_address(w->http));
	assert_string_equal(err.msg, want);
	assert_false(http_is_exposed(w->http));
	h = http_open("0.0.0.0:0", 1, handle, w, &err);
	assert_non_null(h);
	assert_true(http_is_exposed(h));
	assert_memory_equal(http_address(h), "0.0.0.0:", 8);
	assert_true(atoi(http_address(h) + 8) > 0);
	http_close(h);
	http_close(NULL);
}

/* The last test: limits are for the rest of the process's life. */
static void
no_descriptor_left_for_others_is_one_for_us(void **state)
{
	struct world *w = *state;
	struct rlimit now;
	int           first = client(w), second = client(w), spare[2], last, fd;

	limits_set();
	getrlimit(RLIMIT_NOFILE, &now);
	assert_int_equal(pipe(spare), 0);
	for (last = fd = dup(0); fd >= 0; fd = dup(0))
		last = fd;
	assert_int_equal(errno, EMFILE);
	for (int i = 0; i < 2; i++) {
		struct buf got = {0};

		get(i == 0 ? first : second, "/show?a=1");
		hear_until(w, i == 0 ? first : second, &got, "a=[1]");
		buf_fini(&got);
	}
	for (fd = spare[0]; fd <= last; fd++)
		close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(answers_have_their_headers_and_body),
	    TEST(head_has_the_headers_only),
	    TEST(paths_queries_and_headers_are_decoded),
	    TEST(targets_that_are_off_are_refused),
	    TEST(other_methods_are_refused_and_bodies_thrown_away),
	    TEST(a_body_without_an_end_ends_the_connection),
	    TEST(a_connection_is_used_again_and_again),
	    TEST(what_is_too_long_or_no_http_is_refused),
	    TEST(what_is_no_http_is_answered_without_a_word_of_it),
	    TEST(a_host_that_is_not_ours_is_refused),
	    cmocka_unit_test_setup_teardown(who_is_exposed_has_any_name_or_those_that_are_given,
		open_exposed_world, close_world),
	    TEST(what_is_no_name_of_a_host_is_refused),
	    TEST(a_raw_nul_in_the_target_is_refused),
	    TEST(a_request_without_a_clear_end_is_refused_and_the_last),
	    TEST(no_turn_has_more_than_some_requests),
	    TEST(who_waits_longest_comes_first),
	    TEST(closing_and_leaving_while_waiting),
	    TEST(many_headers_are_taken),
	    TEST(more_cookies_than_fit_end_the_connection),
	    cmocka_unit_test_setup_teardown(
		what_is_above_the_limit_waits_its_turn, open_small_world, close_world),
	    TEST(a_stream_sends_what_there_is_and_ends),
	    TEST(a_stream_to_an_old_viewer_ends_with_the_connection),
	    TEST(a_stream_sends_more_than_fits_anywhere),
	    TEST(events_leave_at_once),
	    TEST(a_viewer_that_leaves_is_noticed_when_something_is_sent),
	    TEST(closing_ends_streams_in_every_state),
	    TEST(two_hundred_streams_at_once),
	    TEST(waiting_costs_nothing),
	    TEST(who_says_nothing_is_shut_out_and_a_stream_is_not),
	    TEST(a_viewer_that_does_not_read_is_shut_out),
	    TEST(a_document_has_its_length),
	    TEST(an_answer_is_not_given_for_ever),
	    TEST(who_sends_a_byte_now_and_then_is_shut_out),
	    TEST(who_asks_again_and_again_stays),
	    TEST(an_address_that_is_taken_is_told),
	    TEST(no_descriptor_left_for_others_is_one_for_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
