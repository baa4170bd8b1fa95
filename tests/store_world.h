/*
 * store_world -- a folder, a redis-server of our own in it, and a link to it: for
 * tests of common/store.h.
 */
#ifndef TUIJIN_TESTS_STORE_WORLD_H
#define TUIJIN_TESTS_STORE_WORLD_H

#include "tests/cases.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/store.h"

#define PATIENCE_MS  10000
#define FILES_FOLDER "/tmp/tuijin-store-XXXXXX"

/* A folder, a server in it, and the link under test. */
struct world {
	char          folder[sizeof(FILES_FOLDER)];
	char          socket[sizeof(FILES_FOLDER) + 16];
	char          unix_url[sizeof(FILES_FOLDER) + 32];
	char          tcp_url[64];
	int           port;
	pid_t         server; /* 0: none */
	struct store *store;
	const void   *row; /* of the table of cases the test belongs to */
};

static inline int
free_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t          len = sizeof(a);
	int                fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static inline int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->row = *state;
	strcpy(w->folder, FILES_FOLDER);
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->socket, sizeof(w->socket), "%s/redis.sock", w->folder);
	snprintf(w->unix_url, sizeof(w->unix_url), "unix://%s", w->socket);
	w->port = free_port();
	snprintf(w->tcp_url, sizeof(w->tcp_url), "redis://127.0.0.1:%d", w->port);
	*state = w;
	return 0;
}

/* Starts redis-server with more settings behind our own; NULL ends them. */
static inline void
start_server(struct world *w, const char *const *more)
{
	char        port[8];
	const char *argv[40] = {"redis-server", "--port", port, "--bind", "127.0.0.1",
	    "--unixsocket", w->socket, "--dir", w->folder, "--save", "", "--loglevel", "warning"};
	size_t      n = 13;
	pid_t       parent = getpid();

	snprintf(port, sizeof(port), "%d", w->port);
	while (more != NULL && *more != NULL && n < COUNT(argv) - 1)
		argv[n++] = *more++;
	w->server = fork();
	if (w->server != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that dies takes its server along */
	if (getppid() != parent)
		_exit(1);
	dup2(open("/dev/null", O_RDWR), STDOUT_FILENO);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static inline void
kill_server(struct world *w)
{
	if (w->server == 0)
		return;
	kill(w->server, SIGKILL);
	waitpid(w->server, NULL, 0);
	w->server = 0;
}

static inline int
tear_down(void **state)
{
	struct world *w = *state;
	char          command[128];

	store_close(w->store);
	kill_server(w);
	snprintf(command, sizeof(command), "rm -r %s", w->folder);
	assert_int_equal(system(command), 0);
	free(w);
	return 0;
}

static inline struct store *
open_store(struct world *w, const char *url)
{
	struct err err = {0};

	store_close(w->store);
	w->store = store_open(url, &err);
	assert_string_equal(err.msg, "");
	return w->store;
}

/* One turn, and a wait of a few ms at most for the next. */
static inline void
turn(struct store *s)
{
	int64_t       ms = store_turn(s, clock_mono_ms());
	struct pollfd p = {.fd = store_fd(s), .events = store_events(s)};

	poll(&p, 1, ms >= 0 && ms < 10 ? (int)ms : 10);
}

#define TURN_UNTIL(s, condition)                                                                   \
	for (int64_t until = clock_mono_ms() + PATIENCE_MS; !(condition);) {                       \
		assert_true(clock_mono_ms() < until);                                              \
		turn(s);                                                                           \
	}

static inline struct store_reply *
call(struct store *s, struct err *e, const char *a, const char *b, const char *c)
{
	const char *words[] = {a, b, c};
	struct text args[3];
	size_t      n = 0;

	for (; n < 3 && words[n] != NULL; n++)
		args[n] = text_of(words[n]);
	return store_call(s, PATIENCE_MS, e, args, n);
}

/* Calls, and expects this text for an answer. */
static inline void
assert_answer(struct store *s, const char *want, const char *a, const char *b, const char *c)
{
	struct err          err = {0};
	struct store_reply *r = call(s, &err, a, b, c);

	assert_string_equal(err.msg, "");
	assert_non_null(r);
	assert_int_equal(store_reply_type(r), STORE_TEXT);
	assert_int_equal(store_reply_text(r).len, strlen(want));
	assert_memory_equal(store_reply_text(r).at, want, strlen(want));
	store_reply_free(r);
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
