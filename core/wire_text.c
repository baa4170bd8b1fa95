#include "core/wire_text.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* True if p begins three bytes of UTF-8, as all Chinese characters are. 0xe0 and
 * 0xed may also begin what is not allowed; they are left to text_decode(). */
static bool
is_three(const unsigned char *p)
{
	return p[0] > 0xe0 && p[0] < 0xf0 && p[0] != 0xed && (p[1] & 0xc0) == 0x80 &&
	    (p[2] & 0xc0) == 0x80;
}

bool
wire_text_is_utf8(struct text t)
{
	const unsigned char *p = (const unsigned char *)t.at;
	uint32_t             code;

	for (size_t i = 0, n; i < t.len; i += n) {
		if (p[i] < 0x80)
			n = 1;
		else if (t.len - i >= 3 && is_three(p + i))
			n = 3;
		else if ((n = text_decode((struct text){t.at + i, t.len - i}, &code)) == 0)
			return false;
	}
	return true;
}

/* Bit 7 of each byte of x that is zero; it may also be set in a byte above one. */
static uint64_t
zero_bytes(uint64_t x)
{
	return (x - EACH(0x01)) & ~x & EACH(0x80);
}

/* True if some byte is below 0x20, 0x7f, or 0xc2, the lead of U+0080-9F: no
 * control character of UTF-8 is without one of these. */
static bool
is_suspect(uint64_t eight)
{
	uint64_t low = (eight - EACH(0x20)) & ~eight & EACH(0x80);

	return (low | zero_bytes(eight ^ EACH(0x7f)) | zero_bytes(eight ^ EACH(0xc2))) != 0;
}

static bool
is_control(struct text t, size_t i)
{
	unsigned char c = (unsigned char)t.at[i];

	if (c == 0xc2)
		return i + 1 < t.len && (unsigned char)t.at[i + 1] < 0xa0;
	return c == 0x7f || (c < 0x20 && c != '\n' && c != '\t');
}

bool
wire_text_is_printable(struct text t)
{
	size_t i = 0;

	while (i < t.len) {
		if (t.len - i >= 8 && !is_suspect(wire_text_eight(t.at + i))) {
			i += 8;
			continue;
		}
		for (size_t end = t.len - i < 8 ? t.len : i + 8; i < end; i++)
			if (is_control(t, i))
				return false;
	}
	return true;
}
