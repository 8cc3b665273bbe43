/* tracks.h - what became of what each origin said, printed alike for every
 * command that shows it. Counts, no score (core/WEIGHING.md). */
#ifndef TOOLS_TRACKS_H
#define TOOLS_TRACKS_H

#include "tools/output.h"
#include "tools/weighed.h"

/* Appends what is told of one, beside its name: "120 statements in 4 questions;
 * 3 corrected by itself, 2 by who passed them on". */
void tracks_sentence(const struct hear_track *track, struct hear_buffer *out);

/* The origins of a weighing, those with most statements first; on a terminal
 * the first twenty. */
HEAR_CHECKED enum hear_code tracks_print(struct weighed *weighed,
					 enum output_mode mode,
					 struct hear_err *err);

#endif
