#include "common/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "core/buf.h"
#include "core/text.h"

#define LINE_MAX_BYTES    4096 /* longer lines are cut */
#define NUMBER_DIGITS_MAX 15   /* a double keeps these; longer ones stay strings in JSON */

static const char *const level_names[LOG_LEVELS] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARN] = "warn",
    [LOG_ERROR] = "error",
};

static struct {
	const char    *program;
	enum log_level least;
	bool           json;
	struct buf     out; /* kept, so that a line allocates nothing */
} log_state = {.program = "tuijin", .least = LOG_INFO};

void
log_open(const char *program, enum log_level least, bool json)
{
	log_state.program = program;
	log_state.least = least;
	log_state.json = json;
}

bool
log_level_parse(const char *word, enum log_level *level)
{
	for (int i = 0; i < LOG_LEVELS; i++)
		if (strcmp(word, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	return false;
}

static void
add_word(struct buf *out, const char *word)
{
	buf_add(out, word, strlen(word));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* True if t can stand in JSON as a number, and comes out of it as it went in. */
static bool
is_json_number(struct text t)
{
	size_t i = t.len > 0 && t.at[0] == '-' ? 1 : 0;
	size_t first = i, digits;

	while (i < t.len && is_digit(t.at[i]))
		i++;
	digits = i - first;
	if (digits == 0 || (t.at[first] == '0' && digits > 1))
		return false;
	if (i < t.len && t.at[i] == '.') {
		size_t behind = ++i;

		while (i < t.len && is_digit(t.at[i]))
			i++;
		if (i == behind)
			return false;
		digits += i - behind;
	}
	return i == t.len && digits <= NUMBER_DIGITS_MAX;
}

/* Adds t as a JSON string. With escaped, \" \' \\ in it mean " ' \. */
static void
add_json_string(struct buf *out, struct text t, bool escaped)
{
	buf_add(out, "\"", 1);
	for (size_t i = 0; i < t.len; i++) {
		if (escaped && t.at[i] == '\\' && i + 1 < t.len &&
		    strchr("\"'\\", t.at[i + 1]) != NULL)
			i++;
		if (t.at[i] == '"' || t.at[i] == '\\')
			buf_add(out, "\\", 1);
		buf_add(out, t.at + i, 1);
	}
	buf_add(out, "\"", 1);
}

/* The length of a quoted value behind its first quote, up to the closing one. */
static size_t
quoted_len(struct text rest)
{
	size_t i = 0;

	while (i < rest.len && rest.at[i] != '"')
		i += rest.at[i] == '\\' && i + 1 < rest.len ? 2 : 1;
	return i;
}

static size_t
len_before(struct text rest, char a, char b)
{
	size_t i = 0;

	while (i < rest.len && rest.at[i] != a && rest.at[i] != b)
		i++;
	return i;
}

static void
step(struct text *rest, size_t n)
{
	n = n < rest->len ? n : rest->len;
	rest->at += n;
	rest->len -= n;
}

/* Adds the value rest begins with, and steps over it. */
static void
add_json_value(struct buf *out, struct text *rest)
{
	bool        quoted = rest->len > 0 && rest->at[0] == '"';
	struct text value;

	step(rest, quoted ? 1 : 0);
	value = (struct text){rest->at, quoted ? quoted_len(*rest) : len_before(*rest, ' ', ' ')};
	if (!quoted && is_json_number(value))
		buf_add(out, value.at, value.len);
	else
		add_json_string(out, value, quoted);
	step(rest, value.len + (quoted ? 1 : 0));
}

/* `a=1 b="x y"` as `,"a":1,"b":"x y"`. A word without = is a key without a value. */
static void
add_json_pairs(struct buf *out, struct text rest)
{
	while (rest.len > 0) {
		struct text key = {rest.at, len_before(rest, '=', ' ')};

		step(&rest, key.len);
		if (key.len > 0) {
			buf_add(out, ",", 1);
			add_json_string(out, key, false);
			buf_add(out, ":", 1);
			if (rest.len > 0 && rest.at[0] == '=') {
				step(&rest, 1);
				add_json_value(out, &rest);
			} else {
				add_word(out, "null");
			}
		} else {
			step(&rest, 1);
		}
	}
}

/* What must not get into a log: control characters, newlines, broken UTF-8. */
static void
clean(char *line, size_t len)
{
	bool utf8 = text_is_utf8((struct text){line, len});

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if (c < 0x20 || c == 0x7f || (c >= 0x80 && !utf8)) {
			line[i] = '?';
		} else if (c == 0xc2 && (unsigned char)line[i + 1] < 0xa0) {
			line[i] = line[i + 1] = '?'; /* U+0080-9F */
		}
	}
}

/* Where to cut a line that is too long: not inside a character. */
static size_t
cut_len(const char *line, size_t len)
{
	while (len > 0 && ((unsigned char)line[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static void
format_now(char out[32])
{
	int64_t   now_ms = clock_wall_ms();
	time_t    seconds = (time_t)(now_ms / 1000);
	struct tm t;
	size_t    len;

	gmtime_r(&seconds, &t);
	len = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &t);
	snprintf(out + len, 32 - len, ".%03dZ", (int)(now_ms % 1000));
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	struct buf *out = &log_state.out;
	char        line[LINE_MAX_BYTES], now[32];
	size_t      len;
	va_list     ap;
	int         want;

	if (level < log_state.least)
		return;
	va_start(ap, fmt);
	want = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (want < 0)
		return;
	len = (size_t)want < sizeof(line) ? (size_t)want : cut_len(line, sizeof(line) - 2);
	clean(line, len);
	format_now(now);

	buf_reset(out);
	buf_addf(out,
	    log_state.json ? "{\"ts\":\"%s\",\"level\":\"%s\",\"program\":\"%s\""
			   : "ts=%s level=%s program=%s ",
	    now, level_names[level], log_state.program);
	if (log_state.json)
		add_json_pairs(out, (struct text){line, len});
	else
		buf_add(out, line, len);
	add_word(out, log_state.json ? "}\n" : "\n");
	if (write(STDERR_FILENO, out->at, out->len) < 0)
		return; /* nobody is left to tell */
}

int
log_exit(const struct err *e)
{
	char reason[ERR_MESSAGE_MAX * 2];

	log_error(
	    "event=failed reason=\"%s\"", text_escape(text_of(e->msg), reason, sizeof(reason)));
	return err_exit_status(e);
}
