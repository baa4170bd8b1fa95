/*
 * wire_text -- is this text one we accept? As text_is_utf8() and
 * text_is_printable() of core/text.h say, but at the speed of a message: mostly
 * ASCII and Chinese, many short words.
 */
#ifndef TUIJIN_CORE_WIRE_TEXT_H
#define TUIJIN_CORE_WIRE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

bool wire_text_is_utf8(struct text t);

/* Of valid UTF-8 only. */
bool wire_text_is_printable(struct text t);

static inline uint64_t
wire_text_eight(const char *p)
{
	uint64_t eight;

	memcpy(&eight, p, sizeof(eight));
	return eight;
}

/* True if all bytes are below 0x80. */
static inline bool
wire_text_is_ascii(struct text t)
{
	uint64_t any = 0;
	size_t   i = 0;

	for (; i + 8 <= t.len; i += 8)
		any |= wire_text_eight(t.at + i);
	if (i < t.len && t.len >= 8)
		any |= wire_text_eight(t.at + t.len - 8);
	else
		for (; i < t.len; i++)
			any |= (unsigned char)t.at[i];
	return (any & UINT64_C(0x8080808080808080)) == 0;
}

#endif
