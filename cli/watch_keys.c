#include "cli/watch_keys.h"

#include <string.h>

/* What a key acts on. */
struct press {
	struct look       *look;
	struct scene      *scene;
	const struct rows *rows;
	int                page;
	uint32_t           key;
};

static struct look_pane *
pane_of(const struct press *p)
{
	return &p->look->at[p->look->pane];
}

static const struct row *
row_of(const struct press *p)
{
	size_t i = pane_of(p)->index;

	return i < p->rows->count ? &p->rows->at[i] : NULL;
}

static void
move(const struct press *p, int64_t by)
{
	rows_move(p->rows, pane_of(p), by);
}

static void
up(const struct press *p)
{
	move(p, -1);
}

static void
down(const struct press *p)
{
	move(p, 1);
}

static void
page_up(const struct press *p)
{
	move(p, -(p->page > 1 ? p->page : 1));
}

static void
page_down(const struct press *p)
{
	move(p, p->page > 1 ? p->page : 1);
}

static void
first(const struct press *p)
{
	move(p, -(int64_t)p->rows->count);
}

static void
last(const struct press *p)
{
	move(p, (int64_t)p->rows->count);
}

static void
next_pane(const struct press *p)
{
	p->look->pane = (enum pane)((p->look->pane + 1) % PANES);
}

static void
former_pane(const struct press *p)
{
	p->look->pane = (enum pane)((p->look->pane + PANES - 1) % PANES);
}

static void
number(const struct press *p)
{
	p->look->pane = (enum pane)(p->key - '1');
}

/* To the task in the tree, with all that it is in unfolded. */
static void
go_to_scope(const struct press *p, const char *name)
{
	const struct scene_scope *s = scene_scope(p->scene, name);

	if (s == NULL || s->kind == SCOPE_OVERALL)
		return;
	p->look->pane = s->kind == SCOPE_AGENCY ? PANE_AGENCIES : PANE_CHAPTERS;
	pane_of(p)->cursor = rows_id(s->name);
	if (s->kind == SCOPE_TASK && p->scene->plan == NULL)
		look_open(p->look, rows_id("tasks"), true);
	for (s = s->above; s != NULL; s = s->above)
		look_open(p->look, rows_id(s->name), true);
}

static void
enter(const struct press *p)
{
	const struct row *row = row_of(p);

	if (row == NULL)
		return;
	if (row->kind == ROW_ITEM)
		go_to_scope(p, row->item->name);
	else if (row->opens)
		look_open(p->look, row->id, !row->open);
}

static void
unfold(const struct press *p)
{
	const struct row *row = row_of(p);

	if (row != NULL && row->opens && !row->open)
		look_open(p->look, row->id, true);
	else if (row != NULL && row->opens)
		move(p, 1);
}

/* Folds the row, or goes to the one it is below. */
static void
fold(const struct press *p)
{
	const struct row *row = row_of(p);

	if (row != NULL && row->open)
		look_open(p->look, row->id, false);
	else if (row != NULL && row->above != 0)
		pane_of(p)->cursor = row->above;
}

static void
sort(const struct press *p)
{
	look_sort_on(p->look);
}

static void
lights(const struct press *p)
{
	look_lights_on(p->look);
}

static void
language(const struct press *p)
{
	p->look->language = p->look->language == LANGUAGE_ZH ? LANGUAGE_EN : LANGUAGE_ZH;
}

static void
help(const struct press *p)
{
	p->look->help = true;
}

static void
quit(const struct press *p)
{
	p->look->quit = true;
}

static void
filter(const struct press *p)
{
	struct look *k = p->look;

	memcpy(k->former, k->filter, sizeof(k->filter));
	k->filter[0] = '\0';
	k->typing = true;
}

static void
clear(const struct press *p)
{
	p->look->filter[0] = '\0';
	p->look->lights = 0;
}

static const struct {
	uint32_t key, to; /* the keys from `key` up to `to`; 0: that one alone */
	void (*act)(const struct press *p);
} table[] = {
    {WATCH_MOVE_UP, 0, up},
    {'k', 0, up},
    {WATCH_MOVE_DOWN, 0, down},
    {'j', 0, down},
    {WATCH_PAGE_UP, 0, page_up},
    {WATCH_PAGE_DOWN, 0, page_down},
    {WATCH_FIRST, 0, first},
    {WATCH_LAST, 0, last},
    {WATCH_TAB, 0, next_pane},
    {WATCH_TAB_BACK, 0, former_pane},
    {'1', '0' + PANES, number},
    {WATCH_RETURN, 0, enter},
    {'\n', 0, enter},
    {WATCH_MOVE_RIGHT, 0, unfold},
    {WATCH_MOVE_LEFT, 0, fold},
    {'s', 0, sort},
    {'l', 0, lights},
    {'L', 0, language},
    {'g', 0, language},
    {'?', 0, help},
    {'/', 0, filter},
    {WATCH_ESCAPE, 0, clear},
    {'q', 0, quit},
};

/* The bytes of a character; 0: it has none that a filter could hold. */
static size_t
encode(uint32_t code, char out[4])
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000) ||
	    code >= WATCH_SPECIAL)
		return 0;
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void
rub_out(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	text[len > 0 ? len - 1 : 0] = '\0';
}

/* A key of the text that is looked for. */
static void
type(struct look *k, uint32_t key)
{
	char   bytes[4];
	size_t len = strlen(k->filter), more;

	if (key == WATCH_RETURN || key == '\n') {
		k->typing = false;
	} else if (key == WATCH_ESCAPE) {
		k->typing = false;
		memcpy(k->filter, k->former, sizeof(k->filter));
	} else if (key == WATCH_RUBOUT || key == '\b') {
		rub_out(k->filter);
	} else if ((more = encode(key, bytes)) > 0 && len + more <= LOOK_FILTER_MAX) {
		memcpy(k->filter + len, bytes, more);
		k->filter[len + more] = '\0';
	}
}

void
keys_press(struct look *k, struct scene *b, const struct rows *rows, int page, uint32_t key)
{
	struct press p = {k, b, rows, page, key};

	if (key == WATCH_CTRL_C) {
		k->quit = true;
		return;
	}
	if (k->help) {
		k->help = false;
		return;
	}
	if (k->typing) {
		type(k, key);
		return;
	}
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint32_t to = table[i].to == 0 ? table[i].key : table[i].to;

		if (key >= table[i].key && key <= to) {
			table[i].act(&p);
			return;
		}
	}
}
