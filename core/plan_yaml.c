#include "core/plan_yaml.h"

#include "core/buf.h"
#include "core/plan_build.h"
#include "core/plan_yaml_bind.h"
#include "core/plan_yaml_mistake.h"
#include "core/plan_yaml_node.h"
#include "core/plan_yaml_source.h"

struct plan *
plan_yaml_parse(const char *yaml, size_t len, struct plan_mistakes *m)
{
	struct plan_arena      *nodes = plan_arena_new();
	struct buf              clean = {0};
	const struct plan_node *root = NULL;
	struct plan            *plan = NULL;

	*m = (struct plan_mistakes){0};
	if (len > PLAN_YAML_MAX) {
		plan_mistake_at(m, (struct plan_place){1, 1},
		    "the file has %zu bytes, expected at most %u", len, PLAN_YAML_MAX);
	} else {
		plan_source_clean(&clean, (struct text){yaml, len}, m);
		root = plan_node_read(nodes, buf_text(&clean), m);
	}
	if (root != NULL)
		plan = plan_bind(root, m);
	if (m->count > 0) {
		plan_mistakes_sort(m);
		plan_free(plan);
		plan = NULL;
	}
	plan_arena_free(nodes);
	buf_fini(&clean);
	return plan;
}

struct plan *
plan_yaml_parse_stored(struct text yaml, struct err *e)
{
	struct plan_mistakes mistakes = {0};
	struct plan         *plan = plan_yaml_parse(yaml.at, yaml.len, &mistakes);

	if (plan == NULL)
		err_set(e, ERR_INPUT, "line %zu: %s", mistakes.at[0].line, mistakes.at[0].message);
	plan_mistakes_fini(&mistakes);
	return plan;
}
