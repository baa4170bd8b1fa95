#include "common/json.h"
#include "core/scope.h"
#include "dashboard/said.h"

static int32_t
today_of(const struct chronicle *c)
{
	return rollup_today(fold_rollup(chronicle_fold(c)));
}

static void
set_count(json_t *object, const char *key, uint32_t n)
{
	json_object_set_new(object, key, json_integer(n));
}

static void
set_point(json_t *object, const struct chronicle_point *p)
{
	json_object_set_new(object, "percent", p->counts ? json_percent(p->percent) : json_null());
	json_object_set_new(
	    object, "expected", p->counts ? json_percent(p->expected) : json_null());
	json_object_set_new(object, "light", json_string(light_name(p->light)));
	set_count(object, "included", p->included);
	set_count(object, "verified", p->verified);
	set_count(object, "completed", p->completed);
	set_count(object, "obligations", p->obligations);
	set_count(object, "reported", p->reported);
}

static json_t *
day_object(int32_t day, const struct chronicle_point *p)
{
	json_t *object = json_object();

	json_object_set_new(object, "date", json_date(day));
	set_point(object, p);
	return object;
}

bool
said_trend(const struct chronicle *c, struct text scope, struct buf *out)
{
	const struct plan     *p = chronicle_plan(c);
	struct chronicle_point point;
	struct scope           s;
	json_t                *object, *days, *today;
	char                   name[SCOPE_NAME_SIZE];

	if (!scope_parse(p, scope, &s))
		return false;
	object = json_object();
	days = json_array();
	scope_name_in(p, s, name);
	for (size_t i = 0; i < chronicle_days(c); i++)
		if (chronicle_point(c, i, name, &point))
			json_array_append_new(days, day_object(chronicle_day(c, i), &point));
	chronicle_point_now(c, scope_row(p, s), &point);
	today = day_object(today_of(c), &point);
	json_object_set_new(today, "so_far", json_true());
	json_array_append_new(days, today);
	json_object_set_new(object, "scope", json_string(name));
	json_object_set_new(object, "days", days);
	json_write(out, object);
	return true;
}

/* Which of the chronicle's days that is, the number of them for today. False: none. */
static bool
find_day(const struct chronicle *c, int32_t day, size_t *i)
{
	size_t from = 0, to = chronicle_days(c);

	*i = to;
	if (day == today_of(c))
		return true;
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (chronicle_day(c, middle) < day)
			from = middle + 1;
		else
			to = middle;
	}
	*i = from;
	return from < chronicle_days(c) && chronicle_day(c, from) == day;
}

/* How a scope stood on the i-th day; null if that day's plan had none such. */
static json_t *
point_object(const struct chronicle *c, size_t i, uint32_t row, const char *name)
{
	struct chronicle_point point;
	json_t                *object;

	if (i == chronicle_days(c))
		chronicle_point_now(c, row, &point);
	else if (!chronicle_point(c, i, name, &point))
		return json_null();
	object = json_object();
	set_point(object, &point);
	return object;
}

bool
said_compare(const struct chronicle *c, int32_t from, int32_t to, struct buf *out)
{
	const struct plan *p = chronicle_plan(c);
	char               name[SCOPE_NAME_SIZE], key[SCOPE_KEY_SIZE];
	json_t            *object, *scopes;
	size_t             first, second;

	if (!find_day(c, from, &first) || !find_day(c, to, &second))
		return false;
	object = json_object();
	scopes = json_array();
	for (uint32_t row = 0; row < scope_count(p); row++) {
		struct scope s = scope_at(p, row);
		json_t      *scope = json_object();

		scope_name_in(p, s, name);
		json_object_set_new(scope, "scope", json_string(scope_kind_name(s.kind)));
		json_object_set_new(scope, "key", json_string(scope_key(p, s, key)));
		json_object_set_new(scope, "from", point_object(c, first, row, name));
		json_object_set_new(scope, "to", point_object(c, second, row, name));
		json_array_append_new(scopes, scope);
	}
	json_object_set_new(object, "from", json_date(from));
	json_object_set_new(object, "to", json_date(to));
	json_object_set_new(object, "scopes", scopes);
	json_write(out, object);
	return true;
}
