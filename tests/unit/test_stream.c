#include "dashboard/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "tests/cases.h"

#define EPOCH      UINT64_C(0x0123456789abcdef)
#define ID(number) "0123456789abcdef-" number
#define HELLO      "retry: 1000\n\n"
#define FRAME(n)   "id: " ID(n) "\nevent: update\ndata: {\"n\":" n "}\n\n"
#define BEAT(n)    "event: tick\ndata: [" n "]\n\n"
#define RESET(n)   "id: " ID(n) "\nevent: reset\ndata: {}\n\n"
#define OUT_MAX    4096

/* f: the next frame; b: the next tick; r: reads all there is; v: a new viewer with
 * the case's id. */
static struct stream_case {
	const char *name;
	const char *id, *steps, *want;
} cases[] = {
    {"a viewer without an id fetches the whole", "", "r", HELLO RESET("0")},
    {"the reset goes with the newest frame", "", "ffvr", HELLO RESET("2")},
    {"nobody is told a thing twice", "", "rrr", HELLO RESET("0")},
    {"from the beginning", ID("0"), "ffr", HELLO FRAME("1") FRAME("2")},
    {"behind the id", ID("2"), "fffvr", HELLO FRAME("3")},
    {"as it comes", ID("0"), "frffrr", HELLO FRAME("1") FRAME("2") FRAME("3")},
    {"nothing new", ID("1"), "fvrr", HELLO},
    {"an id of the future", ID("2"), "fvr", HELLO RESET("1")},
    {"of another process", "0123456789abcdee-1", "fvr", HELLO RESET("1")},
    {"no number", "0123456789abcdef-", "fvr", HELLO RESET("1")},
    {"no id at all", "x", "fvr", HELLO RESET("1")},
    {"a zero in front", ID("01"), "fvr", HELLO RESET("1")},
    {"a sign", ID("+1"), "fvr", HELLO RESET("1")},
    {"something behind it", ID("1 "), "fvr", HELLO RESET("1")},
    {"capitals", "0123456789ABCDEF-1", "fvr", HELLO RESET("1")},
    {"a number beyond all numbers", ID("18446744073709551617"), "fvr", HELLO RESET("1")},
    {"the greatest number", ID("9999999999999999999"), "fvr", HELLO RESET("1")},
    {"what came behind a reset", "", "vrfr", HELLO RESET("0") FRAME("1")},
    {"a tick", ID("0"), "br", HELLO BEAT("1")},
    {"once", ID("0"), "brrr", HELLO BEAT("1")},
    {"the last one only", ID("0"), "bbbr", HELLO BEAT("3")},
    {"behind all frames", ID("0"), "bffr", HELLO FRAME("1") FRAME("2") BEAT("1")},
    {"who comes later hears the last one", ID("0"), "bvr", HELLO BEAT("1")},
    {"a tick is not what it goes on behind", ID("1"), "fbvr", HELLO BEAT("1")},
    {"between frames", ID("0"), "frbrfrbr", HELLO FRAME("1") BEAT("1") FRAME("2") BEAT("2")},
};

static void
add_frame(struct stream *s, unsigned n)
{
	char data[32];

	snprintf(data, sizeof(data), "{\"n\":%u}", n);
	stream_add(s, "update", text_of(data), true);
}

static void
add_beat(struct stream *s, unsigned n)
{
	char data[32];

	snprintf(data, sizeof(data), "[%u]", n);
	stream_add(s, "tick", text_of(data), false);
}

/* Reads until there is nothing; each time into memory of just that size. */
static void
read_all(const struct stream *s, struct stream_cursor *c, size_t room, char *out, size_t *len)
{
	char  *at = mem_zeroed(room, 1);
	size_t got;

	while ((got = stream_read(s, c, at, room)) > 0) {
		assert_true(got <= room && *len + got < OUT_MAX);
		memcpy(out + *len, at, got);
		*len += got;
	}
	free(at);
}

static void
tell(const struct stream_case *t, size_t room, char out[OUT_MAX])
{
	struct stream       *s = stream_new(EPOCH);
	struct stream_cursor c = stream_begin(s, text_of(t->id));
	unsigned             frames = 0, beats = 0;
	size_t               len = 0;

	for (const char *step = t->steps; *step != '\0'; step++) {
		if (*step == 'f')
			add_frame(s, ++frames);
		else if (*step == 'b')
			add_beat(s, ++beats);
		else if (*step == 'v')
			c = stream_begin(s, text_of(t->id));
		else
			read_all(s, &c, room, out, &len);
	}
	out[len] = '\0';
	stream_free(s);
}

/* However much fits at once, the viewer reads the same. */
static void
check(void **state)
{
	static const size_t       rooms[] = {OUT_MAX, STREAM_ROOM_MIN, STREAM_ROOM_MIN + 1, 200};
	const struct stream_case *t = *state;
	char                      out[OUT_MAX];

	for (size_t i = 0; i < COUNT(rooms); i++) {
		tell(t, rooms[i], out);
		assert_string_equal(out, t->want);
	}
}

static void
a_frame_is_cut_to_fit(void **state)
{
	struct stream       *s = stream_new(EPOCH);
	struct stream_cursor c = stream_begin(s, text_of(ID("0")));
	char                 out[OUT_MAX];
	size_t               len = 0;

	(void)state;
	read_all(s, &c, STREAM_ROOM_MIN, out, &len);
	len = 0;
	add_frame(s, 1);
	add_frame(s, 2);
	add_beat(s, 1);
	while (stream_read(s, &c, out + len, 1) == 1)
		len++;
	out[len] = '\0';
	assert_string_equal(out, FRAME("1") FRAME("2"));
	read_all(s, &c, OUT_MAX, out, &len);
	out[len] = '\0';
	assert_string_equal(out, FRAME("1") FRAME("2") BEAT("1"));
	stream_free(s);
}

static void
the_id_is_that_of_the_newest_frame(void **state)
{
	struct stream *s = stream_new(EPOCH);
	char           id[STREAM_ID_SIZE];

	(void)state;
	assert_string_equal(stream_id(s, id), ID("0"));
	add_frame(s, 1);
	add_beat(s, 1);
	assert_string_equal(stream_id(s, id), ID("1"));
	stream_free(s);
}

static struct stream_cursor
at(const struct stream *s, unsigned number)
{
	char id[STREAM_ID_SIZE];

	snprintf(id, sizeof(id), "0123456789abcdef-%u", number);
	return stream_begin(s, text_of(id));
}

/* All of them are kept and no more; who is behind them starts anew, once. */
static void
frames_are_kept_in_number(void **state)
{
	struct stream       *s = stream_new(EPOCH);
	struct stream_cursor slow = stream_begin(s, text_of(ID("0")));
	char                 out[OUT_MAX];
	size_t               len = 0;

	(void)state;
	read_all(s, &slow, OUT_MAX, out, &len);
	for (unsigned i = 1; i <= STREAM_FRAMES_MAX; i++)
		add_frame(s, i);
	assert_false(at(s, 0).reset);
	add_frame(s, STREAM_FRAMES_MAX + 1);
	assert_true(at(s, 0).reset);
	assert_false(at(s, 1).reset);
	len = 0;
	read_all(s, &slow, OUT_MAX, out, &len);
	out[len] = '\0';
	assert_string_equal(out, RESET("1025"));
	assert_int_equal(slow.resets, 1);
	stream_free(s);
}

static void
frames_are_kept_by_size(void **state)
{
	static char    big[STREAM_BYTES_MAX / 4 - 48];
	struct stream *s = stream_new(EPOCH);

	(void)state;
	memset(big, 'x', sizeof(big));
	for (int i = 0; i < 4; i++)
		stream_add(s, "update", (struct text){big, sizeof(big)}, true);
	assert_false(at(s, 0).reset);
	add_frame(s, 5);
	assert_true(at(s, 0).reset);
	assert_false(at(s, 1).reset);
	stream_free(s);
}

static void
the_newest_is_kept_however_large_it_is(void **state)
{
	size_t               len = STREAM_BYTES_MAX + 1, got = 0, n;
	char                *huge = mem_zeroed(len, 1), out[OUT_MAX];
	struct stream       *s = stream_new(EPOCH);
	struct stream_cursor c;

	(void)state;
	memset(huge, 'x', len);
	add_frame(s, 1);
	stream_add(s, "update", (struct text){huge, len}, true);
	assert_true(at(s, 0).reset);
	c = at(s, 1);
	assert_false(c.reset);
	while ((n = stream_read(s, &c, out, sizeof(out))) > 0)
		got += n;
	assert_int_equal(got, len + strlen(HELLO "id: " ID("2") "\nevent: update\ndata: \n\n"));
	add_frame(s, 3);
	assert_true(at(s, 1).reset);
	stream_free(s);
	free(huge);
}

/* It cannot be told the rest, and nothing may pass for it. */
static void
who_has_a_part_of_what_is_gone_is_lost(void **state)
{
	struct stream       *s = stream_new(EPOCH);
	struct stream_cursor c = stream_begin(s, text_of(ID("0")));
	char                 out[OUT_MAX];
	size_t               len = 0;

	(void)state;
	read_all(s, &c, OUT_MAX, out, &len);
	add_frame(s, 1);
	assert_int_equal(stream_read(s, &c, out, 10), 10);
	for (unsigned i = 2; i <= STREAM_FRAMES_MAX; i++)
		add_frame(s, i);
	assert_int_equal(stream_read(s, &c, out, 1), 1);
	assert_false(c.lost);
	add_frame(s, STREAM_FRAMES_MAX + 1);
	assert_int_equal(stream_read(s, &c, out, OUT_MAX), 0);
	assert_true(c.lost);
	assert_int_equal(stream_read(s, &c, out, OUT_MAX), 0);
	stream_free(s);
}

/* Who is told to fetch the whole has it once that was read. */
static void
who_has_had_which_frames(void **state)
{
	struct stream       *s = stream_new(EPOCH);
	struct stream_cursor quick = stream_begin(s, text_of(ID("0"))), none = quick;
	struct stream_cursor fresh = stream_begin(s, text_of(""));
	char                 out[OUT_MAX];
	size_t               len = 0;

	(void)state;
	assert_true(stream_has_had(&quick, 0));
	assert_false(stream_has_had(&fresh, 0));
	add_frame(s, 1);
	add_frame(s, 2);
	add_beat(s, 1);
	assert_int_equal(stream_frames(s), 2);
	assert_false(stream_has_had(&quick, 1));
	assert_int_equal(
	    stream_read(s, &quick, out, sizeof(HELLO FRAME("1"))), strlen(HELLO FRAME("1")) + 1);
	assert_true(stream_has_had(&quick, 1));
	assert_false(stream_has_had(&quick, 2));
	read_all(s, &quick, OUT_MAX, out, &len);
	assert_true(stream_has_had(&quick, 2));
	len = 0;
	read_all(s, &fresh, OUT_MAX, out, &len);
	assert_true(stream_has_had(&fresh, 2));
	assert_false(stream_has_had(&none, 1));
	stream_free(s);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 7];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_frame_is_cut_to_fit);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_id_is_that_of_the_newest_frame);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(frames_are_kept_in_number);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(frames_are_kept_by_size);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_newest_is_kept_however_large_it_is);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(who_has_a_part_of_what_is_gone_is_lost);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(who_has_had_which_frames);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
