#include "cli/watch_wanted.h"

#include <string.h>

#include "cli/scope_named.h"
#include "core/scope.h"

static bool
is_below(const char *name, const char *word)
{
	size_t len = strlen(word);

	if (len > 0 && word[len - 1] == '/')
		len--;
	return strncmp(name, word, len) == 0 && (name[len] == '\0' || name[len] == '/');
}

bool
wanted_has(const struct wanted *w, const char *name)
{
	for (int i = 0; i < w->count; i++) {
		if (is_below(name, w->words[i]))
			return true;
	}
	return w->count == 0;
}

int
wanted_check(const struct wanted *w, struct err *e)
{
	char shown[80];

	for (int i = 0; i < w->count; i++) {
		const char     *word = w->words[i];
		enum scope_kind kind;

		if (!scope_kind_parse((struct text){word, strcspn(word, "/")}, &kind))
			return err_fail(e, ERR_USAGE,
			    "SCOPE: got '%s', expected overall, chapter/2, section/2.1, task/27 or "
			    "agency/cnipa",
			    text_escape(text_of(word), shown, sizeof(shown)));
	}
	return 0;
}

static bool
plan_has(const struct plan *p, const char *word)
{
	char name[SCOPE_NAME_SIZE];

	for (uint32_t row = 0; row < scope_count(p); row++) {
		if (is_below(scope_name_in(p, scope_at(p, row), name), word))
			return true;
	}
	return false;
}

int
wanted_check_plan(const struct wanted *w, const struct plan *p, struct err *e)
{
	struct scope s;

	for (int i = 0; i < w->count; i++) {
		if (!plan_has(p, w->words[i]))
			return scope_named(p, "SCOPE", w->words[i], &s, e);
	}
	return 0;
}

static bool
is_seen(const struct seen *seen, const char *word)
{
	for (size_t i = 0; i < seen->count; i++) {
		if (is_below(seen->at[i].name, word))
			return true;
	}
	return false;
}

int
wanted_check_seen(const struct wanted *w, const char *plan, const struct seen *seen, struct err *e)
{
	char shown[80];

	for (int i = 0; i < w->count; i++) {
		if (!is_seen(seen, w->words[i]))
			return err_fail(e, ERR_INPUT, "SCOPE: plan %s has no '%s'", plan,
			    text_escape(text_of(w->words[i]), shown, sizeof(shown)));
	}
	return 0;
}
