#include <inttypes.h>

#include "cli/export_fields_get.h"
#include "cli/export_receipts.h"
#include "core/explain.h"

#define NAMED_MAX 5 /* red tasks named in a reason */

/* "（任务 83、84）" */
static void
name_red_tasks(const struct ask *q, const struct explanation *x)
{
	static const struct phrase begin = PHRASE(" (tasks ", "（任务 ");
	static const struct phrase comma = PHRASE(", ", "、");
	static const struct phrase more = PHRASE(", …)", " 等）"), end = PHRASE(")", "）");
	uint32_t                   named = 0;

	for (uint32_t i = 0; i < x->count && named < NAMED_MAX; i++) {
		if (x->addends[i].judgement.light != LIGHT_RED)
			continue;
		buf_addf(q->scratch, "%s%" PRIu32, (named == 0 ? begin : comma).at[q->language],
		    q->plan->tasks[x->addends[i].task].number);
		named++;
	}
	if (named > 0)
		buf_addf(q->scratch, "%s", (named < x->red ? more : end).at[q->language]);
}

static void
say_red_tasks(const struct ask *q)
{
	static const struct phrase share =
	    PHRASE("red tasks %" PRIu32 "/%" PRIu32, "红灯任务 %" PRIu32 "/%" PRIu32);
	const struct summary *s = q->line->summary;
	struct explanation    x;

	explain(q->facts->rollup, q->line->scope, &x);
	if (q->line->scope.kind == SCOPE_AGENCY)
		buf_addf(q->scratch, share.at[q->language], x.red, s->task_included);
	else if (s->judgement.light == LIGHT_RED)
		language_red_share(
		    q->scratch, q->language, x.red, s->task_included, q->plan->light_red_share);
	else
		buf_addf(q->scratch, "%s", language_reason_of(q->language, s->judgement));
	if (q->line->scope.kind == SCOPE_AGENCY)
		name_red_tasks(q, &x);
	explanation_fini(&x);
}

struct cell
get_why(const struct ask *q)
{
	static const struct phrase gap = PHRASE("gap %s points", "差距 %s 个百分点");
	const struct summary      *s = q->line->summary;
	char                       number[FACTS_POINTS_SIZE];

	if (s->judgement.reason == REASON_RED_TASKS)
		say_red_tasks(q);
	else if (s->judgement.reason == REASON_BEHIND)
		buf_addf(q->scratch, gap.at[q->language], facts_points(s->gap, number));
	else
		buf_addf(q->scratch, "%s", language_reason_of(q->language, s->judgement));
	return cell_text(buf_text(q->scratch));
}

/* `which` is what became of the reports. */
struct cell
get_receipts(const struct ask *q)
{
	if (q->line->scope.kind == SCOPE_TASK)
		receipts_say(
		    q->facts, q->line->scope.index, (enum explain_heard)q->which, q->scratch);
	return cell_text(buf_text(q->scratch));
}

/* `which` is a kind of concern. */
struct cell
get_concern(const struct ask *q)
{
	if (q->line->concern == NULL)
		return (struct cell){0};
	concern_say(q->line->concern, (enum concern_kind)q->which, q->facts, q->scratch);
	return cell_text(buf_text(q->scratch));
}

static const struct phrase colon = PHRASE(": ", "：");

/* "kind: text", a line for each. */
struct cell
get_all_concerns(const struct ask *q)
{
	const struct concern *c = q->line->concern;

	for (unsigned k = 0; c != NULL && k < CONCERN_KINDS; k++) {
		if ((c->kinds >> k & 1) == 0)
			continue;
		buf_addf(q->scratch, "%s%s%s", q->scratch->len == 0 ? "" : "\n",
		    concern_name((enum concern_kind)k, q->language), colon.at[q->language]);
		concern_say(c, (enum concern_kind)k, q->facts, q->scratch);
	}
	return cell_text(buf_text(q->scratch));
}

/* "agency: text", a line for each that said something. */
struct cell
get_all_texts(const struct ask *q)
{
	const struct plan_task *t =
	    q->line->scope.kind == SCOPE_TASK ? &q->plan->tasks[q->line->scope.index] : NULL;

	for (uint32_t i = 0; t != NULL && i < t->obligation_count; i++) {
		struct facts_part    part;
		const struct report *said;
		const struct text   *text;

		if (!facts_part(q->facts, t->first_obligation + i, &part) ||
		    (said = facts_report(&part)) == NULL)
			continue;
		text = (const void *)((const char *)said + q->which);
		if (text->len == 0)
			continue;
		buf_addf(q->scratch, "%s%s%s", q->scratch->len == 0 ? "" : "\n",
		    language_title(q->language, part.agency->title), colon.at[q->language]);
		buf_add(q->scratch, text->at, text->len);
	}
	return cell_text(buf_text(q->scratch));
}
