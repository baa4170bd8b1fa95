/*
 * wire_checkpoint_layout -- where things stand in a checkpoint, for both directions; for
 * core/wire_checkpoint*.c alone.
 */
#ifndef TUIJIN_CORE_WIRE_CHECKPOINT_LAYOUT_H
#define TUIJIN_CORE_WIRE_CHECKPOINT_LAYOUT_H

#define CHECKPOINT_VERSION 3

/* In the whole, in a row of its tasks, and in one of its words. */
enum { AT_VERSION, AT_POSITION, AT_SINCE, AT_DAY, AT_TASKS, AT_WORDS, AT_ALERTS, CHECKPOINT_COUNT };
enum { TASK_NUMBER, TASK_POSITION, TASK_SEQ, TASK_AT, TASK_DISPOSITION, TASK_COUNT };
enum {
	WORD_TASK,
	WORD_AGENCY,
	WORD_SEQ,
	WORD_STATE, /* nil: withdrawn */
	WORD_PERCENT,
	WORD_AT,
	WORD_RECEIVED,
	WORD_FELL_FROM,
	WORD_HELP,
	WORD_RECEIPTS,
	WORD_COUNT
};

#endif
