#include "cli/loaded.h"
#include "cli/notify_run.h"
#include "common/clock.h"
#include "common/stop.h"

/* The plan, where there is a store to ask; and which one it is. */
static int
look_up(struct notifier *n, struct err *e)
{
	const char *id = n->cfg->plan, *redis = n->cfg->redis;
	char        shown[80];

	if (redis != NULL && redis[0] != '\0') {
		if ((n->plan = loaded_plan_at(redis, id, e)) == NULL)
			return -1;
		id = n->plan->id;
	}
	if (!text_is_name(text_of(id), PLAN_ID_MAX))
		return err_fail(e, ERR_USAGE, "--plan: '%s' is not the name of a plan",
		    text_escape(text_of(id), shown, sizeof(shown)));
	memcpy(n->plan_id, id, strlen(id) + 1);
	if (n->plan == NULL || n->wanted.agency == NULL ||
	    plan_find_agency(n->plan, text_of(n->wanted.agency)) != PLAN_NONE)
		return 0;
	return err_fail(e, ERR_INPUT, "--agency: plan %s has no agency %s", id, n->wanted.agency);
}

static int
open_state(struct notifier *n, struct err *e)
{
	const char *path = n->cfg->state;
	size_t      lost = 0;

	if (path == NULL || path[0] == '\0' || n->cfg->digest)
		return 0;
	if ((n->state = notify_state_open(path, &n->books, &lost, e)) == NULL)
		return -1;
	if (lost > 0)
		log_warn(
		    "event=state_cut targets=%zu reason=\"they are no more: forgotten\"", lost);
	return 0;
}

static int
subscribe(struct notifier *n, struct err *e)
{
	const struct notify_settings *cfg = n->cfg;
	struct identity               id = {0};

	if ((n->bus = bus_open(1)) == NULL)
		return err_fail(e, ERR_ENV, "ZeroMQ cannot be started");
	if (identity_read(&id, &cfg->identity, cfg->connect, e) == 0)
		n->follow.subscriber =
		    subscriber_open(n->bus, cfg->connect, identity_curve(&id), n->plan_id, e);
	identity_wipe(&id);
	return n->follow.subscriber != NULL ? 0 : -1;
}

static int
set_up(struct notifier *n, struct err *e)
{
	const struct notify_settings *cfg = n->cfg;

	if (look_up(n, e) != 0)
		return -1;
	if (!cfg->digest)
		notify_settings_books(cfg, n->plan_id, &n->books);
	if (notify_settings_targets(cfg, &n->books, &n->secret, n->targets, e) != 0 ||
	    open_state(n, e) != 0 || subscribe(n, e) != 0)
		return -1;
	n->follow.books = &n->books;
	n->follow.state = n->state;
	n->follow.titles = n->plan;
	n->follow.plan = n->plan_id;
	n->follow.agency = n->wanted.agency;
	n->follow.alarms = n->wanted.alarms;
	n->follow.language = n->wanted.language;
	n->follow.from_now = cfg->from_now;
	notify_follow_init(&n->follow, clock_mono_ms());
	n->remind = (struct notify_remind){.minutes = n->wanted.minutes,
	    .redis = cfg->redis,
	    .plan = &n->plan,
	    .books = &n->books};
	notify_remind_init(&n->remind, n->state != NULL, clock_wall_ms());
	return 0;
}

static void
tear_down(struct notifier *n)
{
	for (size_t i = 0; i < NOTIFY_TARGETS_MAX; i++)
		notify_target_fini(&n->targets[i]);
	notify_state_close(n->state);
	for (size_t i = 0; i < n->books.count; i++)
		notify_queue_free(n->books.at[i].queue);
	notify_secret_fini(&n->secret);
	notify_follow_fini(&n->follow);
	subscriber_close(n->follow.subscriber);
	supervisor_close(n->supervisor);
	bus_close(n->bus);
	plan_free(n->plan);
}

int
notify_command(int argc, char **argv)
{
	struct notify_settings cfg = {0};
	struct notifier        n = {.cfg = &cfg};
	struct command_run     run;
	struct err             err = {0};
	int                    stop_fd, rc = -1;
	int status = command_open(&notify_page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	if (notify_settings_check(&cfg, &run, &n.wanted, &err) == 0 &&
	    (stop_fd = stop_open(&err)) >= 0 && set_up(&n, &err) == 0)
		rc = cfg.digest ? notify_run_print(&n, stop_fd, &err)
				: notify_run(&n, stop_fd, &err);
	tear_down(&n);
	return rc != 0 ? command_fail(&err) : 0;
}
