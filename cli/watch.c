#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/identity.h"
#include "cli/loaded.h"
#include "cli/watch_source.h"
#include "common/stop.h"
#include "common/subscriber.h"

struct watch_settings {
	const char *connect, *redis, *plan;
	bool        plain;

	struct identity_settings identity;
	struct command_settings  shared;
};

#define AT(member) offsetof(struct watch_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0, "the plan; with --redis, the only loaded one if there is just one"},
	{"connect", "ENDPOINT", OPTION_TEXT, AT(connect), COMMAND_EVENTS_DEFAULT, 0, 0, "the aggregator"},
	IDENTITY_SERVER_KEY(struct watch_settings),
	IDENTITY_SECRET_KEY(struct watch_settings),
	COMMAND_REDIS(struct watch_settings, NULL, "the store, for titles beside the scopes (default: none)"),
	{"plain", NULL, OPTION_FLAG, AT(plain), NULL, 0, 0, "a line for each change, also on a terminal"},
	COMMAND_JSON(struct watch_settings, "each event as a JSON object, one a line"),
	COMMAND_LANG(struct watch_settings),
	COMMAND_LOG(struct watch_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin watch",
    .summary =
	"Shows how a plan stands and what changes, as it happens, until it is interrupted.\n"
	"\n"
	"On a terminal it takes the whole screen: chapters with what is done against what is\n"
	"expected by now, agencies, tasks that need attention by what they cost, a feed, and\n"
	"how fast events come. Where that is not live, a line at the top says since when.\n"
	"  arrows, j k, PgUp PgDn, Home End   move\n"
	"  Tab, 1 to 5                        another pane\n"
	"  Enter                              unfold; from the feed to the task\n"
	"  s   /   l                          sort, filter by text, filter by light\n"
	"  L   ?   q                          the other language, all keys, quit\n"
	"\n"
	"Elsewhere, and with --plain, it prints the state of all scopes and the alerts that\n"
	"stand, then a line for each change and for each alert that is raised or resolved. A\n"
	"line has percent / expected percent, the gap between them in points, the light, the\n"
	"state, and how many of the obligations are reported, at all and for the last period\n"
	"due. A new day moves what is expected, the gap and the days overdue of almost every\n"
	"scope: if nothing else has changed there is no line, except with --json.\n"
	"\n"
	"A SCOPE is overall, chapter/2, section/2.1, task/27 or agency/cnipa; chapter means\n"
	"all chapters. Lines are of the scopes named alone; the screen also has what is below\n"
	"them. With NO_COLOR in the environment there are no colours.",
    .operands = "[SCOPE…]",
    .operands_min = 0,
    .operands_max = 1000,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin watch --redis redis://127.0.0.1:6379\n"
		"  tuijin watch --redis redis://127.0.0.1:6379 --lang zh agency/cnipa\n"
		"  tuijin watch --plan ipr-2026 --plain overall chapter task/27\n"
		"  tuijin watch --plan ipr-2026 --json | jq .data.percent\n",
};

/* Connects, with the keys that the settings name. */
static struct subscriber *
connect_to(struct bus *bus, const struct watch_settings *cfg, const char *plan, struct err *e)
{
	struct identity    id = {0};
	struct subscriber *s = NULL;

	if (identity_read(&id, &cfg->identity, cfg->connect, e) == 0)
		s = subscriber_open(bus, cfg->connect, identity_curve(&id), plan, e);
	identity_wipe(&id);
	return s;
}

/* The plan for titles, where there is a store to ask; and which plan it is. */
static int
look_up(const struct watch_settings *cfg, struct plan **p, const char **id, struct err *e)
{
	*id = cfg->plan;
	if (cfg->redis != NULL) {
		if ((*p = loaded_plan_at(cfg->redis, cfg->plan, e)) == NULL)
			return -1;
		*id = (*p)->id;
	}
	if (*id == NULL || **id == '\0')
		return err_fail(e, ERR_USAGE,
		    "--plan is missing (or TUIJIN_PLAN): without --redis, watch talks to the "
		    "aggregator alone and cannot look up which plan is loaded");
	return 0;
}

int
watch_command(int argc, char **argv)
{
	struct watch_settings cfg = {0};
	struct command_run    run;
	struct watch_source   from = {.run = &run};
	struct plan          *p = NULL;
	struct bus           *bus = NULL;
	struct err            err = {0};
	bool                  plain;
	int rc = -1, status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	from.endpoint = cfg.connect;
	from.redis = cfg.redis;
	from.wanted = (struct wanted){argv + run.first, argc - run.first};
	plain = cfg.plain || cfg.shared.json || !watch_has_screen();
	if (wanted_check(&from.wanted, &err) == 0 &&
	    command_check_endpoint("connect", cfg.connect, &err) == 0 &&
	    (from.stop_fd = stop_open(&err)) >= 0 && look_up(&cfg, &p, &from.plan_id, &err) == 0 &&
	    (p == NULL || wanted_check_plan(&from.wanted, p, &err) == 0) &&
	    (bus = bus_open(1)) != NULL &&
	    (from.subscriber = connect_to(bus, &cfg, from.plan_id, &err)) != NULL) {
		from.plan = p;
		rc = plain ? watch_lines(&from, cfg.shared.json, &err) : watch_screen(&from, &err);
	}
	status = rc == 0 ? 0 : command_fail(&err);
	subscriber_close(from.subscriber);
	bus_close(bus);
	plan_free(p);
	return status;
}
