/* service_write_metrics() and service_unready() of service_http.h. */
#include <stdio.h>

#include "common/service_http.h"

#define EXPIRING_MAX 1000 /* keys that are told one by one */
#define DAY_SECONDS  86400

/* As labels; door_news_name() has them in words. */
static const char *const reasons[SERVICE_REASONS] = {
    [DOOR_SHUT_OUT] = "key",
    [DOOR_TOO_MUCH] = "memory",
};

const char *
service_unready(const struct service *s)
{
	const char *why = s->unready != NULL ? s->unready(s->owner) : "";
	const char *trouble = roster_trouble(s->roster);

	if (s->stopping)
		return "stopping";
	if (why[0] != '\0')
		return why;
	if (s->ready)
		return "";
	return trouble[0] != '\0' ? trouble : "starting";
}

static void
write_sessions(const struct service *s, struct metrics *m)
{
	struct gate_counters gate = gate_counters(s->gate);

	metrics_family(
	    m, "tuijin_sessions_admitted_total", METRIC_COUNTER, "Sessions whose key was let in.");
	metrics_count(m, gate.admitted);
	metrics_family(m, "tuijin_sessions_refused_total", METRIC_COUNTER,
	    "Sessions that were turned away for their key.");
	metrics_count(m, gate.refused);
	metrics_family(m, "tuijin_sessions_ended_total", METRIC_COUNTER,
	    "Times that all sessions were ended, because of a key that is good no more or of "
	    "memory.");
	for (size_t i = 0; i < SERVICE_REASONS; i++) {
		if (reasons[i] == NULL)
			continue;
		metrics_label(m, "reason", text_of(reasons[i]));
		metrics_count(m, s->ended[i]);
	}
}

static void
write_key_counts(const struct authorized *list, int32_t today, struct metrics *m)
{
	size_t count = authorized_count(list), expired = 0;

	for (size_t i = 0; i < count; i++)
		expired += authorized_state(authorized_at(list, i), today) == AUTHORIZED_EXPIRED;
	metrics_family(m, "tuijin_keys", METRIC_GAUGE, "Keys in authorized_keys.");
	metrics_label(m, "state", text_of("good"));
	metrics_count(m, count - expired);
	metrics_label(m, "state", text_of("expired"));
	metrics_count(m, expired);
}

/* A key is good for all of its last day. */
static void
write_key_expiry(const struct authorized *list, struct metrics *m)
{
	size_t told = 0;
	char   role[32];

	metrics_family(m, "tuijin_key_expiry_timestamp_seconds", METRIC_GAUGE,
	    "When a key is no longer good, of keys that expire.");
	for (size_t i = 0; i < authorized_count(list) && told < EXPIRING_MAX; i++) {
		const struct authorized_key *k = authorized_at(list, i);

		if (k->expires == AUTHORIZED_FOREVER)
			continue;
		told++;
		snprintf(role, sizeof(role), "@%s", authorized_role_name(k->role));
		metrics_label(m, "key", text_of(k->id));
		metrics_label(m, "owner", text_of(k->role == AUTHORIZED_AGENCY ? k->agency : role));
		metrics_value(m, ((double)k->expires + 1) * DAY_SECONDS);
	}
}

void
service_write_metrics(const struct service *s, struct metrics *m)
{
	const struct authorized *list = gate_list(s->gate);

	metrics_family(m, "tuijin_plans", METRIC_GAUGE, "Plans that are served.");
	metrics_count(m, roster_count(s->roster));
	write_sessions(s, m);
	if (list != NULL) {
		write_key_counts(list, s->keys_day, m);
		write_key_expiry(list, m);
		metrics_family(m, "tuijin_authorized_keys_broken", METRIC_GAUGE,
		    "1 if authorized_keys has a mistake, and the list from before is in force.");
		metrics_count(m, s->keys_broken);
	}
	if (s->write != NULL)
		s->write(s->owner, m);
}
