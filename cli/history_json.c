#include <stdio.h>

#include "cli/history.h"
#include "common/json.h"
#include "common/clock.h"
#include "core/calendar.h"

static json_t *
position_text(struct position p)
{
	char text[POSITION_SIZE];

	return json_string(position_format(p, text));
}

static json_t *
revision_object(const struct history_revision *r)
{
	return json_pack("{s:s, s:o, s:I, s:b, s:b}", "kind", "revision", "position",
	    position_text(r->position), "revision", (json_int_t)r->revision, "has", r->has,
	    "changed", r->changed);
}

static json_t *
word_object(const struct history *h, const struct history_word *w, int32_t today)
{
	static const char *const fates[HISTORY_FATES] = {
	    [HISTORY_EFFECTIVE] = "effective",
	    [HISTORY_SUPERSEDED] = "superseded",
	    [HISTORY_WITHDRAWN] = "withdrawn",
	};
	static const char *const places[HISTORY_PLACES] = {
	    [HISTORY_IN_FORCE] = "in_force",
	    [HISTORY_NOT_TODAY] = "not_today",
	    [HISTORY_NO_PLACE] = "none",
	};
	const struct record *rec = &w->word->record;
	json_t              *object = json_record(rec), *by = json_null();

	if (w->fate != HISTORY_EFFECTIVE)
		by = json_pack("{s:I, s:I}", "seq", (json_int_t)w->by_seq, "received",
		    (json_int_t)w->by_received_ms);
	json_object_set_new(object, "position", position_text(w->word->position));
	json_object_set_new(object, "fate", json_string(fates[w->fate]));
	json_object_set_new(object, "by", by);
	json_object_set_new(object, "place", json_string(places[history_place(h, rec, today)]));
	return object;
}

void
history_print_json(const struct history *h)
{
	int32_t today = calendar_day_at(clock_wall_ms(), history_plan(h)->utc_offset_min);
	struct history_cursor cursor = {0};
	struct history_item   item;

	while (history_next(h, &cursor, &item))
		json_print(stdout,
		    item.word != NULL ? word_object(h, item.word, today)
				      : revision_object(item.revision));
}
