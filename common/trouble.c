#include "common/trouble.h"

#include <string.h>

#include "common/log.h"
#include "core/fnv.h"
#include "core/text.h"

void
trouble_tell(struct trouble *t, const char *plan, const char *reason, int64_t mono_ms)
{
	char     shown[240];
	uint64_t hash;

	if (reason[0] == '\0') {
		if (t->told != 0)
			log_info("event=recovered plan=%s", plan);
		*t = (struct trouble){0};
		return;
	}
	if (t->since_ms == 0)
		t->since_ms = mono_ms;
	hash = fnv_add(FNV_START, reason, strlen(reason));
	if (mono_ms - t->since_ms < TROUBLE_PATIENCE_MS || hash == t->told)
		return;
	log_warn("event=trouble plan=%s reason=\"%s\"", plan,
	    text_escape(text_of(reason), shown, sizeof(shown)));
	t->told = hash;
}
