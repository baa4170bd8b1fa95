#include "cli/verify_state.h"

#include <stdlib.h>

#include "cli/loaded.h"
#include "core/mem.h"

/* As LEDGER_REPAIR_SCRIPT wants them: plan and latest first. */
static const enum ledger_key hashes[] = {
    LEDGER_PLAN, LEDGER_LATEST, LEDGER_ROLLUP, LEDGER_SUMMARY, LEDGER_TREND};
enum { HASHES = sizeof(hashes) / sizeof(hashes[0]) };

#define FIXED_ARGS   (3 + HASHES) /* EVAL, script, number of keys, keys */
#define ARGS_PER_FIX 4

/* The number of a key among the script's, as text. */
static struct text
number_of(enum ledger_key key)
{
	static const char numbers[] = "12345";
	size_t            i = 0;

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

static void
make_room(const struct findings *f, struct buf *memory)
{
	size_t bytes = 0;

	for (size_t i = 0; i < f->fix_count; i++)
		bytes += 2 + f->fixes[i].was.len + f->fixes[i].now.len;
	buf_grow(memory, bytes);
}

int
verify_repair(struct verify *v, struct store *s, struct err *e)
{
	const struct findings *f = &v->findings;
	size_t                 n = 0;
	struct text *args = mem_zeroed(FIXED_ARGS + f->fix_count * ARGS_PER_FIX, sizeof(args[0]));
	struct buf   memory = {0};
	char         keys[HASHES][LEDGER_KEY_SIZE];
	struct store_reply *r;

	make_room(f, &memory);
	args[n++] = text_of("EVAL");
	args[n++] = text_of(LEDGER_REPAIR_SCRIPT);
	args[n++] = number_of(hashes[HASHES - 1]);
	for (size_t i = 0; i < HASHES; i++)
		args[n++] = text_of(ledger_key(v->plan, hashes[i], keys[i]));
	for (size_t i = 0; i < f->fix_count; i++) {
		args[n++] = number_of(f->fixes[i].key);
		args[n++] = (struct text){f->fixes[i].field, f->fixes[i].field_len};
		args[n++] = marked(&memory, f->fixes[i].was);
		args[n++] = marked(&memory, f->fixes[i].now);
	}
	r = store_call(s, LOADED_TIMEOUT_MS, e, args, n);
	if (r != NULL) {
		v->repaired = true;
		v->put_right = (uint64_t)store_reply_integer(r);
	}
	store_reply_free(r);
	buf_fini(&memory);
	free(args);
	return r != NULL ? 0 : -1;
}
