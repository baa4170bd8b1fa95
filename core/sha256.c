#include "core/sha256.h"

#include <sodium.h>

_Static_assert(SHA256_SIZE == crypto_hash_sha256_BYTES, "one size");

void
sha256_of(const struct text *parts, size_t count, struct sha256 *hash)
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < count; i++)
		crypto_hash_sha256_update(&state, (const unsigned char *)parts[i].at, parts[i].len);
	crypto_hash_sha256_final(&state, hash->at);
}

void
sha256_hmac(struct text key, struct text message, struct sha256 *mac)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.at, key.len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)message.at, message.len);
	crypto_auth_hmacsha256_final(&state, mac->at);
	sodium_memzero(&state, sizeof(state));
}

const char *
sha256_format(const struct sha256 *hash, char out[SHA256_TEXT_SIZE])
{
	return sodium_bin2hex(out, SHA256_TEXT_SIZE, hash->at, sizeof(hash->at));
}

bool
sha256_parse(struct text t, struct sha256 *hash)
{
	struct sha256 found;

	if (t.len != 2 * SHA256_SIZE ||
	    sodium_hex2bin(found.at, sizeof(found.at), t.at, t.len, NULL, NULL, NULL) != 0)
		return false;
	*hash = found;
	return true;
}
