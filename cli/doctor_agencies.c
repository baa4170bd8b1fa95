#include <string.h>

#include "cli/doctor.h"
#include "common/clock.h"
#include "common/translate.h"
#include "core/calendar.h"

#define NAMES_SIZE 120 /* bytes of names in a finding, about; more are counted */

/* Names as they are told: some, and how many there are. */
struct names {
	struct buf text;
	size_t     told, count;
};

static void
add_name(struct names *n, const char *name)
{
	if (n->text.len < NAMES_SIZE) {
		buf_addf(&n->text, "%s%s", n->told > 0 ? ", " : "", name);
		n->told++;
	}
	n->count++;
}

/* Behind the names: that there are more. */
static const char *
rest_of(const struct names *n)
{
	return n->told < n->count ? ", …" : "";
}

enum standing { STANDING_STRANGE, STANDING_LOST, STANDING_GOOD };

/* Whether an agency has a key that is good, or had one. */
static enum standing
standing_of(const struct authorized *list, const char *agency, int64_t now_ms)
{
	enum standing standing = STANDING_STRANGE;

	for (size_t i = 0; i < authorized_count(list); i++) {
		const struct authorized_key *k = authorized_at(list, i);

		if (k->role != AUTHORIZED_AGENCY || strcmp(k->agency, agency) != 0)
			continue;
		if (authorized_is_good(k, now_ms))
			return STANDING_GOOD;
		standing = STANDING_LOST;
	}
	return standing;
}

static void
note_lost(struct doctor *d, const char *plan, const struct names *lost)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "key_expired",
	    "plan %s: nothing is taken from agencies whose last key has expired: %zu (%.*s%s)",
	    plan, lost->count, (int)lost->text.len, lost->text.at, rest_of(lost));
	doctor_mend(&d->findings,
	    "have each make a new one ('tuijin keygen'), put that line into authorized_keys in "
	    "place of the old one and reload the services");
}

static void
look_at_plan(struct doctor *d, const struct plan *p, int64_t now_ms)
{
	struct names without = {0}, lost = {0};

	for (uint32_t i = 0; i < p->agency_count; i++) {
		enum standing standing = standing_of(d->list, p->agencies[i].id, now_ms);

		if (standing != STANDING_GOOD)
			add_name(standing == STANDING_LOST ? &lost : &without, p->agencies[i].id);
	}
	if (lost.count > 0)
		note_lost(d, p->id, &lost);
	if (without.count + lost.count == 0) {
		doctor_find(&d->findings, DOCTOR_FINE, "agencies_have_keys",
		    "each of the %u agencies of plan %s has a key that is good", p->agency_count,
		    p->id);
	} else if (without.count > 0) {
		doctor_find(&d->findings, DOCTOR_ADVICE, "agency_without_key",
		    "plan %s: %zu of %u agencies have no key that is good, and cannot report: "
		    "%.*s%s",
		    p->id, without.count, p->agency_count, (int)without.text.len, without.text.at,
		    rest_of(&without));
		doctor_mend(&d->findings,
		    "have each make a key ('tuijin keygen AGENCY'), add the line of its .pub to "
		    "authorized_keys and reload the services");
	}
	buf_fini(&without.text);
	buf_fini(&lost.text);
}

static bool
is_planned(const struct doctor *d, const char *agency)
{
	for (size_t i = 0; i < d->plan_count; i++)
		if (d->plans[i].plan != NULL &&
		    plan_find_agency(d->plans[i].plan, text_of(agency)) != PLAN_NONE)
			return true;
	return false;
}

/* A slip in an agency's id would else show when it reports. */
static void
look_for_strangers(struct doctor *d)
{
	struct names strangers = {0};

	for (size_t i = 0; i < authorized_count(d->list); i++) {
		const struct authorized_key *k = authorized_at(d->list, i);

		if (k->role == AUTHORIZED_AGENCY && !is_planned(d, k->agency))
			add_name(&strangers, k->agency);
	}
	if (strangers.count > 0) {
		doctor_find(&d->findings, DOCTOR_ADVICE, "agency_unknown",
		    "keys of agencies that no loaded plan has: %zu (%.*s%s)", strangers.count,
		    (int)strangers.text.len, strangers.text.at, rest_of(&strangers));
		doctor_mend(&d->findings,
		    "is the id written as in the plan? If the agency has left, take its lines out "
		    "of authorized_keys");
	}
	buf_fini(&strangers.text);
}

/* Plans that --plan left out may have the strangers. */
static bool
sees_all_plans(const struct doctor *d)
{
	bool all = d->cfg->plan == NULL && d->plan_count < DOCTOR_PLANS_MAX;

	for (size_t i = 0; i < d->plan_count; i++)
		all = all && d->plans[i].plan != NULL;
	return all;
}

void
doctor_agencies(struct doctor *d)
{
	int64_t now_ms = clock_wall_ms();

	if (d->list == NULL || d->plan_count == 0) {
		doctor_find(&d->findings, DOCTOR_SKIPPED, "agencies_unknown",
		    d->list == NULL
			? TEXT("no list of keys was read, so nobody can be looked up in it")
			: TEXT("no plan was read, so its agencies are not known"));
		return;
	}
	for (size_t i = 0; i < d->plan_count; i++)
		if (d->plans[i].plan != NULL &&
		    doctor_today(d->plans[i].plan) <= d->plans[i].plan->ends)
			look_at_plan(d, d->plans[i].plan, now_ms);
	if (sees_all_plans(d))
		look_for_strangers(d);
}
