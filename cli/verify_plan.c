#include "cli/verify_state.h"

#include <inttypes.h>

#include "cli/verify_difference.h"

void
verify_strangers(struct verify *v, enum ledger_key key, enum finding_kind kind,
    const char *const *names, size_t count)
{
	for (size_t i = 0; i < cut_count(&v->cut, key); i++) {
		struct text name = cut_name(&v->cut, key, i);
		size_t      at = 0;

		while (at < count && !text_equal(name, text_of(names[at])))
			at++;
		if (at < count)
			continue;
		findings_differ(&v->findings, kind, name, "is no field of ours");
		findings_fix(&v->findings, key, name, cut_value(&v->cut, key, i), (struct text){0});
	}
}

/* A field of the plan hash. */
static void
compare(struct verify *v, const char *name, struct text want, bool shows)
{
	struct text is = cut_find(&v->cut, LEDGER_PLAN, text_of(name));
	char        want_shown[80], is_shown[80];
	struct buf  what = {0};

	if (is.at != NULL && text_equal(is, want))
		return;
	if (is.at == NULL)
		buf_addf(&what, "is missing");
	else if (shows)
		buf_addf(&what, "is %s, the ledger gives %s",
		    text_escape(is, is_shown, sizeof(is_shown)),
		    text_escape(want, want_shown, sizeof(want_shown)));
	else
		difference_of_bytes(&what, want, is);
	findings_differ(&v->findings, FINDING_PLAN, text_of(name), "%.*s", (int)what.len, what.at);
	findings_fix(&v->findings, LEDGER_PLAN, text_of(name), is, want);
	buf_fini(&what);
}

/* `held` is absent as long as nothing was ever said. */
static void
compare_held(struct verify *v)
{
	struct text held = cut_find(&v->cut, LEDGER_PLAN, text_of("held"));
	char        count[24], shown[60];
	struct text want = {count, (size_t)(text_write_number(count, v->latest_count) - count)};

	if (held.at == NULL ? v->latest_count == 0 : text_equal(held, want))
		return;
	findings_differ(&v->findings, FINDING_PLAN, text_of("held"),
	    "is %s; the ledger has records for %" PRIu64 " fields of latest",
	    held.at == NULL ? "missing" : text_escape(held, shown, sizeof(shown)), v->latest_count);
	findings_fix(&v->findings, LEDGER_PLAN, text_of("held"), held, want);
}

/* Whoever appended set it: it cannot be ahead of a ledger that has all of its entries. */
static void
compare_end(struct verify *v)
{
	struct position end;
	char            last[POSITION_SIZE];

	if (position_parse(cut_find(&v->cut, LEDGER_PLAN, text_of("end")), &end) &&
	    position_compare(end, v->cut.last) > 0)
		verify_older(v, "the plan's end", end);
	compare(v, "end", text_of(position_format(v->cut.last, last)), true);
}

/* `held` is put right before anything that lets a collector begin. */
void
verify_plan(struct verify *v)
{
	static const char *const names[] = {"revision", "digest", "yaml", "end", "held"};
	char                     revision[24], digest[LEDGER_DIGEST_SIZE];

	verify_strangers(v, LEDGER_PLAN, FINDING_PLAN, names, sizeof(names) / sizeof(names[0]));
	if (v->yaml.at == NULL)
		return;
	if (!v->is_garbled)
		compare_held(v);
	compare(v, "revision",
	    (struct text){revision, (size_t)(text_write_number(revision, v->revision) - revision)},
	    true);
	compare(v, "digest", text_of(ledger_digest(buf_text(&v->yaml), digest)), true);
	compare(v, "yaml", buf_text(&v->yaml), false);
	compare_end(v);
}
