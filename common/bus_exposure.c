/* bus_check_exposure() of bus.h. */
#include "common/bus.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static bool
starts_with(const char *s, const char *head)
{
	return strncmp(s, head, strlen(head)) == 0;
}

static bool
is_loopback(const char *host)
{
	struct in_addr address;

	if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return starts_with(host, "127.") && inet_pton(AF_INET, host, &address) == 1;
}

int
bus_check_exposure(const char *endpoint, bool plaintext, struct err *e)
{
	char        shown[100], host[64];
	const char *at, *colon;

	text_escape(text_of(endpoint), shown, sizeof(shown));
	if (starts_with(endpoint, "ipc://") || starts_with(endpoint, "inproc://"))
		return 0;
	if (!starts_with(endpoint, "tcp://"))
		return err_fail(e, ERR_CONFIG,
		    "endpoint '%s': must begin with tcp://, ipc:// or inproc://", shown);
	if (plaintext)
		return 0;
	at = endpoint + strlen("tcp://");
	colon = strrchr(at, ':');
	if (colon != NULL && (size_t)(colon - at) < sizeof(host)) {
		snprintf(host, sizeof(host), "%.*s", (int)(colon - at), at);
		if (is_loopback(host))
			return 0;
	}
	return err_fail(e, ERR_CONFIG,
	    "endpoint '%s': other machines could reach it, and nothing on it is encrypted or "
	    "authenticated; bind to 127.0.0.1 or an ipc:// path, or say --plaintext if the "
	    "network is trusted",
	    shown);
}
