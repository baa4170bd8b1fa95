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

	/* Where Redis has seals was not to be learned: that one it has. */
	sealer_begin(&s, &at_9, (struct position){0});
	sealer_take_stored(&s, (struct position){0});
	assert_true(s.torn);
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

static void
cuts_that_are_merged_are_one_of_all_their_entries(void **state)
{
	struct sealer s;

	(void)state;
	begin(&s, 0);
	for (uint64_t n = 1; n <= 9; n++) {
		add(&s, n);
		sealer_cut(&s);
	}
	sealer_merge(&s, 1);
	assert_int_equal(s.cut_count, 9);
	sealer_merge(&s, 4);
	assert_int_equal(s.cut_count, 6);
	assert_links(&s, 0, 1, 4);
	assert_links(&s, 1, 5, 5);
	sealer_merge(&s, 64);
	assert_int_equal(s.cut_count, 1);
	assert_links(&s, 0, 1, 9);
	sealer_merge(&s, 64);
	assert_int_equal(s.cut_count, 1);
	sealer_fini(&s);
}

/* Entries that begin() and add_many() gave so far, and a stream without seals: folds them
 * again. */
static void
begin_again(struct sealer *s)
{
	sealer_take_stored(s, (struct position){0, 0});
	sealer_begin(s, &(struct seal){0}, (struct position){0, 0});
}

/* A sealer of 1 to `to` that begins again from the first entry. */
static void
begin_second(struct sealer *s, uint64_t to)
{
	begin(s, 0);
	add_many(s, 1, to);
	sealer_take_stored(s, (struct position){1, 0});
	begin_again(s);
	assert_int_equal(s->losses, 1);
	assert_false(s->torn);
	assert_true(sealer_is_proving(s));
}

static void
it_comes_by_where_it_was_and_goes_on(void **state)
{
	struct sealer s;

	(void)state;
	begin_second(&s, 5);
	add_many(&s, 1, 4);
	assert_true(sealer_is_proving(&s));
	add_many(&s, 5, 5);
	assert_false(sealer_is_proving(&s));
	assert_false(s.changed);
	assert_false(s.torn);
	sealer_cut(&s);
	assert_links(&s, 0, 1, 5);
	sealer_fini(&s);

	begin(&s, 0);
	assert_false(sealer_is_proving(&s)); /* was nowhere */
	sealer_fini(&s);
}

/* Where it begins again, of what it had been at 5; whether that is the same. */
static struct from_case {
	const char *name;
	uint64_t    from;
	bool        other, proving, changed;
} from_cases[] = {
    {"a seal before it", 4, false, true, false},
    {"a wrong seal before it", 4, true, true, false},
    {"the same seal", 5, false, false, false},
    {"a wrong seal of it", 5, true, false, true},
    {"a seal behind it", 6, false, false, false},
};

static void
check_from(void **state)
{
	const struct from_case *c = *state;
	struct sealer           s, other;

	begin(&s, 0);
	begin(&other, 0);
	add_many(&s, 1, 5);
	add_many(&other, 1, c->from);
	other.seal.hash.at[31] ^= c->other;
	sealer_begin(&s, &other.seal, other.seal.position);
	assert_int_equal(sealer_is_proving(&s), c->proving);
	assert_int_equal(s.changed, c->changed);
	add_many(&s, c->from + 1, 7);
	assert_false(sealer_is_proving(&s));
	assert_int_equal(s.changed, c->other);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, !c->other);
	sealer_fini(&s);
	sealer_fini(&other);
}

static void
a_ledger_that_was_changed_is_not_sealed(void **state)
{
	struct sealer s;

	(void)state;
	begin_second(&s, 5);
	add_many(&s, 1, 2);
	s.seal.hash.at[0] ^= 1; /* as another entry would */
	add_many(&s, 3, 4);
	assert_false(s.changed);
	add_many(&s, 5, 9000);
	assert_true(s.changed);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, 0);
	assert_int_equal(s.links.len, 0);

	/* As often as it comes by. */
	begin_again(&s);
	assert_true(sealer_is_proving(&s));
	s.seal.hash.at[0] ^= 1;
	add_many(&s, 1, 9);
	assert_true(s.changed);
	assert_int_equal(s.links.len, 0);
	assert_int_equal(s.losses, 1);

	/* Until it is again what it was. */
	begin_again(&s);
	add_many(&s, 1, 9);
	assert_false(s.changed);
	assert_false(sealer_is_proving(&s));
	sealer_cut(&s);
	assert_links(&s, 0, 1, 9);
	sealer_fini(&s);
}

static void
another_ledger_is_none_that_was_changed(void **state)
{
	struct sealer s;

	(void)state;
	begin_second(&s, 5);
	add_many(&s, 1, 3);
	sealer_end(&s);
	assert_false(sealer_is_proving(&s));
	add_many(&s, 5, 6);
	assert_false(s.changed);
	assert_false(s.torn);
	sealer_cut(&s);
	assert_int_equal(s.cut_count, 1);
	sealer_fini(&s);

	begin_second(&s, 5);
	add_many(&s, 1, 4);
	add_many(&s, 6, 6);
	assert_false(sealer_is_proving(&s));
	assert_false(s.changed);
	sealer_fini(&s);
}

/* Begun again, and once more on the way. */
static void
the_way_to_where_it_was_may_be_interrupted(void **state)
{
	struct sealer s;

	(void)state;
	begin_second(&s, 5);
	add_many(&s, 1, 3);
	sealer_begin(&s, &(struct seal){0}, (struct position){0, 0});
	add_many(&s, 1, 4);
	assert_true(sealer_is_proving(&s));
	s.seal.hash.at[0] ^= 1;
	add_many(&s, 5, 5);
	assert_true(s.changed);
	sealer_fini(&s);
}

static void
what_does_not_fit_on_the_way_is_made_in_a_second_pass(void **state)
{
	struct sealer s;

	(void)state;
	begin_second(&s, 60000);
	add_many(&s, 1, 59999);
	assert_false(sealer_is_full(&s));
	assert_false(s.torn);
	add_many(&s, 60000, 60000);
	assert_true(s.torn);
	assert_int_equal(s.links.len, 0);
	sealer_begin(&s, &(struct seal){0}, (struct position){0, 0});
	assert_false(sealer_is_proving(&s));
	assert_int_equal(s.losses, 1);
	add_many(&s, 1, 4096);
	assert_links(&s, 0, 1, 4096);
	sealer_fini(&s);
}

int
main(void)
{
	struct CMUnitTest       tests[COUNT(stored_cases) + COUNT(from_cases)];
	const struct CMUnitTest others[] = {
	    cmocka_unit_test(a_cut_is_made_once),
	    cmocka_unit_test(a_cut_comes_by_itself_after_4096_entries),
	    cmocka_unit_test(an_exercise_seals_and_holds_nothing),
	    cmocka_unit_test(it_goes_on_from_a_seal),
	    cmocka_unit_test(entries_that_others_have_sealed_are_not_sealed_again),
	    cmocka_unit_test(a_stream_that_ends_before_it_did_tears),
	    cmocka_unit_test(it_is_full_before_it_holds_much_more_than_a_mebibyte),
	    cmocka_unit_test(what_is_given_up_comes_back_with_a_new_beginning),
	    cmocka_unit_test(cuts_that_are_merged_are_one_of_all_their_entries),
	    cmocka_unit_test(it_comes_by_where_it_was_and_goes_on),
	    cmocka_unit_test(a_ledger_that_was_changed_is_not_sealed),
	    cmocka_unit_test(another_ledger_is_none_that_was_changed),
	    cmocka_unit_test(the_way_to_where_it_was_may_be_interrupted),
	    cmocka_unit_test(what_does_not_fit_on_the_way_is_made_in_a_second_pass),
	};
	size_t n = 0;

	CASES_ADD(tests, n, stored_cases, check_stored);
	CASES_ADD(tests, n, from_cases, check_from);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
