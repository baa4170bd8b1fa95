#include "cli/scope_named.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/calendar.h"

#define NUMBER_DIGITS_MAX 9

/* A name as it was read; the plan may have none such. */
struct named {
	enum scope_kind kind;
	struct text     key;
	uint32_t        number, section; /* of chapter/2, task/27; of section/2.1 both */
};

/* Takes a number off the front of *t: no sign, no zero in front. */
static bool
take_number(struct text *t, uint32_t *number)
{
	size_t n = 0;

	*number = 0;
	while (n < t->len && t->at[n] >= '0' && t->at[n] <= '9') {
		if (n >= NUMBER_DIGITS_MAX)
			return false;
		*number = *number * 10 + (uint32_t)(t->at[n++] - '0');
	}
	if (n == 0 || t->at[0] == '0')
		return false;
	*t = (struct text){t->at + n, t->len - n};
	return true;
}

static bool
read_key(struct named *n)
{
	struct text rest = n->key;

	if (n->kind == SCOPE_AGENCY)
		return text_is_name(n->key, PLAN_ID_MAX);
	if (n->kind == SCOPE_OVERALL || !take_number(&rest, &n->number))
		return false;
	if (n->kind != SCOPE_SECTION)
		return rest.len == 0;
	if (rest.len == 0 || rest.at[0] != '.')
		return false;
	rest = (struct text){rest.at + 1, rest.len - 1};
	return take_number(&rest, &n->section) && rest.len == 0;
}

static bool
read_name(struct text name, struct named *n)
{
	const char *slash = name.len > 0 ? memchr(name.at, '/', name.len) : NULL;
	size_t      left = slash == NULL ? name.len : (size_t)(slash - name.at);

	*n = (struct named){0};
	if (slash == NULL || !scope_kind_parse((struct text){name.at, left}, &n->kind))
		return false;
	n->key = (struct text){slash + 1, name.len - left - 1};
	return read_key(n);
}

/* What the plan has instead of a chapter, section, task or agency that it has not. */
static int
say_missing(const struct plan *p, const char *what, const struct named *n, struct err *e)
{
	uint32_t sections;

	if (n->kind == SCOPE_TASK)
		return err_fail(e, ERR_INPUT,
		    "%s: plan %s revision %" PRIu32 " has no task %" PRIu32 ", but 1 to %" PRIu32
		    "; if an earlier revision had it, 'tuijin history --task %" PRIu32 "' shows it",
		    what, p->id, p->revision, n->number, p->task_count, n->number);
	if (n->kind == SCOPE_AGENCY)
		return err_fail(e, ERR_INPUT,
		    "%s: plan %s revision %" PRIu32 " has no agency %.*s; 'tuijin status "
		    "--agencies' has them all",
		    what, p->id, p->revision, (int)n->key.len, n->key.at);
	if (n->kind == SCOPE_CHAPTER || n->number > p->chapter_count)
		return err_fail(e, ERR_INPUT,
		    "%s: plan %s revision %" PRIu32 " has no chapter %" PRIu32
		    ", but 1 to %" PRIu32,
		    what, p->id, p->revision, n->number, p->chapter_count);
	sections = p->chapters[n->number - 1].section_count;
	if (sections == 0)
		return err_fail(e, ERR_INPUT,
		    "%s: plan %s revision %" PRIu32 ": chapter %" PRIu32 " has no sections", what,
		    p->id, p->revision, n->number);
	return err_fail(e, ERR_INPUT,
	    "%s: plan %s revision %" PRIu32 " has no section %" PRIu32 ".%" PRIu32 ", but %" PRIu32
	    ".1 to %" PRIu32 ".%" PRIu32,
	    what, p->id, p->revision, n->number, n->section, n->number, n->number, sections);
}

int
scope_named(
    const struct plan *p, const char *what, const char *name, struct scope *s, struct err *e)
{
	struct named n;
	char         shown[80];

	if (scope_parse(p, text_of(name), s))
		return 0;
	if (read_name(text_of(name), &n))
		return say_missing(p, what, &n, e);
	return err_fail(e, ERR_USAGE,
	    "%s: '%s' is not the name of a scope; expected overall, chapter/2, section/2.1, "
	    "task/27 or agency/cnipa",
	    what, text_escape(text_of(name), shown, sizeof(shown)));
}

int
scope_named_in(const struct picture *picture, const char *what, const char *name, struct scope *s,
    struct err *e)
{
	const struct plan *p = picture_plan(picture);
	struct named       n;
	uint32_t           revision;
	int32_t            until;
	char               date[CALENDAR_DATE_SIZE];

	if (scope_named(p, what, name, s, e) == 0)
		return 0;
	if (!read_name(text_of(name), &n) || n.kind != SCOPE_TASK ||
	    !picture_lost_task(picture, n.number, &revision, &until))
		return -1;
	return err_fail(e, ERR_INPUT,
	    "%s: plan %s revision %" PRIu32 " has no task %" PRIu32 ", but 1 to %" PRIu32
	    "; revision %" PRIu32 " had it until %s: see 'tuijin history --task %" PRIu32
	    "', or --known-at for then",
	    what, p->id, p->revision, n.number, p->task_count, revision,
	    calendar_format_date(until, date), n.number);
}
