/* SPDX-License-Identifier: ISC */
#include "tools/condition.h"
#include "core/bytes.h"
#include "core/error.h"

#include <string.h>

/* One column of a map. */
struct test {
	struct test *next;
	struct template_column *column;
	const struct hear_value *texts; /* one text, or a list of them */
	bool negated;
};

/* One map; the next is the next of the list. */
struct condition {
	struct condition *next;
	struct test *tests;
};

static bool texts_only(const struct hear_value *value)
{
	size_t i;

	if (hear_type_of(value) == HEAR_TEXT)
		return true;
	if (hear_type_of(value) != HEAR_LIST || hear_count_of(value) == 0)
		return false;
	for (i = 0; i < hear_count_of(value); i++)
		if (hear_type_of(hear_item_of(value, i)) != HEAR_TEXT)
			return false;
	return true;
}

static enum hear_code read_test(struct test *out, struct template_scope *scope,
				struct hear_span column,
				const struct hear_value *value,
				struct hear_err *err)
{
	const struct hear_value *not = hear_map_get(value, "not");

	memset(out, 0, sizeof *out);
	out->negated = not && hear_count_of(value) == 1;
	out->texts = out->negated ? not : value;
	if (!texts_only(out->texts))
		return hear_fail_value(err, HEAR_INVALID, value,
				       "a condition is a column with a text, a "
				       "list of texts, or {not: ...} of "
				       "either");
	return template_mention(&out->column, scope, column, value, err);
}

static enum hear_code read_tests(struct condition *out,
				 struct template_scope *scope,
				 const struct hear_value *map,
				 struct hear_err *err)
{
	enum hear_code code;
	size_t i;

	if (hear_type_of(map) != HEAR_MAP || hear_count_of(map) == 0)
		return hear_fail_value(err, HEAR_INVALID, map,
				       "a condition is a map of columns to "
				       "what they hold: "
				       "{status: [draft, test]}");
	for (i = 0; i < hear_count_of(map); i++) {
		struct test *test = hear_arena_alloc(scope->arena,
						     sizeof *test);

		if (!test)
			return hear_fail_memory(err);
		code = read_test(test, scope, hear_key_of(map, i),
				 hear_item_of(map, i), err);
		if (code)
			return code;
		test->next = out->tests;
		out->tests = test;
	}
	return HEAR_OK;
}

enum hear_code condition_read(struct condition **out,
			      struct template_scope *scope,
			      const struct hear_value *value,
			      struct hear_err *err)
{
	bool list = hear_type_of(value) == HEAR_LIST;
	size_t count = list ? hear_count_of(value) : 1;
	size_t i;

	*out = NULL;
	if (count == 0)
		return hear_fail_value(err, HEAR_INVALID, value,
				       "the list of conditions is empty");
	for (i = 0; i < count; i++) {
		struct condition *one = hear_arena_alloc(scope->arena,
							 sizeof *one);
		enum hear_code code;

		if (!one)
			return hear_fail_memory(err);
		memset(one, 0, sizeof *one);
		code = read_tests(one, scope,
				  list ? hear_item_of(value, i) : value, err);
		if (code)
			return code;
		one->next = *out;
		*out = one;
	}
	return HEAR_OK;
}

static bool among(const struct hear_value *texts, struct hear_span cell)
{
	size_t i;

	if (hear_type_of(texts) == HEAR_TEXT)
		return hear_span_equal(hear_text_of(texts), cell);
	for (i = 0; i < hear_count_of(texts); i++)
		if (hear_span_equal(hear_text_of(hear_item_of(texts, i)), cell))
			return true;
	return false;
}

static bool all_hold(const struct test *test, const struct hear_span *cells)
{
	for (; test; test = test->next)
		if (among(test->texts, cells[test->column->index]) ==
		    test->negated)
			return false;
	return true;
}

bool condition_holds(const struct condition *condition,
		     const struct hear_span *cells)
{
	for (; condition; condition = condition->next)
		if (all_hold(condition->tests, cells))
			return true;
	return false;
}
