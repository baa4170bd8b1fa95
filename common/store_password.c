#include "common/store_password.h"

#include <stdbool.h>
#include <string.h>

#include "common/keys_file.h"
#include "common/keys_lines.h"
#include "core/buf.h"
#include "core/text.h"

#define FILE_MAX (STORE_URL_PASSWORD_MAX + 6) /* bytes looked at: with a mark and a line end */

static bool
has_control(struct text line)
{
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.at[i] < ' ' || line.at[i] == '\x7f')
			return true;
	return false;
}

static int
take_line(struct text bytes, char out[STORE_URL_PASSWORD_MAX + 1], struct err *e)
{
	struct keys_lines lines = {.rest = bytes};
	struct text       line;

	if (!keys_lines_next(&lines, &line) || line.len == 0)
		return err_fail(e, ERR_AGAIN, "its first line is empty");
	if (line.len > STORE_URL_PASSWORD_MAX)
		return err_fail(
		    e, ERR_AGAIN, "its first line is longer than %d bytes", STORE_URL_PASSWORD_MAX);
	if (has_control(line))
		return err_fail(e, ERR_AGAIN, "a control character in its first line");
	memcpy(out, line.at, line.len);
	out[line.len] = '\0';
	return 0;
}

static int
read_file(const char *path, char out[STORE_URL_PASSWORD_MAX + 1], struct err *e)
{
	struct buf bytes = {0};
	struct err wrong;
	char       shown[128];
	int        rc;

	if (keys_file_read(path, KEYS_FILE_SECRET, FILE_MAX, &bytes, &wrong) != 0)
		/* As a server that is away: it may be put right while we run. */
		return err_fail(e, ERR_AGAIN, "%s", wrong.msg);
	rc = take_line(buf_text(&bytes), out, e);
	keys_file_fini(&bytes);
	if (rc != 0)
		err_wrap(e, text_escape(text_of(path), shown, sizeof(shown)));
	return rc;
}

const char *
store_password(const struct store_url *u, char room[STORE_URL_PASSWORD_MAX + 1], struct err *e)
{
	if (u->password_file[0] == '\0')
		return u->password;
	if (read_file(u->password_file, room, e) == 0)
		return room;
	err_wrap(e, "password file");
	return NULL;
}
