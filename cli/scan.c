#include "cli/scan.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/loaded.h"
#include "cli/scan_progress.h"
#include "common/ledger.h"

#define COUNT_FIRST  16 /* entries asked for at once; more while they are small: */
#define COUNT_MAX    256
#define ANSWER_BYTES (1u << 20) /* a batch can be 256 KiB, a plan revision megabytes */
#define TIMEOUT_MS   60000      /* for a page, once Redis has answered at all */

/* A scan under way. */
struct walk {
	const struct scan *scan;
	struct position    behind;
	int                count; /* entries to ask for */
	bool               stopped;

	struct scan_progress progress;
	uint64_t             read, total;
};

static int
ask_length(struct walk *w, struct err *e)
{
	char              key[LEDGER_KEY_SIZE];
	const struct text args[] = {
	    text_of("XLEN"), text_of(ledger_key(w->scan->plan, LEDGER_LEDGER, key))};
	struct store_reply *r = store_call(w->scan->store, LOADED_TIMEOUT_MS, e, args, 2);

	if (r == NULL)
		return -1;
	w->total = (uint64_t)store_reply_integer(r);
	store_reply_free(r);
	return 0;
}

/* A part of a ledger is read of a total that is larger. */
static void
tell_progress(struct walk *w)
{
	scan_progress_tell(&w->progress, "reading the ledger: %" PRIu64 " of %" PRIu64 " entries",
	    w->read, w->total > w->read ? w->total : w->read);
}

/* XRANGE key (behind until COUNT n */
static struct store_reply *
ask_page(const struct walk *w, struct err *e)
{
	const struct scan *s = w->scan;
	char key[LEDGER_KEY_SIZE], from[POSITION_SIZE + 1], to[POSITION_SIZE], count[16];

	from[0] = '(';
	position_format(w->behind, from + 1);
	snprintf(count, sizeof(count), "%d", w->count);
	const struct text args[] = {
	    text_of("XRANGE"),
	    text_of(ledger_key(s->plan, LEDGER_LEDGER, key)),
	    text_of(position_is_zero(w->behind) ? "-" : from),
	    text_of(position_is_zero(s->until) ? "+" : position_format(s->until, to)),
	    text_of("COUNT"),
	    text_of(count),
	};

	return store_call(s->store, w->read == 0 ? LOADED_TIMEOUT_MS : TIMEOUT_MS, e, args, 6);
}

static int
take_entry(struct walk *w, const struct store_reply *r, size_t *bytes, struct err *e)
{
	struct ledger_entry entry;
	char                where[POSITION_SIZE + 16], position[POSITION_SIZE];
	int                 rc = ledger_entry_read(r, &entry, e);

	if (rc == 0)
		rc = w->scan->each(w->scan->context, &entry, e);
	if (rc < 0) {
		snprintf(
		    where, sizeof(where), "ledger, %s", position_format(entry.position, position));
		err_wrap(e, where);
		return -1;
	}
	*bytes += entry.records.len + entry.yaml.len;
	w->behind = entry.position;
	w->stopped = rc > 0;
	w->read++;
	return 0;
}

/* Few at a time when entries are large, many when they are small. */
static void
adapt_count(struct walk *w, size_t bytes)
{
	if (bytes > ANSWER_BYTES && w->count > 1)
		w->count /= 2;
	else if (bytes < ANSWER_BYTES / 4 && w->count < COUNT_MAX)
		w->count *= 2;
}

/* True if there can be nothing more: no position is greater than the greatest. */
static bool
is_at_end(const struct walk *w)
{
	const struct position greatest = {UINT64_MAX, UINT64_MAX};

	return position_compare(w->behind, greatest) == 0 ||
	    (!position_is_zero(w->scan->until) && position_compare(w->behind, w->scan->until) >= 0);
}

/* Returns 1 if there may be more, 0 at the end, or -1 with *e. */
static int
read_page(struct walk *w, struct err *e)
{
	struct store_reply *r = ask_page(w, e);
	size_t              bytes = 0, n;
	int                 rc = 0;

	if (r == NULL)
		return -1;
	n = store_reply_count(r);
	for (size_t i = 0; rc == 0 && !w->stopped && i < n; i++) {
		rc = take_entry(w, store_reply_at(r, i), &bytes, e);
		tell_progress(w);
	}
	store_reply_free(r);
	if (rc != 0)
		return -1;
	if (w->stopped || n < (size_t)w->count)
		return 0;
	adapt_count(w, bytes);
	return 1;
}

int
scan_ledger(const struct scan *s, struct err *e)
{
	struct walk w = {.scan = s, .behind = s->behind, .count = COUNT_FIRST};
	int         rc = 1;

	scan_progress_begin(&w.progress, s->quiet);
	if (w.progress.tells && ask_length(&w, e) != 0)
		return -1;
	while (rc > 0 && !is_at_end(&w))
		rc = read_page(&w, e);
	scan_progress_end(&w.progress);
	return rc < 0 ? -1 : 0;
}
