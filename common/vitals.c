#include "common/vitals.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/limits.h"
#include "common/options.h"

#define KEEP_MS      250 /* writing all of them may take a millisecond */
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Fills in a number that a file of /proc has behind `skip` bytes and those fields. */
static bool
read_number(const char *path, const char *skip, int fields, uint64_t *value)
{
	char  line[512], *at = NULL;
	FILE *f = fopen(path, "re");

	while (f != NULL && at == NULL && fgets(line, sizeof(line), f) != NULL) {
		at = strstr(line, skip);
		at = at != NULL ? at + strlen(skip) : NULL;
	}
	if (f != NULL)
		fclose(f);
	while (at != NULL && fields-- > 0) {
		at = strchr(at, ' ');
		at = at != NULL ? at + 1 : NULL;
	}
	return at != NULL && sscanf(at, "%" SCNu64, value) == 1;
}

/* The kernel counts it in ticks since it was booted itself. */
static void
write_start_time(struct metrics *m)
{
	static double started;
	uint64_t      booted, ticks;

	if (started == 0 && read_number("/proc/stat", "btime ", 0, &booted) &&
	    read_number("/proc/self/stat", ") ", 19, &ticks))
		started = (double)booted + (double)ticks / (double)sysconf(_SC_CLK_TCK);
	metrics_family(m, "process_start_time_seconds", METRIC_GAUGE,
	    "When the process was started, seconds since 1970.");
	metrics_value(m, started);
}

static void
write_cpu(struct metrics *m)
{
	struct timespec used = {0};

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	metrics_family(m, "process_cpu_seconds_total", METRIC_COUNTER,
	    "Time that the process has computed, of all its threads.");
	metrics_value(m, (double)used.tv_sec + (double)used.tv_nsec / 1e9);
}

static void
write_memory(struct metrics *m)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), virtual_pages = 0, resident_pages = 0;

	read_number("/proc/self/statm", "", 0, &virtual_pages);
	read_number("/proc/self/statm", "", 1, &resident_pages);
	metrics_family(
	    m, "process_resident_memory_bytes", METRIC_GAUGE, "Memory that is held in RAM.");
	metrics_count(m, resident_pages * page);
	metrics_family(
	    m, "process_virtual_memory_bytes", METRIC_GAUGE, "Address space that is mapped.");
	metrics_count(m, virtual_pages * page);
}

/* Without ".", ".." and the one that it takes to look. */
static uint64_t
count_descriptors(void)
{
	DIR     *open_ones = opendir("/proc/self/fd");
	uint64_t count = 0;

	while (open_ones != NULL && readdir(open_ones) != NULL)
		count++;
	if (open_ones != NULL)
		closedir(open_ones);
	return count > 3 ? count - 3 : 0;
}

static void
write_descriptors(struct metrics *m, rlim_t max)
{
	metrics_family(m, "process_open_fds", METRIC_GAUGE, "Descriptors that are open.");
	metrics_count(m, count_descriptors());
	metrics_family(
	    m, "process_max_fds", METRIC_GAUGE, "Descriptors that connections may use up.");
	metrics_count(m, max);
}

/* Looking takes a descriptor, of which there may be no other left. */
static void
write_process(struct metrics *m)
{
	struct rlimit files = {0};

	getrlimit(RLIMIT_NOFILE, &files);
	limits_lift();
	write_start_time(m);
	write_cpu(m);
	write_memory(m);
	write_descriptors(m, files.rlim_cur);
	limits_lower();
}

static void
write_http(struct metrics *m, struct http_counters c)
{
	metrics_family(
	    m, "tuijin_http_requests_total", METRIC_COUNTER, "HTTP requests that were answered.");
	metrics_count(m, c.requests);
	metrics_family(
	    m, "tuijin_http_connections", METRIC_GAUGE, "HTTP connections that are open.");
	metrics_count(m, c.connections);
}

static void
answer(struct http_exchange *x, unsigned status, const char *type, struct text body)
{
	static const struct http_header headers[] = {{"Cache-Control", "no-store"}};
	struct http_reply               reply = {
			  .status = status,
			  .type = type,
			  .body = body,
			  .headers = headers,
			  .header_count = 1,
        };

	http_reply(x, &reply);
}

static void
write_page(const struct vitals *v, struct http_counters http, struct buf *out)
{
	struct metrics m;

	metrics_init(&m, out);
	metrics_family(&m, "tuijin_build_info", METRIC_GAUGE, "1, of the version that runs.");
	metrics_label(&m, "program", text_of(v->program));
	metrics_label(&m, "version", text_of(TUIJIN_VERSION));
	metrics_count(&m, 1);
	metrics_family(&m, "tuijin_ready", METRIC_GAUGE,
	    "1 if the program can do its work now, as /readyz says.");
	metrics_count(&m, v->unready(v->owner)[0] == '\0');
	write_process(&m);
	write_http(&m, http);
	v->write(v->owner, &m);
	metrics_fini(&m);
}

/* The page is kept for as long as the process has its one owner: who asks again and again
 * does not take the time of its work. */
static void
answer_metrics(const struct vitals *v, struct http_exchange *x)
{
	static struct buf page;
	static int64_t    until_ms;
	int64_t           now_ms = clock_mono_ms();

	if (now_ms >= until_ms) {
		buf_reset(&page);
		write_page(v, http_exchange_counters(x), &page);
		until_ms = now_ms + KEEP_MS;
	}
	answer(x, 200, METRICS_TYPE, buf_text(&page));
}

static void
answer_ready(const struct vitals *v, struct http_exchange *x)
{
	const char *why = v->unready(v->owner);
	struct buf  body = {0};

	buf_addf(&body, "%s\n", why[0] == '\0' ? "ready" : why);
	answer(x, why[0] == '\0' ? 200 : 503, "text/plain; charset=utf-8", buf_text(&body));
	buf_fini(&body);
}

bool
vitals_answer(const struct vitals *v, struct http_exchange *x)
{
	struct text path = http_path(x);

	if (text_equal(path, text_of("/metrics")))
		answer_metrics(v, x);
	else if (text_equal(path, text_of("/healthz")))
		answer(x, 200, "text/plain; charset=utf-8", text_of("ok\n"));
	else if (text_equal(path, text_of("/readyz")))
		answer_ready(v, x);
	else
		return false;
	return true;
}
