/* SPDX-License-Identifier: ISC */
#include "tools/resting.h"
#include "tools/complain.h"
#include "tools/output.h"
#include "tools/wording.h"

/* Whether it is the record itself that is retracted. */
static bool itself(const struct hear_ground *grounds, size_t count)
{
	return count > 0 && grounds[0].how == HEAR_RESTS_ITSELF;
}

void resting_mark(const struct hear_ground *grounds, size_t count,
		  struct hear_buffer *out)
{
	if (count == 0)
		return;
	if (itself(grounds, count)) {
		hear_buffer_text(out, "[retracted]");
		return;
	}
	hear_buffer_text(out, "[rests on retracted ");
	output_short_id(&grounds[0].id, out);
	if (count > 1)
		hear_buffer_print(out, " and %zu more", count - 1);
	hear_buffer_byte(out, ']');
}

/* Nothing of the retraction's own filing, which another copy of the records
 * would not share. */
static struct hear_value *ground_value(struct hear_arena *arena,
				       const struct hear_ground *ground)
{
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *via = hear_make_list(arena);
	size_t i;

	hear_map_set(arena, map, "id", output_id(arena, &ground->id));
	hear_map_set(arena, map, "how",
		     output_text(arena, hear_rest_name(ground->how)));
	for (i = 0; i < ground->via_count; i++)
		hear_list_add(arena, via, output_id(arena, &ground->via[i]));
	if (ground->via_count > 0)
		hear_map_set(arena, map, "via", via);
	hear_map_set(arena, map, "reason",
		     hear_make_text(arena, ground->reason));
	if (ground->replaced)
		hear_map_set(arena, map, "replaced_by",
			     output_id(arena, &ground->replaced_by));
	return map;
}

struct hear_value *resting_value(struct hear_arena *arena,
				 const struct hear_ground *grounds,
				 size_t count)
{
	struct hear_value *list;
	size_t i;

	if (count == 0 || itself(grounds, count))
		return NULL;
	list = hear_make_list(arena);
	for (i = 0; i < count; i++)
		hear_list_add(arena, list, ground_value(arena, &grounds[i]));
	return list;
}

void resting_cell(const struct hear_ground *grounds, size_t count,
		  struct hear_buffer *out)
{
	char id[HEAR_ID_TEXT];
	size_t i;

	for (i = 0; i < count && !itself(grounds, count); i++) {
		hear_id_print(&grounds[i].id, id);
		hear_buffer_print(out, "%s%s: ", i > 0 ? "; " : "", id);
		hear_buffer_span(out, grounds[i].reason);
	}
}

enum hear_code resting_note(struct hear_reader *reader,
			    struct hear_arena *arena,
			    const struct hear_record *record,
			    struct hear_err *err)
{
	struct hear_resting *resting;
	struct hear_ground *grounds;
	struct hear_buffer text = {0};
	char id[HEAR_ID_TEXT];
	size_t count;
	enum hear_code code =
		hear_rests_on(reader, arena, record, &grounds, &count, err);

	if (code != HEAR_OK || !itself(grounds, count))
		return code;
	code = hear_resting_on(reader, arena, &record->id, &resting, &count,
			       err);
	if (code != HEAR_OK || count == 0)
		return code;
	wording_count(&text, count, "live record", NULL);
	hear_id_print(&record->id, id);
	if (!text.failed)
		complain_note("%s%s %s on it and %s flagged from now on; "
			      "`hearsay show %.*s` lists them",
			      count + 1 == HEAR_RESTING_MOST ? "at least " : "",
			      text.data, count == 1 ? "rests" : "rest",
			      count == 1 ? "is" : "are", OUTPUT_ID_DIGITS + 2,
			      id);
	hear_buffer_done(&text);
	return HEAR_OK;
}
