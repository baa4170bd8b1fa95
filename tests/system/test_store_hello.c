/*
 * How a link to Redis begins: with real servers and passwords, and with a server of
 * a few lines that says what a Redis says only in bad moments.
 */
#include "tests/store_world.h"

#include <sys/stat.h>
#include <sys/un.h>

#define SECRET "open-sesame"

/* Who comes to which server with what, over the unix socket. */
static struct password_case {
	const char *name;
	const char *settings[8];
	const char *credentials;
	const char *want_trouble; /* behind the socket's path; NULL: gets in */
} password_cases[] = {
    {"password: right", {"--requirepass", SECRET}, ":" SECRET "@", NULL},
    {"password: right, and the user that is meant", {"--requirepass", SECRET},
	"default:" SECRET "@", NULL},
    {"password: written with %", {"--requirepass", "o/p@e"}, ":o%2Fp%40e@", NULL},
    {"password: wrong", {"--requirepass", "another"}, ":" SECRET "@",
	"the password was refused: WRONGPASS"},
    {"password: none given", {"--requirepass", SECRET}, "",
	"it wants a user and a password (redis://USER@HOST?password-file=FILE)"},
    {"password: of a user", {"--user", "teller", "on", ">" SECRET, "~*", "+@all"},
	"teller:" SECRET "@", NULL},
    {"password: of a user who may do next to nothing",
	{"--user", "teller", "on", ">" SECRET, "+ping"}, "teller:" SECRET "@", NULL},
    {"password: of a user unknown", {"--requirepass", SECRET}, "nobody:" SECRET "@",
	"the password of user 'nobody' was refused: WRONGPASS"},
    /* The server's words then repeat what was sent. */
    {"password: AUTH does not exist", {"--rename-command", "AUTH", ""}, ":" SECRET "@",
	"the password was refused: ERR"},
};

static void
check_password(void **state)
{
	struct world               *w = *state;
	const struct password_case *c = w->row;
	char                        url[160], want[256];

	start_server(w, c->settings);
	snprintf(url, sizeof(url), "unix://%s%s", c->credentials, w->socket);
	open_store(w, url);
	TURN_UNTIL(w->store,
	    store_is_ready(w->store) ||
		(c->want_trouble != NULL &&
		    strstr(store_trouble(w->store), c->want_trouble) != NULL));
	assert_int_equal(store_is_ready(w->store), c->want_trouble == NULL);
	if (c->want_trouble != NULL) {
		snprintf(want, sizeof(want), "redis %s: %s", w->socket, c->want_trouble);
		assert_string_equal(store_trouble(w->store), want);
	} else {
		assert_answer(w->store, "PONG", "PING", NULL, NULL);
	}
	assert_null(strstr(store_trouble(w->store), SECRET));
}

static struct durability_case {
	const char     *name;
	const char     *settings[8];
	enum durability want;
} durability_cases[] = {
    {"durability: always", {"--appendonly", "yes", "--appendfsync", "always"}, DURABILITY_FSYNC},
    {"durability: every second", {"--appendonly", "yes", "--appendfsync", "everysec"},
	DURABILITY_EVERYSEC},
    {"durability: when the system likes", {"--appendonly", "yes", "--appendfsync", "no"},
	DURABILITY_NONE},
    {"durability: always, but no file", {"--appendonly", "no", "--appendfsync", "always"},
	DURABILITY_NONE},
    {"durability: it may not be asked",
	{"--appendonly", "yes", "--appendfsync", "always", "--rename-command", "CONFIG", ""},
	DURABILITY_NONE},
    {"durability: always, but not while rewriting",
	{"--appendonly", "yes", "--appendfsync", "always", "--no-appendfsync-on-rewrite", "yes"},
	DURABILITY_NONE},
};

static void
check_durability(void **state)
{
	struct world                 *w = *state;
	const struct durability_case *c = w->row;

	start_server(w, c->settings);
	open_store(w, w->unix_url);
	assert_int_equal(store_durability(w->store), DURABILITY_NONE);
	store_ask_durability(w->store);
	TURN_UNTIL(w->store, store_is_ready(w->store));
	assert_int_equal(store_durability(w->store), c->want);
	store_drop(w->store, clock_mono_ms(), "another link");
	TURN_UNTIL(w->store, store_is_ready(w->store));
	assert_int_equal(store_durability(w->store), c->want);
}

/* The password in a file: what is in it when a link is made, and what becomes of it. */
static struct file_case {
	const char *name;
	const char *content; /* NULL: no file */
	mode_t      mode;
	const char *want_trouble; /* behind the socket's path; NULL: gets in */
} file_cases[] = {
    {"file: right", SECRET "\n", 0600, NULL},
    {"file: wrong", "open-sesame-s3\n", 0600,
	"the password of user 'teller' (%s) was refused: WRONGPASS"},
    {"file: missing", NULL, 0, "password file: %s: No such file or directory"},
    {"file: open to all", SECRET "\n", 0644, "password file: %s: others may read it: chmod 600"},
    {"file: empty", "", 0600, "password file: %s: its first line is empty"},
};

static void
write_password(const char *path, const char *content, mode_t mode)
{
	int fd = content != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

	if (fd < 0)
		return;
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* Where it does not get in, it does once the file is right. */
static void
check_password_file(void **state)
{
	struct world           *w = *state;
	const struct file_case *c = w->row;
	static const char *user[] = {"--user", "teller", "on", ">" SECRET, "~*", "+@all", NULL};
	char               file[80], url[200], says[160], want[256];

	start_server(w, user);
	snprintf(file, sizeof(file), "%s/password", w->folder);
	write_password(file, c->content, c->mode);
	snprintf(url, sizeof(url), "%s?user=teller&password-file=%s", w->unix_url, file);
	open_store(w, url);
	if (c->want_trouble != NULL) {
		const char *hole = strstr(c->want_trouble, "%s");

		snprintf(says, sizeof(says), "%.*s%s%s",
		    (int)(hole != NULL ? (size_t)(hole - c->want_trouble)
				       : strlen(c->want_trouble)),
		    c->want_trouble, hole != NULL ? file : "", hole != NULL ? hole + 2 : "");
		snprintf(want, sizeof(want), "redis %s: %s", w->socket, says);
		TURN_UNTIL(w->store, strcmp(store_trouble(w->store), want) == 0);
		assert_false(store_is_ready(w->store));
		write_password(file, SECRET "\n", 0600);
	}
	TURN_UNTIL(w->store, store_is_ready(w->store));
	assert_answer(w->store, "teller", "ACL", "WHOAMI", NULL);
	assert_null(strstr(store_trouble(w->store), "sesame"));
}

/* What a user without the right is told: command and key, whoever runs the command. */
static struct right_case {
	const char *name;
	const char *words[6];
	const char *want;
} right_cases[] = {
    {"right: the command", {"HSET", "tuijin:{p}:plan", "a", "b"},
	"redis: NOPERM HSET tuijin:{p}:plan: this user has no permissions to run the \\'hset\\' "
	"command"},
    {"right: the key", {"HGET", "tuijin:{q}:plan", "a"},
	"redis: NOPERM HGET tuijin:{q}:plan: this user has no permissions to access one of the "
	"keys "
	"used as arguments"},
    {"right: no key of ours", {"HGET", "another", "a"},
	"redis: NOPERM HGET: this user has no permissions to access one of the keys used as "
	"arguments"},
    {"right: inside a script",
	{"EVAL", "return redis.call('HSET', KEYS[1], 'a', 'b')", "1", "tuijin:{p}:plan"},
	"redis: NOPERM EVAL tuijin:{p}:plan: The user executing the script can\\'t run this "
	"command "
	"or "
	"subcommand script: e6a86ad1a924540477c9472c2190eee2a2a70445, on @user_script:1."},
    {"right: another error", {"HGET", "tuijin:{p}:plan"},
	"redis: ERR wrong number of arguments for \\'hget\\' command"},
};

static void
check_right(void **state)
{
	struct world            *w = *state;
	const struct right_case *c = w->row;
	static const char *user[] = {"--user", "default", "on", "nopass", "~tuijin:{p}:*", "-@all",
	    "+select", "+ping", "+hget", "+eval", "+multi", "+exec", NULL};
	struct text        args[COUNT(c->words)];
	const struct text  exec = text_of("EXEC");
	struct err         err = {0};
	size_t             n = 0;

	for (; n < COUNT(c->words) && c->words[n] != NULL; n++)
		args[n] = text_of(c->words[n]);
	start_server(w, user);
	open_store(w, w->unix_url);
	assert_null(store_call(w->store, PATIENCE_MS, &err, args, n));
	assert_string_equal(err.msg, c->want);
	assert_int_equal(err.code, ERR_ENV);

	/* A transaction is told why it was not begun. */
	if (args[0].at[0] == 'E')
		return;
	err = (struct err){0};
	store_sendv(w->store, "MULTI", NULL);
	store_send(w->store, args, n);
	assert_null(store_call(w->store, PATIENCE_MS, &err, &exec, 1));
	assert_string_equal(err.msg, c->want);
}

/* What a server says to CLIENT, PING and three CONFIGs, for good or ill. */
#define FSYNC_ALWAYS                                                                               \
	"*2\r\n$10\r\nappendonly\r\n$3\r\nyes\r\n"                                                 \
	"*2\r\n$25\r\nno-appendfsync-on-rewrite\r\n$2\r\nno\r\n"                                   \
	"*2\r\n$11\r\nappendfsync\r\n$6\r\nalways\r\n"
static struct hello_case {
	const char     *name;
	const char     *says;
	bool            hangs_up;
	int64_t         later_ms;     /* the clock of the turn that must notice */
	const char     *want_trouble; /* behind the socket's path; NULL: becomes ready */
	enum durability want;
} hello_cases[] = {
    {"hello: all well", "+OK\r\n+PONG\r\n" FSYNC_ALWAYS, false, 0, NULL, DURABILITY_FSYNC},
    {"hello: no name taken, disk full", "-ERR no\r\n-MISCONF no\r\n" FSYNC_ALWAYS, false, 0, NULL,
	DURABILITY_FSYNC},
    {"hello: CONFIG denied", "+OK\r\n+PONG\r\n-NOPERM no\r\n-NOPERM no\r\n-NOPERM no\r\n", false, 0,
	NULL, DURABILITY_NONE},
    {"hello: CONFIG answers nonsense", "+OK\r\n+PONG\r\n*2\r\n:1\r\n:2\r\n:7\r\n*1\r\n$-1\r\n",
	false, 0, NULL, DURABILITY_NONE},
    {"hello: still loading", "+OK\r\n-LOADING wait\r\n" FSYNC_ALWAYS, false, 0, "LOADING wait",
	DURABILITY_NONE},
    {"hello: a replica without its master", "+OK\r\n-MASTERDOWN wait\r\n", false, 0,
	"MASTERDOWN wait", DURABILITY_NONE},
    {"hello: last words", "-ERR max number of clients reached\r\n", true, 0,
	"ERR max number of clients reached", DURABILITY_NONE},
    {"hello: only for its own machine", "-DENIED protected mode\r\n", true, 0,
	"DENIED protected mode", DURABILITY_NONE},
    {"hello: hangs up", "", true, 0, "Server closed the connection", DURABILITY_NONE},
    {"hello: hangs up half way", "+OK\r\n+PO", true, 0, "Server closed the connection",
	DURABILITY_NONE},
    {"hello: no Redis", "SSH-2.0\r\n", false, 0, "Protocol error, got \"S\" as reply type byte",
	DURABILITY_NONE},
    {"hello: silence", "+OK\r\n", false, STORE_CONNECT_MS,
	"connected to nothing that answers in time", DURABILITY_NONE},
};

static int
listen_at(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int                fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static void
check_hello(void **state)
{
	struct world            *w = *state;
	const struct hello_case *c = w->row;
	int                      listener, peer;
	char                     want[256], hello[1024];

	listener = listen_at(w->socket);
	open_store(w, w->unix_url);
	store_ask_durability(w->store);
	store_turn(w->store, clock_mono_ms());
	peer = accept(listener, NULL, NULL);
	assert_int_equal(write(peer, c->says, strlen(c->says)), strlen(c->says));
	if (c->hangs_up) {
		assert_true(read(peer, hello, sizeof(hello)) > 0); /* or it would be a reset */
		close(peer);
	}
	if (c->later_ms > 0) {
		store_turn(w->store, clock_mono_ms() + c->later_ms - 1000);
		assert_string_equal(store_trouble(w->store), "");
		store_turn(w->store, clock_mono_ms() + c->later_ms);
	}
	TURN_UNTIL(w->store, store_is_ready(w->store) || store_trouble(w->store)[0] != '\0');
	snprintf(want, sizeof(want), "redis %s: %s", w->socket, c->want_trouble);
	assert_string_equal(store_trouble(w->store), c->want_trouble != NULL ? want : "");
	assert_int_equal(store_is_ready(w->store), c->want_trouble == NULL);
	assert_int_equal(store_durability(w->store), c->want);
	if (!c->hangs_up)
		close(peer);
	close(listener);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(password_cases) + COUNT(file_cases) + COUNT(right_cases) +
	    COUNT(durability_cases) + COUNT(hello_cases)];
	size_t            n = 0;

	signal(SIGPIPE, SIG_IGN);
	CASES_ADD(tests, n, hello_cases, check_hello);
	CASES_ADD(tests, n, password_cases, check_password);
	CASES_ADD(tests, n, file_cases, check_password_file);
	CASES_ADD(tests, n, right_cases, check_right);
	CASES_ADD(tests, n, durability_cases, check_durability);
	for (size_t i = 0; i < n; i++) {
		tests[i].setup_func = set_up;
		tests[i].teardown_func = tear_down;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
