/*
 * Which endpoints may be bound without encryption.
 */
#include "tests/cases.h"

#include <stdbool.h>
#include <string.h>

#include "common/bus.h"

static struct exposure_case {
	const char *name;
	const char *endpoint;
	bool        plaintext;
	const char *want_err; /* how it begins; NULL: passes */
} cases[] = {
    {"loopback", "tcp://127.0.0.1:7301", false, NULL},
    {"all of 127/8", "tcp://127.9.8.7:*", false, NULL},
    {"loopback of IPv6", "tcp://[::1]:7301", false, NULL},
    {"localhost", "tcp://localhost:7301", false, NULL},
    {"ipc", "ipc:///run/tuijin.sock", false, NULL},
    {"inproc", "inproc://x", false, NULL},
    {"everywhere", "tcp://*:7301", false, "endpoint 'tcp://*:7301': other machines could reach it"},
    {"everywhere, meant", "tcp://*:7301", true, NULL},
    {"all of IPv4", "tcp://0.0.0.0:7301", false, "endpoint 'tcp://0.0.0.0:7301': other"},
    {"all of IPv6", "tcp://[::]:7301", false, "endpoint 'tcp://[::]:7301': other"},
    {"another address", "tcp://192.0.2.1:1", false, "endpoint 'tcp://192.0.2.1:1': other"},
    {"a name that begins like loopback", "tcp://127.0.0.1.example.org:1", false,
	"endpoint 'tcp://127.0.0.1.example.org:1': other"},
    {"an interface", "tcp://eth0:1", false, "endpoint 'tcp://eth0:1': other"},
    {"no port", "tcp://127.0.0.1", false, "endpoint 'tcp://127.0.0.1': other"},
    {"another transport", "udp://127.0.0.1:1", true,
	"endpoint 'udp://127.0.0.1:1': must begin with tcp://, ipc:// or inproc://"},
    {"nothing", "", false, "endpoint '': must begin with"},
};

static void
check_exposure(void **state)
{
	const struct exposure_case *c = *state;
	struct err                  err = {0};
	int                         rc = bus_check_exposure(c->endpoint, c->plaintext, &err);

	if (c->want_err == NULL) {
		assert_string_equal(err.msg, "");
		assert_int_equal(rc, 0);
		return;
	}
	assert_int_equal(rc, -1);
	assert_int_equal(err.code, ERR_CONFIG);
	err.msg[strlen(c->want_err)] = '\0';
	assert_string_equal(err.msg, c->want_err);
}

CASES_MAIN(cases, check_exposure)
