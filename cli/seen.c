#include "cli/seen.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"

const char *
seen_name(const struct summary *s, char out[SEEN_NAME_SIZE])
{
	if (s->kind == SCOPE_OVERALL)
		snprintf(out, SEEN_NAME_SIZE, "%s", scope_kind_name(s->kind));
	else
		snprintf(out, SEEN_NAME_SIZE, "%s/%.*s", scope_kind_name(s->kind),
		    (int)(s->key.len < SCOPE_KEY_SIZE ? s->key.len : SCOPE_KEY_SIZE - 1),
		    s->key.at);
	return out;
}

struct seen_figures
seen_figures_of(const struct summary *s)
{
	struct seen_figures f = {
	    .percent = summary_percent(&s->figure),
	    .reported = s->obligations_reported,
	    .expected = s->obligations_expected,
	};

	if (s->kind == SCOPE_TASK) {
		f.state = s->state;
		f.disposition = s->disposition;
	} else {
		memcpy(f.tasks, s->tasks, sizeof(f.tasks));
	}
	return f;
}

bool
seen_same(const struct seen_figures *a, const struct seen_figures *b)
{
	return a->percent == b->percent && a->reported == b->reported &&
	    a->expected == b->expected && a->state == b->state &&
	    a->disposition == b->disposition && memcmp(a->tasks, b->tasks, sizeof(a->tasks)) == 0;
}

/* By kind, then "2" before "10" and "2.9" before "2.10". */
static int
compare(const struct seen_scope *a, enum scope_kind kind, const char *name)
{
	if (a->kind != kind)
		return a->kind < kind ? -1 : 1;
	return strverscmp(a->name, name);
}

static size_t
place_of(const struct seen *all, enum scope_kind kind, const char *name)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&all->at[middle], kind, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
seen_enter(struct seen *all, const struct summary *s, struct seen_figures *was)
{
	char              name[SEEN_NAME_SIZE];
	size_t            i = place_of(all, s->kind, seen_name(s, name));
	struct seen_scope sc = {.kind = s->kind, .figures = seen_figures_of(s)};

	if (i < all->count && compare(&all->at[i], s->kind, name) == 0) {
		*was = all->at[i].figures;
		all->at[i].figures = sc.figures;
		return true;
	}
	if (all->count == all->room) {
		all->room = all->room == 0 ? 256 : all->room * 2;
		all->at = mem_resized(all->at, all->room, sizeof(all->at[0]));
	}
	memmove(&all->at[i + 1], &all->at[i], (all->count - i) * sizeof(all->at[0]));
	memcpy(sc.name, name, sizeof(name));
	all->at[i] = sc;
	all->count++;
	return false;
}
