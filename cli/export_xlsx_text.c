#include "cli/export_xlsx_text.h"

#define ELLIPSIS    "…"
#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static bool
is_in_xml(uint32_t code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n';
	return code != 0xFFFE && code != 0xFFFF;
}

/* "_x0041_" in a cell would be read as the character it names. */
#define ESCAPE_LEN 7
#define UNDERSCORE "_x005F"

static bool
begins_with_escape(struct text t)
{
	bool is = t.len >= ESCAPE_LEN && t.at[0] == '_' && t.at[1] == 'x' && t.at[6] == '_';

	for (size_t i = 2; is && i < 6; i++)
		is = text_hex_digit(t.at[i]) >= 0;
	return is;
}

/* What stands for the character at the front of *t, which is taken off: `before` and
 * `itself`, together so many UTF-16 units. */
struct piece {
	struct text before, itself;
	size_t      units;
};

static struct piece
take_piece(struct text *t, bool header)
{
	uint32_t     code = 0;
	size_t       len = text_decode(*t, &code);
	struct piece p = {.itself = {t->at, len}, .units = len == 4 ? 2 : 1};

	if (len == 0 || !is_in_xml(code))
		p = (struct piece){.itself = text_of(REPLACEMENT), .units = 1};
	else if (header && *t->at == '&')
		p.before = text_of("&");
	else if (!header && begins_with_escape(*t))
		p.before = text_of(UNDERSCORE);
	p.units += p.before.len;
	t->at += len > 0 ? len : 1;
	t->len -= len > 0 ? len : 1;
	return p;
}

static bool
fits(struct text t, size_t units, bool header)
{
	size_t total = 0;

	while (t.len > 0 && total <= units)
		total += take_piece(&t, header).units;
	return total <= units;
}

static void
copy(struct text t, size_t units, bool header, struct buf *out)
{
	bool   cut = !fits(t, units, header);
	size_t left = cut ? units - 1 : units;

	while (t.len > 0) {
		struct piece p = take_piece(&t, header);

		if (p.units > left)
			break;
		left -= p.units;
		buf_add(out, p.before.at, p.before.len);
		buf_add(out, p.itself.at, p.itself.len);
	}
	if (cut)
		buf_add(out, ELLIPSIS, sizeof(ELLIPSIS) - 1);
	buf_add(out, "", 1);
}

void
xlsx_text(struct text t, size_t units, struct buf *out)
{
	copy(t, units, false, out);
}

void
xlsx_header_text(struct text t, size_t units, struct buf *out)
{
	copy(t, units, true, out);
}
