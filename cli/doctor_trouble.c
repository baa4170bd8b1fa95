#include "cli/doctor_trouble.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/translate.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LAST_MS  INT64_C(253402300799999) /* the end of year 9999 */

bool
doctor_has_store(struct doctor *d)
{
	if (d->store != NULL)
		return true;
	doctor_find(&d->findings, DOCTOR_SKIPPED, "without_redis",
	    "not looked at: it is in Redis, which was not reached");
	doctor_mend(&d->findings, "first mend what 'tuijin doctor redis' names");
	return false;
}

/* What Redis says when it does not do what it is asked. */
static const struct answer {
	const char *word; /* in it */
	bool        is_denial;
	const char *code, *mend;
} answers[] = {
    {"NOPERM", true, "redis_denied",
	TEXT("connect as the user 'doctor' of deploy/users.acl, who may ask all that is needed: "
	     "--redis "
	     "'redis://doctor@HOST:PORT?password-file=FILE'")},
    {"OOM", false, "redis_full",
	TEXT("Redis is at its maxmemory, and takes no transactions then: first mend what "
	     "'tuijin doctor room' names")},
    {"BUSY", false, "redis_busy",
	TEXT("a script does not end, and all wait for it: 'redis-cli --user admin SCRIPT KILL'")},
};

void
doctor_unanswered(struct doctor *d, const struct err *why)
{
	doctor_unanswered_as(d, why, DOCTOR_SKIPPED);
}

void
doctor_unanswered_as(struct doctor *d, const struct err *why, enum doctor_level denied)
{
	for (size_t i = 0; why->code == ERR_ENV && i < COUNT(answers); i++) {
		const struct answer *a = &answers[i];

		if (strstr(why->msg, a->word) == NULL)
			continue;
		doctor_find(&d->findings, a->is_denial ? denied : DOCTOR_FAULT, a->code,
		    "not looked at: %s", why->msg);
		doctor_mend(&d->findings, "%s", err_text(a->mend));
		return;
	}
	doctor_find(
	    &d->findings, DOCTOR_FAULT, "redis_unanswered", "Redis gave no answer: %s", why->msg);
	doctor_mend(&d->findings,
	    "look at its log (/var/log/redis/redis-server.log, or 'docker compose logs redis') and "
	    "at 'redis-cli SLOWLOG GET'");
}

bool
doctor_is_garbled(struct doctor *d, const char *plan, const struct store_reply *r)
{
	char said[160];

	if (store_reply_type(r) != STORE_ERROR)
		return false;
	screen_safe(store_reply_text(r), said, sizeof(said));
	doctor_find(&d->findings, DOCTOR_FAULT, "key_garbled",
	    "a key of plan %s in Redis holds something else than it should: %s", plan, said);
	doctor_mend(&d->findings, "'tuijin verify --plan %s' names the key", plan);
	return true;
}

void
doctor_not_meant(struct doctor *d, const char *service, const char *plan)
{
	doctor_find(&d->findings, DOCTOR_SKIPPED, "plan_not_meant",
	    "plan %s is not for this one: TUIJIN_PLAN in %s/%s.env names others", plan,
	    d->cfg->folder, service);
	doctor_mend(&d->findings,
	    "if no other one serves it, take it into TUIJIN_PLAN there and restart tuijin-%s",
	    service);
}

enum doctor_level
doctor_blame(const struct doctor *d, const char *service, const char *value)
{
	return doctor_settings_is_guess(d->cfg, service, value) ? DOCTOR_SKIPPED : DOCTOR_FAULT;
}

bool
doctor_mend_guess(struct doctor *d, const char *service, const char *value)
{
	if (!doctor_settings_is_guess(d->cfg, service, value))
		return false;
	doctor_mend(&d->findings,
	    "run it as root (sudo): %s/%s.env is closed to us, and may say that it is elsewhere",
	    d->cfg->folder, service);
	return true;
}

int64_t
doctor_time(int64_t ms)
{
	return ms < 0 ? 0 : ms > LAST_MS ? LAST_MS : ms;
}

const char *
doctor_span(int64_t ms, char out[DOCTOR_SPAN_SIZE])
{
	static const struct {
		int64_t     below_s, unit_s;
		const char *format;
	} steps[] = {
	    {2 * 3600, 60, TEXT("%" PRId64 " min")},
	    {2 * 86400, 3600, TEXT("%" PRId64 " h")},
	    {INT64_MAX, 86400, TEXT("%" PRId64 " d")},
	};
	int64_t s;
	size_t  i = 0;

	ms = ms < -LAST_MS || ms > LAST_MS ? LAST_MS : llabs(ms);
	s = ms / 1000;
	if (s < 120) {
		snprintf(out, DOCTOR_SPAN_SIZE, err_text("%.1f s"), (double)ms / 1000);
		return out;
	}
	while (s >= steps[i].below_s)
		i++;
	snprintf(out, DOCTOR_SPAN_SIZE, err_text(steps[i].format),
	    (s + steps[i].unit_s / 2) / steps[i].unit_s);
	return out;
}
