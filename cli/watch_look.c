#include "cli/watch_look.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(l)   (1u << (l))

static const unsigned lights[] = {
    (1u << LIGHTS) - 1,
    BIT(LIGHT_RED),
    BIT(LIGHT_RED) | BIT(LIGHT_YELLOW),
    BIT(LIGHT_GREEN),
    BIT(LIGHT_BLUE),
    BIT(LIGHT_GREY),
};

/* clang-format off */
static const struct {
	enum sorting at[4];
	unsigned     count;
} sortings[PANES] = {
	[PANE_CHAPTERS] = {{SORT_PLAN, SORT_GAP, SORT_LIGHT}, 3},
	[PANE_AGENCIES] = {{SORT_PLAN, SORT_GAP, SORT_LIGHT, SORT_HEARD}, 4},
	[PANE_EXCEPTIONS] = {{SORT_COST, SORT_LIGHT, SORT_OVERDUE, SORT_PLAN}, 4},
	[PANE_FEED] = {{SORT_NEWEST}, 1},
	[PANE_RATES] = {{SORT_PLAN}, 1},
};
/* clang-format on */

void
look_init(struct look *k, enum language l, struct wanted wanted)
{
	*k = (struct look){.language = l, .wanted = wanted};
	for (int i = 0; i < PANES; i++)
		k->at[i].sorting = sortings[i].at[0];
}

void
look_fini(struct look *k)
{
	free(k->open);
}

static size_t
place_of(const struct look *k, uint64_t id)
{
	size_t low = 0, high = k->open_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (k->open[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
look_is_open(const struct look *k, uint64_t id)
{
	size_t i = place_of(k, id);

	return i < k->open_count && k->open[i] == id;
}

void
look_open(struct look *k, uint64_t id, bool open)
{
	size_t i = place_of(k, id);
	size_t behind = k->open_count - i;

	if (look_is_open(k, id) == open)
		return;
	if (!open) {
		memmove(&k->open[i], &k->open[i + 1], (behind - 1) * sizeof(k->open[0]));
		k->open_count--;
		return;
	}
	if (k->open_count == k->open_room) {
		k->open_room = k->open_room == 0 ? 32 : k->open_room * 2;
		k->open = mem_resized(k->open, k->open_room, sizeof(k->open[0]));
	}
	memmove(&k->open[i + 1], &k->open[i], behind * sizeof(k->open[0]));
	k->open[i] = id;
	k->open_count++;
}

void
look_sort_on(struct look *k)
{
	struct look_pane *p = &k->at[k->pane];
	unsigned          n = sortings[k->pane].count, i = 0;

	while (sortings[k->pane].at[i] != p->sorting)
		i++;
	p->sorting = sortings[k->pane].at[(i + 1) % n];
}

unsigned
look_lights_shown(const struct look *k)
{
	return lights[k->lights];
}

void
look_lights_on(struct look *k)
{
	k->lights = (k->lights + 1) % COUNT(lights);
}

bool
look_finds(const struct look *k, const char *text)
{
	return strcasestr(text, k->filter) != NULL;
}

bool
look_is_filtered(const struct look *k)
{
	return k->filter[0] != '\0' || k->lights != 0;
}
