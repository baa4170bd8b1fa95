/*
 * The lines of the state file: what is written is read back, what is not ours is refused.
 */
#include "tests/cases.h"

#include <string.h>

#include "cli/notify_text.h"

#define HEAD    "tuijin-notify 1 p\n"
#define R1      "1-0:0:p/alert/help/task/1/"
#define E2      "2-0:0:p/alert/resolved/help/task/1/"
#define R3      "3-0:0:p/alert/help/task/1/"
#define E4      "4-0:0:p/alert/resolved/help/task/1/"
#define D1      "p:2026-07-01:mof"
#define TOLD    "\t{\"a\":\"\u5df2\u544a\u77e5\"}"
#define B       "\t{}"
#define ENTRY   "entry\texec-1\t"
#define BOTH    "target\texec-1\ntarget\twebhook-1\n"
#define OF_PLAN "'tuijin-notify 1 p': of another program or version"

static struct text_case {
	const char *name;
	const char *file;
	const char *want; /* written again; or what is wrong */
	size_t      want_lost;
} cases[] = {
    {"none at all", "", HEAD BOTH, 0},
    {"a head", HEAD, HEAD BOTH, 0},
    {"an alert that was told", HEAD ENTRY R1 TOLD "\n",
	HEAD "target\texec-1\n" ENTRY R1 TOLD "\ntarget\twebhook-1\n", 0},
    {"one that has ended", HEAD ENTRY E2 "\t-\n",
	HEAD "target\texec-1\n" ENTRY E2 "\t-\ntarget\twebhook-1\n", 0},
    {"nothing told, two wait", HEAD ENTRY "-\t-\t" R1 B "\t" E2 B "\n",
	HEAD "target\texec-1\n" ENTRY "-\t-\t" R1 B "\t" E2 B "\ntarget\twebhook-1\n", 0},
    {"told, and its end waits", HEAD ENTRY R1 TOLD "\t" E2 B "\n",
	HEAD "target\texec-1\n" ENTRY R1 TOLD "\t" E2 B "\ntarget\twebhook-1\n", 0},
    {"an end that nobody told of",
	HEAD ENTRY R1                    TOLD "\t1-0:0:p/alert/resolved/help/task/1/" B "\n",
	HEAD "target\texec-1\n" ENTRY R1 TOLD "\t1-0:0:p/alert/resolved/help/task/1/" B
	     "\ntarget\twebhook-1\n",
	0},
    {"with the one that was under way", HEAD ENTRY "-\t-\t" R1 B "\t" E2 B "\t" R3 B "\n",
	HEAD "target\texec-1\n" ENTRY "-\t-\t" R3 B "\ntarget\twebhook-1\n", 0},
    {"a reminder", HEAD ENTRY D1 "\t-\n",
	HEAD "target\texec-1\n" ENTRY D1 "\t-\ntarget\twebhook-1\n", 0},
    {"of one key the last line counts",
	HEAD ENTRY "-\t-\t" R1 B "\n" ENTRY R1 TOLD "\n" ENTRY E2 "\t-\n",
	HEAD "target\texec-1\n" ENTRY                          E2 "\t-\ntarget\twebhook-1\n", 0},
    {"a last line that was cut", HEAD ENTRY R1 TOLD "\n" ENTRY "2-0:0:p/al",
	HEAD "target\texec-1\n" ENTRY R1 TOLD "\ntarget\twebhook-1\n", 0},
    {"a target that is no more", HEAD "target\texec-9\nentry\texec-9\t" R1 TOLD "\n", HEAD BOTH, 1},
    {"the day of reminders that were made", HEAD "reminded\t2026-07-01\n",
	HEAD "reminded\t2026-07-01\n" BOTH, 0},
    {"of days the last line counts", HEAD "reminded\t2026-07-01\nreminded\t2026-07-02\n",
	HEAD "reminded\t2026-07-02\n" BOTH, 0},
    {"a day whose line was cut", HEAD "reminded\t2026-07-0", HEAD BOTH, 0},
    {"a day that does not exist", HEAD "reminded\t2026-02-30\n", "line 2: it is damaged", 0},
    {"a day before all plans", HEAD "reminded\t1970-01-01\n", "line 2: it is damaged", 0},
    {"a day with more", HEAD "reminded\t2026-07-01\tx\n", "line 2: it is damaged", 0},
    {"another program's", "hello\n", "line 1: got 'hello', expected " OF_PLAN, 0},
    {"another version's", "tuijin-notify 2 p\n",
	"line 1: got 'tuijin-notify 2 p', expected " OF_PLAN, 0},
    {"another plan's", "tuijin-notify 1 q\n", "line 1: it is of plan q, not p", 0},
    {"no line", "tuijin", "line 1: got 'tuijin', expected " OF_PLAN, 0},
    {"an empty line", HEAD "\n", "line 2: it is damaged", 0},
    {"another word", HEAD "target\texec-1\nentri\texec-1\t" R1 TOLD "\n", "line 3: it is damaged",
	0},
    {"a target with more", HEAD "target\texec-1\tx\n", "line 2: it is damaged", 0},
    {"a target without a name", HEAD "target\t\n", "line 2: it is damaged", 0},
    {"too few fields", HEAD ENTRY R1 "\n", "line 2: it is damaged", 0},
    {"a field too many", HEAD ENTRY R1 TOLD "\tx\n", "line 2: it is damaged", 0},
    {"too many that wait", HEAD ENTRY "-\t-\t" R1 B "\t" E2 B "\t" R3 B "\t" E4 B "\n",
	"line 2: it is damaged", 0},
    {"nothing known", HEAD ENTRY "-\t-\n", "line 2: it is damaged", 0},
    {"a raise that was told, without its body", HEAD ENTRY R1 "\t-\n", "line 2: it is damaged", 0},
    {"an end that was told, with one", HEAD ENTRY E2 B "\n", "line 2: it is damaged", 0},
    {"a body without what was told", HEAD ENTRY "-" B "\t" R1 B "\n", "line 2: it is damaged", 0},
    {"a body that is none", HEAD ENTRY "-\t-\t" R1 "\tx\n", "line 2: it is damaged", 0},
    {"one that waits without a body", HEAD ENTRY "-\t-\t" R1 "\t-\n", "line 2: it is damaged", 0},
    {"of two keys", HEAD ENTRY R1 TOLD "\t2-0:0:p/alert/resolved/help/task/2/" B "\n",
	"line 2: it is damaged", 0},
    {"not in order", HEAD ENTRY R3 TOLD "\t" E2 B "\n", "line 2: it is damaged", 0},
    {"the same twice", HEAD ENTRY "-\t-\t" R1 B "\t" R1 B "\n", "line 2: it is damaged", 0},
    {"of another plan", HEAD ENTRY "1-0:0:q/alert/help/task/1/" TOLD "\n", "line 2: it is damaged",
	0},
    {"that waits, of another plan", HEAD ENTRY "-\t-\t1-0:0:q/alert/help/task/1/" B "\n",
	"line 2: it is damaged", 0},
};

static void
check_text(void **state)
{
	const struct text_case *c = *state;
	struct notify_books     b = {.plan = "p",
		.at = {{.name = "exec-1", .queue = notify_queue_new(1)},
		    {.name = "webhook-1", .queue = notify_queue_new(2)}},
		.count = 2};
	struct buf              got = {0};
	struct err              err = {0};
	size_t                  lost = 99;
	int                     rc = notify_text_parse(text_of(c->file), &b, &lost, &err);

	if (rc == 0) {
		notify_text_all(&got, &b);
		buf_add(&got, "", 1);
		assert_string_equal(got.at, c->want);
		assert_int_equal(lost, c->want_lost);
		assert_int_equal(b.at[0].known, strstr(c->file, "target\texec-1") != NULL);
	} else {
		assert_string_equal(err.msg, c->want);
		assert_int_equal(err.code, ERR_CONFIG);
	}
	notify_queue_free(b.at[0].queue);
	notify_queue_free(b.at[1].queue);
	buf_fini(&got);
}

CASES_MAIN(cases, check_text)
