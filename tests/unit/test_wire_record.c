#include "core/wire_record.h"

#include "tests/cases.h"
#include "tests/hex.h"

#define AT       INT64_C(1774951200000)
#define RECEIVED INT64_C(1774951200121)
#define TEXT(s)  ((struct text){(s), sizeof(s) - 1})

/* clang-format off */
/* The bytes and digests were made by another MessagePack library and another FNV. */
static struct record_case {
	const char   *name;
	struct record record;
	const char   *hex;
	uint64_t      digest;
} records[] = {
	{"a status with every field but one",
	    {1774951200000000, RECEIVED, TEXT("sta"), {REPORT_STATUS, true, 17, AT,
		.state = REPORT_IN_PROGRESS, .percent = 3333, .help = true,
		.summary = TEXT("细则已发布"), .next_steps = TEXT("八月前完成"), .evidence_count = 2,
		.evidence = {{TEXT("实施细则"), TEXT("https://example.org/17")}, {TEXT("b"), TEXT("c")}}}},
	    "95 01 cf00064e4f07c50800 cf0000019d4355f579 a3737461"
	    " 9a 00 11 cf0000019d4355f500 ab696e5f70726f6772657373 cd0d05 c3"
	    " afe7bb86e58899e5b7b2e58f91e5b883 c0 afe585abe69c88e5898de5ae8ce68890"
	    " 92 92 ace5ae9ee696bde7bb86e58899 b668747470733a2f2f6578616d706c652e6f72672f3137 92 a162 a163",
	    UINT64_C(0xedc31419591da4fb)},
	{"a status of nothing but what it must have",
	    {1, RECEIVED, TEXT("mof"), {REPORT_STATUS, true, 17, AT,
		.state = REPORT_COMPLETED, .percent = 10000}},
	    "95 01 01 cf0000019d4355f579 a36d6f66 95 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710",
	    UINT64_C(0xcd98424d520fbd05)},
	{"absent fields before a present one are kept, those behind it cut off",
	    {2, RECEIVED, TEXT("mof"), {REPORT_STATUS, true, 17, AT,
		.state = REPORT_BLOCKED, .percent = 5000, .problems = TEXT("no budget")}},
	    "95 01 02 cf0000019d4355f579 a36d6f66 98 00 11 cf0000019d4355f500 a7626c6f636b6564 cd1388"
	    " c2 c0 a96e6f20627564676574",
	    UINT64_C(0x671495399512ee8)},
	{"evidence and nothing else",
	    {2, RECEIVED, TEXT("mof"), {REPORT_STATUS, true, 17, AT, .state = REPORT_NOT_STARTED,
		.evidence_count = 1, .evidence = {{TEXT("b"), TEXT("c")}}}},
	    "95 01 02 cf0000019d4355f579 a36d6f66 9a 00 11 cf0000019d4355f500 ab6e6f745f73746172746564"
	    " 00 c2 c0 c0 c0 91 92 a162 a163",
	    UINT64_C(0x6d36d8d9b2a50122)},
	{"a withdrawal",
	    {3, RECEIVED, TEXT("mof"), {REPORT_WITHDRAWAL, true, 17, AT}},
	    "95 01 03 cf0000019d4355f579 a36d6f66 93 01 11 cf0000019d4355f500",
	    UINT64_C(0x2df459105d7a1bb2)},
	{"a ruling without a reason",
	    {4, RECEIVED, TEXT("jco"), {REPORT_DISPOSITION, true, 27, AT, .disposition = REPORT_VERIFIED}},
	    "95 01 04 cf0000019d4355f579 a36a636f 94 02 1b cf0000019d4355f500 a87665726966696564",
	    UINT64_C(0xc3c77021d13e513e)},
	{"a ruling with a reason",
	    {5, RECEIVED, TEXT("jco"), {REPORT_DISPOSITION, true, 27, AT, .disposition = REPORT_RETURNED,
		.reason = TEXT("not yet")}},
	    "95 01 05 cf0000019d4355f579 a36a636f 95 02 1b cf0000019d4355f500 a872657475726e6564"
	    " a76e6f7420796574",
	    UINT64_C(0xae387f8f7fe27f6)},
	{"a status said with a key, whose digest is that of one without",
	    {1, RECEIVED, TEXT("mof"), {REPORT_STATUS, true, 17, AT,
		.state = REPORT_COMPLETED, .percent = 10000}, TEXT("0123456789abcdef")},
	    "96 01 01 cf0000019d4355f579 a36d6f66 95 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710"
	    " b030313233343536373839616263646566",
	    UINT64_C(0xcd98424d520fbd05)},
	{"a withdrawal with a key",
	    {3, RECEIVED, TEXT("mof"), {REPORT_WITHDRAWAL, true, 17, AT}, TEXT("ffffffffffffffff")},
	    "96 01 03 cf0000019d4355f579 a36d6f66 93 01 11 cf0000019d4355f500"
	    " b066666666666666666666666666666666",
	    UINT64_C(0x2df459105d7a1bb2)},
	{"a ruling with a key",
	    {4, RECEIVED, TEXT("jco"), {REPORT_DISPOSITION, true, 27, AT, .disposition = REPORT_VERIFIED},
		TEXT("0000000000000000")},
	    "96 01 04 cf0000019d4355f579 a36a636f 94 02 1b cf0000019d4355f500 a87665726966696564"
	    " b030303030303030303030303030303030",
	    UINT64_C(0xc3c77021d13e513e)},
};

/* The same content written in another way than ours, or with more than we know. */
static struct lenient_case {
	const char *name;
	const char *hex;
	uint64_t    want_digest; /* of the bytes as they are */
} lenient[] = {
	{"further elements of the record",
	    "98 01 01 cf0000019d4355f579 a36d6f66 95 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710"
	    " c0 07 92c3a161", UINT64_C(0xcd98424d520fbd05)},
	{"a key that is nil",
	    "96 01 01 cf0000019d4355f579 a36d6f66 95 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710"
	    " c0", UINT64_C(0xcd98424d520fbd05)},
	{"a key that is empty",
	    "96 01 01 cf0000019d4355f579 a36d6f66 95 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710"
	    " a0", UINT64_C(0xcd98424d520fbd05)},
	{"further elements of the content",
	    "95 01 01 cf0000019d4355f579 a36d6f66 9c 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710"
	    " c2 c0 c0 c0 90 07 81a16101", UINT64_C(0x60553ee9bff08d35)},
	{"absent fields that are nil",
	    "95 01 01 cf0000019d4355f579 a36d6f66 9a 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710"
	    " c0 c0 c0 c0 c0", UINT64_C(0x532f10718c60c574)},
	{"absent fields that are empty",
	    "95 01 01 cf0000019d4355f579 a36d6f66 9a 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710"
	    " c2 a0 a0 a0 90", UINT64_C(0x5dc8dd64ede8586a)},
};

#define HEAD "95 01 01 cf0000019d4355f579 a36d6f66 "
#define BARE "95 00 11 cf0000019d4355f500 a9636f6d706c65746564 cd2710"
#define KEYED "96 01 01 cf0000019d4355f579 a36d6f66 " BARE " "

static struct refused_case {
	const char *name;
	const char *hex;
	const char *want;
} refused[] = {
	{"nothing", "", "record: no bytes at all"},
	{"a number", "01", "record: version: got nothing"},
	{"5 bytes that claim 2^32 elements", "dd ffffffff", "record: byte 5: array of 4294967295 in the 0 bytes left"},
	{"the same, one level down", "95 01 dd ffffffff", "record: byte 7: array of 4294967295 in the 0 bytes left"},
	{"cut inside the content", HEAD "95 00 11", "record: byte 17: array of 5 in the 2 bytes left"},
	{"a version of the future", "95 02 01 01 a16d " BARE, "record: version: must be 1: got 2"},
	{"seq 0", "95 01 00 01 a16d " BARE, "record: seq: got 0"},
	{"seq above 2^53-1", "95 01 cf0020000000000000 01 a16d " BARE, "record: seq: got 9007199254740992"},
	{"received below 0", "95 01 01 ff a16d " BARE, "record: received: got -1"},
	{"received above what a signed number holds", "95 01 01 cf8000000000000000 a16d " BARE,
	    "record: received: got 9223372036854775808"},
	{"agency is a number", "95 01 01 01 07 " BARE, "record: agency: got 7"},
	{"agency is empty", "95 01 01 01 a0 " BARE, "record: agency: got \"\""},
	{"agency is not UTF-8", "95 01 01 01 a1ff " BARE, "record: byte 5: text that is not UTF-8"},
	{"no content", "94 01 01 01 a16d", "record: kind: got nothing"},
	{"content is a map", HEAD "80", "record: kind: got nothing"},
	{"kind 3", HEAD "93 03 11 01", "record: kind: got 3"},
	{"task above 32 bits", HEAD "93 01 cf0000000100000000 01", "record: task: got 4294967296"},
	{"no at", HEAD "92 01 11", "record: at: got nothing"},
	{"state unreported", HEAD "95 00 11 01 aa756e7265706f72746564 00", "record: state: got \"unreported\""},
	{"state is a number", HEAD "95 00 11 01 02 00", "record: state: got 2"},
	{"no percent", HEAD "94 00 11 01 a9636f6d706c65746564", "record: percent: got nothing"},
	{"percent 100.01", HEAD "95 00 11 01 a9636f6d706c65746564 cd2711", "record: percent: got 10001"},
	{"percent is a float", HEAD "95 00 11 01 a9636f6d706c65746564 cb40c3880000000000", "record: percent: got 10000.0"},
	{"help is a number", HEAD "96 00 11 01 a9636f6d706c65746564 01 01", "record: help: got 1"},
	{"summary is a number", HEAD "97 00 11 01 a9636f6d706c65746564 01 c2 01", "record: summary: got 1"},
	{"problems is bytes", HEAD "98 00 11 01 a9636f6d706c65746564 01 c2 c0 c40161", "record: problems: got bytes"},
	{"next steps are an array", HEAD "99 00 11 01 a9636f6d706c65746564 01 c2 c0 c0 90",
	    "record: next_steps: got an array of 0"},
	{"evidence is a map", HEAD "9a 00 11 01 a9636f6d706c65746564 01 c2 c0 c0 c0 80", "record: evidence: got a map of 0"},
	{"evidence without a uri", HEAD "9a 00 11 01 a9636f6d706c65746564 01 c2 c0 c0 c0 91 91 a162",
	    "record: evidence: got an array of 1"},
	{"17 pieces of evidence", HEAD "9a 00 11 01 a9636f6d706c65746564 01 c2 c0 c0 c0"
	    " dc0011 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162"
	    " 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162 92a161a162",
	    "record: evidence: got an array of 17"},
	{"a ruling we do not know", HEAD "94 02 1b 01 a46d617962", "record: disposition: got \"mayb\""},
	{"reason is true", HEAD "95 02 1b 01 a46f70656e c3", "record: reason: got true"},
	{"key is a number", KEYED "07", "record: key: got 7"},
	{"key is bytes", KEYED "c410 30313233343536373839616263646566", "record: key: got bytes"},
	{"key of 15 digits", KEYED "af 303132333435363738396162636465", "record: key: got \"0123456789abcde\""},
	{"key of 17 digits", KEYED "b1 3031323334353637383961626364656630",
	    "record: key: got \"0123456789abcdef0\""},
	{"key in capitals", KEYED "b0 30313233343536373839414243444546", "record: key: got \"0123456789ABCDEF\""},
	{"a NUL in the key", KEYED "b0 30313233343536373839616263646500",
	    "record: key: got \"0123456789abcde\\x00\""},
	{"cut inside the key", KEYED "b0 3031", "record: byte 42: 16 bytes where 2 are left"},
};
/* clang-format on */

static void
assert_text(struct text got, struct text want)
{
	assert_int_equal(got.len, want.len);
	if (want.len > 0)
		assert_memory_equal(got.at, want.at, want.len);
}

static void
assert_record(const struct record *got, const struct record *want)
{
	const struct report *g = &got->report, *w = &want->report;

	assert_int_equal(got->seq, want->seq);
	assert_int_equal(got->received_ms, want->received_ms);
	assert_text(got->agency, want->agency);
	assert_text(got->key, want->key);
	assert_int_equal(g->kind, w->kind);
	assert_true(g->task_known);
	assert_int_equal(g->task, w->task);
	assert_int_equal(g->at_ms, w->at_ms);
	assert_int_equal(g->state, w->state);
	assert_int_equal(g->percent, w->percent);
	assert_int_equal(g->disposition, w->disposition);
	assert_int_equal(g->help, w->help);
	assert_text(g->summary, w->summary);
	assert_text(g->problems, w->problems);
	assert_text(g->next_steps, w->next_steps);
	assert_text(g->reason, w->reason);
	assert_int_equal(g->evidence_count, w->evidence_count);
	for (uint32_t i = 0; i < w->evidence_count; i++) {
		assert_text(g->evidence[i].title, w->evidence[i].title);
		assert_text(g->evidence[i].uri, w->evidence[i].uri);
	}
}

/* Decodes the first record in hex; *left is how many bytes follow it. */
static int
decode(const char *hex, struct record *rec, uint64_t *digest, size_t *left, struct err *e)
{
	static unsigned char bytes[1024]; /* the record's texts point into it */
	struct wire_records *w = wire_records_new();
	struct text          t = {(const char *)bytes, hex_read(hex, bytes, sizeof(bytes))};
	int                  rc = wire_record_decode(w, &t, rec, digest, e);

	*left = t.len;
	wire_records_free(w);
	return rc;
}

static void
check_encode(void **state)
{
	const struct record_case *c = *state;
	unsigned char             want[1024];
	char                      want_hex[2049], got_hex[2049];
	size_t                    want_len = hex_read(c->hex, want, sizeof(want));
	struct buf                out = {0};
	uint64_t                  digest;

	buf_add(&out, "before", 6);
	digest = wire_record_encode(&out, &c->record);
	assert_memory_equal(out.at, "before", 6);
	assert_string_equal(hex_write(out.at + 6, out.len - 6, got_hex, sizeof(got_hex)),
	    hex_write(want, want_len, want_hex, sizeof(want_hex)));
	assert_true(digest == c->digest);
	buf_fini(&out);
}

static void
check_decode(void **state)
{
	const struct record_case *c = *state;
	struct record             got;
	struct err                e = {0};
	uint64_t                  digest = 0;
	size_t                    left;

	assert_int_equal(decode(c->hex, &got, &digest, &left, &e), 0);
	assert_string_equal(e.msg, "");
	assert_int_equal(left, 0);
	assert_record(&got, &c->record);
	assert_true(digest == c->digest);
}

static void
check_lenient(void **state)
{
	const struct lenient_case *c = *state;
	struct record              got;
	struct err                 e = {0};
	struct buf                 out = {0};
	uint64_t                   digest = 0;
	size_t                     left;

	assert_int_equal(decode(c->hex, &got, &digest, &left, &e), 0);
	assert_int_equal(left, 0);
	assert_record(&got, &records[1].record);
	assert_int_equal(digest, c->want_digest);
	assert_true(wire_record_encode(&out, &got) == records[1].digest);
	buf_fini(&out);
}

static void
check_refused(void **state)
{
	const struct refused_case *c = *state;
	struct record              got;
	struct err                 e = {0};
	size_t                     left;

	assert_int_equal(decode(c->hex, &got, NULL, &left, &e), -1);
	assert_string_equal(e.msg, c->want);
	assert_int_equal(e.code, ERR_INPUT);
}

static void
check_back_to_back(void **state)
{
	struct wire_records *w = wire_records_new();
	struct buf           out = {0};
	struct record        got;
	struct text          rest;
	struct err           e = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(records); i++)
		wire_record_encode(&out, &records[i].record);
	rest = buf_text(&out);
	for (size_t i = 0; i < COUNT(records); i++) {
		assert_int_equal(wire_record_decode(w, &rest, &got, NULL, &e), 0);
		assert_record(&got, &records[i].record);
	}
	assert_int_equal(rest.len, 0);
	assert_int_equal(wire_record_decode(w, &rest, &got, NULL, &e), -1);
	buf_fini(&out);
	wire_records_free(w);
}

int
main(void)
{
	struct CMUnitTest tests[2 * COUNT(records) + COUNT(lenient) + COUNT(refused) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, records, check_encode);
	CASES_ADD(tests, n, records, check_decode);
	CASES_ADD(tests, n, lenient, check_lenient);
	CASES_ADD(tests, n, refused, check_refused);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(check_back_to_back);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
