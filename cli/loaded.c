#include "cli/loaded.h"

#include <stdio.h>
#include <string.h>

#include "common/ledger.h"
#include "core/plan_yaml.h"

struct store_reply *
loaded_ids(struct store *s, struct err *e)
{
	const struct text args[] = {text_of("SMEMBERS"), text_of(LEDGER_PLANS)};

	return store_call(s, LOADED_TIMEOUT_MS, e, args, 2);
}

/* The id of the only loaded plan. */
static int
only_id(struct store *s, char out[PLAN_ID_MAX + 1], struct err *e)
{
	struct store_reply *ids = loaded_ids(s, e);
	struct text         id = {0};
	char                shown[80];
	int                 rc = 0;

	if (ids == NULL)
		return -1;
	if (store_reply_count(ids) > 0)
		id = store_reply_text(store_reply_at(ids, 0));
	if (store_reply_count(ids) == 0)
		rc = err_fail(
		    e, ERR_INPUT, "no plan is loaded; load one with 'tuijin plan load FILE'");
	else if (store_reply_count(ids) > 1)
		rc = err_fail(e, ERR_USAGE,
		    "%zu plans are loaded: name one with --plan ('tuijin plan show' lists them)",
		    store_reply_count(ids));
	else if (!text_is_name(id, PLAN_ID_MAX))
		rc = err_fail(e, ERR_INPUT, LEDGER_PLANS ": '%s' is not the name of a plan",
		    text_escape(id, shown, sizeof(shown)));
	else
		snprintf(out, PLAN_ID_MAX + 1, "%.*s", (int)id.len, id.at);
	store_reply_free(ids);
	return rc;
}

static struct plan *
parse(const char *id, struct text yaml, struct err *e)
{
	char         where[PLAN_ID_MAX + 32];
	struct plan *p = plan_yaml_parse_stored(yaml, e);

	if (p != NULL && strcmp(p->id, id) == 0)
		return p;
	if (p != NULL)
		err_set(e, ERR_INPUT, "its key in redis holds plan %s", p->id);
	snprintf(where, sizeof(where), "plan %s as loaded", id);
	err_wrap(e, where);
	plan_free(p);
	return NULL;
}

struct plan *
loaded_plan(struct store *s, const char *id, struct err *e)
{
	char                only[PLAN_ID_MAX + 1], key[LEDGER_KEY_SIZE], shown[80];
	struct store_reply *yaml;
	struct plan        *p = NULL;

	if (id == NULL || *id == '\0') {
		if (only_id(s, only, e) != 0)
			return NULL;
		id = only;
	}
	if (!text_is_name(text_of(id), PLAN_ID_MAX)) {
		err_set(e, ERR_USAGE, "--plan: '%s' is not the name of a plan",
		    text_escape(text_of(id), shown, sizeof(shown)));
		return NULL;
	}
	const struct text args[] = {
	    text_of("HGET"), text_of(ledger_key(id, LEDGER_PLAN, key)), text_of("yaml")};

	if ((yaml = store_call(s, LOADED_TIMEOUT_MS, e, args, 3)) == NULL)
		return NULL;
	if (store_reply_type(yaml) != STORE_TEXT)
		err_set(
		    e, ERR_INPUT, "plan %s is not loaded; 'tuijin plan load FILE' does that", id);
	else
		p = parse(id, store_reply_text(yaml), e);
	store_reply_free(yaml);
	return p;
}

struct plan *
loaded_plan_at(const char *url, const char *id, struct err *e)
{
	struct store *s = store_open(url, e);
	struct plan  *p;

	if (s == NULL)
		return NULL;
	p = loaded_plan(s, id, e);
	store_close(s);
	return p;
}
