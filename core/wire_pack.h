/*
 * wire_pack -- MessagePack written straight into a buf: one call, one object.
 *
 * A map or array header is followed by exactly as many pairs or objects as it
 * says; nothing counts them. Integers take the shortest form there is.
 */
#ifndef TUIJIN_CORE_WIRE_PACK_H
#define TUIJIN_CORE_WIRE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <msgpack.h>

#include "core/buf.h"

static inline int
pack_write(void *out, const char *bytes, size_t len)
{
	buf_add(out, bytes, len);
	return 0;
}

#define PACKER(out)                                                                                \
	&(msgpack_packer)                                                                          \
	{                                                                                          \
		.data = (out), .callback = pack_write                                              \
	}

static inline void
pack_map(struct buf *out, size_t pairs)
{
	msgpack_pack_map(PACKER(out), pairs);
}

static inline void
pack_array(struct buf *out, size_t count)
{
	msgpack_pack_array(PACKER(out), count);
}

static inline void
pack_nil(struct buf *out)
{
	msgpack_pack_nil(PACKER(out));
}

static inline void
pack_bool(struct buf *out, bool b)
{
	if (b)
		msgpack_pack_true(PACKER(out));
	else
		msgpack_pack_false(PACKER(out));
}

static inline void
pack_uint(struct buf *out, uint64_t n)
{
	msgpack_pack_uint64(PACKER(out), n);
}

static inline void
pack_int(struct buf *out, int64_t n)
{
	msgpack_pack_int64(PACKER(out), n);
}

static inline void
pack_double(struct buf *out, double d)
{
	msgpack_pack_double(PACKER(out), d);
}

/* t as a str; an absent text is an empty one. */
static inline void
pack_text(struct buf *out, struct text t)
{
	msgpack_pack_str(PACKER(out), t.len);
	msgpack_pack_str_body(PACKER(out), t.at, t.len);
}

/* A NUL-terminated word: a value, or the key of the pair that follows. */
static inline void
pack_word(struct buf *out, const char *word)
{
	pack_text(out, text_of(word));
}

static inline void
pack_key(struct buf *out, const char *key)
{
	pack_word(out, key);
}

/* Basis points as a float percent: 6255 is 62.55. */
static inline void
pack_percent(struct buf *out, int64_t basis_points)
{
	pack_double(out, (double)basis_points / 100.0);
}

#undef PACKER

#endif
