#include <inttypes.h>
#include <stdlib.h>

#include "cli/plan_diff.h"
#include "core/calendar.h"

static const struct phrase headings[DIFF_THINGS] = {
    [DIFF_PLAN] = PHRASE("Plan", "计划"),
    [DIFF_AGENCY] = PHRASE("Agencies", "单位"),
    [DIFF_GROUP] = PHRASE("Groups", "单位组"),
    [DIFF_CHAPTER] = PHRASE("Chapters", "章"),
    [DIFF_SECTION] = PHRASE("Sections", "节"),
    [DIFF_TASK] = PHRASE("Tasks", "任务"),
};

/* In English a field is called as in a plan file, where the reader will look for it. */
static const char *const fields_zh[DIFF_FIELDS] = {
    [DIFF_ITSELF] = "标题",
    [DIFF_ZH] = "中文标题",
    [DIFF_EN] = "英文标题",
    [DIFF_PLACE] = "所属章节",
    [DIFF_DUTY] = "责任方式",
    [DIFF_WEIGHT] = "权重",
    [DIFF_STARTS] = "开始日期",
    [DIFF_DUE] = "完成期限",
    [DIFF_ENDS] = "结束日期",
    [DIFF_UTC_OFFSET] = "时区",
    [DIFF_EVERY] = "报送周期",
    [DIFF_DUE_DAYS] = "报送期限（天）",
    [DIFF_YELLOW] = "黄灯差距（百分点）",
    [DIFF_RED] = "红灯差距（百分点）",
    [DIFF_RED_SHARE] = "红灯任务占比（%）",
    [DIFF_OFFICE] = "办公室",
    [DIFF_KIND] = "类别",
    [DIFF_MEMBER] = "成员",
    [DIFF_OBLIGATION] = "责任单位",
};

/* Values, by type. */

static void
print_text(struct buf *out, enum language l, const struct diff_value *v)
{
	(void)l;
	buf_addf(out, "%s", v->text);
}

static void
print_title(struct buf *out, enum language l, const struct diff_value *v)
{
	buf_addf(out, "%s", language_title(l, v->title));
}

static void
print_number(struct buf *out, enum language l, const struct diff_value *v)
{
	(void)l;
	buf_addf(out, "%" PRId32, v->number);
}

static void
print_day(struct buf *out, enum language l, const struct diff_value *v)
{
	char date[CALENDAR_DATE_SIZE];

	(void)l;
	buf_addf(out, "%s", calendar_format_date(v->number, date));
}

static void
print_offset(struct buf *out, enum language l, const struct diff_value *v)
{
	(void)l;
	buf_addf(out, "%c%02d:%02d", v->number < 0 ? '-' : '+', abs(v->number) / 60,
	    abs(v->number) % 60);
}

static void
print_duty(struct buf *out, enum language l, const struct diff_value *v)
{
	buf_addf(out, "%s", language_duty(l, (enum plan_duty)v->number));
}

static void
print_every(struct buf *out, enum language l, const struct diff_value *v)
{
	buf_addf(out, "%s", language_every(l, (enum plan_every)v->number));
}

static void
print_scope(struct buf *out, enum language l, const struct diff_value *v)
{
	static const struct phrase chapter = PHRASE("chapter %" PRIu32, "第 %" PRIu32 " 章");
	static const struct phrase section =
	    PHRASE("section %" PRIu32 ".%" PRIu32, "第 %" PRIu32 " 章第 %" PRIu32 " 节");

	buf_addf(out, (v->section == 0 ? chapter : section).at[l], v->chapter, v->section);
}

static void
print_term(struct buf *out, enum language l, const struct diff_value *v)
{
	language_term(out, l, v->from, v->until);
}

static void
print_role(struct buf *out, enum language l, const struct diff_value *v)
{
	buf_addf(out, "%s", language_role(l, v->lead));
	if (v->from != PLAN_FIRST_DAY || v->until != PLAN_LAST_DAY)
		buf_addf(out, " ");
	print_term(out, l, v);
}

static void (*const print_value[DIFF_TYPES])(
    struct buf *out, enum language l, const struct diff_value *v) = {
    [DIFF_TEXT] = print_text,
    [DIFF_TITLE] = print_title,
    [DIFF_NUMBER] = print_number,
    [DIFF_DAY] = print_day,
    [DIFF_OFFSET] = print_offset,
    [DIFF_DUTIES] = print_duty,
    [DIFF_EVERIES] = print_every,
    [DIFF_SCOPE] = print_scope,
    [DIFF_TERM] = print_term,
    [DIFF_ROLE] = print_role,
};

static const char *
agency_name(const struct plan *p, enum language l, const char *id)
{
	uint32_t agency = plan_find_agency(p, text_of(id));

	return l == LANGUAGE_ZH && agency != PLAN_NONE ? p->agencies[agency].title.zh : id;
}

/* "    - weight: 1", or "    - member nbs" where there is nothing else to say. */
static void
print_side(struct diff_page *page, const struct plan_diff *d, const struct plan_change *c,
    enum diff_side side)
{
	static const struct phrase colon = PHRASE(": ", "：");
	const struct diff_value   *v = &c->value[side];
	enum language              l = page->language;
	struct buf                 line = {0}, value = {0};

	if (v->type == DIFF_ABSENT)
		return;
	buf_addf(&line, "%c %s", side == DIFF_OLD ? '-' : '+',
	    l == LANGUAGE_ZH ? fields_zh[c->field] : plan_diff_field_name(c->field));
	if (c->agency != NULL)
		buf_addf(&line, " %s", agency_name(d->plan[side], l, c->agency));
	print_value[v->type](&value, l, v);
	if (value.len > 0)
		buf_addf(&line, "%s%.*s", colon.at[l], (int)value.len, value.at);
	buf_addf(&page->out, "    ");
	screen_styled(
	    &page->out, page->screen, side == DIFF_OLD ? STYLE_RED : STYLE_GREEN, buf_text(&line));
	buf_addf(&page->out, "\n");
	buf_fini(&line);
	buf_fini(&value);
}

/* How a thing is marked that is only in one of the plans, or in both. */
static const struct mark {
	char       sign;
	enum style style;
} came = {'+', STYLE_GREEN}, went = {'-', STYLE_RED}, stayed = {' ', STYLE_PLAIN};

static const struct mark *
mark_of(const struct plan_change *c)
{
	if (c->at[DIFF_OLD] == PLAN_NONE)
		return &came;
	return c->at[DIFF_NEW] == PLAN_NONE ? &went : &stayed;
}

/* "+ 27  its title" */
static void
print_thing(struct diff_page *page, const struct plan_diff *d, const struct plan_change *c)
{
	const struct mark *mark = mark_of(c);
	struct buf         line = {0};
	char               key[PLAN_DIFF_KEY_SIZE];

	if (c->thing == DIFF_PLAN)
		return;
	buf_addf(&line, "%c %s  %s", mark->sign, plan_diff_key(d, c, key),
	    language_title(page->language, plan_diff_title(d, c)));
	screen_styled(&page->out, page->screen, mark->style, buf_text(&line));
	buf_addf(&page->out, "\n");
	buf_fini(&line);
}

static bool
is_of_same_thing(const struct plan_change *a, const struct plan_change *b)
{
	return a->thing == b->thing && a->at[DIFF_OLD] == b->at[DIFF_OLD] &&
	    a->at[DIFF_NEW] == b->at[DIFF_NEW];
}

void
plan_diff_print(struct diff_page *page, const struct plan_diff *d)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct plan_change *c = &d->changes[i];

		if (i == 0 || c[-1].thing != c->thing) {
			buf_addf(&page->out, "\n");
			screen_styled(&page->out, page->screen, STYLE_BOLD,
			    text_of(headings[c->thing].at[page->language]));
			buf_addf(&page->out, "\n");
		}
		if (i == 0 || !is_of_same_thing(&c[-1], c))
			print_thing(page, d, c);
		if (c->field == DIFF_ITSELF)
			continue;
		print_side(page, d, c, DIFF_OLD);
		print_side(page, d, c, DIFF_NEW);
	}
}
