#include "cli/verify_state.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/ledger.h"
#include "core/calendar.h"

#define COUNT_FIRST 4 /* seals asked for at once; more while they are small */
#define COUNT_MAX   256
#define PAGE_BYTES  (1u << 20)

#define UNSEALED_MAX 4096   /* entries, while an aggregator runs */
#define NIGHT_MS     300000 /* by then it has sealed the day before */

/* XRANGE key from to COUNT n */
static struct store_reply *
ask(const struct verify *v, const char *from, const char *to, int count, struct err *e)
{
	char              key[LEDGER_KEY_SIZE], number[16];
	const struct text args[] = {
	    text_of("XRANGE"),
	    text_of(ledger_key(v->plan, LEDGER_SEALS, key)),
	    text_of(from),
	    text_of(to),
	    text_of("COUNT"),
	    {number, (size_t)snprintf(number, sizeof(number), "%d", count)},
	};

	return store_call(v->store, CUT_TIMEOUT_MS, e, args, sizeof(args) / sizeof(args[0]));
}

/* The seals behind the last one read, up to the newest of the cut. */
static int
read_page(struct verify *v, struct err *e)
{
	struct seal_page *p = &v->page;
	char              from[POSITION_SIZE + 1] = "(", to[POSITION_SIZE];

	store_reply_free(p->reply);
	p->next = 0;
	position_format(p->behind, from + 1);
	if (p->count == 0)
		p->count = COUNT_FIRST;
	else if (p->bytes > PAGE_BYTES && p->count > 1)
		p->count /= 2;
	else if (p->bytes < PAGE_BYTES / 4 && p->count < COUNT_MAX)
		p->count *= 2;
	p->bytes = 0;
	p->reply = ask(v, position_is_zero(p->behind) ? "-" : from,
	    position_format(v->cut.sealed, to), p->count, e);
	return p->reply == NULL ? -1 : 0;
}

static int
next_seal(void *context, struct stored_seal *next, struct err *e)
{
	struct verify    *v = context;
	struct seal_page *p = &v->page;

	if (position_compare(p->behind, v->cut.sealed) >= 0)
		return 0;
	if ((p->reply == NULL || p->next >= store_reply_count(p->reply)) && read_page(v, e) != 0)
		return -1;
	if (!stored_seal_read(store_reply_at(p->reply, p->next++), next))
		return err_fail(e, ERR_AGAIN, "seals: redis has no more of them up to its newest");
	p->behind = next->seal.position;
	p->bytes += next->links.len;
	return 1;
}

int
verify_seals_begin(struct verify *v, struct err *e)
{
	v->chain.findings = &v->findings;
	v->chain.next = next_seal;
	v->chain.context = v;
	return chain_begin(&v->chain, e);
}

/* Returns 1 if there is a seal of it, 0 if not, -1 with *e. */
static int
is_sealed(const struct verify *v, struct position position, struct err *e)
{
	char                at[POSITION_SIZE];
	struct store_reply *r = ask(v, position_format(position, at), at, 1, e);
	int                 count;

	if (r == NULL)
		return -1;
	count = store_reply_count(r) > 0;
	store_reply_free(r);
	return count;
}

/* Both are written in one step. */
static int
look_at_checkpoint(struct verify *v, struct err *e)
{
	struct position position = v->checkpoint.position;
	char            shown[POSITION_SIZE];
	int             rc;

	if (position_is_zero(position) || v->checkpoint.astray)
		return 0;
	if (position_is_zero(v->cut.sealed)) {
		v->lacks_seals = true;
		if (cut_trouble(&v->cut, LEDGER_SEALS).at == NULL)
			findings_differ(&v->findings, FINDING_SEAL, text_of("*"),
			    "are missing, but there is a checkpoint");
		return 0;
	}
	rc = is_sealed(v, position, e);
	if (rc == 0) {
		v->lacks_seals = true;
		findings_differ(&v->findings, FINDING_SEAL,
		    text_of(position_format(position, shown)),
		    "is missing, but there is a checkpoint of it; an aggregator does not begin "
		    "from that");
	}
	return rc < 0 ? -1 : 0;
}

/* True if an aggregator would have sealed it when its day ended. */
static bool
is_of_a_day_before(const struct verify *v, struct position position)
{
	int64_t by_ms = v->cut.now_ms - NIGHT_MS;

	return v->fold != NULL &&
	    fold_day_of(v->fold, position) <
	    calendar_day_at(by_ms, fold_plan(v->fold)->utc_offset_min);
}

/* Where nobody sealed for long, no aggregator ran; or seals were taken away. */
static void
look_at_unsealed(struct verify *v)
{
	const struct chain *c = &v->chain;
	char                from[POSITION_SIZE];

	if (c->seals == 0 || c->unsealed == 0 ||
	    (c->unsealed <= UNSEALED_MAX && !is_of_a_day_before(v, c->unsealed_from)))
		return;
	findings_warn(&v->findings, FINDING_SEAL, text_of(position_format(c->unsealed_from, from)),
	    "from here on %" PRIu64 " %s not sealed: an aggregator seals after %d entries and when "
	    "a day ends, so none ran, or seals were taken away",
	    c->unsealed, c->unsealed == 1 ? "entry is" : "entries are", UNSEALED_MAX);
}

int
verify_seals_end(struct verify *v, bool all_read, struct err *e)
{
	if (!all_read)
		chain_break_off(&v->chain);
	else if (chain_end(&v->chain, e) != 0)
		return -1;
	look_at_unsealed(v);
	return look_at_checkpoint(v, e);
}

void
verify_seals_fini(struct verify *v)
{
	store_reply_free(v->page.reply);
	v->page = (struct seal_page){0};
}
