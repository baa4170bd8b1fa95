/*
 * plan_yaml_value -- typed values out of a plan file's nodes.
 *
 * Scalars are taken literally, as typed: there is no null, no true, no octal. A
 * number is plain digits; everything else that is asked for is text, quoted or
 * not. Each function reports what is wrong in its node and then returns the
 * preset. A NULL node (an absent key) and a refused one are passed over.
 */
#ifndef TUIJIN_CORE_PLAN_YAML_VALUE_H
#define TUIJIN_CORE_PLAN_YAML_VALUE_H

#include "core/plan_yaml_mistake.h"
#include "core/plan_yaml_node.h"

#define PLAN_GOT_SIZE 72

struct plan_key {
	const char *name;
	bool        required;
};

/* What n holds, for a message: "'080'", "quoted '5'", "a list", "nothing". */
const char *plan_value_got(const struct plan_node *n, char out[PLAN_GOT_SIZE]);

/* Puts the values of map under `keys` (count of them) into members[], NULL for
 * an absent one; reports unknown, duplicate and missing keys. False if map is no
 * mapping; members[] are all NULL then. */
bool plan_value_members(struct plan_mistakes *m, const struct plan_node *map,
    const struct plan_key *keys, size_t count, const struct plan_node **members);

/* The first item of a list, NULL if it is none or (a mistake) empty. `what` says
 * what it lists: "agencies". */
const struct plan_node *plan_value_list(
    struct plan_mistakes *m, const struct plan_node *n, const char *what);

/* The text of a scalar; {NULL, 0} if there is none. `want` is what was expected,
 * for the message. */
struct text plan_value_scalar(struct plan_mistakes *m, const struct plan_node *n, const char *want);

uint32_t plan_value_number(struct plan_mistakes *m, const struct plan_node *n, uint32_t min,
    uint32_t max, uint32_t preset);

/* The index of the word among `words`. */
uint32_t plan_value_word(struct plan_mistakes *m, const struct plan_node *n,
    const char *const *words, uint32_t count, uint32_t preset);

/* Numbers that rise by one from 1. Starts zero. */
struct plan_counter {
	uint64_t position; /* how many there were */
	uint64_t last;     /* the number of the last */
};

/* Checks that n is the number that comes next; `rule` says so in words. After a
 * slip both the counting on from it and the true position are right. */
void plan_value_next(
    struct plan_mistakes *m, const struct plan_node *n, struct plan_counter *c, const char *rule);

/* True, with *day, if n is a date. */
bool plan_value_day(struct plan_mistakes *m, const struct plan_node *n, int32_t *day);

/* One line of text, 1 to max bytes, copied into a; "" if there is none. */
const char *plan_value_line(
    struct plan_mistakes *m, const struct plan_node *n, uint32_t max, struct plan_arena *a);

/* An id (text_is_name), copied into a; "" if there is none. */
const char *plan_value_id(struct plan_mistakes *m, const struct plan_node *n, struct plan_arena *a);

/* A title in both languages; without en, zh stands for both. */
struct plan_title plan_value_title(struct plan_mistakes *m, const struct plan_node *zh,
    const struct plan_node *en, struct plan_arena *a);

#endif
