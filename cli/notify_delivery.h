/*
 * notify_delivery -- one try to hand a notice to somebody, as a program (cli/notify_exec)
 * or an HTTP endpoint (cli/notify_post) gets it.
 */
#ifndef TUIJIN_CLI_NOTIFY_DELIVERY_H
#define TUIJIN_CLI_NOTIFY_DELIVERY_H

#include "core/text.h"

enum delivery {
	DELIVERY_RUNNING,
	DELIVERY_TAKEN,
	DELIVERY_FAILED,  /* to be tried again */
	DELIVERY_REFUSED, /* this very notice will never be taken */
};

/* All borrowed until the try has ended. */
struct notify_parcel {
	const char *id, *type, *subject;
	struct text body;
};

#endif
