#include "cli/export_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"

#define TEMPORARY ".tuijin-XXXXXX"

static int
failed(const char *path, int why, struct err *e)
{
	char shown[200];

	return err_fail(e, ERR_ENV, "--output: %s: %s",
	    text_escape(text_of(path), shown, sizeof(shown)), strerror(why));
}

int
export_file_open(struct export_file *f, const char *path, struct err *e)
{
	*f = (struct export_file){.to = stdout};
	if (path == NULL || *path == '\0' || strcmp(path, "-") == 0)
		return 0;
	f->path = path;
	f->to = open_memstream(&f->bytes, &f->len);
	return f->to != NULL ? 0 : failed(path, errno, e);
}

void
export_file_drop(struct export_file *f)
{
	if (f->path == NULL)
		return;
	fclose(f->to);
	free(f->bytes);
}

/* Writes all of it and closes. Returns 0 or an errno. */
static int
write_all(int fd, const char *bytes, size_t len, bool to_disk)
{
	int why = 0;

	while (len > 0 && why == 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			why = errno;
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	if (why == 0 && to_disk && fsync(fd) != 0)
		why = errno;
	if (close(fd) != 0 && why == 0)
		why = errno;
	return why;
}

/* What a new file may be, or what the old one is. */
static mode_t
mode_of(const struct stat *old)
{
	mode_t mask = umask(0);

	umask(mask);
	return old != NULL ? old->st_mode & 0777 : 0666 & ~mask;
}

/* Puts a new file in the place of the path. Returns 0 or an errno. */
static int
replace(const struct export_file *f, const char *path, const struct stat *old)
{
	const char *slash = strrchr(path, '/');
	struct buf  name = {0};
	int         fd, why;

	if (slash != NULL)
		buf_add(&name, path, (size_t)(slash - path) + 1);
	buf_add(&name, TEMPORARY, sizeof(TEMPORARY));
	fd = mkstemp(name.at);
	if (fd < 0) {
		why = errno;
	} else if (fchmod(fd, mode_of(old)) != 0) {
		why = errno;
		close(fd);
	} else {
		why = write_all(fd, f->bytes, f->len, true);
	}
	if (why == 0 && rename(name.at, path) != 0)
		why = errno;
	if (fd >= 0 && why != 0)
		unlink(name.at);
	buf_fini(&name);
	return why;
}

/* A link is followed: what it points to is replaced. */
static int
replace_resolved(const struct export_file *f, const struct stat *old)
{
	char    *real = old != NULL ? realpath(f->path, NULL) : NULL;
	sigset_t ending, before;
	int      why;

	if (old != NULL && (real == NULL || faccessat(AT_FDCWD, real, W_OK, AT_EACCESS) != 0)) {
		why = errno;
		free(real);
		return why;
	}
	sigemptyset(&ending);
	sigaddset(&ending, SIGHUP);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &ending, &before);
	why = replace(f, real != NULL ? real : f->path, old);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(real);
	return why;
}

static int
write_in_place(const struct export_file *f)
{
	int fd = open(f->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? errno : write_all(fd, f->bytes, f->len, false);
}

int
export_file_commit(struct export_file *f, struct err *e)
{
	struct stat old;
	bool        exists, full;
	int         why = ENOMEM, hidden;

	if (f->path == NULL)
		return 0;
	full = fflush(f->to) != 0 || ferror(f->to);
	exists = stat(f->path, &old) == 0;
	hidden = exists ? 0 : errno;
	if (hidden == ENOENT && lstat(f->path, &old) != 0)
		hidden = 0; /* nothing is there, not even a link */
	fclose(f->to);
	if (!full && hidden != 0)
		why = hidden;
	else if (!full && exists && !S_ISREG(old.st_mode))
		why = write_in_place(f);
	else if (!full)
		why = replace_resolved(f, exists ? &old : NULL);
	free(f->bytes);
	return why != 0 ? failed(f->path, why, e) : 0;
}
