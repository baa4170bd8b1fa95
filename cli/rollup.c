#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/picture.h"
#include "cli/picture_moment.h"
#include "cli/scope_named.h"
#include "cli/scope_view.h"
#include "core/calendar.h"
#include "core/rollup.h"
#include "core/scope.h"

struct rollup_settings {
	const char *redis, *plan, *as_of, *known_at, *today;

	struct command_settings shared;
};

/* clang-format off */
static const struct option_row rows[] = {
	PICTURE_FLAGS(struct rollup_settings),
	COMMAND_REDIS(struct rollup_settings, COMMAND_REDIS_DEFAULT, "the store"),
	COMMAND_PLAN(struct rollup_settings),
	COMMAND_JSON(struct rollup_settings, "the summaries as one JSON document, as they are published"),
	COMMAND_LANG(struct rollup_settings),
	COMMAND_LOG(struct rollup_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin rollup",
    .summary =
	"Shows the whole rollup, folded from the ledger: as it is, as it was known at a moment\n"
	"(--known-at), or what is known of a moment (--as-of); both together: what was known\n"
	"then of an earlier moment. With the plan revision of then. SCOPE is overall, chapter/2,\n"
	"section/2.1, task/27 or agency/cnipa; without any: all of it.",
    .operands = "[SCOPE...]",
    .operands_min = 0,
    .operands_max = 1000,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin rollup\n"
		"  tuijin rollup --as-of 2026-06-30\n"
		"  tuijin rollup chapter/2 agency/cnipa --known-at 2026-06-30T09:30\n"
		"  tuijin rollup --known-at 1774951200123-0 --json\n",
};

/* What is shown: a picture, and the scopes named, or all. */
struct showing {
	const struct picture_request *request;
	const struct picture         *picture;
	const struct command_run     *run;
	struct scope_list             scopes;
	struct buf                    out;
};

static int
choose(struct showing *sh, char **names, int count, struct err *e)
{
	struct scope s;

	for (int i = 0; i < count; i++) {
		if (scope_named_in(sh->picture, "SCOPE", names[i], &s, e) != 0)
			return -1;
		scope_list_add(&sh->scopes, s.kind, s.index);
	}
	return 0;
}

/* One list of scopes, and where their summaries come from. */
struct source {
	struct rollup    *rollup;
	struct scope_list list;
	struct summary    summary;
};

static const struct summary *
summary_at(void *source, size_t i)
{
	struct source *from = source;

	rollup_summary(
	    from->rollup, scope_row(rollup_plan(from->rollup), from->list.at[i]), &from->summary);
	return &from->summary;
}

static struct scope_view
view_of(struct showing *sh, struct source *from)
{
	from->rollup = picture_rollup(sh->picture);
	return (struct scope_view){.plan = picture_plan(sh->picture),
	    .list = &from->list,
	    .at = summary_at,
	    .source = from,
	    .run = sh->run,
	    .out = &sh->out};
}

static void
add_headline(struct showing *sh)
{
	static const struct phrase source =
	    PHRASE("%s · revision %" PRIu32 " · evaluated for %s · position %s\n",
		"%s · 第 %" PRIu32 " 版 · 评价日 %s · 台账位置 %s\n");
	const struct plan *p = picture_plan(sh->picture);
	enum language      l = sh->run->language;
	int32_t            today = rollup_today(picture_rollup(sh->picture));
	char               date[CALENDAR_DATE_SIZE], position[POSITION_SIZE];

	screen_styled(&sh->out, sh->run->out, STYLE_BOLD, text_of(language_title(l, p->title)));
	buf_addf(&sh->out, "\n");
	buf_addf(&sh->out, source.at[l], p->id, p->revision, calendar_format_date(today, date),
	    position_format(fold_position(picture_fold(sh->picture)), position));
	picture_moment_say(sh->picture, sh->request, l, &sh->out);
}

static void
add_chapter(struct scope_list *l, const struct plan *p, uint32_t chapter)
{
	const struct plan_chapter *c = &p->chapters[chapter];

	scope_list_add(l, SCOPE_CHAPTER, chapter);
	for (uint32_t i = 0; i < c->section_count; i++)
		scope_list_add(l, SCOPE_SECTION, c->first_section + i);
}

/* Overall with chapters and sections; then the agencies. */
static void
add_all(struct showing *sh)
{
	struct source     parts = {0}, agencies = {0};
	struct scope_view v = view_of(sh, &parts);

	scope_list_add(&parts.list, SCOPE_OVERALL, 0);
	for (uint32_t i = 0; i < v.plan->chapter_count; i++)
		add_chapter(&parts.list, v.plan, i);
	buf_addf(&sh->out, "\n");
	scope_view_headline(&v);
	scope_view_scopes(&v);
	free(parts.list.at);

	v = view_of(sh, &agencies);
	scope_list_add(&agencies.list, SCOPE_OVERALL, 0);
	for (uint32_t i = 0; i < v.plan->agency_count; i++)
		scope_list_add(&agencies.list, SCOPE_AGENCY, i);
	buf_addf(&sh->out, "\n");
	scope_view_agencies(&v);
	free(agencies.list.at);
}

static void
add_scope(struct showing *sh, struct scope top)
{
	struct source     from = {0};
	struct scope_view v = view_of(sh, &from);

	scope_list_below(&from.list, v.plan, top);
	buf_addf(&sh->out, "\n");
	scope_view_headline(&v);
	scope_view_below(&v);
	free(from.list.at);
}

static void
print_text(struct showing *sh)
{
	add_headline(sh);
	if (sh->scopes.count == 0)
		add_all(sh);
	for (size_t i = 0; i < sh->scopes.count; i++)
		add_scope(sh, sh->scopes.at[i]);
	fwrite(sh->out.at, 1, sh->out.len, stdout);
}

static void
print_json(const struct showing *sh)
{
	struct rollup     *r = picture_rollup(sh->picture);
	const struct plan *p = picture_plan(sh->picture);
	size_t             count = sh->scopes.count;
	json_t            *summaries = json_array();
	struct summary     s;
	char               position[POSITION_SIZE];

	for (uint32_t i = 0; i < (count == 0 ? scope_count(p) : count); i++) {
		rollup_summary(r, count == 0 ? i : scope_row(p, sh->scopes.at[i]), &s);
		json_array_append_new(summaries, json_summary(&s));
	}
	position_format(fold_position(picture_fold(sh->picture)), position);
	json_print(stdout,
	    json_pack("{s:s, s:I, s:s, s:I, s:o, s:o}", "plan", p->id, "revision",
		(json_int_t)p->revision, "position", position, "as_of",
		(json_int_t)calendar_day_start(rollup_today(r), p->utc_offset_min), "moment",
		picture_moment_json(sh->picture, sh->request), "summaries", summaries));
}

static int
show(const struct rollup_settings *cfg, const struct command_run *run, char **names, int count,
    struct err *e)
{
	struct picture_request q;
	struct showing         sh = {.request = &q, .run = run};
	struct store          *store = NULL;
	struct picture        *picture = NULL;
	int                    rc = -1;

	if (picture_request_read(cfg->plan, cfg->as_of, cfg->known_at, cfg->today, &q, e) == 0 &&
	    (store = store_open(cfg->redis, e)) != NULL &&
	    (picture = picture_take(store, &q, e)) != NULL) {
		sh.picture = picture;
		rc = choose(&sh, names, count, e);
		if (rc == 0 && cfg->shared.json)
			print_json(&sh);
		else if (rc == 0)
			print_text(&sh);
	}
	free(sh.scopes.at);
	buf_fini(&sh.out);
	picture_free(picture);
	store_close(store);
	return rc;
}

int
rollup_command(int argc, char **argv)
{
	struct rollup_settings cfg = {0};
	struct command_run     run;
	struct err             err = {0};
	int                    status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	if (show(&cfg, &run, argv + run.first, argc - run.first, &err) != 0)
		return command_fail(&err);
	return 0;
}
