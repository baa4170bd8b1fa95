#include "common/store.h"

#include <assert.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>

#include "common/clock.h"

#define SENDV_WORDS_MAX 16
#define ABORTED         "EXECABORT"

void
store_sendv(struct store *s, ...)
{
	struct text args[SENDV_WORDS_MAX];
	const char *word;
	size_t      n = 0;
	va_list     ap;

	va_start(ap, s);
	while ((word = va_arg(ap, const char *)) != NULL) {
		assert(n < SENDV_WORDS_MAX);
		args[n++] = text_of(word);
	}
	va_end(ap);
	store_send(s, args, n);
}

/* Waits until a turn makes sense: something came, or want_ms or until_ms is over. */
static void
wait_for_turn(const struct store *s, int64_t want_ms, int64_t until_ms)
{
	struct pollfd p = {.fd = store_fd(s), .events = store_events(s)};
	int64_t       left_ms = until_ms - clock_mono_ms();

	if (left_ms > 0)
		poll(&p, 1, (int)(want_ms < 0 || want_ms > left_ms ? left_ms : want_ms));
}

static bool
wait_until_ready(struct store *s, int64_t until_ms)
{
	for (;;) {
		int64_t now_ms = clock_mono_ms();
		int64_t want_ms = store_turn(s, now_ms);

		if (store_is_ready(s) || now_ms >= until_ms)
			return store_is_ready(s);
		wait_for_turn(s, want_ms, until_ms);
	}
}

static struct store_reply *
wait_for_reply(struct store *s, int64_t until_ms)
{
	for (;;) {
		int64_t             now_ms = clock_mono_ms();
		int64_t             want_ms = store_turn(s, now_ms);
		struct store_reply *r = store_take(s);

		if (r != NULL || !store_is_ready(s) || now_ms >= until_ms)
			return r;
		wait_for_turn(s, want_ms, until_ms);
	}
}

static void
say(const struct store_reply *r, struct err *e)
{
	char said[240];

	text_escape(store_reply_text(r), said, sizeof(said));
	err_set(e, ERR_ENV, "redis: %s", said);
}

/* Drops what is still to be answered. *first says what the first error among it was, for
 * an EXEC that is refused because of it. */
static void
drop_former(struct store *s, int64_t until_ms, struct err *first)
{
	struct store_reply *r;

	while (store_pending(s) > 0 && (r = wait_for_reply(s, until_ms)) != NULL) {
		if (store_reply_type(r) == STORE_ERROR && first->code == ERR_NONE)
			say(r, first);
		store_reply_free(r);
	}
}

static bool
is_aborted(const struct store_reply *r)
{
	struct text said = store_reply_text(r);

	return said.len >= strlen(ABORTED) && memcmp(said.at, ABORTED, strlen(ABORTED)) == 0;
}

struct store_reply *
store_call(
    struct store *s, int64_t timeout_ms, struct err *e, const struct text *args, size_t count)
{
	int64_t             until_ms = clock_mono_ms() + timeout_ms;
	struct store_reply *r;
	struct err          former = {0};

	if (!wait_until_ready(s, until_ms)) {
		err_set(e, ERR_AGAIN, "redis: not reached within %lld ms%s%s",
		    (long long)timeout_ms, store_trouble(s)[0] != '\0' ? "; " : "",
		    store_trouble(s));
		return NULL;
	}
	drop_former(s, until_ms, &former);
	store_send(s, args, count);
	r = wait_for_reply(s, until_ms);
	if (r == NULL) {
		if (store_is_ready(s)) /* or its answer would pass for the next command's */
			store_drop(s, clock_mono_ms(), "no answer in time");
		err_set(e, ERR_AGAIN, "%s", store_trouble(s));
		return NULL;
	}
	if (store_reply_type(r) != STORE_ERROR)
		return r;
	say(r, e);
	if (former.code != ERR_NONE && is_aborted(r))
		err_set(e, former.code, "%s", former.msg);
	store_reply_free(r);
	return NULL;
}
