#include "cli/doctor_view.h"

#include <stdio.h>

#include "cli/prose.h"
#include "common/json.h"

#define MARK_WIDTH  9 /* columns, with the space behind; like the next two */
#define TITLE_WIDTH 12
#define MEND_INDENT 2

static const struct level_row {
	struct phrase word;
	enum style    style;
	struct phrase one, many; /* behind a number */
} levels[DOCTOR_LEVELS] = {
    [DOCTOR_FINE] = {PHRASE("fine", "好"), STYLE_GREEN, PHRASE("fine", "项正常"),
	PHRASE("fine", "项正常")},
    [DOCTOR_SKIPPED] = {PHRASE("skipped", "未查"), STYLE_DIM, PHRASE("not checked", "项未查"),
	PHRASE("not checked", "项未查")},
    [DOCTOR_ADVICE] = {PHRASE("advice", "注意"), STYLE_YELLOW, PHRASE("advice", "项须注意"),
	PHRASE("advice", "项须注意")},
    [DOCTOR_FAULT] = {PHRASE("fault", "故障"), STYLE_RED, PHRASE("fault", "处故障"),
	PHRASE("faults", "处故障")},
};

static bool
is_shown(const struct doctor_view *v, enum doctor_level level)
{
	return !v->quiet || level >= DOCTOR_ADVICE;
}

/* A text in a style, and blanks behind it up to a width. */
static void
add_column(struct buf *out, struct screen scr, enum style style, const char *text, int width)
{
	int left = width - screen_columns(text_of(text));

	screen_styled(out, scr, style, text_of(text));
	buf_addf(out, "%*s", left > 1 ? left : 1, "");
}

static void
add_finding(
    struct buf *out, const struct doctor_view *v, const char *title, const struct doctor_finding *f)
{
	const struct level_row *level = &levels[f->level];
	int                     indent = MARK_WIDTH + TITLE_WIDTH;

	add_column(out, v->screen, level->style, level->word.at[v->language], MARK_WIDTH);
	add_column(out, v->screen, STYLE_BOLD, title, TITLE_WIDTH);
	prose_wrap(out, v->screen, indent, text_of(f->what));
	if (f->mend[0] == '\0')
		return;
	indent += MEND_INDENT;
	buf_addf(out, "%*s", indent, "");
	prose_wrap(out, v->screen, indent, text_of(f->mend));
}

static void
print(struct buf *out)
{
	if (out->len > 0)
		fwrite(out->at, 1, out->len, stdout);
	fflush(stdout);
	buf_fini(out);
}

void
doctor_view_print(
    const struct doctor_view *v, const char *title, const struct doctor_findings *f, size_t from)
{
	struct buf out = {0};

	for (size_t i = from; i < f->count; i++)
		if (is_shown(v, f->at[i].level))
			add_finding(&out, v, title, &f->at[i]);
	print(&out);
}

void
doctor_view_sum(const struct doctor_view *v, const struct doctor_findings *f)
{
	static const enum doctor_level order[] = {
	    DOCTOR_FAULT, DOCTOR_ADVICE, DOCTOR_FINE, DOCTOR_SKIPPED};
	static const struct phrase comma = PHRASE(", ", "，"), space = PHRASE(" ", " ");
	struct buf                 out = {0};

	if (v->quiet && doctor_worst(f) < DOCTOR_ADVICE)
		return;
	for (size_t i = 0; i < OPTIONS_COUNT(order); i++) {
		const struct level_row *level = &levels[order[i]];
		size_t                  n = doctor_count(f, order[i]);

		if (n == 0)
			continue;
		buf_addf(&out, "%s%zu%s%s", out.len > 0 ? comma.at[v->language] : "", n,
		    space.at[v->language],
		    n == 1 ? level->one.at[v->language] : level->many.at[v->language]);
	}
	buf_addf(&out, "\n");
	print(&out);
}

static json_t *
json_findings(const struct doctor_view *v, const struct doctor_findings *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->count; i++) {
		const struct doctor_finding *one = &f->at[i];

		if (is_shown(v, one->level))
			json_array_append_new(list,
			    json_pack("{s:s, s:s, s:s, s:s, s:s}", "check", one->check, "level",
				doctor_level_name(one->level), "code", one->code, "what", one->what,
				"mend", one->mend));
	}
	return list;
}

void
doctor_view_json(const struct doctor_view *v, const char *const *checks, size_t count,
    const struct doctor_findings *f)
{
	json_t *names = json_array(), *counts = json_object();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(names, json_string(checks[i]));
	for (int level = 0; level < DOCTOR_LEVELS; level++)
		json_object_set_new(counts, doctor_level_name((enum doctor_level)level),
		    json_integer((json_int_t)doctor_count(f, (enum doctor_level)level)));
	json_print(stdout,
	    json_pack("{s:o, s:o, s:s, s:o}", "checks", names, "findings", json_findings(v, f),
		"worst", doctor_level_name(doctor_worst(f)), "counts", counts));
}
