#include "cli/doctor_findings.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/screen.h"
#include "core/mem.h"

static const char *const level_names[DOCTOR_LEVELS] = {
    [DOCTOR_FINE] = "fine",
    [DOCTOR_SKIPPED] = "skipped",
    [DOCTOR_ADVICE] = "advice",
    [DOCTOR_FAULT] = "fault",
};

const char *
doctor_level_name(enum doctor_level level)
{
	return level_names[level];
}

/* What has no room ends with a whole character, and what nobody escaped is escaped here. */
static void
say(char out[ERR_MESSAGE_MAX], const char *fmt, va_list args)
{
	char whole[ERR_MESSAGE_MAX + 4];

	vsnprintf(whole, sizeof(whole), err_text(fmt), args);
	err_cut(whole, ERR_MESSAGE_MAX - 1);
	screen_safe(text_of(whole), out, ERR_MESSAGE_MAX);
}

void
doctor_find(
    struct doctor_findings *f, enum doctor_level level, const char *code, const char *fmt, ...)
{
	struct doctor_finding *one;
	va_list                args;

	if (f->count == f->room) {
		f->room = f->room == 0 ? 32 : f->room * 2;
		f->at = mem_resized(f->at, f->room, sizeof(f->at[0]));
	}
	one = &f->at[f->count++];
	*one = (struct doctor_finding){.level = level, .check = f->check, .code = code};
	va_start(args, fmt);
	say(one->what, fmt, args);
	va_end(args);
}

void
doctor_mend(struct doctor_findings *f, const char *fmt, ...)
{
	va_list args;

	assert(f->count > 0);
	va_start(args, fmt);
	say(f->at[f->count - 1].mend, fmt, args);
	va_end(args);
}

enum doctor_level
doctor_worst(const struct doctor_findings *f)
{
	enum doctor_level worst = DOCTOR_FINE;

	for (size_t i = 0; i < f->count; i++)
		worst = f->at[i].level > worst ? f->at[i].level : worst;
	return worst;
}

size_t
doctor_count(const struct doctor_findings *f, enum doctor_level level)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += f->at[i].level == level;
	return n;
}

void
doctor_findings_fini(struct doctor_findings *f)
{
	free(f->at);
	*f = (struct doctor_findings){0};
}
