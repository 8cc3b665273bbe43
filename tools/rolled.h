/* rolled.h - the figures of one question, rolled up by a rule that is named, in
 * words and as JSON: what they come to, what that rests on, and what was left
 * out and why. */
#ifndef TOOLS_ROLLED_H
#define TOOLS_ROLLED_H

#include "tools/weighed.h"

/* What --rule may be; "latest-per-origin" stands first. */
#define ROLLED_RULES "latest-per-origin conservative best-low-high range"

/* --rule of a command; `out` stays as it is where it was not given. */
HEAR_CHECKED enum hear_code rolled_rule(const struct call *call,
					enum hear_rule *out,
					struct hear_err *err);

/* "conservative: 270; rests on 0b2c94ca; left out because it was corrected:
 * 1 claim (1a2b3c4d)". Of many ids the first are told, the rest counted. Nothing where
 * the question has no figure. */
HEAR_CHECKED enum hear_code rolled_say(struct weighed *weighed,
				       uint32_t question, enum hear_rule rule,
				       struct hear_buffer *out,
				       struct hear_err *err);

/* {rule, low, best, high, low_open, high_open, unnamed, rests: [id], left_out:
 * [{id, reason}]}; NULL in `out` where the question has no figure. */
HEAR_CHECKED enum hear_code rolled_json(struct weighed *weighed,
					struct hear_arena *arena,
					uint32_t question, enum hear_rule rule,
					struct hear_value **out,
					struct hear_err *err);

#endif
