/* hearsay.h - attributed claims: who said what, citing whom, when, in which
 * document, how sure they sounded.
 *
 * The library has no globals, prints nothing, reads no clock and starts no
 * thread. Times are arguments, in milliseconds since 1970-01-01T00:00:00Z
 * unless a name says otherwise.
 *
 * Every call that can fail returns an enum hear_code and fills `err` (which
 * may be NULL) with a sentence for people. Codes named as answers in a call's
 * comment leave `err` untouched.
 *
 * Threads: different arenas, datasets, readers and writers may be used from
 * different threads at once; one of them only from one thread at a time.
 * A struct hear_dataset may be shared by threads that each begin readers and
 * writers of their own. Open a directory once per process, after any fork.
 */
#ifndef HEARSAY_H
#define HEARSAY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEAR_API __attribute__((visibility("default")))
#define HEAR_CHECKED __attribute__((warn_unused_result))
#define HEAR_FORMAT(at, first) __attribute__((format(printf, at, first)))

/* ---- Failures ---------------------------------------------------------- */

/* One line a code: name, and the words used where a call gave none. */
#define HEAR_CODES(X)                                                          \
	X(HEAR_OK, "done")                                                     \
	X(HEAR_NOTFOUND, "not found")                                          \
	X(HEAR_AMBIGUOUS, "more than one matches")                             \
	X(HEAR_EXISTS, "exists already")                                       \
	X(HEAR_INVALID, "not well formed")                                     \
	X(HEAR_LIMIT, "over a limit")                                          \
	X(HEAR_DENIED, "not permitted")                                        \
	X(HEAR_FOREIGN, "belongs elsewhere")                                   \
	X(HEAR_VERSION, "made by a newer version")                             \
	X(HEAR_DAMAGED, "damaged")                                             \
	X(HEAR_FULL, "no space left")                                          \
	X(HEAR_IO, "reading or writing failed")                                \
	X(HEAR_MEMORY, "out of memory")

enum hear_code {
#define HEAR_CODE_NAME(name, text) name,
	HEAR_CODES(HEAR_CODE_NAME)
#undef HEAR_CODE_NAME
};

#define HEAR_NOWHERE SIZE_MAX

/* What went wrong, for people. `line` and `column` count from 1 and are 0
 * where the input has none; `at` and `span` are the bytes of the parsed text
 * the message is about (HEAR_NOWHERE where unknown), for a caret. */
struct hear_err {
	enum hear_code code;
	uint32_t line;
	uint32_t column;
	size_t at;
	size_t span;
	char message[600];
};

/* The words for a code: static, never NULL. */
HEAR_API const char *hear_code_text(enum hear_code code);

/* Fills `err` (may be NULL) and returns `code`, so that a failing call can
 * end with `return hear_fail(...)`. Clears line, column and place. */
HEAR_API enum hear_code hear_fail(struct hear_err *err, enum hear_code code,
				  const char *format, ...) HEAR_FORMAT(3, 4);

/* The same, for bytes [at, at + span) of the text being parsed. */
HEAR_API enum hear_code hear_fail_at(struct hear_err *err, enum hear_code code,
				     size_t at, size_t span, const char *format,
				     ...) HEAR_FORMAT(5, 6);

/* Puts words before the message: what the caller was doing. */
HEAR_API void hear_err_prefix(struct hear_err *err, const char *format, ...)
	HEAR_FORMAT(2, 3);

/* ---- Bytes ------------------------------------------------------------- */

/* Borrowed bytes, not ended by NUL. An empty span may have NULL data. */
struct hear_span {
	const char *data;
	size_t size;
};

/* A span over a C string, which it borrows. NULL gives an empty span. */
HEAR_API struct hear_span hear_span_of(const char *text);
HEAR_API bool hear_span_equal(struct hear_span a, struct hear_span b);
HEAR_API bool hear_span_is(struct hear_span a, const char *text);

/* Bytes that grow. Start from zeros. Once memory has run out `failed` stays
 * set and additions do nothing: check it once, at the end. `data` is always
 * ended by a NUL that `size` does not count (NULL while nothing was added).
 */
struct hear_buffer {
	char *data;
	size_t size;
	size_t room;
	bool failed;
};

HEAR_API void hear_buffer_add(struct hear_buffer *buffer, const void *data,
			      size_t size);
HEAR_API void hear_buffer_text(struct hear_buffer *buffer, const char *text);
HEAR_API void hear_buffer_span(struct hear_buffer *buffer,
			       struct hear_span span);
HEAR_API void hear_buffer_byte(struct hear_buffer *buffer, char byte);
HEAR_API void hear_buffer_print(struct hear_buffer *buffer, const char *format,
				...) HEAR_FORMAT(2, 3);
/* Empties it and keeps the memory. */
HEAR_API void hear_buffer_reset(struct hear_buffer *buffer);
/* Gives the memory back; the buffer is as new. */
HEAR_API void hear_buffer_done(struct hear_buffer *buffer);
HEAR_API struct hear_span hear_buffer_view(const struct hear_buffer *buffer);

/* ---- Arenas and values ------------------------------------------------- */

/* Memory that is given back all at once. Values live in one. If it runs out,
 * builders return NULL and take NULL, and hear_arena_failed() stays true
 * until the next reset: check once, at the end. */
struct hear_arena;

HEAR_API struct hear_arena *hear_arena_new(void); /* NULL: out of memory */
HEAR_API void hear_arena_free(struct hear_arena *arena);
/* Forgets everything made in it and keeps the memory for reuse. */
HEAR_API void hear_arena_reset(struct hear_arena *arena);
HEAR_API bool hear_arena_failed(const struct hear_arena *arena);
/* `size` bytes, aligned for any object, not cleared. */
HEAR_API void *hear_arena_alloc(struct hear_arena *arena, size_t size);
/* A copy of the bytes, ended by a NUL that `size` does not count. */
HEAR_API struct hear_span hear_arena_copy(struct hear_arena *arena,
					  struct hear_span span);

/* A tree such as JSON has, less null and floats: the open form of a record.
 * Every getter takes NULL and values of another type, and then gives an empty
 * answer, so that a path of fields needs no checks in between. */
enum hear_type {
	HEAR_NONE, /* absent: what NULL is */
	HEAR_BOOL,
	HEAR_INTEGER,
	HEAR_TEXT,
	HEAR_BYTES,
	HEAR_LIST,
	HEAR_MAP,
};

struct hear_value;

HEAR_API struct hear_value *hear_make_bool(struct hear_arena *arena, bool is);
HEAR_API struct hear_value *hear_make_integer(struct hear_arena *arena,
					      int64_t number);
/* Text and bytes are copied into the arena. */
HEAR_API struct hear_value *hear_make_text(struct hear_arena *arena,
					   struct hear_span text);
HEAR_API struct hear_value *hear_make_bytes(struct hear_arena *arena,
					    struct hear_span bytes);
HEAR_API struct hear_value *hear_make_list(struct hear_arena *arena);
HEAR_API struct hear_value *hear_make_map(struct hear_arena *arena);
/* Appends `item`, which may stand in several places, to `list`. */
HEAR_API void hear_list_add(struct hear_arena *arena, struct hear_value *list,
			    struct hear_value *item);
/* Sets a field; a field that is there already keeps its place in the order
 * and takes the new value. The key is copied. */
HEAR_API void hear_map_put(struct hear_arena *arena, struct hear_value *map,
			   struct hear_span key, struct hear_value *value);
HEAR_API void hear_map_set(struct hear_arena *arena, struct hear_value *map,
			   const char *key, struct hear_value *value);
/* Takes a field out; false where there was none. */
HEAR_API bool hear_map_remove(struct hear_value *map, const char *key);

HEAR_API enum hear_type hear_type_of(const struct hear_value *value);
HEAR_API bool hear_bool_of(const struct hear_value *value);
HEAR_API int64_t hear_integer_of(const struct hear_value *value);
/* The span of a text or of bytes; borrowed from the arena. */
HEAR_API struct hear_span hear_text_of(const struct hear_value *value);
/* How many items a list, or fields a map, has. */
HEAR_API size_t hear_count_of(const struct hear_value *value);
HEAR_API struct hear_value *hear_item_of(const struct hear_value *value,
					 size_t index);
HEAR_API struct hear_span hear_key_of(const struct hear_value *map,
				      size_t index);
HEAR_API struct hear_value *hear_map_at(const struct hear_value *map,
					struct hear_span key);
HEAR_API struct hear_value *hear_map_get(const struct hear_value *map,
					 const char *key);
/* A deep copy in `arena`. */
HEAR_API struct hear_value *hear_value_copy(struct hear_arena *arena,
					    const struct hear_value *value);
HEAR_API bool hear_value_equal(const struct hear_value *a,
			       const struct hear_value *b);

/* Where in a file a value stood, both from 1; errors about it say so. */
HEAR_API void hear_value_place(struct hear_value *value, uint32_t line,
			       uint32_t column);
HEAR_API uint32_t hear_line_of(const struct hear_value *value);
HEAR_API uint32_t hear_column_of(const struct hear_value *value);

#ifdef __cplusplus
}
#endif

#endif
