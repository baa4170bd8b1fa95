/*
 * authorized -- the list of keys that may connect, and as whom: authorized_keys.
 *
 *   <Z85 open key> <agency or @role> [option=value ...] [comment]
 *
 * A line per key, as in SSH; empty lines and those that begin with # are passed over.
 * Roles: @operator may ask any agency's status, @subscriber only listens; an agency may
 * have several keys. Option: expires=YYYY-MM-DD, the last day (UTC) on which the key is
 * good; a word like it further on, in the comment, is a mistake, as is a second key there.
 * Pure: values in, values and mistakes out.
 */
#ifndef TUIJIN_COMMON_AUTHORIZED_H
#define TUIJIN_COMMON_AUTHORIZED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/keys.h"
#include "core/err.h"
#include "core/plan.h"
#include "core/text.h"

#define AUTHORIZED_FILE_MAX     (4u << 20) /* bytes */
#define AUTHORIZED_KEYS_MAX     20000
#define AUTHORIZED_LINE_MAX     1024 /* bytes */
#define AUTHORIZED_MISTAKES_MAX 100  /* told; the rest is counted */
#define AUTHORIZED_FOREVER      INT32_MAX
#define AUTHORIZED_SOON_DAYS    30 /* before its last day a key is said to expire soon */

/* The role (@service) of a service's own key in its .pub file. That is for those who
 * connect to it: a list with such a line has a mistake. */
#define AUTHORIZED_SERVICE "service"

enum authorized_role { AUTHORIZED_AGENCY, AUTHORIZED_OPERATOR, AUTHORIZED_SUBSCRIBER };

struct authorized_key {
	struct key           key;
	char                 text[KEY_TEXT_SIZE]; /* the same as Z85 */
	char                 id[KEY_ID_SIZE];     /* as records and people name it */
	enum authorized_role role;
	char                 agency[PLAN_ID_MAX + 1]; /* "" for another role */
	int32_t              expires; /* last good day, days since 1970; AUTHORIZED_FOREVER */
	char                *comment; /* owned, printable; "" for none */
	size_t               line;    /* from 1 */
};

struct authorized_mistake {
	size_t line;
	char   message[160]; /* printable; shows no key whole */
};

struct authorized_mistakes {
	size_t                     count; /* may be more than are told */
	struct authorized_mistake *at;    /* owned */
};
void authorized_mistakes_fini(struct authorized_mistakes *m);

struct authorized;

/* The list that a file's bytes are, or NULL with every mistake in it. */
struct authorized *authorized_parse(struct text bytes, struct authorized_mistakes *mistakes);
void               authorized_free(struct authorized *a); /* NULL is fine */

/* Reads the file, which nobody but its owner (us or root) may write. NULL with *e
 * (ERR_CONFIG): what is wrong with the file, or the first mistake with its line and how
 * many more there are. mistakes may be NULL. */
struct authorized *authorized_read(
    const char *path, struct authorized_mistakes *mistakes, struct err *e);

/* The key with these 40 characters, NULL if it is not in the list; O(1). */
const struct authorized_key *authorized_find(const struct authorized *a, struct text z85);

/* What a key is on a day (UTC): still good on its last one. */
enum authorized_state {
	AUTHORIZED_GOOD,
	AUTHORIZED_EXPIRES_SOON,
	AUTHORIZED_EXPIRED,
	AUTHORIZED_STATES,
};
enum authorized_state authorized_state(const struct authorized_key *k, int32_t today);

/* True if a key has not expired at that moment, ms since 1970. */
bool authorized_is_good(const struct authorized_key *k, int64_t wall_ms);

/* All of them, in the file's order. */
size_t                       authorized_count(const struct authorized *a);
const struct authorized_key *authorized_at(const struct authorized *a, size_t i);
uint32_t authorized_index(const struct authorized *a, const struct authorized_key *k);

/* "agency", "operator", "subscriber". */
const char *authorized_role_name(enum authorized_role r);

#endif
