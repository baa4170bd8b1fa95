#include "core/wire_entry.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/wire_object.h"
#include "core/wire_pack.h"
#include "core/wire_text.h"

#define FIELDS_MAX 16 /* rows of a table below */

#define WORD(s)                                                                                    \
	{                                                                                          \
		"" s, sizeof(s) - 1                                                                \
	}

/* A value that is being read: where it is, what it should be, who wants to know. */
struct spot {
	struct wire_place   place;
	const struct field *field;
	const char         *inside; /* the field: "" or "[2].uri" */
	const char         *expected;
	struct refusal     *why;
};

/* A field of an entry. take() reads a value that is there, or fails with wrong(). */
struct field {
	struct text name;
	int (*take)(const struct spot *s, const msgpack_object *o, struct report *r);
	bool                   required;
	bool                   of_withdrawal; /* means something there too */
	enum report_text_field text;          /* of take_text */
	const char            *expected;
};

static int
wrong(const struct spot *s, const msgpack_object *o)
{
	char shown[WIRE_SHOW_SIZE];

	return refuse(s->why, REPORT_BAD_FIELD, "%s[%" PRIu32 "].%s%s: got %s, expected %s",
	    s->place.is_disposition ? "dispositions" : "reports", s->place.index, s->field->name.at,
	    s->inside, wire_show(o, shown), s->expected);
}

static int
take_task(const struct spot *s, const msgpack_object *o, struct report *r)
{
	uint32_t task;

	if (!wire_take_u32(o, &task) || task == 0)
		return wrong(s, o);
	r->task = task;
	r->task_known = true;
	return 0;
}

static int
take_action(const struct spot *s, const msgpack_object *o, struct report *r)
{
	static const struct text report = WORD("report"), withdraw = WORD("withdraw");
	struct text              t;

	if (!wire_take_text(o, &t))
		return wrong(s, o);
	if (text_equal(t, withdraw))
		r->kind = REPORT_WITHDRAWAL;
	else if (t.len != 0 && !text_equal(t, report))
		return wrong(s, o);
	return 0;
}

static int
take_state(const struct spot *s, const msgpack_object *o, struct report *r)
{
	struct text t;

	if (!wire_take_text(o, &t) || !report_state_parse(t, &r->state))
		return wrong(s, o);
	return 0;
}

static int
take_percent(const struct spot *s, const msgpack_object *o, struct report *r)
{
	double percent;
	bool   fine;

	if (!wire_take_double(o, &percent))
		return wrong(s, o);
	if (o->type == MSGPACK_OBJECT_FLOAT32)
		fine = report_percent_parse_float((float)percent, &r->percent);
	else
		fine = report_percent_parse(percent, &r->percent);
	return fine ? 0 : wrong(s, o);
}

static int
take_at(const struct spot *s, const msgpack_object *o, struct report *r)
{
	uint64_t ms;

	if (!wire_take_uint(o, REPORT_SEQ_MAX, &ms))
		return wrong(s, o);
	r->at_ms = (int64_t)ms;
	return 0;
}

static int
take_text(const struct spot *s, const msgpack_object *o, struct report *r)
{
	const struct report_text *rule = &report_texts[s->field->text];
	struct spot               here = *s;
	struct text               t;
	char                      expected[64];

	if (!wire_take_text(o, &t) || t.len > rule->bytes_max || !wire_text_is_printable(t)) {
		snprintf(expected, sizeof(expected),
		    "at most %zu bytes of text without control characters", rule->bytes_max);
		here.expected = expected;
		return wrong(&here, o);
	}
	if (t.len > 0)
		memcpy((char *)r + rule->offset, &t, sizeof(t));
	return 0;
}

static int
take_help(const struct spot *s, const msgpack_object *o, struct report *r)
{
	return wire_take_bool(o, &r->help) ? 0 : wrong(s, o);
}

static int
take_evidence_text(const struct spot *s, uint32_t i, const char *name, const msgpack_object *o,
    size_t bytes_max, struct text *out)
{
	struct spot here = *s;
	char        inside[24], expected[64];

	if (wire_take_text(o, out) && out->len > 0 && out->len <= bytes_max &&
	    wire_text_is_printable(*out))
		return 0;
	snprintf(inside, sizeof(inside), "[%" PRIu32 "].%s", i, name);
	snprintf(expected, sizeof(expected), "1 to %zu bytes of text without control characters",
	    bytes_max);
	here.inside = inside;
	here.expected = expected;
	return wrong(&here, o);
}

static int
take_evidence(const struct spot *s, const msgpack_object *o, struct report *r)
{
	uint32_t count;

	if (!wire_take_array(o, &count) || count > REPORT_EVIDENCE_MAX)
		return wrong(s, o);
	for (uint32_t i = 0; i < count; i++) {
		const msgpack_object   *piece = wire_at(o, i);
		struct report_evidence *ev = &r->evidence[i];

		if (take_evidence_text(
			s, i, "title", wire_get(piece, "title"), REPORT_TITLE_MAX, &ev->title) != 0)
			return -1;
		if (take_evidence_text(
			s, i, "uri", wire_get(piece, "uri"), REPORT_URI_MAX, &ev->uri) != 0)
			return -1;
	}
	r->evidence_count = count;
	return 0;
}

static int
take_disposition(const struct spot *s, const msgpack_object *o, struct report *r)
{
	struct text t;

	if (!wire_take_text(o, &t) || !report_disposition_parse(t, &r->disposition))
		return wrong(s, o);
	return 0;
}

/* clang-format off */
#define EXPECTED_TASK "a whole number from 1 to 4294967295"
#define EXPECTED_AT "ms since 1970, a whole number up to 2^53-1"

static const struct field report_fields[] = {
	{WORD("task"), take_task, .required = true, .of_withdrawal = true, .expected = EXPECTED_TASK},
	{WORD("action"), take_action, .of_withdrawal = true, .expected = "report or withdraw"},
	{WORD("state"), take_state, .required = true,
	    .expected = "not_started, in_progress, blocked or completed"},
	{WORD("percent"), take_percent, .required = true,
	    .expected = "0 to 100 with at most two decimals"},
	{WORD("at"), take_at, .required = true, .of_withdrawal = true, .expected = EXPECTED_AT},
	{WORD("summary"), take_text, .text = REPORT_TEXT_SUMMARY},
	{WORD("problems"), take_text, .text = REPORT_TEXT_PROBLEMS},
	{WORD("next_steps"), take_text, .text = REPORT_TEXT_NEXT_STEPS},
	{WORD("help"), take_help, .expected = "true or false"},
	{WORD("evidence"), take_evidence, .expected = "an array of at most 16"},
};

static const struct field disposition_fields[] = {
	{WORD("task"), take_task, .required = true, .expected = EXPECTED_TASK},
	{WORD("disposition"), take_disposition, .required = true,
	    .expected = "open, verified, returned, suspended or cancelled"},
	{WORD("reason"), take_text, .text = REPORT_TEXT_REASON},
	{WORD("at"), take_at, .required = true, .expected = EXPECTED_AT},
};
/* clang-format on */

_Static_assert(sizeof(report_fields) <= FIELDS_MAX * sizeof(struct field), "FIELDS_MAX");
_Static_assert(REPORT_EVIDENCE_MAX == 16, "the words of report_fields");

/* Puts the value of each field into value[]; absent or nil: NULL. Senders mostly
 * write their keys in the order of the protocol, so the search for one begins
 * behind the one before. */
static void
collect(const msgpack_object_map *map, const struct field *fields, size_t count,
    const msgpack_object **value)
{
	size_t f = 0;

	for (size_t i = 0; i < count; i++)
		value[i] = NULL;
	for (uint32_t i = 0; i < map->size; i++) {
		const msgpack_object_kv *kv = &map->ptr[i];
		struct text              key = {kv->key.via.str.ptr, kv->key.via.str.size};
		size_t                   tries = 0;

		while (tries < count && !text_equal(key, fields[f].name)) {
			f = f + 1 < count ? f + 1 : 0;
			tries++;
		}
		if (tries < count && kv->val.type != MSGPACK_OBJECT_NIL)
			value[f] = &kv->val;
	}
}

static int
take_fields(const msgpack_object_map *map, const struct field *fields, size_t count, struct spot *s,
    struct report *r)
{
	const msgpack_object *value[FIELDS_MAX];

	collect(map, fields, count, value);
	for (size_t i = 0; i < count; i++) {
		s->field = &fields[i];
		s->expected = fields[i].expected;
		if (r->kind == REPORT_WITHDRAWAL && !fields[i].of_withdrawal)
			continue;
		if (value[i] != NULL && fields[i].take(s, value[i], r) != 0)
			return -1;
		if (value[i] == NULL && fields[i].required)
			return wrong(s, NULL);
	}
	return 0;
}

int
wire_entry_read(
    const msgpack_object *o, struct wire_place place, struct report *r, struct refusal *why)
{
	struct spot s = {.place = place, .inside = "", .why = why};
	char        shown[WIRE_SHOW_SIZE];

	*r = (struct report){.kind = place.is_disposition ? REPORT_DISPOSITION : REPORT_STATUS};
	if (o->type != MSGPACK_OBJECT_MAP)
		return refuse(why, REPORT_BAD_FIELD, "%s[%" PRIu32 "]: got %s, expected a map",
		    place.is_disposition ? "dispositions" : "reports", place.index,
		    wire_show(o, shown));
	if (place.is_disposition)
		return take_fields(&o->via.map, disposition_fields,
		    sizeof(disposition_fields) / sizeof(disposition_fields[0]), &s, r);
	return take_fields(
	    &o->via.map, report_fields, sizeof(report_fields) / sizeof(report_fields[0]), &s, r);
}

/* A whole percent goes as an integer, which is shorter. */
static void
write_percent(struct buf *out, uint32_t basis_points)
{
	pack_key(out, "percent");
	if (basis_points % 100 == 0)
		pack_uint(out, basis_points / 100);
	else
		pack_percent(out, basis_points);
}

static void
write_task(struct buf *out, const struct report *r)
{
	pack_key(out, "task");
	pack_uint(out, r->task);
}

static void
write_at(struct buf *out, const struct report *r)
{
	pack_key(out, "at");
	pack_int(out, r->at_ms);
}

static void
write_text(struct buf *out, const char *key, struct text t)
{
	if (t.len == 0)
		return;
	pack_key(out, key);
	pack_text(out, t);
}

static void
write_evidence(struct buf *out, const struct report *r)
{
	pack_key(out, "evidence");
	pack_array(out, r->evidence_count);
	for (uint32_t i = 0; i < r->evidence_count; i++) {
		pack_map(out, 2); /* also of empty texts: refusing them is the collector's */
		pack_key(out, "title");
		pack_text(out, r->evidence[i].title);
		pack_key(out, "uri");
		pack_text(out, r->evidence[i].uri);
	}
}

static void
write_status(struct buf *out, const struct report *r)
{
	unsigned optional = 0;

	optional += r->summary.len > 0;
	optional += r->problems.len > 0;
	optional += r->next_steps.len > 0;
	optional += r->help;
	optional += r->evidence_count > 0;

	pack_map(out, 4 + optional);
	write_task(out, r);
	pack_key(out, "state");
	pack_word(out, report_state_name(r->state));
	write_percent(out, r->percent);
	write_at(out, r);
	write_text(out, "summary", r->summary);
	write_text(out, "problems", r->problems);
	write_text(out, "next_steps", r->next_steps);
	if (r->help) {
		pack_key(out, "help");
		pack_bool(out, true);
	}
	if (r->evidence_count > 0)
		write_evidence(out, r);
}

static void
write_withdrawal(struct buf *out, const struct report *r)
{
	pack_map(out, 3);
	write_task(out, r);
	pack_key(out, "action");
	pack_word(out, "withdraw");
	write_at(out, r);
}

static void
write_disposition(struct buf *out, const struct report *r)
{
	pack_map(out, r->reason.len > 0 ? 4 : 3);
	write_task(out, r);
	pack_key(out, "disposition");
	pack_word(out, report_disposition_name(r->disposition));
	write_text(out, "reason", r->reason);
	write_at(out, r);
}

void
wire_entry_write(struct buf *out, const struct report *r)
{
	static void (*const write[REPORT_KINDS])(struct buf *, const struct report *) = {
	    [REPORT_STATUS] = write_status,
	    [REPORT_WITHDRAWAL] = write_withdrawal,
	    [REPORT_DISPOSITION] = write_disposition,
	};

	write[r->kind](out, r);
}
