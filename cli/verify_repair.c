#include "cli/verify_state.h"

#include "common/ledger.h"

/* As LEDGER_REPAIR_SCRIPT wants them: plan and latest first. */
static const enum ledger_key hashes[] = {
    LEDGER_PLAN, LEDGER_LATEST, LEDGER_ROLLUP, LEDGER_SUMMARY, LEDGER_TREND};
enum { HASHES = sizeof(hashes) / sizeof(hashes[0]) };

#define FIXED_ARGS   (3 + HASHES + 2) /* EVAL, script, number of keys, keys, held, dropped */
#define ARGS_PER_FIX 4
#define FIXES_MAX    1000       /* of one call, */
#define FIX_BYTES    (4u << 20) /* and so many bytes, if it is not one fix alone */

static const char numbers[HASHES + 1] = "12345"; /* of the keys, as the script counts */

static struct text
number_of(enum ledger_key key)
{
	size_t i = 0;

	while (hashes[i] != key)
		i++;
	return (struct text){numbers + i, 1};
}

/* "=" and the bytes, or nothing; in memory that has room for it. */
static struct text
marked(struct buf *memory, struct text t)
{
	size_t begin = memory->len;

	if (t.at == NULL)
		return (struct text){0};
	buf_add(memory, "=", 1);
	buf_add(memory, t.at, t.len);
	return (struct text){memory->at + begin, memory->len - begin};
}

/* "24": the keys that were found to be of another type. */
static struct text
dropped(const struct cut *c, char out[HASHES])
{
	size_t n = 0;

	for (size_t i = 0; i < HASHES; i++)
		if (cut_trouble(c, hashes[i]).at != NULL)
			out[n++] = numbers[i];
	return (struct text){out, n};
}

/* The first of the fixes that is not in the same call as this one; and how much memory
 * those take. */
static size_t
end_of_part(const struct findings *f, size_t begin, size_t *bytes)
{
	size_t i = begin;

	for (*bytes = 0; i < f->fix_count && i - begin < FIXES_MAX; i++) {
		size_t more = 2 + f->fixes[i].was.len + f->fixes[i].now.len;

		if (i > begin && *bytes + more > FIX_BYTES)
			break;
		*bytes += more;
	}
	return i;
}

/* Puts those fixes right that are still what was found. Returns 0, or -1 with *e. */
static int
send_part(struct verify *v, size_t begin, size_t end, struct buf *memory, struct err *e)
{
	struct text         args[FIXED_ARGS + FIXES_MAX * ARGS_PER_FIX];
	char                keys[HASHES][LEDGER_KEY_SIZE], held[24], drop[HASHES];
	size_t              n = 0;
	struct store_reply *r;

	args[n++] = text_of("EVAL");
	args[n++] = text_of(LEDGER_REPAIR_SCRIPT);
	args[n++] = number_of(hashes[HASHES - 1]);
	for (size_t i = 0; i < HASHES; i++)
		args[n++] = text_of(ledger_key(v->plan, hashes[i], keys[i]));
	args[n++] =
	    (struct text){held, (size_t)(text_write_number(held, newest_count(v->newest)) - held)};
	args[n++] = dropped(&v->cut, drop);
	for (size_t i = begin; i < end; i++) {
		const struct fix *fix = &v->findings.fixes[i];

		args[n++] = number_of(fix->key);
		args[n++] = (struct text){fix->field, fix->field_len};
		args[n++] = marked(memory, fix->was);
		args[n++] = marked(memory, fix->now);
	}
	r = store_call(v->store, CUT_TIMEOUT_MS, e, args, n);
	if (r == NULL)
		return -1;
	v->put_right += (uint64_t)store_reply_integer(r);
	store_reply_free(r);
	return 0;
}

int
verify_repair(struct verify *v, struct err *e)
{
	size_t begin = 0;

	v->repaired = true;
	do {
		struct buf memory = {0};
		size_t     bytes, end = end_of_part(&v->findings, begin, &bytes);
		int        rc;

		buf_grow(&memory, bytes);
		rc = send_part(v, begin, end, &memory, e);
		buf_fini(&memory);
		if (rc != 0)
			return -1;
		begin = end;
		scan_progress_tell(
		    &v->progress, "repairing: %zu of %zu fields", begin, v->findings.fix_count);
	} while (begin < v->findings.fix_count);
	return 0;
}
