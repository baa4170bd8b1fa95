#include "common/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

/*
 * A collector's batch, judged by it against the ledger up to position END: a
 * compare-and-append. It is written if the plan is still the one it was judged by
 * and nobody has appended since; otherwise nothing is, and the collector learns
 * what it missed, judges again and comes back. Of collectors that race, one
 * always gets through.
 *
 * Verdicts are not compared here: Lua compares strings by the locale's collation
 * (Redis sets LC_COLLATE from the environment), and one judge is enough.
 *
 * KEYS plan, latest, ledger
 * ARGV digest, END, records (may be empty: only asks), then field and record of
 *      each obligation touched
 * ->   {"ok", position or ""} | {"behind", entries after END} | {"plan"}
 */
const char LEDGER_APPEND_SCRIPT[] =
    "local plan = redis.call('HMGET', KEYS[1], 'digest', 'end', 'held')\n"
    "if plan[1] ~= ARGV[1] then return {'plan'} end\n"
    "if plan[2] ~= ARGV[2] then\n"
    "  return {'behind', redis.call('XRANGE', KEYS[3], '(' .. ARGV[2], '+', 'COUNT', 16)}\n"
    "end\n"
    "if ARGV[3] == '' then return {'ok', ''} end\n"
    /* Before anything is written: a latest that is no hash, or has lost records. */
    "if redis.call('HLEN', KEYS[2]) < tonumber(plan[3] or 0) then\n"
    "  return redis.error_reply('LOST latest holds less than it did: see tuijin verify --repair')\n"
    "end\n"
    "local position = redis.call('XADD', KEYS[3], '*', 'records', ARGV[3])\n"
    "for i = 4, #ARGV, 1000 do\n"
    "  redis.call('HSET', KEYS[2], unpack(ARGV, i, math.min(i + 999, #ARGV)))\n"
    "end\n"
    "redis.call('HSET', KEYS[1], 'end', position, 'held', redis.call('HLEN', KEYS[2]))\n"
    "return {'ok', position}\n";

/*
 * A plan revision: becomes the plan in force and an entry of the ledger at once.
 *
 * KEYS plan, ledger
 * ARGV revision, digest, yaml
 * ->   {"loaded", position} | {"unchanged", revision} | {"refused", revision in force}
 */
const char LEDGER_LOAD_PLAN_SCRIPT[] =
    "local now = redis.call('HMGET', KEYS[1], 'revision', 'digest')\n"
    "if now[1] then\n"
    "  if now[1] == ARGV[1] and now[2] == ARGV[2] then return {'unchanged', now[1]} end\n"
    "  if tonumber(now[1]) >= tonumber(ARGV[1]) then return {'refused', now[1]} end\n"
    "end\n"
    "local position = redis.call('XADD', KEYS[2], '*',\n"
    "  'revision', ARGV[1], 'digest', ARGV[2], 'yaml', ARGV[3])\n"
    "redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'digest', ARGV[2], 'yaml', ARGV[3],\n"
    "  'end', position)\n"
    "return {'loaded', position}\n";

/*
 * What an aggregator keeps: a checkpoint, summaries, or both. Neither is ever
 * replaced by an older one, so that several aggregators may keep side by side; and
 * neither is taken, or stands in the way, of a position that the ledger does not
 * have: a server that came back with older data makes what was folded a fiction.
 *
 * KEYS rollup, summary, ledger
 * ARGV position, as_of (ms), revision, state (empty: no checkpoint),
 *      "all" (the summaries given are all there are) or "some",
 *      then topic and payload of each summary
 * ->   {checkpoint kept, summaries kept}: 1 or 0
 */
const char LEDGER_KEEP_SCRIPT[] =
    "local function older(a, b)\n"
    "  local ams, an = string.match(a, '^(%d+)-(%d+)$')\n"
    "  local bms, bn = string.match(b or '', '^(%d+)-(%d+)$')\n"
    "  if not bms then return false end\n"
    "  ams, an, bms, bn = tonumber(ams), tonumber(an), tonumber(bms), tonumber(bn)\n"
    "  return ams < bms or (ams == bms and an < bn)\n"
    "end\n"
    "local function stands(p) return p and #redis.call('XRANGE', KEYS[3], p, p) == 1 end\n"
    "local function behind(p) return stands(p) and older(ARGV[1], p) end\n"
    "local kept = redis.call('HMGET', KEYS[1], 'position', 'summary_position', 'summary_as_of')\n"
    /* Of the day before: by another aggregator, around midnight. */
    "local as_of, now = tonumber(kept[3] or '') or 0, redis.call('TIME')[1] * 1000\n"
    "local yesterday = kept[2] == ARGV[1] and tonumber(ARGV[2]) < as_of and as_of <= now\n"
    "local done = {0, 0}\n"
    "if not stands(ARGV[1]) then return done end\n"
    "if ARGV[4] ~= '' and not behind(kept[1]) then\n"
    "  redis.call('HSET', KEYS[1], 'position', ARGV[1], 'revision', ARGV[3], 'state', ARGV[4])\n"
    "  done[1] = 1\n"
    "end\n"
    "if #ARGV > 5 and not behind(kept[2]) and not yesterday then\n"
    "  if ARGV[5] == 'all' then redis.call('DEL', KEYS[2]) end\n"
    "  for i = 6, #ARGV, 1000 do\n"
    "    redis.call('HSET', KEYS[2], unpack(ARGV, i, math.min(i + 999, #ARGV)))\n"
    "  end\n"
    "  redis.call('HSET', KEYS[1], 'summary_position', ARGV[1], 'summary_as_of', ARGV[2])\n"
    "  done[2] = 1\n"
    "end\n"
    "return done\n";

/*
 * Days that are over, for the trend. A day is passed over if the ledger does not have
 * the position that it was folded to. Today and later days, which a wrong clock may have
 * left behind, are dropped.
 *
 * KEYS trend, ledger
 * ARGV today, then for each day its name, position and bytes
 * ->   how many were kept
 */
const char LEDGER_KEEP_DAYS_SCRIPT[] =
    "local function number(day) return tonumber((string.gsub(day, '-', ''))) end\n"
    "local kept = 0\n"
    "for i = 2, #ARGV, 3 do\n"
    "  if #redis.call('XRANGE', KEYS[2], ARGV[i + 1], ARGV[i + 1]) == 1 then\n"
    "    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])\n"
    "    kept = kept + 1\n"
    "  end\n"
    "end\n"
    "for _, day in ipairs(redis.call('HKEYS', KEYS[1])) do\n"
    "  local n = number(day)\n"
    "  if n and n >= number(ARGV[1]) then redis.call('HDEL', KEYS[1], day) end\n"
    "end\n"
    "return kept\n";

/*
 * Where the ledger ends and what time it is for the server that gives entries their
 * positions: who has folded up to there knows that no entry of an earlier time comes.
 *
 * KEYS plan
 * ->   {end, seconds since 1970}
 */
const char LEDGER_CLOCK_SCRIPT[] =
    "return {redis.call('HGET', KEYS[1], 'end'), tonumber(redis.call('TIME')[1])}\n";

/*
 * What an aggregator begins from. The checkpoint is given only if the ledger still
 * has the entry it was taken at.
 *
 * KEYS plan, rollup, ledger
 * ARGV the position the aggregator is at
 * ->   {{revision, end, yaml} of the plan, {revision, state} of the checkpoint or {},
 *      1 if the ledger has that position, seconds since 1970}
 */
const char LEDGER_BEGIN_SCRIPT[] =
    "local function stands(p) return p and #redis.call('XRANGE', KEYS[3], p, p) == 1 end\n"
    "local kept = redis.call('HMGET', KEYS[2], 'revision', 'state', 'position')\n"
    "return {redis.call('HMGET', KEYS[1], 'revision', 'end', 'yaml'),\n"
    "  stands(kept[3]) and {kept[1], kept[2]} or {}, stands(ARGV[1]) and 1 or 0,\n"
    "  tonumber(redis.call('TIME')[1])}\n";

/*
 * Where a plan's ledger ends, and how much there is of the large parts made of it: how
 * many newest records, and of which days there is a trend.
 *
 * KEYS latest, trend, ledger
 * ->   HLEN, HKEYS, {last position} (of a key of another type the error),
 *      {entries added, entries, last removed}, seconds since 1970
 */
const char LEDGER_CUT_SCRIPT[] =
    "local cut, books = {redis.pcall('HLEN', KEYS[1]), redis.pcall('HKEYS', KEYS[2])}, {}\n"
    "local last = redis.pcall('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)\n"
    "cut[3] = last.err and last or {last[1] and last[1][1]}\n"
    "local info = redis.pcall('XINFO', 'STREAM', KEYS[3])\n"
    "for i = 1, #info, 2 do books[info[i]] = info[i + 1] end\n"
    "cut[4] = {books['entries-added'] or false, books['length'] or false,\n"
    "  books['max-deleted-entry-id'] or false}\n"
    "cut[5] = tonumber(redis.call('TIME')[1])\n"
    "return cut\n";

/*
 * A part of `latest`, and where the ledger ends at that moment.
 *
 * KEYS latest, ledger
 * ARGV a command that reads a hash, and its words behind the key
 * ->   {its answer, last position}
 */
const char LEDGER_PAGE_SCRIPT[] =
    "local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)\n"
    "return {redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2)), last[1] and last[1][1]}\n";

/*
 * Puts fields of hashes right that were found to be wrong: each only if it still is
 * what was found. What has been written since then is newer, and stays. `held` follows,
 * but never below what the ledger has records for: nobody is to go on with a `latest`
 * that has lost some, meanwhile or not yet put back.
 *
 * KEYS plan, latest, other hashes
 * ARGV for how many fields of `latest` the ledger has records; which of KEYS were found
 *      to be of another type ("24": they are dropped if they still are); then for each
 *      field which of KEYS it is in, its name, what was found, what it is to be: these
 *      two "=" and the bytes, or empty: no such field
 * ->   how many fields were put right
 */
const char LEDGER_REPAIR_SCRIPT[] =
    "local wrong = {}\n"
    "for i = 1, #KEYS do\n"
    "  local kind = redis.call('TYPE', KEYS[i]).ok\n"
    "  if kind ~= 'hash' and kind ~= 'none' then\n"
    "    wrong[#wrong + 1] = i\n"
    "    if not string.find(ARGV[2], i, 1, true) then\n"
    "      return redis.error_reply('WRONGTYPE ' .. KEYS[i] .. ' has become a ' .. kind)\n"
    "    end\n"
    "  end\n"
    "end\n"
    "local done, spoken = 0, false\n"
    "for _, i in ipairs(wrong) do\n"
    "  redis.call('UNLINK', KEYS[i])\n"
    "  spoken = spoken or i == 2\n"
    "end\n"
    "for i = 3, #ARGV, 4 do\n"
    "  local key, field = KEYS[tonumber(ARGV[i])], ARGV[i + 1]\n"
    "  local is = redis.call('HGET', key, field)\n"
    "  if (is and '=' .. is or '') == ARGV[i + 2] then\n"
    "    if ARGV[i + 3] == '' then redis.call('HDEL', key, field)\n"
    "    else redis.call('HSET', key, field, string.sub(ARGV[i + 3], 2)) end\n"
    "    done = done + 1\n"
    "    spoken = spoken or ARGV[i] == '2' or (ARGV[i] == '1' and field == 'held')\n"
    "  end\n"
    "end\n"
    "if spoken and redis.call('EXISTS', KEYS[1]) == 1 then\n"
    "  local held = math.max(redis.call('HLEN', KEYS[2]), tonumber(ARGV[1]))\n"
    "  redis.call('HSET', KEYS[1], 'held', held)\n"
    "end\n"
    "return done\n";

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
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)yaml.at, yaml.len);
	return sodium_bin2hex(out, LEDGER_DIGEST_SIZE, hash, sizeof(hash));
}
