#include "tests/hex.h"
#include "tests/plan_file.h"
#include "tests/unit/checkpoint_bytes.h"

#define HEX_SIZE   4096
#define NO_TASK(i) "checkpoint: tasks[" #i "]: no such row for revision 1 of plan small"
#define NO_WORD(i) "checkpoint: words[" #i "]: no such row for revision 1 of plan small"
#define ID_65                                                                                      \
	"d941616161616161616161616161616161616161616161616161616161616161616161616161616161616161" \
	"6161616161616161616161616161616161616161616161"

/* A checkpoint in which one run of bytes is another. */
/* clang-format off */
static struct refused_case {
	const char *name;
	const char *from, *to;
	const char *want;
} refused[] = {
	{"another version", "9703a3352d31", "9702a3352d31", "checkpoint: not of version 3"},
	{"no position", "9703a3352d31", "9703c0", "checkpoint: no such position"},
	{"a position that is none", "9703a3352d31", "9703a135", "checkpoint: no such position"},
	{"since is none", "a3352d31a3322d30", "a3352d31a12d", "checkpoint: no such position"},
	{"folded to before the plan was in force", "9703a3352d31", "9703a3312d30",
	    "checkpoint: no such position"},
	{"no day", "cd503f92", "c092", "checkpoint: no such day"},
	{"a day beyond all calendars", "cd503f92", "ce003d090192", "checkpoint: no such day"},
	{"a day before all calendars", "cd503f92", "d2ffc2f6ff92", "checkpoint: no such day"},
	{"tasks is a number",
	    "929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564", "07",
	    "checkpoint: tasks: no array"},
	{"a task of number 0", "9501a3342d30", "9500a3342d30", NO_TASK(0)},
	{"a task number above any plan's", "9502a3352d31", "95cd2711a3352d31", NO_TASK(1)},
	{"a task the plan does not have, on which nobody ruled", "9501a3342d30", "9503a3342d30",
	    NO_TASK(0)},
	{"a task row that is no row", "9502a3352d31070da963616e63656c6c6564", "00", NO_TASK(1)},
	{"a task touched before the plan was in force", "9501a3342d30", "9501a3312d39", NO_TASK(0)},
	{"a ruling we do not know", "a963616e63656c6c6564", "a963616e63656c6c6565", NO_TASK(1)},
	{"a ruling nobody made", "070da963", "000da963", NO_TASK(1)},
	{"an agency id that is none", "9a01a161", "9a01a158", NO_WORD(0)},
	{"an agency id of 65 bytes", "9a01a161", "9a01" ID_65, NO_WORD(0)},
	{"a word on a task number above any plan's", "9a01a161", "9acd2711a161", NO_WORD(0)},
	{"a word on a task number above 32 bits", "9a01a161", "9acf0000000100000001a161", NO_WORD(0)},
	{"a word without seq on a task the plan does not have", "9a01a16105", "9a03a16100", NO_WORD(0)},
	{"percent 100.01 of an agency the plan does not have", "9a01a16206c000", "9a01a17806ab696e5f70726f6772657373cd2711",
	    NO_WORD(1)},
	{"a word without seq", "9a01a16105", "9a01a16100", NO_WORD(0)},
	{"seq above 2^53-1", "9a01a16105", "9a01a161cf0020000000000000", NO_WORD(0)},
	{"percent 100.01", "cd03e8cf", "cd2711cf", NO_WORD(0)},
	{"a state we do not know", "ab696e5f70726f6772657373", "aa756e7265706f72746564", NO_WORD(0)},
	{"a withdrawn word with a percent", "9a01a16206c000", "9a01a16206c001", NO_WORD(1)},
	{"at is text", "cd03e8cf0000019d3a52d400", "cd03e8a131", NO_WORD(0)},
	{"fallen from 100.01", "cd07d0c3", "cd2711c3", NO_WORD(0)},
	{"help is a number", "cd07d0c3", "cd07d001", NO_WORD(0)},
	{"receipts is nil", "c392cd5efacf0000019d3a52d401", "c3c0", NO_WORD(0)},
	{"a receipt without its time", "c392cd5efacf0000019d3a52d401", "c391cd5efa", NO_WORD(0)},
	{"a receipt for a month below 0", "cd5efacf", "ffcf", NO_WORD(0)},
	{"a receipt for a month after year 9999", "cd5efacf", "ce0001d4c1cf", NO_WORD(0)},
	{"a receipt at no time", "cd5efacf0000019d3a52d401", "cd5efac0", NO_WORD(0)},
	{"an alert that is none", "de0012a4706c616e", "de0012a4706c626e", "data.plan: got nothing"},
	{"an alert of a scope the plan does not have", "a36b6579a131", "a36b6579a133",
	    "checkpoint: alerts[0]: no such scope"},
	{"an alert of a scope with a NUL", "a36b6579a131", "a36b6579a23100", "data.key: got \"1\\x00\""},
	{"an alert of an alarm we do not know", "a468656c70", "a468656c71", "data.what: got \"helq\""},
	{"an alert about an agency that can be none", "91a161de0012", "91a158de0012",
	    "data.agencies: got an array of 1"},
};
/* clang-format on */

static struct rollup *
decode(const void *bytes, size_t len, struct err *e)
{
	struct plan    *p = plan_from_text(checkpoint_plan, sizeof(checkpoint_plan) - 1);
	struct alerts  *alerts = (struct alerts *)p; /* anything but NULL */
	struct position position;
	struct rollup  *r = wire_checkpoint_decode(bytes, len, p, &position, &alerts, e);

	assert_null(alerts);
	assert_int_equal(e->code, ERR_INPUT);
	plan_free(p);
	return r;
}

static void
check_refused(void **state)
{
	const struct refused_case *c = *state;
	unsigned char              bytes[HEX_SIZE / 2];
	size_t                     len = hex_read(checkpoint_good, bytes, sizeof(bytes));
	char                       good[HEX_SIZE], hex[HEX_SIZE];
	const char                *found;
	struct err                 e = {0};

	hex_write(bytes, len, good, sizeof(good));
	found = strstr(good, c->from);
	assert_non_null(found);
	snprintf(hex, sizeof(hex), "%.*s%s%s", (int)(found - good), good, c->to,
	    found + strlen(c->from));
	assert_null(decode(bytes, hex_read(hex, bytes, sizeof(bytes)), &e));
	assert_string_equal(e.msg, c->want);
}

/* clang-format off */
static struct bytes_case {
	const char *name;
	const char *hex;
	const char *want;
} others[] = {
	{"empty", "", "checkpoint: no bytes at all"},
	{"cut short", "9703a3352d31a3322d", "checkpoint: byte 7: 3 bytes where 2 are left"},
	{"words is nil", CHECKPOINT_HEAD "90c090", "checkpoint: words: no array"},
	{"alerts is nil", CHECKPOINT_HEAD "9090c0", "checkpoint: alerts: no array"},
	{"without alerts", "96 03 a3352d31 a3322d30 cd503f 90 90", "checkpoint: alerts: no array"},
};
/* clang-format on */

static void
check_bytes(void **state)
{
	const struct bytes_case *c = *state;
	unsigned char            bytes[HEX_SIZE / 2];
	struct err               e = {0};

	assert_null(decode(bytes, hex_read(c->hex, bytes, sizeof(bytes)), &e));
	assert_string_equal(e.msg, c->want);
}

/* An array of 14,680,064 zeros. */
static void
more_objects_than_a_checkpoint_of_this_plan_can_have(void **state)
{
	const size_t   count = 0xe00000, len = 5 + count;
	unsigned char *bytes = mem_zeroed(len, 1);
	struct err     e = {0};

	(void)state;
	memcpy(bytes, "\xdd\x00\xe0\x00\x00", 5);
	assert_null(decode(bytes, len, &e));
	assert_string_equal(e.msg, "checkpoint: byte 13961592: more than 13961588 objects");
	free(bytes);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(refused) + COUNT(others)];
	size_t            n = 0;

	const struct CMUnitTest alone[] = {
	    cmocka_unit_test(more_objects_than_a_checkpoint_of_this_plan_can_have),
	};

	CASES_ADD(tests, n, refused, check_refused);
	CASES_ADD(tests, n, others, check_bytes);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(alone, NULL, NULL);
}
