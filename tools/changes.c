/* SPDX-License-Identifier: ISC */
#include "tools/changes.h"
#include "tools/output.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *change_name(enum change_kind kind)
{
	static const char *const names[] = {
#define CHANGE_NAME(kind, name, heading) name,
		CHANGES(CHANGE_NAME)
#undef CHANGE_NAME
	};

	return (size_t)kind < COUNT(names) ? names[kind] : "unknown";
}

const char *change_heading(enum change_kind kind)
{
	static const char *const headings[] = {
#define CHANGE_HEADING(kind, name, heading) heading,
		CHANGES(CHANGE_HEADING)
#undef CHANGE_HEADING
	};

	return (size_t)kind < COUNT(headings) ? headings[kind] : "unknown";
}

struct finding {
	struct weighed *weighed;
	struct changes *changes;
	struct hear_arena *scratch;
	struct hear_buffer text;
	int64_t since_ms;
	bool *told; /* claims whose denial is listed already */
	struct hear_err *err;
};

static enum hear_code no_memory(struct finding *finding)
{
	return hear_fail(finding->err, HEAR_MEMORY, "out of memory");
}

/* ---- Adding one ---- */

static struct change *new_change(struct finding *finding, enum change_kind kind,
				 uint32_t question, int64_t when_ms)
{
	struct changes *changes = finding->changes;
	size_t room = changes->room ? changes->room * 2 : 64;
	struct change *change;

	if (changes->count == changes->room) {
		struct change *items =
			realloc(changes->items, room * sizeof *items);

		if (!items)
			return NULL;
		changes->items = items;
		changes->room = room;
	}
	change = &changes->items[changes->count++];
	memset(change, 0, sizeof *change);
	change->kind = kind;
	change->question = question;
	change->claim = HEAR_NOBODY;
	change->claim_before = HEAR_NOBODY;
	change->when_ms = when_ms;
	change->until_ms = INT64_MIN;
	change->said_ms = INT64_MIN;
	return change;
}

/* What stands in `text`, which is emptied. */
static struct hear_span taken(struct finding *finding)
{
	struct hear_span out = hear_arena_copy(
		finding->changes->arena, hear_buffer_view(&finding->text));

	hear_buffer_reset(&finding->text);
	return out;
}

static struct hear_span copied(struct finding *finding, struct hear_span text)
{
	return hear_arena_copy(finding->changes->arena, text);
}

static enum hear_code set_ids(struct finding *finding, struct change *change,
			      const struct hear_id *ids, size_t count)
{
	struct hear_id *copy =
		hear_arena_alloc(finding->changes->arena, count * sizeof *ids);

	if (!copy)
		return no_memory(finding);
	memcpy(copy, ids, count * sizeof *ids);
	change->ids = copy;
	change->id_count = count;
	return HEAR_OK;
}

static void set_question(struct finding *finding, struct change *change)
{
	hear_question_print(&finding->weighed->questions[change->question],
			    &finding->text);
	change->what = taken(finding);
}

/* ---- Voices ---- */

static const struct hear_voice *voice_at(const struct finding *finding,
					 uint32_t index)
{
	return index < finding->weighed->voice_count
		       ? &finding->weighed->voices[index]
		       : NULL;
}

static const struct hear_weighed *claim_of(const struct finding *finding,
					   const struct hear_voice *voice)
{
	return &finding->weighed->claims[voice->claim];
}

/* What a voice changed: of one given again, what was withdrawn. */
static const struct hear_voice *changed_by(const struct finding *finding,
					   const struct hear_voice *voice)
{
	const struct hear_voice *before = voice_at(finding, voice->before);
	const struct hear_voice *withdrawn;

	if (voice->move != HEAR_MOVE_RENEWS || !before)
		return before;
	withdrawn = voice_at(finding, before->before);
	return withdrawn ? withdrawn : before;
}

/* CHANGE_KINDS: it is none. */
static enum change_kind kind_of(const struct finding *finding,
				const struct hear_voice *voice)
{
	enum hear_stance stance = claim_of(finding, voice)->stance;

	if (stance == HEAR_DENIES)
		return CHANGE_DENIED;
	if (stance == HEAR_DOUBTS)
		return CHANGE_DOUBTED;
	switch (voice->move) {
	case HEAR_MOVE_UPDATES:
		return CHANGE_UPDATED;
	case HEAR_MOVE_CORRECTS:
		return CHANGE_CORRECTED;
	case HEAR_MOVE_WITHDRAWS:
		return CHANGE_WITHDRAWN;
	case HEAR_MOVE_RENEWS:
		return CHANGE_RENEWED;
	case HEAR_MOVE_REVERSES:
		return CHANGE_REVERSED;
	case HEAR_MOVE_FIRST:
	case HEAR_MOVE_REPEATS:
	case HEAR_MOVE_DIFFERS:
	case HEAR_MOVE_ASIDE:
		break;
	}
	return CHANGE_KINDS;
}

/* The charged source made it; of what nobody is charged with, the origin.
 * Whoever stands between it and the document relayed it. */
static void set_makers(struct finding *finding, struct change *change,
		       const struct hear_voice *voice)
{
	const struct hear_weighed *claim = claim_of(finding, voice);
	bool charged = voice->charged != HEAR_NOBODY;
	struct hear_span by = weighed_source(
		finding->weighed, charged ? voice->charged : claim->origin);

	change->by = copied(finding, by.size > 0 ? by : claim->unnamed);
	if (charged && !voice->relayed)
		return;
	weighed_chain(finding->weighed, voice->claim, &finding->text);
	change->relayed_by = taken(finding);
}

/* The value, or where it has none, what its source does instead. */
static struct hear_span value_of(struct finding *finding,
				 const struct hear_voice *voice)
{
	const struct hear_weighed *claim = claim_of(finding, voice);

	if (claim->stance == HEAR_WITHDRAWS)
		return hear_span_of("");
	if (claim->stance != HEAR_ASSERTS)
		hear_buffer_text(&finding->text,
				 hear_stance_name(claim->stance));
	if (claim->stance != HEAR_ASSERTS && claim->value.size > 0)
		hear_buffer_byte(&finding->text, ' ');
	hear_buffer_span(&finding->text, claim->value);
	return taken(finding);
}

/* Up to when is told of totals alone: of what has no `since` the weighing fills
 * in when it was said. */
static void set_claim(struct finding *finding, struct change *change,
		      uint32_t claim)
{
	const struct weighed *weighed = finding->weighed;

	change->claim = claim;
	change->said_ms = weighed->claims[claim].said_ms;
	if (weighed_read(finding->weighed, claim, NULL) == HEAR_OK &&
	    (hear_map_get(weighed->record.tree, "since") ||
	     hear_map_get(weighed->record.tree, "until")))
		change->until_ms = weighed->claims[claim].until_ms;
}

static enum hear_code add_voice(struct finding *finding,
				const struct hear_voice *voice,
				enum change_kind kind)
{
	const struct hear_weighed *claim = claim_of(finding, voice);
	const struct hear_voice *before = changed_by(finding, voice);
	struct hear_id ids[2] = {claim->id};
	struct change *change =
		new_change(finding, kind, voice->question, claim->filed_ms);

	if (!change)
		return no_memory(finding);
	set_claim(finding, change, voice->claim);
	set_question(finding, change);
	set_makers(finding, change, voice);
	change->after = value_of(finding, voice);
	if (before) {
		change->before = value_of(finding, before);
		change->claim_before = before->claim;
		ids[1] = claim_of(finding, before)->id;
	}
	return set_ids(finding, change, ids, before ? 2 : 1);
}

/* A denial without a value stands in several questions and is told once. What
 * withdraws nothing that is here changes nothing. */
static bool is_told(struct finding *finding, const struct hear_voice *voice,
		    enum change_kind kind)
{
	if (kind == CHANGE_WITHDRAWN)
		return voice->before == HEAR_NOBODY;
	if (kind != CHANGE_DENIED && kind != CHANGE_DOUBTED)
		return false;
	if (finding->told[voice->claim])
		return true;
	finding->told[voice->claim] = true;
	return false;
}

/* ---- The same thing filed twice ---- */

static bool is_twice(const struct finding *finding,
		     const struct hear_voice *voice,
		     const struct hear_voice *before)
{
	const struct hear_weighed *a = claim_of(finding, voice);
	const struct hear_weighed *b;

	if (!before || (voice->move != HEAR_MOVE_REPEATS &&
			voice->move != HEAR_MOVE_DIFFERS))
		return false;
	b = claim_of(finding, before);
	return a->document.size > 0 && a->said_ms == b->said_ms &&
	       a->until_ms == b->until_ms && a->number != b->number &&
	       a->document.size == b->document.size &&
	       memcmp(a->document.data, b->document.data, a->document.size) ==
		       0 &&
	       (a->filed_ms >= finding->since_ms ||
		b->filed_ms >= finding->since_ms);
}

/* The first of those who filed a record and did not take it back. */
static enum hear_code add_filer(struct finding *finding,
				const struct hear_id *id)
{
	struct hear_filed *filed;
	enum hear_code code;
	size_t count;
	size_t i;

	hear_arena_reset(finding->scratch);
	code = hear_filed_in(finding->weighed->session.reader,
			     finding->scratch, id, &filed, &count,
			     finding->err);
	if (code != HEAR_OK)
		return code;
	for (i = 0; i + 1 < count && filed[i].retracted; i++)
		;
	if (i < count)
		hear_buffer_text(&finding->text, filed[i].filing.author_name);
	return HEAR_OK;
}

static enum hear_code add_twice(struct finding *finding,
				const struct hear_voice *voice,
				const struct hear_voice *before)
{
	const struct hear_weighed *later = claim_of(finding, voice);
	const struct hear_weighed *first = claim_of(finding, before);
	struct hear_id ids[2] = {later->id, first->id};
	int64_t when = later->filed_ms > first->filed_ms ? later->filed_ms
							 : first->filed_ms;
	struct change *change = new_change(finding, CHANGE_TWICE,
					   voice->question, when);
	enum hear_code code;

	if (!change)
		return no_memory(finding);
	set_claim(finding, change, voice->claim);
	change->claim_before = before->claim;
	set_question(finding, change);
	change->before = value_of(finding, before);
	change->after = value_of(finding, voice);
	code = add_filer(finding, &first->id);
	hear_buffer_text(&finding->text, ", ");
	if (code == HEAR_OK)
		code = add_filer(finding, &later->id);
	change->by = taken(finding);
	return code == HEAR_OK ? set_ids(finding, change, ids, 2) : code;
}

static enum hear_code find_in_voices(struct finding *finding,
				     const struct hear_question *question)
{
	enum hear_code code = HEAR_OK;
	uint32_t i;

	for (i = 0; i < question->voice_count && code == HEAR_OK; i++) {
		const struct hear_voice *voice =
			&finding->weighed->voices[question->first_voice + i];
		const struct hear_voice *before =
			voice_at(finding, voice->before);
		enum change_kind kind = kind_of(finding, voice);

		if (is_twice(finding, voice, before))
			code = add_twice(finding, voice, before);
		else if (kind != CHANGE_KINDS &&
			 claim_of(finding, voice)->filed_ms >=
				 finding->since_ms &&
			 !is_told(finding, voice, kind))
			code = add_voice(finding, voice, kind);
	}
	return code;
}

/* ---- Another origin ---- */

/* The claim by which a party first asserted, by when it was filed. */
static const struct hear_weighed *first_filed(const struct finding *finding,
					      const struct hear_party *party)
{
	const struct hear_weighed *first = NULL;
	uint32_t i;

	for (i = 0; i < party->voice_count; i++) {
		const struct hear_weighed *claim = claim_of(
			finding,
			&finding->weighed->voices[party->first_voice + i]);

		if (claim->stance == HEAR_ASSERTS &&
		    (!first || claim->filed_ms < first->filed_ms))
			first = claim;
	}
	return first;
}

struct joining {
	uint32_t before; /* origins there were */
	uint32_t after;
	int64_t latest_ms;
	uint32_t claim; /* of the first, or of one that rests on what fell */
	struct hear_id *ids;
};

static void join(struct finding *finding, const struct hear_party *party,
		 struct joining *joining)
{
	const struct hear_weighed *first = first_filed(finding, party);
	uint32_t added = joining->after - joining->before;
	uint32_t claim;

	if (!weighed_counts_as_origin(party) || !first)
		return;
	joining->after++;
	if (first->filed_ms < finding->since_ms) {
		joining->before++;
		return;
	}
	if (first->filed_ms > joining->latest_ms)
		joining->latest_ms = first->filed_ms;
	joining->ids[added] = first->id;
	claim = (uint32_t)(first - finding->weighed->claims);
	if (added == 0 || weighed_rests(finding->weighed, claim))
		joining->claim = claim;
	if (added > 0)
		hear_buffer_text(&finding->text, "; ");
	hear_buffer_span(&finding->text,
			 weighed_source(finding->weighed, party->name));
}

static enum hear_code add_joined(struct finding *finding, uint32_t question,
				 const struct joining *joining)
{
	struct change *change = new_change(finding, CHANGE_JOINED, question,
					   joining->latest_ms);

	if (!change)
		return no_memory(finding);
	change->claim = joining->claim;
	change->by = taken(finding);
	set_question(finding, change);
	weighed_count(joining->before, "origin", &finding->text);
	change->before = taken(finding);
	weighed_count(joining->after, "origin", &finding->text);
	change->after = taken(finding);
	return set_ids(finding, change, joining->ids,
		       joining->after - joining->before);
}

static enum hear_code find_joined(struct finding *finding, uint32_t index)
{
	const struct weighed *weighed = finding->weighed;
	const struct hear_question *question = &weighed->questions[index];
	struct joining joining = {.latest_ms = INT64_MIN};
	enum hear_code code = HEAR_OK;
	uint32_t i;

	if (question->party_count < 2)
		return HEAR_OK;
	joining.ids = calloc(question->party_count, sizeof *joining.ids);
	if (!joining.ids)
		return no_memory(finding);
	for (i = 0; i < question->party_count; i++)
		join(finding, &weighed->parties[question->first_party + i],
		     &joining);
	if (joining.after > 1 && joining.after > joining.before)
		code = add_joined(finding, index, &joining);
	hear_buffer_reset(&finding->text);
	free(joining.ids);
	return code;
}

/* ---- Retractions ---- */

static enum hear_code sentence_of(struct finding *finding,
				  const struct hear_id *id)
{
	struct hear_record record;
	enum hear_code code = hear_get(finding->weighed->session.reader,
				       finding->scratch, id, &record,
				       finding->err);

	if (code == HEAR_OK)
		hear_record_sentence(record.tree, &finding->text);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* Who retracted it, why, and what for; `id` is the retraction's. */
static enum hear_code set_retraction(struct finding *finding,
				     struct change *change,
				     struct hear_id ids[3], size_t *count)
{
	struct hear_record record;
	enum hear_code code = hear_get(finding->weighed->session.reader,
				       finding->scratch, &ids[0], &record,
				       finding->err);

	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	change->reason =
		copied(finding, hear_text_of(hear_map_get(record.tree,
							  "reason")));
	if (!hear_id_parse(hear_text_of(hear_map_get(record.tree,
						     "replaced_by")),
			   &ids[2]))
		return HEAR_OK;
	*count = 3;
	code = sentence_of(finding, &ids[2]);
	change->after = taken(finding);
	return code;
}

static enum hear_code add_retracted(struct finding *finding,
				    const struct hear_record *retracted,
				    const struct hear_id *retraction,
				    const struct hear_filing *filing)
{
	struct hear_id ids[3] = {*retraction, retracted->id};
	struct change *change = new_change(finding, CHANGE_RETRACTED,
					   HEAR_NOBODY, filing->time_ms);
	enum hear_code code;
	size_t count = 2;

	if (!change)
		return no_memory(finding);
	hear_record_sentence(retracted->tree, &finding->text);
	change->what = taken(finding);
	change->before = change->what;
	change->by = copied(finding, hear_span_of(filing->author_name));
	code = set_retraction(finding, change, ids, &count);
	return code == HEAR_OK ? set_ids(finding, change, ids, count) : code;
}

/* The retractions of one record, each once, that came since. */
static enum hear_code look_at_retracted(struct finding *finding,
					struct hear_arena *arena,
					const struct hear_record *record)
{
	struct hear_reader *reader = finding->weighed->session.reader;
	struct hear_filed *filed;
	struct hear_filed *made;
	size_t count;
	size_t times;
	size_t i;
	size_t j;
	enum hear_code code = hear_filed_in(reader, arena, &record->id, &filed,
					    &count, finding->err);

	for (i = 0; i < count && code == HEAR_OK; i++) {
		for (j = 0; j < i; j++)
			if (hear_id_equal(&filed[j].retraction,
					  &filed[i].retraction))
				break;
		if (!filed[i].retracted || j < i)
			continue;
		hear_arena_reset(finding->scratch);
		code = hear_filed_in(reader, arena, &filed[i].retraction,
				     &made, &times, finding->err);
		if (code == HEAR_OK && times > 0 &&
		    made[0].filing.time_ms >= finding->since_ms)
			code = add_retracted(finding, record,
					     &filed[i].retraction,
					     &made[0].filing);
	}
	return code;
}

static enum hear_code find_retracted(struct finding *finding,
				     struct hear_span query)
{
	struct hear_reader *reader = finding->weighed->session.reader;
	struct hear_arena *arena = hear_arena_new();
	struct hear_finder *finder = NULL;
	struct hear_query *parsed = NULL;
	struct hear_record record;
	enum hear_code code;

	if (!arena)
		return no_memory(finding);
	if (query.size > 0)
		hear_buffer_print(&finding->text, "(%.*s) ", (int)query.size,
				  query.data);
	hear_buffer_text(&finding->text, "is:retracted");
	code = hear_query_new(&parsed, hear_buffer_view(&finding->text),
			      finding->err);
	hear_buffer_reset(&finding->text);
	if (code == HEAR_OK)
		code = hear_find(&finder, reader, parsed, HEAR_BY_FILED,
				 finding->err);
	while (code == HEAR_OK) {
		hear_arena_reset(arena);
		code = hear_find_next(finder, arena, &record, finding->err);
		if (code == HEAR_OK)
			code = look_at_retracted(finding, arena, &record);
	}
	if (finder)
		hear_find_end(finder);
	hear_query_free(parsed);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Pages ---- */

enum { DIGITS_SHOWN = 12 };

/* The first digits of what a capture found. */
static struct hear_span content_of(struct finding *finding,
				   const struct hear_version *version)
{
	hear_buffer_print(&finding->text, "sha256 %.*s", DIGITS_SHOWN,
			  version->sha256);
	return taken(finding);
}

static enum hear_code add_edited(struct finding *finding,
				 struct hear_span document,
				 const struct hear_version *version,
				 const struct hear_filing *filing)
{
	struct hear_id ids[2] = {version[0].id, version[-1].id};
	struct change *change = new_change(finding, CHANGE_EDITED, HEAR_NOBODY,
					   filing->time_ms);

	if (!change)
		return no_memory(finding);
	change->what = copied(finding, document);
	change->before = content_of(finding, &version[-1]);
	change->after = content_of(finding, version);
	change->by = copied(finding, hear_span_of(filing->author_name));
	if (version->change == HEAR_CHANGE_BACK)
		change->reason = hear_span_of("as it was once before");
	return set_ids(finding, change, ids, 2);
}

/* What is told of a page by the captures that were filed since. */
static enum hear_code find_edited(struct finding *finding,
				  struct hear_arena *arena,
				  struct hear_span document)
{
	struct hear_reader *reader = finding->weighed->session.reader;
	struct hear_version *versions;
	struct hear_filed *filed;
	enum hear_code code;
	size_t count;
	size_t times;
	size_t i;

	hear_arena_reset(arena);
	code = hear_document_versions(reader, arena, document, &versions,
				      &count, finding->err);
	for (i = 1; code == HEAR_OK && i < count; i++) {
		if (versions[i].change == HEAR_CHANGE_NONE)
			continue;
		code = hear_filed_in(reader, arena, &versions[i].id, &filed,
				     &times, finding->err);
		if (code == HEAR_OK && times > 0 &&
		    filed[0].filing.time_ms >= finding->since_ms)
			code = add_edited(finding, document, &versions[i],
					  &filed[0].filing);
	}
	return code;
}

static int order_spans(const void *left, const void *right)
{
	const struct hear_span *a = left;
	const struct hear_span *b = right;
	size_t common = a->size < b->size ? a->size : b->size;
	int by = common > 0 ? memcmp(a->data, b->data, common) : 0;

	if (by != 0)
		return by;
	return (a->size > b->size) - (a->size < b->size);
}

/* The documents of the claims asked for, each once. */
static enum hear_code find_all_edited(struct finding *finding)
{
	const struct weighed *weighed = finding->weighed;
	struct hear_span *documents =
		calloc(weighed->claim_count + 1, sizeof *documents);
	struct hear_arena *arena = hear_arena_new();
	enum hear_code code = HEAR_OK;
	size_t count = 0;
	size_t i;

	if (!documents || !arena)
		code = no_memory(finding);
	for (i = 0; code == HEAR_OK && i < weighed->claim_count; i++)
		if (weighed->claims[i].asked &&
		    weighed->claims[i].document.size > 0)
			documents[count++] = weighed->claims[i].document;
	if (count > 0)
		qsort(documents, count, sizeof *documents, order_spans);
	for (i = 0; code == HEAR_OK && i < count; i++)
		if (i == 0 || order_spans(&documents[i], &documents[i - 1]) != 0)
			code = find_edited(finding, arena, documents[i]);
	hear_arena_free(arena);
	free(documents);
	return code;
}

/* ---- All of them ---- */

static int order(const void *left, const void *right)
{
	const struct change *a = left;
	const struct change *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->when_ms != b->when_ms)
		return a->when_ms < b->when_ms ? -1 : 1;
	if (a->question != b->question)
		return a->question < b->question ? -1 : 1;
	if (a->said_ms != b->said_ms)
		return a->said_ms < b->said_ms ? -1 : 1;
	return memcmp(a->ids[0].bytes, b->ids[0].bytes,
		      sizeof a->ids[0].bytes);
}

static void count_kinds(struct changes *changes)
{
	size_t at = 0;
	size_t kind;

	for (kind = 0; kind < CHANGE_KINDS; kind++) {
		changes->from[kind] = at;
		while (at < changes->count &&
		       (size_t)changes->items[at].kind == kind)
			at++;
		changes->counts[kind] = at - changes->from[kind];
	}
}

static enum hear_code find_all(struct finding *finding, struct hear_span query)
{
	const struct weighed *weighed = finding->weighed;
	enum hear_code code = HEAR_OK;
	uint32_t i;

	for (i = 0; i < weighed->question_count && code == HEAR_OK; i++) {
		if (!weighed->questions[i].asked)
			continue;
		code = find_in_voices(finding, &weighed->questions[i]);
		if (code == HEAR_OK)
			code = find_joined(finding, i);
	}
	if (code == HEAR_OK)
		code = find_retracted(finding, query);
	if (code == HEAR_OK)
		code = find_all_edited(finding);
	if (code == HEAR_OK && (hear_arena_failed(finding->changes->arena) ||
				finding->text.failed))
		code = no_memory(finding);
	return code;
}

enum hear_code changes_find(struct changes *out, struct weighed *weighed,
			    struct hear_span query, int64_t since_ms,
			    struct hear_err *err)
{
	struct finding finding = {.weighed = weighed,
				  .changes = out,
				  .scratch = hear_arena_new(),
				  .since_ms = since_ms,
				  .err = err};
	enum hear_code code = HEAR_MEMORY;

	memset(out, 0, sizeof *out);
	out->arena = hear_arena_new();
	finding.told = calloc(weighed->claim_count + 1, sizeof *finding.told);
	if (out->arena && finding.scratch && finding.told)
		code = find_all(&finding, query);
	else
		code = no_memory(&finding);
	if (code == HEAR_OK && out->count > 0)
		qsort(out->items, out->count, sizeof *out->items, order);
	if (code == HEAR_OK)
		count_kinds(out);
	hear_buffer_done(&finding.text);
	hear_arena_free(finding.scratch);
	free(finding.told);
	return code;
}

void changes_done(struct changes *changes)
{
	free(changes->items);
	hear_arena_free(changes->arena);
	memset(changes, 0, sizeof *changes);
}
