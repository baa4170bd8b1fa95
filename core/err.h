/*
 * err -- why a call failed: a category for the program, a line for a person.
 *
 * The one convention of the whole tree: a function that can fail takes a
 * struct err * last, returns 0 or -1 (a constructor: a pointer or NULL), and
 * fills the err only when it fails. Only main() and the commands print.
 *
 * Messages are English, unless the program has set a translator.
 */
#ifndef TUIJIN_CORE_ERR_H
#define TUIJIN_CORE_ERR_H

#include <stddef.h>

#define ERR_MESSAGE_MAX 320 /* bytes with the NUL; longer messages are cut */

enum err_code {
	ERR_NONE,
	ERR_USAGE,  /* the caller's words are off: exit 64 */
	ERR_INPUT,  /* wrong bytes or values: refuse them, go on (a command: exit 65) */
	ERR_AGAIN,  /* the world is not ready: keep the data, try later (a command: exit 69) */
	ERR_ENV,    /* the world is broken and stays so: a program exits 69 */
	ERR_CONFIG, /* the settings cannot work here: exit 78 */
};

struct err {
	enum err_code code;
	char          msg[ERR_MESSAGE_MAX];
};

/* Fills *e; a NULL e is fine. */
void err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* From now on messages are made of what translate() returns for their formats, which must
 * live as long as the process; NULL: of the formats themselves. Call it while there is one
 * thread. */
void err_translator(const char *(*translate)(const char *english));

/* What the translator has for a text or a format that becomes a part of a message. */
const char *err_text(const char *english) __attribute__((format_arg(1)));

/* Cuts a text to at most `bytes` bytes, between two characters. */
void err_cut(char *text, size_t bytes);

/* Puts "where: " before the message and keeps the code. */
void err_wrap(struct err *e, const char *where);

/* The sysexits(3) status that says whose fault it was. */
int err_exit_status(const struct err *e);

/* return err_fail(e, ERR_INPUT, "seq: ..."); a macro, so that the compiler too
 * sees that it is always -1. */
#define err_fail(e, code, ...) (err_set((e), (code), __VA_ARGS__), -1)

#endif
