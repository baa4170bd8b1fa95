/*
 * notify_run -- `tuijin notify` at work: from what the aggregator says to what the targets are
 * told, until a stop is asked for or, with --once, all is done. Or the day's letters, printed.
 *
 * Tells the log and, where one listens, the service manager how it goes.
 */
#ifndef TUIJIN_CLI_NOTIFY_RUN_H
#define TUIJIN_CLI_NOTIFY_RUN_H

#include <stdbool.h>

#include "cli/notify_follow.h"
#include "cli/notify_remind.h"
#include "cli/notify_settings.h"
#include "common/supervisor.h"

struct notifier {
	const struct notify_settings *cfg;
	struct notify_wanted          wanted;
	char                          plan_id[PLAN_ID_MAX + 1];
	struct plan                  *plan; /* owned; NULL without --redis */
	struct bus                   *bus;
	struct supervisor            *supervisor; /* owned; NULL: none listens */
	struct notify_books           books;      /* their queues are owned */
	struct notify_state          *state;
	struct notify_secret          secret;
	struct notify_target          targets[NOTIFY_TARGETS_MAX];
	struct notify_follow          follow;
	struct notify_remind          remind;
	bool                          stale, ready;
};

/* Both return when they are done, or the stop can be read: 0, or -1 with *e (ERR_AGAIN: no
 * answer from the aggregator, or with --once something was not taken). */
int notify_run(struct notifier *n, int stop_fd, struct err *e);
int notify_run_print(struct notifier *n, int stop_fd, struct err *e);

#endif
