/*
 * bare_writer -- the reference for the store: what Redis does when nobody checks
 * anything.
 *
 *   bare_writer SOCKET SECONDS                 records a second, pipelined
 *   bare_writer SOCKET SECONDS --single RATE   microseconds of a record stored alone
 *
 * One client on a unix socket; each record is an HSET of its obligation's field
 * and an XADD of the same bytes. 64 records at once and then all answers, or one
 * at a time, RATE a second. Its keys are its own and are gone at the end. Prints a
 * JSON object.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hiredis/hiredis.h>

#include "cli/bench_message.h"
#include "core/mem.h"
#include "core/wire_record.h"

#define LATEST      "tuijin:{bare-writer}:latest"
#define LEDGER      "tuijin:{bare-writer}:ledger"
#define TASKS       106
#define FIELDS      318 /* obligations of the first plan */
#define BATCH       64  /* records */
#define SINGLE_MAX  100000
#define RATE_MIN    2 /* a pause is less than a second */
#define REPORTED_MS INT64_C(1774951200000)
#define FIRST_SEQ   UINT64_C(1774951200000000)

struct writer {
	redisContext *redis; /* owned, like record */
	struct buf    record;
	char          fields[FIELDS][32];
	uint64_t      stored;
};

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
die(const char *what)
{
	fprintf(stderr, "bare_writer: %s\n", what);
	exit(1);
}

static void
append(struct writer *w, int count, const char **args, const size_t *sizes)
{
	if (redisAppendCommandArgv(w->redis, count, args, sizes) != REDIS_OK)
		die(w->redis->errstr);
}

/* Queues the two commands of the next record. */
static void
append_record(struct writer *w)
{
	uint64_t      i = w->stored++;
	const char   *field = w->fields[i % FIELDS];
	struct record rec = {
	    .seq = FIRST_SEQ + i,
	    .received_ms = REPORTED_MS + 1,
	    .agency = text_of("cnipa"),
	    .report =
		bench_report(1 + (uint32_t)(i % TASKS), REPORTED_MS, 1 + (uint32_t)(i % 9999)),
	};

	buf_reset(&w->record);
	wire_record_encode(&w->record, &rec);

	const char  *hset[] = {"HSET", LATEST, field, w->record.at};
	const size_t hset_sizes[] = {4, sizeof(LATEST) - 1, strlen(field), w->record.len};
	const char  *xadd[] = {"XADD", LEDGER, "*", "records", w->record.at};
	const size_t xadd_sizes[] = {4, sizeof(LEDGER) - 1, 1, 7, w->record.len};

	append(w, 4, hset, hset_sizes);
	append(w, 5, xadd, xadd_sizes);
}

static void
take_answers(struct writer *w, int count)
{
	for (int i = 0; i < count; i++) {
		void *reply = NULL;

		if (redisGetReply(w->redis, &reply) != REDIS_OK)
			die(w->redis->errstr);
		if (((redisReply *)reply)->type == REDIS_REPLY_ERROR)
			die(((redisReply *)reply)->str);
		freeReplyObject(reply);
	}
}

static void
write_batches(struct writer *w, int64_t run_us)
{
	int64_t begin_us = now_us(), end_us = begin_us + run_us, us;

	while ((us = now_us()) < end_us) {
		for (int i = 0; i < BATCH; i++)
			append_record(w);
		take_answers(w, 2 * BATCH);
	}
	printf("{\"records\": %" PRIu64 ", \"record_bytes\": %zu, \"per_second\": %.0f}\n",
	    w->stored, w->record.len, (double)w->stored * 1e6 / (double)(us - begin_us));
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void
write_singles(struct writer *w, int64_t run_us, double rate)
{
	const struct timespec pause = {.tv_nsec = (long)(1e9 / rate)};
	int64_t              *took = mem_zeroed(SINGLE_MAX, sizeof(*took));
	int64_t               end_us = now_us() + run_us;

	while (now_us() < end_us && w->stored < SINGLE_MAX) {
		int64_t begin_us = now_us();

		append_record(w);
		take_answers(w, 2);
		took[w->stored - 1] = now_us() - begin_us;
		nanosleep(&pause, NULL);
	}
	qsort(took, w->stored, sizeof(*took), compare);
	printf("{\"records\": %" PRIu64 ", \"p50_us\": %" PRId64 ", \"p99_us\": %" PRId64 "}\n",
	    w->stored, took[w->stored / 2], took[w->stored * 99 / 100]);
	free(took);
}

static void
clean_up(struct writer *w)
{
	void *reply = redisCommand(w->redis, "UNLINK " LATEST " " LEDGER);

	if (reply == NULL)
		die(w->redis->errstr);
	freeReplyObject(reply);
}

int
main(int argc, char **argv)
{
	bool          single = argc == 5 && strcmp(argv[3], "--single") == 0;
	double        seconds = argc > 2 ? strtod(argv[2], NULL) : 0;
	double        rate = single ? strtod(argv[4], NULL) : RATE_MIN;
	struct writer w = {0};

	if ((argc != 3 && !single) || seconds <= 0 || rate < RATE_MIN)
		die("usage: bare_writer SOCKET SECONDS [--single RATE]");
	w.redis = redisConnectUnix(argv[1]);
	if (w.redis == NULL || w.redis->err != 0)
		die(w.redis != NULL ? w.redis->errstr : "out of memory");
	for (int i = 0; i < FIELDS; i++)
		snprintf(
		    w.fields[i], sizeof(w.fields[i]), "%d/agency-%d", 1 + i % TASKS, i / TASKS);
	if (single)
		write_singles(&w, (int64_t)(seconds * 1e6), rate);
	else
		write_batches(&w, (int64_t)(seconds * 1e6));
	clean_up(&w);
	redisFree(w.redis);
	buf_fini(&w.record);
	return 0;
}
