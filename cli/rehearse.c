#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/loaded.h"
#include "cli/past.h"
#include "cli/plan_file.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/ledger.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/wire_record.h"

#define BATCH_MAX 32 /* records of one entry */

struct rehearse_settings {
	const char *redis;
	int64_t     seed;

	struct command_settings shared;
};

#define AT(member) offsetof(struct rehearse_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct rehearse_settings, COMMAND_REDIS_DEFAULT, "the store"),
	{"seed", "N", OPTION_NUMBER, AT(seed), "1", 1, INT64_MAX, "of the random numbers: the same seed, the same past"},
	COMMAND_JSON(struct rehearse_settings, "the outcome as a JSON object"),
	COMMAND_LANG(struct rehearse_settings),
	COMMAND_LOG(struct rehearse_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin rehearse",
    .summary =
	"Loads a plan together with a past that is made up: a ledger from its first day\n"
	"until now, as if its agencies had reported all the time. For demonstrations, exercises\n"
	"and training, never for real work: nothing in the ledger says that it is invented.\n"
	"Refused (exit status 65) if the store knows the plan.",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin rehearse plans/ipr-2026.yaml\n"
		"  tuijin rehearse --seed 7 --redis unix:///run/redis/exercise.sock my-plan.yaml\n",
};

struct rehearsal {
	struct store      *store;
	const struct plan *plan;
	struct text        yaml;
	struct past        past;
	struct position    end; /* of the last entry written */
};

/* Sends a command and drops the answer, unless it is wanted. */
static int
call(struct rehearsal *r, const struct text *args, size_t count, int64_t *integer, struct err *e)
{
	struct store_reply *reply = store_call(r->store, LOADED_TIMEOUT_MS, e, args, count);

	if (reply == NULL)
		return -1;
	if (integer != NULL)
		*integer = store_reply_integer(reply);
	store_reply_free(reply);
	return 0;
}

static int
check_unknown(struct rehearsal *r, struct err *e)
{
	char              plan[LEDGER_KEY_SIZE], ledger[LEDGER_KEY_SIZE];
	const struct text args[] = {
	    text_of("EXISTS"),
	    text_of(ledger_key(r->plan->id, LEDGER_PLAN, plan)),
	    text_of(ledger_key(r->plan->id, LEDGER_LEDGER, ledger)),
	};
	int64_t there = 0;

	if (call(r, args, OPTIONS_COUNT(args), &there, e) != 0)
		return -1;
	if (there > 0)
		return err_fail(e, ERR_INPUT,
		    "the store has a plan %s: a made-up past is only for one that it does not know",
		    r->plan->id);
	return 0;
}

/* Appends an entry of that moment, or just behind the last one. */
static int
add_entry(struct rehearsal *r, int64_t ms, const struct text *fields, size_t count, struct err *e)
{
	char        ledger[LEDGER_KEY_SIZE], id[POSITION_SIZE];
	struct text args[3 + 6] = {
	    text_of("XADD"), text_of(ledger_key(r->plan->id, LEDGER_LEDGER, ledger))};

	if ((uint64_t)ms > r->end.ms)
		r->end = (struct position){.ms = (uint64_t)ms};
	else
		r->end.n++;
	args[2] = text_of(position_format(r->end, id));
	memcpy(args + 3, fields, count * sizeof(fields[0]));
	return call(r, args, 3 + count, NULL, e);
}

static int
add_revision(struct rehearsal *r, const char *revision, const char *digest, struct err *e)
{
	const struct text fields[] = {text_of("revision"), text_of(revision), text_of("digest"),
	    text_of(digest), text_of("yaml"), r->yaml};

	return add_entry(
	    r, past_begin_ms(r->plan, clock_wall_ms()), fields, OPTIONS_COUNT(fields), e);
}

/* True if record i belongs into the entry of the one before: said on the same day. */
static bool
goes_on(const struct rehearsal *r, size_t i)
{
	int offset_min = r->plan->utc_offset_min;

	return i > 0 && i % BATCH_MAX != 0 && i < r->past.count &&
	    calendar_day_at(r->past.records[i].received_ms, offset_min) ==
	    calendar_day_at(r->past.records[i - 1].received_ms, offset_min);
}

/* An entry has several records, like a collector's batch, and is of the last one's moment. */
static int
add_records(struct rehearsal *r, struct err *e)
{
	struct text fields[] = {text_of("records"), {NULL, 0}};
	struct buf  bytes = {0};
	int         rc = 0;

	for (size_t i = 0; i < r->past.count && rc == 0; i++) {
		wire_record_encode(&bytes, &r->past.records[i]);
		if (goes_on(r, i + 1))
			continue;
		fields[1] = buf_text(&bytes);
		rc = add_entry(r, r->past.records[i].received_ms, fields, OPTIONS_COUNT(fields), e);
		buf_reset(&bytes);
	}
	buf_fini(&bytes);
	return rc;
}

/* True the first time that a record's obligation, or its task's ruling, is asked about. */
static bool
is_first(const struct plan *p, bool *seen, const struct record *rec)
{
	uint32_t task = plan_find_task(p, rec->report.task);
	size_t   slot = rec->report.kind == REPORT_DISPOSITION
	      ? p->obligation_count + task
	      : plan_find_obligation(p, task, plan_find_agency(p, rec->agency));
	bool     first = !seen[slot];

	seen[slot] = true;
	return first;
}

static int
set_latest(struct rehearsal *r, const struct record *rec, struct err *e)
{
	char       key[LEDGER_KEY_SIZE], name[LEDGER_FIELD_SIZE];
	struct buf bytes = {0};
	int        rc;

	wire_record_encode(&bytes, rec);

	const struct text args[] = {text_of("HSET"),
	    text_of(ledger_key(r->plan->id, LEDGER_LATEST, key)),
	    ledger_field(
		rec->report.task, rec->agency, rec->report.kind == REPORT_DISPOSITION, name),
	    buf_text(&bytes)};

	rc = call(r, args, OPTIONS_COUNT(args), NULL, e);
	buf_fini(&bytes);
	return rc;
}

/* The newest record of each obligation and ruling. */
static int
add_latest(struct rehearsal *r, struct err *e)
{
	bool *seen = mem_zeroed(r->plan->obligation_count + r->plan->task_count, sizeof(*seen));
	int   rc = 0;

	for (size_t i = r->past.count; i-- > 0 && rc == 0;) {
		if (is_first(r->plan, seen, &r->past.records[i]))
			rc = set_latest(r, &r->past.records[i], e);
	}
	free(seen);
	return rc;
}

/* From here on the plan is loaded: it comes last. */
static int
add_plan(struct rehearsal *r, const char *revision, const char *digest, struct err *e)
{
	char key[LEDGER_KEY_SIZE], latest[LEDGER_KEY_SIZE], end[POSITION_SIZE], held[24];
	const struct text count[] = {
	    text_of("HLEN"), text_of(ledger_key(r->plan->id, LEDGER_LATEST, latest))};
	const struct text list[] = {text_of("SADD"), text_of(LEDGER_PLANS), text_of(r->plan->id)};
	int64_t           records = 0;

	if (call(r, count, OPTIONS_COUNT(count), &records, e) != 0)
		return -1;
	snprintf(held, sizeof(held), "%" PRId64, records);

	const struct text args[] = {text_of("HSET"),
	    text_of(ledger_key(r->plan->id, LEDGER_PLAN, key)), text_of("revision"),
	    text_of(revision), text_of("digest"), text_of(digest), text_of("yaml"), r->yaml,
	    text_of("end"), text_of(position_format(r->end, end)), text_of("held"), text_of(held)};

	if (call(r, args, OPTIONS_COUNT(args), NULL, e) != 0)
		return -1;
	return call(r, list, OPTIONS_COUNT(list), NULL, e);
}

static int
rehearse(struct rehearsal *r, uint64_t seed, struct err *e)
{
	char digest[LEDGER_DIGEST_SIZE], revision[16];

	ledger_digest(r->yaml, digest);
	snprintf(revision, sizeof(revision), "%" PRIu32, r->plan->revision);
	past_invent(&r->past, r->plan, seed, clock_wall_ms());
	if (check_unknown(r, e) != 0 || add_revision(r, revision, digest, e) != 0 ||
	    add_records(r, e) != 0 || add_latest(r, e) != 0)
		return -1;
	return add_plan(r, revision, digest, e);
}

static void
print(const struct rehearsal *r, const struct command_run *run, bool json)
{
	static const struct phrase words =
	    PHRASE("%s revision %" PRIu32 " loaded with a made-up past of %zu records\n",
		"%s 第 %" PRIu32 " 版已载入，附虚构的历史记录 %zu 条\n");

	if (json)
		json_print(stdout,
		    json_pack("{s:s, s:I, s:I}", "id", r->plan->id, "revision",
			(json_int_t)r->plan->revision, "records", (json_int_t)r->past.count));
	else
		printf(words.at[run->language], r->plan->id, r->plan->revision, r->past.count);
}

int
rehearse_command(int argc, char **argv)
{
	struct rehearse_settings cfg = {0};
	struct command_run       run;
	struct buf               yaml = {0};
	struct plan             *p = NULL;
	struct rehearsal         r = {0};
	struct err               err = {0};
	int                      status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	status = 0;
	r.plan = p = plan_file_read(argv[run.first], &yaml, &err);
	r.yaml = buf_text(&yaml);
	if (p == NULL || (r.store = store_open(cfg.redis, &err)) == NULL ||
	    rehearse(&r, (uint64_t)cfg.seed, &err) != 0)
		status = command_fail(&err);
	else
		print(&r, &run, cfg.shared.json);
	past_fini(&r.past);
	store_close(r.store);
	plan_free(p);
	buf_fini(&yaml);
	return status;
}
