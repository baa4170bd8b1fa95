#include "common/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LABEL_BYTES_MAX 200

static const char *const type_names[METRIC_TYPES] = {
    [METRIC_COUNTER] = "counter",
    [METRIC_GAUGE] = "gauge",
    [METRIC_HISTOGRAM] = "histogram",
};

const struct histogram_scale HISTOGRAM_LATENCY = {
    .count = 16,
    .scale = 1e-6,
    .bounds = {100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000,
	1000000, 2500000, 5000000, 10000000},
};

const struct histogram_scale HISTOGRAM_SIZE = {
    .count = 15,
    .scale = 1,
    .bounds = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384},
};

void
metrics_init(struct metrics *m, struct buf *out)
{
	*m = (struct metrics){.out = out};
}

void
metrics_fini(struct metrics *m)
{
	buf_fini(&m->labels);
}

void
metrics_family(struct metrics *m, const char *name, enum metric_type type, const char *help)
{
	m->name = name;
	buf_reset(&m->labels);
	buf_addf(m->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type_names[type]);
}

/* A control character would end the line, or the page; one that is shown as \xHH has its
 * backslash doubled, as the format wants it. */
static void
add_character(struct buf *b, const char *at, size_t len)
{
	if (len == 0 || (unsigned char)at[0] < 0x20 || at[0] == 0x7f)
		buf_addf(b, "\\\\x%02x", (unsigned char)at[0]);
	else if (at[0] == '"' || at[0] == '\\')
		buf_addf(b, "\\%c", at[0]);
	else
		buf_add(b, at, len);
}

void
metrics_label(struct metrics *m, const char *name, struct text value)
{
	size_t   end = value.len < LABEL_BYTES_MAX ? value.len : LABEL_BYTES_MAX;
	size_t   len;
	uint32_t code;

	buf_addf(&m->labels, "%s%s=\"", m->labels.len > 0 ? "," : "", name);
	for (size_t i = 0; i<end; i += len> 0 ? len : 1) {
		len = text_decode((struct text){value.at + i, value.len - i}, &code);
		if (i + len > end)
			break;
		add_character(&m->labels, value.at + i, len);
	}
	buf_add(&m->labels, "\"", 1);
}

/* Everything of a sample but its value. le: the bound of a bucket, or "". */
static void
add_name(struct metrics *m, const char *suffix, const char *le)
{
	bool has_labels = m->labels.len > 0, has_le = le[0] != '\0';

	buf_addf(m->out, "%s%s", m->name, suffix);
	if (has_labels || has_le)
		buf_add(m->out, "{", 1);
	buf_add(m->out, m->labels.at, m->labels.len);
	if (has_le)
		buf_addf(m->out, "%sle=\"%s\"", has_labels ? "," : "", le);
	if (has_labels || has_le)
		buf_add(m->out, "}", 1);
	buf_add(m->out, " ", 1);
}

/* The shortest of the three that reads back as the same number. */
static void
add_real(struct buf *out, double value)
{
	char shown[32];

	if (isnan(value) || isinf(value)) {
		buf_addf(out, "%s\n", isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(shown, sizeof(shown), "%.*g", digits, value);
		if (strtod(shown, NULL) == value)
			break;
	}
	buf_addf(out, "%s\n", shown);
}

void
metrics_count(struct metrics *m, uint64_t n)
{
	add_name(m, "", "");
	buf_addf(m->out, "%" PRIu64 "\n", n);
	buf_reset(&m->labels);
}

void
metrics_value(struct metrics *m, double value)
{
	add_name(m, "", "");
	add_real(m->out, value);
	buf_reset(&m->labels);
}

void
metrics_seconds(struct metrics *m, int64_t ms)
{
	metrics_value(m, (double)ms / 1000);
}

void
histogram_observe_many(
    struct metric_histogram *h, const struct histogram_scale *scale, int64_t value, uint64_t times)
{
	size_t i = 0;

	if (value < 0)
		value = 0;
	while (i < scale->count && value > scale->bounds[i])
		i++;
	h->buckets[i] += times;
	h->sum += (uint64_t)value * times;
}

void
metrics_histogram(
    struct metrics *m, const struct metric_histogram *h, const struct histogram_scale *scale)
{
	uint64_t below = 0;
	char     le[32];

	for (size_t i = 0; i < scale->count; i++) {
		below += h->buckets[i];
		snprintf(le, sizeof(le), "%.9g", (double)scale->bounds[i] * scale->scale);
		add_name(m, "_bucket", le);
		buf_addf(m->out, "%" PRIu64 "\n", below);
	}
	below += h->buckets[scale->count];
	add_name(m, "_bucket", "+Inf");
	buf_addf(m->out, "%" PRIu64 "\n", below);
	add_name(m, "_sum", "");
	add_real(m->out, (double)h->sum * scale->scale);
	add_name(m, "_count", "");
	buf_addf(m->out, "%" PRIu64 "\n", below);
	buf_reset(&m->labels);
}
