#include "core/plan_yaml_bind.h"

#include "core/calendar.h"

enum { CHAPTER_NUMBER, CHAPTER_ZH, CHAPTER_EN, CHAPTER_SECTIONS, CHAPTER_TASKS, CHAPTER_KEYS };
enum { SECTION_NUMBER, SECTION_ZH, SECTION_EN, SECTION_TASKS, SECTION_KEYS };
enum {
	TASK_NUMBER,
	TASK_ZH,
	TASK_EN,
	TASK_DUTY,
	TASK_AGENCIES,
	TASK_WEIGHT,
	TASK_STARTS,
	TASK_DUE,
	TASK_KEYS
};

static const struct plan_key chapter_keys[CHAPTER_KEYS] = {
    [CHAPTER_NUMBER] = {"number", true},
    [CHAPTER_ZH] = {"zh", true},
    [CHAPTER_EN] = {"en", false},
    [CHAPTER_SECTIONS] = {"sections", false}, /* one of the two, see check_parts() */
    [CHAPTER_TASKS] = {"tasks", false},
};

static const struct plan_key section_keys[SECTION_KEYS] = {
    [SECTION_NUMBER] = {"number", true},
    [SECTION_ZH] = {"zh", true},
    [SECTION_EN] = {"en", false},
    [SECTION_TASKS] = {"tasks", true},
};

static const struct plan_key task_keys[TASK_KEYS] = {
    [TASK_NUMBER] = {"number", true},
    [TASK_ZH] = {"zh", true},
    [TASK_EN] = {"en", false},
    [TASK_DUTY] = {"duty", false}, /* required with several agencies, see bind_duty() */
    [TASK_AGENCIES] = {"agencies", true},
    [TASK_WEIGHT] = {"weight", false},
    [TASK_STARTS] = {"starts", false},
    [TASK_DUE] = {"due", false},
};

static uint32_t
task_count(const struct plan_binder *b)
{
	return (uint32_t)(b->tasks.len / sizeof(struct plan_task));
}

/* A task's own day, which lies within the plan's; the plan's where it has none. */
static bool
bind_day(struct plan_binder *b, const struct plan_node *n, int32_t preset, int32_t *day)
{
	char first[CALENDAR_DATE_SIZE], last[CALENDAR_DATE_SIZE], got[PLAN_GOT_SIZE];

	*day = preset;
	if (n == NULL)
		return b->days_known;
	if (!plan_value_day(b->mistakes, n, day) || !b->days_known)
		return false;
	if (*day >= b->plan->starts && *day <= b->plan->ends)
		return true;
	plan_mistake_value(b->mistakes, n, "got %s, expected a day of the plan, %s to %s",
	    plan_value_got(n, got), calendar_format_date(b->plan->starts, first),
	    calendar_format_date(b->plan->ends, last));
	return false;
}

static void
bind_task_days(struct plan_binder *b, const struct plan_node *starts, const struct plan_node *due,
    struct plan_task *t)
{
	bool starts_known = bind_day(b, starts, b->plan->starts, &t->starts);
	bool due_known = bind_day(b, due, b->plan->ends, &t->due);
	char date[CALENDAR_DATE_SIZE], got[PLAN_GOT_SIZE];

	if (starts_known && due_known && t->due < t->starts)
		plan_mistake_value(b->mistakes, due, "got %s, expected %s (starts) or later",
		    plan_value_got(due, got), calendar_format_date(t->starts, date));
}

/* A task of one agency is its lead's, whatever the file says. */
static enum plan_duty
bind_duty(struct plan_binder *b, const struct plan_node *task, const struct plan_node *n,
    uint32_t agencies)
{
	const char    *duties[PLAN_DUTIES];
	enum plan_duty duty;

	for (uint32_t i = 0; i < PLAN_DUTIES; i++)
		duties[i] = plan_duty_name(i);
	duty = plan_value_word(b->mistakes, n, duties, PLAN_DUTIES, PLAN_LEAD);
	if (n == NULL && agencies > 1)
		plan_mistake_missing(b->mistakes, task, "duty",
		    "missing, expected lead or shared for a task of several agencies");
	return agencies > 1 ? duty : PLAN_LEAD;
}

/* False, with a mistake said once, if the plan is full. */
static bool
has_room(struct plan_binder *b, const struct plan_node *n)
{
	if (task_count(b) < PLAN_TASKS_MAX)
		return true;
	if (!b->tasks_cut)
		plan_mistake_value(b->mistakes, n,
		    "got more than %d tasks, expected at most %d in a plan", PLAN_TASKS_MAX,
		    PLAN_TASKS_MAX);
	b->tasks_cut = true;
	return false;
}

static void
bind_task(struct plan_binder *b, const struct plan_node *n, uint32_t chapter, uint32_t section)
{
	const struct plan_node *key[TASK_KEYS];
	struct plan_task t = {.chapter = chapter, .section = section, .number = task_count(b) + 1};
	uint32_t         agencies;

	if (!has_room(b, n))
		return;
	plan_value_members(b->mistakes, n, task_keys, TASK_KEYS, key);
	plan_value_next(b->mistakes, key[TASK_NUMBER], &b->task_number,
	    "task numbers rise by one through the whole file");
	t.title = plan_value_title(b->mistakes, key[TASK_ZH], key[TASK_EN], b->plan->arena);
	t.weight = plan_value_number(b->mistakes, key[TASK_WEIGHT], 1, PLAN_WEIGHT_MAX, 1);
	bind_task_days(b, key[TASK_STARTS], key[TASK_DUE], &t);
	agencies = plan_bind_duties(b, key[TASK_AGENCIES], &t);
	t.duty = bind_duty(b, n, key[TASK_DUTY], agencies);
	buf_add(&b->tasks, &t, sizeof(t));
}

/* Returns how many there are. */
static uint32_t
bind_tasks(struct plan_binder *b, const struct plan_node *list, uint32_t chapter, uint32_t section)
{
	uint32_t first = task_count(b);

	for (const struct plan_node *n = plan_value_list(b->mistakes, list, "tasks"); n != NULL;
	     n = n->next)
		bind_task(b, n, chapter, section);
	return task_count(b) - first;
}

static void
bind_section(
    struct plan_binder *b, const struct plan_node *n, uint32_t chapter, struct plan_counter *number)
{
	const struct plan_node *key[SECTION_KEYS];
	uint32_t                index = (uint32_t)(b->sections.len / sizeof(struct plan_section));
	struct plan_section     s = {.chapter = chapter, .first_task = task_count(b)};

	plan_value_members(b->mistakes, n, section_keys, SECTION_KEYS, key);
	plan_value_next(b->mistakes, key[SECTION_NUMBER], number,
	    "section numbers rise by one within the chapter");
	s.number = (uint32_t)number->position;
	s.title = plan_value_title(b->mistakes, key[SECTION_ZH], key[SECTION_EN], b->plan->arena);
	s.task_count = bind_tasks(b, key[SECTION_TASKS], chapter, index);
	buf_add(&b->sections, &s, sizeof(s));
}

static void
bind_sections(
    struct plan_binder *b, const struct plan_node *list, uint32_t chapter, struct plan_chapter *c)
{
	const struct plan_node *n = plan_value_list(b->mistakes, list, "sections");
	struct plan_counter     number = {0};

	for (; n != NULL && c->section_count < PLAN_SECTIONS_MAX; n = n->next) {
		bind_section(b, n, chapter, &number);
		c->section_count++;
	}
	if (n != NULL)
		plan_mistake_value(b->mistakes, n,
		    "got %u sections, expected at most %d in a chapter", list->count,
		    PLAN_SECTIONS_MAX);
}

static void
check_parts(struct plan_binder *b, const struct plan_node *n, const struct plan_node *sections,
    const struct plan_node *tasks)
{
	if (sections == NULL && tasks == NULL && n->kind == PLAN_NODE_MAP)
		plan_mistake_value(
		    b->mistakes, n, "has neither sections nor tasks, expected one of them");
	if (sections != NULL && tasks != NULL)
		plan_mistake_value(
		    b->mistakes, n, "has both sections and tasks, expected one of them");
}

static void
bind_chapter(struct plan_binder *b, const struct plan_node *n)
{
	const struct plan_node *key[CHAPTER_KEYS];
	uint32_t                index = (uint32_t)(b->chapters.len / sizeof(struct plan_chapter));
	struct plan_chapter     c = {
		.first_task = task_count(b),
		.first_section = (uint32_t)(b->sections.len / sizeof(struct plan_section)),
        };

	plan_value_members(b->mistakes, n, chapter_keys, CHAPTER_KEYS, key);
	plan_value_next(
	    b->mistakes, key[CHAPTER_NUMBER], &b->chapter_number, "chapter numbers rise by one");
	c.number = (uint32_t)b->chapter_number.position;
	c.title = plan_value_title(b->mistakes, key[CHAPTER_ZH], key[CHAPTER_EN], b->plan->arena);
	check_parts(b, n, key[CHAPTER_SECTIONS], key[CHAPTER_TASKS]);
	bind_sections(b, key[CHAPTER_SECTIONS], index, &c);
	bind_tasks(b, key[CHAPTER_TASKS], index, PLAN_NONE);
	c.task_count = task_count(b) - c.first_task;
	buf_add(&b->chapters, &c, sizeof(c));
}

void
plan_bind_chapters(struct plan_binder *b, const struct plan_node *list)
{
	const struct plan_node *n = plan_value_list(b->mistakes, list, "chapters");

	for (; n != NULL && b->chapter_number.position < PLAN_CHAPTERS_MAX; n = n->next)
		bind_chapter(b, n);
	if (n != NULL)
		plan_mistake_value(b->mistakes, n, "got %u chapters, expected at most %d in a plan",
		    list->count, PLAN_CHAPTERS_MAX);
}
