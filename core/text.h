/*
 * text -- a borrowed run of bytes: where it begins and how long it is.
 *
 * A text owns nothing and has no NUL of its own; it lives as long as the
 * buffer it points into. {NULL, 0} is the absent text.
 */
#ifndef TUIJIN_CORE_TEXT_H
#define TUIJIN_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	const char *at; /* borrowed */
	size_t      len;
};

static inline struct text
text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

static inline bool
text_equal(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Reads the character at the front of t into *code. Returns its bytes, or 0 (and
 * leaves *code) where no well-formed one begins, as at the end of t. */
size_t text_decode(struct text t, uint32_t *code);

/* True if t is well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong,
 * nothing above U+10FFFF). */
bool text_is_utf8(struct text t);

/* True if valid UTF-8 t has no control character but newline and tab
 * (U+0000-1F, 7F, 80-9F). */
bool text_is_printable(struct text t);

/* True if valid UTF-8 t has no character that turns the direction of what is shown
 * (U+202A-202E, U+2066-2069): a screen would show it in another order. */
bool text_is_ordered(struct text t);

/* The value of a hex digit, small or capital; -1 for any other character. */
int text_hex_digit(char c);

/* True if t has a newline or a tab: on a line of its own it could pass for two. */
static inline bool
text_has_break(struct text t)
{
	return t.len > 0 &&
	    (memchr(t.at, '\n', t.len) != NULL || memchr(t.at, '\t', t.len) != NULL);
}

/* True if t is a name as plans, agencies and groups have: [a-z0-9] first, then
 * [a-z0-9._-], at most max bytes. */
bool text_is_name(struct text t, size_t max);

/* Writes t for a log line or an error message: printable ASCII and valid UTF-8
 * as it is, other bytes and what turns its order as \xHH, quotes and backslashes escaped, cut with
 * an ellipsis to fit. Returns out, always NUL-terminated; size is 8 or more. */
const char *text_escape(struct text t, char *out, size_t size);

/* Writes n in decimal, without a NUL; out has room for 20 digits. Returns where it
 * ends. For the places that are passed for every report: printf is much slower. */
char *text_write_number(char *out, uint64_t n);

#endif
