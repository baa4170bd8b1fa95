#include <inttypes.h>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/plan_file.h"

struct check_settings {
	struct command_settings shared;
};

static const struct option_row rows[] = {
    COMMAND_JSON(struct check_settings, "one JSON object for each plan"),
    COMMAND_LANG(struct check_settings),
    COMMAND_LOG(struct check_settings),
};

static const struct option_page page = {
    .program = "tuijin plan check",
    .summary = "Checks plan files. Every mistake is a line FILE:LINE:COLUMN: message on standard\n"
	       "error; the exit status is then 65.",
    .operands = "FILE…",
    .operands_min = 1,
    .operands_max = 1000,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin plan check plans/ipr-2026.yaml\n"
		"  tuijin plan check --json plans/*.yaml\n",
};

static const struct phrase line =
    PHRASE("%s revision %" PRIu32 ": %" PRIu32 " chapters, %" PRIu32 " sections, %" PRIu32
	   " tasks, %" PRIu32 " agencies, %" PRIu32 " named pairs, %" PRIu32 " obligations\n",
	"%s 第 %" PRIu32 " 版：%" PRIu32 " 章、%" PRIu32 " 节、%" PRIu32 " 项任务、%" PRIu32
	" 个部门、%" PRIu32 " 个列名责任、%" PRIu32 " 项责任\n");

static void
print_json(const struct plan *p, const char *path)
{
	struct plan_figures f = plan_figures_of(p);

	json_print(stdout,
	    json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "file", path, "id", p->id,
		"revision", (json_int_t)p->revision, "chapters", (json_int_t)f.chapters, "sections",
		(json_int_t)f.sections, "tasks", (json_int_t)f.tasks, "agencies",
		(json_int_t)f.agencies, "named_pairs", (json_int_t)f.named_pairs, "obligations",
		(json_int_t)f.obligations));
}

static void
print_line(const struct plan *p, enum language l)
{
	struct plan_figures f = plan_figures_of(p);

	printf(line.at[l], p->id, p->revision, f.chapters, f.sections, f.tasks, f.agencies,
	    f.named_pairs, f.obligations);
}

int
plan_check_command(int argc, char **argv)
{
	struct check_settings cfg = {0};
	struct command_run    run;
	struct buf            yaml = {0};
	int                   worst = 0;
	int                   status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	for (int i = run.first; i < argc; i++) {
		struct err   err = {0};
		struct plan *p = plan_file_read(argv[i], &yaml, &err);

		if (p == NULL)
			worst = command_fail(&err);
		else if (cfg.shared.json)
			print_json(p, argv[i]);
		else
			print_line(p, run.language);
		plan_free(p);
	}
	buf_fini(&yaml);
	return worst;
}
