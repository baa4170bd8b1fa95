#include "common/store.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/limits.h"
#include "common/store_asked.h"
#include "common/store_command.h"
#include "common/store_hello.h"
#include "common/store_password.h"
#include "common/store_reply.h"
#include "common/store_url.h"
#include "core/buf.h"
#include "core/mem.h"

#define UNACKNOWLEDGED_MAX_MS 10000       /* bytes that TCP cannot deliver: the peer is gone */
#define READ_BYTES            (16 * 1024) /* what hiredis reads at once */
#define READS_PER_TURN        16
#define TROUBLE_SIZE          512

enum link_state { LINK_AWAY, LINK_CONNECTING, LINK_SHAKING, LINK_READY };

struct store {
	struct store_url     url;
	char                 where[STORE_URL_WHERE_SIZE]; /* for messages */
	redisContext        *redis;                       /* owned; NULL while away */
	enum link_state      state;
	uint64_t             epoch;
	int64_t              now_ms;     /* of the latest turn */
	int64_t              retry_ms;   /* away: when to try again */
	int64_t              give_up_ms; /* connecting, shaking: when this try has failed */
	struct backoff       backoff;
	struct asked_queue   asked;
	size_t               pending; /* those of the owner among them */
	struct store_promise promise;
	bool                 asks_durability;
	struct buf           command; /* the one being written */
	bool                 quiet;   /* nothing has come in since the last turn */
	char                 trouble[TROUBLE_SIZE];
};

/* why may be the context's own text: it is copied before that is gone. */
static void
drop(struct store *s, const char *why)
{
	snprintf(s->trouble, sizeof(s->trouble), "%s: %.200s", s->where, why);
	redisFree(s->redis);
	s->redis = NULL;
	s->state = LINK_AWAY;
	asked_clear(&s->asked);
	s->pending = 0;
	s->retry_ms = s->now_ms + backoff_next(&s->backoff);
}

static void
queue_command(struct store *s, enum store_asked kind, const struct text *args, size_t count)
{
	buf_reset(&s->command);
	store_command_format(&s->command, args, count);
	if (redisAppendFormattedCommand(s->redis, s->command.at, s->command.len) != REDIS_OK)
		abort(); /* out of memory */
	asked_push(&s->asked, kind, args, count);
}

static void
queue_questions(struct store *s, const struct store_question *questions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		queue_command(s, questions[i].kind, questions[i].words, questions[i].count);
}

/* The next answer out of what has been read; NULL when there is none, or the link
 * had to be given up. */
static struct store_reply *
next_reply(struct store *s)
{
	void *reply = NULL;

	if (s->redis == NULL || s->asked.len == 0)
		return NULL;
	if (redisGetReplyFromReader(s->redis, &reply) != REDIS_OK) {
		drop(s, s->redis->errstr);
		return NULL;
	}
	return reply;
}

/* Takes the link's own answers, up to the first that is the owner's. */
static void
settle_own(struct store *s)
{
	struct store_reply *r;
	struct err          err;

	while (asked_own_is_next(&s->asked) && (r = next_reply(s)) != NULL) {
		if (store_hello_settle(&s->url, &s->promise, asked_pop(&s->asked), r, &err) != 0)
			drop(s, err.msg);
		store_reply_free(r);
	}
	if (s->state == LINK_SHAKING && s->asked.len == 0) {
		s->state = LINK_READY;
		s->epoch++;
		backoff_reset(&s->backoff);
	}
}

static void
start_connecting(struct store *s)
{
	limits_lift();
	s->redis = s->url.host[0] != '\0' ? redisConnectNonBlock(s->url.host, s->url.port)
					  : redisConnectUnixNonBlock(s->url.path);
	limits_lower();
	if (s->redis == NULL)
		abort(); /* out of memory */
	if (s->redis->err != 0) {
		drop(s, s->redis->errstr);
		return;
	}
	s->redis->reader->maxbuf = 0; /* keep the buffer between large replies */
	s->state = LINK_CONNECTING;
	s->give_up_ms = s->now_ms + STORE_CONNECT_MS;
}

/* A server that vanished without a word must not hold the link for a quarter of
 * an hour. Best effort: the link works without. */
static void
watch_peer(struct store *s)
{
	unsigned limit_ms = UNACKNOWLEDGED_MAX_MS;

	if (s->url.host[0] == '\0')
		return;
	redisEnableKeepAlive(s->redis);
	setsockopt(s->redis->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof(limit_ms));
}

static void
greet(struct store *s)
{
	struct store_question hello[STORE_HELLO_MAX];
	char                  db[STORE_DB_SIZE], room[STORE_URL_PASSWORD_MAX + 1];
	struct err            err;
	const char           *password;

	limits_lift();
	password = store_password(&s->url, room, &err);
	limits_lower();
	if (password == NULL) {
		drop(s, err.msg);
		return;
	}
	queue_questions(s, hello, store_hello(&s->url, password, db, hello));
	if (s->asks_durability)
		queue_questions(s, hello, store_hello_durability(hello));
	s->state = LINK_SHAKING;
}

static void
finish_connecting(struct store *s)
{
	struct pollfd p = {.fd = s->redis->fd, .events = POLLOUT};
	int           fault = 0;
	socklen_t     len = sizeof(fault);

	if (poll(&p, 1, 0) != 1)
		return;
	if (getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &fault, &len) != 0)
		fault = errno;
	if (fault != 0) {
		drop(s, strerror(fault));
		return;
	}
	watch_peer(s);
	greet(s);
}

static size_t
unsent(const struct store *s)
{
	return s->redis != NULL ? sdslen(s->redis->obuf) : 0;
}

/* Sends until all is gone or the socket is full. */
static void
flush(struct store *s)
{
	size_t before;
	int    done;

	while ((before = unsent(s)) > 0) {
		if (redisBufferWrite(s->redis, &done) != REDIS_OK) {
			drop(s, s->redis->errstr);
			return;
		}
		if (unsent(s) == before)
			return;
	}
}

/* Reads what is there, up to a bound. */
static void
fill(struct store *s)
{
	for (int i = 0; i < READS_PER_TURN; i++) {
		size_t before = s->redis->reader->len;

		if (redisBufferRead(s->redis) != REDIS_OK) {
			drop(s, s->redis->errstr);
			return;
		}
		if (s->redis->reader->len - before < READ_BYTES)
			return;
	}
}

struct store *
store_open(const char *url, struct err *e)
{
	struct store *s = mem_zeroed(1, sizeof(*s));

	if (store_url_parse(url, &s->url, e) != 0) {
		free(s);
		return NULL;
	}
	store_url_where(&s->url, s->where);
	backoff_init(
	    &s->backoff, STORE_PAUSE_MAX_MS, (uint64_t)clock_wall_us() ^ (uint64_t)getpid() << 40);
	s->retry_ms = INT64_MIN;
	return s;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->redis != NULL)
		redisFree(s->redis);
	asked_fini(&s->asked);
	buf_fini(&s->command);
	free(s);
}

int64_t
store_turn(struct store *s, int64_t mono_ms)
{
	s->now_ms = mono_ms;
	if (s->state == LINK_AWAY && mono_ms >= s->retry_ms)
		start_connecting(s);
	if (s->state == LINK_CONNECTING)
		finish_connecting(s);
	if (s->state >= LINK_SHAKING && !s->quiet)
		fill(s);
	s->quiet = false;
	settle_own(s); /* before writing fails: a server may say why it hangs up */
	if (s->state >= LINK_SHAKING)
		flush(s);
	if (s->state == LINK_READY)
		return -1;
	if (s->state != LINK_AWAY && mono_ms >= s->give_up_ms)
		drop(s, "connected to nothing that answers in time");
	return (s->state == LINK_AWAY ? s->retry_ms : s->give_up_ms) - mono_ms;
}

void
store_woke(struct store *s, short revents)
{
	s->quiet = revents == 0 && s->state == LINK_READY;
}

void
store_flush(struct store *s)
{
	if (s->state >= LINK_SHAKING)
		flush(s);
}

int
store_fd(const struct store *s)
{
	return s->redis != NULL ? s->redis->fd : -1;
}

short
store_events(const struct store *s)
{
	if (s->redis == NULL)
		return 0;
	if (s->state == LINK_CONNECTING)
		return POLLOUT;
	return unsent(s) > 0 ? POLLIN | POLLOUT : POLLIN;
}

bool
store_is_ready(const struct store *s)
{
	return s->state == LINK_READY;
}

uint64_t
store_epoch(const struct store *s)
{
	return s->epoch;
}

void
store_drop(struct store *s, int64_t mono_ms, const char *why)
{
	s->now_ms = mono_ms;
	if (s->redis != NULL)
		drop(s, why);
}

const char *
store_trouble(const struct store *s)
{
	return s->trouble;
}

enum durability
store_durability(const struct store *s)
{
	return s->promise.durability;
}

const char *
store_weakness(const struct store *s)
{
	return store_hello_weakness(&s->promise);
}

void
store_ask_durability(struct store *s)
{
	struct store_question questions[STORE_HELLO_MAX];

	s->asks_durability = true;
	if (store_is_ready(s))
		queue_questions(s, questions, store_hello_durability(questions));
}

void
store_send(struct store *s, const struct text *args, size_t count)
{
	if (!store_is_ready(s))
		return;
	queue_command(s, ASKED_BY_OWNER, args, count);
	s->pending++;
}

size_t
store_pending(const struct store *s)
{
	return s->pending;
}

struct store_reply *
store_take(struct store *s)
{
	struct store_reply *r;

	settle_own(s);
	if (asked_own_is_next(&s->asked) || (r = next_reply(s)) == NULL)
		return NULL;
	store_reply_explain(r, asked_what(&s->asked));
	asked_pop(&s->asked);
	s->pending--;
	return r;
}
