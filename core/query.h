/* query.h - what people type in a search box, parsed.
 *
 *   north korea origin:"National Intelligence Service" value:>300 -is:disputed
 *
 * Terms side by side must all hold; OR between two terms (or bracketed
 * groups) makes either enough and binds closer than standing side by side;
 * "-" before a term or group excludes; quotes make a phrase, \" and \\ inside;
 * word* finds words that begin so, key:* records that have the field at all.
 * Brackets group. A word with a scheme:// is looked for as doc: is, and may
 * hold brackets in pairs. Parsing needs no dataset; find.c answers.
 *
 * Dates:    said:2025-01  said:..2025-01-12  said:2025-01-01..2025-02
 *           said:2025-01-01/2025-01-12  said:>2025-01  said:<=2025-01-12
 * Numbers:  value:300  value:~300 (its number)  value:>=300  value:100..200
 * Texts:    value:Kursk  value:"Kursk region"  value:"300" (as worded)
 * Markings: marking:amber  marking:..amber  marking:<red
 * Scales:   reliability:A..B  credibility:..2  likelihood:very-likely..
 */
#ifndef CORE_QUERY_H
#define CORE_QUERY_H

#include "core/hearsay.h"

/* key: in the language, and what it takes. */
enum hear_query_key {
	HEAR_KEY_WORDS,	    /* no key: text, quote and title           */
	HEAR_KEY_BY,	    /* by:        any source in the chain      */
	HEAR_KEY_ORIGIN,    /* origin:    the last of the chain        */
	HEAR_KEY_VIA,	    /* via:       any but the last             */
	HEAR_KEY_SUBJECT,   /* subject:                                */
	HEAR_KEY_PREDICATE, /* predicate:                              */
	HEAR_KEY_OF,	    /* of:                                     */
	HEAR_KEY_PLACE,	    /* place:                                  */
	HEAR_KEY_VALUE,	    /* value:     number, range, comparison, text */
	HEAR_KEY_UNIT,	    /* unit:                                   */
	HEAR_KEY_STANCE,    /* stance:    checked against the stances  */
	HEAR_KEY_SAID,	    /* said:      a date or range              */
	HEAR_KEY_EVENT,	    /* event:                                  */
	HEAR_KEY_SINCE,	    /* since:                                  */
	HEAR_KEY_UNTIL,	    /* until:                                  */
	HEAR_KEY_FILED,	    /* filed:                                  */
	HEAR_KEY_DOC,	    /* doc:       URL or part of it            */
	HEAR_KEY_TAG,	    /* tag:                                    */
	HEAR_KEY_LANG,	    /* lang:                                   */
	HEAR_KEY_RE,	    /* re:        id or URL                    */
	HEAR_KEY_BASIS,	    /* basis:                                  */
	HEAR_KEY_HEDGE,	    /* hedge:                                  */
	HEAR_KEY_MORE,	    /* more.KEY:                               */
	HEAR_KEY_FILER,	    /* filer:     name or key of the analyst   */
	HEAR_KEY_MARKING,   /* marking:   checked against the markings */
	HEAR_KEY_KIND,	    /* kind:      of record; claim where not said */
	HEAR_KEY_IS,	    /* is:        retracted resting edited disputed
			     *            assessed unanswered          */
	HEAR_KEY_ID,	    /* id:        beginning of an id           */
	HEAR_KEY_TARGET,    /* target:    id that it is about          */
	HEAR_KEY_RELIABILITY, /* reliability: of an assessment: A to F, range */
	HEAR_KEY_CREDIBILITY, /* credibility: 1 to 6, range             */
	HEAR_KEY_ORIGINS,     /* origins:   how many independent ones; range */
	HEAR_KEY_LIKELIHOOD,  /* likelihood: words, range of them      */
};

enum hear_query_node {
	HEAR_QUERY_ALL, /* no terms: everything */
	HEAR_QUERY_AND,
	HEAR_QUERY_OR,
	HEAR_QUERY_NOT, /* one child */
	HEAR_QUERY_TERM,
};

/* A node of the parsed query; all in the arena it was parsed into. */
struct hear_query_term {
	enum hear_query_node node;
	struct hear_query_term *first; /* child: AND, OR, NOT */
	struct hear_query_term *next;  /* sibling */

	/* Of a term: */
	enum hear_query_key key;
	struct hear_span more; /* KEY of more.KEY: */
	struct hear_span text; /* unquoted; for ranges the whole value; stance:
				* kind: is: and ids in their one spelling */
	bool phrase;	       /* was quoted */
	bool prefix;	       /* ended with * (not quoted); with an empty text
				* the field is there at all */

	/* value:, marking:, scales and dates, where has_range. Dates: times
	 * [from, to), from core/when. Markings and the steps of a scale (A and
	 * 1 are 1): their numbers, [from, to) too. value:
	 * decimal texts in normal form, open where < or > was used. value:
	 * without a range is text. */
	bool has_range;
	int64_t from;
	int64_t to;
	struct hear_span lo; /* empty: unbounded */
	struct hear_span hi;
	bool lo_open;
	bool hi_open;

	size_t at; /* bytes of the query text it came from */
	size_t span;
};

/* Parses; err->at and err->span say what to put a caret under, and the
 * sentence what to write instead (nearest key for an unknown one). Limits:
 * 4 KiB of text, 64 terms, 16 brackets deep. */
HEAR_CHECKED enum hear_code hear_query_parse(struct hear_arena *arena,
					     struct hear_span text,
					     struct hear_query_term **out,
					     struct hear_err *err);

/* The name of a key without its colon, for messages and completion; "" for
 * HEAR_KEY_WORDS. */
const char *hear_query_key_name(enum hear_query_key key);

/* Writes a canonical text that parses to the same query, for tests. */
void hear_query_print(const struct hear_query_term *query,
		      struct hear_buffer *out);

#endif
