#include "collector/permit.h"

int
permit_caller(const struct caller *c, struct refusal *why)
{
	if (c->open || c->key != NULL)
		return 0;
	return refuse(why, REPORT_NOT_AUTHORIZED,
	    "this session's key is not in the list any more, or has expired");
}

static int
check_agency(const struct authorized_key *k, const struct message *m, struct refusal *why)
{
	char shown[2 * PLAN_ID_MAX];

	if (text_equal(m->agency, text_of(k->agency)))
		return 0;
	return refuse(why, REPORT_NOT_AUTHORIZED, "agency: this key speaks for %s, not for %s",
	    k->agency, text_escape(m->agency, shown, sizeof(shown)));
}

int
permit_message(const struct caller *c, const struct message *m, struct refusal *why)
{
	bool report = m->kind == MESSAGE_REPORT;

	if (c->open || m->kind == MESSAGE_PING)
		return 0;
	if (c->key->role == AUTHORIZED_AGENCY)
		return check_agency(c->key, m, why);
	if (c->key->role == AUTHORIZED_OPERATOR && !report)
		return 0;
	return refuse(why, REPORT_NOT_AUTHORIZED, "this key may not %s: it is %s",
	    report ? "report" : "ask for a status",
	    c->key->role == AUTHORIZED_OPERATOR ? "an operator's" : "a subscriber's");
}
