/*
 * service -- what every daemon has around its work: its flags, signals, gate, the plans
 * it serves, word to systemd, and how it is over HTTP.
 *
 * The owner's loop calls service_turn(), does its own work, and waits for
 * service_waits() beside its own. Logs what happens here.
 */
#ifndef TUIJIN_COMMON_SERVICE_H
#define TUIJIN_COMMON_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/bus.h"
#include "common/door.h"
#include "common/gate.h"
#include "common/http.h"
#include "common/metrics.h"
#include "common/options.h"
#include "common/roster.h"
#include "common/supervisor.h"
#include "common/trouble.h"
#include "common/vitals.h"
#include "core/err.h"

struct service_settings {
	const char            *redis;
	struct option_list     plans;
	struct gate_settings   gate;
	int64_t                memory_mib;
	const char            *http;
	struct common_settings common;
};

/* The rows for them, last in a table; settings has them as a member `service`. */
#define OPTIONS_SERVICE(type, memory_preset, http_preset)                                          \
	{"redis", "URL", OPTION_TEXT, offsetof(type, service.redis), "redis://127.0.0.1:6379", 0,  \
	    0,                                                                                     \
	    "redis://[user[:password]@]host:port[/db] or unix:///path; ?password-file=FILE keeps " \
	    "the password out of sight"},                                                          \
	    {"plan", "ID", OPTION_LIST, offsetof(type, service.plans), NULL, 0, 0,                 \
		"serve this plan (repeatable); default: all that are loaded"},                     \
	    {"authorized-keys", "FILE", OPTION_TEXT, offsetof(type, service.gate.authorized_keys), \
		NULL, 0, 0, "who may connect, encrypted; read again on SIGHUP"},                   \
	    {"secret-key", "FILE", OPTION_TEXT, offsetof(type, service.gate.secret_key), NULL, 0,  \
		0, "this service's own key (tuijin keygen); fd:N reads a descriptor"},             \
	    {"plaintext", NULL, OPTION_FLAG, offsetof(type, service.gate.plaintext), NULL, 0, 0,   \
		"without keys: allow a bind that other machines can reach"},                       \
	    {"memory-max", "MIB", OPTION_NUMBER, offsetof(type, service.memory_mib),               \
		memory_preset, 64, 1048576,                                                        \
		"end all sessions when more than this is in use: those who are honest come back "  \
		"at once"},                                                                        \
	    {"http", "ADDRESS", OPTION_TEXT, offsetof(type, service.http), http_preset, 0, 0,      \
		"answers /metrics (Prometheus), /healthz and /readyz there; none switches it "     \
		"off"},                                                                            \
	    OPTIONS_COMMON(type, service.common)

#define SERVICE_WAITS   5
#define SERVICE_REASONS DOOR_BROKEN /* why all sessions are ended, of enum door_news */

struct service {
	struct bus        *bus; /* owned, like the next four */
	struct gate       *gate;
	struct roster     *roster;     /* the plans: roster_next() is the owner's */
	struct supervisor *supervisor; /* NULL: no systemd listens */
	struct http       *http;       /* NULL: switched off */

	const char *program; /* borrowed */
	void       *owner;   /* for the next two; see service_vitals() */
	void (*write)(void *owner, struct metrics *m);
	const char *(*unready)(void *owner);

	struct door        door; /* the socket that listens */
	const char        *bind; /* where; borrowed */
	int                stop_fd, reload_fd;
	bool               ready, stopping;
	struct gate_answer refused; /* the last one, and how many are not told yet */
	uint64_t           refused_count;
	int64_t            tell_at_ms;
	struct trouble     trouble; /* of the link that asks which plans there are */
	int64_t            stats_at_ms, http_at_ms, mono_ms, wall_ms;
	int32_t            keys_day;    /* on which the keys were told last, UTC */
	bool               keys_broken; /* the file has a mistake: the list is an older one */
	uint64_t           ended[SERVICE_REASONS]; /* times that all sessions were */
};

/* Opens the log, HTTP, signals, gate and roster of `program`, which will bind there; domain
 * is that of its gate. Returns 0, or -1 with *e; service_close() it either way. */
int  service_open(struct service *s, const struct service_settings *cfg, const char *program,
     const char *domain, const char *bind, struct err *e);
void service_close(struct service *s);

/* What /metrics has of the owner, behind what is known here, and why it cannot do its work
 * now ("": it can) though it was ready once; see common/vitals.h. Before service_turn(). */
void service_vitals(struct service *s, void *owner, void (*write)(void *owner, struct metrics *m),
    const char *(*unready)(void *owner));

/* Where /metrics is, as bound; "none". */
const char *service_http_address(const struct service *s);

/* Binds the socket, made by bus_router() or bus_xpub() with that limit; lenient as in
 * common/door.h. Returns 0, or -1 with *e. */
int service_bind(struct service *s, door_bind_fn *bind, size_t limit, bool lenient, struct err *e);

/* The socket, NULL before it is bound and in moments when it is bound again
 * (common/door.h): ask every turn. And the endpoint as bound. */
struct bus_socket *service_socket(const struct service *s);
const char        *service_endpoint(const struct service *s);

/* Looks at the clocks (mono_ms and wall_ms are this turn's), reads keys again if it was
 * asked to, tells each day which of them expire, answers who wants to come in, ends
 * sessions that may not go on, asks for plans. *wait_ms: until it wants to be called
 * again. Returns 0, or -1 with *e. */
int service_turn(struct service *s, int64_t *wait_ms, struct err *e);

/* True once it was asked to stop, which systemd is then told of. */
bool service_has_to_stop(struct service *s);

/* True once a minute, for event=stats. */
bool service_has_stats_due(struct service *s);

/* What to wait for, and afterwards what came of it. */
void service_waits(struct service *s, struct bus_wait waits[SERVICE_WAITS]);
void service_woke(struct service *s, const struct bus_wait waits[SERVICE_WAITS]);

/* Who sent what was taken last off its socket: a key in force, or NULL; meaningless
 * where the gate is open. */
const struct authorized_key *service_caller(const struct service *s);

/* Tells systemd that it can serve so many plans now, and warns if there is none. */
void service_ready(struct service *s, size_t plans);

#endif
