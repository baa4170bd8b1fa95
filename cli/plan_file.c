#include "cli/plan_file.h"

#include <stdio.h>
#include <string.h>

#include "cli/input.h"

static bool
ends_in(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len > end_len && strcmp(s + len - end_len, end) == 0;
}

bool
plan_file_is_path(const char *operand)
{
	return strcmp(operand, "-") == 0 || strchr(operand, '/') != NULL ||
	    ends_in(operand, ".yaml") || ends_in(operand, ".yml");
}

void
plan_file_tell(const char *path, const struct plan_mistakes *m)
{
	for (size_t i = 0; i < m->kept; i++)
		fprintf(stderr, "%s:%zu:%zu: %s\n", path, m->at[i].line, m->at[i].column,
		    m->at[i].message);
	if (m->kept < m->count)
		fprintf(stderr, "%s: and %zu more\n", path, m->count - m->kept);
}

struct plan *
plan_file_parse(const char *path, struct buf *yaml, struct plan_mistakes *m, struct err *e)
{
	struct plan *p;

	buf_reset(yaml);
	if (input_file(path, PLAN_YAML_MAX, yaml, e) != 0)
		return NULL;
	p = plan_yaml_parse(yaml->at, yaml->len, m);
	if (p == NULL)
		err_set(
		    e, ERR_INPUT, "%s: %zu mistake%s", path, m->count, m->count == 1 ? "" : "s");
	return p;
}

struct plan *
plan_file_read(const char *path, struct buf *yaml, struct err *e)
{
	struct plan_mistakes mistakes = {0};
	struct plan         *p = plan_file_parse(path, yaml, &mistakes, e);

	if (p == NULL)
		plan_file_tell(path, &mistakes);
	plan_mistakes_fini(&mistakes);
	return p;
}

struct plan_figures
plan_figures_of(const struct plan *p)
{
	struct plan_figures f = {
	    .chapters = p->chapter_count,
	    .sections = p->section_count,
	    .tasks = p->task_count,
	    .agencies = p->agency_count,
	    .obligations = p->obligation_count,
	};

	for (uint32_t i = 0; i < p->task_count; i++)
		f.named_pairs += p->tasks[i].named_count;
	return f;
}
