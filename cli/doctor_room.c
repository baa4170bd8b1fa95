#include "cli/doctor_room.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor_trouble.h"
#include "common/store_url.h"
#include "common/translate.h"

#define MEMORY_ADVICE 80 /* percent of maxmemory */
#define MEMORY_FAULT  95
#define OVERCOMMIT    "/proc/sys/vm/overcommit_memory"
#define SHOWN_SIZE    80

struct text
doctor_room_value(struct text answer, const char *name, char parting)
{
	size_t len = strlen(name);

	while (answer.len > 0) {
		const char *end = memchr(answer.at, '\n', answer.len);
		size_t      whole = end != NULL ? (size_t)(end - answer.at) : answer.len;
		struct text line = {answer.at, whole};

		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		if (line.len > len && memcmp(line.at, name, len) == 0 && line.at[len] == parting)
			return (struct text){line.at + len + 1, line.len - len - 1};
		whole += end != NULL;
		answer = (struct text){answer.at + whole, answer.len - whole};
	}
	return (struct text){0};
}

bool
doctor_room_number(struct text answer, const char *name, char parting, uint64_t *number)
{
	struct text t = doctor_room_value(answer, name, parting);
	char        copy[32];
	char       *end;
	double      value;

	if (t.len == 0 || t.len >= sizeof(copy))
		return false;
	memcpy(copy, t.at, t.len);
	copy[t.len] = '\0';
	if (copy[strspn(copy, "0123456789.e+")] != '\0')
		return false;
	value = strtod(copy, &end);
	if (*end != '\0' || value < 0 || value >= 0x1p63)
		return false;
	*number = (uint64_t)value;
	return true;
}

const char *
doctor_room_size(uint64_t bytes, char out[DOCTOR_SIZE_SIZE])
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double                   value = (double)bytes / 1024;
	size_t                   i = 0;

	while (value >= 1000 && i + 1 < OPTIONS_COUNT(units)) {
		value /= 1024;
		i++;
	}
	snprintf(out, DOCTOR_SIZE_SIZE, "%.1f %s", value, units[i]);
	return out;
}

bool
doctor_room_is_near(const struct doctor *d)
{
	struct store_url u;
	bool             near = store_url_parse(d->cfg->redis, &u, NULL) == 0 &&
	    (u.path[0] != '\0' || strncmp(u.host, "127.", 4) == 0 ||
		strcmp(u.host, "localhost") == 0 || strcmp(u.host, "::1") == 0);

	explicit_bzero(&u, sizeof(u));
	return near;
}

static void
note_used(struct doctor *d, uint64_t used, uint64_t max)
{
	unsigned percent = used >= max ? 100 : (unsigned)((double)used * 100 / (double)max);
	enum doctor_level level = percent >= MEMORY_FAULT ? DOCTOR_FAULT
	    : percent >= MEMORY_ADVICE                    ? DOCTOR_ADVICE
							  : DOCTOR_FINE;
	char              used_shown[DOCTOR_SIZE_SIZE], max_shown[DOCTOR_SIZE_SIZE];

	doctor_find(&d->findings, level, level == DOCTOR_FINE ? "memory" : "memory_full",
	    "Redis uses %u%% of its memory (%s of maxmemory %s)", percent,
	    doctor_room_size(used, used_shown), doctor_room_size(max, max_shown));
	if (level != DOCTOR_FINE)
		doctor_mend(&d->findings,
		    "at 100%% nothing more is stored, and nothing is lost: raise maxmemory, with "
		    "CONFIG SET and in redis.conf, to at most half of the machine's memory");
}

/* A rewrite of the append-only file may need as much memory again. */
static void
note_machine(struct doctor *d, uint64_t used, uint64_t max, uint64_t machine)
{
	char limit_shown[DOCTOR_SIZE_SIZE], machine_shown[DOCTOR_SIZE_SIZE];
	bool is_now = used > machine / 2;

	if (!is_now && max <= machine / 2)
		return;
	doctor_find(&d->findings, DOCTOR_ADVICE, "memory_of_machine",
	    is_now ? TEXT("Redis uses %s of the %s that the machine has: a rewrite of its file may "
			  "need as much again, and the kernel may end Redis")
		   : TEXT("Redis may use %s of the %s that the machine has: a rewrite of its file "
			  "may need as much again, and the kernel may end Redis"),
	    doctor_room_size(is_now ? used : max, limit_shown),
	    doctor_room_size(machine, machine_shown));
	doctor_mend(&d->findings,
	    "give the machine more memory, or set maxmemory to at most half of what it has");
}

static void
look_at_memory(struct doctor *d, struct text said)
{
	uint64_t used, max, machine;

	if (!doctor_room_number(said, "used_memory", ':', &used) ||
	    !doctor_room_number(said, "maxmemory", ':', &max)) {
		doctor_find(&d->findings, DOCTOR_SKIPPED, "memory",
		    "Redis does not say how much memory it uses");
		return;
	}
	if (max > 0) {
		note_used(d, used, max);
	} else {
		char shown[DOCTOR_SIZE_SIZE];

		doctor_find(&d->findings, DOCTOR_ADVICE, "memory_without_limit",
		    "Redis uses %s and has no maxmemory: when the machine has no more, the kernel "
		    "ends it",
		    doctor_room_size(used, shown));
		doctor_mend(&d->findings,
		    "set maxmemory in redis.conf to at most half of the machine's memory: then "
		    "writing stops there, and nothing is lost");
	}
	if (doctor_room_number(said, "total_system_memory", ':', &machine) && machine > 0)
		note_machine(d, used, max, machine);
}

static void
look_at_policy(struct doctor *d, struct text said)
{
	struct text policy = doctor_room_value(said, "maxmemory_policy", ':');
	char        shown[SHOWN_SIZE];

	if (policy.len == 0 || text_equal(policy, text_of("noeviction")))
		return;
	doctor_find(&d->findings, DOCTOR_FAULT, "memory_evicts",
	    "Redis throws keys away when its memory is full (maxmemory-policy %s): ledgers would "
	    "be gone",
	    screen_safe(policy, shown, sizeof(shown)));
	doctor_mend(&d->findings,
	    "CONFIG SET maxmemory-policy noeviction, and the same in redis.conf; Redis is for "
	    "nothing else than Tuijin");
}

/* What the append-only file says of itself. */
static const struct status_row {
	const char       *name;
	enum doctor_level level;
	const char       *code, *what, *mend;
} statuses[] = {
    {"aof_last_write_status", DOCTOR_FAULT, "aof_write",
	TEXT("Redis could not write its append-only file, and stores nothing"),
	TEXT("make room on its disk, or mend the disk: it goes on by itself; its log and 'dmesg' "
	     "say more")},
    {"aof_last_bgrewrite_status", DOCTOR_ADVICE, "aof_rewrite",
	TEXT("the last rewrite of the append-only file failed: the file grows until one succeeds"),
	TEXT("it takes as much disk and memory again, and vm.overcommit_memory = 1; its log says "
	     "what lacked; then BGREWRITEAOF")},
};

static void
look_at_file(struct doctor *d, struct text said)
{
	for (size_t i = 0; i < OPTIONS_COUNT(statuses); i++) {
		struct text status = doctor_room_value(said, statuses[i].name, ':');

		if (status.len == 0 || text_equal(status, text_of("ok")))
			continue;
		doctor_find(&d->findings, statuses[i].level, statuses[i].code, "%s",
		    err_text(statuses[i].what));
		doctor_mend(&d->findings, "%s", err_text(statuses[i].mend));
	}
}

/* Containers have the kernel of their machine. */
static void
look_at_kernel(struct doctor *d)
{
	FILE *f = doctor_room_is_near(d) ? fopen(OVERCOMMIT, "re") : NULL;
	int   value = f != NULL ? fgetc(f) : EOF;

	if (f != NULL)
		fclose(f);
	if (value == EOF || value == '1')
		return;
	doctor_find(&d->findings, DOCTOR_ADVICE, "overcommit",
	    "the kernel may refuse Redis the memory that a rewrite of its file asks for "
	    "(vm.overcommit_memory is %c)",
	    value);
	doctor_mend(&d->findings,
	    "'echo vm.overcommit_memory = 1 >/etc/sysctl.d/tuijin.conf' and 'sysctl --system', as "
	    "root on the machine of Redis");
}

/* What Redis says of itself under a heading; NULL: that it does not was noted. */
static struct store_reply *
ask(struct doctor *d, const char *section)
{
	const struct text   words[] = {text_of("INFO"), text_of(section)};
	struct err          why = {0};
	struct store_reply *r = store_call(d->store, d->cfg->timeout * 1000, &why, words, 2);

	if (r == NULL)
		doctor_unanswered(d, &why);
	return r;
}

void
doctor_room(struct doctor *d)
{
	static const char *const sections[] = {"memory", "persistence", "server"};
	struct store_reply      *said[OPTIONS_COUNT(sections)] = {0};
	size_t                   count = 0;

	if (!doctor_has_store(d))
		return;
	while (count < OPTIONS_COUNT(sections) && (said[count] = ask(d, sections[count])) != NULL)
		count++;
	if (count == OPTIONS_COUNT(sections)) {
		look_at_memory(d, store_reply_text(said[0]));
		look_at_policy(d, store_reply_text(said[0]));
		look_at_file(d, store_reply_text(said[1]));
		doctor_room_disk(d, store_reply_text(said[2]), store_reply_text(said[1]));
	}
	look_at_kernel(d);
	for (size_t i = 0; i < count; i++)
		store_reply_free(said[i]);
}
