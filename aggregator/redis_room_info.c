#include "aggregator/redis_room_info.h"

#include <string.h>

/* Reads a value; false: it is none. */
typedef bool parse_fn(struct text t, uint64_t *value);

static bool
parse_number(struct text t, uint64_t *value)
{
	uint64_t n = 0;

	if (t.len == 0)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		unsigned digit = (unsigned)((unsigned char)t.at[i] - '0');

		if (digit > 9 || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*value = n;
	return true;
}

static bool
parse_status(struct text t, uint64_t *value)
{
	*value = text_equal(t, text_of("ok"));
	return *value == 1 || text_equal(t, text_of("err"));
}

static const struct row {
	const char *name;
	parse_fn   *parse;
} rows[REDIS_NUMBERS] = {
    [REDIS_MEMORY_USED] = {"used_memory", parse_number},
    [REDIS_MEMORY_MAX] = {"maxmemory", parse_number},
    [REDIS_AOF_SIZE] = {"aof_current_size", parse_number},
    [REDIS_AOF_OK] = {"aof_last_write_status", parse_status},
};

static void
read_line(struct redis_info *info, struct text line)
{
	const char *colon = line.len > 0 ? memchr(line.at, ':', line.len) : NULL;
	struct text name = line, value;

	if (colon == NULL)
		return;
	name.len = (size_t)(colon - line.at);
	value = (struct text){colon + 1, line.len - name.len - 1};
	for (size_t i = 0; i < REDIS_NUMBERS; i++) {
		uint64_t n;

		if (text_equal(name, text_of(rows[i].name)) && rows[i].parse(value, &n)) {
			info->known[i] = true;
			info->value[i] = n;
		}
	}
}

void
redis_info_read(struct redis_info *info, struct text section)
{
	while (section.len > 0) {
		const char *end = memchr(section.at, '\n', section.len);
		size_t      len = end != NULL ? (size_t)(end - section.at) : section.len;
		struct text line = {section.at, len};

		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		read_line(info, line);
		len += end != NULL;
		section.at += len;
		section.len -= len;
	}
}
