#include "cli/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/calendar.h"

#define SHOWN 48 /* of a bad value, in messages */

int
input_file(const char *path, size_t bytes_max, struct buf *out, struct err *e)
{
	FILE  *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char   chunk[65536];
	size_t got;
	int    rc = 0;

	if (f == NULL)
		return err_fail(e, ERR_INPUT, "%s: %s", path, strerror(errno));
	while (rc == 0 && (got = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		buf_add(out, chunk, got);
		if (out->len > bytes_max)
			rc = err_fail(e, ERR_INPUT, "%s: longer than %zu bytes", path, bytes_max);
	}
	if (rc == 0 && ferror(f))
		rc = err_fail(e, ERR_INPUT, "%s: %s", path, strerror(errno));
	if (f != stdin)
		fclose(f);
	return rc;
}

int
input_percent(const char *field, const char *word, uint32_t *basis_points, struct err *e)
{
	char  *end, shown[SHOWN];
	double percent;

	if (*word < '0' || *word > '9' || strspn(word, "0123456789.") != strlen(word))
		return err_fail(e, ERR_INPUT, "%s: got '%s', expected 0 to 100", field,
		    text_escape(text_of(word), shown, sizeof(shown)));
	percent = strtod(word, &end);
	if (*end != '\0' || !report_percent_parse(percent, basis_points))
		return err_fail(e, ERR_INPUT,
		    "%s: got '%s', expected 0 to 100 with at most two decimals", field,
		    text_escape(text_of(word), shown, sizeof(shown)));
	return 0;
}

/* Reads `digits` digits off the front of *t, a number of at most max. */
static bool
take_number(struct text *t, size_t digits, int max, int *n)
{
	*n = 0;
	if (t->len < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (t->at[i] < '0' || t->at[i] > '9')
			return false;
		*n = *n * 10 + (t->at[i] - '0');
	}
	*t = (struct text){t->at + digits, t->len - digits};
	return *n <= max;
}

static bool
take_sign(struct text *t, char sign)
{
	if (t->len == 0 || t->at[0] != sign)
		return false;
	*t = (struct text){t->at + 1, t->len - 1};
	return true;
}

static bool
parse_milliseconds(struct text t, int64_t *ms)
{
	*ms = 0;
	if (t.len == 0 || t.len > 15)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		*ms = *ms * 10 + (t.at[i] - '0');
	}
	return true;
}

/* What follows the date: [THH:MM[:SS]][Z|+HH:MM]. */
static bool
parse_time(struct text t, int64_t *of_day_ms, int *offset_min)
{
	int hour = 0, minute = 0, second = 0;

	*offset_min = 0;
	if (take_sign(&t, 'T')) {
		if (!take_number(&t, 2, 23, &hour) || !take_sign(&t, ':') ||
		    !take_number(&t, 2, 59, &minute))
			return false;
		if (take_sign(&t, ':') && !take_number(&t, 2, 59, &second))
			return false;
	}
	*of_day_ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
	return t.len == 0 || calendar_parse_offset(t, offset_min);
}

int
input_moment(const char *field, struct text word, int64_t *ms, struct err *e)
{
	char    shown[SHOWN];
	int32_t day;
	int64_t of_day_ms;
	int     offset_min;

	if (parse_milliseconds(word, ms))
		return 0;
	if (word.len < 10 || !calendar_parse_date((struct text){word.at, 10}, &day) ||
	    !parse_time((struct text){word.at + 10, word.len - 10}, &of_day_ms, &offset_min))
		return err_fail(e, ERR_INPUT,
		    "%s: got '%s', expected milliseconds since 1970 or "
		    "YYYY-MM-DD[THH:MM[:SS]][Z|+HH:MM]",
		    field, text_escape(word, shown, sizeof(shown)));
	*ms = calendar_day_start(day, offset_min) + of_day_ms;
	return 0;
}

/* What a reader of one field is given. */
struct field {
	const char   *key;
	const json_t *value;
	struct err   *err;
};

static int
read_text(const struct field *f, struct text *out)
{
	if (!json_is_string(f->value))
		return err_fail(f->err, ERR_INPUT, "%s: expected a string", f->key);
	*out = (struct text){json_string_value(f->value), json_string_length(f->value)};
	return 0;
}

static int
read_task(const struct field *f, struct report *r)
{
	json_int_t n = json_integer_value(f->value);

	if (!json_is_integer(f->value) || n < 1 || n > UINT32_MAX)
		return err_fail(f->err, ERR_INPUT, "task: expected a task number, from 1");
	r->task = (uint32_t)n;
	r->task_known = true;
	return 0;
}

static int
read_action(const struct field *f, struct report *r)
{
	struct text word;

	if (read_text(f, &word) != 0)
		return -1;
	if (text_equal(word, text_of("withdraw")))
		r->kind = REPORT_WITHDRAWAL;
	else if (word.len > 0 && !text_equal(word, text_of("report")))
		return err_fail(f->err, ERR_INPUT, "action: expected report or withdraw");
	return 0;
}

static int
read_state(const struct field *f, struct report *r)
{
	struct text word;
	char        shown[SHOWN];

	if (read_text(f, &word) != 0)
		return -1;
	if (!report_state_parse(word, &r->state))
		return err_fail(f->err, ERR_INPUT,
		    "state: got '%s', expected not_started, in_progress, blocked or completed",
		    text_escape(word, shown, sizeof(shown)));
	return 0;
}

static int
read_percent(const struct field *f, struct report *r)
{
	if (!json_is_number(f->value) ||
	    !report_percent_parse(json_number_value(f->value), &r->percent))
		return err_fail(f->err, ERR_INPUT,
		    "percent: expected a number, 0 to 100, with at most two decimals");
	return 0;
}

static int
read_at(const struct field *f, struct report *r)
{
	struct text word;

	if (json_is_integer(f->value)) {
		r->at_ms = json_integer_value(f->value);
		return r->at_ms >= 0 ? 0 : err_fail(f->err, ERR_INPUT, "at: below 0");
	}
	return read_text(f, &word) != 0 ? -1 : input_moment(f->key, word, &r->at_ms, f->err);
}

static int
read_help(const struct field *f, struct report *r)
{
	if (!json_is_boolean(f->value))
		return err_fail(f->err, ERR_INPUT, "help: expected true or false");
	r->help = json_is_true(f->value);
	return 0;
}

static int
read_summary(const struct field *f, struct report *r)
{
	return read_text(f, &r->summary);
}

static int
read_problems(const struct field *f, struct report *r)
{
	return read_text(f, &r->problems);
}

static int
read_next_steps(const struct field *f, struct report *r)
{
	return read_text(f, &r->next_steps);
}

static int
read_evidence(const struct field *f, struct report *r)
{
	size_t        i;
	const json_t *item;

	if (!json_is_array(f->value) || json_array_size(f->value) > REPORT_EVIDENCE_MAX)
		return err_fail(f->err, ERR_INPUT, "evidence: expected an array of at most %d",
		    REPORT_EVIDENCE_MAX);
	json_array_foreach(f->value, i, item)
	{
		const struct field title = {
		    "evidence.title", json_object_get(item, "title"), f->err};
		const struct field uri = {"evidence.uri", json_object_get(item, "uri"), f->err};

		if (read_text(&title, &r->evidence[i].title) != 0 ||
		    read_text(&uri, &r->evidence[i].uri) != 0)
			return -1;
	}
	r->evidence_count = (uint32_t)json_array_size(f->value);
	return 0;
}

static const struct reader {
	const char *key;
	int (*read)(const struct field *f, struct report *r);
} readers[] = {
    {"task", read_task},
    {"action", read_action},
    {"state", read_state},
    {"percent", read_percent},
    {"at", read_at},
    {"summary", read_summary},
    {"problems", read_problems},
    {"next_steps", read_next_steps},
    {"help", read_help},
    {"evidence", read_evidence},
};

/* Nil says the same as nothing at all. */
static bool
is_absent(const json_t *value)
{
	return value == NULL || json_is_null(value);
}

static const struct reader *
reader_of(const char *key)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (strcmp(readers[i].key, key) == 0)
			return &readers[i];
	return NULL;
}

int
input_report(const json_t *object, int64_t now_ms, struct report *r, struct err *e)
{
	const char *key;
	json_t     *value;
	char        shown[SHOWN];

	if (!json_is_object(object))
		return err_fail(e, ERR_INPUT, "expected a JSON object");
	*r = (struct report){.kind = REPORT_STATUS, .at_ms = now_ms};
	json_object_foreach((json_t *)object, key, value)
	{
		const struct reader *reader = reader_of(key);
		const struct field   f = {key, value, e};

		if (reader == NULL)
			return err_fail(e, ERR_INPUT, "%s: no such field of a report",
			    text_escape(text_of(key), shown, sizeof(shown)));
		if (!is_absent(value) && reader->read(&f, r) != 0)
			return -1;
	}
	if (!r->task_known)
		return err_fail(e, ERR_INPUT, "task: missing");
	if (r->kind == REPORT_STATUS && r->state == REPORT_UNREPORTED)
		return err_fail(e, ERR_INPUT, "state: missing");
	if (r->kind == REPORT_STATUS && is_absent(json_object_get(object, "percent")))
		return err_fail(e, ERR_INPUT, "percent: missing");
	return 0;
}
