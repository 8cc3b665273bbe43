/* weighing.h - the inside of a weighing, which its parts share.
 *
 * The public structs, the calls and what they promise are in hearsay.h; the
 * rules are in WEIGHING.md. The parts, in the order they work:
 *
 *   weigh.c           which claims, and the order of it all
 *   weigh_claim.c     one record -> one claim, with what it is compared by
 *   weigh_question.c  claims -> questions and voices
 *   weigh_origin.c    voices -> parties; counts
 *   weigh_circle.c    circles and copies
 *   weigh_course.c    how each party's word moved; who is charged with it
 *   weigh_verdict.c   how the parties of a question compare
 *   weigh_parts.c     parts and wholes
 *   weigh_sums.c      definitions
 *   weigh_say.c       the sentences
 *
 * Everything is in one arena or in arrays of the weighing. Nothing may depend
 * on local numbers or on the order of arrival: wherever there is a choice, it
 * is made by what the records hold.
 */
#ifndef CORE_WEIGHING_H
#define CORE_WEIGHING_H

#include "core/bounds.h"
#include "core/interned.h"
#include "core/lexicon.h"
#include "core/meanings.h"
#include "core/reader.h"

/* A date, where only one instant can be had (its first; of one that is open at
 * the start its last), and its first and last millisecond. */
struct hear_moment {
	int64_t instant; /* INT64_MIN: not known */
	int64_t from;
	int64_t to;
};

/* What a claim is compared by, beside what everybody sees of it. */
struct hear_inner {
	struct hear_bounds bounds; /* as read; of the unit, later the question's */
	struct hear_bounds stated; /* the same, not widened */
	struct hear_decimal best;  /* of three numbers; else 0 */
	enum hear_figure_op op;
	struct hear_span unit;
	struct hear_span dimension;
	uint32_t subject; /* names; HEAR_NOBODY: not given */
	uint32_t predicate;
	uint32_t place;
	uint32_t text;	  /* of TEXT: the value as a name; of claims without a
			   * predicate: the text, interned */
	uint32_t quote;	  /* interned, where it is long enough; HEAR_NOBODY */
	uint32_t document; /* interned; HEAR_NOBODY: none */
	uint32_t of_first; /* in `lists` */
	uint16_t of_count;
	uint16_t hops;
	uint32_t hop_first; /* in `lists`: the first name of each hop */
	uint32_t who_first; /* in `lists`: all names of the last hop */
	uint16_t who_count;
	bool until_given;
	bool total; /* has `since`: what it counts only grows with `until` */
	int64_t said_from; /* INT64_MIN, INT64_MAX: not known */
	int64_t said_to;
	bool converted; /* bounds are in another unit than the claim's */
	bool answers; /* does not assert, and `re` is an id */
	struct hear_id re;
	int64_t origin_at; /* when the origin spoke; INT64_MIN: not known */
	int64_t date_from; /* of DATE: [from, to) */
	int64_t date_to;
	enum hear_window window;
	int64_t from_ms;
	int64_t to_ms;
	struct hear_span window_text;
	uint32_t link_first; /* its questions, in `links` */
	uint32_t link_count;
};

struct hear_question_inner {
	uint32_t subject; /* names */
	uint32_t predicate;
	uint32_t place;
	uint32_t of_first; /* in `lists`, as many as the question's */
	struct hear_span dimension;
	bool adds_up;
	uint32_t matter; /* all but the dimension and the window, interned */
	uint32_t next;	 /* of the same matter; HEAR_NOBODY: the last */
	bool dated; /* some asserting party gives a date: compared_ms holds */
};

enum {
	/* What would take more comparisons than this is compared with the
	 * first so many origins alone. */
	HEAR_WEIGH_PAIRS = 1 << 24,
	HEAR_WEIGH_FIRST = 64,
};

struct hear_link { /* a voice in the making */
	uint32_t question;
	uint32_t claim;
};

struct hear_weighing {
	struct hear_arena *arena;
	struct hear_lexicon *lexicon;
	struct hear_meanings *meanings;
	struct hear_interned texts; /* texts and quotes */
	uint32_t *text_names; /* what terms call them (weigh_verdict.c) */
	struct hear_interned documents;
	struct hear_moment *published; /* one each of `documents` looked up */
	uint32_t published_count;
	uint32_t published_room;
	struct hear_interned matters;
	struct hear_interned keys;

	uint32_t *lists; /* of names */
	uint32_t list_count;
	uint32_t list_room;

	struct hear_weighed *claims;
	struct hear_inner *inner;
	uint32_t claim_count;
	uint32_t claim_room;

	struct hear_link *links;
	uint32_t link_count;
	uint32_t link_room;

	struct hear_question *questions;
	struct hear_question_inner *about;
	uint32_t question_count;
	uint32_t question_room;

	struct hear_voice *voices;
	uint32_t voice_count;

	struct hear_party *parties;
	uint32_t party_count;
	uint32_t party_room;

	struct hear_finding *findings;
	uint32_t finding_count;
	uint32_t finding_room;

	struct hear_source *sources;
	uint32_t source_count;

	bool failed; /* out of memory */
};

/* Weighs one claim and all that answers its questions (`record` NULL: all that
 * is live), as hear_weigh() does, as far as parties, what they say and which of them count: no verdicts, findings
 * and counts. All of it counts as asked for. */
HEAR_CHECKED enum hear_code
hear_weigh_around(struct hear_weighing **out, struct hear_reader *reader,
		  const struct hear_record *record, uint64_t number,
		  struct hear_err *err);

static inline int hear_number_order(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

/* Room for one more item; false: out of memory, and the weighing has failed. */
bool hear_weighing_grow(struct hear_weighing *weighing, void **array,
			uint32_t *room, uint32_t count, size_t size);

/* Takes one claim in. */
HEAR_CHECKED enum hear_code
hear_weigh_claim(struct hear_weighing *weighing, struct hear_reader *reader,
		 const struct hear_record *record, uint64_t number,
		 bool asked, struct hear_err *err);

/* Once all claims are in: what texts are compared by. */
void hear_weigh_texts(struct hear_weighing *weighing);
void hear_weigh_questions(struct hear_weighing *weighing);
void hear_weigh_parties(struct hear_weighing *weighing);
void hear_weigh_course(struct hear_weighing *weighing,
		       struct hear_party *party);
void hear_weigh_circles(struct hear_weighing *weighing, uint32_t question);
void hear_weigh_copies(struct hear_weighing *weighing, uint32_t question);
void hear_weigh_counts(struct hear_weighing *weighing, uint32_t question);
void hear_weigh_verdict(struct hear_weighing *weighing, uint32_t question);
void hear_weigh_parts(struct hear_weighing *weighing);
void hear_weigh_sums(struct hear_weighing *weighing);
void hear_weigh_say(struct hear_weighing *weighing);

/* Adds a finding; its sentence comes with hear_weigh_say(), unless given. */
void hear_weigh_found(struct hear_weighing *weighing,
		      enum hear_finding_kind found, uint32_t question,
		      uint32_t a, uint32_t b, struct hear_span sentence);

/* Puts voices in order of claims, and finds that of a claim among them;
 * HEAR_NOBODY: none. */
void hear_weigh_sort_voices(struct hear_weighing *weighing, uint32_t *voices,
			    uint32_t count);
uint32_t hear_weigh_voice_of(const struct hear_weighing *weighing,
			     const uint32_t *voices, uint32_t count,
			     uint32_t claim);

/* Whether two claims of one question give the same value. */
bool hear_weigh_equal(const struct hear_weighing *weighing, uint32_t a,
		      uint32_t b);
/* Whether both can be true at once. */
bool hear_weigh_overlap(struct hear_weighing *weighing, uint32_t a,
			uint32_t b);
/* Where a party stood at a date: the voice, and the extent of all it said for
 * that time. HEAR_NOBODY: nothing by then. */
uint32_t hear_weigh_position(const struct hear_weighing *weighing,
			     const struct hear_party *party, int64_t date,
			     struct hear_bounds *bounds,
			     struct hear_bounds *stated);
/* Turns bounds in the question's unit into the unit that its dimension leads
 * to, so that questions can be compared with one another. */
void hear_weigh_basis(const struct hear_weighing *weighing, uint32_t question,
		      struct hear_bounds *bounds);
/* Whether the party's word counts in comparisons: it asserts, by name. */
bool hear_weigh_asserts(const struct hear_party *party);
/* The latest date for which it asserts something; INT64_MIN: undated. */
int64_t hear_weigh_reached(const struct hear_weighing *weighing,
			   const struct hear_party *party);

/* An extent as everybody sees it, in the arena. */
void hear_weigh_extent(struct hear_weighing *weighing,
		       const struct hear_bounds *bounds,
		       struct hear_extent *out);

#endif
