#include "cli/export_csv.h"

#include <string.h>

#include "cli/export_fields.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define REPLACEMENT     "\xEF\xBF\xBD" /* U+FFFD */

static const enum field columns[] = {
    FIELD_CHAPTER,
    FIELD_SECTION,
    FIELD_TASK,
    FIELD_TASK_TITLE,
    FIELD_AGENCY_ID,
    FIELD_AGENCY,
    FIELD_ROLE,
    FIELD_DUTY,
    FIELD_WEIGHT,
    FIELD_COUNTS,
    FIELD_STATE,
    FIELD_PERCENT,
    FIELD_TASK_PERCENT,
    FIELD_EXPECTED,
    FIELD_GAP,
    FIELD_LIGHT,
    FIELD_REASON,
    FIELD_TASK_STATE,
    FIELD_DISPOSITION,
    FIELD_DUE,
    FIELD_OVERDUE,
    FIELD_AT,
    FIELD_RECEIVED,
    FIELD_SEQ,
    FIELD_POSITION,
    FIELD_KEY_ID,
    FIELD_SUMMARY,
    FIELD_PROBLEMS,
    FIELD_NEXT_STEPS,
    FIELD_HELP,
    FIELD_EVIDENCE,
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* The last four are =, +, - and @ in full width, which some programs read alike. */
static bool
begins_like_a_formula(struct text t)
{
	static const char *const starts[] = {
	    "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t len = strlen(starts[i]);

		if (t.len >= len && memcmp(t.at, starts[i], len) == 0)
			return true;
	}
	return false;
}

static bool
has_to_be_quoted(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (strchr("\",;\t\r\n", t.at[i]) != NULL)
			return true;
	return t.len > 0 && (t.at[0] == ' ' || t.at[t.len - 1] == ' ');
}

/* Takes the character at the front off; what is not fit for a screen is replaced. */
static void
put_character(struct text *t, struct buf *out)
{
	uint32_t    code = 0;
	size_t      len = text_decode(*t, &code), taken = len > 0 ? len : 1;
	struct text one = {t->at, taken};

	if (!text_is_printable(one))
		one = text_of(REPLACEMENT);
	else if (*t->at == '"')
		one = text_of("\"\"");
	buf_add(out, one.at, one.len);
	t->at += taken;
	t->len -= taken;
}

void
csv_text(struct text t, struct buf *out)
{
	bool quoted = has_to_be_quoted(t);

	buf_add(out, "\"", quoted);
	buf_add(out, "'", begins_like_a_formula(t));
	while (t.len > 0)
		put_character(&t, out);
	buf_add(out, "\"", quoted);
}

static void
put_head(enum language l, struct buf *out)
{
	buf_addf(out, BYTE_ORDER_MARK);
	for (size_t i = 0; i < COLUMNS; i++) {
		buf_addf(out, "%s", i == 0 ? "" : ",");
		csv_text(text_of(field_head(columns[i], l)), out);
	}
	buf_addf(out, "\r\n");
}

static void
put_row(const struct line *l, struct buf *scratch, struct buf *out)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		struct cell c = field_cell(columns[i], l, scratch);

		buf_addf(out, "%s", i == 0 ? "" : ",");
		if (c.kind == CELL_GAP)
			c.kind = CELL_POINTS; /* a plus sign is for people */
		if (c.kind == CELL_TEXT)
			csv_text(c.text, out);
		else
			cell_write(&c, l->facts, out);
	}
	buf_addf(out, "\r\n");
}

void
export_csv(const struct facts *f, FILE *to)
{
	struct buf out = {0}, scratch = {0};

	put_head(f->language, &out);
	for (uint32_t i = 0; i < f->plan->obligation_count; i++) {
		struct line       l = line_of(f, SCOPE_TASK, f->plan->obligations[i].task);
		struct facts_part part;

		fwrite(out.at, 1, out.len, to);
		buf_reset(&out);
		l.part = &part;
		if (facts_part(f, i, &part))
			put_row(&l, &scratch, &out);
	}
	fwrite(out.at, 1, out.len, to);
	buf_fini(&out);
	buf_fini(&scratch);
}
