#include "cli/export_file.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/cases.h"

#define NOBODY 65534

static char folder[64];

static char *
in_folder(const char *name)
{
	static char path[400];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/tuijin-export-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static size_t
files(bool remove_them)
{
	DIR           *d = opendir(folder);
	struct dirent *one;
	size_t         n = 0;

	while ((one = readdir(d)) != NULL)
		if (one->d_name[0] != '.') {
			n++;
			if (remove_them)
				unlink(in_folder(one->d_name));
		}
	closedir(d);
	return n;
}

static int
remove_folder(void **state)
{
	(void)state;
	files(true);
	return rmdir(folder);
}

static const char *
content(const char *path)
{
	static char bytes[100];
	FILE       *f = fopen(path, "rb");

	assert_non_null(f);
	bytes[fread(bytes, 1, sizeof(bytes) - 1, f)] = '\0';
	fclose(f);
	return bytes;
}

static void
write_file(const char *path, const char *text)
{
	struct export_file f;
	struct err         e = {0};

	assert_int_equal(export_file_open(&f, path, &e), 0);
	fputs(text, f.to);
	assert_int_equal(export_file_commit(&f, &e), 0);
	assert_string_equal(e.msg, "");
}

static mode_t
mode(const char *path)
{
	struct stat s;

	assert_int_equal(stat(path, &s), 0);
	return s.st_mode & 0777;
}

static void
a_file_is_there_only_when_it_is_whole(void **state)
{
	struct export_file f;
	struct err         e = {0};

	(void)state;
	assert_int_equal(export_file_open(&f, in_folder("a"), &e), 0);
	fputs("one", f.to);
	fflush(f.to);
	assert_int_equal(files(false), 0);
	assert_int_equal(export_file_commit(&f, &e), 0);
	assert_string_equal(content(in_folder("a")), "one");
	assert_int_equal(files(false), 1);
}

static void
what_is_dropped_leaves_the_old_one(void **state)
{
	struct export_file f;
	struct err         e = {0};

	(void)state;
	write_file(in_folder("a"), "old");
	assert_int_equal(export_file_open(&f, in_folder("a"), &e), 0);
	fputs("new", f.to);
	export_file_drop(&f);
	assert_string_equal(content(in_folder("a")), "old");
	assert_int_equal(files(false), 1);
}

static void
a_new_file_has_the_mode_of_the_umask_and_an_old_one_keeps_its_own(void **state)
{
	mode_t before = umask(027);

	(void)state;
	write_file(in_folder("a"), "one");
	assert_int_equal(mode(in_folder("a")), 0640);
	assert_int_equal(chmod(in_folder("a"), 0604), 0);
	write_file(in_folder("a"), "two");
	assert_int_equal(mode(in_folder("a")), 0604);
	umask(before);
}

static void
a_link_stays_a_link(void **state)
{
	struct stat s;

	(void)state;
	write_file(in_folder("a"), "old");
	assert_int_equal(symlink("a", in_folder("b")), 0);
	write_file(in_folder("b"), "new");
	assert_string_equal(content(in_folder("a")), "new");
	assert_int_equal(lstat(in_folder("b"), &s), 0);
	assert_true(S_ISLNK(s.st_mode));
}

static void
check_refused(const char *path, const char *why)
{
	struct export_file f;
	struct err         e = {0};

	assert_int_equal(export_file_open(&f, path, &e), 0);
	fputs("lost", f.to);
	assert_int_equal(export_file_commit(&f, &e), -1);
	assert_non_null(strstr(e.msg, path));
	assert_non_null(strstr(e.msg, why));
	assert_int_equal(e.code, ERR_ENV);
}

static void
a_link_to_nothing_is_an_error_and_stays(void **state)
{
	struct stat s;

	(void)state;
	assert_int_equal(symlink("nothing", in_folder("a")), 0);
	check_refused(in_folder("a"), ": No such file or directory");
	assert_int_equal(lstat(in_folder("a"), &s), 0);
	assert_true(S_ISLNK(s.st_mode));
	assert_int_equal(files(false), 1);
}

static void
a_long_name_is_as_good_as_a_short_one(void **state)
{
	char name[256];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	write_file(in_folder(name), "long");
	assert_string_equal(content(in_folder(name)), "long");
}

static void
a_file_that_may_not_be_written_stays(void **state)
{
	bool is_root = geteuid() == 0;

	(void)state;
	write_file(in_folder("a"), "old");
	assert_int_equal(chmod(in_folder("a"), 0444), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(is_root ? seteuid(NOBODY) : 0, 0);
	check_refused(in_folder("a"), ": Permission denied");
	assert_int_equal(is_root ? seteuid(0) : 0, 0);
	assert_string_equal(content(in_folder("a")), "old");
	assert_int_equal(files(false), 1);
}

static void
a_device_stays_a_device(void **state)
{
	struct stat s;

	(void)state;
	write_file("/dev/null", "gone");
	assert_int_equal(stat("/dev/null", &s), 0);
	assert_true(S_ISCHR(s.st_mode));
}

static void
what_cannot_be_written_is_an_error(void **state)
{
	(void)state;
	check_refused("/dev/full", ": No space left on device");
	check_refused("/nowhere/at/all", ": No such file or directory");
	check_refused(folder, ": Is a directory");
	assert_int_equal(files(false), 0);
}

static void
standard_output_is_left_open(void **state)
{
	static const char *const names[] = {NULL, "", "-"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct export_file f;
		struct err         e = {0};

		assert_int_equal(export_file_open(&f, names[i], &e), 0);
		assert_ptr_equal(f.to, stdout);
		assert_int_equal(export_file_commit(&f, &e), 0);
		assert_int_equal(export_file_open(&f, names[i], &e), 0);
		export_file_drop(&f);
		assert_int_not_equal(fileno(stdout), -1);
	}
}

static int taken;

static void
take(int signal)
{
	(void)signal;
	taken++;
}

static void
signals_are_as_they_were(void **state)
{
	(void)state;
	signal(SIGTERM, take);
	write_file(in_folder("a"), "one");
	raise(SIGTERM);
	assert_int_equal(taken, 1);
	signal(SIGTERM, SIG_DFL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_file_is_there_only_when_it_is_whole),
	    TEST(what_is_dropped_leaves_the_old_one),
	    TEST(a_new_file_has_the_mode_of_the_umask_and_an_old_one_keeps_its_own),
	    TEST(a_link_stays_a_link),
	    TEST(a_link_to_nothing_is_an_error_and_stays),
	    TEST(a_long_name_is_as_good_as_a_short_one),
	    TEST(a_file_that_may_not_be_written_stays),
	    TEST(a_device_stays_a_device),
	    TEST(what_cannot_be_written_is_an_error),
	    TEST(standard_output_is_left_open),
	    TEST(signals_are_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
