/* report.h - a report: a document and its claims, written with inheritance.
 *
 * Any field of a claim may stand at any level. A level with `claims` (a list)
 * gives its fields to each of them; one without is a claim. Inner levels
 * override outer ones, and an empty value clears. `names` of several levels
 * add up. `label: x` names a claim, so that `re: x` further down means it.
 * What else may be written in a claim is described at hear_compose().
 */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include "core/hearsay.h"

enum {
	REPORT_RECORDS = HEAR_FILING_RECORDS, /* a report is one filing */
	REPORT_DEPTH = 16,
	REPORT_FIELDS = 64,  /* of a claim, inherited ones too */
	REPORT_NAMES = 256,  /* in all the names that hold for a claim */
};

struct report_record {
	const struct hear_value *written; /* all but what `re` means */
	size_t re; /* the record it means by label; HEAR_NOWHERE: none */
};

struct report {
	struct report_record *records; /* captures before what cites them */
	size_t count;
};

/* Reads what yaml_read() gave. `out` lives in the arena and shares values
 * with `tree`. Failures carry line and column. */
HEAR_CHECKED enum hear_code report_read(struct hear_arena *arena,
					const struct hear_value *tree,
					struct report *out,
					struct hear_err *err);

/* Record `index`, ready for hear_record_make(): `re` is an id where it was a
 * label. `ids` are those of the records before it. NULL: out of memory. */
const struct hear_value *report_resolve(struct hear_arena *arena,
					const struct report *report,
					size_t index,
					const struct hear_id *ids);

#endif
