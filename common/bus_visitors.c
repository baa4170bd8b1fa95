#include <stdlib.h>
#include <string.h>

#include "common/bus_state.h"
#include "common/clock.h"
#include "core/mem.h"

#define DESCRIPTORS_MAX 1048576
#define SETTLED_MS      3500 /* who is connected for so long has shaken hands, or is thrown out */

void
bus_visitors_fini(struct bus_visitors *v)
{
	free(v->since_ms);
}

static void
make_room(struct bus_visitors *v, uint32_t fd)
{
	size_t room = 2 * (size_t)fd + 64;

	if (fd < v->room)
		return;
	v->since_ms = mem_resized(v->since_ms, room, sizeof(v->since_ms[0]));
	memset(v->since_ms + v->room, 0, (room - v->room) * sizeof(v->since_ms[0]));
	v->room = room;
}

static void
begin_spell(struct bus_visitors *v, int64_t mono_ms)
{
	if (mono_ms - v->spell_ms < SETTLED_MS)
		return;
	v->shaken[1] = mono_ms - v->spell_ms < 2 * SETTLED_MS ? v->shaken[0] : 0;
	v->shaken[0] = 0;
	v->spell_ms = mono_ms;
}

/* A handshake that was done does not say whose it was. */
void
bus_visitors_note(struct bus_visitors *v, uint16_t event, uint32_t value, int64_t mono_ms)
{
	begin_spell(v, mono_ms);
	if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
		v->shaken[0]++;
	} else if (value < DESCRIPTORS_MAX) {
		make_room(v, value);
		v->since_ms[value] = event == ZMQ_EVENT_ACCEPTED ? mono_ms : 0;
	}
}

/* Those who came long ago, and of those who have just come at most as many as have shaken
 * hands lately. Errors do not add up: whoever did not do so is gone in a moment. */
size_t
bus_visitors_count(struct bus_visitors *v, int64_t mono_ms)
{
	size_t settled = 0, fresh = 0, shaken;

	begin_spell(v, mono_ms);
	for (size_t fd = 0; fd < v->room; fd++) {
		if (v->since_ms[fd] == 0)
			continue;
		if (mono_ms - v->since_ms[fd] >= SETTLED_MS)
			settled++;
		else
			fresh++;
	}
	shaken = v->shaken[0] + v->shaken[1];
	return settled + (fresh < shaken ? fresh : shaken);
}

size_t
bus_sessions(struct bus_socket *s)
{
	bus_monitor_take(s);
	return bus_visitors_count(&s->visitors, clock_mono_ms());
}
