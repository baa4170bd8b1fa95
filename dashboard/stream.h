/*
 * stream -- what all viewers of a plan are sent, once for all: the last frames of
 * server-sent events, and where each viewer is in them.
 *
 * A frame has a number; its id on the wire is "<epoch>-<number>", where the epoch is
 * another one for each process. A viewer that comes back with the id of a frame that is
 * still kept goes on behind it; one that is too far behind, or of another epoch, is told
 * to fetch the whole again (event: reset). A slow viewer thus costs its own cursor and
 * nothing else. Pure: the owner wakes the viewers.
 */
#ifndef TUIJIN_DASHBOARD_STREAM_H
#define TUIJIN_DASHBOARD_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/text.h"

#define STREAM_FRAMES_MAX 1024
#define STREAM_BYTES_MAX  (8u << 20) /* of all frames kept; the newest is always kept */
#define STREAM_ID_SIZE    40         /* "<16 hex digits>-<number>" and a NUL */
#define STREAM_ROOM_MIN   128        /* bytes */

struct stream;

struct stream *stream_new(uint64_t epoch);
void           stream_free(struct stream *s); /* NULL is fine */

/* Appends a frame: event is a word, data one line of JSON. numbered: it changes what a
 * viewer knows, so it gets an id and is kept; another (a tick, a comment) replaces the
 * last one that was not numbered and reaches those who have read everything else. */
void stream_add(struct stream *s, const char *event, struct text data, bool numbered);

/* The id of the newest numbered frame: what a snapshot taken now goes with. */
const char *stream_id(const struct stream *s, char out[STREAM_ID_SIZE]);

/* How many frames with a number there were. */
uint64_t stream_frames(const struct stream *s);

/* Where a viewer is. */
struct stream_cursor {
	uint64_t next;    /* number of the frame it wants, */
	size_t   offset;  /* and how much of that it has */
	uint64_t beat;    /* the last frame without a number that it had */
	bool     greeted; /* was told how soon to come back */
	bool     reset;   /* is to be told to fetch the whole again */
	uint32_t resets;  /* how often it was told so */
	bool     lost;    /* what it has a part of is kept no more: end it, it comes back */
};

/* A viewer that knows everything up to that id; an id that is not known, or empty, starts
 * with a reset. */
struct stream_cursor stream_begin(const struct stream *s, struct text id);

/* True if it has had all of the first so many frames, or what tells as much. */
bool stream_has_had(const struct stream_cursor *c, uint64_t frames);

/* Copies what comes next for it, at most room bytes; 0: nothing. Frames with a number are
 * cut to fit; what has none, a greeting and a reset come whole or not at all, of which the
 * last two need STREAM_ROOM_MIN. */
size_t stream_read(const struct stream *s, struct stream_cursor *c, char *at, size_t room);

#endif
