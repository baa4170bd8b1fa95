#include "cli/export_moment.h"

#include "common/clock.h"
#include "core/calendar.h"

enum clocks { CLOCKS_TODAY, CLOCKS_OTHER_DAY, CLOCKS_AS_OF, CLOCKS_KNOWN_AT, CLOCKS_BOTH };

static const struct phrase words[] = {
    [CLOCKS_TODAY] = PHRASE("As of %s", "截至 %s"),
    [CLOCKS_OTHER_DAY] = PHRASE("Evaluated for %s (as known now)", "评价日 %s（按目前所知）"),
    [CLOCKS_AS_OF] = PHRASE("As of %s (as known now)", "截至 %s（按目前所知）"),
    [CLOCKS_KNOWN_AT] = PHRASE("As known at %s", "截至 %s 所知情况"),
    [CLOCKS_BOTH] = PHRASE("As of %s, as known at %s", "截至 %s（按 %s 所知）"),
};

/* True for a time that is over: what was known then is what it will ever be. */
static bool
is_known_at_a_time(const struct facts *f)
{
	const struct moment *m = &f->request->known_at;

	return m->kind == MOMENT_TIME &&
	    moment_ms(m, picture_offset_min(f->picture)) < clock_wall_ms();
}

static enum clocks
clocks_of(const struct facts *f)
{
	bool    as_of = f->request->as_of.kind != MOMENT_NONE, known_at = is_known_at_a_time(f);
	int32_t newest = calendar_day_at((int64_t)f->position.ms, f->plan->utc_offset_min);

	if (as_of)
		return known_at ? CLOCKS_BOTH : CLOCKS_AS_OF;
	if (known_at)
		return CLOCKS_KNOWN_AT;
	return f->today < newest ? CLOCKS_OTHER_DAY : CLOCKS_TODAY;
}

void
export_moment(const struct facts *f, struct buf *out)
{
	static const struct phrase other = PHRASE(", evaluated for %s", " · 评价日 %s");
	enum clocks                clocks = clocks_of(f);
	char                       today[CALENDAR_DATE_SIZE];
	int                        offset_min = picture_offset_min(f->picture);
	const struct moment       *m =
            clocks == CLOCKS_KNOWN_AT ? &f->request->known_at : &f->request->as_of;

	const char *asked[] = {
	    [CLOCKS_TODAY] = today,
	    [CLOCKS_OTHER_DAY] = today,
	    [CLOCKS_AS_OF] = f->as_of,
	    [CLOCKS_KNOWN_AT] = f->known_at,
	    [CLOCKS_BOTH] = f->as_of,
	};

	calendar_format_date(f->today, today);
	buf_addf(out, words[clocks].at[f->language], asked[clocks], f->known_at);
	if (clocks >= CLOCKS_AS_OF && moment_day(m, offset_min) != f->today)
		buf_addf(out, other.at[f->language], today);
}

const char *
export_projection(const struct facts *f)
{
	static const struct phrase ahead =
	    PHRASE("Projection (this moment has not come yet)", "推演（该时点尚未到来）");

	return picture_is_ahead(f->picture) ? ahead.at[f->language] : NULL;
}

void
export_flags(const struct facts *f, struct buf *out)
{
	char date[CALENDAR_DATE_SIZE], position[POSITION_SIZE];

	position_format(f->position, position);
	buf_addf(out, " --plan %s --known-at %s", f->plan->id,
	    is_known_at_a_time(f) ? f->known_at : position);
	if (f->as_of != NULL)
		buf_addf(out, " --as-of %s", f->as_of);
	buf_addf(out, " --today %s", calendar_format_date(f->today, date));
}
