/*
 * simulation -- all agencies of a plan at work: who reports when, and the office
 * that verifies.
 */
#ifndef TUIJIN_CLI_SIMULATION_H
#define TUIJIN_CLI_SIMULATION_H

#include <stdint.h>

#include "cli/actor.h"
#include "cli/identity.h"
#include "core/err.h"
#include "core/plan.h"

struct simulation_settings {
	const char                   *connect; /* the collector */
	const struct identity_folder *keys;    /* borrowed */
	double                        rate;    /* reports per second, of all together */
	uint64_t                      seed;
	uint32_t                      agencies;    /* only the first so many; 0: all */
	uint32_t                      outstanding; /* unanswered messages of one agency */
	uint64_t                      reports;     /* how many to send; 0: no end */
	int64_t                       duration_ms; /* how long to send; 0: no end */
	int64_t                       timeout_ms;  /* for the first and the last answers */
	int                           stop_fd;     /* readable: end it */
};

struct simulation;

/* p and cfg are kept (borrowed). NULL with *e. */
struct simulation *simulation_open(
    const struct plan *p, const struct simulation_settings *cfg, struct err *e);
void simulation_close(struct simulation *sim); /* NULL is fine */

/* Every agency asks what is stored of it, to go on from there. Returns 0, or -1
 * with *e: ERR_AGAIN, no answer; ERR_INPUT, an agency is not let in on it. */
int simulation_ask_status(struct simulation *sim, struct err *e);

/* Reports until it is enough or a stop is asked for. */
void simulation_play(struct simulation *sim);

/* Waits for the answers that are still out. */
void simulation_finish(struct simulation *sim);

/* Returns 0 if every message was answered and none refused; else -1 with *e: ERR_AGAIN,
 * ERR_INPUT. Once interrupted, unanswered ones are to be expected. */
int simulation_check(struct simulation *sim, struct err *e);

const struct actor_counts *simulation_counts(const struct simulation *sim);
uint64_t                   simulation_unanswered(const struct simulation *sim);

#endif
