/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/stream.h"

#include <inttypes.h>

const struct options_form stat_form = {
	.operands = "",
	.about = "Two copies of a dataset hold the same filings where their "
		 "roots are the same; the\nlines by marking say which part "
		 "differs.\n",
	.example = "hearsay stat\n",
};

/* A number of the statistics, and what it is called. */
struct row {
	const char *name;
	uint64_t number;
};

enum { ROWS = 8 };

static void fill(struct row rows[ROWS], const struct hear_statistics *from)
{
	rows[0] = (struct row){"records", from->records};
	rows[1] = (struct row){"claims", from->claims};
	rows[2] = (struct row){"captures", from->captures};
	rows[3] = (struct row){"retractions", from->retractions};
	rows[4] = (struct row){"others", from->others};
	rows[5] = (struct row){"filings", from->filings};
	rows[6] = (struct row){"bytes", from->bytes};
	rows[7] = (struct row){"free_bytes", from->free_bytes};
}

static const char *part_name(unsigned marking)
{
	return marking == 0 ? "roster"
			    : hear_marking_name((enum hear_marking)marking);
}

static enum hear_code print_json(const struct session *session,
				 const struct hear_statistics *statistics,
				 struct hear_err *err)
{
	struct hear_arena *arena = session->arena;
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *parts = hear_make_map(arena);
	struct row rows[ROWS];
	unsigned i;

	fill(rows, statistics);
	hear_map_set(arena, map, "dataset",
		     output_text(arena, hear_dataset_name(session->dataset)));
	hear_map_set(arena, map, "id",
		     output_id(arena, hear_dataset_id(session->dataset)));
	for (i = 0; i < ROWS; i++)
		hear_map_set(arena, map, rows[i].name,
			     hear_make_integer(arena,
					       (int64_t)rows[i].number));
	hear_map_set(arena, map, "newest",
		     output_time(arena, statistics->newest_ms));
	hear_map_set(arena, map, "root", output_id(arena, &statistics->root));
	for (i = 0; i <= HEAR_LOCAL; i++) {
		struct hear_value *part = hear_make_map(arena);

		hear_map_set(arena, part, "filings",
			     hear_make_integer(
				     arena, (int64_t)statistics->marked[i]));
		hear_map_set(arena, part, "root",
			     output_id(arena, &statistics->roots[i]));
		hear_map_set(arena, parts, part_name(i), part);
	}
	hear_map_set(arena, map, "parts", parts);
	return output_json(map, err);
}

static void print_root(const struct hear_id *root, struct hear_buffer *out)
{
	char text[HEAR_ID_TEXT];

	hear_id_print(root, text);
	hear_buffer_print(out, "%.16s\n", text);
}

static void print(const struct session *session,
		  const struct hear_statistics *statistics)
{
	struct hear_buffer *out = stream_buffer();
	struct row rows[ROWS];
	unsigned i;

	fill(rows, statistics);
	hear_buffer_print(out, "%-13s %s\n", "dataset",
			  hear_dataset_name(session->dataset));
	for (i = 0; i < ROWS; i++)
		hear_buffer_print(out, "%-13s %" PRIu64 "\n", rows[i].name,
				  rows[i].number);
	hear_buffer_print(out, "%-13s ", "newest");
	if (statistics->newest_ms)
		hear_date_print(statistics->newest_ms, out);
	hear_buffer_print(out, "\n%-13s ", "root");
	print_root(&statistics->root, out);
	for (i = 0; i <= HEAR_LOCAL; i++) {
		if (statistics->marked[i] == 0)
			continue;
		hear_buffer_print(out, "%-13s %" PRIu64 " filings, root ",
				  part_name(i), statistics->marked[i]);
		print_root(&statistics->roots[i], out);
	}
}

enum hear_code stat_main(struct call *call, struct hear_err *err)
{
	struct hear_statistics statistics;
	struct session session;
	enum hear_code code = session_open(&session, call, err);

	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = hear_statistics_get(session.reader, &statistics, err);
	if (code == HEAR_OK && call->json)
		code = print_json(&session, &statistics, err);
	else if (code == HEAR_OK)
		print(&session, &statistics);
	session_close(&session);
	return code;
}
