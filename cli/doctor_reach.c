#include "cli/doctor_reach.h"

#include <inttypes.h>
#include <string.h>

#include "cli/doctor_trouble.h"
#include "common/authorized.h"
#include "common/clock.h"
#include "common/translate.h"

#define PATIENCE_MS 1500 /* a service that starts, or binds its socket again, is back by then */
#define SILENCE_MS  2500 /* a gate that refuses a key says nothing, and libzmq waits 3 s */

/* clang-format off */
#define CODES(name) { \
	[GAP_DOWN] = name "_down", \
	[GAP_SILENT] = name "_silent", \
	[GAP_NO_KEYS] = name "_without_keys", \
	[GAP_WANTS_KEYS] = name "_wants_keys", \
	[GAP_MISFIT] = name "_keys_differ", \
	[GAP_REFUSED] = name "_refuses_our_key", \
}
/* clang-format on */

const struct doctor_service doctor_collector_service = {
    "collector", TEXT("the collector"), CODES("collector")};
const struct doctor_service doctor_aggregator_service = {
    "aggregator", TEXT("the aggregator"), CODES("aggregator")};

int
doctor_reach_identity(
    struct doctor *d, const struct doctor_service *of, const char *server_key, struct identity *id)
{
	struct identity_settings keys = {
	    .server_key = server_key, .secret_key = d->cfg->secret_key};
	struct err e = {0};

	if (server_key == NULL) /* it has no key, so it wants none of us */
		keys.secret_key = NULL;
	*id = (struct identity){0};
	if (identity_load(id, &keys, &e) == 0)
		return 0;
	doctor_find(&d->findings, DOCTOR_SKIPPED, "without_key",
	    "%s was not asked, as there is no key for it: %s", err_text(of->title), e.msg);
	doctor_mend(&d->findings, "'tuijin doctor keys' says what is wrong with the keys");
	return -1;
}

struct doctor_attempt
doctor_reach_begin(
    const struct doctor_service *of, const char *endpoint, enum doctor_readiness ready)
{
	return (struct doctor_attempt){
	    .of = of,
	    .endpoint = endpoint,
	    .obstacle = "",
	    .begun_ms = clock_mono_ms(),
	    .is_deaf = ready == DOCTOR_SILENT,
	};
}

/* What bus_obstacle() says that leaves no question. */
static const struct {
	const char     *obstacle;
	enum doctor_gap gap;
} plain[] = {
    {"nobody listens there", GAP_DOWN},
    {"it has no keys, and we want one", GAP_NO_KEYS},
    {"it wants keys, and we have none", GAP_WANTS_KEYS},
};

/* One that tells of keys: the others may change with the next try. */
static bool
is_of_keys(const char *obstacle)
{
	for (size_t i = 0; i < OPTIONS_COUNT(plain); i++)
		if (plain[i].gap != GAP_DOWN && strcmp(obstacle, plain[i].obstacle) == 0)
			return true;
	return false;
}

bool
doctor_reach_hopeless(struct doctor_attempt *a, const char *obstacle)
{
	int64_t now_ms = clock_mono_ms();

	/* Not each try hears why it failed. */
	if (obstacle[0] == '\0' || !is_of_keys(a->obstacle))
		a->obstacle = obstacle;
	if (obstacle[0] == '\0')
		return false;
	if (a->failed_ms == 0)
		a->failed_ms = now_ms;
	return now_ms - a->begun_ms >= PATIENCE_MS;
}

/* What the list says of our key. */
enum standing { STANDING_UNKNOWN, STANDING_GOOD, STANDING_ABSENT, STANDING_EXPIRED };

static enum standing
standing_of(const struct doctor *d, const struct identity *id)
{
	const char                  *path = d->cfg->authorized_keys;
	struct authorized           *list = path != NULL ? authorized_read(path, NULL, NULL) : NULL;
	const struct authorized_key *k;
	char                         z85[KEY_TEXT_SIZE];
	enum standing                standing = STANDING_UNKNOWN;

	if (list == NULL)
		return STANDING_UNKNOWN;
	k = authorized_find(list, text_of(key_format(&id->own.open, z85)));
	if (k == NULL)
		standing = STANDING_ABSENT;
	else
		standing =
		    authorized_is_good(k, clock_wall_ms()) ? STANDING_GOOD : STANDING_EXPIRED;
	authorized_free(list);
	return standing;
}

/* When a handshake failed: a service with another key hangs up at once, as does one without
 * any, and, with luck, one that refuses ours. Otherwise that one says nothing for a while,
 * like one that hangs; but then it says nothing over HTTP either. */
static enum doctor_gap
gap_of_handshake(const struct doctor_attempt *a, bool has_keys, enum standing standing)
{
	bool at_once = a->failed_ms != 0 && a->failed_ms - a->begun_ms < SILENCE_MS;

	if (!has_keys)
		return at_once ? GAP_WANTS_KEYS : GAP_SILENT;
	if (standing == STANDING_ABSENT || standing == STANDING_EXPIRED)
		return GAP_REFUSED;
	if (at_once)
		return GAP_MISFIT;
	return a->is_deaf || a->obstacle[0] == '\0' ? GAP_SILENT : GAP_REFUSED;
}

static enum doctor_gap
gap_of(const struct doctor_attempt *a, bool has_keys, enum standing standing)
{
	for (size_t i = 0; i < OPTIONS_COUNT(plain); i++)
		if (strcmp(a->obstacle, plain[i].obstacle) == 0)
			return plain[i].gap;
	return gap_of_handshake(a, has_keys, standing);
}

static void
mend_refused(struct doctor *d, const struct doctor_attempt *a, enum standing standing)
{
	static const char *const words[] = {
	    [STANDING_UNKNOWN] = TEXT(
		"put its line, of the .pub file beside it, into the authorized_keys of the "
		"service and 'systemctl reload tuijin-%s' (or \"docker compose exec -T %s sh -c "
		"'kill -HUP 1'\")"),
	    [STANDING_GOOD] = TEXT(
		"our key is in authorized_keys: has the service read that since? 'systemctl "
		"reload tuijin-%s' (or \"docker compose exec -T %s sh -c 'kill -HUP 1'\"); its "
		"log then says event=reloaded, or which line is wrong"),
	    [STANDING_ABSENT] =
		TEXT("it is not in authorized_keys: add the line of the .pub file beside it, then "
		     "'systemctl reload tuijin-%s' (or \"docker compose exec -T %s sh -c 'kill "
		     "-HUP 1'\")"),
	    [STANDING_EXPIRED] =
		TEXT("it has expired: change expires= on its line of authorized_keys, then "
		     "'systemctl reload tuijin-%s' (or \"docker compose exec -T %s sh -c 'kill "
		     "-HUP 1'\")"),
	};

	doctor_mend(&d->findings, words[standing], a->of->name, a->of->name);
}

/* What there is to be said of each gap; each takes the service and its endpoint, each mend
 * the service's name, up to three times. */
static const struct {
	const char *what, *mend;
} words[DOCTOR_GAPS] = {
    [GAP_DOWN] = {TEXT("%s does not listen at %s"),
	TEXT("'systemctl start tuijin-%s' or 'docker compose up -d %s'; if it does not stay, its "
	     "log says why; if it listens elsewhere, say where")},
    [GAP_SILENT] = {TEXT("%s does not answer at %s: it hangs, or something else listens there"),
	TEXT("'systemctl restart tuijin-%s' or 'docker compose restart %s' loses nothing; then "
	     "look into its log for what came before")},
    [GAP_NO_KEYS] = {TEXT("%s speaks without keys at %s: anybody may read and change what is said"),
	TEXT("give it --secret-key and --authorized-keys, as the unit tuijin-%s has them "
	     "(deploy/README.md); where that is meant, leave out --%s-key here")},
    [GAP_WANTS_KEYS] = {TEXT("%s wants keys at %s, and we have none"),
	TEXT("name its open key and a secret one of ours: --%s-key %s.pub --secret-key "
	     "operator.key")},
    [GAP_MISFIT] = {TEXT("the keys do not fit: %s has another one at %s than the one we were told, "
			 "or does not let ours in"),
	TEXT("is %s.pub the file beside its secret key? If it is, let the service read "
	     "authorized_keys again: 'systemctl reload tuijin-%s' (or \"docker compose exec -T %s "
	     "sh -c 'kill -HUP 1'\")")},
    [GAP_REFUSED] = {TEXT("%s does not let us in at %s with our key %s"), NULL},
};

void
doctor_reach_failed(struct doctor *d, const struct doctor_attempt *a, const struct identity *id)
{
	bool            has_keys = identity_curve(id) != NULL;
	enum standing   standing = has_keys ? standing_of(d, id) : STANDING_UNKNOWN;
	enum doctor_gap gap = gap_of(a, has_keys, standing);
	char            shown[120], ours[KEY_ID_SIZE] = "";

	if (has_keys)
		key_id(&id->own.open, ours);
	screen_safe(text_of(a->endpoint), shown, sizeof(shown));
	doctor_find(&d->findings, doctor_blame(d, a->of->name, a->endpoint), a->of->codes[gap],
	    words[gap].what, err_text(a->of->title), shown, ours);
	if (doctor_mend_guess(d, a->of->name, a->endpoint))
		return;
	if (gap == GAP_REFUSED)
		mend_refused(d, a, standing);
	else
		doctor_mend(&d->findings, words[gap].mend, a->of->name, a->of->name, a->of->name);
}
