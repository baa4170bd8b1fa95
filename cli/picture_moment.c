#include "cli/picture_moment.h"

#include "core/calendar.h"

void
picture_moment_say(
    const struct picture *p, const struct picture_request *q, enum language l, struct buf *out)
{
	static const struct phrase of =
	    PHRASE("what is known of %s\n", "截至 %s 的情况，按目前所知\n");
	static const struct phrase at = PHRASE("what was known at %s\n", "所知截至 %s\n");
	static const struct phrase both =
	    PHRASE("what was known at %2$s of %1$s\n", "截至 %1$s 的情况，所知截至 %2$s\n");
	static const struct phrase ahead =
	    PHRASE("this moment is in the future: a projection on what is known now\n",
		"该时点尚未到来，以下为按目前所知的推演\n");
	int  offset_min = picture_offset_min(p);
	char as_of[CALENDAR_INSTANT_SIZE], known_at[CALENDAR_INSTANT_SIZE];

	calendar_format_local(moment_ms(&q->as_of, offset_min), offset_min, as_of);
	calendar_format_local(moment_ms(&q->known_at, offset_min), offset_min, known_at);
	if (q->as_of.kind != MOMENT_NONE && q->known_at.kind != MOMENT_NONE)
		buf_addf(out, both.at[l], as_of, known_at);
	else if (q->as_of.kind != MOMENT_NONE)
		buf_addf(out, of.at[l], as_of);
	else if (q->known_at.kind != MOMENT_NONE)
		buf_addf(out, at.at[l], known_at);
	if (picture_is_ahead(p))
		buf_addf(out, "%s", ahead.at[l]);
}

static json_t *
ms_or_null(const struct moment *m, int offset_min)
{
	return m->kind == MOMENT_NONE ? json_null() : json_integer(moment_ms(m, offset_min));
}

json_t *
picture_moment_json(const struct picture *p, const struct picture_request *q)
{
	int  offset_min = picture_offset_min(p);
	char date[CALENDAR_DATE_SIZE];

	calendar_format_date(rollup_today(picture_rollup(p)), date);
	return json_pack("{s:o, s:o, s:s, s:b}", "as_of", ms_or_null(&q->as_of, offset_min),
	    "known_at", ms_or_null(&q->known_at, offset_min), "today", date, "projection",
	    (int)picture_is_ahead(p));
}
