/*
 * checkpoint_bytes -- a small plan, a checkpoint of it as hex from another MessagePack
 * library, and the records that lead to it.
 */
#ifndef TUIJIN_TESTS_CHECKPOINT_BYTES_H
#define TUIJIN_TESTS_CHECKPOINT_BYTES_H

#include "core/wire_checkpoint.h"
#include "tests/cases.h"

#define TEXT(s) ((struct text){(s), sizeof(s) - 1})

#define CHECKPOINT_TODAY 20543                  /* 2026-03-31 */
#define CHECKPOINT_AT    INT64_C(1774800000000) /* on the day before */

static const char checkpoint_plan[] =
    "format: 1\nid: small\nrevision: 1\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: a\nagencies:\n"
    "  - {id: a, zh: a}\n  - {id: b, zh: b}\n  - {id: c, zh: c}\nchapters:\n"
    "  - number: 1\n    zh: one\n    tasks:\n"
    "      - {number: 1, zh: t, duty: shared, agencies: [a, b, c]}\n"
    "      - {number: 2, zh: t, weight: 3, agencies: [b]}\n";

/* Task 1 is at 3.33, and a, who once said 20, now says 10 and asks for help; b has taken
 * back what it said; task 2 is cancelled. */
#define CHECKPOINT_HEAD  "9703 a3352d31 a3322d30 cd503f"
#define CHECKPOINT_TASKS "9501a3342d300000a46f70656e 9502a3352d31070da963616e63656c6c6564"
#define CHECKPOINT_WORDS                                                                           \
	"9a01a16105ab696e5f70726f6772657373cd03e8cf0000019d3a52d400cf0000019d3a52d401cd07d0c392"   \
	"cd5efacf0000019d3a52d401 9a01a16206c0000e0f00c290"
#define CHECKPOINT_ALERTS                                                                          \
	"de0012a4706c616ea5736d616c6ca87265766973696f6e01a8706f736974696f6ea3342d30a561735f6f66cf" \
	"0000019d3f793000a477686174a468656c70a573636f7065a47461736ba36b6579a131a87374616e64696e67" \
	"c3a573696e6365cf0000019d3a52d402a5656e646564c0a770657263656e74cb400aa3d70a3d70a4a8657870" \
	"6563746564cb4038a66666666666a3676170cbc03551eb851eb852a56c69676874a679656c6c6f77a6726561" \
	"736f6ea6626568696e64ac6f7665726475655f6461797300a6706572696f64c0a86167656e6369657391a161" \
	"de0012a4706c616ea5736d616c6ca87265766973696f6e01a8706f736974696f6ea3342d30a561735f6f66cf" \
	"0000019d3f793000a477686174a9726567726573736564a573636f7065a47461736ba36b6579a131a8737461" \
	"6e64696e67c3a573696e6365cf0000019d3a52d402a5656e646564c0a770657263656e74cb400aa3d70a3d70" \
	"a4a86578706563746564cb4038a66666666666a3676170cbc03551eb851eb852a56c69676874a679656c6c6f" \
	"77a6726561736f6ea6626568696e64ac6f7665726475655f6461797300a6706572696f64c0a86167656e6369" \
	"657391a161"

static const char checkpoint_good[] =
    CHECKPOINT_HEAD "92" CHECKPOINT_TASKS "92" CHECKPOINT_WORDS "92" CHECKPOINT_ALERTS;

#endif
