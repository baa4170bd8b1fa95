/*
 * authorized_keys: what a line means, every mistake with its line, and that no message
 * shows a key whole.
 */
#include "tests/cases.h"

#include <stdbool.h>

#include "common/authorized.h"
#include "core/buf.h"
#include "core/calendar.h"
#include "tests/unit/key_files.h"

#define K1 OPEN
#define K2 OTHER_OPEN
#define K3 "0000000000000000000000000000000000000001" /* another */
#define K4 "=000=000=0000000000000000000000000000000" /* like an option */

#define X39     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X977(s) X8(X64(s)) X64(s) X64(s) X64(s) X64(s) X64(s) X64(s) X64(s) X8(s) X8(s) s

/* A key as the tests write it: role, agency, expires, comment; its line in front. */
static void
describe(struct buf *out, const struct authorized_key *k)
{
	char date[CALENDAR_DATE_SIZE];

	buf_addf(out, "%zu %s %s '%s'", k->line, k->id, authorized_role_name(k->role), k->agency);
	if (k->expires != AUTHORIZED_FOREVER)
		buf_addf(out, " until %s", calendar_format_date(k->expires, date));
	buf_addf(out, " (%s)\n", k->comment);
}

static struct good_case {
	const char *name;
	struct text bytes;
	const char *want;
} good_cases[] = {
#define TEXT(s)                                                                                    \
	{                                                                                          \
		s, sizeof(s) - 1                                                                   \
	}
    {"nothing", TEXT(""), ""},
    {"absent", {NULL, 0}, ""},
    {"empty lines and comments", TEXT("\n  \n\t\n# a\n  # " K1 " cnipa\n#\n"), ""},
    {"an agency", TEXT(K1 " cnipa\n"), "1 ebb3af4dd99ceff3 agency 'cnipa' ()\n"},
    {"no newline at the end", TEXT(K1 " cnipa"), "1 ebb3af4dd99ceff3 agency 'cnipa' ()\n"},
    {"lines of Windows", TEXT("# list\r\n\r\n" K1 " cnipa old\r\n" K2 " amr\r\n"),
	"3 ebb3af4dd99ceff3 agency 'cnipa' (old)\n4 522501f4e7a63f61 agency 'amr' ()\n"},
    {"a mark of UTF-8 in front", TEXT(MARK K1 " cnipa\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' ()\n"},
    {"an operator", TEXT(K1 " @operator laptop\n"), "1 ebb3af4dd99ceff3 operator '' (laptop)\n"},
    {"a subscriber", TEXT(K1 " @subscriber\n"), "1 ebb3af4dd99ceff3 subscriber '' ()\n"},
    {"an agency that is called operator", TEXT(K1 " operator\n"),
	"1 ebb3af4dd99ceff3 agency 'operator' ()\n"},
    {"two keys of an agency", TEXT(K1 " cnipa\n" K2 " cnipa new\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' ()\n2 522501f4e7a63f61 agency 'cnipa' (new)\n"},
    {"a last day", TEXT(K1 " cnipa expires=2026-12-31\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' until 2026-12-31 ()\n"},
    {"a last day and a comment", TEXT(K1 " @operator expires=2028-02-29 the night shift\n"),
	"1 ebb3af4dd99ceff3 operator '' until 2028-02-29 (the night shift)\n"},
    {"blanks and tabs", TEXT(" \t" K1 "\t\t cnipa \t expires=2026-12-31\t a \t b \t\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' until 2026-12-31 (a \t b)\n"},
    {"an '=' later in a comment", TEXT(K1 " cnipa since x=3\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' (since x=3)\n"},
    {"a # in a comment", TEXT(K1 " cnipa # expires never\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' (# expires never)\n"},
    {"an option's name within a word", TEXT(K1 " cnipa since noexpires=2026-12-31\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' (since noexpires=2026-12-31)\n"},
    {"a comment of 39 characters", TEXT(K1 " cnipa x " X39 "\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' (x " X39 ")\n"},
    {"a comment of 40 characters that are no key", TEXT(K1 " cnipa " X39 "~ x\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' (" X39 "~ x)\n"},
    {"a long word at the end", TEXT(K1 " cnipa see https://x/" X39 "\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' (see https://x/" X39 ")\n"},
    {"a comment in Chinese", TEXT(K1 " cnipa 综合处，张三\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' (综合处，张三)\n"},
    {"a key like an option", TEXT(K4 " cnipa\n"), "1 4fa88024439d84a3 agency 'cnipa' ()\n"},
    {"the longest line", TEXT(K1 " cnipa " X977("x") "\r\n"),
	"1 ebb3af4dd99ceff3 agency 'cnipa' (" X977("x") ")\n"},
    {"the longest name", TEXT(K1 " " X64("a") "\n"),
	"1 ebb3af4dd99ceff3 agency '" X64("a") "' ()\n"},
};

static void
check_good(void **state)
{
	const struct good_case    *c = *state;
	struct authorized_mistakes m = {0};
	struct authorized         *a = authorized_parse(c->bytes, &m);
	struct buf                 got = {0};

	if (a == NULL)
		fail_msg("line %zu: %s", m.at[0].line, m.at[0].message);
	for (size_t i = 0; i < authorized_count(a); i++) {
		const struct authorized_key *k = authorized_at(a, i);

		describe(&got, k);
		assert_ptr_equal(authorized_find(a, text_of(k->text)), k);
	}
	buf_add(&got, "", 1);
	assert_string_equal(got.at, c->want);
	assert_int_equal(m.count, 0);
	buf_fini(&got);
	authorized_free(a);
}

#define NO_ROLE    "no agency or @role behind the key"
#define TOO_LATE   "an option stands behind the comment: put it directly behind the agency"
#define TWO        "two keys on one line: a line end is missing"
#define A_SERVICE  "this is a service's own key; it is for clients (--server-key), not for the list"
#define LINE_OF(n) K1 " cnipa " n

static struct bad_case {
	const char *name;
	struct text bytes;
	const char *want; /* a line for each */
} bad_cases[] = {
    {"a name in the key's place", TEXT("cnipa " K1 "\n"),
	"1: 'cnipa' is no key: expected 40 characters of Z85, got 5\n"
	"1: agency 'Yne@$w-v…': expected a-z, 0-9, '.', '_' and '-', at most 64 bytes\n"},
    {"a key cut short", TEXT("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI cnipa\n"),
	"1: 'Yne@$w-v…' is no key: expected 40 characters of Z85, got 39\n"},
    {"a key and a letter", TEXT(K1 "0 cnipa\n"),
	"1: 'Yne@$w-v…' is no key: expected 40 characters of Z85, got 41\n"},
    {"a letter that is no Z85", TEXT("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI~ cnipa\n"),
	"1: 'Yne@$w-v…' is no key: the 40 characters are no Z85\n"},
    {"a group beyond 32 bits", TEXT("%nSc100000000000000000000000000000000000 cnipa\n"),
	"1: '%nSc1000…' is no key: the 40 characters are no Z85\n"},
    {"a mark of UTF-8 further on", TEXT(K1 " cnipa\n" MARK K2 " amr\n"),
	"2: '" MARK "rq:rM…' is no key: expected 40 characters of Z85, got 43\n"},
    {"no role", TEXT(K1 "\n"), "1: " NO_ROLE "\n"},
    {"no role and blanks", TEXT(K1 " \t\r\n"), "1: " NO_ROLE "\n"},
    {"an option instead of a role", TEXT(K1 " expires=2026-12-31\n"), "1: " NO_ROLE "\n"},
    {"capitals", TEXT(K1 " CNIPA\n"),
	"1: agency 'CNIPA': expected a-z, 0-9, '.', '_' and '-', at most 64 bytes\n"},
    {"a slash in the agency", TEXT(K1 " ../etc\n"),
	"1: agency '../etc': expected a-z, 0-9, '.', '_' and '-', at most 64 bytes\n"},
    {"an agency of 65 bytes", TEXT(K1 " " X64("a") "a\n"),
	"1: agency 'aaaaaaaa…': expected a-z, 0-9, '.', '_' and '-', at most 64 bytes\n"},
    {"quotes as they are shown", TEXT(K1 " '\"\\\n"),
	"1: agency '\\'\\\"\\\\': expected a-z, 0-9, '.', '_' and '-', at most 64 bytes\n"},
    {"a key in the agency's place", TEXT(K1 " " K2 "\n"),
	"1: agency 'rq:rM>}U…': expected a-z, 0-9, '.', '_' and '-', at most 64 bytes\n"},
    {"an unknown role", TEXT(K1 " @admin\n"),
	"1: role '@admin': expected @operator or @subscriber\n"},
    {"an agency's role", TEXT(K1 " @agency\n"),
	"1: role '@agency': expected @operator or @subscriber\n"},
    {"a role without a name", TEXT(K1 " @\n"), "1: role '@': expected @operator or @subscriber\n"},
    {"a role in capitals", TEXT(K1 " @Operator\n"),
	"1: role '@Operator': expected @operator or @subscriber\n"},
    {"a role and more", TEXT(K1 " @operators\n"),
	"1: role '@operators': expected @operator or @subscriber\n"},
    {"an unknown option", TEXT(LINE_OF("from=10.0.0.1\n")),
	"1: option 'from=10.0.0.1': expected expires=YYYY-MM-DD\n"},
    {"an option without a name", TEXT(LINE_OF("=\n")),
	"1: option '=': expected expires=YYYY-MM-DD\n"},
    {"an option in capitals", TEXT(LINE_OF("Expires=2026-12-31\n")),
	"1: option 'Expires=2026-12-31': expected expires=YYYY-MM-DD\n"},
    {"a key in the options' place", TEXT(LINE_OF(K4 "\n")), "1: " TWO "\n"},
    {"a key behind the options", TEXT(LINE_OF("expires=2026-12-31 " K4 " @x x=y expires=z\n")),
	"1: " TWO "\n"},
    {"a key for a comment, and a role", TEXT(LINE_OF(K2 " @x\n")), "1: " TWO "\n"},
    {"a key joined to the agency", TEXT(K1 " cnipa" K2 " x expires=2026-12-31\n"), "1: " TWO "\n"},
    {"a key joined to a role", TEXT(K1 " @operator" K2 " x=y\n"), "1: " TWO "\n"},
    {"a key joined to an option", TEXT(LINE_OF("expires=2026-12-31" K2 " amr expires=x\n")),
	"1: " TWO "\n"},
    {"a key joined to a comment", TEXT(LINE_OF("made 2026-11-22" K2 " amr made expires=x\n")),
	"1: " TWO "\n"},
    {"a key that is a comment", TEXT("\n" LINE_OF("it is " K2)), "2: " TWO "\n"},
    {"a key and words in a comment", TEXT(LINE_OF(K2 "\tamr " K3 " x\n")), "1: " TWO "\n"},
    {"an option behind a comment", TEXT(LINE_OF("server room expires=2026-12-31\n")),
	"1: " TOO_LATE "\n"},
    {"an option in capitals behind a comment", TEXT(LINE_OF("a\tExpires=2026-12-31 b\n")),
	"1: " TOO_LATE "\n"},
    {"an option without a value behind a comment", TEXT(LINE_OF("# expires=\n")),
	"1: " TOO_LATE "\n"},
    {"an option behind an option and a comment",
	TEXT(LINE_OF("expires=2026-12-31 x expires=2027-12-31\n")), "1: " TOO_LATE "\n"},
    {"a service's own key", TEXT(K1 " @service  collector, made 2026-11-22\n"),
	"1: " A_SERVICE "\n"},
    {"a service's own key in a list", TEXT(K1 " cnipa\n" K2 " @service\n" K1 " amr\n"),
	"2: " A_SERVICE "\n3: key 'Yne@$w-v…' is also on line 1\n"},
    {"an option behind an option", TEXT(LINE_OF("expires=2026-12-31 a=b c=d e\n")),
	"1: option 'a=b': expected expires=YYYY-MM-DD\n"
	"1: option 'c=d': expected expires=YYYY-MM-DD\n"},
    {"no date", TEXT(LINE_OF("expires=\n")), "1: expires: got '', expected a date, YYYY-MM-DD\n"},
    {"a date that is none", TEXT(LINE_OF("expires=2026-02-29\n")),
	"1: expires: got '2026-02-29', expected a date, YYYY-MM-DD\n"},
    {"a date with a time", TEXT(LINE_OF("expires=2026-12-31T00:00\n")),
	"1: expires: got '2026-12-31T00:00', expected a date, YYYY-MM-DD\n"},
    {"a key in the date's place", TEXT(LINE_OF("expires=" K2 "\n")), "1: " TWO "\n"},
    {"two last days", TEXT(LINE_OF("expires=2026-12-31 expires=2027-12-31\n")),
	"1: option expires stands twice\n"},
    {"two last days, the first bad", TEXT(LINE_OF("expires=no expires=2027-12-31\n")),
	"1: expires: got 'no', expected a date, YYYY-MM-DD\n1: option expires stands twice\n"},
    {"a key twice", TEXT("#\n" K1 " cnipa\n" K2 " amr\n" K1 " amr\n"),
	"4: key 'Yne@$w-v…' is also on line 2\n"},
    {"a key twice, where the first has a mistake", TEXT(K1 "\n" K1 " amr\n"),
	"1: " NO_ROLE "\n2: key 'Yne@$w-v…' is also on line 1\n"},
    {"not UTF-8", TEXT(LINE_OF("\xff\n")), "1: not UTF-8\n"},
    {"another encoding", TEXT(LINE_OF("\xd7\xdb\xba\xcf\n")), "1: not UTF-8\n"},
    {"an escape", TEXT(LINE_OF("\033[2J\n")), "1: holds a control character\n"},
    {"a NUL", TEXT(LINE_OF("a\0b\n")), "1: holds a control character\n"},
    {"a carriage return within", TEXT(LINE_OF("a\rb\n")), "1: holds a control character\n"},
    {"what turns the direction",
	TEXT(LINE_OF("\xe2\x80\xae"
		     "apinc\n")),
	"1: holds a character that turns the direction of text\n"},
    {"a line of 1025 bytes", TEXT("#\n" K1 " cnipa " X977("x") "x\n" K2 " amr\n"),
	"2: longer than 1024 bytes\n"},
    {"every mistake", TEXT("a b\n" K1 "\n\n" K2 " @x expires=y z=\n"),
	"1: 'a' is no key: expected 40 characters of Z85, got 1\n"
	"2: " NO_ROLE "\n"
	"4: role '@x': expected @operator or @subscriber\n"
	"4: expires: got 'y', expected a date, YYYY-MM-DD\n"
	"4: option 'z=': expected expires=YYYY-MM-DD\n"},
};

static void
check_bad(void **state)
{
	const struct bad_case     *c = *state;
	struct authorized_mistakes m = {0};
	struct buf                 got = {0};

	assert_null(authorized_parse(c->bytes, &m));
	for (size_t i = 0; i < m.count; i++)
		buf_addf(&got, "%zu: %s\n", m.at[i].line, m.at[i].message);
	buf_add(&got, "", 1);
	assert_string_equal(got.at, c->want);
	buf_fini(&got);
	authorized_mistakes_fini(&m);
	assert_int_equal(m.count, 0);
}

/* A list of n keys, its i-th line with the number i for a key. */
static struct buf
numbered(uint32_t n)
{
	struct buf b = {0};

	for (uint32_t i = 0; i < n; i++) {
		struct key k = {{(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16)}};
		char       text[KEY_TEXT_SIZE];

		buf_addf(&b, "%s a%u\n", key_format(&k, text), (unsigned)i);
	}
	return b;
}

static void
finds_each_of_the_most_keys(void **state)
{
	struct buf                 b = numbered(AUTHORIZED_KEYS_MAX + 1);
	struct text                all = buf_text(&b), last;
	struct authorized_mistakes m = {0};
	struct authorized         *a;
	char                       agency[16];

	(void)state;
	last = (struct text){
	    all.at + all.len - strlen("0000000000000000000000000000000000000000 a20000\n"),
	    KEY_TEXT_SIZE - 1};
	a = authorized_parse((struct text){all.at, (size_t)(last.at - all.at)}, &m);
	assert_non_null(a);
	assert_int_equal(authorized_count(a), AUTHORIZED_KEYS_MAX);
	for (size_t i = 0; i < AUTHORIZED_KEYS_MAX; i++) {
		snprintf(agency, sizeof(agency), "a%zu", i);
		assert_string_equal(
		    authorized_find(a, text_of(authorized_at(a, i)->text))->agency, agency);
	}
	assert_null(authorized_find(a, last));
	assert_null(authorized_find(a, (struct text){last.at, 39}));
	assert_null(authorized_find(a, (struct text){NULL, 0}));
	authorized_free(a);
	assert_null(authorized_parse(all, &m));
	assert_int_equal(m.count, 1);
	assert_int_equal(m.at[0].line, AUTHORIZED_KEYS_MAX + 1);
	assert_string_equal(m.at[0].message, "more than 20000 keys");
	authorized_mistakes_fini(&m);
	buf_fini(&b);
}

static void
tells_a_hundred_mistakes_and_counts_the_rest(void **state)
{
	struct authorized_mistakes m = {0};

	(void)state;
	assert_null(authorized_parse((struct text)TEXT(X8(X64("x\n"))), &m));
	assert_int_equal(m.count, 1024); /* no key, and no role behind it */
	assert_int_equal(m.at[AUTHORIZED_MISTAKES_MAX - 1].line, AUTHORIZED_MISTAKES_MAX / 2);
	authorized_mistakes_fini(&m);
}

/* The file's size: up to the limit, one byte over it within a line, and as its end. */
static void
refuses_a_file_that_is_too_large(void **state)
{
	char                      *bytes = malloc(AUTHORIZED_FILE_MAX + 1);
	struct authorized_mistakes m = {0};
	struct authorized         *a;

	(void)state;
	memset(bytes, '\n', AUTHORIZED_FILE_MAX + 1);
	a = authorized_parse((struct text){bytes, AUTHORIZED_FILE_MAX}, &m);
	assert_non_null(a);
	authorized_free(a);
	assert_null(authorized_parse((struct text){bytes, AUTHORIZED_FILE_MAX + 1}, &m));
	assert_int_equal(m.count, 1);
	assert_int_equal(m.at[0].line, AUTHORIZED_FILE_MAX + 1);
	assert_string_equal(m.at[0].message, "the file goes on beyond 4194304 bytes");
	authorized_mistakes_fini(&m);
	bytes[AUTHORIZED_FILE_MAX - 1] = bytes[AUTHORIZED_FILE_MAX] = '#';
	assert_null(authorized_parse((struct text){bytes, AUTHORIZED_FILE_MAX + 1}, &m));
	assert_int_equal(m.at[0].line, AUTHORIZED_FILE_MAX);
	authorized_mistakes_fini(&m);
	free(bytes);
}

/* 2026-12-31 is the last day. */
static struct moment_case {
	const char           *name;
	int64_t               wall_ms;
	bool                  has_end;
	enum authorized_state want;
} moment_cases[] = {
    {"long before", 0, true, AUTHORIZED_GOOD},
    {"the last ms of the 31st day before", 1796083199999, true, AUTHORIZED_GOOD},
    {"the first ms of the 30th day before", 1796083200000, true, AUTHORIZED_EXPIRES_SOON},
    {"the last ms of the last day", 1798761599999, true, AUTHORIZED_EXPIRES_SOON},
    {"the first ms of the next", 1798761600000, true, AUTHORIZED_EXPIRED},
    {"at the end of time", INT64_MAX, true, AUTHORIZED_EXPIRED},
    {"at the end of time, for ever", INT64_MAX, false, AUTHORIZED_GOOD},
};

static void
check_moment(void **state)
{
	const struct moment_case *c = *state;
	struct authorized_key     k = {
		.expires = c->has_end ? calendar_day((struct calendar_date){2026, 12, 31})
				      : AUTHORIZED_FOREVER,
        };

	assert_int_equal(authorized_state(&k, calendar_day_at(c->wall_ms, 0)), c->want);
	assert_int_equal(authorized_is_good(&k, c->wall_ms), c->want != AUTHORIZED_EXPIRED);
}

/* Files */

static struct file_case {
	const char *name;
	const char *bytes; /* NULL: no file */
	mode_t      mode;
	uid_t       owner;    /* of another than root only where we are */
	const char *want_err; /* behind "PATH: "; NULL: a list of one key */
	size_t      want_mistakes;
} file_cases[] = {
    {"one that all may read", LINE_OF("\n"), 0644, 0, NULL, 0},
    {"one that only its owner may read", LINE_OF("\n"), 0400, 0, NULL, 0},
    {"one that its group may write", LINE_OF("\n"), 0664, 0, "others may write it: chmod go-w", 0},
    {"one that all may write", LINE_OF("\n"), 0606, 0, "others may write it: chmod go-w", 0},
    {"another user's", LINE_OF("\n"), 0644, 7, "belongs to another user", 0},
    {"no file", NULL, 0, 0, "No such file or directory", 0},
    {"a mistake", "\n" K1, 0644, 0, "line 2: " NO_ROLE, 1},
    {"two mistakes", "\n" K1 "\n" K2 "\n", 0644, 0, "line 2: " NO_ROLE " (and 1 more mistake)", 2},
    {"three mistakes", K1 "\n" K2 "\n" K3, 0644, 0, "line 1: " NO_ROLE " (and 2 more mistakes)", 3},
};

static void
check_file(void **state)
{
	const struct file_case    *c = *state;
	struct authorized_mistakes m = {0};
	struct authorized         *a, *again;
	struct err                 err = {0};
	char                       want[256];

	if (geteuid() != 0 && c->owner != 0)
		skip();
	if (c->bytes != NULL)
		write_file(text_of(c->bytes), c->mode, c->owner, 0);
	a = authorized_read(path, &m, &err);
	again = authorized_read(path, NULL, NULL);
	unlink(path);
	assert_int_equal(m.count, c->want_mistakes);
	assert_int_equal(a == NULL, again == NULL);
	if (c->want_err == NULL) {
		assert_string_equal(err.msg, "");
		assert_int_equal(authorized_count(a), 1);
	} else {
		assert_string_equal(err.msg, at_path(c->want_err, want));
		assert_int_equal(err.code, ERR_CONFIG);
		assert_null(a);
	}
	authorized_mistakes_fini(&m);
	authorized_free(a);
	authorized_free(again);
}

/* A list is read again and again: a number of a descriptor would be another's then. */
static void
reads_no_descriptor(void **state)
{
	struct err err = {0};

	(void)state;
	assert_null(authorized_read("fd:0", NULL, &err));
	assert_string_equal(err.msg, "fd:0: No such file or directory");
}

int
main(void)
{
	static const struct CMUnitTest stories[] = {
	    cmocka_unit_test(finds_each_of_the_most_keys),
	    cmocka_unit_test(tells_a_hundred_mistakes_and_counts_the_rest),
	    cmocka_unit_test(refuses_a_file_that_is_too_large),
	    cmocka_unit_test(reads_no_descriptor),
	};
	struct CMUnitTest tests[COUNT(good_cases) + COUNT(bad_cases) + COUNT(moment_cases) +
	    COUNT(file_cases) + COUNT(stories)];
	size_t            n = 0;

	CASES_ADD(tests, n, good_cases, check_good);
	CASES_ADD(tests, n, bad_cases, check_bad);
	CASES_ADD(tests, n, moment_cases, check_moment);
	CASES_ADD(tests, n, file_cases, check_file);
	memcpy(&tests[n], stories, sizeof(stories));
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
