#include "core/wire_reply.h"

#include <stdlib.h>

#include "tests/cases.h"
#include "tests/plan_file.h"
#include "tests/report_equal.h"

#define TEXT(s)  ((struct text){(s), sizeof(s) - 1})
#define BYTES(s) (s), sizeof(s) - 1

#define TEN(s) s s s s s s s s s s

#define NOW INT64_C(1774951200000)

/* Pairs of replies, in MessagePack. */
#define V "\xa1v\x01"
#define ACK                                                                                        \
	"\xa4kind\xa3"                                                                             \
	"ack"
#define ERROR                                                                                      \
	"\xa4kind\xa5"                                                                             \
	"error"
#define PONG   "\xa4kind\xa4pong"
#define STATUS "\xa4kind\xa6status"
#define PLAN   "\xa4plan\xa4tiny"
#define SEQ    "\xa3seq\xcd\x04\x12" /* 1042 */
#define POSITION                                                                                   \
	"\xa8position\xaf"                                                                         \
	"1774951200123-0"
#define DURABILITY                                                                                 \
	"\xaa"                                                                                     \
	"durability\xa5"                                                                           \
	"fsync"
#define RESULTS   "\xa7results"
#define RESULT(w) "\xa6result" w
#define CODE(w)                                                                                    \
	"\xa4"                                                                                     \
	"code" w
#define MESSAGE "\xa7message"
#define OBLIGATIONS                                                                                \
	"\xab"                                                                                     \
	"obligations"
#define INSTANT  "\xcf\x00\x00\x01\x9d\x43\x55\xf5\x00" /* NOW */
#define TASK     "\xa4task"
#define ROLE(w)  "\xa4role" w
#define STATE(w) "\xa5state" w
#define NO_WORD                                                                                    \
	"\xa7percent\xc0\xa2"                                                                      \
	"at\xc0\xa8received\xc0"
#define WORD                                                                                       \
	"\xa7percent\xcb\x40\x4f\x46\x66\x66\x66\x66\x66\xa2"                                      \
	"at" INSTANT "\xa8received\xcf\x00\x00\x01\x9d\x43\x55\xf5\x79"

#define ACK_OF(results) "\x87" V ACK PLAN SEQ POSITION DURABILITY RESULTS results
#define STATUS_OF(list)                                                                            \
	"\x85" V STATUS PLAN "\xa6"                                                                \
	"agency\xa3"                                                                               \
	"sta" OBLIGATIONS list

static const struct position position = {1774951200123, 0};

/* Agency sta participates in task 1 and leads tasks 2 and 4; mof has the rest. */
static const char tiny[] = "format: 1\n"
			   "id: tiny\n"
			   "revision: 1\n"
			   "title: {zh: 小}\n"
			   "starts: 2026-01-01\n"
			   "ends: 2026-12-31\n"
			   "utc_offset: \"+08:00\"\n"
			   "reporting: {every: quarter, due_days: 10}\n"
			   "office: mof\n"
			   "agencies:\n"
			   "  - {id: mof, zh: 财}\n"
			   "  - {id: sta, zh: 税}\n"
			   "chapters:\n"
			   "  - number: 1\n"
			   "    zh: 章\n"
			   "    tasks:\n"
			   "      - {number: 1, zh: 一, duty: shared, agencies: [mof, sta]}\n"
			   "      - {number: 2, zh: 二, duty: lead, agencies: [sta]}\n"
			   "      - {number: 3, zh: 三, duty: lead, agencies: [mof]}\n"
			   "      - {number: 4, zh: 四, duty: lead, agencies: [sta, mof]}\n";

/* clang-format off */
static struct result_case {
	const char         *name;
	struct reply_result result;
	const char         *want;
	size_t              want_len;
} results[] = {
	{"accepted", {true, 1, REPORT_ACCEPTED}, BYTES("\x82" TASK "\x01" RESULT("\xa8" "accepted"))},
	{"duplicate", {true, 200, REPORT_DUPLICATE}, BYTES("\x82" TASK "\xcc\xc8" RESULT("\xa9" "duplicate"))},
	{"superseded", {true, 1, REPORT_SUPERSEDED}, BYTES("\x82" TASK "\x01" RESULT("\xaasuperseded"))},
	{"conflict", {true, 1, REPORT_CONFLICT}, BYTES("\x82" TASK "\x01" RESULT("\xa8" "conflict"))},
	{"rejected", {true, 200, REPORT_REJECTED, REPORT_UNKNOWN_TASK, TEXT("plan tiny has no task 200")},
	    BYTES("\x84" TASK "\xcc\xc8" RESULT("\xa8rejected") CODE("\xacunknown_task") MESSAGE "\xb9plan tiny has no task 200")},
	{"rejected, the task unknown", {false, 0, REPORT_REJECTED, REPORT_BAD_FIELD, TEXT("x")},
	    BYTES("\x84" TASK "\xc0" RESULT("\xa8rejected") CODE("\xa9" "bad_field") MESSAGE "\xa1x")},
};

#define LEADS_2 "\x87" TASK "\x02" ROLE("\xa4lead") SEQ STATE("\xabin_progress") WORD

static struct broken_case {
	const char *name;
	const char *bytes;
	size_t      len;
	const char *want_message;
} broken[] = {
	{"no bytes", BYTES(""), "reply: no bytes at all"},
	{"a header bomb", BYTES("\xdd\x01\x00\x00\x00"), "reply: byte 5: array of 16777216 in the 0 bytes left"},
	{"two replies", BYTES("\x80\x80"), "reply: byte 1: 1 bytes follow the object"},
	{"not a map", BYTES("\x91\x01"), "reply: v: got nothing, expected 1"},
	{"a version we do not speak", BYTES("\x82\xa1v\x02" PONG), "reply: v: got 2, expected 1"},
	{"no kind", BYTES("\x81" V), "reply: kind: got nothing, expected ack, error, pong or status"},
	{"a request", BYTES("\x82" V "\xa4kind\xa4ping"), "reply: kind: got \"ping\", expected ack, error, pong or status"},
	{"an ack without plan", BYTES("\x82" V ACK), "reply: plan: got nothing, expected text of at most 64 bytes"},
	{"an ack whose seq is negative", BYTES("\x84" V ACK PLAN "\xa3seq\xff"), "reply: seq: got -1, expected a whole number up to 2^53-1"},
	{"an ack whose position is none", BYTES("\x85" V ACK PLAN SEQ "\xa8position\xa1x"), "reply: position: got \"x\", expected a position"},
	{"an ack without durability", BYTES("\x84" V ACK PLAN SEQ), "reply: durability: got nothing, expected text of at most 64 bytes"},
	{"an ack without results", BYTES("\x85" V ACK PLAN SEQ DURABILITY), "reply: results: got nothing, expected an array of at most 500"},
	{"501 results", BYTES(ACK_OF("\xdc\x01\xf5\xc0" TEN(TEN("\xc0\xc0\xc0\xc0\xc0")))),
	    "reply: results: got an array of 501, expected an array of at most 500"},
	{"a result that is nil", BYTES(ACK_OF("\x91\xc0")), "reply: results[0].result: got nothing, expected a result of the protocol"},
	{"a result nobody knows", BYTES(ACK_OF("\x92\x82" TASK "\x01" RESULT("\xa8" "accepted") "\x82" TASK "\x02" RESULT("\xa2ok"))),
	    "reply: results[1].result: got \"ok\", expected a result of the protocol"},
	{"a result whose task is text", BYTES(ACK_OF("\x91\x82" TASK "\xa1x" RESULT("\xa8" "accepted"))),
	    "reply: results[0].task: got \"x\", expected a task's number or nil"},
	{"a rejection without code", BYTES(ACK_OF("\x91\x82" TASK "\x01" RESULT("\xa8rejected"))),
	    "reply: results[0].code: got nothing, expected a code of the protocol"},
	{"a rejection without message", BYTES(ACK_OF("\x91\x83" TASK "\x01" RESULT("\xa8rejected") CODE("\xa4" "busy"))),
	    "reply: results[0].message: got nothing, expected text of at most 1048576 bytes"},
	{"an error without code", BYTES("\x82" V ERROR), "reply: code: got nothing, expected a code of the protocol"},
	{"an error without retry", BYTES("\x84" V ERROR CODE("\xa4" "busy") MESSAGE "\xa1x"), "reply: retry: got nothing, expected true or false"},
	{"an error with a wrong seq", BYTES("\x86" V ERROR "\xa3seq\xa1x" CODE("\xa4" "busy") MESSAGE "\xa1x\xa5retry\xc3"),
	    "reply: seq: got \"x\", expected a whole number up to 2^53-1"},
	{"a pong without time", BYTES("\x83" V PONG "\xa7version\xa1x"), "reply: time: got nothing, expected a whole number up to 2^53-1"},
	{"a status without obligations", BYTES("\x83" V STATUS PLAN), "reply: obligations: got nothing, expected an array of at most 10000"},
	{"an obligation that is no map", BYTES(STATUS_OF("\x91\x05")), "reply: obligations[0].task: got nothing, expected a task's number"},
	{"the second obligation without role", BYTES(STATUS_OF("\x92" LEADS_2 "\x81" TASK "\x03")),
	    "reply: obligations[1].role: got nothing, expected text of at most 64 bytes"},
	{"a state nobody knows", BYTES(STATUS_OF("\x91\x84" TASK "\x02" ROLE("\xa4lead") SEQ STATE("\xa4" "done"))),
	    "reply: obligations[0].state: got \"done\", expected a state of the protocol"},
	{"reported without percent", BYTES(STATUS_OF("\x91\x87" TASK "\x02" ROLE("\xa4lead") SEQ STATE("\xabin_progress") NO_WORD)),
	    "reply: obligations[0].percent: got nothing, expected 0 to 100 with at most two decimals"},
};
/* clang-format on */

static void
assert_bytes(const struct buf *got, const char *want, size_t want_len)
{
	assert_text_equal(buf_text(got), (struct text){want, want_len});
}

/* Decodes bytes that are a good reply; the caller frees it with free_reply(). */
static struct reply *
decode(const char *bytes, size_t len)
{
	struct reply *r = mem_zeroed(1, sizeof(*r));
	struct err    err = {0};

	if (wire_reply_decode(bytes, len, r, &err) != 0)
		fail_msg("%s", err.msg);
	return r;
}

static void
free_reply(struct reply *r)
{
	reply_fini(r);
	free(r);
}

static void
check_result(void **state)
{
	const struct result_case *c = *state;
	struct buf                b = {0};
	struct reply             *r;

	wire_ack_result(&b, &c->result);
	assert_bytes(&b, c->want, c->want_len);

	buf_reset(&b);
	buf_add(&b, BYTES(ACK_OF("\x91")));
	buf_add(&b, c->want, c->want_len);
	r = decode(b.at, b.len);
	assert_int_equal(r->count, 1);
	assert_int_equal(r->results[0].task_known, c->result.task_known);
	assert_int_equal(r->results[0].task, c->result.task);
	assert_int_equal(r->results[0].verdict, c->result.verdict);
	assert_int_equal(r->results[0].code, c->result.code);
	assert_text_equal(r->results[0].message, c->result.message);
	free_reply(r);
	buf_fini(&b);
}

static void
check_ack(void **state)
{
	struct buf    b = {0};
	struct reply *r;

	(void)state;
	wire_ack_begin(&b, TEXT("tiny"), 1042, &position, DURABILITY_FSYNC, 0);
	assert_bytes(&b, BYTES(ACK_OF("\x90")));
	r = decode(b.at, b.len);
	assert_int_equal(r->kind, REPLY_ACK);
	assert_text_equal(r->plan, TEXT("tiny"));
	assert_true(r->seq_known);
	assert_int_equal(r->seq, 1042);
	assert_true(r->position_known);
	assert_text_equal(r->position, TEXT("1774951200123-0"));
	assert_text_equal(r->durability, TEXT("fsync"));
	assert_int_equal(r->count, 0);
	free_reply(r);

	buf_reset(&b);
	wire_ack_begin(&b, TEXT("tiny"), 1042, NULL, DURABILITY_EVERYSEC, 500);
	assert_bytes(&b,
	    BYTES("\x86" V ACK PLAN SEQ "\xaa"
		  "durability\xa8"
		  "everysec" RESULTS "\xdc\x01\xf4"));
	buf_reset(&b);
	wire_ack_begin(&b, TEXT("tiny"), 1042, NULL, DURABILITY_NONE, 0);
	r = decode(b.at, b.len);
	assert_false(r->position_known);
	assert_text_equal(r->durability, TEXT("none"));
	free_reply(r);
	buf_fini(&b);
}

static void
check_error(void **state)
{
	struct refusal why = {REPORT_UNAVAILABLE, "away"};
	uint64_t       seq = 1042;
	struct buf     b = {0};
	struct reply  *r;

	(void)state;
	wire_error_encode(&b, &seq, &why);
	assert_bytes(&b,
	    BYTES("\x86" V ERROR SEQ CODE("\xabunavailable") MESSAGE "\xa4"
								     "away\xa5retry\xc3"));
	r = decode(b.at, b.len);
	assert_int_equal(r->kind, REPLY_ERROR);
	assert_true(r->seq_known);
	assert_int_equal(r->seq, 1042);
	assert_int_equal(r->code, REPORT_UNAVAILABLE);
	assert_text_equal(r->message, TEXT("away"));
	assert_true(r->retry);
	free_reply(r);

	buf_reset(&b);
	why.code = REPORT_TOO_LARGE;
	wire_error_encode(&b, NULL, &why);
	assert_bytes(&b,
	    BYTES("\x85" V ERROR CODE("\xa9too_large") MESSAGE "\xa4"
							       "away\xa5retry\xc2"));
	r = decode(b.at, b.len);
	assert_false(r->seq_known);
	assert_false(r->retry);
	free_reply(r);
	buf_fini(&b);
}

static void
check_pong(void **state)
{
	struct buf    b = {0};
	struct reply *r;

	(void)state;
	wire_pong_encode(&b, "0.1.0", NOW);
	assert_bytes(&b,
	    BYTES("\x84" V PONG "\xa7version\xa5"
		  "0.1.0\xa4time" INSTANT));
	r = decode(b.at, b.len);
	assert_int_equal(r->kind, REPLY_PONG);
	assert_text_equal(r->version, TEXT("0.1.0"));
	assert_int_equal(r->time_ms, NOW);
	free_reply(r);
	buf_fini(&b);
}

/* sta has heard of nothing for task 1, reported on 2 and withdrawn from 4. */
static struct book *
tiny_book(const struct plan *p)
{
	const struct book_slot reported = {1042, 0xfeed, NOW, NOW + 121, REPORT_IN_PROGRESS, 6255};
	const struct book_slot withdrawn = {1043, 0xfeed, NOW, NOW + 121, REPORT_UNREPORTED, 0};
	struct book           *b = book_new(p);
	uint32_t               sta = plan_find_agency(p, TEXT("sta"));

	book_set(b, book_find(b, 1, sta, false), &reported);
	book_set(b, book_find(b, 3, sta, false), &withdrawn);
	return b;
}

static void
check_status(void **state)
{
	struct plan  *p = plan_from_text(tiny, sizeof(tiny) - 1);
	struct book  *book = tiny_book(p);
	struct buf    b = {0};
	struct reply *r;

	(void)state;
	wire_obligations_encode(&b, p, plan_find_agency(p, TEXT("sta")), book);
	assert_bytes(&b,
	    BYTES(STATUS_OF(
		"\x93\x87" TASK "\x01" ROLE("\xabparticipant") "\xa3seq\x00" STATE("\xaaunreported")
		    NO_WORD LEADS_2 "\x87" TASK "\x04" ROLE("\xa4lead") "\xa3seq\xcd\x04\x13" STATE(
			"\xaaunreported") NO_WORD)));
	r = decode(b.at, b.len);
	assert_int_equal(r->kind, REPLY_STATUS);
	assert_text_equal(r->plan, TEXT("tiny"));
	assert_int_equal(r->count, 3);
	assert_int_equal(r->obligations[0].task, 1);
	assert_false(r->obligations[0].lead);
	assert_int_equal(r->obligations[0].seq, 0);
	assert_int_equal(r->obligations[0].state, REPORT_UNREPORTED);
	assert_int_equal(r->obligations[1].task, 2);
	assert_true(r->obligations[1].lead);
	assert_int_equal(r->obligations[1].seq, 1042);
	assert_int_equal(r->obligations[1].state, REPORT_IN_PROGRESS);
	assert_int_equal(r->obligations[1].percent, 6255);
	assert_int_equal(r->obligations[1].at_ms, NOW);
	assert_int_equal(r->obligations[1].received_ms, NOW + 121);
	assert_int_equal(r->obligations[2].task, 4);
	assert_int_equal(r->obligations[2].seq, 1043);
	assert_int_equal(r->obligations[2].state, REPORT_UNREPORTED);
	free_reply(r);
	buf_fini(&b);
	book_free(book);
	plan_free(p);
}

/* The largest plan there may be: its status is more objects than a message has. */
static void
check_large_status(void **state)
{
	struct buf    b = {0};
	struct err    err = {0};
	struct reply *r;

	(void)state;
	buf_add(&b, BYTES(STATUS_OF("\xdc\x27\x10")));
	for (int i = 0; i < 10000; i++)
		buf_add(&b, BYTES(LEADS_2));
	r = decode(b.at, b.len);
	assert_int_equal(r->count, 10000);
	assert_int_equal(r->obligations[9999].percent, 6255);
	reply_fini(r);

	buf_add(&b, BYTES(LEADS_2));
	b.at[b.len - 10001 * (sizeof(LEADS_2) - 1) - 1] = 0x11;
	assert_int_equal(wire_reply_decode(b.at, b.len, r, &err), -1);
	assert_string_equal(err.msg,
	    "reply: obligations: got an array of 10001, expected an array of at most 10000");
	free_reply(r);
	buf_fini(&b);
}

static void
check_broken(void **state)
{
	const struct broken_case *c = *state;
	struct reply             *r = mem_zeroed(1, sizeof(*r));
	struct err                err = {0};

	assert_int_equal(wire_reply_decode(c->bytes, c->len, r, &err), -1);
	assert_string_equal(err.msg, c->want_message);
	assert_int_equal(err.code, ERR_INPUT);
	assert_null(r->obligations);
	free(r);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(results) + COUNT(broken) + 5] = {
	    {.name = "an ack, with and without position", .test_func = check_ack},
	    {.name = "an error, with and without seq", .test_func = check_error},
	    {.name = "a pong", .test_func = check_pong},
	    {.name = "the status of an agency", .test_func = check_status},
	    {.name = "the status of 10000 obligations, not one more",
		.test_func = check_large_status},
	};
	size_t n = 5;

	CASES_ADD(tests, n, results, check_result);
	CASES_ADD(tests, n, broken, check_broken);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
