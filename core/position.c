#include "core/position.h"

/* Reads a decimal number as position_format() writes it: no sign, no leading
 * zero, at most UINT64_MAX. */
static bool
read_number(struct text t, uint64_t *number)
{
	uint64_t n = 0;

	if (t.len == 0 || (t.len > 1 && t.at[0] == '0'))
		return false;
	for (size_t i = 0; i < t.len; i++) {
		uint64_t digit = (uint64_t)t.at[i] - '0';

		if (t.at[i] < '0' || t.at[i] > '9' || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*number = n;
	return true;
}

bool
position_parse(struct text t, struct position *p)
{
	const char     *dash = t.len > 0 ? memchr(t.at, '-', t.len) : NULL;
	struct position found;
	size_t          left;

	if (dash == NULL)
		return false;
	left = (size_t)(dash - t.at);
	if (!read_number((struct text){t.at, left}, &found.ms) ||
	    !read_number((struct text){dash + 1, t.len - left - 1}, &found.n))
		return false;
	*p = found;
	return true;
}

const char *
position_format(struct position p, char out[POSITION_SIZE])
{
	char *end = text_write_number(out, p.ms);

	*end++ = '-';
	*text_write_number(end, p.n) = '\0';
	return out;
}
