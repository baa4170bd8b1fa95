#include "core/plan_yaml_source.h"

#include "core/plan_yaml_mistake.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* What a file may not hold as it is, beside control characters. */
bool
plan_source_is_refused(uint32_t code)
{
	if (code < 0x20)
		return code != '\t' && code != '\n' && code != '\r';
	return (code >= 0x7f && code <= 0x9f) ||  /* control characters */
	    code == 0x2028 || code == 0x2029 ||   /* line breaks to YAML 1.1 alone */
	    (code >= 0x202a && code <= 0x202e) || /* they turn the writing round */
	    (code >= 0x2066 && code <= 0x2069) || /* of what is shown beside them */
	    code == 0xfffe || code == 0xffff;     /* no characters at all */
}

/* Looks at the character in front of rest. False, with a mistake, if it is
 * refused. */
static bool
check_character(uint32_t code, struct text rest, struct plan_place at, struct plan_mistakes *m)
{
	if (plan_source_is_refused(code))
		plan_mistake_at(m, at, "character U+%04X is not allowed", code);
	else if (code == '\r' && (rest.len == 1 || rest.at[1] != '\n'))
		plan_mistake_at(m, at, "a carriage return without a line feed behind it");
	else if (code == '%' && at.column == 1)
		plan_mistake_at(m, at, "a line begins with %%: YAML directives are not allowed");
	else
		return true;
	return false;
}

/* Takes one character, or a byte that is part of none, off the front of *rest.
 * *broken: the byte before was such a one; a run of them is one mistake. */
static void
clean_one(
    struct buf *out, struct text *rest, struct plan_place at, bool *broken, struct plan_mistakes *m)
{
	uint32_t code = 0;
	size_t   n = text_decode(*rest, &code);

	if (n == 0 && !*broken)
		plan_mistake_at(
		    m, at, "byte \\x%02x is not UTF-8", (unsigned)(unsigned char)rest->at[0]);
	*broken = n == 0;
	if (n > 0 && check_character(code, *rest, at, m))
		buf_add(out, rest->at, n);
	else /* a '#' makes a comment of a directive */
		buf_add(out, code == '%' ? "#" : "_", 1);
	n = n > 0 ? n : 1;
	*rest = (struct text){rest->at + n, rest->len - n};
}

void
plan_source_clean(struct buf *out, struct text source, struct plan_mistakes *m)
{
	const size_t      mark = strlen(BYTE_ORDER_MARK);
	struct plan_place at = {1, 1};
	bool              broken = false;

	if (source.len >= mark && memcmp(source.at, BYTE_ORDER_MARK, mark) == 0)
		source = (struct text){source.at + mark, source.len - mark};
	buf_grow(out, source.len + 1);
	while (source.len > 0) {
		bool ends_line = source.at[0] == '\n';

		clean_one(out, &source, at, &broken, m);
		at.column++;
		if (ends_line)
			at = (struct plan_place){at.line + 1, 1};
	}
}
