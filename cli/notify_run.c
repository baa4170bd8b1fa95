#include "cli/notify_run.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/stop.h"

#define STALE_MS  5000  /* without a tick; there is one every second */
#define ANSWER_MS 10000 /* for an aggregator to answer where that is waited for */
#define TURN_MS   250   /* the longest wait: moments of the day come */
#define STOP_MS   5000  /* for what is under way at the end */
#define TELLING   "telling"

static size_t
waiting(const struct notifier *n)
{
	size_t count = 0;

	for (size_t i = 0; i < n->books.count; i++)
		count += notify_queue_waiting(n->books.at[i].queue);
	return count;
}

static void
log_targets(const struct notifier *n)
{
	for (size_t i = 0; i < n->books.count; i++) {
		const struct notify_target *t = &n->targets[i];

		if (t->post == NULL)
			continue;
		log_info("event=target target=%s url=\"%s\"", n->books.at[i].name,
		    notify_post_where(t->post));
		if (notify_post_is_exposed(t->post))
			log_warn(
			    "event=plaintext target=%s reason=\"others can read and change what "
			    "goes there: use https\"",
			    n->books.at[i].name);
	}
}

/* Told once the copy is whole; and when the aggregator falls silent, and is back. */
static void
log_hearing(struct notifier *n, int64_t mono_ms)
{
	bool        silent = mono_ms - n->follow.heard_ms >= STALE_MS;
	const char *why = subscriber_obstacle(n->follow.subscriber);
	char        endpoint[200], shown[200];

	if (!n->ready && n->follow.up) {
		log_info("event=ready plan=%s targets=%zu waiting=%zu", n->plan_id, n->books.count,
		    waiting(n));
		n->ready = true;
		supervisor_ready(n->supervisor, TELLING);
	}
	if (silent == n->stale)
		return;
	n->stale = silent;
	text_escape(text_of(n->cfg->connect), endpoint, sizeof(endpoint));
	if (silent)
		log_warn("event=stale connect=\"%s\" reason=\"%s\"", endpoint,
		    why[0] != '\0' ? text_escape(text_of(why), shown, sizeof(shown))
				   : "no word for 5 s");
	else
		log_info("event=back connect=\"%s\"", endpoint);
}

/* Returns ms until it has to be called again, -1. */
static int64_t
tell_supervisor(struct notifier *n)
{
	const char *why = subscriber_obstacle(n->follow.subscriber);

	if (n->ready && !n->stale)
		supervisor_status(n->supervisor, TELLING);
	else
		supervisor_status(n->supervisor, "waiting for the aggregator%s%s",
		    why[0] != '\0' ? ": " : "", why);
	return supervisor_turn(n->supervisor, clock_mono_ms());
}

static void
commit(struct notifier *n, int64_t mono_ms)
{
	struct err err = {0};
	char       shown[ERR_MESSAGE_MAX];

	if (notify_state_commit(n->state, mono_ms, &err) != 0)
		log_error("event=state_failed reason=\"%s\"",
		    text_escape(text_of(err.msg), shown, sizeof(shown)));
}

/* An edge is on the disk before the first target hears of it: who was told of a raise is
 * told of its end. */
static void
turn_targets(struct notifier *n, bool start)
{
	commit(n, clock_mono_ms());
	for (size_t i = 0; i < n->books.count; i++)
		notify_target_turn(&n->targets[i], n->state, clock_mono_ms(), start);
	commit(n, clock_mono_ms());
}

static bool
all_idle(const struct notifier *n)
{
	for (size_t i = 0; i < n->books.count; i++)
		if (!notify_target_is_idle(&n->targets[i]))
			return false;
	return true;
}

static bool
any_under_way(const struct notifier *n)
{
	for (size_t i = 0; i < n->books.count; i++)
		if (n->targets[i].under_way != NULL)
			return true;
	return false;
}

/* Waits for the aggregator, the targets and (not -1) a stop, and no longer than (not -1)
 * wait_ms. */
static void
wait_for_news(struct notifier *n, int stop_fd, int64_t wait_ms)
{
	struct bus_wait waits[2 + NOTIFY_TARGETS_MAX * NOTIFY_TARGET_WAITS] = {
	    {.socket = subscriber_socket(n->follow.subscriber), .events = POLLIN},
	    {.fd = stop_fd, .events = stop_fd >= 0 ? POLLIN : 0},
	};
	int64_t timeout_ms = clock_sooner(TURN_MS, wait_ms);
	size_t  count = 2;

	for (size_t i = 0; i < n->books.count; i++)
		count += notify_target_waits(
		    &n->targets[i], &waits[count], clock_mono_ms(), &timeout_ms);
	bus_wait(waits, count, timeout_ms);
}

static int
no_answer(const struct notifier *n, struct err *e)
{
	char shown[200];

	err_set(e, ERR_AGAIN, "%s: no answer about plan %s within %d s",
	    text_escape(text_of(n->cfg->connect), shown, sizeof(shown)), n->plan_id,
	    ANSWER_MS / 1000);
	return identity_explain(e, subscriber_obstacle(n->follow.subscriber));
}

/* With --once: whether all is done that can be. */
static bool
is_over(const struct notifier *n)
{
	return n->cfg->once && n->follow.settled && all_idle(n) &&
	    !notify_remind_is_due(&n->remind, clock_wall_ms());
}

/* Until a stop is asked for, or with --once all is done. */
static int
follow(struct notifier *n, int stop_fd, struct err *e)
{
	int64_t begun_ms = clock_mono_ms(), wait_ms;

	while (!stop_asked(stop_fd) && !is_over(n)) {
		notify_follow_turn(&n->follow, clock_mono_ms(), clock_wall_ms());
		notify_remind_turn(&n->remind, &n->follow, clock_mono_ms(), clock_wall_ms());
		log_hearing(n, clock_mono_ms());
		turn_targets(n, true);
		wait_ms = tell_supervisor(n);
		if (n->cfg->once && !n->follow.up && clock_mono_ms() - begun_ms >= ANSWER_MS)
			return no_answer(n, e);
		if (!is_over(n))
			wait_for_news(n, stop_fd, wait_ms);
	}
	return 0;
}

/* What is under way gets a last chance. */
static void
finish(struct notifier *n)
{
	int64_t end_ms = clock_mono_ms() + STOP_MS;

	supervisor_stopping(n->supervisor, "finishing what is under way");
	while (any_under_way(n) && clock_mono_ms() < end_ms) {
		wait_for_news(n, -1, supervisor_turn(n->supervisor, clock_mono_ms()));
		notify_follow_turn(&n->follow, clock_mono_ms(), clock_wall_ms());
		turn_targets(n, false);
	}
}

static int
log_stopped(const struct notifier *n, struct err *e)
{
	uint64_t delivered = 0, retried = 0, dropped = 0;

	for (size_t i = 0; i < n->books.count; i++) {
		delivered += n->targets[i].delivered;
		retried += n->targets[i].retried;
		dropped += n->targets[i].dropped;
	}
	log_info("event=stopped delivered=%" PRIu64 " retried=%" PRIu64 " dropped=%" PRIu64
		 " waiting=%zu",
	    delivered, retried, dropped, waiting(n));
	if (!n->cfg->once || waiting(n) == 0)
		return 0;
	return err_fail(e, ERR_AGAIN, "%zu events were not taken%s", waiting(n),
	    n->state != NULL ? err_text("; they wait in the state file") : "");
}

int
notify_run(struct notifier *n, int stop_fd, struct err *e)
{
	int rc;

	err_translator(NULL); /* errors are lines of a log from here on */
	n->supervisor = supervisor_open();
	log_targets(n);
	rc = follow(n, stop_fd, e);
	finish(n);
	return rc != 0 ? rc : log_stopped(n, e);
}

/* When the copy is whole. */
int
notify_run_print(struct notifier *n, int stop_fd, struct err *e)
{
	int64_t begun_ms = clock_mono_ms();
	int32_t day;

	while (!n->follow.up && !stop_asked(stop_fd)) {
		notify_follow_turn(&n->follow, clock_mono_ms(), clock_wall_ms());
		if (clock_mono_ms() - begun_ms >= ANSWER_MS)
			return no_answer(n, e);
		if (!n->follow.up)
			wait_for_news(n, stop_fd, -1);
	}
	if (!n->follow.up)
		return 0;
	if (!gather_day(n->follow.subscriber, n->plan, &day))
		return no_answer(n, e);
	if (notify_remind_print(&n->follow, n->plan, day, n->cfg->shared.json, clock_wall_ms()) ==
	    0)
		command_note(LOG_INFO, "no tasks need an agency's attention");
	return 0;
}
