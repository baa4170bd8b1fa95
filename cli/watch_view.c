#include "cli/watch_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/json.h"
#include "cli/scope_view.h"

#define NAME_COLUMNS 14 /* "agency/mohrss", "section/4.2" */
#define TITLE_MAX    34
#define TITLE_MIN    8
#define LINE_COLUMNS 96 /* of a line without its title */

#define CLOCK_SIZE 16

/* The wall clock where the watcher sits. */
static const char *
clock_now(char out[CLOCK_SIZE])
{
	time_t    now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(out, CLOCK_SIZE, "%H:%M:%S", &tm);
	return out;
}

static void
pad(struct buf *out, int columns)
{
	if (columns > 0)
		buf_addf(out, "%*s", columns, "");
}

void
watch_line_begin(struct watch_view *v)
{
	char now[CLOCK_SIZE];

	buf_reset(&v->out);
	screen_styled(&v->out, v->run->out, STYLE_DIM, text_of(clock_now(now)));
	buf_addf(&v->out, "  ");
}

void
watch_line_end(struct watch_view *v)
{
	while (v->out.len > 0 && v->out.at[v->out.len - 1] == ' ')
		v->out.len--;
	buf_add(&v->out, "\n", 1);
	fwrite(v->out.at, 1, v->out.len, stdout);
	fflush(stdout);
}

/* How much of a title there is room for; 0: none. */
static int
title_columns(const struct watch_view *v)
{
	int room = v->run->out.width == 0 ? TITLE_MAX : v->run->out.width - LINE_COLUMNS;

	if (v->plan == NULL || room < TITLE_MIN)
		return 0;
	return room < TITLE_MAX ? room : TITLE_MAX;
}

static void
padded(struct watch_view *v, enum style style, struct text text, int columns)
{
	screen_styled(&v->out, v->run->out, style, text);
	pad(&v->out, columns - screen_columns(text));
	buf_addf(&v->out, "  ");
}

void
watch_line_scope(struct watch_view *v, const char *name)
{
	struct scope sc;
	struct buf   fit = {0};
	int          columns = title_columns(v);

	padded(v, STYLE_BOLD, text_of(name), NAME_COLUMNS);
	if (columns == 0)
		return;
	if (scope_parse(v->plan, text_of(name), &sc))
		screen_cut(&fit,
		    text_of(language_title(v->run->language, scope_title(v->plan, sc))), columns);
	padded(v, STYLE_PLAIN, buf_text(&fit), columns);
	buf_fini(&fit);
}

static void
percent(struct watch_view *v, int32_t basis_points)
{
	if (basis_points < 0)
		buf_addf(&v->out, "%6s", "-");
	else
		buf_addf(&v->out, "%3d.%02d", basis_points / 100, basis_points % 100);
}

/* "10.00 →  30.00 /  24.65    +5.35": what is done, what is expected, the gap. */
static void
progress(struct watch_view *v, const struct seen_figures *now, const struct seen_figures *was)
{
	char gap[SCOPE_VIEW_POINTS_SIZE];

	if (was != NULL && was->percent == now->percent) {
		pad(&v->out, 9);
	} else if (was != NULL) {
		percent(v, was->percent);
		buf_addf(&v->out, was->percent < now->percent ? " → " : " ↓ ");
	}
	percent(v, now->percent);
	if (now->percent < 0) {
		pad(&v->out, 20);
		return;
	}
	buf_addf(&v->out, " / ");
	percent(v, now->expected);
	buf_addf(&v->out, "  %7s  ", scope_view_points(now->gap, gap));
}

static void
colour(struct watch_view *v, enum light l)
{
	screen_styled(&v->out, v->run->out, scope_view_light_style(l),
	    text_of(language_light(v->run->language, l)));
}

/* "yellow", or where it has changed "green → yellow: last period missed". */
static void
light(struct watch_view *v, const struct seen_figures *now, const struct seen_figures *was,
    struct judgement j)
{
	static const struct phrase colon = PHRASE(": ", "：");
	enum language              l = v->run->language;

	if (was == NULL || was->light == now->light) {
		padded(v, scope_view_light_style(now->light),
		    text_of(language_light(l, now->light)), l == LANGUAGE_ZH ? 2 : 6);
		return;
	}
	colour(v, was->light);
	buf_addf(&v->out, " → ");
	colour(v, now->light);
	if (j.reason != REASON_NONE)
		buf_addf(&v->out, "%s%s", colon.at[l], language_reason_of(l, j));
	buf_addf(&v->out, "  ");
}

static void
word(struct watch_view *v, enum task_state state)
{
	screen_styled(&v->out, v->run->out, scope_view_state_style(state),
	    text_of(language_task_state(v->run->language, state)));
}

static void
overdue(struct watch_view *v, uint32_t days)
{
	static const struct phrase words = PHRASE("%" PRIu32 " d overdue", "逾期 %" PRIu32 " 天");
	char                       told[40];

	snprintf(told, sizeof(told), words.at[v->run->language], days);
	padded(v, STYLE_RED, text_of(told), 0);
}

static void
task_state(struct watch_view *v, const struct seen_figures *now, const struct seen_figures *was)
{
	if (was != NULL && was->state != now->state) {
		word(v, was->state);
		buf_addf(&v->out, " → ");
	}
	word(v, now->state);
	if (now->disposition == REPORT_RETURNED) /* the other rulings are states */
		buf_addf(
		    &v->out, " (%s)", language_disposition(v->run->language, now->disposition));
	buf_addf(&v->out, "  ");
	if (now->overdue_days > 0)
		overdue(v, now->overdue_days);
}

/* At first all counts, then those that have changed: "in progress 12→13". */
static void
counts(struct watch_view *v, const struct seen_figures *now, const struct seen_figures *was)
{
	for (int i = 0; i < TASK_STATES; i++) {
		if (was == NULL ? now->tasks[i] == 0 : now->tasks[i] == was->tasks[i])
			continue;
		word(v, (enum task_state)i);
		if (was != NULL)
			buf_addf(
			    &v->out, " %" PRIu32 "→%" PRIu32 "  ", was->tasks[i], now->tasks[i]);
		else
			buf_addf(&v->out, " %" PRIu32 "  ", now->tasks[i]);
	}
}

static void
reported(struct watch_view *v, const struct seen_figures *now, const struct seen_figures *was)
{
	static const struct phrase words = PHRASE("reported", "已报告");

	if (was != NULL && was->reported == now->reported && was->obligations == now->obligations)
		return;
	buf_addf(&v->out, "%s ", words.at[v->run->language]);
	if (was != NULL)
		buf_addf(&v->out, "%" PRIu32 "→", was->reported);
	buf_addf(&v->out, "%" PRIu32 "/%" PRIu32 "  ", now->reported, now->obligations);
}

/* Of the last period that is due: "2026-Q1 30→31/60". */
static void
period(struct watch_view *v, const struct seen_figures *now, const struct seen_figures *was)
{
	const struct summary_period *p = &now->last_period;
	bool same = was != NULL && strcmp(was->last_period.name, p->name) == 0;

	if (p->name[0] == '\0' || (same && was->last_period.reported == p->reported))
		return;
	buf_addf(&v->out, "%s ", p->name);
	if (same)
		buf_addf(&v->out, "%" PRIu32 "→", was->last_period.reported);
	buf_addf(&v->out, "%" PRIu32 "/%" PRIu32, p->reported, p->expected);
}

static void
line(struct watch_view *v, const struct summary *s, const struct seen_figures *was)
{
	struct seen_figures now = seen_figures_of(s);
	char                name[SCOPE_NAME_SIZE];

	if (was != NULL && seen_same(&now, was))
		return;
	watch_line_begin(v);
	watch_line_scope(v, scope_name(s->kind, s->key, name));
	progress(v, &now, was);
	light(v, &now, was, s->judgement);
	if (s->kind == SCOPE_TASK)
		task_state(v, &now, was);
	else
		counts(v, &now, was);
	reported(v, &now, was);
	period(v, &now, was);
	watch_line_end(v);
}

static void
print_json(const char *event, const struct event *ev, const struct seen_figures *was)
{
	json_t *object = json_object();

	json_object_set_new(object, "event", json_string(event));
	json_object_set_new(object, "id", json_text(ev->id));
	json_object_set_new(object, "time", json_text(ev->time));
	if (was != NULL)
		json_object_set_new(object, "percent_before", json_percent(was->percent));
	json_object_set_new(object, "data", json_summary(&ev->summary));
	json_print(stdout, object);
}

void
watch_view_state(struct watch_view *v, const struct event *ev)
{
	if (v->json)
		print_json("state", ev, NULL);
	else
		line(v, &ev->summary, NULL);
}

void
watch_view_change(struct watch_view *v, const struct event *ev, const struct seen_figures *was)
{
	if (v->json)
		print_json("change", ev, was);
	else
		line(v, &ev->summary, was);
}

void
watch_view_notice(
    struct watch_view *v, const char *event, const struct phrase *words, const char *endpoint)
{
	char shown[200];

	if (v->json) {
		json_print(stdout, json_pack("{s:s}", "event", event));
		return;
	}
	watch_line_begin(v);
	screen_styled(&v->out, v->run->out, STYLE_YELLOW, text_of(words->at[v->run->language]));
	if (endpoint != NULL)
		buf_addf(&v->out, " (%s)", screen_safe(text_of(endpoint), shown, sizeof(shown)));
	watch_line_end(v);
}
