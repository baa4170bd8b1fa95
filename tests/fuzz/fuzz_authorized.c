/*
 * fuzz_authorized -- any bytes as a list of authorized keys. What parses keeps the
 * limits, is found again, and written as lines means the same; what does not has
 * mistakes in the file's order that can be shown and show no key.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/authorized.h"
#include "core/buf.h"
#include "core/calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_line(struct buf *b, const struct authorized_key *k)
{
	bool is_agency = k->role == AUTHORIZED_AGENCY;
	char date[CALENDAR_DATE_SIZE];

	buf_addf(b, "%s %s%s", k->text, is_agency ? "" : "@",
	    is_agency ? k->agency : authorized_role_name(k->role));
	if (k->expires != AUTHORIZED_FOREVER)
		buf_addf(b, " expires=%s", calendar_format_date(k->expires, date));
	buf_addf(b, " %s\n", k->comment);
}

static void
check_key(const struct authorized *a, const struct authorized_key *k)
{
	struct key again;
	char       id[KEY_ID_SIZE];

	assert(key_parse(text_of(k->text), &again));
	assert(memcmp(&again, &k->key, sizeof(again)) == 0);
	assert(strcmp(key_id(&again, id), k->id) == 0);
	assert(authorized_find(a, text_of(k->text)) == k);
	assert((k->role == AUTHORIZED_AGENCY) == text_is_name(text_of(k->agency), PLAN_ID_MAX));
	assert(text_is_printable(text_of(k->comment)) && text_is_ordered(text_of(k->comment)));
	assert(strlen(k->comment) < AUTHORIZED_LINE_MAX);
	assert(strncasecmp(k->comment, "expires=", strlen("expires=")) != 0);
	assert(strcasestr(k->comment, " expires=") == NULL);
}

static void
check_again(const struct authorized *a)
{
	struct authorized_mistakes mistakes = {0};
	struct buf                 b = {0};
	struct authorized         *again;

	for (size_t i = 0; i < authorized_count(a); i++)
		add_line(&b, authorized_at(a, i));
	again = authorized_parse(buf_text(&b), &mistakes);
	assert(again != NULL && authorized_count(again) == authorized_count(a));
	for (size_t i = 0; i < authorized_count(a); i++) {
		const struct authorized_key *k = authorized_at(a, i), *l = authorized_at(again, i);

		assert(strcmp(k->text, l->text) == 0 && k->role == l->role);
		assert(strcmp(k->agency, l->agency) == 0 && k->expires == l->expires);
		assert(strcmp(k->comment, l->comment) == 0 && l->line == i + 1);
	}
	authorized_free(again);
	buf_fini(&b);
}

static void
check_mistake(const struct authorized_mistake *m)
{
	struct text t = text_of(m->message);
	struct key  k;

	assert(t.len > 0 && text_is_printable(t) && text_is_ordered(t) && !text_has_break(t));
	for (size_t i = 0; i + KEY_TEXT_SIZE - 1 <= t.len; i++)
		assert(!key_parse((struct text){t.at + i, KEY_TEXT_SIZE - 1}, &k));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char                      *bytes = malloc(size); /* of its own size, for the sanitizer */
	struct authorized_mistakes mistakes = {0};
	struct authorized         *a;

	if (size > 0)
		memcpy(bytes, data, size);
	a = authorized_parse((struct text){bytes, size}, &mistakes);
	assert((a == NULL) == (mistakes.count > 0));
	for (size_t i = 0; i < mistakes.count && i < AUTHORIZED_MISTAKES_MAX; i++) {
		check_mistake(&mistakes.at[i]);
		assert(mistakes.at[i].line >= (i > 0 ? mistakes.at[i - 1].line : 1));
	}
	if (a != NULL) {
		for (size_t i = 0; i < authorized_count(a); i++)
			check_key(a, authorized_at(a, i));
		check_again(a);
	}
	authorized_mistakes_fini(&mistakes);
	authorized_free(a);
	free(bytes);
	return 0;
}
