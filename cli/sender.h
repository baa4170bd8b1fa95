/*
 * sender -- sends an agency's messages and prints what became of each entry.
 */
#ifndef TUIJIN_CLI_SENDER_H
#define TUIJIN_CLI_SENDER_H

#include <stdint.h>

#include "cli/command.h"
#include "cli/identity.h"
#include "common/client.h"
#include "core/report.h"
#include "core/wire_message.h"

struct sender {
	struct bus    *bus; /* owned, like the next three */
	struct client *client;
	struct buf     message;
	struct reply  *reply;

	const char        *plan, *agency; /* borrowed */
	int64_t            timeout_ms;
	uint64_t           seq;      /* of the last message */
	bool               by_clock; /* the next one's is the clock's, if that has gone on */
	bool               json;
	struct command_run run;
	uint64_t           verdicts[REPORT_VERDICTS]; /* so far */
};

/* Connects, with the keys that the settings name. The message numbers begin at first_seq,
 * or (0) with the microseconds since 1970. Returns 0, or -1 with *e; sender_close() it
 * either way. */
int  sender_open(struct sender *s, const char *endpoint, const struct identity_settings *keys,
     uint64_t first_seq, struct err *e);
void sender_close(struct sender *s);

/* Sends one message and prints a line for each entry: its line number in the
 * input (lines NULL: none), task and verdict. Returns 0 whatever the verdicts;
 * -1 with *e: ERR_AGAIN, nobody answered; ERR_INPUT, the whole message was refused. */
int sender_send(struct sender *s, const struct report *entries, uint32_t count, const size_t *lines,
    struct err *e);

/* The exit status by the verdicts so far: 65 if anything was not taken. */
int sender_status(const struct sender *s);

/* Checks that the flags name a plan and an agency. Errors: ERR_USAGE. */
int sender_check(const struct sender *s, const char *command, struct err *e);

#endif
