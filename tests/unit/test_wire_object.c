#include "core/wire_object.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/wire_shape.h"
#include "tests/cases.h"
#include "tests/report_equal.h"

#define TEXT(s)  ((struct text){(s), sizeof(s) - 1})
#define BYTES(s) (s), sizeof(s) - 1

/* Which takers take an object, a letter each: text, bool, uint, u32, int, double,
 * array, map. */
#define TAKERS "tbuUidam"

/* clang-format off */
static struct object_case {
	const char *name;
	const char *bytes;
	size_t      len;
	const char *want_taken; /* of TAKERS */
	const char *want_shown;
} cases[] = {
	{"nil", BYTES("\xc0"), "", "nothing"},
	{"false", BYTES("\xc2"), "b", "false"},
	{"true", BYTES("\xc3"), "b", "true"},
	{"27", BYTES("\x1b"), "uUid", "27"},
	{"27 as int64", BYTES("\xd3\x00\x00\x00\x00\x00\x00\x00\x1b"), "uUid", "27"},
	{"2^32 - 1", BYTES("\xce\xff\xff\xff\xff"), "uUid", "4294967295"},
	{"2^32", BYTES("\xcf\x00\x00\x00\x01\x00\x00\x00\x00"), "uid", "4294967296"},
	{"2^63", BYTES("\xcf\x80\x00\x00\x00\x00\x00\x00\x00"), "ud", "9223372036854775808"},
	{"-3", BYTES("\xfd"), "id", "-3"},
	{"62.5", BYTES("\xcb\x40\x4f\x40\x00\x00\x00\x00\x00"), "d", "62.5"},
	{"62.5 as float32", BYTES("\xca\x42\x7a\x00\x00"), "d", "62.5"},
	{"text", BYTES("\xa5" "cnipa"), "t", "\"cnipa\""},
	{"empty text", BYTES("\xa0"), "t", "\"\""},
	{"text to escape", BYTES("\xa3" "a\"\n"), "t", "\"a\\\"\\x0a\""},
	{"text of 48 bytes", BYTES("\xd9\x30" "012345678901234567890123456789012345678901234567"), "t",
	    "\"01234567890123456789012345678901234567890123\xe2\x80\xa6\" (48 bytes)"},
	{"bin", BYTES("\xc4\x01x"), "", "bytes"},
	{"a timestamp", BYTES("\xd6\xff\x00\x00\x00\x01"), "", "bytes"},
	{"an array", BYTES("\x92\x01\x02"), "a", "an array of 2"},
	{"a map", BYTES("\x81\xa1x\x01"), "m", "a map of 1"},
};
/* clang-format on */

static void
check_object(void **state)
{
	const struct object_case *c = *state;
	struct wire_zone          z;
	msgpack_object            root;
	const msgpack_object     *o;
	struct refusal            why;
	char                      shown[WIRE_SHOW_SIZE], taken[sizeof(TAKERS)], *p = taken;
	struct text               t;
	bool                      b;
	uint64_t                  u;
	uint32_t                  n;
	int64_t                   i;
	double                    d;

	wire_zone_init(&z, WIRE_OBJECTS_MAX);
	assert_int_equal(wire_decode(&z, c->bytes, c->len, &root, &why), 0);
	o = &root;
	for (const char *taker = TAKERS; *taker != '\0'; taker++)
		if ((*taker == 't' && wire_take_text(o, &t)) ||
		    (*taker == 'b' && wire_take_bool(o, &b)) ||
		    (*taker == 'u' && wire_take_uint(o, UINT64_MAX, &u)) ||
		    (*taker == 'U' && wire_take_u32(o, &n)) ||
		    (*taker == 'i' && wire_take_int(o, &i)) ||
		    (*taker == 'd' && wire_take_double(o, &d)) ||
		    (*taker == 'a' && wire_take_array(o, &n)) ||
		    (*taker == 'm' && wire_take_map(o, &n)))
			*p++ = *taker;
	*p = '\0';
	assert_string_equal(taken, c->want_taken);
	assert_string_equal(wire_show(o, shown), c->want_shown);
	wire_zone_fini(&z);
}

static void
check_values(void **state)
{
	static const char bytes[] = "\x96\xa1x\xc3\x07\xfd\xca\x42\x7a\x00\x00\xce\x00\x01\x00\x00";
	struct wire_zone  z;
	msgpack_object    root;
	struct refusal    why;
	struct text       t;
	bool              b;
	uint64_t          u;
	uint32_t          n;
	int64_t           i;
	double            d;

	(void)state;
	wire_zone_init(&z, WIRE_OBJECTS_MAX);
	assert_int_equal(wire_decode(&z, BYTES(bytes), &root, &why), 0);
	assert_true(wire_take_array(&root, &n) && n == 6);
	assert_true(wire_take_text(wire_at(&root, 0), &t) && text_equal(t, TEXT("x")));
	assert_true(wire_take_bool(wire_at(&root, 1), &b) && b);
	assert_true(wire_take_uint(wire_at(&root, 2), 7, &u) && u == 7);
	assert_false(wire_take_uint(wire_at(&root, 2), 6, &u));
	assert_true(wire_take_int(wire_at(&root, 3), &i) && i == -3);
	assert_true(wire_take_double(wire_at(&root, 3), &d) && d < -2.5);
	assert_true(wire_take_double(wire_at(&root, 4), &d) && d > 62.25 && d < 62.75);
	assert_true(wire_take_u32(wire_at(&root, 5), &n) && n == 65536);
	assert_null(wire_at(&root, 6));
	assert_null(wire_find(&root, TEXT("x")));
	wire_zone_fini(&z);
}

static void
check_find(void **state)
{
	static const char     bytes[] = "\x84\xa1"
					"a\x01\xa2"
					"ab\x02\xa0\x03\xa1"
					"b\xc0";
	struct wire_zone      z;
	msgpack_object        root;
	const msgpack_object *o;
	struct refusal        why;
	uint64_t              u;

	(void)state;
	wire_zone_init(&z, WIRE_OBJECTS_MAX);
	assert_int_equal(wire_decode(&z, BYTES(bytes), &root, &why), 0);
	assert_true(wire_take_uint(wire_get(&root, "a"), 9, &u) && u == 1);
	assert_true(wire_take_uint(wire_get(&root, "ab"), 9, &u) && u == 2);
	assert_true(wire_take_uint(wire_get(&root, ""), 9, &u) && u == 3);
	assert_null(wire_get(&root, "b")); /* nil */
	assert_null(wire_get(&root, "abc"));
	assert_null(wire_at(&root, 0));
	o = wire_get(&root, "a");
	assert_null(wire_get(o, "a"));
	assert_null(wire_get(NULL, "a"));
	assert_null(wire_at(NULL, 0));
	wire_zone_fini(&z);
}

static void
check_first(void **state)
{
	static const char bytes[] = "\x91\x05\x81\xa1x\x06\xc1";
	struct wire_zone  z;
	msgpack_object    root;
	struct refusal    why;
	size_t            used;
	uint64_t          u;

	(void)state;
	wire_zone_init(&z, WIRE_OBJECTS_MAX);
	assert_int_equal(wire_decode_first(&z, BYTES(bytes), &used, &root, &why), 0);
	assert_int_equal(used, 2);
	assert_true(wire_take_uint(wire_at(&root, 0), 9, &u) && u == 5);
	assert_int_equal(wire_decode_first(&z, bytes + 2, 5, &used, &root, &why), 0);
	assert_int_equal(used, 4);
	assert_true(wire_take_uint(wire_get(&root, "x"), 9, &u) && u == 6);
	assert_int_equal(wire_decode_first(&z, bytes + 6, 1, &used, &root, &why), -1);
	assert_int_equal(why.code, REPORT_MALFORMED);
	wire_zone_fini(&z);
}

/* A zone that has to get another chunk has a new head. */
static void
check_no_allocation(void **state)
{
	const size_t              len = 100005;
	char                     *large = mem_zeroed(len, 1);
	struct wire_zone          z;
	msgpack_object            root;
	struct refusal            why;
	const msgpack_zone_chunk *head;

	(void)state;
	memcpy(large, "\xdd\x00\x01\x86\xa0", 5); /* 100000 zeros */
	wire_zone_init(&z, WIRE_OBJECTS_MAX);
	assert_int_equal(wire_decode(&z, BYTES("\x91\x01"), &root, &why), 0);
	assert_int_equal(wire_decode(&z, large, len, &root, &why), 0);
	head = z.zone.chunk_list.head;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(wire_decode(&z, BYTES("\x91\x01"), &root, &why), 0);
		assert_ptr_equal(z.zone.chunk_list.head, head);
		assert_int_equal(wire_decode(&z, large, len, &root, &why), 0);
		assert_ptr_equal(z.zone.chunk_list.head, head);
	}
	wire_zone_fini(&z);
	free(large);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 4] = {
	    {.name = "values", .test_func = check_values},
	    {.name = "finding keys", .test_func = check_find},
	    {.name = "one object after another", .test_func = check_first},
	    {.name = "no allocation after the largest message", .test_func = check_no_allocation},
	};
	size_t n = 4;

	CASES_ADD(tests, n, cases, check_object);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
