#include "common/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/sha256.h"

const char *
ledger_key(const char *plan, enum ledger_key k, char out[LEDGER_KEY_SIZE])
{
	static const char *const names[LEDGER_KEYS] = {
	    [LEDGER_PLAN] = "plan",
	    [LEDGER_LATEST] = "latest",
	    [LEDGER_LEDGER] = "ledger",
	    [LEDGER_ROLLUP] = "rollup",
	    [LEDGER_SUMMARY] = "summary",
	    [LEDGER_TREND] = "trend",
	    [LEDGER_SEALS] = "seals",
	};

	snprintf(out, LEDGER_KEY_SIZE, "tuijin:{%s}:%s", plan, names[k]);
	return out;
}

struct text
ledger_field(uint32_t task, struct text agency, bool ruling, char out[LEDGER_FIELD_SIZE])
{
	struct text who = ruling ? text_of("@office") : agency;
	char       *end = text_write_number(out, task);

	*end++ = '/';
	memcpy(end, who.at, who.len);
	return (struct text){out, (size_t)(end - out) + who.len};
}

static bool
is(struct text t, const char *word)
{
	return text_equal(t, text_of(word));
}

static int
read_revision(struct text t, uint32_t *revision, struct err *e)
{
	uint64_t n = 0;
	size_t   i = 0;
	char     shown[40];

	for (; i < t.len && t.at[i] >= '0' && t.at[i] <= '9' && n <= PLAN_REVISION_MAX; i++)
		n = 10 * n + (uint64_t)(t.at[i] - '0');
	if (i < t.len || n < 1 || n > PLAN_REVISION_MAX)
		return err_fail(e, ERR_INPUT,
		    "ledger: revision: got '%s', expected a number from 1 to %" PRIu32,
		    text_escape(t, shown, sizeof(shown)), PLAN_REVISION_MAX);
	*revision = (uint32_t)n;
	return 0;
}

static int
read_pair(struct ledger_entry *entry, struct text name, struct text value, struct err *e)
{
	if (entry->field_count == ENTRY_FIELDS_MAX)
		return err_fail(e, ERR_INPUT,
		    "ledger: entry %" PRIu64 "-%" PRIu64 " has more than %d fields",
		    entry->position.ms, entry->position.n, ENTRY_FIELDS_MAX);
	entry->fields[entry->field_count++] = (struct entry_field){name, value};
	if (is(name, "records"))
		entry->records = value;
	else if (is(name, "yaml"))
		entry->yaml = value;
	else if (is(name, "digest"))
		entry->digest = value;
	else if (is(name, "revision"))
		return read_revision(value, &entry->revision, e);
	return 0;
}

int
ledger_entry_read(const struct store_reply *r, struct ledger_entry *entry, struct err *e)
{
	const struct store_reply *pairs;

	*entry = (struct ledger_entry){0};
	if (store_reply_count(r) != 2 ||
	    !position_parse(store_reply_text(store_reply_at(r, 0)), &entry->position))
		return err_fail(e, ERR_INPUT, "ledger: an entry without an id");
	pairs = store_reply_at(r, 1);
	for (size_t i = 0; i + 1 < store_reply_count(pairs); i += 2) {
		if (read_pair(entry, store_reply_text(store_reply_at(pairs, i)),
			store_reply_text(store_reply_at(pairs, i + 1)), e) != 0)
			return -1;
	}
	if ((entry->records.at == NULL) == (entry->yaml.at == NULL))
		return err_fail(e, ERR_INPUT,
		    "ledger: entry %" PRIu64 "-%" PRIu64 " is neither a batch nor a plan revision",
		    entry->position.ms, entry->position.n);
	if (entry->yaml.at != NULL && entry->revision == 0)
		return err_fail(e, ERR_INPUT, "ledger: revision: missing");
	return 0;
}

void
ledger_unexpected(const struct store_reply *r, struct err *e)
{
	struct text said = store_reply_text(r);
	char        shown[200];

	err_set(e, ERR_AGAIN, "redis: %s", text_escape(said, shown, sizeof(shown)));
}

const char *
ledger_digest(struct text yaml, char out[LEDGER_DIGEST_SIZE])
{
	struct sha256 hash;

	sha256_of(&yaml, 1, &hash);
	return sha256_format(&hash, out);
}
