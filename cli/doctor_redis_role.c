#include <inttypes.h>
#include <stdio.h>

#include "cli/doctor_redis.h"
#include "cli/doctor_room.h"
#include "common/translate.h"

static void
note_replica(struct doctor *d)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "redis_replica",
	    "this Redis is a replica of another one, and takes nothing: nobody can report");
	doctor_mend(&d->findings,
	    "name that one in --redis and to the services; if it is gone for good and this one is "
	    "to take its place: 'redis-cli --user admin REPLICAOF NO ONE'");
}

static void
note_lack(struct doctor *d, uint64_t has, uint64_t wants)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "redis_lacks_replicas",
	    "Redis takes nothing, as it has %" PRIu64 " of the %" PRIu64
	    " replicas without which it is not to (min-replicas-to-write): nobody can report",
	    has, wants);
	doctor_mend(&d->findings,
	    "start the replicas, or let it do with fewer: 'redis-cli --user admin CONFIG SET "
	    "min-replicas-to-write 0', and the same in redis.conf");
}

void
doctor_redis_role(struct doctor *d)
{
	const struct text   words[] = {text_of("INFO"), text_of("replication")};
	struct store_reply *r =
	    store_call(d->store, d->cfg->timeout * 1000, NULL, words, OPTIONS_COUNT(words));
	struct text said = r != NULL ? store_reply_text(r) : (struct text){0};
	char        least[DOCTOR_SETTING_SIZE];
	uint64_t    has, wants;

	/* What is refused here is refused, and told, in the check of room too. */
	if (text_equal(doctor_room_value(said, "role", ':'), text_of("slave")))
		note_replica(d);
	else if (doctor_room_number(said, "min_slaves_good_slaves", ':', &has) &&
	    doctor_redis_setting(d, "min-replicas-to-write", least, NULL) == 0 &&
	    sscanf(least, "%9" SCNu64, &wants) == 1 && has < wants)
		note_lack(d, has, wants);
	store_reply_free(r);
}
