/* weighed.h - what a weighing found, in the words all commands use for it.
 *
 * Everything appended to a buffer here is clean (terminal_clean) and stands on
 * one line. Figures are printed as people read them: "about 300 (270 to 330)",
 * thousands parted by commas.
 */
#ifndef TOOLS_WEIGHED_H
#define TOOLS_WEIGHED_H

#include "core/hearsay.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/terminal.h"

/* The options of those who weigh. */
#define WEIGHED_VIEW_OPTIONS                                                   \
	{"as-of", 0, "TIME", "as the dataset stood then", false, NULL},        \
	{                                                                      \
		"known-by", 0, "DATE", "only what had been said by then",      \
			false, NULL                                            \
	}

#define WEIGHED_DRAW_OPTION                                                    \
	{                                                                      \
		"draw", 0, NULL,                                               \
			"for people, with pictures, even into a pipe", false,  \
			NULL                                                   \
	}

/* How to print: as output_mode() says, but with --draw for people, wherever it
 * goes. */
HEAR_CHECKED enum hear_code weighed_mode(struct call *call,
					 struct terminal *terminal,
					 enum output_mode *out,
					 struct hear_err *err);

/* A dataset that is open, and what the claims of a query come to in it. The
 * arrays are the weighing's own. */
struct weighed {
	struct session session;
	struct hear_weighing *weighing;
	const struct hear_question *questions;
	size_t question_count;
	const struct hear_weighed *claims;
	size_t claim_count;
	const struct hear_voice *voices;
	size_t voice_count;
	const struct hear_party *parties;
	size_t party_count;
	const struct hear_source *sources;
	size_t source_count;
	const struct hear_finding *findings;
	size_t finding_count;
	/* The record read last, and whose. */
	struct hear_arena *arena;
	struct hear_record record;
	uint32_t read;
	/* The claims that rest on what is retracted, in order; found when it is
	 * first asked. */
	struct hear_id *resting;
	size_t resting_count;
	bool resting_known;
	/* Sources met while listing: in which list, by its number. */
	uint32_t *met;
	uint32_t list;
};

/* Opens the dataset in the view that --as-of and --known-by ask for, and
 * weighs the query that the operands from `first` on are; where there are
 * none, all claims. What fails may be closed all the same. */
HEAR_CHECKED enum hear_code weighed_open(struct weighed *weighed,
					 struct call *call, size_t first,
					 struct hear_err *err);
void weighed_close(struct weighed *weighed);

/* The record of a claim, until the next is read. HEAR_NOTFOUND: purged
 * meanwhile. */
HEAR_CHECKED enum hear_code weighed_read(struct weighed *weighed,
					 uint32_t claim,
					 struct hear_err *err);

/* What is retracted and a claim rests on, as hear_rests_on(), in `arena`;
 * reads the record of those that do. */
void weighed_grounds(struct weighed *weighed, struct hear_arena *arena,
		     uint32_t claim, struct hear_ground **out, size_t *count);

/* Whether there is any. */
bool weighed_rests(struct weighed *weighed, uint32_t claim);

/* ---- In words ---- */

/* " [rests on retracted 1a2b3c4d]" where a claim does (resting.h). */
void weighed_mark(struct weighed *weighed, uint32_t claim,
		  struct hear_buffer *out);
/* Whole ids and reasons, as find --csv has them. */
void weighed_mark_cell(struct weighed *weighed, uint32_t claim,
		       struct hear_buffer *out);
/* The first digits of a claim's id, and the mark. */
void weighed_id(struct weighed *weighed, uint32_t claim,
		struct hear_buffer *out);

/* "North Korean soldiers, killed, since 2024-10" */
void weighed_question(const struct hear_question *question,
		      struct hear_buffer *out);
/* "5 documents, 4 outlets, 1 origin" */
void weighed_counts(const struct hear_question *question,
		    struct hear_buffer *out);
/* "conflict", "denied or doubted" ...; static */
const char *weighed_verdict(enum hear_verdict verdict);
/* Where not all assert: ": 3 origins assert it, 1 denies or doubts it, 2 are
 * silent". */
void weighed_sides(const struct weighed *weighed,
		   const struct hear_question *question,
		   struct hear_buffer *out);
/* After a name: "denies it", "is silent", "could not confirm it" ...; static */
const char *weighed_stance(enum hear_stance stance);
/* "1,234 origins", "1 origin"; `noun` takes an s. */
void weighed_count(uint64_t count, const char *noun, struct hear_buffer *out);
/* Text with its numbers of four digits and more as 2,700. */
void weighed_grouped(struct hear_span text, struct hear_buffer *out);
/* "270 to 330", "more than 3,000", "up to 5 km" */
void weighed_extent(const struct hear_extent *extent, struct hear_span unit,
		    struct hear_buffer *out);
/* A figure as said, in words: "about 2,700". */
void weighed_figure(const struct hear_weighed *claim, struct hear_buffer *out);
/* What was said, in words, and how it is read where that is wider: "about 300
 * (270 to 330)"; "no value" where there is none. */
void weighed_value(const struct hear_weighed *claim,
		   const struct hear_question *question,
		   struct hear_buffer *out);
/* The same of what was compared, which is wider where a running total had grown
 * since: "90 (90 to 120 when compared)". */
void weighed_compared(const struct weighed *weighed,
		      const struct hear_question *question,
		      const struct hear_party *party,
		      const struct hear_voice *voice, struct hear_buffer *out);
/* A day, or where it is none a minute: "2025-01-13", "2025-01-13T10:30Z"; "not
 * known", "open". */
void weighed_date(int64_t ms, struct hear_buffer *out);
/* When a claim was said: "said 2025-01-13", "said 2025-01-12 or earlier",
 * "published 2025-01-13", "no date"; reads the record. */
void weighed_said(struct weighed *weighed, uint32_t claim,
		  struct hear_buffer *out);
/* Up to when a running total counts: "until 2025-01-13"; for other claims when
 * it was said, as above. */
void weighed_when(struct weighed *weighed,
		  const struct hear_question *question, uint32_t claim,
		  struct hear_buffer *out);
/* Who passed it on, without the origin: "The Moscow Times < AFP"; empty where
 * nobody did. Reads the record. */
void weighed_chain(struct weighed *weighed, uint32_t claim,
		   struct hear_buffer *out);

/* ---- Who ---- */

/* The name of a source; empty for HEAR_NOBODY. */
struct hear_span weighed_source(const struct weighed *weighed,
				uint32_t source);
/* "South Korean government, also as South Korea" */
void weighed_party(struct weighed *weighed, const struct hear_party *party,
		   struct hear_buffer *out);
/* The voice to show for a party: its last that the query asked for, standing
 * ones before others; with `compared` the one that was compared, if there is
 * one. A party has at least one voice. */
const struct hear_voice *weighed_voice(const struct weighed *weighed,
				       const struct hear_party *party,
				       bool compared);
/* Whether it is one of the independent origins that were counted. */
bool weighed_counts_as_origin(const struct hear_party *party);
/* Why it is not, as a word or two: "circular", "copied", or its stance's
 * name; "not asked for"; NULL where it is one. Static. */
const char *weighed_why_not(const struct hear_party *party);

/* Calls `each` for the outlets of the voices [first, first + count) that were
 * asked for, each once, until it returns false. */
void weighed_outlets(struct weighed *weighed, uint32_t first, uint32_t count,
		     bool (*each)(void *context, struct hear_span outlet),
		     void *context);
/* The same for the names its origins go by. */
void weighed_origins(struct weighed *weighed, uint32_t first, uint32_t count,
		     bool (*each)(void *context, struct hear_span name),
		     void *context);

/* ---- For programs ---- */

/* A question with all that was found in it, as one JSON object; its fields are
 * in hearsay.1. NULL: out of memory. */
struct hear_value *weighed_json(struct weighed *weighed,
				struct hear_arena *arena,
				const struct hear_question *question);
/* The fields that name a question: question, subject, predicate, of, place,
 * unit, text, since or event. */
void weighed_json_question(struct hear_arena *arena, struct hear_value *map,
			   const struct hear_question *question);
/* rests_on, where a claim does. */
void weighed_json_rests(struct weighed *weighed, struct hear_arena *arena,
			struct hear_value *map, uint32_t claim);
/* The fields of one claim: id, value, low, high ... */
struct hear_value *weighed_json_claim(struct weighed *weighed,
				      struct hear_arena *arena,
				      const struct hear_voice *voice);

#endif
