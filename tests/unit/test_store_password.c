/*
 * Passwords out of files: what is taken, what is refused, and that no error shows
 * anything of the content.
 */
#include "tests/cases.h"

#include "common/store_password.h"
#include "tests/unit/key_files.h"

#define X16  "xxxxxxxxxxxxxxxx"
#define X128 X8(X16)
#define X512 X128 X128 X128 X128

enum kind { A_FILE, A_FOLDER, A_PIPE, A_LINK, NOTHING };

static struct file_case {
	const char *name;
	const char *content;
	size_t      len;
	mode_t      mode;
	uid_t       uid; /* other than 0 only root can give */
	gid_t       gid;
	enum kind   kind;
	const char *want;     /* the password, or NULL */
	const char *want_err; /* behind the file's name */
} cases[] = {
#define TAKEN(name, content, want)                                                                 \
	{                                                                                          \
		name, content, sizeof(content) - 1, 0600, 0, 0, A_FILE, want, NULL                 \
	}
#define REFUSED(name, content, why)                                                                \
	{                                                                                          \
		name, content, sizeof(content) - 1, 0600, 0, 0, A_FILE, NULL, why                  \
	}
#define MODE(name, mode, gid, want, why)                                                           \
	{                                                                                          \
		name, "s3cret\n", 7, mode, 0, gid, A_FILE, want, why                               \
	}
    TAKEN("a line", "s3cret\n", "s3cret"),
    TAKEN("a line without its end", "s3cret", "s3cret"),
    TAKEN("more lines", "s3cret\nnot this\0nor\x01", "s3cret"),
    TAKEN("blanks belong to it", " s3 cret \n", " s3 cret "),
    TAKEN("bytes above ASCII", "\xe4\xb8\xad\n", "\xe4\xb8\xad"),
    TAKEN("the longest", X512 "\n", X512),
    TAKEN("the longest without its end", X512, X512),
    REFUSED("nothing in it", "", "its first line is empty"),
    REFUSED("an empty line", "\ns3cret\n", "its first line is empty"),
    REFUSED("a byte too long", X512 "x\n", "its first line is longer than 512 bytes"),
    REFUSED("far too long", X512 X512 X512, "its first line is longer than 512 bytes"),
    REFUSED("a zero byte", "s3\0cret\n", "a control character in its first line"),
    REFUSED("a tab", "s3\tcret\n", "a control character in its first line"),
    TAKEN("a line end of Windows", "s3cret\r\nmore\r\n", "s3cret"),
    TAKEN("a mark of UTF-8 in front", MARK "s3cret\n", "s3cret"),
    TAKEN("the longest of Windows", MARK X512 "\r\nmore", X512),
    REFUSED(
	"a byte too long of Windows", MARK X512 "x\r\n", "its first line is longer than 512 bytes"),
    REFUSED("an empty line of Windows", "\r\n", "its first line is empty"),
    REFUSED("a mark alone", MARK, "its first line is empty"),
    REFUSED("a carriage return within", "s3\rcret\n", "a control character in its first line"),
    REFUSED("a delete",
	"s3\x7f"
	"cret\n",
	"a control character in its first line"),
    MODE("only to be read", 0400, 0, "s3cret", NULL),
    MODE("the group root may read it", 0440, 0, "s3cret", NULL),
    MODE("another group may read it", 0440, NOBODY, NULL, "others may read it: chmod 600"),
    MODE("the group root may write it", 0660, 0, NULL, "others may write it: chmod go-w"),
    MODE("the world may read it", 0604, 0, NULL, "others may read it: chmod 600"),
    MODE("the world may write it", 0602, 0, NULL, "others may write it: chmod go-w"),
    {"somebody else's", "s3cret\n", 7, 0600, NOBODY, 0, A_FILE, NULL, "belongs to another user"},
    {"a link to a file", "s3cret\n", 7, 0600, 0, 0, A_LINK, "s3cret", NULL},
    {"no such file", "", 0, 0, 0, 0, NOTHING, NULL, "No such file or directory"},
    {"a folder", "", 0, 0700, 0, 0, A_FOLDER, NULL, "no regular file"},
    {"a pipe that nobody writes to", "", 0, 0600, 0, 0, A_PIPE, NULL, "no regular file"},
};

/* Puts at path what the row says. */
static void
make(const struct file_case *c)
{
	struct text content = {c->content, c->len};
	char        target[sizeof(path) + 8];

	switch (c->kind) {
	case A_FILE:
		write_file(content, c->mode, c->uid, c->gid);
		break;
	case A_FOLDER:
		assert_int_equal(mkdir(path, c->mode), 0);
		break;
	case A_PIPE:
		assert_int_equal(mkfifo(path, c->mode), 0);
		break;
	case A_LINK:
		write_file(content, c->mode, c->uid, c->gid);
		snprintf(target, sizeof(target), "%s.target", path);
		assert_int_equal(rename(path, target), 0);
		assert_int_equal(symlink(target, path), 0);
		break;
	case NOTHING:
		break;
	}
}

static void
drop(const struct file_case *c)
{
	char target[sizeof(path) + 8];

	snprintf(target, sizeof(target), "%s.target", path);
	if (c->kind == A_LINK)
		assert_int_equal(unlink(target), 0);
	remove(path);
}

static void
check_file(void **state)
{
	const struct file_case *c = *state;
	struct store_url        u = {.path = "/r.sock"};
	struct err              err = {0};
	char                    room[STORE_URL_PASSWORD_MAX + 1], said[256], want[256 + 16];
	const char             *got;

	if (geteuid() != 0 && (c->uid != 0 || (c->mode & 0077) != 0))
		skip(); /* owners and groups are root's to give */
	make(c);
	snprintf(u.password_file, sizeof(u.password_file), "%s", path);
	got = store_password(&u, room, &err);
	drop(c);

	if (c->want != NULL) {
		assert_string_equal(err.msg, "");
		assert_string_equal(got, c->want);
		return;
	}
	snprintf(want, sizeof(want), "password file: %s", at_path(c->want_err, said));
	assert_null(got);
	assert_int_equal(err.code, ERR_AGAIN);
	assert_string_equal(err.msg, want);
}

static void
check_no_file(void **state)
{
	struct store_url u = {.path = "/r.sock", .password = "s3cret"};
	char             room[STORE_URL_PASSWORD_MAX + 1];
	struct err       err = {0};

	(void)state;
	assert_string_equal(store_password(&u, room, &err), "s3cret");
	u.password[0] = '\0';
	assert_string_equal(store_password(&u, room, &err), "");
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check_file);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(check_no_file);
	return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
