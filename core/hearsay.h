/* hearsay.h - attributed claims: who said what, citing whom, when, in which
 * document, how sure they sounded.
 *
 * The library has no globals, prints nothing, reads no clock and starts no
 * thread, but for the one LMDB uses while hear_backup() or hear_compact() copy. Times are arguments, in milliseconds since 1970-01-01T00:00:00Z
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
/* Empty where memory ran out: nobody takes a part for the whole. */
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

/* ---- Text --------------------------------------------------------------- */

/* Well-formed UTF-8 (Unicode 3.9, table 3-7: no surrogates, no overlong
 * forms, nothing above U+10FFFF). The offset where the first bad character
 * begins, or HEAR_NOWHERE where all is well. Accepts NUL. */
HEAR_API size_t hear_utf8_bad(struct hear_span text);

/* Appends the form by which names are compared: compatibility and case folded,
 * accents and width taken off (of letters Unicode keeps whole, too: a stroked
 * l is l), Arabic, Indian and Thai digits 0 to 9, blanks run together and
 * trimmed, dashes and quotation marks made plain, invisible characters
 * dropped. Marks that are letters of their script (kana, Thai, Hindi) stay.
 * Bytes that are not UTF-8 are kept as they are: this never fails but for
 * memory (out->failed). */
HEAR_API void hear_text_fold(struct hear_span text, struct hear_buffer *out);

/* Columns a terminal needs for the text: wide characters two, marks and
 * control characters none, a byte that is not UTF-8 one. */
HEAR_API size_t hear_text_columns(struct hear_span text);

/* How far apart two folded words are: insertions, deletions, replacements and
 * swapped neighbours (Damerau), counted in characters; at most `limit` + 1.
 * Texts of more than 256 characters are equal or farther than that; a `limit`
 * above 256 is taken for 256. */
HEAR_API unsigned hear_text_distance(struct hear_span a, struct hear_span b,
				     unsigned limit);

/* ---- Names -------------------------------------------------------------- */

/* The fixed words of the model. Each enum starts at 1, so that 0 can stand for
 * "not given". A name is static text; a number that is none of the enum gives
 * "unknown". Parsing takes a name in upper or lower case, with hyphens or
 * underscores for blanks; HEAR_INVALID lists what may be written instead. */

/* How far a filing may travel (TLP 2.0), the freest first, so that markings
 * compare as numbers. "TLP:AMBER" is read too. */
enum hear_marking {
	HEAR_CLEAR = 1,
	HEAR_GREEN,
	HEAR_AMBER,
	HEAR_AMBER_STRICT, /* "amber+strict" */
	HEAR_RED,
	HEAR_LOCAL, /* never leaves the machine */
};

HEAR_API const char *hear_marking_name(enum hear_marking marking);
HEAR_API HEAR_CHECKED enum hear_code
hear_marking_parse(struct hear_span text, enum hear_marking *out,
		   struct hear_err *err);

/* What a member may do: each role may do what the ones before it may. */
enum hear_role {
	HEAR_READER = 1,
	HEAR_WRITER, /* and file */
	HEAR_ADMIN,  /* and grant, remove and purge */
};

HEAR_API const char *hear_role_name(enum hear_role role);
HEAR_API HEAR_CHECKED enum hear_code hear_role_parse(struct hear_span text,
						     enum hear_role *out,
						     struct hear_err *err);

/* What becomes of the filings of a removed member that came after the removal:
 * left out of views, or (against floods) out of the shared set as well. */
enum hear_removal { HEAR_REMOVAL_FLAG = 1, HEAR_REMOVAL_SEAL };

HEAR_API const char *hear_removal_name(enum hear_removal removal);
HEAR_API HEAR_CHECKED enum hear_code
hear_removal_parse(struct hear_span text, enum hear_removal *out,
		   struct hear_err *err);

/* How a source stands to what a claim says. */
enum hear_stance {
	HEAR_ASSERTS = 1,
	HEAR_DENIES,
	HEAR_DOUBTS,
	HEAR_POSSIBLE,
	HEAR_EXPECTS,
	HEAR_ASKS,
	HEAR_UNCONFIRMED, /* has it, and could not confirm it */
	HEAR_DECLINES,	  /* was asked and would not say */
	HEAR_SILENT,	  /* had not acknowledged it as of `until` */
	HEAR_WITHDRAWS,	  /* takes it back; not our retraction */
};

HEAR_API const char *hear_stance_name(enum hear_stance stance);
HEAR_API HEAR_CHECKED enum hear_code
hear_stance_parse(struct hear_span text, enum hear_stance *out,
		  struct hear_err *err);

/* What a record is. */
enum hear_kind {
	HEAR_KIND_CLAIM = 1,
	HEAR_KIND_CAPTURE,
	HEAR_KIND_ASSESSMENT,
	HEAR_KIND_RELATION,
	HEAR_KIND_TERM,
	HEAR_KIND_DEFINITION,
	HEAR_KIND_RETRACTION,
	HEAR_KIND_GENESIS, /* from here on: the roster's */
	HEAR_KIND_GRANT,
	HEAR_KIND_REMOVAL,
	HEAR_KIND_PURGE,
};

HEAR_API const char *hear_kind_name(enum hear_kind kind);
HEAR_API HEAR_CHECKED enum hear_code hear_kind_parse(struct hear_span text,
						     enum hear_kind *out,
						     struct hear_err *err);

/* What one claim is to another. */
enum hear_relation {
	HEAR_SUPPORTS = 1,
	HEAR_CONTRADICTS,
	HEAR_UPDATES,
	HEAR_CORRECTS,
	HEAR_REPEATS,
};

HEAR_API const char *hear_relation_name(enum hear_relation relation);
HEAR_API HEAR_CHECKED enum hear_code
hear_relation_parse(struct hear_span text, enum hear_relation *out,
		    struct hear_err *err);

/* What a term of the vocabulary names. */
enum hear_term {
	HEAR_TERM_SOURCE = 1,
	HEAR_TERM_SUBJECT,
	HEAR_TERM_PREDICATE,
	HEAR_TERM_OF,
	HEAR_TERM_PLACE,
	HEAR_TERM_UNIT,
};

HEAR_API const char *hear_term_name(enum hear_term term);
HEAR_API HEAR_CHECKED enum hear_code hear_term_parse(struct hear_span text,
						     enum hear_term *out,
						     struct hear_err *err);

/* How closely a place is known, the closest first. */
enum hear_precision {
	HEAR_PLACE_EXACT = 1,
	HEAR_PLACE_NEAR,
	HEAR_PLACE_TOWN,
	HEAR_PLACE_DISTRICT,
	HEAR_PLACE_REGION,
	HEAR_PLACE_COUNTRY,
};

HEAR_API const char *hear_precision_name(enum hear_precision precision);
HEAR_API HEAR_CHECKED enum hear_code
hear_precision_parse(struct hear_span text, enum hear_precision *out,
		     struct hear_err *err);

/* The Admiralty scales: what a letter A-F says of a source, and a digit 1-6
 * of what it said. Either case; NULL for any other character. */
HEAR_API const char *hear_reliability_text(char letter);
HEAR_API const char *hear_credibility_text(char digit);

/* Words of estimative probability (ICD 203), the least likely first. Each has
 * two wordings, which are never mixed with the source's own hedge. */
enum hear_likelihood {
	HEAR_ALMOST_NO_CHANCE = 1, /* remote */
	HEAR_VERY_UNLIKELY,	   /* highly improbable */
	HEAR_UNLIKELY,		   /* improbable */
	HEAR_ROUGHLY_EVEN,	   /* roughly even odds */
	HEAR_LIKELY,		   /* probable */
	HEAR_VERY_LIKELY,	   /* highly probable */
	HEAR_ALMOST_CERTAIN,	   /* nearly certain */
};

HEAR_API const char *hear_likelihood_name(enum hear_likelihood likelihood);
HEAR_API HEAR_CHECKED enum hear_code
hear_likelihood_parse(struct hear_span text, enum hear_likelihood *out,
		      struct hear_err *err);
/* The range the words stand for, in percent; 0 and 0 for a number that is
 * none of the enum. Neighbours share their limit, as the directive has it. */
HEAR_API void hear_likelihood_range(enum hear_likelihood likelihood,
				    unsigned *low, unsigned *high);

/* One predicate of the vocabulary that ships. The list is advice: any
 * predicate may be used, but claims are compared only within one. */
struct hear_predicate {
	const char *name;
	const char *meaning; /* one sentence */
	const char *const *synonyms; /* lower case, ended by NULL */
};

/* The predicate at `index` from 0, those that belong together side by side;
 * NULL after the last. */
HEAR_API const struct hear_predicate *hear_predicate_shipped(size_t index);

/* How near a new term is to one in use, both folded (hear_text_fold): 0
 * nothing in common, 100 the same. From 60 on it is worth asking about. */
enum {
	HEAR_NEAR_SAME = 100,
	HEAR_NEAR_SYNONYM = 90, /* both name one shipped predicate */
	HEAR_NEAR_ASK = 60,
};

HEAR_API unsigned hear_vocabulary_near(struct hear_span term,
				       struct hear_span candidate);

/* ---- Records ------------------------------------------------------------ */

/* BLAKE2b-256 of a record's body, or of a filing's header. */
struct hear_id {
	unsigned char bytes[32];
};

enum { HEAR_ID_TEXT = 65 }; /* 64 hexadecimal digits and a NUL */

HEAR_API void hear_id_print(const struct hear_id *id, char out[HEAR_ID_TEXT]);
/* Exactly 64 digits of either case; false otherwise. */
HEAR_API bool hear_id_parse(struct hear_span text, struct hear_id *out);
HEAR_API bool hear_id_equal(const struct hear_id *a, const struct hear_id *b);

/* A record: its canonical bytes, what they hash to and their open form. Both
 * spans belong to the arena it was made in or read into. */
struct hear_record {
	struct hear_id id;
	struct hear_span body;
	const struct hear_value *tree;
};

/* Makes a record of the open form: names what is wrong by field (and by line
 * where the values carry one), reads one-line figures, chains and places into
 * their full forms, normalises text to NFC and packs. `in` needs a `kind`
 * (claim where absent) and the fields of that kind (FORMAT.md, "Records").
 * `id`, `filed` and `rests_on` in `in` are not part of the record and are
 * passed over; but a field or kind unknown to this version is refused
 * (HEAR_INVALID) unless `id` is given and proves that the bytes are whole.
 * Takes nothing: `in` is left as it is. */
HEAR_API HEAR_CHECKED enum hear_code
hear_record_make(struct hear_arena *arena, const struct hear_value *in,
		 struct hear_record *out, struct hear_err *err);

/* Reads canonical bytes, which are copied into the arena. HEAR_INVALID: not
 * one record in its one canonical encoding. */
HEAR_API HEAR_CHECKED enum hear_code
hear_record_read(struct hear_arena *arena, struct hear_span body,
		 struct hear_record *out, struct hear_err *err);

/* The record in one sentence: its text where it has one, else rendered from
 * its fields. Never empty. */
HEAR_API void hear_record_sentence(const struct hear_value *tree,
				   struct hear_buffer *out);

/* One line as people type them, from the open forms: a value ("~300"), a
 * chain ("Lee (lawmaker) < NIS"), a place. Empty for absent ones. */
HEAR_API void hear_print_value(const struct hear_value *value,
			       struct hear_buffer *out);
HEAR_API void hear_print_chain(const struct hear_value *chain,
			       struct hear_buffer *out);
HEAR_API void hear_print_place(const struct hear_value *place,
			       struct hear_buffer *out);

/* Parses a date as said (EDTF): the milliseconds [from, to) it covers,
 * INT64_MIN and INT64_MAX where open. */
HEAR_API HEAR_CHECKED enum hear_code hear_date_read(struct hear_span text,
						    int64_t *from, int64_t *to,
						    struct hear_err *err);
/* 2025-01-13T10:30:00Z. */
HEAR_API void hear_date_print(int64_t ms, struct hear_buffer *out);

/* What hear_record_make() takes of one kind, for help texts and checks: the
 * name of field `index` of `kind`, or NULL after the last. */
HEAR_API const char *hear_field_name(const char *kind, size_t index);

/* ---- Composing ----------------------------------------------------------- */

/* Takes one claim as people write it and gives the open forms to hand to
 * hear_record_make(), in order: where `document` is a map, a capture first;
 * then a claim for each chain.
 *
 * Beside the fields of a claim, `written` may hold
 *   by        another name for `chain`: one line, or a list of lines (a claim
 *             each); `chain` may also be a list of hops, or of such lists
 *   document  a URL or key, or a map {url or key, publisher, agency, title,
 *             author, published, lang, retrieved, sha256, archive};
 *             `doc` is another name for it
 *   words     the source's words for the figure in `value`
 *   names     a map of short names to full ones, which take their place in
 *             the chain (the short one stays as `as`), `subject` and `of`
 *
 * The document's publisher, then its agency, come before each chain, unless
 * the chain begins with the publisher (compared folded); before one that
 * begins with the agency only the publisher comes. Without a chain they are
 * the chain. A field that is an empty text, list or map is taken for absent.
 *
 * A map of another `kind` than claim is given back alone, as it is. Values
 * are shared with `written`, which stays as it is. */
HEAR_API HEAR_CHECKED enum hear_code
hear_compose(struct hear_arena *arena, const struct hear_value *written,
	     struct hear_value **records, struct hear_err *err);
/* The one name of a field that may be written under two (by, doc). */
HEAR_API struct hear_span hear_compose_field(struct hear_span written);
/* Whether a field is as good as absent: no value, or an empty text, list or
 * map. */
HEAR_API bool hear_compose_empty(const struct hear_value *value);

/* Reads a definition as people write it, and gives the open form to hand to
 * hear_record_make():
 *
 *   casualties = killed + wounded   {name, sum: [killed, wounded]}
 *   dozens = 12..24                 {name, means: the figure}
 *
 * A name with + or = in it stands in double quotes. HEAR_INVALID: neither of
 * the two, a name in its own sum, a part twice; err->at points at it. */
HEAR_API HEAR_CHECKED enum hear_code
hear_definition_parse(struct hear_arena *arena, struct hear_span text,
		      struct hear_value **out, struct hear_err *err);

/* ---- Identity ------------------------------------------------------------ */

/* The keys of one machine: Ed25519 to sign, X25519 for the channel. The
 * secret halves stay inside and are wiped when freed. */
struct hear_identity;

struct hear_key {
	unsigned char bytes[32];
};

/* New keys for an analyst of that name (1 to 64 bytes, no control
 * characters). */
HEAR_API HEAR_CHECKED enum hear_code
hear_identity_make(struct hear_identity **out, struct hear_span name,
		   struct hear_err *err);
/* HEAR_NOTFOUND is an answer: there is no such file. A file that others may
 * read is refused (HEAR_DENIED). */
HEAR_API HEAR_CHECKED enum hear_code
hear_identity_load(struct hear_identity **out, const char *path,
		   struct hear_err *err);
/* Writes it, 0600, whole or not at all, and syncs. With `replace` false an
 * existing file is HEAR_EXISTS. */
HEAR_API HEAR_CHECKED enum hear_code
hear_identity_save(const struct hear_identity *identity, const char *path,
		   bool replace, struct hear_err *err);
HEAR_API HEAR_CHECKED enum hear_code
hear_identity_rename(struct hear_identity *identity, struct hear_span name,
		     struct hear_err *err);
HEAR_API void hear_identity_free(struct hear_identity *identity);
HEAR_API const char *hear_identity_name(const struct hear_identity *identity);
/* The public keys. */
HEAR_API const struct hear_key *
hear_identity_key(const struct hear_identity *identity);
HEAR_API const struct hear_key *
hear_identity_channel_key(const struct hear_identity *identity);

/* The signature by which a key vouches for its channel key: what a grant must
 * bear, so that nobody can put another channel key in its place. */
HEAR_API void hear_identity_certificate(const struct hear_identity *identity,
					unsigned char out[64]);

/* ---- Datasets ------------------------------------------------------------ */

struct hear_dataset;

struct hear_dataset_options {
	bool read_only;
	size_t map_bytes; /* address space to reserve; 0: 1 TiB. It grows. */
};

/* Makes a dataset and its founder in the new directory `path` (0700).
 * HEAR_EXISTS: something is there already; it is left as it is. */
HEAR_API HEAR_CHECKED enum hear_code
hear_dataset_create(struct hear_dataset **out, const char *path,
		    struct hear_span name, const struct hear_identity *founder,
		    int64_t now_ms, struct hear_err *err);
/* Makes the local copy of a dataset that exists elsewhere, from its first
 * filing (the first of a bundle). */
HEAR_API HEAR_CHECKED enum hear_code
hear_dataset_adopt(struct hear_dataset **out, const char *path,
		   struct hear_span genesis, int64_t now_ms,
		   struct hear_err *err);
/* HEAR_NOTFOUND: no dataset there. HEAR_FOREIGN: not a dataset of Hearsay.
 * HEAR_VERSION: made by a newer one. `options` may be NULL. */
HEAR_API HEAR_CHECKED enum hear_code
hear_dataset_open(struct hear_dataset **out, const char *path,
		  const struct hear_dataset_options *options,
		  struct hear_err *err);
HEAR_API void hear_dataset_close(struct hear_dataset *dataset);

HEAR_API const char *hear_dataset_name(const struct hear_dataset *dataset);
HEAR_API const struct hear_id *
hear_dataset_id(const struct hear_dataset *dataset);
/* The file whose time is set right after each commit, by whatever process: a
 * change of its attributes (inotify's IN_ATTRIB) tells that there is something
 * new to read. */
HEAR_API const char *hear_dataset_notice(const struct hear_dataset *dataset);

/* ---- Reading ------------------------------------------------------------- */

/* What part of a dataset is looked at. */
struct hear_view {
	int64_t as_of_ms; /* filings of this time and earlier */
	bool now;	  /* that is the present: clocks differ, so filings up
			   * to ten minutes ahead of it are in view too */
	enum hear_marking highest;
	/* Only what had been said in that millisecond or earlier (said, or
	 * failing that published, the whole of it); INT64_MAX: all. */
	int64_t known_by_ms;
};

/* One moment of a dataset, seen in one view. Short-lived: while it is open,
 * space that others free is not reused. */
struct hear_reader;

HEAR_API HEAR_CHECKED enum hear_code
hear_read_begin(struct hear_reader **out, struct hear_dataset *dataset,
		const struct hear_view *view, struct hear_err *err);
HEAR_API void hear_read_end(struct hear_reader *reader);

/* The whole id for its first digits (four or more; all 64 work too).
 * HEAR_NOTFOUND and HEAR_AMBIGUOUS say so in `err`, the latter naming what
 * matches. Finds records whether live or not, and filings. */
HEAR_API HEAR_CHECKED enum hear_code
hear_resolve(struct hear_reader *reader, struct hear_span digits,
	     struct hear_id *out, struct hear_err *err);

/* The record of an id, if a filing within the view holds it, live or not.
 * HEAR_NOTFOUND is an answer. The body is checked against the id. */
HEAR_API HEAR_CHECKED enum hear_code
hear_get(struct hear_reader *reader, struct hear_arena *arena,
	 const struct hear_id *id, struct hear_record *out,
	 struct hear_err *err);

/* One filing as people see it. */
struct hear_filing {
	uint64_t number; /* local, in order of arrival, from 1 */
	struct hear_id id;
	struct hear_key author;
	const char *author_name; /* "" where the roster has none */
	int64_t time_ms;	 /* signed by the author */
	int64_t arrived_ms;	 /* here */
	enum hear_marking marking;
	bool roster; /* of the roster, not of claims */
	unsigned records;
};

/* A filing that holds a record, and what became of it there. */
struct hear_filed {
	struct hear_filing filing;
	bool retracted;
	struct hear_id retraction; /* the record that retracts it */
};

/* All filings of a record within the view, in order of time; an array of
 * `*count` in the arena. */
HEAR_API HEAR_CHECKED enum hear_code
hear_filed_in(struct hear_reader *reader, struct hear_arena *arena,
	      const struct hear_id *id, struct hear_filed **out, size_t *count,
	      struct hear_err *err);

/* The newest filing number; 0: none. */
HEAR_API uint64_t hear_last_filing(struct hear_reader *reader);
/* HEAR_NOTFOUND is an answer: no such number within the view. */
HEAR_API HEAR_CHECKED enum hear_code
hear_filing_get(struct hear_reader *reader, uint64_t number,
		struct hear_filing *out, struct hear_err *err);
/* Record `index` (from 0) of a filing. */
HEAR_API HEAR_CHECKED enum hear_code
hear_filing_record(struct hear_reader *reader, struct hear_arena *arena,
		   uint64_t number, unsigned index, struct hear_record *out,
		   struct hear_err *err);

/* ---- What rests on what is retracted ------------------------------------- */

/* How one record rests on another (rests.c says why so, and why not). */
enum hear_rest {
	HEAR_RESTS_ITSELF = 1, /* it is itself what is retracted */
	HEAR_RESTS_RE,	       /* a claim, on what its `re` answers, by id */
	HEAR_RESTS_BASIS,      /* a claim, on what its `basis` names, by id */
	HEAR_RESTS_REPEATS,    /* a claim, on what a relation says it repeats */
	HEAR_RESTS_TARGET,     /* an assessment, on its target */
	HEAR_RESTS_FROM,       /* a relation, on either end */
	HEAR_RESTS_TO,
	HEAR_RESTS_REPLACED,   /* a retraction, on what it puts in place */
};

/* "basis" and so on; static. */
HEAR_API const char *hear_rest_name(enum hear_rest how);

/* At most so many records are visited to answer one question, and none that is
 * more than 16 steps away. */
enum { HEAR_RESTING_MOST = 1024 };

/* Something retracted, and the earliest of its retractions in view. */
struct hear_ground {
	struct hear_id id;
	enum hear_rest how; /* the record asked about rests on it, or on the
			     * first of `via` */
	const struct hear_id *via; /* live records in between, from there on */
	size_t via_count;
	struct hear_id retraction;
	struct hear_span reason;
	struct hear_key author;	 /* of the retraction's first live filing */
	const char *author_name; /* "" where the roster has none */
	int64_t time_ms;	 /* signed by the author */
	bool replaced;
	struct hear_id replaced_by;
};

/* What is retracted in the view and a record rests on, directly or through
 * live records: the nearest first; an array of `*count` in the arena. Where the
 * record is retracted itself, that alone (HEAR_RESTS_ITSELF). Nothing of it is
 * kept: a retraction that is itself retracted flags nothing. Costs next to
 * nothing in a dataset without retractions. */
HEAR_API HEAR_CHECKED enum hear_code
hear_rests_on(struct hear_reader *reader, struct hear_arena *arena,
	      const struct hear_record *record, struct hear_ground **out,
	      size_t *count, struct hear_err *err);

/* A live record that rests on another. */
struct hear_resting {
	struct hear_id id;
	enum hear_rest how;	   /* on the first of `via`, or at once */
	const struct hear_id *via; /* from there on to what it rests on */
	size_t via_count;
};

/* The other way round: the live records that rest on one, whether that is
 * retracted or not; the nearest first. `*count` is HEAR_RESTING_MOST - 1 at
 * most: there may then be more. */
HEAR_API HEAR_CHECKED enum hear_code
hear_resting_on(struct hear_reader *reader, struct hear_arena *arena,
		const struct hear_id *id, struct hear_resting **out,
		size_t *count, struct hear_err *err);

/* What is retracted and what supports a claim is or rests on. The claim does
 * not rest on it: it has a source of its own, and lost a support. */
HEAR_API HEAR_CHECKED enum hear_code
hear_supports_fallen(struct hear_reader *reader, struct hear_arena *arena,
		     const struct hear_id *id, struct hear_ground **out,
		     size_t *count, struct hear_err *err);

/* ---- Versions of a document ---------------------------------------------- */

/* What a capture found, beside the one before it. */
enum hear_change {
	HEAR_CHANGE_NONE, /* the same, or the first of all */
	HEAR_CHANGE_OTHER,
	HEAR_CHANGE_BACK, /* other, and what an earlier one had found */
};

/* A live capture that tells what the document was, by its sha256. */
struct hear_version {
	struct hear_id id;
	char sha256[65];
	struct hear_span seen; /* its `retrieved`, else `published`, else empty:
				* then only its filing has a time */
	int64_t time_ms;       /* of that: the first millisecond it covers */
	enum hear_change change;
};

enum { HEAR_VERSIONS_MOST = 4096 };

/* The captures of a document (its `document`, as records have it) in order of
 * that time: an array of `*count`, at most HEAR_VERSIONS_MOST, in the arena.
 * Captures without a sha256 tell nothing of it and are left out; so are those
 * retrieved, or else published, after the view's known_by. Two with other
 * hashes show that the document was changed, said or unsaid. */
HEAR_API HEAR_CHECKED enum hear_code
hear_document_versions(struct hear_reader *reader, struct hear_arena *arena,
		       struct hear_span document, struct hear_version **out,
		       size_t *count, struct hear_err *err);

/* ---- Members ------------------------------------------------------------- */

enum { HEAR_ANALYST_NAME = 65, HEAR_UNRANKED = 0xffff };

/* What the roster comes to for one key. */
struct hear_member {
	struct hear_key key;
	struct hear_key channel_key;
	unsigned char certificate[64]; /* by key, over channel_key */
	char name[HEAR_ANALYST_NAME];
	enum hear_role role;	    /* now; 0: no member any more */
	enum hear_marking clearance; /* now; 0: none */
	enum hear_role ever_role;   /* the highest it ever was granted */
	enum hear_marking ever_clearance;
	unsigned rank; /* 0: founder; HEAR_UNRANKED: never an admin */
	bool founder;
	enum hear_removal removed; /* 0: not removed */
	int64_t since_ms; /* signed time of the grant in force, or of the
			   * removal */
};

/* All who are or ever were members, by name, then key: an array of `*count`
 * in the arena. */
HEAR_API HEAR_CHECKED enum hear_code
hear_members(struct hear_reader *reader, struct hear_arena *arena,
	     struct hear_member **out, size_t *count, struct hear_err *err);
/* HEAR_NOTFOUND is an answer: never a member. */
HEAR_API HEAR_CHECKED enum hear_code
hear_member_of(struct hear_reader *reader, const struct hear_key *key,
	       struct hear_member *out, struct hear_err *err);
/* Whether an admitted grant bears that hash of an invitation's secret, and to
 * whom it was. */
HEAR_API HEAR_CHECKED enum hear_code
hear_invited(struct hear_reader *reader, const struct hear_id *invitation,
	     struct hear_key *who, bool *out, struct hear_err *err);

/* ---- What waits aside ---------------------------------------------------- */

/* Why a filing is held and no part of the dataset. It is judged again whenever
 * the roster changes. */
enum hear_wait {
	HEAR_WAIT_AUTHOR = 1, /* was never granted it */
	HEAR_WAIT_MARKING,    /* above all the author was ever cleared for */
	HEAR_WAIT_SEEN,	      /* has seen roster filings that are not here */
	HEAR_WAIT_SEALED,     /* after the author's removal */
	HEAR_WAIT_PARTITION,  /* of a newer version */
	HEAR_WAIT_PURGE,      /* bodies are lacking, and no purge is known */
	HEAR_WAIT_FLAGGED,    /* part of the dataset, but of no view */
};

/* The words for one, to go on after "it waits: ". */
HEAR_API const char *hear_wait_text(enum hear_wait reason);

/* Why a filing is refused whoever sends it, although it is what its author
 * signed. */
enum hear_refusal {
	HEAR_REFUSED_FORM = 1, /* a record is not well formed */
	HEAR_REFUSED_MIXED,    /* records of the roster among others */
	HEAR_REFUSED_LOCAL,    /* marked local by another machine */
};

struct hear_waiting {
	struct hear_id id;
	struct hear_key author;
	int64_t time_ms; /* signed by the author */
	bool roster;
	enum hear_marking marking; /* 0: the roster's, or not known here */
	enum hear_wait reason;
	int64_t arrived_ms;
	struct hear_key via; /* zeros: from a bundle */
};

struct hear_asides {
	uint64_t by_reason[HEAR_WAIT_FLAGGED + 1];
	uint64_t all;
	uint64_t left; /* filings that were in view once and are not now */
	uint64_t refused;
};

HEAR_API HEAR_CHECKED enum hear_code
hear_aside_count(struct hear_reader *reader, struct hear_asides *out,
		 struct hear_err *err);
/* Calls `each` for all that waits at the view's markings, by marking and
 * time, until it returns false. */
HEAR_API HEAR_CHECKED enum hear_code
hear_aside_each(struct hear_reader *reader,
		bool (*each)(void *context, const struct hear_waiting *waiting),
		void *context, struct hear_err *err);

/* ---- Finding ------------------------------------------------------------- */

/* A parsed query; may be used with any reader. */
struct hear_query;

/* The query language is described in hearsay.1. err->at and err->span point
 * at a mistake. */
HEAR_API HEAR_CHECKED enum hear_code hear_query_new(struct hear_query **out,
						    struct hear_span text,
						    struct hear_err *err);
HEAR_API void hear_query_free(struct hear_query *query);

enum hear_order { HEAR_BY_FILED, HEAR_BY_SAID, HEAR_BY_EVENT };

struct hear_finder;

/* Live records that match, in the order asked for (oldest first; records
 * without such a date come last); is:retracted in the query gives the
 * retracted ones instead. A finder belongs to its reader. */
HEAR_API HEAR_CHECKED enum hear_code
hear_find(struct hear_finder **out, struct hear_reader *reader,
	  const struct hear_query *query, enum hear_order order,
	  struct hear_err *err);
/* The next one, read into `arena`. HEAR_NOTFOUND is an answer: no more. */
HEAR_API HEAR_CHECKED enum hear_code
hear_find_next(struct hear_finder *finder, struct hear_arena *arena,
	       struct hear_record *out, struct hear_err *err);
HEAR_API void hear_find_end(struct hear_finder *finder);
/* How many there are. */
HEAR_API HEAR_CHECKED enum hear_code
hear_find_count(struct hear_reader *reader, const struct hear_query *query,
		uint64_t *out, struct hear_err *err);
/* Whether a record (by id) is among them. */
HEAR_API HEAR_CHECKED enum hear_code
hear_find_holds(struct hear_reader *reader, const struct hear_query *query,
		const struct hear_id *id, bool *out, struct hear_err *err);

/* Calls `each` for every name in use of a kind of term, with how many live
 * records use it, in order of name; stops where it returns false. */
HEAR_API HEAR_CHECKED enum hear_code
hear_terms(struct hear_reader *reader, enum hear_term kind,
	   bool (*each)(void *context, struct hear_span name, uint64_t count),
	   void *context, struct hear_err *err);

/* How many live records use a name of that kind, in any spelling that folds
 * to the same; counting stops at `most`. `written` gets the name as the first
 * of them writes it, empty where there is none. */
HEAR_API HEAR_CHECKED enum hear_code
hear_terms_count(struct hear_reader *reader, enum hear_term kind,
		 struct hear_span name, uint64_t most,
		 struct hear_buffer *written, uint64_t *count,
		 struct hear_err *err);

/* Calls `each` with the folded form of every name that any record ever used,
 * live or not, in order, until it returns false. Reads no records: fit for
 * looking through all of them. Long names come cut. */
HEAR_API HEAR_CHECKED enum hear_code
hear_terms_keys(struct hear_reader *reader, enum hear_term kind,
		bool (*each)(void *context, struct hear_span folded),
		void *context, struct hear_err *err);

/* Whether live term records join a name to another. */
HEAR_API HEAR_CHECKED enum hear_code
hear_terms_joined(struct hear_reader *reader, enum hear_term kind,
		  struct hear_span name, bool *out, struct hear_err *err);

/* Live claims that answer the same question in the same document from the
 * same origin as `claim`: probable duplicates. At most `room` ids. */
HEAR_API HEAR_CHECKED enum hear_code
hear_alike(struct hear_reader *reader, const struct hear_value *claim,
	   struct hear_id *out, size_t room, size_t *count,
	   struct hear_err *err);

struct hear_statistics {
	uint64_t records;
	uint64_t filings;
	uint64_t claims;
	uint64_t captures;
	uint64_t others;
	uint64_t retractions;
	uint64_t bytes;	     /* of the data file */
	uint64_t free_bytes; /* of those, unused: `compact` gives them back */
	int64_t newest_ms;   /* time of the newest filing, 0: none */
	struct hear_id root; /* of the whole: equal sets, equal roots */
	/* The same for each marking: index is enum hear_marking, 0 the
	 * roster. */
	uint64_t marked[7];
	struct hear_id roots[7];
};

HEAR_API HEAR_CHECKED enum hear_code
hear_statistics_get(struct hear_reader *reader, struct hear_statistics *out,
		    struct hear_err *err);

/* ---- Weighing ------------------------------------------------------------ */

/* What claims come to, set side by side. The rules, and where each was taken
 * from, stand in core/WEIGHING.md. A weighing is a pure function of what is in
 * view: every node with the same view gives the same answer, in the same order.
 *
 * What it gives is borrowed from it and valid until hear_weighing_free(); it
 * needs its reader no more once it is made. Times are milliseconds, those that
 * end something the last one that is meant: INT64_MIN not known, INT64_MAX open.
 * Indexes count from 0; HEAR_NOBODY stands for none. */
struct hear_weighing;

enum { HEAR_NOBODY = UINT32_MAX };

/* Weighs the claims of a query: those it matches are `asked`. The other live
 * claims of their subjects (wholes and parts of these, too), and those joined to
 * them by `re` either way, are weighed with them, so that no verdict depends on
 * how the query was put. `query` NULL: all
 * that is live. */
HEAR_API HEAR_CHECKED enum hear_code
hear_weigh(struct hear_weighing **out, struct hear_reader *reader,
	   const struct hear_query *query, struct hear_err *err);
HEAR_API void hear_weighing_free(struct hear_weighing *weighing);

enum hear_answer {
	HEAR_ANSWER_NONE, /* the claim has no value */
	HEAR_ANSWER_FIGURE,
	HEAR_ANSWER_TEXT,
	HEAR_ANSWER_DATE,
	HEAR_ANSWER_TRUTH, /* true or false */
};

/* The numbers a figure may stand for. Ends are decimal text, empty where there
 * is none; from and to are the same for drawing, infinite there. */
struct hear_extent {
	struct hear_span low;
	struct hear_span high;
	bool low_open; /* the end itself is outside: "more than" */
	bool high_open;
	double from;
	double to;
};

/* One claim. */
struct hear_weighed {
	struct hear_id id;
	uint64_t number;     /* local */
	bool asked;	     /* the query matched it */
	enum hear_stance stance;
	enum hear_answer answer;
	struct hear_span value;	 /* as said, in one line: "~300" */
	struct hear_span stated; /* its number alone: best, else low, else high,
				  * as said; empty for other answers */
	struct hear_extent extent; /* FIGURE: as read, in the question's unit */
	bool about;	     /* FIGURE: widened: about, nearly, ± */
	struct hear_span document;
	uint32_t outlet;     /* source: the nearest hop's first name */
	uint32_t origin;     /* source: the last hop's first name; HEAR_NOBODY:
			      * unnamed, or no chain */
	struct hear_span unnamed; /* what an unnamed origin is called */
	bool loops;	     /* its chain comes back to a source it left */
	int64_t said_ms;     /* the first of said, else of when its document was
			      * published; the last where it is open before */
	int64_t until_ms;    /* until, else the last of said; of an event not
			      * known unless somebody gives one */
	int64_t filed_ms;    /* the first live filing of it */
	enum hear_marking marking; /* the freest it is live at */
	bool retold;	     /* another document's very words: see copied_from */
	uint32_t copied_from; /* claim whose quote it repeats, or HEAR_NOBODY */
};

/* A name of the vocabulary; `joined` is equal for names that terms join as the
 * same, and for sources `origin` also for those that are part of another. */
struct hear_source {
	struct hear_span name;
	uint32_t joined;
	uint32_t origin;
};

/* How a claim stands to what its origin said before, in one question. */
enum hear_movement {
	HEAR_MOVE_FIRST = 1,
	HEAR_MOVE_REPEATS,   /* the same value again */
	HEAR_MOVE_UPDATES,   /* a later `until` */
	HEAR_MOVE_CORRECTS,  /* same `until`, said later, another value */
	HEAR_MOVE_WITHDRAWS, /* takes it back */
	HEAR_MOVE_RENEWS,    /* given again after it was taken back */
	HEAR_MOVE_REVERSES,  /* asserted before, denies now; or the reverse */
	HEAR_MOVE_DIFFERS,   /* another value for the same time, neither later:
			      * who passed it on tell it differently */
	HEAR_MOVE_ASIDE,     /* neither asserts, denies nor withdraws */
};
HEAR_API const char *hear_move_name(enum hear_movement move);

/* One claim in one question. A claim that denies without a value, or answers
 * (`re`), may stand in several. */
struct hear_voice {
	uint32_t claim;
	uint32_t question;
	uint32_t party; /* HEAR_NOBODY: unnamed origin */
	enum hear_movement move;
	uint32_t before;  /* the voice it repeats, updates, corrects ...;
			   * HEAR_NOBODY: none */
	uint32_t after;	  /* the voice that took its place; HEAR_NOBODY: it stands */
	uint32_t charged; /* CORRECTS, WITHDRAWS, RENEWS, REVERSES: the source
			   * that made it */
	bool relayed;	  /* the origin made it itself, through the others */
	bool stands;	  /* its origin's word for its time: neither corrected,
			   * withdrawn nor reversed (but perhaps updated) */
	bool last;	  /* stands, and is the origin's latest */
};

/* One origin in one question: names that are joined are one. */
struct hear_party {
	uint32_t question;
	uint32_t name;	     /* source: as most claims name it */
	uint32_t names;	     /* how many names it goes by here */
	bool circular;	     /* only ever cited in a circle: counts as none */
	uint32_t copies;     /* party whose words it repeats, or HEAR_NOBODY:
			      * counts as none */
	enum hear_stance stance; /* where it stands last */
	bool asked;	     /* a claim of the query asserts it: it counts */
	uint32_t position;   /* voice compared; HEAR_NOBODY: none by then */
	struct hear_extent extent; /* of all that it says for that time */
	uint32_t first_voice; /* its voices follow one another, in order of
			       * until, said, stance, id */
	uint32_t voice_count;
};

enum hear_verdict {
	HEAR_VERDICT_NONE = 1, /* nobody asserts anything */
	HEAR_VERDICT_ALONE,    /* one origin, nothing to compare */
	HEAR_VERDICT_AGREE,
	HEAR_VERDICT_COMPATIBLE, /* all can be true at once */
	HEAR_VERDICT_SILENT,   /* and one was asked, or has not acknowledged */
	HEAR_VERDICT_DENIED,   /* or doubted */
	HEAR_VERDICT_CONFLICT,
};
HEAR_API const char *hear_verdict_name(enum hear_verdict verdict);

enum hear_window {
	HEAR_WINDOW_OPEN = 1, /* no time given, or a total from an unknown start */
	HEAR_WINDOW_TOTAL,    /* a running total since `from_ms` */
	HEAR_WINDOW_EVENT,    /* an event within [from_ms, to_ms] */
};

/* What claims answer. Names are as most claims write them; empty: not given. */
struct hear_question {
	struct hear_span subject;
	struct hear_span predicate;
	const struct hear_span *of; /* of_count of them */
	uint32_t of_count;
	struct hear_span place;
	struct hear_span unit; /* all figures were read in it; empty: a count */
	struct hear_span text; /* of claims without subject and predicate */
	enum hear_answer answer;
	enum hear_window window;
	int64_t from_ms;
	int64_t to_ms;
	struct hear_span since; /* or event, as written */
	bool asked;	    /* a claim of the query is in it */
	enum hear_verdict verdict; /* over all claims in view */
	int64_t compared_ms; /* the latest date that all who give one (`since`
			      * or `until`) had reached */
	/* Of the claims asked for that assert: */
	uint32_t documents;
	uint32_t outlets;
	uint32_t origins; /* independent ones */
	uint32_t unnamed; /* claims with no named origin: they count as none */
	uint32_t first_voice; /* in order: parties, then the unnamed */
	uint32_t voice_count;
	uint32_t first_party; /* in order of name */
	uint32_t party_count;
	uint32_t first_finding;
	uint32_t finding_count;
};

enum hear_finding_kind {
	HEAR_FOUND_CONFLICT = 1, /* a and b cannot both be true */
	HEAR_FOUND_DENIED,	 /* b denies or doubts a */
	HEAR_FOUND_DIFFERS,	 /* a and b tell the same origin differently */
	HEAR_FOUND_PART_OVER_WHOLE, /* a, a part, is larger than b */
	HEAR_FOUND_SUM_HOLDS,	 /* a definition checked: as stated */
	HEAR_FOUND_SUM_WITHIN,	 /* only within the width of about */
	HEAR_FOUND_SUM_FAILS,
	HEAR_FOUND_SUM_CIRCULAR, /* leads back to itself: not checked */
	HEAR_FOUND_CIRCULAR,	 /* a and b cite each other, or a itself */
	HEAR_FOUND_COPIED,	 /* b repeats a's very words */
	HEAR_FOUND_LATE,	 /* a has said nothing by the date compared */
};
HEAR_API const char *hear_found_name(enum hear_finding_kind found);

struct hear_finding {
	enum hear_finding_kind found;
	uint32_t question;
	uint32_t a; /* voices; HEAR_NOBODY where none */
	uint32_t b;
	struct hear_span sentence; /* for people: what and why */
};

HEAR_API const struct hear_question *
hear_weighed_questions(const struct hear_weighing *weighing, size_t *count);
HEAR_API const struct hear_weighed *
hear_weighed_claims(const struct hear_weighing *weighing, size_t *count);
HEAR_API const struct hear_voice *
hear_weighed_voices(const struct hear_weighing *weighing, size_t *count);
HEAR_API const struct hear_party *
hear_weighed_parties(const struct hear_weighing *weighing, size_t *count);
HEAR_API const struct hear_source *
hear_weighed_sources(const struct hear_weighing *weighing, size_t *count);
HEAR_API const struct hear_finding *
hear_weighed_findings(const struct hear_weighing *weighing, size_t *count);
/* The question in one line: "North Korean soldiers, killed, since 2024-10". */
HEAR_API void hear_question_print(const struct hear_question *question,
				  struct hear_buffer *out);

/* By which rule the figures of one question become one. Whose practice each
 * is, and where it differs from that, stands in core/WEIGHING.md. */
enum hear_rule {
	HEAR_RULE_LATEST = 1,	/* "latest-per-origin" */
	HEAR_RULE_CONSERVATIVE, /* "conservative": the lowest number stated */
	HEAR_RULE_BEST,		/* "best-low-high": of most origins, between
				 * the lowest and the highest stated */
	HEAR_RULE_RANGE,	/* "range": all that may be, and no best */
};

HEAR_API const char *hear_rule_name(enum hear_rule rule);
HEAR_API HEAR_CHECKED enum hear_code hear_rule_parse(struct hear_span text,
						     enum hear_rule *out,
						     struct hear_err *err);

/* Why the figure of a claim does not count. */
enum hear_left {
	HEAR_LEFT_CORRECTED = 1, /* by a later claim of the same time */
	HEAR_LEFT_UPDATED,	 /* its origin has a later figure */
	HEAR_LEFT_REPEATED,	 /* its origin says the same again, later */
	HEAR_LEFT_WITHDRAWN,
	HEAR_LEFT_DENIED,	 /* its origin denies or doubts it now */
	HEAR_LEFT_ASIDE,	 /* it does not assert it */
	HEAR_LEFT_UNASKED,	 /* the query asks for nothing of its origin */
	HEAR_LEFT_UNNAMED,	 /* its origin is not named, another's is */
	HEAR_LEFT_CIRCULAR,	 /* its origin is only cited in a circle */
	HEAR_LEFT_COPIED,	 /* its origin repeats another's very words */
	HEAR_LEFT_NO_FIGURE,	 /* it is text, a date, true or false */
	HEAR_LEFT_VAGUE,	 /* a word without a number or a definition */
	HEAR_LEFT_NO_LOWER,	 /* conservative: it has no lower end */
};

/* "corrected", "no-figure"; and in words, to go on after "left out: ". */
HEAR_API const char *hear_left_name(enum hear_left left);
HEAR_API const char *hear_left_text(enum hear_left left);

struct hear_left_out {
	uint32_t voice;
	enum hear_left left;
};

/* What the figures of one question come to. Numbers are decimal text in the
 * question's unit, empty where there is none. `best` is the number as stated:
 * 10 of "more than 10", 2700 of "2700 to 3000". */
struct hear_rolled {
	struct hear_span low;
	struct hear_span best;
	struct hear_span high;
	bool low_open; /* the end itself is outside: "more than" */
	bool high_open;
	bool unnamed;  /* no origin is named: it rests on unnamed ones */
	uint32_t best_voice;   /* that states `best`; HEAR_NOBODY: none */
	const uint32_t *rests; /* voices it rests on; rest_count of them */
	uint32_t rest_count;   /* 0: there is no figure at all */
	const struct hear_left_out *left; /* left_count, in order of voices */
	uint32_t left_count;
};

/* Rolls up the figures of question `question`. What it gives is in the arena
 * and, as far as it names claims, the weighing's. */
HEAR_API HEAR_CHECKED enum hear_code
hear_rollup(const struct hear_weighing *weighing, uint32_t question,
	    enum hear_rule rule, struct hear_arena *arena,
	    struct hear_rolled *out, struct hear_err *err);

/* By what incidents are put together. */
enum hear_tally_by {
	HEAR_TALLY_MONTH = 1, /* of the event, UTC */
	HEAR_TALLY_PLACE,
	HEAR_TALLY_OF,
	HEAR_TALLY_SUBJECT,
};

HEAR_API const char *hear_tally_by_name(enum hear_tally_by by);
HEAR_API HEAR_CHECKED enum hear_code
hear_tally_by_parse(struct hear_span text, enum hear_tally_by *out,
		    struct hear_err *err);

/* Why a question adds nothing to a tally. */
enum hear_untallied {
	HEAR_UNTALLIED_TOTAL = 1, /* a running total, not an incident */
	HEAR_UNTALLIED_UNDATED,	  /* no event date: perhaps a running total */
	HEAR_UNTALLIED_COUNTED,	  /* counted in a wider one of its incident */
	HEAR_UNTALLIED_SHARE,	  /* shares, speeds, degrees: none adds up */
	HEAR_UNTALLIED_NO_FIGURE, /* its claims have no figure that counts */
};

HEAR_API const char *hear_untallied_name(enum hear_untallied reason);
HEAR_API const char *hear_untallied_text(enum hear_untallied reason);

struct hear_untallied_question {
	uint32_t question;
	enum hear_untallied reason;
	uint32_t counted_in; /* question; HEAR_NOBODY: none */
};

enum hear_tally_kind {
	HEAR_TALLY_GROUP = 1,
	HEAR_TALLY_SPANS,   /* events that span several months */
	HEAR_TALLY_UNGIVEN, /* no such date, place or `of` is given */
	HEAR_TALLY_ALL,	    /* the total of the rows above */
};

/* One group of incidents; figures of one predicate and unit. */
struct hear_tally_row {
	enum hear_tally_kind kind;
	struct hear_span name; /* "2025-01", "Rafah"; empty: see `kind` */
	struct hear_span predicate;
	struct hear_span unit;
	uint32_t incidents;
	uint32_t disputed; /* of these, in conflict or denied */
	uint32_t unnamed;  /* of these, resting on unnamed origins alone */
	uint32_t parts;	   /* of these, counted in a wider one of the same
			    * incident, and so not part of the total */
	struct hear_span low; /* sums, exact; empty: open or none */
	struct hear_span best;
	struct hear_span high;
	bool low_open; /* the end itself is outside */
	bool high_open;
	bool overflow; /* a sum has more digits than fit: that end is open */
};

struct hear_tallied {
	const struct hear_tally_row *rows; /* by predicate and unit; of each
					    * months in order, else the largest
					    * first, then its total */
	size_t row_count;
	const struct hear_untallied_question *left; /* in order of reason */
	size_t left_count;
	/* Claims whose figure an incident left out, by enum hear_left. */
	uint32_t claims_left[HEAR_LEFT_NO_LOWER + 1];
};

/* Adds up incidents: each question asked for that has an event is one. What it
 * gives is in the arena and the weighing's. */
HEAR_API HEAR_CHECKED enum hear_code
hear_tally(const struct hear_weighing *weighing, enum hear_tally_by by,
	   enum hear_rule rule, struct hear_arena *arena,
	   struct hear_tallied *out, struct hear_err *err);

/* What became of what one origin said, over the questions of a weighing that
 * were asked for. Counts, no verdict: who is corrected openly may be the better
 * source. */
struct hear_track {
	uint32_t source;     /* its name; HEAR_NOBODY: none */
	uint32_t questions;  /* that it asserts something in, or did */
	uint32_t statements; /* claims by which it asserts something, but for
			      * those that say the same for the same time */
	uint32_t corrected;  /* of the statements, later, by itself */
	uint32_t corrected_by_relays; /* by who passed it on */
	uint32_t withdrawn;	      /* the same of withdrawals */
	uint32_t withdrawn_by_relays;
	uint32_t reversed;     /* statements it denied itself later */
	uint32_t contradicted; /* questions where it conflicts with another */
	uint32_t denied;       /* questions where another denies or doubts it */
	uint32_t retracted; /* its claims that the team's analysts took back,
			     * and no live record says: no fault of its own */
};

/* One for each origin that is named, names joined taken as one; in order of
 * statements, the most first, then name: an array of `*count` in the arena.
 * `reader` is asked for what was retracted, in all of its view, whatever was
 * asked for; NULL: nothing of that. */
HEAR_API HEAR_CHECKED enum hear_code
hear_track_records(const struct hear_weighing *weighing,
		   struct hear_reader *reader, struct hear_arena *arena,
		   struct hear_track **out, size_t *count,
		   struct hear_err *err);

/* ---- Writing ------------------------------------------------------------- */

/* One write transaction. Writers of all processes take turns; keep it short:
 * commit once hear_write_waited() says that another waits, and in any case
 * every few filings. */
struct hear_writer;

HEAR_API HEAR_CHECKED enum hear_code
hear_write_begin(struct hear_writer **out, struct hear_dataset *dataset,
		 int64_t now_ms, struct hear_err *err);

struct hear_outcome {
	unsigned filed;	  /* records that are new at this marking */
	unsigned already; /* records that a live filing held already */
	unsigned waiting; /* records of a filing that was put aside */
	bool made;	  /* whether a filing was made */
	struct hear_id filing;
};

enum { HEAR_FILING_RECORDS = 512 };

/* Signs one filing of those of `records` that no live filing holds at this
 * marking or a lower one. Refused: over HEAR_FILING_RECORDS or the bytes of a
 * filing (HEAR_LIMIT), an author the roster does not admit, a retraction,
 * relation or assessment of something with no live filing at or below the
 * marking (HEAR_DENIED). A refusal leaves the transaction as it was. */
HEAR_API HEAR_CHECKED enum hear_code
hear_write_file(struct hear_writer *writer,
		const struct hear_identity *author, enum hear_marking marking,
		const struct hear_record *records, size_t count,
		struct hear_outcome *out, struct hear_err *err);

/* Records to be filed together, and what they will be found by, which is the
 * longest part of filing them and needs no writer: one thread makes a batch
 * ready while another, which has the writer, files the one before. A batch
 * belongs to one thread at a time. */
struct hear_batch;

HEAR_API struct hear_batch *hear_batch_new(void); /* NULL: out of memory */
HEAR_API void hear_batch_free(struct hear_batch *batch); /* accepts NULL */
/* What the record points to is borrowed until the reset. HEAR_LIMIT: it would
 * be more than a filing holds; the batch is as it was. After any other failure
 * reset it. */
HEAR_API HEAR_CHECKED enum hear_code
hear_batch_add(struct hear_batch *batch, const struct hear_record *record,
	       struct hear_err *err);
HEAR_API size_t hear_batch_count(const struct hear_batch *batch);
HEAR_API const struct hear_record *
hear_batch_at(const struct hear_batch *batch, size_t index);
HEAR_API void hear_batch_reset(struct hear_batch *batch);

/* hear_write_file() of `count` records of a batch, from record `first` on. */
HEAR_API HEAR_CHECKED enum hear_code
hear_write_batch(struct hear_writer *writer,
		 const struct hear_identity *author, enum hear_marking marking,
		 struct hear_batch *batch, size_t first, size_t count,
		 struct hear_outcome *out, struct hear_err *err);

/* Takes a filing made elsewhere, as hear_filing_pack() gives it, after
 * checking everything. out->made is false where it was held already, or waits
 * aside because the roster does not admit it (yet): that is no failure. */
HEAR_API HEAR_CHECKED enum hear_code
hear_write_take(struct hear_writer *writer, struct hear_span packed,
		struct hear_outcome *out, struct hear_err *err);

/* What makes a key a member, or changes what a member may do. */
struct hear_grant {
	struct hear_key key;
	struct hear_key channel_key;
	unsigned char certificate[64]; /* hear_identity_certificate() */
	struct hear_span name;
	enum hear_role role;
	enum hear_marking clearance; /* clear to red */
	const struct hear_id *invitation; /* hash of its secret; or NULL */
};

/* Files a grant. out->already: the member is that already, and nothing was
 * filed. HEAR_DENIED: `admin` is none, is not cleared for that much, or not
 * senior to who is granted. */
HEAR_API HEAR_CHECKED enum hear_code
hear_write_grant(struct hear_writer *writer, const struct hear_identity *admin,
		 const struct hear_grant *grant, struct hear_outcome *out,
		 struct hear_err *err);
/* Files the removal of a member. What is here of theirs stands; what comes
 * later and was not filed before that is flagged or sealed. HEAR_NOTFOUND says
 * in `err` that there is no such member, HEAR_DENIED that `admin` may not.
 * out->already: they are removed already, in that mode or a stricter one. */
HEAR_API HEAR_CHECKED enum hear_code
hear_write_remove(struct hear_writer *writer, const struct hear_identity *admin,
		  const struct hear_key *key, enum hear_removal mode,
		  struct hear_span reason, struct hear_outcome *out,
		  struct hear_err *err);

/* Destroys a record everywhere: files a purge for each filing here that holds
 * it. With that its bodies, index entries and words are gone here, and will be
 * on every node that hears of it; the space they took keeps their bytes until
 * it is used again or hear_compact() is called, and backups, bundles and
 * copies made before keep them. HEAR_NOTFOUND says in `err` that there is no
 * such record, HEAR_DENIED that `admin` may not, or that it is the roster's. */
HEAR_API HEAR_CHECKED enum hear_code
hear_write_purge(struct hear_writer *writer, const struct hear_identity *admin,
		 const struct hear_id *record, struct hear_span reason,
		 struct hear_outcome *out, struct hear_err *err);

/* A setting of this node alone; an empty value takes it away. */
HEAR_API HEAR_CHECKED enum hear_code
hear_write_setting(struct hear_writer *writer, const char *key,
		   struct hear_span value, struct hear_err *err);
/* The roster was made equal to another node's: hear_restored() is false from
 * now on. */
HEAR_API HEAR_CHECKED enum hear_code
hear_write_synced(struct hear_writer *writer, struct hear_err *err);

/* Whether another process waits for its turn. */
HEAR_API bool hear_write_waited(struct hear_writer *writer);
/* How many records the transaction holds so far. */
HEAR_API size_t hear_write_pending(const struct hear_writer *writer);
/* How much memory it takes at most to commit, in bytes: what is held, and the
 * pages that are changed. It grows with the dataset, since the same records
 * are then spread over more pages. */
HEAR_API size_t hear_write_bytes(const struct hear_writer *writer);
/* How many records of a batch, from record `first` on, can be filed so that
 * this stays at or below `most`, and always one. Where that is not all of them,
 * what is pending is better committed first; then file so many. */
HEAR_API size_t hear_write_fits(const struct hear_writer *writer,
				struct hear_batch *batch, size_t first,
				size_t most);
/* Puts it on disk; when this returns HEAR_OK, it is there. Frees the writer
 * in any case. */
HEAR_API HEAR_CHECKED enum hear_code hear_write_commit(
	struct hear_writer *writer, struct hear_err *err);
/* Forgets it. NULL is accepted. */
HEAR_API void hear_write_abort(struct hear_writer *writer);

/* A retraction of `id` by this author, as open forms ready for
 * hear_record_make(), one per marking: the author's own live filings of it, or
 * with `all` everybody's. `markings[i]` goes with `out[i]`; at most 6.
 * HEAR_NOTFOUND says in `err` why there is nothing to retract. */
HEAR_API HEAR_CHECKED enum hear_code
hear_retraction_of(struct hear_reader *reader, struct hear_arena *arena,
		   const struct hear_id *id, const struct hear_key *author,
		   bool all, struct hear_span reason,
		   const struct hear_id *replaced_by,
		   struct hear_value *out[6], enum hear_marking markings[6],
		   size_t *count, struct hear_err *err);

/* A node's own setting of this dataset, "" where not set. */
HEAR_API HEAR_CHECKED enum hear_code
hear_setting_get(struct hear_reader *reader, const char *key,
		 struct hear_buffer *out, struct hear_err *err);

/* Calls `each` with every setting whose key begins with `prefix`, in order,
 * until it returns false; `key` is whole. */
HEAR_API HEAR_CHECKED enum hear_code
hear_setting_each(struct hear_reader *reader, const char *prefix,
		  bool (*each)(void *context, const char *key,
			       struct hear_span value),
		  void *context, struct hear_err *err);
/* Whether the dataset was restored from a backup and has not met another node
 * since: what it knows of the roster may be old. */
HEAR_API bool hear_restored(struct hear_reader *reader);

/* ---- Keeping safe -------------------------------------------------------- */

/* Appends the bytes of a filing as they travel: header, signature, key,
 * bodies. HEAR_NOTFOUND is an answer: no such number within the view.
 * HEAR_DENIED: it is marked local, and never travels. */
HEAR_API HEAR_CHECKED enum hear_code
hear_filing_pack(struct hear_reader *reader, uint64_t number,
		 struct hear_buffer *out, struct hear_err *err);

/* A bundle: filings in a file. Both ends work on a descriptor. */
struct hear_bundle;

/* Writes every filing of the dataset at the view's markings and times but
 * those marked local: the genesis, the rest of the roster, then by marking,
 * time and id, so that equal sets give equal bytes. What waits aside is not
 * part of the dataset; what was flagged is, though of no view. */
HEAR_API HEAR_CHECKED enum hear_code
hear_bundle_write(struct hear_reader *reader, int fd, uint64_t *filings,
		  struct hear_err *err);
/* Reads: open, then one packed filing a call (borrowed until the next call).
 * HEAR_NOTFOUND is an answer: the bundle ended, whole; only then is it known
 * that nothing was changed. A bundle cut short or changed is HEAR_DAMAGED,
 * what does not begin like one HEAR_FOREIGN, a later form HEAR_VERSION. */
HEAR_API HEAR_CHECKED enum hear_code
hear_bundle_open(struct hear_bundle **out, int fd, struct hear_err *err);
HEAR_API HEAR_CHECKED enum hear_code
hear_bundle_next(struct hear_bundle *bundle, struct hear_span *out,
		 struct hear_err *err);
HEAR_API void hear_bundle_close(struct hear_bundle *bundle);

/* A compact copy of a dataset while others use it, into the new file `path`
 * (0600), synced. HEAR_EXISTS: the file is there. */
HEAR_API HEAR_CHECKED enum hear_code
hear_backup(struct hear_dataset *dataset, const char *path,
	    struct hear_err *err);
/* A new dataset directory from such a copy. */
HEAR_API HEAR_CHECKED enum hear_code hear_restore(const char *backup,
						  const char *path,
						  struct hear_err *err);
/* Gives unused space back to the disk. HEAR_DENIED: another process has the
 * dataset open. The dataset must not be open in this process. */
HEAR_API HEAR_CHECKED enum hear_code hear_compact(const char *path,
						  uint64_t *before,
						  uint64_t *after,
						  struct hear_err *err);

struct hear_verify_options {
	bool repair; /* rebuild what derives from records and filings */
	/* Called for each thing found wrong, with a sentence. */
	void (*found)(void *context, const char *sentence);
	/* Called now and then; `done` of `all` steps. May be NULL. */
	void (*progress)(void *context, uint64_t done, uint64_t all);
	void *context;
};

struct hear_verified {
	uint64_t filings;
	uint64_t records;
	uint64_t entries; /* of indexes and of the tree */
	uint64_t wrong;	  /* as found, before any repair */
	bool repaired;
};

/* Checks every hash, signature, index entry and tree digest, both ways, at one
 * moment of the dataset. Repair wants the dataset for itself: HEAR_DENIED
 * where another program has it open, or this one a reader or writer. A filing
 * that is damaged is left where it is, out of every view, until it is taken
 * in again; the next repair then takes the damaged one away. A repair that is
 * cut short leaves a dataset that only another repair opens for reading and
 * writing (HEAR_DAMAGED until then). */
HEAR_API HEAR_CHECKED enum hear_code
hear_verify(struct hear_dataset *dataset,
	    const struct hear_verify_options *options,
	    struct hear_verified *out, struct hear_err *err);

#ifdef __cplusplus
}
#endif

#endif
