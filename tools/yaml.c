/* SPDX-License-Identifier: ISC */
#include "tools/yaml.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/value.h"
#include "tools/trap.h"

#include <string.h>
#include <yaml.h>

struct anchor {
	struct hear_span name;
	struct hear_value *value;
	unsigned nodes; /* all that it stands for */
};

struct reader {
	yaml_parser_t parser;
	struct hear_arena *arena;
	struct hear_span text;
	struct hear_err *err;
	struct hear_value here; /* only its line and column, for errors */
	unsigned nodes;
	unsigned anchor_count;
	struct anchor anchors[YAML_ANCHORS];
	/* Marks count characters: the last one looked up, and its byte. */
	size_t index;
	size_t offset;
};

static enum hear_code node(struct reader *reader, yaml_event_t *event,
			   unsigned depth, struct hear_value **out);

/* The byte that a mark means. Marks mostly move forward, so all the look-ups
 * of one reading together cost one walk over the text. */
static size_t offset_of(struct reader *reader, const yaml_mark_t *mark)
{
	struct hear_span text = reader->text;

	if (mark->index < reader->index) {
		reader->index = 0;
		reader->offset = 0;
	}
	while (reader->index < mark->index && reader->offset < text.size) {
		reader->offset++;
		while (reader->offset < text.size &&
		       (text.data[reader->offset] & 0xc0) == 0x80)
			reader->offset++;
		reader->index++;
	}
	return reader->offset;
}

static const struct hear_value *place(struct reader *reader,
				      const yaml_mark_t *mark)
{
	hear_value_place(&reader->here, (uint32_t)mark->line + 1,
			 (uint32_t)mark->column + 1);
	return &reader->here;
}

/* Puts line and column to a failure that has a byte. */
static enum hear_code placed(struct reader *reader)
{
	struct hear_err *err = reader->err;
	size_t i;

	if (!err || err->at > reader->text.size)
		return HEAR_INVALID;
	err->line = 1;
	err->column = 1;
	for (i = 0; i < err->at; i++) {
		char c = reader->text.data[i];

		if (c == '\n') {
			err->line++;
			err->column = 1;
		} else if ((c & 0xc0) != 0x80) {
			err->column++;
		}
	}
	return HEAR_INVALID;
}

static enum hear_code fail_reading(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	size_t at = parser->problem_offset;

	(void)hear_fail_at(reader->err, HEAR_INVALID, at, 1,
			   "%s at byte %zu; save the file as UTF-8, without "
			   "control characters",
			   parser->problem ? parser->problem : "not UTF-8", at);
	return placed(reader);
}

static enum hear_code fail_parsing(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	const char *problem = parser->problem ? parser->problem : "not YAML";
	size_t start = HEAR_NOWHERE;
	size_t at;

	if (parser->error == YAML_MEMORY_ERROR)
		return hear_fail_memory(reader->err);
	if (parser->error == YAML_READER_ERROR)
		return fail_reading(reader);
	if (parser->context)
		start = offset_of(reader, &parser->context_mark);
	at = offset_of(reader, &parser->problem_mark);
	if (trap_unreadable(reader->text, start, at, reader->err))
		return placed(reader);
	if (!parser->context)
		return hear_fail_value(reader->err, HEAR_INVALID,
				       place(reader, &parser->problem_mark),
				       "this is not YAML: %s", problem);
	return hear_fail_value(reader->err, HEAR_INVALID,
			       place(reader, &parser->problem_mark),
			       "this is not YAML: %s (%s that begins on line "
			       "%zu)",
			       problem, parser->context,
			       parser->context_mark.line + 1);
}

/* The caller deletes the event where this is HEAR_OK. */
static enum hear_code next(struct reader *reader, yaml_event_t *event)
{
	memset(event, 0, sizeof *event);
	if (yaml_parser_parse(&reader->parser, event))
		return HEAR_OK;
	return fail_parsing(reader);
}

static enum hear_code count(struct reader *reader, const yaml_event_t *event,
			    unsigned nodes)
{
	if (nodes <= YAML_NODES - reader->nodes) {
		reader->nodes += nodes;
		return HEAR_OK;
	}
	return hear_fail_value(reader->err, HEAR_LIMIT,
			       place(reader, &event->start_mark),
			       "over %d values with all aliases (*name) written "
			       "out; split the file, or use fewer aliases",
			       YAML_NODES);
}

static struct anchor *anchor_named(struct reader *reader,
				   struct hear_span name)
{
	unsigned i;

	for (i = 0; i < reader->anchor_count; i++)
		if (hear_span_equal(reader->anchors[i].name, name))
			return &reader->anchors[i];
	return NULL;
}

/* Keeps what was read since `before` under its name; a later anchor of the
 * same name takes its place. */
static enum hear_code keep_anchor(struct reader *reader, struct hear_span name,
				  struct hear_value *value, unsigned before)
{
	struct anchor *anchor = anchor_named(reader, name);

	if (!anchor) {
		if (reader->anchor_count == YAML_ANCHORS)
			return hear_fail_value(reader->err, HEAR_LIMIT, value,
					       "over %d anchors (&name)",
					       YAML_ANCHORS);
		anchor = &reader->anchors[reader->anchor_count++];
	}
	anchor->name = name;
	anchor->value = value;
	anchor->nodes = reader->nodes - before;
	return HEAR_OK;
}

static enum hear_code alias(struct reader *reader, const yaml_event_t *event,
			    struct hear_value **out)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct anchor *anchor = anchor_named(reader, hear_span_of(name));

	if (!anchor)
		return hear_fail_value(reader->err, HEAR_INVALID,
				       place(reader, &event->start_mark),
				       "*%.64s refers to no anchor above; write "
				       "&%.64s before the value it stands for, or "
				       "put it in quotes if it is text",
				       name, name);
	*out = anchor->value;
	return count(reader, event, anchor->nodes);
}

static bool plain(const yaml_event_t *event)
{
	return event->type == YAML_SCALAR_EVENT &&
	       event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static struct hear_span scalar_text(const yaml_event_t *event)
{
	struct hear_span text =
		hear_span_make(event->data.scalar.value,
			       event->data.scalar.length);

	if (plain(event) &&
	    (hear_span_is(text, "~") || hear_span_is(text, "null") ||
	     hear_span_is(text, "Null") || hear_span_is(text, "NULL")))
		text.size = 0;
	return text;
}

static bool empty(const yaml_event_t *event)
{
	return event->type == YAML_SCALAR_EVENT &&
	       event->data.scalar.length == 0;
}

static enum hear_code check_scalar(struct reader *reader,
				   const yaml_event_t *event)
{
	size_t from = offset_of(reader, &event->start_mark);
	size_t to = offset_of(reader, &event->end_mark);
	yaml_scalar_style_t style = event->data.scalar.style;

	if (plain(event) && !empty(event) &&
	    (trap_comment(reader->text, to, false, reader->err) ||
	     (event->start_mark.line != event->end_mark.line &&
	      trap_run_on(reader->text, from, to, reader->err))))
		return placed(reader);
	if (empty(event) && (style == YAML_FOLDED_SCALAR_STYLE ||
			     style == YAML_LITERAL_SCALAR_STYLE) &&
	    trap_block(reader->text, from, reader->err))
		return placed(reader);
	return HEAR_OK;
}

static enum hear_code scalar(struct reader *reader, const yaml_event_t *event,
			     struct hear_value **out)
{
	enum hear_code code = check_scalar(reader, event);

	if (code == HEAR_OK)
		*out = hear_make_text(reader->arena, scalar_text(event));
	return code;
}

static enum hear_code list(struct reader *reader, const yaml_event_t *start,
			   unsigned depth, struct hear_value **out)
{
	yaml_event_t event;
	enum hear_code code = HEAR_OK;
	bool flow = start->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	bool more = true;

	*out = hear_make_list(reader->arena);
	while (code == HEAR_OK && more) {
		struct hear_value *item = NULL;

		code = next(reader, &event);
		if (code != HEAR_OK)
			break;
		more = event.type != YAML_SEQUENCE_END_EVENT;
		if (more && !flow && plain(&event) && empty(&event) &&
		    trap_comment(reader->text,
				 offset_of(reader, &event.start_mark), true,
				 reader->err))
			code = placed(reader);
		else if (more)
			code = node(reader, &event, depth, &item);
		yaml_event_delete(&event);
		hear_list_add(reader->arena, *out, item);
	}
	return code;
}

/* A map being read. `keys` has the place of each key, in the map's order. */
struct fields {
	struct hear_value *map;
	struct hear_value *keys;
};

static enum hear_code fail_twice(struct reader *reader,
				 const struct fields *fields,
				 const yaml_event_t *event,
				 struct hear_span key)
{
	size_t i = 0;

	while (!hear_span_equal(hear_key_of(fields->map, i), key))
		i++;
	return hear_fail_value(reader->err, HEAR_INVALID,
			       place(reader, &event->start_mark),
			       "%.*s stands twice: on line %u and again on line "
			       "%zu; keep one of them",
			       key.size < 64 ? (int)key.size : 64, key.data,
			       hear_line_of(hear_item_of(fields->keys, i)),
			       event->start_mark.line + 1);
}

static enum hear_code check_key(struct reader *reader,
				const struct fields *fields,
				const yaml_event_t *event)
{
	struct hear_span key;

	if (event->type != YAML_SCALAR_EVENT || event->data.scalar.tag)
		return hear_fail_value(reader->err, HEAR_INVALID,
				       place(reader, &event->start_mark),
				       "a field's name must be plain text");
	key = hear_span_make(event->data.scalar.value,
			     event->data.scalar.length);
	if (plain(event) && hear_span_is(key, "<<"))
		return hear_fail_value(reader->err, HEAR_INVALID,
				       place(reader, &event->start_mark),
				       "<< (merging another map) is not read "
				       "here; write the fields out, or one level "
				       "further out where they are inherited");
	if (hear_map_at(fields->map, key))
		return fail_twice(reader, fields, event, key);
	return HEAR_OK;
}

/* What an empty value may hide: a key that was none, or a comment. */
static enum hear_code check_empty(struct reader *reader,
				  const yaml_event_t *key)
{
	size_t from = offset_of(reader, &key->start_mark);
	size_t to = offset_of(reader, &key->end_mark);
	size_t colon = to;

	if (trap_lone_key(reader->text, from, to, reader->err))
		return placed(reader);
	while (colon < reader->text.size && reader->text.data[colon] != ':')
		colon++;
	if (trap_comment(reader->text, colon + 1, true, reader->err))
		return placed(reader);
	return HEAR_OK;
}

static enum hear_code field_value(struct reader *reader,
				  const yaml_event_t *key, unsigned depth,
				  struct hear_value **out)
{
	yaml_event_t event;
	enum hear_code code = next(reader, &event);

	if (code != HEAR_OK)
		return code;
	if (plain(&event) && empty(&event))
		code = check_empty(reader, key);
	if (code == HEAR_OK)
		code = node(reader, &event, depth, out);
	if (code == HEAR_OK && plain(&event) && empty(&event))
		hear_value_place(*out, (uint32_t)key->start_mark.line + 1,
				 (uint32_t)key->start_mark.column + 1);
	yaml_event_delete(&event);
	return code;
}

static enum hear_code field(struct reader *reader, struct fields *fields,
			    const yaml_event_t *event, unsigned depth)
{
	struct hear_value *value = NULL;
	struct hear_value *key;
	enum hear_code code = check_key(reader, fields, event);

	if (code == HEAR_OK)
		code = count(reader, event, 1);
	if (code == HEAR_OK)
		code = field_value(reader, event, depth, &value);
	if (code != HEAR_OK || !value)
		return code;
	key = hear_make_text(reader->arena,
			     hear_span_make(event->data.scalar.value,
					    event->data.scalar.length));
	hear_value_place(key, (uint32_t)event->start_mark.line + 1,
			 (uint32_t)event->start_mark.column + 1);
	hear_map_add(reader->arena, fields->map, hear_text_of(key), value);
	hear_list_add(reader->arena, fields->keys, key);
	return HEAR_OK;
}

static enum hear_code map(struct reader *reader, unsigned depth,
			  struct hear_value **out)
{
	struct fields fields = {hear_make_map(reader->arena),
				hear_make_list(reader->arena)};
	enum hear_code code = HEAR_OK;
	bool more = true;

	*out = fields.map;
	while (code == HEAR_OK && more && !hear_arena_failed(reader->arena)) {
		yaml_event_t event;

		code = next(reader, &event);
		if (code != HEAR_OK)
			break;
		more = event.type != YAML_MAPPING_END_EVENT;
		if (more)
			code = field(reader, &fields, &event, depth);
		yaml_event_delete(&event);
	}
	return code;
}

static const char *anchor_of(const yaml_event_t *event)
{
	const yaml_char_t *name = NULL;

	if (event->type == YAML_SCALAR_EVENT)
		name = event->data.scalar.anchor;
	if (event->type == YAML_SEQUENCE_START_EVENT)
		name = event->data.sequence_start.anchor;
	if (event->type == YAML_MAPPING_START_EVENT)
		name = event->data.mapping_start.anchor;
	return (const char *)name;
}

static bool tagged(const yaml_event_t *event)
{
	return (event->type == YAML_SCALAR_EVENT && event->data.scalar.tag) ||
	       (event->type == YAML_SEQUENCE_START_EVENT &&
		event->data.sequence_start.tag) ||
	       (event->type == YAML_MAPPING_START_EVENT &&
		event->data.mapping_start.tag);
}

static enum hear_code check_node(struct reader *reader,
				 const yaml_event_t *event, unsigned depth)
{
	if (depth == YAML_DEPTH && event->type != YAML_SCALAR_EVENT)
		return hear_fail_value(reader->err, HEAR_LIMIT,
				       place(reader, &event->start_mark),
				       "nested more than %d deep", YAML_DEPTH);
	if (!tagged(event) && !(anchor_of(event) && empty(event)))
		return HEAR_OK;
	if (trap_sign(reader->text, offset_of(reader, &event->start_mark),
		      reader->err))
		return placed(reader);
	return hear_fail_value(reader->err, HEAR_INVALID,
			       place(reader, &event->start_mark),
			       "there is no value here; put a value that begins "
			       "with & or ! in quotes");
}

/* What an event begins, by its type. */
static enum hear_code node_by_type(struct reader *reader, yaml_event_t *event,
				   unsigned depth, struct hear_value **out)
{
	if (event->type == YAML_SCALAR_EVENT)
		return scalar(reader, event, out);
	if (event->type == YAML_SEQUENCE_START_EVENT)
		return list(reader, event, depth + 1, out);
	if (event->type == YAML_MAPPING_START_EVENT)
		return map(reader, depth + 1, out);
	return hear_fail_value(reader->err, HEAR_INVALID,
			       place(reader, &event->start_mark),
			       "a value was expected here");
}

static enum hear_code node(struct reader *reader, yaml_event_t *event,
			   unsigned depth, struct hear_value **out)
{
	unsigned before = reader->nodes;
	const char *anchor = anchor_of(event);
	enum hear_code code;

	*out = NULL;
	if (event->type == YAML_ALIAS_EVENT)
		return alias(reader, event, out);
	code = check_node(reader, event, depth);
	if (code == HEAR_OK)
		code = count(reader, event, 1);
	if (code == HEAR_OK)
		code = node_by_type(reader, event, depth, out);
	if (code != HEAR_OK || !*out)
		return code;
	hear_value_place(*out, (uint32_t)event->start_mark.line + 1,
			 (uint32_t)event->start_mark.column + 1);
	if (!anchor)
		return HEAR_OK;
	return keep_anchor(reader,
			   hear_arena_copy(reader->arena, hear_span_of(anchor)),
			   *out, before);
}

/* Whether nothing but the end comes after the document. */
static enum hear_code last(struct reader *reader)
{
	yaml_event_t event;
	enum hear_code code = next(reader, &event); /* the document's end */

	if (code != HEAR_OK)
		return code;
	yaml_event_delete(&event);
	code = next(reader, &event);
	if (code != HEAR_OK)
		return code;
	if (event.type != YAML_STREAM_END_EVENT)
		code = hear_fail_value(reader->err, HEAR_INVALID,
				       place(reader, &event.start_mark),
				       "a second document begins here (after "
				       "---); put each in a file of its own");
	yaml_event_delete(&event);
	return code;
}

static enum hear_code document(struct reader *reader, struct hear_value **out)
{
	yaml_event_t event;
	enum hear_code code;
	bool ended;

	do { /* the starts of stream and document */
		code = next(reader, &event);
		if (code != HEAR_OK)
			return code;
		ended = event.type == YAML_STREAM_END_EVENT;
		if (event.type != YAML_STREAM_START_EVENT &&
		    event.type != YAML_DOCUMENT_START_EVENT && !ended)
			break;
		yaml_event_delete(&event);
	} while (!ended);
	if (ended)
		return hear_fail(reader->err, HEAR_INVALID,
				 "there is nothing in this file");
	code = node(reader, &event, 0, out);
	yaml_event_delete(&event);
	return code == HEAR_OK ? last(reader) : code;
}

static struct hear_span without_mark(struct hear_span text)
{
	if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
		return hear_span_make(text.data + 3, text.size - 3);
	return text;
}

enum hear_code yaml_read(struct hear_arena *arena, struct hear_span text,
			 struct hear_value **out, struct hear_err *err)
{
	struct reader reader = {
		.arena = arena, .text = without_mark(text), .err = err};
	struct hear_value *read = NULL;
	enum hear_code code;

	*out = NULL;
	if (text.size > YAML_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "%zu bytes of YAML is too much; %d at most, so "
				 "split the file",
				 text.size, YAML_BYTES);
	if (!yaml_parser_initialize(&reader.parser))
		return hear_fail_memory(err);
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser,
				     (const unsigned char *)(
					     reader.text.data ? reader.text.data
							      : ""),
				     reader.text.size);
	code = document(&reader, &read);
	yaml_parser_delete(&reader.parser);
	if (code == HEAR_OK && hear_arena_failed(arena))
		return hear_fail_memory(err);
	if (code == HEAR_OK)
		*out = read;
	else if (err && err->at != HEAR_NOWHERE)
		err->at += text.size - reader.text.size;
	return code;
}
