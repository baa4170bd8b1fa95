#include "cli/notify_remind.h"

#include <stdio.h>

#include "cli/loaded.h"
#include "common/log.h"
#include "core/calendar.h"

#define AGAIN_MS   10000 /* after the plan could not be read */
#define MINUTE_MS  60000
#define RULE       "────────────────────────────────────────"
#define SHOWN_SIZE 300

static int32_t
today(const struct notify_remind *r, int64_t wall_ms)
{
	return calendar_day_at(wall_ms, (*r->plan)->utc_offset_min);
}

/* Whether the moment of the day is over. */
static bool
is_past(const struct notify_remind *r, int32_t day, int64_t wall_ms)
{
	return wall_ms >=
	    calendar_day_start(day, (*r->plan)->utc_offset_min) + (int64_t)r->minutes * MINUTE_MS;
}

void
notify_remind_init(struct notify_remind *r, bool has_past, int64_t wall_ms)
{
	int32_t day;

	if (r->minutes < 0 || has_past)
		return;
	day = today(r, wall_ms);
	if (is_past(r, day, wall_ms))
		r->books->reminded = day;
}

bool
notify_remind_is_due(const struct notify_remind *r, int64_t wall_ms)
{
	int32_t day;

	if (r->minutes < 0)
		return false;
	day = today(r, wall_ms);
	return day > r->books->reminded && is_past(r, day, wall_ms);
}

static bool
is_wanted(const struct notify_follow *f, const struct digest *d, uint32_t agency)
{
	return (f->agency == NULL || strcmp(f->agency, d->plan->agencies[agency].id) == 0) &&
	    digest_count(d, agency) > 0;
}

/* The plan in force: titles and agencies may have changed. */
static bool
read_plan(struct notify_remind *r, struct notify_follow *f, int64_t mono_ms)
{
	struct err   err = {0};
	struct plan *p = loaded_plan_at(r->redis, (*r->plan)->id, &err);
	char         shown[SHOWN_SIZE];

	if (p == NULL) {
		if (!r->told)
			log_warn("event=reminders_wait reason=\"%s\"",
			    text_escape(text_of(err.msg), shown, sizeof(shown)));
		r->told = true;
		r->again_ms = mono_ms + AGAIN_MS;
		return false;
	}
	r->told = false;
	plan_free(*r->plan);
	*r->plan = p;
	f->titles = p;
	return true;
}

static size_t
make(struct notify_follow *f, const struct digest *d, int64_t wall_ms)
{
	struct buf body = {0};
	char       id[DIGEST_ID_SIZE];
	size_t     made = 0;

	for (uint32_t a = 0; a < d->plan->agency_count; a++) {
		if (!is_wanted(f, d, a))
			continue;
		buf_reset(&body);
		digest_event(&body, d, a, f->language, wall_ms);
		notify_follow_enter(f, text_of(digest_id(d, a, id)), buf_text(&body));
		made++;
	}
	buf_fini(&body);
	return made;
}

void
notify_remind_turn(
    struct notify_remind *r, struct notify_follow *f, int64_t mono_ms, int64_t wall_ms)
{
	struct gathered gathered;
	struct digest   digest;
	char            date[CALENDAR_DATE_SIZE];
	int32_t         day;

	if (!notify_remind_is_due(r, wall_ms) || !f->settled || mono_ms < r->again_ms ||
	    !subscriber_in_step(f->subscriber) || !gather_day(f->subscriber, *r->plan, &day) ||
	    day != today(r, wall_ms) || !read_plan(r, f, mono_ms))
		return;
	gather_init(&gathered, f->subscriber, *r->plan, day);
	digest = gather_digest(&gathered, *r->plan);
	log_info("event=reminders date=%s agencies=%zu", calendar_format_date(day, date),
	    make(f, &digest, wall_ms));
	gather_fini(&gathered);
	r->books->reminded = day;
	notify_state_note_reminded(f->state);
}

size_t
notify_remind_print(
    const struct notify_follow *f, const struct plan *p, int32_t day, bool json, int64_t wall_ms)
{
	struct gathered gathered;
	struct digest   digest;
	struct buf      out = {0};
	size_t          printed = 0;

	gather_init(&gathered, f->subscriber, p, day);
	digest = gather_digest(&gathered, p);
	for (uint32_t a = 0; a < p->agency_count; a++) {
		if (!is_wanted(f, &digest, a))
			continue;
		if (json)
			digest_event(&out, &digest, a, f->language, wall_ms);
		else if (printed > 0)
			buf_addf(&out, "\n" RULE "\n\n");
		if (json)
			buf_add(&out, "\n", 1);
		else
			digest_text(&out, &digest, a, f->language);
		printed++;
	}
	if (out.len > 0)
		fwrite(out.at, 1, out.len, stdout);
	buf_fini(&out);
	gather_fini(&gathered);
	return printed;
}
