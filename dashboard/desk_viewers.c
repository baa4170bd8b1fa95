/* Those who are sent a desk's stream of events. */
#include <stdlib.h>

#include "core/mem.h"
#include "dashboard/desk_state.h"

struct viewer {
	struct desk         *desk;
	struct http_stream  *answer; /* NULL until it has begun */
	struct stream_cursor cursor;
	struct viewer       *prev, *next;
};

static int64_t
read_events(void *viewer, char *at, size_t room)
{
	struct viewer        *v = viewer;
	struct desk_counters *counters = &v->desk->counters;
	uint32_t              resets = v->cursor.resets;
	size_t                len = stream_read(v->desk->stream, &v->cursor, at, room);

	counters->bytes += len;
	counters->resets += v->cursor.resets - resets;
	return len == 0 && v->cursor.lost ? HTTP_END : (int64_t)len;
}

static void
end_viewer(void *viewer)
{
	struct viewer *v = viewer;

	if (v->prev != NULL)
		v->prev->next = v->next;
	else
		v->desk->viewers = v->next;
	if (v->next != NULL)
		v->next->prev = v->prev;
	v->desk->counters.viewers--;
	free(v);
}

static struct viewer *
add_viewer(struct desk *d, struct text id)
{
	struct viewer *v = mem_zeroed(1, sizeof(*v));

	v->desk = d;
	v->cursor = stream_begin(d->stream, id);
	v->next = d->viewers;
	if (v->next != NULL)
		v->next->prev = v;
	d->viewers = v;
	d->counters.viewers++;
	return v;
}

void
desk_admit(struct desk *d, struct http_exchange *x, struct text id,
    const struct http_header *headers, size_t count)
{
	const struct http_source source = {
	    .type = "text/event-stream; charset=utf-8",
	    .read = read_events,
	    .ended = end_viewer,
	    .headers = headers,
	    .header_count = count,
	};
	struct viewer      *v = add_viewer(d, id);
	struct http_stream *answer = http_stream(x, &source, v);

	if (answer != NULL)
		v->answer = answer;
}

void
desk_wake_viewers(struct desk *d)
{
	for (struct viewer *v = d->viewers; v != NULL; v = v->next) {
		if (v->answer != NULL)
			http_wake(v->answer);
	}
}

size_t
desk_viewers_behind(const struct desk *d, uint64_t frames)
{
	size_t behind = 0;

	for (const struct viewer *v = d->viewers; v != NULL; v = v->next)
		behind += !stream_has_had(&v->cursor, frames);
	return behind;
}
