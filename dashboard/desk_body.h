/*
 * desk_body -- a document that many ask for at the same time: in memory once, for as long
 * as somebody is still being sent it.
 */
#ifndef TUIJIN_DASHBOARD_DESK_BODY_H
#define TUIJIN_DASHBOARD_DESK_BODY_H

#include "common/http.h"
#include "core/buf.h"

struct body;

/* An empty one, to be written into before it is sent; and its owner's end. */
struct body *body_new(void);
void         body_drop(struct body *b); /* NULL is fine */
struct buf  *body_buf(struct body *b);

/* Gives back the room behind its content, of one that nothing is added to any more. */
void body_trim(struct body *b);

/* Answers the request with it. */
void body_send(
    struct body *b, struct http_exchange *x, const struct http_header *headers, size_t count);

#endif
