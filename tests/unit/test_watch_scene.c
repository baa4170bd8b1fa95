#include "cli/watch_scene.h"

#include "tests/unit/watch_world.h"

static struct plan  *plan;
static struct scene *scene;

static int
open_scene(void **state)
{
	(void)state;
	plan = plan_from_text(small_yaml, sizeof(small_yaml) - 1);
	scene = scene_of(plan);
	return 0;
}

static int
close_scene(void **state)
{
	(void)state;
	scene_free(scene);
	plan_free(plan);
	return 0;
}

static const struct scene_scope *
scope(const char *name)
{
	const struct scene_scope *s = scene_scope(scene, name);

	assert_non_null(s);
	return s;
}

static const struct scene_item *
newest(void)
{
	return scene_item(scene, scene->told);
}

static void
knows_every_scope_in_order(void **state)
{
	static const char *const want[] = {"overall", "chapter/1", "chapter/2", "section/1.1",
	    "section/1.2", "task/1", "task/2", "task/3", "task/4", "agency/mof", "agency/sta"};

	(void)state;
	assert_int_equal(scene->count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		assert_string_equal(scene->scopes[i]->name, want[i]);
	assert_null(scene_scope(scene, "task/5"));
	assert_null(scene_scope(scene, "nonsense"));
}

static void
places_follow_from_the_plan(void **state)
{
	(void)state;
	scene_settle(scene);
	assert_ptr_equal(scope("task/1")->above, scope("section/1.1"));
	assert_ptr_equal(scope("section/1.2")->above, scope("chapter/1"));
	assert_ptr_equal(scope("task/4")->above, scope("chapter/2"));
	assert_null(scope("chapter/1")->above);
}

static void
without_a_plan_tasks_have_no_place(void **state)
{
	(void)state;
	scene_use_plan(scene, NULL);
	scene_settle(scene);
	assert_null(scope("task/1")->above);
	assert_ptr_equal(scope("section/1.2")->above, scope("chapter/1"));
	assert_string_equal(scene_title(scene, scope("task/1")).en, "");
	assert_string_equal(scene_agency(scene, "mof").zh, "mof");
	assert_int_equal(scene_offset(scene), 480);
}

/* -500 - 2500 + 3 * 1500 + 1500 = 3000 of 6: a gap of 500. */
static void
costs_add_up_to_the_gap(void **state)
{
	static const struct {
		const char *name;
		int64_t     cost, points;
	} want[] = {{"task/1", -500, -83}, {"task/2", -2500, -417}, {"task/3", 4500, 750},
	    {"task/4", 1500, 250}};
	int64_t sum = 0;

	(void)state;
	scene_settle(scene);
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_int_equal(scope(want[i].name)->cost, want[i].cost);
		assert_int_equal(scope(want[i].name)->points, want[i].points);
		sum += scope(want[i].name)->points;
	}
	assert_int_equal(sum, scope("overall")->summary.gap);
}

static void
a_task_that_is_not_there_yet_costs_by_itself(void **state)
{
	static const struct told other = {"overall", 7, 3000, 2500, LIGHT_GREEN};

	(void)state;
	tell(scene, &other, at(0));
	scene_settle(scene);
	assert_int_equal(scope("task/2")->points, -2500 / 7);
}

static void
figures_beyond_all_bounds_cost_nothing(void **state)
{
	static const struct told huge = {"task/1", UINT64_C(1) << 60, 4, -1, LIGHT_GREEN};

	(void)state;
	tell(scene, &huge, at(0));
	scene_settle(scene);
	assert_int_equal(scope("task/1")->cost, 0);
}

static void
the_feed_begins_with_what_was_said_before(void **state)
{
	static const struct {
		const char *name, *agency;
	} want[] = {{"task/1", "mof"}, {"task/3", "mof"}, {"task/4", "mof"}, {"task/1", "sta"}};

	(void)state;
	assert_int_equal(scene->told, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		const struct scene_item *item = scene_item(scene, scene->told - i);

		assert_int_equal(item->news, SCENE_SAID);
		assert_string_equal(item->name, want[i].name);
		assert_string_equal(item->agency, want[i].agency);
	}
	assert_null(scene_item(scene, 0));
	assert_null(scene_item(scene, scene->told + 1));
}

static void
a_change_says_who_spoke_and_what_moved(void **state)
{
	struct summary_part      part = {.agency = text_of("sta"),
		 .lead = true,
		 .state = REPORT_IN_PROGRESS,
		 .percent = 500,
		 .received_ms = MORNING + 1000};
	static const struct told moved = {
	    "task/2", 1, 500, 2500, LIGHT_YELLOW, TASK_IN_PROGRESS, 3};

	(void)state;
	tell_parts(scene, &moved, &part, 1, at(1000));
	assert_int_equal(newest()->news, SCENE_CHANGED);
	assert_string_equal(newest()->agency, "sta");
	assert_int_equal(newest()->others, 0);
	assert_int_equal(newest()->was.percent, 0);
	assert_int_equal(newest()->now.percent, 500);
	assert_int_equal(newest()->was.light, LIGHT_RED);
	assert_int_equal(newest()->now.light, LIGHT_YELLOW);
	assert_int_equal(newest()->wall_ms, MORNING + 1000);
	assert_int_equal(scope("task/2")->moved_ms, at(1000).mono_ms);
	assert_true(scope("task/2")->rose);
	assert_int_equal(scope("agency/sta")->heard_ms, MORNING + 1000);
	assert_int_equal(scope("agency/sta")->heard_task, 2);
}

static void
what_the_days_alone_moved_is_no_news(void **state)
{
	static const struct told later = {"task/3", 3, 4000, 2600, LIGHT_GREEN, TASK_IN_PROGRESS};
	uint64_t                 told = scene->told;

	(void)state;
	tell(scene, &later, at(1000));
	assert_int_equal(scene->told, told);
	assert_int_equal(scope("task/3")->summary.expected, 2600);
}

static void
of_what_is_above_a_task_only_the_light_is_news(void **state)
{
	static const struct told percent = {"chapter/1", 5, 2900, 2500, LIGHT_GREEN};
	static const struct told light = {"chapter/1", 5, 2900, 2500, LIGHT_RED};
	uint64_t                 told = scene->told;

	(void)state;
	tell(scene, &percent, at(1000));
	assert_int_equal(scene->told, told);
	tell(scene, &light, at(2000));
	assert_int_equal(scene->told, told + 1);
	assert_string_equal(newest()->name, "chapter/1");
}

static void
alerts_are_told_once_when_they_begin_and_end(void **state)
{
	uint64_t told = scene->told;

	(void)state;
	tell_alert(scene, ALARM_BLOCKED, "2", true, at(1000));
	tell_alert(scene, ALARM_BLOCKED, "2", true, at(1000));
	assert_int_equal(scene->told, told + 1);
	assert_true(newest()->standing);
	assert_int_equal(newest()->what, ALARM_BLOCKED);
	assert_int_equal(scope("task/2")->since_ms[ALARM_BLOCKED], DAY);
	tell_alert(scene, ALARM_BLOCKED, "2", false, at(2000));
	assert_int_equal(scene->told, told + 2);
	assert_false(newest()->standing);
	assert_int_equal(scope("task/2")->since_ms[ALARM_BLOCKED], 0);
}

static bool
has_all_but_task_3(void *copy, const char *topic)
{
	(void)copy;
	return strcmp(topic, "task/3/") != 0 && strcmp(topic, "alert/help/task/1/") != 0;
}

static void
another_snapshot_drops_what_it_does_not_have(void **state)
{
	(void)state;
	scene_snapshot(scene, has_all_but_task_3, NULL, at(1000));
	assert_null(scene_scope(scene, "task/3"));
	assert_non_null(scene_scope(scene, "task/4"));
	assert_int_equal(scope("task/1")->since_ms[ALARM_HELP], 0);
	assert_int_equal(newest()->news, SCENE_ALERT);
	assert_true(newest()->meantime);
	scene_settle(scene);
	assert_int_equal(scope("task/4")->slot, 7);
}

static void
it_is_stale_without_ticks_and_live_with_the_next(void **state)
{
	(void)state;
	scene_pass(scene, "", true, at(SCENE_STALE_MS - 1));
	assert_true(scene_is_live(scene));
	scene_pass(scene, "nobody listens there", true, at(SCENE_STALE_MS));
	assert_false(scene_is_live(scene));
	assert_int_equal(newest()->news, SCENE_STALE);
	assert_string_equal(scene->why, "nobody listens there");
	assert_int_equal(scene->heard.wall_ms, MORNING);
	scene_pass(scene, "", true, at(SCENE_STALE_MS + 500));
	assert_int_equal(newest()->news, SCENE_STALE);
	tick(scene, true, at(9000));
	assert_true(scene_is_live(scene));
	assert_int_equal(newest()->news, SCENE_BACK);
}

static void
before_the_first_snapshot_nothing_is_live(void **state)
{
	struct scene *empty = scene_new("small", NULL, at(0));

	(void)state;
	scene_pass(empty, "", true, at(60000));
	assert_false(scene_is_live(empty));
	assert_null(scene_overall(empty));
	assert_int_equal(empty->told, 0);
	assert_int_equal(scene_offset(empty), 0);
	scene_settle(empty);
	scene_free(empty);
	scene_free(NULL);
}

static void
a_store_that_is_away_is_so_since_the_first_tick_that_says_so(void **state)
{
	(void)state;
	tick(scene, false, at(1000));
	tick(scene, false, at(2000));
	assert_int_equal(scene->store_gone_ms, MORNING + 1000);
	tick(scene, true, at(3000));
	assert_int_equal(scene->store_gone_ms, 0);
}

static void
a_copy_that_differs_for_a_moment_is_no_trouble(void **state)
{
	(void)state;
	scene_pass(scene, "", false, at(1000));
	assert_true(scene->in_step);
	tick(scene, true, at(4000));
	scene_pass(scene, "", false, at(1000 + SCENE_STALE_MS));
	assert_false(scene->in_step);
	scene_pass(scene, "", true, at(4500));
	assert_true(scene->in_step);
}

static void
another_revision_is_told(void **state)
{
	struct event ev = {.kind = EVENT_SUMMARY};

	(void)state;
	ev.summary = (struct summary){.kind = SCOPE_CHAPTER, .key = text_of("3"), .revision = 2};
	scene_take(scene, &ev, at(1000));
	assert_int_equal(scene_item(scene, scene->told)->news, SCENE_REVISED);
	assert_int_equal(scene_item(scene, scene->told)->revision, 2);
	assert_int_equal(scene->revision, 2);
}

static void
events_are_counted_by_second(void **state)
{
	static const struct told same = {"task/3", 3, 4000, 2500, LIGHT_GREEN, TASK_IN_PROGRESS};
	int64_t                  mono_ms = at(0).mono_ms;

	(void)state;
	for (int i = 0; i < 7; i++)
		tell(scene, &same, at(0));
	for (int i = 0; i < 3; i++)
		tell(scene, &same, at(2000));
	assert_int_equal(scene_second(scene, mono_ms + 2000, 0), 3);
	assert_int_equal(scene_second(scene, mono_ms + 2000, 1), 0);
	assert_int_equal(scene_second(scene, mono_ms + 2000, 2), 7);
	assert_int_equal(scene_rate(scene, mono_ms + 2000, 10), 70);
	assert_int_equal(scene_rate(scene, mono_ms + 3000, 10), 100);
	scene_pass(scene, "", true, at(3000));
	assert_int_equal(scene_rate(scene, mono_ms + 3000, 10), 100);
	scene_pass(scene, "", true, at(61000));
	assert_int_equal(scene_rate(scene, mono_ms + 61000, 59), 3 * 100 / 59);
	scene_pass(scene, "", true, at(600000));
	assert_int_equal(scene_rate(scene, mono_ms + 600000, 59), 0);
}

static void
the_feed_forgets_the_oldest(void **state)
{
	static const struct told two[] = {{"task/3", 3, 4000, 2500, LIGHT_GREEN, TASK_IN_PROGRESS},
	    {"task/3", 3, 5000, 2500, LIGHT_GREEN, TASK_IN_PROGRESS}};

	(void)state;
	for (int i = 1; i <= 2 * SCENE_FEED_MAX; i++)
		tell(scene, &two[i % 2], at(i));
	assert_null(scene_item(scene, scene->told - SCENE_FEED_MAX));
	assert_non_null(scene_item(scene, scene->told - SCENE_FEED_MAX + 1));
	assert_int_equal(newest()->wall_ms, MORNING + 2 * SCENE_FEED_MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_scene, close_scene)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(knows_every_scope_in_order),
	    TEST(places_follow_from_the_plan),
	    TEST(without_a_plan_tasks_have_no_place),
	    TEST(costs_add_up_to_the_gap),
	    TEST(a_task_that_is_not_there_yet_costs_by_itself),
	    TEST(figures_beyond_all_bounds_cost_nothing),
	    TEST(the_feed_begins_with_what_was_said_before),
	    TEST(a_change_says_who_spoke_and_what_moved),
	    TEST(what_the_days_alone_moved_is_no_news),
	    TEST(of_what_is_above_a_task_only_the_light_is_news),
	    TEST(alerts_are_told_once_when_they_begin_and_end),
	    TEST(another_snapshot_drops_what_it_does_not_have),
	    TEST(it_is_stale_without_ticks_and_live_with_the_next),
	    TEST(before_the_first_snapshot_nothing_is_live),
	    TEST(a_store_that_is_away_is_so_since_the_first_tick_that_says_so),
	    TEST(a_copy_that_differs_for_a_moment_is_no_trouble),
	    TEST(another_revision_is_told),
	    TEST(events_are_counted_by_second),
	    TEST(the_feed_forgets_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
