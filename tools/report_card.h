/* report_card.h - a claim on its way onto the page: shared by what writes the
 * card (report_card.c) and what tells its fate (report_fate.c). */
#ifndef TOOLS_REPORT_CARD_H
#define TOOLS_REPORT_CARD_H

#include "tools/report.h"

/* What other records say of the claim. */
struct since {
	struct page_rating *ratings;
	size_t rating_count;
	struct remark *remarks;
	size_t remark_count;
};

/* A relation, or a claim that answers. */
struct remark {
	const char *says; /* "supports", "is contradicted by" */
	struct hear_id other;
	struct hear_span who; /* of the analysts; empty: a claim answers */
	struct hear_span note;
};

struct card {
	struct report *report;
	struct page *page;
	struct hear_arena *arena; /* until the card is written */
	struct hear_record record;
	struct hear_span lang;
	struct hear_filed *filed;
	size_t filed_count;
	bool retracted;
	uint32_t weighed;
	uint32_t number; /* on the page */
	struct since since;
	uint32_t captures; /* of its document, seen so far */
	bool fates; /* the list of them was begun */
};

/* Reads what other records say of the claim. */
HEAR_CHECKED enum hear_code report_read_since(struct card *card,
					      struct hear_err *err);
/* Writes what became of it: retracted, corrected, answered, and by whom. */
HEAR_CHECKED enum hear_code report_fates(struct card *card,
					 struct hear_err *err);

#endif
