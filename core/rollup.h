/* rollup.h - the figures of one question, rolled up by a named rule.
 *
 * Figures that disagree are kept side by side and never averaged. Who must
 * print one number all the same says by which rule, so that another can do it
 * again: these are the rules that casualty recorders publish.
 *
 *   conservative   as ACLED codes fatalities: where reports differ or are
 *                  vague, the most conservative number; tens are 10, dozens
 *                  12, hundreds 100 (ACLED, "How does ACLED code fatalities?",
 *                  as of May 2024)
 *   best-low-high  as the UCDP GED keeps them: three numbers an event
 *                  (Sundberg and Melander, Journal of Peace Research 50(4),
 *                  2013). Its best is a coder's judgement; here it is what
 *                  most independent origins state, which needs none.
 *   range          all that may be, the least and the most, as Airwars gives
 *                  an incident, with ends left open where the sources do
 *   latest-per-origin
 *                  what each origin says last, and of these the last word
 *
 * WEIGHING.md has all of them in full. The calls are in hearsay.h; those here
 * are the tally's.
 */
#ifndef CORE_ROLLUP_H
#define CORE_ROLLUP_H

#include "core/decimal.h"
#include "core/figure.h"
#include "core/hearsay.h"

/* Reads decimal text as a weighing gives it; false: there is none. */
bool hear_end_read(struct hear_span text, struct hear_decimal *out);
/* Decimal text in the arena. */
struct hear_span hear_end_text(struct hear_arena *arena,
			       struct hear_decimal number);

#endif
