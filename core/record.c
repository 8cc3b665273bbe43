/* SPDX-License-Identifier: ISC */
#include "core/record.h"
#include "core/address.h"
#include "core/bytes.h"
#include "core/chain.h"
#include "core/error.h"
#include "core/figure.h"
#include "core/limits.h"
#include "core/names.h"
#include "core/pack.h"
#include "core/sign.h"
#include "core/text.h"
#include "core/value.h"
#include "core/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a field holds. */
enum form {
	FREE_TEXT,  /* NFC, up to the limit */
	NAME,	    /* one line */
	NAME_SET,   /* one or several, a set: sorted, none twice */
	LINES,	    /* a list of one-line texts, in order */
	DATE,
	STANCE,
	VALUE,
	PLACE,
	CHAIN,
	ADDRESS,    /* a document */
	REFERENCE,  /* an id, or a document */
	LOCATOR,
	TEXT_MAP,
	LANGUAGE,
	HEX_256,
	ID,
	ID_LIST,
	LETTER,	    /* Admiralty reliability */
	DIGIT,	    /* Admiralty credibility */
	LIKELIHOOD,
	RELATION,
	TERM_KIND,
};

struct field {
	const char *name;
	enum form form;
	unsigned limit; /* bytes of a text; items of a list or map */
	bool required;
};

static const struct field claim_fields[] = {
	{"text", FREE_TEXT, HEAR_TEXT_BYTES, false},
	{"subject", NAME, HEAR_TERM_BYTES, false},
	{"predicate", NAME, HEAR_TERM_BYTES, false},
	{"of", NAME_SET, HEAR_OF_TERMS, false},
	{"place", PLACE, 0, false},
	{"value", VALUE, 0, false},
	{"event", DATE, HEAR_DATE_BYTES, false},
	{"since", DATE, HEAR_DATE_BYTES, false},
	{"until", DATE, HEAR_DATE_BYTES, false},
	{"said", DATE, HEAR_DATE_BYTES, false},
	{"stance", STANCE, 0, false},
	{"re", REFERENCE, HEAR_ADDRESS_BYTES, false},
	{"hedge", NAME, HEAR_SHORT_BYTES, false},
	{"chain", CHAIN, 0, false},
	{"basis", LINES, HEAR_BASIS_ITEMS, false},
	{"quote", FREE_TEXT, HEAR_QUOTE_BYTES, false},
	{"lang", LANGUAGE, 0, false},
	{"document", ADDRESS, HEAR_ADDRESS_BYTES, false},
	{"locator", LOCATOR, HEAR_SHORT_BYTES, false},
	{"tags", NAME_SET, HEAR_TAGS, false},
	{"more", TEXT_MAP, HEAR_TAGS, false},
	{0},
};

static const struct field capture_fields[] = {
	{"document", ADDRESS, HEAR_ADDRESS_BYTES, true},
	{"title", FREE_TEXT, HEAR_TEXT_BYTES, false},
	{"author", NAME, HEAR_TERM_BYTES, false},
	{"publisher", NAME, HEAR_TERM_BYTES, false},
	{"agency", NAME, HEAR_TERM_BYTES, false},
	{"published", DATE, HEAR_DATE_BYTES, false},
	{"lang", LANGUAGE, 0, false},
	{"retrieved", DATE, HEAR_DATE_BYTES, false},
	{"sha256", HEX_256, 0, false},
	{"archive", ADDRESS, HEAR_ADDRESS_BYTES, false},
	{0},
};

static const struct field assessment_fields[] = {
	{"target", ID, 0, true},
	{"reliability", LETTER, 0, false},
	{"credibility", DIGIT, 0, false},
	{"likelihood", LIKELIHOOD, 0, false},
	{"note", FREE_TEXT, HEAR_TEXT_BYTES, false},
	{0},
};

static const struct field relation_fields[] = {
	{"from", ID, 0, true},
	{"relation", RELATION, 0, true},
	{"to", ID, 0, true},
	{"note", FREE_TEXT, HEAR_TEXT_BYTES, false},
	{0},
};

static const struct field term_fields[] = {
	{"as", TERM_KIND, 0, true},
	{"same", LINES, 2, false},
	{"part", NAME, HEAR_TERM_BYTES, false},
	{"whole", NAME, HEAR_TERM_BYTES, false},
	{"note", FREE_TEXT, HEAR_TEXT_BYTES, false},
	{0},
};

static const struct field definition_fields[] = {
	{"name", NAME, HEAR_TERM_BYTES, true},
	{"sum", LINES, HEAR_OF_TERMS, false},
	{"means", VALUE, 0, false},
	{"note", FREE_TEXT, HEAR_TEXT_BYTES, false},
	{0},
};

static const struct field retraction_fields[] = {
	{"record", ID, 0, true},
	{"filings", ID_LIST, HEAR_RETRACTED_FILINGS, true},
	{"reason", FREE_TEXT, HEAR_TEXT_BYTES, true},
	{"replaced_by", ID, 0, false},
	{0},
};

static const struct kind {
	const char *name;
	const struct field *fields;
} kinds[] = {
	{"claim", claim_fields},	   {"capture", capture_fields},
	{"assessment", assessment_fields}, {"relation", relation_fields},
	{"term", term_fields},		   {"definition", definition_fields},
	{"retraction", retraction_fields}, {0},
};

static const struct kind *kind_named(struct hear_span name)
{
	const struct kind *kind;

	for (kind = kinds; kind->name; kind++)
		if (hear_span_is(name, kind->name))
			return kind;
	return NULL;
}

static const struct field *field_named(const struct kind *kind,
				       struct hear_span name)
{
	const struct field *field;

	for (field = kind->fields; field->name; field++)
		if (hear_span_is(name, field->name))
			return field;
	return NULL;
}

const char *hear_field_name(const char *name, size_t index)
{
	const struct kind *kind = kind_named(hear_span_of(name));
	size_t i;

	for (i = 0; kind && kind->fields[i].name; i++)
		if (i == index)
			return kind->fields[i].name;
	return NULL;
}

struct hear_span hear_record_kind(const struct hear_value *tree)
{
	return hear_text_of(hear_map_get(tree, "kind"));
}

bool hear_record_is(const struct hear_value *tree, const char *kind)
{
	return hear_span_is(hear_record_kind(tree), kind);
}

/* ---- Forms ---- */

/* What the makers of forms share: where to make it, and what for. */
struct making {
	struct hear_arena *arena;
	const char *field;
	unsigned limit;
	struct hear_err *err;
};

static enum hear_code refuse(const struct making *making, enum hear_code code,
			     const struct hear_value *value, const char *why)
{
	return hear_fail_value(making->err, code, value, "%s: %s",
			       making->field, why);
}

/* A parser below filled err: say which field, and which line. */
static enum hear_code refuse_parsed(const struct making *making,
				    enum hear_code code,
				    const struct hear_value *value)
{
	if (making->err && code != HEAR_MEMORY) {
		hear_err_prefix(making->err, "%s: ", making->field);
		if (hear_line_of(value)) {
			making->err->line = hear_line_of(value);
			making->err->column = hear_column_of(value);
		}
	}
	return code;
}

/* The trimmed NFC text of `in` (integers as digits); empty where absent. */
static enum hear_code normal(const struct making *making,
			     const struct hear_value *in, unsigned limit,
			     struct hear_span *out)
{
	char digits[24];
	enum hear_code code;

	*out = hear_text_of(in);
	if (hear_type_of(in) == HEAR_INTEGER) {
		(void)snprintf(digits, sizeof digits, "%lld",
			       (long long)hear_integer_of(in));
		*out = hear_arena_copy(making->arena, hear_span_of(digits));
	} else if (hear_type_of(in) != HEAR_TEXT) {
		return refuse(making, HEAR_INVALID, in,
			      "a text is wanted here");
	}
	code = hear_text_normal(making->arena, hear_span_trim(*out), out,
				making->err);
	if (code != HEAR_OK)
		return refuse_parsed(making, code, in);
	if (out->size > limit)
		return hear_fail_value(making->err, HEAR_LIMIT, in,
				       "%s: %zu bytes, of which %u are "
				       "allowed; shorten it",
				       making->field, out->size, limit);
	return HEAR_OK;
}

static enum hear_code one_line(const struct making *making,
			       const struct hear_value *in, unsigned limit,
			       struct hear_span *out)
{
	enum hear_code code = normal(making, in, limit, out);

	if (code == HEAR_OK && out->size > 0 &&
	    (memchr(out->data, '\n', out->size) ||
	     memchr(out->data, '\t', out->size)))
		return refuse(making, HEAR_INVALID, in,
			      "it must stand on one line, without tabs");
	return code;
}

static enum hear_code make_text(const struct making *making,
				const struct hear_value *in, bool lines,
				struct hear_value **out)
{
	struct hear_span text;
	enum hear_code code = lines ? normal(making, in, making->limit, &text)
				    : one_line(making, in, making->limit,
					       &text);

	if (code == HEAR_OK && text.size > 0)
		*out = hear_make_text(making->arena, text);
	return code;
}

static int text_order(const void *a, const void *b)
{
	struct hear_value *const *left = a;
	struct hear_value *const *right = b;

	return hear_span_order((*left)->text, (*right)->text);
}

static void sort_set(struct hear_value *list)
{
	uint32_t kept = 0;
	uint32_t i;

	if (!list || list->count == 0)
		return;
	qsort(list->items, list->count, sizeof(struct hear_value *),
	      text_order);
	for (i = 0; i < list->count; i++)
		if (i == 0 || !hear_span_equal(list->items[i]->text,
					       list->items[kept - 1]->text))
			list->items[kept++] = list->items[i];
	list->count = kept;
}

/* One text or a list of them; empty ones are left out. */
static enum hear_code make_list(const struct making *making,
				const struct hear_value *in, unsigned each,
				struct hear_value **out)
{
	struct hear_value *list = hear_make_list(making->arena);
	bool several = hear_type_of(in) == HEAR_LIST;
	size_t count = several ? hear_count_of(in) : 1;
	struct hear_span text;
	enum hear_code code;
	size_t i;

	if (count > making->limit)
		return hear_fail_value(making->err, HEAR_LIMIT, in,
				       "%s: %zu items, of which %u are allowed",
				       making->field, count, making->limit);
	for (i = 0; i < count; i++) {
		code = one_line(making, several ? hear_item_of(in, i) : in,
				each, &text);
		if (code != HEAR_OK)
			return code;
		if (text.size > 0)
			hear_list_add(making->arena, list,
				      hear_make_text(making->arena, text));
	}
	if (hear_count_of(list) > 0)
		*out = list;
	return HEAR_OK;
}

static enum hear_code make_set(const struct making *making,
			       const struct hear_value *in,
			       struct hear_value **out)
{
	enum hear_code code = make_list(making, in, HEAR_TERM_BYTES, out);

	if (code == HEAR_OK)
		sort_set(*out);
	return code;
}

static enum hear_code make_date(const struct making *making,
				const struct hear_value *in,
				struct hear_value **out)
{
	struct hear_when when;
	struct hear_span text;
	enum hear_code code = one_line(making, in, HEAR_DATE_BYTES, &text);

	if (code != HEAR_OK || text.size == 0)
		return code;
	code = hear_when_parse(text, &when, making->err);
	if (code != HEAR_OK)
		return refuse_parsed(making, code, in);
	*out = hear_make_text(making->arena, text);
	return HEAR_OK;
}

/* A word from a fixed list: `choose` knows the list, and gives the one
 * spelling that is kept or NULL. */
static enum hear_code make_choice(const struct making *making,
				  const struct hear_value *in,
				  const char *(*choose)(struct hear_span,
							struct hear_err *),
				  struct hear_value **out)
{
	struct hear_span text;
	enum hear_code code = one_line(making, in, HEAR_SHORT_BYTES, &text);
	const char *name;

	if (code != HEAR_OK || text.size == 0)
		return code;
	name = choose(text, making->err);
	if (!name)
		return refuse_parsed(making, HEAR_INVALID, in);
	*out = hear_make_text(making->arena, hear_span_of(name));
	return HEAR_OK;
}

static const char *choose_stance(struct hear_span text, struct hear_err *err)
{
	enum hear_stance stance;

	return hear_stance_parse(text, &stance, err) == HEAR_OK
		       ? hear_stance_name(stance)
		       : NULL;
}

static enum hear_code make_stance(const struct making *making,
				  const struct hear_value *in,
				  struct hear_value **out)
{
	enum hear_code code = make_choice(making, in, choose_stance, out);

	/* asserts is what a claim without a stance does: one form only. */
	if (code == HEAR_OK && *out &&
	    hear_span_is(hear_text_of(*out), "asserts"))
		*out = NULL;
	return code;
}

static const char *choose_letter(struct hear_span text, struct hear_err *err)
{
	static const char *const letters[] = {"A", "B", "C", "D", "E", "F"};
	size_t i;

	for (i = 0; i < 6 && text.size == 1; i++)
		if ((text.data[0] & ~0x20) == letters[i][0])
			return letters[i];
	(void)hear_fail(err, HEAR_INVALID,
			"a reliability is a letter from A to F");
	return NULL;
}

static const char *choose_digit(struct hear_span text, struct hear_err *err)
{
	static const char *const digits[] = {"1", "2", "3", "4", "5", "6"};
	size_t i;

	for (i = 0; i < 6 && text.size == 1; i++)
		if (text.data[0] == digits[i][0])
			return digits[i];
	(void)hear_fail(err, HEAR_INVALID,
			"a credibility is a digit from 1 to 6");
	return NULL;
}

static const char *choose_likelihood(struct hear_span text,
				     struct hear_err *err)
{
	enum hear_likelihood likelihood;

	return hear_likelihood_parse(text, &likelihood, err) == HEAR_OK
		       ? hear_likelihood_name(likelihood)
		       : NULL;
}

static const char *choose_relation(struct hear_span text, struct hear_err *err)
{
	enum hear_relation relation;

	return hear_relation_parse(text, &relation, err) == HEAR_OK
		       ? hear_relation_name(relation)
		       : NULL;
}

static const char *choose_term(struct hear_span text, struct hear_err *err)
{
	enum hear_term term;

	return hear_term_parse(text, &term, err) == HEAR_OK
		       ? hear_term_name(term)
		       : NULL;
}

static const char *choose_precision(struct hear_span text, struct hear_err *err)
{
	enum hear_precision precision;

	return hear_precision_parse(text, &precision, err) == HEAR_OK
		       ? hear_precision_name(precision)
		       : NULL;
}

/* ---- Values ---- */

/* Dates among values: they begin with a year and have a hyphen or slash after
 * it. Anything else that happens to parse ("2025") is a number. */
static bool looks_like_date(struct hear_span text)
{
	size_t i;

	for (i = 0; i < 4; i++)
		if (i >= text.size || text.data[i] < '0' || text.data[i] > '9')
			return false;
	return text.size > 6 && (text.data[4] == '-' || text.data[4] == '/') &&
	       text.data[5] >= '0' && text.data[5] <= '9';
}

static enum hear_code value_of_text(const struct making *making,
				    struct hear_span text,
				    struct hear_value **out,
				    struct hear_span *noun)
{
	struct hear_when when;
	enum hear_code code;

	if (looks_like_date(text) &&
	    hear_when_parse(text, &when, NULL) == HEAR_OK) {
		*out = hear_make_map(making->arena);
		hear_map_text(making->arena, *out, "date", text);
		return HEAR_OK;
	}
	code = hear_figure_parse(making->arena, text, out, noun, making->err);
	if (code != HEAR_NOTFOUND)
		return code;
	*out = hear_make_text(making->arena, text);
	return HEAR_OK;
}

static enum hear_code copy_known(const struct making *making,
				 const struct hear_value *in,
				 const char *const *names,
				 struct hear_value **out)
{
	struct hear_value *map = hear_make_map(making->arena);
	struct hear_span text;
	enum hear_code code;
	size_t i;
	size_t n;

	for (i = 0; i < hear_count_of(in); i++) {
		for (n = 0; names[n]; n++)
			if (hear_span_is(hear_key_of(in, i), names[n]))
				break;
		if (!names[n])
			return hear_fail_value(
				making->err, HEAR_INVALID, hear_item_of(in, i),
				"%s: unknown part '%.*s'", making->field,
				(int)hear_key_of(in, i).size,
				hear_key_of(in, i).data);
		code = one_line(making, hear_item_of(in, i), HEAR_SHORT_BYTES,
				&text);
		if (code != HEAR_OK)
			return code;
		hear_map_text(making->arena, map, names[n], text);
	}
	*out = map;
	return HEAR_OK;
}

static enum hear_code value_of_map(const struct making *making,
				   const struct hear_value *in,
				   struct hear_value **out)
{
	static const char *const parts[] = {"op",   "lo",    "best", "hi",
					    "margin", "word", "unit", "words",
					    "date", NULL};
	struct hear_figure figure;
	struct hear_when when;
	enum hear_code code = copy_known(making, in, parts, out);

	if (code != HEAR_OK)
		return code;
	if (hear_map_get(*out, "date"))
		code = hear_when_parse(hear_text_of(hear_map_get(*out, "date")),
				       &when, making->err);
	else
		code = hear_figure_read(*out, &figure, making->err);
	return code == HEAR_OK ? code : refuse_parsed(making, code, in);
}

/* {figure: about 300, words: approximately 300 deaths}: the figure as typed,
 * with the source's words beside it. */
static const struct hear_value *typed_figure(const struct hear_value *in)
{
	const struct hear_value *figure = hear_map_get(in, "figure");

	return figure ? figure : hear_map_get(in, "is");
}

static enum hear_code value_make(const struct making *making,
				 const struct hear_value *in,
				 struct hear_span words,
				 struct hear_value **out,
				 struct hear_span *noun)
{
	const struct hear_value *figure = typed_figure(in);
	struct hear_span text;
	enum hear_code code;

	if (hear_type_of(in) == HEAR_BOOL) {
		*out = hear_make_bool(making->arena, hear_bool_of(in));
		return HEAR_OK;
	}
	if (figure && words.size == 0)
		words = hear_text_of(hear_map_get(in, "words"));
	if (hear_type_of(in) == HEAR_MAP && !figure) {
		code = value_of_map(making, in, out);
	} else {
		code = one_line(making, figure ? figure : in, HEAR_TEXT_BYTES,
				&text);
		if (code != HEAR_OK)
			return code;
		if (text.size > 0)
			code = value_of_text(making, text, out, noun);
		if (code != HEAR_OK)
			return refuse_parsed(making, code, in);
	}
	if (code == HEAR_OK && words.size > 0 &&
	    hear_type_of(*out) == HEAR_MAP) {
		struct hear_value *typed = hear_make_text(making->arena, words);

		code = one_line(making, typed, HEAR_SHORT_BYTES, &words);
		hear_map_text(making->arena, *out, "words", words);
	}
	return code;
}

enum hear_code hear_value_make(struct hear_arena *arena,
			       const struct hear_value *in,
			       struct hear_span words, struct hear_value **out,
			       struct hear_span *noun, struct hear_err *err)
{
	struct making making = {arena, "value", 0, err};

	*out = NULL;
	*noun = hear_span_make(NULL, 0);
	return value_make(&making, in, words, out, noun);
}

/* ---- Places, locators, references ---- */

static enum hear_code check_degrees(const struct making *making,
				    const struct hear_value *in,
				    struct hear_value *place, const char *part,
				    int64_t most)
{
	const struct hear_value *degrees = hear_map_get(place, part);
	struct hear_buffer printed = {0};
	struct hear_decimal number;
	struct hear_decimal zero = hear_decimal_of(0);
	enum hear_code code;

	if (!degrees)
		return HEAR_OK;
	code = hear_decimal_parse(hear_text_of(degrees), &number, making->err);
	if (code != HEAR_OK)
		return refuse_parsed(making, code, in);
	if (hear_decimal_order(number, zero) < 0)
		(void)hear_decimal_subtract(zero, number, &zero);
	else
		zero = number;
	if (hear_decimal_order(zero, hear_decimal_of(most)) > 0)
		return hear_fail_value(making->err, HEAR_INVALID, in,
				       "place: %s is a number of degrees from "
				       "-%lld to %lld",
				       part, (long long)most, (long long)most);
	hear_decimal_print(number, &printed);
	hear_map_set(making->arena, place, part,
		     hear_make_text(making->arena,
				    hear_buffer_view(&printed)));
	hear_buffer_done(&printed);
	return HEAR_OK;
}

static enum hear_code make_place(const struct making *making,
				 const struct hear_value *in,
				 struct hear_value **out)
{
	static const char *const parts[] = {"name", "lat", "lon", "precision",
					    NULL};
	struct hear_value *precision = NULL;
	struct hear_value *place = NULL;
	struct hear_span text;
	enum hear_code code;

	if (hear_type_of(in) != HEAR_MAP) {
		code = one_line(making, in, HEAR_TERM_BYTES, &text);
		if (code == HEAR_OK && text.size > 0) {
			*out = hear_make_map(making->arena);
			hear_map_text(making->arena, *out, "name", text);
		}
		return code;
	}
	code = copy_known(making, in, parts, &place);
	if (code == HEAR_OK)
		code = check_degrees(making, in, place, "lat", 90);
	if (code == HEAR_OK)
		code = check_degrees(making, in, place, "lon", 180);
	if (code == HEAR_OK && (!hear_map_get(place, "lat") !=
				!hear_map_get(place, "lon")))
		code = refuse(making, HEAR_INVALID, in,
			      "lat and lon go together");
	if (code == HEAR_OK && hear_map_get(place, "precision")) {
		code = make_choice(making, hear_map_get(place, "precision"),
				   choose_precision, &precision);
		hear_map_set(making->arena, place, "precision", precision);
	}
	if (code == HEAR_OK && hear_count_of(place) > 0)
		*out = place;
	return code;
}

static enum hear_code make_locator(const struct making *making,
				   const struct hear_value *in,
				   struct hear_value **out)
{
	static const char *const parts[] = {"paragraph", "from", "to"};
	struct hear_value *map;
	size_t i;
	size_t n;

	if (hear_type_of(in) != HEAR_MAP)
		return make_text(making, in, false, out);
	map = hear_make_map(making->arena);
	for (i = 0; i < hear_count_of(in); i++) {
		const struct hear_value *part = hear_item_of(in, i);
		struct hear_span text = hear_text_of(part);
		int64_t number = hear_integer_of(part);
		char *end = NULL;

		for (n = 0; n < 3; n++)
			if (hear_span_is(hear_key_of(in, i), parts[n]))
				break;
		if (text.size > 0 && text.size < 10) {
			number = strtoll(text.data, &end, 10);
			if (end != text.data + text.size)
				n = 3;
		}
		if (n == 3 || number < 0 ||
		    (hear_type_of(part) != HEAR_INTEGER && text.size == 0))
			return refuse(making, HEAR_INVALID, part,
				      "it is a text, or the whole numbers "
				      "paragraph, from and to");
		hear_map_set(making->arena, map, parts[n],
			     hear_make_integer(making->arena, number));
	}
	if (hear_count_of(map) > 0)
		*out = map;
	return HEAR_OK;
}

static enum hear_code make_address(const struct making *making,
				   const struct hear_value *in,
				   struct hear_value **out)
{
	struct hear_span text;
	enum hear_code code = one_line(making, in, HEAR_ADDRESS_BYTES, &text);

	if (code != HEAR_OK || text.size == 0)
		return code;
	code = hear_address_normal(making->arena, text, &text, making->err);
	if (code != HEAR_OK)
		return refuse_parsed(making, code, in);
	*out = hear_make_text(making->arena, text);
	return HEAR_OK;
}

static enum hear_code make_hex(const struct making *making,
			       const struct hear_value *in, const char *what,
			       struct hear_value **out)
{
	char printed[HEAR_ID_TEXT];
	struct hear_span text;
	struct hear_id id;
	enum hear_code code = one_line(making, in, HEAR_SHORT_BYTES, &text);

	if (code != HEAR_OK || text.size == 0)
		return code;
	if (!hear_id_parse(text, &id))
		return refuse(making, HEAR_INVALID, in, what);
	hear_id_print(&id, printed);
	*out = hear_make_text(making->arena, hear_span_of(printed));
	return HEAR_OK;
}

static enum hear_code make_reference(const struct making *making,
				     const struct hear_value *in,
				     struct hear_value **out)
{
	struct hear_id id;

	if (hear_id_parse(hear_span_trim(hear_text_of(in)), &id))
		return make_hex(making, in, "", out);
	return make_address(making, in, out);
}

static enum hear_code make_ids(const struct making *making,
			       const struct hear_value *in,
			       struct hear_value **out)
{
	struct hear_value *list = hear_make_list(making->arena);
	struct hear_value *id;
	enum hear_code code;
	size_t i;

	if (hear_count_of(in) > making->limit)
		return refuse(making, HEAR_LIMIT, in, "too many ids");
	for (i = 0; i < hear_count_of(in); i++) {
		id = NULL;
		code = make_hex(making, hear_item_of(in, i),
				"an id has 64 hexadecimal digits", &id);
		if (code != HEAR_OK)
			return code;
		hear_list_add(making->arena, list, id);
	}
	sort_set(list);
	if (hear_count_of(list) > 0)
		*out = list;
	return HEAR_OK;
}

static enum hear_code make_text_map(const struct making *making,
				    const struct hear_value *in,
				    struct hear_value **out)
{
	struct hear_value *map = hear_make_map(making->arena);
	struct hear_span text;
	enum hear_code code;
	size_t i;

	if (hear_type_of(in) == HEAR_TEXT && hear_text_of(in).size == 0)
		return HEAR_OK;
	if (hear_type_of(in) != HEAR_MAP)
		return refuse(making, HEAR_INVALID, in,
			      "it is a map of names to texts");
	if (hear_count_of(in) > making->limit)
		return refuse(making, HEAR_LIMIT, in, "too many names");
	for (i = 0; i < hear_count_of(in); i++) {
		struct hear_span key;

		code = hear_text_normal(making->arena, hear_key_of(in, i), &key,
					making->err);
		if (code != HEAR_OK)
			return refuse_parsed(making, code, in);
		if (key.size == 0 || key.size > HEAR_TERM_BYTES)
			return refuse(making, HEAR_LIMIT, in,
				      "a name has 1 to 256 bytes");
		code = normal(making, hear_item_of(in, i), HEAR_TEXT_BYTES,
			      &text);
		if (code != HEAR_OK)
			return code;
		if (text.size > 0)
			hear_map_put(making->arena, map, key,
				     hear_make_text(making->arena, text));
	}
	if (hear_count_of(map) > 0)
		*out = map;
	return HEAR_OK;
}

/* A BCP 47 tag by its shape: parts of one to eight letters and digits, the
 * first of two letters or more; lower case but for nothing: tags are compared
 * without case, so one case is kept. */
static enum hear_code make_language(const struct making *making,
				    const struct hear_value *in,
				    struct hear_value **out)
{
	char tag[36];
	struct hear_span text;
	size_t part = 0;
	size_t i;
	enum hear_code code = one_line(making, in, HEAR_SHORT_BYTES, &text);

	if (code != HEAR_OK || text.size == 0)
		return code;
	for (i = 0; i < text.size && i < sizeof tag; i++) {
		char c = text.data[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9' && i > part;

		if (c == '-' && part < 9 && i > 1) {
			part = 0;
			tag[i] = c;
			continue;
		}
		if ((!letter && !digit) || ++part > 8)
			break;
		tag[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	if (i < text.size || i < 2 || part == 0)
		return refuse(making, HEAR_INVALID, in,
			      "write a BCP 47 tag such as en, uk or zh-Hant");
	*out = hear_make_text(making->arena, hear_span_make(tag, text.size));
	return HEAR_OK;
}

static enum hear_code make_chain(const struct making *making,
				 const struct hear_value *in,
				 struct hear_value **out)
{
	struct hear_value *chain = NULL;
	struct hear_span text;
	enum hear_code code;

	if (hear_type_of(in) == HEAR_TEXT) {
		code = one_line(making, in, HEAR_QUOTE_BYTES, &text);
		if (code != HEAR_OK || text.size == 0)
			return code;
		code = hear_chain_parse(making->arena, text, &chain,
					making->err);
	} else {
		code = hear_chain_make(making->arena, in, &chain, making->err);
	}
	if (code != HEAR_OK)
		return refuse_parsed(making, code, in);
	if (hear_count_of(chain) > 0)
		*out = chain;
	return HEAR_OK;
}

static enum hear_code make_form(const struct making *making, enum form form,
				const struct hear_value *in,
				struct hear_value **out)
{
	struct hear_span noun = {NULL, 0};

	switch (form) {
	case FREE_TEXT:
		return make_text(making, in, true, out);
	case NAME:
		return make_text(making, in, false, out);
	case NAME_SET:
		return make_set(making, in, out);
	case LINES:
		return make_list(making, in, HEAR_ADDRESS_BYTES, out);
	case DATE:
		return make_date(making, in, out);
	case STANCE:
		return make_stance(making, in, out);
	case VALUE:
		return value_make(making, in, noun, out, &noun);
	case PLACE:
		return make_place(making, in, out);
	case CHAIN:
		return make_chain(making, in, out);
	case ADDRESS:
		return make_address(making, in, out);
	case REFERENCE:
		return make_reference(making, in, out);
	case LOCATOR:
		return make_locator(making, in, out);
	case TEXT_MAP:
		return make_text_map(making, in, out);
	case LANGUAGE:
		return make_language(making, in, out);
	case HEX_256:
		return make_hex(making, in,
				"a SHA-256 has 64 hexadecimal digits", out);
	case ID:
		return make_hex(making, in, "an id has 64 hexadecimal digits",
				out);
	case ID_LIST:
		return make_ids(making, in, out);
	case LETTER:
		return make_choice(making, in, choose_letter, out);
	case DIGIT:
		return make_choice(making, in, choose_digit, out);
	case LIKELIHOOD:
		return make_choice(making, in, choose_likelihood, out);
	case RELATION:
		return make_choice(making, in, choose_relation, out);
	case TERM_KIND:
		return make_choice(making, in, choose_term, out);
	}
	return HEAR_INVALID;
}

/* ---- Rules that span fields ---- */

static enum hear_code check_claim(const struct hear_value *in,
				  const struct hear_value *tree,
				  struct hear_err *err)
{
	if (hear_map_get(tree, "text") ||
	    (hear_map_get(tree, "predicate") &&
	     (hear_map_get(tree, "value") || hear_map_get(tree, "stance"))))
		return HEAR_OK;
	if (!hear_map_get(tree, "predicate"))
		return hear_fail_value(err, HEAR_INVALID, in,
				       "a claim needs a text, or a predicate "
				       "with a value");
	return hear_fail_value(err, HEAR_INVALID, in,
			       "a claim with the predicate '%.*s' needs a "
			       "value, a stance other than asserts, or a text",
			       (int)hear_text_of(hear_map_get(tree, "predicate"))
				       .size,
			       hear_text_of(hear_map_get(tree, "predicate"))
				       .data);
}

static enum hear_code check_whole(const struct kind *kind,
				  const struct hear_value *in,
				  const struct hear_value *tree,
				  struct hear_err *err)
{
	if (kind->fields == claim_fields)
		return check_claim(in, tree, err);
	if (kind->fields == assessment_fields && hear_count_of(tree) < 3)
		return hear_fail_value(err, HEAR_INVALID, in,
				       "an assessment needs a reliability, a "
				       "credibility, a likelihood or a note");
	if (kind->fields == term_fields &&
	    hear_count_of(hear_map_get(tree, "same")) != 2 &&
	    !(hear_map_get(tree, "part") && hear_map_get(tree, "whole")))
		return hear_fail_value(err, HEAR_INVALID, in,
				       "a term needs two different names under "
				       "'same', or a part and a whole");
	if (kind->fields == definition_fields &&
	    !hear_map_get(tree, "sum") == !hear_map_get(tree, "means"))
		return hear_fail_value(err, HEAR_INVALID, in,
				       "a definition has either a sum or a "
				       "meaning");
	return HEAR_OK;
}

/* "300 people": the noun says who is counted, and joins `of`. */
static enum hear_code add_noun(struct hear_arena *arena,
			       struct hear_value *tree, struct hear_span noun,
			       struct hear_err *err)
{
	struct making making = {arena, "of", HEAR_OF_TERMS, err};
	struct hear_value *of = hear_map_get(tree, "of");
	struct hear_value *with = NULL;
	enum hear_code code;

	if (!of)
		of = hear_make_list(arena);
	hear_list_add(arena, of, hear_make_text(arena, noun));
	code = make_set(&making, of, &with);
	if (code == HEAR_OK && with)
		hear_map_set(arena, tree, "of", with);
	return code;
}

/* ---- Making ---- */

static bool outside(struct hear_span key)
{
	return hear_span_is(key, "id") || hear_span_is(key, "filed") ||
	       hear_span_is(key, "kind");
}

static enum hear_code unknown_field(const struct kind *kind,
				    struct hear_span key,
				    const struct hear_value *at,
				    struct hear_err *err)
{
	const struct field *nearest = NULL;
	const struct field *field;
	unsigned least = 3;

	for (field = kind->fields; field->name; field++) {
		unsigned distance = hear_text_distance(
			key, hear_span_of(field->name), least);

		if (distance < least) {
			least = distance;
			nearest = field;
		}
	}
	return hear_fail_value(err, HEAR_INVALID, at,
			       "unknown field '%.*s'%s%s%s; what has no field "
			       "of its own goes under 'more'",
			       (int)(key.size > 60 ? 60 : key.size), key.data,
			       nearest ? " (did you mean '" : "",
			       nearest ? nearest->name : "",
			       nearest ? "'?)" : "");
}

static enum hear_code make_fields(struct hear_arena *arena,
				  const struct kind *kind,
				  const struct hear_value *in,
				  struct hear_value *tree,
				  struct hear_err *err)
{
	struct hear_span words = hear_text_of(hear_map_get(in, "words"));
	struct hear_span noun = {NULL, 0};
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < hear_count_of(in) && code == HEAR_OK; i++) {
		struct hear_span key = hear_key_of(in, i);
		const struct hear_value *value = hear_item_of(in, i);
		const struct field *field = field_named(kind, key);
		struct hear_value *made = NULL;
		struct making making = {arena, field ? field->name : "",
					field ? field->limit : 0, err};

		if (outside(key) || (kind->fields == claim_fields &&
				     hear_span_is(key, "words")))
			continue;
		if (!field)
			return unknown_field(kind, key, value, err);
		code = field->form == VALUE
			       ? value_make(&making, value, words, &made, &noun)
			       : make_form(&making, field->form, value, &made);
		if (code == HEAR_OK && made)
			hear_map_set(arena, tree, field->name, made);
	}
	if (code == HEAR_OK && noun.size > 0 && kind->fields == claim_fields)
		code = add_noun(arena, tree, noun, err);
	return code;
}

static enum hear_code check_required(const struct kind *kind,
				     const struct hear_value *in,
				     const struct hear_value *tree,
				     struct hear_err *err)
{
	const struct field *field;

	for (field = kind->fields; field->name; field++)
		if (field->required && !hear_map_get(tree, field->name))
			return hear_fail_value(err, HEAR_INVALID, in,
					       "the field '%s' is missing; a "
					       "%s needs it",
					       field->name, kind->name);
	return HEAR_OK;
}

enum hear_code hear_record_pack(struct hear_arena *arena,
				const struct hear_value *tree,
				struct hear_record *out, struct hear_err *err)
{
	struct hear_buffer packed = {0};
	enum hear_code code = hear_pack(&packed, tree, err);

	if (code == HEAR_OK && packed.size > HEAR_RECORD_BYTES)
		code = hear_fail_value(err, HEAR_LIMIT, tree,
				       "the record has %zu bytes, of which %d "
				       "are allowed; shorten it or split it",
				       packed.size, HEAR_RECORD_BYTES);
	if (code == HEAR_OK) {
		out->body = hear_arena_copy(arena, hear_buffer_view(&packed));
		out->tree = tree;
		hear_hash_record(out->body, &out->id);
		if (hear_arena_failed(arena))
			code = hear_fail_memory(err);
	}
	hear_buffer_done(&packed);
	return code;
}

/* The fields as they stand, without those that are no part of the record. */
static struct hear_value *bare(struct hear_arena *arena,
			       const struct hear_value *in)
{
	struct hear_value *tree = hear_make_map(arena);
	size_t i;

	for (i = 0; i < hear_count_of(in); i++)
		if (!hear_span_is(hear_key_of(in, i), "id") &&
		    !hear_span_is(hear_key_of(in, i), "filed"))
			hear_map_add(arena, tree, hear_key_of(in, i),
				     hear_item_of(in, i));
	return tree;
}

/* Whether `in` names its id and, taken as it stands, hashes to it: then it is
 * that record, whole, and is kept byte for byte, whatever it holds. */
static bool proves_itself(struct hear_arena *arena, const struct hear_value *in,
			  const struct hear_id *id, struct hear_record *out)
{
	return hear_record_kind(in).size > 0 &&
	       hear_record_pack(arena, bare(arena, in), out, NULL) == HEAR_OK &&
	       hear_id_equal(&out->id, id);
}

static enum hear_code make(struct hear_arena *arena, const struct kind *kind,
			   const struct hear_value *in,
			   struct hear_record *out, struct hear_err *err)
{
	struct hear_value *tree = hear_make_map(arena);
	enum hear_code code;

	hear_map_set(arena, tree, "kind",
		     hear_make_text(arena, hear_span_of(kind->name)));
	code = make_fields(arena, kind, in, tree, err);
	if (code == HEAR_OK)
		code = check_required(kind, in, tree, err);
	if (code == HEAR_OK)
		code = check_whole(kind, in, tree, err);
	if (code == HEAR_OK)
		code = hear_record_pack(arena, tree, out, err);
	return code;
}

static enum hear_code unknown_kind(struct hear_span name,
				   const struct hear_value *in,
				   struct hear_err *err)
{
	return hear_fail_value(err, HEAR_INVALID, in,
			       "unknown kind of record '%.*s'; the kinds are "
			       "claim, capture, assessment, relation, term, "
			       "definition and retraction",
			       (int)(name.size > 60 ? 60 : name.size),
			       name.data);
}

enum hear_code hear_record_make(struct hear_arena *arena,
				const struct hear_value *in,
				struct hear_record *out, struct hear_err *err)
{
	struct hear_span id_text = hear_text_of(hear_map_get(in, "id"));
	struct hear_span name = hear_record_kind(in);
	const struct kind *kind;
	struct hear_id id;
	bool named = hear_id_parse(id_text, &id);
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (hear_type_of(in) != HEAR_MAP)
		return hear_fail_value(err, HEAR_INVALID, in,
				       "a record is a map of fields");
	if (hear_map_get(in, "id") && !named)
		return hear_fail_value(err, HEAR_INVALID,
				       hear_map_get(in, "id"),
				       "id: an id has 64 hexadecimal digits; "
				       "leave it out for a new record");
	if (named && proves_itself(arena, in, &id, out))
		return HEAR_OK;
	kind = kind_named(name.size ? name : hear_span_of("claim"));
	if (!kind)
		return unknown_kind(name, in, err);
	code = make(arena, kind, in, out, err);
	if (code == HEAR_OK && named && !hear_id_equal(&out->id, &id)) {
		char is[HEAR_ID_TEXT];

		hear_id_print(&out->id, is);
		return hear_fail_value(err, HEAR_INVALID,
				       hear_map_get(in, "id"),
				       "id: it says %.12s…, but these fields "
				       "are record %.12s…: a field was changed; "
				       "leave id out to file a new record",
				       id_text.data, is);
	}
	return code;
}

enum hear_code hear_record_known(struct hear_arena *arena,
				 struct hear_span body,
				 const struct hear_id *id,
				 struct hear_record *out, struct hear_err *err)
{
	struct hear_value *tree = NULL;
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (body.size > HEAR_RECORD_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a record has %zu bytes, of which %d are "
				 "allowed",
				 body.size, HEAR_RECORD_BYTES);
	out->id = *id;
	out->body = hear_arena_copy(arena, body);
	if (hear_arena_failed(arena))
		return hear_fail_memory(err);
	code = hear_unpack(arena, out->body, &tree, err);
	if (code == HEAR_OK && (hear_type_of(tree) != HEAR_MAP ||
				hear_record_kind(tree).size == 0))
		code = hear_fail(err, HEAR_INVALID,
				 "a record is a map with a kind");
	out->tree = tree;
	return code;
}

enum hear_code hear_record_read(struct hear_arena *arena, struct hear_span body,
				struct hear_record *out, struct hear_err *err)
{
	struct hear_id id;

	hear_hash_record(body, &id);
	return hear_record_known(arena, body, &id, out, err);
}
