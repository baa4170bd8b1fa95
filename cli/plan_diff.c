#include "cli/plan_diff.h"

#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/moment.h"
#include "cli/plan_file.h"
#include "cli/plan_named.h"
#include "common/clock.h"
#include "core/calendar.h"

#define SAME       0 /* exit statuses, as those of diff(1) */
#define DIFFERENT  1
#define NO_STORE   "none"
#define GLIMPSE_MS 1000 /* for a store that only the effects need */

struct diff_settings {
	const char             *redis, *today;
	struct command_settings shared;
};

#define AT(member) offsetof(struct diff_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	COMMAND_REDIS(struct diff_settings, COMMAND_REDIS_DEFAULT,
	    "the store, for loaded plans and what was reported; none: files alone"),
	{"today", "YYYY-MM-DD", OPTION_TEXT, AT(today), NULL, 0, 0,
	    "the day to show the rates of (default: today, in NEW's offset)"},
	COMMAND_JSON(struct diff_settings, "one object, with changes and effects"),
	COMMAND_LANG(struct diff_settings),
	COMMAND_LOG(struct diff_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin plan diff",
    .summary =
	"Shows what differs between two plans, mostly two revisions of one: each is a file,\n"
	"the id of a loaded plan, or ID@REVISION, one that was loaded before. Where the plan\n"
	"is loaded, also what NEW does to every rate: the same reports, counted under OLD and\n"
	"under NEW. A greater number alone, or another order of agencies, is no difference.\n"
	"The exit status is 0 if nothing differs and 1 if something does.",
    .operands = "OLD NEW",
    .operands_min = 2,
    .operands_max = 2,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin plan diff ipr-2026 my-plan.yaml\n"
		"  tuijin plan diff ipr-2026@1 ipr-2026@2 --lang zh\n"
		"  tuijin plan diff old.yaml new.yaml --redis none --json\n",
};

/* A diff under way. */
struct session {
	const char          *operand[DIFF_SIDES];
	struct store        *store; /* owned, like all below; NULL: none is wanted */
	struct plan         *plan[DIFF_SIDES];
	struct plan_diff     diff;
	struct diff_effects *effects; /* NULL: not known */
	int32_t              today;
};

static const char *const side_names[DIFF_SIDES] = {"OLD", "NEW"};

static bool
needs_store(const struct session *s)
{
	return !plan_file_is_path(s->operand[DIFF_OLD]) || !plan_file_is_path(s->operand[DIFF_NEW]);
}

static int
open_store(struct session *s, const char *url, struct err *e)
{
	char shown[100];

	if (strcmp(url, NO_STORE) != 0)
		return (s->store = store_open(url, e)) != NULL ? 0 : -1;
	for (int side = 0; side < DIFF_SIDES; side++)
		if (!plan_file_is_path(s->operand[side]))
			return err_fail(e, ERR_USAGE,
			    "%s: got '%s', expected a file, as --redis is none", side_names[side],
			    text_escape(text_of(s->operand[side]), shown, sizeof(shown)));
	return 0;
}

static int
read_plans(struct session *s, struct err *e)
{
	if (strcmp(s->operand[DIFF_OLD], "-") == 0 && strcmp(s->operand[DIFF_NEW], "-") == 0)
		return err_fail(e, ERR_USAGE, "OLD and NEW: only one of them can be -");
	for (int side = 0; side < DIFF_SIDES; side++) {
		s->plan[side] = plan_named(s->operand[side], s->store, e);
		if (s->plan[side] != NULL)
			continue;
		if (e->code == ERR_USAGE || e->code == ERR_INPUT)
			err_wrap(e, side_names[side]);
		return -1;
	}
	return 0;
}

static int
choose_day(struct session *s, const char *today, struct err *e)
{
	if (today != NULL && *today != '\0')
		return moment_parse_day("today", today, &s->today, e);
	s->today = calendar_day_at(clock_wall_ms(), s->plan[DIFF_NEW]->utc_offset_min);
	return 0;
}

/* What 'tuijin plan load' would not take, or what is more likely a slip than meant. */
static void
warn(const struct session *s)
{
	const struct plan *old = s->plan[DIFF_OLD], *new = s->plan[DIFF_NEW];
	uint32_t           least = s->diff.count > 0 ? old->revision + 1 : old->revision;

	if (strcmp(old->id, new->id) != 0)
		command_note(
		    LOG_WARN, "OLD is plan %s and NEW is plan %s: two plans", old->id, new->id);
	else if (new->revision < least)
		command_note(LOG_WARN,
		    "NEW has revision %" PRIu32 ", which is not above %" PRIu32 ", that of OLD",
		    new->revision, old->revision);
}

/* Does not wait long for a store that no operand asked for. */
static int
glimpse(struct session *s, struct err *e)
{
	const struct text   ping = text_of("PING");
	struct store_reply *r = store_call(s->store, GLIMPSE_MS, e, &ping, 1);

	if (r == NULL)
		return -1;
	store_reply_free(r);
	return 0;
}

/* Without effects, says why. */
static int
take_effects(struct session *s, struct err *e)
{
	const struct plan *old = s->plan[DIFF_OLD], *new = s->plan[DIFF_NEW];
	bool               optional = !needs_store(s);

	if (s->store == NULL || s->diff.count == 0)
		return 0;
	if (strcmp(old->id, new->id) != 0) {
		command_note(
		    LOG_INFO, "what it does to the rates is not shown: these are two plans");
		return 0;
	}
	if (!optional || glimpse(s, e) == 0)
		s->effects = diff_effects_take(s->store, old, new, s->today, e);
	if (s->effects != NULL)
		return 0;
	if (e->code != ERR_INPUT && !(optional && e->code == ERR_AGAIN))
		return -1;
	command_note(LOG_INFO, "what it does to the rates is not shown: %s", e->msg);
	return 0;
}

static json_t *
json_plan_name(const struct plan *p)
{
	return json_pack("{s:s, s:I}", "id", p->id, "revision", (json_int_t)p->revision);
}

static void
print_json(const struct session *s)
{
	char    date[CALENDAR_DATE_SIZE];
	json_t *effects = json_null();

	if (s->effects != NULL)
		effects = diff_effects_json(s->effects);
	else if (s->diff.count == 0)
		effects = json_array();
	json_print(stdout,
	    json_pack("{s:o, s:o, s:s, s:o, s:o}", "old", json_plan_name(s->plan[DIFF_OLD]), "new",
		json_plan_name(s->plan[DIFF_NEW]), "today", calendar_format_date(s->today, date),
		"changes", plan_diff_json(&s->diff), "effects", effects));
}

static const struct phrase two_revisions =
    PHRASE("%s revision %" PRIu32 " → %" PRIu32 "\n", "%s 第 %" PRIu32 " 版 → 第 %" PRIu32 " 版\n");
static const struct phrase two_plans = PHRASE("%s revision %" PRIu32 " → %s revision %" PRIu32 "\n",
    "%s 第 %" PRIu32 " 版 → %s 第 %" PRIu32 " 版\n");
static const struct phrase nothing = PHRASE("No differences.\n", "没有差异。\n");

static void
print_text(const struct session *s, const struct command_run *run)
{
	struct diff_page   p = {.screen = run->out, .language = run->language};
	const struct plan *old = s->plan[DIFF_OLD], *new = s->plan[DIFF_NEW];

	if (strcmp(old->id, new->id) == 0)
		buf_addf(
		    &p.out, two_revisions.at[p.language], old->id, old->revision, new->revision);
	else
		buf_addf(&p.out, two_plans.at[p.language], old->id, old->revision, new->id,
		    new->revision);
	if (s->diff.count == 0)
		buf_addf(&p.out, "%s", nothing.at[p.language]);
	plan_diff_print(&p, &s->diff);
	if (s->effects != NULL)
		diff_effects_print(&p, s->effects);
	fwrite(p.out.at, 1, p.out.len, stdout);
	buf_fini(&p.out);
}

static int
compare(struct session *s, const struct diff_settings *cfg, struct err *e)
{
	if (open_store(s, cfg->redis, e) != 0 || read_plans(s, e) != 0 ||
	    choose_day(s, cfg->today, e) != 0)
		return -1;
	plan_diff_make(&s->diff, s->plan[DIFF_OLD], s->plan[DIFF_NEW]);
	warn(s);
	return take_effects(s, e);
}

int
plan_diff_command(int argc, char **argv)
{
	struct diff_settings cfg = {0};
	struct session       s = {0};
	struct command_run   run;
	struct err           err = {0};
	int                  status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	s.operand[DIFF_OLD] = argv[run.first];
	s.operand[DIFF_NEW] = argv[run.first + 1];
	if (compare(&s, &cfg, &err) != 0) {
		status = command_fail(&err);
	} else {
		status = s.diff.count == 0 ? SAME : DIFFERENT;
		if (cfg.shared.json)
			print_json(&s);
		else
			print_text(&s, &run);
	}
	diff_effects_free(s.effects);
	plan_diff_fini(&s.diff);
	plan_free(s.plan[DIFF_OLD]);
	plan_free(s.plan[DIFF_NEW]);
	store_close(s.store);
	return status;
}
