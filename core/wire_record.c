#include "core/wire_record.h"

#include <stdlib.h>

#include "core/fnv.h"
#include "core/mem.h"
#include "core/wire_object.h"
#include "core/wire_pack.h"
#include "core/wire_shape.h"

#define RECORD_VERSION 1

/* Where things stand in a record and in the three contents. */
enum { AT_VERSION, AT_SEQ, AT_RECEIVED, AT_AGENCY, AT_CONTENT, AT_KEY, RECORD_COUNT };
enum { AT_KIND, AT_TASK, AT_AT, WITHDRAWAL_COUNT };
enum {
	AT_STATE = WITHDRAWAL_COUNT,
	AT_PERCENT,
	AT_HELP,
	AT_SUMMARY,
	AT_PROBLEMS,
	AT_NEXT_STEPS,
	AT_EVIDENCE,
	STATUS_COUNT
};
enum { AT_DISPOSITION = WITHDRAWAL_COUNT, AT_REASON, DISPOSITION_COUNT };

struct wire_records {
	struct wire_zone zone;
};

static void
pack_optional(struct buf *out, struct text t)
{
	if (t.len == 0)
		pack_nil(out);
	else
		pack_text(out, t);
}

static void
pack_head(struct buf *out, uint32_t count, const struct report *r)
{
	pack_array(out, count);
	pack_uint(out, r->kind);
	pack_uint(out, r->task);
	pack_int(out, r->at_ms);
}

static void
pack_evidence(struct buf *out, const struct report *r)
{
	pack_array(out, r->evidence_count);
	for (uint32_t i = 0; i < r->evidence_count; i++) {
		pack_array(out, 2);
		pack_text(out, r->evidence[i].title);
		pack_text(out, r->evidence[i].uri);
	}
}

/* How many elements are left when the absent ones at the end are cut off. */
static uint32_t
status_count(const struct report *r)
{
	const bool present[STATUS_COUNT] = {
	    [AT_PERCENT] = true,
	    [AT_HELP] = r->help,
	    [AT_SUMMARY] = r->summary.len > 0,
	    [AT_PROBLEMS] = r->problems.len > 0,
	    [AT_NEXT_STEPS] = r->next_steps.len > 0,
	    [AT_EVIDENCE] = r->evidence_count > 0,
	};
	uint32_t count = STATUS_COUNT;

	while (!present[count - 1])
		count--;
	return count;
}

static void
pack_status(struct buf *out, const struct report *r)
{
	const struct text texts[] = {r->summary, r->problems, r->next_steps};
	uint32_t          count = status_count(r);

	pack_head(out, count, r);
	pack_word(out, report_state_name(r->state));
	pack_uint(out, r->percent);
	if (count > AT_HELP)
		pack_bool(out, r->help);
	for (uint32_t i = AT_SUMMARY; i <= AT_NEXT_STEPS && i < count; i++)
		pack_optional(out, texts[i - AT_SUMMARY]);
	if (count > AT_EVIDENCE)
		pack_evidence(out, r);
}

static void
pack_disposition(struct buf *out, const struct report *r)
{
	bool reason = r->reason.len > 0;

	pack_head(out, reason ? DISPOSITION_COUNT : AT_REASON, r);
	pack_word(out, report_disposition_name(r->disposition));
	if (reason)
		pack_text(out, r->reason);
}

static void
pack_withdrawal(struct buf *out, const struct report *r)
{
	pack_head(out, WITHDRAWAL_COUNT, r);
}

static void (*const pack_content[REPORT_KINDS])(struct buf *, const struct report *) = {
    [REPORT_STATUS] = pack_status,
    [REPORT_WITHDRAWAL] = pack_withdrawal,
    [REPORT_DISPOSITION] = pack_disposition,
};

uint64_t
wire_record_encode(struct buf *out, const struct record *rec)
{
	bool     keyed = rec->key.len > 0;
	size_t   content;
	uint64_t digest;

	pack_array(out, keyed ? RECORD_COUNT : AT_KEY);
	pack_uint(out, RECORD_VERSION);
	pack_uint(out, rec->seq);
	pack_int(out, rec->received_ms);
	pack_text(out, rec->agency);
	content = out->len;
	pack_content[rec->report.kind](out, &rec->report);
	digest = fnv_add(FNV_START, out->at + content, out->len - content);
	if (keyed)
		pack_text(out, rec->key);
	return digest;
}

struct wire_records *
wire_records_new(void)
{
	struct wire_records *w = mem_zeroed(1, sizeof(*w));

	wire_zone_init(&w->zone, WIRE_OBJECTS_MAX);
	return w;
}

void
wire_records_free(struct wire_records *w)
{
	if (w == NULL)
		return;
	wire_zone_fini(&w->zone);
	free(w);
}

static int
wrong(const char *what, const msgpack_object *got, struct err *e)
{
	char shown[WIRE_SHOW_SIZE];

	return err_fail(e, ERR_INPUT, "record: %s: got %s", what, wire_show(got, shown));
}

static bool
take_instant(const msgpack_object *o, int64_t *out)
{
	uint64_t ms;

	if (!wire_take_uint(o, INT64_MAX, &ms))
		return false;
	*out = (int64_t)ms;
	return true;
}

static int
take_optional(const msgpack_object *o, const char *what, struct text *out, struct err *e)
{
	if (o != NULL && !wire_take_text(o, out))
		return wrong(what, o, e);
	return 0;
}

static int
take_evidence(const msgpack_object *list, struct report *r, struct err *e)
{
	uint32_t count;

	if (list == NULL)
		return 0;
	if (!wire_take_array(list, &count) || count > REPORT_EVIDENCE_MAX)
		return wrong("evidence", list, e);
	for (uint32_t i = 0; i < count; i++) {
		const msgpack_object *one = wire_at(list, i);

		if (!wire_take_text(wire_at(one, 0), &r->evidence[i].title) ||
		    !wire_take_text(wire_at(one, 1), &r->evidence[i].uri))
			return wrong("evidence", one, e);
	}
	r->evidence_count = count;
	return 0;
}

static int
take_status(const msgpack_object *content, struct report *r, struct err *e)
{
	const msgpack_object *help = wire_at(content, AT_HELP);
	struct text           state;

	if (!wire_take_text(wire_at(content, AT_STATE), &state) ||
	    !report_state_parse(state, &r->state))
		return wrong("state", wire_at(content, AT_STATE), e);
	if (!wire_take_u32(wire_at(content, AT_PERCENT), &r->percent) ||
	    r->percent > REPORT_PERCENT_MAX)
		return wrong("percent", wire_at(content, AT_PERCENT), e);
	if (help != NULL && !wire_take_bool(help, &r->help))
		return wrong("help", help, e);
	if (take_optional(wire_at(content, AT_SUMMARY), "summary", &r->summary, e) != 0 ||
	    take_optional(wire_at(content, AT_PROBLEMS), "problems", &r->problems, e) != 0 ||
	    take_optional(wire_at(content, AT_NEXT_STEPS), "next_steps", &r->next_steps, e) != 0)
		return -1;
	return take_evidence(wire_at(content, AT_EVIDENCE), r, e);
}

static int
take_disposition(const msgpack_object *content, struct report *r, struct err *e)
{
	struct text disposition;

	if (!wire_take_text(wire_at(content, AT_DISPOSITION), &disposition) ||
	    !report_disposition_parse(disposition, &r->disposition))
		return wrong("disposition", wire_at(content, AT_DISPOSITION), e);
	return take_optional(wire_at(content, AT_REASON), "reason", &r->reason, e);
}

static int
take_content(const msgpack_object *content, struct report *r, struct err *e)
{
	uint64_t kind;

	if (!wire_take_uint(wire_at(content, AT_KIND), REPORT_KINDS - 1, &kind))
		return wrong("kind", wire_at(content, AT_KIND), e);
	if (!wire_take_u32(wire_at(content, AT_TASK), &r->task))
		return wrong("task", wire_at(content, AT_TASK), e);
	if (!take_instant(wire_at(content, AT_AT), &r->at_ms))
		return wrong("at", wire_at(content, AT_AT), e);
	r->kind = (enum report_kind)kind;
	r->task_known = true;
	if (r->kind == REPORT_STATUS)
		return take_status(content, r, e);
	if (r->kind == REPORT_DISPOSITION)
		return take_disposition(content, r, e);
	return 0;
}

static int
take_key(const msgpack_object *o, struct text *key, struct err *e)
{
	if (take_optional(o, "key", key, e) != 0)
		return -1;
	if (key->len == 0)
		return 0;
	if (key->len != RECORD_KEY_CHARS)
		return wrong("key", o, e);
	for (size_t i = 0; i < key->len; i++) {
		if (memchr("0123456789abcdef", key->at[i], 16) == NULL)
			return wrong("key", o, e);
	}
	return 0;
}

static int
take_record(const msgpack_object *o, struct record *rec, struct err *e)
{
	uint64_t version;

	if (!wire_take_uint(wire_at(o, AT_VERSION), UINT64_MAX, &version))
		return wrong("version", wire_at(o, AT_VERSION), e);
	if (version != RECORD_VERSION)
		return wrong("version: must be 1", wire_at(o, AT_VERSION), e);
	if (!wire_take_uint(wire_at(o, AT_SEQ), REPORT_SEQ_MAX, &rec->seq) || rec->seq == 0)
		return wrong("seq", wire_at(o, AT_SEQ), e);
	if (!take_instant(wire_at(o, AT_RECEIVED), &rec->received_ms))
		return wrong("received", wire_at(o, AT_RECEIVED), e);
	if (!wire_take_text(wire_at(o, AT_AGENCY), &rec->agency) || rec->agency.len == 0)
		return wrong("agency", wire_at(o, AT_AGENCY), e);
	if (take_key(wire_at(o, AT_KEY), &rec->key, e) != 0)
		return -1;
	return take_content(wire_at(o, AT_CONTENT), &rec->report, e);
}

/* Hashes the content's own bytes: it begins where the agency's text ends, and
 * ends where the record does unless more is behind it. */
static uint64_t
content_digest(const msgpack_object *o, struct text agency, const char *end)
{
	const char    *content = agency.at + agency.len;
	size_t         len = (size_t)(end - content);
	struct refusal why;

	if (o->via.array.size > AT_KEY)
		(void)wire_shape_first(content, len, &len, &why);
	return fnv_add(FNV_START, content, len);
}

int
wire_record_decode(
    struct wire_records *w, struct text *bytes, struct record *rec, uint64_t *digest, struct err *e)
{
	msgpack_object object;
	struct refusal why;
	size_t         used;

	if (wire_decode_first(&w->zone, bytes->at, bytes->len, &used, &object, &why) != 0)
		return err_fail(e, ERR_INPUT, "record: %s", why.message);
	*rec = (struct record){0};
	if (take_record(&object, rec, e) != 0)
		return -1;
	if (digest != NULL)
		*digest = content_digest(&object, rec->agency, bytes->at + used);
	bytes->at += used;
	bytes->len -= used;
	return 0;
}
