/* weighed_claims.h - a few claims in a dataset, said in one line each, and
 * what they come to; for tests of what is built on a weighing. */
#ifndef TESTS_UNIT_WEIGHED_CLAIMS_H
#define TESTS_UNIT_WEIGHED_CLAIMS_H

#include "tests/unit/filed.h"

#include "core/bytes.h"

/* One claim: what is NULL is not given. */
struct said {
	const char *by; /* a chain; NULL: "A" */
	const char *value;
	const char *event;
	const char *said; /* NULL: 2025-01-14 */
	const char *subject; /* NULL: "strike" */
	const char *predicate; /* NULL: "killed" */
	const char *of; /* with commas between */
	const char *place;
	const char *since;
	const char *until;
	const char *stance;
	const char *re;
	const char *document;
};

static inline void said_set(struct hear_arena *arena, struct hear_value *map,
			    const char *key, const char *text,
			    const char *otherwise)
{
	if (text || otherwise)
		filed_set(arena, map, key, text ? text : otherwise);
}

static inline struct hear_value *said_list(struct hear_arena *arena,
					   const char *text)
{
	struct hear_value *list = hear_make_list(arena);
	size_t size;

	for (; *text; text += size + (text[size] == ',')) {
		size = strcspn(text, ",");
		hear_list_add(arena, list,
			      hear_make_text(arena,
					     (struct hear_span){text, size}));
	}
	return list;
}

/* Files a record made of the map, at a time; gives its id. */
static inline struct hear_id said_file(struct filed *f, struct hear_value *map,
				       int64_t now_ms)
{
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_record record;
	struct hear_err err;

	filed_ok(hear_record_make(f->arena, map, &record, &err), &err);
	filed_ok(hear_write_begin(&writer, f->dataset, now_ms, &err), &err);
	filed_ok(hear_write_file(writer, f->author, HEAR_GREEN, &record, 1,
				 &outcome, &err),
		 &err);
	filed_ok(hear_write_commit(writer, &err), &err);
	return record.id;
}

static inline struct hear_id said_at(struct filed *f, struct said said,
				     int64_t now_ms)
{
	struct hear_value *map = hear_make_map(f->arena);

	filed_set(f->arena, map, "kind", "claim");
	said_set(f->arena, map, "chain", said.by, "A");
	said_set(f->arena, map, "subject", said.subject, "strike");
	said_set(f->arena, map, "predicate", said.predicate, "killed");
	said_set(f->arena, map, "said", said.said, "2025-01-14");
	said_set(f->arena, map, "value", said.value, NULL);
	said_set(f->arena, map, "event", said.event, NULL);
	said_set(f->arena, map, "place", said.place, NULL);
	said_set(f->arena, map, "since", said.since, NULL);
	said_set(f->arena, map, "until", said.until, NULL);
	said_set(f->arena, map, "stance", said.stance, NULL);
	said_set(f->arena, map, "re", said.re, NULL);
	said_set(f->arena, map, "document", said.document, NULL);
	if (said.of)
		hear_map_set(f->arena, map, "of", said_list(f->arena, said.of));
	return said_file(f, map, now_ms);
}

static inline struct hear_id said(struct filed *f, struct said one)
{
	return said_at(f, one, filed_now);
}

/* "dozens = 12..24" */
static inline void said_define(struct filed *f, const char *text)
{
	struct hear_value *map;
	struct hear_err err;

	filed_ok(hear_definition_parse(f->arena, hear_span_of(text), &map,
				       &err),
		 &err);
	said_file(f, map, filed_now);
}

/* Joins two names as the same, or one as a part of the other. */
static inline void said_term(struct filed *f, const char *kind,
			     const char *part, const char *whole)
{
	struct hear_value *map = hear_make_map(f->arena);

	filed_set(f->arena, map, "kind", "term");
	filed_set(f->arena, map, "as", kind);
	filed_set(f->arena, map, "part", part);
	filed_set(f->arena, map, "whole", whole);
	said_file(f, map, filed_now);
}

/* Weighs what a query matches; "": all that is live. */
static inline struct hear_weighing *said_weigh(struct filed *f,
					       const char *query)
{
	struct hear_view view = {.as_of_ms = filed_now + 1000000000,
				 .now = true,
				 .highest = HEAR_LOCAL,
				 .known_by_ms = INT64_MAX};
	struct hear_weighing *weighing = NULL;
	struct hear_reader *reader = NULL;
	struct hear_query *parsed = NULL;
	struct hear_err err;

	if (*query)
		filed_ok(hear_query_new(&parsed, hear_span_of(query), &err),
			 &err);
	filed_ok(hear_read_begin(&reader, f->dataset, &view, &err), &err);
	filed_ok(hear_weigh(&weighing, reader, parsed, &err), &err);
	hear_read_end(reader);
	hear_query_free(parsed);
	return weighing;
}

/* Appends "12", ">12" where the end itself is outside, "-" where there is
 * none. */
static inline void said_end(struct hear_buffer *out, struct hear_span number,
			    const char *open)
{
	if (number.size == 0) {
		hear_buffer_text(out, "-");
		return;
	}
	hear_buffer_text(out, open);
	hear_buffer_span(out, number);
}

#endif
