/*
 * pages -- the files of the web page, which are part of the program, as answers.
 *
 * A browser keeps them and asks each time whether they are still the same: the ETag says
 * so by their content.
 */
#ifndef TUIJIN_DASHBOARD_PAGES_H
#define TUIJIN_DASHBOARD_PAGES_H

#include <stdbool.h>

#include "common/http.h"
#include "core/text.h"

#define PAGES_ETAG_SIZE 19 /* 16 hex digits in quotes, and a NUL */

struct pages;

struct pages *pages_new(void);
void          pages_free(struct pages *p); /* NULL is fine */

/* Answers with the file of that name ("views/task.js"). False: there is none. */
bool pages_answer(const struct pages *p, struct http_exchange *x, struct text name);

/* The type of a file by its extension. */
const char *pages_type(struct text name);

#endif
