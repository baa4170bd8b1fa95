#include "dashboard/site.h"

#include <stdlib.h>

#include "common/json.h"
#include "common/options.h"
#include "core/mem.h"
#include "dashboard/site_visit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct site *
site_new(const struct desks *desks, const struct vitals *vitals, size_t viewers_max)
{
	struct site *s = mem_zeroed(1, sizeof(*s));

	s->desks = desks;
	s->vitals = vitals;
	s->viewers_max = viewers_max;
	s->pages = pages_new();
	return s;
}

void
site_free(struct site *s)
{
	if (s == NULL)
		return;
	pages_free(s->pages);
	buf_fini(&s->out);
	free(s);
}

void
site_set_viewers_max(struct site *s, size_t viewers_max)
{
	s->viewers_max = viewers_max;
}

static void
answer_page(struct visit *v)
{
	if (!pages_answer(v->site->pages, v->x, text_of("index.html")))
		visit_not_found(v, "this program was built without its page");
}

static void
answer_static(struct visit *v)
{
	char name[VISIT_SHOWN_SIZE];

	if (!pages_answer(v->site->pages, v->x, v->route.rest))
		visit_not_found(v, "no file %s", visit_shown(v->route.rest, name));
}

static void
answer_plans(struct visit *v)
{
	json_t *document = json_object(), *plans = json_array();

	for (size_t i = 0; i < v->site->desks->count; i++) {
		const struct desk *d = v->site->desks->at[i];
		const struct plan *p = desk_plan(d);
		json_t            *plan;

		if (p == NULL)
			continue;
		plan = json_object();
		json_object_set_new(plan, "id", json_string(p->id));
		json_object_set_new(plan, "revision", json_integer(p->revision));
		json_object_set_new(plan, "title", json_title(p->title));
		json_object_set_new(plan, "live", json_boolean(desk_is_live(d)));
		json_array_append_new(plans, plan);
	}
	json_object_set_new(document, "version", json_string(TUIJIN_VERSION));
	json_object_set_new(document, "plans", plans);
	buf_reset(&v->site->out);
	json_write(&v->site->out, document);
	visit_reply(v, 200);
}

/* The plan of /events is a parameter; the id it goes on behind may be one, too. */
static void
answer_events(struct visit *v)
{
	static const struct http_header headers[] = {
	    {"Cache-Control", "no-store"},
	    {"Cross-Origin-Resource-Policy", "same-origin"},
	    {"X-Accel-Buffering", "no"},
	};
	struct text id = http_header(v->x, "Last-Event-ID");

	if (desks_viewers(v->site->desks) >= v->site->viewers_max) {
		visit_unavailable(v, "there are %zu viewers, and no more are taken (--viewers-max)",
		    v->site->viewers_max);
		return;
	}
	if (id.at == NULL)
		id = http_query(v->x, "after");
	desk_admit(v->desk, v->x, id, headers, COUNT(headers));
}

/* What a route needs is looked up before its answer is made. */
static const struct {
	void (*answer)(struct visit *v);
	bool needs_desk, needs_chronicle;
} answers[ROUTES] = {
    [ROUTE_PAGE] = {answer_page, false, false},
    [ROUTE_STATIC] = {answer_static, false, false},
    [ROUTE_PLANS] = {answer_plans, false, false},
    [ROUTE_PLAN] = {visit_plan, true, false},
    [ROUTE_SNAPSHOT] = {visit_snapshot, true, false},
    [ROUTE_SCOPE] = {visit_scope, true, false},
    [ROUTE_TASK] = {visit_task, true, true},
    [ROUTE_FEED] = {visit_feed, true, true},
    [ROUTE_PERIODS] = {visit_periods, true, true},
    [ROUTE_TREND] = {visit_trend, true, true},
    [ROUTE_COMPARE] = {visit_compare, true, true},
    [ROUTE_EVENTS] = {answer_events, true, false},
};

/* Returns whether what the route needs is there; otherwise that was the answer. */
static bool
look_up(struct visit *v)
{
	struct text plan = v->route.plan;
	char        name[VISIT_SHOWN_SIZE];

	if (v->route.kind == ROUTE_EVENTS)
		plan = http_query(v->x, "plan");
	if (plan.at == NULL) {
		visit_bad(v, "plan is missing: the id of a plan");
		return false;
	}
	for (size_t i = 0; i < v->site->desks->count && v->desk == NULL; i++) {
		if (text_equal(plan, text_of(desk_id(v->site->desks->at[i]))))
			v->desk = v->site->desks->at[i];
	}
	if (v->desk == NULL) {
		visit_not_found(v, "no plan %s", visit_shown(plan, name));
		return false;
	}
	v->chronicle = desk_chronicle(v->desk);
	if (v->chronicle != NULL || !answers[v->route.kind].needs_chronicle)
		return true;
	visit_not_yet(v, "its ledger was not read yet", desk_trouble(v->desk));
	return false;
}

void
site_answer(void *context, struct http_exchange *x)
{
	struct site *s = context;
	struct visit v = {.site = s, .x = x, .route = route_of(http_path(x))};
	char         name[VISIT_SHOWN_SIZE];

	if (vitals_answer(s->vitals, x))
		return;
	if (v.route.kind == ROUTE_NONE)
		visit_not_found(&v, "no such address: %s", visit_shown(http_path(x), name));
	else if (!answers[v.route.kind].needs_desk || look_up(&v))
		answers[v.route.kind].answer(&v);
}
