#include <inttypes.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/identity.h"
#include "common/json.h"
#include "cli/loaded.h"
#include "cli/simulation.h"
#include "common/clock.h"
#include "common/stop.h"

struct simulate_settings {
	const char *redis, *connect, *plan;
	double      rate;
	int64_t     seed, duration, reports, agencies, outstanding, timeout;

	struct identity_settings identity;
	struct command_settings  shared;
};

#define AT(member) offsetof(struct simulate_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct simulate_settings, COMMAND_REDIS_DEFAULT, "the store, for the plan"),
	{"connect", "ENDPOINT", OPTION_TEXT, AT(connect), COMMAND_REPORTS_DEFAULT, 0, 0, "the collector"},
	IDENTITY_SERVER_KEY(struct simulate_settings),
	IDENTITY_FOLDER(struct simulate_settings),
	COMMAND_PLAN(struct simulate_settings),
	{"rate", "N", OPTION_REAL, AT(rate), "5", 0, 1000000, "reports per second, of all agencies together"},
	{"seed", "N", OPTION_NUMBER, AT(seed), NULL, 0, INT64_MAX, "of the random numbers (default: the clock)"},
	{"duration", "SECONDS", OPTION_NUMBER, AT(duration), NULL, 1, 86400 * 366, "how long to send (default: until interrupted)"},
	{"reports", "N", OPTION_NUMBER, AT(reports), NULL, 1, 1000000000000, "how many to send (default: until interrupted)"},
	{"agencies", "N", OPTION_NUMBER, AT(agencies), NULL, 1, PLAN_AGENCIES_MAX, "only the first N of the plan (default: all)"},
	{"outstanding", "N", OPTION_NUMBER, AT(outstanding), "16", 1, 4096, "unanswered messages an agency may have"},
	COMMAND_TIMEOUT(struct simulate_settings, "30", "how long to wait for the first and the last answers"),
	COMMAND_JSON(struct simulate_settings, "the counters as a JSON object"),
	COMMAND_LOG(struct simulate_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin simulate",
    .summary =
	"Lets every agency of a plan report on its tasks, each over a connection of its own:\n"
	"mostly small steps forward, now and then an obstacle or a withdrawal, while the\n"
	"office verifies what is completed. Continues from what is stored. Prints its\n"
	"counters at the end.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin simulate\n"
		"  tuijin simulate --rate 2000 --duration 60\n"
		"  tuijin simulate --seed 7 --reports 1000 --json\n",
};

static void
print_counts(const struct simulation *sim, double seconds, bool json)
{
	const struct actor_counts *c = simulation_counts(sim);
	json_t                    *object;

	if (!json) {
		printf("sent=%" PRIu64 " accepted=%" PRIu64 " duplicate=%" PRIu64
		       " superseded=%" PRIu64 " conflict=%" PRIu64 " rejected=%" PRIu64
		       " errors=%" PRIu64 " resent=%" PRIu64 " unanswered=%" PRIu64
		       " seconds=%.3f\n",
		    c->sent, c->verdicts[REPORT_ACCEPTED], c->verdicts[REPORT_DUPLICATE],
		    c->verdicts[REPORT_SUPERSEDED], c->verdicts[REPORT_CONFLICT],
		    c->verdicts[REPORT_REJECTED], c->errors, c->resent, simulation_unanswered(sim),
		    seconds);
		return;
	}
	object = json_pack("{s:I, s:I, s:I, s:I, s:f}", "sent", (json_int_t)c->sent, "errors",
	    (json_int_t)c->errors, "resent", (json_int_t)c->resent, "unanswered",
	    (json_int_t)simulation_unanswered(sim), "seconds", seconds);
	for (int i = 0; i < REPORT_VERDICTS; i++)
		json_object_set_new(object, report_verdict_name((enum report_verdict)i),
		    json_integer((json_int_t)c->verdicts[i]));
	json_print(stdout, object);
}

static int
run(struct simulation *sim, bool json, struct err *e)
{
	int64_t begin_us;

	if (simulation_ask_status(sim, e) != 0)
		return -1;
	begin_us = clock_mono_us();
	simulation_play(sim);
	simulation_finish(sim);
	print_counts(sim, (double)(clock_mono_us() - begin_us) / 1e6, json);
	return simulation_check(sim, e);
}

static struct simulation_settings
settings_of(const struct simulate_settings *cfg, const struct identity_folder *keys, int stop_fd)
{
	return (struct simulation_settings){
	    .connect = cfg->connect,
	    .keys = keys,
	    .rate = cfg->rate,
	    .seed = cfg->seed > 0 ? (uint64_t)cfg->seed : (uint64_t)clock_wall_us(),
	    .agencies = (uint32_t)cfg->agencies,
	    .outstanding = (uint32_t)cfg->outstanding,
	    .reports = (uint64_t)cfg->reports,
	    .duration_ms = cfg->duration * 1000,
	    .timeout_ms = cfg->timeout * 1000,
	    .stop_fd = stop_fd,
	};
}

int
simulate_command(int argc, char **argv)
{
	struct simulate_settings   cfg = {0};
	struct simulation_settings settings;
	struct identity_folder     keys;
	struct command_run         about;
	struct simulation         *sim = NULL;
	struct plan               *p = NULL;
	struct err                 err = {0};
	int                        stop_fd;
	int status = command_open(&page, argc, argv, &cfg, &cfg.shared, &about);

	if (status >= 0)
		return status;
	if (command_check_endpoint("connect", cfg.connect, &err) != 0 ||
	    identity_folder_read(&keys, &cfg.identity, &err) != 0 ||
	    (stop_fd = stop_open(&err)) < 0 ||
	    (p = loaded_plan_at(cfg.redis, cfg.plan, &err)) == NULL)
		return command_fail(&err);
	settings = settings_of(&cfg, &keys, stop_fd);
	sim = simulation_open(p, &settings, &err);
	status = sim == NULL || run(sim, cfg.shared.json, &err) != 0 ? command_fail(&err) : 0;
	simulation_close(sim);
	plan_free(p);
	return status;
}
