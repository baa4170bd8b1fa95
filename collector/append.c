#include "collector/append.h"

#include <stdlib.h>

#include "common/ledger.h"
#include "core/mem.h"

#define FIXED_ARGS 9 /* EVAL, script, 3, three keys, digest, end, records */

void
append_fini(struct append *a)
{
	free(a->args);
	buf_fini(&a->fields);
	*a = (struct append){0};
}

static void
make_room(struct append *a, const struct batch *b)
{
	size_t need = FIXED_ARGS + 2 * (size_t)b->accepted;

	if (need > a->room) {
		a->room = 2 * need;
		a->args = mem_resized(a->args, a->room, sizeof(a->args[0]));
	}
	buf_reset(&a->fields);
	buf_grow(&a->fields, (size_t)b->accepted * LEDGER_FIELD_SIZE);
}

/* The name of a slot's field, kept in a->fields, which has room enough. */
static struct text
field(struct append *a, const struct plan *p, uint32_t slot)
{
	bool        ruling = slot >= p->obligation_count;
	uint32_t    task = slot - p->obligation_count;
	uint32_t    agency = p->office;
	char       *at = a->fields.at + a->fields.len;
	struct text name;

	if (!ruling) {
		task = p->obligations[slot].task;
		agency = p->obligations[slot].agency;
	}
	name = ledger_field(p->tasks[task].number, text_of(p->agencies[agency].id), ruling, at);
	a->fields.len += name.len;
	return name;
}

void
append_send(struct append *a, struct store *link, struct batch *b, const struct stored *s)
{
	const struct plan *p = s->plan;
	char               keys[3][LEDGER_KEY_SIZE], last[POSITION_SIZE];
	size_t             n = 0;

	make_room(a, b);
	a->args[n++] = text_of("EVAL");
	a->args[n++] = text_of(LEDGER_APPEND_SCRIPT);
	a->args[n++] = text_of("3");
	a->args[n++] = text_of(ledger_key(p->id, LEDGER_PLAN, keys[0]));
	a->args[n++] = text_of(ledger_key(p->id, LEDGER_LATEST, keys[1]));
	a->args[n++] = text_of(ledger_key(p->id, LEDGER_LEDGER, keys[2]));
	a->args[n++] = text_of(s->digest);
	a->args[n++] = text_of(position_format(s->end, last));
	a->args[n++] = batch_records(b);
	for (uint32_t i = 0; i < b->entry_count; i++) {
		const struct batch_entry *en = &b->entries[i];

		if (!batch_is_latest(b, s->book, i))
			continue;
		a->args[n++] = field(a, p, en->slot);
		a->args[n++] = (struct text){b->records.at + en->at, en->len};
	}
	store_send(link, a->args, n);
}

enum append_outcome
append_read(
    const struct store_reply *r, struct position *position, const struct store_reply **missed)
{
	struct text word, where;

	if (store_reply_type(r) != STORE_ARRAY || store_reply_count(r) < 1)
		return APPEND_REFUSED;
	word = store_reply_text(store_reply_at(r, 0));
	if (text_equal(word, text_of("plan")))
		return APPEND_REPLAN;
	if (store_reply_count(r) < 2)
		return APPEND_REFUSED;
	if (text_equal(word, text_of("behind"))) {
		*missed = store_reply_at(r, 1);
		return APPEND_BEHIND;
	}
	where = store_reply_text(store_reply_at(r, 1));
	if (where.len > 0 && !position_parse(where, position))
		return APPEND_REFUSED;
	return APPEND_STORED;
}
