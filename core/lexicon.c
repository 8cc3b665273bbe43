/* SPDX-License-Identifier: ISC */
#include "core/lexicon.h"
#include "core/bytes.h"
#include "core/each.h"
#include "core/error.h"
#include "core/interned.h"
#include "core/reach.h"

#include <stdlib.h>
#include <string.h>

enum { KINDS = HEAR_TERM_UNIT + 1 };

struct name {
	uint32_t same;	   /* towards the first of those joined */
	uint32_t origin;   /* the same, parts and wholes too */
	uint32_t uses;
	uint32_t spelling; /* of them, the most used: a number of `written` */
	uint32_t chief;	   /* of those joined; known from `settled` on */
	uint32_t first;	   /* of those joined in order of bytes */
};

struct hear_lexicon {
	struct hear_arena *arena;
	struct hear_interned folded; /* kind, then the folded name */
	struct hear_interned written; /* kind, then the name as written */
	struct name *names;	    /* one each of `folded` */
	uint32_t name_room;
	uint32_t *meant;	    /* one each of `written`: its name */
	uint32_t *times;	    /* and how often it was used */
	uint32_t written_room;
	uint32_t termed; /* names that terms speak of: the first so many */
	uint32_t *members; /* of those, all that are joined stand together: */
	uint32_t *member_at; /* those of root i are [at[i], at[i + 1]) */
	struct hear_edge *parts;
	size_t part_count;
	size_t part_room;
	struct hear_reach *reach; /* NULL: nothing is part of anything */
	bool has_parts[KINDS];
	struct hear_buffer scratch;
	uint32_t settled; /* names whose chiefs are known */
	bool failed;
};

/* ---- Names ---- */

static bool room_for(void **array, uint32_t *room, uint32_t count, size_t size)
{
	uint32_t more = *room ? *room : 64;
	void *grown;

	if (count <= *room)
		return true;
	while (more < count)
		more *= 2;
	grown = realloc(*array, more * size);
	if (!grown)
		return false;
	*array = grown;
	*room = more;
	return true;
}

static uint32_t fold(struct hear_lexicon *lexicon, enum hear_term kind,
		     struct hear_span name)
{
	uint32_t before = lexicon->folded.count;
	uint32_t index;
	struct name *new;

	hear_buffer_reset(&lexicon->scratch);
	hear_buffer_byte(&lexicon->scratch, (char)kind);
	hear_text_fold(name, &lexicon->scratch);
	index = hear_intern(&lexicon->folded,
			    hear_buffer_view(&lexicon->scratch));
	lexicon->failed = lexicon->failed || lexicon->folded.failed ||
			  lexicon->scratch.failed ||
			  !room_for((void **)&lexicon->names,
				    &lexicon->name_room, index + 1,
				    sizeof *lexicon->names);
	if (lexicon->failed || lexicon->folded.count == before)
		return index;
	new = &lexicon->names[index];
	memset(new, 0, sizeof *new);
	new->same = new->origin = index;
	new->spelling = HEAR_NOBODY;
	return index;
}

/* The number of the name as it is written. */
static uint32_t write_name(struct hear_lexicon *lexicon, enum hear_term kind,
			   struct hear_span name)
{
	uint32_t before = lexicon->written.count;
	uint32_t room = lexicon->written_room;
	uint32_t index;

	hear_buffer_reset(&lexicon->scratch);
	hear_buffer_byte(&lexicon->scratch, (char)kind);
	hear_buffer_span(&lexicon->scratch, name);
	index = hear_intern(&lexicon->written,
			    hear_buffer_view(&lexicon->scratch));
	lexicon->failed = lexicon->failed || lexicon->written.failed ||
			  lexicon->scratch.failed ||
			  !room_for((void **)&lexicon->meant, &room, index + 1,
				    sizeof *lexicon->meant) ||
			  !room_for((void **)&lexicon->times,
				    &lexicon->written_room, index + 1,
				    sizeof *lexicon->times);
	if (!lexicon->failed && lexicon->written.count > before) {
		lexicon->times[index] = 0;
		lexicon->meant[index] = fold(lexicon, kind, name);
	}
	return index;
}

uint32_t hear_lexicon_name(struct hear_lexicon *lexicon, enum hear_term kind,
			   struct hear_span name)
{
	uint32_t written = write_name(lexicon, kind, name);

	if (lexicon->failed)
		return 0;
	lexicon->times[written]++;
	lexicon->names[lexicon->meant[written]].uses++;
	lexicon->settled = 0;
	return lexicon->meant[written];
}

uint32_t hear_lexicon_mention(struct hear_lexicon *lexicon, enum hear_term kind,
			      struct hear_span name)
{
	uint32_t written = write_name(lexicon, kind, name);

	return lexicon->failed ? 0 : lexicon->meant[written];
}

uint32_t hear_lexicon_find(struct hear_lexicon *lexicon, enum hear_term kind,
			   struct hear_span folded)
{
	hear_buffer_reset(&lexicon->scratch);
	hear_buffer_byte(&lexicon->scratch, (char)kind);
	hear_buffer_span(&lexicon->scratch, folded);
	return hear_interned_find(&lexicon->folded,
				  hear_buffer_view(&lexicon->scratch));
}

bool hear_lexicon_failed(const struct hear_lexicon *lexicon)
{
	return lexicon->failed;
}

uint32_t hear_lexicon_count(const struct hear_lexicon *lexicon)
{
	return lexicon->folded.count;
}

uint32_t hear_lexicon_termed(const struct hear_lexicon *lexicon)
{
	return lexicon->termed;
}

enum hear_term hear_lexicon_kind(const struct hear_lexicon *lexicon,
				 uint32_t name)
{
	return (enum hear_term)lexicon->folded.texts[name].data[0];
}

/* ---- Joining ---- */

uint32_t hear_lexicon_joined(const struct hear_lexicon *lexicon, uint32_t name)
{
	while (lexicon->names[name].same != name)
		name = lexicon->names[name].same;
	return name;
}

uint32_t hear_lexicon_origin(const struct hear_lexicon *lexicon, uint32_t name)
{
	while (lexicon->names[name].origin != name)
		name = lexicon->names[name].origin;
	return name;
}

/* The same while names are joined: each walk makes the next one shorter. */
static uint32_t top_origin(struct hear_lexicon *lexicon, uint32_t name)
{
	struct name *names = lexicon->names;

	while (names[name].origin != name)
		name = names[name].origin = names[names[name].origin].origin;
	return name;
}

static uint32_t top_same(struct hear_lexicon *lexicon, uint32_t name)
{
	struct name *names = lexicon->names;

	while (names[name].same != name)
		name = names[name].same = names[names[name].same].same;
	return name;
}

static void join_origins(struct hear_lexicon *lexicon, uint32_t a, uint32_t b)
{
	a = top_origin(lexicon, a);
	b = top_origin(lexicon, b);
	lexicon->names[a > b ? a : b].origin = a > b ? b : a;
}

static void join_same(struct hear_lexicon *lexicon, uint32_t a, uint32_t b)
{
	join_origins(lexicon, a, b);
	a = top_same(lexicon, a);
	b = top_same(lexicon, b);
	lexicon->names[a > b ? a : b].same = a > b ? b : a;
}

static bool add_part(struct hear_lexicon *lexicon, uint32_t part,
		     uint32_t whole)
{
	if (lexicon->part_count == lexicon->part_room) {
		size_t room = lexicon->part_room ? lexicon->part_room * 2 : 16;
		struct hear_edge *more = realloc(lexicon->parts,
						 room * sizeof *more);

		if (!more)
			return false;
		lexicon->parts = more;
		lexicon->part_room = room;
	}
	lexicon->parts[lexicon->part_count].part = part;
	lexicon->parts[lexicon->part_count++].whole = whole;
	return true;
}

static bool apply_term(struct hear_lexicon *lexicon,
		       const struct hear_value *tree)
{
	const struct hear_value *same = hear_map_get(tree, "same");
	struct hear_span part = hear_text_of(hear_map_get(tree, "part"));
	struct hear_span whole = hear_text_of(hear_map_get(tree, "whole"));
	enum hear_term kind;
	uint32_t first;
	uint32_t next;
	size_t i;

	if (hear_term_parse(hear_text_of(hear_map_get(tree, "as")), &kind,
			    NULL) != HEAR_OK)
		return true; /* of a later version */
	if (hear_count_of(same) > 0) {
		first = hear_lexicon_mention(
			lexicon, kind, hear_text_of(hear_item_of(same, 0)));
		for (i = 1; i < hear_count_of(same) && !lexicon->failed; i++) {
			next = hear_lexicon_mention(
				lexicon, kind,
				hear_text_of(hear_item_of(same, i)));
			if (!lexicon->failed)
				join_same(lexicon, first, next);
		}
	}
	if (part.size > 0 && whole.size > 0) {
		first = hear_lexicon_mention(lexicon, kind, part);
		next = hear_lexicon_mention(lexicon, kind, whole);
		if (!lexicon->failed) {
			join_origins(lexicon, first, next);
			lexicon->has_parts[kind] = true;
			lexicon->failed = !add_part(lexicon, first, next);
		}
	}
	return !lexicon->failed;
}

static enum hear_code read_term(void *context,
				const struct hear_record *record,
				uint64_t number, struct hear_err *err)
{
	(void)number;
	return apply_term(context, record->tree) ? HEAR_OK
						 : hear_fail_memory(err);
}

/* All that are joined stand together, in order of their numbers. */
static bool gather_members(struct hear_lexicon *lexicon)
{
	size_t count = lexicon->termed;
	uint32_t i;

	lexicon->members = malloc((count + 1) * sizeof *lexicon->members);
	lexicon->member_at = calloc(count + 2, sizeof *lexicon->member_at);
	if (!lexicon->members || !lexicon->member_at)
		return false;
	for (i = 0; i < count; i++)
		lexicon->member_at[lexicon->names[i].same + 2]++;
	for (i = 2; i < count + 2; i++)
		lexicon->member_at[i] += lexicon->member_at[i - 1];
	for (i = 0; i < count; i++)
		lexicon->members[lexicon->member_at[lexicon->names[i].same +
						    1]++] = i;
	return true;
}

/* Every name leads to the first of those joined at once, and parts and wholes
 * are those of all that mean the same. */
static bool flatten(struct hear_lexicon *lexicon)
{
	size_t i;

	lexicon->termed = lexicon->folded.count;
	for (i = 0; i < lexicon->termed; i++) {
		struct name *name = &lexicon->names[i];

		name->same = top_same(lexicon, name->same);
		name->origin = top_origin(lexicon, name->origin);
	}
	for (i = 0; i < lexicon->part_count; i++) {
		struct hear_edge *part = &lexicon->parts[i];

		part->part = hear_lexicon_joined(lexicon, part->part);
		part->whole = hear_lexicon_joined(lexicon, part->whole);
	}
	if (lexicon->part_count > 0) {
		lexicon->reach = hear_reach_new(lexicon->parts,
						lexicon->part_count,
						lexicon->termed);
		if (!lexicon->reach)
			return false;
	}
	return gather_members(lexicon);
}

enum hear_code hear_lexicon_new(struct hear_lexicon **out,
				struct hear_reader *reader,
				struct hear_err *err)
{
	struct hear_lexicon *lexicon = calloc(1, sizeof *lexicon);
	enum hear_code code;

	*out = NULL;
	if (lexicon)
		lexicon->arena = hear_arena_new();
	if (!lexicon || !lexicon->arena) {
		hear_lexicon_free(lexicon);
		return hear_fail_memory(err);
	}
	hear_interned_init(&lexicon->folded, lexicon->arena);
	hear_interned_init(&lexicon->written, lexicon->arena);
	code = hear_each_live(reader, "term", read_term, lexicon, err);
	if (code == HEAR_OK && !flatten(lexicon))
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		*out = lexicon;
	else
		hear_lexicon_free(lexicon);
	return code;
}

void hear_lexicon_free(struct hear_lexicon *lexicon)
{
	if (!lexicon)
		return;
	hear_interned_done(&lexicon->folded);
	hear_interned_done(&lexicon->written);
	hear_buffer_done(&lexicon->scratch);
	free(lexicon->names);
	free(lexicon->meant);
	free(lexicon->times);
	free(lexicon->parts);
	free(lexicon->members);
	free(lexicon->member_at);
	hear_reach_free(lexicon->reach);
	hear_arena_free(lexicon->arena);
	free(lexicon);
}

/* ---- Parts ---- */

bool hear_lexicon_within(struct hear_lexicon *lexicon, uint32_t part,
			 uint32_t whole)
{
	part = hear_lexicon_joined(lexicon, part);
	whole = hear_lexicon_joined(lexicon, whole);
	return part == whole ||
	       (lexicon->reach &&
		hear_reach_within(lexicon->reach, part, whole));
}

bool hear_lexicon_either(struct hear_lexicon *lexicon, uint32_t a, uint32_t b)
{
	a = hear_lexicon_joined(lexicon, a);
	b = hear_lexicon_joined(lexicon, b);
	return a == b ||
	       (lexicon->reach && hear_reach_either(lexicon->reach, a, b));
}

void hear_lexicon_around(struct hear_lexicon *lexicon, uint32_t name,
			 void (*each)(void *context, uint32_t name),
			 void *context)
{
	if (lexicon->reach &&
	    !hear_reach_each(lexicon->reach,
			     hear_lexicon_joined(lexicon, name), each, context))
		lexicon->failed = true;
}

bool hear_lexicon_has_parts(const struct hear_lexicon *lexicon,
			    enum hear_term kind)
{
	return lexicon->has_parts[kind];
}

/* ---- How they are shown ---- */

struct hear_span hear_lexicon_folded(const struct hear_lexicon *lexicon,
				     uint32_t name)
{
	struct hear_span text = lexicon->folded.texts[name];

	return hear_span_make(text.data + 1, text.size - 1);
}

static struct hear_span written_of(const struct hear_lexicon *lexicon,
				   uint32_t written)
{
	struct hear_span text = lexicon->written.texts[written];

	return hear_span_make(text.data + 1, text.size - 1);
}

static void choose_spelling(struct hear_lexicon *lexicon, uint32_t written)
{
	struct name *name = &lexicon->names[lexicon->meant[written]];
	uint32_t best = name->spelling;

	if (best == HEAR_NOBODY ||
	    lexicon->times[written] > lexicon->times[best] ||
	    (lexicon->times[written] == lexicon->times[best] &&
	     hear_span_order(written_of(lexicon, written),
			     written_of(lexicon, best)) < 0))
		name->spelling = written;
}

static void choose_chief(struct hear_lexicon *lexicon, uint32_t index)
{
	struct name *name = &lexicon->names[index];
	struct name *root =
		&lexicon->names[hear_lexicon_joined(lexicon, index)];
	struct name *chief = root->chief == HEAR_NOBODY
				     ? NULL
				     : &lexicon->names[root->chief];
	int order = root->first == HEAR_NOBODY
			    ? -1
			    : hear_span_order(lexicon->folded.texts[index],
					      lexicon->folded
						      .texts[root->first]);

	if (!chief || name->uses > chief->uses ||
	    (name->uses == chief->uses &&
	     hear_span_order(lexicon->folded.texts[index],
			     lexicon->folded.texts[root->chief]) < 0))
		root->chief = index;
	if (order < 0)
		root->first = index;
}

static void settle(struct hear_lexicon *lexicon)
{
	uint32_t i;

	if (lexicon->settled == lexicon->folded.count)
		return;
	for (i = 0; i < lexicon->folded.count; i++) {
		lexicon->names[i].spelling = HEAR_NOBODY;
		lexicon->names[i].chief = HEAR_NOBODY;
		lexicon->names[i].first = HEAR_NOBODY;
	}
	for (i = 0; i < lexicon->written.count; i++)
		choose_spelling(lexicon, i);
	for (i = 0; i < lexicon->folded.count; i++)
		choose_chief(lexicon, i);
	lexicon->settled = lexicon->folded.count;
}

uint32_t hear_lexicon_chief(struct hear_lexicon *lexicon, uint32_t name)
{
	settle(lexicon);
	return lexicon->names[hear_lexicon_joined(lexicon, name)].chief;
}

/* Before hear_lexicon_chief() was called a name has no spelling yet. */
struct hear_span hear_lexicon_spelling(const struct hear_lexicon *lexicon,
				       uint32_t name)
{
	uint32_t written = lexicon->names[name].spelling;

	return written == HEAR_NOBODY ? hear_lexicon_folded(lexicon, name)
				      : written_of(lexicon, written);
}

int hear_lexicon_order(struct hear_lexicon *lexicon, uint32_t a, uint32_t b)
{
	a = hear_lexicon_joined(lexicon, a);
	b = hear_lexicon_joined(lexicon, b);
	if (a == b)
		return 0;
	settle(lexicon);
	return hear_span_order(lexicon->folded.texts[lexicon->names[a].first],
			       lexicon->folded.texts[lexicon->names[b].first]);
}

void hear_lexicon_each(const struct hear_lexicon *lexicon, uint32_t name,
		       void (*each)(void *context, struct hear_span folded),
		       void *context)
{
	uint32_t root = hear_lexicon_joined(lexicon, name);
	uint32_t i;

	if (name >= lexicon->termed) {
		each(context, hear_lexicon_folded(lexicon, name));
		return;
	}
	for (i = lexicon->member_at[root]; i < lexicon->member_at[root + 1];
	     i++)
		each(context,
		     hear_lexicon_folded(lexicon, lexicon->members[i]));
}
