#include "core/scope.h"

#include <stdio.h>

#define NUMBER_DIGITS_MAX 9 /* no chapter, section or task has a longer number */

static const char *const kind_names[SCOPE_KINDS] = {
    [SCOPE_OVERALL] = "overall",
    [SCOPE_CHAPTER] = "chapter",
    [SCOPE_SECTION] = "section",
    [SCOPE_TASK] = "task",
    [SCOPE_AGENCY] = "agency",
};

static uint32_t
kind_count(const struct plan *p, enum scope_kind k)
{
	const uint32_t counts[SCOPE_KINDS] = {
	    [SCOPE_OVERALL] = 1,
	    [SCOPE_CHAPTER] = p->chapter_count,
	    [SCOPE_SECTION] = p->section_count,
	    [SCOPE_TASK] = p->task_count,
	    [SCOPE_AGENCY] = p->agency_count,
	};

	return counts[k];
}

uint32_t
scope_count(const struct plan *p)
{
	return scope_row(p, (struct scope){SCOPE_AGENCY, p->agency_count});
}

struct scope
scope_at(const struct plan *p, uint32_t row)
{
	struct scope s = {SCOPE_OVERALL, row};

	while (s.kind < SCOPE_AGENCY && s.index >= kind_count(p, s.kind)) {
		s.index -= kind_count(p, s.kind);
		s.kind++;
	}
	return s;
}

uint32_t
scope_row(const struct plan *p, struct scope s)
{
	uint32_t row = s.index;

	for (enum scope_kind k = SCOPE_OVERALL; k < s.kind; k++)
		row += kind_count(p, k);
	return row;
}

/* Reads a number as scope_key() writes it, 1 or more. */
static bool
read_number(struct text t, uint32_t *number)
{
	if (t.len == 0 || t.len > NUMBER_DIGITS_MAX || t.at[0] == '0')
		return false;
	*number = 0;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		*number = *number * 10 + (uint32_t)(t.at[i] - '0');
	}
	return true;
}

static uint32_t
find_chapter(const struct plan *p, struct text key)
{
	uint32_t number;

	if (!read_number(key, &number) || number > p->chapter_count)
		return PLAN_NONE;
	return number - 1; /* chapter numbers have no gaps */
}

/* key is "2.1": the first section of chapter 2. */
static uint32_t
find_section(const struct plan *p, struct text key)
{
	const char *dot = key.len > 0 ? memchr(key.at, '.', key.len) : NULL;
	size_t      left = dot != NULL ? (size_t)(dot - key.at) : 0;
	uint32_t    chapter, number;

	if (dot == NULL)
		return PLAN_NONE;
	chapter = find_chapter(p, (struct text){key.at, left});
	if (chapter == PLAN_NONE ||
	    !read_number((struct text){dot + 1, key.len - left - 1}, &number) ||
	    number > p->chapters[chapter].section_count)
		return PLAN_NONE;
	return p->chapters[chapter].first_section + number - 1;
}

static uint32_t
find_task(const struct plan *p, struct text key)
{
	uint32_t number;

	return read_number(key, &number) ? plan_find_task(p, number) : PLAN_NONE;
}

bool
scope_parse(const struct plan *p, struct text name, struct scope *s)
{
	static uint32_t (*const find[SCOPE_KINDS])(const struct plan *, struct text) = {
	    [SCOPE_CHAPTER] = find_chapter,
	    [SCOPE_SECTION] = find_section,
	    [SCOPE_TASK] = find_task,
	    [SCOPE_AGENCY] = plan_find_agency,
	};
	const char  *slash = name.len > 0 ? memchr(name.at, '/', name.len) : NULL;
	size_t       left = slash != NULL ? (size_t)(slash - name.at) : name.len;
	struct scope found = {0};

	if (!scope_kind_parse((struct text){name.at, left}, &found.kind) ||
	    (slash == NULL) != (found.kind == SCOPE_OVERALL))
		return false;
	if (slash != NULL)
		found.index = find[found.kind](p, (struct text){slash + 1, name.len - left - 1});
	if (found.index == PLAN_NONE)
		return false;
	*s = found;
	return true;
}

const char *
scope_kind_name(enum scope_kind k)
{
	return kind_names[k];
}

bool
scope_kind_parse(struct text t, enum scope_kind *k)
{
	for (enum scope_kind i = SCOPE_OVERALL; i < SCOPE_KINDS; i++)
		if (text_equal(t, text_of(kind_names[i]))) {
			*k = i;
			return true;
		}
	return false;
}

const char *
scope_key(const struct plan *p, struct scope s, char out[SCOPE_KEY_SIZE])
{
	const struct plan_section *section;

	out[0] = '\0';
	switch (s.kind) {
	case SCOPE_CHAPTER:
		snprintf(out, SCOPE_KEY_SIZE, "%u", p->chapters[s.index].number);
		break;
	case SCOPE_SECTION:
		section = &p->sections[s.index];
		snprintf(out, SCOPE_KEY_SIZE, "%u.%u", p->chapters[section->chapter].number,
		    section->number);
		break;
	case SCOPE_TASK:
		snprintf(out, SCOPE_KEY_SIZE, "%u", p->tasks[s.index].number);
		break;
	case SCOPE_AGENCY:
		snprintf(out, SCOPE_KEY_SIZE, "%s", p->agencies[s.index].id);
		break;
	case SCOPE_OVERALL:
	case SCOPE_KINDS:
		break;
	}
	return out;
}

const char *
scope_name(enum scope_kind kind, struct text key, char out[SCOPE_NAME_SIZE])
{
	size_t len = key.len < SCOPE_KEY_SIZE ? key.len : SCOPE_KEY_SIZE - 1;

	snprintf(out, SCOPE_NAME_SIZE, "%s%s%.*s", kind_names[kind], len > 0 ? "/" : "", (int)len,
	    len > 0 ? key.at : "");
	return out;
}

const char *
scope_name_in(const struct plan *p, struct scope s, char out[SCOPE_NAME_SIZE])
{
	char key[SCOPE_KEY_SIZE];

	return scope_name(s.kind, text_of(scope_key(p, s, key)), out);
}

const char *
scope_topic(const struct plan *p, struct scope s, char out[SCOPE_TOPIC_SIZE])
{
	char key[SCOPE_KEY_SIZE];

	scope_key(p, s, key);
	snprintf(out, SCOPE_TOPIC_SIZE, "%s/%s/%s%s", p->id, kind_names[s.kind], key,
	    key[0] != '\0' ? "/" : "");
	return out;
}

struct plan_title
scope_title(const struct plan *p, struct scope s)
{
	switch (s.kind) {
	case SCOPE_CHAPTER:
		return p->chapters[s.index].title;
	case SCOPE_SECTION:
		return p->sections[s.index].title;
	case SCOPE_TASK:
		return p->tasks[s.index].title;
	case SCOPE_AGENCY:
		return p->agencies[s.index].title;
	case SCOPE_OVERALL:
	case SCOPE_KINDS:
		break;
	}
	return p->title;
}
