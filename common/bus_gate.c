#include <errno.h>
#include <string.h>

#include "common/bus_state.h"

/* ZAP 1.0: the frames of a question, of which each has to be there. */
enum { VERSION, REQUEST, DOMAIN, ADDRESS, ROUTING_ID, MECHANISM, CREDENTIAL, QUESTION_FRAMES };

#define GATE_ENDPOINT "inproc://zeromq.zap.01"

/* Where the frames are kept that the answer, or its reader, needs. */
enum { KEPT_REQUEST, KEPT_DOMAIN, KEPT_ADDRESS, KEPT_REST };

struct bus_socket *
bus_gate(struct bus *b, struct err *e)
{
	struct bus_socket *s = bus_socket_new(b, ZMQ_REP, e);

	if (s == NULL)
		return NULL;
	bus_set_int(s, ZMQ_LINGER, 0);
	if (zmq_bind(s->zmq, GATE_ENDPOINT) != 0) {
		err_set(e, ERR_ENV, "cannot bind %s: %s", GATE_ENDPOINT, zmq_strerror(errno));
		bus_socket_close(s);
		return NULL;
	}
	return s;
}

/* Takes the frames of one question. Returns false if it is none, or not about CURVE. */
static bool
read_question(struct bus_socket *s, struct bus_knock *knock)
{
	static const int kept[QUESTION_FRAMES] = {
	    [VERSION] = KEPT_REST,
	    [REQUEST] = KEPT_REQUEST,
	    [DOMAIN] = KEPT_DOMAIN,
	    [ADDRESS] = KEPT_ADDRESS,
	    [ROUTING_ID] = KEPT_REST,
	    [MECHANISM] = KEPT_REST,
	    [CREDENTIAL] = KEPT_REST,
	};
	static const char *const words[QUESTION_FRAMES] = {
	    [VERSION] = "1.0", [MECHANISM] = "CURVE"};
	zmq_msg_t *last = &s->frames[KEPT_REST];
	bool       sound = true;

	for (int i = VERSION; i < QUESTION_FRAMES; i++) {
		zmq_msg_t *frame = &s->frames[kept[i]];

		if (i > VERSION && (!zmq_msg_more(last) || !bus_take_frame(s, frame)))
			return false;
		last = frame;
		if (words[i] != NULL)
			sound &= text_equal(bus_frame_text(frame), text_of(words[i]));
	}
	if (zmq_msg_more(last)) {
		bus_skip_rest(s, last);
		return false;
	}
	if (zmq_msg_size(last) != KEY_SIZE)
		return false;
	memcpy(knock->key.at, zmq_msg_data(last), KEY_SIZE);
	knock->domain = bus_frame_text(&s->frames[KEPT_DOMAIN]);
	knock->address = bus_frame_text(&s->frames[KEPT_ADDRESS]);
	return sound;
}

bool
bus_gate_take(struct bus_socket *s, struct bus_knock *knock)
{
	while (bus_take_frame(s, &s->frames[KEPT_REST])) {
		if (read_question(s, knock))
			return true;
		bus_gate_answer(s, (struct text){"", 0});
	}
	return false;
}

/* Refused with 300, "later": a client whom libzmq tells 400 never tries again, not even
 * when its key has been put into the list. */
void
bus_gate_answer(struct bus_socket *s, struct text sender)
{
	bool        admitted = sender.len > 0;
	struct text frames[] = {
	    text_of("1.0"), bus_frame_text(&s->frames[KEPT_REQUEST]),
	    text_of(admitted ? "200" : "300"), text_of(admitted ? "" : "not authorized"), sender,
	    text_of(""), /* metadata */
	};

	bus_send_frames(s, frames, sizeof(frames) / sizeof(frames[0]));
}
