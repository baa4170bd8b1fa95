#include "common/service.h"

#include <inttypes.h>

#include "common/clock.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/reload.h"
#include "common/service_http.h"
#include "common/stop.h"
#include "common/store.h"
#include "core/calendar.h"

#define STATS_MS    60000 /* between event=stats lines */
#define TELL_MS     1000  /* between two tellings of refusals */
#define ANSWERS_MAX 64    /* about new sessions, in a turn */
#define SERVING     "serving"

enum { WAIT_GATE, WAIT_STOP, WAIT_RELOAD, WAIT_ROSTER, WAIT_HTTP };

static void
tell_key(const char *event, const struct authorized_key *k)
{
	char date[CALENDAR_DATE_SIZE];

	log_warn("event=%s key=%s agency=%s role=%s on=%s", event, k->id, k->agency,
	    authorized_role_name(k->role), calendar_format_date(k->expires, date));
}

/* How many keys there are; and each that is good for a few days more at the most, or has
 * expired since the day on which they were told last. */
static void
tell_keys(struct service *s, const char *event)
{
	const struct authorized *list = gate_list(s->gate);
	int32_t                  today = calendar_day_at(clock_wall_ms(), 0);
	size_t                   count[AUTHORIZED_STATES] = {0};

	for (size_t i = 0; list != NULL && i < authorized_count(list); i++) {
		const struct authorized_key *k = authorized_at(list, i);
		enum authorized_state        state = authorized_state(k, today);

		count[state]++;
		if (state == AUTHORIZED_EXPIRES_SOON)
			tell_key("key_expires", k);
		else if (state == AUTHORIZED_EXPIRED && s->keys_day != 0 &&
		    authorized_state(k, s->keys_day) != AUTHORIZED_EXPIRED)
			tell_key("key_expired", k);
	}
	s->keys_day = today;
	if (list != NULL)
		log_info("event=%s keys=%zu expired=%zu", event, authorized_count(list),
		    count[AUTHORIZED_EXPIRED]);
}

int
service_open(struct service *s, const struct service_settings *cfg, const char *program,
    const char *domain, const char *bind, struct err *e)
{
	*s = (struct service){.stop_fd = -1, .reload_fd = -1, .program = program};
	if (options_open_log(program, &cfg->common, e) != 0)
		return -1;
	if (service_http_open(s, cfg->http, e) != 0)
		return -1;
	s->stop_fd = stop_open(e);
	if (s->stop_fd < 0)
		return -1;
	s->reload_fd = reload_open(e);
	if (s->reload_fd < 0)
		return -1;
	s->bus = bus_open(1);
	s->gate = gate_open(s->bus, &cfg->gate, domain, bind, e);
	if (s->gate == NULL)
		return -1;
	s->door = (struct door){
	    .bus = s->bus, .gate = s->gate, .memory_max = (size_t)cfg->memory_mib << 20};
	s->bind = bind;
	s->roster = roster_open(cfg->redis, &cfg->plans, e);
	if (s->roster == NULL)
		return -1;
	tell_keys(s, "keys");
	s->supervisor = supervisor_open();
	return 0;
}

void
service_close(struct service *s)
{
	door_close(&s->door);
	gate_close(s->gate);
	bus_close(s->bus);
	roster_close(s->roster);
	supervisor_close(s->supervisor);
	service_http_close(s);
}

void
service_vitals(struct service *s, void *owner, void (*write)(void *owner, struct metrics *m),
    const char *(*unready)(void *owner))
{
	s->owner = owner;
	s->write = write;
	s->unready = unready;
}

/* A list with a mistake changes nothing. */
static void
reload(struct service *s)
{
	const char *now = SERVING;
	struct err  err = {0};
	char        shown[2 * ERR_MESSAGE_MAX];
	int         rc;

	if (s->ready)
		supervisor_reloading(s->supervisor, "reading authorized_keys");
	limits_lift();
	rc = gate_reload(s->gate, &err);
	limits_lower();
	s->keys_broken = rc != 0;
	if (rc == 0) {
		tell_keys(s, "reloaded");
	} else {
		log_error("event=reload_failed reason=\"%s\" in_force=\"the list from before\"",
		    text_escape(text_of(err.msg), shown, sizeof(shown)));
		now = SERVING "; authorized_keys has a mistake: the list from before is in force";
	}
	if (s->ready)
		supervisor_ready(s->supervisor, "%s", now);
}

/* Refusals come as fast as somebody likes: the last one is told, once a second, with the
 * number of all. */
static void
tell_refusals(struct service *s)
{
	const struct gate_answer *last = &s->refused;

	if (s->refused_count == 0 || s->mono_ms < s->tell_at_ms)
		return;
	log_warn("event=session_refused key=%s address=%s reason=\"%s\" count=%" PRIu64,
	    last->key_id, last->address, last->why, s->refused_count);
	s->refused_count = 0;
	s->tell_at_ms = s->mono_ms + TELL_MS;
}

static void
tend_gate(struct service *s)
{
	struct gate_answer a;

	for (int i = 0; i < ANSWERS_MAX; i++) {
		if (!gate_answer_next(s->gate, s->wall_ms, s->mono_ms, &a))
			break;
		if (a.admitted) {
			log_debug("event=session key=%s address=%s", a.key_id, a.address);
			continue;
		}
		s->refused = a;
		s->refused_count++;
	}
	tell_refusals(s);
}

int
service_bind(struct service *s, door_bind_fn *bind, size_t limit, bool lenient, struct err *e)
{
	s->door.bind = bind;
	s->door.limit = limit;
	s->door.lenient = lenient;
	return door_open(&s->door, s->bind, e);
}

struct bus_socket *
service_socket(const struct service *s)
{
	return s->door.socket;
}

const char *
service_endpoint(const struct service *s)
{
	return s->door.endpoint;
}

static int
tend_door(struct service *s, int64_t *wait_ms, struct err *e)
{
	enum door_news news = door_turn(&s->door, s->mono_ms, wait_ms, e);

	if (news == DOOR_BROKEN)
		return -1;
	if (news == DOOR_AS_BEFORE)
		return 0;
	s->ended[news]++;
	log_warn("event=sessions_ended reason=\"%s\"", door_news_name(news));
	return 0;
}

/* Before it is ready. */
static void
tell_status(const struct service *s)
{
	const char *trouble = roster_trouble(s->roster);

	if (trouble[0] != '\0')
		supervisor_status(s->supervisor, "waiting for the store: %s", trouble);
	else
		supervisor_status(s->supervisor, "starting");
}

int
service_turn(struct service *s, int64_t *wait_ms, struct err *e)
{
	s->mono_ms = clock_mono_ms();
	s->wall_ms = clock_wall_ms();
	*wait_ms = STATS_MS;
	if (reload_asked(s->reload_fd))
		reload(s);
	if (calendar_day_at(s->wall_ms, 0) != s->keys_day)
		tell_keys(s, "keys");
	tend_gate(s);
	if (tend_door(s, wait_ms, e) != 0)
		return -1;
	*wait_ms = clock_sooner(*wait_ms, roster_turn(s->roster, s->mono_ms));
	trouble_tell(&s->trouble, "*", roster_trouble(s->roster), s->mono_ms);
	if (!s->ready)
		tell_status(s);
	*wait_ms = clock_sooner(*wait_ms, supervisor_turn(s->supervisor, s->mono_ms));
	service_http_turn(s, wait_ms);
	return 0;
}

bool
service_has_to_stop(struct service *s)
{
	if (!s->stopping && stop_asked(s->stop_fd)) {
		s->stopping = true;
		supervisor_stopping(s->supervisor, "finishing what is in hand");
	}
	return s->stopping;
}

bool
service_has_stats_due(struct service *s)
{
	bool first = s->stats_at_ms == 0;

	if (s->mono_ms < s->stats_at_ms)
		return false;
	s->stats_at_ms = s->mono_ms + STATS_MS;
	return !first;
}

/* What asked it to stop stays readable, and nobody else is heard from then on. */
void
service_waits(struct service *s, struct bus_wait waits[SERVICE_WAITS])
{
	struct store      *link = roster_link(s->roster);
	struct bus_socket *gate = gate_socket(s->gate);

	for (size_t i = 0; i < SERVICE_WAITS; i++)
		waits[i] = (struct bus_wait){.fd = -1};
	if (s->stopping)
		return;
	waits[WAIT_STOP] = (struct bus_wait){.fd = s->stop_fd, .events = POLLIN};
	waits[WAIT_RELOAD] = (struct bus_wait){.fd = s->reload_fd, .events = POLLIN};
	if (gate != NULL)
		waits[WAIT_GATE] = (struct bus_wait){.socket = gate, .fd = -1, .events = POLLIN};
	waits[WAIT_HTTP] = service_http_wait(s);
	if (link != NULL)
		waits[WAIT_ROSTER] =
		    (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
}

void
service_woke(struct service *s, const struct bus_wait waits[SERVICE_WAITS])
{
	struct store *link = roster_link(s->roster);

	service_http_woke(s, waits[WAIT_HTTP].revents);
	if (link != NULL && !s->stopping)
		store_woke(link, waits[WAIT_ROSTER].revents);
}

const struct authorized_key *
service_caller(const struct service *s)
{
	return gate_caller(s->gate, bus_sender(s->door.socket), s->wall_ms);
}

void
service_ready(struct service *s, size_t plans)
{
	if (plans == 0)
		log_warn(
		    "event=no_plan reason=\"no plan is loaded (tuijin plan load FILE); one that "
		    "will be is served without a restart\"");
	s->ready = true;
	supervisor_ready(s->supervisor, SERVING);
}
