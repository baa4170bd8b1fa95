/*
 * explain_json -- what `tuijin explain --json` prints: the page of cli/explain_view.h for
 * programs. Numbers that are summed are integers; beside each stands what is shown.
 */
#ifndef TUIJIN_CLI_EXPLAIN_JSON_H
#define TUIJIN_CLI_EXPLAIN_JSON_H

#include "cli/explain_view.h"
#include "common/json.h"

json_t *explain_json(const struct explain_view *v);

/* An addend of it (explain_json_addend.c). A task's newest periods; of another scope, the
 * last due and the current one, with what was missed or late (explain_json_periods.c). */
json_t *explain_json_addend(const struct explain_view *v, const struct explain_addend *a);
json_t *explain_json_periods(const struct explain_view *v);

/* {"basis_points": 6172, "percent": 61.72} */
json_t *explain_json_percent(int32_t basis_points);

#endif
