#include "cli/notify_post.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/options.h"
#include "core/mem.h"

#define ANSWER_MAX 65536 /* bytes of a body that are read */
#define BLIND_MS   100   /* between looks while there is nothing to wait for */

struct notify_post {
	CURLM                      *multi; /* owned, like the next three */
	CURL                       *easy;
	struct curl_slist          *headers; /* of the request under way */
	char                       *where;
	const struct notify_secret *secret; /* borrowed */
	bool                        exposed;
	size_t                      answered; /* bytes of the body */
	char                        trouble[CURL_ERROR_SIZE];
};

/* A part of a URL, or NULL; curl_free() it. */
static char *
part_of(CURLU *url, CURLUPart part)
{
	char *value = NULL;

	return curl_url_get(url, part, &value, 0) == CURLUE_OK ? value : NULL;
}

static bool
is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
	    strcmp(host, "[::1]") == 0;
}

/* Takes from the URL what may be shown. */
static bool
take_where(struct notify_post *p, CURLU *url)
{
	char      *scheme = part_of(url, CURLUPART_SCHEME), *host = part_of(url, CURLUPART_HOST);
	char      *port = part_of(url, CURLUPART_PORT);
	struct buf where = {0};
	bool       plain = scheme != NULL && strcmp(scheme, "http") == 0;
	bool       ok = host != NULL && scheme != NULL && (plain || strcmp(scheme, "https") == 0);

	if (ok) {
		buf_addf(&where, "%s://%s%s%s", scheme, host, port != NULL ? ":" : "",
		    port != NULL ? port : "");
		buf_add(&where, "", 1);
		p->where = where.at;
		p->exposed = plain && !is_loopback(host);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return ok;
}

static int
check_url(struct notify_post *p, const char *url, struct err *e)
{
	CURLU *parsed = curl_url();
	bool   ok = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    take_where(p, parsed);

	curl_url_cleanup(parsed);
	return ok ? 0
		  : err_fail(e, ERR_USAGE,
			"--webhook: expected http://host:port/path or https://… (what was given is "
			"not shown)");
}

static size_t
take_answer(char *bytes, size_t size, size_t count, void *ctx)
{
	struct notify_post *p = ctx;

	(void)bytes;
	p->answered += size * count;
	return p->answered <= ANSWER_MAX ? size * count : 0;
}

static void
set_options(struct notify_post *p, const char *url, const char *ca, int64_t timeout_ms)
{
	curl_easy_setopt(p->easy, CURLOPT_URL, url);
	curl_easy_setopt(p->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(p->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(p->easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(p->easy, CURLOPT_SSL_VERIFYHOST, 2L);
	if (ca != NULL)
		curl_easy_setopt(p->easy, CURLOPT_CAINFO, ca);
	curl_easy_setopt(p->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(p->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(p->easy, CURLOPT_ERRORBUFFER, p->trouble);
	curl_easy_setopt(p->easy, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(p->easy, CURLOPT_WRITEDATA, p);
	curl_easy_setopt(p->easy, CURLOPT_POST, 1L);
}

struct notify_post *
notify_post_open(const char *url, const char *ca, const struct notify_secret *secret,
    int64_t timeout_ms, struct err *e)
{
	struct notify_post *p = mem_zeroed(1, sizeof(*p));

	p->secret = secret;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if (check_url(p, url, e) == 0) {
		p->easy = curl_easy_init();
		p->multi = curl_multi_init();
		if (p->easy != NULL && p->multi != NULL) {
			set_options(p, url, ca, timeout_ms);
			return p;
		}
		err_set(e, ERR_ENV, "--webhook: libcurl cannot be started");
	}
	notify_post_close(p);
	return NULL;
}

/* The request is over, one way or another. */
static void
finish(struct notify_post *p)
{
	curl_multi_remove_handle(p->multi, p->easy);
	curl_slist_free_all(p->headers);
	p->headers = NULL;
}

void
notify_post_close(struct notify_post *p)
{
	if (p == NULL)
		return;
	if (p->headers != NULL)
		finish(p);
	curl_easy_cleanup(p->easy);
	curl_multi_cleanup(p->multi);
	curl_global_cleanup();
	free(p->where);
	free(p);
}

const char *
notify_post_where(const struct notify_post *p)
{
	return p->where;
}

bool
notify_post_is_exposed(const struct notify_post *p)
{
	return p->exposed;
}

static void
add_header(struct notify_post *p, const char *line)
{
	struct curl_slist *longer = curl_slist_append(p->headers, line);

	if (longer == NULL)
		abort(); /* out of memory, as in core/mem.c */
	p->headers = longer;
}

void
notify_post_start(struct notify_post *p, const struct notify_parcel *parcel)
{
	char line[NOTIFY_SIGNATURE_SIZE];

	add_header(p, "Content-Type: application/cloudevents+json; charset=utf-8");
	add_header(p, "Expect:"); /* no asking before sending */
	snprintf(line, sizeof(line), "User-Agent: tuijin/%s", TUIJIN_VERSION);
	add_header(p, line);
	for (size_t i = 0; i < p->secret->header_count; i++)
		add_header(p, p->secret->headers[i]);
	if (p->secret->key.at != NULL)
		add_header(p, notify_secret_sign(p->secret, parcel->body, line));
	p->answered = 0;
	p->trouble[0] = '\0';
	curl_easy_setopt(p->easy, CURLOPT_HTTPHEADER, p->headers);
	curl_easy_setopt(p->easy, CURLOPT_POSTFIELDS, parcel->body.at);
	curl_easy_setopt(p->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)parcel->body.len);
	curl_multi_add_handle(p->multi, p->easy);
}

size_t
notify_post_waits(struct notify_post *p, struct bus_wait *waits, int64_t *timeout_ms)
{
	fd_set readable, writable, troubled;
	size_t count = 0;
	long   wait_ms = -1;
	int    highest = -1;

	FD_ZERO(&readable);
	FD_ZERO(&writable);
	FD_ZERO(&troubled);
	curl_multi_fdset(p->multi, &readable, &writable, &troubled, &highest);
	curl_multi_timeout(p->multi, &wait_ms);
	for (int fd = 0; fd <= highest && count < NOTIFY_POST_WAITS; fd++) {
		int events = (FD_ISSET(fd, &readable) ? POLLIN : 0) |
		    (FD_ISSET(fd, &writable) ? POLLOUT : 0);

		if (events != 0)
			waits[count++] = (struct bus_wait){.fd = fd, .events = (short)events};
	}
	*timeout_ms = count == 0 && (wait_ms < 0 || wait_ms > BLIND_MS) ? BLIND_MS : wait_ms;
	return count;
}

/* Of an answer too long to be read, the status counts nevertheless. */
static enum delivery
judge(const struct notify_post *p, CURLcode result, struct err *why)
{
	long status = 0;

	curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &status);
	if (result != CURLE_OK && p->answered <= ANSWER_MAX) {
		err_set(why, ERR_AGAIN, "%s",
		    p->trouble[0] != '\0' ? p->trouble : curl_easy_strerror(result));
		return DELIVERY_FAILED;
	}
	err_set(why, ERR_AGAIN, "HTTP status %ld", status);
	if (status >= 200 && status <= 299)
		return DELIVERY_TAKEN;
	return status == 413 || status == 422 ? DELIVERY_REFUSED : DELIVERY_FAILED;
}

enum delivery
notify_post_turn(struct notify_post *p, struct err *why)
{
	enum delivery  became = DELIVERY_RUNNING;
	const CURLMsg *message;
	int            left, running;

	curl_multi_perform(p->multi, &running);
	while ((message = curl_multi_info_read(p->multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE)
			became = judge(p, message->data.result, why);
	if (became != DELIVERY_RUNNING)
		finish(p);
	return became;
}
