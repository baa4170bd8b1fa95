/*
 * verify_findings -- what `tuijin verify` found, and what would put it right; for
 * cli/verify*.c.
 *
 * A difference is something that is not what the ledger gives. A warning is something
 * in the ledger that no collector of ours writes, but that changes no number.
 */
#ifndef TUIJIN_CLI_VERIFY_FINDINGS_H
#define TUIJIN_CLI_VERIFY_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/ledger.h"
#include "core/text.h"

enum finding_kind {
	FINDING_LEDGER,
	FINDING_SEAL,
	FINDING_PLAN,
	FINDING_LATEST,
	FINDING_CHECKPOINT,
	FINDING_SUMMARY,
	FINDING_TREND,
	FINDING_KINDS
};

#define FINDINGS_KEPT_MAX 100  /* of one kind; more are only counted */
#define FINDING_TEXT_SIZE 1024 /* of a message, with the NUL */

struct finding {
	enum finding_kind kind;
	bool              warning;
	char             *key, *message; /* owned; printable */
};

/* One field of a hash in Redis that is to be another. A text without bytes (at NULL):
 * no such field. */
struct fix {
	enum ledger_key key;
	char           *field; /* owned, field_len bytes */
	size_t          field_len;
	struct text     was, now; /* owned */
};

/* Zero is none. */
struct findings {
	struct finding *at; /* owned */
	size_t          count, room;
	size_t          differences[FINDING_KINDS], warnings[FINDING_KINDS]; /* all of them */
	bool            is_to_fix; /* without, nothing that puts them right is noted */
	struct fix     *fixes;     /* owned */
	size_t          fix_count, fix_room;
};

void findings_fini(struct findings *f);

/* Notes one about `key`, which is escaped; what the message quotes has to be already. */
void findings_differ(struct findings *f, enum finding_kind kind, struct text key, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
void findings_warn(struct findings *f, enum finding_kind kind, struct text key, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));

/* Notes what puts a difference right. The texts are copied. */
void findings_fix(
    struct findings *f, enum ledger_key key, struct text field, struct text was, struct text now);

size_t findings_differences(const struct findings *f);
size_t findings_warnings(const struct findings *f);

/* "ledger", "plan", "latest", ... */
const char *finding_kind_name(enum finding_kind kind);

#endif
