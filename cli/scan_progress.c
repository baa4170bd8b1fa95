#include "cli/scan_progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "common/clock.h"

#define PROGRESS_MS 1000

void
scan_progress_begin(struct scan_progress *p, bool quiet)
{
	*p = (struct scan_progress){.tells = !quiet && isatty(STDERR_FILENO)};
	p->told_ms = clock_mono_ms();
}

void
scan_progress_tell(struct scan_progress *p, const char *fmt, ...)
{
	int64_t now_ms = p->tells ? clock_mono_ms() : 0;
	va_list args;

	if (!p->tells || now_ms - p->told_ms < PROGRESS_MS)
		return;
	fputs("\r\033[K", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fflush(stderr);
	p->told = true;
	p->told_ms = now_ms;
}

void
scan_progress_end(struct scan_progress *p)
{
	if (p->told)
		fputs("\r\033[K", stderr);
	p->told = false;
}
