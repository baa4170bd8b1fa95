/* A value as typed, or from the environment, to its field of the settings. */
#include "common/options_row.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/translate.h"
#include "core/mem.h"
#include "core/text.h"

static void *
field(void *settings, const struct option_row *row)
{
	return (char *)settings + row->offset;
}

static int
refuse_number(const struct option_source *from, const char *value, struct err *e)
{
	const struct option_row *row = from->row;
	char                     shown[OPTION_SHOWN_SIZE], range[64] = "", unit[32] = "";

	text_escape(text_of(value), shown, sizeof(shown));
	if (option_is_bounded(row))
		snprintf(range, sizeof(range), translate(" from %lld to %lld"), (long long)row->min,
		    (long long)row->max);
	if (row->value != NULL && strcmp(row->value, "N") != 0) {
		snprintf(unit, sizeof(unit), " (%s)", row->value);
		for (char *c = unit; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
	}
	if (row->type == OPTION_NUMBER)
		return err_fail(e, ERR_USAGE, "%s: got '%s', expected a whole number%s%s",
		    from->label, shown, range, unit);
	return err_fail(
	    e, ERR_USAGE, "%s: got '%s', expected a number%s%s", from->label, shown, range, unit);
}

static int
put_number(const struct option_source *from, const char *value, int64_t *out, struct err *e)
{
	const struct option_row *row = from->row;
	char                    *end;
	long long                n;

	errno = 0;
	n = strtoll(value, &end, 10);
	if (end == value || *end != '\0' || isspace((unsigned char)value[0]) || errno != 0)
		return refuse_number(from, value, e);
	if (option_is_bounded(row) && (n < row->min || n > row->max))
		return refuse_number(from, value, e);
	*out = n;
	return 0;
}

static int
put_real(const struct option_source *from, const char *value, double *out, struct err *e)
{
	const struct option_row *row = from->row;
	char                    *end;
	double                   x;

	/* strtod() would also take spaces, hex, "inf" and "nan". */
	if (value[strspn(value, "0123456789.eE+-")] != '\0')
		return refuse_number(from, value, e);
	errno = 0;
	x = strtod(value, &end);
	if (end == value || *end != '\0' || errno != 0)
		return refuse_number(from, value, e);
	if (option_is_bounded(row) && (x < (double)row->min || x > (double)row->max))
		return refuse_number(from, value, e);
	*out = x;
	return 0;
}

static int
put_item(
    const struct option_source *from, const char *value, struct option_list *list, struct err *e)
{
	if (list->count == OPTIONS_LIST_MAX)
		return err_fail(
		    e, ERR_USAGE, "%s: more than %d values", from->label, OPTIONS_LIST_MAX);
	list->at[list->count++] = value;
	return 0;
}

int
option_put(const struct option_source *from, const char *value, void *settings, struct err *e)
{
	void *at = field(settings, from->row);

	switch (from->row->type) {
	case OPTION_FLAG:
		*(bool *)at = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)at = value;
		return 0;
	case OPTION_NUMBER:
		return put_number(from, value, at, e);
	case OPTION_REAL:
		return put_real(from, value, at, e);
	case OPTION_LIST:
		return put_item(from, value, at, e);
	}
	return 0;
}

/* Environment and defaults */

/* Copies of lists from the environment, which must not be changed. They live as
 * long as the process, as the environment does. */
struct kept {
	struct kept *next;
	char        *text;
};

static struct kept *kept_texts;

static char *
keep(const char *text)
{
	struct kept *k = mem_zeroed(1, sizeof(*k));

	*k = (struct kept){kept_texts, mem_copied(text, strlen(text))};
	kept_texts = k;
	return k->text;
}

static int
put_list(const struct option_source *from, const char *value, void *settings, struct err *e)
{
	char *rest = keep(value), *item;

	while ((item = strsep(&rest, ",")) != NULL)
		if (item[0] != '\0' && option_put(from, item, settings, e) != 0)
			return -1;
	return 0;
}

static int
put_switch(const struct option_source *from, const char *value, void *settings, struct err *e)
{
	static const char *const words[] = {"0", "no", "false", "off", "1", "yes", "true", "on"};
	char                     shown[OPTION_SHOWN_SIZE];

	for (size_t i = 0; i < OPTIONS_COUNT(words); i++)
		if (strcasecmp(value, words[i]) == 0) {
			*(bool *)field(settings, from->row) = i >= OPTIONS_COUNT(words) / 2;
			return 0;
		}
	return err_fail(e, ERR_USAGE, "%s: got '%s', expected yes or no", from->label,
	    text_escape(text_of(value), shown, sizeof(shown)));
}

/* A variable that is empty counts as not set: compose files cannot unset one. */
static int
take_variable(const struct option_row *row, const char *value, void *settings, struct err *e)
{
	char                 label[OPTION_VARIABLE_SIZE];
	struct option_source from = {row, option_variable(row, label)};

	switch (row->type) {
	case OPTION_FLAG:
		return put_switch(&from, value, settings, e);
	case OPTION_LIST:
		return put_list(&from, value, settings, e);
	default:
		return option_put(&from, value, settings, e);
	}
}

void
option_clear(const struct option_row *row, void *settings)
{
	static const size_t sizes[] = {
	    [OPTION_FLAG] = sizeof(bool),
	    [OPTION_TEXT] = sizeof(const char *),
	    [OPTION_NUMBER] = sizeof(int64_t),
	    [OPTION_REAL] = sizeof(double),
	};

	if (row->type == OPTION_LIST)
		((struct option_list *)field(settings, row))->count = 0;
	else
		memset(field(settings, row), 0, sizes[row->type]);
}

int
option_fall_back(const struct option_row *row, void *settings, struct err *e)
{
	char        name[OPTION_VARIABLE_SIZE];
	const char *value = getenv(option_variable(row, name));

	if (value != NULL && value[0] != '\0')
		return take_variable(row, value, settings, e);
	if (row->preset != NULL)
		return option_put(
		    &(struct option_source){row, row->name}, row->preset, settings, e);
	return 0;
}
