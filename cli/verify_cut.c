#include "cli/verify_cut.h"

#include "cli/loaded.h"

/* What LEDGER_CUT_SCRIPT answers: the hashes, the last entry, the ledger's books. */
static const enum ledger_key hashes[] = {
    LEDGER_PLAN, LEDGER_LATEST, LEDGER_ROLLUP, LEDGER_SUMMARY, LEDGER_TREND};
enum { HASHES = sizeof(hashes) / sizeof(hashes[0]), PART_LAST = HASHES, PART_BOOKS, PART_TIME };

#define FIXED_ARGS 3 /* EVAL, script, number of keys */

int
cut_take(struct cut *c, struct store *s, const char *plan, struct err *e)
{
	char        keys[HASHES + 1][LEDGER_KEY_SIZE], count[24];
	struct text args[FIXED_ARGS + HASHES + 1] = {text_of("EVAL"), text_of(LEDGER_CUT_SCRIPT)};

	args[2] = (struct text){count, (size_t)(text_write_number(count, HASHES + 1) - count)};
	for (size_t i = 0; i < HASHES; i++)
		args[FIXED_ARGS + i] = text_of(ledger_key(plan, hashes[i], keys[i]));
	args[FIXED_ARGS + HASHES] = text_of(ledger_key(plan, LEDGER_LEDGER, keys[HASHES]));
	*c = (struct cut){0};
	c->reply = store_call(s, LOADED_TIMEOUT_MS, e, args, FIXED_ARGS + HASHES + 1);
	if (c->reply == NULL)
		return -1;
	for (size_t i = 0; i < HASHES; i++)
		c->parts[hashes[i]] = store_reply_at(c->reply, i);
	c->parts[LEDGER_LEDGER] = store_reply_at(c->reply, PART_LAST);
	c->now_ms = store_reply_integer(store_reply_at(c->reply, PART_TIME)) * 1000;
	(void)position_parse(
	    store_reply_text(store_reply_at(c->parts[LEDGER_LEDGER], 0)), &c->last);
	return 0;
}

void
cut_fini(struct cut *c)
{
	store_reply_free(c->reply);
	*c = (struct cut){0};
}

bool
cut_is_empty(const struct cut *c)
{
	for (int k = 0; k < LEDGER_KEYS; k++)
		if (store_reply_type(c->parts[k]) == STORE_ERROR ||
		    store_reply_count(c->parts[k]) > 0)
			return false;
	return true;
}

struct text
cut_trouble(const struct cut *c, enum ledger_key k)
{
	if (store_reply_type(c->parts[k]) != STORE_ERROR)
		return (struct text){0};
	return store_reply_text(c->parts[k]);
}

size_t
cut_count(const struct cut *c, enum ledger_key k)
{
	return store_reply_count(c->parts[k]) / 2;
}

struct text
cut_name(const struct cut *c, enum ledger_key k, size_t i)
{
	return store_reply_text(store_reply_at(c->parts[k], 2 * i));
}

struct text
cut_value(const struct cut *c, enum ledger_key k, size_t i)
{
	return store_reply_text(store_reply_at(c->parts[k], 2 * i + 1));
}

struct text
cut_find(const struct cut *c, enum ledger_key k, struct text name)
{
	for (size_t i = 0; i < cut_count(c, k); i++)
		if (text_equal(cut_name(c, k, i), name))
			return cut_value(c, k, i);
	return (struct text){0};
}

/* What XINFO STREAM says under a name. */
static const struct store_reply *
book(const struct store_reply *books, const char *name)
{
	size_t i = 0, n = store_reply_count(books);

	while (i + 1 < n && !text_equal(store_reply_text(store_reply_at(books, i)), text_of(name)))
		i += 2;
	return store_reply_at(books, i + 1);
}

bool
cut_books(const struct cut *c, struct cut_books *b)
{
	const struct store_reply *books = store_reply_at(c->reply, PART_BOOKS);
	const struct store_reply *added = book(books, "entries-added");

	if (store_reply_type(added) != STORE_INTEGER)
		return false;
	b->added = store_reply_integer(added);
	b->length = store_reply_integer(book(books, "length"));
	b->last_removed = store_reply_text(book(books, "max-deleted-entry-id"));
	return true;
}
