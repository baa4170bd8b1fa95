#include "cli/verify_chain.h"

#include <stdio.h>
#include <string.h>

#define EXCUSE_SIZE (POSITION_SIZE + 48)

/* True if the links are whole, rise from the seal before, and end with their seal. */
static bool
links_are_sound(const struct stored_seal *s, struct position before)
{
	struct text      rest = s->links;
	struct seal_link link;

	while (seal_link_read(&rest, &link)) {
		if (position_compare(link.position, before) <= 0)
			return false;
		before = link.position;
	}
	return s->links.len > 0 && rest.len == 0 && position_compare(before, s->seal.position) == 0;
}

static void
take_link(struct chain *c)
{
	c->has_link = seal_link_read(&c->stored.links, &c->link);
}

/* The next stored seal, if that can still tell anything. */
static int
load(struct chain *c, struct err *e)
{
	int rc = c->is_broken ? 0 : c->next(c->context, &c->stored, e);

	if (rc < 0)
		return -1;
	c->has_stored = rc > 0;
	c->has_links = c->has_stored && links_are_sound(&c->stored, c->before);
	c->has_link = c->met = false;
	c->fault = CHAIN_FITS;
	if (c->has_links)
		take_link(c);
	return 0;
}

#define MISFIT(c, position, ...)                                                                   \
	((c)->misfits++,                                                                           \
	    findings_differ((c)->findings, FINDING_SEAL,                                           \
		text_of(position_format((position), (char[POSITION_SIZE]){0})), __VA_ARGS__))

static void
note(struct chain *c, enum chain_fault fault, struct position where)
{
	if (c->fault != CHAIN_FITS)
		return;
	c->fault = fault;
	c->where = where;
}

/* The seal that may be to blame for what breaks this one; "" if there is none. */
static const char *
excuse(const struct chain *c, char out[EXCUSE_SIZE])
{
	char doubtful[POSITION_SIZE];

	out[0] = '\0';
	if (!position_is_zero(c->doubtful))
		snprintf(out, EXCUSE_SIZE, "; or that only follows from the wrong seal of %s",
		    position_format(c->doubtful, doubtful));
	return out;
}

/* The entry that a fault is of, or a range of them: it is the ledger that is wrong. */
static void
name_entry(struct chain *c)
{
	static const char *const words[CHAIN_FAULTS] = {
	    [CHAIN_CHANGED] = "was changed since it was sealed",
	    [CHAIN_REMOVED] = "was removed since it was sealed",
	    [CHAIN_PUT_IN] = "was put in since the entries around it were sealed",
	    [CHAIN_UNKNOWN] = "was put in since, or a seal that had it is gone",
	};
	char seal[POSITION_SIZE], before[POSITION_SIZE], or [EXCUSE_SIZE];

	position_format(c->stored.seal.position, seal);
	c->is_broken = true;
	if (c->fault != CHAIN_FITS)
		MISFIT(c, c->where, "%s: breaks the seal of %s%s", words[c->fault], seal,
		    excuse(c, or));
	else
		MISFIT(c, c->stored.seal.position,
		    "an entry behind %s and up to here was changed, removed or put in: breaks this "
		    "seal, whose links are garbled and do not tell which one%s",
		    position_format(c->before, before), excuse(c, or));
}

static void
name_links(struct chain *c)
{
	static const char *const words[CHAIN_FAULTS] = {
	    [CHAIN_CHANGED] = "another link for",
	    [CHAIN_REMOVED] = "a link, but the ledger no entry, at",
	    [CHAIN_PUT_IN] = "no link for",
	    [CHAIN_UNKNOWN] = "no link, and no other seal has one, for",
	};
	char where[POSITION_SIZE];

	if (c->fault != CHAIN_FITS)
		MISFIT(c, c->stored.seal.position,
		    "its hash is that of the ledger, but it has %s %s", words[c->fault],
		    position_format(c->where, where));
	else
		MISFIT(c, c->stored.seal.position,
		    "its hash is that of the ledger, but its links are garbled");
}

static bool
is_at(const struct chain *c, const struct seal *s)
{
	return position_compare(c->at.position, s->position) == 0;
}

static bool
fits(const struct chain *c, const struct seal *s)
{
	return is_at(c, s) && memcmp(&c->at.hash, &s->hash, sizeof(s->hash)) == 0;
}

/* It cannot be compared. */
static void
name_form(struct chain *c)
{
	if (!c->stored.has_form)
		MISFIT(c, c->stored.seal.position,
		    "has other fields than just 'hash' and 'links': no aggregator stores that");
	else
		MISFIT(c, c->stored.seal.position, "its hash is no 64 hex digits");
}

/* All entries up to the stored seal have been taken. */
static void
judge(struct chain *c)
{
	struct position position = c->stored.seal.position;
	bool            is_doubted = !c->has_links || c->fault != CHAIN_FITS;

	c->seals++;
	if (!c->stored.has_hash)
		name_form(c);
	if (c->stored.has_hash && fits(c, &c->stored.seal)) {
		c->doubtful = (struct position){0};
		if (is_doubted)
			name_links(c);
	} else if (c->fault != CHAIN_FITS || (is_doubted && c->stored.has_hash)) {
		name_entry(c);
	} else {
		c->doubtful = position;
		if (c->stored.has_hash)
			MISFIT(c, position,
			    "its hash is not that of the ledger, though its links are");
	}
	c->before = position;
}

/* Notes the entries that links of the stored seal tell of and the ledger lacks: those
 * before `next`, or all. */
static void
skip_links(struct chain *c, const struct position *next)
{
	while (c->has_link && (next == NULL || position_compare(c->link.position, *next) < 0)) {
		note(c, CHAIN_REMOVED, c->link.position);
		c->met = true;
		take_link(c);
	}
}

static void
compare_given(struct chain *c, const struct seal *s)
{
	char is[SHA256_TEXT_SIZE];

	if (!is_at(c, s))
		MISFIT(c, s->position, "a seal of it was given, but the ledger has no entry there");
	else if (!fits(c, s))
		MISFIT(c, s->position, "the seal given is not that of the ledger, whose hash is %s",
		    sha256_format(&c->at.hash, is));
}

/* Looks at all seals of positions before `next`, or all. */
static int
pass(struct chain *c, const struct position *next, struct err *e)
{
	while (c->has_stored &&
	    (next == NULL || position_compare(c->stored.seal.position, *next) < 0)) {
		skip_links(c, NULL);
		judge(c);
		if (load(c, e) != 0)
			return -1;
	}
	while (c->given_seen < c->given_count &&
	    (next == NULL || position_compare(c->given[c->given_seen].position, *next) < 0))
		compare_given(c, &c->given[c->given_seen++]);
	return 0;
}

/* The entry taken last against the links of the stored seal. */
static void
compare_link(struct chain *c)
{
	struct position position = c->at.position;

	skip_links(c, &position);
	if (!c->has_link || position_compare(c->link.position, position) != 0) {
		note(c, c->met ? CHAIN_PUT_IN : CHAIN_UNKNOWN, position);
		return;
	}
	if (!seal_link_fits(&c->link, &c->at))
		note(c, CHAIN_CHANGED, position);
	c->met = true;
	take_link(c);
}

static void
note_unsealed(struct chain *c)
{
	if (c->is_broken)
		return;
	if (c->unsealed++ == 0)
		c->unsealed_from = c->at.position;
}

int
chain_begin(struct chain *c, struct err *e)
{
	return load(c, e);
}

int
chain_take(struct chain *c, const struct ledger_entry *entry, struct err *e)
{
	if (pass(c, &entry->position, e) != 0)
		return -1;
	seal_add(&c->at, entry);
	if (!c->has_stored)
		note_unsealed(c);
	else if (c->has_links)
		compare_link(c);
	return 0;
}

int
chain_end(struct chain *c, struct err *e)
{
	return pass(c, NULL, e);
}

void
chain_break_off(struct chain *c)
{
	if (c->fault != CHAIN_FITS)
		name_entry(c);
	c->has_stored = false;
	c->fault = CHAIN_FITS;
}
