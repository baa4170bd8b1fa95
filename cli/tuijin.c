#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/command_list.h"
#include "common/translate.h"

static const struct command commands[] = {
    {"plan check", TEXT("checks plan files and lists every mistake"), plan_check_command,
	COMMAND_OF_PLAN},
    {"plan load", TEXT("puts a plan, or a new revision of it, into force"), plan_load_command,
	COMMAND_OF_PLAN},
    {"plan diff", TEXT("shows what a revision changes, and what that does to the rates"),
	plan_diff_command, COMMAND_OF_PLAN},
    {"plan show", TEXT("shows a plan as a tree, or lists the loaded ones"), plan_show_command,
	COMMAND_OF_PLAN},
    {"report", TEXT("sends an agency's reports and prints each verdict"), report_command,
	COMMAND_OF_REPORTS},
    {"dispose", TEXT("sends the office's ruling on a task"), dispose_command, COMMAND_OF_REPORTS},
    {"status", TEXT("shows how far the plan has come"), status_command, COMMAND_TO_LOOK},
    {"watch", TEXT("follows the summaries, a line for each change"), watch_command,
	COMMAND_TO_LOOK},
    {"notify", TEXT("tells programs and HTTP endpoints of alerts, reminds agencies"),
	notify_command, COMMAND_TO_LOOK},
    {"history", TEXT("shows who said what on a task, and what became of it"), history_command,
	COMMAND_TO_LOOK},
    {"rollup", TEXT("shows the whole rollup as it is, was, or was known"), rollup_command,
	COMMAND_TO_LOOK},
    {"explain", TEXT("takes a number apart: every addend, and what costs the most"),
	explain_command, COMMAND_TO_LOOK},
    {"verify", TEXT("proves all that is kept against the ledger, and can put it right"),
	verify_command, COMMAND_TO_PROVE},
    {"seal", TEXT("prints the newest seal of the ledger, to be kept elsewhere"), seal_command,
	COMMAND_TO_PROVE},
    {"export", TEXT("writes the ledger as csv, ndjson, a workbook or a printable report"),
	export_command, COMMAND_TO_LOOK},
    {"trend", TEXT("shows how the numbers went, day by day, with a plot"), trend_command,
	COMMAND_TO_LOOK},
    {"simulate", TEXT("lets all agencies of a plan report, for show and for load"),
	simulate_command, COMMAND_TOOL},
    {"rehearse", TEXT("loads a plan with a made-up past, for exercises"), rehearse_command,
	COMMAND_TOOL},
    {"bench", TEXT("measures how many reports a second an installation takes"), bench_command,
	COMMAND_TOOL},
    {"keygen", TEXT("makes a pair of keys: a secret file and a line for authorized_keys"),
	keygen_command, COMMAND_OF_KEYS},
    {"keys list", TEXT("lists the keys of an authorized_keys file"), keys_list_command,
	COMMAND_OF_KEYS},
    {"keys check", TEXT("checks authorized_keys and the permissions of key files"),
	keys_check_command, COMMAND_OF_KEYS},
    {"doctor", TEXT("examines a running installation and says how to mend it"), doctor_command,
	COMMAND_TO_PROVE},
};

/* How many of argv[1..] make up this command's name; 0: it is another one. */
static int
words_of(const struct command *c, int argc, char **argv)
{
	const char *space = strchr(c->name, ' ');
	size_t      first = space == NULL ? strlen(c->name) : (size_t)(space - c->name);

	if (argc < 2 || strlen(argv[1]) != first || strncmp(argv[1], c->name, first) != 0)
		return 0;
	if (space == NULL)
		return 1;
	return argc > 2 && strcmp(argv[2], space + 1) == 0 ? 2 : 0;
}

#define WORD_MAX 24

/* First words that alone are no command. */
static const struct {
	const char *word, *choice;
} groups[] = {
    {"plan", TEXT("plan check, plan diff, plan load or plan show")},
    {"keys", TEXT("keys check or keys list")},
};

/* The choice behind a first word; NULL: it is no such word. */
static const char *
choice_of(const char *word)
{
	for (size_t i = 0; i < OPTIONS_COUNT(groups); i++)
		if (strcmp(groups[i].word, word) == 0)
			return groups[i].choice;
	return NULL;
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters to change, add or drop to come from a to b. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], cols = strlen(b);

	for (size_t j = 0; j <= cols; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 1; j <= cols; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[cols];
}

static int
unknown(int argc, char **argv)
{
	char                  word[WORD_MAX + 1];
	const struct command *nearest = NULL;
	const char           *choice = choice_of(argv[1]);
	size_t                best = 3; /* more changes are no slip of the finger */

	snprintf(word, sizeof(word), "%s", argv[1]);
	if (choice != NULL && argc > 2)
		snprintf(word, sizeof(word), "%s %s", argv[1], argv[2]);
	for (size_t i = 0; i < OPTIONS_COUNT(commands); i++) {
		size_t d = distance(word, commands[i].name);

		if (d < best) {
			best = d;
			nearest = &commands[i];
		}
	}
	if (choice != NULL && nearest == NULL)
		fprintf(stderr, translate("tuijin: %s?\n"), translate(choice));
	else if (nearest != NULL)
		fprintf(stderr, translate("tuijin: no command '%s'; did you mean '%s'?\n"), word,
		    nearest->name);
	else
		fprintf(stderr, translate("tuijin: no command '%s'; 'tuijin --help' lists them\n"),
		    word);
	return EX_USAGE;
}

static bool
asks_for_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static const struct command *
find(int argc, char **argv, int *words)
{
	for (size_t i = 0; i < OPTIONS_COUNT(commands); i++)
		if ((*words = words_of(&commands[i], argc, argv)) > 0)
			return &commands[i];
	return NULL;
}

/* What `tuijin` shows of itself. */
static bool
shows_list(int argc, char **argv)
{
	static const struct {
		const char *flag;
		void (*show)(FILE *out, const struct command *commands, size_t count);
	} pages[] = {{"--man", command_list_man}, {"--complete", command_list_names}};

	if (asks_for_help(argv[1]) ||
	    (argc > 2 && choice_of(argv[1]) != NULL && asks_for_help(argv[2]))) {
		command_list(stdout, commands, OPTIONS_COUNT(commands));
		return true;
	}
	for (size_t i = 0; i < OPTIONS_COUNT(pages); i++)
		if (strcmp(argv[1], pages[i].flag) == 0) {
			pages[i].show(stdout, commands, OPTIONS_COUNT(commands));
			return true;
		}
	return false;
}

static int
dispatch(int argc, char **argv)
{
	static char           help[] = "--help";
	const struct command *c;
	int                   words;

	translate_to(options_language(argc, argv));
	if (argc < 2) {
		command_list(stderr, commands, OPTIONS_COUNT(commands));
		return EX_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 && (c = find(argc - 1, argv + 1, &words)) != NULL) {
		argv[words + 1] = help; /* where the last word of its name stands */
		return c->run(argc - words, argv + words);
	}
	if (shows_list(argc, argv))
		return EX_OK;
	if (strcmp(argv[1], "--version") == 0) {
		printf("tuijin %s\n", TUIJIN_VERSION);
		return EX_OK;
	}
	c = find(argc, argv, &words);
	if (c != NULL)
		return c->run(argc - words, argv + words);
	return unknown(argc, argv);
}

/* `tuijin ... | head` has read what it wanted: that is no failure. */
static bool
reader_is_gone(void)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR) != 0;
}

int
main(int argc, char **argv)
{
	int status;

	/* Redis hanging up is an error to report, not a reason to die silently. */
	signal(SIGPIPE, SIG_IGN);
	screen_init();
	status = dispatch(argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout)) && !reader_is_gone() && status <= 1) {
		fprintf(stderr, translate("tuijin: standard output: could not write all of it\n"));
		status = EX_IOERR;
	}
	return status;
}
