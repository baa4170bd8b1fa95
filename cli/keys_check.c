#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/keys.h"
#include "common/keys.h"
#include "common/keys_file.h"

#define NOTE_SHOWN 256 /* of a path */

struct check_settings {
	const char             *today;
	struct command_settings shared;
};

static const struct option_row rows[] = {
    KEYS_TODAY(struct check_settings),
    COMMAND_JSON(
	struct check_settings, "one JSON object for each file, with its figures or its mistakes"),
    COMMAND_LANG(struct check_settings),
    COMMAND_LOG(struct check_settings),
};

static const struct option_page page = {
    .program = "tuijin keys check",
    .summary =
	"Checks files of authorized keys before a service reads them. Every mistake is a line\n"
	"FILE:LINE: message on standard error, or with --json one of \"mistakes\" in the file's\n"
	"object; the exit status is then 65. A list that not everybody can read is noted. A\n"
	"file that ends in .key is a secret one: its permissions are checked, and the id of its\n"
	"open key is shown.",
    .operands = "FILE…",
    .operands_min = 1,
    .operands_max = 1000,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin keys check /etc/tuijin/authorized_keys\n"
		"  tuijin keys check --json authorized_keys collector.key\n",
};

/* How many keys of each kind a file has. */
struct figures {
	uint32_t keys, role[AUTHORIZED_SUBSCRIBER + 1], state[AUTHORIZED_STATES];
};

static struct figures
figures_of(const struct authorized *a, int32_t today)
{
	struct figures f = {.keys = (uint32_t)authorized_count(a)};

	for (size_t i = 0; i < authorized_count(a); i++) {
		const struct authorized_key *k = authorized_at(a, i);

		f.role[k->role]++;
		f.state[authorized_state(k, today)]++;
	}
	return f;
}

static void
print_json(const char *path, const struct figures *f)
{
	json_print(stdout,
	    json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "file", path, "keys",
		(json_int_t)f->keys, "agency", (json_int_t)f->role[AUTHORIZED_AGENCY], "operator",
		(json_int_t)f->role[AUTHORIZED_OPERATOR], "subscriber",
		(json_int_t)f->role[AUTHORIZED_SUBSCRIBER], "expires_soon",
		(json_int_t)f->state[AUTHORIZED_EXPIRES_SOON], "expired",
		(json_int_t)f->state[AUTHORIZED_EXPIRED]));
}

static const struct phrase colon = PHRASE(": ", "：");

static void
print_line(const char *path, const struct figures *f, enum language l)
{
	static const struct noun key = {"key", "keys", "个密钥"};
	static const struct noun agency = {"of an agency", "of agencies", "个属于单位"};
	static const struct noun operators = {"of an operator", "of operators", "个属于操作员"};
	static const struct noun subscriber = {"of a subscriber", "of subscribers", "个属于订阅者"};
	static const struct noun soon = {"expires soon", "expire soon", "个即将到期"};
	static const struct noun expired = {"has expired", "have expired", "个已过期"};
	const struct count       counts[] = {
		  {f->keys, &key},
		  {f->role[AUTHORIZED_AGENCY], &agency},
		  {f->role[AUTHORIZED_OPERATOR], &operators},
		  {f->role[AUTHORIZED_SUBSCRIBER], &subscriber},
		  {f->state[AUTHORIZED_EXPIRES_SOON], &soon},
		  {f->state[AUTHORIZED_EXPIRED], &expired},
        };
	struct buf out = {0};

	buf_addf(&out, "%s%s", path, colon.at[l]);
	language_counts(&out, l, counts, OPTIONS_COUNT(counts));
	fwrite(out.at, 1, out.len, stdout);
	buf_fini(&out);
}

static void
print_mistakes(const char *path, const struct authorized_mistakes *m)
{
	size_t  told = m->count < AUTHORIZED_MISTAKES_MAX ? m->count : AUTHORIZED_MISTAKES_MAX;
	json_t *list = json_array(), *object;

	for (size_t i = 0; i < told; i++)
		json_array_append_new(list,
		    json_pack("{s:I, s:s}", "line", (json_int_t)m->at[i].line, "message",
			m->at[i].message));
	object = json_pack("{s:s, s:o}", "file", path, "mistakes", list);
	if (told < m->count)
		json_object_set_new(object, "more", json_integer((json_int_t)(m->count - told)));
	json_print(stdout, object);
}

/* A check under way. */
struct session {
	enum language language;
	bool          json;
	int32_t       today;
};

static void
print_figures(const struct session *s, const struct authorized *a, const char *shown)
{
	struct figures f = figures_of(a, s->today);

	if (s->json)
		print_json(shown, &f);
	else
		print_line(shown, &f, s->language);
}

static void
note_private(const char *path)
{
	char shown[NOTE_SHOWN];

	if (keys_file_is_private(path))
		command_note(LOG_WARN,
		    "%s: not everybody can read it: a service that runs as another user cannot",
		    text_escape(text_of(path), shown, sizeof(shown)));
}

static void
check_list(const struct session *s, const char *path, const char *shown, struct err *e)
{
	struct authorized_mistakes mistakes = {0};
	struct authorized         *a = keys_read(path, &mistakes, e);

	if (a != NULL) {
		print_figures(s, a, shown);
		note_private(path);
	} else if (s->json && mistakes.count > 0) {
		print_mistakes(shown, &mistakes);
	} else {
		keys_tell(path, &mistakes);
	}
	authorized_mistakes_fini(&mistakes);
	authorized_free(a);
}

static void
check_secret(const struct session *s, const char *path, const char *shown, struct err *e)
{
	static const struct phrase secret = PHRASE("the secret of key ", "私钥，其密钥编号为 ");
	struct key_pair            pair;
	char                       id[KEY_ID_SIZE], open[KEY_TEXT_SIZE];

	if (key_pair_read(path, &pair, e) != 0) {
		e->code = ERR_INPUT;
		return;
	}
	key_pair_wipe(&pair);
	key_id(&pair.open, id);
	if (s->json)
		json_print(stdout,
		    json_pack("{s:s, s:s, s:s}", "file", shown, "secret_of", id, "key",
			key_format(&pair.open, open)));
	else
		printf("%s%s%s%s\n", shown, colon.at[s->language], secret.at[s->language], id);
}

static bool
is_secret(const char *path)
{
	static const char end[] = ".key";
	size_t            len = strlen(path);

	return len >= strlen(end) && strcmp(path + len - strlen(end), end) == 0;
}

/* Returns 0, or the exit status. */
static int
check(const struct session *s, const char *path)
{
	struct err err = {0};
	char       shown[KEYS_PATH_SHOWN]; /* JSON has no place for bytes that are no UTF-8 */

	screen_safe(text_of(path), shown, sizeof(shown));
	if (is_secret(path))
		check_secret(s, path, shown, &err);
	else
		check_list(s, path, shown, &err);
	return err.code != ERR_NONE ? command_fail(&err) : 0;
}

int
keys_check_command(int argc, char **argv)
{
	struct check_settings cfg = {0};
	struct command_run    run;
	struct session        s;
	struct err            err = {0};
	int                   worst = 0;
	int                   status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	s = (struct session){run.language, cfg.shared.json, 0};
	if (keys_today(cfg.today, &s.today, &err) != 0)
		return command_fail(&err);
	for (int i = run.first; i < argc; i++) {
		int rc = check(&s, argv[i]);

		worst = rc != 0 ? rc : worst;
	}
	return worst;
}
