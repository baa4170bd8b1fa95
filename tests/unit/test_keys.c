/*
 * CURVE keys: which texts are one, what is derived from them, which files they are read
 * from, and that no error shows a secret.
 */
#include "tests/cases.h"

#include <stdbool.h>
#include <sys/wait.h>

#include "common/keys.h"
#include "common/keys_file.h"
#include "tests/unit/key_files.h"

#define X5(s)  s s s s s
#define ZEROS  X8("00000")
#define ONES   X8("%nSc0") /* 2^32-1, the greatest group */
#define HEX_FF "\xff\xff\xff\xff\xff\xff\xff\xff"

static struct parse_case {
	const char *name;
	struct text text;
	const char *want_bytes; /* 32 of them; NULL: it is no key */
	const char *want_id;
} parse_cases[] = {
    {"a key", {OPEN, 40},
	"\xbb\x88\x47\x1d\x65\xe2\x65\x9b\x30\xc5\x5a\x53\x21\xce\xbb\x5a"
	"\xab\x2b\x70\xa3\x98\x64\x5c\x26\xdc\xa2\xb2\xfc\xb4\x3f\xc5\x18",
	"ebb3af4dd99ceff3"},
    {"another", {OTHER_OPEN, 40},
	"\x54\xfc\xba\x24\xe9\x32\x49\x96\x93\x16\xfb\x61\x7c\x87\x2b\xb0"
	"\xc1\xd1\xff\x14\x80\x04\x27\xc5\x94\xcb\xfa\xcf\x1b\xc2\xd6\x52",
	"522501f4e7a63f61"},
    {"the least", {ZEROS, 40}, X8("\0\0\0\0"), "66687aadf862bd77"},
    {"the greatest", {ONES, 40}, HEX_FF HEX_FF HEX_FF HEX_FF, "af9613760f72635f"},
    {"only its first 40 bytes count", {OPEN "and more", 40},
	"\xbb\x88\x47\x1d\x65\xe2\x65\x9b\x30\xc5\x5a\x53\x21\xce\xbb\x5a"
	"\xab\x2b\x70\xa3\x98\x64\x5c\x26\xdc\xa2\xb2\xfc\xb4\x3f\xc5\x18",
	"ebb3af4dd99ceff3"},
    {"nothing", {"", 0}},
    {"absent", {NULL, 0}},
    {"a character short", {OPEN, 39}},
    {"a group short", {OPEN, 35}},
    {"a character too many", {OPEN "0", 41}},
    {"a group too many", {OPEN "00000", 45}},
    {"a newline behind it", {OPEN "\n", 41}},
    {"a NUL within", {"Yne@$\0-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", 40}},
    {"a NUL where a group ends", {"Yne@$w-vo<\0Vvi]a<NY6T1ed:M$fCG*[IaLV{hID", 40}},
    {"a NUL at its end", {"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\0", 40}},
    {"a first group of 2^32", {"%nSc1" X5("00000") "0000000000", 40}},
    {"a last group of 2^32", {X5("00000") "0000000000%nSc1", 40}},
    {"a group far above", {"#####" X5("00000") "0000000000", 40}},
    {"one that would look like a comment", {"#0000" X5("00000") "0000000000", 40}},
    {"hex", {"bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518", 64}},
};

static void
check_parse(void **state)
{
	const struct parse_case *c = *state;
	struct key               got, untouched;
	char                     text[KEY_TEXT_SIZE], id[KEY_ID_SIZE];

	memset(&got, 7, sizeof(got));
	memset(&untouched, 7, sizeof(untouched));
	if (c->want_bytes == NULL) {
		assert_false(key_parse(c->text, &got));
		assert_memory_equal(&got, &untouched, sizeof(got));
		return;
	}
	assert_true(key_parse(c->text, &got));
	assert_memory_equal(got.at, c->want_bytes, KEY_SIZE);
	assert_memory_equal(key_format(&got, text), c->text.at, 40);
	assert_int_equal(strlen(text), 40);
	assert_string_equal(key_id(&got, id), c->want_id);
}

/* At every place every byte that Z85 has no value for. */
static void
refuses_all_other_characters(void **state)
{
	static const char z85[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
	char       text[] = ZEROS;
	struct key k;
	int        refused = 0;

	(void)state;
	for (size_t at = 0; at < 40; at++) {
		for (int c = 0; c < 256; c++) {
			bool is_first = at % 5 == 0, has_value = c != 0 && strchr(z85, c) != NULL;
			bool too_great = is_first && (c == '$' || c == '#');

			text[at] = (char)c;
			assert_int_equal(
			    key_parse((struct text){text, 40}, &k), has_value && !too_great);
			refused += !has_value;
		}
		text[at] = '0';
	}
	assert_int_equal(refused, 40 * (256 - 85));
}

static void
makes_pairs(void **state)
{
	static const struct key_pair none;
	struct key_pair              a, b;

	(void)state;
	key_pair_make(&a);
	key_pair_make(&b);
	assert_memory_not_equal(&a.open, &b.open, KEY_SIZE);
	assert_memory_not_equal(&a.secret, &b.secret, KEY_SIZE);
	assert_memory_not_equal(&a.secret, &a.open, KEY_SIZE);
	key_pair_wipe(&a);
	assert_memory_equal(&a.secret, &none.secret, KEY_SIZE);
	assert_memory_not_equal(&a.open, &none.open, KEY_SIZE);
}

/* Files */

#define OPEN_KEY "this is an open key (a line of a list); the secret is in NAME.key"

static struct file_case {
	const char *name;
	const char *bytes;
	mode_t      mode;
	uid_t       owner; /* and group; of others than root only where we are */
	gid_t       group;
	const char *want_open; /* NULL: it is refused */
	const char *want_err;  /* behind "PATH: " */
} file_cases[] = {
    {"one line", SECRET "\n", 0600, 0, 0, OPEN, NULL},
    {"another one", OTHER_SECRET "\n", 0600, 0, 0, OTHER_OPEN, NULL},
    {"no newline", SECRET, 0600, 0, 0, OPEN, NULL},
    {"a newline of Windows", SECRET "\r\n", 0600, 0, 0, OPEN, NULL},
    {"read only", SECRET "\n", 0400, 0, 0, OPEN, NULL},
    {"a credential of systemd", SECRET "\n", 0440, 0, 0, OPEN, NULL},
    {"a group of people", SECRET "\n", 0440, 0, 7, NULL, "others may read it: chmod 600"},
    {"all may read", SECRET "\n", 0644, 0, 0, NULL, "others may read it: chmod 600"},
    {"others than the group may read", SECRET "\n", 0604, 0, 0, NULL,
	"others may read it: chmod 600"},
    {"root's group may write", SECRET "\n", 0660, 0, 0, NULL, "others may write it: chmod go-w"},
    {"others may write", SECRET "\n", 0602, 0, 0, NULL, "others may write it: chmod go-w"},
    {"others may execute", SECRET "\n", 0601, 0, 0, NULL, "others may read it: chmod 600"},
    {"another user's", SECRET "\n", 0600, 7, 0, NULL, "belongs to another user"},
    {"empty", "", 0600, 0, 0, NULL, ""},
    {"an empty line", "\n", 0600, 0, 0, NULL, ""},
    {"a line before it", "\n" SECRET "\n", 0600, 0, 0, NULL, ""},
    {"a mark of UTF-8 in front", MARK SECRET "\n", 0600, 0, 0, OPEN, NULL},
    {"empty lines behind it", SECRET "\n\r\n\n", 0600, 0, 0, OPEN, NULL},
    {"a line behind it", SECRET "\n\nx", 0600, 0, 0, NULL, ""},
    {"a line far behind it", SECRET "\n" X8("\n\n\n") "x", 0600, 0, 0, NULL, ""},
    {"a mark twice", MARK MARK SECRET "\n", 0600, 0, 0, NULL, ""},
    {"two keys", SECRET "\n" OTHER_SECRET "\n", 0600, 0, 0, NULL, ""},
    {"a line of a list", OPEN " cnipa\n", 0600, 0, 0, NULL, OPEN_KEY},
    {"a line of a list that all may read", OPEN " cnipa\n", 0644, 0, 0, NULL, OPEN_KEY},
    {"a list", "# list\r\n" OTHER_OPEN " @operator\r\n" OPEN " cnipa", 0644, 0, 0, NULL, OPEN_KEY},
    {"another user's list", OPEN " cnipa\n", 0644, 7, 0, NULL, OPEN_KEY},
    {"an open key alone that all may read", OPEN "\n", 0644, 0, 0, NULL,
	"others may read it: chmod 600"},
    {"a blank before it", " " SECRET "\n", 0600, 0, 0, NULL, ""},
    {"a character short", "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c\n", 0600, 0, 0, NULL, ""},
    {"much more", X8(SECRET), 0600, 0, 0, NULL, ""},
};

#define EXPECTED "expected a secret key, one line of 40 characters of Z85, and nothing else"

/* No run of 8 characters of a secret stands in an error. */
static void
check_silence(const char *msg)
{
	char part[9] = "";

	for (size_t i = 0; i + 8 <= strlen(SECRET); i++) {
		memcpy(part, &SECRET[i], 8);
		assert_null(strstr(msg, part));
	}
}

static void
check_error(const struct err *e, const char *want)
{
	char whole[256];

	assert_string_equal(e->msg, at_path(*want != '\0' ? want : EXPECTED, whole));
	assert_int_equal(e->code, ERR_CONFIG);
	check_silence(e->msg);
}

static void
check_file(void **state)
{
	const struct file_case *c = *state;
	struct key_pair         pair;
	struct err              err = {0};
	char                    text[KEY_TEXT_SIZE];
	int                     rc;

	if (geteuid() != 0 && (c->owner != 0 || c->mode == 0440))
		skip();
	write_file(text_of(c->bytes), c->mode, c->owner, c->group);
	rc = key_pair_read(path, &pair, &err);
	unlink(path);
	if (c->want_open == NULL) {
		assert_int_equal(rc, -1);
		check_error(&err, c->want_err);
		return;
	}
	assert_string_equal(err.msg, "");
	assert_int_equal(rc, 0);
	assert_string_equal(key_format(&pair.open, text), c->want_open);
	assert_non_null(strstr(c->bytes, key_format(&pair.secret, text)));
}

static void
reads_no_pipe_or_folder_in_the_place_of_a_file(void **state)
{
	struct key_pair pair;
	struct err      err = {0};

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(10); /* ends a read that waits for a writer */
	assert_int_equal(key_pair_read(path, &pair, &err), -1);
	alarm(0);
	unlink(path);
	check_error(&err, "no regular file");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(key_pair_read(path, &pair, &err), -1);
	rmdir(path);
	check_error(&err, "no regular file");
	assert_int_equal(key_pair_read(path, &pair, &err), -1);
	check_error(&err, "No such file or directory");
}

static struct argument_case {
	const char *name;
	const char *from;
} argument_cases[] = {
    {"a secret itself", SECRET},
    {"a secret and more", SECRET "0"},
    {"a secret cut short", "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ"},
    {"a secret cut short and a name", "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ cnipa"},
    {"a name and a secret", "cnipa " SECRET},
    {"a secret and a comma", SECRET ", the secret"},
    {"a secret and a blank", SECRET " "},
    {"two secrets", SECRET "\n" OTHER_SECRET},
    {"more than a file's name may be", X8(X8(SECRET "\n\n"))},
};

static void
check_argument(void **state)
{
	const struct argument_case *c = *state;
	struct key_pair             pair;
	struct key                  k;
	struct err                  err = {0};

	assert_int_equal(key_pair_read(c->from, &pair, &err), -1);
	assert_memory_equal(err.msg, "no file has this name of ", 25);
	assert_int_equal(err.code, ERR_CONFIG);
	check_silence(err.msg);
	if (key_open_read(c->from, &k, &err) == 0)
		assert_int_equal(strcspn(c->from, " "), 40);
	check_silence(err.msg);
}

/* Descriptors */

static struct descriptor_case {
	const char *name;
	const char *bytes;
	bool        is_good;
} descriptor_cases[] = {
    {"a line", SECRET "\n", true},
    {"nothing", "", false},
    {"two lines", SECRET "\n" SECRET "\n", false},
};

static void
check_descriptor(void **state)
{
	const struct descriptor_case *c = *state;
	struct key_pair               pair;
	struct err                    err = {0};
	int                           fds[2];
	char                          from[16], text[KEY_TEXT_SIZE];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], c->bytes, strlen(c->bytes)), strlen(c->bytes));
	close(fds[1]);
	snprintf(from, sizeof(from), "fd:%d", fds[0]);
	assert_int_equal(key_pair_read(from, &pair, &err), c->is_good ? 0 : -1);
	assert_int_equal(fcntl(fds[0], F_GETFD), -1); /* closed */
	check_silence(err.msg);
	if (c->is_good)
		assert_string_equal(key_format(&pair.open, text), OPEN);
	else
		assert_int_equal(err.code, ERR_CONFIG);
}

static void
reads_a_descriptor_in_pieces(void **state)
{
	struct key_pair pair;
	struct err      err = {0};
	int             fds[2];
	char            from[16], text[KEY_TEXT_SIZE];
	pid_t           child;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		for (size_t i = 0; i < strlen(SECRET); i++)
			if (write(fds[1], &SECRET[i], 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	snprintf(from, sizeof(from), "fd:%d", fds[0]);
	assert_int_equal(key_pair_read(from, &pair, &err), 0);
	assert_string_equal(key_format(&pair.open, text), OPEN);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

static struct bad_descriptor_case {
	const char *name;
	const char *from;
	const char *want_err;
} bad_descriptor_cases[] = {
    {"not open", "fd:987", "fd:987: Bad file descriptor"},
    {"no number", "fd:", "fd:: No such file or directory"},
    {"negative", "fd:-1", "fd:-1: No such file or directory"},
    {"letters behind the number", "fd:0x", "fd:0x: No such file or directory"},
    {"a number that would wrap", "fd:4294967296", "fd:4294967296: No such file or directory"},
    {"no number of any size", "fd:99999999999999999999",
	"fd:99999999999999999999: No such file or directory"},
};

static void
check_bad_descriptor(void **state)
{
	const struct bad_descriptor_case *c = *state;
	struct key_pair                   pair;
	struct err                        err = {0};

	assert_int_equal(key_pair_read(c->from, &pair, &err), -1);
	assert_string_equal(err.msg, c->want_err);
	assert_int_equal(err.code, ERR_CONFIG);
}

/* Open keys */

#define NO_OPEN "expected one line that begins with a key of 40 characters of Z85"

static struct open_case {
	const char *name;
	const char *bytes; /* of a file */
	mode_t      mode;
	const char *want; /* NULL: refused */
	const char *want_err;
} open_cases[] = {
    {"the key alone", OPEN, 0666, OPEN, NULL},
    {"the key alone, for its group too", OPEN, 0644, OPEN, NULL},
    {"a line for authorized_keys", OPEN " cnipa expires=2027-01-01  made 2026-11-22\n", 0666, OPEN,
	NULL},
    {"a line that only its owner reads", OPEN " cnipa\n", 0600, OPEN, NULL},
    {"comments before it", "# the collector\n\n  # since May\n" OPEN "\tcollector\n", 0666, OPEN,
	NULL},
    {"blanks before it", " \t" OPEN " x", 0666, OPEN, NULL},
    {"lines of Windows", "# the collector\r\n" OPEN "\r\n", 0666, OPEN, NULL},
    {"a mark of UTF-8 in front", MARK OPEN " @service\r\n\r\n", 0666, OPEN, NULL},
    {"two keys", OPEN "\n" OTHER_OPEN "\n", 0666, NULL, "it holds 2 keys, expected one"},
    {"a list", "# list\n" OPEN " a\n" OTHER_OPEN " a\n\n" SECRET " b", 0666, NULL,
	"it holds 3 keys, expected one"},
    {"a secret", SECRET "\n", 0600, NULL, "this looks like a secret key: give the .pub file"},
    {"a secret to be read", SECRET, 0400, NULL, "this looks like a secret key: give the .pub file"},
    {"a secret of Windows", MARK SECRET "\r\n", 0640, NULL,
	"this looks like a secret key: give the .pub file"},
    {"a line more", OPEN " cnipa\nmore\n", 0666, NULL, NO_OPEN},
    {"a line before it", "more\n" OPEN " cnipa\n", 0666, NULL, NO_OPEN},
    {"empty", "", 0666, NULL, NO_OPEN},
    {"comments alone", "# " OPEN, 0666, NULL, NO_OPEN},
    {"a name before it", "cnipa " OPEN "\n", 0666, NULL, NO_OPEN},
    {"a character too many", OPEN "0 cnipa\n", 0666, NULL, NO_OPEN},
};

static void
check_open(void **state)
{
	const struct open_case *c = *state;
	struct key              k;
	struct err              err = {0};
	char                    text[KEY_TEXT_SIZE];
	int                     rc;

	write_file(text_of(c->bytes), c->mode, geteuid(), 0);
	rc = key_open_read(path, &k, &err);
	unlink(path);
	if (c->want == NULL) {
		assert_int_equal(rc, -1);
		check_error(&err, c->want_err);
		return;
	}
	assert_string_equal(err.msg, "");
	assert_int_equal(rc, 0);
	assert_string_equal(key_format(&k, text), c->want);
}

static void
refuses_a_file_that_is_too_long_for_one_key(void **state)
{
	static char bytes[(64 << 10) + 1];
	struct key  k;
	struct err  err = {0};

	(void)state;
	memset(bytes, '\n', sizeof(bytes));
	memcpy(bytes, OPEN, KEY_LENGTH);
	write_file((struct text){bytes, sizeof(bytes) - 1}, 0644, geteuid(), 0);
	assert_int_equal(key_open_read(path, &k, &err), 0);
	write_file((struct text){bytes, sizeof(bytes)}, 0644, geteuid(), 0);
	assert_int_equal(key_open_read(path, &k, &err), -1);
	unlink(path);
	check_error(&err, "it goes on beyond 65536 bytes, expected one key");
}

#define NEITHER "neither a file of that name nor 40 characters of Z85 (got "

static struct text_case {
	const char *name;
	const char *from;
	const char *want_err; /* NULL: it is the key */
} text_cases[] = {
    {"the key itself", OPEN, NULL},
    {"a line", OPEN " @service  collector, made 2026-11-22", NULL},
    {"a line and its end", OPEN " @service\n", NULL},
    {"a file with a comment", "# ours\n" OPEN, NULL},
    {"39 characters", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI", NEITHER "39)"},
    {"39 characters and more", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI cnipa", NEITHER "39)"},
    {"41 characters", OPEN "0", NEITHER "41)"},
    {"a group beyond 32 bits", "%nSc100000000000000000000000000000000000", NEITHER "40)"},
    {"two lines", OPEN " a\n" OTHER_OPEN " b\n", "this text: it holds 2 keys, expected one"},
    {"a name", "collector.pub.not", "collector.pub.not: No such file or directory"},
    {"a long path", "/srv/keys_of_tuijin/agencies/of/the/capital/cnipa.pub",
	"/srv/keys_of_tuijin/agencies/of/the/capital/cnipa.pub: No such file or directory"},
    {"a long path and a blank", "/srv/keys of_tuijin/agencies/of/the/capital/cnipa.pub",
	"neither a file of that name nor 40 characters of Z85 (got 9)"},
    {"a short path with blanks", "/srv/the keys/cnipa.pub",
	"/srv/the keys/cnipa.pub: No such file or directory"},
    {"nothing", "", ": No such file or directory"},
};

static void
check_text(void **state)
{
	const struct text_case *c = *state;
	struct key              k;
	struct err              err = {0};
	char                    text[KEY_TEXT_SIZE];
	int                     rc = key_open_read(c->from, &k, &err);

	assert_string_equal(err.msg, c->want_err != NULL ? c->want_err : "");
	assert_int_equal(rc, c->want_err != NULL ? -1 : 0);
	if (rc == 0)
		assert_string_equal(key_format(&k, text), OPEN);
	else
		assert_int_equal(err.code, ERR_CONFIG);
}

static struct private_case {
	const char *name;
	mode_t      mode; /* 0: no file */
	bool        want;
} private_cases[] = {
    {"its owner reads it", 0600, true},
    {"its group too", 0640, true},
    {"everybody", 0644, false},
    {"no file", 0, false},
};

static void
check_private(void **state)
{
	const struct private_case *c = *state;

	if (c->mode != 0)
		write_file((struct text){"", 0}, c->mode, geteuid(), 0);
	assert_int_equal(keys_file_is_private(path), c->want);
	assert_false(keys_file_is_private(folder));
	unlink(path);
}

int
main(void)
{
	static const struct CMUnitTest stories[] = {
	    cmocka_unit_test(refuses_all_other_characters),
	    cmocka_unit_test(makes_pairs),
	    cmocka_unit_test(reads_no_pipe_or_folder_in_the_place_of_a_file),
	    cmocka_unit_test(reads_a_descriptor_in_pieces),
	    cmocka_unit_test(refuses_a_file_that_is_too_long_for_one_key),
	};
	struct CMUnitTest tests[COUNT(parse_cases) + COUNT(file_cases) + COUNT(argument_cases) +
	    COUNT(descriptor_cases) + COUNT(bad_descriptor_cases) + COUNT(open_cases) +
	    COUNT(text_cases) + COUNT(private_cases) + COUNT(stories)];
	size_t            n = 0;

	CASES_ADD(tests, n, parse_cases, check_parse);
	CASES_ADD(tests, n, file_cases, check_file);
	CASES_ADD(tests, n, argument_cases, check_argument);
	CASES_ADD(tests, n, descriptor_cases, check_descriptor);
	CASES_ADD(tests, n, bad_descriptor_cases, check_bad_descriptor);
	CASES_ADD(tests, n, open_cases, check_open);
	CASES_ADD(tests, n, text_cases, check_text);
	CASES_ADD(tests, n, private_cases, check_private);
	memcpy(&tests[n], stories, sizeof(stories));
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
