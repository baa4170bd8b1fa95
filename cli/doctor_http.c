#include "cli/doctor_http.h"

#include <curl/curl.h>
#include <string.h>

static size_t
take_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct doctor_answer *answer = ctx;

	if (answer->body.len + size * count > DOCTOR_HTTP_BODY_MAX)
		return 0;
	buf_add(&answer->body, bytes, size * count);
	return size * count;
}

static void
set_options(CURL *easy, const char *url, int64_t timeout_ms, struct doctor_answer *answer)
{
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
}

static int
explain(CURL *easy, CURLcode code, int64_t timeout_ms, struct err *e)
{
	long why = 0;

	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &why);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return err_fail(e, ERR_AGAIN, "no answer within %lld ms", (long long)timeout_ms);
	if (code == CURLE_WRITE_ERROR)
		return err_fail(
		    e, ERR_AGAIN, "its answer is longer than %u bytes", DOCTOR_HTTP_BODY_MAX);
	return err_fail(e, ERR_AGAIN, "%s",
	    code == CURLE_COULDNT_CONNECT && why != 0 ? strerror((int)why)
						      : curl_easy_strerror(code));
}

static int
perform(CURL *easy, int64_t timeout_ms, struct doctor_answer *answer, struct err *e)
{
	CURLcode code = curl_easy_perform(easy);

	if (code != CURLE_OK)
		return explain(easy, code, timeout_ms, e);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
	return 0;
}

int
doctor_http_get(const char *address, const char *path, int64_t timeout_ms,
    struct doctor_answer *answer, struct err *e)
{
	struct buf url = {0};
	CURL      *easy;
	int        rc;

	*answer = (struct doctor_answer){0};
	buf_addf(&url, "http://%s%s", address, path);
	buf_add(&url, "", 1);
	curl_global_init(CURL_GLOBAL_NOTHING);
	easy = curl_easy_init();
	if (easy != NULL) {
		set_options(easy, url.at, timeout_ms, answer);
		rc = perform(easy, timeout_ms, answer, e);
	} else {
		rc = err_fail(e, ERR_AGAIN, "libcurl cannot be started");
	}
	curl_easy_cleanup(easy);
	curl_global_cleanup();
	buf_fini(&url);
	return rc;
}

void
doctor_answer_fini(struct doctor_answer *answer)
{
	buf_fini(&answer->body);
}
