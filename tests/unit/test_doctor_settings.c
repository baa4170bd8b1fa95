#include "cli/doctor_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/doctor_env.h"
#include "tests/cases.h"

/* What a .env file says of a variable; NULL: nothing. */
static struct find_case {
	const char *name, *file, *want;
} find_cases[] = {
    {"an empty file", "", NULL},
    {"a line", "TUIJIN_BIND=tcp://0.0.0.0:7301\n", "tcp://0.0.0.0:7301"},
    {"without an end", "TUIJIN_BIND=x", "x"},
    {"among others", "A=1\nTUIJIN_BIND=x\nB=2\n", "x"},
    {"the last one counts", "TUIJIN_BIND=x\nTUIJIN_BIND=y\n", "y"},
    {"a comment", "# TUIJIN_BIND=x\n;TUIJIN_BIND=y\n", NULL},
    {"blanks around it", "  TUIJIN_BIND= x \t\r\n", "x"},
    {"quotes", "TUIJIN_BIND=\"a b\"\n", "a b"},
    {"the other quotes", "TUIJIN_BIND='a'\n", "a"},
    {"half a quote", "TUIJIN_BIND=\"\n", "\""},
    {"two kinds of them", "TUIJIN_BIND=\"a'\n", "\"a'"},
    {"no value", "TUIJIN_BIND=\n", ""},
    {"no equals sign", "TUIJIN_BIND\n", NULL},
    {"a longer name", "TUIJIN_BINDING=x\nXTUIJIN_BIND=y\n", NULL},
    {"empty lines", "\n\n\nTUIJIN_BIND=x\n\n", "x"},
};

static void
check_find(void **state)
{
	const struct find_case *c = *state;
	struct text             got = doctor_env_find(text_of(c->file), "TUIJIN_BIND");

	assert_int_equal(got.at == NULL, c->want == NULL);
	if (c->want != NULL)
		assert_true(text_equal(got, text_of(c->want)));
}

/* Where to connect for what is listened on. */
static struct connect_case {
	const char *name, *bound, *want;
} connect_cases[] = {
    {"this machine's", "tcp://127.0.0.1:7301", "tcp://127.0.0.1:7301"},
    {"every address", "tcp://0.0.0.0:7301", "tcp://127.0.0.1:7301"},
    {"a star", "tcp://*:7301", "tcp://127.0.0.1:7301"},
    {"every IPv6 address", "tcp://[::]:7301", "tcp://[::1]:7301"},
    {"one of several", "tcp://10.0.0.5:7301", "tcp://10.0.0.5:7301"},
    {"a socket", "ipc:///run/x", "ipc:///run/x"},
    {"HTTP on every address", "0.0.0.0:9301", "127.0.0.1:9301"},
    {"HTTP on every IPv6 address", "[::]:9301", "[::1]:9301"},
    {"HTTP on one", "192.0.2.1:9301", "192.0.2.1:9301"},
    {"none", "none", "none"},
    {"another that ends so", "10.0.0.0:9301", "10.0.0.0:9301"},
    {"once and no more", "0.0.0.0:*:1", "127.0.0.1:*:1"},
};

static void
check_connect(void **state)
{
	const struct connect_case *c = *state;
	struct buf                 got = {0};

	doctor_env_connect(&got, text_of(c->bound));
	buf_add(&got, "", 1);
	assert_string_equal(got.at, c->want);
	buf_fini(&got);
}

/* The same Redis as another user; NULL: it is no URL. */
static struct redis_case {
	const char *name, *url, *want;
} redis_cases[] = {
    {"as it comes", "redis://127.0.0.1:6379", "redis://doctor@127.0.0.1:6379?password-file=/f/p"},
    {"on another machine", "redis://collector@10.0.0.5?password-file=/x",
	"redis://doctor@10.0.0.5:6379?password-file=/f/p"},
    {"with a password, which is dropped", "redis://a:secret@h:1",
	"redis://doctor@h:1?password-file=/f/p"},
    {"IPv6", "redis://[::1]:7", "redis://doctor@[::1]:7?password-file=/f/p"},
    {"a socket", "unix:///run/redis/redis.sock?user=a&password-file=/x",
	"unix:///run/redis/redis.sock?user=doctor&password-file=/f/p"},
    {"a socket with a strange name", "unix:///run/a%20%3Fb%25",
	"unix:///run/a%20%3Fb%25?user=doctor&password-file=/f/p"},
    {"another database", "redis://h/3", "redis://doctor@h:6379?db=3&password-file=/f/p"},
    {"no URL", "h:6379", NULL},
    {"nothing", "", NULL},
};

static void
check_redis(void **state)
{
	const struct redis_case *c = *state;
	struct buf               got = {0};
	bool                     ok = doctor_env_redis(&got, text_of(c->url), "doctor", "/f/p");

	assert_int_equal(ok, c->want != NULL);
	buf_add(&got, "", 1);
	assert_string_equal(got.at, c->want != NULL ? c->want : "");
	buf_fini(&got);
}

/* A folder with files, and what comes of it. */
struct member {
	const char *name;
	size_t      at;
};

#define AT(member)                                                                                 \
	{                                                                                          \
#member, offsetof(struct doctor_settings, member)                                  \
	}

static const struct member members[] = {AT(redis), AT(collector), AT(collector_key),
    AT(collector_http), AT(aggregator), AT(aggregator_key), AT(aggregator_http), AT(dashboard_http),
    AT(secret_key), AT(authorized_keys), AT(redis_disk)};

#define FILES_MAX 8
#define LOCAL     "redis://127.0.0.1:6379"

/* "*" in what is wanted stands for the folder. */
static struct folder_case {
	const char *name;
	struct {
		const char *name, *content;
	} files[FILES_MAX];
	struct {
		const char *member, *value;
	} want[FILES_MAX];
} folder_cases[] = {
    {"an empty folder", {{0}},
	{{"redis", LOCAL}, {"collector", "tcp://127.0.0.1:7301"},
	    {"aggregator", "tcp://127.0.0.1:7302"}, {"collector_http", "127.0.0.1:9301"},
	    {"aggregator_http", "127.0.0.1:9302"}, {"dashboard_http", "127.0.0.1:7380"},
	    {"secret_key", NULL}, {"collector_key", NULL}}},
    {"keys",
	{{"collector.pub", ""}, {"aggregator.pub", ""}, {"operator.key", ""},
	    {"authorized_keys", ""}},
	{{"collector_key", "*/collector.pub"}, {"aggregator_key", "*/aggregator.pub"},
	    {"secret_key", "*/operator.key"}, {"authorized_keys", "*/authorized_keys"},
	    {"redis", LOCAL}, {"redis_disk", NULL}}},
    {"a password", {{"doctor.redis-password", "x"}},
	{{"redis", "redis://doctor@127.0.0.1:6379?password-file=*/doctor.redis-password"}}},
    {"a password and another Redis",
	{{"doctor.redis-password", "x"}, {"collector.env", "TUIJIN_REDIS=redis://10.0.0.5:1\n"}},
	{{"redis", "redis://doctor@10.0.0.5:1?password-file=*/doctor.redis-password"}}},
    {"what the aggregator was told of Redis",
	{{"doctor.redis-password", "x"}, {"collector.env", ""},
	    {"aggregator.env", "TUIJIN_REDIS=unix:///r\nTUIJIN_REDIS_DISK=/srv\n"}},
	{{"redis", "unix:///r?user=doctor&password-file=*/doctor.redis-password"},
	    {"redis_disk", "/srv"}}},
    {"other addresses",
	{{"collector.env", "TUIJIN_BIND=tcp://0.0.0.0:1\nTUIJIN_HTTP=0.0.0.0:2\n"},
	    {"aggregator.env", "TUIJIN_BIND=tcp://0.0.0.0:3\nTUIJIN_HTTP=none\n"},
	    {"dashboard.env", "TUIJIN_HTTP=0.0.0.0:5\n"}},
	{{"collector", "tcp://127.0.0.1:1"}, {"collector_http", "127.0.0.1:2"},
	    {"aggregator", "tcp://127.0.0.1:3"}, {"aggregator_http", ""},
	    {"dashboard_http", "127.0.0.1:5"}}},
};

static char folder[] = "/tmp/tuijin-doctor-XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const char *content)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	fputs(content, f);
	assert_int_equal(fclose(f), 0);
}

static const char *
value_of(const struct doctor_settings *s, const char *member)
{
	for (size_t i = 0; i < COUNT(members); i++)
		if (strcmp(members[i].name, member) == 0)
			return *(
			    const char *const *)(const void *)((const char *)s + members[i].at);
	fail_msg("no member %s", member);
	return NULL;
}

static void
check_value(const char *got, const char *want)
{
	const char *star = want != NULL ? strchr(want, '*') : NULL;
	char        whole[300];

	if (want == NULL) {
		assert_null(got);
		return;
	}
	if (star != NULL)
		snprintf(
		    whole, sizeof(whole), "%.*s%s%s", (int)(star - want), want, folder, star + 1);
	assert_non_null(got);
	assert_string_equal(got, star != NULL ? whole : want);
}

static void
check_folder(void **state)
{
	const struct folder_case *c = *state;
	struct doctor_settings    s = {.folder = folder};
	struct err                e = {0};

	for (size_t i = 0; i < FILES_MAX && c->files[i].name != NULL; i++)
		write_file(c->files[i].name, c->files[i].content);
	assert_int_equal(doctor_settings_complete(&s, &e), 0);
	for (size_t i = 0; i < FILES_MAX && c->want[i].member != NULL; i++)
		check_value(value_of(&s, c->want[i].member), c->want[i].value);
	doctor_settings_fini(&s);
	for (size_t i = 0; i < FILES_MAX && c->files[i].name != NULL; i++)
		assert_int_equal(unlink(path_of(c->files[i].name)), 0);
}

static void
flags_win(void **state)
{
	struct doctor_settings s = {.folder = folder,
	    .redis = "redis://h",
	    .collector_http = "h:1",
	    .collector = "ipc://x"};
	struct err             e = {0};

	(void)state;
	write_file("collector.env", "TUIJIN_BIND=tcp://0.0.0.0:1\nTUIJIN_HTTP=0.0.0.0:2\n");
	write_file("doctor.redis-password", "x");
	assert_int_equal(doctor_settings_complete(&s, &e), 0);
	assert_string_equal(s.redis, "redis://h");
	assert_string_equal(s.collector_http, "h:1");
	assert_string_equal(s.collector, "ipc://x");
	doctor_settings_fini(&s);
	unlink(path_of("collector.env"));
	unlink(path_of("doctor.redis-password"));
}

/* Flags that are off, and what is said of them. */
static struct off_case {
	const char            *name;
	struct doctor_settings given;
	enum err_code          code;
	const char            *want;
} off_cases[] = {
    {"no port", {.collector_http = "127.0.0.1"}, ERR_USAGE,
	"--collector-http: got '127.0.0.1', expected host:port or none"},
    {"no number", {.aggregator_http = "a:b"}, ERR_USAGE, "--aggregator-http: got 'a:b'"},
    {"no host", {.dashboard_http = ":1"}, ERR_USAGE, "--dashboard-http: got ':1'"},
    {"a path", {.dashboard_http = "h/x:1"}, ERR_USAGE, "--dashboard-http: got 'h/x:1'"},
    {"a user", {.dashboard_http = "u@h:1"}, ERR_USAGE, "--dashboard-http: got 'u@h:1'"},
    {"a long port", {.dashboard_http = "h:123456"}, ERR_USAGE, "--dashboard-http: got"},
    {"no endpoint", {.collector = "h:1"}, ERR_USAGE, "--collector: got 'h:1'"},
    {"no endpoint of events", {.aggregator = "x"}, ERR_USAGE, "--aggregator: got 'x'"},
    {"no folder", {.folder = "/nowhere"}, ERR_CONFIG, "--folder: /nowhere: No such file"},
    {"a file", {.folder = "/etc/passwd"}, ERR_CONFIG, "--folder: /etc/passwd: Not a directory"},
};

static void
check_off(void **state)
{
	struct off_case *c = *state;
	struct err       e = {0};

	assert_int_equal(doctor_settings_complete(&c->given, &e), -1);
	assert_int_equal(e.code, c->code);
	assert_int_equal(strncmp(e.msg, c->want, strlen(c->want)), 0);
	doctor_settings_fini(&c->given);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(find_cases) + COUNT(connect_cases) + COUNT(redis_cases) +
	    COUNT(folder_cases) + COUNT(off_cases) + 1];
	size_t            n = 0;
	int               failed;

	if (mkdtemp(folder) == NULL)
		return 1;
	CASES_ADD(tests, n, find_cases, check_find);
	CASES_ADD(tests, n, connect_cases, check_connect);
	CASES_ADD(tests, n, redis_cases, check_redis);
	CASES_ADD(tests, n, folder_cases, check_folder);
	CASES_ADD(tests, n, off_cases, check_off);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(flags_win);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return rmdir(folder) == 0 ? failed : 1;
}
