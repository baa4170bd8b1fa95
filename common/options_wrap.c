#include "common/options_wrap.h"

#include <string.h>

#include "core/text.h"

/* From here on, by and large, characters take two columns. */
#define WIDE_FROM 0x2e80

static bool
is_one_of(uint32_t code, const char *characters)
{
	uint32_t each;
	size_t   n;

	for (struct text t = text_of(characters); (n = text_decode(t, &each)) > 0;
	     t = (struct text){t.at + n, t.len - n})
		if (code == each)
			return true;
	return false;
}

/* May a line end between the two? */
static bool
can_part(uint32_t before, uint32_t after)
{
	if (after == ' ')
		return true;
	if (before < WIDE_FROM && after < WIDE_FROM)
		return false;
	return !is_one_of(after, "，。、；：？！）》」』”") && !is_one_of(before, "（《「『“");
}

/* How many bytes of the text go on a line of that many columns. */
static size_t
line_of(struct text t, int columns)
{
	size_t   fits = 0, at = 0, n;
	uint32_t code = 0, before;
	int      used = 0;

	while (before = code,
	    (n = text_decode((struct text){t.at + at, t.len - at}, &code)) > 0 && code != '\n') {
		if (at > 0 && can_part(before, code) && (used <= columns || fits == 0))
			fits = at;
		used += code >= WIDE_FROM ? 2 : 1;
		if (used > columns && fits > 0)
			return fits;
		at += n;
	}
	return at;
}

void
options_wrap(FILE *out, const char *text, int indent, int width)
{
	for (;;) {
		size_t len = line_of(text_of(text), width - indent);

		fprintf(out, "%.*s\n", (int)len, text);
		text += len;
		if (*text == ' ' || *text == '\n')
			text++;
		if (*text == '\0')
			return;
		fprintf(out, "%*s", indent, "");
	}
}
