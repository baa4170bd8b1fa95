#include "common/service.h"

#include <inttypes.h>

#include "common/clock.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/reload.h"
#include "common/stop.h"
#include "common/store.h"
#include "core/calendar.h"

#define STATS_MS      60000 /* between event=stats lines */
#define KEY_SOON_DAYS 30    /* from then on an expiry is told of */
#define SERVING       "serving"
#define DAY_MS        INT64_C(86400000)

enum { WAIT_GATE, WAIT_STOP, WAIT_RELOAD, WAIT_ROSTER };

/* How many keys there are; and each that is good for a few days more at the most. */
static void
tell_keys(const struct service *s, const char *event)
{
	const struct authorized *list = gate_list(s->gate);
	int32_t                  today = (int32_t)(clock_wall_ms() / DAY_MS);
	size_t                   expired = 0;

	if (list == NULL)
		return;
	for (size_t i = 0; i < authorized_count(list); i++) {
		const struct authorized_key *k = authorized_at(list, i);
		char                         date[CALENDAR_DATE_SIZE];

		expired += k->expires < today;
		if (k->expires >= today && k->expires - today <= KEY_SOON_DAYS)
			log_warn("event=key_expires key=%s agency=%s role=%s on=%s", k->id,
			    k->agency, authorized_role_name(k->role),
			    calendar_format_date(k->expires, date));
	}
	log_info("event=%s keys=%zu expired=%zu", event, authorized_count(list), expired);
}

int
service_open(struct service *s, const struct service_settings *cfg, const char *program,
    const char *domain, const char *bind, struct err *e)
{
	*s = (struct service){.stop_fd = -1, .reload_fd = -1};
	if (options_open_log(program, &cfg->common, e) != 0)
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
	s->roster = roster_open(cfg->redis, &cfg->plans, e);
	if (s->roster == NULL)
		return -1;
	tell_keys(s, "keys");
	s->notify = notify_open();
	return 0;
}

void
service_close(struct service *s)
{
	gate_close(s->gate);
	bus_close(s->bus);
	roster_close(s->roster);
	notify_close(s->notify);
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
		notify_reloading(s->notify, "reading authorized_keys");
	limits_lift();
	rc = gate_reload(s->gate, &err);
	limits_lower();
	if (rc == 0) {
		tell_keys(s, "reloaded");
	} else {
		log_error("event=reload_failed reason=\"%s\" in_force=\"the list from before\"",
		    text_escape(text_of(err.msg), shown, sizeof(shown)));
		now = SERVING "; authorized_keys has a mistake: the list from before is in force";
	}
	if (s->ready)
		notify_ready(s->notify, "%s", now);
}

static void
tend_gate(struct service *s)
{
	const char *refused;

	gate_turn(s->gate, s->wall_ms);
	refused = gate_refusals(s->gate, s->mono_ms);
	if (refused != NULL)
		log_warn("event=session_refused %s", refused);
}

int64_t
service_turn(struct service *s)
{
	int64_t wait_ms;

	s->mono_ms = clock_mono_ms();
	s->wall_ms = clock_wall_ms();
	if (reload_asked(s->reload_fd))
		reload(s);
	tend_gate(s);
	wait_ms = roster_turn(s->roster, s->mono_ms);
	trouble_tell(&s->trouble, "*", roster_trouble(s->roster), s->mono_ms);
	if (!s->ready)
		notify_status(s->notify, "waiting for the store: %s", roster_trouble(s->roster));
	wait_ms = clock_sooner(wait_ms, notify_turn(s->notify, s->mono_ms));
	return clock_sooner(wait_ms, STATS_MS);
}

bool
service_has_to_stop(struct service *s)
{
	if (!s->stopping && stop_asked(s->stop_fd)) {
		s->stopping = true;
		notify_stopping(s->notify, "finishing what is in hand");
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
	if (link != NULL)
		waits[WAIT_ROSTER] =
		    (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
}

void
service_woke(struct service *s, const struct bus_wait waits[SERVICE_WAITS])
{
	struct store *link = roster_link(s->roster);

	if (link != NULL && !s->stopping)
		store_woke(link, waits[WAIT_ROSTER].revents);
}

const struct authorized_key *
service_caller(const struct service *s, const struct bus_socket *socket)
{
	return gate_caller(s->gate, bus_sender(socket), s->wall_ms);
}

void
service_ready(struct service *s)
{
	s->ready = true;
	notify_ready(s->notify, SERVING);
}
