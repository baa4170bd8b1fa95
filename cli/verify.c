#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/loaded.h"
#include "cli/verify_state.h"
#include "core/mem.h"

struct verify_settings {
	const char *redis, *plan;
	bool        all, repair;

	struct option_list seals;
	struct seal       *given; /* what they say, by position; owned */
	size_t             given_count;

	struct command_settings shared;
};

#define AT(member) offsetof(struct verify_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct verify_settings, COMMAND_REDIS_DEFAULT, "the store"),
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0, "the plan (default: the only loaded one)"},
	{"all", NULL, OPTION_FLAG, AT(all), NULL, 0, 0, "every loaded plan, one after another"},
	{"repair", NULL, OPTION_FLAG, AT(repair), NULL, 0, 0,
	    "put right what differs, if the ledger itself is whole"},
	{"seal", "POSITION:HASH", OPTION_LIST, AT(seals), NULL, 0, 0,
	    "seals that were kept elsewhere, as 'tuijin seal' prints them; spaces, line ends or "
	    "commas part them"},
	COMMAND_JSON(struct verify_settings, "a JSON object for each plan"),
	COMMAND_LOG(struct verify_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin verify",
    .summary =
	"Folds the whole ledger of a plan afresh and compares, byte for byte, with all that\n"
	"Redis keeps beside it: the plan in force, the newest record of each obligation, the\n"
	"checkpoint, the summaries and the days of the trend. Daemons may go on meanwhile. Names\n"
	"what differs, at most 100 of a kind. The ledger itself is proved by its seals, those in\n"
	"Redis and those given: the first entry that was changed, removed or put in is named.\n"
	"A warning is of something in the ledger that no collector writes, but that changes no\n"
	"number, or of entries that should have been sealed. Ledger and seals are never changed,\n"
	"and nothing is repaired from a ledger that is not whole, does not fit its seals, lacks\n"
	"those of the checkpoint, or is older than what was made of it.\n"
	"Exit status: 0 all equal, or all put right; 65 something differs; 69 Redis unavailable.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin verify\n"
		"  tuijin verify --all --json\n"
		"  tuijin verify --plan ipr-2026 --repair\n"
		"  tuijin verify --plan ipr-2026 --seal \"$(cat ipr-2026.seals)\"\n",
};

static void
verify_fini(struct verify *v)
{
	verify_seals_fini(v);
	findings_fini(&v->findings);
	newest_free(v->newest);
	fold_free(v->fold);
	wire_records_free(v->decoder);
	buf_fini(&v->yaml);
	days_fini(&v->days);
	cut_fini(&v->cut);
}

/* A key that is no hash or no stream: it was put there by someone else. */
static void
look_at_types(struct verify *v)
{
	static const enum finding_kind kinds[LEDGER_KEYS] = {
	    [LEDGER_PLAN] = FINDING_PLAN,
	    [LEDGER_LATEST] = FINDING_LATEST,
	    [LEDGER_LEDGER] = FINDING_LEDGER,
	    [LEDGER_ROLLUP] = FINDING_CHECKPOINT,
	    [LEDGER_SUMMARY] = FINDING_SUMMARY,
	    [LEDGER_TREND] = FINDING_TREND,
	    [LEDGER_SEALS] = FINDING_SEAL,
	};

	for (int k = 0; k < LEDGER_KEYS; k++) {
		struct text said = cut_trouble(&v->cut, (enum ledger_key)k);
		char        key[LEDGER_KEY_SIZE], shown[160];

		if (said.at != NULL)
			findings_differ(&v->findings, kinds[k],
			    text_of(ledger_key(v->plan, (enum ledger_key)k, key)), "%s",
			    text_escape(said, shown, sizeof(shown)));
	}
}

/* Finds all that differs. Returns 0, or -1 with *e: it could not be found out. */
static int
compare(struct verify *v, struct err *e)
{
	if (cut_take(&v->cut, v->store, v->plan, e) != 0)
		return -1;
	if (cut_is_empty(&v->cut))
		return err_fail(e, ERR_INPUT,
		    "plan %s is not loaded; 'tuijin plan load FILE' does that", v->plan);
	look_at_types(v);
	if (verify_ledger(v, e) != 0)
		return -1;
	if (!v->is_whole)
		return 0;
	verify_plan(v);
	if (!v->is_garbled && verify_latest(v, e) != 0)
		return -1;
	return v->fold == NULL ? 0 : verify_trend_end(v, e);
}

/* What was found is said before anything is done about it. */
static int
conclude(struct verify *v, const struct verify_settings *cfg, struct err *e)
{
	bool differs = findings_differences(&v->findings) > 0;
	int  rc = 0;

	v->refused = cfg->repair &&
	    (v->findings.differences[FINDING_LEDGER] > 0 || v->chain.misfits > 0 || v->lacks_seals);
	if (!cfg->shared.json) {
		verify_print_findings(v);
		verify_print_outcome(v);
	}
	if (cfg->repair && differs && !v->refused && (rc = verify_repair(v, e)) != 0) {
		err_wrap(e, "repair");
		v->failure = *e;
	}
	scan_progress_end(&v->progress);
	if (cfg->shared.json)
		verify_print_json(v);
	else
		verify_print_repair(v);
	if (rc != 0)
		return -1;
	if (v->repaired && v->put_right == v->findings.fix_count)
		differs = v->findings.differences[FINDING_SEAL] > 0; /* never put right */
	return differs ? COMMAND_BAD_DATA : 0;
}

/* Returns the exit status of one plan, or -1 with *e. */
static int
verify_one(struct store *s, const char *plan, const struct verify_settings *cfg, struct err *e)
{
	struct verify v = {
	    .plan = plan,
	    .store = s,
	    .newest = newest_new(),
	    .decoder = wire_records_new(),
	    .findings.is_to_fix = cfg->repair,
	    .chain.given = cfg->given,
	    .chain.given_count = cfg->given_count,
	};
	int rc;

	scan_progress_begin(&v.progress, false);
	rc = compare(&v, e);
	scan_progress_end(&v.progress);
	if (rc == 0)
		rc = conclude(&v, cfg, e);
	else if (!cfg->shared.json)
		verify_print_findings(&v);
	verify_fini(&v);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

typedef char plan_id[PLAN_ID_MAX + 1];

/* Ids of the loaded plans, sorted; free() them. NULL with *e. */
static plan_id *
list_plans(struct store *s, size_t *count, struct err *e)
{
	struct store_reply *ids = loaded_ids(s, e);
	plan_id            *list;

	if (ids == NULL)
		return NULL;
	list = mem_zeroed(store_reply_count(ids), sizeof(list[0]));
	*count = 0;
	for (size_t i = 0; i < store_reply_count(ids); i++) {
		struct text id = store_reply_text(store_reply_at(ids, i));

		if (text_is_name(id, PLAN_ID_MAX))
			memcpy(list[(*count)++], id.at, id.len);
	}
	store_reply_free(ids);
	qsort(list, *count, sizeof(list[0]), by_name);
	return list;
}

/* Verifies what is loaded: all of it, or the only plan. */
static int
verify_loaded(struct store *s, const struct verify_settings *cfg, struct err *e)
{
	size_t   count;
	plan_id *list = list_plans(s, &count, e);
	int      status = 0;

	if (list == NULL)
		return -1;
	if (count == 0)
		status = err_fail(
		    e, ERR_INPUT, "no plan is loaded; load one with 'tuijin plan load FILE'");
	else if (count > 1 && !cfg->all)
		status = err_fail(e, ERR_USAGE,
		    "%zu plans are loaded: name one with --plan, or say --all", count);
	for (size_t i = 0; i < count && status >= 0; i++) {
		int one = verify_one(s, list[i], cfg, e);

		status = one != 0 ? one : status;
	}
	free(list);
	return status;
}

static int
by_position(const void *a, const void *b)
{
	return position_compare(
	    ((const struct seal *)a)->position, ((const struct seal *)b)->position);
}

/* Takes the next seal off the front of *list: {NULL, 0} at its end. */
static struct text
next_given(const char **list)
{
	static const char parts[] = " \t\r\n,";
	struct text       t = {*list + strspn(*list, parts), 0};

	t.len = strcspn(t.at, parts);
	*list = t.at + t.len;
	return t;
}

static int
refuse_given(struct text t, struct err *e)
{
	char shown[160];

	return err_fail(e, ERR_USAGE, "--seal: '%s' is no POSITION:HASH as 'tuijin seal' prints it",
	    text_escape(t, shown, sizeof(shown)));
}

/* One value of --seal: a seal at least, or a file that is empty would pass for proof. */
static int
add_given(struct verify_settings *cfg, const char *list, struct err *e)
{
	struct text t = next_given(&list);

	do {
		cfg->given = mem_resized(cfg->given, cfg->given_count + 1, sizeof(cfg->given[0]));
		if (!seal_parse(t, &cfg->given[cfg->given_count]) ||
		    position_is_zero(cfg->given[cfg->given_count].position))
			return refuse_given(t, e);
		cfg->given_count++;
		t = next_given(&list);
	} while (t.len > 0);
	return 0;
}

static int
read_given(struct verify_settings *cfg, struct err *e)
{
	if (cfg->seals.count == 0)
		return 0;
	if (cfg->all)
		return err_fail(e, ERR_USAGE, "--seal and --all do not go together");
	for (size_t i = 0; i < cfg->seals.count; i++)
		if (add_given(cfg, cfg->seals.at[i], e) != 0)
			return -1;
	qsort(cfg->given, cfg->given_count, sizeof(cfg->given[0]), by_position);
	return 0;
}

static int
verify(struct store *s, const struct verify_settings *cfg, struct err *e)
{
	bool named = cfg->plan != NULL && *cfg->plan != '\0';

	if (!named)
		return verify_loaded(s, cfg, e);
	if (cfg->all)
		return err_fail(e, ERR_USAGE, "--plan and --all do not go together");
	if (!text_is_name(text_of(cfg->plan), PLAN_ID_MAX))
		return err_fail(
		    e, ERR_USAGE, "--plan: '%.80s' is not the name of a plan", cfg->plan);
	return verify_one(s, cfg->plan, cfg, e);
}

int
verify_command(int argc, char **argv)
{
	struct verify_settings cfg = {0};
	struct command_run     run_as;
	struct err             err = {0};
	struct store          *s;
	int                    status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run_as);

	if (status >= 0)
		return status;
	s = read_given(&cfg, &err) != 0 ? NULL : store_open(cfg.redis, &err);
	status = s == NULL ? -1 : verify(s, &cfg, &err);
	store_close(s);
	free(cfg.given);
	return status < 0 ? command_fail(&err) : status;
}
