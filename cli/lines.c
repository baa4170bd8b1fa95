#include "cli/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 65536

int
lines_open(struct lines *l, const char *path, struct err *e)
{
	*l = (struct lines){.fd = STDIN_FILENO};
	if (strcmp(path, "-") == 0)
		return 0;
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0)
		return err_fail(e, ERR_INPUT, "%s: %s", path, strerror(errno));
	return 0;
}

void
lines_close(struct lines *l)
{
	if (l->fd > STDIN_FILENO)
		close(l->fd);
	buf_fini(&l->buf);
}

static bool
take_line(struct lines *l, struct text *line)
{
	const char *from = l->buf.at + l->at;
	size_t      left = l->buf.len - l->at;
	const char *newline = left == 0 ? NULL : memchr(from, '\n', left);

	if (newline == NULL && !(l->ended && left > 0))
		return false;
	*line = (struct text){from, newline == NULL ? left : (size_t)(newline - from)};
	l->at += line->len + (newline != NULL);
	l->number++;
	return true;
}

static bool
is_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) != 0;
}

/* Reads on, behind the unfinished line. */
static int
read_more(struct lines *l, struct err *e)
{
	ssize_t got;

	if (l->at > 0) {
		memmove(l->buf.at, l->buf.at + l->at, l->buf.len - l->at);
		l->buf.len -= l->at;
		l->at = 0;
	}
	if (l->buf.len > LINES_BYTES_MAX)
		return err_fail(
		    e, ERR_INPUT, "line %zu: longer than %u bytes", l->number + 1, LINES_BYTES_MAX);
	buf_grow(&l->buf, CHUNK);
	do
		got = read(l->fd, l->buf.at + l->buf.len, CHUNK);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_fail(e, ERR_INPUT, "line %zu: %s", l->number + 1, strerror(errno));
	l->ended = got == 0;
	l->buf.len += (size_t)got;
	return 0;
}

enum lines_got
lines_next(struct lines *l, bool wait, struct text *line, struct err *e)
{
	for (;;) {
		if (take_line(l, line))
			return LINES_LINE;
		if (l->ended)
			return LINES_END;
		if (!wait && !is_readable(l->fd))
			return LINES_NOT_YET;
		if (read_more(l, e) != 0)
			return LINES_FAILED;
	}
}
