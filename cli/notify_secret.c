#include "cli/notify_secret.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "common/keys_file.h"
#include "common/keys_lines.h"
#include "core/sha256.h"

#define SIGNATURE   "X-Tuijin-Signature"
#define HEADERS_MAX 16384 /* bytes of the file */
#define KEY_MAX     4096
#define SHOWN_SIZE  128

/* Headers that a request has anyway. */
static const char *const taken[] = {
    "Content-Type", "Content-Length", "Transfer-Encoding", SIGNATURE};

/* The length of a header's name: a token (RFC 9110). 0: there is none before a colon. */
static size_t
name_len(const char *line)
{
	size_t len = 0;

	while (line[len] != '\0' &&
	    (isalnum((unsigned char)line[len]) || strchr("!#$%&'*+-.^_`|~", line[len]) != NULL))
		len++;
	return line[len] == ':' ? len : 0;
}

/* What is wrong with a line; NULL: nothing. */
static const char *
mistake(const char *line, size_t len)
{
	size_t name = name_len(line);

	if (strlen(line) != len || !text_is_utf8((struct text){line, len}) ||
	    !text_is_printable((struct text){line, len}))
		return "it has control characters";
	if (name == 0 || line[name + 1 + strspn(line + name + 1, " \t")] == '\0')
		return "expected 'Name: value'";
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strlen(taken[i]) == name && strncasecmp(line, taken[i], name) == 0)
			return "this header is set by tuijin notify itself";
	return NULL;
}

static int
take_headers(struct notify_secret *s, struct text bytes, const char *shown, struct err *e)
{
	struct keys_lines lines = {.rest = bytes};
	struct text       line;
	const char       *wrong = NULL;

	buf_grow(&s->lines, bytes.len + 1); /* is never moved: lines are parted by a byte or more */
	while (wrong == NULL && keys_lines_next(&lines, &line)) {
		char *copy = s->lines.at + s->lines.len;

		if (line.len == 0 || line.at[0] == '#')
			continue;
		if (s->header_count == NOTIFY_HEADERS_MAX)
			return err_fail(e, ERR_CONFIG, "--webhook-header: %s: more than %d headers",
			    shown, NOTIFY_HEADERS_MAX);
		buf_add(&s->lines, line.at, line.len);
		buf_add(&s->lines, "", 1);
		wrong = mistake(copy, line.len);
		s->headers[s->header_count++] = copy;
	}
	if (wrong == NULL)
		return 0;
	return err_fail(
	    e, ERR_CONFIG, "--webhook-header: %s: line %zu: %s", shown, lines.number, wrong);
}

/* A secret file of at most max bytes. */
static int
read_file(const char *flag, const char *path, size_t max, struct buf *out, struct err *e)
{
	char shown[SHOWN_SIZE];

	if (keys_file_read(path, KEYS_FILE_SECRET, max + 1, out, e) != 0) {
		err_wrap(e, flag);
		return -1;
	}
	if (out->len <= max)
		return 0;
	return err_fail(e, ERR_CONFIG, "%s: %s: more than %zu bytes", flag,
	    text_escape(text_of(path), shown, sizeof(shown)), max);
}

static int
read_headers(struct notify_secret *s, const char *path, struct err *e)
{
	struct buf file = {0};
	char       shown[SHOWN_SIZE];
	int        rc = read_file("--webhook-header", path, HEADERS_MAX, &file, e);

	if (rc == 0)
		rc = take_headers(
		    s, buf_text(&file), text_escape(text_of(path), shown, sizeof(shown)), e);
	keys_file_fini(&file);
	return rc;
}

/* All bytes but a line's end at the end. */
static int
read_key(struct notify_secret *s, const char *path, struct err *e)
{
	char shown[SHOWN_SIZE];

	if (read_file("--webhook-secret", path, KEY_MAX, &s->file, e) != 0)
		return -1;
	s->key = buf_text(&s->file);
	while (s->key.len > 0 &&
	    (s->key.at[s->key.len - 1] == '\n' || s->key.at[s->key.len - 1] == '\r'))
		s->key.len--;
	if (s->key.len >= NOTIFY_SECRET_MIN)
		return 0;
	return err_fail(e, ERR_CONFIG, "--webhook-secret: %s: less than %d bytes",
	    text_escape(text_of(path), shown, sizeof(shown)), NOTIFY_SECRET_MIN);
}

int
notify_secret_read(struct notify_secret *s, const char *headers, const char *key, struct err *e)
{
	*s = (struct notify_secret){0};
	if (headers != NULL && read_headers(s, headers, e) != 0)
		return -1;
	return key != NULL ? read_key(s, key, e) : 0;
}

void
notify_secret_fini(struct notify_secret *s)
{
	keys_file_fini(&s->lines);
	keys_file_fini(&s->file);
	*s = (struct notify_secret){0};
}

const char *
notify_secret_sign(const struct notify_secret *s, struct text body, char out[NOTIFY_SIGNATURE_SIZE])
{
	struct sha256 mac;
	char          hex[SHA256_TEXT_SIZE];

	sha256_hmac(s->key, body, &mac);
	snprintf(out, NOTIFY_SIGNATURE_SIZE, SIGNATURE ": sha256=%s", sha256_format(&mac, hex));
	return out;
}
