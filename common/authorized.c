#include "common/authorized.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/authorized_line.h"
#include "common/keys_file.h"
#include "common/keys_lines.h"
#include "core/calendar.h"
#include "core/fnv.h"
#include "core/mem.h"

#define PATH_SHOWN 128
#define NONE       UINT32_MAX

struct authorized {
	struct authorized_key *keys; /* owned */
	size_t                 count;
	uint32_t              *slots; /* owned; a hash table of indices: NONE or into keys */
	size_t                 mask;
};

static const char *const role_names[] = {
    [AUTHORIZED_AGENCY] = "agency",
    [AUTHORIZED_OPERATOR] = "operator",
    [AUTHORIZED_SUBSCRIBER] = "subscriber",
};

const char *
authorized_role_name(enum authorized_role r)
{
	return role_names[r];
}

/* Mistakes */

void
authorized_mistakes_fini(struct authorized_mistakes *m)
{
	free(m->at);
	*m = (struct authorized_mistakes){0};
}

/* The list as it grows */

static void
make_room(struct authorized *a, size_t keys)
{
	a->mask = 1;
	while (a->mask + 1 < 2 * keys)
		a->mask = a->mask * 2 + 1;
	a->keys = mem_zeroed(keys, sizeof(a->keys[0]));
	a->slots = mem_zeroed(a->mask + 1, sizeof(a->slots[0]));
	for (size_t i = 0; i <= a->mask; i++)
		a->slots[i] = NONE;
}

/* Where a key stands, or where it would. */
static uint32_t *
slot_of(const struct authorized *a, struct text z85)
{
	size_t i = (size_t)fnv_add(FNV_START, z85.at, z85.len) & a->mask;

	while (a->slots[i] != NONE && !text_equal(text_of(a->keys[a->slots[i]].text), z85))
		i = (i + 1) & a->mask;
	return &a->slots[i];
}

/* Takes k into the list; its comment is the list's then. Returns false if the list is
 * full. */
static bool
add(struct authorized *a, struct authorized_key *k, struct authorized_mistakes *m)
{
	uint32_t *slot = slot_of(a, text_of(k->text));
	char      shown[AUTHORIZED_SHOWN];

	if (*slot == NONE && a->count < AUTHORIZED_KEYS_MAX) {
		*slot = (uint32_t)a->count;
		a->keys[a->count++] = *k;
		return true;
	}
	if (*slot != NONE)
		authorized_mistake(m, k->line, "key '%s' is also on line %zu",
		    authorized_show_key(text_of(k->text), shown), a->keys[*slot].line);
	else
		authorized_mistake(m, k->line, "more than %d keys", AUTHORIZED_KEYS_MAX);
	free(k->comment);
	return *slot != NONE;
}

static size_t
count_lines(struct text t)
{
	size_t n = 1;

	for (size_t i = 0; i < t.len; i++)
		n += t.at[i] == '\n';
	return n;
}

static void
parse_lines(struct authorized *a, struct text bytes, struct authorized_mistakes *m)
{
	struct keys_lines lines = {.rest = bytes};
	struct text       line;
	bool              full = false;

	while (!full && keys_lines_next(&lines, &line)) {
		struct authorized_key k = {.line = lines.number};

		if (bytes.len - lines.rest.len > AUTHORIZED_FILE_MAX) {
			authorized_mistake(
			    m, k.line, "the file goes on beyond %u bytes", AUTHORIZED_FILE_MAX);
			return;
		}
		if (authorized_line_parse(line, &k, m))
			full = !add(a, &k, m);
	}
}

struct authorized *
authorized_parse(struct text bytes, struct authorized_mistakes *mistakes)
{
	struct authorized *a = mem_zeroed(1, sizeof(*a));
	size_t             lines = count_lines(bytes);

	make_room(a, lines < AUTHORIZED_KEYS_MAX ? lines : AUTHORIZED_KEYS_MAX);
	parse_lines(a, bytes, mistakes);
	if (mistakes->count == 0)
		return a;
	authorized_free(a);
	return NULL;
}

void
authorized_free(struct authorized *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->count; i++)
		free(a->keys[i].comment);
	free(a->keys);
	free(a->slots);
	free(a);
}

static void
tell(const char *path, const struct authorized_mistakes *m, struct err *e)
{
	char shown[PATH_SHOWN], more[64] = "";

	if (m->count > 1)
		snprintf(more, sizeof(more), " (and %zu more mistake%s)", m->count - 1,
		    m->count == 2 ? "" : "s");
	err_set(e, ERR_CONFIG, "%s: line %zu: %s%s",
	    text_escape(text_of(path), shown, sizeof(shown)), m->at[0].line, m->at[0].message,
	    more);
}

struct authorized *
authorized_read(const char *path, struct authorized_mistakes *mistakes, struct err *e)
{
	struct authorized_mistakes found = {0};
	struct buf                 bytes = {0};
	struct authorized         *a = NULL;

	if (keys_file_read(path, KEYS_FILE_TRUSTED, AUTHORIZED_FILE_MAX + 1, &bytes, e) == 0 &&
	    (a = authorized_parse(buf_text(&bytes), &found)) == NULL)
		tell(path, &found, e);
	buf_fini(&bytes);
	if (mistakes != NULL)
		*mistakes = found;
	else
		authorized_mistakes_fini(&found);
	return a;
}

const struct authorized_key *
authorized_find(const struct authorized *a, struct text z85)
{
	uint32_t slot = z85.len == KEY_LENGTH ? *slot_of(a, z85) : NONE;

	return slot != NONE ? &a->keys[slot] : NULL;
}

enum authorized_state
authorized_state(const struct authorized_key *k, int32_t today)
{
	if (k->expires == AUTHORIZED_FOREVER)
		return AUTHORIZED_GOOD;
	if (k->expires < today)
		return AUTHORIZED_EXPIRED;
	return k->expires - today <= AUTHORIZED_SOON_DAYS ? AUTHORIZED_EXPIRES_SOON
							  : AUTHORIZED_GOOD;
}

bool
authorized_is_good(const struct authorized_key *k, int64_t wall_ms)
{
	return authorized_state(k, calendar_day_at(wall_ms, 0)) != AUTHORIZED_EXPIRED;
}

size_t
authorized_count(const struct authorized *a)
{
	return a->count;
}

const struct authorized_key *
authorized_at(const struct authorized *a, size_t i)
{
	return &a->keys[i];
}

uint32_t
authorized_index(const struct authorized *a, const struct authorized_key *k)
{
	return (uint32_t)(k - authorized_at(a, 0));
}
