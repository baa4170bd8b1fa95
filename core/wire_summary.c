#include "core/wire_summary.h"

#include "core/wire_pack.h"
#include "core/wire_summary_type.h"

enum {
	TASK = 1u << SCOPE_TASK,
	AGENCY = 1u << SCOPE_AGENCY,
	EVERY = (1u << SCOPE_KINDS) - 1,
	OTHERS = EVERY & ~AGENCY,
};

#define AT(member) offsetof(struct summary, member)
#define TYPE(name) &wire_summary_##name
#define WHOLE      0 /* of several members: the type is handed the summary itself */

/* clang-format off */
static const struct field {
	const char                     *name;
	unsigned                        scopes; /* that have it: a bit for each scope_kind */
	const struct wire_summary_type *type;
	size_t                          at; /* of the member in struct summary */
} fields[] = {
	{"plan",         EVERY,  TYPE(text),        AT(plan)},
	{"revision",     EVERY,  TYPE(u32),         AT(revision)},
	{"position",     EVERY,  TYPE(position),    AT(position)},
	{"as_of",        EVERY,  TYPE(instant),     AT(as_of_ms)},
	{"scope",        EVERY,  TYPE(scope),       AT(kind)},
	{"key",          EVERY,  TYPE(text),        AT(key)},
	{"percent",      OTHERS, TYPE(percent),     AT(figure)},
	{"num",          OTHERS, TYPE(num),         AT(figure)},
	{"den",          OTHERS, TYPE(den),         AT(figure)},
	{"lead",         AGENCY, TYPE(figure),      AT(lead)},
	{"participant",  AGENCY, TYPE(figure),      AT(participant)},
	{"own",          AGENCY, TYPE(figure),      AT(figure)},
	{"expected",     EVERY,  TYPE(expected),    WHOLE},
	{"gap",          EVERY,  TYPE(gap),         WHOLE},
	{"light",        EVERY,  TYPE(light),       AT(judgement)},
	{"reason",       EVERY,  TYPE(reason),      AT(judgement)},
	{"tasks",        EVERY,  TYPE(tasks),       WHOLE},
	{"obligations",  EVERY,  TYPE(obligations), WHOLE},
	{"period",       EVERY,  TYPE(period),      AT(period)},
	{"last_period",  EVERY,  TYPE(period),      AT(last_period)},
	{"state",        TASK,   TYPE(state),       AT(state)},
	{"disposition",  TASK,   TYPE(disposition), AT(disposition)},
	{"overdue_days", TASK,   TYPE(u32),         AT(overdue_days)},
	{"parts",        TASK,   TYPE(parts),       WHOLE},
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

/* What follows from other fields is what they give. */
static const char *
misfit(const msgpack_object *data, const struct summary *s)
{
	if (s->kind != SCOPE_AGENCY &&
	    !wire_summary_percent_fits(wire_get(data, "percent"), &s->figure))
		return "percent";
	if (s->figure.den > 0 && s->gap != summary_percent(&s->figure) - s->expected)
		return "gap";
	return NULL;
}

/* Takes the fields in the table's order, not the sender's: `scope` is known before
 * the first that only some scopes have, num before den, den before expected. */
int
wire_summary_take(
    const msgpack_object *data, struct wire_parts *memory, struct summary *s, struct err *e)
{
	char        shown[WIRE_SHOW_SIZE];
	const char *wrong;

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
	wrong = misfit(data, s);
	if (wrong == NULL)
		return 0;
	return err_fail(e, ERR_INPUT, "data.%s: got %s, the other fields give another value", wrong,
	    wire_show(wire_find(data, text_of(wrong)), shown));
}
