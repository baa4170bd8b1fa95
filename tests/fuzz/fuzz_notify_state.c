/*
 * fuzz_notify_state -- any bytes as the state file of `tuijin notify`. What is read is
 * written and read again as the same, and can be handed out to the end.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "cli/notify_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct notify_books
new_books(void)
{
	return (struct notify_books){.plan = "p",
	    .at = {{.name = "exec-1", .queue = notify_queue_new(1)},
		{.name = "webhook-1", .queue = notify_queue_new(2)}},
	    .count = 2};
}

static void
free_books(struct notify_books *b)
{
	for (size_t i = 0; i < b->count; i++)
		notify_queue_free(b->at[i].queue);
}

static void
check_read_again(struct text first)
{
	struct notify_books b = new_books();
	struct buf          second = {0};
	size_t              lost;

	assert(notify_text_parse(first, &b, &lost, NULL) == 0);
	notify_text_all(&second, &b);
	assert(text_equal(first, buf_text(&second)));
	free_books(&b);
	buf_fini(&second);
}

/* Each notice once, and each key's newest is then told. */
static void
check_handed_out(struct notify_queue *q)
{
	size_t               waiting = notify_queue_waiting(q);
	struct notify_entry *en;

	while ((en = notify_queue_next(q, 0)) != NULL) {
		struct notice_name name;

		assert(notice_parse(text_of(en->waiting[0].id), &name));
		assert(notice_body_ok(text_of(en->waiting[0].body)));
		notify_queue_done(q, en);
		assert(notify_queue_waiting(q) == --waiting);
	}
	assert(waiting == 0 && notify_queue_when(q) == -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct notify_books b = new_books();
	struct err          err = {0};
	struct buf          first = {0};
	size_t              lost;

	if (notify_text_parse((struct text){(const char *)data, size}, &b, &lost, &err) == 0) {
		notify_text_all(&first, &b);
		check_read_again(buf_text(&first));
		check_handed_out(b.at[0].queue);
		check_handed_out(b.at[1].queue);
	} else {
		assert(err.code == ERR_CONFIG && strncmp(err.msg, "line ", 5) == 0);
	}
	free_books(&b);
	buf_fini(&first);
	return 0;
}
