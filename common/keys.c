#include "common/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "common/keys_file.h"
#include "core/buf.h"
#include "core/sha256.h"

#define KEY_LENGTH    (KEY_TEXT_SIZE - 1)
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

/* The one line that t is, without what ends it. */
static struct text
only_line(struct text t)
{
	if (t.len > 0 && t.at[t.len - 1] == '\n')
		t.len--;
	if (t.len > 0 && t.at[t.len - 1] == '\r')
		t.len--;
	return t;
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

int
key_pair_read(const char *from, struct key_pair *pair, struct err *e)
{
	struct buf file = {0};
	char       shown[SHOWN_SIZE];
	bool       good;

	if (keys_file_read(from, KEYS_FILE_SECRET, SECRET_MAX, &file, e) != 0) {
		keys_file_fini(&file);
		return -1;
	}
	good = parse_pair(only_line(buf_text(&file)), pair);
	keys_file_fini(&file);
	if (good)
		return 0;
	return err_fail(e, ERR_CONFIG,
	    "%s: expected a secret key, one line of %d characters of Z85, and nothing else",
	    text_escape(text_of(from), shown, sizeof(shown)), KEY_LENGTH);
}

void
key_pair_wipe(struct key_pair *pair)
{
	explicit_bzero(&pair->secret, sizeof(pair->secret));
}

/* The first word of the first line that is not empty and no comment. */
static struct text
first_word(struct text t)
{
	static const char blank[] = " \t\r\n";
	const char       *end = t.at + t.len, *at = t.at, *stop;

	for (;;) {
		while (at < end && memchr(blank, *at, strlen(blank)) != NULL)
			at++;
		if (at == end || *at != '#')
			break;
		while (at < end && *at != '\n')
			at++;
	}
	for (stop = at; stop < end && memchr(blank, *stop, strlen(blank)) == NULL;)
		stop++;
	return (struct text){at, (size_t)(stop - at)};
}

int
key_open_read(const char *from, struct key *k, struct err *e)
{
	struct buf file = {0};
	char       shown[SHOWN_SIZE];
	int        rc;

	/* A file's name may look like a key. */
	if (access(from, F_OK) != 0 && key_parse(text_of(from), k))
		return 0;
	rc = keys_file_read(from, KEYS_FILE_ANY, OPEN_FILE_MAX, &file, e);
	if (rc == 0 && !key_parse(first_word(buf_text(&file)), k))
		rc = err_fail(e, ERR_CONFIG,
		    "%s: expected a line that begins with a key of %d characters of Z85",
		    text_escape(text_of(from), shown, sizeof(shown)), KEY_LENGTH);
	keys_file_fini(&file);
	return rc;
}
