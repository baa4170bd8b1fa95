#include "common/store_reply.h"

#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "core/buf.h"

/* A store_reply is hiredis' reply by another name. */
static const redisReply *
redis_reply(const struct store_reply *r)
{
	return (const redisReply *)r;
}

enum store_type
store_reply_type(const struct store_reply *r)
{
	switch (redis_reply(r)->type) {
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
		return STORE_TEXT;
	case REDIS_REPLY_ARRAY:
		return STORE_ARRAY;
	case REDIS_REPLY_INTEGER:
		return STORE_INTEGER;
	case REDIS_REPLY_ERROR:
		return STORE_ERROR;
	default:
		return STORE_NIL;
	}
}

struct text
store_reply_text(const struct store_reply *r)
{
	return (struct text){redis_reply(r)->str, redis_reply(r)->len};
}

int64_t
store_reply_integer(const struct store_reply *r)
{
	return redis_reply(r)->integer;
}

size_t
store_reply_count(const struct store_reply *r)
{
	return redis_reply(r)->type == REDIS_REPLY_ARRAY ? redis_reply(r)->elements : 0;
}

const struct store_reply *
store_reply_at(const struct store_reply *r, size_t i)
{
	static const redisReply nil = {.type = REDIS_REPLY_NIL};

	if (i >= store_reply_count(r))
		return (const struct store_reply *)&nil;
	return (const struct store_reply *)redis_reply(r)->element[i];
}

void
store_reply_free(struct store_reply *r)
{
	if (r != NULL)
		freeReplyObject(r);
}

/* Of a command, or of one inside a script that may be run. */
static bool
is_refusal(const struct store_reply *r)
{
	const char *said = redis_reply(r)->str;

	return store_reply_type(r) == STORE_ERROR &&
	    (strncmp(said, "NOPERM ", strlen("NOPERM ")) == 0 ||
		strstr(said, "The user executing the script can't ") != NULL);
}

void
store_reply_explain(struct store_reply *r, const char *what)
{
	redisReply *reply = (redisReply *)r;
	struct buf  b = {0};

	if (!is_refusal(r))
		return;
	buf_addf(&b, "NOPERM %s: %s", what, strchr(reply->str, ' ') + 1);
	free(reply->str);
	reply->str = b.at; /* owned: from malloc too, and with a NUL behind it */
	reply->len = b.len;
}
