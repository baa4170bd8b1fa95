#include "aggregator/redis_room_info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cases.h"

#define NO (-1)

/* What Redis says, and the numbers that come of it; NO: it is not known. */
static struct info_case {
	const char *name, *said;
	int64_t     want[REDIS_NUMBERS];
} cases[] = {
    {"nothing", "", {NO, NO, NO, NO}},
    {"as Redis 7 says it",
	"# Memory\r\nused_memory:1238584\r\nused_memory_human:1.18M\r\nused_memory_peak:9\r\n"
	"maxmemory:1073741824\r\nmaxmemory_human:1.00G\r\nmaxmemory_policy:noeviction\r\n"
	"# Persistence\r\nloading:0\r\naof_enabled:1\r\naof_last_write_status:ok\r\n"
	"aof_current_size:65539\r\naof_base_size:88\r\n",
	{1238584, 1073741824, 65539, 1}},
    {"no limit", "maxmemory:0\r\n", {NO, 0, NO, NO}},
    {"the last write failed", "aof_last_write_status:err\r\n", {NO, NO, NO, 0}},
    {"a status that is none", "aof_last_write_status:okay\r\n", {NO, NO, NO, NO}},
    {"an empty status", "aof_last_write_status:\r\n", {NO, NO, NO, NO}},
    {"without carriage returns", "used_memory:1\nmaxmemory:2\n", {1, 2, NO, NO}},
    {"without an end of the last line", "used_memory:1\r\nmaxmemory:23", {1, 23, NO, NO}},
    {"the last one counts", "used_memory:1\r\nused_memory:2\r\n", {2, NO, NO, NO}},
    {"one that is wrong does not", "used_memory:1\r\nused_memory:x\r\n", {1, NO, NO, NO}},
    {"names are whole words",
	"xused_memory:1\r\nused_memory_rss:2\r\nmaxmemor:3\r\nUsed_memory:4\r\n", {NO, NO, NO, NO}},
    {"empty lines, colons, no colon", "\r\n\n:\n::\nused_memory\nmaxmemory 5\n:used_memory:7\r\n",
	{NO, NO, NO, NO}},
    {"the largest number", "used_memory:9223372036854775807\n", {INT64_MAX, NO, NO, NO}},
    {"a number that is too large", "used_memory:18446744073709551616\n", {NO, NO, NO, NO}},
    {"one that is much too large", "used_memory:99999999999999999999999999999999999999999999\n",
	{NO, NO, NO, NO}},
    {"no number", "used_memory:\nmaxmemory:-1\naof_current_size:+1\n", {NO, NO, NO, NO}},
    {"a number with something about it", "used_memory: 1\nmaxmemory:1 \naof_current_size:1.5\n",
	{NO, NO, NO, NO}},
    {"two colons", "used_memory:1:2\n", {NO, NO, NO, NO}},
    {"two carriage returns", "used_memory:1\r\r\n", {NO, NO, NO, NO}},
    {"only a name", "used_memory", {NO, NO, NO, NO}},
    {"only a name and a colon", "used_memory:", {NO, NO, NO, NO}},
};

static void
check(void **state)
{
	const struct info_case *c = *state;
	struct redis_info       got = {0};

	redis_info_read(&got, text_of(c->said));
	for (size_t i = 0; i < REDIS_NUMBERS; i++) {
		assert_int_equal(got.known[i], c->want[i] != NO);
		if (got.known[i])
			assert_int_equal(got.value[i], c->want[i]);
	}
}

/* Sections come one by one. */
static void
what_is_known_stays(void **state)
{
	struct redis_info got = {0};

	(void)state;
	redis_info_read(&got, text_of("used_memory:5\r\n"));
	redis_info_read(&got, text_of("aof_current_size:6\r\n"));
	assert_int_equal(got.value[REDIS_MEMORY_USED], 5);
	assert_int_equal(got.value[REDIS_AOF_SIZE], 6);
	assert_false(got.known[REDIS_MEMORY_MAX]);
}

/* Bytes of any kind, each read where its end is the end of the memory. */
static void
any_bytes_do_no_harm(void **state)
{
	static const char words[][24] = {"used_memory:", "maxmemory", ":", "\r", "\n",
	    "18446744073709551615", "", "aof_last_write_status:", "ok", "\xff", "0"};
	uint32_t          random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct redis_info got = {0};
		char              said[200];
		size_t            len = 0;

		for (int i = 0; i < 8; i++) {
			random = random * 1664525 + 1013904223;
			len += (size_t)snprintf(said + len, sizeof(said) - len, "%s",
			    words[(random >> 16) % COUNT(words)]);
			said[len++] = (random >> 8) % 5 == 0 ? '\0' : '\n';
		}
		char *exact = malloc(len);

		memcpy(exact, said, len);
		redis_info_read(&got, (struct text){exact, len});
		free(exact);
		assert_true(!got.known[REDIS_AOF_OK] || got.value[REDIS_AOF_OK] <= 1);
	}
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 2];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_is_known_stays);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(any_bytes_do_no_harm);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
