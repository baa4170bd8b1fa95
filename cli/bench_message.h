/*
 * bench_message -- the reports that measurements are made with: always the same
 * words, another percent each time.
 */
#ifndef TUIJIN_CLI_BENCH_MESSAGE_H
#define TUIJIN_CLI_BENCH_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/plan.h"
#include "core/report.h"

#define BENCH_SUMMARY    "本周完成专家评审，修改稿已送有关部门会签。"
#define BENCH_NEXT_STEPS "汇总意见，报领导小组审定。"

/* The report on a task number; in Redis a record of about 160 bytes. */
static inline struct report
bench_report(uint32_t task, int64_t at_ms, uint32_t percent)
{
	return (struct report){
	    .kind = REPORT_STATUS,
	    .task_known = true,
	    .task = task,
	    .at_ms = at_ms,
	    .state = REPORT_IN_PROGRESS,
	    .percent = percent,
	    .summary = {BENCH_SUMMARY, sizeof(BENCH_SUMMARY) - 1},
	    .next_steps = {BENCH_NEXT_STEPS, sizeof(BENCH_NEXT_STEPS) - 1},
	};
}

/* A message about one obligation, encoded once; seq and percent are then written
 * over. Zero is an empty one. */
struct bench_message {
	struct buf bytes;
	size_t     seq_at, percent_at; /* eight bytes each */
};

#define BENCH_SEQ_MIN (UINT64_C(1) << 32) /* below it a seq would be encoded shorter */

void bench_message_build(
    struct bench_message *m, const struct plan *p, uint32_t obligation, int64_t at_ms);
void bench_message_fini(struct bench_message *m);

/* The message with this seq and percent (basis points). Borrowed until the next call. */
struct text bench_message_fill(struct bench_message *m, uint64_t seq, uint32_t percent);

/* Finds the seq in a reply. Returns false where there is none, or a small one. */
bool bench_reply_seq(struct text reply, uint64_t *seq);

/* True if the reply can only be the ack of an accepted report. */
bool bench_reply_is_accepted(struct text reply);

#endif
