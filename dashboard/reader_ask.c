#include "dashboard/reader_state.h"

#include <stdio.h>

#include "common/ledger.h"

#define RETRY_MS     500
#define BELL_MS      1000 /* how long XREAD may wait for an entry, */
#define EARLY_MS     50   /* and while only the day is not known yet */
#define SURE_MS      5000 /* how long a ledger that says nothing is taken for the same */
#define COUNT_MAX    63   /* and our last entry */
#define ANSWER_BYTES (1u << 20)

static void
asked(struct reader *r, enum asked what)
{
	r->asked = what;
	r->asked_ms = r->now_ms;
	r->asked_today = r->today;
	store_flush(r->link);
}

/* The entries from `from` on, the last one known, which has to be there still. */
static void
ask_entries(struct reader *r, struct position from)
{
	char key[LEDGER_KEY_SIZE], begin[POSITION_SIZE], count[16];

	r->asked_from = from;
	r->asked_count = (size_t)r->count + !position_is_zero(from);
	snprintf(count, sizeof(count), "%zu", r->asked_count);
	store_sendv(r->link, "XRANGE", ledger_key(r->id, LEDGER_LEDGER, key),
	    position_format(from, begin), "+", "COUNT", count, NULL);
	asked(r, ASKED_ENTRIES);
}

/* Waits for an entry. It is then asked for with the one before it. */
static void
ask_for_the_bell(struct reader *r)
{
	char key[LEDGER_KEY_SIZE], here[POSITION_SIZE], block[16];

	snprintf(block, sizeof(block), "%d", r->caught_up ? BELL_MS : EARLY_MS);
	store_sendv(r->link, "XREAD", "COUNT", "1", "BLOCK", block, "STREAMS",
	    ledger_key(r->id, LEDGER_LEDGER, key), position_format(reader_position(r), here), NULL);
	asked(r, ASKED_FOR_THE_BELL);
}

void
reader_ask(struct reader *r)
{
	bool sure = r->now_ms - r->sure_ms < SURE_MS;

	if (r->at_end && sure && reader_has_begun(r) && !reader_is_behind_today(r))
		ask_for_the_bell(r);
	else
		ask_entries(r, reader_position(r));
}

/* The ledger's end is where we are: what the aggregator has ended until the question went
 * out is over. */
static void
hear_the_end(struct reader *r)
{
	if (reader_has_begun(r)) {
		r->turn_to = r->asked_today;
		r->stuck = false;
		r->trouble = (struct err){0};
		return;
	}
	err_set(&r->trouble, ERR_AGAIN, "plan %s is not loaded", r->id);
	r->retry_at_ms = r->now_ms + RETRY_MS;
}

/* Few at a time when entries are large, many when they are small. */
static void
adapt_count(struct reader *r, const struct page *page)
{
	size_t bytes = 0;

	for (size_t i = 0; i < page->count; i++) {
		const struct store_reply *pairs = store_reply_at(store_reply_at(page->reply, i), 1);

		bytes += store_reply_text(store_reply_at(pairs, 1)).len;
	}
	if (bytes > ANSWER_BYTES && r->count > READER_COUNT_MIN)
		r->count = r->count / 2 > READER_COUNT_MIN ? r->count / 2 : READER_COUNT_MIN;
	else if (bytes < ANSWER_BYTES / 4 && !r->at_end)
		r->count = 2 * r->count < COUNT_MAX ? 2 * r->count : COUNT_MAX;
}

static bool
position_of(const struct store_reply *entry, struct position *position)
{
	return position_parse(store_reply_text(store_reply_at(entry, 0)), position);
}

/* Takes the page, and asks for what is behind it, so that Redis works at the same time. */
static void
take_page(struct reader *r, const struct page *page)
{
	struct position end;

	adapt_count(r, page);
	r->page = *page;
	if (!r->at_end && position_of(store_reply_at(page->reply, page->count - 1), &end))
		ask_entries(r, end);
}

/* Returns true if the reply was taken. */
static bool
hear_entries(struct reader *r, struct store_reply *reply)
{
	struct page     page = {.reply = reply, .count = store_reply_count(reply)};
	struct position first = {0};

	page.at = !position_is_zero(r->asked_from);
	r->sure_ms = r->now_ms;
	r->at_end = page.count < r->asked_count;
	if (page.at > 0 &&
	    (!position_of(store_reply_at(reply, 0), &first) ||
		position_compare(first, r->asked_from) != 0)) {
		reader_begin_again(r);
		return false;
	}
	if (page.at == page.count) {
		hear_the_end(r);
		return false;
	}
	take_page(r, &page);
	return true;
}

void
reader_hear(struct reader *r, struct store_reply *reply)
{
	enum asked      what = r->asked;
	enum store_type type = store_reply_type(reply);
	struct err      e = {0};

	r->asked = ASKED_NOTHING;
	if (what == ASKED_ENTRIES && type == STORE_ARRAY) {
		if (hear_entries(r, reply))
			return;
	} else if (what == ASKED_FOR_THE_BELL && type == STORE_ARRAY) {
		r->at_end = false;
	} else if (what != ASKED_IN_VAIN && type != STORE_NIL) {
		ledger_unexpected(reply, &e);
		reader_falter(r, &e, RETRY_MS);
	}
	store_reply_free(reply);
}
