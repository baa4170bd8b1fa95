#include "cli/trend_view.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/plot.h"
#include "cli/scope_view.h"
#include "cli/table.h"
#include "core/calendar.h"
#include "core/mem.h"

#define PLOT_MIN     2 /* points that make a plot */
#define NOTHING      "–"
#define DAY_COLUMN   0
#define LIGHT_COLUMN 4

static const char *
say(const struct trend_view *v, const struct phrase *words)
{
	return words->at[v->run->language];
}

enum value { PERCENT, EXPECTED, VERIFIED, INCLUDED, VALUES };

/* A plot: one value as an area, another as a line across it. */
struct chart {
	struct phrase area_name, line_name;
	enum value    area, line;
	int32_t       unit; /* as in struct plot, like the rest */
	const char   *suffix;
	int           rows;
	enum style    style;
	bool          exact;
};

static const struct chart charts[] = {
    {PHRASE("progress", "进度"), PHRASE("expected", "序时进度"), PERCENT, EXPECTED, 100, " %", 8,
	STYLE_CYAN, false},
    {PHRASE("tasks verified", "已办结任务"), PHRASE("tasks included", "纳入任务"), VERIFIED,
	INCLUDED, 1, "", 4, STYLE_GREEN, true},
};

/* Every day from the first point to the last, whether it has one or not. */
struct series {
	int32_t  first;
	size_t   days;
	int32_t *of[VALUES]; /* owned; by day; PLOT_NONE: no point */
};

static void
series_init(struct series *s, const struct trend *t)
{
	s->first = t->days[0].day;
	s->days = (size_t)((int64_t)t->days[t->count - 1].day - s->first + 1);
	for (int v = 0; v < VALUES; v++) {
		s->of[v] = mem_zeroed(s->days, sizeof(*s->of[v]));
		for (size_t i = 0; i < s->days; i++)
			s->of[v][i] = PLOT_NONE;
	}
	for (size_t i = 0; i < t->count; i++) {
		const struct trend_point *p = &t->days[i].point;
		size_t                    at = (size_t)(t->days[i].day - s->first);

		s->of[PERCENT][at] = p->counts ? p->percent : PLOT_NONE;
		s->of[EXPECTED][at] = p->counts ? p->expected : PLOT_NONE;
		s->of[VERIFIED][at] = (int32_t)p->verified;
		s->of[INCLUDED][at] = (int32_t)p->included;
	}
}

static void
series_fini(struct series *s)
{
	for (int v = 0; v < VALUES; v++)
		free(s->of[v]);
}

/* "█ progress  ─ expected", and the plot below. */
static void
add_plot(const struct trend_view *v, const struct series *s, const struct chart *c)
{
	const struct plot p = {
	    .first_day = s->first,
	    .days = s->days,
	    .area = s->of[c->area],
	    .line = s->of[c->line],
	    .unit = c->unit,
	    .suffix = c->suffix,
	    .rows = c->rows,
	    .style = c->style,
	    .ascii = v->ascii,
	    .exact = c->exact,
	};

	screen_styled(v->out, v->run->out, p.style, text_of(plot_area_mark(v->ascii)));
	buf_addf(v->out, " %s  ", say(v, &c->area_name));
	screen_styled(v->out, v->run->out, STYLE_YELLOW, text_of(plot_line_mark(v->ascii)));
	buf_addf(v->out, " %s\n", say(v, &c->line_name));
	plot_print(&p, v->run->out, v->out);
	buf_addf(v->out, "\n");
}

static void
add_plots(const struct trend_view *v)
{
	struct series s;

	series_init(&s, v->trend);
	for (size_t i = 0; i < OPTIONS_COUNT(charts); i++)
		add_plot(v, &s, &charts[i]);
	series_fini(&s);
}

static struct table *
new_table(const struct trend_view *v)
{
	static const struct phrase heads[] = {
	    PHRASE("Day", "日期"),
	    PHRASE("Progress", "进度"),
	    PHRASE("Expected", "序时"),
	    PHRASE("Gap", "差距"),
	    PHRASE("Light", "灯"),
	    PHRASE("Verified", "已办结"),
	    PHRASE("Completed", "已完成"),
	    PHRASE("Tasks", "任务数"),
	    PHRASE("Reported", "已报告"),
	};
	struct table_column columns[OPTIONS_COUNT(heads)] = {0};

	for (size_t i = 0; i < OPTIONS_COUNT(heads); i++)
		columns[i] = (struct table_column){
		    .head = say(v, &heads[i]), .right = i != DAY_COLUMN && i != LIGHT_COLUMN};
	return table_new(columns, OPTIONS_COUNT(heads));
}

static void
add_figures(struct table *t, const struct trend_point *p)
{
	char gap[SCOPE_VIEW_POINTS_SIZE];

	table_percent(t, p->counts ? p->percent : -1);
	table_percent(t, p->counts ? p->expected : -1);
	table_add(t, STYLE_PLAIN, "%s",
	    p->counts ? scope_view_points(p->percent - p->expected, gap) : NOTHING);
}

static void
add_day(const struct trend_view *v, struct table *t, const struct trend_day *d)
{
	static const struct phrase so_far = PHRASE(" so far", " 截至目前");
	const struct trend_point  *p = &d->point;
	char                       date[CALENDAR_DATE_SIZE];

	table_add(t, STYLE_PLAIN, "%s%s", calendar_format_date(d->day, date),
	    d->so_far ? say(v, &so_far) : "");
	add_figures(t, p);
	table_add(
	    t, scope_view_light_style(p->light), "%s", language_light(v->run->language, p->light));
	table_add(t, STYLE_PLAIN, "%" PRIu32, p->verified);
	table_add(t, STYLE_PLAIN, "%" PRIu32, p->completed);
	table_add(t, STYLE_PLAIN, "%" PRIu32, p->included);
	table_add(t, STYLE_PLAIN, "%" PRIu32 "/%" PRIu32, p->reported, p->obligations);
}

static void
add_table(const struct trend_view *v)
{
	struct table *t = new_table(v);

	for (size_t i = 0; i < v->trend->count; i++)
		add_day(v, t, &v->trend->days[i]);
	table_print(t, v->run->out, v->out);
	table_free(t);
}

/* "no points from 2026-01-01 to 2026-03-04"; of one day, "no point of 2026-03-04". */
static void
add_gap(const struct trend_view *v, int32_t first, int32_t last)
{
	static const struct phrase days = PHRASE("no points from %s to %s", "%s 至 %s 没有数据点");
	static const struct phrase day = PHRASE("no point of %s", "%s 没有数据点");
	char                       from[CALENDAR_DATE_SIZE], to[CALENDAR_DATE_SIZE];

	calendar_format_date(first, from);
	calendar_format_date(last, to);
	if (first == last)
		buf_addf(v->out, say(v, &day), from);
	else
		buf_addf(v->out, say(v, &days), from, to);
}

/* The days without a point: those before the first, and those between two. */
static void
add_missing(const struct trend_view *v)
{
	static const struct phrase before =
	    PHRASE(": the aggregator had not begun to keep them\n", "：汇总服务尚未开始留存\n");
	const struct trend *t = v->trend;
	int32_t             next = v->since > v->plan->starts ? v->since : v->plan->starts;

	for (size_t i = 0; i < t->count; i++) {
		int32_t day = t->days[i].day;

		if (day > next) {
			add_gap(v, next, day - 1);
			buf_addf(
			    v->out, "%s", i == 0 && day <= t->kept_first ? say(v, &before) : "\n");
		}
		next = day + 1;
	}
}

/* No day is over yet: when the first point comes. Or none of those asked for. */
static void
add_none(const struct trend_view *v)
{
	static const struct phrase first =
	    PHRASE("no day is kept yet: the first point comes at the end of %s\n",
		"尚无留存的数据点：首个数据点在 %s 结束时产生\n");
	static const struct phrase none =
	    PHRASE("no points of these days\n", "所选日期没有数据点\n");
	char date[CALENDAR_DATE_SIZE];

	if (v->trend->kept_first == INT32_MAX)
		buf_addf(v->out, say(v, &first), calendar_format_date(v->trend->today, date));
	else if (v->trend->count == 0)
		buf_addf(v->out, "%s", say(v, &none));
}

void
trend_view_print(const struct trend_view *v)
{
	enum language l = v->run->language;

	screen_styled(v->out, v->run->out, STYLE_BOLD, text_of(language_title(l, v->plan->title)));
	buf_addf(v->out, "\n%s", v->trend->name);
	if (v->scope.kind != SCOPE_OVERALL)
		buf_addf(v->out, "  %s", language_title(l, scope_title(v->plan, v->scope)));
	buf_addf(v->out, "\n\n");
	if (v->trend->count >= PLOT_MIN)
		add_plots(v);
	if (v->trend->count > 0)
		add_table(v);
	if (v->trend->count > 0 && v->trend->kept_first != INT32_MAX)
		add_missing(v);
	add_none(v);
}
