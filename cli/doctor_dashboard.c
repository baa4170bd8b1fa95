#include <poll.h>
#include <string.h>

#include "cli/doctor.h"
#include "cli/doctor_http.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/translate.h"

#define PATH     "/api/v1/plans"
#define SHOWN    160
#define AGAIN_MS 200 /* until the page is asked again */

static void
note_dead(struct doctor *d, const char *plan)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "page_not_live",
	    "the page shows plan %s, but hears nothing of it from the aggregator", plan);
	doctor_mend(&d->findings,
	    "if the aggregator runs, look at what the dashboard was told of it: --connect, "
	    "--server-key and a key of its own that is in authorized_keys as @subscriber");
}

static bool
is_live(json_t *plan)
{
	return json_is_true(json_object_get(plan, "live"));
}

static bool
has_plan(json_t *plans, const char *id)
{
	json_t *plan;
	size_t  i;

	json_array_foreach(plans, i, plan)
	{
		const char *name = json_string_value(json_object_get(plan, "id"));

		if (name != NULL && strcmp(name, id) == 0)
			return true;
	}
	return false;
}

/* True if the page should show a plan, and does not. */
static bool
is_lacking(const struct doctor *d, const struct doctor_plan *p, json_t *plans)
{
	const char *meant = d->cfg->dashboard_plans;

	return p->plan != NULL && !has_plan(plans, p->id) &&
	    (meant == NULL || doctor_settings_has_plan(meant, p->id));
}

/* True if there is nothing to note but what is live. */
static bool
is_well(const struct doctor *d, json_t *plans)
{
	size_t  i;
	json_t *plan;

	json_array_foreach(plans, i, plan) if (!is_live(plan)) return false;
	for (i = 0; i < d->plan_count; i++)
		if (is_lacking(d, &d->plans[i], plans))
			return false;
	return json_array_size(plans) > 0;
}

static void
compare_plans(struct doctor *d, json_t *plans)
{
	size_t  i, live = 0;
	json_t *plan;

	json_array_foreach(plans, i, plan)
	{
		const char *id = json_string_value(json_object_get(plan, "id"));
		char        shown[SHOWN];

		if (is_live(plan))
			live++;
		else
			note_dead(
			    d, id != NULL ? screen_safe(text_of(id), shown, sizeof(shown)) : "?");
	}
	for (i = 0; i < d->plan_count; i++) {
		if (!is_lacking(d, &d->plans[i], plans))
			continue;
		doctor_find(&d->findings, DOCTOR_ADVICE, "page_lacks_plan",
		    "the page does not show plan %s, which is loaded", d->plans[i].id);
		doctor_mend(&d->findings,
		    "if it should: does the dashboard name other plans with --plan, or another "
		    "Redis?");
	}
	if (live > 0)
		doctor_find(&d->findings, DOCTOR_FINE, "page_live",
		    live == 1 ? TEXT("the page shows %zu plan live")
			      : TEXT("the page shows %zu plans live"),
		    live);
}

static void
note_no_list(struct doctor *d, const char *why)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "page_without_plans",
	    "the dashboard gives no list of its plans (%s): %s", PATH, why);
	doctor_mend(&d->findings,
	    "its log says why: 'journalctl -u tuijin-dashboard' or 'docker compose logs "
	    "dashboard'");
}

/* Looks once; last: there is no time to look again. Returns false if it is to be looked at
 * again. */
static bool
look_at_plans(struct doctor *d, const struct doctor_answer *answer, bool last)
{
	struct text body = buf_text(&answer->body);
	json_t     *document = body.len > 0 ? json_loadb(body.at, body.len, 0, NULL) : NULL;
	json_t     *plans = json_object_get(document, "plans");
	bool        is_list = answer->status == 200 && json_is_array(plans);
	bool        is_over = last || !is_list || is_well(d, plans);

	if (!is_list)
		note_no_list(d, err_text(TEXT("it answers something else")));
	else if (is_over)
		compare_plans(d, plans);
	json_decref(document);
	return is_over;
}

/* The page takes up a plan that was loaded, or an aggregator that began, by itself. */
void
doctor_dashboard(struct doctor *d)
{
	const char *address = d->cfg->dashboard_http;
	int64_t     until_ms;
	bool        is_over;

	if (doctor_ready(d, "dashboard", address) != DOCTOR_READY)
		return;
	until_ms = clock_mono_ms() + DOCTOR_TAKE_UP_MS;
	do {
		struct doctor_answer answer;
		struct err           why = {0};
		bool                 last = clock_mono_ms() >= until_ms;

		is_over = true;
		if (doctor_http_get(address, PATH, d->cfg->timeout * 1000, &answer, &why) == 0)
			is_over = look_at_plans(d, &answer, last);
		else
			note_no_list(d, why.msg);
		doctor_answer_fini(&answer);
		if (!is_over)
			poll(NULL, 0, AGAIN_MS);
	} while (!is_over);
}
