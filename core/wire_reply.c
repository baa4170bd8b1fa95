#include "core/wire_reply.h"

#include "core/wire_pack.h"

static const char *const kind_names[REPLY_KINDS] = {
    [REPLY_ACK] = "ack",
    [REPLY_ERROR] = "error",
    [REPLY_PONG] = "pong",
    [REPLY_STATUS] = "status",
};

const char *
reply_kind_name(enum reply_kind k)
{
	return kind_names[k];
}

static void
write_head(struct buf *out, size_t pairs, enum reply_kind kind)
{
	pack_map(out, pairs);
	pack_key(out, "v");
	pack_uint(out, REPORT_VERSION);
	pack_key(out, "kind");
	pack_word(out, reply_kind_name(kind));
}

void
wire_ack_begin(struct buf *out, struct text plan, uint64_t seq, const struct position *position,
    enum durability durability, uint32_t count)
{
	char at[POSITION_SIZE];

	write_head(out, position != NULL ? 7 : 6, REPLY_ACK);
	pack_key(out, "plan");
	pack_text(out, plan);
	pack_key(out, "seq");
	pack_uint(out, seq);
	if (position != NULL) {
		pack_key(out, "position");
		pack_word(out, position_format(*position, at));
	}
	pack_key(out, "durability");
	pack_word(out, durability_name(durability));
	pack_key(out, "results");
	pack_array(out, count);
}

void
wire_ack_result(struct buf *out, const struct reply_result *r)
{
	pack_map(out, r->verdict == REPORT_REJECTED ? 4 : 2);
	pack_key(out, "task");
	if (r->task_known)
		pack_uint(out, r->task);
	else
		pack_nil(out);
	pack_key(out, "result");
	pack_word(out, report_verdict_name(r->verdict));
	if (r->verdict != REPORT_REJECTED)
		return;
	pack_key(out, "code");
	pack_word(out, report_code_name(r->code));
	pack_key(out, "message");
	pack_text(out, r->message);
}

void
wire_error_encode(struct buf *out, const uint64_t *seq, const struct refusal *why)
{
	write_head(out, seq != NULL ? 6 : 5, REPLY_ERROR);
	if (seq != NULL) {
		pack_key(out, "seq");
		pack_uint(out, *seq);
	}
	pack_key(out, "code");
	pack_word(out, report_code_name(why->code));
	pack_key(out, "message");
	pack_word(out, why->message);
	pack_key(out, "retry");
	pack_bool(out, report_code_retry(why->code));
}

void
wire_pong_encode(struct buf *out, const char *version, int64_t now_ms)
{
	write_head(out, 4, REPLY_PONG);
	pack_key(out, "version");
	pack_word(out, version);
	pack_key(out, "time");
	pack_int(out, now_ms);
}

static void
write_word(struct buf *out, const struct book_slot *slot)
{
	pack_key(out, "percent");
	pack_percent(out, slot->percent);
	pack_key(out, "at");
	pack_int(out, slot->at_ms);
	pack_key(out, "received");
	pack_int(out, slot->received_ms);
}

static void
write_no_word(struct buf *out)
{
	static const char *const keys[] = {"percent", "at", "received"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pack_key(out, keys[i]);
		pack_nil(out);
	}
}

static void
write_obligation(struct buf *out, const struct plan *p, uint32_t obligation, const struct book *b)
{
	const struct plan_obligation *o = &p->obligations[obligation];
	const struct plan_task       *t = &p->tasks[o->task];
	const struct book_slot       *slot = book_slot(b, book_find(b, o->task, o->agency, false));

	pack_map(out, 7);
	pack_key(out, "task");
	pack_uint(out, t->number);
	pack_key(out, "role");
	pack_word(out, obligation == t->first_obligation ? "lead" : "participant");
	pack_key(out, "seq");
	pack_uint(out, slot->seq);
	pack_key(out, "state");
	pack_word(out, report_state_name(slot->state));
	if (slot->state != REPORT_UNREPORTED)
		write_word(out, slot);
	else
		write_no_word(out);
}

void
wire_obligations_encode(
    struct buf *out, const struct plan *p, uint32_t agency, const struct book *b)
{
	const struct plan_agency *a = &p->agencies[agency];

	write_head(out, 5, REPLY_STATUS);
	pack_key(out, "plan");
	pack_word(out, p->id);
	pack_key(out, "agency");
	pack_word(out, a->id);
	pack_key(out, "obligations");
	pack_array(out, a->obligation_count);
	for (uint32_t i = 0; i < a->obligation_count; i++)
		write_obligation(out, p, a->obligations[i], b);
}
