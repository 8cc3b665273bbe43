/* claims.h - made-up claims to measure with, the same ones every time.
 *
 * About 500 bytes of content each, shaped as those of analysts are: chains of
 * two to four hops from a few thousand names, 1000 subjects, 40 predicates,
 * quotes over a vocabulary of 50,000 words that follow Zipf's law, three
 * claims a document.
 */
#ifndef BENCH_CLAIMS_H
#define BENCH_CLAIMS_H

#include <stdint.h>

/* A word of exactly ten claims of a file of ten or more. */
#define CLAIMS_RARE_WORD "quillwort"

/* Writes `count` claims as JSON Lines into the new file `path`; a file that is
 * there is taken for what an earlier run wrote. Exits if it cannot. */
void claims_write(const char *path, uint64_t count);
/* The same for the `count` claims that come after the first `first`. */
void claims_write_more(const char *path, uint64_t first, uint64_t count);

#endif
