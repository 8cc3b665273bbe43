/* SPDX-License-Identifier: ISC */
#include "core/definition.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/form.h"
#include "core/text.h"
#include "core/value.h"

#include <string.h>

/* Definitions are short; what is longer is a mistake. */
enum { LONGEST = 4096 };

struct parsing {
	struct hear_arena *arena;
	struct hear_err *err;
	struct hear_span all;
	struct hear_value *tree;
};

static enum hear_code refuse(const struct parsing *parsing,
			     struct hear_span at, const char *why)
{
	size_t from = at.data ? (size_t)(at.data - parsing->all.data) : 0;

	return hear_fail_at(parsing->err, HEAR_INVALID, from, at.size, "%s",
			    why);
}

/* Where the first of the signs outside quotes stands; the size where none
 * does. */
static size_t find_sign(struct hear_span text, char sign)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			quoted = !quoted;
		else if (text.data[i] == sign && !quoted)
			break;
	}
	return i;
}

/* A name, out of its quotes where it stands in some. */
static enum hear_code read_name(const struct parsing *parsing,
				struct hear_span text, struct hear_span *out)
{
	struct hear_span name = hear_span_trim(text);

	if (name.size >= 2 && name.data[0] == '"' &&
	    name.data[name.size - 1] == '"')
		name = hear_span_trim(
			hear_span_make(name.data + 1, name.size - 2));
	if (name.size == 0)
		return refuse(parsing, text,
			      "a name is missing here; write it like "
			      "\"casualties = killed + wounded\"");
	if (memchr(name.data, '"', name.size))
		return refuse(parsing, name,
			      "a quotation mark stands inside a name; quotes go "
			      "around a whole name");
	if (name.size > HEAR_TERM_BYTES)
		return hear_fail_at(parsing->err, HEAR_LIMIT,
				    (size_t)(name.data - parsing->all.data),
				    name.size,
				    "this name has %zu bytes, of which %d are "
				    "allowed", name.size, HEAR_TERM_BYTES);
	*out = name;
	return HEAR_OK;
}

static bool same(struct hear_span a, struct hear_span b)
{
	struct hear_buffer left = {0};
	struct hear_buffer right = {0};
	bool is;

	hear_text_fold(a, &left);
	hear_text_fold(b, &right);
	is = hear_span_equal(hear_buffer_view(&left), hear_buffer_view(&right));
	hear_buffer_done(&left);
	hear_buffer_done(&right);
	return is;
}

static enum hear_code add_part(const struct parsing *parsing,
			       struct hear_span text, struct hear_value *sum)
{
	struct hear_span whole =
		hear_text_of(hear_map_get(parsing->tree, "name"));
	struct hear_span part;
	enum hear_code code = read_name(parsing, text, &part);
	size_t i;

	if (code != HEAR_OK)
		return code;
	if (same(part, whole))
		return refuse(parsing, part,
			      "a name cannot be a part of itself; take it out "
			      "of the sum");
	for (i = 0; i < hear_count_of(sum); i++)
		if (same(part, hear_text_of(hear_item_of(sum, i))))
			return refuse(parsing, part,
				      "this part stands twice in the sum; write "
				      "it once");
	if (hear_count_of(sum) == HEAR_OF_TERMS)
		return refuse(parsing, part,
			      "a sum has 16 parts at most; define some of them "
			      "together first");
	hear_list_add(parsing->arena, sum,
		      hear_make_text(parsing->arena, part));
	return HEAR_OK;
}

static enum hear_code read_sum(const struct parsing *parsing,
			       struct hear_span text)
{
	struct hear_value *sum = hear_make_list(parsing->arena);
	enum hear_code code = HEAR_OK;

	while (code == HEAR_OK) {
		size_t end = find_sign(text, '+');

		code = add_part(parsing, hear_span_make(text.data, end), sum);
		if (end == text.size)
			break;
		text = hear_span_make(text.data + end + 1, text.size - end - 1);
	}
	hear_map_set(parsing->arena, parsing->tree, "sum", sum);
	return code;
}

/* Whether the text is a figure, which is then what the name means. */
static bool read_figure(const struct parsing *parsing, struct hear_span text,
			struct hear_err *err)
{
	struct hear_value *made = NULL;
	struct hear_span noun = {NULL, 0};
	struct hear_value *in = hear_make_text(parsing->arena, text);

	if (hear_value_make(parsing->arena, in, hear_span_make(NULL, 0), &made,
			    &noun, err) != HEAR_OK)
		return false;
	if (hear_type_of(made) != HEAR_MAP || hear_map_get(made, "date") ||
	    noun.size > 0)
		return false;
	hear_map_set(parsing->arena, parsing->tree, "means", made);
	return true;
}

static enum hear_code read_right(const struct parsing *parsing,
				 struct hear_span text)
{
	struct hear_err failed = {.at = HEAR_NOWHERE};
	struct hear_span right = hear_span_trim(text);

	if (right.size == 0)
		return refuse(parsing, hear_span_make(text.data, 0),
			      "what it means is missing; write a sum of names, "
			      "or a figure such as 12..24");
	if (read_figure(parsing, right, &failed))
		return HEAR_OK;
	if (find_sign(right, '+') < right.size)
		return read_sum(parsing, right);
	if (failed.code == HEAR_INVALID)
		return refuse(parsing, right, failed.message);
	return refuse(parsing, right,
		      "neither a figure nor a sum of names; write \"dozens = "
		      "12..24\" or \"casualties = killed + wounded\" (two names "
		      "for one thing are an alias)");
}

enum hear_code hear_definition_parse(struct hear_arena *arena,
				     struct hear_span text,
				     struct hear_value **out,
				     struct hear_err *err)
{
	struct parsing parsing = {arena, err, text, hear_make_map(arena)};
	size_t sign = find_sign(text, '=');
	struct hear_span name;
	enum hear_code code;

	*out = NULL;
	if (text.size > LONGEST)
		return hear_fail(err, HEAR_LIMIT,
				 "a definition has %d bytes at most", LONGEST);
	if (sign == text.size)
		return refuse(&parsing, text,
			      "a definition needs a sign =; write it like "
			      "\"casualties = killed + wounded\"");
	code = read_name(&parsing, hear_span_make(text.data, sign), &name);
	if (code != HEAR_OK)
		return code;
	hear_map_set(arena, parsing.tree, "kind",
		     hear_make_text(arena, hear_span_of("definition")));
	hear_map_set(arena, parsing.tree, "name", hear_make_text(arena, name));
	code = read_right(&parsing, hear_span_make(text.data + sign + 1,
						   text.size - sign - 1));
	if (code == HEAR_OK && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		*out = parsing.tree;
	return code;
}
