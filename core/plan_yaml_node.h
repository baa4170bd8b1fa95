/*
 * plan_yaml_node -- the values of a plan file as a tree, each with its place.
 *
 * Only shape: what a value means is for the binder. Refused here, with a
 * mistake: aliases, anchors, tags, keys that are no words, a second document,
 * more than PLAN_NODE_DEPTH_MAX levels or PLAN_NODES_MAX values.
 */
#ifndef TUIJIN_CORE_PLAN_YAML_NODE_H
#define TUIJIN_CORE_PLAN_YAML_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/plan_build.h"
#include "core/plan_yaml.h"
#include "core/text.h"

#define PLAN_NODE_DEPTH_MAX 16      /* a plan needs 9 */
#define PLAN_NODES_MAX      500000u /* a plan at all other limits, members undated: 400,000 */

enum plan_node_kind {
	PLAN_NODE_SCALAR,
	PLAN_NODE_LIST,
	PLAN_NODE_MAP,
	PLAN_NODE_REFUSED, /* a mistake already: say no more about it */
};

struct plan_place {
	uint32_t line, column; /* from 1; columns count characters */
};

struct plan_node {
	enum plan_node_kind     kind;
	bool                    plain; /* a scalar without quotes, not a block */
	uint32_t                index; /* in its list or map, from 0 */
	uint32_t                count; /* of its children */
	struct plan_place       at, key_at;
	struct text             key;                   /* of a map's child */
	struct text             value;                 /* of a scalar, escapes resolved */
	const struct plan_node *parent, *first, *next; /* NULL where there is none */
};

/* Reads source, which has passed plan_source_clean(), into nodes in a. Returns
 * the root, or NULL when it could not be read to the end; at least one mistake
 * is in *m then. */
const struct plan_node *plan_node_read(
    struct plan_arena *a, struct text source, struct plan_mistakes *m);

#endif
