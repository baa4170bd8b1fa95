/*
 * prop_wire [seed [rounds]] -- reports come back from the wire as they went, and
 * no bytes, however mutated, decode to what the contract forbids.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/mem.h"
#include "core/wire_message.h"
#include "core/wire_reply.h"
#include "tests/report_equal.h"
#include "tests/report_limits.h"

#define ROUNDS_DEFAULT 12000
#define ENTRIES_MAX    4
#define MUTANTS        20 /* of each message */
#define SCRATCH_BYTES  ((size_t)64 << 10)

static uint64_t rounds, random_state;

/* Of the texts of one message. */
static char   scratch[SCRATCH_BYTES];
static size_t scratch_used;

/* splitmix64 */
static uint64_t
draw(uint64_t below)
{
	uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % below;
}

/* A text of min .. max bytes, mostly short, with characters of every width. */
static struct text
draw_text(size_t min, size_t max)
{
	static const char *const pieces[] = {"a", "Z", " ", "~", "\n", "\t", "\xc2\xa0", "\xc3\xa9",
	    "\xe6\x8e\xa8", "\xe8\xbf\x9b", "\xef\xbc\x8c", "\xf0\x9d\x8c\x86"};
	size_t want = draw(4) == 0 ? max : min + draw(max - min < 40 ? max - min + 1 : 40);
	char  *start = scratch + scratch_used, *p = start;

	while ((size_t)(p - start) < want) {
		const char *piece = pieces[draw(COUNT(pieces))];
		size_t      n = strlen(piece);

		if ((size_t)(p - start) + n > want) {
			piece = "x";
			n = 1;
		}
		memcpy(p, piece, n);
		p += n;
	}
	scratch_used += want;
	return want > 0 ? (struct text){start, want} : (struct text){0};
}

static void
draw_status(struct report *r)
{
	r->state = (enum report_state)(REPORT_NOT_STARTED + draw(4));
	r->percent = (uint32_t)(draw(3) == 0 ? 100 * draw(101) : draw(10001));
	r->help = draw(2) == 0;
	r->summary = draw_text(0, 2000);
	r->problems = draw_text(0, 1000);
	r->next_steps = draw_text(0, 1000);
	r->evidence_count = (uint32_t)(draw(3) == 0 ? draw(17) : 0);
	for (uint32_t i = 0; i < r->evidence_count; i++)
		r->evidence[i] = (struct report_evidence){draw_text(1, 200), draw_text(1, 500)};
}

static void
draw_report(struct report *r)
{
	*r = (struct report){.kind = (enum report_kind)draw(REPORT_KINDS), .task_known = true};
	r->task = (uint32_t)(1 + draw(draw(2) == 0 ? 106 : UINT32_MAX));
	r->at_ms = (int64_t)draw(REPORT_SEQ_MAX + 1);
	if (r->kind == REPORT_STATUS)
		draw_status(r);
	if (r->kind == REPORT_DISPOSITION) {
		r->disposition = (enum report_disposition)draw(REPORT_DISPOSITIONS);
		r->reason = draw_text(0, 500);
	}
}

static void
assert_entries(const struct message *m, const struct report *sent, uint32_t count)
{
	struct report  got;
	struct refusal why;
	uint32_t       next = 0;

	for (int rulings = 0; rulings <= 1; rulings++) {
		for (uint32_t i = 0; i < count; i++) {
			if ((sent[i].kind == REPORT_DISPOSITION) != (rulings == 1))
				continue;
			assert_int_equal(wire_entry_decode(m, next++, &got, &why), 0);
			assert_report_equal(&got, &sent[i]);
		}
	}
	assert_int_equal(next, m->report_count + m->disposition_count);
}

static void
comes_back(struct wire_decoder *d, struct buf *b, uint64_t round)
{
	struct report  sent[ENTRIES_MAX];
	struct message m;
	struct refusal why;
	uint32_t       count = (uint32_t)(1 + draw(ENTRIES_MAX));

	scratch_used = 0;
	for (uint32_t i = 0; i < count; i++)
		draw_report(&sent[i]);
	buf_reset(b);
	wire_report_encode(b, text_of("ipr-2026"), text_of("cnipa"), 1 + round, sent, count);
	assert_int_equal(wire_message_decode(d, b->at, b->len, &m, &why), 0);
	assert_int_equal(m.kind, MESSAGE_REPORT);
	assert_text_equal(m.plan, text_of("ipr-2026"));
	assert_text_equal(m.agency, text_of("cnipa"));
	assert_int_equal(m.seq, 1 + round);
	assert_entries(&m, sent, count);
}

/* Changes, removes, doubles or inserts some of the bytes of b. */
static void
mutate(struct buf *b)
{
	static const unsigned char special[] = {0xc0, 0xc1, 0xc4, 0xca, 0xcb, 0xcf, 0xd3, 0xd9,
	    0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0x80, 0x90, 0xa0, 0xff, 0x00, 0x7f};
	size_t                     at = draw(b->len), n = 1 + draw(8);
	char                       byte = (char)draw(256);

	switch (draw(5)) {
	case 0:
		b->at[at] = byte;
		break;
	case 1:
		b->at[at] = (char)special[draw(COUNT(special))];
		break;
	case 2:
		b->at[at] = (char)(b->at[at] + (draw(2) == 0 ? 1 : -1));
		break;
	case 3:
		n = n < b->len - at ? n : b->len - at;
		memmove(b->at + at, b->at + at + n, b->len - at - n);
		b->len -= n;
		break;
	default:
		buf_grow(b, n);
		memmove(b->at + at + n, b->at + at, b->len - at);
		b->len += n;
	}
}

static void
take_message(struct wire_decoder *d, const char *bytes, size_t len)
{
	struct message m;
	struct refusal why = {0};
	struct report  r;

	if (wire_message_decode(d, bytes, len, &m, &why) != 0) {
		assert_true(refusal_keeps_limits(&why));
		return;
	}
	assert_true(message_keeps_limits(&m));
	for (uint32_t i = 0; i < m.report_count + m.disposition_count; i++) {
		if (wire_entry_decode(&m, i, &r, &why) == 0)
			assert_true(report_keeps_limits(&r));
		else
			assert_true(refusal_keeps_limits(&why));
	}
}

/* Feeds mutants of b's bytes to take(), each in a block that ends where it ends. */
static void
survives(const struct buf *b, struct wire_decoder *d,
    void (*take)(struct wire_decoder *d, const char *bytes, size_t len))
{
	struct buf mutant = {0};

	buf_add(&mutant, b->at, b->len);
	for (int i = 0; i < MUTANTS && mutant.len > 0; i++) {
		char *tight;

		mutate(&mutant);
		tight = mem_resized(NULL, mutant.len, 1);
		memcpy(tight, mutant.at, mutant.len);
		take(d, tight, mutant.len);
		free(tight);
		if (draw(4) == 0) {
			buf_reset(&mutant);
			buf_add(&mutant, b->at, b->len);
		}
	}
	buf_fini(&mutant);
}

static void
take_reply(struct wire_decoder *d, const char *bytes, size_t len)
{
	static struct reply r;
	struct err          err = {0};

	(void)d;
	if (wire_reply_decode(bytes, len, &r, &err) != 0) {
		assert_int_equal(err.code, ERR_INPUT);
		assert_true(strlen(err.msg) > 0);
		return;
	}
	assert_true(r.count <= (r.kind == REPLY_STATUS ? 10000 : r.kind == REPLY_ACK ? 500 : 0));
	reply_fini(&r);
}

static void
draw_ack(struct buf *b, uint64_t round)
{
	const struct position position = {1774951200123, draw(3)};
	uint32_t              count = (uint32_t)draw(8);

	scratch_used = 0;
	buf_reset(b);
	wire_ack_begin(b, text_of("ipr-2026"), 1 + round, draw(2) == 0 ? &position : NULL,
	    DURABILITY_FSYNC, count);
	for (uint32_t i = 0; i < count; i++)
		wire_ack_result(b,
		    &(struct reply_result){draw(4) != 0, (uint32_t)draw(200),
			(enum report_verdict)draw(REPORT_VERDICTS), REPORT_BAD_FIELD,
			draw_text(0, 100)});
}

static void
test_wire(void **state)
{
	static struct reply  reply;
	struct wire_decoder *d = wire_decoder_new();
	struct buf           b = {0};

	(void)state;
	for (uint64_t round = 0; round < rounds; round++) {
		comes_back(d, &b, round);
		survives(&b, d, take_message);
		draw_ack(&b, round);
		assert_int_equal(wire_reply_decode(b.at, b.len, &reply, NULL), 0);
		reply_fini(&reply);
		survives(&b, d, take_reply);
	}
	buf_fini(&b);
	wire_decoder_free(d);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    {.name = "what is sent comes back; mutants keep the limits", .test_func = test_wire}};
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)time(NULL);

	rounds = argc > 2 ? strtoull(argv[2], NULL, 10) : ROUNDS_DEFAULT;
	random_state = seed;
	printf("seed %" PRIu64 "\n", seed);
	fflush(stdout);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
