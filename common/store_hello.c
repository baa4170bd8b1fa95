#include "common/store_hello.h"

#include <stdio.h>
#include <string.h>

static struct store_question
question(enum store_asked kind, const char *a, const char *b, const char *c)
{
	const char           *words[STORE_HELLO_WORDS] = {a, b, c};
	struct store_question q = {.kind = kind};

	while (q.count < STORE_HELLO_WORDS && words[q.count] != NULL) {
		q.words[q.count] = text_of(words[q.count]);
		q.count++;
	}
	return q;
}

size_t
store_hello_durability(struct store_question out[STORE_HELLO_DURABILITY])
{
	out[0] = question(ASKED_APPENDONLY, "CONFIG", "GET", "appendonly");
	out[1] = question(ASKED_PAUSE, "CONFIG", "GET", "no-appendfsync-on-rewrite");
	out[2] = question(ASKED_APPENDFSYNC, "CONFIG", "GET", "appendfsync");
	return 3;
}

size_t
store_hello(const struct store_url *u, const char *password, char db[STORE_DB_SIZE],
    struct store_question out[STORE_HELLO_MAX])
{
	size_t n = 0;

	if (u->user[0] != '\0')
		out[n++] = question(ASKED_AUTH, "AUTH", u->user, password);
	else if (password[0] != '\0')
		out[n++] = question(ASKED_AUTH, "AUTH", password, NULL);
	snprintf(db, STORE_DB_SIZE, "%d", u->db);
	out[n++] = question(ASKED_SELECT, "SELECT", db, NULL);
	out[n++] = question(ASKED_NAME, "CLIENT", "SETNAME", "tuijin");
	out[n++] = question(ASKED_PING, "PING", NULL, NULL);
	return n;
}

static bool
begins_with(struct text t, const char *word)
{
	return t.len >= strlen(word) && memcmp(t.at, word, strlen(word)) == 0;
}

/* What a PING may be told by a server that cannot be used yet. Other errors are
 * the owner's to see: a full disk stops writes, not reads. */
static bool
is_unusable(struct text said)
{
	static const char *const words[] = {"LOADING", "MASTERDOWN", "NOAUTH"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (begins_with(said, words[i]))
			return true;
	return false;
}

/* True if the answer to CONFIG GET says that the setting has this value. */
static bool
setting_is(const struct store_reply *r, const char *value)
{
	return store_reply_count(r) == 2 &&
	    text_equal(store_reply_text(store_reply_at(r, 1)), text_of(value));
}

/* A server that pauses fsync while it rewrites its file is, for that time, as durable
 * as one that never does it. */
static enum durability
durability_of(const struct store_promise *p, const struct store_reply *appendfsync)
{
	if (!p->append_only) /* or CONFIG is denied: nothing is known, so nothing is promised */
		return DURABILITY_NONE;
	if (p->pauses)
		return DURABILITY_NONE;
	if (setting_is(appendfsync, "always"))
		return DURABILITY_FSYNC;
	if (setting_is(appendfsync, "everysec"))
		return DURABILITY_EVERYSEC;
	return DURABILITY_NONE;
}

/* The link is no good, and the server said why. */
static int
unusable(const char *what, struct text said, struct err *e)
{
	char shown[120];

	return err_fail(e, ERR_AGAIN, "%s%s", what, text_escape(said, shown, sizeof(shown)));
}

int
store_hello_settle(
    struct store_promise *p, enum store_asked kind, const struct store_reply *r, struct err *e)
{
	struct text said = store_reply_text(r);
	bool        is_error = store_reply_type(r) == STORE_ERROR;

	switch (kind) {
	case ASKED_AUTH:
		if (is_error) { /* its first word only: the rest may repeat the password */
			const char *space = memchr(said.at, ' ', said.len);

			said.len = space != NULL ? (size_t)(space - said.at) : said.len;
			return unusable("the password was refused: ", said, e);
		}
		break;
	case ASKED_SELECT:
		if (is_error)
			return unusable("the database was refused: ", said, e);
		break;
	case ASKED_PING:
		if (is_error && is_unusable(said))
			return unusable("", said, e);
		break;
	case ASKED_APPENDONLY:
		p->append_only = setting_is(r, "yes");
		break;
	case ASKED_PAUSE:
		p->pauses = setting_is(r, "yes");
		break;
	case ASKED_APPENDFSYNC:
		p->durability = durability_of(p, r);
		break;
	case ASKED_NAME: /* a comfort of CLIENT LIST: may fail */
	case ASKED_BY_OWNER:
	case ASKED_KINDS:
		break;
	}
	return 0;
}
