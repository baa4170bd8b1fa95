/*
 * notify_notice -- what a hook is told, and what its id says: an alert that was raised or
 * has ended, or the reminder of an agency for a day. Pure.
 *
 * The id of an alert is that of its event, "<position>:<as_of>:<topic>", of a reminder
 * "<plan>:<date>:<agency>".
 */
#ifndef TUIJIN_CLI_NOTIFY_NOTICE_H
#define TUIJIN_CLI_NOTIFY_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/alert.h"
#include "core/position.h"
#include "core/text.h"

#define NOTICE_ID_MAX       400       /* bytes */
#define NOTICE_BODY_MAX     (1 << 20) /* bytes */
#define NOTICE_SUBJECT_SIZE ALERT_TOPIC_SIZE

enum notice_kind { NOTICE_RAISED, NOTICE_ENDED, NOTICE_REMINDER };

/* Texts are borrowed from the id. */
struct notice_name {
	enum notice_kind kind;
	struct text      plan;
	struct text      key; /* the same of an alert and its end: "overdue/task/27/"; "cnipa" */
	struct position  position;
	int64_t          as_of_ms; /* of a reminder: its day, and position is zero */
};

/* Returns false for what is no such id. */
bool notice_parse(struct text id, struct notice_name *n);

/* Below, at or above zero as a is older than, as old as or newer than b, of one key. */
int notice_compare(const struct notice_name *a, const struct notice_name *b);

/* What its CloudEvents `type` and `subject` are. The latter returns out. */
const char *notice_type(enum notice_kind kind);
const char *notice_subject(const struct notice_name *n, char out[NOTICE_SUBJECT_SIZE]);

/* The id of an end that nobody told of, of an alert that was raised with this name. Returns out. */
const char *notice_end_id(const struct notice_name *raised, char out[NOTICE_ID_MAX + 1]);

/* True if a body can stand on a line of its own as it is: one JSON object in printable
 * UTF-8, without tabs and newlines, at most NOTICE_BODY_MAX bytes. */
bool notice_body_ok(struct text body);

#endif
