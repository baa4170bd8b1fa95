#include "core/wire_message.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/wire_entry.h"
#include "core/wire_object.h"
#include "core/wire_pack.h"
#include "core/wire_shape.h"

struct wire_decoder {
	struct wire_zone zone;
	msgpack_object   root; /* of the last message */
};

static const struct text kind_names[MESSAGE_KINDS] = {
    [MESSAGE_REPORT] = {"report", 6},
    [MESSAGE_STATUS] = {"status", 6},
    [MESSAGE_PING] = {"ping", 4},
};

/* The envelope's values as they came; NULL: absent or nil. */
struct envelope {
	const msgpack_object *v, *kind, *plan, *agency, *seq, *reports, *dispositions;
};

struct wire_decoder *
wire_decoder_new(void)
{
	struct wire_decoder *d = mem_zeroed(1, sizeof(*d));

	wire_zone_init(&d->zone, WIRE_OBJECTS_MAX);
	return d;
}

void
wire_decoder_free(struct wire_decoder *d)
{
	if (d == NULL)
		return;
	wire_zone_fini(&d->zone);
	free(d);
}

static int
wrong(struct refusal *why, const char *field, const msgpack_object *o, const char *expected)
{
	char shown[WIRE_SHOW_SIZE];

	return refuse(
	    why, REPORT_BAD_FIELD, "%s: got %s, expected %s", field, wire_show(o, shown), expected);
}

static bool
take_name(const msgpack_object *o, struct text *name)
{
	struct text t;

	if (!wire_take_text(o, &t) || t.len == 0 || t.len > PLAN_ID_MAX)
		return false;
	*name = t;
	return true;
}

/* Reads what can be read, for an error reply too, and judges nothing. */
static void
take_known(const struct envelope *env, struct message *m)
{
	m->plan_known = take_name(env->plan, &m->plan);
	m->agency_known = take_name(env->agency, &m->agency);
	m->seq_known = wire_take_uint(env->seq, REPORT_SEQ_MAX, &m->seq) && m->seq > 0;
}

static int
check_version(const struct envelope *env, struct refusal *why)
{
	uint64_t version;

	if (!wire_take_uint(env->v, UINT64_MAX, &version))
		return wrong(why, "v", env->v, "1");
	if (version != REPORT_VERSION)
		return refuse(why, REPORT_UNSUPPORTED_VERSION, "v: got %" PRIu64 ", expected %d",
		    version, REPORT_VERSION);
	return 0;
}

static int
check_kind(const struct envelope *env, struct message *m, struct refusal *why)
{
	static const char expected[] = "report, status or ping";
	struct text       t;

	if (!wire_take_text(env->kind, &t))
		return wrong(why, "kind", env->kind, expected);
	for (int i = 0; i < MESSAGE_KINDS; i++) {
		if (text_equal(t, kind_names[i])) {
			m->kind = (enum message_kind)i;
			return 0;
		}
	}
	wrong(why, "kind", env->kind, expected);
	why->code = REPORT_UNKNOWN_KIND;
	return -1;
}

static int
check_names(const struct envelope *env, const struct message *m, struct refusal *why)
{
	static const char expected[] = "text of 1 to 64 bytes";

	if (!m->plan_known)
		return wrong(why, "plan", env->plan, expected);
	if (!m->agency_known)
		return wrong(why, "agency", env->agency, expected);
	return 0;
}

static int
take_list(const msgpack_object *o, const char *field, uint32_t *count, const void **entries,
    struct refusal *why)
{
	if (o == NULL)
		return 0;
	if (!wire_take_array(o, count))
		return wrong(why, field, o, "an array");
	*entries = o->via.array.ptr;
	return 0;
}

static int
take_lists(const struct envelope *env, struct message *m, struct refusal *why)
{
	if (take_list(env->reports, "reports", &m->report_count, &m->reports, why) != 0)
		return -1;
	if (take_list(env->dispositions, "dispositions", &m->disposition_count, &m->dispositions,
		why) != 0)
		return -1;

	uint64_t count = (uint64_t)m->report_count + m->disposition_count;

	if (count == 0)
		return wrong(
		    why, "reports", env->reports, "at least 1 entry here or in dispositions");
	if (count > REPORT_ENTRIES_MAX)
		return refuse(why, REPORT_TOO_MANY_REPORTS,
		    "reports: got %" PRIu64 " with the dispositions, expected at most %d", count,
		    REPORT_ENTRIES_MAX);
	return 0;
}

static int
check_envelope(const struct envelope *env, struct message *m, struct refusal *why)
{
	if (check_version(env, why) != 0 || check_kind(env, m, why) != 0)
		return -1;
	if (m->kind == MESSAGE_PING)
		return 0;
	if (check_names(env, m, why) != 0)
		return -1;
	if (m->kind == MESSAGE_STATUS)
		return 0;
	if (!m->seq_known)
		return wrong(why, "seq", env->seq, "a whole number from 1 to 2^53-1");
	return take_lists(env, m, why);
}

int
wire_message_decode(
    struct wire_decoder *d, const void *bytes, size_t len, struct message *m, struct refusal *why)
{
	const msgpack_object *root = &d->root;
	char                  shown[WIRE_SHOW_SIZE];

	*m = (struct message){0};
	if (wire_decode(&d->zone, bytes, len, &d->root, why) != 0)
		return -1;
	if (root->type != MSGPACK_OBJECT_MAP)
		return refuse(why, REPORT_MALFORMED, "not a map but %s", wire_show(root, shown));

	struct envelope env = {
	    .v = wire_get(root, "v"),
	    .kind = wire_get(root, "kind"),
	    .plan = wire_get(root, "plan"),
	    .agency = wire_get(root, "agency"),
	    .seq = wire_get(root, "seq"),
	    .reports = wire_get(root, "reports"),
	    .dispositions = wire_get(root, "dispositions"),
	};

	take_known(&env, m);
	return check_envelope(&env, m, why);
}

int
wire_entry_decode(const struct message *m, uint32_t i, struct report *r, struct refusal *why)
{
	const msgpack_object *entry = m->reports;
	struct wire_place     place = {.is_disposition = i >= m->report_count, .index = i};

	if (place.is_disposition) {
		entry = m->dispositions;
		place.index -= m->report_count;
		assert(place.index < m->disposition_count);
	}
	return wire_entry_read(entry + place.index, place, r, why);
}

static void
write_head(struct buf *out, size_t pairs, enum message_kind kind)
{
	pack_map(out, pairs);
	pack_key(out, "v");
	pack_uint(out, REPORT_VERSION);
	pack_key(out, "kind");
	pack_text(out, kind_names[kind]);
}

static void
write_names(struct buf *out, struct text plan, struct text agency)
{
	pack_key(out, "plan");
	pack_text(out, plan);
	pack_key(out, "agency");
	pack_text(out, agency);
}

static void
write_list(struct buf *out, const char *key, bool of_dispositions, size_t list_count,
    const struct report *entries, uint32_t count)
{
	if (list_count == 0)
		return;
	pack_key(out, key);
	pack_array(out, list_count);
	for (uint32_t i = 0; i < count; i++)
		if ((entries[i].kind == REPORT_DISPOSITION) == of_dispositions)
			wire_entry_write(out, &entries[i]);
}

void
wire_report_encode(struct buf *out, struct text plan, struct text agency, uint64_t seq,
    const struct report *entries, uint32_t count)
{
	uint32_t dispositions = 0;

	for (uint32_t i = 0; i < count; i++)
		dispositions += entries[i].kind == REPORT_DISPOSITION;

	uint32_t reports = count - dispositions;

	write_head(out, 5u + (reports > 0) + (dispositions > 0), MESSAGE_REPORT);
	write_names(out, plan, agency);
	pack_key(out, "seq");
	pack_uint(out, seq);
	write_list(out, "reports", false, reports, entries, count);
	write_list(out, "dispositions", true, dispositions, entries, count);
}

void
wire_status_encode(struct buf *out, struct text plan, struct text agency)
{
	write_head(out, 4, MESSAGE_STATUS);
	write_names(out, plan, agency);
}

void
wire_ping_encode(struct buf *out)
{
	write_head(out, 2, MESSAGE_PING);
}
