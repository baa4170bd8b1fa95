#include "common/bus.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "common/bus_state.h"

#define UNSUBSCRIPTIONS_PER_TAKE 1000 /* a flood of them must not hold up the loop */
#define TAKES_PER_LOOK           1024 /* subscriptions: and the monitor is not forgotten */

bool
bus_take_frame(struct bus_socket *s, zmq_msg_t *into)
{
	return zmq_msg_recv(into, s->zmq, ZMQ_DONTWAIT) >= 0;
}

void
bus_skip_rest(struct bus_socket *s, zmq_msg_t *last)
{
	while (zmq_msg_more(last) && bus_take_frame(s, last))
		;
}

struct text
bus_frame_text(zmq_msg_t *frame)
{
	return (struct text){zmq_msg_data(frame), zmq_msg_size(frame)};
}

enum bus_got
bus_router_take(struct bus_socket *s, struct bus_peer *peer, struct text *payload)
{
	zmq_msg_t *body = &s->frames[0];

	if (!bus_take_frame(s, &s->address))
		return BUS_NOTHING;
	peer->len = (uint8_t)zmq_msg_size(&s->address);
	peer->req = false;
	memcpy(peer->id, zmq_msg_data(&s->address), peer->len);
	if (!zmq_msg_more(&s->address) || !bus_take_frame(s, body))
		return BUS_WRONG_FRAMES;
	if (zmq_msg_more(body) && zmq_msg_size(body) == 0) {
		peer->req = true;
		bus_take_frame(s, body);
	}
	if (zmq_msg_more(body)) {
		bus_skip_rest(s, body);
		return BUS_WRONG_FRAMES;
	}
	*payload = bus_frame_text(body);
	return BUS_MESSAGE;
}

/* Of the body: after zmq_poll() the first frame of a ROUTER's message has none (4.3.4). */
struct text
bus_sender(const struct bus_socket *s)
{
	const char *user = zmq_msg_gets(&s->frames[0], "User-Id");

	return text_of(user != NULL ? user : "");
}

bool
bus_router_reply(struct bus_socket *s, const struct bus_peer *peer, struct text payload)
{
	/* Whether there is room is decided at the address; the rest then goes through. */
	if (zmq_send(s->zmq, peer->id, peer->len, ZMQ_SNDMORE | ZMQ_DONTWAIT) == -1)
		return false;
	if (peer->req && zmq_send(s->zmq, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT) == -1)
		return false;
	return zmq_send(s->zmq, payload.at, payload.len, ZMQ_DONTWAIT) >= 0;
}

bool
bus_dealer_send(struct bus_socket *s, struct text payload)
{
	return zmq_send(s->zmq, payload.at, payload.len, ZMQ_DONTWAIT) >= 0;
}

enum bus_got
bus_dealer_take(struct bus_socket *s, struct text *payload)
{
	zmq_msg_t *body = &s->frames[0];

	if (!bus_take_frame(s, body)) {
		bus_monitor_take(s);
		return BUS_NOTHING;
	}
	if (zmq_msg_more(body)) {
		bus_skip_rest(s, body);
		return BUS_WRONG_FRAMES;
	}
	*payload = bus_frame_text(body);
	return BUS_MESSAGE;
}

void
bus_send_frames(struct bus_socket *s, const struct text *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zmq_send(s->zmq, frames[i].at, frames[i].len,
		    ZMQ_DONTWAIT | (i + 1 < count ? ZMQ_SNDMORE : 0));
}

/* Nothing was sent to anybody, as one of those who are to get it has no room: the others
 * get it, and that one nothing until it has room for half of all (libzmq 4.3.4, dist_t). */
static void
publish_past_full(struct bus_socket *s, const struct text *frames, size_t count)
{
	s->bus->dropped++;
	bus_set_int(s, ZMQ_XPUB_NODROP, 0);
	bus_send_frames(s, frames, count);
	bus_set_int(s, ZMQ_XPUB_NODROP, 1);
}

/* Whether there is room is decided at the first frame; the rest then goes through. */
void
bus_publish(struct bus_socket *s, const struct text *frames, size_t count)
{
	int more = count > 1 ? ZMQ_SNDMORE : 0;

	if (zmq_send(s->zmq, frames[0].at, frames[0].len, ZMQ_DONTWAIT | more) >= 0)
		bus_send_frames(s, frames + 1, count - 1);
	else if (errno == EAGAIN)
		publish_past_full(s, frames, count);
}

uint64_t
bus_dropped(const struct bus *b)
{
	return b->dropped;
}

enum bus_got
bus_subscription_take(struct bus_socket *s, struct text *topic)
{
	zmq_msg_t *request = &s->frames[0];

	if (++s->takes % TAKES_PER_LOOK == 0)
		bus_monitor_take(s);
	for (int i = 0; i < UNSUBSCRIPTIONS_PER_TAKE && bus_take_frame(s, request); i++) {
		struct text t = bus_frame_text(request);

		if (t.len >= 1 && t.at[0] == 1) { /* 0 ends a subscription */
			*topic = (struct text){t.at + 1, t.len - 1};
			return BUS_MESSAGE;
		}
	}
	bus_monitor_take(s);
	return BUS_NOTHING;
}

void
bus_subscribe(struct bus_socket *s, struct text prefix)
{
	zmq_setsockopt(s->zmq, ZMQ_SUBSCRIBE, prefix.at, prefix.len);
}

void
bus_unsubscribe(struct bus_socket *s, struct text prefix)
{
	zmq_setsockopt(s->zmq, ZMQ_UNSUBSCRIBE, prefix.at, prefix.len);
}

enum bus_got
bus_event_take(struct bus_socket *s, struct text *frames, size_t frames_max, size_t *count)
{
	size_t n = 0;

	assert(frames_max >= 1 && frames_max <= BUS_FRAMES_MAX);
	if (!bus_take_frame(s, &s->frames[0])) {
		bus_monitor_take(s);
		return BUS_NOTHING;
	}
	for (;;) {
		frames[n] = bus_frame_text(&s->frames[n]);
		if (!zmq_msg_more(&s->frames[n++]))
			break;
		if (n == frames_max) {
			bus_skip_rest(s, &s->frames[n - 1]);
			return BUS_WRONG_FRAMES;
		}
		if (!bus_take_frame(s, &s->frames[n]))
			return BUS_WRONG_FRAMES;
	}
	*count = n;
	return BUS_MESSAGE;
}
