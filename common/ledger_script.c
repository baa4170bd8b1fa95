#include "common/ledger.h"

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
 * A plan revision: becomes the plan in force and an entry of the ledger at once. Where
 * there is a ledger and no plan, the plan was lost: a revision that began it anew would
 * stand behind others, and such a ledger can never be put right.
 *
 * KEYS plan, ledger
 * ARGV revision, digest, yaml
 * ->   {"loaded", position} | {"unchanged", revision} | {"refused", revision in force} |
 *      {"lost", entries of the ledger}
 */
const char LEDGER_LOAD_PLAN_SCRIPT[] =
    "local now = redis.call('HMGET', KEYS[1], 'revision', 'digest')\n"
    "if now[1] then\n"
    "  if now[1] == ARGV[1] and now[2] == ARGV[2] then return {'unchanged', now[1]} end\n"
    "  if tonumber(now[1]) >= tonumber(ARGV[1]) then return {'refused', now[1]} end\n"
    "else\n"
    "  local entries = redis.call('XLEN', KEYS[2])\n"
    "  if entries > 0 then return {'lost', tostring(entries)} end\n"
    "end\n"
    "local position = redis.call('XADD', KEYS[2], '*',\n"
    "  'revision', ARGV[1], 'digest', ARGV[2], 'yaml', ARGV[3])\n"
    "redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'digest', ARGV[2], 'yaml', ARGV[3],\n"
    "  'end', position)\n"
    "return {'loaded', position}\n";

/*
 * Seals, behind those that the stream has. Nothing is written unless the stream ends
 * where the aggregator believes it does: of several that seal side by side who is late
 * learns how far the others are. The links of a seal that cannot be, as the ledger has
 * no such entry or the stream takes none there, go to the next one. A stream that was
 * emptied, but remembers where it ended, is made anew.
 *
 * older(a, b) -> true if a stands before b; false, too, if b is no position
 * seal_end(seals, ledger) -> position of the stream's last seal, "0-0" if there is none;
 *      or an error, as when that is behind the ledger's end, where nobody can have sealed
 * keep_seals(seals, ledger, from, to) -> the same, or an error, which leaves the rest of a
 *      script to go on: "BEHIND ..." if the stream takes none of them, as it had a later one
 * ARGV[from] where the stream is believed to end, then up to ARGV[to] position, hash and
 *      links of each seal
 */
#define SEAL_END                                                                                   \
	"local function older(a, b)\n"                                                             \
	"  local ams, an = string.match(a, '^(%d+)-(%d+)$')\n"                                     \
	"  local bms, bn = string.match(b or '', '^(%d+)-(%d+)$')\n"                               \
	"  if not bms then return false end\n"                                                     \
	"  ams, an, bms, bn = tonumber(ams), tonumber(an), tonumber(bms), tonumber(bn)\n"          \
	"  return ams < bms or (ams == bms and an < bn)\n"                                         \
	"end\n"                                                                                    \
	"local function last_of(key)\n"                                                            \
	"  local newest = redis.pcall('XREVRANGE', key, '+', '-', 'COUNT', 1)\n"                   \
	"  return newest.err and newest or newest[1] and newest[1][1] or '0-0'\n"                  \
	"end\n"                                                                                    \
	"local function seal_end(seals, ledger)\n"                                                 \
	"  local last, ends = last_of(seals), last_of(ledger)\n"                                   \
	"  if last.err or ends.err or not older(ends, last) then return last end\n"                \
	"  return redis.error_reply('AHEAD there is a seal of ' .. last ..\n"                      \
	"    ', which the ledger has not come to: see tuijin verify')\n"                           \
	"end\n"

#define KEEP_SEALS                                                                                 \
	SEAL_END                                                                                   \
	"local function add(seals, last, ...)\n"                                                   \
	"  local done = redis.pcall('XADD', seals, ...)\n"                                         \
	"  if not done.err or not string.find(done.err, 'equal or smaller', 1, true) then\n"       \
	"    return done\n"                                                                        \
	"  elseif last ~= '0-0' then\n"                                                            \
	"    return redis.error_reply('BEHIND a later seal is gone: none can be added before "     \
	"it')\n"                                                                                   \
	"  elseif redis.pcall('DEL', seals) ~= 1 then\n"                                           \
	"    return redis.error_reply('BEHIND the seals were emptied: delete ' .. seals)\n"        \
	"  end\n"                                                                                  \
	"  return redis.pcall('XADD', seals, ...)\n"                                               \
	"end\n"                                                                                    \
	"local function keep_seals(seals, ledger, from, to)\n"                                     \
	"  local last, links, wrong = seal_end(seals, ledger), '', false\n"                        \
	"  if last ~= ARGV[from] then return last end\n"                                           \
	"  for i = from + 1, to, 3 do\n"                                                           \
	"    local p = ARGV[i]\n"                                                                  \
	"    links = links .. ARGV[i + 2]\n"                                                       \
	"    if #redis.call('XRANGE', ledger, p, p) == 1 then\n"                                   \
	"      wrong = add(seals, last, p, 'hash', ARGV[i + 1], 'links', links)\n"                 \
	"      if wrong == p then last, links, wrong = p, '', false end\n"                         \
	"    end\n"                                                                                \
	"  end\n"                                                                                  \
	"  return wrong or last\n"                                                                 \
	"end\n"

/*
 * What an aggregator keeps: a checkpoint, summaries, or both. Neither is ever
 * replaced by an older one, so that several aggregators may keep side by side; and
 * neither is taken, or stands in the way, of a position that the ledger does not
 * have: a server that came back with older data makes what was folded a fiction.
 * A checkpoint comes with the seals up to it, and is not taken without the seal of
 * its position.
 *
 * KEYS rollup, summary, ledger, seals
 * ARGV position, as_of (ms), revision, state (empty: no checkpoint),
 *      "all" (the summaries given are all there are) or "some",
 *      how many arguments the seals are, where their stream is believed to end, then
 *      position, hash and links of each; then topic and payload of each summary
 * ->   {checkpoint kept, summaries kept: 1 or 0, then of a checkpoint the position of
 *      the last seal, or what is wrong with seals}
 */
const char LEDGER_KEEP_SCRIPT[] = KEEP_SEALS
    "local function stands(p) return p and #redis.call('XRANGE', KEYS[3], p, p) == 1 end\n"
    "local function behind(p) return stands(p) and older(ARGV[1], p) end\n"
    "local kept = redis.call('HMGET', KEYS[1], 'position', 'summary_position', 'summary_as_of')\n"
    /* Of the day before: by another aggregator, around midnight. */
    "local as_of, now = tonumber(kept[3] or '') or 0, redis.call('TIME')[1] * 1000\n"
    "local yesterday = kept[2] == ARGV[1] and tonumber(ARGV[2]) < as_of and as_of <= now\n"
    "local done, first = {0, 0}, 8 + tonumber(ARGV[6])\n"
    "if not stands(ARGV[1]) then return done end\n"
    "if ARGV[4] ~= '' then\n"
    "  done[3] = keep_seals(KEYS[4], KEYS[3], 7, first - 1)\n"
    "  local seal = redis.pcall('XRANGE', KEYS[4], ARGV[1], ARGV[1])\n"
    "  if seal[1] and not behind(kept[1]) then\n"
    "    redis.call('HSET', KEYS[1], 'position', ARGV[1], 'revision', ARGV[3], 'state', ARGV[4])\n"
    "    done[1] = 1\n"
    "  end\n"
    "end\n"
    "if #ARGV >= first and not behind(kept[2]) and not yesterday then\n"
    "  if ARGV[5] == 'all' then redis.call('DEL', KEYS[2]) end\n"
    "  for i = first, #ARGV, 1000 do\n"
    "    redis.call('HSET', KEYS[2], unpack(ARGV, i, math.min(i + 999, #ARGV)))\n"
    "  end\n"
    "  redis.call('HSET', KEYS[1], 'summary_position', ARGV[1], 'summary_as_of', ARGV[2])\n"
    "  done[2] = 1\n"
    "end\n"
    "return done\n";

/*
 * Seals alone: while there is nothing else to keep, or much.
 *
 * KEYS seals, ledger
 * ARGV where the stream is believed to end, then position, hash and links of each seal
 * ->   position of the last seal
 */
const char LEDGER_KEEP_SEALS_SCRIPT[] =
    KEEP_SEALS "return keep_seals(KEYS[1], KEYS[2], 1, #ARGV)\n";

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
 * has the entry it was taken at; the seal only if it has just the fields of one.
 *
 * KEYS plan, rollup, ledger, seals
 * ARGV the position the aggregator is at
 * ->   {{revision, end, yaml} of the plan,
 *      {revision, state, position, hash of the seal there and its last link} of the
 *      checkpoint or {},
 *      1 if the ledger has that position, seconds since 1970,
 *      position of the last seal ("0-0": there is none), or what is wrong with seals}
 */
const char LEDGER_BEGIN_SCRIPT[] =
    SEAL_END "local function stands(p) return p and #redis.call('XRANGE', KEYS[3], p, p) == 1 end\n"
	     "local kept = redis.call('HMGET', KEYS[2], 'revision', 'state', 'position')\n"
	     "kept = stands(kept[3]) and kept or {}\n"
	     "local seal = kept[3] and redis.pcall('XRANGE', KEYS[4], kept[3], kept[3])[1]\n"
	     "local fields = seal and seal[2] or {}\n"
	     "if #fields == 4 and fields[1] == 'hash' and fields[3] == 'links' then\n"
	     "  kept[4], kept[5] = fields[2], string.sub(fields[4], -24)\n"
	     "end\n"
	     "return {redis.call('HMGET', KEYS[1], 'revision', 'end', 'yaml'), kept,\n"
	     "  stands(ARGV[1]) and 1 or 0, tonumber(redis.call('TIME')[1]),\n"
	     "  seal_end(KEYS[4], KEYS[3])}\n";

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
