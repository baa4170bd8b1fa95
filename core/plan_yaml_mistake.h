/*
 * plan_yaml_mistake -- the list of what is wrong with a plan file: every mistake
 * is counted, the first PLAN_MISTAKES_MAX by place are kept.
 */
#ifndef TUIJIN_CORE_PLAN_YAML_MISTAKE_H
#define TUIJIN_CORE_PLAN_YAML_MISTAKE_H

#include "core/plan_yaml.h"
#include "core/plan_yaml_node.h"

/* A mistake of the file's bytes or syntax, at a place. */
void plan_mistake_at(struct plan_mistakes *m, struct plan_place at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Mistakes of a value, with its path before the message: at the value, at its
 * key, or for a key that its map lacks. */
void plan_mistake_value(struct plan_mistakes *m, const struct plan_node *n, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void plan_mistake_key(struct plan_mistakes *m, const struct plan_node *n, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void plan_mistake_missing(struct plan_mistakes *m, const struct plan_node *map, const char *key,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Sorts them by place and keeps the first; call it last. */
void plan_mistakes_sort(struct plan_mistakes *m);

#endif
