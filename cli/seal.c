#include <inttypes.h>
#include <stdio.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/loaded.h"
#include "cli/stored_seal.h"
#include "common/ledger.h"
#include "core/calendar.h"

#define LAST_MS UINT64_C(253402300799999) /* the end of year 9999 */

struct seal_settings {
	const char *redis, *plan;

	struct command_settings shared;
};

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct seal_settings, COMMAND_REDIS_DEFAULT, "the store"),
	COMMAND_PLAN(struct seal_settings),
	COMMAND_JSON(struct seal_settings, "a JSON object: plan, position, hash, time"),
	COMMAND_LOG(struct seal_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin seal",
    .summary =
	"Prints the newest seal of a plan's ledger, POSITION:HASH: a hash that follows from\n"
	"every entry up to that position. Keep it where whoever can write to Redis cannot:\n"
	"'tuijin verify --seal POSITION:HASH' then tells, at any time, whether one of those\n"
	"entries was changed, removed or put in since.\n"
	"Exit status: 0; 65 there is no seal yet, or it cannot be read, or the ledger does not\n"
	"have what it is of; 69 Redis unavailable.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin seal --plan ipr-2026 >> ipr-2026.seals\n"
		"  tuijin verify --plan ipr-2026 --seal \"$(cat ipr-2026.seals)\"\n"
		"  tuijin seal --plan ipr-2026 --json\n",
};

/* One entry of a stream, from..to backwards, as the only element of the answer; that is an
 * error if the key is no stream. */
static struct store_reply *
ask(struct store *s, const char *plan, enum ledger_key which, const char *from, const char *to,
    struct err *e)
{
	const struct text exec = text_of("EXEC");
	char              key[LEDGER_KEY_SIZE];

	store_sendv(s, "MULTI", NULL);
	store_sendv(s, "XREVRANGE", ledger_key(plan, which, key), from, to, "COUNT", "1", NULL);
	return store_call(s, LOADED_TIMEOUT_MS, e, &exec, 1);
}

/* Returns 1 if the ledger has that position, 0 if not, or -1 with *e. */
static int
is_in_ledger(struct store *s, const char *plan, struct position position, struct err *e)
{
	char                at[POSITION_SIZE];
	struct store_reply *r;
	int                 count;

	position_format(position, at);
	r = ask(s, plan, LEDGER_LEDGER, at, at, e);
	if (r == NULL)
		return -1;
	count = store_reply_count(store_reply_at(r, 0)) > 0;
	store_reply_free(r);
	return count;
}

static int
read_newest(struct store *s, const char *plan, struct seal *seal, struct err *e)
{
	struct store_reply *r = ask(s, plan, LEDGER_SEALS, "+", "-", e);
	struct stored_seal  newest;
	bool                found, garbled;

	if (r == NULL)
		return -1;
	found = stored_seal_read(store_reply_at(store_reply_at(r, 0), 0), &newest);
	garbled = store_reply_type(store_reply_at(r, 0)) == STORE_ERROR;
	store_reply_free(r);
	if (!found && !garbled)
		return err_fail(
		    e, ERR_INPUT, "plan %s has no seals yet; an aggregator makes them", plan);
	if (!newest.has_hash)
		return err_fail(e, ERR_INPUT,
		    "the newest seal of plan %s cannot be read; 'tuijin verify' says more", plan);
	*seal = newest.seal;
	return 0;
}

/* A seal of what the ledger does not have was put there by somebody, or it has lost that. */
static int
check(struct store *s, const char *plan, const struct seal *seal, struct err *e)
{
	char position[POSITION_SIZE];
	int  has = is_in_ledger(s, plan, seal->position, e);

	if (has != 0)
		return has < 0 ? -1 : 0;
	return err_fail(e, ERR_INPUT,
	    "the newest seal of plan %s is of %s, which the ledger does not have; 'tuijin verify' "
	    "says more",
	    plan, position_format(seal->position, position));
}

/* When its last entry was stored; null if that is no time. */
static json_t *
json_time(struct position p)
{
	char out[CALENDAR_INSTANT_SIZE];

	if (p.ms > LAST_MS)
		return json_null();
	return json_string(calendar_format_utc((int64_t)p.ms, out));
}

static void
print_json(const struct plan *p, const struct seal *s)
{
	char position[POSITION_SIZE], hash[SHA256_TEXT_SIZE];

	json_print(stdout,
	    json_pack("{s:s, s:s, s:s, s:o}", "plan", p->id, "position",
		position_format(s->position, position), "hash", sha256_format(&s->hash, hash),
		"time", json_time(s->position)));
}

static void
print(const struct plan *p, const char *seal)
{
	printf("%s\n", seal);
	fflush(stdout);
	command_note(LOG_INFO, "keep it outside of Redis; later: tuijin verify --plan %s --seal %s",
	    p->id, seal);
}

static int
show(const struct seal_settings *cfg, struct err *e)
{
	struct store *store = store_open(cfg->redis, e);
	struct plan  *p = store == NULL ? NULL : loaded_plan(store, cfg->plan, e);
	struct seal   seal;
	char          text[SEAL_TEXT_SIZE];
	int           rc = p == NULL ? -1 : read_newest(store, p->id, &seal, e);

	if (rc == 0)
		rc = check(store, p->id, &seal, e);
	if (rc == 0 && cfg->shared.json)
		print_json(p, &seal);
	else if (rc == 0)
		print(p, seal_format(&seal, text));
	plan_free(p);
	store_close(store);
	return rc;
}

int
seal_command(int argc, char **argv)
{
	struct seal_settings cfg = {0};
	struct command_run   run;
	struct err           err = {0};
	int                  status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	return show(&cfg, &err) != 0 ? command_fail(&err) : 0;
}
