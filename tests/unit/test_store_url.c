/*
 * URLs of Redis: what they mean, and that no mistake in one shows its password.
 */
#include "tests/cases.h"

#include <string.h>

#include "common/store_url.h"

#define X16  "xxxxxxxxxxxxxxxx"
#define X128 X16 X16 X16 X16 X16 X16 X16 X16
#define X64  X16 X16 X16 X16
#define X512 X128 X128 X128 X128

static struct good_case {
	const char      *name;
	const char      *url;
	struct store_url want;
	const char      *want_where;
} good_cases[] = {
    {"a host", "redis://redis", {.host = "redis", .port = 6379}, "redis redis:6379"},
    {"a host and a slash", "redis://redis/", {.host = "redis", .port = 6379}, "redis redis:6379"},
    {"host and port", "redis://db-1.example.org:6380", {.host = "db-1.example.org", .port = 6380},
	"redis db-1.example.org:6380"},
    {"host and database", "redis://redis/15", {.host = "redis", .port = 6379, .db = 15},
	"redis redis:6379"},
    {"an address", "redis://192.0.2.7:1", {.host = "192.0.2.7", .port = 1}, "redis 192.0.2.7:1"},
    {"IPv6", "redis://[::1]:65535/1", {.host = "::1", .port = 65535, .db = 1}, "redis [::1]:65535"},
    {"IPv6 without a port", "redis://[2001:db8::7]", {.host = "2001:db8::7", .port = 6379},
	"redis [2001:db8::7]:6379"},
    {"user and password", "redis://teller:s3cret@h:1/2",
	{.host = "h", .port = 1, .user = "teller", .password = "s3cret", .db = 2}, "redis h:1"},
    {"password alone", "redis://:s3cret@h", {.host = "h", .port = 6379, .password = "s3cret"},
	"redis h:6379"},
    {"a colon in the password", "redis://u:a:b@h",
	{.host = "h", .port = 6379, .user = "u", .password = "a:b"}, "redis h:6379"},
    {"anything by %", "redis://u%3a:%40%2F%3F%23%25@h",
	{.host = "h", .port = 6379, .user = "u:", .password = "@/?#%"}, "redis h:6379"},
    {"bytes above ASCII by %", "redis://:%e4%B8%ad@h",
	{.host = "h", .port = 6379, .password = "\xe4\xb8\xad"}, "redis h:6379"},
    {"longest password", "redis://:" X512 "@h", {.host = "h", .port = 6379, .password = X512},
	"redis h:6379"},
    {"a socket", "unix:///run/redis.sock", {.path = "/run/redis.sock"}, "redis /run/redis.sock"},
    {"a socket's database", "unix:///run/redis.sock?db=7", {.path = "/run/redis.sock", .db = 7},
	"redis /run/redis.sock"},
    {"a socket with a password", "unix://:pw@/r.sock", {.path = "/r.sock", .password = "pw"},
	"redis /r.sock"},
    {"a socket, user and password", "unix://u:pw@/r.sock?db=65535",
	{.path = "/r.sock", .user = "u", .password = "pw", .db = 65535}, "redis /r.sock"},
    {"an @ in a path is no password", "unix:///run/a:b@c", {.path = "/run/a:b@c"},
	"redis /run/a:b@c"},
    {"% in a path", "unix:///run/a%3Fb", {.path = "/run/a?b"}, "redis /run/a?b"},
    {"a socket, all parameters", "unix:///r.sock?user=teller&password-file=/run/pw&db=3",
	{.path = "/r.sock", .user = "teller", .password_file = "/run/pw", .db = 3},
	"redis /r.sock"},
    {"a file alone, for the default user", "unix:///r.sock?password-file=/pw",
	{.path = "/r.sock", .password_file = "/pw"}, "redis /r.sock"},
    {"a socket's user in front, a file behind", "unix://teller@/r.sock?password-file=/pw",
	{.path = "/r.sock", .user = "teller", .password_file = "/pw"}, "redis /r.sock"},
    {"a host's user, a file behind", "redis://teller@h?password-file=/pw",
	{.host = "h", .port = 6379, .user = "teller", .password_file = "/pw"}, "redis h:6379"},
    {"a host, a database, a file", "redis://teller@[::1]:7/2?password-file=/a/b",
	{.host = "::1", .port = 7, .user = "teller", .password_file = "/a/b", .db = 2},
	"redis [::1]:7"},
    {"a host's database behind it", "redis://h?db=1", {.host = "h", .port = 6379, .db = 1},
	"redis h:6379"},
    {"user behind, password in front", "redis://:s3cret@h?user=teller",
	{.host = "h", .port = 6379, .user = "teller", .password = "s3cret"}, "redis h:6379"},
    {"% in user and file", "unix:///r.sock?user=a%26b&password-file=/%3d%26%3F=",
	{.path = "/r.sock", .user = "a&b", .password_file = "/=&?="}, "redis /r.sock"},
    {"longest file",
	"unix:///r.sock?password-file=/" X512 X128 X128 X128 X64 X16 X16 X16 "12345678901234",
	{.path = "/r.sock",
	    .password_file = "/" X512 X128 X128 X128 X64 X16 X16 X16 "12345678901234"},
	"redis /r.sock"},
    {"longest path", "unix:///" X16 X16 X16 X16 X16 X16 "1234567890",
	{.path = "/" X16 X16 X16 X16 X16 X16 "1234567890"},
	"redis /" X16 X16 X16 X16 X16 X16 "1234567890"},
};

static void
check_good(void **state)
{
	const struct good_case *c = *state;
	struct store_url        got;
	struct err              err = {0};
	char                    where[STORE_URL_WHERE_SIZE];

	assert_int_equal(store_url_parse(c->url, &got, &err), 0);
	assert_string_equal(err.msg, "");
	assert_string_equal(got.host, c->want.host);
	assert_int_equal(got.port, c->want.port);
	assert_string_equal(got.path, c->want.path);
	assert_string_equal(got.user, c->want.user);
	assert_string_equal(got.password, c->want.password);
	assert_string_equal(got.password_file, c->want.password_file);
	assert_int_equal(got.db, c->want.db);
	assert_string_equal(store_url_where(&got, where), c->want_where);
}

/* "s3cret" must not come out of any of these. */
static struct bad_case {
	const char *name;
	const char *url;
	const char *want_err; /* behind "URL of Redis: " */
} bad_cases[] = {
    {"nothing", "", "expected redis://host:port or unix:///path"},
    {"a bare host", "s3cret:6379", "expected redis://host:port or unix:///path"},
    {"encrypted", "rediss://:s3cret@h", "expected redis://host:port or unix:///path"},
    {"no host", "redis://", "host: expected a name, an address or [an IPv6 address]"},
    {"no host but a port", "redis://:6379",
	"host: expected a name, an address or [an IPv6 address]"},
    {"no host behind the password", "redis://:s3cret@",
	"host: expected a name, an address or [an IPv6 address]"},
    {"a blank in the host", "redis://s3cret h",
	"host: expected a name, an address or [an IPv6 address]"},
    {"host of 254 bytes", "redis://" X128 "xxxxxxxxxxxxxx" X16 X16 X16 X16 X16 X16 X16,
	"host: longer than 253 bytes"},
    {"open bracket", "redis://[::1", "host: [ without ]"},
    {"a name in brackets", "redis://[s3cret-]:1",
	"host: expected a name, an address or [an IPv6 address]"},
    {"letters behind the bracket", "redis://[::1]s3cret",
	"host: expected a port or nothing behind ]"},
    {"port 0", "redis://h:0", "port: expected a number from 1 to 65535"},
    {"port 65536", "redis://h:65536", "port: expected a number from 1 to 65535"},
    {"a port that would wrap", "redis://h:4294967297", "port: expected a number from 1 to 65535"},
    {"port empty", "redis://h:", "port: expected a number from 1 to 65535"},
    {"port negative", "redis://h:-1", "port: expected a number from 1 to 65535"},
    {"the password where the port is", "redis://user:s3cret",
	"port: expected a number from 1 to 65535"},
    {"a slash in the password", "redis://user:s3/cret@h",
	"port: expected a number from 1 to 65535"},
    {"an @ in the password", "redis://:s3@cret@h",
	"host: expected a name, an address or [an IPv6 address]"},
    {"a ? in the password", "redis://:s3?cret@h",
	"expected db=, user= or password-file= behind ?, and %3F for a ? elsewhere"},
    {"a # in the password", "redis://:s3#cret@h", "# must be written as %23"},
    {"a # in a socket's password", "unix://:s3#cret@/r.sock", "# must be written as %23"},
    {"user without password", "redis://s3cret@h",
	"credentials: expected user:password@, :password@ or a password-file"},
    {"a socket's user without password", "unix:///r.sock?user=s3cret",
	"credentials: expected user:password@, :password@ or a password-file"},
    {"credentials of nothing", "redis://@h", "user: must not be empty"},
    {"password and a file", "redis://u:s3cret@h?password-file=/s3cret",
	"password: given, and a password-file too"},
    {"user in front and behind", "redis://s3cret@h?user=s3cret&password-file=/s3cret",
	"user: given twice"},
    {"user twice", "unix:///r.sock?user=s3cret&user=s3cret", "user: given twice"},
    {"empty user", "unix:///r.sock?user=", "user: must not be empty"},
    {"long user behind", "unix:///r.sock?user=" X128 "x", "user: longer than 128 bytes"},
    {"file twice", "unix:///r.sock?password-file=/s3cret&password-file=/s3cret",
	"password-file: given twice"},
    {"a file that is not absolute", "unix:///r.sock?password-file=s3cret",
	"password-file: must begin with /"},
    {"no file", "unix:///r.sock?password-file=", "password-file: must begin with /"},
    {"a zero byte in the file", "unix:///r.sock?password-file=/s3cret%00",
	"password-file: must not hold a zero byte"},
    {"file of 1024 bytes", "unix:///r.sock?password-file=/" X512 X512,
	"password-file: longer than 1023 bytes"},
    {"database in front and behind", "redis://h/0?db=0", "db: given twice"},
    {"database twice", "unix:///r.sock?db=1&db=1", "db: given twice"},
    {"nothing behind &", "unix:///r.sock?db=1&",
	"expected db=, user= or password-file= behind ?, and %3F for a ? elsewhere"},
    {"a name and no =", "unix:///r.sock?db",
	"expected db=, user= or password-file= behind ?, and %3F for a ? elsewhere"},
    {"a name too long", "unix:///r.sock?db2=1",
	"expected db=, user= or password-file= behind ?, and %3F for a ? elsewhere"},
    {"a password as a parameter", "unix:///r.sock?user=u&password=s3cret",
	"expected db=, user= or password-file= behind ?, and %3F for a ? elsewhere"},
    {"empty password", "redis://user:@h", "password: must not be empty"},
    {"cut %", "redis://:s3cret%4@h", "password: % must be followed by two hex digits"},
    {"% and no hex", "redis://:s3cret%4g@h", "password: % must be followed by two hex digits"},
    {"a zero byte", "redis://:s3cret%00@h", "password: must not hold a zero byte"},
    {"password of 513 bytes", "redis://:" X512 "x@h", "password: longer than 512 bytes"},
    {"user of 129 bytes", "redis://" X128 "x:s3cret@h", "user: longer than 128 bytes"},
    {"database no number", "redis://h/s3cret", "db: expected a number from 0 to 65535"},
    {"database 65536", "redis://h/65536", "db: expected a number from 0 to 65535"},
    {"two databases", "redis://h/1/2", "db: expected a number from 0 to 65535"},
    {"another query of a host", "redis://h?s3cret",
	"expected db=, user= or password-file= behind ?, and %3F for a ? elsewhere"},
    {"no path", "unix://", "path: must begin with /"},
    {"a path that is not absolute", "unix://s3cret.sock", "path: must begin with /"},
    {"a folder that is not absolute", "unix://s3cret/redis.sock", "path: must begin with /"},
    {"password and no path", "unix://:s3cret@", "path: must begin with /"},
    {"another query", "unix:///r.sock?s3cret",
	"expected db=, user= or password-file= behind ?, and %3F for a ? elsewhere"},
    {"query without a number", "unix:///r.sock?db=", "db: expected a number from 0 to 65535"},
    {"query too early", "unix://:s3?cret@/r.sock",
	"expected db=, user= or password-file= behind ?, and %3F for a ? elsewhere"},
    {"path of 108 bytes", "unix:///" X16 X16 X16 X16 X16 X16 "12345678901",
	"path: longer than 107 bytes"},
};

static void
check_bad(void **state)
{
	const struct bad_case *c = *state;
	struct store_url       got;
	struct err             err = {0};

	assert_int_equal(store_url_parse(c->url, &got, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_memory_equal(err.msg, "URL of Redis: ", 14);
	assert_string_equal(err.msg + 14, c->want_err);
	assert_null(strstr(err.msg, "s3"));
	assert_null(strstr(err.msg, "cret"));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(good_cases) + COUNT(bad_cases)];
	size_t            n = 0;

	CASES_ADD(tests, n, good_cases, check_good);
	CASES_ADD(tests, n, bad_cases, check_bad);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
