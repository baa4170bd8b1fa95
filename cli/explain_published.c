#include "cli/explain_published.h"

#include <stdlib.h>

#include "cli/summaries.h"
#include "cli/verify_difference.h"
#include "core/wire_event.h"

static const char *const names[PUBLISHED_KINDS] = {
    [PUBLISHED_SAME] = "same",
    [PUBLISHED_DIFFERS] = "differs",
    [PUBLISHED_UNREADABLE] = "unreadable",
    [PUBLISHED_MISSING] = "missing",
    [PUBLISHED_OTHER] = "other_moment",
    [PUBLISHED_NONE] = "none",
};

const char *
explain_published_name(enum explain_published_kind k)
{
	return names[k];
}

bool
explain_published_is_wrong(enum explain_published_kind k)
{
	return k == PUBLISHED_DIFFERS || k == PUBLISHED_UNREADABLE || k == PUBLISHED_MISSING;
}

static void
note_kept(const struct summary *kept, struct explain_published *p)
{
	p->there = true;
	p->position = kept->position;
	p->revision = kept->revision;
	p->as_of_ms = kept->as_of_ms;
	p->percent = summary_percent(&kept->figure);
	p->gap = kept->gap;
}

static bool
same_moment(const struct explain_published *p, const struct summary *ours)
{
	return position_compare(p->position, ours->position) == 0 &&
	    p->as_of_ms == ours->as_of_ms && p->revision == ours->revision;
}

/* The bytes of a scope's summary that are kept, against those that r gives. */
static void
compare(struct rollup *r, struct scope s, struct summaries *kept, bool reordered,
    struct explain_published *p)
{
	const struct plan    *plan = rollup_plan(r);
	struct text           payload = summaries_payload(kept, 0);
	const struct summary *read;
	struct summary        ours;
	struct err            why;
	struct buf            want = {0};
	char                  topic[SCOPE_TOPIC_SIZE];

	rollup_summary(r, scope_row(plan, s), &ours);
	wire_summary_encode(&want, text_of(scope_topic(plan, s, topic)), &ours);
	read = summaries_at(kept, 0, &why);
	if (read == NULL) {
		p->kind = PUBLISHED_UNREADABLE;
		buf_addf(&p->what, "%s", why.msg);
	} else {
		note_kept(read, p);
		p->kind = same_moment(p, &ours) && !reordered ? PUBLISHED_DIFFERS : PUBLISHED_OTHER;
		if (text_equal(payload, buf_text(&want)))
			p->kind = PUBLISHED_SAME;
		if (p->kind == PUBLISHED_DIFFERS)
			difference_of_events(&p->what, buf_text(&want), payload);
	}
	buf_fini(&want);
}

/* None is kept of the scope. Where the whole is kept, of another revision, that may have
 * no such scope. */
static void
explain_absence(struct rollup *r, struct summaries *kept, struct explain_published *p)
{
	const struct summary *overall = summaries_at(kept, 1, NULL);

	if (summaries_kept(kept) == 0)
		return;
	p->kind = PUBLISHED_MISSING;
	if (overall == NULL || overall->revision == rollup_plan(r)->revision)
		return;
	note_kept(overall, p);
	p->percent = -1;
	p->gap = 0;
	p->kind = PUBLISHED_OTHER;
}

void
explain_published_fetch(struct store *store, struct rollup *r, struct scope s, bool reordered,
    struct explain_published *p)
{
	struct scope_list list = {0};
	struct summaries *kept;

	*p = (struct explain_published){.kind = PUBLISHED_NONE, .percent = -1};
	scope_list_add(&list, s.kind, s.index);
	scope_list_add(&list, SCOPE_OVERALL, 0);
	kept = summaries_fetch(store, rollup_plan(r), &list, NULL);
	if (kept != NULL && summaries_payload(kept, 0).at != NULL)
		compare(r, s, kept, reordered, p);
	else if (kept != NULL)
		explain_absence(r, kept, p);
	summaries_free(kept);
	free(list.at);
}

void
explain_published_fini(struct explain_published *p)
{
	buf_fini(&p->what);
}
