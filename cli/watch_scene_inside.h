/*
 * watch_scene_inside -- between the files of cli/watch_scene*.c alone.
 */
#ifndef TUIJIN_CLI_WATCH_SCENE_INSIDE_H
#define TUIJIN_CLI_WATCH_SCENE_INSIDE_H

#include "cli/watch_scene.h"

/* The scope of that kind and key, new if need be. */
struct scene_scope *scene_place(struct scene *b, enum scope_kind kind, struct text key);
struct scene_scope *scene_find(const struct scene *b, enum scope_kind kind, const char *name);
void                scene_drop(struct scene *b, size_t i);

/* Takes the parts of a task's summary; says in *item who spoke, and what. */
void scene_take_parts(
    struct scene *b, struct scene_scope *s, const struct summary *sum, struct scene_item *item);

/* The next item, for the caller to fill on. */
struct scene_item *scene_tell(
    struct scene *b, enum scene_news news, const struct scene_scope *s, struct scene_now now);

/* The newest words of all agencies, as the feed's first items. */
void scene_tell_said(struct scene *b);

#endif
