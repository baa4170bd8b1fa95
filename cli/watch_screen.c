#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/loaded.h"
#include "cli/watch_scene.h"
#include "cli/watch_keys.h"
#include "cli/watch_paint.h"
#include "cli/watch_source.h"
#include "cli/watch_terminal.h"
#include "common/clock.h"
#include "common/stop.h"

#define DRAW_MS   100   /* between two drawings for events; one for a key comes at once */
#define CALM_MS   20    /* what comes within it is taken together */
#define LOOK_MS   500   /* the longest wait */
#define TURN_MAX  2000  /* events taken before keys are looked at again */
#define RELOAD_MS 30000 /* between two attempts to get another revision of the plan */

struct session {
	const struct watch_source *from;
	struct scene              *scene;
	struct look                look;
	struct canvas              canvas;
	struct rows                rows, side;
	int                        page;
	struct plan               *newer; /* owned; a revision that came while watching */
	int                        signal_fd;
	bool                       checked; /* that the plan has what was named */
	bool                       quit;
	bool                       due; /* draw at once */
	bool                       dirty;
	int64_t                    drawn_ms, asked_ms; /* monotonic */
};

static struct scene_now
now(void)
{
	return (struct scene_now){clock_mono_ms(), clock_wall_ms()};
}

bool
watch_has_screen(void)
{
	return terminal_is_there();
}

/* Signals of the terminal as a descriptor; -1 with *e. */
static int
open_signals(struct err *e)
{
	static const int wanted[] = {SIGTSTP, SIGCONT, SIGWINCH, SIGQUIT, SIGHUP};
	sigset_t         set;
	int              fd;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		sigaddset(&set, wanted[i]);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	if ((fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) == -1)
		return err_fail(e, ERR_ENV, "signalfd: %s", strerror(errno));
	return fd;
}

static void
take_signals(struct session *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		s->due = true;
		if (info.ssi_signo == SIGTSTP)
			terminal_stop();
		else if (info.ssi_signo == SIGCONT)
			terminal_resume();
		else if (info.ssi_signo != SIGWINCH)
			s->quit = true;
	}
}

/* For scene_snapshot(). */
static bool
copy_has(void *session, const char *topic)
{
	const struct watch_source *from = ((struct session *)session)->from;
	char                       whole[PLAN_ID_MAX + ALERT_TOPIC_SIZE + 2];

	snprintf(whole, sizeof(whole), "%s/%s", from->plan_id, topic);
	return subscriber_payload(from->subscriber, text_of(whole)).at != NULL;
}

/* Nothing will ever come of a scope that the plan does not have. */
static int
check_named(struct session *s, struct err *e)
{
	struct seen         seen = {0};
	struct seen_figures was;
	int                 rc = 0;

	for (size_t i = 0; i < s->scene->count; i++) {
		struct summary sum = s->scene->scopes[i]->summary;

		sum.key = text_of(s->scene->scopes[i]->key);
		if (s->scene->scopes[i]->known)
			seen_enter(&seen, &sum, &was);
	}
	if (seen.count > 0)
		rc = wanted_check_seen(&s->look.wanted, s->from->plan_id, &seen, e);
	s->checked = seen.count > 0;
	free(seen.at);
	return rc;
}

static int
take_news(struct session *s, struct err *e)
{
	const struct event  *ev;
	bool                 live;
	enum subscriber_news news = SUBSCRIBER_TICK;

	for (int i = 0; i < TURN_MAX && news != SUBSCRIBER_NOTHING; i++) {
		struct scene_now at = now();

		news = subscriber_next(s->from->subscriber, at.mono_ms, &ev, &live);
		if (news == SUBSCRIBER_SNAPSHOT) {
			scene_snapshot(s->scene, copy_has, s, at);
			if (!s->checked && check_named(s, e) != 0)
				return -1;
		} else if (news != SUBSCRIBER_NOTHING) {
			scene_take(s->scene, ev, at);
		}
		s->dirty |= news != SUBSCRIBER_NOTHING;
	}
	return 0;
}

/* The plan's titles and places, where another revision is in force than the one we have. */
static void
follow_plan(struct session *s)
{
	struct scene *b = s->scene;
	struct plan  *p;
	struct err    ignored = {0};

	if (b->plan == NULL || b->revision <= b->plan->revision || b->store_gone_ms != 0 ||
	    (s->asked_ms != 0 && clock_mono_ms() - s->asked_ms < RELOAD_MS))
		return;
	s->asked_ms = clock_mono_ms();
	if ((p = loaded_plan_at(s->from->redis, s->from->plan_id, &ignored)) == NULL)
		return; /* tried again later: the numbers do not depend on it */
	scene_use_plan(b, p);
	plan_free(s->newer);
	s->newer = p;
}

static void
take_keys(struct session *s)
{
	uint32_t key;

	while ((key = terminal_key()) != WATCH_NONE) {
		if (key == WATCH_REDRAW)
			terminal_forget();
		keys_press(&s->look, s->scene, &s->rows, s->page, key);
		/* The next key is pressed on what this one has made. */
		rows_make(&s->rows, s->scene, &s->look, s->look.pane);
		rows_place(&s->rows, &s->look.at[s->look.pane], (size_t)s->page);
		s->due = true;
	}
	s->quit |= s->look.quit || terminal_is_gone();
}

static void
draw(struct session *s)
{
	struct paint p = {
	    .canvas = &s->canvas,
	    .scene = s->scene,
	    .look = &s->look,
	    .endpoint = s->from->endpoint,
	    .now = now(),
	    .rows = &s->rows,
	    .side = &s->side,
	};
	int width, height;

	terminal_size(&width, &height);
	paint_screen(&p, width, height);
	terminal_show(&s->canvas);
	s->page = p.page;
	s->drawn_ms = p.now.mono_ms;
	s->due = s->dirty = false;
}

/* Draws if it is time to. Returns how long to wait, in ms. */
static int64_t
draw_in_time(struct session *s)
{
	int64_t since = clock_mono_ms() - s->drawn_ms;

	if (s->due || since >= LOOK_MS || (s->dirty && since >= DRAW_MS)) {
		draw(s);
		return LOOK_MS;
	}
	return s->dirty ? DRAW_MS - since : LOOK_MS - since;
}

static int
follow(struct session *s, struct err *e)
{
	struct bus_wait waits[] = {
	    {.socket = subscriber_socket(s->from->subscriber), .events = POLLIN},
	    {.fd = STDIN_FILENO, .events = POLLIN},
	    {.fd = s->signal_fd, .events = POLLIN},
	    {.fd = s->from->stop_fd, .events = POLLIN},
	};

	while (!s->quit && !stop_asked(s->from->stop_fd)) {
		int64_t wait_ms;

		take_signals(s);
		if (take_news(s, e) != 0)
			return -1;
		scene_pass(s->scene, subscriber_obstacle(s->from->subscriber),
		    subscriber_in_step(s->from->subscriber) || !s->scene->ticked, now());
		follow_plan(s);
		take_keys(s);
		if (s->quit)
			break;
		wait_ms = draw_in_time(s);
		/* Of many events each would be a turn of its own. */
		waits[0].events = s->dirty ? 0 : POLLIN;
		if (s->dirty && wait_ms > CALM_MS)
			wait_ms = CALM_MS;
		bus_wait(waits, sizeof(waits) / sizeof(waits[0]), wait_ms);
	}
	return 0;
}

int
watch_screen(const struct watch_source *from, struct err *e)
{
	struct session s = {.from = from, .due = true};
	int            rc;

	if ((s.signal_fd = open_signals(e)) < 0)
		return -1;
	if (!terminal_open(from->run->out.colour)) {
		close(s.signal_fd);
		return err_fail(e, ERR_ENV, "the terminal cannot show a screen: use --plain");
	}
	s.scene = scene_new(from->plan_id, from->plan, now());
	look_init(&s.look, from->run->language, from->wanted);
	rc = follow(&s, e);
	terminal_close();
	scene_free(s.scene);
	look_fini(&s.look);
	canvas_fini(&s.canvas);
	free(s.rows.at);
	free(s.side.at);
	plan_free(s.newer);
	close(s.signal_fd);
	return rc;
}
