#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/loaded.h"
#include "cli/plan_file.h"
#include "core/calendar.h"
#include "core/mem.h"

struct show_settings {
	const char             *redis;
	struct command_settings shared;
};

static const struct option_row rows[] = {
    COMMAND_REDIS(struct show_settings, COMMAND_REDIS_DEFAULT, "the store, for loaded plans"),
    COMMAND_JSON(struct show_settings, "the plan, or the list, as one JSON document"),
    COMMAND_LANG(struct show_settings),
    COMMAND_LOG(struct show_settings),
};

static const struct option_page page = {
    .program = "tuijin plan show",
    .summary =
	"Shows a plan as a tree: a loaded one by its name, or the one in a file. Without\n"
	"either, lists the loaded plans. Of a task's agencies the first leads; a plus stands\n"
	"before those that a group adds, and behind them the days of a membership that has any.",
    .operands = "[ID|FILE]",
    .operands_min = 0,
    .operands_max = 1,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin plan show\n"
		"  tuijin plan show ipr-2026 --lang zh\n"
		"  tuijin plan show plans/ipr-2026.yaml --json\n",
};

/* What the tree is printed with. */
struct tree {
	const struct plan        *plan;
	const struct command_run *run;
	struct buf                out;
};

static void
styled(struct tree *t, enum style style, const char *text)
{
	screen_styled(&t->out, t->run->out, style, text_of(text));
}

static void
title(struct tree *t, enum style style, struct plan_title of)
{
	styled(t, style, language_title(t->run->language, of));
}

/* " (from 2026-04-01 until 2026-09-30)" behind an agency with dates. */
static void
dates(struct tree *t, const struct plan_obligation *o)
{
	if (o->from == PLAN_FIRST_DAY && o->until == PLAN_LAST_DAY)
		return;
	buf_addf(&t->out, " (");
	language_term(&t->out, t->run->language, o->from, o->until);
	buf_addf(&t->out, ")");
}

/* "国家知识产权局 司法部 +…": ids in English, as nobody knows 38 long names. */
static void
agencies(struct tree *t, const struct plan_task *task)
{
	enum language l = t->run->language;

	for (uint32_t i = 0; i < task->obligation_count; i++) {
		const struct plan_obligation *o = &t->plan->obligations[task->first_obligation + i];
		const struct plan_agency     *a = &t->plan->agencies[o->agency];

		buf_addf(&t->out, "%s", i == 0 ? "" : " ");
		if (o->by_group)
			buf_addf(&t->out, "+");
		styled(
		    t, i == 0 ? STYLE_CYAN : STYLE_PLAIN, l == LANGUAGE_ZH ? a->title.zh : a->id);
		dates(t, o);
	}
}

static void
task(struct tree *t, const struct plan_task *k)
{
	char date[CALENDAR_DATE_SIZE];

	buf_addf(&t->out, "    %3" PRIu32 "  ", k->number);
	title(t, STYLE_PLAIN, k->title);
	buf_addf(&t->out, "\n         ");
	styled(t, STYLE_DIM, language_duty(t->run->language, k->duty));
	buf_addf(&t->out, "  ");
	agencies(t, k);
	if (k->weight != 1)
		buf_addf(&t->out, "  ×%" PRIu32, k->weight);
	if (k->due != t->plan->ends)
		buf_addf(&t->out, "  → %s", calendar_format_date(k->due, date));
	buf_addf(&t->out, "\n");
}

static void
tasks(struct tree *t, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		task(t, &t->plan->tasks[first + i]);
}

static void
chapter(struct tree *t, const struct plan_chapter *c)
{
	buf_addf(&t->out, "\n%" PRIu32 "  ", c->number);
	title(t, STYLE_BOLD, c->title);
	buf_addf(&t->out, "\n");
	if (c->section_count == 0)
		tasks(t, c->first_task, c->task_count);
	for (uint32_t i = 0; i < c->section_count; i++) {
		const struct plan_section *s = &t->plan->sections[c->first_section + i];

		buf_addf(&t->out, "  %" PRIu32 ".%" PRIu32 "  ", c->number, s->number);
		title(t, STYLE_BLUE, s->title);
		buf_addf(&t->out, "\n");
		tasks(t, s->first_task, s->task_count);
	}
}

static const struct phrase figures =
    PHRASE("%s · revision %" PRIu32 " · %s to %s · reports %s · office %s\n",
	"%s · 第 %" PRIu32 " 版 · %s 至 %s · %s报送 · 办公室 %s\n");

static void
print_tree(const struct plan *p, const struct command_run *run)
{
	struct tree               t = {.plan = p, .run = run};
	enum language             l = run->language;
	const struct plan_agency *office = &p->agencies[p->office];
	const struct count        counts[] = {
		   {p->task_count, &noun_task},
		   {p->agency_count, &noun_agency},
		   {p->obligation_count, &noun_obligation},
        };
	char starts[CALENDAR_DATE_SIZE], ends[CALENDAR_DATE_SIZE];

	title(&t, STYLE_BOLD, p->title);
	buf_addf(&t.out, "\n");
	buf_addf(&t.out, figures.at[l], p->id, p->revision, calendar_format_date(p->starts, starts),
	    calendar_format_date(p->ends, ends), language_every(l, p->every),
	    l == LANGUAGE_ZH ? office->title.zh : office->id);
	language_counts(&t.out, l, counts, OPTIONS_COUNT(counts));
	for (uint32_t i = 0; i < p->chapter_count; i++)
		chapter(&t, &p->chapters[i]);
	fwrite(t.out.at, 1, t.out.len, stdout);
	buf_fini(&t.out);
}

static void
print(const struct plan *p, const struct command_run *run, bool json)
{
	if (json)
		json_print(stdout, json_plan(p));
	else
		print_tree(p, run);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
list_each(struct store *s, char **ids, size_t count, const struct command_run *run, bool json,
    struct err *e)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		struct plan *p = loaded_plan(s, ids[i], e);

		if (p == NULL) {
			json_decref(array);
			return -1;
		}
		if (json)
			json_array_append_new(array,
			    json_pack("{s:s, s:I, s:s, s:s}", "id", p->id, "revision",
				(json_int_t)p->revision, "zh", p->title.zh, "en", p->title.en));
		else
			printf("%s  %" PRIu32 "  %s\n", p->id, p->revision,
			    language_title(run->language, p->title));
		plan_free(p);
	}
	if (json)
		json_print(stdout, array);
	else
		json_decref(array);
	return 0;
}

static int
list(struct store *s, const struct command_run *run, bool json, struct err *e)
{
	struct store_reply *reply = loaded_ids(s, e);
	size_t              count;
	char              **ids;
	int                 rc;

	if (reply == NULL)
		return -1;
	count = store_reply_count(reply);
	ids = mem_zeroed(count + 1, sizeof(*ids));
	for (size_t i = 0; i < count; i++) {
		struct text id = store_reply_text(store_reply_at(reply, i));

		ids[i] = mem_copied(id.at, id.len);
	}
	store_reply_free(reply);
	qsort(ids, count, sizeof(*ids), by_name);
	if (count == 0 && !json)
		command_note(LOG_INFO, "no plan is loaded; 'tuijin plan load FILE' does that");
	rc = list_each(s, ids, count, run, json, e);
	for (size_t i = 0; i < count; i++)
		free(ids[i]);
	free(ids);
	return rc;
}

static int
show(const char *operand, const struct show_settings *cfg, const struct command_run *run,
    struct err *e)
{
	struct buf    yaml = {0};
	struct store *s = NULL;
	struct plan  *p = NULL;
	int           rc = -1;

	if (operand != NULL && plan_file_is_path(operand))
		p = plan_file_read(operand, &yaml, e);
	else if ((s = store_open(cfg->redis, e)) != NULL && operand != NULL)
		p = loaded_plan(s, operand, e);
	if (p != NULL) {
		print(p, run, cfg->shared.json);
		rc = 0;
	} else if (s != NULL && operand == NULL) {
		rc = list(s, run, cfg->shared.json, e);
	}
	plan_free(p);
	store_close(s);
	buf_fini(&yaml);
	return rc;
}

int
plan_show_command(int argc, char **argv)
{
	struct show_settings cfg = {0};
	struct command_run   run;
	struct err           err = {0};
	int                  status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	if (show(run.first < argc ? argv[run.first] : NULL, &cfg, &run, &err) != 0)
		return command_fail(&err);
	return 0;
}
