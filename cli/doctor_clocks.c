#include "cli/doctor.h"

#include <stdlib.h>

#include "cli/doctor_trouble.h"
#include "common/translate.h"

#define APART_MS     2000  /* more than that is worth a word */
#define FAR_APART_MS 60000 /* days end late or early, reports are refused */
#define CLOCKS_MAX   (DOCTOR_CLOCKS_MAX + 1)

static int
by_time(const void *a, const void *b)
{
	int64_t x = ((const struct doctor_clock *)a)->ahead_ms;
	int64_t y = ((const struct doctor_clock *)b)->ahead_ms;

	return x < y ? -1 : x > y;
}

static bool
is_apart(const struct doctor_clock *c, int64_t from_ms, int64_t error_ms)
{
	return llabs(c->ahead_ms - from_ms) > APART_MS + c->error_ms + error_ms;
}

static void
note_apart(struct doctor *d, const struct doctor_clock *c, int64_t from_ms, bool odd)
{
	int64_t           ahead_ms = c->ahead_ms - from_ms;
	enum doctor_level level = llabs(ahead_ms) >= FAR_APART_MS ? DOCTOR_FAULT : DOCTOR_ADVICE;
	char              span[DOCTOR_SPAN_SIZE];
	const char       *what;

	if (odd)
		what = ahead_ms > 0 ? TEXT("the clock of %s is %s ahead of the others")
				    : TEXT("the clock of %s is %s behind the others");
	else
		what = ahead_ms > 0 ? TEXT("the clock of %s is %s ahead of this machine's")
				    : TEXT("the clock of %s is %s behind this machine's");
	doctor_find(&d->findings, level, "clock_apart", what, err_text(c->whose),
	    doctor_span(ahead_ms, span));
	doctor_mend(&d->findings,
	    "on its machine: 'timedatectl set-ntp true' (systemd-timesyncd or chrony keep the "
	    "time), "
	    "then 'timedatectl'; the services go by the right time at once. Days end, and reports "
	    "are in time, by these clocks");
}

/* Who is right is what most say; of two nobody knows. */
static size_t
note_all(struct doctor *d, const struct doctor_clock *clocks, size_t count)
{
	const struct doctor_clock *middle = &clocks[(count - 1) / 2];
	size_t                     apart = 0;

	for (size_t i = 0; i < count; i++) {
		if (!is_apart(&clocks[i], middle->ahead_ms, middle->error_ms))
			continue;
		note_apart(d, &clocks[i], middle->ahead_ms, true);
		apart++;
	}
	return apart;
}

void
doctor_clocks(struct doctor *d)
{
	struct doctor_clock all[CLOCKS_MAX] = {{.whose = TEXT("this machine")}};
	size_t              count = d->clock_count + 1, apart = 0;
	char                span[DOCTOR_SPAN_SIZE];

	for (size_t i = 1; i < count; i++)
		all[i] = d->clocks[i - 1];
	if (count == 1) {
		doctor_find(&d->findings, DOCTOR_SKIPPED, "no_clocks",
		    "not compared: nobody has told the time");
		doctor_mend(
		    &d->findings, "first mend what keeps Redis and the collector from answering");
		return;
	}
	if (count > 2) {
		qsort(all, count, sizeof(all[0]), by_time);
		apart = note_all(d, all, count);
	} else if (is_apart(&all[1], 0, 0)) {
		note_apart(d, &all[1], 0, false);
		apart = 1;
	}
	if (apart > 0)
		return;
	qsort(all, count, sizeof(all[0]), by_time);
	doctor_find(&d->findings, DOCTOR_FINE, "clocks_agree",
	    "%zu clocks, this machine's among them, agree to within %s", count,
	    doctor_span(all[count - 1].ahead_ms - all[0].ahead_ms, span));
}
