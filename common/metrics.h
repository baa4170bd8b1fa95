/*
 * metrics -- numbers in the text format that Prometheus reads, and histograms to count
 * into (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).
 *
 * Nothing is registered: a module keeps plain counters, and at each scrape its owner
 * writes them down, family by family. Pure; a struct metrics is an open page.
 *
 *   metrics_family(m, "tuijin_reports_total", METRIC_COUNTER, "Reports by result.");
 *   metrics_label(m, "result", text_of("accepted"));
 *   metrics_count(m, n);
 */
#ifndef TUIJIN_COMMON_METRICS_H
#define TUIJIN_COMMON_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/text.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM, METRIC_TYPES };

struct metrics {
	struct buf *out; /* borrowed: what was written so far */
	const char *name;
	struct buf  labels; /* owned; of the next sample */
};

/* A page that is written to out, and its end. */
void metrics_init(struct metrics *m, struct buf *out);
void metrics_fini(struct metrics *m);

/* Begins a family; its samples follow. name is borrowed until the next; help is one line
 * of ASCII. */
void metrics_family(struct metrics *m, const char *name, enum metric_type type, const char *help);

/* A label of the next sample. The value may be any bytes: what is not valid UTF-8 is
 * escaped, and it is cut at 200 bytes. */
void metrics_label(struct metrics *m, const char *name, struct text value);

/* A sample, with the labels given since the last one. */
void metrics_count(struct metrics *m, uint64_t n);
void metrics_value(struct metrics *m, double value);
void metrics_seconds(struct metrics *m, int64_t ms); /* milliseconds as seconds */

#define HISTOGRAM_BUCKETS_MAX 20

/* Bounds of buckets, rising, in the unit of what is observed; shared by all histograms of
 * a kind. scale turns that unit into the one that is shown: 1e-6 for microseconds. */
struct histogram_scale {
	size_t  count;
	double  scale;
	int64_t bounds[HISTOGRAM_BUCKETS_MAX];
};

/* Microseconds, 100 us to 10 s, shown in seconds; and numbers, 1 to 16384 by powers. */
extern const struct histogram_scale HISTOGRAM_LATENCY, HISTOGRAM_SIZE;

/* Zeroed: nothing was observed. */
struct metric_histogram {
	uint64_t buckets[HISTOGRAM_BUCKETS_MAX + 1]; /* the last: above all bounds */
	uint64_t sum;                                /* in the unit that is observed */
};

/* Counts `times` observations of one value; below 0 counts as 0. */
void histogram_observe_many(
    struct metric_histogram *h, const struct histogram_scale *scale, int64_t value, uint64_t times);

/* Writes it as a sample of a histogram family, with the labels given: each bucket, sum
 * and count. */
void metrics_histogram(
    struct metrics *m, const struct metric_histogram *h, const struct histogram_scale *scale);

#endif
