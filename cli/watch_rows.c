#include "cli/watch_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/watch_rows_inside.h"
#include "core/fnv.h"
#include "core/mem.h"

struct row *
rows_add(struct making *m, struct row row)
{
	struct rows *rows = m->rows;

	if (rows->count == rows->room) {
		rows->room = rows->room == 0 ? 128 : rows->room * 2;
		rows->at = mem_resized(rows->at, rows->room, sizeof(rows->at[0]));
	}
	rows->at[rows->count] = row;
	return &rows->at[rows->count++];
}

uint64_t
rows_id_below(uint64_t above, const char *name)
{
	uint64_t h = fnv_add(FNV_START, &above, sizeof(above));

	h = fnv_add(h, name, strlen(name));
	return h == 0 ? 1 : h;
}

uint64_t
rows_id(const char *name)
{
	return rows_id_below(0, name);
}

void
rows_add_scope(struct making *m, const struct scene_scope *s, uint64_t above, int depth,
    const struct scene_part *part)
{
	/* A task is the same row wherever its section is unfolded. */
	uint64_t   id = rows_id_below(part != NULL ? above : 0, s->name);
	bool       open = s->part_count > 0 && look_is_open(m->look, id);
	struct row row = {.kind = ROW_SCOPE, .id = id, .above = above, .depth = depth, .scope = s};

	row.part = part;
	row.opens = s->part_count > 0;
	row.open = open;
	rows_add(m, row);
	for (uint32_t i = 0; open && i < s->part_count; i++) {
		const struct scene_part *p = &s->parts[i];

		rows_add(m,
		    (struct row){.kind = ROW_PART,
			.id = rows_id_below(id, p->agency),
			.above = id,
			.depth = depth + 1,
			.scope = s,
			.part = p});
	}
}

static bool
has_named_part(const struct wanted *w, const struct scene_scope *s)
{
	char name[SCOPE_NAME_SIZE];

	for (uint32_t i = 0; i < s->part_count; i++) {
		if (wanted_has(w, scope_name(SCOPE_AGENCY, text_of(s->parts[i].agency), name)))
			return true;
	}
	return false;
}

bool
rows_is_wanted(const struct making *m, const struct scene_scope *s)
{
	const struct wanted *w = &m->look->wanted;

	if (w->count == 0)
		return true;
	for (const struct scene_scope *at = s; at != NULL; at = at->above) {
		if (wanted_has(w, at->name))
			return true;
	}
	return has_named_part(w, s);
}

bool
rows_has_light(const struct making *m, enum light light)
{
	return (look_lights_shown(m->look) & (1u << light)) != 0;
}

static bool
has_title(const struct look *k, struct plan_title title)
{
	return look_finds(k, title.zh) || look_finds(k, title.en);
}

bool
rows_has_text(const struct making *m, const struct scene_scope *s)
{
	const struct look *k = m->look;

	if (k->filter[0] == '\0' || look_finds(k, s->name) ||
	    has_title(k, scene_title(m->scene, s)))
		return true;
	for (uint32_t i = 0; i < s->part_count; i++) {
		if (look_finds(k, s->parts[i].agency) ||
		    has_title(k, scene_agency(m->scene, s->parts[i].agency)))
			return true;
	}
	return false;
}

/* Scopes of a kind that are shown. Returns how many; free() *found. */
static size_t
select_scopes(const struct making *m, bool (*fits)(const struct scene_scope *),
    const struct scene_scope    ***found)
{
	const struct scene *b = m->scene;
	size_t              n = 0;

	*found = mem_zeroed(b->count + 1, sizeof((*found)[0]));
	for (size_t i = 0; i < b->count; i++) {
		const struct scene_scope *s = b->scopes[i];

		if (fits(s) && rows_is_wanted(m, s) &&
		    rows_has_light(m, s->summary.judgement.light) && rows_has_text(m, s))
			(*found)[n++] = s;
	}
	return n;
}

static bool
is_agency(const struct scene_scope *s)
{
	return s->known && s->kind == SCOPE_AGENCY;
}

/* The tasks in which an agency has a part. */
static void
add_tasks_of(struct making *m, const struct scene_scope *agency, uint64_t id)
{
	const struct scene *b = m->scene;

	for (size_t i = 0; i < b->count; i++) {
		const struct scene_scope *s = b->scopes[i];

		for (uint32_t j = 0; s->known && j < s->part_count; j++) {
			if (strcmp(s->parts[j].agency, agency->key) == 0)
				rows_add_scope(m, s, id, 1, &s->parts[j]);
		}
	}
}

static void
make_agencies(struct making *m)
{
	const struct scene_scope **found;
	size_t                     n = select_scopes(m, is_agency, &found);

	rows_sort(found, n, m->sorting);
	for (size_t i = 0; i < n; i++) {
		uint64_t    id = rows_id_below(0, found[i]->name);
		struct row *row = rows_add(
		    m, (struct row){.kind = ROW_SCOPE, .id = id, .opens = true, .scope = found[i]});

		row->open = look_is_open(m->look, id);
		if (row->open)
			add_tasks_of(m, found[i], id);
	}
	free(found);
}

static void
make_exceptions(struct making *m)
{
	const struct scene_scope **found;
	size_t                     n = select_scopes(m, scene_is_concern, &found);

	rows_sort(found, n, m->sorting);
	for (size_t i = 0; i < n; i++)
		rows_add_scope(m, found[i], 0, 0, NULL);
	free(found);
}

static bool
shows_item(const struct making *m, const struct scene_item *item)
{
	const struct scene_scope *s =
	    item->name[0] == '\0' ? NULL : scene_scope(m->scene, item->name);

	if (item->name[0] == '\0')
		return !look_is_filtered(m->look);
	return s != NULL && rows_is_wanted(m, s) && rows_has_light(m, item->now.light) &&
	    rows_has_text(m, s);
}

static void
make_feed(struct making *m)
{
	const struct scene_item *item;

	for (uint64_t n = m->scene->told; (item = scene_item(m->scene, n)) != NULL; n--) {
		if (shows_item(m, item))
			rows_add(m, (struct row){.kind = ROW_ITEM, .id = n, .item = item});
	}
}

static void
make_rates(struct making *m)
{
	for (int i = 0; i < FACTS; i++)
		rows_add(
		    m, (struct row){.kind = ROW_FACT, .id = (uint64_t)i + 1, .fact = (enum fact)i});
}

void
rows_make(struct rows *rows, struct scene *b, const struct look *k, enum pane pane)
{
	static void (*const makers[PANES])(struct making *) = {
	    [PANE_CHAPTERS] = rows_make_chapters,
	    [PANE_AGENCIES] = make_agencies,
	    [PANE_EXCEPTIONS] = make_exceptions,
	    [PANE_FEED] = make_feed,
	    [PANE_RATES] = make_rates,
	};
	struct making m = {rows, b, k, k->at[pane].sorting};

	scene_settle(b);
	rows->count = 0;
	makers[pane](&m);
}

size_t
rows_concerns(struct scene *b, const struct look *k)
{
	struct making m = {.scene = b, .look = k};
	size_t        n = 0;

	scene_settle(b);
	for (size_t i = 0; i < b->count; i++)
		n += scene_is_concern(b->scopes[i]) && rows_is_wanted(&m, b->scopes[i]);
	return n;
}

static size_t
find(const struct rows *rows, uint64_t id, size_t fallback)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->at[i].id == id)
			return i;
	}
	return fallback < rows->count || rows->count == 0 ? fallback : rows->count - 1;
}

void
rows_place(const struct rows *rows, struct look_pane *at, size_t height)
{
	at->index = at->cursor == 0 ? 0 : find(rows, at->cursor, at->index);
	if (rows->count == 0)
		at->index = 0;
	if (at->cursor != 0 && at->index < rows->count)
		at->cursor = rows->at[at->index].id;
	if (at->index < at->top)
		at->top = at->index;
	if (height > 0 && at->index >= at->top + height)
		at->top = at->index - height + 1;
	if (rows->count <= height)
		at->top = 0;
	else if (at->top > rows->count - height)
		at->top = rows->count - height;
}

void
rows_move(const struct rows *rows, struct look_pane *at, int64_t by)
{
	int64_t to = (int64_t)at->index + by;

	if (rows->count == 0)
		return;
	if (to < 0)
		to = 0;
	if (to >= (int64_t)rows->count)
		to = (int64_t)rows->count - 1;
	at->index = (size_t)to;
	at->cursor = to == 0 ? 0 : rows->at[to].id;
}
