#include "dashboard/metrics.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint64_t
viewers(const struct desk *d)
{
	return desk_counters(d)->viewers;
}

static uint64_t
live(const struct desk *d)
{
	return desk_is_live(d);
}

static uint64_t
frames(const struct desk *d)
{
	return desk_counters(d)->frames;
}

static uint64_t
bytes(const struct desk *d)
{
	return desk_counters(d)->bytes;
}

static uint64_t
resets(const struct desk *d)
{
	return desk_counters(d)->resets;
}

static uint64_t
store(const struct desk *d)
{
	return desk_has_store(d);
}

static const struct {
	const char      *name;
	enum metric_type type;
	const char      *help;
	uint64_t (*of)(const struct desk *d);
} families[] = {
    {"tuijin_dashboard_viewers", METRIC_GAUGE, "Viewers that are connected.", viewers},
    {"tuijin_dashboard_live", METRIC_GAUGE, "1 while the aggregator's ticks come.", live},
    {"tuijin_dashboard_frames_total", METRIC_COUNTER,
	"Frames that were made of what changed, each for all viewers.", frames},
    {"tuijin_dashboard_sent_bytes_total", METRIC_COUNTER, "What viewers were sent as events.",
	bytes},
    {"tuijin_dashboard_resets_total", METRIC_COUNTER,
	"How often a viewer was told to fetch the whole again.", resets},
    {"tuijin_store_up", METRIC_GAUGE, "1 while the link to Redis is there.", store},
};

void
dashboard_metrics(struct metrics *m, const struct desks *desks)
{
	for (size_t f = 0; f < COUNT(families); f++) {
		metrics_family(m, families[f].name, families[f].type, families[f].help);
		for (size_t i = 0; i < desks->count; i++) {
			metrics_label(m, "plan", text_of(desk_id(desks->at[i])));
			metrics_count(m, families[f].of(desks->at[i]));
		}
	}
}
