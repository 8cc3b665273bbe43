/* SPDX-License-Identifier: ISC */
#include "tools/notices.h"
#include "tools/complain.h"
#include "tools/output.h"
#include "tools/wording.h"

#include "core/bytes.h"
#include "core/error.h"

#include <stdlib.h>
#include <string.h>

enum {
	NAMES_MOST = 1 << 17,	/* remembered; those after are not looked at */
	TEXT_MOST = 8 << 20,	/* the same, in bytes of all of them */
	NEAREST_MOST = 400,	/* searched for: each walks all names in use */
	COUNT_MOST = 1000000,	/* counted no further */
	ALIKE_MOST = 3,
	EDITS_MOST = 20,	/* said; of those after only how many */
	PAGES_MOST = 1 << 16,	/* remembered, and in bytes of all of them: */
	PAGE_BYTES_MOST = 8 << 20, /* others are compared to what is here */
	CANDIDATES = 4,
};

/* One name met, and whether it is new here. */
struct name {
	enum hear_term kind;
	struct hear_span folded;
	struct hear_span written;
	bool is_new;
};

struct notices {
	struct hear_reader *reader;
	struct hear_arena *arena;
	struct name *names;  /* in order of appearance */
	uint32_t *table;     /* index + 1 by hash; 0: free */
	size_t count;
	size_t room;	     /* of the table: a power of two */
	size_t text;	     /* bytes of names */
	struct hear_buffer folded;
	bool strict;
	const char *edits[EDITS_MOST]; /* sentences */
	size_t edit_count;
	size_t pages;	   /* documents among the names */
	size_t page_bytes;
	struct hear_arena *scratch;
};

/* Documents are remembered beside names: as they are, with the hash and the id
 * of the capture that was met last, 64 digits each. */
static const enum hear_term a_document = (enum hear_term)0;

static const enum hear_term kinds[] = {HEAR_TERM_PREDICATE, HEAR_TERM_SUBJECT,
				       HEAR_TERM_OF, HEAR_TERM_SOURCE};

enum { KINDS = sizeof kinds / sizeof *kinds };

enum hear_code notices_open(struct notices **out, struct hear_reader *reader,
			    struct hear_err *err)
{
	struct notices *notices = calloc(1, sizeof *notices);
	struct hear_buffer setting = {0};
	enum hear_code code;

	*out = notices;
	if (!notices)
		return hear_fail_memory(err);
	notices->reader = reader;
	notices->arena = hear_arena_new();
	notices->scratch = hear_arena_new();
	if (!notices->arena || !notices->scratch)
		return hear_fail_memory(err);
	code = hear_setting_get(reader, "vocabulary", &setting, err);
	notices->strict = hear_span_is(hear_buffer_view(&setting), "strict");
	hear_buffer_done(&setting);
	return code;
}

void notices_close(struct notices *notices)
{
	if (!notices)
		return;
	hear_arena_free(notices->arena);
	hear_arena_free(notices->scratch);
	hear_buffer_done(&notices->folded);
	free(notices->names);
	free(notices->table);
	free(notices);
}

/* ---- Names met ---- */

static size_t hash(enum hear_term kind, struct hear_span folded)
{
	uint64_t sum = UINT64_C(14695981039346656037) ^ (uint64_t)kind;
	size_t i;

	for (i = 0; i < folded.size; i++)
		sum = (sum ^ (unsigned char)folded.data[i]) *
		      UINT64_C(1099511628211);
	return (size_t)(sum ^ sum >> 32);
}

/* The place of a name in the table: where it is, or where it would be. */
static uint32_t *place_of(const struct notices *notices, enum hear_term kind,
			  struct hear_span folded)
{
	size_t at = hash(kind, folded) & (notices->room - 1);

	for (;; at = (at + 1) & (notices->room - 1)) {
		const struct name *name;

		if (notices->table[at] == 0)
			return &notices->table[at];
		name = &notices->names[notices->table[at] - 1];
		if (name->kind == kind &&
		    hear_span_equal(name->folded, folded))
			return &notices->table[at];
	}
}

static bool grow(struct notices *notices)
{
	size_t room = notices->room ? notices->room * 2 : 64;
	struct name *names = realloc(notices->names, room / 2 * sizeof *names);
	uint32_t *table;
	size_t i;

	if (names)
		notices->names = names;
	table = calloc(room, sizeof *table);
	if (!names || !table) {
		free(table);
		return false;
	}
	free(notices->table);
	notices->table = table;
	notices->room = room;
	for (i = 0; i < notices->count; i++)
		*place_of(notices, names[i].kind, names[i].folded) =
			(uint32_t)i + 1;
	return true;
}

/* ---- Whether a name is new ---- */

/* Whether a folded name is itself a predicate that ships. */
static bool ships(struct hear_span folded)
{
	const struct hear_predicate *shipped;
	size_t i;

	for (i = 0; (shipped = hear_predicate_shipped(i)); i++)
		if (hear_span_is(folded, shipped->name))
			return true;
	return false;
}

/* In use, shipped, or joined to another name by the team. */
static enum hear_code is_known(struct notices *notices, enum hear_term kind,
			       struct hear_span name, bool *out,
			       struct hear_err *err)
{
	struct hear_buffer written = {0};
	uint64_t count = 0;
	enum hear_code code = hear_terms_count(notices->reader, kind, name, 1,
					       &written, &count, err);

	hear_buffer_done(&written);
	*out = count > 0 ||
	       (kind == HEAR_TERM_PREDICATE &&
		ships(hear_buffer_view(&notices->folded)));
	if (code != HEAR_OK || *out)
		return code;
	return hear_terms_joined(notices->reader, kind, name, out, err);
}

/* ---- What is near ---- */

struct candidate {
	struct hear_span folded;
	unsigned near;
};

struct search {
	struct hear_arena *arena;
	struct hear_span folded;
	struct candidate best[CANDIDATES]; /* the nearest first */
};

static bool weigh(void *context, struct hear_span folded)
{
	struct search *search = context;
	unsigned near = hear_vocabulary_near(search->folded, folded);
	size_t i;

	if (near < HEAR_NEAR_ASK || near <= search->best[CANDIDATES - 1].near)
		return true;
	for (i = CANDIDATES - 1; i > 0 && search->best[i - 1].near < near; i--)
		search->best[i] = search->best[i - 1];
	search->best[i] = (struct candidate){
		hear_arena_copy(search->arena, folded), near};
	return true;
}

/* The nearest name in use, "killed (4,211)"; 0 where there is none. */
static enum hear_code nearest_in_use(struct notices *notices,
				     const struct name *name,
				     struct hear_buffer *out, unsigned *near,
				     struct hear_err *err)
{
	struct search search = {notices->arena, name->folded, {{{0}, 0}}};
	struct hear_buffer written = {0};
	uint64_t count = 0;
	size_t i;
	enum hear_code code = hear_terms_keys(notices->reader, name->kind,
					      weigh, &search, err);

	*near = 0;
	for (i = 0; code == HEAR_OK && i < CANDIDATES && *near == 0 &&
		    search.best[i].near > 0;
	     i++) {
		code = hear_terms_count(notices->reader, name->kind,
					search.best[i].folded, COUNT_MOST,
					&written, &count, err);
		if (code != HEAR_OK || count == 0)
			continue;
		*near = search.best[i].near;
		hear_buffer_span(out, hear_buffer_view(&written));
		hear_buffer_text(out, " (");
		wording_number(out, count);
		hear_buffer_byte(out, ')');
	}
	hear_buffer_done(&written);
	return code;
}

static const char *nearest_shipped(const struct name *name, unsigned beyond)
{
	const struct hear_predicate *shipped;
	const char *best = NULL;
	size_t i;

	if (name->kind != HEAR_TERM_PREDICATE)
		return NULL;
	for (i = 0; (shipped = hear_predicate_shipped(i)); i++) {
		unsigned near = hear_vocabulary_near(
			name->folded, hear_span_of(shipped->name));

		if (near >= HEAR_NEAR_ASK && near > beyond) {
			beyond = near;
			best = shipped->name;
		}
	}
	return best;
}

/* Appends what is near a name; nothing where nothing is. */
static enum hear_code find_nearest(struct notices *notices,
				   const struct name *name,
				   struct hear_buffer *out,
				   struct hear_err *err)
{
	unsigned near;
	const char *shipped;
	enum hear_code code = nearest_in_use(notices, name, out, &near, err);

	if (code != HEAR_OK)
		return code;
	shipped = nearest_shipped(name, near);
	if (shipped) {
		hear_buffer_reset(out);
		hear_buffer_print(out, "%s (of those that ship)", shipped);
	}
	return HEAR_OK;
}

static int shown(struct hear_span text)
{
	return (int)hear_span_cut(text, 80).size;
}

static enum hear_code refuse(struct notices *notices, const struct name *name,
			     struct hear_err *err)
{
	struct hear_buffer nearest = {0};
	enum hear_code code = find_nearest(notices, name, &nearest, err);

	if (code == HEAR_OK)
		code = hear_fail(
			err, HEAR_DENIED,
			"%s: new %s '%.*s'; nearest: %.200s. This dataset takes "
			"no new ones; `hearsay config vocabulary open` lets "
			"them in",
			hear_term_name(name->kind), hear_term_name(name->kind),
			shown(name->written), name->written.data,
			nearest.size > 0 ? nearest.data : "none");
	hear_buffer_done(&nearest);
	return code;
}

/* ---- Looking ---- */

struct looking {
	struct notices *notices;
	enum hear_term kind;
	enum hear_code code;
	struct hear_err *err;
};

static void look_new(struct looking *looking, uint32_t *place,
		     struct hear_span name)
{
	struct notices *notices = looking->notices;
	struct name *kept = &notices->names[notices->count];
	bool known;

	looking->code = is_known(notices, looking->kind, name, &known,
				 looking->err);
	if (looking->code != HEAR_OK)
		return;
	*kept = (struct name){
		looking->kind,
		hear_arena_copy(notices->arena,
				hear_buffer_view(&notices->folded)),
		known ? hear_span_make(NULL, 0)
		      : hear_arena_copy(notices->arena, name),
		!known};
	notices->text += kept->folded.size + kept->written.size;
	*place = (uint32_t)++notices->count;
	if (hear_arena_failed(notices->arena))
		looking->code = hear_fail_memory(looking->err);
}

/* The place of what is in notices->folded; NULL where there is no room. */
static uint32_t *place_for(struct looking *looking)
{
	struct notices *notices = looking->notices;
	uint32_t *place;

	if (notices->count >= notices->room / 2) {
		if (notices->count >= NAMES_MOST)
			return NULL;
		if (!grow(notices)) {
			looking->code = hear_fail_memory(looking->err);
			return NULL;
		}
	}
	place = place_of(notices, looking->kind,
			 hear_buffer_view(&notices->folded));
	return *place == 0 && notices->text >= TEXT_MOST ? NULL : place;
}

static void look_at(struct looking *looking, struct hear_span name)
{
	struct notices *notices = looking->notices;
	const struct name *kept;
	uint32_t *place;

	if (looking->code != HEAR_OK || name.size == 0)
		return;
	hear_buffer_reset(&notices->folded);
	hear_text_fold(name, &notices->folded);
	place = place_for(looking);
	if (!place)
		return;
	if (*place == 0)
		look_new(looking, place, name);
	if (looking->code != HEAR_OK)
		return;
	kept = &notices->names[*place - 1];
	if (notices->strict && kept->is_new &&
	    looking->kind != HEAR_TERM_SOURCE)
		looking->code = refuse(notices, kept, looking->err);
}

static bool is_claim(const struct hear_record *record)
{
	return hear_span_is(hear_text_of(hear_map_get(record->tree, "kind")),
			    "claim");
}

static void look_at_list(struct looking *looking, const struct hear_value *list)
{
	size_t i;

	for (i = 0; i < hear_count_of(list); i++)
		look_at(looking, hear_text_of(hear_item_of(list, i)));
}

static void look_at_kind(struct looking *looking, const struct hear_value *tree)
{
	const struct hear_value *chain = hear_map_get(tree, "chain");
	size_t i;

	look_at(looking,
		hear_text_of(hear_map_get(tree, hear_term_name(looking->kind))));
	if (looking->kind == HEAR_TERM_OF)
		look_at_list(looking, hear_map_get(tree, "of"));
	for (i = 0;
	     looking->kind == HEAR_TERM_SOURCE && i < hear_count_of(chain); i++)
		look_at_list(looking,
			     hear_map_get(hear_item_of(chain, i), "who"));
}

/* ---- Pages that changed ---- */

static bool is_capture(const struct hear_record *record)
{
	return hear_span_is(hear_text_of(hear_map_get(record->tree, "kind")),
			    "capture");
}

static void note_edit(struct notices *notices, struct hear_span document,
		      struct hear_span id, struct hear_span when)
{
	struct hear_buffer text = {0};

	if (notices->edit_count++ >= EDITS_MOST)
		return;
	hear_buffer_print(&text,
			  "%.*s was captured with other content: %.*s%s%.*s",
			  shown(document), document.data, OUTPUT_ID_DIGITS,
			  id.data, when.size > 0 ? ", " : "", shown(when),
			  when.data ? when.data : "");
	notices->edits[notices->edit_count - 1] =
		hear_arena_copy(notices->arena, hear_buffer_view(&text)).data;
	hear_buffer_done(&text);
}

/* The newest capture here that found something else; NULL: none, or the one
 * looked at is here itself. */
static const struct hear_version *other_version(const struct hear_version *list,
						size_t count,
						const struct hear_id *id,
						struct hear_span hash)
{
	const struct hear_version *other = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (hear_id_equal(&list[i].id, id))
			return NULL;
		if (!hear_span_is(hash, list[i].sha256))
			other = &list[i];
	}
	return other;
}

static bool is_here(const struct hear_version *list, size_t count,
		    const struct hear_id *id)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (hear_id_equal(&list[i].id, id))
			return true;
	return false;
}

/* `met`: the hash and id of the one of the same document before it; empty
 * where it is the first. */
static enum hear_code compare_versions(struct notices *notices,
				       const struct hear_record *record,
				       struct hear_span document,
				       struct hear_span hash,
				       struct hear_span met,
				       struct hear_err *err)
{
	const struct hear_version *other;
	struct hear_version *list;
	char id[HEAR_ID_TEXT];
	size_t count;
	enum hear_code code;

	hear_arena_reset(notices->scratch);
	code = hear_document_versions(notices->reader, notices->scratch,
				      document, &list, &count, err);
	if (code != HEAR_OK)
		return code;
	other = other_version(list, count, &record->id, hash);
	if (other) {
		hear_id_print(&other->id, id);
		note_edit(notices, document, hear_span_of(id), other->seen);
	} else if (met.size > 0 && !is_here(list, count, &record->id)) {
		note_edit(notices, document, hear_span_make(met.data + 64, 64),
			  hear_span_of("in this input"));
	}
	return HEAR_OK;
}

/* Its place among the names; NULL where there is no room for it. */
static uint32_t *page_place(struct looking *looking, struct hear_span document)
{
	struct notices *notices = looking->notices;
	uint32_t *place;

	hear_buffer_reset(&notices->folded);
	hear_buffer_span(&notices->folded, document);
	place = place_for(looking);
	if (place && *place == 0 && (notices->pages >= PAGES_MOST ||
				     notices->page_bytes >= PAGE_BYTES_MOST))
		return NULL;
	return place;
}

static void remember_page(struct notices *notices, uint32_t *place,
			  const struct hear_record *record,
			  struct hear_span document, struct hear_span hash)
{
	char both[2 * HEAR_ID_TEXT];
	struct name *kept;

	memcpy(both, hash.data, 64);
	hear_id_print(&record->id, both + 64);
	if (*place == 0) {
		kept = &notices->names[notices->count];
		*kept = (struct name){.kind = a_document,
				      .folded = hear_arena_copy(notices->arena,
								document)};
		*place = (uint32_t)++notices->count;
		notices->pages++;
	}
	kept = &notices->names[*place - 1];
	kept->written = hear_arena_copy(notices->arena,
					hear_span_make(both, 128));
	notices->page_bytes += document.size + kept->written.size;
}

static enum hear_code look_at_capture(struct looking *looking,
				      const struct hear_record *record)
{
	struct notices *notices = looking->notices;
	struct hear_span document =
		hear_text_of(hear_map_get(record->tree, "document"));
	struct hear_span hash =
		hear_text_of(hear_map_get(record->tree, "sha256"));
	struct hear_span met = {NULL, 0};
	uint32_t *place;
	enum hear_code code;

	if (document.size == 0 || hash.size != 64)
		return HEAR_OK;
	place = page_place(looking, document);
	if (looking->code != HEAR_OK)
		return looking->code;
	if (place && *place != 0)
		met = notices->names[*place - 1].written;
	if (met.size > 0 && memcmp(met.data, hash.data, 64) == 0)
		return HEAR_OK;
	code = compare_versions(notices, record, document, hash, met,
				looking->err);
	if (place)
		remember_page(notices, place, record, document, hash);
	if (code == HEAR_OK && hear_arena_failed(notices->arena))
		code = hear_fail_memory(looking->err);
	return code;
}

static void print_edits(const struct notices *notices)
{
	size_t i;

	for (i = 0; i < notices->edit_count && i < EDITS_MOST; i++)
		if (notices->edits[i])
			complain_note("%s", notices->edits[i]);
	if (notices->edit_count > EDITS_MOST)
		complain_note("%zu more captures found other content; `hearsay "
			      "find kind:capture is:edited` lists them",
			      notices->edit_count - EDITS_MOST);
}

enum hear_code notices_look(struct notices *notices,
			    const struct hear_record *record,
			    struct hear_err *err)
{
	struct looking looking = {notices, HEAR_TERM_SOURCE, HEAR_OK, err};
	size_t i;

	if (is_capture(record)) {
		looking.kind = a_document;
		return look_at_capture(&looking, record);
	}
	if (!is_claim(record))
		return HEAR_OK;
	for (i = 0; i < KINDS && looking.code == HEAR_OK; i++) {
		looking.kind = kinds[i];
		look_at_kind(&looking, record->tree);
	}
	return looking.code;
}

/* ---- Printing ---- */

enum hear_code notices_print(struct notices *notices, unsigned most,
			     struct hear_err *err)
{
	struct hear_buffer nearest = {0};
	enum hear_code code = HEAR_OK;
	unsigned searched = 0;
	unsigned close = 0;
	size_t i;

	print_edits(notices);
	for (i = 0; i < notices->count && code == HEAR_OK; i++) {
		const struct name *name = &notices->names[i];

		if (!name->is_new || searched++ >= NEAREST_MOST)
			continue;
		hear_buffer_reset(&nearest);
		code = find_nearest(notices, name, &nearest, err);
		if (code != HEAR_OK || nearest.size == 0)
			continue;
		if (close++ < most)
			complain_note("new %s '%.*s'; nearest: %s",
				      hear_term_name(name->kind),
				      shown(name->written), name->written.data,
				      nearest.data);
	}
	hear_buffer_done(&nearest);
	if (close > most)
		complain_note("%u more new names are close to others; `hearsay "
			      "terms` lists them", close - most);
	return code;
}

static enum hear_code is_live(struct notices *notices,
			      const struct hear_record *record, bool *out,
			      struct hear_err *err)
{
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code = hear_filed_in(notices->reader, notices->arena,
					    &record->id, &filed, &count, err);

	*out = false;
	for (i = 0; code == HEAR_OK && i < count; i++)
		*out = *out || !filed[i].retracted;
	return code;
}

static void print_alike(const struct hear_record *record,
			const struct hear_id *alike)
{
	struct hear_buffer out = {0};

	output_short_id(&record->id, &out);
	hear_buffer_text(&out, " looks like ");
	output_short_id(alike, &out);
	if (!out.failed)
		complain_note("%s: same document, question and origin",
			      out.data);
	hear_buffer_done(&out);
}

enum hear_code notices_alike(struct notices *notices,
			     const struct hear_record *record,
			     struct hear_err *err)
{
	struct hear_id alike[ALIKE_MOST];
	size_t count = 0;
	bool live;
	size_t i;
	enum hear_code code;

	if (!is_claim(record))
		return HEAR_OK;
	code = is_live(notices, record, &live, err);
	if (code == HEAR_OK && !live)
		code = hear_alike(notices->reader, record->tree, alike,
				  ALIKE_MOST, &count, err);
	for (i = 0; i < count; i++)
		print_alike(record, &alike[i]);
	return code;
}
