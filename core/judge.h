/* judge.h - what the roster's records come to: which of them count, and who is
 * a member. A pure function of the set of roster filings, whatever order they
 * came in; FORMAT.md has the rules and their reasons.
 */
#ifndef CORE_JUDGE_H
#define CORE_JUDGE_H

#include "core/history.h"

struct hear_ruling {
	bool counts;
	enum hear_role role; /* of a grant: what it gives */
	enum hear_marking clearance;
};

struct hear_judgement {
	struct hear_ruling *verdicts; /* of each event */
	unsigned *ranks;	       /* of each key */
	enum hear_marking *ceilings;   /* what a key may give, of each */
};

/* Judges those filings whose bits are set in `within`, or (NULL) all; to be
 * given back with hear_judgement_done() in any case. */
HEAR_CHECKED enum hear_code hear_judge(const struct hear_history *history,
				       const uint64_t *within,
				       struct hear_judgement *out,
				       struct hear_err *err);
void hear_judgement_done(struct hear_judgement *judgement);

/* Whether a roster filing may be admitted: its author is an admin in its own
 * past. HEAR_NOTFOUND is an answer: it has seen what is not here. */
HEAR_CHECKED enum hear_code
hear_judge_author(const struct hear_history *history,
		  const struct hear_header *header, bool *out,
		  struct hear_err *err);

/* What it all comes to for a key; false: never a member. */
bool hear_judged_member(const struct hear_history *history,
			const struct hear_judgement *judgement, size_t key,
			struct hear_member *out);
/* Calls `each` with every head that the removals of a key leave standing;
 * the same one may come twice. */
void hear_judged_heads(const struct hear_history *history,
		       const struct hear_judgement *judgement, size_t key,
		       void (*each)(void *context, const struct hear_id *head),
		       void *context);
/* The lowest format a program must read to go on with this dataset. */
int64_t hear_judged_needs(const struct hear_history *history,
			  const struct hear_judgement *judgement);

#endif
