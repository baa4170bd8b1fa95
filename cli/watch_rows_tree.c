#include <stdlib.h>
#include <string.h>

#include "cli/watch_rows_inside.h"
#include "core/mem.h"

/* What is known of a scope while the tree is made, by its slot in the scene. */
struct mark {
	bool                      here;    /* it has a place in the tree */
	bool                      has;     /* the filter's text is in it */
	bool                      named;   /* or in what it is below of */
	bool                      matches; /* it is shown, or something below it is */
	bool                      inner;   /* something below it is shown */
	bool                      found;   /* something below it has the filter's text */
	const struct scene_scope *above;   /* the nearest that is in the tree; NULL: none */
};

struct tree {
	struct making             *m;
	struct mark               *marks;  /* owned */
	const struct scene_scope **sorted; /* owned; those that are here */
	size_t                     count;
	bool                       grouped; /* tasks are, as their places are not known */
};

static const struct scene_scope *
nearest(const struct tree *t, const struct scene_scope *s)
{
	do
		s = s->above;
	while (s != NULL && !t->marks[s->slot].here);
	return s;
}

/* In the scene chapters and sections stand in front of what is below them. */
static void
collect(struct tree *t)
{
	const struct scene *b = t->m->scene;

	for (size_t i = 0; i < b->count; i++) {
		const struct scene_scope *s = b->scopes[i];
		struct mark              *mark = &t->marks[i];

		if (!s->known || s->kind == SCOPE_OVERALL || s->kind == SCOPE_AGENCY ||
		    !rows_is_wanted(t->m, s))
			continue;
		mark->here = true;
		mark->above = nearest(t, s);
		mark->has = rows_has_text(t->m, s);
		mark->named =
		    mark->has || (mark->above != NULL && t->marks[mark->above->slot].named);
		mark->matches = mark->named && rows_has_light(t->m, s->summary.judgement.light);
		t->sorted[t->count++] = s;
	}
}

/* From the last to the first: what is below something comes before it. */
static void
carry_up(struct tree *t)
{
	for (size_t i = t->m->scene->count; i-- > 0;) {
		const struct mark *mark = &t->marks[i];
		struct mark       *above;

		if (!mark->matches || mark->above == NULL)
			continue;
		above = &t->marks[mark->above->slot];
		above->matches = above->inner = true;
		above->found |= mark->has || mark->found;
	}
}

static void emit(struct tree *t, const struct scene_scope *above, uint64_t id, int depth);

static void
emit_one(struct tree *t, const struct scene_scope *s, uint64_t above, int depth)
{
	const struct mark *mark = &t->marks[s->slot];
	uint64_t           id = rows_id_below(0, s->name);
	struct row        *row;

	if (s->kind == SCOPE_TASK) {
		rows_add_scope(t->m, s, above, depth, NULL);
		return;
	}
	row = rows_add(t->m,
	    (struct row){.kind = ROW_SCOPE, .id = id, .above = above, .depth = depth, .scope = s});
	row->opens = mark->inner;
	row->open = mark->inner &&
	    (look_is_open(t->m->look, id) || (t->m->look->filter[0] != '\0' && mark->found));
	if (row->open)
		emit(t, s, id, depth + 1);
}

static void
emit(struct tree *t, const struct scene_scope *above, uint64_t id, int depth)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct scene_scope *s = t->sorted[i];
		const struct mark        *mark = &t->marks[s->slot];

		if (!mark->matches || mark->above != above)
			continue;
		if (depth > 0 || !t->grouped || s->kind != SCOPE_TASK)
			emit_one(t, s, id, depth);
	}
}

static bool
has_loose_tasks(const struct tree *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct mark *mark = &t->marks[t->sorted[i]->slot];

		if (t->sorted[i]->kind == SCOPE_TASK && mark->matches && mark->above == NULL)
			return true;
	}
	return false;
}

/* Without a plan nobody knows in which section a task is: all of them are in one row. */
static void
emit_group(struct tree *t)
{
	uint64_t id = rows_id_below(0, "tasks");
	bool     open = look_is_open(t->m->look, id) || t->m->look->filter[0] != '\0';

	rows_add(t->m, (struct row){.kind = ROW_GROUP, .id = id, .opens = true, .open = open});
	if (!open)
		return;
	for (size_t i = 0; i < t->count; i++) {
		const struct scene_scope *s = t->sorted[i];

		if (s->kind == SCOPE_TASK && t->marks[s->slot].matches)
			rows_add_scope(t->m, s, id, 1, NULL);
	}
}

void
rows_make_chapters(struct making *m)
{
	struct tree t = {.m = m};

	t.marks = mem_zeroed(m->scene->count + 1, sizeof(t.marks[0]));
	t.sorted = mem_zeroed(m->scene->count + 1, sizeof(t.sorted[0]));
	t.grouped = m->scene->plan == NULL && m->look->wanted.count == 0;
	collect(&t);
	carry_up(&t);
	rows_sort(t.sorted, t.count, m->sorting);
	emit(&t, NULL, 0, 0);
	if (t.grouped && has_loose_tasks(&t))
		emit_group(&t);
	free(t.marks);
	free(t.sorted);
}
