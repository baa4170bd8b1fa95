#include "cli/notify_settings.h"

#include <stdio.h>

#include "cli/notify_digest.h"
#include "common/clock.h"

#define TIMEOUT_MAX 3600 /* s */

#define AT(member) offsetof(struct notify_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"exec", "CMD", OPTION_LIST, AT(exec), NULL, 0, 0, "run CMD with /bin/sh for each event, the JSON on its standard input"},
	{"webhook", "URL", OPTION_LIST, AT(webhook), NULL, 0, 0, "POST each event there; http or https"},
	{"webhook-header", "FILE", OPTION_TEXT, AT(webhook_header), NULL, 0, 0, "lines 'Name: value' for each request; nobody else may read it"},
	{"webhook-secret", "FILE", OPTION_TEXT, AT(webhook_secret), NULL, 0, 0, "key that signs each body, 16 bytes or more (X-Tuijin-Signature)"},
	{"webhook-ca", "FILE", OPTION_TEXT, AT(webhook_ca), NULL, 0, 0, "certificates to trust for https (default: the system's)"},
	{"timeout", "SECONDS", OPTION_NUMBER, AT(timeout), "10", 1, TIMEOUT_MAX, "how long one program or request may take"},
	{"state", "FILE", OPTION_TEXT, AT(state), NULL, 0, 0, "remember here what was told, so that no restart repeats or loses it"},
	{"from-now", NULL, OPTION_FLAG, AT(from_now), NULL, 0, 0, "without a past in --state: do not tell what stands at the start"},
	{"only", "WHAT,...", OPTION_TEXT, AT(only), NULL, 0, 0, "of overdue, behind, blocked, help, missed_period, regressed (default: all)"},
	{"agency", "ID", OPTION_TEXT, AT(agency), NULL, 0, 0, "only what is about this agency"},
	{"digest-at", "HH:MM", OPTION_TEXT, AT(digest_at), NULL, 0, 0, "send each agency's reminder of the day then, by the plan's clock (default: never)"},
	{"digest", NULL, OPTION_FLAG, AT(digest), NULL, 0, 0, "print today's reminders and end; delivers nothing"},
	{"once", NULL, OPTION_FLAG, AT(once), NULL, 0, 0, "try once to tell what there is to tell, and end"},
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0, "the plan; with --redis, the only loaded one if there is just one"},
	{"connect", "ENDPOINT", OPTION_TEXT, AT(connect), COMMAND_EVENTS_DEFAULT, 0, 0, "the aggregator"},
	IDENTITY_SERVER_KEY(struct notify_settings),
	IDENTITY_SECRET_KEY(struct notify_settings),
	COMMAND_REDIS(struct notify_settings, NULL, "the store, for titles and reminders (default: none)"),
	COMMAND_JSON(struct notify_settings, "with --digest: each reminder as an event, one a line"),
	{"lang", "zh|en", OPTION_TEXT, AT(shared.lang), NULL, 0, 0, "language of reminders and sentences (default: zh)"},
	COMMAND_LOG(struct notify_settings),
};
/* clang-format on */

const struct option_page notify_page = {
    .program = "tuijin notify",
    .summary =
	"Tells programs and HTTP endpoints of each alert that is raised or resolved, as\n"
	"CloudEvents in JSON, until it is interrupted. A program is told by its standard input\n"
	"and TUIJIN_EVENT_ID, TUIJIN_EVENT_TYPE and TUIJIN_EVENT_SUBJECT, and has taken an\n"
	"event when its exit status is 0; an endpoint when it answers 2xx. Everything else is\n"
	"tried again, with pauses that grow to a minute, for as long as it takes: a hook that\n"
	"is wrong for an hour loses nothing. Only what an endpoint answers 413 or 422 is\n"
	"dropped, and logged. What is about one alert is told in order. Redirects are not\n"
	"followed. Reminders (催办) list what of an agency's tasks needs its attention, as a\n"
	"letter that is ready to be sent; they need --redis.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples =
	"  tuijin notify --plan ipr-2026 --exec 'mail -s \"$TUIJIN_EVENT_SUBJECT\" desk'\n"
	"  tuijin notify --plan ipr-2026 --webhook https://oa.example/hook --state told \\\n"
	"      --webhook-secret key --only overdue,blocked\n"
	"  tuijin notify --redis redis://127.0.0.1:6379 --digest --agency cnipa\n",
};

static bool
is_given(const char *value)
{
	return value != NULL && value[0] != '\0';
}

static int
check_targets(const struct notify_settings *cfg, struct err *e)
{
	size_t count = cfg->exec.count + cfg->webhook.count;

	for (size_t i = 0; i < cfg->exec.count; i++)
		if (!is_given(cfg->exec.at[i]))
			return err_fail(e, ERR_USAGE, "--exec: got '', expected a command");
	if (count == 0 && !cfg->digest)
		return err_fail(e, ERR_USAGE,
		    "whom to tell? give --exec CMD or --webhook URL (or --digest to print)");
	if (count > NOTIFY_TARGETS_MAX)
		return err_fail(e, ERR_USAGE, "--exec, --webhook: got %zu of both, at most %d",
		    count, NOTIFY_TARGETS_MAX);
	return 0;
}

/* The bits of "overdue,blocked". */
static int
parse_only(const char *only, uint32_t *alarms, struct err *e)
{
	char       shown[60];
	enum alarm what;

	*alarms = (1u << ALARMS) - 1;
	if (!is_given(only))
		return 0;
	for (*alarms = 0; only != NULL; *alarms |= 1u << what) {
		const char *comma = strchr(only, ',');
		struct text word = {only, comma != NULL ? (size_t)(comma - only) : strlen(only)};

		if (!alarm_parse(word, &what))
			return err_fail(e, ERR_USAGE,
			    "--only: got '%s', expected overdue, behind, blocked, help, "
			    "missed_period or regressed",
			    text_escape(word, shown, sizeof(shown)));
		only = comma != NULL ? comma + 1 : NULL;
	}
	return 0;
}

static int
check_digest(const struct notify_settings *cfg, struct notify_wanted *wanted, struct err *e)
{
	char shown[60];

	wanted->minutes = -1;
	if (is_given(cfg->digest_at) &&
	    !digest_parse_time(text_of(cfg->digest_at), &wanted->minutes))
		return err_fail(e, ERR_USAGE, "--digest-at: got '%s', expected HH:MM",
		    text_escape(text_of(cfg->digest_at), shown, sizeof(shown)));
	if ((wanted->minutes >= 0 || cfg->digest) && !is_given(cfg->redis))
		return err_fail(e, ERR_USAGE,
		    "--redis is missing (or TUIJIN_REDIS): reminders need the plan's titles");
	return 0;
}

int
notify_settings_check(const struct notify_settings *cfg, const struct command_run *run,
    struct notify_wanted *wanted, struct err *e)
{
	char shown[60];

	wanted->language = is_given(cfg->shared.lang) ? run->language : LANGUAGE_ZH;
	wanted->agency = is_given(cfg->agency) ? cfg->agency : NULL;
	if (wanted->agency != NULL && !text_is_name(text_of(cfg->agency), PLAN_ID_MAX))
		return err_fail(e, ERR_USAGE, "--agency: '%s' is not the name of an agency",
		    text_escape(text_of(cfg->agency), shown, sizeof(shown)));
	if (!is_given(cfg->redis) && !is_given(cfg->plan))
		return err_fail(e, ERR_USAGE,
		    "--plan is missing (or TUIJIN_PLAN): only with --redis it can be looked up");
	if (check_targets(cfg, e) != 0 || parse_only(cfg->only, &wanted->alarms, e) != 0 ||
	    check_digest(cfg, wanted, e) != 0)
		return -1;
	return command_check_endpoint("connect", cfg->connect, e);
}

void
notify_settings_books(const struct notify_settings *cfg, const char *plan, struct notify_books *b)
{
	*b = (struct notify_books){.plan = plan};
	b->count = cfg->exec.count + cfg->webhook.count;
	for (size_t i = 0; i < b->count; i++) {
		bool   is_exec = i < cfg->exec.count;
		size_t number = is_exec ? i + 1 : i - cfg->exec.count + 1;

		snprintf(b->at[i].name, sizeof(b->at[i].name), "%s-%u",
		    is_exec ? "exec" : "webhook", (unsigned)number);
		b->at[i].queue = notify_queue_new((uint64_t)clock_mono_us() + i);
	}
}

int
notify_settings_targets(const struct notify_settings *cfg, const struct notify_books *b,
    struct notify_secret *secret, struct notify_target *targets, struct err *e)
{
	int64_t     timeout_ms = cfg->timeout * 1000;
	const char *ca = is_given(cfg->webhook_ca) ? cfg->webhook_ca : NULL;

	for (size_t i = 0; i < b->count; i++)
		notify_target_init(
		    &targets[i], &b->at[i], timeout_ms, cfg->once, (uint64_t)clock_mono_us() + i);
	for (size_t i = 0; i < cfg->exec.count; i++)
		targets[i].command = cfg->exec.at[i];
	if (cfg->webhook.count > 0 &&
	    notify_secret_read(secret, is_given(cfg->webhook_header) ? cfg->webhook_header : NULL,
		is_given(cfg->webhook_secret) ? cfg->webhook_secret : NULL, e) != 0)
		return -1;
	for (size_t i = 0; i < cfg->webhook.count; i++) {
		struct notify_target *t = &targets[cfg->exec.count + i];

		t->post = notify_post_open(cfg->webhook.at[i], ca, secret, timeout_ms, e);
		if (t->post == NULL)
			return -1;
	}
	return 0;
}
