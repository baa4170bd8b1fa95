#include <inttypes.h>
#include <stdlib.h>

#include "cli/json.h"
#include "cli/picture.h"
#include "cli/plan_diff.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/rollup.h"
#include "core/scope.h"
#include "core/summary.h"

struct diff_effects {
	const struct plan *plan[DIFF_SIDES];   /* borrowed */
	struct rollup     *rollup[DIFF_SIDES]; /* owned */
	int32_t            today;
};

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
	return x;
}

void
diff_effects_free(struct diff_effects *x)
{
	if (x == NULL)
		return;
	for (int side = 0; side < DIFF_SIDES; side++)
		rollup_free(x->rollup[side]);
	free(x);
}

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
	char         key[SCOPE_KEY_SIZE], name[SCOPE_TOPIC_SIZE];
	struct scope found;

	snprintf(name, sizeof(name), "%s%s%s", scope_kind_name(s.kind),
	    s.kind == SCOPE_OVERALL ? "" : "/", scope_key(p, s, key));
	return scope_parse(other, text_of(name), &found) ? scope_row(other, found) : PLAN_NONE;
}

/* The scopes of the new plan in its order, then those that only the old one has. */
static uint32_t
effect_count(const struct diff_effects *x)
{
	return scope_count(x->plan[DIFF_NEW]) + scope_count(x->plan[DIFF_OLD]);
}

/* Returns false for one that has been. Borrowed until the next call. */
static bool
effect_at(const struct diff_effects *x, uint32_t i, struct effect *f)
{
	uint32_t       new_rows = scope_count(x->plan[DIFF_NEW]);
	enum diff_side own = i < new_rows ? DIFF_NEW : DIFF_OLD;
	enum diff_side other = own == DIFF_NEW ? DIFF_OLD : DIFF_NEW;
	uint32_t       row[DIFF_SIDES];

	row[own] = own == DIFF_NEW ? i : i - new_rows;
	f->plan = x->plan[own];
	f->scope = scope_at(f->plan, row[own]);
	row[other] = row_in(x->plan[other], f->plan, f->scope);
	if (own == DIFF_OLD && row[other] != PLAN_NONE)
		return false;
	for (int side = 0; side < DIFF_SIDES; side++) {
		f->is_there[side] = row[side] != PLAN_NONE;
		if (f->is_there[side])
			rollup_summary(x->rollup[side], row[side], &f->summary[side]);
	}
	return true;
}

/* The figures that are compared: by what is shown of them. */

static void
print_figure(struct buf *out, const struct figure *figure)
{
	int32_t percent = summary_percent(figure);

	if (percent < 0)
		buf_addf(out, "–");
	else
		buf_addf(out, "%d.%02d", percent / 100, percent % 100);
}

static void
print_percent(struct buf *out, enum language l, const struct summary *s)
{
	(void)l;
	print_figure(out, &s->figure);
}

static void
print_lead(struct buf *out, enum language l, const struct summary *s)
{
	(void)l;
	print_figure(out, &s->lead);
}

static void
print_participant(struct buf *out, enum language l, const struct summary *s)
{
	(void)l;
	print_figure(out, &s->participant);
}

static void
print_points(struct buf *out, const struct summary *s, const char *plus, int32_t points)
{
	const char *sign = points > 0 ? plus : points < 0 ? "−" : "";

	if (s->figure.den == 0)
		buf_addf(out, "–");
	else
		buf_addf(out, "%s%d.%02d", sign, abs(points) / 100, abs(points) % 100);
}

static void
print_expected(struct buf *out, enum language l, const struct summary *s)
{
	(void)l;
	print_points(out, s, "", s->expected);
}

static void
print_gap(struct buf *out, enum language l, const struct summary *s)
{
	(void)l;
	print_points(out, s, "+", s->gap);
}

static void
print_light(struct buf *out, enum language l, const struct summary *s)
{
	static const struct phrase because = PHRASE(" (%s)", "（%s）");

	buf_addf(out, "%s", language_light(l, s->judgement.light));
	if (s->judgement.reason != REASON_NONE)
		buf_addf(out, because.at[l], language_reason(l, s->judgement.reason));
}

static void
print_reported(struct buf *out, enum language l, const struct summary *s)
{
	(void)l;
	buf_addf(out, "%" PRIu32 "/%" PRIu32, s->obligations_reported, s->obligations_expected);
}

static void
print_one_period(struct buf *out, enum language l, const struct summary_period *p)
{
	static const struct phrase words = PHRASE("%s %" PRIu32 "/%" PRIu32 ", %" PRIu32 " on time",
	    "%s %" PRIu32 "/%" PRIu32 "，按时 %" PRIu32);

	if (p->name[0] == '\0')
		buf_addf(out, "–");
	else
		buf_addf(out, words.at[l], p->name, p->reported, p->expected, p->on_time);
}

static void
print_period(struct buf *out, enum language l, const struct summary *s)
{
	print_one_period(out, l, &s->period);
}

static void
print_last_period(struct buf *out, enum language l, const struct summary *s)
{
	print_one_period(out, l, &s->last_period);
}

static const struct effect_figure {
	struct phrase name;
	bool          of_agencies; /* only */
	void (*print)(struct buf *out, enum language l, const struct summary *s);
} figures[] = {
    {PHRASE("percent", "进度"), false, print_percent},
    {PHRASE("as lead", "牵头"), true, print_lead},
    {PHRASE("as participant", "参与"), true, print_participant},
    {PHRASE("expected", "序时进度"), false, print_expected},
    {PHRASE("gap", "差距"), false, print_gap},
    {PHRASE("light", "灯"), false, print_light},
    {PHRASE("reported", "已报责任"), false, print_reported},
    {PHRASE("this period", "本期"), false, print_period},
    {PHRASE("last period", "上期"), false, print_last_period},
};

#define FIGURES (sizeof(figures) / sizeof(figures[0]))

/* What is shown of a figure on both sides. Returns false if that is the same. */
static bool
differs(const struct effect *f, const struct effect_figure *figure, enum language l,
    struct buf shown[DIFF_SIDES])
{
	if (figure->of_agencies && f->scope.kind != SCOPE_AGENCY)
		return false;
	for (int side = 0; side < DIFF_SIDES; side++) {
		buf_reset(&shown[side]);
		if (f->is_there[side])
			figure->print(&shown[side], l, &f->summary[side]);
		else
			buf_addf(&shown[side], "–");
	}
	return !text_equal(buf_text(&shown[DIFF_OLD]), buf_text(&shown[DIFF_NEW]));
}

/* "task/27  its title" */
static void
print_scope(struct diff_page *page, const struct effect *f)
{
	struct buf name = {0};
	char       key[SCOPE_KEY_SIZE];

	buf_addf(&name, "%s%s%s", scope_kind_name(f->scope.kind),
	    f->scope.kind == SCOPE_OVERALL ? "" : "/", scope_key(f->plan, f->scope, key));
	buf_addf(&page->out, "  ");
	screen_styled(&page->out, page->screen, STYLE_CYAN, buf_text(&name));
	buf_addf(
	    &page->out, "  %s\n", language_title(page->language, scope_title(f->plan, f->scope)));
	buf_fini(&name);
}

/* Returns whether there was something to say. */
static bool
print_effect(struct diff_page *page, const struct effect *f, struct buf shown[DIFF_SIDES])
{
	bool any = false;

	for (size_t i = 0; i < FIGURES; i++) {
		if (!differs(f, &figures[i], page->language, shown))
			continue;
		if (!any)
			print_scope(page, f);
		buf_addf(
		    &page->out, "%s%s ", any ? " · " : "    ", figures[i].name.at[page->language]);
		screen_styled(&page->out, page->screen, STYLE_RED, buf_text(&shown[DIFF_OLD]));
		buf_addf(&page->out, " → ");
		screen_styled(&page->out, page->screen, STYLE_GREEN, buf_text(&shown[DIFF_NEW]));
		any = true;
	}
	if (any)
		buf_addf(&page->out, "\n");
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
	for (uint32_t i = 0; i < effect_count(x); i++)
		any |= effect_at(x, i, &f) && print_effect(page, &f, shown);
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

	for (uint32_t i = 0; i < effect_count(x); i++) {
		bool any = false;

		if (!effect_at(x, i, &f))
			continue;
		for (size_t k = 0; !any && k < FIGURES; k++)
			any = differs(&f, &figures[k], LANGUAGE_EN, shown);
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
