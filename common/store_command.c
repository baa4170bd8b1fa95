#include "common/store_command.h"

/* "$123\r\n"; snprintf would be felt: a batch has some thousand of them. */
static void
add_length(struct buf *out, char mark, size_t n)
{
	char  digits[24];
	char *at = digits + sizeof(digits);

	*--at = '\n';
	*--at = '\r';
	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	*--at = mark;
	buf_add(out, at, (size_t)(digits + sizeof(digits) - at));
}

void
store_command_format(struct buf *out, const struct text *args, size_t count)
{
	add_length(out, '*', count);
	for (size_t i = 0; i < count; i++) {
		add_length(out, '$', args[i].len);
		buf_add(out, args[i].at, args[i].len);
		buf_add(out, "\r\n", 2);
	}
}
