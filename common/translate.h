/*
 * translate -- English texts in the operator's language.
 *
 * The key of a text is its English; po/zh.po has the Chinese, and is part of the program
 * in the form that msgfmt(1) gives it. Neither libintl nor a locale of the machine is
 * needed. tools/texts.sh finds what is to be translated: the arguments of translate(),
 * TEXT() and of those that make messages, and what --help shows of flags.
 */
#ifndef TUIJIN_COMMON_TRANSLATE_H
#define TUIJIN_COMMON_TRANSLATE_H

#include "core/text.h"

/* Marks a text that is translated where it is shown. */
#define TEXT(english) english

/* "zh" or "en": the language from now on. Call it while there is one thread. */
void translate_to(const char *language);

/* The text in that language, or itself where there is none. Lives as long as the process. */
const char *translate(const char *english) __attribute__((format_arg(1)));

/* "zh" or "en": what the environment asks for. As setlocale(3) looks it up: LC_ALL,
 * LC_MESSAGES or LANG, the first that is set; whether the machine has that locale is of
 * no matter. */
const char *translate_locale(void);

/* The translation of a text in the bytes of a .mo file, or NULL: it has none, or the bytes
 * are not what they should be. */
const char *translate_in(struct text mo, const char *english);

#endif
