#include <inttypes.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/plan_file.h"

#define PATH_SHOWN 4096

struct check_settings {
	struct command_settings shared;
};

static const struct option_row rows[] = {
    COMMAND_JSON(
	struct check_settings, "one JSON object for each file, with its figures or its mistakes"),
    COMMAND_LANG(struct check_settings),
    COMMAND_LOG(struct check_settings),
};

static const struct option_page page = {
    .program = "tuijin plan check",
    .summary =
	"Checks plan files. Every mistake is a line FILE:LINE:COLUMN: message on standard\n"
	"error, or with --json one of \"mistakes\" in the file's object; the exit status is\n"
	"then 65. A file that cannot be read is told on standard error alone.",
    .operands = "FILE…",
    .operands_min = 1,
    .operands_max = 1000,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin plan check plans/ipr-2026.yaml\n"
		"  tuijin plan check --json plans/*.yaml\n",
};

static void
print_json(const struct plan *p, const char *path)
{
	struct plan_figures f = plan_figures_of(p);
	char                shown[PATH_SHOWN]; /* JSON has no place for bytes that are no UTF-8 */

	path = screen_safe(text_of(path), shown, sizeof(shown));
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
	static const struct phrase head =
	    PHRASE("%s revision %" PRIu32 ": ", "%s 第 %" PRIu32 " 版：");
	static const struct noun named_pair = {"named pair", "named pairs", "个列名责任"};
	struct plan_figures      f = plan_figures_of(p);
	const struct count       counts[] = {
		  {f.chapters, &noun_chapter},
		  {f.sections, &noun_section},
		  {f.tasks, &noun_task},
		  {f.agencies, &noun_agency},
		  {f.named_pairs, &named_pair},
		  {f.obligations, &noun_obligation},
        };
	struct buf out = {0};

	buf_addf(&out, head.at[l], p->id, p->revision);
	language_counts(&out, l, counts, OPTIONS_COUNT(counts));
	fwrite(out.at, 1, out.len, stdout);
	buf_fini(&out);
}

static void
print_mistakes(const struct plan_mistakes *m, const char *path)
{
	json_t *list = json_array(), *object;
	char    shown[PATH_SHOWN]; /* a message that was cut may end within a character */

	for (size_t i = 0; i < m->kept; i++)
		json_array_append_new(list,
		    json_pack("{s:I, s:I, s:s}", "line", (json_int_t)m->at[i].line, "column",
			(json_int_t)m->at[i].column, "message",
			screen_safe(text_of(m->at[i].message), shown, sizeof(shown))));
	path = screen_safe(text_of(path), shown, sizeof(shown));
	object = json_pack("{s:s, s:o}", "file", path, "mistakes", list);
	if (m->kept < m->count)
		json_object_set_new(object, "more", json_integer((json_int_t)(m->count - m->kept)));
	json_print(stdout, object);
}

/* Returns 0, or the exit status. */
static int
check(const char *path, const struct command_run *run, bool json, struct buf *yaml)
{
	struct err           err = {0};
	struct plan_mistakes mistakes = {0};
	struct plan         *p = plan_file_parse(path, yaml, &mistakes, &err);

	if (p == NULL && json && mistakes.count > 0)
		print_mistakes(&mistakes, path);
	else if (p == NULL)
		plan_file_tell(path, &mistakes);
	else if (json)
		print_json(p, path);
	else
		print_line(p, run->language);
	plan_mistakes_fini(&mistakes);
	plan_free(p);
	return err.code != ERR_NONE ? command_fail(&err) : 0;
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
		int rc = check(argv[i], &run, cfg.shared.json, &yaml);

		worst = rc != 0 ? rc : worst;
	}
	buf_fini(&yaml);
	return worst;
}
