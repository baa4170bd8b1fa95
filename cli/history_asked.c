#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/history.h"
#include "core/mem.h"

bool
history_has(const struct history_request *q, const struct plan *p)
{
	uint32_t task = q->task == 0 ? 0 : plan_find_task(p, q->task);
	uint32_t agency = q->agency == NULL ? 0 : plan_find_agency(p, text_of(q->agency));

	if (task == PLAN_NONE || agency == PLAN_NONE)
		return false;
	return q->task == 0 || q->agency == NULL || agency == p->office ||
	    plan_find_obligation(p, task, agency) != PLAN_NONE;
}

/* "a, b, c", cut to fit. */
static const char *
list_agencies(const struct plan *p, uint32_t task, char *out, size_t size)
{
	const struct plan_task *t = task == PLAN_NONE ? NULL : &p->tasks[task];
	uint32_t                count = t == NULL ? p->agency_count : t->obligation_count;
	size_t                  len = 0;

	for (uint32_t i = 0; i < count && len + PLAN_ID_MAX + 8 < size; i++) {
		uint32_t a = t == NULL ? i : p->obligations[t->first_obligation + i].agency;

		len += (size_t)snprintf(
		    out + len, size - len, "%s%s", i == 0 ? "" : ", ", p->agencies[a].id);
		if (i + 1 < count && len + PLAN_ID_MAX + 8 >= size)
			snprintf(out + len, size - len, ", …");
	}
	return out;
}

int
history_unknown(const struct history_request *q, const struct plan *p, struct err *e)
{
	uint32_t task = q->task == 0 ? PLAN_NONE : plan_find_task(p, q->task);
	char     ids[180];

	if (q->task != 0 && task == PLAN_NONE)
		return err_fail(e, ERR_INPUT,
		    "--task: plan %s and its ledger know no task %" PRIu32 "; revision %" PRIu32
		    " has 1 to %" PRIu32,
		    p->id, q->task, p->revision, p->task_count);
	if (task != PLAN_NONE)
		return err_fail(e, ERR_INPUT,
		    "--agency: '%s' never had a word on task %" PRIu32 " of plan %s, which has %s",
		    q->agency, q->task, p->id, list_agencies(p, task, ids, sizeof(ids)));
	return err_fail(e, ERR_INPUT,
	    "--agency: plan %s and its ledger know no '%s'; revision %" PRIu32 " has %s", p->id,
	    q->agency, p->revision, list_agencies(p, PLAN_NONE, ids, sizeof(ids)));
}

enum history_place
history_place(const struct history *h, const struct record *rec, int32_t today)
{
	const struct plan *p = history_plan(h);
	uint32_t           task = plan_find_task(p, rec->report.task);
	uint32_t           agency = plan_find_agency(p, rec->agency);
	uint32_t           obligation;

	if (task == PLAN_NONE)
		return HISTORY_NO_PLACE;
	if (rec->report.kind == REPORT_DISPOSITION)
		return HISTORY_IN_FORCE;
	obligation = agency == PLAN_NONE ? PLAN_NONE : plan_find_obligation(p, task, agency);
	if (obligation == PLAN_NONE)
		return HISTORY_NO_PLACE;
	return plan_in_force(p, obligation, today) ? HISTORY_IN_FORCE : HISTORY_NOT_TODAY;
}

static void
forget_name(struct history_name *n)
{
	free((char *)n->title.zh);
	free((char *)n->title.en);
	*n = (struct history_name){0};
}

static void
keep_name(struct history_name *n, struct plan_title title, uint32_t revision)
{
	forget_name(n);
	n->title.zh = mem_copied(title.zh, strlen(title.zh));
	n->title.en = mem_copied(title.en, strlen(title.en));
	n->revision = revision;
}

void
history_names_keep(struct history_names *n, const struct history_request *q, const struct plan *p)
{
	uint32_t task = q->task == 0 ? PLAN_NONE : plan_find_task(p, q->task);
	uint32_t agency = q->agency == NULL ? PLAN_NONE : plan_find_agency(p, text_of(q->agency));

	if (task != PLAN_NONE)
		keep_name(&n->task, p->tasks[task].title, p->revision);
	if (agency != PLAN_NONE)
		keep_name(&n->agency, p->agencies[agency].title, p->revision);
}

void
history_names_fini(struct history_names *n)
{
	forget_name(&n->task);
	forget_name(&n->agency);
}
