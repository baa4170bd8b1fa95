#include "common/service_http.h"

#include <poll.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"

#define NONE            "none"
#define CONNECTIONS_MAX 16 /* of a few who look now and then; all fit in what is set aside */

static const char *
unready(void *context)
{
	return service_unready(context);
}

static void
write_metrics(void *context, struct metrics *m)
{
	service_write_metrics(context, m);
}

static void
answer(void *context, struct http_exchange *x)
{
	struct service *s = context;
	struct vitals   v = {
	      s->program,
	      s,
	      write_metrics,
	      unready,
        };

	vitals_answer(&v, x);
}

static int
open_failed(struct err *e)
{
	struct err why = *e;

	return err_fail(e, why.code, "--http: %s (--http none does without it)", why.msg);
}

int
service_http_open(struct service *s, const char *address, struct err *e)
{
	if (strcmp(address, NONE) == 0)
		return 0;
	s->http = http_open(address, CONNECTIONS_MAX, answer, s, e);
	if (s->http == NULL)
		return open_failed(e);
	log_debug("event=http address=%s", http_address(s->http));
	if (http_is_exposed(s->http))
		log_warn("event=http_exposed address=%s reason=\"other machines may read /metrics, "
			 "which names agencies: there is no password\"",
		    http_address(s->http));
	return 0;
}

void
service_http_close(struct service *s)
{
	http_close(s->http);
}

const char *
service_http_address(const struct service *s)
{
	return s->http != NULL ? http_address(s->http) : NONE;
}

void
service_http_turn(struct service *s, int64_t *wait_ms)
{
	int64_t turn_ms;

	if (s->http == NULL)
		return;
	if (s->mono_ms >= s->http_at_ms) {
		turn_ms = http_turn(s->http);
		s->http_at_ms = turn_ms < 0 ? INT64_MAX : s->mono_ms + turn_ms;
	}
	*wait_ms = clock_sooner_at(*wait_ms, s->http_at_ms, s->mono_ms);
}

struct bus_wait
service_http_wait(const struct service *s)
{
	if (s->http == NULL)
		return (struct bus_wait){.fd = -1};
	return (struct bus_wait){.fd = http_fd(s->http), .events = POLLIN};
}

void
service_http_woke(struct service *s, short revents)
{
	if (revents != 0)
		s->http_at_ms = 0;
}
