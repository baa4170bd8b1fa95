#include "common/http_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What one that stops reading may hold of ours; the kernel doubles it. */
#define SEND_BYTES (128 * 1024)

static int
parse_port(const char *digits)
{
	int port = 0;

	if (digits[0] == '\0')
		return -1;
	for (const char *p = digits; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return -1;
		port = port * 10 + (*p - '0');
		if (port > 65535)
			return -1;
	}
	return port;
}

/* Of the part before the port; an IPv6 address stands in brackets. */
static bool
parse_host(const char *host, size_t len, in_port_t port, struct http_address *a)
{
	struct sockaddr_in  v4 = {.sin_family = AF_INET, .sin_port = port};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = port};
	char                copy[INET6_ADDRSTRLEN + 2];
	bool                bracketed = len >= 2 && host[0] == '[' && host[len - 1] == ']';

	if (len >= sizeof(copy))
		return false;
	if (bracketed) {
		snprintf(copy, sizeof(copy), "%.*s", (int)len - 2, host + 1);
		if (inet_pton(AF_INET6, copy, &v6.sin6_addr) != 1)
			return false;
		memcpy(&a->at, &v6, sizeof(v6));
		a->len = sizeof(v6);
		return true;
	}
	snprintf(copy, sizeof(copy), "%.*s", (int)len, host);
	if (inet_pton(AF_INET, copy, &v4.sin_addr) != 1)
		return false;
	memcpy(&a->at, &v4, sizeof(v4));
	a->len = sizeof(v4);
	return true;
}

int
http_address_parse(const char *text, struct http_address *a, struct err *e)
{
	const char *colon = strrchr(text, ':');
	int         port = colon != NULL ? parse_port(colon + 1) : -1;
	char        shown[100];

	*a = (struct http_address){0};
	if (port < 0 || !parse_host(text, (size_t)(colon - text), htons((uint16_t)port), a))
		return err_fail(e, ERR_USAGE,
		    "address '%s': must be an IP address and a port, like 127.0.0.1:9301 or "
		    "[::1]:9301",
		    text_escape(text_of(text), shown, sizeof(shown)));
	return 0;
}

const char *
http_address_format(const struct http_address *a, char out[HTTP_ADDRESS_SIZE])
{
	char                host[INET6_ADDRSTRLEN];
	struct sockaddr_in  v4;
	struct sockaddr_in6 v6;

	if (a->at.any.sa_family == AF_INET) {
		memcpy(&v4, &a->at, sizeof(v4));
		inet_ntop(AF_INET, &v4.sin_addr, host, sizeof(host));
		snprintf(out, HTTP_ADDRESS_SIZE, "%s:%u", host, ntohs(v4.sin_port));
	} else {
		memcpy(&v6, &a->at, sizeof(v6));
		inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof(host));
		snprintf(out, HTTP_ADDRESS_SIZE, "[%s]:%u", host, ntohs(v6.sin6_port));
	}
	return out;
}

bool
http_address_is_exposed(const struct http_address *a)
{
	struct sockaddr_in  v4;
	struct sockaddr_in6 v6;

	if (a->at.any.sa_family == AF_INET) {
		memcpy(&v4, &a->at, sizeof(v4));
		return ntohl(v4.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET;
	}
	memcpy(&v6, &a->at, sizeof(v6));
	return !IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

/* So that the port of a server that has just ended can be had, and an IPv6 address means
 * no other than itself. Connections have the socket's buffer from it. */
static bool
bind_to(int fd, struct http_address *a)
{
	int  on = 1, send_bytes = SEND_BYTES;
	bool v6 = a->at.any.sa_family == AF_INET6;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    (!v6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == 0) &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof(send_bytes)) == 0 &&
	    bind(fd, &a->at.any, a->len) == 0 && listen(fd, SOMAXCONN) == 0 &&
	    getsockname(fd, &a->at.any, &a->len) == 0;
}

int
http_address_listen(struct http_address *a, struct err *e)
{
	char shown[HTTP_ADDRESS_SIZE];
	int  fd = socket(a->at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind_to(fd, a))
		return fd;
	err_set(e, ERR_ENV, "address %s: %s", http_address_format(a, shown), strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}
