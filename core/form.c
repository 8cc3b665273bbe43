/* SPDX-License-Identifier: ISC */
#include "core/form.h"
#include "core/address.h"
#include "core/bytes.h"
#include "core/chain.h"
#include "core/decimal.h"
#include "core/error.h"
#include "core/figure.h"
#include "core/limits.h"
#include "core/text.h"
#include "core/value.h"
#include "core/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Texts ---- */

static enum hear_code refuse(const struct hear_making *making, enum hear_code code,
			     const struct hear_value *value, const char *why)
{
	return hear_fail_value(making->err, code, value, "%s: %s",
			       making->field, why);
}

/* A parser below filled err: say which field, and which line. */
static enum hear_code refuse_parsed(const struct hear_making *making,
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
static enum hear_code normal(const struct hear_making *making,
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

static enum hear_code one_line(const struct hear_making *making,
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

static enum hear_code make_text(const struct hear_making *making,
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
static enum hear_code make_list(const struct hear_making *making,
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

static enum hear_code make_set(const struct hear_making *making,
			       const struct hear_value *in,
			       struct hear_value **out)
{
	enum hear_code code = make_list(making, in, HEAR_TERM_BYTES, out);

	if (code == HEAR_OK)
		sort_set(*out);
	return code;
}

static enum hear_code make_date(const struct hear_making *making,
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
static enum hear_code make_choice(const struct hear_making *making,
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

static enum hear_code make_stance(const struct hear_making *making,
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

static enum hear_code value_of_text(const struct hear_making *making,
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

static enum hear_code copy_known(const struct hear_making *making,
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

static enum hear_code value_of_map(const struct hear_making *making,
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

enum hear_code hear_form_value(const struct hear_making *making,
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
	struct hear_making making = {arena, "value", 0, err};

	*out = NULL;
	*noun = hear_span_make(NULL, 0);
	return hear_form_value(&making, in, words, out, noun);
}

/* ---- Places, locators, references ---- */

static enum hear_code check_degrees(const struct hear_making *making,
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

static enum hear_code make_place(const struct hear_making *making,
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

static enum hear_code make_locator(const struct hear_making *making,
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

static enum hear_code make_address(const struct hear_making *making,
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

static enum hear_code make_hex(const struct hear_making *making,
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

static enum hear_code make_reference(const struct hear_making *making,
				     const struct hear_value *in,
				     struct hear_value **out)
{
	struct hear_id id;

	if (hear_id_parse(hear_span_trim(hear_text_of(in)), &id))
		return make_hex(making, in, "", out);
	return make_address(making, in, out);
}

static enum hear_code make_ids(const struct hear_making *making,
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

static enum hear_code make_text_map(const struct hear_making *making,
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
static enum hear_code make_language(const struct hear_making *making,
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

static enum hear_code make_chain(const struct hear_making *making,
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

enum hear_code hear_form_make(const struct hear_making *making,
			      enum hear_form form,
				const struct hear_value *in,
				struct hear_value **out)
{
	struct hear_span noun = {NULL, 0};

	switch (form) {
	case HEAR_FORM_FREE_TEXT:
		return make_text(making, in, true, out);
	case HEAR_FORM_NAME:
		return make_text(making, in, false, out);
	case HEAR_FORM_NAME_SET:
		return make_set(making, in, out);
	case HEAR_FORM_LINES:
		return make_list(making, in, HEAR_ADDRESS_BYTES, out);
	case HEAR_FORM_DATE:
		return make_date(making, in, out);
	case HEAR_FORM_STANCE:
		return make_stance(making, in, out);
	case HEAR_FORM_VALUE:
		return hear_form_value(making, in, noun, out, &noun);
	case HEAR_FORM_PLACE:
		return make_place(making, in, out);
	case HEAR_FORM_CHAIN:
		return make_chain(making, in, out);
	case HEAR_FORM_ADDRESS:
		return make_address(making, in, out);
	case HEAR_FORM_REFERENCE:
		return make_reference(making, in, out);
	case HEAR_FORM_LOCATOR:
		return make_locator(making, in, out);
	case HEAR_FORM_TEXT_MAP:
		return make_text_map(making, in, out);
	case HEAR_FORM_LANGUAGE:
		return make_language(making, in, out);
	case HEAR_FORM_HEX_256:
		return make_hex(making, in,
				"a SHA-256 has 64 hexadecimal digits", out);
	case HEAR_FORM_ID:
		return make_hex(making, in, "an id has 64 hexadecimal digits",
				out);
	case HEAR_FORM_ID_LIST:
		return make_ids(making, in, out);
	case HEAR_FORM_LETTER:
		return make_choice(making, in, choose_letter, out);
	case HEAR_FORM_DIGIT:
		return make_choice(making, in, choose_digit, out);
	case HEAR_FORM_LIKELIHOOD:
		return make_choice(making, in, choose_likelihood, out);
	case HEAR_FORM_RELATION:
		return make_choice(making, in, choose_relation, out);
	case HEAR_FORM_TERM_KIND:
		return make_choice(making, in, choose_term, out);
	}
	return HEAR_INVALID;
}
