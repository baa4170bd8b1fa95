#include "core/text.h"

#include <stdio.h>

#define ELLIPSIS "\xe2\x80\xa6"
#define UNIT_MAX 4 /* bytes one escaped or plain character takes at most */

/* How many bytes the character has that this byte begins; 0: none begins so. */
static size_t
lead_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2) /* a continuation, or an overlong two-byte form */
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0)
		return 3;
	return lead < 0xf5 ? 4 : 0;
}

size_t
text_decode(struct text t, uint32_t *code)
{
	static const uint32_t least[UNIT_MAX + 1] = {[2] = 0x80, [3] = 0x800, [4] = 0x10000};
	const unsigned char  *p = (const unsigned char *)t.at;
	size_t                n = t.len > 0 ? lead_length(p[0]) : 0;
	uint32_t              c;

	if (n == 0 || n > t.len)
		return 0;
	c = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return n;
}

static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

/* What makes a terminal show text in another order than it stands in. */
static bool
turns_order(uint32_t code)
{
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

bool
text_is_utf8(struct text t)
{
	uint32_t code;
	size_t   n;

	for (size_t i = 0; i < t.len; i += n) {
		n = text_decode((struct text){t.at + i, t.len - i}, &code);
		if (n == 0)
			return false;
	}
	return true;
}

bool
text_is_printable(struct text t)
{
	uint32_t code;
	size_t   n;

	for (size_t i = 0; i < t.len; i += n) {
		n = text_decode((struct text){t.at + i, t.len - i}, &code);
		if (n == 0 || (is_control(code) && code != '\n' && code != '\t'))
			return false;
	}
	return true;
}

bool
text_is_ordered(struct text t)
{
	uint32_t code;
	size_t   n;

	for (size_t i = 0; i < t.len; i += n) {
		n = text_decode((struct text){t.at + i, t.len - i}, &code);
		if (n == 0 || turns_order(code))
			return false;
	}
	return true;
}

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
text_is_name(struct text t, size_t max)
{
	if (t.len == 0 || t.len > max || !is_alphanumeric(t.at[0]))
		return false;
	for (size_t i = 1; i < t.len; i++)
		if (!is_alphanumeric(t.at[i]) && t.at[i] != '.' && t.at[i] != '_' && t.at[i] != '-')
			return false;
	return true;
}

/* Writes the character at the front of t as text_escape() shows it. Returns how
 * many bytes of t it was. */
static size_t
escape_one(struct text t, char unit[UNIT_MAX + 1])
{
	uint32_t code;
	size_t   n = text_decode(t, &code);

	if (n == 0 || is_control(code) || turns_order(code)) {
		snprintf(unit, UNIT_MAX + 1, "\\x%02x", (unsigned)(unsigned char)t.at[0]);
		return 1;
	}
	if (code == '"' || code == '\'' || code == '\\') {
		snprintf(unit, UNIT_MAX + 1, "\\%c", t.at[0]);
		return 1;
	}
	memcpy(unit, t.at, n);
	unit[n] = '\0';
	return n;
}

const char *
text_escape(struct text t, char *out, size_t size)
{
	char   unit[UNIT_MAX + 1];
	size_t len = 0;
	size_t cut = 0; /* the longest prefix of out that an ellipsis fits behind */
	size_t taken;

	for (size_t i = 0; i < t.len; i += taken) {
		taken = escape_one((struct text){t.at + i, t.len - i}, unit);
		if (len + strlen(unit) >= size) {
			memcpy(out + cut, ELLIPSIS, sizeof(ELLIPSIS));
			return out;
		}
		memcpy(out + len, unit, strlen(unit));
		len += strlen(unit);
		if (len + sizeof(ELLIPSIS) <= size)
			cut = len;
	}
	out[len] = '\0';
	return out;
}

char *
text_write_number(char *out, uint64_t n)
{
	char   digits[20];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	while (count > 0)
		*out++ = digits[--count];
	return out;
}

int
text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}
