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

#define BATCH_MAX        32 /* records of one entry */
#define LEFTOVER_SECONDS "3600"

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

/*
 * All of it becomes the plan's at once, or nothing does: it is written under other names
 * first, with the plan's hash tag.
 *
 * KEYS plan, ledger, latest, the made-up ledger and latest
 * ARGV revision, digest, yaml, position of the last entry
 * ->   1 | 0: the store knows the plan
 */
static const char MOVE_SCRIPT[] =
    "if redis.call('EXISTS', KEYS[1], KEYS[2], KEYS[3]) > 0 then return 0 end\n"
    "for i = 4, 5 do\n"
    "  if redis.call('EXISTS', KEYS[i]) == 1 then\n"
    "    redis.call('PERSIST', KEYS[i])\n"
    "    redis.call('RENAME', KEYS[i], KEYS[i - 2])\n"
    "  end\n"
    "end\n"
    "redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'digest', ARGV[2], 'yaml', ARGV[3],\n"
    "  'end', ARGV[4], 'held', redis.call('HLEN', KEYS[3]))\n"
    "return 1\n";

#define NAME_SIZE (LEDGER_KEY_SIZE + 32)

struct rehearsal {
	struct store      *store;
	char               ledger[NAME_SIZE], latest[NAME_SIZE]; /* the names they have meanwhile */
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
refuse_known(const struct rehearsal *r, struct err *e)
{
	return err_fail(e, ERR_INPUT,
	    "the store has a plan %s: a made-up past is only for one that it does not know",
	    r->plan->id);
}

/* What there is of it is not written over; it would be refused in the end anyway. */
static int
check_unknown(struct rehearsal *r, struct err *e)
{
	char              plan[LEDGER_KEY_SIZE], ledger[LEDGER_KEY_SIZE], latest[LEDGER_KEY_SIZE];
	const struct text args[] = {
	    text_of("EXISTS"),
	    text_of(ledger_key(r->plan->id, LEDGER_PLAN, plan)),
	    text_of(ledger_key(r->plan->id, LEDGER_LEDGER, ledger)),
	    text_of(ledger_key(r->plan->id, LEDGER_LATEST, latest)),
	};
	int64_t there = 0;

	if (call(r, args, OPTIONS_COUNT(args), &there, e) != 0)
		return -1;
	return there > 0 ? refuse_known(r, e) : 0;
}

/* Names that no other rehearsal has. */
static void
take_names(struct rehearsal *r)
{
	char    key[LEDGER_KEY_SIZE];
	int64_t now_us = clock_wall_us();

	snprintf(r->ledger, sizeof(r->ledger), "%s:rehearsal-%" PRId64,
	    ledger_key(r->plan->id, LEDGER_LEDGER, key), now_us);
	snprintf(r->latest, sizeof(r->latest), "%s:rehearsal-%" PRId64,
	    ledger_key(r->plan->id, LEDGER_LATEST, key), now_us);
}

/* What an interrupted rehearsal leaves behind goes away by itself. */
static int
expire(struct rehearsal *r, const char *name, struct err *e)
{
	const struct text args[] = {text_of("EXPIRE"), text_of(name), text_of(LEFTOVER_SECONDS)};

	return call(r, args, OPTIONS_COUNT(args), NULL, e);
}

/* Appends an entry of that moment, or just behind the last one. */
static int
add_entry(struct rehearsal *r, int64_t ms, const struct text *fields, size_t count, struct err *e)
{
	char        id[POSITION_SIZE];
	struct text args[3 + 6] = {text_of("XADD"), text_of(r->ledger)};

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
	char       name[LEDGER_FIELD_SIZE];
	struct buf bytes = {0};
	int        rc;

	wire_record_encode(&bytes, rec);

	const struct text args[] = {text_of("HSET"), text_of(r->latest),
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
	return rc != 0 ? rc : expire(r, r->latest, e);
}

/* From here on the plan is loaded. */
static int
move(struct rehearsal *r, const char *revision, const char *digest, struct err *e)
{
	char              plan[LEDGER_KEY_SIZE], ledger[LEDGER_KEY_SIZE], latest[LEDGER_KEY_SIZE];
	char              end[POSITION_SIZE];
	const struct text args[] = {
	    text_of("EVAL"),
	    text_of(MOVE_SCRIPT),
	    text_of("5"),
	    text_of(ledger_key(r->plan->id, LEDGER_PLAN, plan)),
	    text_of(ledger_key(r->plan->id, LEDGER_LEDGER, ledger)),
	    text_of(ledger_key(r->plan->id, LEDGER_LATEST, latest)),
	    text_of(r->ledger),
	    text_of(r->latest),
	    text_of(revision),
	    text_of(digest),
	    r->yaml,
	    text_of(position_format(r->end, end)),
	};
	const struct text list[] = {text_of("SADD"), text_of(LEDGER_PLANS), text_of(r->plan->id)};
	int64_t           moved = 0;

	if (call(r, args, OPTIONS_COUNT(args), &moved, e) != 0)
		return -1;
	return moved == 0 ? refuse_known(r, e) : call(r, list, OPTIONS_COUNT(list), NULL, e);
}

static int
rehearse(struct rehearsal *r, uint64_t seed, struct err *e)
{
	char digest[LEDGER_DIGEST_SIZE], revision[16];

	ledger_digest(r->yaml, digest);
	snprintf(revision, sizeof(revision), "%" PRIu32, r->plan->revision);
	past_invent(&r->past, r->plan, seed, clock_wall_ms());
	take_names(r);
	if (check_unknown(r, e) != 0 || add_revision(r, revision, digest, e) != 0 ||
	    expire(r, r->ledger, e) != 0 || add_records(r, e) != 0 || add_latest(r, e) != 0)
		return -1;
	return move(r, revision, digest, e);
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
