#include "core/wire_shape.h"

#include <stdlib.h>

#include "core/buf.h"
#include "core/mem.h"
#include "tests/cases.h"

#define BYTES(s) (s), sizeof(s) - 1

#define ZH "\xe6\x8e\xa8\xe8\xbf\x9b" /* 推进 */

/* clang-format off */
static struct shape_case {
	const char *name;
	const char *bytes;
	size_t      len;
	const char *want_message; /* NULL: one good object */
} cases[] = {
	{"nil", BYTES("\xc0"), NULL},
	{"false and true", BYTES("\x92\xc2\xc3"), NULL},
	{"smallest and largest fixint", BYTES("\x94\x00\x7f\xe0\xff"), NULL},
	{"every width of uint", BYTES("\x94\xcc\x01\xcd\x01\x02\xce\x01\x02\x03\x04\xcf\x01\x02\x03\x04\x05\x06\x07\x08"), NULL},
	{"every width of int", BYTES("\x94\xd0\x81\xd1\x81\x02\xd2\x81\x02\x03\x04\xd3\x81\x02\x03\x04\x05\x06\x07\x08"), NULL},
	{"both floats", BYTES("\x92\xca\x01\x02\x03\x04\xcb\x01\x02\x03\x04\x05\x06\x07\x08"), NULL},
	{"every width of str", BYTES("\x94\xa1x\xd9\x01x\xda\x00\x01x\xdb\x00\x00\x00\x01x"), NULL},
	{"every width of bin, of any bytes", BYTES("\x93\xc4\x01\xff\xc5\x00\x01\xff\xc6\x00\x00\x00\x01\xff"), NULL},
	{"every width of ext", BYTES("\x93\xc7\x01\x05\xff\xc8\x00\x01\x05\xff\xc9\x00\x00\x00\x01\x05\xff"), NULL},
	{"every fixext", BYTES("\x95\xd4" "12\xd5" "123\xd6" "12345\xd7" "123456789\xd8" "12345678901234567"), NULL},
	{"every width of array", BYTES("\x93\x91\x00\xdc\x00\x01\x00\xdd\x00\x00\x00\x01\x00"), NULL},
	{"every width of map", BYTES("\x93\x81\xa0\x00\xde\x00\x01\xa0\x00\xdf\x00\x00\x00\x01\xa0\x00"), NULL},
	{"empty text, array and map", BYTES("\x93\xa0\x90\x80"), NULL},
	{"Chinese text", BYTES("\xa6" ZH), NULL},
	{"two keys that begin, end and are as long alike", BYTES("\x82\xa4" "abcd\x00\xa4" "accd\x00"), NULL},
	{"one key in two maps", BYTES("\x92\x81\xa1" "a\x01\x81\xa1" "a\x01"), NULL},
	{"a key inside that is also outside", BYTES("\x82\xa1" "a\x81\xa1" "a\x01\xa1" "b\x01"), NULL},
	{"8 levels", BYTES("\x91\x91\x91\x91\x91\x91\x91\x91\x01"), NULL},

	{"no bytes", BYTES(""), "no bytes at all"},
	{"0xc1", BYTES("\xc1"), "byte 0: 0xc1 is no MessagePack"},
	{"0xc1 inside", BYTES("\x92\x01\xc1"), "byte 2: 0xc1 is no MessagePack"},
	{"a byte too many", BYTES("\x80\x00"), "byte 1: 1 bytes follow the object"},
	{"two objects", BYTES("\x80\x81\xa1" "a\x01"), "byte 1: 4 bytes follow the object"},
	{"a float without its last byte", BYTES("\xcb\x01\x02\x03\x04\x05\x06\x07"), "byte 1: 8 bytes where 7 are left"},
	{"a text cut short", BYTES("\xa3xy"), "byte 1: 3 bytes where 2 are left"},
	{"a text of 4 GiB", BYTES("\xdb\xff\xff\xff\xff"), "byte 5: 4294967295 bytes where 0 are left"},
	{"an ext without its data", BYTES("\xc7\x01\x05"), "byte 2: 2 bytes where 1 are left"},
	{"a length cut short", BYTES("\xdd\x01\x00\x00"), "byte 0: cut short"},
	{"an array without its last element", BYTES("\x92\x01"), "byte 1: array of 2 in the 1 bytes left"},
	{"an array that ends inside its last element's array", BYTES("\x92\x01\x91"), "byte 3: array of 1 in the 0 bytes left"},
	{"levels that claim the same bytes", BYTES("\x92\x92\x01\x02"), "byte 4: cut short"},
	{"5 bytes that claim 512 MiB", BYTES("\xdd\x01\x00\x00\x00"), "byte 5: array of 16777216 in the 0 bytes left"},
	{"5 bytes that claim 1 GiB", BYTES("\xdf\x01\x00\x00\x00"), "byte 5: map of 16777216 in the 0 bytes left"},
	{"the same, one level down", BYTES("\x96\x01\xdd\x01\x00\x00\x00"), "byte 7: array of 16777216 in the 0 bytes left"},
	{"a map whose values are missing", BYTES("\x82\xa1" "a\x01"), "byte 1: map of 2 in the 3 bytes left"},
	{"a map without its last value", BYTES("\x81\xa1" "a"), "byte 3: cut short"},
	{"9 levels", BYTES("\x91\x91\x91\x91\x91\x91\x91\x91\x91\x01"), "byte 9: nested deeper than 8 levels"},
	{"9 levels, the last one empty", BYTES("\x91\x91\x91\x91\x91\x91\x91\x91\x90"), "byte 9: nested deeper than 8 levels"},
	{"a number as key", BYTES("\x81\x01\x01"), "byte 2: a key that is not text"},
	{"nil as key", BYTES("\x81\xc0\x01"), "byte 2: a key that is not text"},
	{"bin as key", BYTES("\x81\xc4\x01v\x01"), "byte 3: a key that is not text"},
	{"a map as key", BYTES("\x81\x80\x01"), "byte 2: a key that is not text"},
	{"a key twice", BYTES("\x82\xa4kind\x01\xa4kind\x01"), "byte 8: key \"kind\" comes twice"},
	{"an empty key twice", BYTES("\x82\xa0\x01\xa0\x01"), "byte 4: key \"\" comes twice"},
	{"a key twice, written in two widths", BYTES("\x82\xa1v\x01\xd9\x01v\x01"), "byte 6: key \"v\" comes twice"},
	{"a key twice, one level down", BYTES("\x91\x83\xa1" "a\x01\xa1" "b\x01\xa1" "a\x01"), "byte 9: key \"a\" comes twice"},
	{"a key twice, a map between", BYTES("\x83\xa1" "a\x01\xa1" "b\x81\xa1" "c\x01\xa1" "a\x01"), "byte 11: key \"a\" comes twice"},
	{"text that is a lone continuation", BYTES("\xa1\x80"), "byte 1: text that is not UTF-8"},
	{"text cut inside a character", BYTES("\xa5" "ab\xe6\x8e" "c"), "byte 1: text that is not UTF-8"},
	{"text that ends inside a character", BYTES("\xa2\xe6\x8e"), "byte 1: text that is not UTF-8"},
	{"a character over the end of the text", BYTES("\x92\xa2\xe6\x8e\xa8"), "byte 2: text that is not UTF-8"},
	{"a surrogate", BYTES("\xa3\xed\xa0\x80"), "byte 1: text that is not UTF-8"},
	{"an overlong slash of 2 bytes", BYTES("\xa2\xc0\xaf"), "byte 1: text that is not UTF-8"},
	{"an overlong slash of 3 bytes", BYTES("\xa3\xe0\x80\xaf"), "byte 1: text that is not UTF-8"},
	{"above U+10FFFF", BYTES("\xa4\xf4\x90\x80\x80"), "byte 1: text that is not UTF-8"},
	{"bad UTF-8 behind 8 good bytes", BYTES("\xa9" "12345678\xff"), "byte 1: text that is not UTF-8"},
	{"bad UTF-8 in a key", BYTES("\x81\xa1\xff\x01"), "byte 2: text that is not UTF-8"},
	{"bad UTF-8 under a key nobody knows", BYTES("\x81\xa1x\xa1\xff"), "byte 4: text that is not UTF-8"},
};
/* clang-format on */

/* A copy that ends where the heap block ends, so that ASan sees a byte too far. */
static char *
tight(const char *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);

	if (len > 0)
		memcpy(copy, bytes, len);
	return copy;
}

static void
check_shape(void **state)
{
	const struct shape_case *c = *state;
	struct refusal           why = {0};
	char                    *bytes = tight(c->bytes, c->len);
	int                      rc = wire_shape_check(bytes, c->len, &why);

	free(bytes);
	if (c->want_message != NULL) {
		assert_string_equal(why.message, c->want_message);
		assert_int_equal(why.code, REPORT_MALFORMED);
		assert_int_equal(rc, -1);
		return;
	}
	assert_string_equal(why.message, "");
	assert_int_equal(rc, 0);
}

static void
check_first(void **state)
{
	struct refusal why;
	size_t         used = 0;

	(void)state;
	assert_int_equal(wire_shape_first("\x92\x01\x02\xc1", 4, &used, &why), 0);
	assert_int_equal(used, 3);
	assert_int_equal(wire_shape_first("\xa1x\x01", 3, &used, &why), 0);
	assert_int_equal(used, 2);
	assert_int_equal(wire_shape_first("\x92\x01", 2, &used, &why), -1);
}

/* A map of `count` different keys of 2 bytes. */
static void
write_keys(struct buf *b, unsigned count)
{
	char head[3] = {(char)0xde, 0, (char)count}, pair[4] = {(char)0xa2, 0, 0, 0x01};

	buf_add(b, head, sizeof(head));
	for (unsigned i = 0; i < count; i++) {
		pair[1] = (char)('a' + i / 10);
		pair[2] = (char)('0' + i % 10);
		buf_add(b, pair, sizeof(pair));
	}
}

static void
check_keys_max(void **state)
{
	struct buf     b = {0};
	struct refusal why = {0};

	(void)state;
	write_keys(&b, 64);
	assert_int_equal(wire_shape_check(b.at, b.len, &why), 0);
	memcpy(b.at + b.len - 3, b.at + 3 + 1, 2); /* the last key becomes the first */
	assert_int_equal(wire_shape_check(b.at, b.len, &why), -1);
	assert_string_equal(why.message, "byte 256: key \"a0\" comes twice");
	buf_reset(&b);
	write_keys(&b, 65);
	assert_int_equal(wire_shape_check(b.at, b.len, &why), -1);
	assert_string_equal(why.message, "byte 3: map of 65 keys, at most 64");
	buf_fini(&b);
}

static void
check_objects_max(void **state)
{
	struct refusal why = {0};
	size_t         used, zeros = 131071;
	char          *bytes = mem_zeroed(zeros + 6, 1);

	(void)state;
	memcpy(bytes, "\xdd\x00\x01\xff\xff", 5); /* with itself 131072 objects */
	assert_int_equal(wire_shape_check(bytes, 5 + zeros, &why), 0);
	assert_int_equal(wire_shape_within(bytes, 5 + zeros, 131071, &used, &why), -1);
	memcpy(bytes, "\xdd\x00\x02\x00\x00", 5);
	assert_int_equal(wire_shape_check(bytes, 6 + zeros, &why), -1);
	assert_string_equal(why.message, "byte 131076: more than 131072 objects");
	assert_int_equal(wire_shape_within(bytes, 6 + zeros, 131073, &used, &why), 0);
	free(bytes);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 3] = {
	    {.name = "the first of two objects", .test_func = check_first},
	    {.name = "64 keys in a map, not 65", .test_func = check_keys_max},
	    {.name = "131072 objects, not one more", .test_func = check_objects_max},
	};
	size_t n = 3;

	CASES_ADD(tests, n, cases, check_shape);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
