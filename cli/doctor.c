#include "cli/doctor.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cli/doctor_view.h"

#define ADVICE_STATUS 1 /* with --strict */

#define AT(member) offsetof(struct doctor_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"folder", "DIR", OPTION_TEXT, AT(folder), NULL, 0, 0,
	    "where the services have keys, passwords and .env files (default: /etc/tuijin if it "
	    "is there); flags win over what they say"},
	{"redis", "URL", OPTION_TEXT, AT(redis), NULL, 0, 0,
	    "the store (default: that of the services, or that which TUIJIN_REDIS names for "
	    "another user, as the user doctor, if there is DIR/doctor.redis-password; else "
	    "redis://127.0.0.1:6379)"},
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0,
	    "look at this plan (default: all that are loaded)"},
	{"collector", "ENDPOINT", OPTION_TEXT, AT(collector), NULL, 0, 0,
	    "where agencies connect (default: as DIR/collector.env says, or "
	    "tcp://127.0.0.1:7301)"},
	{"collector-key", "KEY|FILE", OPTION_TEXT, AT(collector_key), NULL, 0, 0,
	    "the collector's open key (default: DIR/collector.pub, or none: plaintext)"},
	{"collector-http", "ADDRESS", OPTION_TEXT, AT(collector_http), NULL, 0, 0,
	    "the collector's --http, host:port, or none (default: as DIR/collector.env says, or "
	    "127.0.0.1:9301)"},
	{"aggregator", "ENDPOINT", OPTION_TEXT, AT(aggregator), NULL, 0, 0,
	    "where subscribers connect (default: as DIR/aggregator.env says, or "
	    "tcp://127.0.0.1:7302)"},
	{"aggregator-key", "KEY|FILE", OPTION_TEXT, AT(aggregator_key), NULL, 0, 0,
	    "the aggregator's open key (default: DIR/aggregator.pub, or none: plaintext)"},
	{"aggregator-http", "ADDRESS", OPTION_TEXT, AT(aggregator_http), NULL, 0, 0,
	    "the aggregator's --http (default: as DIR/aggregator.env says, or 127.0.0.1:9302)"},
	{"dashboard-http", "ADDRESS", OPTION_TEXT, AT(dashboard_http), NULL, 0, 0,
	    "the dashboard's --http (default: as DIR/dashboard.env says, or 127.0.0.1:7380)"},
	{"secret-key", "FILE", OPTION_TEXT, AT(secret_key), NULL, 0, 0,
	    "a key of an @operator, to ask the services with (default: DIR/operator.key)"},
	{"authorized-keys", "FILE", OPTION_TEXT, AT(authorized_keys), NULL, 0, 0,
	    "the services' list of keys (default: DIR/authorized_keys)"},
	{"redis-disk", "DIR", OPTION_TEXT, AT(redis_disk), NULL, 0, 0,
	    "a folder on the disk of Redis (default: /var/lib/redis if Redis is on this machine, "
	    "else what the aggregator says)"},
	COMMAND_TIMEOUT(struct doctor_settings, "5", "for any one answer"),
	{"strict", NULL, OPTION_FLAG, AT(strict), NULL, 0, 0, "exit status 1 if there is advice"},
	{"quiet", NULL, OPTION_FLAG, AT(quiet), NULL, 0, 0,
	    "show only faults and advice, and nothing if there is neither"},
	COMMAND_JSON(struct doctor_settings, "one JSON object with all that was found"),
	COMMAND_LANG(struct doctor_settings),
	COMMAND_LOG(struct doctor_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin doctor",
    .summary =
	"Examines a running installation from outside, and says in plain words what is wrong and\n"
	"how to mend it. It changes nothing. The checks, all of them unless some are named:\n"
	"keys: secret keys, passwords, authorized_keys: readable, well-formed, not expiring.\n"
	"redis: it answers, lets us in, and loses nothing that was acknowledged.\n"
	"room: memory of Redis, its append-only file, its disk.\n"
	"plans: some are loaded, they are whole and of these days.\n"
	"agencies: each agency of the plans has a key.\n"
	"collector: it is ready and answers an operator for each plan.\n"
	"aggregator: it is ready, its events come, and their digest is that of the snapshot.\n"
	"ledger: ledger, plan, checkpoint and seals are in step.\n"
	"dashboard: it is ready and shows the plans live.\n"
	"clocks: this machine, Redis and the services agree on the time.\n"
	"A check brings those with it on which it builds. Of what cannot be looked at it says so;\n"
	"as root it can look at everything. For the health checks of containers there are\n"
	"collector-ready, aggregator-ready and dashboard-ready, which need neither keys nor "
	"Redis:\n"
	"they only ask that service whether it is ready.\n"
	"Exit status: 0 no fault; 1 advice, with --strict; 69 a fault; 64 and 78 wrong flags.",
    .operands = "[CHECK]…",
    .operands_max = 32,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples =
	"  sudo tuijin doctor\n"
	"  sudo tuijin doctor keys room --strict --quiet\n"
	"  tuijin doctor --json --redis redis://doctor@10.0.0.5:6379?password-file=/root/p \\\n"
	"      --collector-http 10.0.0.6:9301 --aggregator-http 10.0.0.7:9302\n"
	"  docker compose exec collector tuijin doctor collector-ready\n",
};

static void
ask_ready(struct doctor *d, const char *whose, const char *address)
{
	if (address[0] != '\0')
		doctor_ready(d, whose, address);
	else
		doctor_find(&d->findings, DOCTOR_FAULT, "service_without_http",
		    "nobody can ask whether it is ready: --%s-http is none", whose);
}

static void
collector_ready(struct doctor *d)
{
	ask_ready(d, "collector", d->cfg->collector_http);
}

static void
aggregator_ready(struct doctor *d)
{
	ask_ready(d, "aggregator", d->cfg->aggregator_http);
}

static void
dashboard_ready(struct doctor *d)
{
	ask_ready(d, "dashboard", d->cfg->dashboard_http);
}

enum check {
	CHECK_KEYS,
	CHECK_REDIS,
	CHECK_ROOM,
	CHECK_PLANS,
	CHECK_AGENCIES,
	CHECK_COLLECTOR,
	CHECK_AGGREGATOR,
	CHECK_LEDGER,
	CHECK_DASHBOARD,
	CHECK_CLOCKS,
	CHECK_COLLECTOR_READY,
	CHECK_AGGREGATOR_READY,
	CHECK_DASHBOARD_READY,
	CHECKS
};

#define BIT(check) (1u << (check))

/* The checks in their order. needs: those on whose findings it builds, as bits. */
static const struct check_row {
	const char   *name;
	struct phrase title;
	void (*run)(struct doctor *d);
	unsigned needs;
	bool     is_aside; /* made only where it is named */
} checks[CHECKS] = {
    [CHECK_KEYS] = {"keys", PHRASE("keys", "密钥"), doctor_keys, 0, false},
    [CHECK_REDIS] = {"redis", PHRASE("redis", "Redis"), doctor_redis, 0, false},
    [CHECK_ROOM] = {"room", PHRASE("room", "余量"), doctor_room, BIT(CHECK_REDIS), false},
    [CHECK_PLANS] = {"plans", PHRASE("plans", "计划"), doctor_plans, BIT(CHECK_REDIS), false},
    [CHECK_AGENCIES] = {"agencies", PHRASE("agencies", "单位"), doctor_agencies,
	BIT(CHECK_KEYS) | BIT(CHECK_PLANS), false},
    [CHECK_COLLECTOR] = {"collector", PHRASE("collector", "接收服务"), doctor_collector,
	BIT(CHECK_PLANS), false},
    [CHECK_AGGREGATOR] = {"aggregator", PHRASE("aggregator", "汇总服务"), doctor_aggregator,
	BIT(CHECK_PLANS), false},
    [CHECK_LEDGER] = {"ledger", PHRASE("ledger", "台账"), doctor_ledger, BIT(CHECK_PLANS), false},
    [CHECK_DASHBOARD] = {"dashboard", PHRASE("dashboard", "网页"), doctor_dashboard, 0, false},
    [CHECK_CLOCKS] = {"clocks", PHRASE("clocks", "时钟"), doctor_clocks,
	BIT(CHECK_REDIS) | BIT(CHECK_COLLECTOR) | BIT(CHECK_AGGREGATOR), false},
    [CHECK_COLLECTOR_READY] = {"collector-ready", PHRASE("collector", "接收服务"), collector_ready,
	0, true},
    [CHECK_AGGREGATOR_READY] = {"aggregator-ready", PHRASE("aggregator", "汇总服务"),
	aggregator_ready, 0, true},
    [CHECK_DASHBOARD_READY] = {"dashboard-ready", PHRASE("dashboard", "网页"), dashboard_ready, 0,
	true},
};

static int
refuse_check(const char *word, struct err *e)
{
	char       shown[80];
	struct buf names = {0};

	for (int i = 0; i < CHECKS; i++)
		buf_addf(&names, "%s%s", i > 0 ? ", " : "", checks[i].name);
	buf_add(&names, "", 1);
	err_set(e, ERR_USAGE, "there is no check '%s'; the checks are %s",
	    text_escape(text_of(word), shown, sizeof(shown)), names.at);
	buf_fini(&names);
	return -1;
}

/* Adds the check that a word names, and those it needs, to *wanted. */
static int
add_check(const char *word, unsigned *wanted, struct err *e)
{
	for (int i = CHECKS; i-- > 0;)
		if (strcmp(word, checks[i].name) == 0) {
			*wanted |= BIT(i);
			return 0;
		}
	return refuse_check(word, e);
}

/* The checks that the operands name; without any, all that are not aside. */
static int
choose(int count, char *const *words, unsigned *wanted, struct err *e)
{
	for (int i = 0; i < count; i++)
		if (add_check(words[i], wanted, e) != 0)
			return -1;
	for (int i = 0; count == 0 && i < CHECKS; i++)
		*wanted |= checks[i].is_aside ? 0 : BIT(i);
	for (int i = CHECKS; i-- > 0;) /* what is needed stands before who needs it */
		*wanted |= (*wanted & BIT(i)) != 0 ? checks[i].needs : 0;
	return 0;
}

void
doctor_note_clock(
    struct doctor *d, const char *whose, int64_t shown_ms, int64_t asked_ms, int64_t answered_ms)
{
	for (size_t i = 0; i < d->clock_count; i++)
		if (strcmp(d->clocks[i].whose, whose) == 0)
			return;
	if (d->clock_count == DOCTOR_CLOCKS_MAX)
		return;
	d->clocks[d->clock_count++] = (struct doctor_clock){
	    .whose = whose,
	    .ahead_ms = shown_ms - (asked_ms + (answered_ms - asked_ms) / 2),
	    .error_ms = (answered_ms - asked_ms) / 2,
	};
}

static void
doctor_fini(struct doctor *d)
{
	for (size_t i = 0; i < d->plan_count; i++)
		plan_free(d->plans[i].plan);
	authorized_free(d->list);
	store_close(d->store);
	bus_close(d->bus);
	doctor_findings_fini(&d->findings);
}

/* Makes the checks and returns the exit status. */
static int
examine(struct doctor *d, const struct doctor_view *view, unsigned wanted)
{
	const char       *made[CHECKS];
	size_t            count = 0;
	enum doctor_level worst;

	for (int i = 0; i < CHECKS; i++) {
		size_t from = d->findings.count;

		if ((wanted & BIT(i)) == 0)
			continue;
		d->findings.check = made[count++] = checks[i].name;
		checks[i].run(d);
		if (!d->cfg->shared.json)
			doctor_view_print(
			    view, checks[i].title.at[view->language], &d->findings, from);
	}
	if (d->cfg->shared.json)
		doctor_view_json(view, made, count, &d->findings);
	else
		doctor_view_sum(view, &d->findings);
	worst = doctor_worst(&d->findings);
	if (worst == DOCTOR_FAULT)
		return EX_UNAVAILABLE;
	return worst == DOCTOR_ADVICE && d->cfg->strict ? ADVICE_STATUS : EX_OK;
}

int
doctor_command(int argc, char **argv)
{
	struct doctor_settings cfg = {0};
	struct command_run     run;
	struct err             err = {0};
	unsigned               wanted = 0;
	int                    status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	if (choose(argc - run.first, argv + run.first, &wanted, &err) != 0 ||
	    doctor_settings_complete(&cfg, &err) != 0) {
		status = command_fail(&err);
	} else {
		struct doctor      d = {.cfg = &cfg, .language = run.language, .bus = bus_open(1)};
		struct doctor_view view = {run.out, run.language, cfg.quiet};

		status = examine(&d, &view, wanted);
		doctor_fini(&d);
	}
	doctor_settings_fini(&cfg);
	return status;
}
