/*
 * plan_yaml_source -- the bytes of a plan file before YAML is read from them.
 *
 * libyaml stops at the first bad byte, counts exotic characters as line breaks
 * and is quadratic in directives. So all of these are found here, with their
 * places, and taken out, and what follows can still be read.
 */
#ifndef TUIJIN_CORE_PLAN_YAML_SOURCE_H
#define TUIJIN_CORE_PLAN_YAML_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/plan_yaml.h"
#include "core/text.h"

/* Appends to out what of source libyaml may see: without a byte order mark in
 * front, and with a "_" for each byte or character that is refused. */
void plan_source_clean(struct buf *out, struct text source, struct plan_mistakes *m);

/* True for a character that no plan may have, raw or through an escape: controls but
 * tab, newline and return; what YAML 1.1 alone takes for line breaks; what is no
 * character; what turns the direction of writing. */
bool plan_source_is_refused(uint32_t code);

#endif
