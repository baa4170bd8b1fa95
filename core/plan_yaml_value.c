#include "core/plan_yaml_value.h"

#include <stdio.h>
#include <string.h>

#include "core/calendar.h"
#include "core/err.h"
#include "core/plan_yaml_source.h"

#define VALUE_SHOWN       48 /* bytes of a value in a message, with the NUL */
#define NUMBER_DIGITS_MAX 10 /* more is over every limit */
#define WANT_SIZE         120

const char *
plan_value_got(const struct plan_node *n, char out[PLAN_GOT_SIZE])
{
	char shown[VALUE_SHOWN];

	if (n->kind == PLAN_NODE_LIST)
		snprintf(out, PLAN_GOT_SIZE, err_text("a list"));
	else if (n->kind == PLAN_NODE_MAP)
		snprintf(out, PLAN_GOT_SIZE, err_text("a mapping"));
	else if (n->plain && n->value.len == 0)
		snprintf(out, PLAN_GOT_SIZE, err_text("nothing"));
	else
		snprintf(out, PLAN_GOT_SIZE, "%s'%s'", n->plain ? "" : "quoted ",
		    text_escape(n->value, shown, sizeof(shown)));
	return out;
}

static void
expected(struct plan_mistakes *m, const struct plan_node *n, const char *want)
{
	char got[PLAN_GOT_SIZE];

	plan_mistake_value(m, n, "got %s, expected %s", plan_value_got(n, got), want);
}

static bool
is_absent(const struct plan_node *n)
{
	return n == NULL || n->kind == PLAN_NODE_REFUSED;
}

/* "number, zh, en": the names of the keys. */
static const char *
list_keys(const struct plan_key *keys, size_t count, char out[WANT_SIZE])
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count && len < WANT_SIZE; i++)
		len += (size_t)snprintf(
		    out + len, WANT_SIZE - len, "%s%s", i > 0 ? ", " : "", keys[i].name);
	return out;
}

static void
take_member(struct plan_mistakes *m, const struct plan_node *n, const struct plan_key *keys,
    size_t count, const struct plan_node **members)
{
	char   names[WANT_SIZE];
	size_t i = 0;

	while (i < count && !text_equal(n->key, text_of(keys[i].name)))
		i++;
	if (i < count && members[i] == NULL)
		members[i] = n;
	else if (i < count)
		plan_mistake_key(
		    m, n, "duplicate key, the first is on line %u", members[i]->key_at.line);
	else if (text_equal(n->key, text_of("<<")))
		plan_mistake_key(m, n, "merge keys are not allowed, write the keys out");
	else
		plan_mistake_key(
		    m, n, "unknown key, expected one of %s", list_keys(keys, count, names));
}

bool
plan_value_members(struct plan_mistakes *m, const struct plan_node *map,
    const struct plan_key *keys, size_t count, const struct plan_node **members)
{
	char names[WANT_SIZE], want[WANT_SIZE + 32];

	for (size_t i = 0; i < count; i++)
		members[i] = NULL;
	if (is_absent(map))
		return false;
	if (map->kind != PLAN_NODE_MAP) {
		snprintf(want, sizeof(want), err_text("a mapping with %s"),
		    list_keys(keys, count, names));
		expected(m, map, want);
		return false;
	}
	for (const struct plan_node *n = map->first; n != NULL; n = n->next)
		take_member(m, n, keys, count, members);
	for (size_t i = 0; i < count; i++)
		if (keys[i].required && members[i] == NULL)
			plan_mistake_missing(m, map, keys[i].name, "missing, this key is required");
	return true;
}

const struct plan_node *
plan_value_list(struct plan_mistakes *m, const struct plan_node *n, const char *what)
{
	char want[WANT_SIZE];

	if (is_absent(n))
		return NULL;
	snprintf(want, sizeof(want), err_text("a list of %s"), what);
	if (n->kind != PLAN_NODE_LIST)
		expected(m, n, want);
	else if (n->first == NULL)
		plan_mistake_value(m, n, "got an empty list, expected one or more %s", what);
	else
		return n->first;
	return NULL;
}

struct text
plan_value_scalar(struct plan_mistakes *m, const struct plan_node *n, const char *want)
{
	if (is_absent(n))
		return (struct text){0};
	if (n->kind == PLAN_NODE_SCALAR)
		return n->value;
	expected(m, n, want);
	return (struct text){0};
}

/* Reads a plain scalar of digits without a leading zero. Values with more digits
 * than any limit come out as UINT64_MAX. */
static bool
read_number(const struct plan_node *n, uint64_t *number)
{
	struct text t = n->value;

	if (n->kind != PLAN_NODE_SCALAR || !n->plain || t.len == 0 || (t.len > 1 && t.at[0] == '0'))
		return false;
	*number = 0;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		if (i < NUMBER_DIGITS_MAX)
			*number = *number * 10 + (uint64_t)(t.at[i] - '0');
	}
	if (t.len > NUMBER_DIGITS_MAX)
		*number = UINT64_MAX;
	return true;
}

/* What else is said where a number is expected and something like it stands. */
static const char *
number_hint(const struct plan_node *n)
{
	if (n->kind != PLAN_NODE_SCALAR)
		return "";
	if (!n->plain)
		return err_text(" without quotes");
	return n->value.len > 1 && n->value.at[0] == '0' ? err_text(" without leading zeros") : "";
}

uint32_t
plan_value_number(
    struct plan_mistakes *m, const struct plan_node *n, uint32_t min, uint32_t max, uint32_t preset)
{
	uint64_t number;
	char     want[WANT_SIZE];

	if (is_absent(n))
		return preset;
	if (read_number(n, &number) && number >= min && number <= max)
		return (uint32_t)number;
	if (min == max)
		snprintf(want, sizeof(want), err_text("the number %u%s"), min, number_hint(n));
	else
		snprintf(want, sizeof(want), err_text("a whole number from %u to %u%s"), min, max,
		    number_hint(n));
	expected(m, n, want);
	return preset;
}

uint32_t
plan_value_word(struct plan_mistakes *m, const struct plan_node *n, const char *const *words,
    uint32_t count, uint32_t preset)
{
	char   want[WANT_SIZE] = "";
	size_t len = 0;

	if (is_absent(n))
		return preset;
	for (uint32_t i = 0; i < count; i++)
		if (n->kind == PLAN_NODE_SCALAR && text_equal(n->value, text_of(words[i])))
			return i;
	for (uint32_t i = 0; i < count && len < sizeof(want); i++)
		len += (size_t)snprintf(want + len, sizeof(want) - len, "%s%s",
		    i == 0              ? ""
			: i + 1 < count ? ", "
					: " or ",
		    words[i]);
	expected(m, n, want);
	return preset;
}

void
plan_value_next(
    struct plan_mistakes *m, const struct plan_node *n, struct plan_counter *c, const char *rule)
{
	uint64_t number;
	char     want[WANT_SIZE];

	c->position++;
	c->last++;
	if (is_absent(n)) {
		c->last = c->position;
		return;
	}
	if (read_number(n, &number) && (number == c->position || number == c->last)) {
		c->last = number;
		return;
	}
	snprintf(want, sizeof(want), "%u%s (%s)", (unsigned)c->position, number_hint(n), rule);
	expected(m, n, want);
	c->last = read_number(n, &number) && number < UINT64_MAX ? number : c->position;
}

bool
plan_value_day(struct plan_mistakes *m, const struct plan_node *n, int32_t *day)
{
	if (is_absent(n))
		return false;
	if (n->kind == PLAN_NODE_SCALAR && calendar_parse_date(n->value, day))
		return true;
	expected(m, n, err_text("a date YYYY-MM-DD that exists"));
	return false;
}

static bool
is_one_line(struct text t)
{
	while (t.len > 0) {
		uint32_t code;
		size_t   n = text_decode(t, &code);

		if (n == 0 || code == '\n' || code == '\t' || code == '\r' ||
		    plan_source_is_refused(code)) /* it may come from an escape */
			return false;
		t.at += n;
		t.len -= n;
	}
	return true;
}

const char *
plan_value_line(
    struct plan_mistakes *m, const struct plan_node *n, uint32_t max, struct plan_arena *a)
{
	char want[WANT_SIZE];

	if (is_absent(n))
		return "";
	snprintf(want, sizeof(want), err_text("a text of 1 to %u bytes"), max);
	if (n->kind == PLAN_NODE_SCALAR && n->value.len > max)
		plan_mistake_value(m, n, "got %zu bytes, expected %s", n->value.len, want);
	else if (n->kind != PLAN_NODE_SCALAR || n->value.len == 0)
		expected(m, n, want);
	else if (!is_one_line(n->value))
		expected(m, n, err_text("one line without control characters"));
	else
		return plan_arena_text(a, n->value);
	return "";
}

const char *
plan_value_id(struct plan_mistakes *m, const struct plan_node *n, struct plan_arena *a)
{
	char want[WANT_SIZE];

	if (is_absent(n))
		return "";
	if (n->kind == PLAN_NODE_SCALAR && text_is_name(n->value, PLAN_ID_MAX))
		return plan_arena_text(a, n->value);
	snprintf(want, sizeof(want),
	    err_text("a name of a-z, 0-9, '.', '_', '-' that begins with a letter or digit, at "
		     "most %d bytes"),
	    PLAN_ID_MAX);
	expected(m, n, want);
	return "";
}

struct plan_title
plan_value_title(struct plan_mistakes *m, const struct plan_node *zh, const struct plan_node *en,
    struct plan_arena *a)
{
	struct plan_title title = {.zh = plan_value_line(m, zh, PLAN_TITLE_MAX, a)};

	title.en = en != NULL ? plan_value_line(m, en, PLAN_TITLE_MAX, a) : title.zh;
	return title;
}
