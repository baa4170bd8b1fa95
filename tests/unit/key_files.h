/*
 * key_files -- a folder with one file, for tests of what is read with care; and keys to
 * put into it.
 */
#ifndef TUIJIN_TESTS_KEY_FILES_H
#define TUIJIN_TESTS_KEY_FILES_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "tests/cases.h"

/* The pairs that the manual of zmq_curve uses. */
#define OPEN         "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define SECRET       "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
#define OTHER_OPEN   "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define OTHER_SECRET "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"

#define MARK "\xef\xbb\xbf" /* of UTF-8, as some editors put in front */

#define X8(s)  s s s s s s s s
#define X64(s) X8(X8(s))

#define NOBODY 65534

#define KEY_FOLDER "/tmp/tuijin-keys-XXXXXX"

static char folder[sizeof(KEY_FOLDER)], path[sizeof(KEY_FOLDER) + 16];

/* Around all tests: the folder, in which path is a file that is not there. */
static inline int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, KEY_FOLDER);
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/fi\nle", folder);
	return 0;
}

static inline int
drop_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

/* The path as messages show it, with what they say of it behind. */
static inline const char *
at_path(const char *said, char out[256])
{
	snprintf(out, 256, "%s/fi\\x0ale: %s", folder, said);
	return out;
}

/* Other owners and groups than ours are only root's to give. */
static inline void
write_file(struct text bytes, mode_t mode, uid_t owner, gid_t group)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.at, bytes.len), bytes.len);
	if (geteuid() == 0)
		assert_int_equal(fchown(fd, owner, group), 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

#endif
