#include "cli/watch_keys.h"
#include "cli/watch_rows.h"

#include <stdlib.h>

#include "tests/unit/watch_world.h"

/* Keys of a case: characters, and these for those that have none. */
static const struct {
	char     written;
	uint32_t key;
} specials[] = {
    {'^', WATCH_MOVE_UP},
    {'v', WATCH_MOVE_DOWN},
    {'<', WATCH_MOVE_LEFT},
    {'>', WATCH_MOVE_RIGHT},
    {'U', WATCH_PAGE_UP},
    {'D', WATCH_PAGE_DOWN},
    {'H', WATCH_FIRST},
    {'E', WATCH_LAST},
    {'!', WATCH_ESCAPE},
    {'~', WATCH_RUBOUT},
};

static struct keys_case {
	const char *name;
	const char *keys;
	const char *want; /* a line for each row; the cursor's begins with ">" */
	const char *named;
	bool        no_plan;
} cases[] = {
    {"chapters are folded", "", ">+chapter/1 +chapter/2 "},
    {"Enter unfolds", "\r", ">-chapter/1 .+section/1.1 .+section/1.2 +chapter/2 "},
    {"and folds", "\r\r", ">+chapter/1 +chapter/2 "},
    {"a chapter without sections has its tasks", "j\r", "+chapter/1 >-chapter/2 .+task/4 "},
    {"down to what agencies said", "\rj\rj\r",
	"-chapter/1 .-section/1.1 >..-task/1 ...mof ...sta ..+task/2 .+section/1.2 +chapter/2 "},
    {"a part has nothing below it", "\rj\rj\rj\r",
	"-chapter/1 .-section/1.1 ..-task/1 >...mof ...sta ..+task/2 .+section/1.2 +chapter/2 "},
    {"right unfolds and goes in", ">>", "-chapter/1 >.+section/1.1 .+section/1.2 +chapter/2 "},
    {"left goes out and folds", ">><<", ">+chapter/1 +chapter/2 "},
    {"left of a folded chapter does nothing", "<", ">+chapter/1 +chapter/2 "},
    {"down stops at the last", "jvjv", "+chapter/1 >+chapter/2 "},
    {"up stops at the first", "jkk^", ">+chapter/1 +chapter/2 "},
    {"End and Home", "\rE", "-chapter/1 .+section/1.1 .+section/1.2 >+chapter/2 "},
    {"Home", "\rEH", ">-chapter/1 .+section/1.1 .+section/1.2 +chapter/2 "},
    {"a page is three rows here", "\rD", "-chapter/1 .+section/1.1 .+section/1.2 >+chapter/2 "},
    {"and up again", "\rDU", ">-chapter/1 .+section/1.1 .+section/1.2 +chapter/2 "},
    {"the cursor stays on its row while others fold", "\rE^^^\rj", "+chapter/1 >+chapter/2 "},
    {"sorted by gap, within what they are below", "s\r\r\rj\r",
	"-chapter/1 >.-section/1.1 ..+task/2 ..+task/1 .+section/1.2 +chapter/2 "},
    {"sorted by light", "ss", ">+chapter/1 +chapter/2 "},
    {"sorted by plan again", "sss", ">+chapter/1 +chapter/2 "},
    {"an unknown key does nothing", "x", ">+chapter/1 +chapter/2 "},

    {"agencies", "2", ">+agency/mof +agency/sta "},
    {"an agency's tasks", "2\r", ">-agency/mof .+task/1 .+task/3 .+task/4 +agency/sta "},
    {"and who else is in them", "2\rj\r",
	"-agency/mof >.-task/1 ..mof ..sta .+task/3 .+task/4 +agency/sta "},
    {"agencies by gap", "2s", ">+agency/sta +agency/mof "},
    {"agencies by silence", "2sss", ">+agency/sta +agency/mof "},

    {"exceptions by what they cost", "3", ">+task/2 +task/1 +task/3 "},
    {"exceptions by light", "3s", ">+task/2 +task/1 +task/3 "},
    {"exceptions by days overdue", "3ss", ">+task/2 +task/1 +task/3 "},
    {"exceptions as the plan has them", "3sss", ">+task/1 +task/2 +task/3 "},
    {"the cursor goes with its row when the order changes", "3jsss", ">+task/1 +task/2 +task/3 "},
    {"on the first row it stays there", "3Hsss", ">+task/1 +task/2 +task/3 "},

    {"Tab goes on to the last pane and round", "\t\t\t\t\t", ">+chapter/1 +chapter/2 "},

    {"red alone", "l\r", ">-chapter/1 .+section/1.1 "},
    {"red and yellow, unfolded", "ll\rj\r", "-chapter/1 >.-section/1.1 ..+task/1 ..+task/2 "},
    {"green", "lllE\r", "+chapter/1 >chapter/2 "},
    {"blue: the chapter of a task that is", "llll", ">+chapter/2 "},
    {"grey: none", "lllll", ""},
    {"all lights again", "llllll", ">+chapter/1 +chapter/2 "},
    {"red agencies", "2l", ">+agency/sta "},

    {"text unfolds what has it below", "/Cut\r", ">-chapter/1 .-section/1.1 ..+task/2 "},
    {"in any case", "/cuT\r", ">-chapter/1 .-section/1.1 ..+task/2 "},
    {"while it is typed", "/cut", ">-chapter/1 .-section/1.1 ..+task/2 "},
    {"a title that has it shows all below, folded", "/Second\r", ">+chapter/2 "},
    {"of an agency, by its title", "/Taxation\r", ">-chapter/1 .-section/1.1 ..+task/1 ..+task/2 "},
    {"a key", "/task/4\r", ">-chapter/2 .+task/4 "},
    {"rubbed out", "/cutx~\r", ">-chapter/1 .-section/1.1 ..+task/2 "},
    {"nothing left to rub out", "/~~\r", ">+chapter/1 +chapter/2 "},
    {"given up", "/cut!", ">+chapter/1 +chapter/2 "},
    {"given up, the former one stays", "/cut\r/x!", ">-chapter/1 .-section/1.1 ..+task/2 "},
    {"cleared", "/cut\r!", ">+chapter/1 +chapter/2 "},
    {"keys are text while typing", "/q2s\r", ""},
    {"not found", "/nowhere\r", ""},
    {"text and light", "/law\rl", ""},

    {"without a plan tasks are in a row of their own", "", ">+chapter/1 chapter/2 +group ",
	.no_plan = true},
    {"which unfolds", "E\r", "+chapter/1 chapter/2 >-group .+task/1 .+task/2 .+task/3 .+task/4 ",
	.no_plan = true},
    {"sections are known by their keys", "\r",
	">-chapter/1 .section/1.1 .section/1.2 chapter/2 +group ", .no_plan = true},

    {"a chapter named, and what is below it", "\r", ">-chapter/1 .+section/1.1 .+section/1.2 ",
	"chapter/1"},
    {"a task named stands alone", "", ">+task/4 ", "task/4"},
    {"an agency's tasks where it is named", "", ">+task/1 +task/2 ", "agency/sta"},
    {"and it alone of the agencies", "2", ">+agency/sta ", "agency/sta"},
    {"exceptions of it", "3", ">+task/2 +task/1 ", "agency/sta"},
};

struct desk {
	struct scene *scene;
	struct look   look;
	struct rows   rows;
};

static void
press(struct desk *d, uint32_t key)
{
	keys_press(&d->look, d->scene, &d->rows, 3, key);
	rows_make(&d->rows, d->scene, &d->look, d->look.pane);
	rows_place(&d->rows, &d->look.at[d->look.pane], 3);
}

static void
press_all(struct desk *d, const char *keys)
{
	press(d, WATCH_UNKNOWN);
	for (const char *k = keys; *k != '\0'; k++) {
		uint32_t key = (unsigned char)*k;

		for (size_t i = 0; i < COUNT(specials); i++) {
			if (specials[i].written == *k)
				key = specials[i].key;
		}
		press(d, key);
	}
}

static void
write_rows(const struct desk *d, char *out, size_t size)
{
	const struct look_pane *at_row = &d->look.at[d->look.pane];

	*out = '\0';
	for (size_t i = 0; i < d->rows.count; i++) {
		const struct row *r = &d->rows.at[i];
		size_t            len = strlen(out);

		snprintf(out + len, size - len, "%s%.*s%s%s ", i == at_row->index ? ">" : "",
		    r->depth, "....", r->opens ? r->open ? "-" : "+" : "",
		    r->kind == ROW_PART        ? r->part->agency
			: r->kind == ROW_GROUP ? "group"
					       : r->scope->name);
	}
}

static void
check_keys(void **state)
{
	const struct keys_case *c = *state;
	struct plan            *p = plan_from_text(small_yaml, sizeof(small_yaml) - 1);
	char                   *words[] = {(char *)(uintptr_t)c->named};
	struct desk             d = {.scene = scene_of(c->no_plan ? NULL : p)};
	char                    got[1000];

	look_init(&d.look, LANGUAGE_EN, (struct wanted){words, c->named != NULL});
	press_all(&d, c->keys);
	write_rows(&d, got, sizeof(got));
	assert_string_equal(got, c->want);
	look_fini(&d.look);
	free(d.rows.at);
	scene_free(d.scene);
	plan_free(p);
}

static void
with_desk(void (*check)(struct desk *d))
{
	struct plan *p = plan_from_text(small_yaml, sizeof(small_yaml) - 1);
	struct desk  d = {.scene = scene_of(p)};

	look_init(&d.look, LANGUAGE_ZH, (struct wanted){0});
	check(&d);
	look_fini(&d.look);
	free(d.rows.at);
	scene_free(d.scene);
	plan_free(p);
}

static void
switch_language(struct desk *d)
{
	press_all(d, "L");
	assert_int_equal(d->look.language, LANGUAGE_EN);
	press_all(d, "g");
	assert_int_equal(d->look.language, LANGUAGE_ZH);
}

static void
check_language(void **state)
{
	(void)state;
	with_desk(switch_language);
}

static void
type_chinese(struct desk *d)
{
	char got[200];

	press_all(d, "/");
	press(d, 0x51cf); /* 减 */
	press(d, 0x7a0e); /* 税 */
	press(d, 0x20000);
	press(d, WATCH_RUBOUT);
	press(d, '\r');
	assert_string_equal(d->look.filter, "减税");
	write_rows(d, got, sizeof(got));
	assert_string_equal(got, ">-chapter/1 .-section/1.1 ..+task/2 ");
}

static void
check_typed_chinese(void **state)
{
	(void)state;
	with_desk(type_chinese);
}

static void
fill_filter(struct desk *d)
{
	press_all(d, "/");
	for (int i = 0; i < LOOK_FILTER_MAX; i++)
		press(d, 0xe9);
	assert_int_equal(strlen(d->look.filter), LOOK_FILTER_MAX);
	press(d, 0x1b00 + WATCH_SPECIAL);
	press(d, 0xd800);
	press(d, 0x85);
	assert_int_equal(strlen(d->look.filter), LOOK_FILTER_MAX);
}

static void
check_long_filter(void **state)
{
	(void)state;
	with_desk(fill_filter);
}

static void
ask_for_help(struct desk *d)
{
	press_all(d, "?");
	assert_true(d->look.help);
	press(d, 'q');
	assert_false(d->look.help);
	assert_false(d->look.quit);
	press_all(d, "q");
	assert_true(d->look.quit);
}

static void
check_help(void **state)
{
	(void)state;
	with_desk(ask_for_help);
}

static void
quit_while_typing(struct desk *d)
{
	press_all(d, "/q\x03");
	assert_true(d->look.quit);
}

static void
check_interrupt(void **state)
{
	(void)state;
	with_desk(quit_while_typing);
}

/* From the newest item, a change of task 2, to the task in the tree. */
static void
follow_feed(struct desk *d)
{
	static const struct told moved = {"task/2", 1, 500, 2500, LIGHT_RED, TASK_IN_PROGRESS, 3};
	char                     got[400];

	tell(d->scene, &moved, at(1000));
	press_all(d, "4");
	assert_int_equal(d->rows.at[0].item->news, SCENE_CHANGED);
	press_all(d, "\r");
	write_rows(d, got, sizeof(got));
	assert_string_equal(
	    got, "-chapter/1 .-section/1.1 ..+task/1 >..+task/2 .+section/1.2 +chapter/2 ");
}

static void
check_from_feed(void **state)
{
	(void)state;
	with_desk(follow_feed);
}

/* What the cursor was on is gone: it stays where it was. */
static void
lose_row(struct desk *d)
{
	static const struct told mended = {"task/1", 1, 2000, 2500, LIGHT_GREEN, TASK_IN_PROGRESS};
	char                     got[400];

	press_all(d, "3j");
	tell(d->scene, &mended, at(1000));
	tell_alert(d->scene, ALARM_HELP, "1", false, at(1000));
	press(d, WATCH_UNKNOWN);
	write_rows(d, got, sizeof(got));
	assert_string_equal(got, "+task/2 >+task/3 ");
}

static void
check_lost_row(void **state)
{
	(void)state;
	with_desk(lose_row);
}

static struct place_case {
	const char *name;
	size_t      rows, index, top, height, want_top;
} place_cases[] = {
    {"place: all fit", 5, 4, 0, 10, 0},
    {"place: below the screen", 20, 12, 0, 10, 3},
    {"place: above the screen", 20, 2, 8, 10, 2},
    {"place: on the screen", 20, 9, 8, 10, 8},
    {"place: fewer rows than before", 12, 11, 15, 10, 2},
    {"place: no height", 20, 7, 3, 0, 3},
    {"place: no rows", 0, 0, 4, 10, 0},
};

static void
check_place(void **state)
{
	const struct place_case *c = *state;
	struct row               all[20];
	struct rows              rows = {all, c->rows, COUNT(all)};
	struct look_pane         pane = {.cursor = c->index + 1, .index = c->index, .top = c->top};

	for (size_t i = 0; i < COUNT(all); i++)
		all[i] = (struct row){.id = i + 1};
	rows_place(&rows, &pane, c->height);
	assert_int_equal(pane.top, c->want_top);
	assert_int_equal(pane.index, c->index);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + COUNT(place_cases) + 7] = {
	    cmocka_unit_test(check_language),
	    cmocka_unit_test(check_typed_chinese),
	    cmocka_unit_test(check_long_filter),
	    cmocka_unit_test(check_help),
	    cmocka_unit_test(check_interrupt),
	    cmocka_unit_test(check_from_feed),
	    cmocka_unit_test(check_lost_row),
	};
	size_t n = 7;

	CASES_ADD(tests, n, cases, check_keys);
	CASES_ADD(tests, n, place_cases, check_place);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
