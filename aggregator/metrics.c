#include "aggregator/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/metrics_plans.h"
#include "core/mem.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
count(struct metrics *m, const char *name, const char *help, uint64_t n)
{
	metrics_family(m, name, METRIC_COUNTER, help);
	metrics_count(m, n);
}

static void
gauge(struct metrics *m, const char *name, const char *help, uint64_t n)
{
	metrics_family(m, name, METRIC_GAUGE, help);
	metrics_count(m, n);
}

/* Fills in a number of a channel; false: it has none now. */
typedef bool value_fn(const struct channel *c, double *value);

static bool
entries(const struct channel *c, double *value)
{
	*value = (double)follow_counters(c->follow).entries;
	return true;
}

static bool
records(const struct channel *c, double *value)
{
	*value = (double)follow_counters(c->follow).records;
	return true;
}

static bool
published(const struct channel *c, double *value)
{
	*value = (double)channel_published(c);
	return true;
}

static bool
lag(const struct channel *c, double *value)
{
	const struct fold *f = follow_fold(c->follow);
	int64_t            lag_ms = f == NULL ? -1 : keeper_lag_ms(c->keeper, fold_position(f));

	*value = (double)lag_ms / 1000;
	return lag_ms >= 0;
}

static bool
checkpoint(const struct channel *c, double *value)
{
	int64_t kept_ms = keeper_checkpoint_ms(c->keeper);

	*value = (double)kept_ms / 1000;
	return kept_ms > 0;
}

static bool
store_up(const struct channel *c, double *value)
{
	*value = follow_is_live(c->follow);
	return true;
}

static bool
ledger_changed(const struct channel *c, double *value)
{
	*value = follow_sealer(c->follow)->changed;
	return true;
}

static const struct channel_family {
	const char      *name;
	enum metric_type type;
	const char      *help;
	value_fn        *value;
} channel_families[] = {
    {"tuijin_aggregator_entries_total", METRIC_COUNTER, "Entries of the ledger that were folded.",
	entries},
    {"tuijin_aggregator_records_total", METRIC_COUNTER,
	"Records in them: accepted reports and rulings.", records},
    {"tuijin_aggregator_ledger_lag_seconds", METRIC_GAUGE,
	"How much older the last entry folded is than the last of the ledger; 0: in step.", lag},
    {"tuijin_aggregator_published_total", METRIC_COUNTER,
	"Summaries and alerts that were published.", published},
    {"tuijin_aggregator_checkpoint_timestamp_seconds", METRIC_GAUGE,
	"When Redis last took a checkpoint, since the start.", checkpoint},
    {"tuijin_aggregator_ledger_changed", METRIC_GAUGE,
	"1 if an entry of the ledger is not what it was when it was folded.", ledger_changed},
    {"tuijin_store_up", METRIC_GAUGE, "1 if the plan's ledger is being read.", store_up},
};

static void
write_channels(struct channel *const *channels, size_t n, struct metrics *m)
{
	for (size_t f = 0; f < COUNT(channel_families); f++) {
		const struct channel_family *family = &channel_families[f];

		metrics_family(m, family->name, family->type, family->help);
		for (size_t i = 0; i < n; i++) {
			double value;

			if (!family->value(channels[i], &value))
				continue;
			metrics_label(m, "plan", text_of(channels[i]->id));
			metrics_value(m, value);
		}
	}
}

static void
write_bus(const struct aggregator_numbers *a, struct metrics *m)
{
	struct snapshot_counters snap = snapshots_counters(a->snapshots);

	count(m, "tuijin_aggregator_dropped_total",
	    "Times that a subscriber was found to have no room for an event.", bus_dropped(a->bus));
	gauge(m, "tuijin_aggregator_subscribers", "Subscribers that are connected now.",
	    a->socket != NULL ? bus_sessions(a->socket) : 0);
	count(m, "tuijin_aggregator_snapshots_total", "Snapshots that were sent.", snap.answered);
	count(m, "tuijin_aggregator_snapshots_passed_over_total",
	    "Snapshots that were asked for when too many were, and were not sent.",
	    snap.passed_over);
}

static const struct redis_family {
	enum redis_number number;
	const char       *name, *help;
} redis_families[] = {
    {REDIS_MEMORY_USED, "tuijin_redis_memory_used_bytes", "Memory that Redis uses."},
    {REDIS_MEMORY_MAX, "tuijin_redis_memory_max_bytes", "Memory that it may use; 0: no limit."},
    {REDIS_AOF_OK, "tuijin_redis_aof_last_write_ok",
	"1 if the last write to the append-only file went well."},
    {REDIS_AOF_SIZE, "tuijin_redis_aof_size_bytes", "Size of the append-only file."},
};

static void
write_redis(const struct redis_room *room, struct metrics *m)
{
	const struct redis_info      *info = redis_room_info(room);
	const struct redis_room_disk *disk = redis_room_disk(room);

	gauge(m, "tuijin_redis_up", "1 if Redis answers.", redis_room_is_up(room));
	for (size_t i = 0; i < COUNT(redis_families); i++) {
		const struct redis_family *f = &redis_families[i];

		if (info->known[f->number])
			gauge(m, f->name, f->help, info->value[f->number]);
	}
	if (!disk->known)
		return;
	gauge(m, "tuijin_redis_disk_size_bytes", "Size of the disk with Redis' data.", disk->size);
	gauge(m, "tuijin_redis_disk_free_bytes", "What is free there.", disk->free);
}

const char *
aggregator_unready(struct channel *const *channels, size_t n, char out[AGGREGATOR_UNREADY_SIZE])
{
	bool any = false;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		const struct channel *c = channels[i];
		const char           *why = channel_trouble(c);
		bool stuck = follow_is_stuck(c->follow), live = follow_is_live(c->follow);

		if (why[0] == '\0' && live && channel_is_ready(c)) {
			any = true;
			continue;
		}
		if (stuck && out[0] != '\0')
			continue;
		snprintf(out, AGGREGATOR_UNREADY_SIZE, "plan %s: %s", c->id,
		    why[0] != '\0' ? why : "its ledger is being read");
		if (!stuck)
			return out;
	}
	return any ? "" : out;
}

static int
by_id(const void *a, const void *b)
{
	const struct channel *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

void
aggregator_metrics_write(const struct aggregator_numbers *a, struct metrics *m)
{
	struct channel **sorted = mem_zeroed(a->count, sizeof(struct channel *));

	if (a->count > 0)
		memcpy(sorted, a->channels, a->count * sizeof(struct channel *));
	qsort(sorted, a->count, sizeof(struct channel *), by_id);
	write_channels(sorted, a->count, m);
	write_bus(a, m);
	aggregator_metrics_write_plans(sorted, a->count, m);
	free(sorted);
	if (a->room != NULL)
		write_redis(a->room, m);
}
