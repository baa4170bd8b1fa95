/*
 * trouble -- tells once that something does not go on, and once that it does again.
 *
 * What passes within TROUBLE_PATIENCE_MS is not told. For main loops, which call it
 * every turn with the reason of the moment.
 */
#ifndef TUIJIN_COMMON_TROUBLE_H
#define TUIJIN_COMMON_TROUBLE_H

#include <stdbool.h>
#include <stdint.h>

#define TROUBLE_PATIENCE_MS 500

/* Of one plan, or of whatever `what` names. Zero: there is none. */
struct trouble {
	int64_t  since_ms; /* 0: none */
	uint64_t told;     /* hash of the reason that was logged; 0: none was */
};

/* reason "" means that all is well. Logs event=trouble plan=… reason="…" and
 * event=recovered plan=…. */
void trouble_tell(struct trouble *t, const char *plan, const char *reason, int64_t mono_ms);

#endif
