#include "cli/verify_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/ledger.h"

#define FIXED_ARGS  5   /* EVAL, script, number of keys, keys */
#define FIELDS_MAX  256 /* asked for by name at once */
#define COUNT_FIRST 64  /* asked for at once of those that are there; fewer if they are large */
#define COUNT_MAX   4096
#define PAGE_BYTES  (1u << 20)
#define NUMBER_SIZE 24 /* as text, with the NUL */

/* Asks LEDGER_PAGE_SCRIPT, and reads the ledger on to where it ended at that moment, so
 * that the newest records are those of the answer. NULL with *e. */
static struct store_reply *
ask(struct verify *v, const struct text *words, size_t count, struct err *e)
{
	char                keys[2][LEDGER_KEY_SIZE];
	struct text         args[FIXED_ARGS + 1 + FIELDS_MAX];
	struct position     end;
	struct store_reply *r;

	args[0] = text_of("EVAL");
	args[1] = text_of(LEDGER_PAGE_SCRIPT);
	args[2] = text_of("2");
	args[3] = text_of(ledger_key(v->plan, LEDGER_LATEST, keys[0]));
	args[4] = text_of(ledger_key(v->plan, LEDGER_LEDGER, keys[1]));
	memcpy(args + FIXED_ARGS, words, count * sizeof(words[0]));
	r = store_call(v->store, CUT_TIMEOUT_MS, e, args, FIXED_ARGS + count);
	if (r == NULL)
		return NULL;
	if (position_parse(store_reply_text(store_reply_at(r, 1)), &end) &&
	    verify_read_on(v, end, e) != 0) {
		store_reply_free(r);
		return NULL;
	}
	return r;
}

/* Returns how many bytes they were. */
static size_t
compare_fields(struct verify *v, const struct store_reply *fields, uint64_t *seen)
{
	size_t bytes = 0;

	for (size_t i = 0; i + 1 < store_reply_count(fields); i += 2) {
		struct text name = store_reply_text(store_reply_at(fields, i));
		struct text value = store_reply_text(store_reply_at(fields, i + 1));

		newest_compare(v->newest, name, value, &v->findings);
		bytes += name.len + value.len;
		++*seen;
	}
	return bytes;
}

/* A walk over all fields. */
struct walk {
	char     cursor[NUMBER_SIZE]; /* "0" at the end, as at the beginning */
	uint64_t count;               /* to ask for */
	uint64_t seen;
};

static struct text
number(char out[NUMBER_SIZE], uint64_t n)
{
	return (struct text){out, (size_t)(text_write_number(out, n) - out)};
}

static int
compare_page(struct verify *v, struct walk *w, struct err *e)
{
	char              count[NUMBER_SIZE];
	const struct text words[] = {
	    text_of("HSCAN"), text_of(w->cursor), text_of("COUNT"), number(count, w->count)};
	struct store_reply *r = ask(v, words, sizeof(words) / sizeof(words[0]), e);
	struct text         cursor;
	size_t              bytes;

	if (r == NULL)
		return -1;
	cursor = store_reply_text(store_reply_at(store_reply_at(r, 0), 0));
	snprintf(w->cursor, sizeof(w->cursor), "%.*s", (int)cursor.len, cursor.at);
	bytes = compare_fields(v, store_reply_at(store_reply_at(r, 0), 1), &w->seen);
	store_reply_free(r);
	if (bytes > PAGE_BYTES && w->count > 1)
		w->count /= 2;
	else if (bytes < PAGE_BYTES / 4 && w->count < COUNT_MAX)
		w->count *= 2;
	scan_progress_tell(&v->progress, "comparing the newest records: %" PRIu64 " of %" PRIu64,
	    w->seen, cut_latest_count(&v->cut));
	return 0;
}

/* What was not among them: not there, or added meanwhile. */
static int
compare_unmet(struct verify *v, const struct text *names, size_t count, struct err *e)
{
	struct text         words[1 + FIELDS_MAX] = {text_of("HMGET")};
	struct store_reply *r;

	memcpy(words + 1, names, count * sizeof(names[0]));
	r = ask(v, words, 1 + count, e);
	if (r == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		newest_compare(v->newest, names[i],
		    store_reply_text(store_reply_at(store_reply_at(r, 0), i)), &v->findings);
	store_reply_free(r);
	return 0;
}

static int
compare_all_unmet(struct verify *v, struct err *e)
{
	size_t       count;
	struct text *names = newest_unmet(v->newest, &count);
	int          rc = 0;

	if (cut_trouble(&v->cut, LEDGER_LATEST).at != NULL)
		for (size_t i = 0; i < count; i++)
			newest_compare(v->newest, names[i], (struct text){0}, &v->findings);
	else
		for (size_t i = 0; i < count && rc == 0; i += FIELDS_MAX)
			rc = compare_unmet(
			    v, names + i, count - i < FIELDS_MAX ? count - i : FIELDS_MAX, e);
	newest_unmet_free(names, count);
	return rc;
}

static void
name_ahead(struct verify *v)
{
	const struct newest_ahead *a = newest_ahead(v->newest);
	char                       position[POSITION_SIZE], more[48] = "";

	if (a->count == 0 || v->is_garbled)
		return;
	if (a->count > 1)
		snprintf(more, sizeof(more), ", and %" PRIu64 " more like it", a->count - 1);
	findings_differ(&v->findings, FINDING_LEDGER,
	    text_of(position_format(v->read_to, position)),
	    "the ledger is older than latest, which has seq %" PRIu64 " of %s%s", a->seq, a->field,
	    more);
}

int
verify_latest(struct verify *v, struct err *e)
{
	struct walk w = {.cursor = "0", .count = COUNT_FIRST};

	if (cut_trouble(&v->cut, LEDGER_LATEST).at == NULL)
		do
			if (compare_page(v, &w, e) != 0)
				return -1;
		while (strcmp(w.cursor, "0") != 0);
	if (compare_all_unmet(v, e) != 0)
		return -1;
	name_ahead(v);
	return 0;
}
