/*
 * plan_diff_figures -- the figures of a scope that `tuijin plan diff` compares, by what a
 * person is shown of each; for cli/plan_diff*.c alone.
 */
#ifndef TUIJIN_CLI_PLAN_DIFF_FIGURES_H
#define TUIJIN_CLI_PLAN_DIFF_FIGURES_H

#include <stdbool.h>

#include "cli/language.h"
#include "core/buf.h"
#include "core/summary.h"

struct diff_figure {
	struct phrase name;
	bool          of_agencies; /* only */
	void (*print)(struct buf *out, enum language l, const struct summary *s);
	const struct summary_period *(*period)(const struct summary *s); /* NULL: of none */
};

#define DIFF_FIGURES 9
extern const struct diff_figure diff_figures[DIFF_FIGURES];

#endif
