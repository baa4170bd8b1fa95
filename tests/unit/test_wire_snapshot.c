#include "core/wire_event.h"

#include "tests/cases.h"
#include "tests/hex.h"

#define TEXT(s) ((struct text){(s), sizeof(s) - 1})

/* The end of a snapshot in docs/protocol.md: another program's bytes. */
static const char snapshot_end[] =
    "82a5636f756e74cca5a9706f736974696f6e7381a86970722d32303236af313737343935313230303132332d"
    "30";

static void
assert_text(struct text got, struct text want)
{
	assert_int_equal(got.len, want.len);
	if (want.len > 0)
		assert_memory_equal(got.at, want.at, want.len);
}

static void
assert_bytes(const struct buf *got, const char *want_hex)
{
	char got_hex[4096];

	assert_string_equal(hex_write(got->at, got->len, got_hex, sizeof(got_hex)), want_hex);
}

static void
a_snapshot_ends_with_these_bytes_and_back(void **state)
{
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct snapshot_end end;
	struct err          e = {0};

	(void)state;
	wire_snapshot_begin_end(&out, 165, 1);
	wire_snapshot_plan(&out, TEXT("ipr-2026"), (struct position){1774951200123, 0});
	assert_bytes(&out, snapshot_end);
	assert_int_equal(wire_snapshot_end_decode(w, out.at, out.len, &end, &e), 0);
	assert_int_equal(end.count, 165);
	assert_int_equal(end.plans, 1);
	assert_text(end.plan[0], TEXT("ipr-2026"));
	assert_true(end.position[0].ms == 1774951200123 && end.position[0].n == 0);
	buf_fini(&out);
	wire_reader_free(w);
}

static void
of_many_plans_a_snapshot_end_keeps_the_first(void **state)
{
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct snapshot_end end;
	char                name[8];

	(void)state;
	wire_snapshot_begin_end(&out, 0, 40);
	for (unsigned i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "p%02u", i);
		wire_snapshot_plan(&out, text_of(name), (struct position){i, 1});
	}
	assert_int_equal(wire_snapshot_end_decode(w, out.at, out.len, &end, NULL), 0);
	assert_int_equal(end.plans, 40);
	assert_text(end.plan[15], TEXT("p15"));
	assert_int_equal(end.position[15].ms, 15);
	buf_fini(&out);
	wire_reader_free(w);
}

static struct end_case {
	const char *name;
	const char *bytes;
	const char *want;
} ends[] = {
    {"empty", "", "snapshot: no bytes at all"},
    {"no map", "\x07", "count: got nothing"},
    {"no positions",
	"\x81\xa5"
	"count\x07",
	"positions: got nothing"},
    {"count is text",
	"\x82\xa5"
	"count\xa1"
	"7\xa9positions\x80",
	"count: got \"7\""},
    {"a position that is none",
	"\x82\xa5"
	"count\x07\xa9positions\x81\xa1p\xa1"
	"7",
	"positions: got \"7\""},
};

static void
check_end(void **state)
{
	const struct end_case *c = *state;
	struct wire_reader    *w = wire_reader_new();
	struct snapshot_end    end;
	struct err             e = {0};

	assert_int_equal(wire_snapshot_end_decode(w, c->bytes, strlen(c->bytes), &end, &e), -1);
	assert_string_equal(e.msg, c->want);
	wire_reader_free(w);
}

#define NONCE "0123456789abcdef"

static struct topic_case {
	const char *name; /* of the test, and the topic */
	const char *want; /* the prefix; NULL: no inbox */
} topics[] = {
    {"snap/" NONCE "/", ""},
    {"snap/" NONCE "/ipr-2026/", "ipr-2026/"},
    {"snap/" NONCE "/ipr-2026/task/1", "ipr-2026/task/1"},
    {"snap/" NONCE "//", "/"},
    {"snap/0123456789ABCDEF/x", "x"},
    {"snap/" NONCE NONCE NONCE NONCE "/x", "x"},
    {"snap/" NONCE NONCE NONCE NONCE "0/x", NULL},
    {"snap/0123456789abcde/x", NULL},
    {"snap/0123456789abcdeg/x", NULL},
    {"snap/" NONCE, NULL},
    {"snap//x", NULL},
    {"snap/", NULL},
    {"snap", NULL},
    {"snip/" NONCE "/x", NULL},
    {"ipr-2026/", NULL},
    {"", NULL},
};

static void
check_topic(void **state)
{
	const struct topic_case *c = *state;
	struct text              prefix = TEXT("untouched");

	assert_int_equal(wire_snapshot_topic(text_of(c->name), &prefix), c->want != NULL);
	assert_text(prefix, text_of(c->want != NULL ? c->want : "untouched"));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(ends) + COUNT(topics)];
	size_t            n = 0;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(a_snapshot_ends_with_these_bytes_and_back),
	    cmocka_unit_test(of_many_plans_a_snapshot_end_keeps_the_first),
	};

	CASES_ADD(tests, n, ends, check_end);
	CASES_ADD(tests, n, topics, check_topic);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
