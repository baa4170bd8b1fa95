/*
 * plan_file -- plans for tests: from text, or from a file of the tree. Tests run
 * in the root of the tree.
 */
#ifndef TUIJIN_TESTS_PLAN_FILE_H
#define TUIJIN_TESTS_PLAN_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/plan.h"
#include "core/plan_yaml.h"

#define PLAN_FILE "plans/ipr-2026.yaml"

/* The plan in yaml; ends the test if there is a mistake in it. */
static inline struct plan *
plan_from_text(const char *yaml, size_t len)
{
	struct plan_mistakes mistakes = {0};
	struct plan         *p = plan_yaml_parse(yaml, len, &mistakes);

	if (p == NULL) {
		fprintf(stderr, "%zu:%zu: %s\n%.*s\n", mistakes.at[0].line, mistakes.at[0].column,
		    mistakes.at[0].message, (int)len, yaml);
		abort();
	}
	plan_mistakes_fini(&mistakes);
	return p;
}

/* All bytes of a file. The caller has buf_fini() to call. */
static inline struct buf
plan_file_bytes(const char *path)
{
	FILE      *f = fopen(path, "rb");
	struct buf bytes = {0};

	if (f == NULL) {
		perror(path);
		abort();
	}
	buf_grow(&bytes, PLAN_YAML_MAX);
	bytes.len = fread(bytes.at, 1, PLAN_YAML_MAX, f);
	fclose(f);
	return bytes;
}

static inline struct plan *
plan_from_file(const char *path)
{
	struct buf   yaml = plan_file_bytes(path);
	struct plan *p = plan_from_text(yaml.at, yaml.len);

	buf_fini(&yaml);
	return p;
}

#endif
