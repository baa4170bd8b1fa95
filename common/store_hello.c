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
	if (u->db != 0) { /* a link begins with 0, and not every user may ask for one */
		snprintf(db, STORE_DB_SIZE, "%d", u->db);
		out[n++] = question(ASKED_SELECT, "SELECT", db, NULL);
	}
	out[n++] = question(ASKED_NAME, "CLIENT", "SETNAME", "tuijin");
	out[n++] = question(ASKED_PING, "PING", NULL, NULL);
	return n;
}

static bool
begins_with(struct text t, const char *word)
{
	return t.len >= strlen(word) && memcmp(t.at, word, strlen(word)) == 0;
}

/* What a server says that cannot be used yet, or not by us, to whatever it is asked
 * first. Other errors are the owner's to see: a full disk stops writes, not reads. */
static const struct refusal {
	const char *word;
	const char *plain; /* what it means; NULL: the server's words do */
} refusals[] = {
    {"LOADING", NULL},
    {"MASTERDOWN", NULL},
    {"DENIED", NULL},
    {"ERR max number of clients", NULL},
    {"NOAUTH", "it wants a user and a password (redis://USER@HOST?password-file=FILE)"},
};

static const struct refusal *
refusal_of(struct text said)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (begins_with(said, refusals[i].word))
			return &refusals[i];
	return NULL;
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

const char *
store_hello_weakness(const struct store_promise *p)
{
	return p->is_denied
	    ? "may not ask how durable Redis is (CONFIG GET is refused), so that counts as none"
	    : "acked reports can be lost when Redis or the machine stops; set appendonly yes "
	      "and appendfsync always";
}

/* The link is no good, and the server said why. */
static int
unusable(const char *what, struct text said, struct err *e)
{
	char shown[120];

	return err_fail(e, ERR_AGAIN, "%s%s", what, text_escape(said, shown, sizeof(shown)));
}

/* Whose password, and from where. Of the answer its first word only: the rest may repeat
 * the password. */
static int
refused(const struct store_url *u, struct text said, struct err *e)
{
	const char *space = memchr(said.at, ' ', said.len);
	char        what[200] = "the password", user[40], file[100];

	said.len = space != NULL ? (size_t)(space - said.at) : said.len;
	if (u->user[0] != '\0')
		snprintf(what + strlen(what), sizeof(what) - strlen(what), " of user '%s'",
		    text_escape(text_of(u->user), user, sizeof(user)));
	if (u->password_file[0] != '\0')
		snprintf(what + strlen(what), sizeof(what) - strlen(what), " (%s)",
		    text_escape(text_of(u->password_file), file, sizeof(file)));
	strcat(what, " was refused: ");
	return unusable(what, said, e);
}

/* An answer that is an error. -1 with *e where the link is no good. */
static int
settle_error(const struct store_url *u, enum store_asked kind, struct text said, struct err *e)
{
	const struct refusal *r = refusal_of(said);

	if (r != NULL && r->plain != NULL)
		return err_fail(e, ERR_AGAIN, "%s", r->plain);
	if (r != NULL)
		return unusable("", said, e);
	if (kind == ASKED_AUTH)
		return refused(u, said, e);
	return kind == ASKED_SELECT ? unusable("the database was refused: ", said, e) : 0;
}

int
store_hello_settle(const struct store_url *u, struct store_promise *p, enum store_asked kind,
    const struct store_reply *r, struct err *e)
{
	bool is_error = store_reply_type(r) == STORE_ERROR;

	if (is_error && settle_error(u, kind, store_reply_text(r), e) != 0)
		return -1;
	switch (kind) {
	case ASKED_APPENDONLY:
		p->is_denied = is_error;
		p->append_only = setting_is(r, "yes");
		break;
	case ASKED_PAUSE:
		p->pauses = setting_is(r, "yes");
		break;
	case ASKED_APPENDFSYNC:
		p->durability = durability_of(p, r);
		break;
	case ASKED_AUTH:
	case ASKED_SELECT:
	case ASKED_NAME: /* a comfort of CLIENT LIST: may fail */
	case ASKED_PING:
	case ASKED_BY_OWNER:
	case ASKED_KINDS:
		break;
	}
	return 0;
}
