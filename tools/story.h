/* story.h - a story: a document and its claims, as reports are written in YAML,
 * with inheritance.
 *
 * Any field of a claim may stand at any level. A level with `claims` (a list)
 * gives its fields to each of them; one without is a claim. Inner levels
 * override outer ones, and an empty value clears. `names` of several levels
 * add up. `label: x` names a claim, so that `re: x` further down means it.
 * What else may be written in a claim is described at hear_compose().
 */
#ifndef TOOLS_STORY_H
#define TOOLS_STORY_H

#include "core/hearsay.h"

enum {
	STORY_RECORDS = HEAR_FILING_RECORDS, /* a story is one filing */
	STORY_DEPTH = 16,
	STORY_FIELDS = 64,  /* of a claim, inherited ones too */
	STORY_NAMES = 256,  /* in all the names that hold for a claim */
};

struct story_record {
	const struct hear_value *written; /* all but what `re` means */
	size_t re; /* the record it means by label; HEAR_NOWHERE: none */
};

struct story {
	struct story_record *records; /* captures before what cites them */
	size_t count;
};

/* Reads what yaml_read() gave. `out` lives in the arena and shares values
 * with `tree`. Failures carry line and column. */
HEAR_CHECKED enum hear_code story_read(struct hear_arena *arena,
				       const struct hear_value *tree,
				       struct story *out,
				       struct hear_err *err);

/* Record `index`, ready for hear_record_make(): `re` is an id where it was a
 * label. `ids` are those of the records before it. NULL: out of memory. */
const struct hear_value *story_resolve(struct hear_arena *arena,
				       const struct story *story,
				       size_t index,
				       const struct hear_id *ids);

#endif
