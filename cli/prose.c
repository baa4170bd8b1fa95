#include "cli/prose.h"

#include <stdlib.h>

#include "core/mem.h"

#define WIDTH_MIN 20   /* columns; a screen that leaves less breaks lines itself */
#define SAFE_SIZE 8192 /* four times the longest text a report may have */

/* How many bytes of t fit into `columns`: broken behind a blank if there is one. */
static size_t
fitting(struct text t, int columns)
{
	size_t   len = 0, blank = 0;
	uint32_t code;

	while (len < t.len) {
		struct text rest = {t.at + len, t.len - len};
		size_t      n = text_decode(rest, &code);

		n = n == 0 ? 1 : n;
		columns -= screen_columns((struct text){rest.at, n});
		if (columns < 0)
			return blank > 0 ? blank : len;
		len += n;
		if (rest.at[0] == ' ')
			blank = len;
	}
	return len;
}

void
prose_wrap(struct buf *out, struct screen scr, int indent, struct text t)
{
	int room = scr.width - indent;

	for (bool first = true; first || t.len > 0; first = false) {
		size_t n = room < WIDTH_MIN ? t.len : fitting(t, room);

		if (!first)
			buf_addf(out, "%*s", indent, "");
		buf_add(out, t.at, n);
		buf_addf(out, "\n");
		t = (struct text){t.at + n, t.len - n};
	}
}

/* A line of the text; the first has the label before it. */
static void
add_line(struct buf *out, struct screen scr, struct text line, bool first)
{
	char safe[SAFE_SIZE];

	if (!first)
		buf_addf(out, "%*s", PROSE_INDENT + PROSE_LABEL, "");
	screen_safe(line, safe, sizeof(safe));
	prose_wrap(out, scr, PROSE_INDENT + PROSE_LABEL, text_of(safe));
}

static void
add_label(struct buf *out, struct screen scr, const char *label)
{
	buf_addf(out, "%*s", PROSE_INDENT, "");
	screen_styled(out, scr, STYLE_DIM, text_of(label));
	buf_addf(out, "%*s", PROSE_LABEL - screen_columns(text_of(label)), "");
}

void
prose_add(struct buf *out, struct screen scr, const char *label, struct text t)
{
	char  *copy;
	size_t from = 0;

	if (t.len == 0)
		return;
	copy = mem_copied(t.at, t.len);
	for (size_t i = 0; i < t.len; i++)
		copy[i] = copy[i] == '\t' ? ' ' : copy[i];
	add_label(out, scr, label);
	for (size_t i = 0; i <= t.len; i++) {
		if (i < t.len && copy[i] != '\n')
			continue;
		add_line(out, scr, (struct text){copy + from, i - from}, from == 0);
		from = i + 1;
	}
	free(copy);
}
