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

void
sealer_begin(struct sealer *s, const struct seal *from, struct position stored)
{
	drop_all(s);
	s->seal = *from;
	s->stored = stored;
	s->torn = s->lost = false;
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
	if (!s->keeps || s->lost || position_compare(entry->position, s->stored) <= 0)
		return;
	seal_link_write(&s->links, &s->seal);
	if (s->links.len - uncut_from(s) >= SEALER_CUT_ENTRIES * SEAL_LINK_SIZE)
		sealer_cut(s);
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
	if (!s->keeps || s->lost)
		return;
	if (position_compare(last, s->stored) < 0) {
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
