#include "common/authorized_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/keys_lines.h"
#include "core/calendar.h"
#include "core/err.h"
#include "core/mem.h"

#define KEY_SHOWN 8  /* characters of a key in a message */
#define WORD_MAX  31 /* characters of any other word; what is longer may be a key */

static const char expires[] = "expires=";

void
authorized_mistake(struct authorized_mistakes *m, size_t line, const char *fmt, ...)
{
	struct authorized_mistake *told;
	char                       whole[sizeof(told->message) + 4];
	va_list                    args;

	if (m->count++ >= AUTHORIZED_MISTAKES_MAX)
		return;
	if (m->at == NULL)
		m->at = mem_zeroed(AUTHORIZED_MISTAKES_MAX, sizeof(m->at[0]));
	told = &m->at[m->count - 1];
	told->line = line;
	va_start(args, fmt);
	vsnprintf(whole, sizeof(whole), err_text(fmt), args);
	va_end(args);
	err_cut(whole, sizeof(told->message) - 1);
	memcpy(told->message, whole, strlen(whole) + 1);
}

/* A word whole if it has at most max characters, else the first that a key shows. */
static const char *
show_within(struct text word, size_t max, char out[AUTHORIZED_SHOWN])
{
	size_t len;

	if (word.len <= max)
		return text_escape(word, out, AUTHORIZED_SHOWN);
	text_escape((struct text){word.at, KEY_SHOWN}, out, AUTHORIZED_SHOWN);
	len = strlen(out);
	snprintf(out + len, AUTHORIZED_SHOWN - len, "…");
	return out;
}

const char *
authorized_show_key(struct text key, char out[AUTHORIZED_SHOWN])
{
	return show_within(key, KEY_SHOWN, out);
}

static const char *
show(struct text word, char out[AUTHORIZED_SHOWN])
{
	return show_within(word, WORD_MAX, out);
}

/* The parts of a line */

static bool
has_equals(struct text word)
{
	return word.len > 0 && memchr(word.at, '=', word.len) != NULL;
}

/* A line under way. */
struct line {
	struct authorized_key      *k;
	struct authorized_mistakes *m;
	bool                        is_two; /* another line begins in it: the rest is not its own */
};

static bool
is_key(struct text word)
{
	struct key k;

	return key_parse(word, &k);
}

/* A word and the key of the next line, where there was no line end between them. */
static bool
is_joined(struct text word)
{
	return word.len > KEY_LENGTH &&
	    is_key((struct text){word.at + word.len - KEY_LENGTH, KEY_LENGTH});
}

static void
tell_two(struct line *l)
{
	authorized_mistake(l->m, l->k->line, "two keys on one line: a line end is missing");
	l->is_two = true;
}

static bool
set_key(struct line *l, struct text word)
{
	char shown[AUTHORIZED_SHOWN];

	if (key_parse(word, &l->k->key)) {
		key_format(&l->k->key, l->k->text);
		key_id(&l->k->key, l->k->id);
		return true;
	}
	if (word.len != KEY_LENGTH)
		authorized_mistake(l->m, l->k->line,
		    "'%s' is no key: expected %d characters of Z85, got %zu",
		    authorized_show_key(word, shown), KEY_LENGTH, word.len);
	else
		authorized_mistake(l->m, l->k->line, "'%s' is no key: the %d characters are no Z85",
		    authorized_show_key(word, shown), KEY_LENGTH);
	return false;
}

static void
set_role(struct line *l, struct text word)
{
	const struct text name = {word.at + 1, word.len - 1};
	char              shown[AUTHORIZED_SHOWN];

	if (word.at[0] != '@' && text_is_name(word, PLAN_ID_MAX)) {
		memcpy(l->k->agency, word.at, word.len);
		return;
	}
	if (is_joined(word) && !text_is_name(word, word.len)) {
		tell_two(l);
		return;
	}
	if (word.at[0] != '@') {
		authorized_mistake(l->m, l->k->line,
		    "agency '%s': expected a-z, 0-9, '.', '_' and '-', at most %d bytes",
		    show(word, shown), PLAN_ID_MAX);
		return;
	}
	if (text_equal(name, text_of(authorized_role_name(AUTHORIZED_OPERATOR))))
		l->k->role = AUTHORIZED_OPERATOR;
	else if (text_equal(name, text_of(authorized_role_name(AUTHORIZED_SUBSCRIBER))))
		l->k->role = AUTHORIZED_SUBSCRIBER;
	else if (text_equal(name, text_of(AUTHORIZED_SERVICE)))
		authorized_mistake(l->m, l->k->line,
		    "this is a service's own key; it is for clients (--server-key), not for the "
		    "list");
	else
		authorized_mistake(l->m, l->k->line, "role '%s': expected @operator or @subscriber",
		    show(word, shown));
}

/* No name has an '=': an option here says that the role was forgotten. */
static void
take_role(struct line *l, struct text *rest)
{
	struct text after = *rest, word = keys_lines_word(&after);

	if (word.len == 0 || has_equals(word)) {
		authorized_mistake(l->m, l->k->line, "no agency or @role behind the key");
		return;
	}
	*rest = after;
	set_role(l, word);
}

static void
set_option(struct line *l, struct text word, bool *seen)
{
	size_t      len = strlen(expires);
	struct text value;
	char        shown[AUTHORIZED_SHOWN];

	if (is_key(word) || is_joined(word)) {
		tell_two(l);
		return;
	}
	if (word.len < len || memcmp(word.at, expires, len) != 0) {
		authorized_mistake(l->m, l->k->line, "option '%s': expected expires=YYYY-MM-DD",
		    show(word, shown));
		return;
	}
	value = (struct text){word.at + len, word.len - len};
	if (*seen)
		authorized_mistake(l->m, l->k->line, "option expires stands twice");
	else if (!calendar_parse_date(value, &l->k->expires))
		authorized_mistake(l->m, l->k->line,
		    "expires: got '%s', expected a date, YYYY-MM-DD", show(value, shown));
	*seen = true;
}

static bool
check(const struct line *l, struct text line)
{
	const char *wrong = NULL;

	if (line.len > AUTHORIZED_LINE_MAX) {
		authorized_mistake(l->m, l->k->line, "longer than %d bytes", AUTHORIZED_LINE_MAX);
		return false;
	}
	if (!text_is_utf8(line))
		wrong = "not UTF-8";
	else if (!text_is_printable(line))
		wrong = "holds a control character";
	else if (!text_is_ordered(line))
		wrong = "holds a character that turns the direction of text";
	if (wrong != NULL)
		authorized_mistake(l->m, l->k->line, "%s", wrong);
	return wrong == NULL;
}

/* Takes the options off the rest of a line. */
static void
take_options(struct line *l, struct text *rest)
{
	struct text after = *rest, word = keys_lines_word(&after);
	bool        seen = false;

	while (has_equals(word) && !l->is_two) {
		set_option(l, word, &seen);
		*rest = after;
		word = keys_lines_word(&after);
	}
}

/* An option that stands too late would be felt by nobody, nor would a key. A long word
 * with more behind it may be both a word's end and a line's beginning. */
static void
check_comment(struct line *l, struct text comment)
{
	while (comment.len > 0 && !l->is_two) {
		struct text word = keys_lines_word(&comment);

		if (word.len >= strlen(expires) &&
		    strncasecmp(word.at, expires, strlen(expires)) == 0) {
			authorized_mistake(l->m, l->k->line,
			    "an option stands behind the comment: put it directly behind the "
			    "agency");
			return;
		}
		if (is_key(word) || (is_joined(word) && comment.len > 0))
			tell_two(l);
	}
}

bool
authorized_line_parse(struct text text, struct authorized_key *k, struct authorized_mistakes *m)
{
	struct line l = {.k = k, .m = m};
	struct text rest = text, word = keys_lines_word(&rest);
	bool        has_key;

	if (word.len == 0 || word.at[0] == '#' || !check(&l, text))
		return false;
	k->expires = AUTHORIZED_FOREVER;
	has_key = set_key(&l, word);
	take_role(&l, &rest);
	take_options(&l, &rest);
	check_comment(&l, rest);
	if (has_key)
		k->comment = mem_copied(rest.at, rest.len);
	return has_key;
}
