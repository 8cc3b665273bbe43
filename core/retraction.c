/* SPDX-License-Identifier: ISC */
/* retraction.c - what it takes to retract a record: one retraction a marking,
 * naming the live filings of that marking only, so that a retraction never
 * tells a lower marking of a filing at a higher one. The call is in
 * hearsay.h. */
#include "core/bytes.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/reader.h"

#include <string.h>

static struct hear_value *id_text(struct hear_arena *arena,
				  const struct hear_id *id)
{
	char text[HEAR_ID_TEXT];

	hear_id_print(id, text);
	return hear_make_text(arena, hear_span_of(text));
}

static struct hear_value *retraction(struct hear_arena *arena,
				     const struct hear_id *id,
				     struct hear_span reason,
				     const struct hear_id *replaced_by)
{
	struct hear_value *tree = hear_make_map(arena);

	hear_map_set(arena, tree, "kind",
		     hear_make_text(arena, hear_span_of("retraction")));
	hear_map_set(arena, tree, "record", id_text(arena, id));
	hear_map_set(arena, tree, "filings", hear_make_list(arena));
	hear_map_set(arena, tree, "reason", hear_make_text(arena, reason));
	if (replaced_by)
		hear_map_set(arena, tree, "replaced_by",
			     id_text(arena, replaced_by));
	return tree;
}

static enum hear_code nothing(const struct hear_id *id,
			      const struct hear_filed *filed, size_t count,
			      struct hear_err *err)
{
	const char *other = NULL;
	char text[HEAR_ID_TEXT];
	size_t i;

	hear_id_print(id, text);
	for (i = 0; i < count; i++)
		if (!filed[i].retracted)
			other = filed[i].filing.author_name;
	if (count == 0)
		return hear_fail(err, HEAR_NOTFOUND, "there is no record %.12s",
				 text);
	if (!other)
		return hear_fail(err, HEAR_NOTFOUND,
				 "record %.12s is retracted already", text);
	return hear_fail(err, HEAR_NOTFOUND,
			 "record %.12s was filed by %s, not by you; --all "
			 "retracts every live filing of it, whoever made it",
			 text, *other ? other : "somebody else");
}

enum hear_code hear_retraction_of(struct hear_reader *reader,
				  struct hear_arena *arena,
				  const struct hear_id *id,
				  const struct hear_key *author, bool all,
				  struct hear_span reason,
				  const struct hear_id *replaced_by,
				  struct hear_value *out[6],
				  enum hear_marking markings[6], size_t *count,
				  struct hear_err *err)
{
	struct hear_value *by_marking[HEAR_LOCAL + 1] = {NULL};
	struct hear_filed *filed = NULL;
	size_t filings = 0;
	size_t i;
	enum hear_code code =
		hear_filed_in(reader, arena, id, &filed, &filings, err);

	*count = 0;
	for (i = 0; i < filings && code == HEAR_OK; i++) {
		enum hear_marking marking = filed[i].filing.marking;
		struct hear_value **tree = &by_marking[marking];
		struct hear_value *list;

		if (filed[i].retracted || filed[i].filing.roster ||
		    (!all && memcmp(filed[i].filing.author.bytes,
				    author->bytes, 32) != 0))
			continue;
		if (!*tree)
			*tree = retraction(arena, id, reason, replaced_by);
		list = hear_map_get(*tree, "filings");
		if (hear_count_of(list) < HEAR_RETRACTED_FILINGS)
			hear_list_add(arena, list,
				      id_text(arena, &filed[i].filing.id));
	}
	for (i = HEAR_CLEAR; i <= HEAR_LOCAL && code == HEAR_OK; i++)
		if (by_marking[i]) {
			markings[*count] = (enum hear_marking)i;
			out[(*count)++] = by_marking[i];
		}
	if (code == HEAR_OK && hear_arena_failed(arena))
		return hear_fail_memory(err);
	return code == HEAR_OK && *count == 0
		       ? nothing(id, filed, filings, err)
		       : code;
}
