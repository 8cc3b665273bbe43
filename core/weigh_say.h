/* weigh_say.h - words for what a weighing found. */
#ifndef CORE_WEIGH_SAY_H
#define CORE_WEIGH_SAY_H

#include "core/weighing.h"

/* What a claim says, as words: "about 300". */
void hear_say_value(const struct hear_weighing *weighing, uint32_t claim,
		    struct hear_buffer *out);
/* An interval: "270 to 330", "more than 3,000", "any number". */
void hear_say_bounds(const struct hear_bounds *bounds,
		     struct hear_buffer *out);

#endif
