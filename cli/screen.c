#include "cli/screen.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define ELLIPSIS "…"

static const char *const sgr[STYLES] = {
    [STYLE_PLAIN] = "",
    [STYLE_DIM] = "\033[2m",
    [STYLE_BOLD] = "\033[1m",
    [STYLE_RED] = "\033[31m",
    [STYLE_GREEN] = "\033[32m",
    [STYLE_YELLOW] = "\033[33m",
    [STYLE_BLUE] = "\033[34m",
    [STYLE_CYAN] = "\033[36m",
};

struct screen
screen_of(FILE *f)
{
	const char    *no_color = getenv("NO_COLOR");
	struct winsize size;
	struct screen  scr = {0};

	if (!isatty(fileno(f)))
		return scr;
	scr.colour = no_color == NULL || *no_color == '\0';
	if (ioctl(fileno(f), TIOCGWINSZ, &size) == 0)
		scr.width = size.ws_col;
	return scr;
}

void
screen_init(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
}

/* The next character of t: its bytes, and the columns it takes. */
static size_t
next_character(struct text t, int *columns)
{
	mbstate_t state = {0};
	wchar_t   wc;
	size_t    len = mbrtowc(&wc, t.at, t.len, &state);

	if (len == 0 || len > t.len) {
		*columns = 0;
		return 1; /* a NUL or not UTF-8 */
	}
	*columns = wcwidth(wc) > 0 ? wcwidth(wc) : 0;
	return len;
}

int
screen_columns(struct text t)
{
	int total = 0, columns;

	while (t.len > 0) {
		size_t len = next_character(t, &columns);

		total += columns;
		t = (struct text){t.at + len, t.len - len};
	}
	return total;
}

void
screen_cut(struct buf *out, struct text t, int columns)
{
	struct text rest = t;
	int         left = columns - 1, wide; /* one for the ellipsis */

	if (screen_columns(t) <= columns) {
		buf_add(out, t.at, t.len);
		return;
	}
	while (rest.len > 0) {
		size_t len = next_character(rest, &wide);

		if (wide > left)
			break;
		left -= wide;
		rest = (struct text){rest.at + len, rest.len - len};
	}
	buf_add(out, t.at, t.len - rest.len);
	if (columns > 0)
		buf_add(out, ELLIPSIS, sizeof(ELLIPSIS) - 1);
}

const char *
screen_safe(struct text t, char *out, size_t size)
{
	if (t.len >= size || !text_is_utf8(t) || !text_is_printable(t) || !text_is_ordered(t) ||
	    text_has_break(t))
		return text_escape(t, out, size);
	if (t.len > 0)
		memcpy(out, t.at, t.len);
	out[t.len] = '\0';
	return out;
}

void
screen_styled(struct buf *out, struct screen scr, enum style style, struct text t)
{
	if (!scr.colour || style == STYLE_PLAIN) {
		buf_add(out, t.at, t.len);
		return;
	}
	buf_addf(out, "%s", sgr[style]);
	buf_add(out, t.at, t.len);
	buf_addf(out, "\033[0m");
}

static void
cells_of(struct buf *out, struct screen scr, enum style style, const char *cell, int count)
{
	struct buf run = {0};

	for (int i = 0; i < count; i++)
		buf_addf(&run, "%s", cell);
	if (count > 0)
		screen_styled(out, scr, style, buf_text(&run));
	buf_fini(&run);
}

void
screen_bar(struct buf *out, struct screen scr, int32_t basis_points, int cells)
{
	int full = basis_points <= 0 ? 0 : (int)((int64_t)basis_points * cells / 10000);

	if (full == 0 && basis_points > 0)
		full = 1;
	if (full > cells)
		full = cells;
	cells_of(out, scr, basis_points >= 10000 ? STYLE_GREEN : STYLE_CYAN, "█", full);
	cells_of(out, scr, STYLE_DIM, "░", cells - full);
}
