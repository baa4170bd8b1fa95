/*
 * fnv -- the 64-bit FNV-1a hash (Fowler, Noll, Vo; offset basis and prime of
 * the 64-bit variant). Not a MAC: it tells equal from different, not true from
 * forged.
 */
#ifndef TUIJIN_CORE_FNV_H
#define TUIJIN_CORE_FNV_H

#include <stddef.h>
#include <stdint.h>

#define FNV_START UINT64_C(0xcbf29ce484222325)

/* Hashes len more bytes into h; begin with FNV_START. */
static inline uint64_t
fnv_add(uint64_t h, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

#endif
