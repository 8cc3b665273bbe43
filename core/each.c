/* SPDX-License-Identifier: ISC */
#include "core/each.h"
#include "core/error.h"
#include "core/index.h"
#include "core/postings.h"

enum hear_code
hear_each_live(struct hear_reader *reader, const char *kind,
	       enum hear_code (*each)(void *context,
				      const struct hear_record *record,
				      uint64_t number, struct hear_err *err),
	       void *context, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_postings *postings = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	enum hear_standing stands;
	uint64_t number = 0;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	hear_index_key(HEAR_UNDER_KIND, hear_span_of(kind), &key);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_buffer_view(&key), err);
	while (code == HEAR_OK) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code == HEAR_OK)
			code = hear_standing_of(reader, number,
						reader->view.highest, &stands,
						err);
		if (code != HEAR_OK || stands != HEAR_LIVE)
			continue;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code == HEAR_OK)
			code = each(context, &record, number, err);
	}
	hear_postings_close(postings);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}
