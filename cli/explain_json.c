#include "cli/explain_json.h"

#include "cli/explain_rule.h"
#include "cli/picture_moment.h"

json_t *
explain_json_percent(int32_t basis_points)
{
	return json_pack("{s:I, s:o}", "basis_points", (json_int_t)basis_points, "percent",
	    json_points(basis_points));
}

/* num, den and what they make; nothing counts: null instead. */
static json_t *
ratio(uint64_t num, uint64_t den, int32_t shown)
{
	json_t *object = json_pack("{s:I, s:I}", "num", (json_int_t)num, "den", (json_int_t)den);

	json_object_set_new(object, "basis_points", den == 0 ? json_null() : json_integer(shown));
	json_object_set_new(object, "percent", den == 0 ? json_null() : json_points(shown));
	return object;
}

/* The addends of one of an agency's sums. */
enum part_of { OF_ALL, OF_LEAD, OF_PARTICIPANT };

static json_t *
addends_of(const struct explain_view *v, enum part_of which)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < v->x->count; i++) {
		const struct explain_addend *a = &v->x->addends[i];
		uint32_t                     weight = v->plan->tasks[a->task].weight;
		uint32_t                     percent = which == OF_LEAD ? a->whole : a->percent;

		if (a->why != EXPLAIN_COUNTS || (which != OF_ALL && a->lead != (which == OF_LEAD)))
			continue;
		json_array_append_new(array,
		    json_pack("{s:I, s:I, s:I, s:I}", "task",
			(json_int_t)v->plan->tasks[a->task].number, "weight", (json_int_t)weight,
			"basis_points", (json_int_t)percent, "product",
			(json_int_t)((uint64_t)weight * percent)));
	}
	return array;
}

static json_t *
sum(const struct explain_view *v, const struct figure *f, enum part_of which)
{
	int32_t percent = summary_percent(f);
	json_t *object = ratio(f->num, f->den, percent);

	json_object_set_new(object, "tasks", json_integer(f->tasks));
	json_object_set_new(object, "raised", json_boolean(percent > explain_floor(f)));
	json_object_set_new(object, "addends", addends_of(v, which));
	return object;
}

static json_t *
sums(const struct explain_view *v)
{
	const struct explanation *x = v->x;
	json_t                   *object = json_object();

	if (x->scope.kind != SCOPE_AGENCY) {
		json_object_set_new(object, "percent", sum(v, &x->figure, OF_ALL));
		return object;
	}
	json_object_set_new(object, "lead", sum(v, &x->lead, OF_LEAD));
	json_object_set_new(object, "participant", sum(v, &x->participant, OF_PARTICIPANT));
	json_object_set_new(object, "own", sum(v, &x->figure, OF_ALL));
	return object;
}

static json_t *
light(const struct explain_view *v)
{
	struct judgement j = v->x->summary.judgement;
	struct buf       rule = {0};
	json_t          *red = json_array(), *object;

	explain_rule(v->rollup, v->x, LANGUAGE_EN, &rule);
	for (uint32_t i = 0; i < v->x->count; i++) {
		const struct explain_addend *a = &v->x->addends[i];

		if (a->why == EXPLAIN_COUNTS && a->judgement.light == LIGHT_RED)
			json_array_append_new(red, json_integer(v->plan->tasks[a->task].number));
	}
	object = json_pack("{s:s, s:o, s:o, s:o}", "light", light_name(j.light), "reason",
	    j.reason == REASON_NONE ? json_null() : json_string(light_reason_name(j.reason)),
	    "rule", json_text(buf_text(&rule)), "red_tasks", red);
	buf_fini(&rule);
	return object;
}

static json_t *
published(const struct explain_published *p)
{
	char    position[POSITION_SIZE];
	json_t *object = json_pack("{s:s}", "is", explain_published_name(p->kind));

	if (p->what.len > 0)
		json_object_set_new(object, p->kind == PUBLISHED_DIFFERS ? "differences" : "error",
		    json_text(buf_text(&p->what)));
	if (!p->there)
		return object;
	json_object_set_new(
	    object, "position", json_string(position_format(p->position, position)));
	json_object_set_new(object, "revision", json_integer(p->revision));
	json_object_set_new(object, "as_of", json_integer(p->as_of_ms));
	json_object_set_new(object, "percent", json_percent(p->percent));
	return object;
}

/* A task's percent from its parts, and its days. */
static void
set_task(const struct explain_view *v, json_t *object)
{
	uint32_t            task = v->x->scope.index;
	struct explain_mean m = explain_mean(v->rollup, task);
	struct explain_days d = explain_days(v->rollup, task);

	json_object_set_new(object, "mean",
	    v->x->figure.den == 0 ? json_null()
				  : json_pack("{s:I, s:I, s:I, s:I}", "sum", (json_int_t)m.sum,
					"parts", (json_int_t)m.parts, "basis_points",
					(json_int_t)m.mean, "after_ruling", (json_int_t)m.percent));
	json_object_set_new(object, "days",
	    json_pack("{s:I, s:I, s:b}", "passed", (json_int_t)d.passed, "length",
		(json_int_t)d.length, "frozen", (int)d.frozen));
}

static void
set_head(const struct explain_view *v, json_t *object)
{
	struct scope s = v->x->scope;
	char         key[SCOPE_KEY_SIZE], end[POSITION_SIZE];

	json_object_set_new(object, "plan", json_string(v->plan->id));
	json_object_set_new(object, "revision", json_integer(v->plan->revision));
	json_object_set_new(object, "scope", json_string(scope_kind_name(s.kind)));
	json_object_set_new(object, "key", json_string(scope_key(v->plan, s, key)));
	json_object_set_new(object, "title", json_title(scope_title(v->plan, s)));
	json_object_set_new(object, "position",
	    json_string(position_format(fold_position(picture_fold(v->picture)), end)));
	json_object_set_new(object, "as_of", json_integer(v->x->summary.as_of_ms));
	json_object_set_new(object, "moment", picture_moment_json(v->picture, v->request));
}

static json_t *
summary(const struct explain_view *v)
{
	struct summary s;

	rollup_summary(v->rollup, scope_row(v->plan, v->x->scope), &s);
	return json_summary(&s);
}

json_t *
explain_json(const struct explain_view *v)
{
	const struct explanation *x = v->x;
	json_t *object = json_object(), *addends = json_array(), *costs = json_array();

	set_head(v, object);
	json_object_set_new(object, "summary", summary(v));
	json_object_set_new(object, "adds_up", json_boolean(explanation_adds_up(x)));
	json_object_set_new(object, "sums", sums(v));
	json_object_set_new(
	    object, "expected", ratio(x->expected_num, x->figure.den, x->summary.expected));
	json_object_set_new(
	    object, "gap", x->figure.den == 0 ? json_null() : explain_json_percent(x->summary.gap));
	json_object_set_new(object, "light", light(v));
	for (uint32_t i = 0; i < x->count; i++)
		json_array_append_new(addends, explain_json_addend(v, &x->addends[i]));
	json_object_set_new(object, "addends", addends);
	for (uint32_t i = 0; i < x->cost_count; i++)
		json_array_append_new(
		    costs, json_integer(v->plan->tasks[x->addends[x->costs[i]].task].number));
	json_object_set_new(object, "costs", costs);
	if (x->scope.kind == SCOPE_TASK)
		set_task(v, object);
	json_object_set_new(object, "periods", explain_json_periods(v));
	json_object_set_new(object, "published", published(v->published));
	return object;
}
