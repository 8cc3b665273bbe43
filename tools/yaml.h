/* yaml.h - a YAML document as a tree of values.
 *
 * Only yaml.c knows libyaml. Scalars are read raw: every one is text, so that
 * `lang: no` stays "no" and 2025-01-13 stays as written. A plain scalar that
 * is empty, ~ or null is the empty text. Every value knows its line and
 * column. Anchors and aliases work (an aliased value is shared, not copied);
 * tags, several documents and a field given twice are refused.
 */
#ifndef TOOLS_YAML_H
#define TOOLS_YAML_H

#include "core/hearsay.h"

enum {
	YAML_BYTES = 1 << 20,
	YAML_DEPTH = 16,
	YAML_NODES = 20000, /* keys too, and each alias as all it stands for */
	YAML_ANCHORS = 256,
};

/* Reads one document of UTF-8 (a byte order mark is skipped). The tree lives
 * in `arena`. HEAR_INVALID and HEAR_LIMIT come with line and column; where
 * YAML reads something else than people mean (`value: >3000`), the sentence
 * says how to write it. A text without a document is HEAR_INVALID. */
HEAR_CHECKED enum hear_code yaml_read(struct hear_arena *arena,
				      struct hear_span text,
				      struct hear_value **out,
				      struct hear_err *err);

#endif
