/*
 * doctor_reach -- why there is no session with a service that speaks ZeroMQ; for
 * cli/doctor_*.c.
 */
#ifndef TUIJIN_CLI_DOCTOR_REACH_H
#define TUIJIN_CLI_DOCTOR_REACH_H

#include "cli/doctor.h"
#include "common/identity.h"

enum doctor_gap {
	GAP_DOWN,       /* nobody listens */
	GAP_SILENT,     /* no word, and no reason */
	GAP_NO_KEYS,    /* it speaks plaintext, we have keys */
	GAP_WANTS_KEYS, /* the other way round */
	GAP_MISFIT,     /* it has another key than we were told, or refuses ours */
	GAP_REFUSED,    /* it does not let our key in */
	DOCTOR_GAPS
};

struct doctor_service {
	const char *name, *title;       /* "collector", "the collector" */
	const char *codes[DOCTOR_GAPS]; /* of findings */
};

extern const struct doctor_service doctor_collector_service, doctor_aggregator_service;

/* A session that is being waited for. Times are monotonic, ms. */
struct doctor_attempt {
	const struct doctor_service *of;
	const char                  *endpoint;
	const char                  *obstacle;  /* bus_obstacle(); "": nothing is known */
	int64_t                      begun_ms;  /* connected */
	int64_t                      failed_ms; /* there was an obstacle first; 0: never yet */
	bool                         is_deaf;   /* it does not answer over HTTP either */
};

/* An attempt that begins now; ready: what became of asking the same service over HTTP. */
struct doctor_attempt doctor_reach_begin(
    const struct doctor_service *of, const char *endpoint, enum doctor_readiness ready);

/* Reads the keys to connect with: those of the settings, or none. Returns 0, or -1 if that
 * cannot be: then it is noted that the service was not asked; why is for doctor_keys().
 * identity_wipe() it either way. */
int doctor_reach_identity(
    struct doctor *d, const struct doctor_service *of, const char *server_key, struct identity *id);

/* Takes in what bus_obstacle() says now. Returns true once it has stood for so long that
 * waiting is of no use. */
bool doctor_reach_hopeless(struct doctor_attempt *a, const char *obstacle);

/* Notes that there is no session, and why, as far as can be known. */
void doctor_reach_failed(
    struct doctor *d, const struct doctor_attempt *a, const struct identity *id);

#endif
