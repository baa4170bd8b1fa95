#include "common/gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/calendar.h"
#include "core/mem.h"

#define QUESTIONS_MAX 64   /* answered in a turn */
#define TELL_MS       1000 /* between two tellings of refusals */
#define ADDRESS_SHOWN 64

struct gate {
	const char          *path; /* of authorized_keys; NULL: open */
	struct key_pair      own;
	struct bus_curve     curve;
	struct bus_socket   *socket; /* owned */
	struct authorized   *list;   /* owned */
	struct gate_counters counters;
	int32_t              day;      /* the last one that was looked at, UTC */
	bool                 shut_out; /* a key that was good is no more, and nobody was told */

	/* Of refusals: the last one, how many are told, when to tell again. */
	char     last[160], told[240];
	uint64_t told_count;
	int64_t  tell_at_ms;
};

static int
check_settings(const struct gate_settings *s, const char *bind, struct err *e)
{
	if (s->secret_key == NULL && s->authorized_keys == NULL)
		return bus_check_exposure(bind, s->plaintext, e);
	if (s->plaintext)
		return err_fail(e, ERR_CONFIG,
		    "--plaintext and keys contradict each other: give one or the other");
	if (s->secret_key == NULL)
		return err_fail(e, ERR_CONFIG,
		    "--authorized-keys needs --secret-key, this service's own key: see 'tuijin "
		    "keygen'");
	if (s->authorized_keys == NULL)
		return err_fail(e, ERR_CONFIG,
		    "--secret-key needs --authorized-keys, the list of those who may connect");
	return 0;
}

static int
open_with_keys(struct gate *g, struct bus *b, const struct gate_settings *s, struct err *e)
{
	g->path = s->authorized_keys;
	if (key_pair_read(s->secret_key, &g->own, e) != 0)
		return -1;
	g->list = authorized_read(g->path, NULL, e);
	if (g->list == NULL)
		return -1;
	g->socket = bus_gate(b, e);
	return g->socket != NULL ? 0 : -1;
}

struct gate *
gate_open(struct bus *b, const struct gate_settings *s, const char *domain, const char *bind,
    struct err *e)
{
	struct gate *g;

	if (check_settings(s, bind, e) != 0)
		return NULL;
	g = mem_zeroed(1, sizeof(*g));
	g->curve = (struct bus_curve){.own = &g->own, .domain = domain};
	if (s->secret_key != NULL && open_with_keys(g, b, s, e) != 0) {
		gate_close(g);
		return NULL;
	}
	return g;
}

void
gate_close(struct gate *g)
{
	if (g == NULL)
		return;
	bus_socket_close(g->socket);
	authorized_free(g->list);
	key_pair_wipe(&g->own);
	free(g);
}

bool
gate_is_open(const struct gate *g)
{
	return g->path == NULL;
}

const struct bus_curve *
gate_curve(const struct gate *g)
{
	return gate_is_open(g) ? NULL : &g->curve;
}

struct bus_socket *
gate_socket(struct gate *g)
{
	return g->socket;
}

const struct authorized *
gate_list(const struct gate *g)
{
	return g->list;
}

static void
note_refusal(struct gate *g, const struct bus_knock *knock, const char *why)
{
	char id[KEY_ID_SIZE], shown[ADDRESS_SHOWN];

	g->counters.refused++;
	snprintf(g->last, sizeof(g->last), "key=%s address=%s reason=\"%s\"",
	    key_id(&knock->key, id), text_escape(knock->address, shown, sizeof(shown)), why);
}

static void
answer(struct gate *g, const struct bus_knock *knock, int64_t wall_ms)
{
	char                         text[KEY_TEXT_SIZE];
	struct text                  z85 = text_of(key_format(&knock->key, text));
	const struct authorized_key *k = authorized_find(g->list, z85);
	const char                  *why = NULL;

	if (!text_equal(knock->domain, text_of(g->curve.domain)))
		why = "another domain";
	else if (k == NULL)
		why = "not in authorized_keys";
	else if (!authorized_is_good(k, wall_ms))
		why = "expired";
	if (why != NULL)
		note_refusal(g, knock, why);
	else
		g->counters.admitted++;
	bus_gate_answer(g->socket, why == NULL ? z85 : (struct text){"", 0});
}

/* Keys that were good up to the day before. */
static void
look_for_expired(struct gate *g, int64_t wall_ms)
{
	int32_t today = calendar_day_at(wall_ms, 0);

	for (size_t i = 0; g->day != 0 && i < authorized_count(g->list); i++) {
		int32_t last = authorized_at(g->list, i)->expires;

		g->shut_out |= g->day <= last && last < today;
	}
	g->day = today;
}

void
gate_turn(struct gate *g, int64_t wall_ms)
{
	struct bus_knock knock;

	if (gate_is_open(g))
		return;
	if (calendar_day_at(wall_ms, 0) != g->day)
		look_for_expired(g, wall_ms);
	for (int i = 0; i < QUESTIONS_MAX; i++) {
		if (!bus_gate_take(g->socket, &knock))
			return;
		answer(g, &knock, wall_ms);
	}
}

static bool
is_shut_out(const struct authorized_key *k, const struct authorized *now, int32_t today)
{
	const struct authorized_key *is = authorized_find(now, text_of(k->text));

	return k->expires >= today && (is == NULL || is->expires < today);
}

int
gate_reload(struct gate *g, struct err *e)
{
	struct authorized *list;

	if (gate_is_open(g))
		return 0;
	list = authorized_read(g->path, NULL, e);
	if (list == NULL)
		return -1;
	for (size_t i = 0; i < authorized_count(g->list); i++)
		g->shut_out |= is_shut_out(authorized_at(g->list, i), list, g->day);
	authorized_free(g->list);
	g->list = list;
	return 0;
}

bool
gate_has_shut_out(struct gate *g)
{
	bool shut_out = g->shut_out;

	g->shut_out = false;
	return shut_out;
}

const struct authorized_key *
gate_caller(const struct gate *g, struct text sender, int64_t wall_ms)
{
	const struct authorized_key *k = authorized_find(g->list, sender);

	return k != NULL && authorized_is_good(k, wall_ms) ? k : NULL;
}

struct gate_counters
gate_counters(const struct gate *g)
{
	return g->counters;
}

const char *
gate_refusals(struct gate *g, int64_t mono_ms)
{
	uint64_t untold = g->counters.refused - g->told_count;

	if (untold == 0 || mono_ms < g->tell_at_ms)
		return NULL;
	g->told_count = g->counters.refused;
	g->tell_at_ms = mono_ms + TELL_MS;
	snprintf(g->told, sizeof(g->told), "%s count=%" PRIu64, g->last, untold);
	return g->told;
}
