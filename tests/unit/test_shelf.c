#include "dashboard/desk_shelf.h"

#include <stdio.h>
#include <string.h>

#include "tests/cases.h"

static struct body *
body_of(size_t len)
{
	struct body *b = body_new();

	buf_grow(body_buf(b), len + 1);
	memset(body_buf(b)->at, 'x', len);
	body_buf(b)->len = len;
	return b;
}

/* A shelf with bodies "0", "1", … of so many bytes. */
static struct shelf *
shelf_of(unsigned count, size_t len)
{
	struct shelf *s = shelf_new();
	char          name[SHELF_NAME_SIZE];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%u", i);
		shelf_keep(s, name, body_of(len));
	}
	return s;
}

static void
a_body_is_found_by_its_name(void **state)
{
	struct shelf *s = shelf_new();
	struct body  *a = body_of(1), *b = body_of(2);

	(void)state;
	shelf_keep(s, "feed/20", a);
	shelf_keep(s, "feed/200", b);
	assert_ptr_equal(shelf_find(s, "feed/20"), a);
	assert_ptr_equal(shelf_find(s, "feed/200"), b);
	assert_null(shelf_find(s, "feed/2"));
	assert_null(shelf_find(s, ""));
	shelf_free(s);
}

static struct moment_case {
	const char         *name;
	struct shelf_moment then;
	bool                keeps;
} moments[] = {
    {"the same", {1, 2, 3}, true},
    {"another chronicle", {2, 2, 3}, false},
    {"one more record", {1, 3, 3}, false},
    {"fewer records", {1, 0, 3}, false},
    {"the next day", {1, 2, 4}, false},
};

static void
check_moment(void **state)
{
	const struct moment_case *c = *state;
	struct shelf             *s = shelf_new();

	shelf_turn(s, (struct shelf_moment){1, 2, 3});
	shelf_keep(s, "periods", body_of(1));
	shelf_keep(s, "feed/1", body_of(1));
	shelf_turn(s, c->then);
	assert_int_equal(shelf_find(s, "periods") != NULL, c->keeps);
	assert_int_equal(shelf_find(s, "feed/1") != NULL, c->keeps);
	shelf_keep(s, "task/1", body_of(1));
	shelf_turn(s, c->then);
	assert_non_null(shelf_find(s, "task/1"));
	shelf_free(s);
}

static void
what_nobody_asked_for_the_longest_goes_first(void **state)
{
	struct shelf *s = shelf_of(SHELF_BODIES_MAX, 1);

	(void)state;
	assert_non_null(shelf_find(s, "0"));
	shelf_keep(s, "more", body_of(1));
	assert_non_null(shelf_find(s, "0"));
	assert_null(shelf_find(s, "1"));
	assert_non_null(shelf_find(s, "2"));
	assert_non_null(shelf_find(s, "255"));
	assert_non_null(shelf_find(s, "more"));
	shelf_free(s);
}

static void
they_are_bounded_in_bytes(void **state)
{
	struct shelf *s = shelf_of(4, SHELF_BYTES_MAX / 4);

	(void)state;
	assert_non_null(shelf_find(s, "0"));
	shelf_keep(s, "more", body_of(SHELF_BYTES_MAX / 4 + 1));
	assert_null(shelf_find(s, "1"));
	assert_null(shelf_find(s, "2"));
	assert_non_null(shelf_find(s, "3"));
	assert_non_null(shelf_find(s, "0"));
	shelf_keep(s, "all", body_of(SHELF_BYTES_MAX));
	assert_null(shelf_find(s, "0"));
	assert_non_null(shelf_find(s, "all"));
	shelf_free(s);
}

static void
what_has_no_place_is_not_kept(void **state)
{
	struct shelf *s = shelf_of(1, 1);
	char          name[SHELF_NAME_SIZE + 1];

	(void)state;
	shelf_keep(s, "huge", body_of(SHELF_BYTES_MAX + 1));
	assert_null(shelf_find(s, "huge"));
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	shelf_keep(s, name, body_of(1));
	assert_null(shelf_find(s, name));
	name[sizeof(name) - 2] = '\0';
	shelf_keep(s, name, body_of(1));
	assert_non_null(shelf_find(s, name));
	assert_non_null(shelf_find(s, "0"));
	shelf_free(s);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(moments) + 4];
	size_t            n = 0;

	CASES_ADD(tests, n, moments, check_moment);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_body_is_found_by_its_name);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(what_nobody_asked_for_the_longest_goes_first);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(they_are_bounded_in_bytes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_has_no_place_is_not_kept);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
