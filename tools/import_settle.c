/* SPDX-License-Identifier: ISC */
/* import_settle.c - what waits for what.
 *
 * A record that speaks of another can be filed once that one stands, here or
 * earlier in the same import, at its own marking or below. The spool is gone
 * through in rounds: what has all it needs gets the round as its phase. Mostly
 * one round does, and none at all where no record speaks of another.
 *
 * Retractions from elsewhere name filings that are not here. They are made
 * anew, for the filing that this import makes of the same record; such a
 * record, what speaks of it and the retraction are filed together, late, so
 * that nothing that was taken back ever stands here on its own. A record that
 * was here before the import is left as it is: what was done to it elsewhere
 * was done to other filings. */
#include "tools/import.h"

#include "core/error.h"

#include <string.h>

struct settling {
	struct import *import;
	struct hear_arena *arena;
	struct hear_record record; /* of the entry being looked at */
	unsigned round;
	uint64_t waiting;
	bool moved; /* something was settled in this round */
};

/* ---- What is here ---- */

static enum hear_code look_up(struct settling *settling,
			      const struct hear_id *id, uint32_t *number,
			      struct hear_err *err)
{
	struct hear_reader *reader = settling->import->session.reader;
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code;

	hear_arena_reset(settling->arena);
	code = hear_filed_in(reader, settling->arena, id, &filed, &count, err);
	for (i = 0; code == HEAR_OK && i < count; i++) {
		uint32_t marking = (uint32_t)filed[i].filing.marking;
		uint32_t lowest = *number & WANTED_MARKING;

		*number |= WANTED_HERE |
			   (filed[i].retracted ? WANTED_UNDONE : 0u);
		if (!filed[i].retracted && !filed[i].filing.roster &&
		    (lowest == 0 || marking < lowest))
			*number = (*number & ~(uint32_t)WANTED_MARKING) |
				  marking;
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code look_up_all(struct settling *settling,
				  struct hear_err *err)
{
	struct idmap *wanted = settling->import->wanted;
	enum hear_code code = HEAR_OK;
	struct hear_id id;
	uint32_t *number;
	size_t i;

	for (i = 0; code == HEAR_OK && idmap_at(wanted, i, &id, &number); i++)
		code = look_up(settling, &id, number, err);
	return code;
}

/* ---- One entry ---- */

/* Whether all a record refers to is to be had; `*late` where some of it is
 * filed late. */
static bool has_all(const struct settling *settling,
		    const struct spool_entry *entry, bool *late)
{
	struct hear_id ids[IMPORT_REFERENCES];
	const char *fields[IMPORT_REFERENCES];
	size_t count = import_references(settling->record.tree, ids, fields);
	size_t i;

	*late = false;
	for (i = 0; i < count; i++) {
		uint32_t number = *idmap_find(settling->import->wanted,
					      &ids[i]);
		uint32_t lowest = number & WANTED_MARKING;

		if ((entry->flags & SPOOL_FOREIGN) &&
		    strcmp(fields[i], "record") != 0)
			continue; /* left out where it is not there */
		if (lowest == 0 || lowest > entry->marking)
			return false;
		*late = *late || (number & WANTED_LATE);
	}
	return true;
}

/* What is known of the record a retraction from elsewhere takes back; NULL for
 * other entries. */
static const uint32_t *target_of(const struct settling *settling,
				 const struct spool_entry *entry)
{
	struct hear_id id;

	if (!(entry->flags & SPOOL_FOREIGN) ||
	    !hear_id_parse(hear_text_of(hear_map_get(settling->record.tree,
						     "record")), &id))
		return NULL;
	return idmap_find(settling->import->wanted, &id);
}

/* Whether it stays as it is here, see above; if so, it is counted. */
static bool stays(const struct settling *settling,
		  const struct spool_entry *entry)
{
	uint32_t *self = idmap_find(settling->import->wanted, &entry->id);
	const uint32_t *target = target_of(settling, entry);

	if ((entry->flags & SPOOL_RETRACTED) && self &&
	    (*self & WANTED_HERE)) {
		settling->import->already++;
		return true;
	}
	if (!target || !(*target & WANTED_HERE))
		return false;
	if (*target & WANTED_UNDONE)
		settling->import->already++;
	else
		settling->import->left_out++;
	/* What takes this one back in turn stays as well. */
	if (self)
		*self |= *target & (WANTED_HERE | WANTED_UNDONE);
	return true;
}

/* What comes after it can refer to it now. */
static void is_to_be_had(struct settling *settling,
			 const struct spool_entry *entry, bool late)
{
	uint32_t *self = idmap_find(settling->import->wanted, &entry->id);
	uint32_t lowest;

	if (!self)
		return;
	lowest = *self & WANTED_MARKING;
	if (lowest == 0 || entry->marking < lowest)
		*self = (*self & ~(uint32_t)WANTED_MARKING) | entry->marking;
	if (late && !(*self & WANTED_HERE))
		*self |= WANTED_LATE;
}

/* What stands here already needs nothing any more. */
static enum hear_code stands_here(struct settling *settling,
				  const struct spool_entry *entry, bool *out,
				  struct hear_err *err)
{
	uint32_t number = 0;
	enum hear_code code = look_up(settling, &entry->id, &number, err);

	*out = (number & WANTED_MARKING) &&
	       (number & WANTED_MARKING) <= entry->marking;
	return code;
}

static uint8_t phase_of(struct settling *settling,
			const struct spool_entry *entry)
{
	const uint32_t *self =
		idmap_find(settling->import->wanted, &entry->id);
	bool late;

	if (stays(settling, entry))
		return SPOOL_HERE;
	if (!has_all(settling, entry, &late)) {
		settling->waiting++;
		return SPOOL_WAITS;
	}
	late = late || (entry->flags & SPOOL_FOREIGN) ||
	       (self && (*self & WANTED_TARGET) && !(*self & WANTED_HERE));
	settling->import->late = settling->import->late || late;
	settling->moved = true;
	is_to_be_had(settling, entry, late);
	return (uint8_t)(settling->round | (late ? SPOOL_LATE : 0));
}

/* ---- All of them ---- */

static enum hear_code settle_entry(struct settling *settling,
				   const struct spool_entry *entry,
				   struct hear_err *err)
{
	enum hear_code code;
	uint8_t phase;
	bool here;

	if (settling->round > 1 && entry->phase != SPOOL_WAITS)
		return HEAR_OK;
	hear_arena_reset(settling->arena);
	code = hear_record_read(settling->arena, entry->body,
				&settling->record, err);
	if (code != HEAR_OK)
		return code;
	phase = phase_of(settling, entry);
	if (phase == SPOOL_WAITS && settling->round == 1) {
		code = stands_here(settling, entry, &here, err);
		if (code == HEAR_OK && here) {
			settling->import->already++;
			settling->waiting--;
			phase = SPOOL_HERE;
		}
	}
	if (code != HEAR_OK)
		return code;
	return phase == entry->phase
		       ? HEAR_OK
		       : spool_set_phase(settling->import->spool, entry->at,
					 phase, err);
}

static enum hear_code
each_entry(struct settling *settling,
	   enum hear_code (*each)(struct settling *settling,
				  const struct spool_entry *entry,
				  struct hear_err *err),
	   struct hear_err *err)
{
	struct spool *spool = settling->import->spool;
	struct spool_entry entry;
	enum hear_code code = spool_rewind(spool, err);

	while (code == HEAR_OK) {
		code = spool_next(spool, &entry, err);
		if (code == HEAR_OK)
			code = each(settling, &entry, err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- What cannot be filed ---- */

static void say_what_is_missing(struct settling *settling,
				const struct spool_entry *entry,
				struct hear_err *err)
{
	struct hear_id ids[IMPORT_REFERENCES];
	const char *fields[IMPORT_REFERENCES];
	char text[HEAR_ID_TEXT];
	size_t count = import_references(settling->record.tree, ids, fields);
	size_t i;

	for (i = 0; i < count; i++) {
		uint32_t lowest = *idmap_find(settling->import->wanted,
					      &ids[i]) &
				  WANTED_MARKING;

		if (lowest > 0 && lowest <= entry->marking)
			continue;
		hear_id_print(&ids[i], text);
		hear_fail(err, HEAR_DENIED,
			  "%s: no live record %.12s is here or in what is "
			  "imported, at the marking %s or below",
			  fields[i], text,
			  hear_marking_name((enum hear_marking)entry->marking));
		return;
	}
}

static enum hear_code give_up(struct settling *settling,
			      const struct spool_entry *entry,
			      struct hear_err *err)
{
	struct hear_err missing = {.at = HEAR_NOWHERE};
	enum hear_code code;

	if (entry->phase != SPOOL_WAITS)
		return HEAR_OK;
	if (entry->flags & SPOOL_FOREIGN) {
		settling->import->left_out++;
		return HEAR_OK;
	}
	hear_arena_reset(settling->arena);
	code = hear_record_read(settling->arena, entry->body,
				&settling->record, err);
	if (code != HEAR_OK)
		return code;
	say_what_is_missing(settling, entry, &missing);
	import_bad(settling->import, entry->input, entry->line, &missing);
	return HEAR_OK;
}

static enum hear_code settle(struct settling *settling, struct hear_err *err)
{
	enum hear_code code = look_up_all(settling, err);

	do {
		settling->round++;
		settling->waiting = 0;
		settling->moved = false;
		if (code == HEAR_OK)
			code = each_entry(settling, settle_entry, err);
	} while (code == HEAR_OK && settling->waiting > 0 && settling->moved &&
		 settling->round < SPOOL_LAST);
	settling->import->rounds = settling->round;
	if (code == HEAR_OK && settling->waiting > 0)
		code = each_entry(settling, give_up, err);
	return code;
}

enum hear_code import_settle(struct import *import, struct hear_err *err)
{
	struct settling settling = {.import = import};
	enum hear_code code;

	import->rounds = SPOOL_FIRST;
	if (idmap_count(import->wanted) == 0)
		return HEAR_OK;
	settling.arena = hear_arena_new();
	code = settling.arena ? settle(&settling, err) : hear_fail_memory(err);
	hear_arena_free(settling.arena);
	return code;
}
