/*
 * embedded -- the files of dashboard/static, as they are in the program (tools/embed.sh).
 */
#ifndef TUIJIN_DASHBOARD_EMBEDDED_H
#define TUIJIN_DASHBOARD_EMBEDDED_H

#include <stdint.h>

struct embedded {
	const char          *name; /* "views/task.js" */
	const unsigned char *at;
	uint64_t             size;
};

extern const struct embedded EMBEDDED[]; /* by name */
extern const uint64_t        EMBEDDED_COUNT;

#endif
