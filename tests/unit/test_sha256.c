#include "core/sha256.h"

#include <stdlib.h>

#include "core/mem.h"
#include "tests/cases.h"

#define TWO_BLOCKS "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define ABC_HASH   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static struct hash_case {
	const char *name;
	const char *bytes;
	size_t      times; /* over, one behind the other */
	const char *want;
} hashes[] = {
    {"of nothing", "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"FIPS 180-4, one block", "abc", 1, ABC_HASH},
    {"FIPS 180-4, two blocks", TWO_BLOCKS, 1,
	"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"as much as leaves room for the length", "a", 55,
	"9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
    {"one byte more", "a", 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
    {"a whole block", "a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
    {"FIPS 180-4, a million", "a", 1000000,
	"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

/* Each time over is a part of its own. */
static void
check_hash(void **state)
{
	const struct hash_case *c = *state;
	struct text            *parts = mem_zeroed(c->times, sizeof(parts[0]));
	struct sha256           hash;
	char                    out[SHA256_TEXT_SIZE];

	for (size_t i = 0; i < c->times; i++)
		parts[i] = text_of(c->bytes);
	sha256_of(parts, c->times, &hash);
	assert_string_equal(sha256_format(&hash, out), c->want);
	free(parts);
}

static void
parts_are_as_good_as_one(void **state)
{
	const struct text parts[] = {text_of("a"), {NULL, 0}, text_of("b"), text_of(""), {"cd", 1}};
	struct sha256     hash;
	char              out[SHA256_TEXT_SIZE];

	(void)state;
	sha256_of(parts, COUNT(parts), &hash);
	assert_string_equal(sha256_format(&hash, out), ABC_HASH);
	sha256_of(NULL, 0, &hash);
	assert_string_equal(sha256_format(&hash, out), hashes[0].want);
}

/* RFC 4231, test cases 1, 2 and 6. */
static struct hmac_case {
	const char *name;
	char        key; /* over and over; 0: "Jefe" */
	size_t      key_len;
	const char *message;
	const char *want;
} hmacs[] = {
    {"RFC 4231, a short message", 0x0b, 20, "Hi There",
	"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"RFC 4231, a short key", 0, 4, "what do ya want for nothing?",
	"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {"RFC 4231, a key longer than a block", (char)0xaa, 131,
	"Test Using Larger Than Block-Size Key - Hash Key First",
	"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
};

static void
check_hmac(void **state)
{
	const struct hmac_case *c = *state;
	char                    key[131], out[SHA256_TEXT_SIZE];
	struct sha256           mac;

	memset(key, c->key, sizeof(key));
	if (c->key == 0)
		memcpy(key, "Jefe", 4);
	sha256_hmac((struct text){key, c->key_len}, text_of(c->message), &mac);
	assert_string_equal(sha256_format(&mac, out), c->want);
}

#define DIGITS_62 "00112233445566778899aabbccddeeff00112233445566778899aabbccddee"

static struct parse_case {
	const char *name;
	struct text text;
	bool        ok;
} parses[] = {
    {"64 digits", {DIGITS_62 "ff", 64}, true},
    {"capital ones", {DIGITS_62 "FF", 64}, true},
    {"63", {DIGITS_62 "ff", 63}, false},
    {"62", {DIGITS_62, 62}, false},
    {"66", {DIGITS_62 "ffff", 66}, false},
    {"none", {NULL, 0}, false},
    {"a letter beyond f", {DIGITS_62 "fg", 64}, false},
    {"a space in front", {" " DIGITS_62 "f", 64}, false},
    {"a line end behind", {DIGITS_62 "f\n", 64}, false},
    {"a NUL", {DIGITS_62 "f\0", 64}, false},
    {"0x", {"0x" DIGITS_62, 64}, false},
    {"a letter with its highest bit set", {DIGITS_62 "f\xe6", 64}, false},
};

static void
check_parse(void **state)
{
	const struct parse_case *c = *state;
	struct sha256            hash = {{7}};
	char                     out[SHA256_TEXT_SIZE];

	assert_int_equal(sha256_parse(c->text, &hash), c->ok);
	if (c->ok)
		assert_string_equal(sha256_format(&hash, out), DIGITS_62 "ff");
	else
		assert_int_equal(hash.at[0], 7);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(hashes) + COUNT(parses) + COUNT(hmacs) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, hashes, check_hash);
	CASES_ADD(tests, n, parses, check_parse);
	CASES_ADD(tests, n, hmacs, check_hmac);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(parts_are_as_good_as_one);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
