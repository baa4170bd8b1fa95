#include "dashboard/desk_lanes.h"

#include <stdio.h>
#include <string.h>

#include "tests/cases.h"

#define BEGIN_MS  1000
#define TURNS_MAX 64

/* From BEGIN_MS on, for so long: when each lane has news (from when on, -1: never; once, or again
 * as soon as it was told), what its frames take of the line, and which are cut: n of numbers,
 * l of the ledger, with the ms since the beginning. */
static struct turn_case {
	const char *name;
	int64_t     ms;
	struct {
		int64_t from_ms, busy_ms;
		bool    once;
	} lanes[LANES];
	const char *want;
} turns[] = {
    {"nothing", 1000, {{-1}, {-1}}, ""},
    {"numbers alone, a frame at a time", 300, {{0}, {-1}}, "n5 n105 n205 "},
    {"the ledger alone", 300, {{-1}, {0}}, "l5 l105 l205 "},
    {"both on an idle line", 150, {{0}, {0}}, "n5 l5 n105 l105 "},
    {"each as it comes", 150, {{60}, {10}}, "l15 n65 l115 "},
    {"a line that frees itself in time", 120, {{0, 20}, {0, 30}}, "n5 l25 n105 "},
    {"a line as busy as can be", 5000, {{0, 1000}, {0, 1000}}, "n5 l1005 n2005 l3005 n4005 "},
    {"busy just as long as a frame lasts", 500, {{0, 100}, {0, 100}}, "n5 l105 n205 l305 n405 "},
    {"large frames of numbers, small ones of the ledger", 3000, {{0, 1000}, {0, 1}},
	"n5 l1005 n1006 l2006 n2007 "},
    {"small ones of numbers, large ones of the ledger", 3000, {{0, 1}, {0, 1000}},
	"n5 l6 n1006 l1007 n2007 l2008 "},
    {"the ledger's news come late", 4000, {{0, 1000}, {2500, 1000, true}}, "n5 n1005 n2005 l3005 "},
    {"numbers come late", 4000, {{1900, 1000, true}, {0, 1000}}, "l5 l1005 n2005 l3005 "},
    {"numbers come while the line is busy with the ledger", 3000, {{400, 1000}, {0, 1000}},
	"l5 n1005 l2005 "},
};

/* Takes the turns that a desk takes at that moment. */
static void
take_turns(const struct turn_case *c, struct desk_lanes *l, bool told[LANES], int64_t ms, char *out)
{
	size_t  lane;
	int64_t wait_ms, now_ms = BEGIN_MS + ms;

	for (int i = 0; i < TURNS_MAX; i++) {
		for (lane = 0; lane < LANES; lane++) {
			bool there = c->lanes[lane].from_ms >= 0 && ms >= c->lanes[lane].from_ms;

			lanes_note(l, lane, there && !(told[lane] && c->lanes[lane].once), now_ms);
		}
		if ((lane = lanes_due(l, now_ms, &wait_ms)) == LANES)
			return;
		assert_int_equal(wait_ms, 0);
		lanes_told(l, lane);
		lanes_keep_busy(l, lane, now_ms, c->lanes[lane].busy_ms);
		told[lane] = true;
		sprintf(out + strlen(out), "%c%d ", "nl"[lane], (int)ms);
	}
	fail_msg("no end of turns");
}

static void
check_turns(void **state)
{
	const struct turn_case *c = *state;
	struct desk_lanes       l = {0};
	bool                    told[LANES] = {false};
	char                    out[1024] = "";

	for (int64_t ms = 0; ms < c->ms; ms++) {
		assert_true(strlen(out) < sizeof(out) / 2);
		take_turns(c, &l, told, ms, out);
	}
	assert_string_equal(out, c->want);
}

/* What is left to wait, of lanes with news since then and frames cut so long ago. */
static struct wait_case {
	const char       *name;
	struct desk_lanes lanes;
	size_t            due;
	int64_t           wait_ms;
} waits[] = {
    {"no news", {.line_at_ms = 5000}, LANES, -1},
    {"news just come", {.at = {{.news_ms = 1000}}}, LANES, 5},
    {"the rest of a report", {.at = {{0}, {.news_ms = 997}}}, LANES, 2},
    {"gathered", {.at = {{0}, {.news_ms = 995}}}, LANE_LEDGER, 0},
    {"its next frame", {.at = {{.news_ms = 990, .next_ms = 1040}}}, LANES, 40},
    {"the line", {.line_at_ms = 1300, .at = {{.news_ms = 990, .next_ms = 1040}}}, LANES, 300},
    {"the sooner of two", {.at = {{990, 1040}, {990, 1030}}}, LANES, 30},
    {"one that may, before one that waits for longer", {.at = {{995, 0}, {900, 1001}}},
	LANE_NUMBERS, 0},
    {"the same moment", {.at = {{990, 0}, {990, 0}}}, LANE_NUMBERS, 0},
    {"the ledger's turn", {.first = LANE_LEDGER, .at = {{900, 0}, {990, 0}}}, LANE_LEDGER, 0},
    {"its turn, and nothing to tell", {.first = LANE_LEDGER, .at = {{990, 0}}}, LANE_NUMBERS, 0},
    {"its turn, but not yet", {.first = LANE_LEDGER, .at = {{990, 0}, {990, 1050}}}, LANE_NUMBERS,
	0},
};

static void
check_wait(void **state)
{
	const struct wait_case *c = *state;
	int64_t                 wait_ms;

	assert_int_equal(lanes_due(&c->lanes, 1000, &wait_ms), c->due);
	assert_int_equal(wait_ms, c->wait_ms);
}

/* News that led to no frame keep nobody waiting. */
static void
what_comes_to_nothing_takes_no_turn(void **state)
{
	struct desk_lanes l = {0};
	int64_t           wait_ms;

	(void)state;
	lanes_note(&l, LANE_NUMBERS, true, 1000);
	lanes_note(&l, LANE_LEDGER, true, 1001);
	lanes_told(&l, LANE_NUMBERS);
	assert_int_equal(lanes_due(&l, 1006, &wait_ms), LANE_LEDGER);
	lanes_note(&l, LANE_LEDGER, false, 1006);
	assert_int_equal(lanes_due(&l, 1006, &wait_ms), LANES);
	assert_int_equal(wait_ms, -1);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(turns) + COUNT(waits) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, turns, check_turns);
	CASES_ADD(tests, n, waits, check_wait);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_comes_to_nothing_takes_no_turn);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
