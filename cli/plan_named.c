#include "cli/plan_named.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/loaded.h"
#include "cli/plan_file.h"
#include "cli/scan.h"

#define SHOWN     100
#define LISTED    20 /* revisions that a message names */
#define LISTED_AT 12 /* bytes of each */

static struct plan *
from_file(const char *path, struct err *e)
{
	struct buf   yaml = {0};
	struct plan *p = plan_file_read(path, &yaml, e);

	buf_fini(&yaml);
	return p;
}

/* A search for one revision. */
struct search {
	uint32_t     revision;
	struct plan *found; /* owned */
	uint32_t     passed[LISTED];
	uint32_t     passed_count;
};

static int
parse(struct search *s, struct text yaml, struct err *e)
{
	char where[32];

	s->found = plan_yaml_parse_stored(yaml, e);
	if (s->found != NULL)
		return 1;
	snprintf(where, sizeof(where), "revision %" PRIu32, s->revision);
	err_wrap(e, where);
	return -1;
}

static int
look(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct search *s = context;

	if (entry->yaml.at == NULL)
		return 0;
	if (entry->revision == s->revision)
		return parse(s, entry->yaml, e);
	if (s->passed_count < LISTED)
		s->passed[s->passed_count++] = entry->revision;
	return 0;
}

static void
not_found(const struct search *s, const char *id, struct err *e)
{
	char   list[LISTED * LISTED_AT] = "";
	size_t len = 0;

	for (uint32_t i = 0; i < s->passed_count; i++)
		len += (size_t)snprintf(
		    list + len, sizeof(list) - len, "%s%" PRIu32, i == 0 ? "" : ", ", s->passed[i]);
	if (len == 0)
		err_set(e, ERR_INPUT, "plan %s is not loaded, so it has no revision %" PRIu32, id,
		    s->revision);
	else
		err_set(e, ERR_INPUT, "plan %s: its ledger has no revision %" PRIu32 ", only %s%s",
		    id, s->revision, list, s->passed_count == LISTED ? ", …" : "");
}

static struct plan *
from_ledger(const char *id, uint32_t revision, struct store *store, struct err *e)
{
	struct search     s = {.revision = revision};
	const struct scan scan = {.store = store, .plan = id, .each = look, .context = &s};
	char              where[PLAN_ID_MAX + 8];

	if (scan_ledger(&scan, e) != 0) {
		snprintf(where, sizeof(where), "plan %s", id);
		if (e->code == ERR_INPUT)
			err_wrap(e, where);
		return NULL;
	}
	if (s.found == NULL)
		not_found(&s, id, e);
	return s.found;
}

/* "3", without sign and leading zeros. */
static bool
parse_revision(const char *digits, uint32_t *revision)
{
	uint64_t n = 0;

	if (digits[0] < '1' || digits[0] > '9')
		return false;
	for (; *digits >= '0' && *digits <= '9' && n <= PLAN_REVISION_MAX; digits++)
		n = 10 * n + (uint64_t)(*digits - '0');
	*revision = (uint32_t)n;
	return *digits == '\0' && n <= PLAN_REVISION_MAX;
}

struct plan *
plan_named(const char *operand, struct store *s, struct err *e)
{
	const char *at = strchr(operand, '@');
	size_t      len = at != NULL ? (size_t)(at - operand) : strlen(operand);
	char        id[PLAN_ID_MAX + 1], shown[SHOWN];
	uint32_t    revision;

	if (plan_file_is_path(operand))
		return from_file(operand, e);
	if (!text_is_name((struct text){operand, len}, PLAN_ID_MAX) ||
	    (at != NULL && !parse_revision(at + 1, &revision))) {
		err_set(e, ERR_USAGE,
		    "got '%s', expected a file, the id of a loaded plan or ID@REVISION",
		    text_escape(text_of(operand), shown, sizeof(shown)));
		return NULL;
	}
	snprintf(id, sizeof(id), "%.*s", (int)len, operand);
	return at != NULL ? from_ledger(id, revision, s, e) : loaded_plan(s, id, e);
}
