#include "cli/bench_message.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "core/wire_message.h"

/* A key and the byte that opens its value, in MessagePack; what follows is the
 * value's eight bytes, big end first. */
#define SEQ     "\xa3seq\xcf"
#define PERCENT "\xa7percent\xcb"
#define ACCEPTED                                                                                   \
	"\xa6result\xa8"                                                                           \
	"accepted"

static const char *
behind(struct text bytes, const char *what)
{
	size_t      len = strlen(what);
	const char *at = memmem(bytes.at, bytes.len, what, len);

	return at != NULL ? at + len : NULL;
}

static size_t
place_of(struct text bytes, const char *what)
{
	const char *at = behind(bytes, what);

	assert(at != NULL && at + sizeof(uint64_t) <= bytes.at + bytes.len);
	return (size_t)(at - bytes.at);
}

void
bench_message_build(
    struct bench_message *m, const struct plan *p, uint32_t obligation, int64_t at_ms)
{
	const struct plan_obligation *o = &p->obligations[obligation];
	struct report                 r =
	    bench_report(p->tasks[o->task].number, at_ms, 1234); /* no whole percent */

	buf_reset(&m->bytes);
	wire_report_encode(
	    &m->bytes, text_of(p->id), text_of(p->agencies[o->agency].id), BENCH_SEQ_MIN, &r, 1);
	m->seq_at = place_of(buf_text(&m->bytes), SEQ);
	m->percent_at = place_of(buf_text(&m->bytes), PERCENT);
}

void
bench_message_fini(struct bench_message *m)
{
	buf_fini(&m->bytes);
}

static void
put(char *at, uint64_t value)
{
	value = htobe64(value);
	memcpy(at, &value, sizeof(value));
}

struct text
bench_message_fill(struct bench_message *m, uint64_t seq, uint32_t percent)
{
	double   points = (double)percent / 100;
	uint64_t bits;

	memcpy(&bits, &points, sizeof(bits));
	put(m->bytes.at + m->seq_at, seq);
	put(m->bytes.at + m->percent_at, bits);
	return buf_text(&m->bytes);
}

bool
bench_reply_seq(struct text reply, uint64_t *seq)
{
	const char *at = behind(reply, SEQ);

	if (at == NULL || at + sizeof(*seq) > reply.at + reply.len)
		return false;
	memcpy(seq, at, sizeof(*seq));
	*seq = be64toh(*seq);
	return true;
}

bool
bench_reply_is_accepted(struct text reply)
{
	return behind(reply, ACCEPTED) != NULL;
}
