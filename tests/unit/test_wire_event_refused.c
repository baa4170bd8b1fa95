#include "core/wire_event.h"

#include "tests/cases.h"
#include "tests/hex.h"
#include "tests/unit/event_bytes.h"

/* An event in which one run of bytes is another. */
/* clang-format off */
static struct refused_case {
	const char *name;
	const char *hex, *from, *to;
	const char *want;
} refused[] = {
	{"no type", event_task,
	    "a474797065",
	    "a46b696e64",
	    "type: got nothing"},
	{"id is a number", event_tick,
	    "a26964d92c313737343935313230303132332d303a313737343935313230313030303a6970722d323032362f7469636b2f",
	    "a2696407",
	    "id: got 7"},
	{"no time", event_tick,
	    "a474696d65",
	    "a474696465",
	    "time: got nothing"},
	{"no data", event_task,
	    "a464617461",
	    "a464617465",
	    "data.plan: got nothing"},
	{"revision below 0", event_task,
	    "a87265766973696f6e01",
	    "a87265766973696f6eff",
	    "data.revision: got -1"},
	{"revision above 32 bits", event_task,
	    "a87265766973696f6e01",
	    "a87265766973696f6ecf0000000100000000",
	    "data.revision: got 4294967296"},
	{"a position of one number", event_task,
	    "af313737343935313230303132332d30",
	    "af313737343935313230303132333130",
	    "data.position: got \"177495120012310\""},
	{"as_of is text", event_task,
	    "a561735f6f66cf0000019d3f793000",
	    "a561735f6f66a131",
	    "data.as_of: got \"1\""},
	{"a scope we do not know", event_chapter,
	    "a763686170746572",
	    "a763686f70746572",
	    "data.scope: got \"chopter\""},
	{"key is nil", event_chapter,
	    "a36b6579a137",
	    "a36b6579c0",
	    "data.key: got nothing"},
	{"percent is text", event_chapter,
	    "cb4045e00000000000",
	    "a135",
	    "data.percent: got \"5\""},
	{"percent 100.01", event_chapter,
	    "cb4045e00000000000",
	    "cb405900a3d70a3d71",
	    "data.percent: got 100.01"},
	{"percent is no number", event_chapter,
	    "cb4045e00000000000",
	    "cb7ff8000000000000",
	    "data.percent: got nan"},
	{"a mean above 100", event_chapter,
	    "cd445c",
	    "cd9c41",
	    "data.den: got 4"},
	{"den above 32 bits", event_chapter,
	    "a364656e04",
	    "a364656ecf0000000100000000",
	    "data.den: got 4294967296"},
	{"tasks without the blocked", event_chapter,
	    "a7626c6f636b6564",
	    "a7626c61636b6564",
	    "data.tasks: got a map of 10"},
	{"obligations without the reported", event_chapter,
	    "a87265706f7274656403",
	    "a8726570656174656403",
	    "data.obligations: got a map of 2"},
	{"a state we do not know", event_task,
	    "a57374617465ab696e5f70726f6772657373ab646973706f736974696f6e",
	    "a57374617465ab696e5f7072616772657373ab646973706f736974696f6e",
	    "data.state: got \"in_pragress\""},
	{"a ruling we do not know", event_task,
	    "a46f70656e",
	    "a46f62656e",
	    "data.disposition: got \"oben\""},
	{"a part of no known role", event_task,
	    "a46c656164",
	    "a46c656564",
	    "data.parts: got an array of 2"},
	{"a part of no known state", event_task,
	    "a57374617465a9636f6d706c65746564",
	    "a57374617465a9636f6d706c61746564",
	    "data.parts: got an array of 2"},
	{"a reported part without at", event_task,
	    "a26174cf0000019d431f0680",
	    "a26174c0",
	    "data.parts: got an array of 2"},
	{"a part of half a basis point", event_task,
	    "cb4040aa3d70a3d70aa26174",
	    "cb4040aae147ae147ba26174",
	    "data.parts: got an array of 2"},
	{"an agency without lead", event_agency,
	    "a46c65616484",
	    "a46c65656484",
	    "data.lead: got nothing"},
	{"own is a number", event_agency,
	    "ab7061727469636970616e7484a770657263656e74cb4040aa3d70a3d70a",
	    "ab7061727469636970616e7484a770657263656e74c3",
	    "data.participant: got a map of 4"},
	{"a tick whose store is neither", event_tick,
	    "a573746f7265a26f6b",
	    "a573746f7265a26e6f",
	    "data.store: got \"no\""},
	{"a tick with a negative number of topics", event_tick,
	    "a6746f7069637303",
	    "a6746f70696373fd",
	    "data.topics: got -3"},
	{"a digest of 15 digits", event_tick,
	    "b065633363333631613639376436373334",
	    "af656333633336316136393764363733",
	    "data.digest: got \"ec3c361a697d673\""},
	{"a digest that is no hex", event_tick,
	    "65633363333631613639376436373334",
	    "65633363333631613639376436373367",
	    "data.digest: got \"ec3c361a697d673g\""},
	{"a tick without now", event_tick,
	    "a36e6f77cf0000019d4355f8e8",
	    "a36e6f77c0",
	    "data.now: got nothing"},
	{"a byte too many", event_tick,
	    "376436373334",
	    "37643637333400",
	    "event: byte 277: 1 bytes follow the object"},
};
/* clang-format on */

static void
check_refused(void **state)
{
	const struct refused_case *c = *state;
	struct wire_reader        *w = wire_reader_new();
	const char                *found = strstr(c->hex, c->from);
	char                       hex[4096];
	unsigned char              bytes[2048];
	struct event               ev;
	struct err                 e = {0};

	assert_non_null(found);
	snprintf(hex, sizeof(hex), "%.*s%s%s", (int)(found - c->hex), c->hex, c->to,
	    found + strlen(c->from));
	assert_int_equal(
	    wire_event_decode(w, bytes, hex_read(hex, bytes, sizeof(bytes)), &ev, &e), -1);
	assert_string_equal(e.msg, c->want);
	assert_int_equal(e.code, ERR_INPUT);
	wire_reader_free(w);
}

CASES_MAIN(refused, check_refused)
