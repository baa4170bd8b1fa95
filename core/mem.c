#include "core/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *
mem_zeroed(size_t count, size_t size)
{
	void *p = calloc(count > 0 ? count : 1, size);

	if (p == NULL)
		abort();
	return p;
}

void *
mem_resized(void *p, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		abort();
	p = realloc(p, count * size > 0 ? count * size : 1);
	if (p == NULL)
		abort();
	return p;
}

char *
mem_copied(const void *bytes, size_t len)
{
	char *p = mem_zeroed(len + 1, 1);

	if (len > 0)
		memcpy(p, bytes, len);
	return p;
}
