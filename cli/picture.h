/*
 * picture -- a plan as it stood: its ledger folded up to a moment, with each agency's
 * newest words as they were said and where the ledger has them.
 *
 * Two clocks: `as_of` asks what is known of a moment (by the reports' own `at`),
 * `known_at` what was known at a moment (by when the store took it); both together,
 * what was known then of an earlier moment. Without either: all of it, today.
 *
 * A time is one of the offset of the plan in force now: what a plan's offset was then is
 * known only when its ledger has been read up to it.
 */
#ifndef TUIJIN_CLI_PICTURE_H
#define TUIJIN_CLI_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/moment.h"
#include "common/store.h"
#include "core/err.h"
#include "core/fold.h"
#include "core/report.h"

struct picture_request {
	const char   *plan; /* id; NULL or "": the only loaded one */
	struct moment as_of, known_at;
	const char   *today; /* YYYY-MM-DD to evaluate for; NULL: the day asked for, or now */
};

/* What an agency last said on a task, or the office ruled: as the ledger has it. */
struct picture_word {
	struct position position;
	struct record   record; /* its texts live as long as the picture */
};

struct picture;

/* Folds it, with progress on standard error (cli/scan.h). NULL with *e: ERR_USAGE,
 * ERR_INPUT (nothing was known then, the ledger is broken), ERR_AGAIN. */
struct picture *picture_take(
    struct store *store, const struct picture_request *request, struct err *e);
void picture_free(struct picture *p); /* NULL is fine */

struct fold       *picture_fold(const struct picture *p);
struct rollup     *picture_rollup(const struct picture *p);
const struct plan *picture_plan(const struct picture *p);
int64_t            picture_now_ms(const struct picture *p);     /* the moment it is of */
int                picture_offset_min(const struct picture *p); /* of the request's times */

/* True if the moment or day asked for has not begun: the picture then is what would be, if
 * nothing more were said. */
bool picture_is_ahead(const struct picture *p);

/* The last revision up to the picture's moment that had a task of that number which its
 * plan has not, and the day on which it was replaced. Returns false if none had. */
bool picture_lost_task(
    const struct picture *p, uint32_t number, uint32_t *revision, int32_t *until);

/* The newest word on an obligation (a withdrawal too), or ruling on a task; NULL:
 * nothing was ever said. */
const struct picture_word *picture_word(const struct picture *p, uint32_t obligation);
const struct picture_word *picture_ruling(const struct picture *p, uint32_t task);

/* The rows that flags of commands need: settings have as_of, known_at, today. */
#define PICTURE_FLAGS(type)                                                                        \
	{"as-of", "TIME", OPTION_TEXT, offsetof(type, as_of), NULL, 0, 0,                          \
	    "what is known of that moment, by the reports' at: DATE or DATETHH:MM, to the end of " \
	    "that day or to the end of that minute"},                                              \
	    {"known-at", "TIME", OPTION_TEXT, offsetof(type, known_at), NULL, 0, 0,                \
		"what was known at that moment: DATE, DATETHH:MM (likewise) or a ledger "          \
		"position"},                                                                       \
	{                                                                                          \
		"today", "YYYY-MM-DD", OPTION_TEXT, offsetof(type, today), NULL, 0, 0,             \
		    "evaluate for this day (default: the moment's, or now)"                        \
	}

/* Fills a request from such flags. Errors: ERR_USAGE. */
int picture_request_read(const char *plan, const char *as_of, const char *known_at,
    const char *today, struct picture_request *request, struct err *e);

#endif
