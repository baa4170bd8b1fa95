#include <inttypes.h>
#include <stdlib.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/loaded.h"
#include "cli/plan_file.h"
#include "common/ledger.h"

struct load_settings {
	const char             *redis;
	struct command_settings shared;
};

static const struct option_row rows[] = {
    COMMAND_REDIS(struct load_settings, COMMAND_REDIS_DEFAULT, "the store"),
    COMMAND_JSON(struct load_settings, "the outcome as a JSON object"),
    COMMAND_LANG(struct load_settings),
    COMMAND_LOG(struct load_settings),
};

static const struct option_page page = {
    .program = "tuijin plan load",
    .summary = "Checks a plan file and puts it into force: at once, for all programs. The same\n"
	       "revision again changes nothing; an older one, or another content under the same\n"
	       "number, is refused with exit status 65.",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin plan load plans/ipr-2026.yaml\n"
		"  tuijin plan load --redis unix:///run/redis/redis.sock -\n",
};

/* The script's answer: {outcome, position or revision}. Owned by the caller. */
static struct store_reply *
run_script(struct store *s, const struct plan *p, struct text yaml, struct err *e)
{
	char              plan_key[LEDGER_KEY_SIZE], ledger[LEDGER_KEY_SIZE];
	char              digest[LEDGER_DIGEST_SIZE], revision[16];
	const struct text args[] = {
	    text_of("EVAL"),
	    text_of(LEDGER_LOAD_PLAN_SCRIPT),
	    text_of("2"),
	    text_of(ledger_key(p->id, LEDGER_PLAN, plan_key)),
	    text_of(ledger_key(p->id, LEDGER_LEDGER, ledger)),
	    {revision, (size_t)snprintf(revision, sizeof(revision), "%" PRIu32, p->revision)},
	    text_of(ledger_digest(yaml, digest)),
	    yaml,
	};

	return store_call(s, LOADED_TIMEOUT_MS, e, args, OPTIONS_COUNT(args));
}

/* The list of plans is another key, so it follows in a step of its own; also when
 * the plan is there already, in case the step was missed then. */
static int
enlist(struct store *s, const struct plan *p, struct err *e)
{
	const struct text   args[] = {text_of("SADD"), text_of(LEDGER_PLANS), text_of(p->id)};
	struct store_reply *r = store_call(s, LOADED_TIMEOUT_MS, e, args, OPTIONS_COUNT(args));

	store_reply_free(r);
	return r == NULL ? -1 : 0;
}

static const struct phrase loaded =
    PHRASE("%s revision %" PRIu32 " loaded\n", "%s 第 %" PRIu32 " 版已载入\n");
static const struct phrase unchanged =
    PHRASE("%s revision %" PRIu32 " is in force already: nothing changed\n",
	"%s 第 %" PRIu32 " 版已生效，未作更改\n");

static void
print(const struct plan *p, bool is_new, struct text position, const struct command_run *run,
    bool json)
{
	json_t *object;

	if (!json) {
		printf((is_new ? loaded : unchanged).at[run->language], p->id, p->revision);
		return;
	}
	object = json_pack("{s:s, s:I, s:s}", "id", p->id, "revision", (json_int_t)p->revision,
	    "result", is_new ? "loaded" : "unchanged");
	if (is_new)
		json_object_set_new(object, "position", json_text(position));
	json_print(stdout, object);
}

static int
load(struct store *s, const struct plan *p, struct text yaml, const struct command_run *run,
    bool json, struct err *e)
{
	struct store_reply *r = run_script(s, p, yaml, e);
	struct text         outcome, detail;
	int                 rc = 0;

	if (r == NULL)
		return -1;
	if (store_reply_count(r) != 2) {
		store_reply_free(r);
		return err_fail(e, ERR_ENV, "redis: not an answer of the loading script");
	}
	outcome = store_reply_text(store_reply_at(r, 0));
	detail = store_reply_text(store_reply_at(r, 1));
	if (text_equal(outcome, text_of("refused")))
		rc = err_fail(e, ERR_INPUT,
		    "%s: revision %" PRIu32 " refused: revision %.*s is in force%s", p->id,
		    p->revision, (int)detail.len, detail.at,
		    (uint32_t)strtoul(detail.at, NULL, 10) == p->revision
			? err_text(", with other content under the same number; raise the number")
			: err_text(", which is newer"));
	else if (text_equal(outcome, text_of("lost")))
		rc = err_fail(e, ERR_INPUT,
		    "%s: not loaded: its ledger has %.*s entries, but the plan itself is gone from "
		    "Redis; 'tuijin verify --plan %s --repair' brings it back",
		    p->id, (int)detail.len, detail.at, p->id);
	else if ((rc = enlist(s, p, e)) == 0)
		print(p, text_equal(outcome, text_of("loaded")), detail, run, json);
	store_reply_free(r);
	return rc;
}

int
plan_load_command(int argc, char **argv)
{
	struct load_settings cfg = {0};
	struct command_run   run;
	struct buf           yaml = {0};
	struct plan         *p = NULL;
	struct store        *s = NULL;
	struct err           err = {0};
	int                  status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	if ((p = plan_file_read(argv[run.first], &yaml, &err)) == NULL ||
	    (s = store_open(cfg.redis, &err)) == NULL ||
	    load(s, p, buf_text(&yaml), &run, cfg.shared.json, &err) != 0)
		status = command_fail(&err);
	else
		status = 0;
	store_close(s);
	plan_free(p);
	buf_fini(&yaml);
	return status;
}
