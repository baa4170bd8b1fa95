#include "cli/keys.h"

#include <stdio.h>

#include "cli/moment.h"
#include "common/clock.h"
#include "core/calendar.h"

int
keys_today(const char *flag, int32_t *today, struct err *e)
{
	if (flag != NULL && *flag != '\0')
		return moment_parse_day("today", flag, today, e);
	*today = calendar_day_at(clock_wall_ms(), 0);
	return 0;
}

struct authorized *
keys_read(const char *path, struct authorized_mistakes *m, struct err *e)
{
	struct authorized *a = authorized_read(path, m, e);
	char               shown[KEYS_PATH_SHOWN];

	if (a == NULL && m->count > 0)
		err_set(e, ERR_INPUT, "%s: %zu mistake%s",
		    screen_safe(text_of(path), shown, sizeof(shown)), m->count,
		    m->count == 1 ? "" : "s");
	else if (a == NULL)
		e->code = ERR_INPUT;
	return a;
}

void
keys_tell(const char *path, const struct authorized_mistakes *m)
{
	size_t told = m->count < AUTHORIZED_MISTAKES_MAX ? m->count : AUTHORIZED_MISTAKES_MAX;
	char   shown[KEYS_PATH_SHOWN];

	screen_safe(text_of(path), shown, sizeof(shown));
	for (size_t i = 0; i < told; i++)
		fprintf(stderr, "%s:%zu: %s\n", shown, m->at[i].line, m->at[i].message);
	if (told < m->count)
		fprintf(stderr, "%s: and %zu more\n", shown, m->count - told);
}
