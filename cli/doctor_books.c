#include "cli/doctor_books.h"

#include <stdio.h>
#include <string.h>

#include "cli/doctor_trouble.h"
#include "common/ledger.h"

/* What is asked of Redis about a plan, in one step. */
enum part { PART_END, PART_LEDGER, PART_CHECKPOINT, PART_SEALS, PART_TIME };

static struct store_reply *
ask(struct doctor *d, const char *id, struct err *e)
{
	const struct text exec = text_of("EXEC");
	char              key[LEDGER_KEY_SIZE];

	store_sendv(d->store, "MULTI", NULL);
	store_sendv(d->store, "HMGET", ledger_key(id, LEDGER_PLAN, key), "end", NULL);
	store_sendv(d->store, "XINFO", "STREAM", ledger_key(id, LEDGER_LEDGER, key), NULL);
	store_sendv(d->store, "HMGET", ledger_key(id, LEDGER_ROLLUP, key), "position", NULL);
	store_sendv(
	    d->store, "XREVRANGE", ledger_key(id, LEDGER_SEALS, key), "+", "-", "COUNT", "1", NULL);
	store_sendv(d->store, "TIME", NULL);
	return store_call(d->store, d->cfg->timeout * 1000, e, &exec, 1);
}

/* The value under a name in the answer to XINFO; nil if there is none. */
static const struct store_reply *
find(const struct store_reply *info, const char *name)
{
	size_t i = 0;

	while (i < store_reply_count(info) &&
	    !text_equal(store_reply_text(store_reply_at(info, i)), text_of(name)))
		i += 2;
	return store_reply_at(info, i + 1);
}

static struct position
position_of(const struct store_reply *r)
{
	struct position p;

	return position_parse(store_reply_text(r), &p) ? p : (struct position){0};
}

static void
read_books(const struct store_reply *r, struct doctor_books *b)
{
	const struct store_reply *info = store_reply_at(r, PART_LEDGER);
	const struct store_reply *first = find(info, "first-entry");
	const struct store_reply *added = find(info, "entries-added");
	const struct store_reply *seal = store_reply_at(store_reply_at(r, PART_SEALS), 0);
	struct ledger_entry       entry;
	char                      s[24];
	long long                 now_s = 0;

	screen_safe(
	    store_reply_text(store_reply_at(store_reply_at(r, PART_TIME), 0)), s, sizeof(s));
	(void)sscanf(s, "%12lld", &now_s);
	b->now_ms = now_s * 1000;
	b->end = position_of(store_reply_at(store_reply_at(r, PART_END), 0));
	b->first = position_of(store_reply_at(first, 0));
	b->last = position_of(store_reply_at(find(info, "last-entry"), 0));
	b->begins_with_plan = ledger_entry_read(first, &entry, NULL) == 0 && entry.yaml.at != NULL;
	b->length = store_reply_integer(find(info, "length"));
	if (b->length < 0)
		b->length = 0;
	b->added = store_reply_type(added) == STORE_INTEGER ? store_reply_integer(added) : -1;
	b->checkpoint = position_of(store_reply_at(store_reply_at(r, PART_CHECKPOINT), 0));
	b->seal = position_of(store_reply_at(seal, 0));
}

void
doctor_books_mend(struct doctor *d, const char *plan)
{
	doctor_mend(&d->findings,
	    "Redis came back with older data, or somebody took entries out: stop the services, and "
	    "restore a backup that has them (docs/operations.md, \"Restoring\"); 'tuijin verify "
	    "--plan "
	    "%s' says what is there",
	    plan);
}

/* The stream, which is never empty, has gone. */
static bool
has_ledger(struct doctor *d, const char *id, const struct store_reply *info)
{
	struct text said = store_reply_text(info);

	if (store_reply_type(info) != STORE_ERROR)
		return true;
	if (memmem(said.at, said.len, "no such key", strlen("no such key")) == NULL)
		return !doctor_is_garbled(d, id, info);
	doctor_find(&d->findings, DOCTOR_FAULT, "ledger_gone", "plan %s has no ledger", id);
	doctor_books_mend(d, id);
	return false;
}

int
doctor_books_read(struct doctor *d, const char *plan, struct doctor_books *b, struct err *e)
{
	static const enum part others[] = {PART_END, PART_CHECKPOINT, PART_SEALS};
	struct store_reply    *r = ask(d, plan, e);
	bool                   ok;

	if (r == NULL)
		return -1;
	*b = (struct doctor_books){.plan = plan};
	ok = has_ledger(d, plan, store_reply_at(r, PART_LEDGER));
	for (size_t i = 0; i < OPTIONS_COUNT(others); i++)
		ok = ok && !doctor_is_garbled(d, plan, store_reply_at(r, others[i]));
	if (ok)
		read_books(r, b);
	store_reply_free(r);
	return ok;
}
