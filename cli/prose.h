/*
 * prose -- free text from outside below a line: indented, behind a label, safe for a
 * terminal, wrapped to its width.
 *
 *     Summary     The trial runs in eight provinces; what was
 *                 learned is being written down.
 */
#ifndef TUIJIN_CLI_PROSE_H
#define TUIJIN_CLI_PROSE_H

#include "cli/screen.h"
#include "core/buf.h"
#include "core/text.h"

#define PROSE_INDENT 4
#define PROSE_LABEL  12 /* columns; labels are shorter */

/* Appends t, which has no line breaks, and a newline. On a screen it is broken to fit; t
 * begins `indent` columns from the left, and so do the lines behind the first. */
void prose_wrap(struct buf *out, struct screen scr, int indent, struct text t);

/* Appends t with its own line breaks; an empty or absent one is nothing. */
void prose_add(struct buf *out, struct screen scr, const char *label, struct text t);

#endif
