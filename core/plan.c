#include "core/plan.h"

#include <stdlib.h>

#include "core/calendar.h"
#include "core/fnv.h"
#include "core/mem.h"
#include "core/plan_build.h"

#define CHUNK_BYTES   ((size_t)8 << 10)
#define EARLIEST_DAYS 366 /* before the plan's first day */

struct chunk {
	struct chunk *next;
	max_align_t   bytes[]; /* CHUNK_BYTES of them, or one larger piece */
};

struct plan_arena {
	struct chunk *chunks;
	char         *at; /* free bytes of the newest chunk */
	size_t        left;
	size_t        total;
};

/* Two open-addressing tables. Agencies: by FNV-1a of the id. Obligations: task t
 * with n of them has 2n places of its own from 2 * first_obligation, filled by
 * agency index modulo 2n; so no file can make one task's lookups slow another's. */
struct plan_index {
	uint32_t *agencies; /* agency indices */
	uint32_t  agency_mask;
	uint32_t *obligations; /* obligation indices */
};

struct plan_arena *
plan_arena_new(void)
{
	return mem_zeroed(1, sizeof(struct plan_arena));
}

void
plan_arena_free(struct plan_arena *a)
{
	struct chunk *next;

	if (a == NULL)
		return;
	for (struct chunk *c = a->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

static void
add_chunk(struct plan_arena *a, size_t bytes)
{
	struct chunk *c = mem_zeroed(1, sizeof(*c) + bytes);

	c->next = a->chunks;
	a->chunks = c;
	a->at = (char *)c->bytes;
	a->left = bytes;
	a->total += sizeof(*c) + bytes;
}

void *
plan_arena_alloc(struct plan_arena *a, size_t count, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	size_t       bytes;
	void        *piece;

	if (size != 0 && count > (SIZE_MAX / 2) / size)
		abort();
	bytes = (count * size + align - 1) / align * align;
	if (bytes > a->left)
		add_chunk(a, bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES);
	piece = a->at;
	a->at += bytes;
	a->left -= bytes;
	return piece;
}

const char *
plan_arena_text(struct plan_arena *a, struct text t)
{
	char *copy = plan_arena_alloc(a, t.len + 1, 1);

	if (t.len > 0)
		memcpy(copy, t.at, t.len);
	return copy;
}

struct plan *
plan_new(void)
{
	struct plan *p = mem_zeroed(1, sizeof(*p));

	p->arena = plan_arena_new();
	p->index = plan_arena_alloc(p->arena, 1, sizeof(*p->index));
	return p;
}

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	plan_arena_free(p->arena);
	free(p);
}

size_t
plan_bytes(const struct plan *p)
{
	return sizeof(*p) + sizeof(*p->arena) + p->arena->total;
}

/* A table of `count` places, all empty. */
static uint32_t *
new_table(struct plan *p, uint32_t count)
{
	uint32_t *table = plan_arena_alloc(p->arena, count, sizeof(*table));

	for (uint32_t i = 0; i < count; i++)
		table[i] = PLAN_NONE;
	return table;
}

void
plan_index_agencies(struct plan *p, uint32_t count)
{
	uint32_t places = 2;

	while (places < 2 * count)
		places *= 2;
	p->index->agencies = new_table(p, places);
	p->index->agency_mask = places - 1;
}

/* The place of this id in the table of agencies: where it is, or where it goes. */
static uint32_t *
agency_place(const struct plan *p, struct text id)
{
	const struct plan_index *index = p->index;
	uint32_t                 i = (uint32_t)fnv_add(FNV_START, id.at, id.len);

	for (;; i++) {
		uint32_t *place = &index->agencies[i & index->agency_mask];

		if (*place == PLAN_NONE || text_equal(text_of(p->agencies[*place].id), id))
			return place;
	}
}

uint32_t
plan_index_agency(struct plan *p, uint32_t i)
{
	uint32_t *place = agency_place(p, text_of(p->agencies[i].id));
	uint32_t  before = *place;

	if (before == PLAN_NONE)
		*place = i;
	return before;
}

/* The place of this obligation among its task's: where it is, or where it goes. */
static uint32_t *
obligation_place(const struct plan *p, uint32_t task, uint32_t agency)
{
	const struct plan_task *t = &p->tasks[task];
	uint32_t               *places = p->index->obligations + 2 * t->first_obligation;
	uint32_t                count = 2 * t->obligation_count;
	uint32_t                i = agency % count;

	while (places[i] != PLAN_NONE && p->obligations[places[i]].agency != agency)
		i = i + 1 < count ? i + 1 : 0;
	return &places[i];
}

void
plan_index_obligations(struct plan *p, struct plan_agency *agencies)
{
	uint32_t *lists = plan_arena_alloc(p->arena, p->obligation_count, sizeof(*lists));

	p->index->obligations = new_table(p, 2 * p->obligation_count);
	for (uint32_t i = 0; i < p->obligation_count; i++) {
		*obligation_place(p, p->obligations[i].task, p->obligations[i].agency) = i;
		agencies[p->obligations[i].agency].obligation_count++;
	}
	for (uint32_t i = 0; i < p->agency_count; i++) {
		agencies[i].obligations = lists;
		lists += agencies[i].obligation_count;
		agencies[i].obligation_count = 0;
	}
	for (uint32_t i = 0; i < p->obligation_count; i++) {
		struct plan_agency *a = &agencies[p->obligations[i].agency];

		((uint32_t *)a->obligations)[a->obligation_count++] = i;
	}
}

uint32_t
plan_find_agency(const struct plan *p, struct text id)
{
	return *agency_place(p, id);
}

uint32_t
plan_find_task(const struct plan *p, uint64_t number)
{
	return number >= 1 && number <= p->task_count ? (uint32_t)number - 1 : PLAN_NONE;
}

uint32_t
plan_find_obligation(const struct plan *p, uint32_t task, uint32_t agency)
{
	return task < p->task_count ? *obligation_place(p, task, agency) : PLAN_NONE;
}

bool
plan_counts(const struct plan *p, uint32_t obligation)
{
	const struct plan_task *t = &p->tasks[p->obligations[obligation].task];

	return t->duty == PLAN_SHARED || obligation == t->first_obligation;
}

bool
plan_in_force(const struct plan *p, uint32_t obligation, int32_t day)
{
	return p->obligations[obligation].from <= day && day <= p->obligations[obligation].until;
}

uint32_t
plan_counted(const struct plan *p, uint32_t task)
{
	return p->tasks[task].duty == PLAN_SHARED ? p->tasks[task].obligation_count : 1;
}

const char *
plan_duty_name(enum plan_duty duty)
{
	static const char *const names[PLAN_DUTIES] = {
	    [PLAN_LEAD] = "lead",
	    [PLAN_SHARED] = "shared",
	};

	return names[duty];
}

const char *
plan_every_name(enum plan_every every)
{
	static const char *const names[PLAN_EVERIES] = {
	    [PLAN_MONTH] = "month",
	    [PLAN_QUARTER] = "quarter",
	    [PLAN_HALF] = "half",
	    [PLAN_YEAR] = "year",
	};

	return names[every];
}

int64_t
plan_earliest_ms(const struct plan *p)
{
	return calendar_day_start(p->starts - EARLIEST_DAYS, p->utc_offset_min);
}
