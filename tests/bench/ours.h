/* ours.h - Hearsay's side of a comparison, through the library.
 *
 * Every call stops the program where it fails.
 */
#ifndef BENCH_OURS_H
#define BENCH_OURS_H

#include "core/hearsay.h"

/* A node's home that is made anew: an identity and the dataset `bench`, where
 * the program `hearsay` looks for them. */
void ours_make(const char *home);
/* Files every line of a file of JSON Lines; how many records are new. */
uint64_t ours_import(const char *home, const char *file);
/* Home `home`, filled from `file` by an earlier run or now. */
void ours_keep(const char *home, const char *file);

/* Home `to` anew, with what is in `home`. */
void ours_copy(const char *home, const char *to);

struct hear_dataset *ours_open(const char *home);
struct hear_reader *ours_read(struct hear_dataset *dataset);
/* Bytes of the dataset, and of a compact copy of it. */
uint64_t ours_bytes(const char *home);
uint64_t ours_compact_bytes(const char *home);

#endif
