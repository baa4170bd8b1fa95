#include "cli/stored_seal.h"

bool
stored_seal_read(const struct store_reply *r, struct stored_seal *s)
{
	const struct store_reply *pairs = store_reply_at(r, 1);

	*s = (struct stored_seal){0};
	if (!position_parse(store_reply_text(store_reply_at(r, 0)), &s->seal.position))
		return false;
	for (size_t i = 0; i + 1 < store_reply_count(pairs); i += 2) {
		struct text name = store_reply_text(store_reply_at(pairs, i));
		struct text value = store_reply_text(store_reply_at(pairs, i + 1));

		if (text_equal(name, text_of("hash")))
			s->has_hash = sha256_parse(value, &s->seal.hash);
		else if (text_equal(name, text_of("links")))
			s->links = value;
	}
	return true;
}
