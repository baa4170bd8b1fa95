#include <string.h>

#include "cli/doctor.h"
#include "common/clock.h"
#include "common/keys_file.h"
#include "common/translate.h"
#include "core/calendar.h"

#define MISTAKES_TOLD 5
#define KEYS_TOLD     8   /* of one kind; more are counted */
#define SHOWN_SIZE    160 /* of a path */

static int32_t
today(void)
{
	return calendar_day_at(clock_wall_ms(), 0);
}

static void
note_mistakes(struct doctor *d, const char *shown, const struct authorized_mistakes *m)
{
	size_t told = m->count < MISTAKES_TOLD ? m->count : MISTAKES_TOLD;

	for (size_t i = 0; i < told; i++)
		doctor_find(&d->findings, DOCTOR_FAULT, "list_mistake", "%s:%zu: %s", shown,
		    m->at[i].line, m->at[i].message);
	if (told < m->count)
		doctor_find(&d->findings, DOCTOR_FAULT, "list_mistake", "%s: and %zu more", shown,
		    m->count - told);
	doctor_mend(&d->findings,
	    "correct it until 'tuijin keys check' is content, then reload collector and "
	    "aggregator; those that run go on with the list from before, but none starts");
}

static void
note_no_list(struct doctor *d, const char *path, const struct err *why)
{
	bool is_closed = doctor_is_closed(path);

	doctor_find(
	    &d->findings, is_closed ? DOCTOR_SKIPPED : DOCTOR_FAULT, "list", "%s", why->msg);
	if (is_closed)
		doctor_mend(
		    &d->findings, "run it as root (sudo), or chmod 644: it has only open keys");
	else
		doctor_mend(&d->findings,
		    "a list of open keys, one a line, root's, mode 0644; 'tuijin keygen' makes the "
		    "lines");
}

/* A key of an agency is one of its keys; one of another role is all that somebody has. */
static bool
is_same_owner(const struct authorized_key *a, const struct authorized_key *b)
{
	if (a->role != AUTHORIZED_AGENCY || b->role != AUTHORIZED_AGENCY)
		return a == b;
	return strcmp(a->agency, b->agency) == 0;
}

/* The first of those keys of the same owner that are good for longest. */
static const struct authorized_key *
best_of(const struct authorized *list, const struct authorized_key *key)
{
	const struct authorized_key *best = NULL;

	for (size_t i = 0; i < authorized_count(list); i++) {
		const struct authorized_key *k = authorized_at(list, i);

		if (is_same_owner(k, key) && (best == NULL || k->expires > best->expires))
			best = k;
	}
	return best;
}

/* What there is to say of a key that expires. Whether somebody needs one that has expired is
 * for doctor_agencies() to say. */
enum expiry { EXPIRY_NOTHING, EXPIRY_SOON, EXPIRY_STALE, EXPIRIES };

static const struct expiry_row {
	enum doctor_level level;
	const char       *code, *what, *mend;
} expiries[EXPIRIES] = {
    [EXPIRY_SOON] = {DOCTOR_ADVICE, "key_expires_soon",
	TEXT("%s: key %s is good until %s, and no other is good for longer"),
	TEXT("have its owner make a new one ('tuijin keygen'), add that line to the list beside "
	     "the old one and reload the services")},
    [EXPIRY_STALE] = {DOCTOR_ADVICE, "key_stale", TEXT("%s: key %s was good until %s"),
	TEXT("take its line out of the list; if its owner still needs it, add a new key first")},
};

static enum expiry
judge(const struct authorized *list, const struct authorized_key *key, int32_t day)
{
	enum authorized_state state = authorized_state(key, day);

	if (state == AUTHORIZED_EXPIRED)
		return EXPIRY_STALE;
	return state == AUTHORIZED_EXPIRES_SOON && key == best_of(list, key) ? EXPIRY_SOON
									     : EXPIRY_NOTHING;
}

static void
note_expiry(struct doctor *d, const struct expiry_row *row, const struct authorized_key *k)
{
	char date[CALENDAR_DATE_SIZE], owner[PLAN_ID_MAX + 2];

	snprintf(owner, sizeof(owner), "%s%s", k->role == AUTHORIZED_AGENCY ? "" : "@",
	    k->role == AUTHORIZED_AGENCY ? k->agency : authorized_role_name(k->role));
	doctor_find(&d->findings, row->level, row->code, row->what, owner, k->id,
	    calendar_format_date(k->expires, date));
	doctor_mend(&d->findings, "%s", err_text(row->mend));
}

static void
look_at_expiry(struct doctor *d, int32_t day)
{
	size_t seen[EXPIRIES] = {0};

	for (size_t i = 0; i < authorized_count(d->list); i++) {
		const struct authorized_key *k = authorized_at(d->list, i);
		enum expiry                  what = judge(d->list, k, day);

		if (what != EXPIRY_NOTHING && seen[what]++ < KEYS_TOLD)
			note_expiry(d, &expiries[what], k);
	}
	for (int what = EXPIRY_SOON; what < EXPIRIES; what++)
		if (seen[what] > KEYS_TOLD)
			doctor_find(&d->findings, expiries[what].level, expiries[what].code,
			    "and %zu more of this kind: 'tuijin keys list' shows them",
			    seen[what] - KEYS_TOLD);
}

/* Somebody who runs on this machine with a key of the folder, and as what. */
static void
look_for(struct doctor *d, const char *path, enum authorized_role role, int32_t day)
{
	struct key_pair              pair;
	const struct authorized_key *k;
	char                         text[KEY_TEXT_SIZE], shown[SHOWN_SIZE];

	if (path == NULL || key_pair_read(path, &pair, NULL) != 0)
		return; /* doctor_keys() has told that */
	key_pair_wipe(&pair);
	k = authorized_find(d->list, text_of(key_format(&pair.open, text)));
	screen_safe(text_of(path), shown, sizeof(shown));
	if (k == NULL) {
		doctor_find(&d->findings, DOCTOR_FAULT, "key_unlisted",
		    "the open key of %s is not in the list: no service lets it in", shown);
		doctor_mend(&d->findings,
		    "add the line '%s @%s' to the list and reload the services", text,
		    authorized_role_name(role));
	} else if (authorized_state(k, day) == AUTHORIZED_EXPIRED) {
		doctor_find(&d->findings, DOCTOR_FAULT, "key_expired",
		    "the key of %s has expired: no service lets it in", shown);
		doctor_mend(&d->findings,
		    "make a new one ('tuijin keygen'), or let this one be good for longer in line "
		    "%zu of the list",
		    k->line);
	} else if (k->role != role) {
		doctor_find(&d->findings, DOCTOR_ADVICE, "key_role",
		    "%s is in the list as %s%s in place of @%s, and may less than it needs", shown,
		    k->role == AUTHORIZED_AGENCY ? "" : "@",
		    k->role == AUTHORIZED_AGENCY ? k->agency : authorized_role_name(k->role),
		    authorized_role_name(role));
		doctor_mend(
		    &d->findings, "correct line %zu of the list and reload the services", k->line);
	}
}

static void
look_for_dashboard(struct doctor *d, int32_t day)
{
	char path[DOCTOR_PATH_SIZE];

	if (d->cfg->folder != NULL)
		look_for(d, doctor_path(d->cfg->folder, "dashboard.key", path),
		    AUTHORIZED_SUBSCRIBER, day);
}

void
doctor_list(struct doctor *d)
{
	const char                *path = d->cfg->authorized_keys;
	struct authorized_mistakes mistakes = {0};
	struct err                 why = {0};
	char                       shown[SHOWN_SIZE];
	int32_t                    day = today();

	screen_safe(text_of(path), shown, sizeof(shown));
	d->list = authorized_read(path, &mistakes, &why);
	if (d->list == NULL && mistakes.count > 0)
		note_mistakes(d, shown, &mistakes);
	else if (d->list == NULL)
		note_no_list(d, path, &why);
	authorized_mistakes_fini(&mistakes);
	if (d->list == NULL)
		return;
	doctor_find(&d->findings, DOCTOR_FINE, "list", "%s: keys: %zu, without a mistake", shown,
	    authorized_count(d->list));
	if (keys_file_is_private(path)) {
		doctor_find(&d->findings, DOCTOR_ADVICE, "list_private",
		    "%s: a service that runs as another user cannot read it", shown);
		doctor_mend(&d->findings, "chmod 644: it has only open keys");
	}
	look_at_expiry(d, day);
	look_for(d, d->cfg->secret_key, AUTHORIZED_OPERATOR, day);
	look_for_dashboard(d, day);
}
