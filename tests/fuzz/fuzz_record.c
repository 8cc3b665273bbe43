/* SPDX-License-Identifier: ISC */
/* Records: bytes that are read are the one encoding of what was read, and
 * everything that is made of a record's open form can be made of any. */
#include "core/bytes.h"
#include "core/index.h"
#include "core/postings.h"
#include "core/pack.h"
#include "core/record.h"
#include "core/sign.h"
#include "core/words.h"
#include "core/writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same tree has the same bytes; named by its id it is taken as it is. */
static void check_back(struct hear_arena *arena,
		       const struct hear_record *record)
{
	struct hear_value *named = hear_value_copy(arena, record->tree);
	struct hear_buffer packed = {.size = 0};
	struct hear_record again;
	char id[HEAR_ID_TEXT];

	assert(hear_pack(&packed, record->tree, NULL) == HEAR_OK);
	assert(hear_span_equal(hear_buffer_view(&packed), record->body));
	hear_buffer_done(&packed);
	hear_id_print(&record->id, id);
	hear_map_set(arena, named, "id",
		     hear_make_text(arena, hear_span_of(id)));
	if (hear_map_get(record->tree, "id") ||
	    hear_map_get(record->tree, "filed"))
		return; /* names that a record itself cannot have */
	assert(hear_record_make(arena, named, &again, NULL) == HEAR_OK);
	assert(hear_span_equal(again.body, record->body));
}

static void check_index(const struct hear_record *record)
{
	struct hear_keys *keys = calloc(1, sizeof *keys);
	struct hear_err err;
	size_t i;

	assert(keys);
	assert(hear_index_keys(keys, record->tree, &err) == HEAR_OK);
	for (i = 0; i < keys->count; i++)
		assert(hear_keys_at(keys, i).size > 0 &&
		       hear_keys_at(keys, i).size <= HEAR_STEM_BYTES);
	hear_keys_done(keys);
	free(keys);
}

static void check_words(const struct hear_record *record)
{
	struct hear_words *words = hear_words_new();
	struct hear_buffer scratch = {.size = 0};

	assert(words);
	hear_index_words(words, &scratch, 1, record->tree);
	assert(!scratch.failed);
	hear_buffer_reset(&scratch);
	hear_record_sentence(record->tree, &scratch);
	assert(scratch.size > 0);
	hear_print_value(hear_map_get(record->tree, "value"), &scratch);
	hear_print_chain(hear_map_get(record->tree, "chain"), &scratch);
	hear_print_place(hear_map_get(record->tree, "place"), &scratch);
	assert(!scratch.failed);
	hear_buffer_done(&scratch);
	hear_words_free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span body = {(const char *)data, size};
	struct hear_arena *arena = hear_arena_new();
	struct hear_record record;
	struct hear_record made;
	struct hear_err err;

	assert(arena && hear_sign_ready(NULL) == HEAR_OK);
	memset(&err, 0, sizeof err);
	if (hear_record_read(arena, body, &record, &err) == HEAR_OK) {
		assert(hear_span_equal(record.body, body));
		check_back(arena, &record);
		check_index(&record);
		check_words(&record);
		/* As if people had written it: refused, or a record. */
		if (hear_record_make(arena, record.tree, &made, &err) ==
		    HEAR_OK)
			check_back(arena, &made);
	} else {
		assert(err.message[0] != '\0');
	}
	hear_arena_free(arena);
	return 0;
}
