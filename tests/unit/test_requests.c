#include "aggregator/requests.h"

#include <stdio.h>

#include "tests/cases.h"

#define STEPS_MAX 12

/* clang-format off */
/* A step asks ("inbox", sender) or, without an inbox, takes; all that was taken follows. */
static struct requests_case {
	const char *name;
	struct { const char *inbox, *sender; } steps[STEPS_MAX];
	const char *want;
} cases[] = {
	{"nothing is asked, nothing is there", {{0}}, ""},
	{"in the order of asking", {{"a", "x"}, {"b", "y"}, {"c", "z"}}, "a b c "},
	{"who asks much waits for who asks once",
	    {{"a1", "x"}, {"a2", "x"}, {"a3", "x"}, {"b1", "y"}, {"c1", "z"}}, "a1 b1 a2 c1 a3 "},
	{"alone, one after the other", {{"a1", "x"}, {"a2", "x"}, {"a3", "x"}}, "a1 a2 a3 "},
	{"the same inbox twice is one", {{"a", "x"}, {"a", "x"}, {"b", "x"}, {"a", "y"}}, "a b "},
	{"and can be asked for again", {{"a", "x"}, {0}, {"a", "x"}}, "a a "},
	{"strangers are nobody in particular", {{"a", ""}, {"b", ""}, {"c", "x"}}, "a b c "},
	{"of two that share a beginning each is itself", {{"ab", "x"}, {"a", "xy"}, {"abc", "x"}}, "ab a abc "},
};
/* clang-format on */

static void
take(struct requests *q, char *got)
{
	struct request r;

	if (requests_take(q, &r))
		sprintf(got + strlen(got), "%.*s ", (int)r.inbox_len, r.inbox);
}

static void
check(void **state)
{
	const struct requests_case *c = *state;
	struct requests            *q = requests_new();
	char                        got[200] = "";
	size_t                      steps = STEPS_MAX;

	while (steps > 0 && c->steps[steps - 1].inbox == NULL)
		steps--;
	for (size_t i = 0; i < steps; i++) {
		if (c->steps[i].inbox == NULL)
			take(q, got);
		else
			assert_true(requests_add(
			    q, text_of(c->steps[i].inbox), text_of(c->steps[i].sender)));
	}
	while (requests_waiting(q) > 0)
		take(q, got);
	assert_string_equal(got, c->want);
	requests_free(q);
}

static size_t
ask(struct requests *q, const char *sender, size_t count)
{
	size_t taken = 0;

	for (size_t i = 0; i < count; i++) {
		char inbox[80];

		snprintf(inbox, sizeof(inbox), "snap/%s%zu/", sender, i);
		taken += requests_add(q, text_of(inbox), text_of(sender));
	}
	return taken;
}

static void
one_key_has_a_bound_and_others_still_room(void **state)
{
	struct requests *q = requests_new();

	(void)state;
	assert_int_equal(ask(q, "x", 5000), REQUESTS_OF_ONE);
	assert_int_equal(ask(q, "y", 3), 3);
	assert_int_equal(requests_waiting(q), REQUESTS_OF_ONE + 3);
	requests_free(q);
}

static void
all_together_have_one(void **state)
{
	struct requests *q = requests_new();
	struct request   r;

	(void)state;
	assert_int_equal(ask(q, "", 5000), REQUESTS_MAX);
	assert_int_equal(ask(q, "x", 1), 0);
	assert_true(requests_take(q, &r));
	assert_int_equal(ask(q, "x", 2), 1);
	requests_free(q);
}

static void
what_is_too_long_is_passed_over(void **state)
{
	static char      bytes[REQUEST_INBOX_MAX + 1];
	struct requests *q = requests_new();
	struct request   r;

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	assert_false(requests_add(q, (struct text){bytes, REQUEST_INBOX_MAX + 1}, text_of("x")));
	assert_false(requests_add(q, text_of("a"), (struct text){bytes, REQUEST_SENDER_MAX + 1}));
	assert_true(requests_add(
	    q, (struct text){bytes, REQUEST_INBOX_MAX}, (struct text){bytes, REQUEST_SENDER_MAX}));
	assert_true(requests_take(q, &r));
	assert_int_equal(r.inbox_len, REQUEST_INBOX_MAX);
	assert_int_equal(r.sender_len, REQUEST_SENDER_MAX);
	assert_false(requests_take(q, &r));
	requests_free(q);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 3];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(one_key_has_a_bound_and_others_still_room);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(all_together_have_one);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_is_too_long_is_passed_over);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
