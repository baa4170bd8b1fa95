/*
 * report -- what an agency says about one task, and what the office rules on it.
 *
 * Plain values whose texts are borrowed from the message they came in. The wire
 * (core/wire_*.h) reads and writes them; nothing here knows a byte format.
 * Contract: docs/protocol.md, "Reports".
 *
 * A new field of a report goes into
 *   struct report below; a text also into enum report_text_field and report_texts[];
 *   report_check(), if a rule holds between it and others;
 *   wire_entry.c: a row of report_fields[] to read it, write_status() to write it;
 *   wire_record.c, at the end of a content: AT_*, status_count(), pack_status(),
 *     take_status();
 *   cli/input.c readers[], cli/report.c and README for a flag, and bytes_of() in
 *     cli/report_stream.c for a text;
 *   docs/protocol.md, docs/asyncapi.yaml;
 *   tests: report_equal.h, report_limits.h, and its cases in test_wire_message.c,
 *     test_wire_record.c, test_input.c, prop_wire.c, interop/client.py.
 */
#ifndef TUIJIN_CORE_REPORT_H
#define TUIJIN_CORE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/plan.h"
#include "core/text.h"

#define REPORT_VERSION        1
#define REPORT_MESSAGE_MAX    (1u << 20) /* bytes of one message */
#define REPORT_ENTRIES_MAX    500        /* reports and dispositions of one message */
#define REPORT_SEQ_MAX        ((UINT64_C(1) << 53) - 1) /* what a double still counts exactly */
#define REPORT_SUMMARY_MAX    2000                      /* bytes, like all text limits */
#define REPORT_PROBLEMS_MAX   1000
#define REPORT_NEXT_STEPS_MAX 1000
#define REPORT_REASON_MAX     500
#define REPORT_EVIDENCE_MAX   16
#define REPORT_TITLE_MAX      200
#define REPORT_URI_MAX        500
#define REPORT_PERCENT_MAX    10000  /* basis points: 100 % */
#define REPORT_FUTURE_MS      300000 /* how far ahead of our clock an `at` may be */
#define RECORD_KEY_CHARS      16     /* of a key's id */

enum report_kind {
	REPORT_STATUS,      /* action "report": the state of a task */
	REPORT_WITHDRAWAL,  /* action "withdraw": takes back what was last said */
	REPORT_DISPOSITION, /* the office's ruling */
	REPORT_KINDS
};

enum report_state {
	REPORT_UNREPORTED, /* nothing said, or withdrawn; never on the wire as input */
	REPORT_NOT_STARTED,
	REPORT_IN_PROGRESS,
	REPORT_BLOCKED,
	REPORT_COMPLETED,
	REPORT_STATES
};

enum report_disposition {
	REPORT_OPEN,
	REPORT_VERIFIED,
	REPORT_RETURNED,
	REPORT_SUSPENDED,
	REPORT_CANCELLED,
	REPORT_DISPOSITIONS
};

struct report_evidence {
	struct text title, uri;
};

/* Absent, nil and the empty value of an optional field are one and the same. */
struct report {
	enum report_kind        kind;
	bool                    task_known;  /* task holds what the entry said */
	uint32_t                task;        /* number, from 1 */
	int64_t                 at_ms;       /* the moment it describes, ms since 1970 UTC */
	enum report_state       state;       /* of a status */
	uint32_t                percent;     /* of a status, basis points */
	enum report_disposition disposition; /* of a disposition */
	bool                    help;
	struct text             summary, problems, next_steps; /* of a status */
	struct text             reason;                        /* of a disposition */
	uint32_t                evidence_count;
	struct report_evidence  evidence[REPORT_EVIDENCE_MAX];
};

/* A report as the ledger keeps it: with whose word it is and when it came. */
struct record {
	uint64_t      seq;
	int64_t       received_ms; /* the collector's clock */
	struct text   agency;      /* id; for a disposition the office's */
	struct report report;
	struct text   key; /* id of the key it was said with, in hex; empty: without keys */
};

/* Why something is refused: the protocol's codes, in the protocol's words. */
enum report_code {
	REPORT_FINE,
	REPORT_MALFORMED,
	REPORT_TOO_LARGE,
	REPORT_UNSUPPORTED_VERSION,
	REPORT_UNKNOWN_KIND,
	REPORT_UNKNOWN_PLAN,
	REPORT_UNKNOWN_AGENCY,
	REPORT_NOT_AUTHORIZED,
	REPORT_UNKNOWN_TASK,
	REPORT_NOT_RESPONSIBLE,
	REPORT_NOT_OFFICE,
	REPORT_DUPLICATE_TASK,
	REPORT_TOO_MANY_REPORTS,
	REPORT_BAD_FIELD,
	REPORT_UNAVAILABLE, /* this and the next: send it again later */
	REPORT_BUSY,
	REPORT_CODES
};

#define REPORT_REFUSAL_MAX 240

struct refusal {
	enum report_code code;
	char             message[REPORT_REFUSAL_MAX]; /* names field, value and limit */
};

/* What became of one report; the order is of no meaning. */
enum report_verdict {
	REPORT_ACCEPTED,
	REPORT_DUPLICATE,
	REPORT_SUPERSEDED,
	REPORT_CONFLICT,
	REPORT_REJECTED,
	REPORT_VERDICTS
};

/* The free texts of a report: name on the wire, where it is, how long it may be. */
enum report_text_field {
	REPORT_TEXT_SUMMARY,
	REPORT_TEXT_PROBLEMS,
	REPORT_TEXT_NEXT_STEPS,
	REPORT_TEXT_REASON,
	REPORT_TEXTS
};

struct report_text {
	const char *name;
	size_t      offset; /* of a struct text in struct report */
	size_t      bytes_max;
};

extern const struct report_text report_texts[REPORT_TEXTS];

/* Names as on the wire; the parsers return false for any other word. */
const char *report_state_name(enum report_state s);
const char *report_disposition_name(enum report_disposition d);
const char *report_code_name(enum report_code c);
const char *report_verdict_name(enum report_verdict v);
bool        report_state_parse(struct text t, enum report_state *s); /* never unreported */
bool        report_disposition_parse(struct text t, enum report_disposition *d);
bool        report_code_parse(struct text t, enum report_code *c);
bool        report_verdict_parse(struct text t, enum report_verdict *v);

/* True for the codes that mean "the same message may be sent again later". */
bool report_code_retry(enum report_code c);

/* A percent as basis points: 62.5 -> 6250. It counts when it is 0 .. 100 and within
 * 1e-6 of two decimals (docs/protocol.md, "Percent"). Returns false otherwise. The second
 * is for a float32, whose own steps are wider than that above 16: it also counts
 * when it is what two decimals become as float32. */
bool report_percent_parse(double percent, uint32_t *basis_points);
bool report_percent_parse_float(float percent, uint32_t *basis_points);

/* Checks *r by the rules that hold between its fields and against the plan's
 * calendar at now_ms. Returns 0, or -1 with *why. Shape and lengths are the
 * decoder's; who may say it is the caller's. */
int report_check(const struct report *r, const struct plan *p, int64_t now_ms, struct refusal *why);

/* Checks that the agency holds its obligation on the day of r's `at`; *r has passed
 * report_check(). What was said can be taken back on any day. */
int report_check_day(
    const struct report *r, const struct plan *p, uint32_t obligation, struct refusal *why);

/* Fills *why. */
void refusal_set(struct refusal *why, enum report_code code, const char *fmt, ...)
    __attribute__((cold, format(printf, 3, 4)));

#define refuse(why, code, ...) (refusal_set((why), (code), __VA_ARGS__), -1)

#endif
