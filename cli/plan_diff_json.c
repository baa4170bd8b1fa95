#include <stdio.h>
#include <stdlib.h>

#include "cli/plan_diff.h"

/* Values, by type. */

static json_t *
absent(const struct diff_value *v)
{
	(void)v;
	return json_null();
}

static json_t *
plain_text(const struct diff_value *v)
{
	return json_string(v->text);
}

static json_t *
title(const struct diff_value *v)
{
	return json_title(v->title);
}

static json_t *
number(const struct diff_value *v)
{
	return json_integer(v->number);
}

static json_t *
day(const struct diff_value *v)
{
	return json_date(v->number);
}

static json_t *
offset(const struct diff_value *v)
{
	return json_sprintf(
	    "%c%02d:%02d", v->number < 0 ? '-' : '+', abs(v->number) / 60, abs(v->number) % 60);
}

static json_t *
duty(const struct diff_value *v)
{
	return json_string(plan_duty_name((enum plan_duty)v->number));
}

static json_t *
every(const struct diff_value *v)
{
	return json_string(plan_every_name((enum plan_every)v->number));
}

static json_t *
scope(const struct diff_value *v)
{
	if (v->section == 0)
		return json_sprintf("chapter/%u", v->chapter);
	return json_sprintf("section/%u.%u", v->chapter, v->section);
}

static json_t *
term(const struct diff_value *v)
{
	json_t *object = json_object();

	json_object_set_new(
	    object, "from", v->from == PLAN_FIRST_DAY ? json_null() : json_date(v->from));
	json_object_set_new(
	    object, "until", v->until == PLAN_LAST_DAY ? json_null() : json_date(v->until));
	return object;
}

static json_t *
role(const struct diff_value *v)
{
	json_t *object = term(v);

	json_object_set_new(object, "role", json_string(v->lead ? "lead" : "participant"));
	return object;
}

static json_t *(*const value_of[DIFF_TYPES])(const struct diff_value *v) = {
    [DIFF_ABSENT] = absent,
    [DIFF_TEXT] = plain_text,
    [DIFF_TITLE] = title,
    [DIFF_NUMBER] = number,
    [DIFF_DAY] = day,
    [DIFF_OFFSET] = offset,
    [DIFF_DUTIES] = duty,
    [DIFF_EVERIES] = every,
    [DIFF_SCOPE] = scope,
    [DIFF_TERM] = term,
    [DIFF_ROLE] = role,
};

static const char *
kind_of(const struct plan_change *c)
{
	if (c->value[DIFF_OLD].type == DIFF_ABSENT)
		return "added";
	return c->value[DIFF_NEW].type == DIFF_ABSENT ? "removed" : "changed";
}

static json_t *
change(const struct plan_diff *d, const struct plan_change *c)
{
	const struct diff_value *old = &c->value[DIFF_OLD], *new = &c->value[DIFF_NEW];
	char                     key[PLAN_DIFF_KEY_SIZE];

	return json_pack("{s:s, s:s, s:s, s:s*, s:s, s:o, s:o}", "thing",
	    plan_diff_thing_name(c->thing), "key", plan_diff_key(d, c, key), "field",
	    plan_diff_field_name(c->field), "agency", c->agency, "change", kind_of(c), "old",
	    value_of[old->type](old), "new", value_of[new->type](new));
}

json_t *
plan_diff_json(const struct plan_diff *d)
{
	json_t *array = json_array();

	for (size_t i = 0; i < d->count; i++)
		json_array_append_new(array, change(d, &d->changes[i]));
	return array;
}
