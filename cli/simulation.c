#include "cli/simulation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/story.h"
#include "common/clock.h"
#include "common/stop.h"
#include "core/calendar.h"
#include "core/mem.h"

#define RESEND_LOOK_MS 100    /* how often to look for what is late */
#define BEHIND_MAX_US  200000 /* what could not be sent in time is not made up for beyond this */
#define RULING_ONE_IN  20     /* reports, for one ruling of the office */
#define STOP_MS        1000   /* for the last answers, once interrupted */

struct simulation {
	const struct simulation_settings *cfg;
	const struct plan                *plan;
	struct bus                       *bus;     /* owned */
	struct story                     *stories; /* owned, by obligation */
	bool                             *ruled;   /* owned, by task: the office has verified it */
	struct actor                    **actors;  /* owned, by agency; NULL: does not take part */
	struct bus_wait    *waits;    /* owned: an actor each, then the stop descriptor */
	uint32_t           *playable; /* owned: obligations of those who take part */
	uint32_t            playable_count;
	struct reply       *reply; /* owned */
	struct story_random random;
	struct actor_counts counts;
	int64_t             look_ms; /* when to look for late ones */
};

/* An actor's answer to the status question goes to its obligations. */
struct hearing {
	struct simulation *sim;
	uint32_t           agency;
};

static void
hear(void *ctx, const struct reply_obligation *o)
{
	const struct hearing *h = ctx;
	const struct plan    *p = h->sim->plan;
	uint32_t              task = plan_find_task(p, o->task);
	uint32_t i = task == PLAN_NONE ? PLAN_NONE : plan_find_obligation(p, task, h->agency);

	if (i == PLAN_NONE || o->state == REPORT_UNREPORTED)
		return;
	h->sim->stories[i] = (struct story){.state = o->state, .percent = o->percent};
}

static struct actor *
open_actor(struct simulation *sim, uint32_t agency, struct err *e)
{
	const struct simulation_settings *cfg = sim->cfg;
	const char                       *name = sim->plan->agencies[agency].id;
	struct identity                   id = {0};
	struct actor                     *a = NULL;

	if (identity_of_agency(&id, cfg->keys, name, e) == 0)
		a = actor_open(sim->bus, cfg->connect, identity_curve(&id), sim->plan->id, name,
		    cfg->outstanding, &sim->counts, e);
	identity_wipe(&id);
	return a;
}

static int
open_actors(struct simulation *sim, struct err *e)
{
	const struct plan *p = sim->plan;
	const int32_t      today = calendar_day_at(clock_wall_ms(), p->utc_offset_min);
	uint32_t           taking_part = p->agency_count;

	if (sim->cfg->agencies > 0 && sim->cfg->agencies < taking_part)
		taking_part = sim->cfg->agencies;
	for (uint32_t i = 0; i < p->agency_count; i++) {
		if (i >= taking_part && i != p->office)
			continue;
		sim->actors[i] = open_actor(sim, i, e);
		if (sim->actors[i] == NULL)
			return -1;
		sim->waits[i] =
		    (struct bus_wait){.socket = actor_socket(sim->actors[i]), .events = POLLIN};
	}
	for (uint32_t i = 0; i < p->obligation_count; i++) {
		if (p->obligations[i].agency < taking_part && plan_in_force(p, i, today))
			sim->playable[sim->playable_count++] = i;
	}
	sim->waits[p->agency_count] = (struct bus_wait){.fd = sim->cfg->stop_fd, .events = POLLIN};
	return 0;
}

struct simulation *
simulation_open(const struct plan *p, const struct simulation_settings *cfg, struct err *e)
{
	struct simulation *sim = mem_zeroed(1, sizeof(*sim));

	sim->plan = p;
	sim->cfg = cfg;
	sim->random.state = cfg->seed;
	sim->bus = bus_open(1);
	sim->stories = mem_zeroed(p->obligation_count, sizeof(*sim->stories));
	sim->ruled = mem_zeroed(p->task_count, sizeof(*sim->ruled));
	sim->actors = mem_zeroed(p->agency_count, sizeof(struct actor *));
	sim->waits = mem_zeroed(p->agency_count + 1, sizeof(*sim->waits));
	sim->playable = mem_zeroed(p->obligation_count, sizeof(*sim->playable));
	sim->reply = mem_zeroed(1, sizeof(*sim->reply));
	if (open_actors(sim, e) == 0)
		return sim;
	simulation_close(sim);
	return NULL;
}

void
simulation_close(struct simulation *sim)
{
	if (sim == NULL)
		return;
	for (uint32_t i = 0; i < sim->plan->agency_count; i++)
		actor_close(sim->actors[i]);
	free(sim->reply);
	free(sim->playable);
	free(sim->waits);
	free(sim->actors);
	free(sim->ruled);
	free(sim->stories);
	bus_close(sim->bus);
	free(sim);
}

const struct actor_counts *
simulation_counts(const struct simulation *sim)
{
	return &sim->counts;
}

/* Waits, takes the answers, sends again what is late. */
static void
turn(struct simulation *sim, int64_t wait_ms)
{
	int64_t mono_ms;
	bool    look;

	bus_wait(sim->waits, sim->plan->agency_count + 1, wait_ms);
	mono_ms = clock_mono_ms();
	look = mono_ms >= sim->look_ms;
	if (look)
		sim->look_ms = mono_ms + RESEND_LOOK_MS;
	for (uint32_t i = 0; i < sim->plan->agency_count; i++) {
		struct hearing h = {sim, i};

		if (sim->actors[i] == NULL)
			continue;
		actor_take(sim->actors[i], sim->reply, mono_ms, hear, &h);
		if (look)
			actor_resend(sim->actors[i], mono_ms);
	}
}

uint64_t
simulation_unanswered(const struct simulation *sim)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < sim->plan->agency_count; i++)
		total += sim->actors[i] == NULL ? 0 : actor_outstanding(sim->actors[i]);
	return total;
}

/* The first agency that does not know yet what is stored of it; PLAN_NONE: all do. */
static uint32_t
who_waits(const struct simulation *sim)
{
	for (uint32_t i = 0; i < sim->plan->agency_count; i++) {
		if (sim->actors[i] != NULL && !actor_knows_status(sim->actors[i]))
			return i;
	}
	return PLAN_NONE;
}

/* -1 with *e once a message was refused: whose, and why. */
static int
check_refusals(const struct simulation *sim, struct err *e)
{
	for (uint32_t i = 0; i < sim->plan->agency_count; i++) {
		if (sim->actors[i] != NULL && actor_refusal(sim->actors[i])[0] != '\0')
			return err_fail(e, ERR_INPUT, "%s: a message of %s was refused: %s",
			    sim->cfg->connect, sim->plan->agencies[i].id,
			    actor_refusal(sim->actors[i]));
	}
	return 0;
}

static int
no_status(const struct simulation *sim, uint32_t agency, struct err *e)
{
	err_set(e, ERR_AGAIN, "%s: no status within %" PRId64 " ms for %s", sim->cfg->connect,
	    sim->cfg->timeout_ms, sim->plan->agencies[agency].id);
	return identity_explain(e, actor_obstacle(sim->actors[agency]));
}

int
simulation_ask_status(struct simulation *sim, struct err *e)
{
	int64_t  deadline_ms = clock_mono_ms() + sim->cfg->timeout_ms;
	uint32_t waits;

	while ((waits = who_waits(sim)) != PLAN_NONE && !stop_asked(sim->cfg->stop_fd)) {
		if (check_refusals(sim, e) != 0)
			return -1;
		if (clock_mono_ms() >= deadline_ms)
			return no_status(sim, waits, e);
		turn(sim, RESEND_LOOK_MS);
	}
	return 0;
}

int
simulation_check(struct simulation *sim, struct err *e)
{
	uint64_t unanswered = simulation_unanswered(sim);

	if (check_refusals(sim, e) != 0)
		return -1;
	if (unanswered == 0 || stop_asked(sim->cfg->stop_fd))
		return 0;
	return err_fail(e, ERR_AGAIN, "%s: %" PRIu64 " messages were not answered",
	    sim->cfg->connect, unanswered);
}

/* True if every agency that counts for the task has completed it. */
static bool
is_completed(const struct simulation *sim, uint32_t task)
{
	const struct plan_task *t = &sim->plan->tasks[task];

	for (uint32_t i = 0; i < t->obligation_count; i++) {
		uint32_t o = t->first_obligation + i;

		if (plan_counts(sim->plan, o) && sim->stories[o].state != REPORT_COMPLETED)
			return false;
	}
	return true;
}

/* The office verifies a completed task, or sends it back. False: there is none. */
static bool
send_ruling(struct simulation *sim, int64_t mono_ms)
{
	struct actor *office = sim->actors[sim->plan->office];
	uint32_t      count = sim->plan->task_count, from = story_random(&sim->random, count);

	if (!actor_has_room(office))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t      task = (from + i) % count;
		struct report r = {
		    .kind = REPORT_DISPOSITION,
		    .task_known = true,
		    .task = sim->plan->tasks[task].number,
		    .at_ms = clock_wall_ms(),
		    .disposition = REPORT_VERIFIED,
		};

		if (sim->ruled[task] || !is_completed(sim, task))
			continue;
		if (story_random(&sim->random, 8) == 0) {
			r.disposition = REPORT_RETURNED;
			r.reason = text_of("佐证材料不全，请补充后重新报送。");
		}
		sim->ruled[task] = r.disposition == REPORT_VERIFIED;
		actor_send(office, &r, (uint64_t)clock_wall_us(), mono_ms);
		return true;
	}
	return false;
}

/* Somebody reports on something. False: whoever it was has too much under way. */
static bool
send_report(struct simulation *sim, int64_t mono_ms)
{
	const struct plan_obligation *o;
	struct actor                 *a;
	struct report                 r;
	uint32_t                      i = 0;

	if (story_random(&sim->random, RULING_ONE_IN) == 0 && send_ruling(sim, mono_ms))
		return true;
	/* What is verified is finished; ask a few times for something that is not. */
	for (int tries = 0; tries < 8; tries++) {
		i = sim->playable[story_random(&sim->random, sim->playable_count)];
		if (!sim->ruled[sim->plan->obligations[i].task])
			break;
	}
	o = &sim->plan->obligations[i];
	a = sim->actors[o->agency];
	if (!actor_has_room(a))
		return false;
	story_go_on(&sim->stories[i], &sim->random, &r);
	r.task = sim->plan->tasks[o->task].number;
	r.at_ms = clock_wall_ms();
	actor_send(a, &r, (uint64_t)clock_wall_us(), mono_ms);
	return true;
}

/* What is due by now_us, starting at *due_us. */
static void
send_due(struct simulation *sim, double *due_us, double now_us)
{
	double step_us = 1e6 / sim->cfg->rate;

	if (*due_us < now_us - BEHIND_MAX_US)
		*due_us = now_us - BEHIND_MAX_US;
	while (*due_us <= now_us) {
		if (sim->cfg->reports > 0 && sim->counts.sent >= sim->cfg->reports)
			return;
		if (!send_report(sim, clock_mono_ms()))
			return; /* what is due stays due until there is room */
		*due_us += step_us;
	}
}

static bool
is_over(const struct simulation *sim, double now_us, double end_us)
{
	if (stop_asked(sim->cfg->stop_fd))
		return true;
	if (sim->cfg->reports > 0 && sim->counts.sent >= sim->cfg->reports)
		return true;
	return sim->cfg->duration_ms > 0 && now_us >= end_us;
}

void
simulation_play(struct simulation *sim)
{
	double now_us = (double)clock_mono_us(), due_us = now_us;
	double end_us = now_us + (double)sim->cfg->duration_ms * 1e3;

	if (sim->playable_count == 0 || sim->cfg->rate <= 0)
		return;
	while (!is_over(sim, now_us, end_us)) {
		double wait_ms;

		send_due(sim, &due_us, now_us);
		wait_ms = (due_us - now_us) / 1000;
		if (wait_ms > RESEND_LOOK_MS)
			wait_ms = RESEND_LOOK_MS;
		turn(sim, wait_ms < 1 ? 1 : (int64_t)wait_ms);
		now_us = (double)clock_mono_us();
	}
}

void
simulation_finish(struct simulation *sim)
{
	int64_t start_ms = clock_mono_ms();

	while (simulation_unanswered(sim) > 0) {
		int64_t limit_ms = stop_asked(sim->cfg->stop_fd) ? STOP_MS : sim->cfg->timeout_ms;

		if (clock_mono_ms() - start_ms >= limit_ms)
			return;
		/* A readable stop descriptor would end every wait at once. */
		if (stop_asked(sim->cfg->stop_fd))
			sim->waits[sim->plan->agency_count].events = 0;
		turn(sim, 20);
	}
}
