#include "core/plan_yaml_node.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "core/plan_yaml_mistake.h"

#define NAME_SHOWN 40 /* bytes of an anchor or a tag in a message, with the NUL */

/* A list or map that is being read. */
struct frame {
	struct plan_node *node, *last; /* last: the child linked last */
	bool              has_key;     /* a map: the next node is a value */
	bool              drop;        /* that value has no usable key */
	struct text       key;
	struct plan_place key_at;
};

struct reader {
	struct plan_arena    *arena;
	struct plan_mistakes *mistakes;
	struct plan_node     *root;
	struct frame          stack[PLAN_NODE_DEPTH_MAX];
	size_t                depth;
	uint32_t              nodes;
};

enum progress { READ_ON, READ_WHOLE, READ_STOPPED };

static struct plan_place
place_of(yaml_mark_t mark)
{
	return (struct plan_place){(uint32_t)mark.line + 1, (uint32_t)mark.column + 1};
}

static struct text
keep_text(struct reader *r, const yaml_event_t *ev)
{
	struct text t = {(const char *)ev->data.scalar.value, ev->data.scalar.length};

	return (struct text){plan_arena_text(r->arena, t), t.len};
}

static void
link_child(struct frame *f, struct plan_node *child)
{
	if (f->last != NULL)
		f->last->next = child;
	else
		f->node->first = child;
	f->last = child;
	child->index = f->node->count++;
}

/* Gives the new node n its place in the list, or its key in the map, of f. */
static void
place_child(struct reader *r, struct frame *f, struct plan_node *n)
{
	n->parent = f->node;
	if (f->node->kind == PLAN_NODE_LIST) {
		link_child(f, n);
	} else if (f->has_key) {
		n->key = f->key;
		n->key_at = f->key_at;
		if (!f->drop)
			link_child(f, n);
		f->has_key = f->drop = false;
	} else { /* n is itself the key; the value that follows is dropped */
		f->key = n->key = text_of("?");
		f->has_key = f->drop = true;
		plan_mistake_value(
		    r->mistakes, n, "a key must be a word, not a list, a mapping or an alias");
	}
}

static struct plan_node *
add_node(struct reader *r, const yaml_event_t *ev, enum plan_node_kind kind)
{
	struct plan_node *n = plan_arena_alloc(r->arena, 1, sizeof(*n));

	r->nodes++;
	n->kind = kind;
	n->at = place_of(ev->start_mark);
	if (r->depth > 0)
		place_child(r, &r->stack[r->depth - 1], n);
	else
		r->root = n;
	return n;
}

/* Reports an anchor or a tag; the value itself is read on. */
static void
check_properties(
    struct reader *r, const struct plan_node *n, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	const char *own = "tag:yaml.org,2002:"; /* what libyaml makes of "!!" */
	struct text name = text_of(tag != NULL ? (const char *)tag : "");
	const char *short_form = "";
	char        shown[NAME_SHOWN];

	if (name.len > strlen(own) && memcmp(name.at, own, strlen(own)) == 0) {
		name = text_of(name.at + strlen(own));
		short_form = "!!";
	}
	if (anchor != NULL)
		plan_mistake_value(r->mistakes, n, "anchor '&%s' is not allowed, write values out",
		    text_escape(text_of((const char *)anchor), shown, sizeof(shown)));
	if (tag != NULL)
		plan_mistake_value(r->mistakes, n, "tag '%s%s' is not allowed", short_form,
		    text_escape(name, shown, sizeof(shown)));
}

/* A scalar where a map wants a key. */
static void
take_key(struct reader *r, struct frame *f, const yaml_event_t *ev)
{
	struct plan_node key = {.parent = f->node, .at = place_of(ev->start_mark)};

	f->key = key.key = keep_text(r, ev);
	f->key_at = key.at;
	f->has_key = true;
	check_properties(r, &key, ev->data.scalar.anchor, ev->data.scalar.tag);
}

static enum progress
take_scalar(struct reader *r, const yaml_event_t *ev)
{
	struct frame     *f = r->depth > 0 ? &r->stack[r->depth - 1] : NULL;
	struct plan_node *n;

	if (f != NULL && f->node->kind == PLAN_NODE_MAP && !f->has_key) {
		take_key(r, f, ev);
		return READ_ON;
	}
	n = add_node(r, ev, PLAN_NODE_SCALAR);
	n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->value = keep_text(r, ev);
	check_properties(r, n, ev->data.scalar.anchor, ev->data.scalar.tag);
	return READ_ON;
}

static enum progress
take_alias(struct reader *r, const yaml_event_t *ev)
{
	char shown[NAME_SHOWN];

	plan_mistake_value(r->mistakes, add_node(r, ev, PLAN_NODE_REFUSED),
	    "alias '*%s' is not allowed, write the value out",
	    text_escape(text_of((const char *)ev->data.alias.anchor), shown, sizeof(shown)));
	return READ_ON;
}

static enum progress
take_collection(struct reader *r, const yaml_event_t *ev)
{
	bool              list = ev->type == YAML_SEQUENCE_START_EVENT;
	struct plan_node *n = add_node(r, ev, list ? PLAN_NODE_LIST : PLAN_NODE_MAP);

	if (list)
		check_properties(r, n, ev->data.sequence_start.anchor, ev->data.sequence_start.tag);
	else
		check_properties(r, n, ev->data.mapping_start.anchor, ev->data.mapping_start.tag);
	if (r->depth == PLAN_NODE_DEPTH_MAX) {
		plan_mistake_value(r->mistakes, n,
		    "nested deeper than %d levels, the file was not read further",
		    PLAN_NODE_DEPTH_MAX);
		return READ_STOPPED;
	}
	r->stack[r->depth++] = (struct frame){.node = n};
	return READ_ON;
}

static enum progress
take_document(struct reader *r, const yaml_event_t *ev)
{
	if (r->root == NULL)
		return READ_ON;
	plan_mistake_at(r->mistakes, place_of(ev->start_mark),
	    "a second YAML document, expected one in a file");
	return READ_WHOLE; /* the first one is */
}

static enum progress
take_end(struct reader *r)
{
	if (r->root != NULL)
		return READ_WHOLE;
	plan_mistake_at(
	    r->mistakes, (struct plan_place){1, 1}, "the file is empty, expected a plan");
	return READ_STOPPED;
}

static enum progress
take_event(struct reader *r, const yaml_event_t *ev)
{
	if (r->nodes > PLAN_NODES_MAX) {
		plan_mistake_at(r->mistakes, place_of(ev->start_mark),
		    "more than %u values, the file was not read further", PLAN_NODES_MAX);
		return READ_STOPPED;
	}
	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(r, ev);
	case YAML_ALIAS_EVENT:
		return take_alias(r, ev);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return take_collection(r, ev);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		return READ_ON;
	case YAML_DOCUMENT_START_EVENT:
		return take_document(r, ev);
	case YAML_STREAM_END_EVENT:
		return take_end(r);
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return READ_ON;
}

/* The byte at a place, or a NUL behind the end. */
static char
byte_at(struct text source, yaml_mark_t mark)
{
	size_t   i = 0, n;
	uint32_t code;

	for (size_t line = 0; line < mark.line && i < source.len; i++)
		line += source.at[i] == '\n';
	for (size_t column = 0; column < mark.column && i < source.len; column++, i += n)
		n = text_decode((struct text){source.at + i, source.len - i}, &code);
	return i < source.len ? source.at[i] : '\0';
}

/* What a person may have meant who ran into this. */
static const char *
syntax_hint(const yaml_parser_t *parser, struct text source)
{
	char byte = byte_at(source, parser->problem_mark);

	if (parser->error == YAML_SCANNER_ERROR && (byte == '@' || byte == '`'))
		return "; a text that begins with it must be quoted";
	if (parser->error == YAML_SCANNER_ERROR && byte == '\t')
		return "; indent with spaces, not tabs";
	return "";
}

static void
report_syntax(const yaml_parser_t *parser, struct text source, struct plan_mistakes *m)
{
	struct plan_place at = place_of(parser->problem_mark);
	const char       *problem = parser->problem != NULL ? parser->problem : "cannot be read";
	const char       *hint = syntax_hint(parser, source);

	if (parser->error == YAML_MEMORY_ERROR)
		abort(); /* as core/mem.h does */
	if (parser->context == NULL)
		plan_mistake_at(m, at, "syntax: %s%s", problem, hint);
	else if (parser->context_mark.line == parser->problem_mark.line)
		plan_mistake_at(m, at, "syntax: %s: %s%s", parser->context, problem, hint);
	else
		plan_mistake_at(m, at, "syntax: %s (from line %zu): %s%s", parser->context,
		    parser->context_mark.line + 1, problem, hint);
}

const struct plan_node *
plan_node_read(struct plan_arena *a, struct text source, struct plan_mistakes *m)
{
	struct reader r = {.arena = a, .mistakes = m};
	enum progress progress = READ_ON;
	yaml_parser_t parser;
	yaml_event_t  ev;

	if (!yaml_parser_initialize(&parser))
		abort(); /* as core/mem.h does */
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)source.at, source.len);
	while (progress == READ_ON) {
		if (!yaml_parser_parse(&parser, &ev)) {
			report_syntax(&parser, source, m);
			break;
		}
		progress = take_event(&r, &ev);
		yaml_event_delete(&ev);
	}
	yaml_parser_delete(&parser);
	return progress == READ_WHOLE ? r.root : NULL;
}
