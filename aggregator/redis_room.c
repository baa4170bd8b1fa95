#include "aggregator/redis_room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/ledger.h"
#include "common/trouble.h"
#include "core/mem.h"

#define ASK_MS     5000
#define SILENCE_MS 8000 /* without an answer: the link is dead */

static const char *const sections[] = {"memory", "persistence"};

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

struct redis_room {
	struct store          *link; /* owned */
	const char            *disk; /* borrowed; or NULL */
	uint64_t               epoch;
	size_t                 asked; /* answers that are still to come */
	bool                   up;
	int64_t                ask_at_ms, asked_ms, look_at_ms;
	struct redis_info      info, coming; /* all of it, and as far as it was told */
	struct redis_room_disk room;
	struct err             trouble, refused, disk_trouble; /* refused: as far as told */
	struct trouble         told, disk_told;
};

/* Needs no right to read the folder itself. */
static int
look_at_disk(const char *disk, struct redis_room_disk *room, struct err *e)
{
	struct statvfs s;
	int            fd = open(disk, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool           known = fd >= 0 && fstatvfs(fd, &s) == 0;
	char           shown[200];

	*room = (struct redis_room_disk){0};
	if (!known)
		err_set(e, ERR_CONFIG, "--redis-disk %s: %s",
		    text_escape(text_of(disk), shown, sizeof(shown)), strerror(errno));
	if (fd >= 0)
		close(fd);
	if (!known)
		return -1;
	*room = (struct redis_room_disk){
	    .known = true,
	    .size = (uint64_t)s.f_blocks * s.f_frsize,
	    .free = (uint64_t)s.f_bavail * s.f_frsize,
	};
	return 0;
}

int
redis_room_check_disk(const char *disk, struct err *e)
{
	struct redis_room_disk room;

	return look_at_disk(disk, &room, e);
}

struct redis_room *
redis_room_open(const char *url, const char *disk, struct err *e)
{
	struct redis_room *r = mem_zeroed(1, sizeof(*r));

	r->link = store_open(url, e);
	if (r->link == NULL) {
		free(r);
		return NULL;
	}
	r->disk = disk;
	return r;
}

void
redis_room_close(struct redis_room *r)
{
	if (r == NULL)
		return;
	store_close(r->link);
	free(r);
}

struct store *
redis_room_link(struct redis_room *r)
{
	return r->link;
}

static void
follow_link(struct redis_room *r, int64_t mono_ms)
{
	if (!store_is_ready(r->link)) {
		r->up = false;
		r->info = (struct redis_info){0};
	} else if (r->epoch != store_epoch(r->link)) {
		r->epoch = store_epoch(r->link);
		r->asked = 0;
		r->ask_at_ms = mono_ms;
	}
}

static void
hear(struct redis_room *r, const struct store_reply *reply)
{
	r->up = true;
	r->asked--;
	if (store_reply_type(reply) == STORE_TEXT)
		redis_info_read(&r->coming, store_reply_text(reply));
	else
		ledger_unexpected(reply, &r->refused);
	if (r->asked > 0)
		return;
	r->info = r->coming;
	r->trouble = r->refused;
}

static void
ask(struct redis_room *r, int64_t mono_ms)
{
	for (size_t i = 0; i < SECTIONS; i++)
		store_sendv(r->link, "INFO", sections[i], NULL);
	store_flush(r->link);
	r->asked = SECTIONS;
	r->asked_ms = mono_ms;
	r->ask_at_ms = mono_ms + ASK_MS;
	r->coming = (struct redis_info){0};
	r->refused.msg[0] = '\0';
}

static int64_t
turn_link(struct redis_room *r, int64_t mono_ms)
{
	int64_t             wait_ms = store_turn(r->link, mono_ms);
	struct store_reply *reply;

	follow_link(r, mono_ms);
	while (r->asked > 0 && (reply = store_take(r->link)) != NULL) {
		hear(r, reply);
		store_reply_free(reply);
	}
	if (!store_is_ready(r->link))
		return wait_ms;
	if (r->asked > 0 && mono_ms - r->asked_ms > SILENCE_MS)
		store_drop(r->link, mono_ms, "no answer in time");
	else if (r->asked == 0 && mono_ms >= r->ask_at_ms)
		ask(r, mono_ms);
	return clock_sooner_at(
	    wait_ms, r->asked > 0 ? r->asked_ms + SILENCE_MS + 1 : r->ask_at_ms, mono_ms);
}

static int64_t
turn_disk(struct redis_room *r, int64_t mono_ms)
{
	if (mono_ms >= r->look_at_ms) {
		if (look_at_disk(r->disk, &r->room, &r->disk_trouble) == 0)
			r->disk_trouble.msg[0] = '\0';
		r->look_at_ms = mono_ms + ASK_MS;
	}
	trouble_tell(&r->disk_told, "*", r->disk_trouble.msg, mono_ms);
	return r->look_at_ms - mono_ms;
}

/* Why Redis is away others tell. */
int64_t
redis_room_turn(struct redis_room *r, int64_t mono_ms)
{
	int64_t wait_ms = turn_link(r, mono_ms);

	trouble_tell(&r->told, "*", r->trouble.msg, mono_ms);
	return r->disk == NULL ? wait_ms : clock_sooner(wait_ms, turn_disk(r, mono_ms));
}

bool
redis_room_is_up(const struct redis_room *r)
{
	return r->up;
}

const struct redis_info *
redis_room_info(const struct redis_room *r)
{
	return &r->info;
}

const struct redis_room_disk *
redis_room_disk(const struct redis_room *r)
{
	return &r->room;
}
