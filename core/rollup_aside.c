#include "core/rollup_aside.h"

#include <stdlib.h>

#include "core/mem.h"

#define ROOM_FIRST 16

static int
compare(const struct rollup_aside_word *a, const struct rollup_aside_word *b)
{
	if (a->task != b->task)
		return a->task < b->task ? -1 : 1;
	return strcmp(a->agency, b->agency);
}

/* Where in the order this word is, or would go. */
static uint32_t
place_of(const struct rollup_aside *a, const struct rollup_aside_word *w)
{
	uint32_t from = 0, to = a->word_count;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (compare(&a->words[a->order[middle]], w) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Only the order moves, four bytes a word: 400 KB at the very most. */
static void
insert(struct rollup_aside *a, uint32_t place, const struct rollup_aside_word *w)
{
	if (a->word_count == a->word_room) {
		a->word_room = a->word_room > 0 ? 2 * a->word_room : ROOM_FIRST;
		a->words = mem_resized(a->words, a->word_room, sizeof(a->words[0]));
		a->order = mem_resized(a->order, a->word_room, sizeof(a->order[0]));
	}
	memmove(
	    &a->order[place + 1], &a->order[place], (a->word_count - place) * sizeof(a->order[0]));
	a->words[a->word_count] = *w;
	a->order[place] = a->word_count++;
}

static bool
is_number(uint32_t task)
{
	return task >= 1 && task <= PLAN_TASKS_MAX;
}

void
rollup_aside_fini(struct rollup_aside *a)
{
	for (uint32_t i = 0; i < a->word_count; i++)
		receipts_fini(&a->words[i].receipts);
	free(a->words);
	free(a->order);
	free(a->rulings);
}

struct rollup_aside_word *
rollup_aside_find(struct rollup_aside *a, uint32_t task, struct text agency)
{
	struct rollup_aside_word w = {.task = task};
	uint32_t                 place;

	if (!is_number(task) || !text_is_name(agency, PLAN_ID_MAX))
		return NULL;
	memcpy(w.agency, agency.at, agency.len);
	place = place_of(a, &w);
	if (place == a->word_count || compare(&a->words[a->order[place]], &w) != 0) {
		if (a->word_count == PLAN_OBLIGATIONS_MAX)
			return NULL;
		insert(a, place, &w);
	}
	return &a->words[a->order[place]];
}

bool
rollup_aside_put_word(
    struct rollup_aside *a, uint32_t task, struct text agency, const struct rollup_word *word)
{
	struct rollup_aside_word *kept = word->seq > 0 ? rollup_aside_find(a, task, agency) : NULL;

	if (kept != NULL && word->seq > kept->word.seq)
		kept->word = *word;
	return kept != NULL;
}

bool
rollup_aside_put_ruling(struct rollup_aside *a, uint32_t task, const struct rollup_ruling *ruling)
{
	if (ruling->seq == 0 || !is_number(task))
		return false;
	if (a->rulings == NULL)
		a->rulings = mem_zeroed(PLAN_TASKS_MAX, sizeof(a->rulings[0]));
	if (ruling->seq > a->rulings[task - 1].seq)
		a->rulings[task - 1] = *ruling;
	return true;
}

const struct rollup_aside_word *
rollup_aside_word(const struct rollup_aside *a, uint32_t i)
{
	return &a->words[a->order[i]];
}

const struct rollup_ruling *
rollup_aside_ruling(const struct rollup_aside *a, uint32_t task)
{
	static const struct rollup_ruling none = {.disposition = REPORT_OPEN};

	return a->rulings != NULL ? &a->rulings[task - 1] : &none;
}
