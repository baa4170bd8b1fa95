/*
 * intake -- a message from the ROUTER to where it belongs: decoded, permitted, checked
 * against the plan, judged and put into its plan's next batch; or answered with
 * an error on the spot.
 */
#ifndef TUIJIN_COLLECTOR_INTAKE_H
#define TUIJIN_COLLECTOR_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/answer.h"
#include "collector/permit.h"
#include "collector/sessions.h"
#include "core/wire_message.h"

struct intake {
	struct wire_decoder *decoder; /* owned */
	struct answer       *answer;  /* borrowed, like the sessions */
	struct sessions     *sessions;
	uint64_t            *stamps; /* owned; by slot: the last message that named it */
	size_t               stamp_room;
	uint64_t             messages;        /* taken so far; the newest one's stamp */
	bool                 plans_known;     /* false: a plan without a session may yet be there */
	uint32_t             rate_per_agency; /* entries a second; 0: as many as come */
};

/* A message as it came. */
struct arrival {
	const struct bus_peer *peer;
	struct caller          caller;
	struct text            payload;
	int64_t                wall_ms, mono_ms, mono_us;
};

void intake_init(struct intake *in, struct answer *answer, struct sessions *sessions);
void intake_fini(struct intake *in);

/* Takes one message; nothing of *a is needed afterwards. Returns whether the message's
 * plan has room for another. */
bool intake_take(struct intake *in, const struct arrival *a);

/* Answers what was no message at all: frames of another shape. */
void intake_refuse_frames(struct intake *in, const struct arrival *a);

#endif
