/* SPDX-License-Identifier: ISC */
/* Mappings: any YAML over any table. The input is the mapping, a line of three
 * dashes, and the table. Every row is counted in one place, and what is made
 * is a claim that can be written. */
#include "tools/json.h"
#include "tools/mapping.h"
#include "tools/yaml.h"
#include "tests/unit/textfile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_claims(const struct hear_value *claims)
{
	struct hear_buffer out = {.size = 0};
	size_t i;

	assert(hear_count_of(claims) <= MAPPING_CLAIMS);
	for (i = 0; i < hear_count_of(claims); i++) {
		const struct hear_value *claim = hear_item_of(claims, i);

		assert(hear_map_get(claim, "text") ||
		       hear_map_get(claim, "predicate"));
		assert(json_write(claim, &out, NULL) == HEAR_OK);
	}
	hear_buffer_done(&out);
}

static bool gather(struct mapping *mapping, struct csv *csv,
		   struct hear_arena *arena)
{
	enum hear_code code;
	struct csv_row row;

	while (!(code = csv_next(csv, &row, NULL)))
		if (mapping_gather(arena, mapping, &row, NULL))
			return false;
	return code == HEAR_NOTFOUND && !mapping_settle(mapping, NULL) &&
	       !csv_rewind(csv, NULL);
}

static void convert(struct mapping *mapping, struct csv *csv,
		    struct hear_arena *arena)
{
	struct hear_err err = {.code = HEAR_OK};
	struct mapping_counts counts;
	struct hear_value *claims;
	uint64_t failed = 0;
	uint64_t made = 0;
	struct csv_row row;

	while (!csv_next(csv, &row, &err)) {
		if (mapping_row(arena, mapping, &row, &claims, &err)) {
			assert(!claims && err.line == row.line);
			failed++;
			continue;
		}
		made += hear_count_of(claims) > 0;
		check_claims(claims);
	}
	counts = mapping_counts(mapping);
	assert(counts.rows == counts.skipped + counts.companions +
				      counts.empty + made + failed);
	(void)!mapping_finish(mapping, &err);
}

static void run(struct hear_span yaml, struct hear_span table,
		struct hear_arena *arena, struct hear_arena *rows)
{
	struct hear_err err = {.code = HEAR_OK};
	struct mapping *mapping;
	struct hear_value *tree;
	struct csv *csv;
	int fd;

	if (yaml_read(arena, yaml, &tree, NULL))
		return;
	if (mapping_read(arena, tree, &mapping, &err)) {
		assert(!mapping && err.message[0]);
		return;
	}
	fd = textfile_of(table.data, table.size);
	assert(fd >= 0);
	if (!csv_open(&csv, fd, "table", mapping_form(mapping), NULL)) {
		if (!mapping_bind(mapping, csv_header(csv), &err) &&
		    (!mapping_has_companions(mapping) ||
		     gather(mapping, csv, rows)))
			convert(mapping, csv, rows);
		csv_close(csv);
	}
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char mark[] = "\n---\n";
	const char *text = (const char *)data;
	const char *cut = size ? memmem(text, size, mark, 5) : NULL;
	struct hear_arena *arena = hear_arena_new();
	struct hear_arena *rows = hear_arena_new();
	struct hear_span yaml = {text, cut ? (size_t)(cut - text) : size};
	struct hear_span table = {cut ? cut + 5 : "",
				  cut ? size - yaml.size - 5 : 0};

	assert(arena && rows);
	run(yaml, table, arena, rows);
	hear_arena_free(arena);
	hear_arena_free(rows);
	return 0;
}
