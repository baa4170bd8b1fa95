#include <stdio.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/keys.h"
#include "cli/table.h"
#include "core/calendar.h"

struct list_settings {
	const char             *today;
	struct command_settings shared;
};

static const struct option_row rows[] = {
    KEYS_TODAY(struct list_settings),
    COMMAND_JSON(struct list_settings, "one array with an object for each key"),
    COMMAND_LANG(struct list_settings),
    COMMAND_LOG(struct list_settings),
};

static const struct option_page page = {
    .program = "tuijin keys list",
    .summary = "Lists the keys that a file of authorized keys lets in: the id under which records\n"
	       "and logs name each, whose it is, its last day (UTC), and whether it is good today.",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin keys list /etc/tuijin/authorized_keys\n"
		"  tuijin keys list authorized_keys --json\n",
};

/* How a state is shown. */
static const struct {
	const char   *json;
	struct phrase words;
	enum style    style;
} states[AUTHORIZED_STATES] = {
    [AUTHORIZED_GOOD] = {"good", PHRASE("good", "有效"), STYLE_GREEN},
    [AUTHORIZED_EXPIRES_SOON] = {"expires_soon", PHRASE("expires soon", "即将到期"), STYLE_YELLOW},
    [AUTHORIZED_EXPIRED] = {"expired", PHRASE("expired", "已过期"), STYLE_RED},
};

static const struct phrase heads[] = {
    PHRASE("id", "编号"),
    PHRASE("agency or role", "单位或角色"),
    PHRASE("expires", "有效期至"),
    PHRASE("state", "状态"),
    PHRASE("comment", "备注"),
};

#define COLUMNS OPTIONS_COUNT(heads)

static void
print_json(const struct authorized *a, int32_t today)
{
	json_t *array = json_array();

	for (size_t i = 0; i < authorized_count(a); i++) {
		const struct authorized_key *k = authorized_at(a, i);
		bool                         is_agency = k->role == AUTHORIZED_AGENCY,
		     ends = k->expires != AUTHORIZED_FOREVER;

		json_array_append_new(array,
		    json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:s, s:s}", "line",
			(json_int_t)k->line, "id", k->id, "key", k->text, "role",
			authorized_role_name(k->role), "agency",
			is_agency ? json_string(k->agency) : json_null(), "expires",
			ends ? json_date(k->expires) : json_null(), "state",
			states[authorized_state(k, today)].json, "comment", k->comment));
	}
	json_print(stdout, array);
}

static void
add_row(struct table *t, const struct authorized_key *k, int32_t today, enum language l)
{
	enum authorized_state state = authorized_state(k, today);
	char                  date[CALENDAR_DATE_SIZE], shown[AUTHORIZED_LINE_MAX * 4];
	bool                  is_agency = k->role == AUTHORIZED_AGENCY;

	table_add(t, STYLE_PLAIN, "%s", k->id);
	table_add(t, STYLE_PLAIN, "%s%s", is_agency ? "" : "@",
	    is_agency ? k->agency : authorized_role_name(k->role));
	table_add(t, STYLE_PLAIN, "%s",
	    k->expires != AUTHORIZED_FOREVER ? calendar_format_date(k->expires, date) : "–");
	table_add(t, states[state].style, "%s", states[state].words.at[l]);
	table_add(t, STYLE_PLAIN, "%s", screen_safe(text_of(k->comment), shown, sizeof(shown)));
}

static void
print_table(const struct authorized *a, int32_t today, const struct command_run *run)
{
	static const struct phrase none = PHRASE("No keys.\n", "没有密钥。\n");
	struct table_column        columns[COLUMNS] = {0};
	struct table              *t;
	struct buf                 out = {0};

	for (size_t i = 0; i < COLUMNS; i++)
		columns[i].head = heads[i].at[run->language];
	columns[COLUMNS - 1].elastic = true;
	t = table_new(columns, COLUMNS);
	for (size_t i = 0; i < authorized_count(a); i++)
		add_row(t, authorized_at(a, i), today, run->language);
	if (authorized_count(a) > 0)
		table_print(t, run->out, &out);
	else
		buf_addf(&out, "%s", none.at[run->language]);
	fwrite(out.at, 1, out.len, stdout);
	buf_fini(&out);
	table_free(t);
}

int
keys_list_command(int argc, char **argv)
{
	struct list_settings       cfg = {0};
	struct command_run         run;
	struct authorized_mistakes mistakes = {0};
	struct authorized         *a = NULL;
	struct err                 err = {0};
	int32_t                    today;
	int status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	if (keys_today(cfg.today, &today, &err) == 0)
		a = keys_read(argv[run.first], &mistakes, &err);
	keys_tell(argv[run.first], &mistakes);
	if (a != NULL && cfg.shared.json)
		print_json(a, today);
	else if (a != NULL)
		print_table(a, today, &run);
	authorized_mistakes_fini(&mistakes);
	authorized_free(a);
	return err.code != ERR_NONE ? command_fail(&err) : 0;
}
