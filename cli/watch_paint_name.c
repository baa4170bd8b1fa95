#include "cli/watch_paint_inside.h"

static void
name_of_scope(const struct cell *c, const char *sign)
{
	const struct scene_scope *s = c->row->scope;
	const char *title = language_title(c->p->look->language, scene_title(c->p->scene, s));
	int         indent = 2 * c->row->depth;

	if (s->kind == SCOPE_AGENCY)
		cell_text(c, 0, "%*s%s%s", indent, "", sign, *title == '\0' ? s->key : title);
	else if (*title == '\0')
		cell_text(c, 0, "%*s%s%s", indent, "", sign, s->name);
	else if (s->kind == SCOPE_OVERALL)
		cell_text(c, INK_BOLD, "%s%s", sign, title);
	else if (s->kind == SCOPE_TASK && indent == 0) /* in a list: numbers line up */
		cell_text(c, 0, "%s%3s %s", sign, s->key, title);
	else
		cell_text(c, s->kind == SCOPE_CHAPTER ? INK_BOLD : 0, "%*s%s%s %s", indent, "",
		    sign, s->key, title);
}

static void
name_of_part(const struct cell *c)
{
	const struct scene_part *part = c->row->part;
	enum language            l = c->p->look->language;

	cell_text(c, INK(part->lead ? STYLE_PLAIN : STYLE_DIM), "%*s%s · %s", 2 * c->row->depth + 2,
	    "", language_title(l, scene_agency(c->p->scene, part->agency)),
	    language_role(l, part->lead));
}

static void
name_of_item(const struct cell *c)
{
	const struct scene_scope *s = scene_scope(c->p->scene, c->row->item->name);
	struct row                row = {.kind = ROW_SCOPE, .scope = s};
	struct cell               of = *c;

	of.row = &row;
	if (s != NULL)
		name_of_scope(&of, "");
}

void
cell_name(const struct cell *c)
{
	static const struct phrase group =
	    PHRASE("All tasks (their places need --redis)", "全部任务（章节归属需 --redis）");
	const char *sign = !c->row->opens ? "  " : c->row->open ? "▾ " : "▸ ";

	if (c->row->kind == ROW_PART)
		name_of_part(c);
	else if (c->row->kind == ROW_SCOPE)
		name_of_scope(c, sign);
	else if (c->row->kind == ROW_GROUP)
		cell_text(c, 0, "%s%s", sign, group.at[c->p->look->language]);
	else if (c->row->kind == ROW_ITEM)
		name_of_item(c);
}
