/* SPDX-License-Identifier: ISC */
#include "tools/companion.h"
#include "core/bytes.h"
#include "core/error.h"
#include "tools/lines.h"
#include "tools/mapping.h"
#include "tools/template.h"

#include <stdlib.h>

struct companion {
	struct companion *next;
	uint32_t number;
	bool used;
	uint64_t line;
	struct hear_span key;
	struct hear_span text;
};

enum hear_code companions_add(struct companions *companions, uint32_t number,
			      struct hear_span key, struct hear_span text,
			      uint64_t line, struct hear_err *err)
{
	struct companion *one;

	companions->bytes += key.size + text.size;
	if (companions->count >= MAPPING_COMPANIONS ||
	    companions->bytes > MAPPING_COMPANION_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "more than %d companion rows, or more than "
				 "32 MiB of them; is `when` under companions "
				 "too wide?", MAPPING_COMPANIONS);
	one = hear_arena_alloc(companions->arena, sizeof *one);
	if (!one)
		return hear_fail_memory(err);
	one->next = companions->kept;
	one->number = number;
	one->used = false;
	one->line = line;
	one->key = hear_arena_copy(companions->arena, key);
	one->text = hear_arena_copy(companions->arena, text);
	if (hear_arena_failed(companions->arena))
		return hear_fail_memory(err);
	companions->kept = one;
	companions->count++;
	return HEAR_OK;
}

static int order_key(const struct companion *one, uint32_t number,
		     struct hear_span key)
{
	if (one->number != number)
		return one->number < number ? -1 : 1;
	return hear_span_order(one->key, key);
}

static int order(const void *left, const void *right)
{
	const struct companion *const *a = left;
	const struct companion *const *b = right;
	int by_key = order_key(*a, (*b)->number, (*b)->key);

	if (by_key != 0)
		return by_key;
	return ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static enum hear_code check_pair(const struct companion *first,
				 const struct companion *second,
				 struct hear_err *err)
{
	if (order_key(first, second->number, second->key) != 0 ||
	    hear_span_equal(first->text, second->text))
		return HEAR_OK;
	hear_fail(err, HEAR_INVALID,
		  "two companion rows with the same key say \"%.*s\" (line "
		  "%llu) and \"%.*s\"; add a column to `key` that tells them "
		  "apart", template_shown(first->text), first->text.data,
		  (unsigned long long)first->line,
		  template_shown(second->text), second->text.data);
	if (err)
		err->line = lines_number(second->line);
	return HEAR_INVALID;
}

enum hear_code companions_settle(struct companions *companions,
				 struct hear_err *err)
{
	struct companion *one;
	enum hear_code code;
	size_t i = 0;

	companions->sorted = hear_arena_alloc(
		companions->arena,
		(companions->count + 1) * sizeof *companions->sorted);
	if (!companions->sorted)
		return hear_fail_memory(err);
	for (one = companions->kept; one; one = one->next)
		companions->sorted[i++] = one;
	qsort(companions->sorted, companions->count,
	      sizeof *companions->sorted, order);
	for (i = 1; i < companions->count; i++) {
		code = check_pair(companions->sorted[i - 1],
				  companions->sorted[i], err);
		if (code)
			return code;
	}
	return HEAR_OK;
}

struct hear_span companions_find(struct companions *companions, uint32_t number,
				 struct hear_span key)
{
	size_t low = 0;
	size_t high = companions->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order_key(companions->sorted[middle], number, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == companions->count ||
	    order_key(companions->sorted[low], number, key) != 0)
		return hear_span_make(NULL, 0);
	companions->used += !companions->sorted[low]->used;
	companions->sorted[low]->used = true;
	return companions->sorted[low]->text;
}

size_t companions_unused(const struct companions *companions)
{
	return companions->count - companions->used;
}
