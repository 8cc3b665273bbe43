/* SPDX-License-Identifier: ISC */
/* compose.c - from what a person writes to what hear_record_make() takes. The
 * calls are in hearsay.h. */
#include "core/bytes.h"
#include "core/chain.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/form.h"
#include "core/text.h"
#include "core/value.h"

/* One claim as written, taken apart. */
struct composer {
	struct hear_arena *arena;
	struct hear_err *err;
	struct hear_span publisher;
	struct hear_span agency;
	struct hear_value *names;
	struct hear_value *chain;
	struct hear_value *document;
	struct hear_value *words;
	struct hear_value *claim; /* all fields but the chain */
};

struct hear_span hear_compose_field(struct hear_span written)
{
	if (hear_span_is(written, "by"))
		return hear_span_of("chain");
	if (hear_span_is(written, "doc"))
		return hear_span_of("document");
	return written;
}

bool hear_compose_empty(const struct hear_value *value)
{
	switch (hear_type_of(value)) {
	case HEAR_NONE:
		return true;
	case HEAR_TEXT:
		return hear_text_of(value).size == 0;
	case HEAR_LIST:
	case HEAR_MAP:
		return hear_count_of(value) == 0;
	case HEAR_BOOL:
	case HEAR_INTEGER:
	case HEAR_BYTES:
		return false;
	}
	return false;
}

/* Gives a failure of a parser of one line the place of the value it read. */
static enum hear_code at_value(struct composer *composer, enum hear_code code,
			       const struct hear_value *value)
{
	struct hear_err *err = composer->err;

	if (code != HEAR_OK && err && err->line == 0) {
		err->line = hear_line_of(value);
		err->column = hear_column_of(value);
	}
	return code;
}

static bool same_name(struct hear_span a, struct hear_span b)
{
	struct hear_buffer folded_a = {0};
	struct hear_buffer folded_b = {0};
	bool same;

	hear_text_fold(a, &folded_a);
	hear_text_fold(b, &folded_b);
	same = hear_span_equal(hear_buffer_view(&folded_a),
			       hear_buffer_view(&folded_b));
	hear_buffer_done(&folded_a);
	hear_buffer_done(&folded_b);
	return same;
}

/* ---- Names ---- */

static enum hear_code check_names(struct composer *composer)
{
	const struct hear_value *names = composer->names;
	size_t i;

	if (names && hear_type_of(names) != HEAR_MAP)
		return hear_fail_value(composer->err, HEAR_INVALID, names,
				       "names: a map of short names to full "
				       "ones is expected, such as {NIS: "
				       "National Intelligence Service}");
	for (i = 0; i < hear_count_of(names); i++)
		if (hear_type_of(hear_item_of(names, i)) != HEAR_TEXT)
			return hear_fail_value(composer->err, HEAR_INVALID,
					       hear_item_of(names, i),
					       "names: a full name is expected, "
					       "as one text");
	return HEAR_OK;
}

/* The full name for a short one, or `value` itself. */
static struct hear_value *expanded(const struct composer *composer,
				   struct hear_value *value)
{
	struct hear_value *full;

	if (hear_type_of(value) != HEAR_TEXT)
		return value;
	full = hear_map_at(composer->names, hear_text_of(value));
	return hear_compose_empty(full) ? value : full;
}

static struct hear_value *expanded_list(const struct composer *composer,
					const struct hear_value *list)
{
	struct hear_value *out = hear_make_list(composer->arena);
	size_t i;

	for (i = 0; i < hear_count_of(list); i++)
		hear_list_add(composer->arena, out,
			      expanded(composer, hear_item_of(list, i)));
	hear_value_place(out, hear_line_of(list), hear_column_of(list));
	return out;
}

static bool has_short_name(const struct composer *composer,
			   const struct hear_value *who)
{
	size_t i;

	for (i = 0; i < hear_count_of(who); i++)
		if (expanded(composer, hear_item_of(who, i)) !=
		    hear_item_of(who, i))
			return true;
	return false;
}

/* The names of a hop as they were written: "Lee", "Lee + NIS". */
static struct hear_value *names_as_written(struct hear_arena *arena,
					   const struct hear_value *who)
{
	struct hear_buffer text = {0};
	struct hear_value *out;
	size_t i;

	for (i = 0; i < hear_count_of(who); i++) {
		if (i > 0)
			hear_buffer_text(&text, " + ");
		hear_buffer_span(&text, hear_text_of(hear_item_of(who, i)));
	}
	out = text.failed ? NULL : hear_make_text(arena, hear_buffer_view(&text));
	hear_buffer_done(&text);
	return out;
}

static struct hear_value *expanded_hop(const struct composer *composer,
				       struct hear_value *hop)
{
	const struct hear_value *who = hear_map_get(hop, "who");
	struct hear_value *out;

	if (!has_short_name(composer, who))
		return hop;
	out = hear_copy_shallow(composer->arena, hop);
	hear_map_set(composer->arena, out, "who", expanded_list(composer, who));
	if (!hear_map_get(hop, "as"))
		hear_map_set(composer->arena, out, "as",
			     names_as_written(composer->arena, who));
	return out;
}

/* ---- Chains ---- */

/* Whether a hop is this one source, named. */
static bool is_source(const struct hear_value *hop, struct hear_span name)
{
	const struct hear_value *who = hear_map_get(hop, "who");

	return hear_count_of(who) == 1 && !hear_map_get(hop, "unnamed") &&
	       same_name(hear_text_of(hear_item_of(who, 0)), name);
}

static void add_source(struct composer *composer, struct hear_value *chain,
		       struct hear_span name)
{
	struct hear_value *hop = hear_make_map(composer->arena);
	struct hear_value *who = hear_make_list(composer->arena);

	hear_list_add(composer->arena, who,
		      hear_make_text(composer->arena, name));
	hear_map_set(composer->arena, hop, "who", who);
	hear_list_add(composer->arena, chain, hop);
}

/* Who the document itself makes part of every chain that begins with
 * `first` (NULL: no chain). */
static void add_head(struct composer *composer, struct hear_value *chain,
		     const struct hear_value *first)
{
	struct hear_span publisher = composer->publisher;
	struct hear_span agency = composer->agency;

	if (publisher.size > 0 && is_source(first, publisher))
		return;
	if (publisher.size > 0)
		add_source(composer, chain, publisher);
	if (agency.size > 0 && !same_name(agency, publisher) &&
	    !is_source(first, agency))
		add_source(composer, chain, agency);
}

static enum hear_code check_hops(struct composer *composer,
				 const struct hear_value *chain,
				 const struct hear_value *written)
{
	if (hear_count_of(chain) <= HEAR_CHAIN_HOPS)
		return HEAR_OK;
	return hear_fail_value(composer->err, HEAR_LIMIT, written,
			       "chain: %zu hops with the document's publisher "
			       "and agency before it; %d at most",
			       hear_count_of(chain), HEAR_CHAIN_HOPS);
}

/* One chain, as written (NULL: none), to the list of its hops. */
static enum hear_code one_chain(struct composer *composer,
				const struct hear_value *written,
				struct hear_value *out)
{
	struct hear_value *made = NULL;
	struct hear_value *chain = hear_make_list(composer->arena);
	enum hear_code code = HEAR_OK;
	size_t i;

	if (written)
		code = at_value(composer,
				hear_chain_make(composer->arena, written, &made,
						composer->err),
				written);
	if (code != HEAR_OK)
		return code;
	for (i = 0; i < hear_count_of(made); i++) {
		struct hear_value *hop =
			expanded_hop(composer, hear_item_of(made, i));

		if (i == 0)
			add_head(composer, chain, hop);
		hear_list_add(composer->arena, chain, hop);
	}
	if (hear_count_of(made) == 0)
		add_head(composer, chain, NULL);
	hear_value_place(chain, hear_line_of(written), hear_column_of(written));
	hear_list_add(composer->arena, out, chain);
	return check_hops(composer, chain, written);
}

/* A list of hops is one chain; a list of lines or lists is several. */
static bool list_of_hops(const struct hear_value *written)
{
	size_t i;

	for (i = 0; i < hear_count_of(written); i++)
		if (hear_type_of(hear_item_of(written, i)) == HEAR_MAP)
			return true;
	return false;
}

static enum hear_code several_chains(struct composer *composer,
				     const struct hear_value *written,
				     struct hear_value *out)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	if (hear_count_of(written) > HEAR_FILING_RECORDS)
		return hear_fail_value(composer->err, HEAR_LIMIT, written,
				       "chain: a list of %zu chains; %d at most",
				       hear_count_of(written),
				       HEAR_FILING_RECORDS);
	for (i = 0; i < hear_count_of(written) && code == HEAR_OK; i++) {
		const struct hear_value *item = hear_item_of(written, i);

		if (hear_compose_empty(item))
			return hear_fail_value(
				composer->err, HEAR_INVALID, item,
				"chain: item %zu of the list is empty; name a "
				"source, or take it out", i + 1);
		code = one_chain(composer, item, out);
	}
	return code;
}

static enum hear_code chains(struct composer *composer, struct hear_value *out)
{
	const struct hear_value *written = composer->chain;

	if (hear_type_of(written) == HEAR_LIST && !list_of_hops(written))
		return several_chains(composer, written, out);
	return one_chain(composer, written, out);
}

/* ---- The document ---- */

static bool names_document(struct hear_span key)
{
	return hear_span_is(key, "url") || hear_span_is(key, "key") ||
	       hear_span_is(key, "document");
}

/* Puts one field of a written document into its capture. */
static enum hear_code capture_field(struct composer *composer,
				    struct hear_value *capture,
				    struct hear_span key,
				    struct hear_value *value)
{
	if (hear_compose_empty(value))
		return HEAR_OK;
	if (hear_span_is(key, "kind"))
		return hear_fail_value(composer->err, HEAR_INVALID, value,
				       "document: kind has no place in it");
	if (!names_document(key)) {
		hear_map_add(composer->arena, capture, key, value);
		return HEAR_OK;
	}
	if (hear_map_get(capture, "document"))
		return hear_fail_value(composer->err, HEAR_INVALID, value,
				       "document: give it a url or a key, not "
				       "both");
	hear_map_set(composer->arena, capture, "document", value);
	return HEAR_OK;
}

/* The capture record of a document that is written as a map. */
static enum hear_code capture_of(struct composer *composer,
				 struct hear_value **out)
{
	const struct hear_value *document = composer->document;
	struct hear_value *capture = hear_make_map(composer->arena);
	enum hear_code code = HEAR_OK;
	size_t i;

	hear_value_place(capture, hear_line_of(document),
			 hear_column_of(document));
	hear_map_set(composer->arena, capture, "kind",
		     hear_make_text(composer->arena, hear_span_of("capture")));
	for (i = 0; i < hear_count_of(document) && code == HEAR_OK; i++)
		code = capture_field(composer, capture,
				     hear_key_of(document, i),
				     hear_item_of(document, i));
	if (code == HEAR_OK && !hear_map_get(capture, "document"))
		code = hear_fail_value(composer->err, HEAR_INVALID, document,
				       "document: a url is missing; offline, "
				       "give it a key of your own (key: box-12)");
	*out = capture;
	return code;
}

/* Who the document says published it, or the agency it carries. */
static enum hear_code source_of(struct composer *composer,
				const struct hear_value *capture,
				const char *field, struct hear_span *out)
{
	const struct hear_value *value = hear_map_get(capture, field);

	*out = hear_text_of(value);
	if (value && hear_type_of(value) != HEAR_TEXT)
		return hear_fail_value(composer->err, HEAR_INVALID, value,
				       "%s: one name is expected", field);
	if (out->size > HEAR_NAME_BYTES)
		return hear_fail_value(composer->err, HEAR_LIMIT, value,
				       "%s: %zu bytes; a name has %d at most",
				       field, out->size, HEAR_NAME_BYTES);
	return HEAR_OK;
}

static enum hear_code document(struct composer *composer,
			       struct hear_value *records)
{
	struct hear_value *capture;
	enum hear_code code = capture_of(composer, &capture);

	if (code != HEAR_OK)
		return code;
	hear_list_add(composer->arena, records, capture);
	hear_map_set(composer->arena, composer->claim, "document",
		     hear_map_get(capture, "document"));
	code = source_of(composer, capture, "publisher", &composer->publisher);
	if (code != HEAR_OK)
		return code;
	return source_of(composer, capture, "agency", &composer->agency);
}

/* ---- The source's words for a figure ---- */

static enum hear_code check_figure(struct composer *composer,
				   const struct hear_value *value,
				   struct hear_value **made)
{
	struct hear_span noun;
	enum hear_code code = HEAR_OK;

	*made = NULL;
	if (hear_type_of(composer->words) != HEAR_TEXT)
		return hear_fail_value(composer->err, HEAR_INVALID,
				       composer->words,
				       "words: one text is expected");
	if (value)
		code = hear_value_make(composer->arena, value,
				       hear_text_of(composer->words), made,
				       &noun, composer->err);
	if (code != HEAR_OK || hear_type_of(*made) == HEAR_MAP)
		return at_value(composer, code, value);
	return hear_fail_value(composer->err, HEAR_INVALID, composer->words,
			       "words: goes with a figure in value, and there "
			       "is none; put the document's words in quote");
}

static enum hear_code words(struct composer *composer)
{
	struct hear_value *value = hear_map_get(composer->claim, "value");
	struct hear_value *made;
	enum hear_code code;

	if (!composer->words)
		return HEAR_OK;
	code = check_figure(composer, value, &made);
	if (code != HEAR_OK)
		return code;
	if (hear_type_of(value) != HEAR_MAP) {
		/* As typed: its noun, if any, is for hear_record_make(). */
		made = hear_make_map(composer->arena);
		hear_map_set(composer->arena, made, "figure", value);
		hear_map_set(composer->arena, made, "words", composer->words);
	}
	hear_value_place(made, hear_line_of(value), hear_column_of(value));
	hear_map_set(composer->arena, composer->claim, "value", made);
	return HEAR_OK;
}

/* ---- Taking a claim apart ---- */

/* Where the fields go that are not simply kept. */
static struct hear_value **writing_field(struct composer *composer,
					       struct hear_span key)
{
	if (hear_span_is(key, "chain"))
		return &composer->chain;
	if (hear_span_is(key, "document"))
		return &composer->document;
	if (hear_span_is(key, "words"))
		return &composer->words;
	if (hear_span_is(key, "names"))
		return &composer->names;
	return NULL;
}

static enum hear_code take_apart(struct composer *composer,
				 const struct hear_value *written)
{
	size_t i;

	for (i = 0; i < hear_count_of(written); i++) {
		struct hear_span key =
			hear_compose_field(hear_key_of(written, i));
		struct hear_value *value = hear_item_of(written, i);
		struct hear_value **field = writing_field(composer, key);

		if (hear_compose_empty(value) || hear_span_is(key, "kind"))
			continue;
		if (!field)
			hear_map_add(composer->arena, composer->claim, key,
				     value);
		else if (*field)
			return hear_fail_value(
				composer->err, HEAR_INVALID, value,
				"%.*s is given twice, under two names (%s)",
				(int)key.size, key.data,
				hear_span_is(key, "chain") ? "by, chain"
							   : "doc, document");
		else
			*field = value;
	}
	return check_names(composer);
}

static void expand_terms(struct composer *composer)
{
	struct hear_value *claim = composer->claim;
	struct hear_value *subject = hear_map_get(claim, "subject");
	struct hear_value *of = hear_map_get(claim, "of");

	if (hear_type_of(of) != HEAR_LIST)
		of = expanded(composer, of);
	else if (hear_count_of(of) <= HEAR_OF_TERMS) /* more is refused */
		of = expanded_list(composer, of);
	hear_map_set(composer->arena, claim, "of", of);
	hear_map_set(composer->arena, claim, "subject",
		     expanded(composer, subject));
}

static enum hear_code add_claims(struct composer *composer,
				 struct hear_value *records)
{
	struct hear_value *list = hear_make_list(composer->arena);
	enum hear_code code = chains(composer, list);
	size_t i;

	for (i = 0; i < hear_count_of(list) && code == HEAR_OK; i++) {
		struct hear_value *chain = hear_item_of(list, i);
		struct hear_value *claim =
			hear_copy_shallow(composer->arena, composer->claim);

		if (hear_count_of(chain) > 0)
			hear_map_add(composer->arena, claim,
				     hear_span_of("chain"), chain);
		hear_list_add(composer->arena, records, claim);
	}
	return code;
}

static enum hear_code claims(struct composer *composer,
			     const struct hear_value *written,
			     struct hear_value *records)
{
	enum hear_code code = take_apart(composer, written);

	if (code != HEAR_OK)
		return code;
	if (hear_type_of(composer->document) == HEAR_MAP)
		code = document(composer, records);
	else if (composer->document)
		hear_map_add(composer->arena, composer->claim,
			     hear_span_of("document"), composer->document);
	if (code == HEAR_OK)
		code = words(composer);
	if (code != HEAR_OK)
		return code;
	expand_terms(composer);
	return add_claims(composer, records);
}

enum hear_code hear_compose(struct hear_arena *arena,
			    const struct hear_value *written,
			    struct hear_value **records, struct hear_err *err)
{
	struct composer composer = {.arena = arena, .err = err};
	struct hear_value *list = hear_make_list(arena);
	const struct hear_value *kind = hear_map_get(written, "kind");
	enum hear_code code = HEAR_OK;

	*records = NULL;
	if (hear_type_of(written) != HEAR_MAP)
		return hear_fail_value(err, HEAR_INVALID, written,
				       "a claim is a set of fields (subject: "
				       "..., predicate: ...), and this is none");
	composer.claim = hear_make_map(arena);
	hear_value_place(composer.claim, hear_line_of(written),
			 hear_column_of(written));
	hear_map_set(arena, composer.claim, "kind",
		     hear_make_text(arena, hear_span_of("claim")));
	if (kind && !hear_span_is(hear_text_of(kind), "claim"))
		hear_list_add(arena, list, hear_copy_shallow(arena, written));
	else
		code = claims(&composer, written, list);
	if (code == HEAR_OK && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		*records = list;
	return code;
}
