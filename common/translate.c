#include "common/translate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The header of a .mo file, in words of 32 bits, and the two words of a row. */
enum { MO_MAGIC, MO_REVISION, MO_COUNT, MO_ORIGINALS, MO_TRANSLATIONS, MO_WORDS };
enum { ROW_LENGTH, ROW_OFFSET, ROW_WORDS };

#define MAGIC     0x950412deU
#define WORD_SIZE ((size_t)4)

/* common/translate_texts.S */
extern const char TRANSLATE_ZH[], TRANSLATE_ZH_END[];

static struct text texts;

/* The word of 32 bits, lowest byte first, at that byte. The caller knows that it is there. */
static uint32_t
word_at(struct text mo, size_t at)
{
	const unsigned char *b = (const unsigned char *)mo.at + at;

	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint32_t
header(struct text mo, size_t word)
{
	return word_at(mo, word * WORD_SIZE);
}

static bool
is_whole_table(struct text mo, size_t word)
{
	uint64_t at = header(mo, word),
		 size = (uint64_t)header(mo, MO_COUNT) * ROW_WORDS * WORD_SIZE;

	return at <= mo.len && size <= mo.len - at;
}

static bool
is_mo(struct text mo)
{
	return mo.len >= MO_WORDS * WORD_SIZE && header(mo, MO_MAGIC) == MAGIC &&
	    is_whole_table(mo, MO_ORIGINALS) && is_whole_table(mo, MO_TRANSLATIONS);
}

/* The i-th text of a table, or NULL if it is not whole. */
static const char *
text_at(struct text mo, size_t table, size_t i)
{
	size_t row = header(mo, table) + i * ROW_WORDS * WORD_SIZE;
	size_t len = word_at(mo, row + ROW_LENGTH * WORD_SIZE);
	size_t at = word_at(mo, row + ROW_OFFSET * WORD_SIZE);

	if (at >= mo.len || len >= mo.len - at || mo.at[at + len] != '\0')
		return NULL;
	return mo.at + at;
}

const char *
translate_in(struct text mo, const char *english)
{
	size_t from = 0, until;

	if (!is_mo(mo))
		return NULL;
	until = header(mo, MO_COUNT);
	while (from < until) {
		size_t      middle = from + (until - from) / 2;
		const char *original = text_at(mo, MO_ORIGINALS, middle);
		int         order = original == NULL ? 0 : strcmp(english, original);

		if (order == 0)
			return original == NULL ? NULL : text_at(mo, MO_TRANSLATIONS, middle);
		if (order < 0)
			until = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

void
translate_to(const char *language)
{
	texts = (struct text){0};
	if (strcmp(language, "zh") == 0)
		texts = (struct text){TRANSLATE_ZH, (size_t)(TRANSLATE_ZH_END - TRANSLATE_ZH)};
}

const char *
translate(const char *english)
{
	/* The empty text is that of the file's own header. */
	const char *text = english[0] == '\0' ? NULL : translate_in(texts, english);

	return text != NULL ? text : english;
}

const char *
translate_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return strncmp(value, "zh", 2) == 0 ? "zh" : "en";
	}
	return "en";
}
