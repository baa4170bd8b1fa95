#include "common/bus_state.h"

#include "tests/cases.h"

#define STEPS_MAX 16

/* What happens, and when: + somebody connects with that descriptor, ! a handshake is done,
 * - the descriptor is closed, ? how many sessions there are. */
static struct visitors_case {
	const char *name;
	struct {
		char     what;
		int64_t  mono_ms;
		uint32_t value;
	} steps[STEPS_MAX];
} cases[] = {
    {"nobody", {{'?', 1000, 0}}},
    {"one comes, shakes hands, goes",
	{{'+', 1000, 7}, {'?', 1000, 0}, {'!', 1001, 0}, {'?', 1001, 1}, {'-', 2000, 7},
	    {'?', 2000, 0}}},
    {"and stays",
	{{'+', 1000, 7}, {'!', 1001, 0}, {'?', 4000, 1}, {'?', 5000, 1}, {'?', 20000, 1},
	    {'-', 20000, 7}, {'?', 20000, 0}}},
    {"who shakes no hands is none, however many",
	{{'+', 1000, 7}, {'+', 1000, 8}, {'+', 1100, 9}, {'!', 1200, 0}, {'?', 1200, 1},
	    {'-', 4000, 8}, {'-', 4100, 9}, {'?', 4100, 1}, {'?', 9000, 1}}},
    {"a session that goes beside a stranger: known when the stranger has gone",
	{{'+', 1000, 7}, {'!', 1000, 0}, {'+', 1001, 8}, {'-', 1002, 7}, {'?', 1002, 1},
	    {'-', 4001, 8}, {'?', 4001, 0}}},
    {"strangers that come again and again do not become sessions",
	{{'+', 1000, 7}, {'!', 1000, 0}, {'-', 1010, 7}, {'+', 1100, 8}, {'?', 1100, 1},
	    {'-', 4100, 8}, {'+', 4101, 8}, {'-', 7101, 8}, {'+', 7102, 8}, {'?', 8100, 0},
	    {'-', 10102, 8}, {'+', 10103, 8}, {'?', 13000, 0}}},
    {"a descriptor is somebody else's now",
	{{'+', 1000, 3}, {'!', 1000, 0}, {'-', 2000, 3}, {'+', 2000, 3}, {'?', 9000, 1}}},
    {"a high descriptor, and one that cannot be",
	{{'+', 1000, 1048575}, {'+', 1000, 1048576}, {'+', 1000, UINT32_MAX},
	    {'-', 1000, UINT32_MAX}, {'?', 9000, 1}}},
    {"the end of who was never seen", {{'-', 1000, 70}, {'?', 1000, 0}, {'?', 9000, 0}}},
};

static void
check(void **state)
{
	static const uint16_t events[] = {
	    ['+'] = ZMQ_EVENT_ACCEPTED,
	    ['!'] = ZMQ_EVENT_HANDSHAKE_SUCCEEDED,
	    ['-'] = ZMQ_EVENT_DISCONNECTED,
	};
	const struct visitors_case *c = *state;
	struct bus_visitors         v = {0};

	for (size_t i = 0; i < STEPS_MAX && c->steps[i].what != 0; i++) {
		int64_t mono_ms = c->steps[i].mono_ms;

		if (c->steps[i].what == '?')
			assert_int_equal(bus_visitors_count(&v, mono_ms), c->steps[i].value);
		else
			bus_visitors_note(
			    &v, events[(int)c->steps[i].what], c->steps[i].value, mono_ms);
	}
	bus_visitors_fini(&v);
}

CASES_MAIN(cases, check)
