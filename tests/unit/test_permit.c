#include "collector/permit.h"

#include <string.h>

#include "tests/cases.h"

enum who { OPEN, NOBODY, STA, OFFICE, OPERATOR, SUBSCRIBER, WHOS };

static const struct authorized_key keys[WHOS] = {
    [STA] = {.role = AUTHORIZED_AGENCY, .agency = "sta"},
    [OFFICE] = {.role = AUTHORIZED_AGENCY, .agency = "jco"},
    [OPERATOR] = {.role = AUTHORIZED_OPERATOR},
    [SUBSCRIBER] = {.role = AUTHORIZED_SUBSCRIBER},
};

#define GONE "this session's key is not in the list any more, or has expired"
#define FOR  "agency: this key speaks for "

/* clang-format off */
static struct permit_case {
	const char       *name;
	enum who          who;
	enum message_kind kind;
	const char       *agency;
	const char       *want; /* NULL: permitted */
} cases[] = {
	{"without keys anybody reports for anybody", OPEN, MESSAGE_REPORT, "sta", NULL},
	{"without keys anybody asks for anybody", OPEN, MESSAGE_STATUS, "sta", NULL},
	{"without keys anybody pings", OPEN, MESSAGE_PING, "", NULL},
	{"a key that is gone does not report", NOBODY, MESSAGE_REPORT, "sta", GONE},
	{"a key that is gone does not ask", NOBODY, MESSAGE_STATUS, "sta", GONE},
	{"a key that is gone does not ping", NOBODY, MESSAGE_PING, "", GONE},
	{"an agency reports for itself", STA, MESSAGE_REPORT, "sta", NULL},
	{"an agency asks for itself", STA, MESSAGE_STATUS, "sta", NULL},
	{"an agency pings", STA, MESSAGE_PING, "", NULL},
	{"an agency does not report for another", STA, MESSAGE_REPORT, "cnipa",
	    FOR "sta, not for cnipa"},
	{"an agency does not ask for another", STA, MESSAGE_STATUS, "cnipa",
	    FOR "sta, not for cnipa"},
	{"nor for one whose name begins so", STA, MESSAGE_REPORT, "stat", FOR "sta, not for stat"},
	{"nor for one whose name its own begins with", STA, MESSAGE_REPORT, "st",
	    FOR "sta, not for st"},
	{"nor in capitals", STA, MESSAGE_REPORT, "STA", FOR "sta, not for STA"},
	{"nor for nobody", STA, MESSAGE_REPORT, "", FOR "sta, not for "},
	{"nor for a role", STA, MESSAGE_STATUS, "@operator", FOR "sta, not for @operator"},
	{"another's name is shown harmless", STA, MESSAGE_REPORT, "a\n\"b",
	    FOR "sta, not for a\\x0a\\\"b"},
	{"the office is an agency like the others", OFFICE, MESSAGE_REPORT, "jco", NULL},
	{"the office does not report for others", OFFICE, MESSAGE_REPORT, "sta",
	    FOR "jco, not for sta"},
	{"the office does not ask for others", OFFICE, MESSAGE_STATUS, "sta",
	    FOR "jco, not for sta"},
	{"an operator asks for anybody", OPERATOR, MESSAGE_STATUS, "sta", NULL},
	{"an operator pings", OPERATOR, MESSAGE_PING, "", NULL},
	{"an operator does not report", OPERATOR, MESSAGE_REPORT, "sta",
	    "this key may not report: it is an operator's"},
	{"nor in nobody's name", OPERATOR, MESSAGE_REPORT, "",
	    "this key may not report: it is an operator's"},
	{"a subscriber pings", SUBSCRIBER, MESSAGE_PING, "", NULL},
	{"a subscriber does not report", SUBSCRIBER, MESSAGE_REPORT, "sta",
	    "this key may not report: it is a subscriber's"},
	{"a subscriber does not ask", SUBSCRIBER, MESSAGE_STATUS, "sta",
	    "this key may not ask for a status: it is a subscriber's"},
};
/* clang-format on */

static void
check(void **state)
{
	const struct permit_case *c = *state;
	const struct caller       caller = {
		  .open = c->who == OPEN,
		  .key = c->who > NOBODY ? &keys[c->who] : NULL,
        };
	const struct message m = {.kind = c->kind, .agency = text_of(c->agency)};
	struct refusal       why = {0};
	int                  rc = permit_caller(&caller, &why);

	if (rc == 0)
		rc = permit_message(&caller, &m, &why);
	assert_string_equal(why.message, c->want != NULL ? c->want : "");
	assert_int_equal(rc, c->want != NULL ? -1 : 0);
	assert_int_equal(why.code, c->want != NULL ? REPORT_NOT_AUTHORIZED : REPORT_FINE);
}

/* The longest names of both sides fit into a refusal. */
static void
long_names_are_cut(void **state)
{
	struct authorized_key key = {.role = AUTHORIZED_AGENCY};
	struct caller         caller = {.key = &key};
	char                  other[PLAN_ID_MAX];
	struct message        m = {.kind = MESSAGE_REPORT, .agency = {other, sizeof(other)}};
	struct refusal        why;

	(void)state;
	memset(key.agency, 'k', PLAN_ID_MAX);
	memset(other, '\x01', sizeof(other));
	assert_int_equal(permit_message(&caller, &m, &why), -1);
	assert_memory_equal(why.message, FOR "kkkk", sizeof(FOR) + 3);
	assert_in_range(strlen(why.message), 180, REPORT_REFUSAL_MAX - 1);
	memset(other, 'k', sizeof(other));
	assert_int_equal(permit_message(&caller, &m, &why), 0);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(long_names_are_cut);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
