#include "common/gate.h"

#include <stdlib.h>
#include <sys/prctl.h>

#include "common/quota.h"
#include "core/calendar.h"
#include "core/mem.h"

struct gate {
	const char          *path; /* of authorized_keys; NULL: open */
	struct key_pair      own;
	struct bus_curve     curve;
	struct bus_socket   *socket; /* owned */
	struct authorized   *list;   /* owned */
	uint32_t             session_rate;
	struct quota         sessions; /* by index in the list */
	struct gate_counters counters;
	int32_t              day;      /* the last one that was looked at, UTC */
	bool                 shut_out; /* a key that was good is no more, and nobody was told */
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
	/* The key is in our memory from here on: no core, no look by others of the same user. */
	prctl(PR_SET_DUMPABLE, 0);
	if (key_pair_read(s->secret_key, &g->own, e) != 0) {
		err_wrap(e, "--secret-key");
		return -1;
	}
	g->list = authorized_read(g->path, NULL, e);
	if (g->list == NULL) {
		err_wrap(e, "--authorized-keys");
		return -1;
	}
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
	quota_reset(&g->sessions);
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

void
gate_limit(struct gate *g, uint32_t sessions_a_second)
{
	g->session_rate = sessions_a_second;
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

/* Why not, or NULL. */
static const char *
refuse(struct gate *g, const struct bus_knock *knock, const struct authorized_key *k,
    int64_t wall_ms, int64_t mono_ms)
{
	if (!text_equal(knock->domain, text_of(g->curve.domain)))
		return "another domain";
	if (k == NULL)
		return "not in authorized_keys";
	if (!authorized_is_good(k, wall_ms))
		return "expired";
	if (g->session_rate > 0 &&
	    !quota_take(&g->sessions, authorized_index(g->list, k), 1, g->session_rate, mono_ms))
		return "too many sessions of this key in a second";
	return NULL;
}

static void
answer(struct gate *g, const struct bus_knock *knock, int64_t wall_ms, int64_t mono_ms,
    struct gate_answer *a)
{
	char                         text[KEY_TEXT_SIZE];
	struct text                  z85 = text_of(key_format(&knock->key, text));
	const struct authorized_key *k = authorized_find(g->list, z85);

	a->why = refuse(g, knock, k, wall_ms, mono_ms);
	a->admitted = a->why == NULL;
	key_id(&knock->key, a->key_id);
	text_escape(knock->address, a->address, sizeof(a->address));
	if (a->admitted)
		g->counters.admitted++;
	else
		g->counters.refused++;
	bus_gate_answer(g->socket, a->admitted ? z85 : (struct text){"", 0});
}

/* Keys that were good up to the day before. */
static void
look_for_expired(struct gate *g, int64_t wall_ms)
{
	int32_t today = calendar_day_at(wall_ms, 0);

	for (size_t i = 0; g->day != 0 && i < authorized_count(g->list); i++) {
		const struct authorized_key *k = authorized_at(g->list, i);

		g->shut_out |= authorized_state(k, g->day) != AUTHORIZED_EXPIRED &&
		    authorized_state(k, today) == AUTHORIZED_EXPIRED;
	}
	g->day = today;
}

bool
gate_answer_next(struct gate *g, int64_t wall_ms, int64_t mono_ms, struct gate_answer *a)
{
	struct bus_knock knock;

	if (gate_is_open(g))
		return false;
	if (calendar_day_at(wall_ms, 0) != g->day)
		look_for_expired(g, wall_ms);
	if (!bus_gate_take(g->socket, &knock))
		return false;
	answer(g, &knock, wall_ms, mono_ms, a);
	return true;
}

static bool
is_shut_out(const struct authorized_key *k, const struct authorized *now, int32_t today)
{
	const struct authorized_key *is = authorized_find(now, text_of(k->text));

	return authorized_state(k, today) != AUTHORIZED_EXPIRED &&
	    (is == NULL || authorized_state(is, today) == AUTHORIZED_EXPIRED);
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
	quota_reset(&g->sessions);
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
