#include <inttypes.h>

#include "cli/explain_rule.h"
#include "cli/explain_view.h"
#include "cli/prose.h"
#include "core/calendar.h"

#define DATE_CHARS   10 /* of "2026-03-31 18:00:00" */
#define MINUTE_CHARS 16

#define SHOWN (4 * REPORT_SUMMARY_MAX + 1) /* bytes of a line; one may become \xHH */

static const struct phrase words_agency = PHRASE("Agency", "责任单位");
static const struct phrase words_percent = PHRASE("p", "p");
static const struct phrase words_state = PHRASE("State", "状态");
static const struct phrase words_seq = PHRASE("Seq", "报送序号");
static const struct phrase words_position = PHRASE("Position", "台账位置");
static const struct phrase words_at = PHRASE("At", "时点");
static const struct phrase words_received = PHRASE("Received", "接收");
static const struct phrase words_withdrawn = PHRASE("withdrawn", "已撤回");
static const struct phrase words_unreported = PHRASE("unreported", "未报告");
static const struct phrase words_member_from = PHRASE("member from %s", "自 %s 起为成员");
static const struct phrase words_member_until = PHRASE("member until %s", "至 %s 止为成员");

size_t
explain_report_columns(
    const struct explain_view *v, struct table_column columns[EXPLAIN_REPORT_COLUMNS])
{
	size_t n = 0;

	columns[n++] =
	    (struct table_column){.head = explain_say(v, &words_agency), .elastic = true};
	columns[n++] = (struct table_column){.head = explain_say(v, &words_percent), .right = true};
	columns[n++] = (struct table_column){.head = explain_say(v, &words_state)};
	columns[n++] = (struct table_column){.head = explain_say(v, &words_seq), .right = true};
	columns[n++] = (struct table_column){.head = explain_say(v, &words_position)};
	if (!explain_is_narrow(v))
		columns[n++] = (struct table_column){.head = explain_say(v, &words_at)};
	columns[n++] = (struct table_column){.head = explain_say(v, &words_received)};
	return n;
}

void
explain_legend(const struct explain_view *v)
{
	static const struct phrase words =
	    PHRASE("P progress of the task · p progress of the agency · w weight · E expected by "
		   "the calendar",
		"P 任务进度 · p 单位进度 · w 权重 · E 序时进度");

	prose_wrap(v->out, v->run->out, 0, text_of(explain_say(v, &words)));
}

const char *
explain_time(const struct explain_view *v, int64_t ms, char out[CALENDAR_INSTANT_SIZE])
{
	calendar_format_local(ms, v->plan->utc_offset_min, out);
	out[explain_is_narrow(v) ? DATE_CHARS : MINUTE_CHARS] = '\0';
	return out;
}

/* "  Summary: …", a line for each of the text's, escaped where a screen needs it. */
static void
put_text(const struct explain_view *v, struct buf *out, int indent, const struct phrase *label,
    struct text t)
{
	const char *head = explain_say(v, label);
	int         begin = indent + screen_columns(text_of(head));
	char        shown[SHOWN];

	if (t.len == 0)
		return;
	buf_addf(out, "%*s%s", indent, "", head);
	while (t.len > 0) {
		const char *newline = memchr(t.at, '\n', t.len);
		size_t      len = newline == NULL ? t.len : (size_t)(newline - t.at);

		screen_safe((struct text){t.at, len}, shown, sizeof(shown));
		prose_wrap(out, v->run->out, begin, text_of(shown));
		if (newline == NULL)
			break;
		t = (struct text){newline + 1, t.len - len - 1};
		if (t.len > 0)
			buf_addf(out, "%*s", begin, "");
	}
}

static void
put_evidence(const struct explain_view *v, struct buf *out, int indent, const struct report *r)
{
	static const struct phrase label = PHRASE("Evidence: ", "佐证：");
	char                       title[SHOWN], uri[SHOWN];
	const char                *head = explain_say(v, &label);

	for (uint32_t i = 0; i < r->evidence_count; i++) {
		struct buf both = {0};

		buf_addf(&both, "%s <%s>", screen_safe(r->evidence[i].title, title, sizeof(title)),
		    screen_safe(r->evidence[i].uri, uri, sizeof(uri)));
		buf_addf(out, "%*s%s", indent, "", head);
		prose_wrap(
		    out, v->run->out, indent + screen_columns(text_of(head)), buf_text(&both));
		buf_fini(&both);
	}
}

static void
put_words(const struct explain_view *v, struct buf *out, int indent, const struct record *rec)
{
	static const struct phrase key = PHRASE("Key: ", "密钥：");
	static const struct phrase summary = PHRASE("Summary: ", "进展：");
	static const struct phrase problems = PHRASE("Problems: ", "问题：");
	static const struct phrase next_steps = PHRASE("Next steps: ", "下一步：");
	static const struct phrase help = PHRASE("Asks for help", "请求协调");
	const struct report       *r = &rec->report;

	put_text(v, out, indent, &key, rec->key);
	put_text(v, out, indent, &summary, r->summary);
	put_text(v, out, indent, &problems, r->problems);
	put_text(v, out, indent, &next_steps, r->next_steps);
	if (r->help)
		buf_addf(out, "%*s%s\n", indent, "", explain_say(v, &help));
	put_evidence(v, out, indent, r);
}

/* Seq, position, at and received of a record; nothing was said: dashes. */
static void
add_origin(const struct explain_view *v, struct table *t, const struct picture_word *w)
{
	bool narrow = explain_is_narrow(v);
	char position[POSITION_SIZE], time[CALENDAR_INSTANT_SIZE];

	if (w == NULL) {
		for (int i = narrow ? 1 : 0; i < 4; i++)
			table_add(t, STYLE_DIM, "–");
		return;
	}
	table_add(t, STYLE_DIM, "%" PRIu64, w->record.seq);
	table_add(t, STYLE_DIM, "%s", position_format(w->position, position));
	if (!narrow)
		table_add(t, STYLE_DIM, "%s", explain_time(v, w->record.report.at_ms, time));
	table_add(t, STYLE_DIM, "%s", explain_time(v, w->record.received_ms, time));
}

void
explain_report_cells(
    const struct explain_view *v, struct explain_sheet *s, uint32_t obligation, int indent)
{
	const struct plan_obligation *o = &v->plan->obligations[obligation];
	const struct rollup_word     *word = rollup_word(v->rollup, obligation);
	const struct picture_word    *w = picture_word(v->picture, obligation);
	enum language                 l = v->run->language;

	table_add(s->table, STYLE_PLAIN, "%s", explain_agency(v->plan, o->agency, l));
	table_percent(s->table, (int32_t)word->percent);
	if (word->state != REPORT_UNREPORTED)
		table_add(s->table, STYLE_PLAIN, "%s", language_report_state(l, word->state));
	else
		table_add(s->table, STYLE_DIM, "%s",
		    explain_say(v, w == NULL ? &words_unreported : &words_withdrawn));
	add_origin(v, s->table, w);
	if (v->words && w != NULL)
		put_words(v, &s->below, indent, &w->record);
}

void
explain_ruling_cells(
    const struct explain_view *v, struct explain_sheet *s, uint32_t task, int indent)
{
	static const struct phrase office = PHRASE("(office)", "（办公室）");
	static const struct phrase reason = PHRASE("Reason: ", "办理意见：");
	enum report_disposition    disposition = rollup_ruling(v->rollup, task)->disposition;
	const struct picture_word *w = picture_ruling(v->picture, task);

	table_add(s->table, STYLE_PLAIN, "%s", explain_say(v, &office));
	table_percent(s->table, -1);
	table_add(
	    s->table, STYLE_YELLOW, "%s", language_disposition(v->run->language, disposition));
	add_origin(v, s->table, w);
	if (w != NULL)
		put_text(v, &s->below, indent, &reason, w->record.report.reason);
}

void
explain_membership(const struct explain_view *v, uint32_t obligation, struct buf *out)
{
	const struct plan_obligation *o = &v->plan->obligations[obligation];
	char                          date[CALENDAR_DATE_SIZE];

	if (o->from != PLAN_FIRST_DAY)
		buf_addf(
		    out, explain_say(v, &words_member_from), calendar_format_date(o->from, date));
	if (o->from != PLAN_FIRST_DAY && o->until != PLAN_LAST_DAY)
		buf_addf(out, ", ");
	if (o->until != PLAN_LAST_DAY)
		buf_addf(
		    out, explain_say(v, &words_member_until), calendar_format_date(o->until, date));
}
