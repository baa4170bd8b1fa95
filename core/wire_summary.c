#include "core/wire_summary.h"

#include "core/wire_pack.h"
#include "core/wire_parts.h"

/* How a member of a summary is written and taken. An absent or nil value comes to
 * take() as NULL; false is "that cannot be". */
struct type {
	void (*pack)(struct buf *out, const void *member);
	bool (*take)(const msgpack_object *o, void *member);
};

void
wire_pack_position(struct buf *out, struct position position)
{
	char formatted[POSITION_SIZE];

	pack_word(out, position_format(position, formatted));
}

bool
wire_take_position(const msgpack_object *o, struct position *position)
{
	struct text t;

	return wire_take_text(o, &t) && position_parse(t, position);
}

static void
text_pack(struct buf *out, const void *member)
{
	pack_text(out, *(const struct text *)member);
}

/* Only ids and numbers are texts here, and they are shown to people as they are. */
static bool
text_take(const msgpack_object *o, void *member)
{
	struct text t;

	if (!wire_take_text(o, &t) || (t.len > 0 && !text_is_name(t, PLAN_ID_MAX)))
		return false;
	*(struct text *)member = t;
	return true;
}

static void
u32_pack(struct buf *out, const void *member)
{
	pack_uint(out, *(const uint32_t *)member);
}

static bool
u32_take(const msgpack_object *o, void *member)
{
	return wire_take_u32(o, member);
}

static void
instant_pack(struct buf *out, const void *member)
{
	pack_int(out, *(const int64_t *)member);
}

static bool
instant_take(const msgpack_object *o, void *member)
{
	return wire_take_int(o, member);
}

static void
position_pack(struct buf *out, const void *member)
{
	wire_pack_position(out, *(const struct position *)member);
}

static bool
position_take(const msgpack_object *o, void *member)
{
	return wire_take_position(o, member);
}

static void
scope_pack(struct buf *out, const void *member)
{
	pack_word(out, scope_kind_name(*(const enum scope_kind *)member));
}

static bool
scope_take(const msgpack_object *o, void *member)
{
	struct text t;

	return wire_take_text(o, &t) && scope_kind_parse(t, member);
}

static void
percent_pack(struct buf *out, const void *member)
{
	int32_t percent = summary_percent(member);

	if (percent < 0)
		pack_nil(out);
	else
		pack_percent(out, percent);
}

/* num and den say all but whether a floor of 0 hides a little. */
static bool
percent_take(const msgpack_object *o, void *member)
{
	struct figure *f = member;
	uint32_t       basis_points = 0;
	double         percent;

	if (o != NULL &&
	    (!wire_take_double(o, &percent) || !report_percent_parse(percent, &basis_points)))
		return false;
	f->above_zero = basis_points > 0;
	return true;
}

static void
num_pack(struct buf *out, const void *member)
{
	pack_uint(out, ((const struct figure *)member)->num);
}

static bool
num_take(const msgpack_object *o, void *member)
{
	return wire_take_uint(o, UINT64_MAX, &((struct figure *)member)->num);
}

static void
den_pack(struct buf *out, const void *member)
{
	pack_uint(out, ((const struct figure *)member)->den);
}

/* Behind num: no mean is above 100 percent. */
static bool
den_take(const msgpack_object *o, void *member)
{
	struct figure *f = member;

	return wire_take_uint(o, UINT32_MAX, &f->den) && f->num <= f->den * REPORT_PERCENT_MAX;
}

static void
figure_pack(struct buf *out, const void *member)
{
	pack_map(out, 4);
	pack_key(out, "percent");
	percent_pack(out, member);
	pack_key(out, "num");
	num_pack(out, member);
	pack_key(out, "den");
	den_pack(out, member);
	pack_key(out, "tasks");
	pack_uint(out, ((const struct figure *)member)->tasks);
}

static bool
figure_take(const msgpack_object *o, void *member)
{
	struct figure *f = member;

	return percent_take(wire_get(o, "percent"), f) && num_take(wire_get(o, "num"), f) &&
	    den_take(wire_get(o, "den"), f) && wire_take_u32(wire_get(o, "tasks"), &f->tasks);
}

static void
tasks_pack(struct buf *out, const void *member)
{
	const struct summary *s = member;

	pack_map(out, 2 + TASK_STATES);
	pack_key(out, "total");
	pack_uint(out, s->task_total);
	pack_key(out, "included");
	pack_uint(out, s->task_included);
	for (unsigned i = 0; i < TASK_STATES; i++) {
		pack_key(out, task_state_name((enum task_state)i));
		pack_uint(out, s->tasks[i]);
	}
}

static bool
tasks_take(const msgpack_object *o, void *member)
{
	struct summary *s = member;
	bool            ok = wire_take_u32(wire_get(o, "total"), &s->task_total) &&
	    wire_take_u32(wire_get(o, "included"), &s->task_included);

	for (unsigned i = 0; i < TASK_STATES; i++) {
		struct text name = text_of(task_state_name((enum task_state)i));

		ok = ok && wire_take_u32(wire_find(o, name), &s->tasks[i]);
	}
	return ok;
}

static void
obligations_pack(struct buf *out, const void *member)
{
	const struct summary *s = member;

	pack_map(out, 2);
	pack_key(out, "expected");
	pack_uint(out, s->obligations_expected);
	pack_key(out, "reported");
	pack_uint(out, s->obligations_reported);
}

static bool
obligations_take(const msgpack_object *o, void *member)
{
	struct summary *s = member;

	return wire_take_u32(wire_get(o, "expected"), &s->obligations_expected) &&
	    wire_take_u32(wire_get(o, "reported"), &s->obligations_reported);
}

static void
state_pack(struct buf *out, const void *member)
{
	pack_word(out, task_state_name(*(const enum task_state *)member));
}

static bool
state_take(const msgpack_object *o, void *member)
{
	struct text t;

	return wire_take_text(o, &t) && task_state_parse(t, member);
}

static void
disposition_pack(struct buf *out, const void *member)
{
	pack_word(out, report_disposition_name(*(const enum report_disposition *)member));
}

static bool
disposition_take(const msgpack_object *o, void *member)
{
	struct text t;

	return wire_take_text(o, &t) && report_disposition_parse(t, member);
}

static void
parts_pack(struct buf *out, const void *member)
{
	const struct summary *s = member;

	wire_parts_pack(out, s->parts, s->part_count);
}

/* s->parts has room for them already (wire_summary_take). */
static bool
parts_take(const msgpack_object *o, void *member)
{
	struct summary *s = member;

	return wire_take_array(o, &s->part_count) && wire_parts_take(o, s->parts);
}

static const struct type text = {text_pack, text_take};
static const struct type u32 = {u32_pack, u32_take};
static const struct type instant = {instant_pack, instant_take};
static const struct type position = {position_pack, position_take};
static const struct type scope = {scope_pack, scope_take};
static const struct type percent = {percent_pack, percent_take};
static const struct type num = {num_pack, num_take};
static const struct type den = {den_pack, den_take};
static const struct type figure = {figure_pack, figure_take};
static const struct type tasks = {tasks_pack, tasks_take};
static const struct type obligations = {obligations_pack, obligations_take};
static const struct type state = {state_pack, state_take};
static const struct type disposition = {disposition_pack, disposition_take};
static const struct type parts = {parts_pack, parts_take};

enum {
	TASK = 1u << SCOPE_TASK,
	AGENCY = 1u << SCOPE_AGENCY,
	EVERY = (1u << SCOPE_KINDS) - 1,
	OTHERS = EVERY & ~AGENCY,
};

#define AT(member) offsetof(struct summary, member)
#define WHOLE      0 /* of several members: the type is handed the summary itself */

/* clang-format off */
static const struct field {
	const char        *name;
	unsigned           scopes; /* that have it: a bit for each scope_kind */
	const struct type *type;
	size_t             at;     /* of the member in struct summary */
} fields[] = {
	{"plan",        EVERY,  &text,        AT(plan)},
	{"revision",    EVERY,  &u32,         AT(revision)},
	{"position",    EVERY,  &position,    AT(position)},
	{"as_of",       EVERY,  &instant,     AT(as_of_ms)},
	{"scope",       EVERY,  &scope,       AT(kind)},
	{"key",         EVERY,  &text,        AT(key)},
	{"percent",     OTHERS, &percent,     AT(figure)},
	{"num",         OTHERS, &num,         AT(figure)},
	{"den",         OTHERS, &den,         AT(figure)},
	{"lead",        AGENCY, &figure,      AT(lead)},
	{"participant", AGENCY, &figure,      AT(participant)},
	{"own",         AGENCY, &figure,      AT(figure)},
	{"tasks",       EVERY,  &tasks,       WHOLE},
	{"obligations", EVERY,  &obligations, WHOLE},
	{"state",       TASK,   &state,       AT(state)},
	{"disposition", TASK,   &disposition, AT(disposition)},
	{"parts",       TASK,   &parts,       WHOLE},
};
/* clang-format on */

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* A summary's fields are those whose bit its scope has. */
static bool
has(const struct summary *s, const struct field *f)
{
	return (f->scopes >> s->kind & 1) != 0;
}

void
wire_summary_pack(struct buf *out, const struct summary *s)
{
	size_t count = 0;

	for (size_t i = 0; i < FIELDS; i++)
		count += has(s, &fields[i]);
	pack_map(out, count);
	for (size_t i = 0; i < FIELDS; i++) {
		if (!has(s, &fields[i]))
			continue;
		pack_key(out, fields[i].name);
		fields[i].type->pack(out, (const char *)s + fields[i].at);
	}
}

/* Takes the fields in the table's order, not the sender's: `scope` is known
 * before the first that only some scopes have, num before den. */
int
wire_summary_take(
    const msgpack_object *data, struct wire_parts *memory, struct summary *s, struct err *e)
{
	char shown[WIRE_SHOW_SIZE];

	*s = (struct summary){.parts = wire_parts_room(memory, wire_get(data, "parts"))};
	for (size_t i = 0; i < FIELDS; i++) {
		const struct field   *f = &fields[i];
		const msgpack_object *o = wire_find(data, text_of(f->name));

		if (has(s, f) && !f->type->take(o, (char *)s + f->at))
			return err_fail(
			    e, ERR_INPUT, "data.%s: got %s", f->name, wire_show(o, shown));
	}
	if (s->kind != SCOPE_AGENCY)
		s->figure.tasks = s->task_included;
	return 0;
}
