/*
 * store_reply -- for the link: an answer made plainer. What owners do with answers is in
 * store.h.
 */
#ifndef TUIJIN_COMMON_STORE_REPLY_H
#define TUIJIN_COMMON_STORE_REPLY_H

#include "common/store.h"

/* If r says that the user lacks a right, it is made to say what for: "NOPERM HSET
 * tuijin:{p}:plan: this user has no permissions ...". Other answers stay as they are. */
void store_reply_explain(struct store_reply *r, const char *what);

#endif
