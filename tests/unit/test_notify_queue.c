/*
 * What waits for a target, by steps:
 *   R3 an alert is raised at position 3, E3 it ends, P3 it is raised and need not be told
 *   r3 another is raised at position 3; D3 the reminder of 3 March comes in
 *   > the next is handed out, + it was taken, - it failed, ! the time of all pauses passes
 */
#include "tests/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/notify_queue.h"
#include "core/buf.h"
#include "core/mem.h"

static struct queue_case {
	const char *name;
	const char *steps;
	const char *want; /* per key: told: waiting, * under way; entries parted by | */
	const char *out;  /* what was handed out, in order */
} cases[] = {
    {"nothing", "> E1 >", "", ""},
    {"a raise and its end, in order", "R1 E2 > + > +", "E2:", "R1 E2 "},
    {"the same again is no news", "R1 R1 > + R1 E2 E2 > + R1 E2", "E2:", "R1 E2 "},
    {"what is older is no news", "R5 > + E3 R4", "R5:", "R5 "},
    {"an end without a raise", "E1 E2", "", ""},
    {"an end that nobody told of has the place of its raise", "R3 > + E3 > +", "E3:", "R3 E3 "},
    {"... and the raise that it ended is no news behind it", "R3 > + E3 > + R3", "E3:", "R3 E3 "},
    {"one of a key at a time", "R1 E2 > >", "-: R1* E2", "R1 "},
    {"others pass by while one is under way", "R1 E2 r3 > >", "-: R1* E2|-: r3*", "R1 r3 "},
    {"the oldest first", "R1 r2 > + E3 > + >", "R1: E3*|r2:", "R1 r2 E3 "},
    {"what failed comes again, before what followed it", "R1 E2 > - ! > + >", "R1: E2*",
	"R1 R1 E2 "},
    {"not before its pause is over", "R1 > - > ! >", "-: R1*", "R1 R1 "},
    {"others do not wait for its pause", "R1 r2 > - > + ! > +", "R1:|r2:", "R1 r2 R1 "},
    {"raised, ended and raised: the pair is left out", "R1 E2 R3", "-: R3", ""},
    {"... not what is under way", "R1 > E2 R3", "-: R1* E2 R3", "R1 "},
    {"... until it has failed", "R1 > E2 R3 -", "-: R3", "R1 "},
    {"... of what follows it, a pair", "R1 > E2 R3 E4", "-: R1* E2", "R1 "},
    {"told, then ended, raised and ended", "R1 > + E2 R3 E4", "R1: E2", "R1 "},
    {"told, then ended and raised", "R1 > + E2 R3", "R1: E2 R3", "R1 "},
    {"another period is another edge", "R1 > + R2 > + E3 > +", "E3:", "R1 R2 E3 "},
    {"of three raises the first is left out", "R1 R2 R3", "-: R2 R3", ""},
    {"of two raises and an end, the first", "R1 R2 E3", "-: R2 E3", ""},
    {"told, of another period, ended and raised", "R1 > + R2 E3 R4", "R1: R4", "R1 "},
    {"what need not be told is known", "P1 R1 > E2 > +", "E2:", "E2 "},
    {"... and its end is told", "P1 > E2 >", "P1: E2*", "E2 "},
    {"of reminders the newest waits", "D1 D2 > + D2", "D2:", "D2 "},
    {"... one behind the one under way", "D1 > D2 D3", "-: D1* D3", "D1 "},
    {"... which gives way when it fails", "D1 > D2 -", "-: D2", "D1 "},
};

struct player {
	struct notify_queue *q;
	struct notify_entry *last; /* handed out */
	int64_t              now_ms;
	struct buf           out;
};

static const char *
id_of(char what, char n, char id[64])
{
	if (what == 'D')
		sprintf(id, "plan:2026-03-0%c:mof", n);
	else
		sprintf(id, "%c-0:0:plan/alert/%shelp/task/%d/", n, what == 'E' ? "resolved/" : "",
		    what == 'r' ? 2 : 1);
	return id;
}

/* "R1" */
static void
add_word(struct buf *b, const struct notice *n)
{
	struct notice_name name;

	assert_true(notice_parse(text_of(n->id), &name));
	if (name.kind == NOTICE_REMINDER)
		buf_addf(b, "D%c", n->id[14]);
	else
		buf_addf(b, "%c%c",
		    name.kind == NOTICE_ENDED                           ? 'E'
			: text_equal(name.key, text_of("help/task/2/")) ? 'r'
									: 'R',
		    n->id[0]);
}

static void
hand_out(struct player *p)
{
	struct notify_entry *en = notify_queue_next(p->q, p->now_ms);

	if (en == NULL)
		return;
	p->last = en;
	add_word(&p->out, &en->waiting[0]);
	buf_addf(&p->out, " ");
}

static void
step(struct player *p, const char *word)
{
	char        id[64];
	struct text body = text_of("{\"a\":1}");

	switch (word[0]) {
	case '>':
		hand_out(p);
		break;
	case '+':
		notify_queue_done(p->q, p->last);
		break;
	case '-':
		assert_in_range(notify_queue_failed(p->q, p->last, p->now_ms), 1, 70);
		break;
	case '!':
		p->now_ms += 2 * NOTIFY_PAUSE_MAX;
		break;
	case 'P':
		notify_queue_pass(p->q, text_of(id_of('R', word[1], id)), body);
		break;
	default:
		notify_queue_enter(p->q, text_of(id_of(word[0], word[1], id)), body);
	}
}

static void
add_state(struct buf *b, const struct notify_queue *q)
{
	const struct notify_entry *en;
	size_t                     waiting = 0;

	for (size_t i = 0; (en = notify_queue_at(q, i)) != NULL; i++) {
		buf_addf(b, "%s", i > 0 ? "|" : "");
		if (en->told.id != NULL)
			add_word(b, &en->told);
		buf_addf(b, "%s:", en->told.id == NULL ? "-" : "");
		for (size_t j = 0; j < en->count; j++) {
			buf_addf(b, " ");
			add_word(b, &en->waiting[j]);
			buf_addf(b, "%s", j == 0 && en->under_way ? "*" : "");
		}
		waiting += en->count;
	}
	assert_int_equal(notify_queue_waiting(q), waiting);
	buf_add(b, "", 1);
}

static void
check_steps(void **state)
{
	const struct queue_case *c = *state;
	struct player            p = {.q = notify_queue_new(7)};
	char                    *steps = mem_copied(c->steps, strlen(c->steps)), *left = NULL;
	struct buf               got = {0};

	for (char *word = strtok_r(steps, " ", &left); word; word = strtok_r(NULL, " ", &left))
		step(&p, word);
	add_state(&got, p.q);
	buf_add(&p.out, "", 1);
	assert_string_equal(p.out.at, c->out);
	/* P is a raise once it is told. */
	for (char *at = got.at; *at != '\0' && strstr(c->want, "P") != NULL; at++)
		*at = *at == 'R' ? 'P' : *at;
	assert_string_equal(got.at, c->want);
	notify_queue_free(p.q);
	buf_fini(&got);
	buf_fini(&p.out);
	free(steps);
}

static struct id_case {
	const char *name;
	const char *id;
	const char *want; /* type subject key; NULL: none */
} ids[] = {
    {"raised", "12-3:-5:p/alert/overdue/task/17/",
	"tuijin.alert.v1 p/alert/overdue/task/17 overdue/task/17/"},
    {"ended", "12-3:5:p/alert/resolved/overdue/task/17/",
	"tuijin.alert.v1 p/alert/resolved/overdue/task/17 overdue/task/17/"},
    {"of the whole", "0-0:0:p/alert/behind/overall/",
	"tuijin.alert.v1 p/alert/behind/overall behind/overall/"},
    {"a reminder", "ipr-2026:2026-07-01:cnipa", "tuijin.reminder.v1 ipr-2026/agency/cnipa cnipa"},
    {"empty", "", NULL},
    {"of no alarm", "1-0:0:p/alert/late/task/1/", NULL},
    {"without its last slash", "1-0:0:p/alert/help/task/1", NULL},
    {"with more behind", "1-0:0:p/alert/help/task/1/2/", NULL},
    {"the whole with a key", "1-0:0:p/alert/behind/overall/1/", NULL},
    {"of a summary", "1-0:0:p/task/1/", NULL},
    {"a position with a zero in front", "01-0:0:p/alert/help/task/1/", NULL},
    {"an instant with a zero in front", "1-0:00:p/alert/help/task/1/", NULL},
    {"an instant too large", "1-0:99999999999999999999:p/alert/help/task/1/", NULL},
    {"a plan that is no name", "1-0:0:P/alert/help/task/1/", NULL},
    {"a date that does not exist", "p:2026-02-30:cnipa", NULL},
    {"an agency that is no name", "p:2026-02-28:cn ipa", NULL},
};

static void
check_id(void **state)
{
	const struct id_case *c = *state;
	struct notice_name    n;
	char                  got[400], subject[NOTICE_SUBJECT_SIZE];
	bool                  ok = notice_parse(text_of(c->id), &n);

	assert_int_equal(ok, c->want != NULL);
	if (!ok)
		return;
	snprintf(got, sizeof(got), "%s %s %.*s", notice_type(n.kind), notice_subject(&n, subject),
	    (int)n.key.len, n.key.at);
	assert_string_equal(got, c->want);
}

static void
the_end_of_a_raise_has_its_place(void **state)
{
	struct notice_name n;
	char               id[NOTICE_ID_MAX + 1];

	(void)state;
	assert_true(notice_parse(text_of("12-3:-5:p/alert/help/task/1/"), &n));
	assert_string_equal(notice_end_id(&n, id), "12-3:-5:p/alert/resolved/help/task/1/");
}

/* Many keys, so that the slots grow. */
static void
every_key_is_found_again(void **state)
{
	struct notify_queue *q = notify_queue_new(1);
	char                 id[64];

	(void)state;
	for (int i = 1; i <= 3000; i++) {
		sprintf(id, "1-0:0:p/alert/help/task/%d/", i);
		assert_non_null(notify_queue_enter(q, text_of(id), text_of("{}")));
	}
	for (int i = 1; i <= 3000; i++) {
		sprintf(id, "1-0:0:p/alert/help/task/%d/", i);
		assert_null(notify_queue_enter(q, text_of(id), text_of("{}")));
	}
	assert_int_equal(notify_queue_waiting(q), 3000);
	assert_int_equal(notify_queue_when(q), 0);
	notify_queue_free(q);
}

static void
there_is_an_end_to_keys(void **state)
{
	struct notify_queue *q = notify_queue_new(1);
	char                 id[64];

	(void)state;
	for (int i = 0; i < NOTIFY_ENTRIES_MAX; i++) {
		sprintf(id, "1-0:0:p/alert/help/task/%d/", i);
		notify_queue_enter(q, text_of(id), text_of("{}"));
	}
	assert_int_equal(notify_queue_waiting(q), NOTIFY_ENTRIES_MAX);
	assert_null(notify_queue_enter(q, text_of("1-0:0:p/alert/help/task/x/"), text_of("{}")));
	assert_non_null(
	    notify_queue_enter(q, text_of("2-0:0:p/alert/resolved/help/task/1/"), text_of("{}")));
	notify_queue_free(q);
}

static void
a_body_has_to_fit_on_a_line(void **state)
{
	static const char *const wrong[] = {"", "{", "[]", "{\n}", "{\t}", "{\"\xff\"}", "{}\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_false(notice_body_ok(text_of(wrong[i])));
	assert_true(notice_body_ok(text_of("{\"text\":\"催办\"}")));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + COUNT(ids) + 4];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check_steps);
	CASES_ADD(tests, n, ids, check_id);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_end_of_a_raise_has_its_place);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_key_is_found_again);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(there_is_an_end_to_keys);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_body_has_to_fit_on_a_line);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
