#include "common/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "common/keys_file.h"
#include "common/keys_lines.h"
#include "core/buf.h"
#include "core/sha256.h"

#define KEY_ID_BYTES  ((KEY_ID_SIZE - 1) / 2)
#define SECRET_MAX    64          /* bytes of a secret's file that are looked at */
#define OPEN_FILE_MAX (64u << 10) /* of a file with an open key */
#define SHOWN_SIZE    128         /* of a name, in messages */

bool
key_parse(struct text t, struct key *k)
{
	char       z85[KEY_TEXT_SIZE];
	struct key found;
	bool       good;

	/* libzmq measures with strlen(). */
	if (t.len != KEY_LENGTH || memchr(t.at, '\0', t.len) != NULL)
		return false;
	memcpy(z85, t.at, t.len);
	z85[KEY_LENGTH] = '\0';
	good = zmq_z85_decode(found.at, z85) != NULL;
	if (good)
		*k = found;
	explicit_bzero(z85, sizeof(z85));
	explicit_bzero(&found, sizeof(found));
	return good;
}

const char *
key_format(const struct key *k, char out[KEY_TEXT_SIZE])
{
	return zmq_z85_encode(out, k->at, sizeof(k->at));
}

const char *
key_id(const struct key *k, char out[KEY_ID_SIZE])
{
	struct text   bytes = {(const char *)k->at, sizeof(k->at)};
	struct sha256 hash;
	char          hex[SHA256_TEXT_SIZE];

	sha256_of(&bytes, 1, &hash);
	snprintf(out, KEY_ID_SIZE, "%.*s", 2 * KEY_ID_BYTES, sha256_format(&hash, hex));
	return out;
}

void
key_pair_make(struct key_pair *pair)
{
	char open[KEY_TEXT_SIZE], secret[KEY_TEXT_SIZE];

	if (zmq_curve_keypair(open, secret) != 0) /* a libzmq that was built without CURVE */
		abort();
	key_parse((struct text){open, KEY_LENGTH}, &pair->open);
	key_parse((struct text){secret, KEY_LENGTH}, &pair->secret);
	explicit_bzero(secret, sizeof(secret));
}

static bool
parse_pair(struct text t, struct key_pair *pair)
{
	char open[KEY_TEXT_SIZE], secret[KEY_TEXT_SIZE];

	if (!key_parse(t, &pair->secret))
		return false;
	key_format(&pair->secret, secret);
	if (zmq_curve_public(open, secret) != 0)
		abort();
	key_parse((struct text){open, KEY_LENGTH}, &pair->open);
	explicit_bzero(secret, sizeof(secret));
	return true;
}

/* One line, and perhaps empty ones behind it. */
static bool
parse_secret_file(struct text bytes, struct key_pair *pair)
{
	struct keys_lines lines = {.rest = bytes};
	struct text       line = {0}, more;

	if (bytes.len > SECRET_MAX || !keys_lines_next(&lines, &line))
		return false;
	while (keys_lines_next(&lines, &more))
		if (more.len > 0)
			return false;
	return parse_pair(line, pair);
}

/* What the lines of a text with an open key are, but comments and empty ones. */
struct open_lines {
	size_t     lines, keys; /* all; and those that begin with a key */
	struct key last;        /* of these keys */
	bool       is_bare;     /* nothing stands behind it */
};

static struct open_lines
look_at(struct text bytes)
{
	struct open_lines found = {0};
	struct keys_lines lines = {.rest = bytes};
	struct text       line, word;

	while (keys_lines_next(&lines, &line)) {
		word = keys_lines_word(&line);
		if (word.len == 0 || word.at[0] == '#')
			continue;
		found.lines++;
		found.keys += key_parse(word, &found.last);
		found.is_bare = line.len == 0;
	}
	return found;
}

/* Whether a file has lines as .pub files and lists do: a key and whose it is. */
static bool
has_open_key(const char *path)
{
	struct buf        file = {0};
	struct open_lines found = {0};

	if (keys_file_read(path, KEYS_FILE_ANY, OPEN_FILE_MAX, &file, NULL) == 0)
		found = look_at(buf_text(&file));
	keys_file_fini(&file);
	return found.keys > 0 && !found.is_bare;
}

int
key_pair_read(const char *from, struct key_pair *pair, struct err *e)
{
	struct buf file = {0};
	char       shown[SHOWN_SIZE];
	int        rc;

	text_escape(text_of(from), shown, sizeof(shown));
	rc = keys_file_read(from, KEYS_FILE_SECRET, SECRET_MAX + 1, &file, e);
	if (rc == 0 && !parse_secret_file(buf_text(&file), pair))
		rc = err_fail(e, ERR_CONFIG,
		    "%s: expected a secret key, one line of %d characters of Z85, and nothing else",
		    shown, KEY_LENGTH);
	keys_file_fini(&file);
	if (rc != 0 && has_open_key(from))
		rc = err_fail(e, ERR_CONFIG,
		    "%s: this is an open key (a line of a list); the secret is in NAME.key", shown);
	return rc;
}

void
key_pair_wipe(struct key_pair *pair)
{
	explicit_bzero(&pair->secret, sizeof(pair->secret));
}

/* Takes the one key out of a text that is called so in messages. */
static int
take_open(struct text bytes, const char *shown, struct open_lines *found, struct err *e)
{
	*found = look_at(bytes);
	if (bytes.len > OPEN_FILE_MAX)
		return err_fail(e, ERR_CONFIG, "%s: it goes on beyond %u bytes, expected one key",
		    shown, OPEN_FILE_MAX);
	if (found->keys > 1)
		return err_fail(
		    e, ERR_CONFIG, "%s: it holds %zu keys, expected one", shown, found->keys);
	if (found->keys == 0 || found->lines > 1)
		return err_fail(e, ERR_CONFIG,
		    "%s: expected one line that begins with a key of %d characters of Z85", shown,
		    KEY_LENGTH);
	return 0;
}

static int
read_open_file(const char *path, const char *shown, struct open_lines *found, struct err *e)
{
	struct buf file = {0};
	int        rc = keys_file_read(path, KEYS_FILE_ANY, OPEN_FILE_MAX + 1, &file, e);

	if (rc == 0)
		rc = take_open(buf_text(&file), shown, found, e);
	keys_file_fini(&file);
	if (rc == 0 && found->is_bare && keys_file_is_private(path))
		rc = err_fail(
		    e, ERR_CONFIG, "%s: this looks like a secret key: give the .pub file", shown);
	return rc;
}

int
key_open_read(const char *from, struct key *k, struct err *e)
{
	struct open_lines found = look_at(text_of(from));
	char              shown[SHOWN_SIZE];
	int               rc;

	/* A file's name may look like a key; words that do are not shown. */
	if (found.keys > 0 && access(from, F_OK) != 0)
		rc = take_open(text_of(from), "this text", &found, e);
	else
		rc = read_open_file(
		    from, text_escape(text_of(from), shown, sizeof(shown)), &found, e);
	if (rc == 0)
		*k = found.last;
	return rc;
}
