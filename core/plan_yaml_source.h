/*
 * plan_yaml_source -- the bytes of a plan file before YAML is read from them.
 *
 * libyaml stops at the first bad byte, counts exotic characters as line breaks
 * and is quadratic in directives. So all of these are found here, with their
 * places, and taken out, and what follows can still be read.
 */
#ifndef TUIJIN_CORE_PLAN_YAML_SOURCE_H
#define TUIJIN_CORE_PLAN_YAML_SOURCE_H

#include "core/buf.h"
#include "core/plan_yaml.h"
#include "core/text.h"

/* Appends to out what of source libyaml may see: without a byte order mark in
 * front, and with a "_" for each byte or character that is refused. */
void plan_source_clean(struct buf *out, struct text source, struct plan_mistakes *m);

#endif
