#include "cli/picture_words.h"

#include <search.h>
#include <stdlib.h>

#include "core/mem.h"

#define TEXTS_MAX (6 + 2 * REPORT_EVIDENCE_MAX) /* of one record */

struct picture_words {
	void *tree; /* tsearch(3): of struct picture_word, owned */
};

static size_t
texts_of(struct record *rec, struct text *texts[TEXTS_MAX])
{
	struct report *r = &rec->report;
	size_t         n = 0;

	texts[n++] = &rec->agency;
	texts[n++] = &rec->key;
	texts[n++] = &r->summary;
	texts[n++] = &r->problems;
	texts[n++] = &r->next_steps;
	texts[n++] = &r->reason;
	for (uint32_t i = 0; i < r->evidence_count; i++) {
		texts[n++] = &r->evidence[i].title;
		texts[n++] = &r->evidence[i].uri;
	}
	return n;
}

struct picture_word *
picture_word_copied(struct position position, const struct record *rec)
{
	struct picture_word word = {position, *rec}, *copy;
	struct text        *texts[TEXTS_MAX];
	size_t              bytes = 0, count = texts_of(&word.record, texts);
	char               *at;

	for (size_t i = 0; i < count; i++)
		bytes += texts[i]->len;
	copy = mem_zeroed(1, sizeof(*copy) + bytes);
	*copy = word;
	at = (char *)(copy + 1);
	texts_of(&copy->record, texts);
	for (size_t i = 0; i < count; i++) {
		if (texts[i]->at == NULL)
			continue;
		memcpy(at, texts[i]->at, texts[i]->len);
		texts[i]->at = at;
		at += texts[i]->len;
	}
	return copy;
}

struct picture_words *
picture_words_new(void)
{
	return mem_zeroed(1, sizeof(struct picture_words));
}

void
picture_words_free(struct picture_words *w)
{
	if (w == NULL)
		return;
	tdestroy(w->tree, free);
	free(w);
}

/* Below 0, 0 or above as a sorts before b. */
static int
compare_text(struct text a, struct text b)
{
	int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* By task, then who spoke. A ruling is about its task, whoever was the office. */
static int
compare(const void *one, const void *other)
{
	const struct record *a = &((const struct picture_word *)one)->record;
	const struct record *b = &((const struct picture_word *)other)->record;
	bool                 a_rules = a->report.kind == REPORT_DISPOSITION;
	bool                 b_rules = b->report.kind == REPORT_DISPOSITION;

	if (a->report.task != b->report.task)
		return a->report.task < b->report.task ? -1 : 1;
	if (a_rules || b_rules)
		return a_rules - b_rules;
	return compare_text(a->agency, b->agency);
}

void
picture_words_keep(struct picture_words *w, struct position position, const struct record *rec)
{
	struct picture_word   word = {position, *rec};
	struct picture_word **found = tfind(&word, &w->tree, compare);

	if (found == NULL) {
		if (tsearch(picture_word_copied(position, rec), &w->tree, compare) == NULL)
			abort(); /* out of memory: as core/mem.h does */
		return;
	}
	if ((*found)->record.seq >= rec->seq)
		return;
	free(*found);
	*found = picture_word_copied(position, rec);
}

static const struct picture_word *
find(const struct picture_words *w, const struct record *about)
{
	const struct picture_word   probe = {.record = *about};
	struct picture_word *const *found = tfind(&probe, &w->tree, compare);

	return found == NULL ? NULL : *found;
}

const struct picture_word *
picture_words_said(const struct picture_words *w, uint32_t number, struct text agency)
{
	return find(w, &(struct record){.agency = agency, .report.task = number});
}

const struct picture_word *
picture_words_ruled(const struct picture_words *w, uint32_t number)
{
	return find(w, &(struct record){.report = {.kind = REPORT_DISPOSITION, .task = number}});
}
