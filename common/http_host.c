#include "common/http_host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>

static bool
is_in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '.' || c == '-' || c == '_';
}

/* Bytes of the name in front, which may be an address in brackets; 0: there is none. */
static size_t
name_len(struct text host)
{
	const char *end;
	size_t      n = 0;

	if (host.len > 0 && host.at[0] == '[') {
		end = memchr(host.at, ']', host.len);
		return end != NULL ? (size_t)(end - host.at) + 1 : 0;
	}
	while (n < host.len && is_in_name(host.at[n]))
		n++;
	return n;
}

struct text
http_host_name(struct text host)
{
	size_t len = name_len(host);

	if (len == 0 || (len < host.len && host.at[len] != ':'))
		return (struct text){0};
	for (size_t i = len + 1; i < host.len; i++) {
		if (host.at[i] < '0' || host.at[i] > '9')
			return (struct text){0};
	}
	return (struct text){host.at, len};
}

static bool
is_address(struct text name)
{
	char            copy[INET6_ADDRSTRLEN] = "";
	struct in6_addr at;
	bool            v6 = name.len > 2 && name.at[0] == '[';

	if (v6)
		name = (struct text){name.at + 1, name.len - 2};
	if (name.len >= sizeof(copy))
		return false;
	memcpy(copy, name.at, name.len);
	return inet_pton(v6 ? AF_INET6 : AF_INET, copy, &at) == 1;
}

bool
http_host_equal(struct text name, const char *other)
{
	return name.len == strlen(other) && strncasecmp(name.at, other, name.len) == 0;
}

bool
http_host_is_own(struct text name)
{
	return name.len > 0 && (http_host_equal(name, "localhost") || is_address(name));
}
