#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "cli/doctor_http.h"
#include "cli/doctor_room.h"
#include "common/translate.h"

#define DISK_ADVICE 15 /* percent that is free */
#define DISK_FAULT  5
#define DEBIANS     "/var/lib/redis"
#define SHOWN_SIZE  160

struct disk {
	uint64_t size, free; /* bytes; free to those who are not root */
};

/* The right to read the folder is not needed. Returns false with errno. */
static bool
look_at(const char *folder, struct disk *disk)
{
	struct statvfs s;

	if (statvfs(folder, &s) != 0)
		return false;
	errno = ENODATA; /* what has no size, as /proc */
	if (s.f_blocks == 0 || s.f_bavail > s.f_blocks)
		return false;
	*disk = (struct disk){
	    (uint64_t)s.f_blocks * s.f_frsize,
	    (uint64_t)s.f_bavail * s.f_frsize,
	};
	return true;
}

/* True if the process that Redis says it is is one of this machine: not in a container, whose
 * folders are others. */
static bool
is_here(const struct doctor *d, struct text server)
{
	uint64_t pid;
	char     path[64], name[32] = "";
	FILE    *f;

	if (!doctor_room_is_near(d) || !doctor_room_number(server, "process_id", ':', &pid))
		return false;
	snprintf(path, sizeof(path), "/proc/%" PRIu64 "/comm", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	if (fgets(name, sizeof(name), f) == NULL)
		name[0] = '\0';
	fclose(f);
	return strstr(name, "redis") != NULL;
}

/* The folder of a Redis of this machine. Returns false if it does not say. */
static bool
ask_folder(struct doctor *d, char out[DOCTOR_PATH_SIZE])
{
	const struct text   words[] = {text_of("CONFIG"), text_of("GET"), text_of("dir")};
	struct store_reply *r = store_call(d->store, d->cfg->timeout * 1000, NULL, words, 3);
	struct text dir = r != NULL ? store_reply_text(store_reply_at(r, 1)) : (struct text){0};
	bool        ok = dir.len > 0 && dir.len < DOCTOR_PATH_SIZE && dir.at[0] == '/';

	if (ok) {
		memcpy(out, dir.at, dir.len);
		out[dir.len] = '\0';
	}
	store_reply_free(r);
	return ok;
}

/* As the aggregator sees it, if it was told where the disk is. */
static bool
ask_aggregator(struct doctor *d, struct disk *disk)
{
	struct doctor_answer answer;
	bool                 known;

	if (d->cfg->aggregator_http[0] == '\0')
		return false;
	known = doctor_http_get(d->cfg->aggregator_http, "/metrics", d->cfg->timeout * 1000,
		    &answer, NULL) == 0 &&
	    doctor_room_number(
		buf_text(&answer.body), "tuijin_redis_disk_size_bytes", ' ', &disk->size) &&
	    doctor_room_number(
		buf_text(&answer.body), "tuijin_redis_disk_free_bytes", ' ', &disk->free) &&
	    disk->size > 0 && disk->free <= disk->size;
	doctor_answer_fini(&answer);
	return known;
}

/* Fills in *disk. Returns false if nobody knows it. */
static bool
find_disk(struct doctor *d, struct text server, struct disk *disk)
{
	char folder[DOCTOR_PATH_SIZE];

	if (d->cfg->redis_disk != NULL)
		return look_at(d->cfg->redis_disk, disk);
	if (is_here(d, server) && look_at(ask_folder(d, folder) ? folder : DEBIANS, disk))
		return true;
	return ask_aggregator(d, disk);
}

static void
note_unknown(struct doctor *d)
{
	char shown[SHOWN_SIZE];

	if (d->cfg->redis_disk != NULL)
		doctor_find(&d->findings, DOCTOR_SKIPPED, "disk_unknown", "--redis-disk %s: %s",
		    screen_safe(text_of(d->cfg->redis_disk), shown, sizeof(shown)),
		    strerror(errno));
	else
		doctor_find(&d->findings, DOCTOR_SKIPPED, "disk_unknown",
		    "how full the disk of Redis is, nobody here knows");
	doctor_mend(&d->findings,
	    "run this on the machine of Redis, or give the aggregator there --redis-disk DIR");
}

/* A rewrite makes a second file before it drops the first. */
static void
note_rewrite(struct doctor *d, struct text persistence, uint64_t free)
{
	uint64_t size;
	char     size_shown[DOCTOR_SIZE_SIZE], free_shown[DOCTOR_SIZE_SIZE];

	if (!doctor_room_number(persistence, "aof_current_size", ':', &size) || size < free)
		return;
	doctor_find(&d->findings, DOCTOR_ADVICE, "disk_for_rewrite",
	    "the append-only file has %s and the disk of Redis %s free: a rewrite may need as much "
	    "again",
	    doctor_room_size(size, size_shown), doctor_room_size(free, free_shown));
	doctor_mend(&d->findings, "make room on the disk, or move Redis to a larger one");
}

void
doctor_room_disk(struct doctor *d, struct text server, struct text persistence)
{
	struct disk       disk;
	unsigned          percent;
	enum doctor_level level;
	char              free_shown[DOCTOR_SIZE_SIZE], size_shown[DOCTOR_SIZE_SIZE];

	if (!find_disk(d, server, &disk)) {
		note_unknown(d);
		return;
	}
	percent = (unsigned)((double)disk.free * 100 / (double)disk.size);
	level = percent < DISK_FAULT ? DOCTOR_FAULT
	    : percent < DISK_ADVICE  ? DOCTOR_ADVICE
				     : DOCTOR_FINE;
	doctor_find(&d->findings, level, level == DOCTOR_FINE ? "disk" : "disk_full",
	    "the disk of Redis has %u%% free (%s of %s)", percent,
	    doctor_room_size(disk.free, free_shown), doctor_room_size(disk.size, size_shown));
	if (level != DOCTOR_FINE)
		doctor_mend(&d->findings,
		    "make room on it, or move Redis to a larger one: when it is full, nothing more "
		    "is stored");
	note_rewrite(d, persistence, disk.free);
}
