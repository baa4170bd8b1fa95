#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "cli/explain_rule.h"
#include "cli/explain_view.h"
#include "cli/prose.h"
#include "cli/scope_view.h"
#include "core/calendar.h"

#define LABEL  12   /* columns */
#define LINE   1024 /* bytes */
#define FIGURE "%" PRIu64 " / %" PRIu64 " = %" PRId32

static const struct phrase words_percent = PHRASE("Percent", "进度");
static const struct phrase words_own = PHRASE("Own", "本单位");
static const struct phrase words_lead = PHRASE("Lead", "牵头");
static const struct phrase words_participant = PHRASE("Participant", "参与");
static const struct phrase words_ruling = PHRASE("Ruling", "办理结果");
static const struct phrase words_expected = PHRASE("Expected", "序时进度");
static const struct phrase words_gap = PHRASE("Gap", "差距");
static const struct phrase words_light = PHRASE("Light", "灯");
static const struct phrase words_proof = PHRASE("Proof", "核对");
static const struct phrase words_published = PHRASE("Published", "已发布");
static const struct phrase words_nothing = PHRASE("–  nothing counts", "–  无计入项");

static void
put_label(const struct explain_view *v, const struct phrase *label)
{
	const char *head = explain_say(v, label);

	buf_addf(v->out, "%s%*s", head, LABEL - screen_columns(text_of(head)), "");
}

/* "Label       text", a line. */
static void __attribute__((format(printf, 3, 4)))
line(const struct explain_view *v, const struct phrase *label, const char *fmt, ...)
{
	char    text[LINE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	put_label(v, label);
	prose_wrap(v->out, v->run->out, LABEL, text_of(text));
}

static bool
of_agency(const struct explain_view *v)
{
	return v->x->scope.kind == SCOPE_AGENCY;
}

/* "61.72  Σ w·P / Σ w = 123450 / 20 = 6172 hundredths, floored" */
static void
put_figure(const struct explain_view *v, const struct phrase *label, const char *formula,
    const struct figure *f)
{
	static const struct phrase words =
	    PHRASE("%d.%02d  %s = " FIGURE " hundredths of a percent, floored%s",
		"%d.%02d  %s = " FIGURE "（万分之一，向下取整）%s");
	static const struct phrase guard =
	    PHRASE("; as some percent is above 0, at least 0.01 is shown",
		"；因有计入进度大于 0，至少显示 0.01");
	int32_t percent = summary_percent(f), floored = explain_floor(f);

	if (f->den == 0)
		line(v, label, "%s", explain_say(v, &words_nothing));
	else
		line(v, label, explain_say(v, &words), percent / 100, percent % 100, formula,
		    f->num, f->den, floored, percent > floored ? explain_say(v, &guard) : "");
}

static void
put_figures(const struct explain_view *v)
{
	if (!of_agency(v)) {
		put_figure(v, &words_percent, "Σ w·P / Σ w", &v->x->figure);
		return;
	}
	put_figure(v, &words_lead, "Σ w·P / Σ w", &v->x->lead);
	put_figure(v, &words_participant, "Σ w·p / Σ w", &v->x->participant);
	put_figure(v, &words_own, "Σ w·p / Σ w", &v->x->figure);
}

/* A task's percent: the mean of its parts, and what the office made of it. */
static void
put_mean(const struct explain_view *v)
{
	static const struct phrase words = PHRASE("%d.%02d  Σ p / n = %" PRIu32 " / %" PRIu32
						  " = %" PRIu32
						  " hundredths of a percent, floored%s",
	    "%d.%02d  Σ p / n = %" PRIu32 " / %" PRIu32 " = %" PRIu32 "（万分之一，向下取整）%s");
	static const struct phrase guard =
	    PHRASE("; as some part is above 0, at least 0.01 is shown",
		"；因有计入部分大于 0，至少显示 0.01");
	static const struct phrase cancelled =
	    PHRASE("–  the task is cancelled: nothing of it counts", "–  任务已取消，不计入");
	struct explain_mean m = explain_mean(v->rollup, v->x->scope.index);
	bool                hidden = m.mean == 0 && m.sum > 0;
	uint32_t            shown = hidden ? 1 : m.mean;

	if (v->x->figure.den == 0) {
		line(v, &words_percent, "%s", explain_say(v, &cancelled));
		return;
	}

	line(v, &words_percent, explain_say(v, &words), shown / 100, shown % 100, m.sum, m.parts,
	    m.mean, hidden ? explain_say(v, &guard) : "");
}

static void
put_ruling(const struct explain_view *v)
{
	static const struct phrase effects[REPORT_DISPOSITIONS] = {
	    [REPORT_VERIFIED] = PHRASE(
		"verified: 100.00, whatever was reported", "已办结：无论报告如何，按 100.00 计"),
	    [REPORT_RETURNED] = PHRASE("returned: at most 99.99", "退回：至多按 99.99 计"),
	    [REPORT_SUSPENDED] = PHRASE("suspended: counts as it stands", "中止：按现有进度计入"),
	    [REPORT_CANCELLED] = PHRASE("cancelled: it does not count", "已取消：不计入"),
	};
	static const struct phrase becomes = PHRASE("%s; P = %d.%02d", "%s；P = %d.%02d");
	enum report_disposition    d = v->x->summary.disposition;
	struct explain_mean        m = explain_mean(v->rollup, v->x->scope.index);

	if (d == REPORT_OPEN)
		return;
	if (d == REPORT_CANCELLED)
		line(v, &words_ruling, "%s", explain_say(v, &effects[d]));
	else
		line(v, &words_ruling, explain_say(v, &becomes), explain_say(v, &effects[d]),
		    m.percent / 100, m.percent % 100);
}

static void
put_expected_of_task(const struct explain_view *v)
{
	static const struct phrase words =
	    PHRASE("%1$d.%2$02d  10000 × %3$" PRIu32 " / %4$" PRIu32 " = %5$" PRId32
		   " hundredths of a percent, floored: day %3$" PRIu32 " of %4$" PRIu32 "%6$s",
		"%1$d.%2$02d  10000 × %3$" PRIu32 " / %4$" PRIu32 " = %5$" PRId32
		"（万分之一，向下取整）：第 %3$" PRIu32 " 天，共 %4$" PRIu32 " 天%6$s");
	static const struct phrase frozen =
	    PHRASE(", where it was suspended", "，自中止之日起不再增长");
	struct explain_days d = explain_days(v->rollup, v->x->scope.index);
	int32_t             expected = v->x->summary.expected;

	line(v, &words_expected, explain_say(v, &words), expected / 100, expected % 100, d.passed,
	    d.length, expected, d.frozen ? explain_say(v, &frozen) : "");
}

static void
put_expected(const struct explain_view *v)
{
	static const struct phrase words =
	    PHRASE("%d.%02d  Σ w·E / Σ w = " FIGURE " hundredths of a percent, floored",
		"%d.%02d  Σ w·E / Σ w = " FIGURE "（万分之一，向下取整）");
	int32_t  expected = v->x->summary.expected;
	uint64_t num = v->x->expected_num, den = v->x->figure.den;

	line(v, &words_expected, explain_say(v, &words), expected / 100, expected % 100, num, den,
	    (int32_t)(num / den));
}

static void
put_gap(const struct explain_view *v)
{
	static const struct phrase of_task =
	    PHRASE("%s  %d.%02d - %d.%02d", "%s  %d.%02d - %d.%02d");
	static const struct phrase of_scope =
	    PHRASE("%s  %d.%02d - %d.%02d: what the points of the tasks add up to",
		"%s  %d.%02d - %d.%02d：各任务百分点之和");
	const struct summary *s = &v->x->summary;
	bool                  task = v->x->scope.kind == SCOPE_TASK;
	int32_t               percent = summary_percent(&s->figure);
	char                  gap[SCOPE_VIEW_POINTS_SIZE];

	line(v, &words_gap, explain_say(v, task ? &of_task : &of_scope),
	    scope_view_points(s->gap, gap), percent / 100, percent % 100, s->expected / 100,
	    s->expected % 100);
}

static void
put_light(const struct explain_view *v)
{
	static const struct phrase colon = PHRASE(": ", "：");
	struct judgement           j = v->x->summary.judgement;
	enum language              l = v->run->language;
	struct text                light = text_of(language_light(l, j.light));
	bool                       is_share = j.reason == REASON_RED_TASKS && j.light == LIGHT_RED;
	struct buf                 why = {0}; /* a share of red tasks is its own reason */

	put_label(v, &words_light);
	screen_styled(v->out, v->run->out, scope_view_light_style(j.light), light);
	buf_addf(v->out, "  ");
	if (j.reason != REASON_NONE && !is_share)
		buf_addf(&why, "%s%s", language_reason_of(l, j), explain_say(v, &colon));
	explain_rule(v->rollup, v->x, l, &why);
	prose_wrap(v->out, v->run->out, LABEL + screen_columns(light) + 2, buf_text(&why));
	buf_fini(&why);
}

static void
put_proof(const struct explain_view *v)
{
	static const struct phrase right =
	    PHRASE("the sums are exactly those of the summary", "各项之和与汇总完全一致");
	static const struct phrase wrong =
	    PHRASE("THE SUMS ARE NOT THOSE OF THE SUMMARY", "各项之和与汇总不一致");

	line(v, &words_proof, "%s", explain_say(v, explanation_adds_up(v->x) ? &right : &wrong));
}

/* What is kept, of whichever moment. */
static void
put_other(const struct explain_view *v)
{
	static const struct phrase words =
	    PHRASE("of another moment: %s at position %s, as of %s, revision %" PRIu32,
		"属另一时刻：%s，台账位置 %s，评价日 %s，第 %" PRIu32 " 版");
	const struct explain_published *p = v->published;
	char percent[SCOPE_VIEW_POINTS_SIZE] = "–", position[POSITION_SIZE],
	     day[CALENDAR_DATE_SIZE];

	if (p->percent >= 0)
		snprintf(percent, sizeof(percent), "%d.%02d", p->percent / 100, p->percent % 100);
	line(v, &words_published, explain_say(v, &words), percent,
	    position_format(p->position, position),
	    calendar_format_date(calendar_day_at(p->as_of_ms, v->plan->utc_offset_min), day),
	    p->revision);
}

static void
put_published(const struct explain_view *v)
{
	static const struct phrase words[PUBLISHED_KINDS] = {
	    [PUBLISHED_SAME] = PHRASE("the same, byte for byte, at this position and day%.*s",
		"同一位置同一日，逐字节相同%.*s"),
	    [PUBLISHED_DIFFERS] =
		PHRASE("DIFFERS at the same position and day (run 'tuijin verify'): %.*s",
		    "同一位置同一日但不相同（请运行 tuijin verify）：%.*s"),
	    [PUBLISHED_UNREADABLE] = PHRASE("CANNOT BE READ: %.*s", "无法读取：%.*s"),
	    [PUBLISHED_MISSING] = PHRASE("MISSING, though others are kept: run 'tuijin verify'%.*s",
		"缺失，而其他汇总均在：请运行 tuijin verify%.*s"),
	    [PUBLISHED_NONE] =
		PHRASE("nothing is kept: tuijin-aggregator does not run, or with --today%.*s",
		    "未保存：tuijin-aggregator 未运行，或带 --today 运行%.*s"),
	};
	const struct explain_published *p = v->published;

	if (p->kind == PUBLISHED_OTHER)
		put_other(v);
	else
		line(v, &words_published, explain_say(v, &words[p->kind]), (int)p->what.len,
		    p->what.len == 0 ? "" : p->what.at);
}

void
explain_view_sums(const struct explain_view *v)
{
	bool task = v->x->scope.kind == SCOPE_TASK;

	buf_addf(v->out, "\n");
	if (task) {
		put_mean(v);
		put_ruling(v);
	} else {
		put_figures(v);
	}
	if (v->x->figure.den > 0) {
		if (task)
			put_expected_of_task(v);
		else
			put_expected(v);
		put_gap(v);
	}
	put_light(v);
	put_proof(v);
	put_published(v);
}
