#include "aggregator/sealer.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

void
sealer_init(struct sealer *s, bool keeps)
{
	*s = (struct sealer){.keeps = keeps};
}

/* What has waited may have been much, for each of many plans: its memory goes too. */
static void
drop_all(struct sealer *s)
{
	buf_fini(&s->links);
	free(s->cuts);
	s->cuts = NULL;
	s->cut_count = s->cut_room = 0;
}

void
sealer_fini(struct sealer *s)
{
	drop_all(s);
}

bool
sealer_is_proving(const struct sealer *s)
{
	return !position_is_zero(s->had.position) && !s->changed;
}

/* It is the same ledger, or quite another one. */
static void
settle(struct sealer *s)
{
	s->had = (struct seal){0};
	s->torn |= s->thin;
}

/* Looks whether it has come by where it was, and how. */
static void
prove(struct sealer *s)
{
	int order = position_compare(s->seal.position, s->had.position);

	if (!sealer_is_proving(s) || order < 0)
		return;
	if (order > 0 || memcmp(&s->seal.hash, &s->had.hash, sizeof(s->had.hash)) == 0) {
		settle(s);
		return;
	}
	s->changed = true;
	drop_all(s);
}

void
sealer_end(struct sealer *s)
{
	if (sealer_is_proving(s))
		settle(s);
}

void
sealer_begin(struct sealer *s, const struct seal *from, struct position stored)
{
	bool second = s->torn && s->thin; /* the former fold has come by where it was */

	drop_all(s);
	if (s->keeps && !s->changed && !second &&
	    position_compare(s->seal.position, s->had.position) > 0)
		s->had = s->seal;
	s->seal = *from;
	s->stored = position_compare(stored, from->position) < 0 ? from->position : stored;
	s->torn = s->lost = s->changed = s->thin = false;
	prove(s);
}

/* Where the links begin that no seal covers yet. */
static size_t
uncut_from(const struct sealer *s)
{
	return s->cut_count > 0 ? s->cuts[s->cut_count - 1].links_end : 0;
}

void
sealer_cut(struct sealer *s)
{
	if (s->links.len == uncut_from(s))
		return;
	if (s->cut_count == s->cut_room) {
		s->cut_room = s->cut_room > 0 ? 2 * s->cut_room : 8;
		s->cuts = mem_resized(s->cuts, s->cut_room, sizeof(s->cuts[0]));
	}
	s->cuts[s->cut_count++] = (struct sealer_cut){s->seal, s->links.len};
}

void
sealer_add(struct sealer *s, const struct ledger_entry *entry)
{
	seal_add(&s->seal, entry);
	prove(s);
	if (!s->keeps || s->lost || s->changed || s->thin ||
	    position_compare(entry->position, s->stored) <= 0)
		return;
	seal_link_write(&s->links, &s->seal);
	if (s->links.len - uncut_from(s) >= SEALER_CUT_ENTRIES * SEAL_LINK_SIZE)
		sealer_cut(s);
	if (sealer_is_proving(s) && sealer_is_full(s)) {
		drop_all(s);
		s->thin = true;
	}
}

/* The bytes of links at the front that are of entries up to this one. */
static size_t
links_until(const struct sealer *s, struct position last)
{
	struct text      rest = buf_text(&s->links);
	struct seal_link link;
	size_t           len = 0;

	while (seal_link_read(&rest, &link) && position_compare(link.position, last) <= 0)
		len += SEAL_LINK_SIZE;
	return len;
}

static void
drop_until(struct sealer *s, struct position last)
{
	size_t bytes = links_until(s, last), cuts = 0;

	if (bytes == s->links.len) {
		drop_all(s);
		return;
	}
	while (cuts < s->cut_count && s->cuts[cuts].links_end <= bytes)
		cuts++;
	s->links.len -= bytes;
	memmove(s->links.at, s->links.at + bytes, s->links.len);
	s->cut_count -= cuts;
	for (size_t i = 0; i < s->cut_count; i++) {
		s->cuts[i] = s->cuts[i + cuts];
		s->cuts[i].links_end -= bytes;
	}
}

void
sealer_take_stored(struct sealer *s, struct position last)
{
	if (!s->keeps || s->lost || s->changed)
		return;
	if (position_compare(last, s->stored) < 0) {
		s->losses += !s->torn;
		s->torn = true;
		return;
	}
	s->stored = last;
	drop_until(s, last);
}

struct text
sealer_links(const struct sealer *s, size_t cut)
{
	size_t from = cut > 0 ? s->cuts[cut - 1].links_end : 0;

	return (struct text){s->links.at + from, s->cuts[cut].links_end - from};
}

void
sealer_merge(struct sealer *s, size_t cuts)
{
	size_t gone = cuts < s->cut_count ? cuts : s->cut_count;

	if (gone < 2)
		return;
	gone--;
	s->cut_count -= gone;
	memmove(s->cuts, s->cuts + gone, s->cut_count * sizeof(s->cuts[0]));
}

bool
sealer_is_full(const struct sealer *s)
{
	return s->links.len + s->cut_count * sizeof(s->cuts[0]) > SEALER_WAITING_BYTES;
}

void
sealer_give_up(struct sealer *s)
{
	drop_all(s);
	s->lost = true;
}
