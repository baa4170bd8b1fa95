#include "cli/verify_findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

#define KEY_SIZE 256 /* of a key as shown, with the NUL */

static const char *const kind_names[FINDING_KINDS] = {
    [FINDING_LEDGER] = "ledger",
    [FINDING_SEAL] = "seal",
    [FINDING_PLAN] = "plan",
    [FINDING_LATEST] = "latest",
    [FINDING_CHECKPOINT] = "checkpoint",
    [FINDING_SUMMARY] = "summary",
    [FINDING_TREND] = "trend",
};

const char *
finding_kind_name(enum finding_kind kind)
{
	return kind_names[kind];
}

void
findings_fini(struct findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		free(f->at[i].key);
		free(f->at[i].message);
	}
	for (size_t i = 0; i < f->fix_count; i++) {
		free(f->fixes[i].field);
		free((char *)f->fixes[i].was.at);
		free((char *)f->fixes[i].now.at);
	}
	free(f->at);
	free(f->fixes);
	*f = (struct findings){0};
}

static void
keep(struct findings *f, const struct finding *one)
{
	if (f->count == f->room) {
		f->room = f->room == 0 ? 16 : f->room * 2;
		f->at = mem_resized(f->at, f->room, sizeof(f->at[0]));
	}
	f->at[f->count++] = *one;
}

/* A copy, without the part of a character that may be left where it was cut. */
static char *
copied(const char *s)
{
	struct text t = text_of(s);

	while (!text_is_utf8(t))
		t.len--;
	return mem_copied(t.at, t.len);
}

static void
add(struct findings *f, struct finding one, struct text key, const char *fmt, va_list args)
{
	size_t *count = one.warning ? &f->warnings[one.kind] : &f->differences[one.kind];
	char    shown[KEY_SIZE], message[FINDING_TEXT_SIZE];

	if (++*count > FINDINGS_KEPT_MAX)
		return;
	vsnprintf(message, sizeof(message), fmt, args);
	one.key = copied(text_escape(key, shown, sizeof(shown)));
	one.message = copied(message);
	keep(f, &one);
}

void
findings_differ(struct findings *f, enum finding_kind kind, struct text key, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(f, (struct finding){.kind = kind}, key, fmt, args);
	va_end(args);
}

void
findings_warn(struct findings *f, enum finding_kind kind, struct text key, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(f, (struct finding){.kind = kind, .warning = true}, key, fmt, args);
	va_end(args);
}

static struct text
owned(struct text t)
{
	return t.at == NULL ? t : (struct text){mem_copied(t.at, t.len), t.len};
}

void
findings_fix(
    struct findings *f, enum ledger_key key, struct text field, struct text was, struct text now)
{
	if (!f->is_to_fix)
		return;
	if (f->fix_count == f->fix_room) {
		f->fix_room = f->fix_room == 0 ? 16 : f->fix_room * 2;
		f->fixes = mem_resized(f->fixes, f->fix_room, sizeof(f->fixes[0]));
	}
	f->fixes[f->fix_count++] = (struct fix){
	    .key = key,
	    .field = mem_copied(field.at, field.len),
	    .field_len = field.len,
	    .was = owned(was),
	    .now = owned(now),
	};
}

static size_t
sum(const size_t counts[FINDING_KINDS])
{
	size_t total = 0;

	for (int i = 0; i < FINDING_KINDS; i++)
		total += counts[i];
	return total;
}

size_t
findings_differences(const struct findings *f)
{
	return sum(f->differences);
}

size_t
findings_warnings(const struct findings *f)
{
	return sum(f->warnings);
}
