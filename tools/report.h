/* report.h - the page of `hearsay report`: one question, all that is known of
 * it, for people who do not have the program.
 *
 * report_write() weighs, writes the sections one after another and gives the
 * page. Each section stands in a file of its own: report_summary.c and so on.
 * A claim is read when it is written, so that a page takes little more memory
 * than its text.
 *
 * The page bears the highest marking of whatever went into it, what was weighed
 * and is not shown in full included: a verdict tells something of each claim
 * behind it. What is above --max-marking is out of the view to begin with, so
 * nothing on the page depends on it. The page does not say whether there was
 * anything: that something exists can be as much of a secret as what it says.
 */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include "tools/page_parts.h"

enum {
	REPORT_CLAIMS = 2000,		 /* in full; the rest is counted */
	REPORT_BYTES = 32 * 1024 * 1024, /* of the page, about */
	REPORT_PICTURES = 12,
	REPORT_RECORDS = 500, /* of terms, definitions, and on one claim */
};

/* What was asked for, and of whom. */
struct report_wish {
	struct hear_span text; /* of the query, as typed; empty: everything */
	const struct hear_query *query; /* NULL: everything */
	struct hear_view view;
	enum hear_rule rule;
	bool limited;	/* --max-marking was given */
	bool as_of;	/* --as-of, --known-by: likewise */
	bool known_by;
	int64_t now_ms;
	struct hear_span command; /* that makes the page again */
	const char *dataset;	  /* as it is called here */
	const struct hear_id *dataset_id;
	const char *analyst;	  /* whose machine makes it */
	const struct hear_key *key;
	uint32_t most_claims;	  /* REPORT_CLAIMS */
};

/* What an analyst made of an origin's claims, and of how many the same. */
struct report_grade {
	uint32_t source;
	struct hear_span who;
	char reliability; /* A to F, or '-' */
	char credibility; /* 1 to 6, or '-' */
	uint32_t count;
};

/* A claim on the page that answers another (`re`). */
struct report_answer {
	uint32_t target;
	uint32_t claim;
};

struct report {
	struct page page;
	const struct report_wish *wish;
	struct hear_reader *reader;
	struct hear_arena *arena;   /* for the whole page */
	struct hear_arena *scratch; /* for one record at a time */
	enum hear_marking highest;  /* of all that went into it so far */

	struct hear_weighing *weighing;
	const struct hear_question *questions;
	const struct hear_weighed *claims;
	const struct hear_voice *voices;
	const struct hear_party *parties;
	const struct hear_source *sources;
	const struct hear_finding *findings;
	size_t question_count;
	size_t claim_count;
	size_t voice_count;
	size_t party_count;
	size_t source_count;
	size_t finding_count;

	uint32_t *order;      /* claims to be shown: asked first, by time */
	uint32_t shown;	      /* of those */
	uint32_t asked;	      /* of those, asked for */
	uint32_t asked_all;   /* and how many there are of each in all */
	uint32_t others_all;
	uint32_t *numbers;    /* of a claim on the page, 0: not on it */
	uint32_t *by_id;      /* claims in order of id */
	uint32_t *said;	      /* voices in order of claim, and where those of */
	uint32_t *said_from;  /* each claim begin; claim_count + 1 */
	uint32_t *questions_in_order; /* asked, those in dispute first */
	uint32_t question_shown;

	struct report_answer *answers;
	uint32_t answer_count;

	/* The document looked at last, and what captures found there: many
	 * claims in a row are of one. */
	struct hear_arena *versioned;
	struct hear_span document;
	struct hear_version *versions;
	size_t version_count;

	/* What sections leave for later ones. */
	uint32_t retracted; /* claims shown that analysts took back */
	uint32_t cut;	    /* cards of this section that had no room */
	uint32_t left;	    /* claims that the page does not hold */
	struct report_grade *grades; /* room for REPORT_RECORDS */
	size_t grade_count;
};

/* Writes the whole page. `left` gets how many claims it does not hold. */
HEAR_CHECKED enum hear_code report_write(const struct report_wish *wish,
					 struct hear_reader *reader,
					 struct hear_buffer *out,
					 enum hear_marking *highest,
					 uint32_t *left, struct hear_err *err);

/* ---- Sections: each writes one, with its heading, or nothing ------------- */

HEAR_CHECKED enum hear_code report_summary(struct report *report,
					   const struct page_entry *entry,
					   struct hear_err *err);
HEAR_CHECKED enum hear_code report_timeline(struct report *report,
					    const struct page_entry *entry,
					    struct hear_err *err);
HEAR_CHECKED enum hear_code report_verdicts(struct report *report,
					    const struct page_entry *entry,
					    struct hear_err *err);
HEAR_CHECKED enum hear_code report_claims(struct report *report,
					  const struct page_entry *entry,
					  struct hear_err *err);
HEAR_CHECKED enum hear_code report_others(struct report *report,
					  const struct page_entry *entry,
					  struct hear_err *err);
HEAR_CHECKED enum hear_code report_retracted(struct report *report,
					     const struct page_entry *entry,
					     struct hear_err *err);
HEAR_CHECKED enum hear_code report_sources(struct report *report,
					   const struct page_entry *entry,
					   struct hear_err *err);
HEAR_CHECKED enum hear_code report_terms(struct report *report,
					 const struct page_entry *entry,
					 struct hear_err *err);
HEAR_CHECKED enum hear_code report_about(struct report *report,
					 const struct page_entry *entry,
					 struct hear_err *err);

/* One record as a card: claim `weighed`, or one that is weighed no more
 * (HEAR_NOBODY), under a number on the page. */
HEAR_CHECKED enum hear_code report_card(struct report *report,
					const struct hear_id *id,
					uint32_t weighed, uint32_t number,
					struct hear_err *err);

/* ---- What they share ----------------------------------------------------- */

/* Something of that marking went into the page. */
void report_holds(struct report *report, enum hear_marking marking);
/* The claim of an id, or HEAR_NOBODY where none such was weighed. */
uint32_t report_claim_of(const struct report *report, const struct hear_id *id);
/* "claim 12", as a link; its id where it is not on the page. */
void report_refer(struct report *report, uint32_t claim);
void report_refer_id(struct report *report, const struct hear_id *id);
/* The first digits of an id; all of them. */
void report_short_id(struct report *report, const struct hear_id *id);
void report_whole_id(struct report *report, const struct hear_id *id);
/* "2025-01-13", "open", "not known". */
void report_day(struct report *report, int64_t ms);
/* "2025-01-13 14:00 UTC". */
void report_time(struct report *report, int64_t ms);
/* A name as a source is called. */
void report_source(struct report *report, uint32_t source);
/* "5 documents", "1 document". */
void report_count(struct report *report, uint64_t count, const char *one,
		  const char *many);
/* "5 documents, 4 outlets, 1 independent origin". */
void report_counted(struct report *report,
		    const struct hear_question *question);
/* The same over all that was asked, whatever the question. */
struct report_totals {
	uint32_t documents;
	uint32_t outlets;
	uint32_t origins;
	uint32_t unnamed;
	uint32_t disputed; /* questions */
};
HEAR_CHECKED enum hear_code report_total(struct report *report,
					 struct report_totals *out,
					 struct hear_err *err);
/* What the figures of a question come to by the rule asked for; nothing where
 * it has none. */
HEAR_CHECKED enum hear_code report_rolled(struct report *report,
					  uint32_t question,
					  struct hear_err *err);
/* A question in one line of some length: one may be the text of its claims. */
void report_question(const struct hear_question *question,
		     struct hear_buffer *out);
/* The verdict of a question, in a word or two. */
void report_verdict(struct report *report,
		    const struct hear_question *question);

/* Calls `each` with live records that answer a query, each of them in an arena
 * that is reset after it, until it fails or `most` have come. */
HEAR_CHECKED enum hear_code
report_each(struct report *report, const char *query, uint32_t most,
	    enum hear_code (*each)(struct report *report, void *context,
				   struct hear_arena *arena,
				   const struct hear_record *record,
				   struct hear_err *err),
	    void *context, struct hear_err *err);

/* The filings by which a record may be shown: those at the freest marking at
 * which it is live, or where it is not, was filed; in `*marking`, which the
 * page then holds. An array of `*count` in the arena. */
HEAR_CHECKED enum hear_code
report_filed(struct report *report, struct hear_arena *arena,
	     const struct hear_id *id, struct hear_filed **out, size_t *count,
	     enum hear_marking *marking, struct hear_err *err);
/* Who filed it, when and at which marking, as facts. */
void report_filings(struct report *report, const struct hear_filed *filed,
		    size_t count);

#endif
