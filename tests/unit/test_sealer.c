#include "aggregator/sealer.h"

#include <string.h>

#include "tests/cases.h"

/* Entry n of a ledger. */
static void
add(struct sealer *s, uint64_t n)
{
	struct ledger_entry entry = {.position = {n, 0}, .field_count = 1};

	entry.fields[0].name = text_of("records");
	entry.fields[0].value = (struct text){(const char *)&n, sizeof(n)};
	sealer_add(s, &entry);
}

static void
add_many(struct sealer *s, uint64_t from, uint64_t to)
{
	for (uint64_t n = from; n <= to; n++)
		add(s, n);
}

/* The links of a waiting seal are those of these entries, as any other sealer has them. */
static void
assert_links(const struct sealer *s, size_t cut, uint64_t from, uint64_t to)
{
	struct text      links = sealer_links(s, cut);
	struct seal_link link;
	struct sealer    other;

	sealer_init(&other, false);
	if (from > 1)
		add_many(&other, 1, from - 1);
	for (uint64_t n = from; n <= to; n++) {
		add(&other, n);
		assert_true(seal_link_read(&links, &link));
		assert_true(seal_link_fits(&link, &other.seal));
	}
	assert_int_equal(links.len, 0);
	assert_memory_equal(&s->cuts[cut].seal, &other.seal, sizeof(other.seal));
	sealer_fini(&other);
}

static void
begin(struct sealer *s, uint64_t stored)
{
	sealer_init(s, true);
	sealer_begin(s, &(struct seal){0}, (struct position){stored, 0});
}

static void
a_cut_is_made_once(void **state)
{
	struct sealer s;

	(void)state;
	begin(&s, 0);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, 0);
	add_many(&s, 1, 3);
	sealer_cut(&s);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, 1);
	assert_links(&s, 0, 1, 3);
	add_many(&s, 4, 4);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, 2);
	assert_links(&s, 0, 1, 3);
	assert_links(&s, 1, 4, 4);
	sealer_fini(&s);
}

static void
a_cut_comes_by_itself_after_4096_entries(void **state)
{
	struct sealer s;

	(void)state;
	begin(&s, 0);
	add_many(&s, 1, 4095);
	assert_int_equal(s.cut_count, 0);
	add_many(&s, 4096, 3 * 4096 - 1);
	assert_int_equal(s.cut_count, 2);
	assert_links(&s, 0, 1, 4096);
	assert_links(&s, 1, 4097, 8192);
	sealer_fini(&s);
}

static void
an_exercise_seals_and_holds_nothing(void **state)
{
	struct sealer s, real;

	(void)state;
	sealer_init(&s, false);
	begin(&real, 0);
	add_many(&s, 1, 5000);
	add_many(&real, 1, 5000);
	sealer_cut(&s);
	assert_memory_equal(&s.seal, &real.seal, sizeof(s.seal));
	assert_int_equal(s.cut_count, 0);
	assert_int_equal(s.links.len, 0);
	sealer_take_stored(&s, (struct position){7, 0});
	sealer_take_stored(&s, (struct position){0, 0});
	assert_false(s.torn);
	sealer_fini(&s);
	sealer_fini(&real);
}

static void
it_goes_on_from_a_seal(void **state)
{
	struct sealer s;
	struct seal   at_9;

	(void)state;
	begin(&s, 0);
	add_many(&s, 1, 9);
	at_9 = s.seal;
	sealer_begin(&s, &at_9, at_9.position);
	assert_int_equal(s.links.len, 0);
	add_many(&s, 10, 12);
	sealer_cut(&s);
	assert_links(&s, 0, 10, 12);
	sealer_fini(&s);
}

/* Seals of 1 to 3, 4 to 6, 7 to 9 wait, and a link of 10; Redis has come to `last`. */
static struct stored_case {
	const char *name;
	uint64_t    last;
	size_t      cuts;
	uint64_t    first; /* entry whose link waits, 0: none */
} stored_cases[] = {
    {"nothing new", 0, 3, 1},
    {"an entry in the middle of the first", 2, 3, 3},
    {"the first seal", 3, 2, 4},
    {"an entry in the middle of the second", 5, 2, 6},
    {"the last seal", 9, 0, 10},
    {"all entries", 10, 0, 0},
    {"an entry that is not here yet", 99, 0, 0},
};

static void
check_stored(void **state)
{
	const struct stored_case *c = *state;
	struct sealer             s;

	begin(&s, 0);
	for (uint64_t n = 1; n <= 10; n++) {
		add(&s, n);
		if (n % 3 == 0)
			sealer_cut(&s);
	}
	sealer_take_stored(&s, (struct position){c->last, 0});
	assert_false(s.torn);
	assert_int_equal(s.cut_count, c->cuts);
	assert_int_equal(s.links.len, c->first > 0 ? (11 - c->first) * SEAL_LINK_SIZE : 0);
	for (size_t i = 0; i < c->cuts; i++) {
		uint64_t to = 9 - 3 * (c->cuts - 1 - i);

		assert_links(&s, i, i > 0 ? to - 2 : c->first, to);
	}
	add_many(&s, 11, 12);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, c->cuts + (c->last < 12));
	sealer_fini(&s);
}

static void
entries_that_others_have_sealed_are_not_sealed_again(void **state)
{
	struct sealer s;

	(void)state;
	begin(&s, 5000);
	add_many(&s, 1, 5000);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, 0);
	add_many(&s, 5001, 5002);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, 1);
	assert_links(&s, 0, 5001, 5002);
	sealer_fini(&s);
}

static void
a_stream_that_ends_before_it_did_tears(void **state)
{
	struct sealer s;

	(void)state;
	begin(&s, 0);
	add_many(&s, 1, 5);
	sealer_cut(&s);
	sealer_take_stored(&s, (struct position){5, 0});
	sealer_take_stored(&s, (struct position){5, 0});
	assert_false(s.torn);
	sealer_take_stored(&s, (struct position){4, 0});
	assert_true(s.torn);
	sealer_begin(&s, &(struct seal){0}, (struct position){4, 0});
	assert_false(s.torn);
	add_many(&s, 1, 5);
	sealer_cut(&s);
	assert_links(&s, 0, 5, 5);
	sealer_fini(&s);
}

static void
it_is_full_before_it_holds_much_more_than_a_mebibyte(void **state)
{
	struct sealer s;
	uint64_t      n = 0;

	(void)state;
	begin(&s, 0);
	while (!sealer_is_full(&s) && n < 100000)
		add(&s, ++n);
	assert_in_range(n, 43000, 43690);
	sealer_take_stored(&s, (struct position){4096, 0});
	assert_false(sealer_is_full(&s));
	sealer_fini(&s);

	/* Seals of single entries count too. */
	begin(&s, 0);
	for (n = 0; !sealer_is_full(&s) && n < 100000;) {
		add(&s, ++n);
		sealer_cut(&s);
	}
	assert_in_range(n, 5000, 15000);
	sealer_fini(&s);
}

static void
what_is_given_up_comes_back_with_a_new_beginning(void **state)
{
	struct sealer s, other;

	(void)state;
	begin(&s, 0);
	begin(&other, 0);
	add_many(&s, 1, 5);
	sealer_cut(&s);
	sealer_give_up(&s);
	assert_true(s.lost);
	assert_int_equal(s.cut_count, 0);
	add_many(&s, 6, 9000);
	add_many(&other, 1, 9000);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, 0);
	assert_memory_equal(&s.seal, &other.seal, sizeof(s.seal));
	sealer_take_stored(&s, (struct position){3, 0});
	sealer_take_stored(&s, (struct position){0, 0});
	assert_false(s.torn);
	sealer_begin(&s, &(struct seal){0}, (struct position){0, 0});
	assert_false(s.lost);
	add_many(&s, 1, 2);
	sealer_cut(&s);
	assert_links(&s, 0, 1, 2);
	sealer_fini(&s);
	sealer_fini(&other);
}

int
main(void)
{
	struct CMUnitTest       tests[COUNT(stored_cases)];
	const struct CMUnitTest others[] = {
	    cmocka_unit_test(a_cut_is_made_once),
	    cmocka_unit_test(a_cut_comes_by_itself_after_4096_entries),
	    cmocka_unit_test(an_exercise_seals_and_holds_nothing),
	    cmocka_unit_test(it_goes_on_from_a_seal),
	    cmocka_unit_test(entries_that_others_have_sealed_are_not_sealed_again),
	    cmocka_unit_test(a_stream_that_ends_before_it_did_tears),
	    cmocka_unit_test(it_is_full_before_it_holds_much_more_than_a_mebibyte),
	    cmocka_unit_test(what_is_given_up_comes_back_with_a_new_beginning),
	};
	size_t n = 0;

	CASES_ADD(tests, n, stored_cases, check_stored);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
