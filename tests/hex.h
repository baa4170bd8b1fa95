/*
 * hex -- bytes as test tables write them: hex digits, spaces between them allowed.
 */
#ifndef TUIJIN_TESTS_HEX_H
#define TUIJIN_TESTS_HEX_H

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Reads hex into out and returns the number of bytes. */
static inline size_t
hex_read(const char *hex, unsigned char *out, size_t room)
{
	size_t len = 0;

	while (*(hex += strspn(hex, " ")) != '\0') {
		unsigned byte = 0;
		int      fields = sscanf(hex, "%2x", &byte);

		assert(fields == 1 && len < room);
		out[len++] = (unsigned char)byte;
		hex += 2;
	}
	return len;
}

/* Writes bytes as hex without spaces, with a NUL. Returns out. */
static inline const char *
hex_write(const void *bytes, size_t len, char *out, size_t room)
{
	const unsigned char *p = bytes;

	assert(room > 2 * len);
	out[0] = '\0';
	for (size_t i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
	return out;
}

#endif
