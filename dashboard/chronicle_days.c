#include "dashboard/chronicle_days.h"

#include <search.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/scope.h"

#define TRACKS_MAX 65536 /* scopes of all revisions */

/* A day in a track's bytes: how much more is expected than the day before, all else being
 * the same, which is below TOKEN_WHOLE; or the whole point, or days without the scope. Then
 * come numbers of 7 bits a byte, the lowest first, the top bit of all but the last set. */
enum { TOKEN_WHOLE = 0xfe, TOKEN_ABSENT = 0xff };

enum { NUMBERS = 9 }; /* of a point */

/* Where a track was read last. */
struct cursor {
	size_t                 at;   /* in the bytes */
	uint32_t               next; /* the day that comes */
	uint32_t               absent_left;
	bool                   there; /* the scope, on the day before */
	struct chronicle_point point;
};

/* The days of one scope, from the first one kept. */
struct track {
	char                   name[SCOPE_NAME_SIZE];
	struct buf             bytes;
	uint32_t               days; /* told in the bytes; it is absent on those behind */
	struct chronicle_point last;
	struct cursor          cursor;
};

struct chronicle_days {
	void          *tracks; /* tsearch(3): of struct track; owned, like all below */
	uint32_t       track_count;
	struct track **rows; /* of the plan in force; NULL where there is no more room */
	uint32_t       row_count;
	int32_t       *days;
	uint32_t       count, room;
	size_t         bytes; /* of all tracks */
};

struct chronicle_days *
chronicle_days_new(void)
{
	return mem_zeroed(1, sizeof(struct chronicle_days));
}

static void
free_track(void *track)
{
	buf_fini(&((struct track *)track)->bytes);
	free(track);
}

void
chronicle_days_free(struct chronicle_days *d)
{
	if (d == NULL)
		return;
	tdestroy(d->tracks, free_track);
	free(d->rows);
	free(d->days);
	free(d);
}

static int
compare_tracks(const void *a, const void *b)
{
	return strcmp(((const struct track *)a)->name, ((const struct track *)b)->name);
}

static struct track *
find_track(const struct chronicle_days *d, const char *name)
{
	struct track   key;
	struct track **found;

	if (strlen(name) >= sizeof(key.name))
		return NULL;
	strcpy(key.name, name);
	found = tfind(&key, &d->tracks, compare_tracks);
	return found != NULL ? *found : NULL;
}

static struct track *
track_for(struct chronicle_days *d, const char *name)
{
	struct track *t = find_track(d, name);

	if (t != NULL || d->track_count == TRACKS_MAX)
		return t;
	t = mem_zeroed(1, sizeof(*t));
	strcpy(t->name, name);
	if (tsearch(t, &d->tracks, compare_tracks) == NULL)
		abort(); /* out of memory: as core/mem.h does */
	d->track_count++;
	return t;
}

void
chronicle_days_follow(struct chronicle_days *d, const struct plan *p)
{
	char name[SCOPE_NAME_SIZE];

	d->row_count = scope_count(p);
	d->rows = mem_resized(d->rows, d->row_count, sizeof(d->rows[0]));
	for (uint32_t row = 0; row < d->row_count; row++)
		d->rows[row] = track_for(d, scope_name_in(p, scope_at(p, row), name));
}

void
chronicle_point_of(struct rollup *r, uint32_t row, struct chronicle_point *point)
{
	struct summary s;

	rollup_summary(r, row, &s);
	*point = (struct chronicle_point){
	    .counts = s.figure.den > 0,
	    .light = s.judgement.light,
	    .included = s.task_included,
	    .verified = s.tasks[TASK_VERIFIED],
	    .completed = s.tasks[TASK_COMPLETED],
	    .obligations = s.obligations_expected,
	    .reported = s.obligations_reported,
	};
	if (!point->counts)
		return;
	point->percent = summary_percent(&s.figure);
	point->expected = s.expected;
}

static void
put_number(struct buf *out, uint32_t n)
{
	unsigned char byte;

	for (; n >= 0x80; n >>= 7) {
		byte = (unsigned char)(n | 0x80);
		buf_add(out, &byte, 1);
	}
	byte = (unsigned char)n;
	buf_add(out, &byte, 1);
}

static uint32_t
take_number(const struct buf *bytes, size_t *at)
{
	uint32_t n = 0, byte = 0x80;

	for (unsigned shift = 0; byte >= 0x80; shift += 7) {
		byte = (unsigned char)bytes->at[(*at)++];
		n |= (byte & 0x7f) << shift;
	}
	return n;
}

static void
put_token(struct buf *out, int token)
{
	const unsigned char byte = (unsigned char)token;

	buf_add(out, &byte, 1);
}

static void
put_whole(struct buf *out, const struct chronicle_point *p)
{
	const uint32_t numbers[NUMBERS] = {p->counts, (uint32_t)p->percent, (uint32_t)p->expected,
	    (uint32_t)p->light, p->included, p->verified, p->completed, p->obligations,
	    p->reported};

	put_token(out, TOKEN_WHOLE);
	for (unsigned i = 0; i < NUMBERS; i++)
		put_number(out, numbers[i]);
}

static void
take_whole(const struct buf *bytes, size_t *at, struct chronicle_point *p)
{
	uint32_t numbers[NUMBERS];

	for (unsigned i = 0; i < NUMBERS; i++)
		numbers[i] = take_number(bytes, at);
	*p = (struct chronicle_point){
	    .counts = numbers[0] != 0,
	    .percent = (int32_t)numbers[1],
	    .expected = (int32_t)numbers[2],
	    .light = (enum light)numbers[3],
	    .included = numbers[4],
	    .verified = numbers[5],
	    .completed = numbers[6],
	    .obligations = numbers[7],
	    .reported = numbers[8],
	};
}

/* True if only what is expected differs, and is more by what a token can say. */
static bool
goes_on(const struct chronicle_point *a, const struct chronicle_point *b)
{
	return a->counts == b->counts && a->percent == b->percent && b->expected >= a->expected &&
	    b->expected - a->expected < TOKEN_WHOLE && a->light == b->light &&
	    a->included == b->included && a->verified == b->verified &&
	    a->completed == b->completed && a->obligations == b->obligations &&
	    a->reported == b->reported;
}

/* Day number i, which the track does not have yet. Returns how many bytes it takes. */
static size_t
put_point(struct track *t, uint32_t i, const struct chronicle_point *point)
{
	size_t before = t->bytes.len;

	if (t->days < i) {
		put_token(&t->bytes, TOKEN_ABSENT);
		put_number(&t->bytes, i - t->days);
	}
	if (goes_on(&t->last, point))
		put_token(&t->bytes, point->expected - t->last.expected);
	else
		put_whole(&t->bytes, point);
	t->days = i + 1;
	t->last = *point;
	return t->bytes.len - before;
}

/* Reads the next day of a track that has one. */
static void
step(const struct track *t, struct cursor *c)
{
	unsigned token;

	c->next++;
	c->there = false;
	if (c->absent_left > 0) {
		c->absent_left--;
		return;
	}
	token = (unsigned char)t->bytes.at[c->at++];
	if (token == TOKEN_ABSENT) {
		c->absent_left = take_number(&t->bytes, &c->at) - 1;
		return;
	}
	c->there = true;
	if (token == TOKEN_WHOLE)
		take_whole(&t->bytes, &c->at, &c->point);
	else
		c->point.expected += (int32_t)token;
}

/* Days are mostly asked for one after the other: it goes on where it was. */
static bool
read_point(struct track *t, uint32_t i, struct chronicle_point *point)
{
	struct cursor *c = &t->cursor;

	if (i >= t->days)
		return false;
	if (i + 1 < c->next)
		*c = (struct cursor){0};
	while (c->next <= i)
		step(t, c);
	*point = c->point;
	return c->there;
}

/* For twalk_r(3). */
struct forgetting {
	struct chronicle_days *days;
	uint32_t               count; /* the oldest so many */
};

static void
forget_of_track(const void *node, VISIT visit, void *context)
{
	struct track            *old = *(struct track *const *)node;
	const struct forgetting *f = context;
	struct track             left = {0};
	struct chronicle_point   point;

	if (visit != postorder && visit != leaf)
		return;
	for (uint32_t i = f->count; i < old->days; i++)
		if (read_point(old, i, &point))
			f->days->bytes += put_point(&left, i - f->count, &point);
	f->days->bytes -= old->bytes.len;
	buf_fini(&old->bytes);
	old->bytes = left.bytes;
	old->days = left.days;
	old->last = left.last;
	old->cursor = (struct cursor){0};
}

static void
forget(struct chronicle_days *d, uint32_t count)
{
	struct forgetting f = {d, count};

	twalk_r(d->tracks, forget_of_track, &f);
	d->count -= count;
	memmove(d->days, d->days + count, d->count * sizeof(d->days[0]));
}

void
chronicle_days_add(struct chronicle_days *d, struct rollup *r)
{
	struct chronicle_point point;

	if (d->count == CHRONICLE_DAYS_MAX || d->bytes > CHRONICLE_POINTS_BYTES_MAX)
		forget(d, (d->count + 1) / 2);
	if (d->count == d->room) {
		d->room = d->room > 0 ? 2 * d->room : 64;
		d->days = mem_resized(d->days, d->room, sizeof(d->days[0]));
	}
	for (uint32_t row = 0; row < d->row_count; row++) {
		if (d->rows[row] == NULL)
			continue;
		chronicle_point_of(r, row, &point);
		d->bytes += put_point(d->rows[row], d->count, &point);
	}
	d->days[d->count++] = rollup_today(r);
}

size_t
chronicle_days_count(const struct chronicle_days *d)
{
	return d->count;
}

int32_t
chronicle_days_day(const struct chronicle_days *d, size_t i)
{
	return d->days[i];
}

bool
chronicle_days_point(
    const struct chronicle_days *d, size_t i, const char *scope, struct chronicle_point *point)
{
	struct track *t = find_track(d, scope);

	return t != NULL && i < d->count && read_point(t, (uint32_t)i, point);
}
