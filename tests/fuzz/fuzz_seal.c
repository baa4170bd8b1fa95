/*
 * fuzz_seal -- the chain over the ledger. The first byte says what the rest is: `s` a
 * seal as text, which written again means the same; `l` links as Redis has them, which
 * written again are the same bytes; `e` an entry, of which no bit can change unseen.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
are_equal(const struct seal *a, const struct seal *b)
{
	return position_compare(a->position, b->position) == 0 &&
	    memcmp(a->hash.at, b->hash.at, sizeof(a->hash.at)) == 0;
}

static void
check_text(struct text t)
{
	struct seal s, again;
	char        written[SEAL_TEXT_SIZE];

	if (!seal_parse(t, &s))
		return;
	assert(strlen(seal_format(&s, written)) < SEAL_TEXT_SIZE);
	assert(seal_parse(text_of(written), &again) && are_equal(&s, &again));
}

static void
check_links(struct text all)
{
	struct text      rest = all;
	struct seal_link link;
	struct buf       written = {0};
	size_t           count = 0;

	while (seal_link_read(&rest, &link)) {
		struct seal s = {.position = link.position};

		for (int i = 0; i < 8; i++)
			s.hash.at[i] = (uint8_t)(link.hash >> (56 - 8 * i));
		assert(seal_link_fits(&link, &s));
		s.hash.at[count % 8] ^= 1;
		assert(!seal_link_fits(&link, &s));
		s.hash.at[count % 8] ^= 1;
		seal_link_write(&written, &s);
		count++;
	}
	assert(count == all.len / SEAL_LINK_SIZE && rest.len == all.len % SEAL_LINK_SIZE);
	assert(written.len == count * SEAL_LINK_SIZE);
	assert(count == 0 || memcmp(written.at, all.at, written.len) == 0);
	buf_fini(&written);
}

/* Each field is a length, of a name or a value in turn, and as many bytes as there are. */
static void
read_entry(char *at, size_t len, struct ledger_entry *entry)
{
	*entry = (struct ledger_entry){.position = {len, 1}};
	while (len > 0 && entry->field_count < ENTRY_FIELDS_MAX) {
		struct entry_field *f = &entry->fields[entry->field_count++];
		struct text        *parts[] = {&f->name, &f->value};

		for (size_t i = 0; i < 2; i++) {
			size_t want = len > 0 ? (uint8_t)at[0] : 0;
			size_t take = len > 0 ? len - 1 : 0;

			if (take > want)
				take = want;
			*parts[i] = (struct text){len > 0 ? at + 1 : "", take};
			at += len > 0 ? take + 1 : 0;
			len -= len > 0 ? take + 1 : 0;
		}
	}
}

static bool
is_unchanged(const struct ledger_entry *entry, const struct seal *want)
{
	struct seal s = {0};

	seal_add(&s, entry);
	return are_equal(&s, want);
}

/* A name's last byte moves into the value behind it: the bytes are the same. */
static void
move_border(struct ledger_entry *entry, const struct seal *want)
{
	struct entry_field *f = &entry->fields[0];

	if (entry->field_count == 0 || f->name.len == 0)
		return;
	f->name.len--;
	assert(!is_unchanged(entry, want));
	f->name.len++;
}

static void
check_entry(struct text t)
{
	char               *copy = mem_copied(t.at, t.len);
	struct ledger_entry entry;
	struct seal         s = {0};

	read_entry(copy, t.len, &entry);
	seal_add(&s, &entry);
	assert(is_unchanged(&entry, &s));
	for (size_t i = 0; i < entry.field_count; i++) {
		char *value = copy + (entry.fields[i].value.at - copy);

		if (entry.fields[i].value.len == 0)
			continue;
		value[0] ^= 1;
		assert(!is_unchanged(&entry, &s));
		value[0] ^= 1;
	}
	move_border(&entry, &s);
	entry.position.n++;
	assert(!is_unchanged(&entry, &s));
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char       *copy;
	struct text t;

	if (size == 0)
		return 0;
	copy = mem_copied(data + 1, size - 1); /* of its own size, for the sanitizer */
	t = (struct text){copy, size - 1};
	if (data[0] == 's')
		check_text(t);
	else if (data[0] == 'l')
		check_links(t);
	else
		check_entry(t);
	free(copy);
	return 0;
}
