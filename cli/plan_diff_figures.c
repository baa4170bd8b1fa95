#include "cli/plan_diff_figures.h"

#include <inttypes.h>
#include <stdlib.h>

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
	const char *sign = points > 0 ? plus : points < 0 ? "-" : "";

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
		buf_addf(out, because.at[l], language_reason_of(l, s->judgement));
}

static void
print_reported(struct buf *out, enum language l, const struct summary *s)
{
	(void)l;
	buf_addf(out, "%" PRIu32 "/%" PRIu32, s->obligations_reported, s->obligations_expected);
}

/* Its name stands before: diff_figure.period. */
static void
print_one_period(struct buf *out, enum language l, const struct summary_period *p)
{
	static const struct phrase words = PHRASE("%" PRIu32 "/%" PRIu32 ", %" PRIu32 " on time",
	    "%" PRIu32 "/%" PRIu32 "，按时 %" PRIu32);

	if (p->name[0] != '\0')
		buf_addf(out, words.at[l], p->reported, p->expected, p->on_time);
}

static const struct summary_period *
this_period(const struct summary *s)
{
	return &s->period;
}

static const struct summary_period *
last_period(const struct summary *s)
{
	return &s->last_period;
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

const struct diff_figure diff_figures[DIFF_FIGURES] = {
    {PHRASE("percent", "进度"), false, print_percent, NULL},
    {PHRASE("as lead", "牵头"), true, print_lead, NULL},
    {PHRASE("as participant", "参与"), true, print_participant, NULL},
    {PHRASE("expected", "序时进度"), false, print_expected, NULL},
    {PHRASE("gap", "差距"), false, print_gap, NULL},
    {PHRASE("light", "灯"), false, print_light, NULL},
    {PHRASE("reported", "已报责任事项"), false, print_reported, NULL},
    {PHRASE("this period", "本期"), false, print_period, this_period},
    {PHRASE("last period", "上一应报期"), false, print_last_period, last_period},
};
