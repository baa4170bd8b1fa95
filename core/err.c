#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The values of sysexits(3), which is no part of the pure core's libc. */
enum { EXIT_USAGE = 64, EXIT_DATAERR = 65, EXIT_UNAVAILABLE = 69, EXIT_CONFIG = 78 };

void
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return;
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
}

void
err_wrap(struct err *e, const char *where)
{
	char inner[ERR_MESSAGE_MAX];

	if (e == NULL)
		return;
	memcpy(inner, e->msg, sizeof(inner));
	snprintf(e->msg, sizeof(e->msg), "%.120s: %.190s", where, inner);
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
