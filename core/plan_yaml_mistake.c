#include "core/plan_yaml_mistake.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/mem.h"

#define ROOM         (2 * PLAN_MISTAKES_MAX) /* so that sorting out costs little a mistake */
#define KEY_SHOWN    32                      /* bytes of one key in a path, with the NUL */
#define MESSAGE_SIZE sizeof(((struct plan_mistake *)NULL)->message)

static int
compare(const void *a, const void *b)
{
	const struct plan_mistake *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return strcmp(x->message, y->message);
}

void
plan_mistakes_sort(struct plan_mistakes *m)
{
	if (m->kept > 0)
		qsort(m->at, m->kept, sizeof(*m->at), compare);
	if (m->kept > PLAN_MISTAKES_MAX)
		m->kept = PLAN_MISTAKES_MAX;
}

void
plan_mistakes_fini(struct plan_mistakes *m)
{
	free(m->at);
	*m = (struct plan_mistakes){0};
}

/* Counts a mistake at this place. Returns where to put it, or NULL when enough
 * are known that come before it. */
static struct plan_mistake *
new_mistake(struct plan_mistakes *m, struct plan_place at)
{
	struct plan_mistake new = {.line = at.line, .column = at.column};

	if (m->at == NULL)
		m->at = mem_zeroed(ROOM, sizeof(*m->at));
	if (m->kept == ROOM)
		plan_mistakes_sort(m);
	/* Some were dropped, so the first PLAN_MISTAKES_MAX are sorted. */
	if (m->count++ > m->kept && compare(&new, &m->at[PLAN_MISTAKES_MAX - 1]) > 0)
		return NULL;
	m->at[m->kept] = new;
	return &m->at[m->kept++];
}

/* Adds text behind what is there, cut between two characters. */
static void
add_text(char *message, const char *fmt, va_list ap)
{
	size_t   len = strlen(message);
	size_t   whole = 0, n;
	uint32_t code;
	int      want = vsnprintf(message + len, MESSAGE_SIZE - len, fmt, ap);

	if (want < 0 || (size_t)want < MESSAGE_SIZE - len)
		return;
	while ((n = text_decode(text_of(message + whole), &code)) > 0)
		whole += n;
	message[whole] = '\0';
}

__attribute__((format(printf, 2, 3))) static void
addf(char *message, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_text(message, fmt, ap);
	va_end(ap);
}

static void
add_key(char *message, struct text key)
{
	char shown[KEY_SHOWN];

	addf(
	    message, "%s%s", message[0] != '\0' ? "." : "", text_escape(key, shown, sizeof(shown)));
}

/* Writes where n stands in the file: "chapters[0].tasks[2].weight"; the root is
 * "". The tree is at most PLAN_NODE_DEPTH_MAX deep. */
static void
add_path(char *message, const struct plan_node *n)
{
	const struct plan_node *way[PLAN_NODE_DEPTH_MAX + 1];
	size_t                  depth = 0;

	for (; n->parent != NULL; n = n->parent)
		way[depth++] = n;
	while (depth-- > 0)
		if (way[depth]->parent->kind == PLAN_NODE_LIST)
			addf(message, "[%u]", way[depth]->index);
		else
			add_key(message, way[depth]->key);
}

/* n may be NULL, and so may key. */
static void
add_mistake(struct plan_mistakes *m, struct plan_place at, const struct plan_node *n,
    const char *key, const char *fmt, va_list ap)
{
	struct plan_mistake *new = new_mistake(m, at);

	if (new == NULL)
		return;
	if (n != NULL)
		add_path(new->message, n);
	if (key != NULL)
		add_key(new->message, text_of(key));
	if (new->message[0] != '\0')
		addf(new->message, ": ");
	add_text(new->message, err_text(fmt), ap);
}

void
plan_mistake_at(struct plan_mistakes *m, struct plan_place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_mistake(m, at, NULL, NULL, fmt, ap);
	va_end(ap);
}

void
plan_mistake_value(struct plan_mistakes *m, const struct plan_node *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_mistake(m, n->at, n, NULL, fmt, ap);
	va_end(ap);
}

void
plan_mistake_key(struct plan_mistakes *m, const struct plan_node *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_mistake(m, n->key_at, n, NULL, fmt, ap);
	va_end(ap);
}

void
plan_mistake_missing(
    struct plan_mistakes *m, const struct plan_node *map, const char *key, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_mistake(m, map->at, map, key, fmt, ap);
	va_end(ap);
}
