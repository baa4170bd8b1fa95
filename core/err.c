#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The values of sysexits(3), which is no part of the pure core's libc. */
enum { EXIT_USAGE = 64, EXIT_DATAERR = 65, EXIT_UNAVAILABLE = 69, EXIT_CONFIG = 78 };

static const char *(*translator)(const char *english);

void
err_translator(const char *(*translate)(const char *english))
{
	translator = translate;
}

const char *
err_text(const char *english)
{
	return translator != NULL ? translator(english) : english;
}

void
err_cut(char *text, size_t bytes)
{
	size_t len = strlen(text);

	if (len <= bytes)
		return;
	/* What follows the first byte of a character begins with the bits 10. */
	while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80)
		bytes--;
	text[bytes] = '\0';
}

/* A message that had no room ends with a whole character. */
static void
set(struct err *e, const char *fmt, va_list ap)
{
	char whole[ERR_MESSAGE_MAX + 4];

	vsnprintf(whole, sizeof(whole), fmt, ap);
	err_cut(whole, sizeof(e->msg) - 1);
	memcpy(e->msg, whole, strlen(whole) + 1);
}

void
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return;
	e->code = code;
	va_start(ap, fmt);
	set(e, err_text(fmt), ap);
	va_end(ap);
}

void
err_wrap(struct err *e, const char *where)
{
	char inner[ERR_MESSAGE_MAX];

	if (e == NULL)
		return;
	memcpy(inner, e->msg, sizeof(inner));
	err_cut(inner, 190);
	snprintf(e->msg, sizeof(e->msg), "%.120s: %.190s", err_text(where), inner);
}

int
err_exit_status(const struct err *e)
{
	switch (e->code) {
	case ERR_NONE:
		return 0;
	case ERR_USAGE:
		return EXIT_USAGE;
	case ERR_INPUT:
		return EXIT_DATAERR;
	case ERR_CONFIG:
		return EXIT_CONFIG;
	case ERR_AGAIN:
	case ERR_ENV:
		break;
	}
	return EXIT_UNAVAILABLE;
}
