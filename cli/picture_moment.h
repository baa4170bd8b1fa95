/*
 * picture_moment -- which moment a picture is of, for people and as JSON.
 */
#ifndef TUIJIN_CLI_PICTURE_MOMENT_H
#define TUIJIN_CLI_PICTURE_MOMENT_H

#include "common/json.h"
#include "cli/language.h"
#include "cli/picture.h"
#include "core/buf.h"

/* Appends "what was known at 2026-07-10 23:59:59 of 2026-06-30 23:59:59", a line; nothing
 * for a picture of all that is known now. A line more if it is of the future. */
void picture_moment_say(
    const struct picture *p, const struct picture_request *q, enum language l, struct buf *out);

/* {"as_of": ms or null, "known_at": ms or null, "today": "2026-06-30", "projection": false} */
json_t *picture_moment_json(const struct picture *p, const struct picture_request *q);

#endif
