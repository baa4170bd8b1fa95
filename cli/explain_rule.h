/*
 * explain_rule -- the rule that lit a light, in words and with the numbers it saw:
 * "gap -31.20 < -30", "2 of 9 tasks red ≥ 20 %: 12, 17".
 */
#ifndef TUIJIN_CLI_EXPLAIN_RULE_H
#define TUIJIN_CLI_EXPLAIN_RULE_H

#include "cli/language.h"
#include "core/buf.h"
#include "core/explain.h"

/* Appends the rule behind the light of x, which is of r today; no newline. */
void explain_rule(
    const struct rollup *r, const struct explanation *x, enum language l, struct buf *out);

/* What a person knows an agency by: in English its id, as names are long there. */
const char *explain_agency(const struct plan *p, uint32_t agency, enum language l);

#endif
