#include <sysexits.h>

#include "cli/command.h"
#include "cli/export_csv.h"
#include "cli/export_file.h"
#include "cli/export_ndjson.h"
#include "cli/export_peaks.h"
#include "cli/export_report.h"
#include "cli/export_xlsx.h"

struct export_settings {
	const char *format, *output, *redis, *plan, *as_of, *known_at, *today;

	struct command_settings shared;
};

#define AT(member) offsetof(struct export_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"format", "FORMAT", OPTION_TEXT, AT(format), NULL, 0, 0, "csv, ndjson, xlsx or report"},
	{"output", "FILE", OPTION_TEXT, AT(output), NULL, 0, 0,
	    "where to (default, and -: standard output)"},
	COMMAND_REDIS(struct export_settings, COMMAND_REDIS_DEFAULT, "the store"),
	COMMAND_PLAN(struct export_settings),
	PICTURE_FLAGS(struct export_settings),
	{"lang", "zh|en", OPTION_TEXT, AT(shared.lang), NULL, 0, 0,
	    "language of titles and words (default: zh for xlsx and report, else the locale's)"},
	COMMAND_LOG(struct export_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin export",
    .summary =
	"Writes the ledger as it stands, or stood, for other programs and for print: csv, a\n"
	"row for each obligation, for spreadsheet programs; ndjson, a JSON object a line (the\n"
	"plan, every summary, every obligation); xlsx, a workbook by chapter, by agency and of\n"
	"exceptions; report, one HTML page for A4. The same moment gives the same bytes. FILE is\n"
	"written whole or not at all.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin export --format report --output 通报.html\n"
		"  tuijin export --format xlsx --output 台账-2026-06-30.xlsx --as-of 2026-06-30\n"
		"  tuijin export --format csv --lang zh > 台账.csv\n"
		"  tuijin export --format ndjson --known-at 2026-06-30T09:30 | jq 'select(.kind == "
		"\"plan\")'\n",
};

static int
write_csv(const struct facts *f, FILE *to, struct err *e)
{
	(void)e;
	export_csv(f, to);
	return 0;
}

static int
write_ndjson(const struct facts *f, FILE *to, struct err *e)
{
	(void)e;
	export_ndjson(f, to);
	return 0;
}

static int
write_xlsx(const struct facts *f, FILE *to, struct err *e)
{
	struct concerns c;
	int             rc;

	concerns_init(&c, f);
	rc = export_xlsx(f, &c, to, e);
	concerns_fini(&c);
	return rc;
}

static int
write_report(const struct facts *f, FILE *to, struct err *e)
{
	struct concerns c;

	(void)e;
	concerns_init(&c, f);
	export_report(f, &c, to);
	concerns_fini(&c);
	return 0;
}

static const struct format {
	const char *name;
	bool        is_for_people; /* in Chinese unless told otherwise */
	bool        is_binary;
	int (*write)(const struct facts *f, FILE *to, struct err *e);
} formats[] = {
    {"csv", false, false, write_csv},
    {"ndjson", false, false, write_ndjson},
    {"xlsx", true, true, write_xlsx},
    {"report", true, false, write_report},
};

static const struct format *
choose(const struct export_settings *cfg, struct err *e)
{
	const struct format *found = NULL;
	const char          *name = cfg->format != NULL ? cfg->format : "";
	char                 shown[40];

	for (size_t i = 0; i < OPTIONS_COUNT(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			found = &formats[i];
	if (*name == '\0')
		err_set(e, ERR_USAGE, "--format is missing; expected csv, ndjson, xlsx or report");
	else if (found == NULL)
		err_set(e, ERR_USAGE, "--format: got '%s', expected csv, ndjson, xlsx or report",
		    text_escape(text_of(name), shown, sizeof(shown)));
	else if (found->is_binary && (cfg->output == NULL || *cfg->output == '\0'))
		err_set(e, ERR_USAGE, "--format %s needs --output FILE, or - for standard output",
		    found->name);
	else
		return found;
	return NULL;
}

/* Returns the exit status: what cannot be written is neither Redis' fault nor the plan's. */
static int
write_out(const struct format *format, const struct facts *f, const char *output)
{
	struct export_file file;
	struct err         err = {0};

	if (export_file_open(&file, output, &err) == 0) {
		if (format->write(f, file.to, &err) != 0)
			export_file_drop(&file);
		else if (export_file_commit(&file, &err) == 0)
			return EX_OK;
	}
	command_fail(&err);
	return EX_IOERR;
}

static enum language
language_of(
    const struct format *format, const struct export_settings *cfg, const struct command_run *run)
{
	bool chosen = cfg->shared.lang != NULL && *cfg->shared.lang != '\0';

	return format->is_for_people && !chosen ? LANGUAGE_ZH : run->language;
}

/* Returns the exit status, or -1 with *e. */
static int
export_it(const struct export_settings *cfg, const struct format *format, enum language language,
    struct store *store, struct err *e)
{
	struct picture_request request;
	struct picture        *picture;
	struct facts           facts;
	int                    status = -1;
	int64_t                until_ms = INT64_MAX;

	if (picture_request_read(cfg->plan, cfg->as_of, cfg->known_at, cfg->today, &request, e) !=
		0 ||
	    (picture = picture_take(store, &request, e)) == NULL)
		return -1;
	if (request.as_of.kind != MOMENT_NONE)
		until_ms = picture_now_ms(picture);
	facts_init(&facts, picture, &request, cfg->as_of, cfg->known_at, language);
	if (peaks_find(&facts, store, until_ms, e) == 0)
		status = write_out(format, &facts, cfg->output);
	facts_fini(&facts);
	picture_free(picture);
	return status;
}

int
export_command(int argc, char **argv)
{
	struct export_settings cfg = {0};
	struct command_run     run;
	struct err             err = {0};
	int                    status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);
	const struct format   *format;
	struct store          *store;

	if (status >= 0)
		return status;
	if ((format = choose(&cfg, &err)) == NULL || (store = store_open(cfg.redis, &err)) == NULL)
		return command_fail(&err);
	status = export_it(&cfg, format, language_of(format, &cfg, &run), store, &err);
	store_close(store);
	return status >= 0 ? status : command_fail(&err);
}
