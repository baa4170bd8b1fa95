/* The documents of a desk that many viewers ask for at once. */
#include "common/json.h"
#include "core/rollup.h"
#include "dashboard/desk_state.h"

static struct desk_moment
moment_of(const struct desk *d)
{
	return (struct desk_moment){
	    .mirror = mirror_version(d->mirror),
	    .ticks = mirror_ticks(d->mirror),
	    .frames = d->counters.frames,
	    .plan = reader_number(d->reader),
	    .live = mirror_is_live(d->mirror),
	};
}

static json_t *
lights(const struct plan *p)
{
	return json_pack("{s:i, s:i, s:i}", "yellow", (int)p->light_yellow, "red",
	    (int)p->light_red, "red_share", (int)p->light_red_share);
}

static void
write_plan(const struct plan *p, struct buf *out)
{
	json_t *document = json_plan(p);

	json_object_set_new(document, "utc_offset_min", json_integer(p->utc_offset_min));
	json_object_set_new(document, "every", json_string(plan_every_name(p->every)));
	json_object_set_new(document, "due_days", json_integer(p->due_days));
	json_object_set_new(document, "lights", lights(p));
	json_write(out, document);
}

struct body *
desk_plan_body(struct desk *d)
{
	const struct plan *p = desk_plan(d);
	struct desk_moment now = moment_of(d);

	if (p == NULL)
		return NULL;
	if (d->plan_body != NULL && now.plan == d->plan_of.plan)
		return d->plan_body;
	body_drop(d->plan_body);
	d->plan_body = body_new();
	d->plan_of = now;
	write_plan(p, body_buf(d->plan_body));
	return d->plan_body;
}

static json_t *
last_tick(const struct desk *d)
{
	const struct tick *t = mirror_tick(d->mirror);
	char               position[POSITION_SIZE];

	if (mirror_ticks(d->mirror) == 0)
		return json_null();
	return json_pack("{s:s, s:I, s:I, s:s}", "position", position_format(t->position, position),
	    "as_of", (json_int_t)t->as_of_ms, "now", (json_int_t)t->now_ms, "store",
	    t->store_ok ? "ok" : "away");
}

/* The mirror's events are JSON already: what stands before them is written without its
 * brace at the end. */
static void
write_snapshot(const struct desk *d, struct buf *out)
{
	const struct plan *p = desk_plan(d);
	char               id[STREAM_ID_SIZE];
	json_t            *head = json_object();

	json_object_set_new(head, "plan", json_string(d->id));
	json_object_set_new(head, "revision", p != NULL ? json_integer(p->revision) : json_null());
	json_object_set_new(head, "stream", json_string(stream_id(d->stream, id)));
	json_object_set_new(head, "live", json_boolean(mirror_is_live(d->mirror)));
	json_object_set_new(head, "tick", last_tick(d));
	json_write(out, head);
	out->len--;
	buf_addf(out, ",");
	mirror_write(d->mirror, out);
	buf_addf(out, "}");
}

static bool
is_same(const struct desk_moment *a, const struct desk_moment *b)
{
	return a->mirror == b->mirror && a->ticks == b->ticks && a->frames == b->frames &&
	    a->plan == b->plan && a->live == b->live;
}

struct body *
desk_snapshot_body(struct desk *d)
{
	struct desk_moment now = moment_of(d);

	if (!mirror_is_whole(d->mirror))
		return NULL;
	if (d->snapshot_body != NULL && is_same(&now, &d->snapshot_of))
		return d->snapshot_body;
	body_drop(d->snapshot_body);
	d->snapshot_body = body_new();
	d->snapshot_of = now;
	write_snapshot(d, body_buf(d->snapshot_body));
	return d->snapshot_body;
}

struct shelf *
desk_shelf(struct desk *d)
{
	const struct chronicle *c = desk_chronicle(d);

	shelf_turn(d->shelf,
	    (struct shelf_moment){
		.number = reader_number(d->reader),
		.records = chronicle_count(c, 0),
		.day = rollup_today(fold_rollup(chronicle_fold(c))),
	    });
	return d->shelf;
}
