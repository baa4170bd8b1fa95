#include "dashboard/desk_early.h"

#include <stdlib.h>
#include <string.h>

#include "common/ledger.h"
#include "core/mem.h"
#include "core/plan_yaml.h"

#define AGAIN_MS 1000

struct early {
	const char   *id;    /* borrowed */
	struct store *link;  /* owned */
	uint64_t      epoch; /* of the link the question went out on */
	bool          asked;
	int64_t       ask_at_ms;
	struct plan  *plan; /* owned */
};

struct early *
early_open(const char *id, const char *url, struct err *e)
{
	struct store *link = store_open(url, e);
	struct early *early;

	if (link == NULL)
		return NULL;
	early = mem_zeroed(1, sizeof(*early));
	early->id = id;
	early->link = link;
	return early;
}

void
early_close(struct early *early)
{
	if (early == NULL)
		return;
	store_close(early->link);
	plan_free(early->plan);
	free(early);
}

struct store *
early_link(struct early *early)
{
	return early->link;
}

/* What is no plan is passed over: the ledger's reader tells what is wrong. */
static void
hear(struct early *early, int64_t mono_ms)
{
	struct store_reply *reply = store_take(early->link);

	if (reply == NULL)
		return;
	early->asked = false;
	early->ask_at_ms = mono_ms + AGAIN_MS;
	if (store_reply_type(reply) == STORE_TEXT)
		early->plan = plan_yaml_parse_stored(store_reply_text(reply), NULL);
	if (early->plan != NULL && strcmp(early->plan->id, early->id) != 0) {
		plan_free(early->plan);
		early->plan = NULL;
	}
	store_reply_free(reply);
}

static void
ask(struct early *early)
{
	char key[LEDGER_KEY_SIZE];

	store_sendv(early->link, "HGET", ledger_key(early->id, LEDGER_PLAN, key), "yaml", NULL);
	store_flush(early->link);
	early->asked = true;
}

int64_t
early_turn(struct early *early, int64_t mono_ms)
{
	int64_t wait_ms = store_turn(early->link, mono_ms);

	if (early->plan != NULL || !store_is_ready(early->link))
		return wait_ms;
	if (early->epoch != store_epoch(early->link)) {
		early->epoch = store_epoch(early->link);
		early->asked = false;
		early->ask_at_ms = mono_ms;
	}
	if (early->asked)
		hear(early, mono_ms);
	if (early->plan != NULL)
		return wait_ms;
	if (!early->asked && mono_ms >= early->ask_at_ms)
		ask(early);
	return early->asked ? wait_ms : early->ask_at_ms - mono_ms;
}

const struct plan *
early_plan(const struct early *early)
{
	return early->plan;
}
