#include "cli/explain_published.h"

#include <stdlib.h>

#include "cli/summaries.h"
#include "core/wire_event.h"

static const char *const names[PUBLISHED_KINDS] = {
    [PUBLISHED_SAME] = "same",
    [PUBLISHED_DIFFERS] = "differs",
    [PUBLISHED_OTHER] = "other_moment",
    [PUBLISHED_NONE] = "none",
};

const char *
explain_published_name(enum explain_published_kind k)
{
	return names[k];
}

/* True if both would be sent as the same bytes. */
static bool
same_event(const char *topic, const struct summary *a, const struct summary *b)
{
	struct buf left = {0}, right = {0};
	bool       same;

	wire_summary_encode(&left, text_of(topic), a);
	wire_summary_encode(&right, text_of(topic), b);
	same = text_equal(buf_text(&left), buf_text(&right));
	buf_fini(&left);
	buf_fini(&right);
	return same;
}

static void
compare(struct rollup *r, struct scope s, const struct summary *kept, struct explain_published *p)
{
	const struct plan *plan = rollup_plan(r);
	char               topic[SCOPE_TOPIC_SIZE];
	struct summary     ours;

	rollup_summary(r, scope_row(plan, s), &ours);
	p->position = kept->position;
	p->revision = kept->revision;
	p->as_of_ms = kept->as_of_ms;
	p->percent = summary_percent(&kept->figure);
	p->gap = kept->gap;
	if (position_compare(kept->position, ours.position) != 0 ||
	    kept->as_of_ms != ours.as_of_ms || kept->revision != ours.revision)
		p->kind = PUBLISHED_OTHER;
	else if (same_event(scope_topic(plan, s, topic), &ours, kept))
		p->kind = PUBLISHED_SAME;
	else
		p->kind = PUBLISHED_DIFFERS;
}

void
explain_published_fetch(
    struct store *store, struct rollup *r, struct scope s, struct explain_published *p)
{
	struct scope_list list = {0};
	struct summaries *summaries;

	*p = (struct explain_published){.kind = PUBLISHED_NONE, .percent = -1};
	scope_list_add(&list, s.kind, s.index);
	summaries = summaries_fetch(store, rollup_plan(r), &list, NULL);
	if (summaries != NULL)
		compare(r, s, summaries_at(summaries, 0), p);
	summaries_free(summaries);
	free(list.at);
}
