/*
 * service_http -- how the service is, over HTTP: its own part of service.h.
 */
#ifndef TUIJIN_COMMON_SERVICE_HTTP_H
#define TUIJIN_COMMON_SERVICE_HTTP_H

#include "common/service.h"

/* address: as --http says, "none" for nothing. Errors name the flag. */
int  service_http_open(struct service *s, const char *address, struct err *e);
void service_http_close(struct service *s);

/* Answers what has come. *wait_ms is brought forward to when it wants another turn. */
void service_http_turn(struct service *s, int64_t *wait_ms);

struct bus_wait service_http_wait(const struct service *s);
void            service_http_woke(struct service *s, short revents);

/* Why it cannot do its work now, "": it can. */
const char *service_unready(const struct service *s);

/* Writes the families that every service has, then those of its owner. */
void service_write_metrics(const struct service *s, struct metrics *m);

#endif
