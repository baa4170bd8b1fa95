#include "cli/verify_state.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/json.h"

/* "1,204 entries" */
static void
add_count(struct buf *out, uint64_t n, const char *one, const char *many)
{
	char digits[24];
	int  len = snprintf(digits, sizeof(digits), "%" PRIu64, n);

	for (int i = 0; i < len; i++)
		buf_addf(out, "%s%c", i > 0 && (len - i) % 3 == 0 ? "," : "", digits[i]);
	buf_addf(out, " %s", n == 1 ? one : many);
}

static void
add_findings(struct buf *out, const struct findings *f, enum finding_kind kind, bool warnings)
{
	size_t count = warnings ? f->warnings[kind] : f->differences[kind];
	size_t shown = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct finding *one = &f->at[i];

		if (one->kind != kind || one->warning != warnings)
			continue;
		buf_addf(out, "%s%s %s: %s\n", warnings ? "warning: " : "", finding_kind_name(kind),
		    one->key, one->message);
		shown++;
	}
	if (count == shown)
		return;
	buf_addf(out, "%s: ", finding_kind_name(kind));
	add_count(out, count - shown, warnings ? "more warning" : "more difference",
	    warnings ? "more warnings" : "more differences");
	buf_addf(out, "\n");
}

/* "12 seals and 1 given, 3 entries not yet sealed" */
static void
add_seals(struct buf *out, const struct chain *c)
{
	add_count(out, c->seals, "seal", "seals");
	if (c->given_seen > 0)
		buf_addf(out, " and %zu given", c->given_seen);
	if (c->unsealed > 0) {
		buf_addf(out, ", ");
		add_count(out, c->unsealed, "entry not yet sealed", "entries not yet sealed");
	}
}

static void
add_compared(struct buf *out, const struct verify *v)
{
	buf_addf(out, "plan %s revision %" PRIu32 ": ", v->plan, v->revision);
	add_count(out, v->entries, "entry, ", "entries, ");
	add_count(out, v->records, "record, ", "records, ");
	add_count(out, v->latest_count, "in latest, ", "in latest, ");
	buf_addf(out, v->has_checkpoint ? "a checkpoint, " : "no checkpoint, ");
	add_count(out, v->summary_count, "summary, ", "summaries, ");
	add_count(out, v->day_count, "day, ", "days, ");
	add_seals(out, &v->chain);
	buf_addf(out, ": ");
}

static void
add_outcome(struct buf *out, const struct verify *v)
{
	size_t differences = findings_differences(&v->findings);
	size_t warnings = findings_warnings(&v->findings);

	add_compared(out, v);
	if (differences == 0)
		buf_addf(out, "all equal");
	else
		add_count(out, differences, "difference", "differences");
	if (warnings > 0) {
		buf_addf(out, ", ");
		add_count(out, warnings, "warning", "warnings");
	}
	buf_addf(out, "\n");
	if (v->refused && v->findings.differences[FINDING_LEDGER] > 0)
		buf_addf(out,
		    "nothing repaired: the ledger is not whole or not the newest, and what "
		    "differs\n"
		    "may be all that is left of the rest; bring the ledger back from a backup "
		    "first\n");
	else if (v->refused && v->chain.misfits > 0)
		buf_addf(out,
		    "nothing repaired: the ledger does not fit its seals, so somebody changed one "
		    "or\n"
		    "the other; find out who, and bring both back from a backup first\n");
	else if (v->refused)
		buf_addf(out,
		    "nothing repaired: seals up to the checkpoint are gone, and who took them may "
		    "have\n"
		    "changed the ledger, too; compare it with seals from outside (--seal), then "
		    "start the\n"
		    "aggregator, which makes seals of the ledger as it is, and repair again\n");
}

static void
add_repair(struct buf *out, const struct verify *v)
{
	uint64_t left = v->findings.fix_count - v->put_right;

	add_count(out, v->put_right, "field", "fields");
	buf_addf(out, " put right");
	if (v->failure.code != ERR_NONE) {
		buf_addf(out, ", then Redis failed: ");
		add_count(out, left, "field is not, or that", "fields are not, or that");
		buf_addf(out, " is not known; repair again");
	} else if (left > 0) {
		buf_addf(out, "; ");
		add_count(out, left, "field has", "fields have");
		buf_addf(out, " been written since: verify again");
	}
	buf_addf(out,
	    "\na daemon that read what was wrong when it was started goes on from that: "
	    "restart it\n");
}

/* Out at once: what comes next may take long, or fail. */
static void
print(struct buf *out)
{
	if (out->len > 0)
		fwrite(out->at, 1, out->len, stdout);
	fflush(stdout);
	buf_fini(out);
}

void
verify_print_findings(const struct verify *v)
{
	struct buf out = {0};

	for (int kind = 0; kind < FINDING_KINDS; kind++)
		add_findings(&out, &v->findings, (enum finding_kind)kind, false);
	for (int kind = 0; kind < FINDING_KINDS; kind++)
		add_findings(&out, &v->findings, (enum finding_kind)kind, true);
	print(&out);
}

void
verify_print_outcome(const struct verify *v)
{
	struct buf out = {0};

	add_outcome(&out, v);
	print(&out);
}

void
verify_print_repair(const struct verify *v)
{
	struct buf out = {0};

	if (v->repaired)
		add_repair(&out, v);
	print(&out);
}

static json_t *
json_findings(const struct findings *f)
{
	json_t *array = json_array();

	for (size_t i = 0; i < f->count; i++)
		json_array_append_new(array,
		    json_pack("{s:s, s:s, s:s, s:s}", "level",
			f->at[i].warning ? "warning" : "difference", "what",
			finding_kind_name(f->at[i].kind), "key", f->at[i].key, "message",
			f->at[i].message));
	return array;
}

static json_t *
json_repair(const struct verify *v)
{
	json_t *object;

	if (!v->repaired && !v->refused)
		return json_null();
	object = json_pack("{s:b, s:I, s:I}", "refused", v->refused, "put_right",
	    (json_int_t)v->put_right, "left",
	    (json_int_t)(v->refused ? findings_differences(&v->findings)
				    : v->findings.fix_count - v->put_right));
	if (v->failure.code != ERR_NONE)
		json_object_set_new(object, "failure", json_string(v->failure.msg));
	return object;
}

void
verify_print_json(const struct verify *v)
{
	char    position[POSITION_SIZE];
	size_t  differences = findings_differences(&v->findings);
	json_t *object = json_pack("{s:s, s:I, s:s, s:I, s:I, s:I, s:b, s:I, s:I}", "plan", v->plan,
	    "revision", (json_int_t)v->revision, "position", position_format(v->cut.last, position),
	    "entries", (json_int_t)v->entries, "records", (json_int_t)v->records, "latest",
	    (json_int_t)v->latest_count, "checkpoint", v->has_checkpoint, "summaries",
	    (json_int_t)v->summary_count, "days", (json_int_t)v->day_count);

	json_object_update_new(object,
	    json_pack("{s:I, s:I, s:I}", "seals", (json_int_t)v->chain.seals, "given",
		(json_int_t)v->chain.given_seen, "unsealed", (json_int_t)v->chain.unsealed));
	json_object_update_new(object,
	    json_pack("{s:I, s:I, s:o, s:b, s:o}", "differences", (json_int_t)differences,
		"warnings", (json_int_t)findings_warnings(&v->findings), "findings",
		json_findings(&v->findings), "equal", differences == 0, "repair", json_repair(v)));
	json_print(stdout, object);
}
