#include "cli/report_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/input.h"
#include "cli/lines.h"
#include "common/clock.h"
#include "core/mem.h"

#define BATCH_BYTES_MAX (REPORT_MESSAGE_MAX * 3 / 4) /* of texts: leaves room for the keys */
#define ENTRY_BYTES     128                          /* keys and numbers of one report */

/* The message that is being filled. */
struct batch {
	uint32_t      count;
	size_t        bytes;                       /* at most what it takes encoded */
	json_t       *objects[REPORT_ENTRIES_MAX]; /* owned; the entries borrow their texts */
	struct report entries[REPORT_ENTRIES_MAX];
	size_t        lines[REPORT_ENTRIES_MAX];
};

struct stream {
	struct sender *sender;
	struct lines   lines;
	struct batch   batch;
	const char    *path;
	size_t         sent, unreadable;
	bool           progress; /* standard error is a terminal */
};

static void
show_progress(const struct stream *st)
{
	if (st->progress)
		fprintf(stderr, "\r%zu reports sent", st->sent);
}

static int
flush(struct stream *st, struct err *e)
{
	struct batch *b = &st->batch;
	int           rc = 0;

	if (b->count > 0)
		rc = sender_send(st->sender, b->entries, b->count, b->lines, e);
	for (uint32_t i = 0; i < b->count; i++)
		json_decref(b->objects[i]);
	st->sent += b->count;
	b->count = 0;
	b->bytes = 0;
	if (rc == 0)
		show_progress(st);
	return rc;
}

static size_t
bytes_of(const struct report *r)
{
	size_t bytes = ENTRY_BYTES + r->summary.len + r->problems.len + r->next_steps.len;

	for (uint32_t i = 0; i < r->evidence_count; i++)
		bytes += 24 + r->evidence[i].title.len + r->evidence[i].uri.len;
	return bytes;
}

/* A message may name a task once: the later word goes into the next one. */
static bool
fits(const struct batch *b, const struct report *r)
{
	if (b->count == REPORT_ENTRIES_MAX || b->bytes + bytes_of(r) > BATCH_BYTES_MAX)
		return false;
	for (uint32_t i = 0; i < b->count; i++) {
		if (b->entries[i].task == r->task)
			return false;
	}
	return true;
}

static void
tell_unreadable(struct stream *st, const char *why)
{
	char shown[ERR_MESSAGE_MAX];

	st->unreadable++;
	command_note(LOG_ERROR, "%s:%zu: %s", st->path, st->lines.number,
	    screen_safe(text_of(why), shown, sizeof(shown)));
}

static bool
is_blank(struct text line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (strchr(" \t\r", line.at[i]) == NULL || line.at[i] == '\0')
			return false;
	}
	return true;
}

static int
take(struct stream *st, struct text line, struct err *e)
{
	json_error_t  mistake;
	struct err    why = {0};
	struct report r;
	json_t       *object;

	if (is_blank(line))
		return 0;
	object = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, &mistake);
	if (object == NULL) {
		tell_unreadable(st, mistake.text);
		return 0;
	}
	if (input_report(object, clock_wall_ms(), &r, &why) != 0) {
		tell_unreadable(st, why.msg);
		json_decref(object);
		return 0;
	}
	if (!fits(&st->batch, &r) && flush(st, e) != 0) {
		json_decref(object);
		return -1;
	}
	st->batch.objects[st->batch.count] = object;
	st->batch.entries[st->batch.count] = r;
	st->batch.lines[st->batch.count++] = st->lines.number;
	st->batch.bytes += bytes_of(&r);
	return 0;
}

static int
run(struct stream *st, struct err *e)
{
	struct text line;

	for (;;) {
		switch (lines_next(&st->lines, st->batch.count == 0, &line, e)) {
		case LINES_LINE:
			if (take(st, line, e) != 0)
				return -1;
			break;
		case LINES_NOT_YET:
			if (flush(st, e) != 0)
				return -1;
			break;
		case LINES_END:
			return flush(st, e);
		case LINES_FAILED:
			flush(st, NULL);
			return -1;
		}
	}
}

static void
tell_totals(const struct stream *st)
{
	const uint64_t *v = st->sender->verdicts;

	if (st->progress)
		fprintf(stderr, "\r");
	command_note(LOG_INFO,
	    "%zu sent: %" PRIu64 " accepted, %" PRIu64 " duplicate, %" PRIu64
	    " superseded, %" PRIu64 " conflict, %" PRIu64 " rejected; %zu unreadable lines",
	    st->sent, v[REPORT_ACCEPTED], v[REPORT_DUPLICATE], v[REPORT_SUPERSEDED],
	    v[REPORT_CONFLICT], v[REPORT_REJECTED], st->unreadable);
}

int
report_stream(struct sender *s, const char *path, size_t *unreadable, struct err *e)
{
	struct stream *st = mem_zeroed(1, sizeof(*st)); /* too large for a stack */
	int            rc;

	st->sender = s;
	st->path = strcmp(path, "-") == 0 ? "stdin" : path;
	st->progress = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	rc = lines_open(&st->lines, path, e);
	if (rc == 0)
		rc = run(st, e);
	if (rc == 0)
		tell_totals(st);
	*unreadable = st->unreadable;
	lines_close(&st->lines);
	for (uint32_t i = 0; i < st->batch.count; i++)
		json_decref(st->batch.objects[i]);
	free(st);
	return rc;
}
