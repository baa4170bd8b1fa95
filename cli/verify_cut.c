#include "cli/verify_cut.h"

#include "cli/loaded.h"

/* The answers of the transaction: the smaller hashes, LEDGER_CUT_SCRIPT's, the newest seal. */
static const enum ledger_key hashes[] = {LEDGER_PLAN, LEDGER_ROLLUP, LEDGER_SUMMARY};
enum { HASHES = sizeof(hashes) / sizeof(hashes[0]), PART_CUT = HASHES, PART_SEALS };
enum { CUT_LATEST, CUT_TREND, CUT_LEDGER, CUT_BOOKS, CUT_TIME };
enum { BOOK_ADDED, BOOK_LENGTH, BOOK_LAST_REMOVED };

/* The answer may be long in coming; that there is none at all shows sooner. */
static int
ask_if_there(struct store *s, struct err *e)
{
	const struct text   ping = text_of("PING");
	struct store_reply *r = store_call(s, LOADED_TIMEOUT_MS, e, &ping, 1);

	store_reply_free(r);
	return r != NULL ? 0 : -1;
}

static void
ask(struct store *s, const char *plan)
{
	char keys[3][LEDGER_KEY_SIZE];

	store_sendv(s, "MULTI", NULL);
	for (size_t i = 0; i < HASHES; i++)
		store_sendv(s, "HGETALL", ledger_key(plan, hashes[i], keys[0]), NULL);
	store_sendv(s, "EVAL", LEDGER_CUT_SCRIPT, "3", ledger_key(plan, LEDGER_LATEST, keys[0]),
	    ledger_key(plan, LEDGER_TREND, keys[1]), ledger_key(plan, LEDGER_LEDGER, keys[2]),
	    NULL);
	store_sendv(
	    s, "XREVRANGE", ledger_key(plan, LEDGER_SEALS, keys[0]), "+", "-", "COUNT", "1", NULL);
}

int
cut_take(struct cut *c, struct store *s, const char *plan, struct err *e)
{
	const struct text         exec = text_of("EXEC");
	const struct store_reply *cut;

	*c = (struct cut){0};
	if (ask_if_there(s, e) != 0)
		return -1;
	ask(s, plan);
	c->reply = store_call(s, CUT_TIMEOUT_MS, e, &exec, 1);
	if (c->reply == NULL)
		return -1;
	for (size_t i = 0; i < HASHES; i++)
		c->parts[hashes[i]] = store_reply_at(c->reply, i);
	cut = store_reply_at(c->reply, PART_CUT);
	c->parts[LEDGER_LATEST] = store_reply_at(cut, CUT_LATEST);
	c->parts[LEDGER_TREND] = store_reply_at(cut, CUT_TREND);
	c->parts[LEDGER_LEDGER] = store_reply_at(cut, CUT_LEDGER);
	c->parts[LEDGER_SEALS] = store_reply_at(c->reply, PART_SEALS);
	c->now_ms = store_reply_integer(store_reply_at(cut, CUT_TIME)) * 1000;
	(void)position_parse(
	    store_reply_text(store_reply_at(c->parts[LEDGER_LEDGER], 0)), &c->last);
	(void)position_parse(
	    store_reply_text(store_reply_at(store_reply_at(c->parts[LEDGER_SEALS], 0), 0)),
	    &c->sealed);
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
	return cut_latest_count(c) == 0;
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

uint64_t
cut_latest_count(const struct cut *c)
{
	return (uint64_t)store_reply_integer(c->parts[LEDGER_LATEST]);
}

size_t
cut_day_count(const struct cut *c)
{
	return store_reply_count(c->parts[LEDGER_TREND]);
}

struct text
cut_day(const struct cut *c, size_t i)
{
	return store_reply_text(store_reply_at(c->parts[LEDGER_TREND], i));
}

bool
cut_books(const struct cut *c, struct cut_books *b)
{
	const struct store_reply *books =
	    store_reply_at(store_reply_at(c->reply, PART_CUT), CUT_BOOKS);

	if (store_reply_type(store_reply_at(books, BOOK_ADDED)) != STORE_INTEGER)
		return false;
	b->added = store_reply_integer(store_reply_at(books, BOOK_ADDED));
	b->length = store_reply_integer(store_reply_at(books, BOOK_LENGTH));
	b->last_removed = store_reply_text(store_reply_at(books, BOOK_LAST_REMOVED));
	return true;
}
