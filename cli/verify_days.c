#include "cli/verify_days.h"

#include <stdlib.h>
#include <string.h>

#include "common/ledger.h"
#include "core/mem.h"

#define PAGE_DAYS_FIRST 4
#define PAGE_DAYS_MAX   256
#define PAGE_BYTES      (1u << 20)

static int
compare(struct text a, struct text b)
{
	int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	if (order != 0)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

static int
by_name(const void *a, const void *b)
{
	return compare(*(const struct text *)a, *(const struct text *)b);
}

void
days_init(struct days *d, const struct cut *c)
{
	*d = (struct days){.count = cut_day_count(c), .want = PAGE_DAYS_FIRST};
	d->names = mem_zeroed(d->count, sizeof(d->names[0]));
	d->met = mem_zeroed(d->count, sizeof(d->met[0]));
	for (size_t i = 0; i < d->count; i++)
		d->names[i] = cut_day(c, i);
	qsort(d->names, d->count, sizeof(d->names[0]), by_name);
}

void
days_fini(struct days *d)
{
	for (size_t i = 0; i < d->missing_count; i++)
		buf_fini(&d->missing[i].want);
	free(d->missing);
	free(d->names);
	free(d->met);
	store_reply_free(d->page);
	*d = (struct days){0};
}

size_t
days_find(const struct days *d, struct text name)
{
	const struct text *found =
	    d->count == 0 ? NULL : bsearch(&name, d->names, d->count, sizeof(name), by_name);

	return found != NULL ? (size_t)(found - d->names) : d->count;
}

/* So many days next time that they come to about a page. */
static void
adapt(struct days *d)
{
	size_t bytes = 0;

	for (size_t i = 0; i < d->page_count; i++)
		bytes += store_reply_text(store_reply_at(d->page, i)).len;
	if (bytes > PAGE_BYTES && d->want > 1)
		d->want /= 2;
	else if (bytes < PAGE_BYTES / 2 && d->want < PAGE_DAYS_MAX)
		d->want *= 2;
}

/* HMGET key day day … */
static int
read_page(struct days *d, struct store *s, const char *plan, size_t first, struct err *e)
{
	struct text args[2 + PAGE_DAYS_MAX];
	size_t      count = d->count - first < d->want ? d->count - first : d->want;
	char        key[LEDGER_KEY_SIZE];

	store_reply_free(d->page);
	args[0] = text_of("HMGET");
	args[1] = text_of(ledger_key(plan, LEDGER_TREND, key));
	memcpy(args + 2, d->names + first, count * sizeof(args[0]));
	d->page = store_call(s, CUT_TIMEOUT_MS, e, args, 2 + count);
	d->page_first = first;
	d->page_count = d->page != NULL ? count : 0;
	if (d->page == NULL)
		return -1;
	adapt(d);
	return 0;
}

int
days_read(
    struct days *d, struct store *s, const char *plan, size_t i, struct text *bytes, struct err *e)
{
	if ((i < d->page_first || i >= d->page_first + d->page_count) &&
	    read_page(d, s, plan, i, e) != 0)
		return -1;
	*bytes = store_reply_text(store_reply_at(d->page, i - d->page_first));
	return 0;
}

void
days_miss(struct days *d, int32_t day, struct text want)
{
	struct missing_day *missing;

	if (d->missing_count == d->missing_room) {
		d->missing_room = d->missing_room == 0 ? 16 : d->missing_room * 2;
		d->missing = mem_resized(d->missing, d->missing_room, sizeof(d->missing[0]));
	}
	missing = &d->missing[d->missing_count++];
	*missing = (struct missing_day){.day = day};
	buf_add(&missing->want, want.at, want.len);
}

void
days_forget(struct days *d, size_t i)
{
	struct missing_day *missing = &d->missing[i];

	buf_fini(&missing->want);
	memmove(missing, missing + 1, (--d->missing_count - i) * sizeof(*missing));
}

int
days_has_now(struct store *s, const char *plan, struct text name, struct err *e)
{
	char              key[LEDGER_KEY_SIZE];
	const struct text args[] = {
	    text_of("HEXISTS"), text_of(ledger_key(plan, LEDGER_TREND, key)), name};
	struct store_reply *r = store_call(s, CUT_TIMEOUT_MS, e, args, 3);
	int                 there;

	if (r == NULL)
		return -1;
	there = store_reply_integer(r) > 0;
	store_reply_free(r);
	return there;
}
