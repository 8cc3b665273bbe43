/* value.h - the open form of a record: a tree of values in an arena.
 *
 * The calls are in hearsay.h. The struct is open here so that pack and record
 * can walk it without calls.
 */
#ifndef CORE_VALUE_H
#define CORE_VALUE_H

#include "core/hearsay.h"

struct hear_pair {
	struct hear_span key;
	struct hear_value *value;
};

struct hear_value {
	enum hear_type type;
	uint32_t line; /* where it stood in a file, from 1; 0 = nowhere */
	uint32_t column;
	uint32_t count; /* items, or pairs */
	uint32_t room;
	union {
		bool is;
		int64_t number;
		struct hear_span text; /* text or bytes */
		struct hear_value **items;
		struct hear_pair *pairs;
	};
};

/* A text value that borrows its bytes instead of copying them; they must
 * outlive the arena's next reset. */
struct hear_value *hear_borrow_text(struct hear_arena *arena,
				    struct hear_span text);

/* Adds a field that is known not to be there yet; borrows the key. */
void hear_map_add(struct hear_arena *arena, struct hear_value *map,
		  struct hear_span key, struct hear_value *value);

/* A new list or map with the same items or fields, which are shared; an empty
 * map for any other value. */
struct hear_value *hear_copy_shallow(struct hear_arena *arena,
				     const struct hear_value *from);

/* A map of a C string to a text, set only where the text is not empty. */
void hear_map_text(struct hear_arena *arena, struct hear_value *map,
		   const char *key, struct hear_span text);

#endif
