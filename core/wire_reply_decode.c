/* The client's half of wire_reply.h: reading what a collector answers. */
#include "core/wire_reply.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/wire_object.h"
#include "core/wire_shape.h"

/* A status reply may list every task of a plan, 15 objects each. */
#define REPLY_OBJECTS_MAX (16u * PLAN_TASKS_MAX)
#define WORD_MAX          64 /* bytes of a version, a durability, a role */

/* Where in a reply something stands, for messages: "results[3].task", "seq". */
struct spot {
	const char *list; /* NULL: in the envelope */
	uint32_t    index;
	struct err *err;
};

static int
wrong(const struct spot *s, const char *field, const msgpack_object *o, const char *expected)
{
	char shown[WIRE_SHOW_SIZE];

	wire_show(o, shown);
	if (s->list == NULL)
		return err_fail(
		    s->err, ERR_INPUT, "reply: %s: got %s, expected %s", field, shown, expected);
	return err_fail(s->err, ERR_INPUT, "reply: %s[%" PRIu32 "].%s: got %s, expected %s",
	    s->list, s->index, field, shown, expected);
}

static int
need_text(const struct spot *s, const msgpack_object *map, const char *key, size_t bytes_max,
    struct text *out)
{
	const msgpack_object *o = wire_find(map, text_of(key));

	char expected[40];

	if (wire_take_text(o, out) && out->len <= bytes_max)
		return 0;
	snprintf(expected, sizeof(expected), "text of at most %zu bytes", bytes_max);
	return wrong(s, key, o, expected);
}

static int
need_uint(const struct spot *s, const msgpack_object *map, const char *key, uint64_t *out)
{
	const msgpack_object *o = wire_find(map, text_of(key));

	return wire_take_uint(o, REPORT_SEQ_MAX, out)
	    ? 0
	    : wrong(s, key, o, "a whole number up to 2^53-1");
}

static int
need_instant(const struct spot *s, const msgpack_object *map, const char *key, int64_t *out)
{
	uint64_t ms;

	if (need_uint(s, map, key, &ms) != 0)
		return -1;
	*out = (int64_t)ms;
	return 0;
}

static int
need_code(const struct spot *s, const msgpack_object *map, enum report_code *out)
{
	const msgpack_object *o = wire_get(map, "code");
	struct text           t;

	if (!wire_take_text(o, &t) || !report_code_parse(t, out))
		return wrong(s, "code", o, "a code of the protocol");
	return 0;
}

static int
take_result(const struct spot *s, const msgpack_object *o, struct reply_result *r)
{
	const msgpack_object *task = wire_get(o, "task"), *result = wire_get(o, "result");
	struct text           word;

	*r = (struct reply_result){0};
	if (task != NULL && !wire_take_u32(task, &r->task))
		return wrong(s, "task", task, "a task's number or nil");
	r->task_known = task != NULL;
	if (!wire_take_text(result, &word) || !report_verdict_parse(word, &r->verdict))
		return wrong(s, "result", result, "a result of the protocol");
	if (r->verdict != REPORT_REJECTED)
		return 0;
	if (need_code(s, o, &r->code) != 0)
		return -1;
	return need_text(s, o, "message", REPORT_MESSAGE_MAX, &r->message);
}

static int
take_position(const struct spot *s, const msgpack_object *root, struct reply *r)
{
	const msgpack_object *o = wire_get(root, "position");
	struct position       unused;

	if (o == NULL)
		return 0;
	if (!wire_take_text(o, &r->position) || !position_parse(r->position, &unused))
		return wrong(s, "position", o, "a position");
	r->position_known = true;
	return 0;
}

static int
take_ack(struct spot *s, const msgpack_object *root, struct reply *r)
{
	const msgpack_object *results = wire_get(root, "results");
	uint32_t              count;

	if (need_text(s, root, "plan", PLAN_ID_MAX, &r->plan) != 0 ||
	    need_uint(s, root, "seq", &r->seq) != 0 || take_position(s, root, r) != 0 ||
	    need_text(s, root, "durability", WORD_MAX, &r->durability) != 0)
		return -1;
	r->seq_known = true;
	if (!wire_take_array(results, &count) || count > REPORT_ENTRIES_MAX)
		return wrong(s, "results", results, "an array of at most 500");
	s->list = "results";
	for (s->index = 0; s->index < count; s->index++)
		if (take_result(s, wire_at(results, s->index), &r->results[s->index]) != 0)
			return -1;
	r->count = count;
	return 0;
}

static int
take_error(struct spot *s, const msgpack_object *root, struct reply *r)
{
	const msgpack_object *retry = wire_get(root, "retry");

	if (wire_get(root, "seq") != NULL) {
		if (need_uint(s, root, "seq", &r->seq) != 0)
			return -1;
		r->seq_known = true;
	}
	if (need_code(s, root, &r->code) != 0 ||
	    need_text(s, root, "message", REPORT_MESSAGE_MAX, &r->message) != 0)
		return -1;
	return wire_take_bool(retry, &r->retry) ? 0 : wrong(s, "retry", retry, "true or false");
}

static int
take_pong(struct spot *s, const msgpack_object *root, struct reply *r)
{
	if (need_text(s, root, "version", WORD_MAX, &r->version) != 0)
		return -1;
	return need_instant(s, root, "time", &r->time_ms);
}

static int
take_word(const struct spot *s, const msgpack_object *o, struct reply_obligation *ob)
{
	const msgpack_object *percent = wire_get(o, "percent");
	double                number;

	if (!wire_take_double(percent, &number) || !report_percent_parse(number, &ob->percent))
		return wrong(s, "percent", percent, "0 to 100 with at most two decimals");
	if (need_instant(s, o, "at", &ob->at_ms) != 0)
		return -1;
	return need_instant(s, o, "received", &ob->received_ms);
}

static int
take_obligation(const struct spot *s, const msgpack_object *o, struct reply_obligation *ob)
{
	const msgpack_object *task = wire_get(o, "task"), *state = wire_get(o, "state");
	struct text           role, word = {0};

	if (!wire_take_u32(task, &ob->task))
		return wrong(s, "task", task, "a task's number");
	if (need_text(s, o, "role", WORD_MAX, &role) != 0 || need_uint(s, o, "seq", &ob->seq) != 0)
		return -1;
	ob->lead = text_equal(role, text_of("lead"));
	wire_take_text(state, &word);
	if (report_state_parse(word, &ob->state))
		return take_word(s, o, ob);
	if (!text_equal(word, text_of(report_state_name(REPORT_UNREPORTED))))
		return wrong(s, "state", state, "a state of the protocol");
	return 0;
}

static int
take_status(struct spot *s, const msgpack_object *root, struct reply *r)
{
	const msgpack_object *list = wire_get(root, "obligations");
	uint32_t              count;

	if (need_text(s, root, "plan", PLAN_ID_MAX, &r->plan) != 0)
		return -1;
	if (!wire_take_array(list, &count) || count > PLAN_TASKS_MAX)
		return wrong(s, "obligations", list, "an array of at most 10000");
	r->obligations = mem_zeroed(count, sizeof(*r->obligations));
	s->list = "obligations";
	for (s->index = 0; s->index < count; s->index++)
		if (take_obligation(s, wire_at(list, s->index), &r->obligations[s->index]) != 0)
			return -1;
	r->count = count;
	return 0;
}

static int
take_reply(const msgpack_object *root, struct reply *r, struct err *e)
{
	static int (*const take[REPLY_KINDS])(
	    struct spot *, const msgpack_object *, struct reply *) = {
	    [REPLY_ACK] = take_ack,
	    [REPLY_ERROR] = take_error,
	    [REPLY_PONG] = take_pong,
	    [REPLY_STATUS] = take_status,
	};
	struct spot s = {.err = e};
	struct text kind = {0};
	uint64_t    version;

	if (!wire_take_uint(wire_get(root, "v"), UINT64_MAX, &version) || version != REPORT_VERSION)
		return wrong(&s, "v", wire_get(root, "v"), "1");
	wire_take_text(wire_get(root, "kind"), &kind);
	for (int i = 0; i < REPLY_KINDS; i++) {
		if (text_equal(kind, text_of(reply_kind_name((enum reply_kind)i)))) {
			r->kind = (enum reply_kind)i;
			return take[i](&s, root, r);
		}
	}
	return wrong(&s, "kind", wire_get(root, "kind"), "ack, error, pong or status");
}

int
wire_reply_decode(const void *bytes, size_t len, struct reply *r, struct err *e)
{
	struct wire_zone zone;
	msgpack_object   root;
	struct refusal   why;
	int              rc;

	memset(r, 0, offsetof(struct reply, results)); /* count says how far results go */
	r->obligations = NULL;
	wire_zone_init(&zone, REPLY_OBJECTS_MAX);
	if (wire_decode(&zone, bytes, len, &root, &why) != 0)
		rc = err_fail(e, ERR_INPUT, "reply: %s", why.message);
	else
		rc = take_reply(&root, r, e);
	wire_zone_fini(&zone);
	if (rc != 0)
		reply_fini(r);
	return rc;
}

void
reply_fini(struct reply *r)
{
	free(r->obligations);
	r->obligations = NULL;
	r->count = 0;
}
