#include "cli/export_xlsx.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/export_xlsx_sheet.h"

#define LAST_SECOND 253402300799 /* of the year 9999 */

#define COLUMNS(columns) (columns), (uint16_t)(sizeof(columns) / sizeof((columns)[0]))

static const struct xlsx_column chapter_columns[] = {
    {FIELD_LABEL, 9},
    {FIELD_LEVEL, 7},
    {FIELD_NAME, 34},
    {FIELD_ROLE, 7},
    {FIELD_STATE, 9},
    {FIELD_PERCENT, 9},
    {FIELD_EXPECTED, 9},
    {FIELD_GAP, 9},
    {FIELD_LIGHT, 6},
    {FIELD_WHY, 18},
    {FIELD_DUE, 12},
    {FIELD_AT, 18},
    {FIELD_SUMMARY, 36},
    {FIELD_PROBLEMS, 32},
    {FIELD_NEXT_STEPS, 32},
    {FIELD_HELP, 9},
    {FIELD_CLASS, 9},
    {FIELD_DUTY, 16},
    {FIELD_COUNTS_WHY, 12},
    {FIELD_WEIGHT, 7},
    {FIELD_COST, 11},
    {FIELD_OVERDUE, 9},
    {FIELD_DISPOSITION, 9},
    {FIELD_TASKS, 8},
    {FIELD_INCLUDED, 9},
    {FIELD_DONE, 8},
    {FIELD_AHEAD, 8},
    {FIELD_ON_TRACK, 8},
    {FIELD_BEHIND, 8},
    {FIELD_OTHER, 8},
    {FIELD_OBLIGATIONS, 8},
    {FIELD_PERIOD, 10},
    {FIELD_REPORTED_RATE, 9},
    {FIELD_ON_TIME_RATE, 9},
    {FIELD_EVIDENCE, 40},
    {FIELD_RECEIVED, 18},
    {FIELD_SEQ, 18},
    {FIELD_POSITION, 20},
    {FIELD_SCOPE, 14},
};

static const struct xlsx_column agency_columns[] = {
    {FIELD_NAME, 24},
    {FIELD_TASK, 8},
    {FIELD_TASK_TITLE, 34},
    {FIELD_ROLE, 7},
    {FIELD_STATE, 9},
    {FIELD_PERCENT, 9},
    {FIELD_TASK_PERCENT, 9},
    {FIELD_EXPECTED, 9},
    {FIELD_GAP, 9},
    {FIELD_LIGHT, 6},
    {FIELD_WHY, 18},
    {FIELD_DUE, 12},
    {FIELD_OBLIGATIONS, 8},
    {FIELD_LEAD_PERCENT, 10},
    {FIELD_PARTICIPANT_PERCENT, 10},
    {FIELD_PERIOD, 10},
    {FIELD_REPORTED_RATE, 9},
    {FIELD_ON_TIME_RATE, 9},
    {FIELD_AT, 18},
    {FIELD_PROBLEMS, 32},
    {FIELD_SUMMARY, 36},
    {FIELD_NEXT_STEPS, 32},
    {FIELD_HELP, 9},
    {FIELD_COUNTS_WHY, 12},
    {FIELD_OVERDUE, 9},
    {FIELD_EVIDENCE, 40},
    {FIELD_RECEIVED, 18},
    {FIELD_SEQ, 18},
    {FIELD_POSITION, 20},
    {FIELD_SCOPE, 18},
};

static const struct xlsx_column concern_columns[] = {
    {FIELD_TASK, 8},
    {FIELD_TASK_TITLE, 30},
    {FIELD_LEADER, 18},
    {FIELD_LIGHT, 6},
    {FIELD_WHY, 18},
    {FIELD_COST, 11},
    {FIELD_PERCENT, 9},
    {FIELD_EXPECTED, 9},
    {FIELD_GAP, 9},
    {FIELD_ALL_CONCERNS, 42},
    {FIELD_ALL_PROBLEMS, 42},
    {FIELD_ALL_NEXT_STEPS, 36},
    {FIELD_CONCERN + CONCERN_OVERDUE, 16},
    {FIELD_CONCERN + CONCERN_BEHIND, 16},
    {FIELD_CONCERN + CONCERN_MISSED, 24},
    {FIELD_CONCERN + CONCERN_LATE, 24},
    {FIELD_CONCERN + CONCERN_STALE, 16},
    {FIELD_CONCERN + CONCERN_BLOCKED, 24},
    {FIELD_CONCERN + CONCERN_HELP, 24},
    {FIELD_CONCERN + CONCERN_REGRESSED, 36},
    {FIELD_STATE, 9},
    {FIELD_DUE, 12},
    {FIELD_WEIGHT, 7},
    {FIELD_SCOPE, 12},
};

static const struct xlsx_page by_chapter = {
    PHRASE("By chapter", "按章节"), COLUMNS(chapter_columns), .frozen = 3, .printed = 15};
static const struct xlsx_page by_agency = {
    PHRASE("By agency", "按单位"), COLUMNS(agency_columns), .frozen = 1, .printed = 20};
static const struct xlsx_page exceptions = {
    PHRASE("Exceptions", "异常"), COLUMNS(concern_columns), .frozen = 2, .printed = 12};

static void
add_scope(struct xlsx_sheet *s, enum xlsx_row looks, enum scope_kind kind, uint32_t index)
{
	struct line l = line_of(s->in->facts, kind, index);

	xlsx_sheet_add(s, looks, &l);
}

/* A task and under it the obligations, without repeating the task's figures. */
static void
add_task(struct xlsx_sheet *s, uint32_t task)
{
	const struct facts     *f = s->in->facts;
	const struct plan_task *t = &f->plan->tasks[task];
	struct facts_part       part;
	struct line             l = {.facts = f, .scope = {SCOPE_TASK, task}, .part = &part};

	add_scope(s, XLSX_TASK, SCOPE_TASK, task);
	for (uint32_t i = 0; i < t->obligation_count; i++)
		if (facts_part(f, t->first_obligation + i, &part))
			xlsx_sheet_add(s, XLSX_PART, &l);
}

static void
add_chapters(struct xlsx_book *b)
{
	const struct plan *p = b->facts->plan;
	struct xlsx_sheet  s;
	uint32_t           chapter = PLAN_NONE, section = PLAN_NONE;

	xlsx_sheet_init(&s, b, &by_chapter);
	add_scope(&s, XLSX_CHAPTER, SCOPE_OVERALL, 0);
	for (uint32_t i = 0; i < p->task_count; i++) {
		if (p->tasks[i].chapter != chapter)
			add_scope(&s, XLSX_CHAPTER, SCOPE_CHAPTER, p->tasks[i].chapter);
		if (p->tasks[i].section != section && p->tasks[i].section != PLAN_NONE)
			add_scope(&s, XLSX_SECTION, SCOPE_SECTION, p->tasks[i].section);
		chapter = p->tasks[i].chapter;
		section = p->tasks[i].section;
		add_task(&s, i);
	}
	xlsx_sheet_end(&s);
}

static void
add_agency(struct xlsx_sheet *s, uint32_t agency)
{
	const struct facts       *f = s->in->facts;
	const struct plan_agency *a = &f->plan->agencies[agency];
	bool                      headed = false;

	for (uint32_t i = 0; i < a->obligation_count; i++) {
		uint32_t          task = f->plan->obligations[a->obligations[i]].task;
		struct line       l = line_of(f, SCOPE_TASK, task);
		struct facts_part part;

		if (!facts_part(f, a->obligations[i], &part))
			continue;
		if (!headed)
			add_scope(s, XLSX_CHAPTER, SCOPE_AGENCY, agency);
		headed = true;
		l.part = &part;
		xlsx_sheet_add(s, XLSX_PART, &l);
	}
}

static void
add_agencies(struct xlsx_book *b)
{
	struct xlsx_sheet s;

	xlsx_sheet_init(&s, b, &by_agency);
	for (uint32_t i = 0; i < b->facts->plan->agency_count; i++)
		add_agency(&s, i);
	xlsx_sheet_end(&s);
}

static void
add_concerns(struct xlsx_book *b, const struct concerns *c)
{
	struct xlsx_sheet s;

	xlsx_sheet_init(&s, b, &exceptions);
	for (size_t i = 0; i < c->count; i++) {
		struct line l = line_of(b->facts, SCOPE_TASK, c->at[i].task);

		l.concern = &c->at[i];
		xlsx_sheet_add(&s, XLSX_PART, &l);
	}
	xlsx_sheet_end(&s);
}

/* When the newest thing in it was written, not when it was exported: so the same picture
 * gives the same file. */
static time_t
created(const struct facts *f)
{
	return f->position.ms / 1000 < LAST_SECOND ? (time_t)(f->position.ms / 1000) : LAST_SECOND;
}

/* Fills the file of that name. */
static lxw_error
write_book(const char *name, const struct facts *f, const struct concerns *c)
{
	struct xlsx_book   b;
	lxw_workbook      *book = workbook_new(name);
	lxw_doc_properties properties = {.created = created(f)};
	lxw_error          closed;

	if (book == NULL)
		return LXW_ERROR_MEMORY_MALLOC_FAILED;
	xlsx_book_init(&b, book, f);
	workbook_set_properties(book, &properties);
	add_chapters(&b);
	add_agencies(&b);
	add_concerns(&b, c);
	closed = workbook_close(book);
	xlsx_book_fini(&b);
	return b.error != LXW_NO_ERROR ? b.error : closed;
}

static void
copy(int fd, FILE *to)
{
	char    bytes[1 << 16];
	ssize_t n;
	off_t   at = 0;

	while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
		fwrite(bytes, 1, (size_t)n, to);
		at += n;
	}
}

int
export_xlsx(const struct facts *f, const struct concerns *c, FILE *to, struct err *e)
{
	/* The library wants a name, and a stream may have none. */
	int       fd = memfd_create("tuijin.xlsx", MFD_CLOEXEC);
	char      name[32];
	lxw_error error;

	if (fd < 0)
		return err_fail(e, ERR_ENV, "xlsx: memory for the file: %s", strerror(errno));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	error = write_book(name, f, c);
	if (error == LXW_NO_ERROR)
		copy(fd, to);
	close(fd);
	if (error != LXW_NO_ERROR)
		return err_fail(e, ERR_ENV, "xlsx: %s (libxlsxwriter error %d)",
		    lxw_strerror(error), (int)error);
	return 0;
}
