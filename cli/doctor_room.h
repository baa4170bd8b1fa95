/*
 * doctor_room -- the parts of the check of room; for cli/doctor_room*.c, others that
 * read what Redis says of itself, and its test.
 */
#ifndef TUIJIN_CLI_DOCTOR_ROOM_H
#define TUIJIN_CLI_DOCTOR_ROOM_H

#include "cli/doctor.h"
#include "core/text.h"

/* The value behind "name" and `parting` in the line of an answer that begins so: ':' in
 * those to INFO, ' ' in metrics. {NULL, 0}: no such line. Borrowed. */
struct text doctor_room_value(struct text answer, const char *name, char parting);

/* The same as a whole number of bytes, cut off at its point; false: it is none. */
bool doctor_room_number(struct text answer, const char *name, char parting, uint64_t *number);

/* "3.4 GiB". Returns out. */
#define DOCTOR_SIZE_SIZE 32
const char *doctor_room_size(uint64_t bytes, char out[DOCTOR_SIZE_SIZE]);

/* Notes how full the disk of Redis is. server, persistence: what it says of itself. */
void doctor_room_disk(struct doctor *d, struct text server, struct text persistence);

/* True if Redis is connected to without leaving this machine. */
bool doctor_room_is_near(const struct doctor *d);

#endif
