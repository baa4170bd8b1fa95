#include "cli/export_facts.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

static const struct phrase classes[FACTS_CLASSES] = {
    [FACTS_DONE] = PHRASE("done", "已完成"),
    [FACTS_AHEAD] = PHRASE("ahead", "超进度"),
    [FACTS_ON_TRACK] = PHRASE("on track", "达进度"),
    [FACTS_BEHIND] = PHRASE("behind", "欠进度"),
    [FACTS_OTHER] = PHRASE("other", "其它"),
};

void
facts_init(struct facts *f, struct picture *picture, const struct picture_request *request,
    const char *as_of, const char *known_at, enum language language)
{
	*f = (struct facts){
	    .picture = picture,
	    .rollup = picture_rollup(picture),
	    .plan = picture_plan(picture),
	    .language = language,
	    .as_of = as_of != NULL && *as_of != '\0' ? as_of : NULL,
	    .known_at = known_at != NULL && *known_at != '\0' ? known_at : NULL,
	    .request = request,
	    .today = rollup_today(picture_rollup(picture)),
	    .position = fold_position(picture_fold(picture)),
	};
	f->summaries = mem_zeroed(scope_count(f->plan), sizeof(*f->summaries));
	for (uint32_t row = 0; row < scope_count(f->plan); row++) {
		rollup_summary(f->rollup, row, &f->summaries[row]);
		f->summaries[row].key = (struct text){0};
		f->summaries[row].parts = NULL;
	}
	explain(f->rollup, (struct scope){SCOPE_OVERALL, 0}, &f->whole);
	f->peaks = mem_zeroed(f->plan->obligation_count, sizeof(*f->peaks));
}

void
facts_fini(struct facts *f)
{
	free(f->summaries);
	free(f->peaks);
	explanation_fini(&f->whole);
}

const struct summary *
facts_summary(const struct facts *f, struct scope s)
{
	return &f->summaries[scope_row(f->plan, s)];
}

const struct explain_addend *
facts_addend(const struct facts *f, uint32_t task)
{
	assert(f->whole.addends[task].task == task);
	return &f->whole.addends[task];
}

enum facts_class
facts_class(const struct facts *f, uint32_t task)
{
	const struct summary *s = facts_summary(f, (struct scope){SCOPE_TASK, task});

	switch (s->judgement.light) {
	case LIGHT_BLUE:
		return FACTS_DONE;
	case LIGHT_RED:
	case LIGHT_YELLOW:
		return FACTS_BEHIND;
	case LIGHT_GREEN:
		return s->gap > 100 * (int32_t)f->plan->light_yellow ? FACTS_AHEAD : FACTS_ON_TRACK;
	case LIGHT_GREY:
	case LIGHTS:
		break;
	}
	return FACTS_OTHER;
}

const char *
facts_class_name(enum language l, enum facts_class c)
{
	return classes[c].at[l];
}

void
facts_classes(
    const struct facts *f, uint32_t first, uint32_t count, uint32_t n[static FACTS_CLASSES])
{
	for (unsigned c = 0; c < FACTS_CLASSES; c++)
		n[c] = 0;
	for (uint32_t i = 0; i < count; i++)
		n[facts_class(f, first + i)]++;
}

bool
facts_part(const struct facts *f, uint32_t obligation, struct facts_part *part)
{
	const struct plan_obligation *o = &f->plan->obligations[obligation];

	*part = (struct facts_part){
	    .obligation = obligation,
	    .task = &f->plan->tasks[o->task],
	    .agency = &f->plan->agencies[o->agency],
	    .now = rollup_word(f->rollup, obligation),
	    .word = picture_word(f->picture, obligation),
	};
	return plan_in_force(f->plan, obligation, f->today);
}

const struct report *
facts_report(const struct facts_part *part)
{
	const struct picture_word *word = part->word;

	return word != NULL && word->record.report.kind == REPORT_STATUS ? &word->record.report
									 : NULL;
}

const char *
facts_points(int64_t hundredths, char out[FACTS_POINTS_SIZE])
{
	int64_t size = hundredths < 0 ? -hundredths : hundredths;

	snprintf(out, FACTS_POINTS_SIZE, "%s%" PRId64 ".%02" PRId64, hundredths < 0 ? "-" : "",
	    size / 100, size % 100);
	return out;
}

int32_t
facts_rate(uint32_t part, uint32_t whole)
{
	return whole == 0 ? -1 : (int32_t)((uint64_t)part * 10000 / whole);
}
