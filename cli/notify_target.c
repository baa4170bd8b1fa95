#include "cli/notify_target.h"

#include <inttypes.h>

#include "common/clock.h"
#include "common/log.h"

#define REASON_SIZE 300

void
notify_target_init(struct notify_target *t, const struct notify_book *book, int64_t timeout_ms,
    bool once, uint64_t seed)
{
	*t = (struct notify_target){.book = book, .timeout_ms = timeout_ms, .once = once};
	backoff_init(&t->pause, NOTIFY_PAUSE_MAX, seed);
}

void
notify_target_fini(struct notify_target *t)
{
	if (t->under_way != NULL && t->command != NULL)
		notify_exec_abandon(&t->exec);
	notify_post_close(t->post);
}

static void
take_success(struct notify_target *t, struct notify_entry *en)
{
	log_debug("event=delivered target=%s id=\"%s\" attempt=%" PRIu32, t->book->name,
	    en->waiting[0].id, en->attempts + 1);
	t->delivered++;
	backoff_reset(&t->pause);
	notify_queue_done(t->book->queue, en);
}

static void
take_refusal(struct notify_target *t, struct notify_entry *en, const char *why)
{
	log_error("event=dropped target=%s id=\"%s\" attempt=%" PRIu32 " reason=\"%s\"",
	    t->book->name, en->waiting[0].id, en->attempts + 1, why);
	t->dropped++;
	backoff_reset(&t->pause);
	notify_queue_done(t->book->queue, en);
}

static void
take_failure(struct notify_target *t, struct notify_entry *en, int64_t mono_ms, const char *why)
{
	int64_t pause_ms = backoff_next(&t->pause), own_ms;
	char    id[NOTICE_ID_MAX + 1];

	memcpy(id, en->waiting[0].id, strlen(en->waiting[0].id) + 1);
	own_ms = notify_queue_failed(t->book->queue, en, mono_ms);
	t->again_ms = mono_ms + pause_ms;
	t->retried++;
	if (t->once)
		notify_queue_give_up(en);
	log_warn("event=retry target=%s id=\"%s\" attempt=%" PRIu32 " pause_ms=%" PRId64
		 " reason=\"%s\"",
	    t->book->name, id, en->attempts, own_ms > pause_ms ? own_ms : pause_ms, why);
}

static void
finish(struct notify_target *t, enum delivery became, const struct err *why,
    struct notify_state *state, int64_t mono_ms)
{
	struct notify_entry *en = t->under_way;
	size_t               count = en->count;
	char                 shown[REASON_SIZE];

	text_escape(text_of(why->msg), shown, sizeof(shown));
	t->under_way = NULL;
	if (became == DELIVERY_TAKEN)
		take_success(t, en);
	else if (became == DELIVERY_REFUSED)
		take_refusal(t, en, shown);
	else
		take_failure(t, en, mono_ms, shown);
	if (en->count != count)
		notify_state_note(state, t->book->name, en);
}

static void
begin(struct notify_target *t, struct notify_state *state, int64_t mono_ms)
{
	const struct notice *n = &t->under_way->waiting[0];
	struct notice_name   name;
	char                 subject[NOTICE_SUBJECT_SIZE];
	struct notify_parcel parcel = {.id = n->id, .body = text_of(n->body)};
	struct err           why = {0};

	notice_parse(text_of(n->id), &name);
	parcel.type = notice_type(name.kind);
	parcel.subject = notice_subject(&name, subject);
	if (t->command == NULL)
		notify_post_start(t->post, &parcel);
	else if (notify_exec_start(&t->exec, t->command, &parcel, mono_ms, t->timeout_ms, &why) !=
	    0)
		finish(t, DELIVERY_FAILED, &why, state, mono_ms);
}

void
notify_target_turn(struct notify_target *t, struct notify_state *state, int64_t mono_ms, bool start)
{
	struct err    why = {0};
	enum delivery became = DELIVERY_RUNNING;

	if (t->under_way == NULL && start && mono_ms >= t->again_ms &&
	    (t->under_way = notify_queue_next(t->book->queue, mono_ms)) != NULL)
		begin(t, state, mono_ms);
	if (t->under_way == NULL)
		return;
	became = t->command != NULL ? notify_exec_turn(&t->exec, mono_ms, &why)
				    : notify_post_turn(t->post, &why);
	if (became != DELIVERY_RUNNING)
		finish(t, became, &why, state, mono_ms);
}

size_t
notify_target_waits(
    const struct notify_target *t, struct bus_wait *waits, int64_t mono_ms, int64_t *timeout_ms)
{
	int64_t when = notify_queue_when(t->book->queue);
	int64_t post_ms = -1;
	size_t  count = 0;

	if (t->under_way == NULL) {
		if (when >= 0)
			*timeout_ms = clock_sooner_at(
			    *timeout_ms, when > t->again_ms ? when : t->again_ms, mono_ms);
		return 0;
	}
	if (t->command == NULL) {
		count = notify_post_waits(t->post, waits, &post_ms);
		*timeout_ms = clock_sooner(*timeout_ms, post_ms);
		return count;
	}
	*timeout_ms = clock_sooner_at(*timeout_ms, t->exec.deadline_ms, mono_ms);
	return notify_exec_waits(&t->exec, waits);
}

bool
notify_target_is_idle(const struct notify_target *t)
{
	return t->under_way == NULL && notify_queue_when(t->book->queue) < 0;
}
