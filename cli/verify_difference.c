#include "cli/verify_difference.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/wire_event.h"
#include "core/wire_record.h"

#define NAMED_MAX  6   /* differences that are named */
#define PATH_SIZE  128 /* "parts[3].percent" */
#define SHOWN_SIZE 80  /* of one value */

struct walk {
	struct buf *out;
	int         found;
};

static const char *
show(const json_t *value, char out[SHOWN_SIZE])
{
	char *dumped;

	if (value == NULL || json_is_array(value) || json_is_object(value))
		return value == NULL ? "nothing" : "something";
	if (json_is_string(value))
		return text_escape(
		    (struct text){json_string_value(value), json_string_length(value)}, out,
		    SHOWN_SIZE);
	dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	snprintf(out, SHOWN_SIZE, "%s", dumped == NULL ? "no number" : dumped);
	free(dumped);
	return out;
}

static void
name(struct walk *w, const char *path, const json_t *want, const json_t *is)
{
	char want_shown[SHOWN_SIZE], is_shown[SHOWN_SIZE];

	w->found++;
	if (w->found == NAMED_MAX + 1)
		buf_addf(w->out, "; and more");
	if (w->found > NAMED_MAX)
		return;
	buf_addf(w->out, "%s%s is %s, the ledger gives %s", w->found > 1 ? "; " : "", path,
	    show(is, is_shown), show(want, want_shown));
}

static void step(struct walk *w, const char *path, json_t *want, json_t *is);

static void
step_object(struct walk *w, const char *path, json_t *want, json_t *is)
{
	const char *key, *dot = path[0] == '\0' ? "" : ".";
	char        below[PATH_SIZE];
	json_t     *value;

	json_object_foreach(want, key, value)
	{
		snprintf(below, sizeof(below), "%s%s%s", path, dot, key);
		step(w, below, value, json_object_get(is, key));
	}
	json_object_foreach(is, key, value)
	{
		snprintf(below, sizeof(below), "%s%s%s", path, dot, key);
		if (json_object_get(want, key) == NULL)
			name(w, below, NULL, value);
	}
}

static void
step_array(struct walk *w, const char *path, json_t *want, json_t *is)
{
	size_t count = json_array_size(want), more = json_array_size(is);
	char   below[PATH_SIZE];

	for (size_t i = 0; i < (count > more ? count : more); i++) {
		snprintf(below, sizeof(below), "%s[%zu]", path, i);
		step(w, below, json_array_get(want, i), json_array_get(is, i));
	}
}

/* As deep as a record or summary is, which is known. */
static void
step(struct walk *w, const char *path, json_t *want, json_t *is)
{
	if (json_is_object(want) && json_is_object(is))
		step_object(w, path, want, is);
	else if (json_is_array(want) && json_is_array(is))
		step_array(w, path, want, is);
	else if (want == NULL || is == NULL || !json_equal(want, is))
		name(w, path, want, is);
}

void
difference_of_json(struct buf *out, json_t *want, json_t *is)
{
	struct walk w = {.out = out};

	step(&w, "", want, is);
}

void
difference_of_bytes(struct buf *out, struct text want, struct text is)
{
	size_t i = 0;

	while (i < want.len && i < is.len && want.at[i] == is.at[i])
		i++;
	if (i < want.len || i < is.len)
		buf_addf(out, "differs from byte %zu on: %zu bytes, the ledger gives %zu", i,
		    is.len, want.len);
}

/* The one record that bytes hold, or NULL with *e. */
static json_t *
read_record(struct text bytes, struct err *e)
{
	struct wire_records *decoder = wire_records_new();
	struct record        rec;
	json_t              *object = NULL;

	if (wire_record_decode(decoder, &bytes, &rec, NULL, e) == 0)
		object = json_record(&rec);
	wire_records_free(decoder);
	return object;
}

static json_t *
read_event(struct text bytes, struct err *e)
{
	struct wire_reader *reader = wire_reader_new();
	struct event        ev;
	json_t             *object = NULL;

	if (wire_event_decode(reader, bytes.at, bytes.len, &ev, e) == 0) {
		object = ev.kind == EVENT_SUMMARY ? json_summary(&ev.summary) : json_object();
		json_object_set_new(object, "id", json_text(ev.id));
		json_object_set_new(object, "time", json_text(ev.time));
	}
	wire_reader_free(reader);
	return object;
}

typedef json_t *read_fn(struct text bytes, struct err *e);

/* What both say, or else where their bytes part. */
static void
differ(struct buf *out, struct text want, struct text is, read_fn *read)
{
	struct err e = {0};
	json_t    *want_read = read(want, NULL), *is_read = read(is, &e);
	size_t     before = out->len;

	if (is_read == NULL)
		buf_addf(out, "cannot be read: %s", e.msg);
	else if (want_read != NULL)
		difference_of_json(out, want_read, is_read);
	if (out->len == before)
		difference_of_bytes(out, want, is);
	json_decref(want_read);
	json_decref(is_read);
}

void
difference_of_records(struct buf *out, struct text want, struct text is)
{
	differ(out, want, is, read_record);
}

void
difference_of_events(struct buf *out, struct text want, struct text is)
{
	differ(out, want, is, read_event);
}
