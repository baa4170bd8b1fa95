#include "collector/sessions.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static int
compare(struct text a, struct text b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int    order = shorter > 0 ? memcmp(a.at, b.at, shorter) : 0;

	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

/* Where plan is, or where it would be put. */
static size_t
place(const struct sessions *all, struct text plan)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(text_of(session_id(all->at[middle])), plan) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
sessions_fini(struct sessions *all)
{
	for (size_t i = 0; i < all->count; i++)
		session_close(all->at[i]);
	free(all->at);
	*all = (struct sessions){0};
}

void
sessions_add(struct sessions *all, struct session *s)
{
	size_t i = place(all, text_of(session_id(s)));

	all->at = mem_resized(all->at, all->count + 1, sizeof(struct session *));
	memmove(&all->at[i + 1], &all->at[i], (all->count - i) * sizeof(struct session *));
	all->at[i] = s;
	all->count++;
}

struct session *
sessions_find(const struct sessions *all, struct text plan)
{
	size_t i = place(all, plan);

	if (i < all->count && text_equal(text_of(session_id(all->at[i])), plan))
		return all->at[i];
	return NULL;
}
