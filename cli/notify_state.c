#include "cli/notify_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

#define FILE_MAX   (UINT64_C(1) << 28) /* bytes that are read */
#define GROWTH_MIN (1 << 20)           /* bytes of lines before a file is written anew */
#define AGAIN_MS   1000
#define SHOWN_SIZE 200

struct notify_state {
	char                *path, *fresh; /* owned; fresh: the name while it is being written */
	struct notify_books *books;        /* borrowed */
	int                  fd;           /* of the file, locked; at its end */
	size_t               whole, len;   /* bytes when it was last written anew; now */
	struct buf           noted;
	bool                 failing;
	int64_t              again_ms; /* monotonic; while failing, not before */
};

static int
failed(const struct notify_state *s, const char *why, struct err *e)
{
	char shown[SHOWN_SIZE];

	return err_fail(e, ERR_CONFIG, "--state: %s: %s",
	    text_escape(text_of(s->path), shown, sizeof(shown)), why);
}

/* Returns 0 or an errno. */
static int
write_all(int fd, struct text bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);

		if (n < 0 && errno != EINTR)
			return errno;
		bytes.at += n > 0 ? n : 0;
		bytes.len -= n > 0 ? (size_t)n : 0;
	}
	return fdatasync(fd) == 0 ? 0 : errno;
}

/* A rename is on the disk when its folder is. */
static int
sync_folder(const char *path)
{
	char *folder = mem_copied(path, strlen(path));
	char *slash = strrchr(folder, '/');
	int   fd, why = 0;

	if (slash != NULL)
		slash[slash == folder] = '\0';
	fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		why = errno;
	if (fd >= 0)
		close(fd);
	free(folder);
	return why;
}

/* Whatever has the name makes way: a FIFO would hold us up. Returns -1 with errno. */
static int
create(const char *path)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return -1;
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* The new file is locked before it has the name. Returns 0 or an errno. */
static int
write_anew(struct notify_state *s)
{
	struct buf all = {0};
	int        fd = create(s->fresh);
	int        why = fd < 0 ? errno : 0;

	notify_text_all(&all, s->books);
	if (why == 0 && (flock(fd, LOCK_EX | LOCK_NB) != 0 || fchmod(fd, 0600) != 0))
		why = errno;
	if (why == 0)
		why = write_all(fd, buf_text(&all));
	if (why == 0 && rename(s->fresh, s->path) != 0)
		why = errno;
	if (why == 0) {
		close(s->fd);
		s->fd = fd;
		s->whole = s->len = all.len;
		buf_reset(&s->noted);
		why = sync_folder(s->path);
	} else if (fd >= 0) {
		unlink(s->fresh);
		close(fd);
	}
	buf_fini(&all);
	return why;
}

/* What speaks against a file that exists; NULL: nothing. */
static const char *
suspicion(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "no regular file";
	if (st->st_uid != geteuid())
		return "belongs to another user";
	if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "others may read or write it: chmod 600";
	return (uint64_t)st->st_size > FILE_MAX ? "larger than 256 MiB" : NULL;
}

/* Opens and locks the file that has the name, one that is there or a new one. */
static int
open_locked(struct notify_state *s, struct stat *st, struct err *e)
{
	struct stat named;
	const char *wrong;

	s->fd =
	    open(s->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
	if (s->fd < 0 || fstat(s->fd, st) != 0)
		return failed(s, strerror(errno), e);
	if ((wrong = suspicion(st)) != NULL)
		return failed(s, wrong, e);
	if (flock(s->fd, LOCK_EX | LOCK_NB) != 0 || stat(s->path, &named) != 0 ||
	    named.st_ino != st->st_ino || named.st_dev != st->st_dev)
		return failed(s, "another process uses it", e);
	return 0;
}

static int
read_all(const struct notify_state *s, const struct stat *st, struct buf *out, struct err *e)
{
	size_t size = (size_t)st->st_size;

	buf_grow(out, size + 1);
	while (out->len < size) {
		ssize_t n = read(s->fd, out->at + out->len, size - out->len);

		if (n < 0 && errno != EINTR)
			return failed(s, strerror(errno), e);
		if (n == 0)
			break;
		out->len += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int
start(struct notify_state *s, size_t *lost, struct err *e)
{
	struct stat st;
	struct buf  bytes = {0};
	struct err  inner = {0};
	int         rc, why;

	if (open_locked(s, &st, e) != 0)
		return -1;
	rc = read_all(s, &st, &bytes, e);
	if (rc == 0 && notify_text_parse(buf_text(&bytes), s->books, lost, &inner) != 0)
		rc = failed(s, inner.msg, e);
	if (rc == 0 && (why = write_anew(s)) != 0)
		rc = failed(s, strerror(why), e);
	buf_fini(&bytes);
	return rc;
}

struct notify_state *
notify_state_open(const char *path, struct notify_books *b, size_t *lost, struct err *e)
{
	static const char    suffix[] = ".new";
	struct notify_state *s = mem_zeroed(1, sizeof(*s));
	size_t               len = strlen(path);

	s->fd = -1;
	s->books = b;
	s->path = mem_copied(path, len);
	s->fresh = mem_zeroed(len + sizeof(suffix), 1);
	snprintf(s->fresh, len + sizeof(suffix), "%s%s", path, suffix);
	if (start(s, lost, e) == 0)
		return s;
	notify_state_close(s);
	return NULL;
}

void
notify_state_close(struct notify_state *s)
{
	if (s == NULL)
		return;
	if (s->fd >= 0)
		close(s->fd);
	buf_fini(&s->noted);
	free(s->path);
	free(s->fresh);
	free(s);
}

void
notify_state_note(struct notify_state *s, const char *name, const struct notify_entry *en)
{
	if (s != NULL && !s->failing) /* what failed is written anew, with all of it */
		notify_text_entry(&s->noted, name, en);
}

void
notify_state_note_reminded(struct notify_state *s)
{
	if (s != NULL && !s->failing)
		notify_text_reminded(&s->noted, s->books);
}

/* Returns 0 or an errno. */
static int
write_noted(struct notify_state *s)
{
	int why;

	if (s->failing || s->len + s->noted.len > 2 * s->whole + GROWTH_MIN)
		return write_anew(s);
	if (s->noted.len == 0)
		return 0;
	why = write_all(s->fd, buf_text(&s->noted));
	s->len += s->noted.len;
	buf_reset(&s->noted);
	return why;
}

int
notify_state_commit(struct notify_state *s, int64_t mono_ms, struct err *e)
{
	bool was_failing;
	int  why;

	if (s == NULL || (s->failing && mono_ms < s->again_ms))
		return 0;
	was_failing = s->failing;
	why = write_noted(s);
	s->failing = why != 0;
	if (why == 0)
		return 0;
	s->again_ms = mono_ms + AGAIN_MS;
	buf_reset(&s->noted);
	if (was_failing)
		return 0;
	failed(s, strerror(why), e);
	if (e != NULL)
		e->code = ERR_AGAIN;
	return -1;
}
