/* SPDX-License-Identifier: ISC */
/* example.c - a dataset, a claim, a question: the library in forty lines.
 * cc example.c $(pkg-config --cflags --libs hearsay); ./a.out DIRECTORY */
#include <hearsay.h>
#include <stdio.h>
#include <time.h>

#define TRY(call)                                                              \
	if ((call) != HEAR_OK)                                                 \
	return fprintf(stderr, "%s\n", err.message), 1

int main(int argc, char **argv)
{
	int64_t now = (int64_t)time(NULL) * 1000;
	struct hear_view view = {now, true, HEAR_LOCAL, INT64_MAX};
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *claim = hear_make_map(arena);
	struct hear_buffer sentence = {0};
	struct hear_identity *alice;
	struct hear_dataset *dataset;
	struct hear_outcome outcome;
	struct hear_record record;
	struct hear_writer *writer;
	struct hear_reader *reader;
	struct hear_finder *finder;
	struct hear_query *query;
	struct hear_err err;

	TRY(hear_identity_make(&alice, hear_span_of("alice"), &err));
	TRY(hear_dataset_create(&dataset, argc > 1 ? argv[1] : "example",
				hear_span_of("example"), alice, now, &err));
	hear_map_set(arena, claim, "subject", hear_make_text(arena, hear_span_of("North Korean soldiers")));
	hear_map_set(arena, claim, "predicate", hear_make_text(arena, hear_span_of("killed")));
	hear_map_set(arena, claim, "value", hear_make_text(arena, hear_span_of("about 300")));
	hear_map_set(arena, claim, "chain", hear_make_text(arena, hear_span_of("AFP < National Intelligence Service")));
	TRY(hear_record_make(arena, claim, &record, &err));
	TRY(hear_write_begin(&writer, dataset, now, &err));
	TRY(hear_write_file(writer, alice, HEAR_GREEN, &record, 1, &outcome, &err));
	TRY(hear_write_commit(writer, &err));

	TRY(hear_query_new(&query, hear_span_of("origin:\"national intelligence service\""), &err));
	TRY(hear_read_begin(&reader, dataset, &view, &err));
	TRY(hear_find(&finder, reader, query, HEAR_BY_FILED, &err));
	while (hear_find_next(finder, arena, &record, &err) == HEAR_OK)
		hear_record_sentence(record.tree, &sentence);
	printf("%s\n", sentence.data);

	hear_find_end(finder);
	hear_read_end(reader);
	hear_query_free(query);
	hear_buffer_done(&sentence);
	hear_dataset_close(dataset);
	hear_identity_free(alice);
	hear_arena_free(arena);
	return 0;
}
