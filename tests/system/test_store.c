/*
 * The link to Redis against real servers of our own: commands, answers, losses.
 */
#include "tests/store_world.h"

#define COMMANDS 1000
#define BIG      (10 * 1024 * 1024)

static void
it_connects_by_unix_socket_and_by_tcp(void **state)
{
	struct world *w = *state;

	start_server(w, NULL);
	assert_answer(open_store(w, w->unix_url), "PONG", "PING", NULL, NULL);
	assert_int_equal(store_epoch(w->store), 1);
	assert_answer(w->store, "tuijin", "CLIENT", "GETNAME", NULL);
	assert_answer(open_store(w, w->tcp_url), "PONG", "PING", NULL, NULL);
	assert_int_equal(store_epoch(w->store), 1);
	assert_int_equal(store_pending(w->store), 0);
}

static void
nothing_is_said_before_the_first_turn(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);

	assert_int_equal(store_fd(s), -1);
	assert_int_equal(store_events(s), 0);
	assert_false(store_is_ready(s));
	assert_int_equal(store_epoch(s), 0);
	assert_string_equal(store_trouble(s), "");
	assert_int_equal(store_durability(s), DURABILITY_NONE);
	assert_null(store_take(s));
	store_sendv(s, "PING", NULL); /* lost: there is no link */
	assert_int_equal(store_pending(s), 0);
}

static void
it_waits_for_a_server_that_starts_later(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);
	char          want[160];

	TURN_UNTIL(s, store_trouble(s)[0] != '\0');
	snprintf(want, sizeof(want), "redis %s: No such file or directory", w->socket);
	assert_string_equal(store_trouble(s), want);
	assert_false(store_is_ready(s));
	start_server(w, NULL);
	TURN_UNTIL(s, store_is_ready(s));
	assert_int_equal(store_epoch(s), 1);

	kill_server(w);
	s = open_store(w, w->tcp_url);
	TURN_UNTIL(s, store_trouble(s)[0] != '\0');
	snprintf(want, sizeof(want), "redis 127.0.0.1:%d: Connection refused", w->port);
	assert_string_equal(store_trouble(s), want);
}

static void
a_killed_server_drops_the_queue_and_a_new_one_raises_the_epoch(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->tcp_url);

	start_server(w, NULL);
	assert_answer(s, "OK", "SET", "key", "old");
	store_sendv(s, "BLPOP", "never", "0", NULL);
	store_sendv(s, "GET", "key", NULL);
	store_ask_durability(s);
	turn(s);
	assert_int_equal(store_pending(s), 2);

	kill_server(w);
	TURN_UNTIL(s, !store_is_ready(s));
	assert_int_equal(store_pending(s), 0);
	assert_null(store_take(s));
	assert_int_equal(store_epoch(s), 1);
	assert_string_not_equal(store_trouble(s), "");

	start_server(w, NULL);
	TURN_UNTIL(s, store_is_ready(s));
	assert_int_equal(store_epoch(s), 2);
	assert_answer(s, "fresh", "ECHO", "fresh", NULL);
}

static void
a_dropped_link_comes_back(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);
	char          want[160];

	start_server(w, NULL);
	assert_answer(s, "PONG", "PING", NULL, NULL);
	store_drop(s, clock_mono_ms(), "no answer");
	snprintf(want, sizeof(want), "redis %s: no answer", w->socket);
	assert_string_equal(store_trouble(s), want);
	assert_false(store_is_ready(s));
	assert_int_equal(store_fd(s), -1);
	TURN_UNTIL(s, store_is_ready(s));
	assert_int_equal(store_epoch(s), 2);
}

static void
a_thousand_commands_are_answered_in_order(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);
	char          word[16];

	start_server(w, NULL);
	TURN_UNTIL(s, store_is_ready(s));
	for (int i = 0; i < COMMANDS; i++) {
		snprintf(word, sizeof(word), "%d", i);
		store_sendv(s, "ECHO", word, NULL);
		if (i % 100 == 50)
			store_ask_durability(s); /* its answers come in between, and are not ours */
	}
	assert_int_equal(store_pending(s), COMMANDS);
	for (int i = 0; i < COMMANDS; i++) {
		struct store_reply *r = NULL;

		TURN_UNTIL(s, (r = store_take(s)) != NULL);
		snprintf(word, sizeof(word), "%d", i);
		assert_int_equal(store_reply_text(r).len, strlen(word));
		assert_memory_equal(store_reply_text(r).at, word, strlen(word));
		store_reply_free(r);
	}
	assert_int_equal(store_pending(s), 0);
	assert_null(store_take(s));
}

static void
ten_megabytes_go_both_ways(void **state)
{
	struct world       *w = *state;
	struct store       *s = open_store(w, w->unix_url);
	char               *bytes = malloc(BIG);
	struct text         set[] = {{"SET", 3}, {"big", 3}, {bytes, BIG}};
	struct err          err = {0};
	struct store_reply *r;

	for (uint32_t i = 0, x = 1; i < BIG; i++, x = x * 1664525 + 1013904223)
		bytes[i] = (char)(x >> 24); /* NULs and line ends among them */
	start_server(w, NULL);
	store_reply_free(store_call(s, PATIENCE_MS, &err, set, 3));
	assert_string_equal(err.msg, "");
	r = call(s, &err, "GET", "big", NULL);
	assert_string_equal(err.msg, "");
	assert_int_equal(store_reply_text(r).len, BIG);
	assert_memory_equal(store_reply_text(r).at, bytes, BIG);
	store_reply_free(r);
	free(bytes);
}

static void
answers_of_every_type_are_read(void **state)
{
	struct world             *w = *state;
	struct store             *s = open_store(w, w->unix_url);
	struct err                err = {0};
	const char               *script = "return {1, {'a', 'bc'}, false, {}, 'd'}";
	struct store_reply       *r;
	const struct store_reply *inner;

	start_server(w, NULL);
	r = call(s, &err, "EVAL", script, "0");
	assert_string_equal(err.msg, "");
	assert_int_equal(store_reply_type(r), STORE_ARRAY);
	assert_int_equal(store_reply_count(r), 5);
	assert_int_equal(store_reply_type(store_reply_at(r, 0)), STORE_INTEGER);
	assert_int_equal(store_reply_integer(store_reply_at(r, 0)), 1);
	inner = store_reply_at(r, 1);
	assert_int_equal(store_reply_count(inner), 2);
	assert_memory_equal(store_reply_text(store_reply_at(inner, 1)).at, "bc", 2);
	assert_int_equal(store_reply_type(store_reply_at(r, 2)), STORE_NIL);
	assert_int_equal(store_reply_type(store_reply_at(r, 3)), STORE_ARRAY);
	assert_int_equal(store_reply_count(store_reply_at(r, 3)), 0);
	assert_int_equal(store_reply_count(store_reply_at(r, 4)), 0);
	store_reply_free(r);
}

static void
an_error_answer_is_told_and_the_link_stays(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);
	struct err    err = {0};

	start_server(w, NULL);
	assert_answer(s, "OK", "SET", "word", "x");
	assert_null(call(s, &err, "LLEN", "word", NULL));
	assert_int_equal(err.code, ERR_ENV);
	assert_string_equal(
	    err.msg, "redis: WRONGTYPE Operation against a key holding the wrong kind of value");
	assert_answer(s, "x", "GET", "word", NULL);
	assert_int_equal(store_epoch(s), 1);
}

static void
an_answer_that_is_late_is_not_taken_for_the_next(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);
	struct text   wait_long[] = {{"BLPOP", 5}, {"never", 5}, {"0.2", 3}};
	struct err    err = {0};
	char          want[160];

	start_server(w, NULL);
	assert_answer(s, "PONG", "PING", NULL, NULL);
	assert_null(store_call(s, 50, &err, wait_long, 3));
	assert_int_equal(err.code, ERR_AGAIN);
	snprintf(want, sizeof(want), "redis %s: no answer in time", w->socket);
	assert_string_equal(err.msg, want);
	assert_answer(s, "next", "ECHO", "next", NULL);
}

static void
a_call_ends_in_time_when_nobody_is_there(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);
	struct text   ping = {"PING", 4};
	struct err    err = {0};
	char          want[200];

	assert_null(store_call(s, 50, &err, &ping, 1));
	assert_int_equal(err.code, ERR_AGAIN);
	snprintf(want, sizeof(want),
	    "redis: not reached within 50 ms; redis %s: No such file or directory", w->socket);
	assert_string_equal(err.msg, want);
}

static void
a_database_is_selected(void **state)
{
	struct world *w = *state;
	char          url[96], want[160];

	start_server(w, NULL);
	snprintf(url, sizeof(url), "%s/3", w->tcp_url);
	assert_answer(open_store(w, url), "OK", "SET", "where", "three");
	assert_answer(open_store(w, w->tcp_url), "OK", "SET", "where", "zero");
	snprintf(url, sizeof(url), "%s?db=3", w->unix_url);
	assert_answer(open_store(w, url), "three", "GET", "where", NULL);

	snprintf(url, sizeof(url), "%s?db=99", w->unix_url);
	open_store(w, url);
	TURN_UNTIL(w->store, store_trouble(w->store)[0] != '\0');
	snprintf(want, sizeof(want),
	    "redis %s: the database was refused: ERR DB index is out of range", w->socket);
	assert_string_equal(store_trouble(w->store), want);
	assert_int_equal(store_epoch(w->store), 0);
}

static void
durability_that_was_changed_is_seen_when_asked(void **state)
{
	static const char *const settings[] = {
	    "--appendonly", "yes", "--appendfsync", "always", NULL};
	struct world       *w = *state;
	struct store       *s = open_store(w, w->unix_url);
	struct store_reply *r = NULL;

	store_ask_durability(s);
	start_server(w, settings);
	TURN_UNTIL(s, store_is_ready(s));
	store_sendv(s, "CONFIG", "SET", "appendfsync", "everysec", NULL);
	TURN_UNTIL(s, (r = store_take(s)) != NULL);
	store_reply_free(r);
	assert_int_equal(store_durability(s), DURABILITY_FSYNC);

	store_ask_durability(s);
	assert_int_equal(store_pending(s), 0);
	TURN_UNTIL(s, store_durability(s) == DURABILITY_EVERYSEC);
	store_sendv(s, "CONFIG", "SET", "appendonly", "no", NULL);
	store_ask_durability(s);
	TURN_UNTIL(s, (r = store_take(s)) != NULL);
	store_reply_free(r);
	TURN_UNTIL(s, store_durability(s) == DURABILITY_NONE);
}

/* A flood of tries would hurt a server that is about to come up. */
static void
tries_become_rarer_but_never_rarer_than_a_second(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);
	int64_t       now = clock_mono_ms(), first = store_turn(s, now), last = first, tries = 0;

	assert_in_range(first, 38, 63); /* 50 ms, give or take a quarter */
	for (int64_t end = now + 20000; now < end; tries++) {
		now += last;
		last = store_turn(s, now);
		assert_in_range(last, 38, STORE_PAUSE_MAX_MS * 5 / 4);
	}
	assert_in_range(tries, 16, 40);
	assert_in_range(last, STORE_PAUSE_MAX_MS * 3 / 4, STORE_PAUSE_MAX_MS * 5 / 4);
	assert_int_equal(store_turn(s, now), last); /* too early: only told again */
}

static void
a_link_that_was_ready_starts_with_short_pauses_again(void **state)
{
	struct world *w = *state;
	struct store *s = open_store(w, w->unix_url);

	for (int64_t pause = 0; pause < 150; turn(s)) { /* the third or fourth */
		int64_t left = store_turn(s, clock_mono_ms());

		pause = left > pause ? left : pause;
	}
	start_server(w, NULL);
	TURN_UNTIL(s, store_is_ready(s));
	store_drop(s, clock_mono_ms(), "enough");
	assert_in_range(store_turn(s, clock_mono_ms()), 1, 63);
}

int
main(void)
{
	const struct CMUnitTest stories[] = {
	    STORY(it_connects_by_unix_socket_and_by_tcp),
	    STORY(nothing_is_said_before_the_first_turn),
	    STORY(it_waits_for_a_server_that_starts_later),
	    STORY(a_killed_server_drops_the_queue_and_a_new_one_raises_the_epoch),
	    STORY(a_dropped_link_comes_back),
	    STORY(a_thousand_commands_are_answered_in_order),
	    STORY(ten_megabytes_go_both_ways),
	    STORY(answers_of_every_type_are_read),
	    STORY(an_error_answer_is_told_and_the_link_stays),
	    STORY(an_answer_that_is_late_is_not_taken_for_the_next),
	    STORY(a_call_ends_in_time_when_nobody_is_there),
	    STORY(a_database_is_selected),
	    STORY(durability_that_was_changed_is_seen_when_asked),
	    STORY(tries_become_rarer_but_never_rarer_than_a_second),
	    STORY(a_link_that_was_ready_starts_with_short_pauses_again),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(stories, NULL, NULL);
}
