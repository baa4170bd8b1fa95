#include "common/keys_lines.h"

#include <string.h>

static struct text
behind(struct text t, size_t n)
{
	return (struct text){t.at + n, t.len - n};
}

static void
pass_mark(struct text *t)
{
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	size_t            len = strlen(byte_order_mark);

	if (t->len >= len && memcmp(t->at, byte_order_mark, len) == 0)
		*t = behind(*t, len);
}

bool
keys_lines_next(struct keys_lines *l, struct text *line)
{
	const char *end;

	if (l->number == 0)
		pass_mark(&l->rest);
	if (l->rest.len == 0)
		return false;
	l->number++;
	end = memchr(l->rest.at, '\n', l->rest.len);
	*line = (struct text){l->rest.at, end != NULL ? (size_t)(end - l->rest.at) : l->rest.len};
	l->rest = behind(l->rest, line->len + (end != NULL));
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct text
trimmed(struct text t)
{
	while (t.len > 0 && is_blank(t.at[0]))
		t = behind(t, 1);
	while (t.len > 0 && is_blank(t.at[t.len - 1]))
		t.len--;
	return t;
}

struct text
keys_lines_word(struct text *line)
{
	struct text rest = trimmed(*line), word = {rest.at, 0};

	while (word.len < rest.len && !is_blank(rest.at[word.len]))
		word.len++;
	*line = trimmed(behind(rest, word.len));
	return word;
}
