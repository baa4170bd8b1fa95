#include "core/wire_message.h"

#include "tests/cases.h"
#include "tests/report_equal.h"

#define TEXT(s)  ((struct text){(s), sizeof(s) - 1})
#define BYTES(s) (s), sizeof(s) - 1

/* Pairs of messages, in MessagePack. */
#define V      "\xa1v\x01"
#define REPORT "\xa4kind\xa6report"
#define STATUS "\xa4kind\xa6status"
#define PLAN   "\xa4plan\xa8ipr-2026"
#define AGENCY                                                                                     \
	"\xa6"                                                                                     \
	"agency\xa5"                                                                               \
	"cnipa"
#define SEQ     "\xa3seq\xcd\x04\x12" /* 1042 */
#define REPORTS "\xa7reports"
#define RULINGS                                                                                    \
	"\xac"                                                                                     \
	"dispositions"
#define HEAD     V REPORT PLAN AGENCY SEQ
#define ENTRIES1 REPORTS "\x91\x80"

#define TASK "\xa4task\x1b"
#define STATE                                                                                      \
	"\xa5state\xab"                                                                            \
	"in_progress"
#define PERCENT "\xa7percent\x3e"
#define AT                                                                                         \
	"\xa2"                                                                                     \
	"at\xcf\x00\x00\x01\x9d\x43\x55\xf5\x00" /* 1774951200000 */
#define MUST            TASK STATE PERCENT AT
#define PERCENT_AS(hex) "\x84" TASK STATE "\xa7percent" hex AT

#define TEN(s)      s s s s s s s s s s
#define A500        TEN(TEN("aaaaa"))
#define ZH          "\xe6\x8e\xa8\xe8\xbf\x9b" /* 推进 */
#define NO_CONTROLS " bytes of text without control characters"

/* clang-format off */
static struct envelope_case {
	const char      *name;
	const char      *bytes;
	size_t           len;
	enum report_code want_code; /* REPORT_FINE: it decodes */
	const char      *want_message;
	struct message   want; /* what is known of it */
} envelopes[] = {
	{"a ping", BYTES("\x82" V "\xa4kind\xa4ping"), REPORT_FINE, "", {MESSAGE_PING}},
	{"a ping with things nobody knows", BYTES("\x84" V "\xa4kind\xa4ping\xa1x\x91\xc4\x01\xff\xa1y\xd4\x05x"),
	    REPORT_FINE, "", {MESSAGE_PING}},
	{"a status request", BYTES("\x84" V STATUS PLAN AGENCY), REPORT_FINE, "",
	    {MESSAGE_STATUS, true, true, false, TEXT("ipr-2026"), TEXT("cnipa")}},
	{"a report message of one", BYTES("\x86" HEAD ENTRIES1), REPORT_FINE, "",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042, 1, 0}},
	{"keys in another order", BYTES("\x86" ENTRIES1 SEQ AGENCY PLAN REPORT V), REPORT_FINE, "",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042, 1, 0}},
	{"dispositions alone", BYTES("\x87" HEAD REPORTS "\xc0" RULINGS "\x92\x80\x80"), REPORT_FINE, "",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042, 0, 2}},
	{"both lists", BYTES("\x87" HEAD ENTRIES1 RULINGS "\x92\x80\x80"), REPORT_FINE, "",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042, 1, 2}},
	{"the largest seq, as a signed integer",
	    BYTES("\x86" V REPORT PLAN AGENCY "\xa3seq\xd3\x00\x1f\xff\xff\xff\xff\xff\xff" ENTRIES1), REPORT_FINE, "",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 9007199254740991, 1, 0}},

	{"a header bomb", BYTES("\xdf\x01\x00\x00\x00"), REPORT_MALFORMED, "byte 5: map of 16777216 in the 0 bytes left", {0}},
	{"not a map", BYTES("\x92\x01\xa6report"), REPORT_MALFORMED, "not a map but an array of 2", {0}},
	{"nil", BYTES("\xc0"), REPORT_MALFORMED, "not a map but nothing", {0}},
	{"two messages", BYTES("\x82" V "\xa4kind\xa4ping\x80"), REPORT_MALFORMED, "byte 14: 1 bytes follow the object", {0}},

	{"an empty map", BYTES("\x80"), REPORT_BAD_FIELD, "v: got nothing, expected 1", {0}},
	{"v is text", BYTES("\x81\xa1v\xa1" "1"), REPORT_BAD_FIELD, "v: got \"1\", expected 1", {0}},
	{"v is negative", BYTES("\x81\xa1v\xff"), REPORT_BAD_FIELD, "v: got -1, expected 1", {0}},
	{"v is 1.0", BYTES("\x81\xa1v\xca\x3f\x80\x00\x00"), REPORT_BAD_FIELD, "v: got 1.0, expected 1", {0}},
	{"v is 2, with a kind and names nobody knows", BYTES("\x84\xa1v\x02\xa4kind\xa1x\xa4plan\x05" SEQ),
	    REPORT_UNSUPPORTED_VERSION, "v: got 2, expected 1", {.seq_known = true, .seq = 1042}},
	{"no kind", BYTES("\x81" V), REPORT_BAD_FIELD, "kind: got nothing, expected report, status or ping", {0}},
	{"kind is a number", BYTES("\x82" V "\xa4kind\x01"), REPORT_BAD_FIELD, "kind: got 1, expected report, status or ping", {0}},
	{"a kind nobody knows, without seq", BYTES("\x83" V "\xa4kind\xa7reports" PLAN),
	    REPORT_UNKNOWN_KIND, "kind: got \"reports\", expected report, status or ping",
	    {.plan_known = true, .plan = TEXT("ipr-2026")}},
	{"no plan", BYTES("\x85" V REPORT AGENCY SEQ ENTRIES1), REPORT_BAD_FIELD,
	    "plan: got nothing, expected text of 1 to 64 bytes",
	    {.agency_known = true, .seq_known = true, .agency = TEXT("cnipa"), .seq = 1042}},
	{"an empty plan", BYTES("\x83" V STATUS "\xa4plan\xa0"), REPORT_BAD_FIELD, "plan: got \"\", expected text of 1 to 64 bytes", {MESSAGE_STATUS}},
	{"a plan of 65 bytes", BYTES("\x83" V STATUS "\xa4plan\xd9\x41" TEN("aaaaaa") "aaaaa"), REPORT_BAD_FIELD,
	    "plan: got \"" TEN("aaaa") "aaaa\xe2\x80\xa6\" (65 bytes), expected text of 1 to 64 bytes", {MESSAGE_STATUS}},
	{"an agency that is bin", BYTES("\x84" V STATUS PLAN "\xa6" "agency\xc4\x05" "cnipa"), REPORT_BAD_FIELD,
	    "agency: got bytes, expected text of 1 to 64 bytes", {MESSAGE_STATUS, .plan_known = true, .plan = TEXT("ipr-2026")}},
	{"seq is 0", BYTES("\x86" V REPORT PLAN AGENCY "\xa3seq\x00" ENTRIES1), REPORT_BAD_FIELD,
	    "seq: got 0, expected a whole number from 1 to 2^53-1",
	    {MESSAGE_REPORT, true, true, false, TEXT("ipr-2026"), TEXT("cnipa")}},
	{"seq is 2^53", BYTES("\x86" V REPORT PLAN AGENCY "\xa3seq\xcf\x00\x20\x00\x00\x00\x00\x00\x00" ENTRIES1), REPORT_BAD_FIELD,
	    "seq: got 9007199254740992, expected a whole number from 1 to 2^53-1",
	    {MESSAGE_REPORT, true, true, false, TEXT("ipr-2026"), TEXT("cnipa")}},
	{"seq is a whole float", BYTES("\x86" V REPORT PLAN AGENCY "\xa3seq\xca\x40\xa0\x00\x00" ENTRIES1), REPORT_BAD_FIELD,
	    "seq: got 5.0, expected a whole number from 1 to 2^53-1",
	    {MESSAGE_REPORT, true, true, false, TEXT("ipr-2026"), TEXT("cnipa")}},
	{"reports is a map", BYTES("\x86" HEAD REPORTS "\x80"), REPORT_BAD_FIELD, "reports: got a map of 0, expected an array",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042}},
	{"dispositions is text", BYTES("\x87" HEAD ENTRIES1 RULINGS "\xa0"), REPORT_BAD_FIELD, "dispositions: got \"\", expected an array",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042, 1}},
	{"no list at all", BYTES("\x85" HEAD), REPORT_BAD_FIELD, "reports: got nothing, expected at least 1 entry here or in dispositions",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042}},
	{"two empty lists", BYTES("\x87" HEAD REPORTS "\x90" RULINGS "\x90"), REPORT_BAD_FIELD,
	    "reports: got an array of 0, expected at least 1 entry here or in dispositions",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042}},
	{"500 entries", BYTES("\x86" HEAD REPORTS "\xdc\x01\xf4" TEN(TEN("\xc0\xc0\xc0\xc0\xc0"))), REPORT_FINE, "",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042, 500}},
	{"500 reports and a disposition", BYTES("\x87" HEAD REPORTS "\xdc\x01\xf4" TEN(TEN("\xc0\xc0\xc0\xc0\xc0")) RULINGS "\x91\xc0"),
	    REPORT_TOO_MANY_REPORTS, "reports: got 501 with the dispositions, expected at most 500",
	    {MESSAGE_REPORT, true, true, true, TEXT("ipr-2026"), TEXT("cnipa"), 1042, 500, 1}},
};

#define STATUS_62 {REPORT_STATUS, true, 27, 1774951200000, REPORT_IN_PROGRESS, 6200}
#define WITHDRAWAL {REPORT_WITHDRAWAL, true, 27, 1774951200000}
#define ONLY_TASK {.task_known = true, .task = 27}
#define PERCENT_WORDS "expected 0 to 100 with at most two decimals"
#define PERCENT_OF(bp) {REPORT_STATUS, true, 27, 1774951200000, REPORT_IN_PROGRESS, (bp)}

/* Entries of the list `reports`. */
static struct entry_case {
	const char   *name;
	const char   *bytes;
	size_t        len;
	const char   *want_message; /* NULL: it decodes to want; else only its task counts */
	struct report want;
} reports[] = {
	{"what must be there", BYTES("\x84" MUST), NULL, STATUS_62},
	{"keys in another order", BYTES("\x84" AT PERCENT STATE TASK), NULL, STATUS_62},
	{"keys nobody knows", BYTES("\x86\xa1x\x81\xa1y\x01" MUST "\xa5tasks\x02"), NULL, STATUS_62},
	{"every optional field nil", BYTES("\x8a" MUST "\xa6" "action\xc0\xa7summary\xc0\xa8problems\xc0\xaanext_steps\xc0\xa4help\xc0\xa8" "evidence\xc0"), NULL, STATUS_62},
	{"every optional field empty", BYTES("\x8a" MUST "\xa6" "action\xa6report\xa7summary\xa0\xa8problems\xa0\xaanext_steps\xa0\xa4help\xc2\xa8" "evidence\x90"), NULL, STATUS_62},
	{"every field", BYTES("\x89" MUST "\xa7summary\xa6" ZH "\xa8problems\xa1p\xaanext_steps\xa3n\n\t\xa4help\xc3\xa8"
		"evidence\x91\x82\xa5title\xa1t\xa3uri\xa1u"), NULL,
	    {REPORT_STATUS, true, 27, 1774951200000, REPORT_IN_PROGRESS, 6200, REPORT_OPEN, true,
		TEXT(ZH), TEXT("p"), TEXT("n\n\t"), {0}, 1, {{TEXT("t"), TEXT("u")}}}},
	{"an empty action", BYTES("\x85" MUST "\xa6" "action\xa0"), NULL, STATUS_62},
	{"a disposition's fields mean nothing here", BYTES("\x86" MUST "\xab" "disposition\x05\xa6reason\x05"), NULL, STATUS_62},

	{"nil", BYTES("\xc0"), "reports[0]: got nothing, expected a map", {0}},
	{"an array", BYTES("\x91\x1b"), "reports[0]: got an array of 1, expected a map", {0}},
	{"an empty map", BYTES("\x80"), "reports[0].task: got nothing, expected a whole number from 1 to 4294967295", {0}},
	{"task 0", BYTES("\x84\xa4task\x00" STATE PERCENT AT), "reports[0].task: got 0, expected a whole number from 1 to 4294967295", {0}},
	{"task -27", BYTES("\x84\xa4task\xe5" STATE PERCENT AT), "reports[0].task: got -27, expected a whole number from 1 to 4294967295", {0}},
	{"task 27.0", BYTES("\x84\xa4task\xca\x41\xd8\x00\x00" STATE PERCENT AT), "reports[0].task: got 27.0, expected a whole number from 1 to 4294967295", {0}},
	{"task 2^32 - 1", BYTES("\x84\xa4task\xce\xff\xff\xff\xff" STATE PERCENT AT), NULL,
	    {REPORT_STATUS, true, 4294967295, 1774951200000, REPORT_IN_PROGRESS, 6200}},
	{"task 2^32", BYTES("\x84\xa4task\xcf\x00\x00\x00\x01\x00\x00\x00\x00" STATE PERCENT AT),
	    "reports[0].task: got 4294967296, expected a whole number from 1 to 4294967295", {0}},
	{"a task alone", BYTES("\x81" TASK), "reports[0].state: got nothing, expected not_started, in_progress, blocked or completed", ONLY_TASK},
	{"another action", BYTES("\x85" MUST "\xa6" "action\xa7retract"), "reports[0].action: got \"retract\", expected report or withdraw", ONLY_TASK},
	{"unreported is nothing to report", BYTES("\x84" TASK "\xa5state\xaaunreported" PERCENT AT),
	    "reports[0].state: got \"unreported\", expected not_started, in_progress, blocked or completed", ONLY_TASK},
	{"no percent", BYTES("\x83" TASK STATE AT), "reports[0].percent: got nothing, " PERCENT_WORDS, ONLY_TASK},
	{"no at", BYTES("\x83" TASK STATE PERCENT), "reports[0].at: got nothing, expected ms since 1970, a whole number up to 2^53-1", ONLY_TASK},
	{"at is a float", BYTES("\x84" TASK STATE PERCENT "\xa2" "at\xcb\x42\x79\xd4\x35\x5f\x50\x00\x00"),
	    "reports[0].at: got 1.7749512e+12, expected ms since 1970, a whole number up to 2^53-1", ONLY_TASK},
	{"at is negative", BYTES("\x84" TASK STATE PERCENT "\xa2" "at\xff"),
	    "reports[0].at: got -1, expected ms since 1970, a whole number up to 2^53-1", ONLY_TASK},

	{"0 %", BYTES(PERCENT_AS("\x00")), NULL, PERCENT_OF(0)},
	{"100 %", BYTES(PERCENT_AS("\x64")), NULL, PERCENT_OF(10000)},
	{"62.0 %", BYTES(PERCENT_AS("\xcb\x40\x4f\x00\x00\x00\x00\x00\x00")), NULL, PERCENT_OF(6200)},
	{"62.55 %", BYTES(PERCENT_AS("\xcb\x40\x4f\x46\x66\x66\x66\x66\x66")), NULL, PERCENT_OF(6255)},
	{"62.55 % as float32", BYTES(PERCENT_AS("\xca\x42\x7a\x33\x33")), NULL, PERCENT_OF(6255)},
	{"99.99 % as float32", BYTES(PERCENT_AS("\xca\x42\xc7\xfa\xe1")), NULL, PERCENT_OF(9999)},
	{"62.555 %", BYTES(PERCENT_AS("\xcb\x40\x4f\x47\x0a\x3d\x70\xa3\xd7")), "reports[0].percent: got 62.555, " PERCENT_WORDS, ONLY_TASK},
	{"62.555 % as float32", BYTES(PERCENT_AS("\xca\x42\x7a\x38\x52")), "reports[0].percent: got 62.55500031, " PERCENT_WORDS, ONLY_TASK},
	{"101 %", BYTES(PERCENT_AS("\x65")), "reports[0].percent: got 101, " PERCENT_WORDS, ONLY_TASK},
	{"-1 %", BYTES(PERCENT_AS("\xff")), "reports[0].percent: got -1, " PERCENT_WORDS, ONLY_TASK},
	{"2^64 - 1 %", BYTES(PERCENT_AS("\xcf\xff\xff\xff\xff\xff\xff\xff\xff")), "reports[0].percent: got 18446744073709551615, " PERCENT_WORDS, ONLY_TASK},
	{"NaN %", BYTES(PERCENT_AS("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00")), "reports[0].percent: got nan, " PERCENT_WORDS, ONLY_TASK},
	{"NaN % as float32", BYTES(PERCENT_AS("\xca\x7f\xc0\x00\x00")), "reports[0].percent: got nan, " PERCENT_WORDS, ONLY_TASK},
	{"infinitely many %", BYTES(PERCENT_AS("\xca\x7f\x80\x00\x00")), "reports[0].percent: got inf, " PERCENT_WORDS, ONLY_TASK},
	{"true %", BYTES(PERCENT_AS("\xc3")), "reports[0].percent: got true, " PERCENT_WORDS, ONLY_TASK},
	{"\"62\" %", BYTES(PERCENT_AS("\xa2" "62")), "reports[0].percent: got \"62\", " PERCENT_WORDS, ONLY_TASK},

	{"a summary of 2001 bytes", BYTES("\x85" MUST "\xa7summary\xda\x07\xd1" A500 A500 A500 A500 "a"),
	    "reports[0].summary: got \"" TEN("aaaa") "aaaa\xe2\x80\xa6\" (2001 bytes), expected at most 2000" NO_CONTROLS, ONLY_TASK},
	{"problems of 1001 bytes", BYTES("\x85" MUST "\xa8problems\xda\x03\xe9" A500 A500 "a"),
	    "reports[0].problems: got \"" TEN("aaaa") "aaaa\xe2\x80\xa6\" (1001 bytes), expected at most 1000" NO_CONTROLS, ONLY_TASK},
	{"next_steps of 1001 bytes", BYTES("\x85" MUST "\xaanext_steps\xda\x03\xe9" A500 A500 "a"),
	    "reports[0].next_steps: got \"" TEN("aaaa") "aaaa\xe2\x80\xa6\" (1001 bytes), expected at most 1000" NO_CONTROLS, ONLY_TASK},
	{"problems of 1000 bytes", BYTES("\x85" MUST "\xa8problems\xda\x03\xe8" A500 A500), NULL,
	    {REPORT_STATUS, true, 27, 1774951200000, REPORT_IN_PROGRESS, 6200, .problems = TEXT(A500 A500)}},
	{"a summary that is a number", BYTES("\x85" MUST "\xa7summary\x05"), "reports[0].summary: got 5, expected at most 2000" NO_CONTROLS, ONLY_TASK},
	{"a NUL", BYTES("\x85" MUST "\xa7summary\xa3" "a\0b"), "reports[0].summary: got \"a\\x00b\", expected at most 2000" NO_CONTROLS, ONLY_TASK},
	{"an escape", BYTES("\x85" MUST "\xa7summary\xa4\x1b[2J"), "reports[0].summary: got \"\\x1b[2J\", expected at most 2000" NO_CONTROLS, ONLY_TASK},
	{"a DEL behind 8 good bytes", BYTES("\x85" MUST "\xa7summary\xa9" "12345678\x7f"),
	    "reports[0].summary: got \"12345678\\x7f\", expected at most 2000" NO_CONTROLS, ONLY_TASK},
	{"a DEL before 8 good bytes", BYTES("\x85" MUST "\xa7summary\xa9\x7f" "12345678"),
	    "reports[0].summary: got \"\\x7f" "12345678\", expected at most 2000" NO_CONTROLS, ONLY_TASK},
	{"U+0085, its second byte the ninth", BYTES("\x85" MUST "\xa7summary\xa9" "1234567\xc2\x85"),
	    "reports[0].summary: got \"1234567\\xc2\\x85\", expected at most 2000" NO_CONTROLS, ONLY_TASK},
	{"U+009F alone", BYTES("\x85" MUST "\xa7summary\xa2\xc2\x9f"), "reports[0].summary: got \"\\xc2\\x9f\", expected at most 2000" NO_CONTROLS, ONLY_TASK},
	{"U+00A0 and Chinese, two lines", BYTES("\x85" MUST "\xa7summary\xaf\xc2\xa0" ZH "\n" ZH), NULL,
	    {REPORT_STATUS, true, 27, 1774951200000, REPORT_IN_PROGRESS, 6200, .summary = TEXT("\xc2\xa0" ZH "\n" ZH)}},
	{"help is 1", BYTES("\x85" MUST "\xa4help\x01"), "reports[0].help: got 1, expected true or false", ONLY_TASK},

	{"evidence is a map", BYTES("\x85" MUST "\xa8" "evidence\x80"), "reports[0].evidence: got a map of 0, expected an array of at most 16", ONLY_TASK},
	{"17 pieces of evidence", BYTES("\x85" MUST "\xa8" "evidence\xdc\x00\x11" TEN("\x80") "\x80\x80\x80\x80\x80\x80\x80"),
	    "reports[0].evidence: got an array of 17, expected an array of at most 16", ONLY_TASK},
	{"a piece that is text", BYTES("\x85" MUST "\xa8" "evidence\x91\xa1x"), "reports[0].evidence[0].title: got nothing, expected 1 to 200" NO_CONTROLS, ONLY_TASK},
	{"an empty title", BYTES("\x85" MUST "\xa8" "evidence\x91\x82\xa5title\xa0\xa3uri\xa1u"),
	    "reports[0].evidence[0].title: got \"\", expected 1 to 200" NO_CONTROLS, ONLY_TASK},
	{"the second without uri", BYTES("\x85" MUST "\xa8" "evidence\x92\x82\xa5title\xa1t\xa3uri\xa1u\x81\xa5title\xa1t"),
	    "reports[0].evidence[1].uri: got nothing, expected 1 to 500" NO_CONTROLS, ONLY_TASK},
	{"a uri of 501 bytes", BYTES("\x85" MUST "\xa8" "evidence\x91\x82\xa5title\xa1t\xa3uri\xda\x01\xf5" A500 "a"),
	    "reports[0].evidence[0].uri: got \"" TEN("aaaa") "aaaa\xe2\x80\xa6\" (501 bytes), expected 1 to 500" NO_CONTROLS, ONLY_TASK},
	{"a bell in a title", BYTES("\x85" MUST "\xa8" "evidence\x91\x82\xa5title\xa1\x07\xa3uri\xa1u"),
	    "reports[0].evidence[0].title: got \"\\x07\", expected 1 to 200" NO_CONTROLS, ONLY_TASK},

	{"a withdrawal", BYTES("\x83" TASK "\xa6" "action\xa8withdraw" AT), NULL, WITHDRAWAL},
	{"a withdrawal with other fields, wrong ones too",
	    BYTES("\x87" TASK STATE "\xa7percent\xa1x" AT "\xa7summary\xa1s\xa4help\x05\xa6" "action\xa8withdraw"), NULL, WITHDRAWAL},
	{"a withdrawal without at", BYTES("\x82" TASK "\xa6" "action\xa8withdraw"),
	    "reports[0].at: got nothing, expected ms since 1970, a whole number up to 2^53-1", ONLY_TASK},
};

#define RULE(word) "\xab" "disposition" word

/* Entries of the list `dispositions`, behind one report. */
static struct entry_case rulings[] = {
	{"a ruling", BYTES("\x83" TASK RULE("\xa8verified") AT), NULL,
	    {REPORT_DISPOSITION, true, 27, 1774951200000, .disposition = REPORT_VERIFIED}},
	{"a ruling with a reason", BYTES("\x84" TASK RULE("\xa8returned") "\xa6reason\xa1r" AT), NULL,
	    {REPORT_DISPOSITION, true, 27, 1774951200000, .disposition = REPORT_RETURNED, .reason = TEXT("r")}},
	{"a report's fields mean nothing here", BYTES("\x86" TASK RULE("\xa4open") AT "\xa6" "action\xa8withdraw\xa7percent\xa1x\xa7summary\xa1s"), NULL,
	    {REPORT_DISPOSITION, true, 27, 1774951200000, .disposition = REPORT_OPEN}},
	{"a ruling that is a number", BYTES("\x01"), "dispositions[0]: got 1, expected a map", {0}},
	{"no disposition", BYTES("\x82" TASK AT), "dispositions[0].disposition: got nothing, expected open, verified, returned, suspended or cancelled", ONLY_TASK},
	{"another disposition", BYTES("\x83" TASK RULE("\xa4" "done") AT),
	    "dispositions[0].disposition: got \"done\", expected open, verified, returned, suspended or cancelled", ONLY_TASK},
	{"a reason of 501 bytes", BYTES("\x84" TASK RULE("\xa4open") AT "\xa6reason\xda\x01\xf5" A500 "a"),
	    "dispositions[0].reason: got \"" TEN("aaaa") "aaaa\xe2\x80\xa6\" (501 bytes), expected at most 500" NO_CONTROLS, ONLY_TASK},
	{"a ruling without at", BYTES("\x82" TASK RULE("\xa4open")),
	    "dispositions[0].at: got nothing, expected ms since 1970, a whole number up to 2^53-1", ONLY_TASK},
};

/* What a client encodes: byte for byte, one message of these entries. */
static struct encode_case {
	const char   *name;
	struct report entries[3];
	uint32_t      count;
	const char   *want;
	size_t        want_len;
} encodings[] = {
	{"a status with a whole percent", {STATUS_62}, 1, BYTES("\x86" HEAD REPORTS "\x91\x84" MUST)},
	{"a percent with decimals", {PERCENT_OF(6255)}, 1,
	    BYTES("\x86" HEAD REPORTS "\x91" PERCENT_AS("\xcb\x40\x4f\x46\x66\x66\x66\x66\x66"))},
	{"every field of a status",
	    {{REPORT_STATUS, true, 27, 1774951200000, REPORT_IN_PROGRESS, 6200, REPORT_OPEN, true,
		TEXT(ZH), TEXT("p"), TEXT("n"), {0}, 2, {{TEXT("t"), TEXT("u")}, {TEXT("T"), TEXT("U")}}}}, 1,
	    BYTES("\x86" HEAD REPORTS "\x91\x89" MUST "\xa7summary\xa6" ZH "\xa8problems\xa1p\xaanext_steps\xa1n\xa4help\xc3\xa8"
		"evidence\x92\x82\xa5title\xa1t\xa3uri\xa1u\x82\xa5title\xa1T\xa3uri\xa1U")},
	{"a withdrawal", {WITHDRAWAL}, 1, BYTES("\x86" HEAD REPORTS "\x91\x83" TASK "\xa6" "action\xa8withdraw" AT)},
	{"a ruling alone", {{REPORT_DISPOSITION, true, 27, 1774951200000, .disposition = REPORT_VERIFIED}}, 1,
	    BYTES("\x86" HEAD RULINGS "\x91\x83" TASK RULE("\xa8verified") AT)},
	{"a ruling between two reports",
	    {STATUS_62, {REPORT_DISPOSITION, true, 27, 1774951200000, .disposition = REPORT_SUSPENDED, .reason = TEXT("r")}, WITHDRAWAL}, 3,
	    BYTES("\x87" HEAD REPORTS "\x92\x84" MUST "\x83" TASK "\xa6" "action\xa8withdraw" AT
		RULINGS "\x91\x84" TASK RULE("\xa9suspended") "\xa6reason\xa1r" AT)},
};
/* clang-format on */

static void
check_envelope(void **state)
{
	const struct envelope_case *c = *state;
	struct wire_decoder        *d = wire_decoder_new();
	struct message              m;
	struct refusal              why = {0};
	int                         rc = wire_message_decode(d, c->bytes, c->len, &m, &why);

	assert_string_equal(why.message, c->want_message);
	assert_int_equal(why.code, c->want_code);
	assert_int_equal(rc, c->want_code == REPORT_FINE ? 0 : -1);
	assert_int_equal(m.kind, c->want.kind);
	assert_int_equal(m.plan_known, c->want.plan_known);
	assert_int_equal(m.agency_known, c->want.agency_known);
	assert_int_equal(m.seq_known, c->want.seq_known);
	assert_text_equal(m.plan, c->want.plan);
	assert_text_equal(m.agency, c->want.agency);
	if (m.seq_known)
		assert_int_equal(m.seq, c->want.seq);
	assert_int_equal(m.report_count, c->want.report_count);
	assert_int_equal(m.disposition_count, c->want.disposition_count);
	wire_decoder_free(d);
}

/* Decodes entry i of head + the entry of c. */
static void
check_entry(const struct entry_case *c, const char *head, size_t head_len, uint32_t i)
{
	struct wire_decoder *d = wire_decoder_new();
	struct buf           b = {0};
	struct refusal       why = {0};
	struct message       m;
	struct report        got;
	int                  rc;

	buf_add(&b, head, head_len);
	buf_add(&b, c->bytes, c->len);
	assert_int_equal(wire_message_decode(d, b.at, b.len, &m, &why), 0);
	rc = wire_entry_decode(&m, i, &got, &why);
	if (c->want_message != NULL) {
		assert_string_equal(why.message, c->want_message);
		assert_int_equal(why.code, REPORT_BAD_FIELD);
		assert_int_equal(rc, -1);
		assert_int_equal(got.task_known, c->want.task_known);
		assert_int_equal(got.task, c->want.task);
	} else {
		assert_string_equal(why.message, "");
		assert_int_equal(rc, 0);
		assert_report_equal(&got, &c->want);
	}
	buf_fini(&b);
	wire_decoder_free(d);
}

static void
check_report(void **state)
{
	check_entry(*state, BYTES("\x86" HEAD REPORTS "\x91"), 0);
}

static void
check_ruling(void **state)
{
	check_entry(*state, BYTES("\x87" HEAD ENTRIES1 RULINGS "\x91"), 1);
}

static void
check_encoding(void **state)
{
	const struct encode_case *c = *state;
	struct buf                b = {0};

	wire_report_encode(&b, TEXT("ipr-2026"), TEXT("cnipa"), 1042, c->entries, c->count);
	assert_text_equal(buf_text(&b), (struct text){c->want, c->want_len});
	buf_fini(&b);
}

static void
check_requests(void **state)
{
	struct buf b = {0};

	(void)state;
	wire_ping_encode(&b);
	assert_text_equal(buf_text(&b), TEXT("\x82" V "\xa4kind\xa4ping"));
	buf_reset(&b);
	wire_status_encode(&b, TEXT("ipr-2026"), TEXT("cnipa"));
	assert_text_equal(buf_text(&b), TEXT("\x84" V STATUS PLAN AGENCY));
	buf_fini(&b);
}

/* The place of an entry counts within its own list. */
static void
check_places(void **state)
{
	static const char bytes[] = "\x87" HEAD REPORTS "\x92\x80\xc0" RULINGS "\x93\x80\x80\x05";
	struct wire_decoder                    *d = wire_decoder_new();
	struct refusal                          why = {0};
	struct message                          m;
	struct report                           got;

	(void)state;
	assert_int_equal(wire_message_decode(d, bytes, sizeof(bytes) - 1, &m, &why), 0);
	assert_int_equal(wire_entry_decode(&m, 1, &got, &why), -1);
	assert_string_equal(why.message, "reports[1]: got nothing, expected a map");
	assert_int_equal(got.kind, REPORT_STATUS);
	assert_int_equal(wire_entry_decode(&m, 4, &got, &why), -1);
	assert_string_equal(why.message, "dispositions[2]: got 5, expected a map");
	assert_int_equal(got.kind, REPORT_DISPOSITION);
	wire_decoder_free(d);
}

int
main(void)
{
	struct CMUnitTest
	    tests[COUNT(envelopes) + COUNT(reports) + COUNT(rulings) + COUNT(encodings) + 2] = {
		{.name = "ping and status, byte for byte", .test_func = check_requests},
		{.name = "the place of an entry counts within its list", .test_func = check_places},
	    };
	size_t n = 2;

	CASES_ADD(tests, n, envelopes, check_envelope);
	CASES_ADD(tests, n, reports, check_report);
	CASES_ADD(tests, n, rulings, check_ruling);
	CASES_ADD(tests, n, encodings, check_encoding);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
