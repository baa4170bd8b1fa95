#include <string.h>

#include "cli/doctor.h"
#include "cli/doctor_http.h"
#include "common/json.h"
#include "common/translate.h"

#define PATH  "/api/v1/plans"
#define SHOWN 160

static void
note_dead(struct doctor *d, const char *plan)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "page_not_live",
	    "the page shows plan %s, but hears nothing of it from the aggregator", plan);
	doctor_mend(&d->findings,
	    "if the aggregator runs, look at what the dashboard was told of it: --connect, "
	    "--server-key and a key of its own that is in authorized_keys as @subscriber");
}

/* Notes what the page says of a plan; a plan that it shows live is only counted. */
static bool
is_live(struct doctor *d, json_t *plan)
{
	const char *id = json_string_value(json_object_get(plan, "id"));
	char        shown[SHOWN];

	if (json_is_true(json_object_get(plan, "live")))
		return true;
	note_dead(d, id != NULL ? screen_safe(text_of(id), shown, sizeof(shown)) : "?");
	return false;
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

static void
compare_plans(struct doctor *d, json_t *plans)
{
	size_t  i, live = 0;
	json_t *plan;

	json_array_foreach(plans, i, plan) live += is_live(d, plan);
	for (i = 0; i < d->plan_count; i++) {
		if (d->plans[i].plan == NULL || has_plan(plans, d->plans[i].id))
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

static void
look_at_plans(struct doctor *d, const struct doctor_answer *answer)
{
	struct text body = buf_text(&answer->body);
	json_t     *document = body.len > 0 ? json_loadb(body.at, body.len, 0, NULL) : NULL;
	json_t     *plans = json_object_get(document, "plans");

	if (answer->status == 200 && json_is_array(plans))
		compare_plans(d, plans);
	else
		note_no_list(d, err_text(TEXT("it answers something else")));
	json_decref(document);
}

void
doctor_dashboard(struct doctor *d)
{
	const char          *address = d->cfg->dashboard_http;
	struct doctor_answer answer;
	struct err           why = {0};

	if (!doctor_ready(d, "dashboard", address) || address[0] == '\0')
		return;
	if (doctor_http_get(address, PATH, d->cfg->timeout * 1000, &answer, &why) == 0)
		look_at_plans(d, &answer);
	else
		note_no_list(d, why.msg);
	doctor_answer_fini(&answer);
}
