#include "cli/history.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/prose.h"
#include "common/clock.h"
#include "core/calendar.h"

#define GAP  2    /* columns between the pieces of a line */
#define LINE 1200 /* bytes: a title and what is around it */

static const struct phrase words_summary = PHRASE("Summary", "进展");
static const struct phrase words_problems = PHRASE("Problems", "问题");
static const struct phrase words_next_steps = PHRASE("Next steps", "下一步");
static const struct phrase words_reason = PHRASE("Reason", "办理意见");
static const struct phrase words_evidence = PHRASE("Evidence", "佐证");

/* What a history is shown with. */
struct view {
	const struct history     *history;
	const struct plan        *plan;
	const struct command_run *run;
	enum language             language;
	int32_t                   today;
	struct buf                out;
	int                       column; /* where the line is that is being put together */
};

static void
styled(struct view *v, enum style style, const char *text)
{
	screen_styled(&v->out, v->run->out, style, text_of(text));
}

/* The next piece of a line: two columns behind the last, or on a new line where it does
 * not fit the screen, or cut where no line is long enough. */
static void
piece(struct view *v, enum style style, const char *text)
{
	int        width = v->run->out.width, columns = screen_columns(text_of(text));
	struct buf fit = {0};

	if (width > 0 && v->column > 0 && v->column + GAP + columns > width) {
		buf_addf(&v->out, "\n%*s", PROSE_INDENT, "");
		v->column = PROSE_INDENT;
	} else if (v->column > 0) {
		buf_addf(&v->out, "%*s", GAP, "");
		v->column += GAP;
	}
	screen_cut(&fit, text_of(text), width > 0 ? width - v->column : columns);
	screen_styled(&v->out, v->run->out, style, buf_text(&fit));
	v->column += screen_columns(buf_text(&fit));
	buf_fini(&fit);
}

static void
end_line(struct view *v)
{
	buf_addf(&v->out, "\n");
	v->column = 0;
}

static const char *
local(const struct view *v, int64_t ms, char out[CALENDAR_INSTANT_SIZE])
{
	return calendar_format_local(ms, v->plan->utc_offset_min, out);
}

static void
add_text(struct view *v, const struct phrase *label, struct text t)
{
	prose_add(&v->out, v->run->out, label->at[v->language], t);
}

static void
add_evidence(struct view *v, const struct report *r)
{
	for (uint32_t i = 0; i < r->evidence_count; i++) {
		struct buf both = {0};

		buf_add(&both, r->evidence[i].title.at, r->evidence[i].title.len);
		buf_addf(&both, "\n");
		buf_add(&both, r->evidence[i].uri.at, r->evidence[i].uri.len);
		add_text(v, &words_evidence, buf_text(&both));
		buf_fini(&both);
	}
}

static void
add_texts(struct view *v, const struct report *r)
{
	static const struct phrase help = PHRASE("asks the office to coordinate", "请求协调");

	add_text(v, &words_summary, r->summary);
	add_text(v, &words_problems, r->problems);
	add_text(v, &words_next_steps, r->next_steps);
	add_text(v, &words_reason, r->reason);
	add_evidence(v, r);
	if (r->help) {
		buf_addf(&v->out, "%*s", PROSE_INDENT, "");
		styled(v, STYLE_YELLOW, help.at[v->language]);
		buf_addf(&v->out, "\n");
	}
}

static void
add_status(struct view *v, const struct report *r)
{
	static const enum style styles[REPORT_STATES] = {
	    [REPORT_NOT_STARTED] = STYLE_PLAIN,
	    [REPORT_IN_PROGRESS] = STYLE_CYAN,
	    [REPORT_BLOCKED] = STYLE_RED,
	    [REPORT_COMPLETED] = STYLE_GREEN,
	};
	char text[80];

	snprintf(text, sizeof(text), "%s %" PRIu32 ".%02" PRIu32 " %%",
	    language_report_state(v->language, r->state), r->percent / 100, r->percent % 100);
	piece(v, styles[r->state], text);
}

/* "in progress 33.33 %", "withdraws", "rules: returned" */
static void
add_content(struct view *v, const struct report *r)
{
	static const struct phrase withdraws = PHRASE("withdraws", "撤回");
	static const struct phrase rules = PHRASE("rules: %s", "办理结果：%s");
	char                       text[80];

	if (r->kind == REPORT_STATUS) {
		add_status(v, r);
	} else if (r->kind == REPORT_WITHDRAWAL) {
		piece(v, STYLE_YELLOW, withdraws.at[v->language]);
	} else {
		snprintf(text, sizeof(text), rules.at[v->language],
		    language_disposition(v->language, r->disposition));
		piece(v, STYLE_BOLD, text);
	}
}

/* "cnipa", in Chinese with its name, and the task unless all lines are of one. */
static void
add_subject(struct view *v, const struct record *rec)
{
	static const struct phrase of_task = PHRASE("task %" PRIu32, "任务 %" PRIu32);
	uint32_t                   a = plan_find_agency(v->plan, rec->agency);
	bool                       named = a != PLAN_NONE && v->language == LANGUAGE_ZH;
	char                       id[4 * PLAN_ID_MAX + 1], text[LINE];

	snprintf(text, sizeof(text), "%s%s%s", screen_safe(rec->agency, id, sizeof(id)),
	    named ? " " : "", named ? v->plan->agencies[a].title.zh : "");
	piece(v, STYLE_PLAIN, text);
	if (history_request(v->history)->task != 0)
		return;
	snprintf(text, sizeof(text), of_task.at[v->language], rec->report.task);
	piece(v, STYLE_PLAIN, text);
}

static void
add_effective(struct view *v, const struct record *rec)
{
	static const struct phrase words[HISTORY_PLACES] = {
	    [HISTORY_IN_FORCE] = PHRASE("effective", "有效"),
	    [HISTORY_NOT_TODAY] = PHRASE("not in force today", "今日不在任务分工内"),
	    [HISTORY_NO_PLACE] =
		PHRASE("no place in revision %" PRIu32, "第 %" PRIu32 " 版计划已无此项"),
	};
	enum history_place place = history_place(v->history, rec, v->today);
	char               text[80];

	snprintf(text, sizeof(text), words[place].at[v->language], v->plan->revision);
	piece(v, place == HISTORY_IN_FORCE ? STYLE_GREEN : STYLE_YELLOW, text);
}

static void
add_fate(struct view *v, const struct history_word *w)
{
	static const struct phrase words[HISTORY_FATES] = {
	    [HISTORY_EFFECTIVE] = PHRASE("", ""),
	    [HISTORY_SUPERSEDED] = PHRASE("superseded by seq %" PRIu64 " at %s",
		"已被后续报送（报送序号 %" PRIu64 "，%s）替代"),
	    [HISTORY_WITHDRAWN] = PHRASE("withdrawn by seq %" PRIu64 " at %s",
		"已被后续报送（报送序号 %" PRIu64 "，%s）撤回"),
	};
	char text[120], moment[CALENDAR_INSTANT_SIZE];

	if (w->fate == HISTORY_EFFECTIVE) {
		add_effective(v, &w->word->record);
		return;
	}
	snprintf(text, sizeof(text), words[w->fate].at[v->language], w->by_seq,
	    local(v, w->by_received_ms, moment));
	piece(v, w->fate == HISTORY_WITHDRAWN ? STYLE_YELLOW : STYLE_DIM, text);
}

static void
add_word(struct view *v, const struct history_word *w)
{
	static const struct phrase source = PHRASE("as of %s · seq %" PRIu64 " · position %s",
	    "时点 %s · 报送序号 %" PRIu64 " · 台账位置 %s");
	static const struct phrase key = PHRASE("key %.*s", "密钥 %.*s");
	const struct record       *rec = &w->word->record;
	char received[CALENDAR_INSTANT_SIZE], at[CALENDAR_INSTANT_SIZE], position[POSITION_SIZE];
	char text[200];

	piece(v, STYLE_BOLD, local(v, rec->received_ms, received));
	add_subject(v, rec);
	add_content(v, &rec->report);
	add_fate(v, w);
	end_line(v);
	snprintf(text, sizeof(text), source.at[v->language], local(v, rec->report.at_ms, at),
	    rec->seq, position_format(w->word->position, position));
	buf_addf(&v->out, "%*s", PROSE_INDENT - GAP, "");
	v->column = PROSE_INDENT - GAP;
	piece(v, STYLE_DIM, text);
	if (rec->key.len > 0) {
		snprintf(text, sizeof(text), key.at[v->language], (int)rec->key.len, rec->key.at);
		piece(v, STYLE_DIM, text);
	}
	end_line(v);
	add_texts(v, &rec->report);
}

static void
add_revision(struct view *v, const struct history_revision *r)
{
	static const struct phrase words =
	    PHRASE("revision %" PRIu32 " comes into force · position %s",
		"第 %" PRIu32 " 版生效 · 台账位置 %s");
	static const struct phrase change[2] = {
	    PHRASE("it is not in the plan any more", "计划中不再包含"),
	    PHRASE("it is in the plan again", "计划中重新包含")};
	char moment[CALENDAR_INSTANT_SIZE], position[POSITION_SIZE], text[160];

	piece(v, STYLE_DIM, local(v, (int64_t)r->position.ms, moment));
	snprintf(text, sizeof(text), words.at[v->language], r->revision,
	    position_format(r->position, position));
	piece(v, STYLE_DIM, text);
	if (r->changed)
		piece(v, STYLE_YELLOW, change[r->has].at[v->language]);
	end_line(v);
}

/* "Task 17  title", and where the plan has it no more: in which revision it last was. */
static void
add_name(struct view *v, enum scope_kind kind, const char *key, const struct history_name *n)
{
	static const struct phrase last =
	    PHRASE(" (last in revision %" PRIu32 ")", "（最后见于第 %" PRIu32 " 版）");
	enum language l = v->language;
	char          line[LINE], when[60] = "";

	if (n->title.zh != NULL && n->revision != v->plan->revision)
		snprintf(when, sizeof(when), last.at[l], n->revision);
	snprintf(line, sizeof(line), "%s %s  %s%s", language_scope_kind(l, kind), key,
	    n->title.zh == NULL ? "–" : language_title(l, n->title), when);
	prose_wrap(&v->out, v->run->out, 0, text_of(line));
}

static void
add_asked(struct view *v)
{
	const struct history_request *q = history_request(v->history);
	char                          number[16];

	snprintf(number, sizeof(number), "%" PRIu32, q->task);
	if (q->task != 0)
		add_name(v, SCOPE_TASK, number, &history_names(v->history)->task);
	if (q->agency != NULL)
		add_name(v, SCOPE_AGENCY, q->agency, &history_names(v->history)->agency);
}

static void
add_headline(struct view *v)
{
	static const struct phrase source =
	    PHRASE("%s · revision %" PRIu32 " · ", "%s · 第 %" PRIu32 " 版 · ");

	styled(v, STYLE_BOLD, language_title(v->language, v->plan->title));
	buf_addf(&v->out, "\n");
	buf_addf(&v->out, source.at[v->language], v->plan->id, v->plan->revision);
	language_zone(&v->out, v->language, v->plan->utc_offset_min);
	buf_addf(&v->out, "\n\n");
	add_asked(v);
	buf_addf(&v->out, "\n");
}

static void
add_nothing(struct view *v)
{
	static const struct phrase never = PHRASE("nothing was ever said", "尚无任何记录");
	static const struct phrase then = PHRASE("nothing was said in that time", "该时段内无记录");
	const struct history_request *q = history_request(v->history);
	bool all = q->since.kind == MOMENT_NONE && q->until.kind == MOMENT_NONE;

	buf_addf(&v->out, "%s\n", (all ? never : then).at[v->language]);
}

void
history_show(const struct history *h, const struct command_run *run)
{
	struct view v = {
	    .history = h, .plan = history_plan(h), .run = run, .language = run->language};
	struct history_cursor cursor = {0};
	struct history_item   item;

	v.today = calendar_day_at(clock_wall_ms(), v.plan->utc_offset_min);
	add_headline(&v);
	while (history_next(h, &cursor, &item)) {
		if (item.word != NULL)
			add_word(&v, item.word);
		else
			add_revision(&v, item.revision);
	}
	if (history_count(h) == 0)
		add_nothing(&v);
	fwrite(v.out.at, 1, v.out.len, stdout);
	buf_fini(&v.out);
}
