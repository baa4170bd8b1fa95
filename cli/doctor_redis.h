/*
 * doctor_redis -- the parts of the check of Redis; for cli/doctor_redis*.c.
 */
#ifndef TUIJIN_CLI_DOCTOR_REDIS_H
#define TUIJIN_CLI_DOCTOR_REDIS_H

#include "cli/doctor.h"
#include "common/store_url.h"

#define DOCTOR_SETTING_SIZE 1024

/* Waits until the link stands, or one try has failed, or timeout_ms is over. Returns
 * whether it stands. */
bool doctor_redis_reach(struct store *s, int64_t timeout_ms);

/* The value of a setting of Redis, cut and fit to be shown; "" if there is none of that
 * name. Returns 0, or -1 with *e. */
int doctor_redis_setting(
    struct doctor *d, const char *name, char out[DOCTOR_SETTING_SIZE], struct err *e);

/* Notes whether Redis takes what is written to it. */
void doctor_redis_role(struct doctor *d);

/* Notes whether Redis, which u names, lets in who has no password. */
void doctor_redis_access(struct doctor *d, const struct store_url *u);

#endif
