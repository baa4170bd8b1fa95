#include "common/keys_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/keys.h"

#define SHOWN_SIZE 128 /* of a name, in messages */
#define KEY_LIKE   32  /* characters from which a word could be most of a key */

static const char z85[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  ".-:+=^!/*?&<>()[]{}@%$#";
static const char blank[] = " \t\r\n";

/* The number N of "fd:N", or -1. */
static int
descriptor_of(const char *from)
{
	char *end;
	long  n;

	if (strncmp(from, "fd:", 3) != 0 || from[3] < '0' || from[3] > '9')
		return -1;
	n = strtol(from + 3, &end, 10);
	return *end == '\0' && n <= INT_MAX ? (int)n : -1;
}

/* Whether a word may be a key or hold one; paths are long, too. */
static bool
is_key_like(const char *word, size_t len)
{
	size_t run;

	if (*word == '/')
		return len == KEY_LENGTH && strspn(word, z85) == len;
	for (size_t at = 0; at < len; at += run + 1) {
		run = strspn(word + at, z85);
		if (run >= KEY_LIKE)
			return true;
	}
	return false;
}

/* Where a file was to be named, somebody may have put the key itself, or a line of it. */
static bool
may_be_key(const char *from)
{
	size_t len;

	for (from += strspn(from, blank); *from != '\0'; from += len + strspn(from + len, blank)) {
		len = strcspn(from, blank);
		if (is_key_like(from, len))
			return true;
	}
	return false;
}

static int
refuse_open(const char *from, enum keys_file_guard guard, int why, struct err *e)
{
	bool is_absent = why == ENOENT || why == ENOTDIR || why == ENAMETOOLONG;
	char shown[SHOWN_SIZE];

	if (is_absent && may_be_key(from) && guard == KEYS_FILE_ANY)
		return err_fail(e, ERR_CONFIG,
		    "neither a file of that name nor %d characters of Z85 (got %zu)", KEY_LENGTH,
		    strcspn(from, blank));
	if (is_absent && may_be_key(from))
		return err_fail(e, ERR_CONFIG,
		    "no file has this name of %zu characters (a key itself has no place here)",
		    strlen(from));
	return err_fail(e, ERR_CONFIG, "%s: %s", text_escape(text_of(from), shown, sizeof(shown)),
	    strerror(why));
}

/* What is wrong with a file's owner or mode; NULL if nothing is. */
static const char *
suspicion(const struct stat *st, enum keys_file_guard guard)
{
	mode_t others = st->st_mode & (S_IRWXG | S_IRWXO);

	if (!S_ISREG(st->st_mode))
		return "no regular file";
	if (guard == KEYS_FILE_ANY)
		return NULL;
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "belongs to another user";
	if ((others & (S_IWGRP | S_IWOTH)) != 0)
		return "others may write it: chmod go-w";
	if (guard == KEYS_FILE_SECRET && others != 0 && !(others == S_IRGRP && st->st_gid == 0))
		return "others may read it: chmod 600";
	return NULL;
}

/* Returns a descriptor, or -1 with *e. */
static int
open_guarded(const char *from, enum keys_file_guard guard, struct err *e)
{
	/* Opening a pipe or a device must not wait for its other end. */
	int         fd = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	const char *wrong;
	char        shown[SHOWN_SIZE];

	if (fd < 0)
		return refuse_open(from, guard, errno, e);
	wrong = fstat(fd, &st) == 0 ? suspicion(&st, guard) : strerror(errno);
	if (wrong == NULL)
		return fd;
	close(fd);
	return err_fail(
	    e, ERR_CONFIG, "%s: %s", text_escape(text_of(from), shown, sizeof(shown)), wrong);
}

int
keys_file_read(
    const char *from, enum keys_file_guard guard, size_t max, struct buf *out, struct err *e)
{
	int     fd = guard == KEYS_FILE_SECRET ? descriptor_of(from) : -1;
	ssize_t got = 1;
	char    shown[SHOWN_SIZE];
	int     why;

	if (fd < 0 && (fd = open_guarded(from, guard, e)) < 0)
		return -1;
	buf_grow(out, max);
	while (out->len < max && got != 0) {
		got = read(fd, out->at + out->len, max - out->len);
		if (got < 0 && errno != EINTR)
			break;
		out->len += got > 0 ? (size_t)got : 0;
	}
	why = errno;
	close(fd);
	if (got >= 0)
		return 0;
	return err_fail(e, ERR_CONFIG, "%s: %s", text_escape(text_of(from), shown, sizeof(shown)),
	    strerror(why));
}

bool
keys_file_is_private(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & S_IROTH) == 0;
}

void
keys_file_fini(struct buf *b)
{
	if (b->at != NULL)
		explicit_bzero(b->at, b->room);
	buf_fini(b);
}
