#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bench_load.h"
#include "cli/command.h"
#include "cli/identity.h"
#include "common/json.h"
#include "cli/loaded.h"
#include "core/mem.h"

#define DURATION_DEFAULT 10 /* seconds */

struct bench_settings {
	const char *connect, *redis, *plan, *events, *events_server_key;
	int64_t     connections, outstanding, reports;
	double      duration, rate;
	bool        no_verify;

	struct identity_settings identity;
	struct command_settings  shared;
};

#define AT(member) offsetof(struct bench_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"connect", "ENDPOINT", OPTION_TEXT, AT(connect), COMMAND_REPORTS_DEFAULT, 0, 0, "the collector"},
	IDENTITY_SERVER_KEY(struct bench_settings),
	IDENTITY_FOLDER(struct bench_settings),
	COMMAND_REDIS(struct bench_settings, COMMAND_REDIS_DEFAULT, "the store, to read the plan"),
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0, "the plan to report on; may be left out when just one is loaded"},
	{"connections", "N", OPTION_NUMBER, AT(connections), "38", 1, PLAN_AGENCIES_MAX, "agencies that report, each over a connection of its own"},
	{"outstanding", "N", OPTION_NUMBER, AT(outstanding), "64", 1, 10000, "unanswered messages of one agency at most"},
	{"reports", "N", OPTION_NUMBER, AT(reports), "0", 0, INT64_MAX, "how many reports to send; 0: as many as there is time for"},
	{"duration", "SECONDS", OPTION_REAL, AT(duration), "0", 0, 0, "how long to send; 0: until --reports are sent, or 10"},
	{"rate", "N", OPTION_REAL, AT(rate), "0", 0, 0, "reports a second of all together; 0: as fast as they are answered"},
	{"events", "ENDPOINT", OPTION_TEXT, AT(events), NULL, 0, 0, "the aggregator: measures also until the event that has the report in"},
	{"events-server-key", "KEY|FILE", OPTION_TEXT, AT(events_server_key), NULL, 0, 0, "the aggregator's open key (default: --server-key)"},
	{"no-verify", NULL, OPTION_FLAG, AT(no_verify), NULL, 0, 0, "what answers is an echo: any reply is a good one"},
	COMMAND_JSON(struct bench_settings, "the result as one JSON object"),
	COMMAND_LOG(struct bench_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin bench",
    .summary = "Measures an installation: lets the plan's agencies report, one report a message,\n"
	       "and times the answers. The reports are real ones, they are stored and counted:\n"
	       "for test installations only. Exit status 0 if every report was accepted, else 65.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin bench --duration 5\n"
		"  tuijin bench --rate 200 --connections 1 --outstanding 1 \\\n"
		"      --events tcp://127.0.0.1:7302\n",
};

static int
check(const struct bench_settings *cfg, struct err *e)
{
	if (!(cfg->duration >= 0 && cfg->duration <= 86400))
		return err_fail(
		    e, ERR_USAGE, "--duration: expected 0 to 86400, got %g", cfg->duration);
	if (!(cfg->rate >= 0 && cfg->rate <= 1e9))
		return err_fail(e, ERR_USAGE, "--rate: expected 0 to 1e9, got %g", cfg->rate);
	if (command_check_endpoint("connect", cfg->connect, e) != 0)
		return -1;
	return command_check_endpoint("events", cfg->events, e);
}

static struct bench_load_settings
settings_of(const struct bench_settings *cfg, const struct plan *p)
{
	double duration = cfg->duration;

	if (duration <= 0 && cfg->reports == 0)
		duration = DURATION_DEFAULT;
	return (struct bench_load_settings){
	    .plan = p,
	    .connect = cfg->connect,
	    .events = cfg->events,
	    .connections = (uint32_t)cfg->connections,
	    .outstanding = (uint32_t)cfg->outstanding,
	    .reports = (uint64_t)cfg->reports,
	    .duration_us = (int64_t)(duration * 1e6),
	    .rate = cfg->rate,
	    .verify = !cfg->no_verify,
	};
}

static double
per_second(const struct bench_load_result *r)
{
	return r->elapsed_us > 0 ? (double)r->answered * 1e6 / (double)r->elapsed_us : 0;
}

/* What was not accepted, by its word: verdicts, codes of errors, and the rest. */
static void
for_each_trouble(const struct bench_load_result *r,
    void (*say)(void *to, const char *word, uint64_t n), void *to)
{
	for (int v = 0; v < REPORT_VERDICTS; v++) {
		if (v != REPORT_ACCEPTED && r->verdicts[v] > 0)
			say(to, report_verdict_name((enum report_verdict)v), r->verdicts[v]);
	}
	for (int c = 0; c < REPORT_CODES; c++) {
		if (r->refused[c] > 0)
			say(to, report_code_name((enum report_code)c), r->refused[c]);
	}
	if (r->strange > 0)
		say(to, "strange", r->strange);
}

static void
print_trouble(void *to, const char *word, uint64_t n)
{
	fprintf(to, "%-11s %" PRIu64 "\n", word, n);
}

static void
print_latency(const char *what, const struct histogram *us)
{
	if (us->count == 0)
		return;
	printf("%-11s p50 %.3f ms, p90 %.3f ms, p99 %.3f ms, max %.3f ms\n", what,
	    (double)histogram_percentile(us, 50) / 1e3, (double)histogram_percentile(us, 90) / 1e3,
	    (double)histogram_percentile(us, 99) / 1e3, (double)us->max / 1e3);
}

static void
print_text(const struct bench_load_result *r)
{
	printf("reports     %" PRIu64 " in %.3f s, %.0f a second\n", r->answered,
	    (double)r->elapsed_us / 1e6, per_second(r));
	printf("accepted    %" PRIu64 "\n", r->verdicts[REPORT_ACCEPTED]);
	for_each_trouble(r, print_trouble, stdout);
	if (r->resent > 0)
		printf("resent      %" PRIu64 "\n", r->resent);
	print_latency("reply", &r->ack_us);
	print_latency("event", &r->event_us);
	if (r->unseen > 0)
		printf("unseen      %" PRIu64 " in no event\n", r->unseen);
}

static json_t *
json_latency(const struct histogram *us)
{
	static const struct {
		const char *key;
		double      percent;
	} shown[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"max", 100}};
	json_t *object = json_object();

	if (us->count == 0) {
		json_decref(object);
		return json_null();
	}
	for (size_t i = 0; i < OPTIONS_COUNT(shown); i++)
		json_object_set_new(object, shown[i].key,
		    json_integer((json_int_t)histogram_percentile(us, shown[i].percent)));
	return object;
}

static void
set_trouble(void *to, const char *word, uint64_t n)
{
	json_object_set_new(to, word, json_integer((json_int_t)n));
}

static void
print_json(const struct bench_load_result *r)
{
	json_t *object = json_object(), *trouble = json_object();

	for_each_trouble(r, set_trouble, trouble);
	json_object_set_new(object, "reports", json_integer((json_int_t)r->answered));
	json_object_set_new(object, "seconds", json_real((double)r->elapsed_us / 1e6));
	json_object_set_new(object, "per_second", json_real(per_second(r)));
	json_object_set_new(
	    object, "accepted", json_integer((json_int_t)r->verdicts[REPORT_ACCEPTED]));
	json_object_set_new(object, "not_accepted", trouble);
	json_object_set_new(object, "resent", json_integer((json_int_t)r->resent));
	json_object_set_new(object, "unseen", json_integer((json_int_t)r->unseen));
	json_object_set_new(object, "reply_us", json_latency(&r->ack_us));
	json_object_set_new(object, "event_us", json_latency(&r->event_us));
	json_print(stdout, object);
}

static int
read_keys(const struct bench_settings *cfg, struct bench_load_settings *set, struct err *e)
{
	struct identity_settings events = cfg->identity;

	if (cfg->events_server_key != NULL) {
		events.server_key = cfg->events_server_key;
		events.server_key_flag = "--events-server-key";
	}
	if (identity_folder_read(&set->keys, &cfg->identity, e) != 0)
		return -1;
	return identity_folder_read(&set->events_keys, &events, e);
}

static int
measure(const struct bench_settings *cfg, struct bench_load_result *r, struct err *e)
{
	struct bench_load_settings set;
	struct plan               *p;
	int                        rc;

	if (check(cfg, e) != 0 || (p = loaded_plan_at(cfg->redis, cfg->plan, e)) == NULL)
		return -1;
	set = settings_of(cfg, p);
	rc = read_keys(cfg, &set, e);
	if (rc == 0)
		rc = bench_load_run(&set, r, e);
	plan_free(p);
	return rc;
}

int
bench_command(int argc, char **argv)
{
	struct bench_settings     cfg = {0};
	struct command_run        cmd;
	struct err                err = {0};
	struct bench_load_result *r;
	int                       status = command_open(&page, argc, argv, &cfg, &cfg.shared, &cmd);

	if (status >= 0)
		return status;
	r = mem_zeroed(1, sizeof(*r));
	if (measure(&cfg, r, &err) != 0) {
		status = command_fail(&err);
	} else {
		(cfg.shared.json ? print_json : print_text)(r);
		status = r->verdicts[REPORT_ACCEPTED] == r->sent && r->strange == 0
		    ? 0
		    : COMMAND_BAD_DATA;
	}
	free(r);
	return status;
}
