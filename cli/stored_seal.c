#include "cli/stored_seal.h"

bool
stored_seal_read(const struct store_reply *r, struct stored_seal *s)
{
	const struct store_reply *pairs = store_reply_at(r, 1);
	struct text               first = store_reply_text(store_reply_at(pairs, 0));
	struct text               second = store_reply_text(store_reply_at(pairs, 2));

	*s = (struct stored_seal){0};
	if (!position_parse(store_reply_text(store_reply_at(r, 0)), &s->seal.position))
		return false;
	s->has_form = store_reply_count(pairs) == 4 && text_equal(first, text_of("hash")) &&
	    text_equal(second, text_of("links"));
	if (!s->has_form)
		return true;
	s->has_hash = sha256_parse(store_reply_text(store_reply_at(pairs, 1)), &s->seal.hash);
	s->links = store_reply_text(store_reply_at(pairs, 3));
	return true;
}
