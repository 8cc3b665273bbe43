/* timeline.h - questions of a weighing, as figures over time by origin.
 *
 * A chart is of one question: what of running totals and of all else each
 * origin said, with what became of it, at the time up to which a total counts
 * (`until`), else when it was said, else when its document was published. Or,
 * of events, it is of all questions that differ only in when it happened: each
 * poll, each day's incident at its own time.
 */
#ifndef TOOLS_TIMELINE_H
#define TOOLS_TIMELINE_H

#include "tools/chart.h"

/* Questions that are drawn in one chart. */
struct timeline_group {
	struct hear_span name;
	uint32_t *questions; /* in the weighing's order */
	size_t count;
	bool figures; /* what answers them */
};

/* The questions that were asked for, in the weighing's order. Everything is in
 * the arena and the weighing. */
HEAR_CHECKED enum hear_code
timeline_groups(const struct hear_weighing *weighing, struct hear_arena *arena,
		struct timeline_group **out, size_t *count,
		struct hear_err *err);

/* A claim of the query that the team took back. It is weighed no more, but is
 * drawn, struck, where its words are those of a question that is. */
struct timeline_taken {
	struct hear_weighed claim; /* as far as it is drawn by it */
	const struct hear_value *tree;
};

/* Those that assert a figure, at most TIMELINE_TAKEN of them; `query` is what
 * people typed. Everything is in the arena. */
enum { TIMELINE_TAKEN = 5000 };
HEAR_CHECKED enum hear_code timeline_taken(struct hear_reader *reader,
					   struct hear_span query,
					   struct hear_arena *arena,
					   struct timeline_taken **out,
					   size_t *count,
					   struct hear_err *err);

/* Raises a marking to the highest of the live terms and definitions that bear
 * on names or figures of what was weighed, directly or through others. */
HEAR_CHECKED enum hear_code
timeline_hold_terms(const struct hear_weighing *weighing,
		    struct hear_reader *reader, struct hear_arena *arena,
		    enum hear_marking *marking, struct hear_err *err);
/* Raises a marking to the freest at which a record is live. */
void timeline_hold(struct hear_reader *reader, struct hear_arena *arena,
		   const struct hear_id *id, enum hear_marking *marking);

/* One statement. */
struct timeline_row {
	const struct hear_weighed *claim;
	uint32_t voice; /* HEAR_NOBODY: it was taken back */
	struct hear_span question;
	struct hear_span origin; /* "unnamed: a campaign adviser" */
	struct hear_span when;	 /* as written: "../2025-01-12" */
	struct hear_span said;	 /* "about 300", "silent" */
	/* "stands", "updated", "repeated", "corrected", "withdrawn",
	 * "reversed"; "retracted" by the team; "aside": it neither asserts,
	 * denies nor withdraws; "unnamed": so is its origin. Static. */
	const char *fate;
};

struct timeline {
	struct chart chart; /* its subtitle is empty */
	struct timeline_row *rows;
	size_t row_count;
	size_t figures; /* that have a place in the chart */
	enum hear_marking marking; /* the highest of the claims in it */
};

/* Of the questions' origins those whose claims were asked for, and whoever
 * answers them (denies, doubts, withdraws, is silent), in the weighing's order,
 * then the unnamed. Then, of `taken`, what has its
 * place in the group. Reads the records by `reader`; everything is in the
 * arena, the weighing, the group and `taken`. */
HEAR_CHECKED enum hear_code timeline_make(struct timeline *out,
					  const struct hear_weighing *weighing,
					  const struct timeline_group *group,
					  const struct timeline_taken *taken,
					  size_t taken_count,
					  struct hear_reader *reader,
					  struct hear_arena *arena,
					  struct hear_err *err);

#endif
