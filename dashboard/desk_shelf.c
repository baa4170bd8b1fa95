#include "dashboard/desk_shelf.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct shelf_place {
	char         name[SHELF_NAME_SIZE];
	struct body *body;  /* held */
	uint64_t     asked; /* when for the last time, by the shelf's count */
};

struct shelf {
	struct shelf_place  places[SHELF_BODIES_MAX];
	size_t              count, bytes;
	uint64_t            asks;
	struct shelf_moment moment;
};

struct shelf *
shelf_new(void)
{
	return mem_zeroed(1, sizeof(struct shelf));
}

/* The last one takes its place. */
static void
drop(struct shelf *s, size_t i)
{
	s->bytes -= body_buf(s->places[i].body)->len;
	body_drop(s->places[i].body);
	s->places[i] = s->places[--s->count];
}

static void
drop_all(struct shelf *s)
{
	while (s->count > 0)
		drop(s, s->count - 1);
}

void
shelf_free(struct shelf *s)
{
	if (s == NULL)
		return;
	drop_all(s);
	free(s);
}

void
shelf_turn(struct shelf *s, struct shelf_moment now)
{
	if (now.number == s->moment.number && now.records == s->moment.records &&
	    now.day == s->moment.day)
		return;
	drop_all(s);
	s->moment = now;
}

struct body *
shelf_find(struct shelf *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->places[i].name, name) == 0) {
			s->places[i].asked = ++s->asks;
			return s->places[i].body;
		}
	}
	return NULL;
}

static void
drop_oldest(struct shelf *s)
{
	size_t oldest = 0;

	for (size_t i = 1; i < s->count; i++) {
		if (s->places[i].asked < s->places[oldest].asked)
			oldest = i;
	}
	drop(s, oldest);
}

void
shelf_keep(struct shelf *s, const char *name, struct body *b)
{
	size_t              bytes = body_buf(b)->len;
	struct shelf_place *place;

	if (bytes > SHELF_BYTES_MAX || strlen(name) >= SHELF_NAME_SIZE) {
		body_drop(b);
		return;
	}
	body_trim(b);
	while (s->count == SHELF_BODIES_MAX || s->bytes + bytes > SHELF_BYTES_MAX)
		drop_oldest(s);
	place = &s->places[s->count++];
	strcpy(place->name, name);
	place->body = b;
	place->asked = ++s->asks;
	s->bytes += bytes;
}
