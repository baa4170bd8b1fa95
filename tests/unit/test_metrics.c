/* The text format of common/metrics.h, and its histograms. */
#include "tests/cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/metrics.h"

static struct page {
	struct buf     out;
	struct metrics m;
} page;

static int
open_page(void **state)
{
	(void)state;
	page.out = (struct buf){0};
	metrics_init(&page.m, &page.out);
	return 0;
}

static int
close_page(void **state)
{
	(void)state;
	metrics_fini(&page.m);
	buf_fini(&page.out);
	return 0;
}

static void
check_page(const char *want)
{
	buf_add(&page.out, "", 1);
	assert_string_equal(page.out.at, want);
}

static void
families_have_a_head_and_samples(void **state)
{
	(void)state;
	metrics_family(&page.m, "one_total", METRIC_COUNTER, "Ones, by kind.");
	metrics_label(&page.m, "kind", text_of("a"));
	metrics_label(&page.m, "plan", text_of("p-1"));
	metrics_count(&page.m, 7);
	metrics_label(&page.m, "kind", text_of("b"));
	metrics_count(&page.m, UINT64_MAX);
	metrics_family(&page.m, "two", METRIC_GAUGE, "Twos.");
	metrics_value(&page.m, -0.5);
	metrics_family(&page.m, "three_seconds", METRIC_GAUGE, "Threes.");
	metrics_seconds(&page.m, 1795372135360);
	metrics_seconds(&page.m, -1);
	check_page("# HELP one_total Ones, by kind.\n"
		   "# TYPE one_total counter\n"
		   "one_total{kind=\"a\",plan=\"p-1\"} 7\n"
		   "one_total{kind=\"b\"} 18446744073709551615\n"
		   "# HELP two Twos.\n"
		   "# TYPE two gauge\n"
		   "two -0.5\n"
		   "# HELP three_seconds Threes.\n"
		   "# TYPE three_seconds gauge\n"
		   "three_seconds 1795372135.36\n"
		   "three_seconds -0.001\n");
}

/* A family that is given up with a label takes it with it. */
static void
labels_do_not_outlive_their_family(void **state)
{
	(void)state;
	metrics_family(&page.m, "one", METRIC_GAUGE, "Ones.");
	metrics_label(&page.m, "kind", text_of("a"));
	metrics_family(&page.m, "two", METRIC_GAUGE, "Twos.");
	metrics_count(&page.m, 1);
	check_page(
	    "# HELP one Ones.\n# TYPE one gauge\n# HELP two Twos.\n# TYPE two gauge\ntwo 1\n");
}

/* clang-format off */
#define TEN(s)    s s s s s s s s s s
#define RAW(s)    {s, sizeof(s) - 1}
#define A_HUNDRED TEN("0123456789")
#define A_197     A_HUNDRED TEN("012345678") "0123456"

static const struct {
	struct text value;
	const char *shown;
} labels[] = {
	{RAW(""), ""},
	{RAW("plain text, {braces}"), "plain text, {braces}"},
	{RAW("\xe4\xb8\xad\xf0\x9f\x98\x80"), "\xe4\xb8\xad\xf0\x9f\x98\x80"},
	{RAW("a\"b"), "a\\\"b"},
	{RAW("a\\b"), "a\\\\b"},
	{RAW("a\nb\0c\x7f"), "a\\\\x0ab\\\\x00c\\\\x7f"},
	{RAW("\xff\xe4\xb8x"), "\\\\xff\\\\xe4\\\\xb8x"},
	{RAW(A_HUNDRED A_HUNDRED), A_HUNDRED A_HUNDRED},
	{RAW(A_HUNDRED A_HUNDRED "x"), A_HUNDRED A_HUNDRED},
	{RAW(A_197 "\xe4\xb8\xad"), A_197 "\xe4\xb8\xad"},
	{RAW(A_197 "x\xe4\xb8\xad"), A_197 "x"},
	{RAW(A_197 "x\xe4\xb8"), A_197 "x\\\\xe4\\\\xb8"},
	{RAW(A_HUNDRED A_HUNDRED "\xe4\xb8\xad"), A_HUNDRED A_HUNDRED},
};
/* clang-format on */

static void
label_values_may_be_any_bytes(void **state)
{
	char want[600];

	(void)state;
	for (size_t i = 0; i < COUNT(labels); i++) {
		buf_reset(&page.out);
		page.m.name = "x";
		metrics_label(&page.m, "l", labels[i].value);
		metrics_count(&page.m, 1);
		snprintf(want, sizeof(want), "x{l=\"%s\"} 1\n", labels[i].shown);
		check_page(want);
	}
}

static void
check_value(double value, const char *want)
{
	buf_reset(&page.out);
	page.m.name = "x";
	metrics_value(&page.m, value);
	buf_add(&page.out, "", 1);
	assert_memory_equal(page.out.at, "x ", 2);
	if (want != NULL)
		assert_string_equal(page.out.at + 2, want);
	if (!isnan(value))
		assert_true(strtod(page.out.at + 2, NULL) == value);
}

static void
values_read_back_exactly(void **state)
{
	uint64_t bits = 88172645463325252;
	double   value;

	(void)state;
	check_value(0, "0\n");
	check_value(0.1, "0.1\n");
	check_value(62.5, "62.5\n");
	check_value(1e300, "1e+300\n");
	check_value(1795372135.123, "1795372135.123\n");
	check_value(0.1 + 0.2, "0.30000000000000004\n");
	check_value((double)NAN, "NaN\n");
	check_value((double)INFINITY, "+Inf\n");
	check_value(-(double)INFINITY, "-Inf\n");
	for (int i = 0; i < 10000; i++) {
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		memcpy(&value, &bits, sizeof(value));
		check_value(value, NULL);
	}
}

static const struct histogram_scale milli = {.count = 3, .scale = 1e-3, .bounds = {1, 25, 1000}};

static void
histograms_are_cumulative(void **state)
{
	struct metric_histogram h = {0};

	(void)state;
	histogram_observe_many(&h, &milli, -5, 1); /* as 0 */
	histogram_observe_many(&h, &milli, 1, 2);  /* on the bound: within */
	histogram_observe_many(&h, &milli, 2, 3);
	histogram_observe_many(&h, &milli, 1000, 4);
	histogram_observe_many(&h, &milli, 1001, 5);
	histogram_observe_many(&h, &milli, INT64_MAX, 0);
	metrics_family(&page.m, "took_seconds", METRIC_HISTOGRAM, "How long it took.");
	metrics_label(&page.m, "plan", text_of("p"));
	metrics_histogram(&page.m, &h, &milli);
	metrics_histogram(&page.m, &(struct metric_histogram){0}, &milli);
	check_page("# HELP took_seconds How long it took.\n"
		   "# TYPE took_seconds histogram\n"
		   "took_seconds_bucket{plan=\"p\",le=\"0.001\"} 3\n"
		   "took_seconds_bucket{plan=\"p\",le=\"0.025\"} 6\n"
		   "took_seconds_bucket{plan=\"p\",le=\"1\"} 10\n"
		   "took_seconds_bucket{plan=\"p\",le=\"+Inf\"} 15\n"
		   "took_seconds_sum{plan=\"p\"} 9.013\n"
		   "took_seconds_count{plan=\"p\"} 15\n"
		   "took_seconds_bucket{le=\"0.001\"} 0\n"
		   "took_seconds_bucket{le=\"0.025\"} 0\n"
		   "took_seconds_bucket{le=\"1\"} 0\n"
		   "took_seconds_bucket{le=\"+Inf\"} 0\n"
		   "took_seconds_sum 0\n"
		   "took_seconds_count 0\n");
}

static void
check_scale(const struct histogram_scale *s, const char *first, const char *last)
{
	struct metric_histogram h = {0};
	char                    want[64];

	assert_in_range(s->count, 1, HISTOGRAM_BUCKETS_MAX);
	for (size_t i = 1; i < s->count; i++)
		assert_true(s->bounds[i] > s->bounds[i - 1]);
	for (size_t i = 0; i < s->count; i++) {
		histogram_observe_many(&h, s, s->bounds[i], 1);
		assert_int_equal(h.buckets[i], 1);
	}
	histogram_observe_many(&h, s, s->bounds[s->count - 1] + 1, 1);
	assert_int_equal(h.buckets[s->count], 1);
	buf_reset(&page.out);
	page.m.name = "x";
	metrics_histogram(&page.m, &h, s);
	buf_add(&page.out, "", 1);
	snprintf(want, sizeof(want), "x_bucket{le=\"%s\"} 1\n", first);
	assert_memory_equal(page.out.at, want, strlen(want));
	snprintf(want, sizeof(want), "x_bucket{le=\"%s\"} %zu\n", last, s->count);
	assert_non_null(strstr(page.out.at, want));
}

static void
the_scales_rise(void **state)
{
	(void)state;
	check_scale(&HISTOGRAM_LATENCY, "0.0001", "10");
	check_scale(&HISTOGRAM_SIZE, "1", "16384");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_page, close_page)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(families_have_a_head_and_samples),
	    TEST(labels_do_not_outlive_their_family),
	    TEST(label_values_may_be_any_bytes),
	    TEST(values_read_back_exactly),
	    TEST(histograms_are_cumulative),
	    TEST(the_scales_rise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
