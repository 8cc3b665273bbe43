/* index.h - the orders records are looked up in.
 *
 * Table `by` holds, under a one-byte tag and a folded text (or a time), the
 * numbers of the records that carry it. One table with tags rather than a
 * table each: opening is cheaper, and what a record is found by stands in one
 * list, which writing, verifying and repairing all walk.
 */
#ifndef CORE_INDEX_H
#define CORE_INDEX_H

#include "core/hearsay.h"
#include "core/store.h"

enum hear_under {
	HEAR_UNDER_KIND = 'k',
	HEAR_UNDER_SUBJECT = 's',
	HEAR_UNDER_PREDICATE = 'p',
	HEAR_UNDER_OF = 'o',
	HEAR_UNDER_SOURCE = 'b', /* any name in the chain */
	HEAR_UNDER_ORIGIN = 'r', /* names of its last hop */
	HEAR_UNDER_PLACE = 'l',
	HEAR_UNDER_UNIT = 'u',
	HEAR_UNDER_STANCE = 't', /* "asserts" where a claim has none */
	HEAR_UNDER_DOCUMENT = 'd',
	HEAR_UNDER_TAGGED = 'g',
	HEAR_UNDER_LANGUAGE = 'n',
	HEAR_UNDER_TARGET = 'T', /* ids a record is about: 32 bytes */
	HEAR_UNDER_BASIS = 'B',	 /* ids a claim's basis names: 32 bytes */
	HEAR_UNDER_TERM = 'a',   /* names a term or definition joins */
	HEAR_UNDER_SAID = 'S',   /* time: the first millisecond covered */
	HEAR_UNDER_SAID_LONG = 'L', /* those that cover over 32 days, or open */
	HEAR_UNDER_EVENT = 'E',
	HEAR_UNDER_EVENT_LONG = 'F',
};

enum {
	HEAR_INDEX_TEXT = 200, /* folded bytes of a text kept in a key */
	HEAR_TARGET_KEY = 33,  /* bytes of a key that holds an id */
};

/* A time span longer than this is found through the long tags. */
#define HEAR_LONG_MS (INT64_C(32) * 24 * 3600 * 1000)

/* The key of a text under a tag, appended: long texts are cut and end with
 * eight bytes of their hash. */
void hear_index_key(enum hear_under tag, struct hear_span text,
		    struct hear_buffer *out);
/* The key of a time under a tag, appended: tag and eight bytes that sort. */
void hear_index_time(enum hear_under tag, int64_t ms, struct hear_buffer *out);
int64_t hear_index_time_of(struct hear_span key);

/* The keys of one record, none twice. Start from zeros. */
struct hear_keys {
	struct hear_buffer bytes;
	struct hear_buffer folded; /* scratch */
	size_t ends[1024];
	size_t count;
};

/* Fills `keys` anew with those of a record. */
HEAR_CHECKED enum hear_code hear_index_keys(struct hear_keys *keys,
					    const struct hear_value *tree,
					    struct hear_err *err);
struct hear_span hear_keys_at(const struct hear_keys *keys, size_t index);
void hear_keys_done(struct hear_keys *keys);

/* Calls `text` with each text of a record whose words it is found by. */
void hear_index_texts(const struct hear_value *tree, struct hear_buffer *scratch,
		      void (*text)(void *context, struct hear_span text),
		      void *context);

/* Names of a record under a tag of names, unfolded, for listing terms: calls
 * `name` with each. */
void hear_index_names(enum hear_under tag, const struct hear_value *tree,
		      void (*name)(void *context, struct hear_span name),
		      void *context);

#endif
