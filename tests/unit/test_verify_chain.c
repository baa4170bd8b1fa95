#include "cli/verify_chain.h"

#include <string.h>
#include "tests/cases.h"

#define ENTRIES_MAX 12
#define SEALS_MAX   8

/*
 * A ledger is written as letters, one an entry: 'a' stands at 1-0, 'b' at 2-0; a capital is the
 * same position with other content. Seals are the positions at which the ledger that is sealed
 * was cut.
 */
struct world {
	struct stored_seal seals[SEALS_MAX];
	size_t             count, next;
	struct buf         links[SEALS_MAX];
};

static struct position
position_of(char letter)
{
	return (struct position){(uint64_t)((letter | 0x20) - 'a' + 1), 0};
}

/* The bytes of one entry point into `letter`. */
static struct ledger_entry
entry_of(const char *letter)
{
	return (struct ledger_entry){
	    .position = position_of(*letter),
	    .field_count = 1,
	    .fields = {{text_of("records"), {letter, 1}}},
	};
}

/* Behind the seal of `other`, if that is one of them, the chain goes on from another hash. */
static void
seal_ledger(struct world *w, const char *ledger, const char *cuts, size_t other)
{
	struct seal s = {0};

	for (; *ledger != '\0'; ledger++) {
		struct ledger_entry entry = entry_of(ledger);

		seal_add(&s, &entry);
		seal_link_write(&w->links[w->count], &s);
		if (strchr(cuts, *ledger) == NULL)
			continue;
		s.hash.at[31] ^= w->count == other;
		w->seals[w->count] =
		    (struct stored_seal){s, true, true, buf_text(&w->links[w->count])};
		w->count++;
	}
}

static int
next_seal(void *context, struct stored_seal *next, struct err *e)
{
	struct world *w = context;

	(void)e;
	if (w->next == w->count)
		return 0;
	*next = w->seals[w->next++];
	return 1;
}

/* What was done to the stored seals: of which one, counted from 0. */
enum harm {
	NONE,
	SEAL_GONE,
	OTHER_HASH,
	OTHER_CHAIN, /* and those behind it were made from that */
	NO_HASH,
	NO_FORM,
	NO_LINKS,
	LINK_CUT,    /* a byte is missing */
	LINK_LONG,   /* a byte too many */
	OTHER_LINK,  /* the hash of its first one */
	LAST_LINK,   /* the last one is gone */
	SECOND_LINK, /* that one is gone */
	SWAPPED,     /* its first two links */
};

static void
swap(char *links)
{
	char first[SEAL_LINK_SIZE];

	memcpy(first, links, SEAL_LINK_SIZE);
	memmove(links, links + SEAL_LINK_SIZE, SEAL_LINK_SIZE);
	memcpy(links + SEAL_LINK_SIZE, first, SEAL_LINK_SIZE);
}

static struct text
one_byte_more(struct buf *links)
{
	buf_add(links, "", 1);
	return buf_text(links);
}

static void
do_harm(struct world *w, enum harm harm, size_t i)
{
	struct stored_seal *s = &w->seals[i];
	char               *links = w->links[i].at;

	if (harm == SEAL_GONE)
		memmove(s, s + 1, (--w->count - i) * sizeof(*s));
	else if (harm == OTHER_HASH)
		s->seal.hash.at[31] ^= 1;
	else if (harm == NO_HASH)
		s->has_hash = false;
	else if (harm == NO_FORM)
		*s = (struct stored_seal){.seal.position = s->seal.position};
	else if (harm == NO_LINKS)
		s->links = (struct text){0};
	else if (harm == LINK_CUT)
		s->links.len--;
	else if (harm == LINK_LONG)
		s->links = one_byte_more(&w->links[i]);
	else if (harm == OTHER_LINK)
		links[SEAL_LINK_SIZE - 1] ^= 1;
	else if (harm == LAST_LINK)
		s->links.len -= SEAL_LINK_SIZE;
	else if (harm == SWAPPED)
		swap(links);
	if (harm == SECOND_LINK) {
		memmove(links + SEAL_LINK_SIZE, links + 2 * SEAL_LINK_SIZE,
		    s->links.len - 2 * SEAL_LINK_SIZE);
		s->links.len -= SEAL_LINK_SIZE;
	}
}

#define FITS    "its hash is that of the ledger, but "
#define GARBLED FITS "its links are garbled\n"
#define CHANGED " was changed since it was sealed: breaks the seal of "
#define REMOVED " was removed since it was sealed: breaks the seal of "
#define PUT_IN  " was put in since the entries around it were sealed: breaks the seal of "
#define UNKNOWN " was put in since, or a seal that had it is gone: breaks the seal of "
#define OTHER   " its hash is not that of the ledger, though its links are\n"
#define FORM    "has other fields than just 'hash' and 'links': no aggregator stores that\n"
#define FOLLOWS "; or that only follows from the wrong seal of "
#define SOMEWHERE                                                                                  \
	" and up to here was changed, removed or put in: breaks this seal, whose links "           \
	"are garbled and do not tell which one\n"

/* clang-format off */
static struct chain_case {
	const char *name;
	const char *sealed, *cuts, *ledger;
	enum harm   harm;
	size_t      to;
	uint64_t    seals, unsealed;
	const char *want;
} chains[] = {
	{"all fits", "abcdef", "cf", "abcdef", NONE, 0, 2, 0, ""},
	{"no seals", "", "", "abc", NONE, 0, 0, 3, ""},
	{"nothing at all", "", "", "", NONE, 0, 0, 0, ""},
	{"entries behind the newest seal", "abcd", "b", "abcd", NONE, 0, 1, 2, ""},
	{"a seal of every entry", "abcd", "abcd", "abcd", NONE, 0, 4, 0, ""},
	{"gaps between positions", "acf", "cf", "acfk", NONE, 0, 2, 1, ""},

	{"the first entry is changed", "abcdef", "cf", "Abcdef", NONE, 0, 1, 0, "1-0" CHANGED "3-0\n"},
	{"one in the middle", "abcdef", "cf", "abcdEf", NONE, 0, 2, 0, "5-0" CHANGED "6-0\n"},
	{"the one a seal is of", "abcdef", "cf", "abCdef", NONE, 0, 1, 0, "3-0" CHANGED "3-0\n"},
	{"the last", "abcdef", "cf", "abcdeF", NONE, 0, 2, 0, "6-0" CHANGED "6-0\n"},
	{"two: the first is named", "abcdef", "cf", "aBcdEf", NONE, 0, 1, 0, "2-0" CHANGED "3-0\n"},
	{"one that is not sealed", "abcd", "b", "abcD", NONE, 0, 1, 2, ""},

	{"the first entry is removed", "abcdef", "cf", "bcdef", NONE, 0, 1, 0, "1-0" REMOVED "3-0\n"},
	{"one in the middle is removed", "abcdef", "cf", "abcef", NONE, 0, 2, 0, "4-0" REMOVED "6-0\n"},
	{"the one a seal is of is removed", "abcdef", "cf", "abdef", NONE, 0, 1, 0, "3-0" REMOVED "3-0\n"},
	{"the last is removed", "abcdef", "cf", "abcde", NONE, 0, 2, 0, "6-0" REMOVED "6-0\n"},
	{"the ledger ends before the newest seal", "abcdef", "cf", "abc", NONE, 0, 2, 0,
	    "4-0" REMOVED "6-0\n"},
	{"all are removed", "abcdef", "cf", "", NONE, 0, 1, 0, "1-0" REMOVED "3-0\n"},

	{"one is put in", "abdef", "df", "abcdef", NONE, 0, 1, 0, "3-0" PUT_IN "4-0\n"},
	{"before all others", "bcd", "d", "abcd", NONE, 0, 1, 0, "1-0" UNKNOWN "4-0\n"},
	{"right behind a seal", "abdef", "bf", "abcdef", NONE, 0, 2, 0, "3-0" UNKNOWN "6-0\n"},
	{"right before the end of one", "abdef", "f", "abcdef", NONE, 0, 1, 0, "3-0" PUT_IN "6-0\n"},
	{"one for another", "abdef", "f", "acdef", NONE, 0, 1, 0, "2-0" REMOVED "6-0\n"},

	{"a seal is gone", "abcdef", "bdf", "abcdef", SEAL_GONE, 1, 2, 0,
	    "6-0 " FITS "it has no link, and no other seal has one, for 3-0\n"},
	{"the first one is gone", "abcdef", "bdf", "abcdef", SEAL_GONE, 0, 2, 0,
	    "4-0 " FITS "it has no link, and no other seal has one, for 1-0\n"},
	{"the last one is gone", "abcdef", "bdf", "abcdef", SEAL_GONE, 2, 2, 2, ""},
	{"a seal is gone, and what it had changed", "abcdef", "bdf", "abCdef", SEAL_GONE, 1, 2, 0,
	    "3-0" UNKNOWN "6-0\n"},
	{"another hash", "abcdef", "bdf", "abcdef", OTHER_HASH, 1, 3, 0,
	    "4-0" OTHER},
	{"no hash", "abcdef", "bdf", "abcdef", NO_HASH, 1, 3, 0,
	    "4-0 its hash is no 64 hex digits\n"},
	{"no hash, and a changed entry", "abcdef", "bdf", "abCdef", NO_HASH, 1, 2, 0,
	    "4-0 its hash is no 64 hex digits\n3-0" CHANGED "4-0\n"},
	{"another hash, and a changed entry behind it", "abcdef", "bdf", "abcdEf", OTHER_HASH, 1, 3, 0,
	    "4-0" OTHER "5-0" CHANGED "6-0" FOLLOWS "4-0\n"},
	{"another hash, and a changed entry behind the next one", "abcdef", "bdf", "abcdeF", OTHER_HASH,
	    0, 3, 0, "2-0" OTHER "6-0" CHANGED "6-0\n"},
	{"another hash, which others went on from", "abcdef", "bdf", "abcdef", OTHER_CHAIN, 1, 3, 0,
	    "4-0" OTHER "5-0" CHANGED "6-0" FOLLOWS "4-0\n"},
	{"no form", "abcdef", "bdf", "abcdef", NO_FORM, 1, 3, 0, "4-0 " FORM},
	{"no form, and a changed entry", "abcdef", "bdf", "abCdef", NO_FORM, 1, 3, 0,
	    "4-0 " FORM "5-0" CHANGED "6-0" FOLLOWS "4-0\n"},
	{"no hash, and a changed entry behind it", "abcdef", "bdf", "abcdEf", NO_HASH, 1, 3, 0,
	    "4-0 its hash is no 64 hex digits\n5-0" CHANGED "6-0" FOLLOWS "4-0\n"},
	{"no links", "abcdef", "bdf", "abcdef", NO_LINKS, 1, 3, 0, "4-0 " GARBLED},
	{"no links, and a changed entry", "abcdef", "bdf", "abCdef", NO_LINKS, 1, 2, 0,
	    "4-0 an entry behind 2-0" SOMEWHERE},
	{"a link that is cut", "abcdef", "bdf", "abcdef", LINK_CUT, 1, 3, 0, "4-0 " GARBLED},
	{"a byte behind the last link", "abcdef", "bdf", "abcdef", LINK_LONG, 1, 3, 0, "4-0 " GARBLED},
	{"the last link is gone", "abcdef", "bdf", "abcdef", LAST_LINK, 1, 3, 0, "4-0 " GARBLED},
	{"links out of order", "abcdef", "f", "abcdef", SWAPPED, 0, 1, 0, "6-0 " GARBLED},
	{"another link", "abcdef", "bdf", "abcdef", OTHER_LINK, 1, 3, 0,
	    "4-0 " FITS "it has another link for 3-0\n"},
	{"a link is gone", "abcdef", "cf", "abcdef", SECOND_LINK, 0, 2, 0,
	    "3-0 " FITS "it has no link for 2-0\n"},
};
/* clang-format on */

static void
check_findings(struct findings *f, const char *want)
{
	struct buf said = {0};

	for (size_t i = 0; i < f->count; i++)
		buf_addf(&said, "%s %s\n", f->at[i].key, f->at[i].message);
	buf_add(&said, "", 1);
	assert_string_equal(said.at, want);
	buf_fini(&said);
	findings_fini(f);
}

static void
world_fini(struct world *w)
{
	for (size_t i = 0; i < SEALS_MAX; i++)
		buf_fini(&w->links[i]);
}

static void
take_all(struct chain *c, const char *ledger)
{
	for (; *ledger != '\0'; ledger++) {
		struct ledger_entry entry = entry_of(ledger);

		assert_int_equal(chain_take(c, &entry, NULL), 0);
	}
}

static void
check_chain(void **state)
{
	const struct chain_case *t = *state;
	struct world             w = {0};
	struct findings          f = {0};
	struct chain             c = {.findings = &f, .next = next_seal, .context = &w};

	seal_ledger(&w, t->sealed, t->cuts, t->harm == OTHER_CHAIN ? t->to : SEALS_MAX);
	do_harm(&w, t->harm, t->to);
	assert_int_equal(chain_begin(&c, NULL), 0);
	take_all(&c, t->ledger);
	assert_int_equal(chain_end(&c, NULL), 0);
	assert_int_equal(c.misfits, f.differences[FINDING_SEAL]);
	check_findings(&f, t->want);
	assert_int_equal(c.seals, t->seals);
	assert_int_equal(c.unsealed, t->unsealed);
	world_fini(&w);
}

/* What a chain says of seals that were kept elsewhere, of the ledger "ab" + 'd'. */
static void
seals_from_outside_are_checked_as_the_chain_passes(void **state)
{
	struct world    made = {0}, none = {0};
	struct findings f = {0};
	struct seal     given[5];
	struct chain    c = {.findings = &f, .next = next_seal, .context = &none, .given = given};

	(void)state;
	seal_ledger(&made, "abd", "abd", SEALS_MAX);
	given[0] = (struct seal){0};   /* of nothing: fits any ledger */
	given[1] = made.seals[0].seal; /* fits */
	given[2] = made.seals[1].seal; /* another hash */
	given[2].hash.at[0] ^= 1;
	given[3] = made.seals[1].seal; /* between two entries */
	given[3].position.ms = 3;
	given[4] = made.seals[2].seal; /* behind the last */
	given[4].position.ms = 9;
	c.given_count = COUNT(given);
	assert_int_equal(chain_begin(&c, NULL), 0);
	take_all(&c, "abd");
	assert_int_equal(chain_end(&c, NULL), 0);
	assert_int_equal(c.given_seen, COUNT(given));
	assert_int_equal(f.count, 3);
	assert_string_equal(f.at[0].key, "2-0");
	assert_non_null(strstr(f.at[0].message, "the seal given is not that of the ledger"));
	assert_string_equal(f.at[1].key, "3-0");
	assert_non_null(strstr(f.at[1].message, "no entry there"));
	assert_string_equal(f.at[2].key, "9-0");
	findings_fini(&f);
	world_fini(&made);
}

/* The ledger cannot be read behind an entry that no seal confirms or denies yet. */
static void
what_was_found_before_an_unreadable_entry_is_told(void **state)
{
	struct world    w = {0};
	struct findings f = {0};
	struct chain    c = {.findings = &f, .next = next_seal, .context = &w};

	(void)state;
	seal_ledger(&w, "abcdef", "f", SEALS_MAX);
	assert_int_equal(chain_begin(&c, NULL), 0);
	take_all(&c, "aBc");
	chain_break_off(&c);
	check_findings(&f, "2-0" CHANGED "6-0\n");

	c = (struct chain){.findings = &f, .next = next_seal, .context = &w};
	w.next = 0;
	assert_int_equal(chain_begin(&c, NULL), 0);
	take_all(&c, "abc");
	chain_break_off(&c);
	check_findings(&f, "");
	world_fini(&w);
}

static int
is_away(void *context, struct stored_seal *next, struct err *e)
{
	(void)context;
	(void)next;
	return err_fail(e, ERR_AGAIN, "away");
}

static void
what_the_callback_says_is_handed_on(void **state)
{
	struct findings f = {0};
	struct err      e = {0};
	struct chain    c = {.findings = &f, .next = is_away};

	(void)state;
	assert_int_equal(chain_begin(&c, &e), -1);
	assert_int_equal(e.code, ERR_AGAIN);
	assert_int_equal(f.count, 0);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(chains) + 3];
	size_t            n = 0;

	CASES_ADD(tests, n, chains, check_chain);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(seals_from_outside_are_checked_as_the_chain_passes);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(what_was_found_before_an_unreadable_entry_is_told);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_the_callback_says_is_handed_on);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
