#include "core/seal.h"

#include "tests/cases.h"
#include "tests/hex.h"

#define ENTRIES_MAX 3
#define MOST        UINT64_MAX

#define T(bytes)                                                                                   \
	{                                                                                          \
		bytes, sizeof(bytes) - 1                                                           \
	}

/* clang-format off */
#define REVISION {.position = {1774951200123, 0}, .field_count = 3, \
	.fields = {{T("revision"), T("1")}, {T("digest"), T("ab")}, {T("yaml"), T("plan: x\n")}}}
#define BATCH    {.position = {1774951200123, 1}, .field_count = 1, \
	.fields = {{T("records"), T("\0\xff\n")}}}
#define LAST     {.position = {MOST, MOST}, .field_count = 1, .fields = {{T("records"), T("")}}}
#define ONE(...) {{.position = {1, 2}, .field_count = 1, .fields = {{__VA_ARGS__}}}}

/* The hashes were computed with Python's hashlib. */
static struct chain_case {
	const char         *name;
	size_t              count;
	struct ledger_entry entries[ENTRIES_MAX];
	const char         *want;
} chains[] = {
	{"of nothing", 0, {{.field_count = 0}},
	    "0000000000000000000000000000000000000000000000000000000000000000"},
	{"a plan revision", 1, {REVISION},
	    "c6ea143b7cac7a186607e24c9da95086da342773f53cdb9a30a256943d543774"},
	{"and a batch", 2, {REVISION, BATCH},
	    "ed17cba2eafaa05454497a4bab12e7ae963c287a3d5f319f9f6761e7f9e990ae"},
	{"the same, swapped", 2, {BATCH, REVISION},
	    "12022eea1297854137ed1d4ecdd4db1436c8d5d07179645189aca57f365a11af"},
	{"up to the last position, with nothing in it", 3, {REVISION, BATCH, LAST},
	    "c94ada3d6ab5b159e82b3d2ce693b51410d22c0897d3b66f7218fcc09f2bb1c7"},
	{"an entry without fields", 1, {{.position = {1, 2}}},
	    "6909f51300114b09352404db8b000d91116c239d8307ecd5a2bece9a83c8846c"},
	{"a name that ends sooner", 1, ONE(T("a"), T("bc")),
	    "4bec6a3da988cd9b8ec6cc17f20366fc67d1330f89fde5564bfcb66d5f4373e9"},
	{"than another", 1, ONE(T("ab"), T("c")),
	    "ec2a526977e72b235cda8466b946a3ed6958b740d94dc6af384cec3eb1981a7a"},
	{"two fields", 1,
	    {{.position = {1, 2}, .field_count = 2, .fields = {{T("a"), T("b")}, {T("c"), T("d")}}}},
	    "d8ce347d23d2c20a18682bed0aab207028032a14a43fa9c81c174df1a1850893"},
	{"the same, the other way round", 1,
	    {{.position = {1, 2}, .field_count = 2, .fields = {{T("c"), T("d")}, {T("a"), T("b")}}}},
	    "522d4d7174a350c376a04bd93ef0aa48f01589485e4f9d0d845897b30600d847"},
	{"as many fields as there may be", 1,
	    {{.position = {1, 2}, .field_count = ENTRY_FIELDS_MAX, .fields = {
		{T("a"), T("")}, {T("b"), T("B")}, {T("c"), T("CC")}, {T("d"), T("DDD")},
		{T("e"), T("EEEE")}, {T("f"), T("FFFFF")}, {T("g"), T("GGGGGG")}, {T("h"), T("HHHHHHH")}}}},
	    "4e84d10884175128a00f5685d14259e8a1927a485d4b4f1ca68cf49cb897ce99"},
};
/* clang-format on */

static void
check_chain(void **state)
{
	const struct chain_case *c = *state;
	struct seal              s = {0};
	char                     out[SHA256_TEXT_SIZE];

	for (size_t i = 0; i < c->count; i++) {
		seal_add(&s, &c->entries[i]);
		assert_int_equal(position_compare(s.position, c->entries[i].position), 0);
	}
	assert_string_equal(sha256_format(&s.hash, out), c->want);
}

#define HASH "c6ea143b7cac7a186607e24c9da95086da342773f53cdb9a30a256943d543774"

static struct parse_case {
	const char *name;
	const char *text;
	bool        ok;
} parses[] = {
    {"a seal", "1774951200123-0:" HASH, true},
    {"of no entry", "0-0:0000000000000000000000000000000000000000000000000000000000000000", true},
    {"of the last position there can be", "18446744073709551615-18446744073709551615:" HASH, true},
    {"no colon", "1774951200123-0" HASH, false},
    {"no position", ":" HASH, false},
    {"no hash", "1774951200123-0:", false},
    {"a hash that is cut", "1774951200123-0:c6ea143b", false},
    {"half a position", "1774951200123:" HASH, false},
    {"two colons", "1774951200123-0::" HASH, false},
    {"a digit too many", "1774951200123-0:" HASH "0", false},
    {"a space in front", " 1774951200123-0:" HASH, false},
    {"nothing", "", false},
};

static void
check_parse(void **state)
{
	const struct parse_case *c = *state;
	struct seal              s = {.position = {7, 7}};
	char                     out[SEAL_TEXT_SIZE];

	assert_int_equal(seal_parse(text_of(c->text), &s), c->ok);
	if (c->ok)
		assert_string_equal(seal_format(&s, out), c->text);
	else
		assert_int_equal(s.position.ms, 7);
}

static void
capital_digits_are_the_same_seal(void **state)
{
	struct seal s;
	char        out[SEAL_TEXT_SIZE];

	(void)state;
	assert_true(seal_parse(
	    text_of("1-2:C6EA143B7CAC7A186607E24C9DA95086DA342773F53CDB9A30A256943D543774"), &s));
	assert_string_equal(seal_format(&s, out), "1-2:" HASH);
}

static void
a_link_is_written_for_each_entry(void **state)
{
	const struct chain_case *c = &chains[4];
	struct seal              s = {0};
	struct buf               links = {0};
	char                     out[2 * ENTRIES_MAX * SEAL_LINK_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < c->count; i++) {
		seal_add(&s, &c->entries[i]);
		seal_link_write(&links, &s);
	}
	assert_string_equal(hex_write(links.at, links.len, out, sizeof(out)),
	    "0000019d4355f57b0000000000000000c6ea143b7cac7a18"
	    "0000019d4355f57b0000000000000001ed17cba2eafaa054"
	    "ffffffffffffffffffffffffffffffffc94ada3d6ab5b159");
	buf_fini(&links);
}

static void
links_are_read_one_by_one(void **state)
{
	unsigned char    bytes[3 * SEAL_LINK_SIZE];
	struct text      links = {(const char *)bytes, 0};
	struct seal_link link = {{7, 7}, 7};

	(void)state;
	assert_false(seal_link_read(&links, &link));
	links.len = hex_read("0000019d4355f57b 0000000000000000 c6ea143b7cac7a18"
			     "0000019d4355f57b 00000000ffffff80 ffa17cba2eafa054 00",
	    bytes, sizeof(bytes));
	assert_true(seal_link_read(&links, &link));
	assert_true(link.position.ms == 1774951200123 && link.position.n == 0);
	assert_true(link.hash == UINT64_C(0xc6ea143b7cac7a18));
	assert_true(seal_link_read(&links, &link));
	assert_true(link.position.n == 0xffffff80 && link.hash == UINT64_C(0xffa17cba2eafa054));
	assert_false(seal_link_read(&links, &link));
	assert_int_equal(links.len, 1);
}

static void
a_link_fits_its_entry_alone(void **state)
{
	struct seal      s = {0}, other;
	struct seal_link link;
	struct buf       links = {0};
	struct text      rest;

	(void)state;
	seal_add(&s, &chains[1].entries[0]);
	seal_link_write(&links, &s);
	rest = buf_text(&links);
	assert_true(seal_link_read(&rest, &link));
	assert_true(seal_link_fits(&link, &s));
	other = s;
	other.hash.at[7] ^= 1;
	assert_false(seal_link_fits(&link, &other));
	other = s;
	other.position.n++;
	assert_false(seal_link_fits(&link, &other));
	other = s;
	other.hash.at[8] ^= 1; /* beyond what a link keeps */
	assert_true(seal_link_fits(&link, &other));
	buf_fini(&links);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(chains) + COUNT(parses) + 4];
	size_t            n = 0;

	CASES_ADD(tests, n, chains, check_chain);
	CASES_ADD(tests, n, parses, check_parse);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(capital_digits_are_the_same_seal);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_link_is_written_for_each_entry);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(links_are_read_one_by_one);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_link_fits_its_entry_alone);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
