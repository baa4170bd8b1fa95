#include "dashboard/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

#define GREETING     "retry: 1000\n\n"
#define EPOCH_DIGITS 16
#define NUMBER_MAX   19 /* digits that always fit 64 bits */

struct stream {
	uint64_t   epoch;
	struct buf frames[STREAM_FRAMES_MAX]; /* owned; frame n is at n % STREAM_FRAMES_MAX */
	uint64_t   first, end;                /* numbers: the oldest that is kept, the next */
	size_t     bytes;                     /* of all that are kept */
	struct buf beat;                      /* owned; the last one without a number */
	uint64_t   beats;                     /* how many there were */
};

struct stream *
stream_new(uint64_t epoch)
{
	struct stream *s = mem_zeroed(1, sizeof(*s));

	s->epoch = epoch;
	s->first = s->end = 1;
	return s;
}

void
stream_free(struct stream *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < STREAM_FRAMES_MAX; i++)
		buf_fini(&s->frames[i]);
	buf_fini(&s->beat);
	free(s);
}

static struct buf *
frame_of(struct stream *s, uint64_t number)
{
	return &s->frames[number % STREAM_FRAMES_MAX];
}

static void
drop_oldest(struct stream *s)
{
	struct buf *oldest = frame_of(s, s->first++);

	s->bytes -= oldest->len;
	buf_fini(oldest);
}

static void
write_message(struct buf *out, const char *event, struct text data)
{
	buf_addf(out, "event: %s\ndata: ", event);
	buf_add(out, data.at, data.len);
	buf_add(out, "\n\n", 2);
}

static const char *
format_id(const struct stream *s, uint64_t number, char out[STREAM_ID_SIZE])
{
	snprintf(out, STREAM_ID_SIZE, "%016" PRIx64 "-%" PRIu64, s->epoch, number);
	return out;
}

void
stream_add(struct stream *s, const char *event, struct text data, bool numbered)
{
	char        id[STREAM_ID_SIZE];
	struct buf *frame = &s->beat;

	if (!numbered) {
		buf_reset(frame);
		write_message(frame, event, data);
		s->beats++;
		return;
	}
	if (s->end - s->first == STREAM_FRAMES_MAX)
		drop_oldest(s);
	frame = frame_of(s, s->end);
	buf_addf(frame, "id: %s\n", format_id(s, s->end, id));
	write_message(frame, event, data);
	frame->at = mem_resized(frame->at, frame->len, 1); /* it stays for long and as it is */
	frame->room = frame->len;
	s->bytes += frame->len;
	s->end++;
	while (s->bytes > STREAM_BYTES_MAX && s->end - s->first > 1)
		drop_oldest(s);
}

const char *
stream_id(const struct stream *s, char out[STREAM_ID_SIZE])
{
	return format_id(s, s->end - 1, out);
}

uint64_t
stream_frames(const struct stream *s)
{
	return s->end - 1;
}

/* "0123456789abcdef-27" of this epoch, as format_id() writes it. */
static bool
parse_id(const struct stream *s, struct text id, uint64_t *number)
{
	char written[STREAM_ID_SIZE];

	*number = 0;
	if (id.len <= EPOCH_DIGITS + 1 || id.len > EPOCH_DIGITS + 1 + NUMBER_MAX)
		return false;
	for (size_t i = EPOCH_DIGITS + 1; i < id.len; i++) {
		if (id.at[i] < '0' || id.at[i] > '9')
			return false;
		*number = 10 * *number + (uint64_t)(id.at[i] - '0');
	}
	return text_equal(id, text_of(format_id(s, *number, written)));
}

struct stream_cursor
stream_begin(const struct stream *s, struct text id)
{
	struct stream_cursor c = {.next = s->end};
	uint64_t             number;

	if (parse_id(s, id, &number) && number + 1 >= s->first && number < s->end)
		c.next = number + 1;
	else
		c.reset = true;
	return c;
}

bool
stream_has_had(const struct stream_cursor *c, uint64_t frames)
{
	return !c->reset && !c->lost && c->next > frames;
}

/* All of it, if there is room. */
static size_t
copy_whole(struct text t, char *at, size_t room)
{
	if (t.len > room)
		return 0;
	memcpy(at, t.at, t.len);
	return t.len;
}

/* What follows it is newer than what is fetched then, or in it: its id is the newest one. */
static size_t
read_reset(const struct stream *s, struct stream_cursor *c, char *at, size_t room)
{
	char   id[STREAM_ID_SIZE], message[STREAM_ROOM_MIN];
	size_t got;

	snprintf(message, sizeof(message), "id: %s\nevent: reset\ndata: {}\n\n", stream_id(s, id));
	got = copy_whole(text_of(message), at, room);
	if (got > 0) {
		c->reset = false;
		c->resets++;
		c->next = s->end;
	}
	return got;
}

static size_t
read_frame(const struct stream *s, struct stream_cursor *c, char *at, size_t room)
{
	const struct buf *frame = &s->frames[c->next % STREAM_FRAMES_MAX];
	size_t            left = frame->len - c->offset, got = left < room ? left : room;

	memcpy(at, frame->at + c->offset, got);
	c->offset += got;
	if (got == left) {
		c->offset = 0;
		c->next++;
	}
	return got;
}

/* The next piece; 0: there is none, or no room for it. */
static size_t
read_next(const struct stream *s, struct stream_cursor *c, char *at, size_t room)
{
	size_t got;

	if (c->next < s->first && c->offset > 0)
		c->lost = true;
	if (c->lost || room == 0)
		return 0;
	if (!c->greeted) {
		got = copy_whole(text_of(GREETING), at, room);
		c->greeted = got > 0;
		return got;
	}
	c->reset = c->reset || c->next < s->first;
	if (c->reset)
		return read_reset(s, c, at, room);
	if (c->next < s->end)
		return read_frame(s, c, at, room);
	if (c->beat == s->beats)
		return 0;
	got = copy_whole(buf_text(&s->beat), at, room);
	if (got > 0)
		c->beat = s->beats;
	return got;
}

size_t
stream_read(const struct stream *s, struct stream_cursor *c, char *at, size_t room)
{
	size_t len = 0, got;

	while ((got = read_next(s, c, at + len, room - len)) > 0)
		len += got;
	return len;
}
