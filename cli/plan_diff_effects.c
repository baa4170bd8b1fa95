#include <stdlib.h>

#include "common/json.h"
#include "cli/picture.h"
#include "cli/plan_diff.h"
#include "cli/plan_diff_figures.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/rollup.h"
#include "core/scope.h"
#include "core/summary.h"

#define LABEL         18 /* columns of a figure's name */
#define NOTHING       "–"
#define WIDTH_DEFAULT 100 /* columns, where nobody knows how wide it is */

/* A scope that is compared; only the old plan's if that is its side. */
struct entry {
	enum diff_side side;
	struct scope   scope;
	uint64_t       place;
};

struct diff_effects {
	const struct plan *plan[DIFF_SIDES];   /* borrowed */
	struct rollup     *rollup[DIFF_SIDES]; /* owned */
	int32_t            today;
	struct entry      *entries; /* owned; in the order they are shown */
	size_t             count;
};

/* A scope of either plan; of what only one has, the other side is not there. */
struct effect {
	struct scope       scope;
	const struct plan *plan; /* to name it by */
	struct summary     summary[DIFF_SIDES];
	bool               is_there[DIFF_SIDES];
};

/* The same scope of another plan: its row, or PLAN_NONE. */
static uint32_t
row_in(const struct plan *other, const struct plan *p, struct scope s)
{
	char         name[SCOPE_NAME_SIZE];
	struct scope found;

	return scope_parse(other, text_of(scope_name_in(p, s, name)), &found)
	    ? scope_row(other, found)
	    : PLAN_NONE;
}

/* Where a scope stands among those of its kind: by its numbers; agencies in the order of
 * the new plan, behind them those that only the old one has. */
static uint64_t
place_of(const struct plan *p, struct scope s, enum diff_side side)
{
	switch (s.kind) {
	case SCOPE_CHAPTER:
		return p->chapters[s.index].number;
	case SCOPE_SECTION:
		return (uint64_t)p->chapters[p->sections[s.index].chapter].number << 32 |
		    p->sections[s.index].number;
	case SCOPE_TASK:
		return p->tasks[s.index].number;
	case SCOPE_AGENCY:
		return (uint64_t)(side == DIFF_OLD) << 32 | s.index;
	case SCOPE_OVERALL:
	case SCOPE_KINDS:
		break;
	}
	return 0;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->scope.kind != y->scope.kind)
		return x->scope.kind < y->scope.kind ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* The scopes of the new plan, and in their place those that only the old one has. */
static void
list_scopes(struct diff_effects *x)
{
	const struct plan *old = x->plan[DIFF_OLD], *new = x->plan[DIFF_NEW];

	x->entries = mem_zeroed((size_t)scope_count(new) + scope_count(old), sizeof(*x->entries));
	for (int side = 0; side < DIFF_SIDES; side++) {
		const struct plan *p = x->plan[side];

		for (uint32_t row = 0; row < scope_count(p); row++) {
			struct scope s = scope_at(p, row);

			if (side == DIFF_NEW || row_in(new, p, s) == PLAN_NONE)
				x->entries[x->count++] = (struct entry){
				    (enum diff_side)side, s, place_of(p, s, (enum diff_side)side)};
		}
	}
	qsort(x->entries, x->count, sizeof(*x->entries), compare_entries);
}

struct diff_effects *
diff_effects_take(
    struct store *s, const struct plan *old, const struct plan *new, int32_t today, struct err *e)
{
	char                         date[CALENDAR_DATE_SIZE];
	const struct picture_request request = {
	    .plan = new->id, .today = calendar_format_date(today, date)};
	struct picture      *picture = picture_take(s, &request, e);
	struct diff_effects *x;

	if (picture == NULL)
		return NULL;
	x = mem_zeroed(1, sizeof(*x));
	x->today = today;
	x->plan[DIFF_OLD] = old;
	x->plan[DIFF_NEW] = new;
	for (int side = 0; side < DIFF_SIDES; side++)
		x->rollup[side] = rollup_rebased(
		    picture_rollup(picture), x->plan[side], fold_position(picture_fold(picture)));
	picture_free(picture);
	list_scopes(x);
	return x;
}

void
diff_effects_free(struct diff_effects *x)
{
	if (x == NULL)
		return;
	for (int side = 0; side < DIFF_SIDES; side++)
		rollup_free(x->rollup[side]);
	free(x->entries);
	free(x);
}

/* The figures of a scope on both sides. Borrowed until the next call. */
static void
effect_at(const struct diff_effects *x, size_t i, struct effect *f)
{
	const struct entry *entry = &x->entries[i];

	f->plan = x->plan[entry->side];
	f->scope = entry->scope;
	for (int side = 0; side < DIFF_SIDES; side++) {
		uint32_t row = row_in(x->plan[side], f->plan, f->scope);

		f->is_there[side] = row != PLAN_NONE;
		if (f->is_there[side])
			rollup_summary(x->rollup[side], row, &f->summary[side]);
	}
}

/* The name of the period that a figure is of, on one side; "" where there is none. */
static const char *
period_of(const struct effect *f, const struct diff_figure *figure, enum diff_side side)
{
	if (figure->period == NULL || !f->is_there[side])
		return "";
	return figure->period(&f->summary[side])->name;
}

/* What is shown of one side, with the name of its period where the other side does not
 * have the same. */
static void
show_side(const struct effect *f, const struct diff_figure *figure, enum language l,
    enum diff_side side, struct buf *shown)
{
	const char *name = period_of(f, figure, side);
	bool same = strcmp(period_of(f, figure, DIFF_OLD), period_of(f, figure, DIFF_NEW)) == 0;

	buf_reset(shown);
	if (!same && name[0] != '\0')
		buf_addf(shown, "%s ", name);
	if (f->is_there[side])
		figure->print(shown, l, &f->summary[side]);
	if (shown->len == 0)
		buf_addf(shown, NOTHING);
}

/* Shows a figure on both sides. Returns false if that is the same. */
static bool
differs(const struct effect *f, const struct diff_figure *figure, enum language l,
    struct buf shown[DIFF_SIDES])
{
	if (figure->of_agencies && f->scope.kind != SCOPE_AGENCY)
		return false;
	for (int side = 0; side < DIFF_SIDES; side++)
		show_side(f, figure, l, (enum diff_side)side, &shown[side]);
	return !text_equal(buf_text(&shown[DIFF_OLD]), buf_text(&shown[DIFF_NEW]));
}

/* "task/27  its title" */
static void
print_scope(struct diff_page *page, const struct effect *f)
{
	struct text title = text_of(language_title(page->language, scope_title(f->plan, f->scope)));
	int         width = page->screen.width > 0 ? page->screen.width : WIDTH_DEFAULT;
	char        name[SCOPE_NAME_SIZE];

	scope_name_in(f->plan, f->scope, name);
	buf_addf(&page->out, "  ");
	screen_styled(&page->out, page->screen, STYLE_CYAN, text_of(name));
	buf_addf(&page->out, "  ");
	screen_cut(&page->out, title, width - 4 - screen_columns(text_of(name)));
	buf_addf(&page->out, "\n");
}

/* "    percent          38.33 → 36.66"; of a period both sides have, its name too. */
static void
print_figure(struct diff_page *page, const struct effect *f, const struct diff_figure *figure,
    const struct buf shown[DIFF_SIDES])
{
	const char *name = figure->name.at[page->language];
	const char *before = period_of(f, figure, DIFF_OLD);
	const char *after = period_of(f, figure, DIFF_NEW);

	buf_addf(&page->out, "    %s%*s", name, LABEL - screen_columns(text_of(name)), "");
	if (after[0] != '\0' && strcmp(before, after) == 0)
		buf_addf(&page->out, "%s  ", after);
	screen_styled(&page->out, page->screen, STYLE_RED, buf_text(&shown[DIFF_OLD]));
	buf_addf(&page->out, " → ");
	screen_styled(&page->out, page->screen, STYLE_GREEN, buf_text(&shown[DIFF_NEW]));
	buf_addf(&page->out, "\n");
}

/* A line for each figure that comes out different. Returns whether there is one. */
static bool
print_effect(struct diff_page *page, const struct effect *f, struct buf shown[DIFF_SIDES])
{
	bool any = false;

	for (size_t i = 0; i < DIFF_FIGURES; i++) {
		if (!differs(f, &diff_figures[i], page->language, shown))
			continue;
		if (!any)
			print_scope(page, f);
		print_figure(page, f, &diff_figures[i], shown);
		any = true;
	}
	return any;
}

void
diff_effects_print(struct diff_page *page, const struct diff_effects *x)
{
	static const struct phrase heading = PHRASE("Rates on %s", "对 %s 各项进度的影响");
	static const struct phrase none = PHRASE("  No rate changes.\n", "  各项进度均无变化。\n");
	struct buf                 shown[DIFF_SIDES] = {{0}}, head = {0};
	struct effect              f;
	char                       date[CALENDAR_DATE_SIZE];
	bool                       any = false;

	buf_addf(&head, heading.at[page->language], calendar_format_date(x->today, date));
	buf_addf(&page->out, "\n");
	screen_styled(&page->out, page->screen, STYLE_BOLD, buf_text(&head));
	buf_addf(&page->out, "\n");
	for (size_t i = 0; i < x->count; i++) {
		effect_at(x, i, &f);
		any |= print_effect(page, &f, shown);
	}
	if (!any)
		buf_addf(&page->out, "%s", none.at[page->language]);
	buf_fini(&head);
	buf_fini(&shown[DIFF_OLD]);
	buf_fini(&shown[DIFF_NEW]);
}

/* The figures of a summary, with the keys of its event. */
static json_t *
json_side(const struct effect *f, enum diff_side side)
{
	static const char *const keys[] = {"percent", "lead", "participant", "own", "expected",
	    "gap", "light", "reason", "obligations", "period", "last_period"};
	json_t                  *summary, *object;

	if (!f->is_there[side])
		return json_null();
	summary = json_summary(&f->summary[side]);
	object = json_object();
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		json_t *value = json_object_get(summary, keys[i]);

		if (value != NULL)
			json_object_set(object, keys[i], value);
	}
	json_decref(summary);
	return object;
}

json_t *
diff_effects_json(const struct diff_effects *x)
{
	json_t       *array = json_array();
	struct buf    shown[DIFF_SIDES] = {{0}};
	struct effect f;
	char          key[SCOPE_KEY_SIZE];

	for (size_t i = 0; i < x->count; i++) {
		bool any = false;

		effect_at(x, i, &f);
		for (size_t k = 0; !any && k < DIFF_FIGURES; k++)
			any = differs(&f, &diff_figures[k], LANGUAGE_EN, shown);
		if (any)
			json_array_append_new(array,
			    json_pack("{s:s, s:s, s:o, s:o}", "scope",
				scope_kind_name(f.scope.kind), "key",
				scope_key(f.plan, f.scope, key), "before", json_side(&f, DIFF_OLD),
				"after", json_side(&f, DIFF_NEW)));
	}
	buf_fini(&shown[DIFF_OLD]);
	buf_fini(&shown[DIFF_NEW]);
	return array;
}
