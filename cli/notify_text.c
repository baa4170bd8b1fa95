#include "cli/notify_text.h"

#include <string.h>

#include "core/calendar.h"

#define HEAD       "tuijin-notify 1"
#define REMINDED   "reminded"
#define FIELDS_MAX (4 + 2 * (NOTIFY_WAITING_MAX + 1))

struct fields {
	struct text at[FIELDS_MAX];
	size_t      count; /* may be more than there is room for */
};

static void
add_field(struct buf *out, const char *field)
{
	const char *shown = field != NULL ? field : "-";

	buf_add(out, "\t", 1);
	buf_add(out, shown, strlen(shown));
}

void
notify_text_entry(struct buf *out, const char *name, const struct notify_entry *en)
{
	buf_addf(out, "entry\t%s", name);
	add_field(out, en->told.id);
	add_field(out, en->told.body);
	for (size_t i = 0; i < en->count; i++) {
		add_field(out, en->waiting[i].id);
		add_field(out, en->waiting[i].body);
	}
	buf_add(out, "\n", 1);
}

static void
add_book(struct buf *out, const struct notify_book *book)
{
	const struct notify_entry *en;

	buf_addf(out, "target\t%s\n", book->name);
	for (size_t i = 0; (en = notify_queue_at(book->queue, i)) != NULL; i++)
		notify_text_entry(out, book->name, en);
}

void
notify_text_reminded(struct buf *out, const struct notify_books *b)
{
	char date[CALENDAR_DATE_SIZE];

	if (b->reminded > 0)
		buf_addf(out, REMINDED "\t%s\n", calendar_format_date(b->reminded, date));
}

void
notify_text_all(struct buf *out, const struct notify_books *b)
{
	buf_addf(out, HEAD " %s\n", b->plan);
	notify_text_reminded(out, b);
	for (size_t i = 0; i < b->count; i++)
		add_book(out, &b->at[i]);
}

static struct fields
split(struct text line)
{
	struct fields f = {.count = 0};

	for (bool more = true; more; f.count++) {
		const char *tab = line.len > 0 ? memchr(line.at, '\t', line.len) : NULL;
		size_t      len = tab != NULL ? (size_t)(tab - line.at) : line.len;

		if (f.count < FIELDS_MAX)
			f.at[f.count] = (struct text){line.at, len};
		more = tab != NULL;
		if (more)
			line = (struct text){tab + 1, line.len - len - 1};
	}
	return f;
}

static struct text
present(struct text field)
{
	return text_equal(field, text_of("-")) ? (struct text){0} : field;
}

static struct notify_book *
book_of(struct notify_books *b, struct text name)
{
	for (size_t i = 0; i < b->count; i++)
		if (text_equal(name, text_of(b->at[i].name)))
			return &b->at[i];
	return NULL;
}

static bool
is_of_plan(const struct notify_books *b, struct text id)
{
	struct notice_name name;

	return id.at == NULL ||
	    (notice_parse(id, &name) && text_equal(name.plan, text_of(b->plan)));
}

static bool
take_entry(const struct fields *f, const struct notify_books *b, struct notify_book *book)
{
	struct text ids[NOTIFY_WAITING_MAX + 1], bodies[NOTIFY_WAITING_MAX + 1];
	struct text told_id = present(f->at[2]);
	size_t      count = (f->count - 4) / 2;

	for (size_t i = 0; i < count; i++) {
		ids[i] = f->at[4 + 2 * i];
		bodies[i] = f->at[5 + 2 * i];
	}
	return is_of_plan(b, told_id) && (count == 0 || is_of_plan(b, ids[0])) &&
	    notify_queue_restore(book->queue, told_id, present(f->at[3]), ids, bodies, count);
}

/* Names of other targets are not known, but look so. */
static bool
is_name(struct text t)
{
	return t.len < NOTIFY_NAME_SIZE && text_is_name(t, NOTIFY_NAME_SIZE);
}

static bool
take_reminded(struct text date, struct notify_books *b)
{
	return calendar_parse_date(date, &b->reminded) && b->reminded > 0;
}

static bool
take_line(struct text line, struct notify_books *b, size_t *lost)
{
	struct fields f = split(line);
	bool          is_target = f.count == 2 && text_equal(f.at[0], text_of("target"));
	bool          is_entry = f.count >= 4 && f.count <= FIELDS_MAX && f.count % 2 == 0 &&
	    text_equal(f.at[0], text_of("entry"));
	struct notify_book *book;

	if (f.count == 2 && text_equal(f.at[0], text_of(REMINDED)))
		return take_reminded(f.at[1], b);
	if ((!is_target && !is_entry) || !is_name(f.at[1]))
		return false;
	book = book_of(b, f.at[1]);
	if (book == NULL)
		*lost += is_target;
	if (book == NULL || is_entry)
		return book == NULL || take_entry(&f, b, book);
	book->known = true;
	return true;
}

static int
take_head(struct text line, const struct notify_books *b, struct err *e)
{
	size_t len = sizeof(HEAD " ") - 1;
	char   shown[80];

	if (line.len < len || memcmp(line.at, HEAD " ", len) != 0)
		return err_fail(e, ERR_CONFIG,
		    "line 1: got '%s', expected '" HEAD " %s': of another program or version",
		    text_escape(line, shown, sizeof(shown)), b->plan);
	line = (struct text){line.at + len, line.len - len};
	if (!text_equal(line, text_of(b->plan)))
		return err_fail(e, ERR_CONFIG, "line 1: it is of plan %s, not %s",
		    text_escape(line, shown, sizeof(shown)), b->plan);
	return 0;
}

int
notify_text_parse(struct text bytes, struct notify_books *b, size_t *lost, struct err *e)
{
	const char *end;
	size_t      number = 0;

	*lost = 0;
	while (bytes.len > 0 && (end = memchr(bytes.at, '\n', bytes.len)) != NULL) {
		struct text line = {bytes.at, (size_t)(end - bytes.at)};

		bytes = (struct text){end + 1, bytes.len - line.len - 1};
		if (++number == 1) {
			if (take_head(line, b, e) != 0)
				return -1;
		} else if (!take_line(line, b, lost)) {
			return err_fail(e, ERR_CONFIG, "line %zu: it is damaged", number);
		}
	}
	if (number == 0 && bytes.len > 0)
		return take_head(bytes, b, e) != 0 ? -1 : 0;
	return 0;
}
