#include "collector/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/plan_yaml.h"

#define MISSED_MAX "16"

/* The parts of a whole answer, and the fields of the first. */
enum { PART_PLAN, PART_LATEST, PART_MISSED, PARTS };
static const char *const part_names[PARTS] = {"plan", "latest", "ledger"};
enum { FIELD_DIGEST, FIELD_END, FIELD_YAML, FIELD_HELD };

void
stored_init(struct stored *s, const char *id)
{
	*s = (struct stored){.id = mem_copied(id, strlen(id)), .decoder = wire_records_new()};
}

void
stored_fini(struct stored *s)
{
	book_free(s->book);
	plan_free(s->plan);
	wire_records_free(s->decoder);
	free(s->id);
}

void
stored_ask(const struct stored *s, struct store *link, bool missed)
{
	char key[LEDGER_KEY_SIZE], after[POSITION_SIZE + 1] = "(";

	store_sendv(link, "MULTI", NULL);
	store_sendv(link, "HMGET", ledger_key(s->id, LEDGER_PLAN, key), "digest", "end", "yaml",
	    "held", NULL);
	store_sendv(link, "HGETALL", ledger_key(s->id, LEDGER_LATEST, key), NULL);
	if (missed) {
		position_format(s->end, after + 1);
		store_sendv(link, "XRANGE", ledger_key(s->id, LEDGER_LEDGER, key), after, "+",
		    "COUNT", MISSED_MAX, NULL);
	}
	store_sendv(link, "EXEC", NULL);
}

/* True if r is an answer to EXEC, and every part of it the list it should be. */
static bool
is_whole(const struct store_reply *r, struct err *e)
{
	if (store_reply_count(r) < PART_MISSED) {
		ledger_unexpected(r, e);
		return false;
	}
	for (size_t i = 0; i < store_reply_count(r); i++) {
		const struct store_reply *part = store_reply_at(r, i);

		if (store_reply_type(part) != STORE_ARRAY) {
			ledger_unexpected(part, e);
			err_wrap(e, part_names[i]);
			return false;
		}
	}
	return true;
}

enum stored_answer
stored_hear(const struct store_reply *r, const struct store_reply **missed, struct err *e)
{
	const struct store_reply *digest;

	*missed = NULL;
	if (store_reply_type(r) == STORE_TEXT)
		return STORED_PARTIAL; /* OK and QUEUED; the answer to EXEC is the last */
	if (!is_whole(r, e))
		return STORED_REFUSED;
	digest = store_reply_at(store_reply_at(r, PART_PLAN), FIELD_DIGEST);
	if (store_reply_type(digest) != STORE_TEXT) {
		err_set(e, ERR_AGAIN, "the plan is not loaded");
		return STORED_ABSENT;
	}
	if (store_reply_count(r) > PART_MISSED)
		*missed = store_reply_at(r, PART_MISSED);
	return STORED_WHOLE;
}

/* Enters records, back to back, each unless the book has a newer one or the plan
 * no place for it any more. */
static int
enter(struct stored *s, struct text records, struct err *e)
{
	while (records.len > 0) {
		struct record    rec;
		struct book_slot said;
		uint64_t         digest;
		uint32_t         slot;

		if (wire_record_decode(s->decoder, &records, &rec, &digest, e) != 0)
			return -1;
		slot = book_find_record(s->book, &rec);
		said = book_slot_of(&rec, digest);
		if (slot != PLAN_NONE && book_judge(s->book, slot, &said) == REPORT_ACCEPTED)
			book_set(s->book, slot, &said);
	}
	return 0;
}

/* An eviction or a careless hand may have taken records out of `latest`. */
static int
check_held(struct text held, size_t count, struct err *e)
{
	size_t want = 0;

	for (size_t i = 0; i < held.len; i++)
		want = want * 10 + (size_t)(held.at[i] - '0');
	if (count < want)
		return err_fail(e, ERR_ENV,
		    "latest: holds %zu of %zu records; 'tuijin verify --repair' restores it", count,
		    want);
	return 0;
}

/* A record of `latest` that cannot be read stops the session: without it, an old
 * report could pass for a new one. */
static int
read_latest(struct stored *s, const struct store_reply *pairs, struct err *e)
{
	for (size_t i = 0; i + 1 < store_reply_count(pairs); i += 2) {
		if (enter(s, store_reply_text(store_reply_at(pairs, i + 1)), e) != 0) {
			struct text field = store_reply_text(store_reply_at(pairs, i));
			char        shown[2 * PLAN_ID_MAX];

			err_wrap(e, text_escape(field, shown, sizeof(shown)));
			err_wrap(e, "latest");
			return -1;
		}
	}
	return 0;
}

static int
read_plan(struct stored *s, struct text digest, struct text yaml, struct plan **old, struct err *e)
{
	struct err   why = {0};
	struct plan *plan;

	if (s->plan != NULL && text_equal(digest, text_of(s->digest))) {
		book_clear(s->book);
		return 0;
	}
	plan = plan_yaml_parse_stored(yaml, &why);
	if (plan == NULL)
		return err_fail(e, ERR_ENV, "plan %s in Redis is broken: %s", s->id, why.msg);
	book_free(s->book);
	s->book = book_new(plan);
	*old = s->plan;
	s->plan = plan;
	snprintf(s->digest, sizeof(s->digest), "%.*s", (int)digest.len, digest.at);
	return 0;
}

int
stored_read(struct stored *s, const struct store_reply *whole, struct plan **old, struct err *e)
{
	const struct store_reply *plan = store_reply_at(whole, PART_PLAN);

	*old = NULL;
	if (!position_parse(store_reply_text(store_reply_at(plan, FIELD_END)), &s->end))
		return err_fail(e, ERR_ENV, "plan %s in Redis has no ledger position", s->id);
	if (read_plan(s, store_reply_text(store_reply_at(plan, FIELD_DIGEST)),
		store_reply_text(store_reply_at(plan, FIELD_YAML)), old, e) != 0)
		return -1;
	if (check_held(store_reply_text(store_reply_at(plan, FIELD_HELD)),
		store_reply_count(store_reply_at(whole, PART_LATEST)) / 2, e) != 0)
		return -1;
	return read_latest(s, store_reply_at(whole, PART_LATEST), e);
}

int
stored_catch_up(struct stored *s, const struct store_reply *entries, struct err *e)
{
	for (size_t i = 0; i < store_reply_count(entries); i++) {
		struct ledger_entry entry;

		if (ledger_entry_read(store_reply_at(entries, i), &entry, e) != 0)
			return -1;
		if (entry.yaml.at != NULL) /* the same plan in a new ledger: all is to be read */
			return err_fail(e, ERR_AGAIN, "plan %s was loaded again", s->id);
		if (enter(s, entry.records, e) != 0)
			return -1;
		s->end = entry.position;
	}
	return 0;
}
