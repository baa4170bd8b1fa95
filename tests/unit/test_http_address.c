/* Addresses to listen on: common/http_address.h. */
#include "tests/cases.h"

#include <string.h>

#include "common/http_address.h"

static struct address_case {
	const char *name, *text;
	const char *shown; /* NULL: it is refused */
	bool        exposed;
} cases[] = {
    {"the loopback", "127.0.0.1:9301", "127.0.0.1:9301", false},
    {"all that is 127", "127.255.0.7:1", "127.255.0.7:1", false},
    {"every address", "0.0.0.0:0", "0.0.0.0:0", true},
    {"an address of a network", "192.168.1.20:80", "192.168.1.20:80", true},
    {"the last port", "127.0.0.1:65535", "127.0.0.1:65535", false},
    {"zeros before a port", "127.0.0.1:0080", "127.0.0.1:80", false},
    {"loopback of IPv6", "[::1]:9301", "[::1]:9301", false},
    {"every address of IPv6", "[::]:9301", "[::]:9301", true},
    {"a long one", "[2001:db8:0:0:8:800:200c:417a]:9301", "[2001:db8::8:800:200c:417a]:9301", true},
    {"IPv4 within IPv6", "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:80", true},
    {"empty", "", NULL, false},
    {"no port", "127.0.0.1", NULL, false},
    {"an empty port", "127.0.0.1:", NULL, false},
    {"only a port", ":9301", NULL, false},
    {"a port too many", "127.0.0.1:65536", NULL, false},
    {"a port that wraps", "127.0.0.1:4294967377", NULL, false},
    {"a port below nothing", "127.0.0.1:-1", NULL, false},
    {"a port with a sign", "127.0.0.1:+1", NULL, false},
    {"a port with a space", "127.0.0.1: 1", NULL, false},
    {"a port in words", "127.0.0.1:http", NULL, false},
    {"a star", "*:9301", NULL, false},
    {"a name", "localhost:9301", NULL, false},
    {"three numbers", "127.0.1:9301", NULL, false},
    {"IPv6 without brackets", "::1:9301", NULL, false},
    {"half a bracket", "[::1:9301", NULL, false},
    {"nothing in brackets", "[]:9301", NULL, false},
    {"IPv4 in brackets", "[127.0.0.1]:9301", NULL, false},
    {"a scope", "[fe80::1%eth0]:9301", NULL, false},
    {"longer than any", "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]:9301", NULL,
	false},
    {"a scheme", "tcp://127.0.0.1:9301", NULL, false},
};

static void
check_address(void **state)
{
	const struct address_case *c = *state;
	struct http_address        a;
	struct err                 err = {0};
	char                       shown[HTTP_ADDRESS_SIZE];
	int                        rc = http_address_parse(c->text, &a, &err);

	if (c->shown == NULL) {
		assert_int_equal(rc, -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.msg, "must be an IP address and a port"));
		return;
	}
	assert_int_equal(rc, 0);
	assert_string_equal(http_address_format(&a, shown), c->shown);
	assert_int_equal(http_address_is_exposed(&a), c->exposed);
}

CASES_MAIN(cases, check_address)
