#include "core/seal.h"

#include <assert.h>
#include <string.h>

enum { NUMBER_SIZE = 8, POSITION_BYTES = 2 * NUMBER_SIZE };

/* The hash so far and the position; then a length and its bytes, twice a field. */
enum { PARTS_MAX = 2 + 4 * ENTRY_FIELDS_MAX };

static void
write_number(uint8_t out[NUMBER_SIZE], uint64_t n)
{
	for (int i = NUMBER_SIZE - 1; i >= 0; i--, n >>= 8)
		out[i] = (uint8_t)n;
}

static uint64_t
read_number(const char *at)
{
	uint64_t n = 0;

	for (int i = 0; i < NUMBER_SIZE; i++)
		n = n << 8 | (uint8_t)at[i];
	return n;
}

static void
write_position(uint8_t out[POSITION_BYTES], struct position p)
{
	write_number(out, p.ms);
	write_number(out + NUMBER_SIZE, p.n);
}

static struct text
bytes(const uint8_t *at, size_t len)
{
	return (struct text){(const char *)at, len};
}

void
seal_add(struct seal *s, const struct ledger_entry *entry)
{
	uint8_t     position[POSITION_BYTES], lengths[2 * ENTRY_FIELDS_MAX][NUMBER_SIZE];
	struct text parts[PARTS_MAX];
	size_t      n = 0;

	assert(entry->field_count <= ENTRY_FIELDS_MAX);
	write_position(position, entry->position);
	parts[n++] = bytes(s->hash.at, sizeof(s->hash.at));
	parts[n++] = bytes(position, sizeof(position));
	for (size_t i = 0; i < 2 * entry->field_count; i++) {
		const struct entry_field *f = &entry->fields[i / 2];
		struct text               t = i % 2 == 0 ? f->name : f->value;

		write_number(lengths[i], t.len);
		parts[n++] = bytes(lengths[i], NUMBER_SIZE);
		parts[n++] = t;
	}
	sha256_of(parts, n, &s->hash);
	s->position = entry->position;
}

const char *
seal_format(const struct seal *s, char out[SEAL_TEXT_SIZE])
{
	size_t len;

	position_format(s->position, out);
	len = strlen(out);
	out[len] = ':';
	sha256_format(&s->hash, out + len + 1);
	return out;
}

bool
seal_parse(struct text t, struct seal *s)
{
	const char *colon = t.len > 0 ? memchr(t.at, ':', t.len) : NULL;
	struct seal found;
	size_t      left;

	if (colon == NULL)
		return false;
	left = (size_t)(colon - t.at);
	if (!position_parse((struct text){t.at, left}, &found.position) ||
	    !sha256_parse((struct text){colon + 1, t.len - left - 1}, &found.hash))
		return false;
	*s = found;
	return true;
}

void
seal_link_write(struct buf *out, const struct seal *s)
{
	uint8_t position[POSITION_BYTES];

	write_position(position, s->position);
	buf_add(out, position, sizeof(position));
	buf_add(out, s->hash.at, SEAL_LINK_SIZE - POSITION_BYTES);
}

bool
seal_link_read(struct text *links, struct seal_link *link)
{
	if (links->len < SEAL_LINK_SIZE)
		return false;
	link->position.ms = read_number(links->at);
	link->position.n = read_number(links->at + NUMBER_SIZE);
	link->hash = read_number(links->at + POSITION_BYTES);
	links->at += SEAL_LINK_SIZE;
	links->len -= SEAL_LINK_SIZE;
	return true;
}

bool
seal_link_fits(const struct seal_link *link, const struct seal *s)
{
	return position_compare(link->position, s->position) == 0 &&
	    link->hash == read_number((const char *)s->hash.at);
}
