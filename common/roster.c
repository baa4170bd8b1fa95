#include "common/roster.h"

#include <stdlib.h>
#include <string.h>

#include "common/ledger.h"
#include "core/mem.h"
#include "core/plan.h"

#define ROSTER_PLANS_MAX 100000

struct roster {
	struct store *link;  /* owned; NULL when plans were told */
	uint64_t      epoch; /* of the link the question went out on */
	bool          asked, known;
	int64_t       ask_at_ms;
	struct err    trouble; /* what Redis said instead of the plans */
	char        **ids;     /* owned, sorted by nothing: in the order they came */
	size_t        count, given;
};

static void
add(struct roster *r, struct text id)
{
	if (!text_is_name(id, PLAN_ID_MAX) || r->count >= ROSTER_PLANS_MAX)
		return;
	for (size_t i = 0; i < r->count; i++) {
		if (text_equal(text_of(r->ids[i]), id))
			return;
	}
	r->ids = mem_resized(r->ids, r->count + 1, sizeof(r->ids[0]));
	r->ids[r->count++] = mem_copied(id.at, id.len);
}

struct roster *
roster_open(const char *url, const struct option_list *told, struct err *e)
{
	struct roster *r = mem_zeroed(1, sizeof(*r));

	for (size_t i = 0; i < told->count; i++) {
		if (!text_is_name(text_of(told->at[i]), PLAN_ID_MAX)) {
			err_set(e, ERR_USAGE, "--plan: '%.80s' is no plan id", told->at[i]);
			roster_close(r);
			return NULL;
		}
		add(r, text_of(told->at[i]));
	}
	r->known = told->count > 0;
	if (!r->known && (r->link = store_open(url, e)) == NULL) {
		roster_close(r);
		return NULL;
	}
	return r;
}

void
roster_close(struct roster *r)
{
	if (r == NULL)
		return;
	store_close(r->link);
	for (size_t i = 0; i < r->count; i++)
		free(r->ids[i]);
	free(r->ids);
	free(r);
}

struct store *
roster_link(struct roster *r)
{
	return r->link;
}

static void
hear(struct roster *r, int64_t mono_ms)
{
	struct store_reply *reply = store_take(r->link);

	if (reply == NULL)
		return;
	r->asked = false;
	r->ask_at_ms = mono_ms + ROSTER_PAUSE_MS;
	if (store_reply_type(reply) == STORE_ARRAY) {
		for (size_t i = 0; i < store_reply_count(reply); i++)
			add(r, store_reply_text(store_reply_at(reply, i)));
		r->known = true;
		r->trouble.msg[0] = '\0';
	} else {
		ledger_unexpected(reply, &r->trouble);
	}
	store_reply_free(reply);
}

int64_t
roster_turn(struct roster *r, int64_t mono_ms)
{
	int64_t wait_ms;

	if (r->link == NULL)
		return -1;
	wait_ms = store_turn(r->link, mono_ms);
	if (!store_is_ready(r->link))
		return wait_ms;
	if (r->epoch != store_epoch(r->link)) {
		r->epoch = store_epoch(r->link);
		r->asked = false;
		r->ask_at_ms = mono_ms;
	}
	if (r->asked)
		hear(r, mono_ms);
	if (!r->asked && mono_ms >= r->ask_at_ms) {
		store_sendv(r->link, "SMEMBERS", LEDGER_PLANS, NULL);
		r->asked = true;
		store_flush(r->link);
	}
	return r->asked ? wait_ms : r->ask_at_ms - mono_ms;
}

const char *
roster_next(struct roster *r)
{
	return r->given < r->count ? r->ids[r->given++] : NULL;
}

size_t
roster_count(const struct roster *r)
{
	return r->given;
}

bool
roster_is_known(const struct roster *r)
{
	return r->known;
}

const char *
roster_trouble(const struct roster *r)
{
	if (r->link == NULL)
		return "";
	return store_is_ready(r->link) ? r->trouble.msg : store_trouble(r->link);
}
