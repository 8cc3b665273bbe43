/* limits.h - every limit of the format, in one table.
 *
 * A dataset's genesis names the format it was made with; these are the limits
 * of format 1. What is over a limit is refused when written here and when it
 * comes from elsewhere.
 */
#ifndef CORE_LIMITS_H
#define CORE_LIMITS_H

enum {
	HEAR_FORMAT_NUMBER = 1,

	HEAR_TEXT_BYTES = 4096,	       /* text, note, reason, title */
	HEAR_QUOTE_BYTES = 8192,       /* quote */
	HEAR_TERM_BYTES = 256,	       /* subject, predicate, of, unit, place */
	HEAR_ADDRESS_BYTES = 2048,     /* document, re, basis, archive */
	HEAR_SHORT_BYTES = 512,	       /* hedge, locator, sha256, ... */
	HEAR_DATE_BYTES = 80,	       /* EDTF */
	HEAR_OF_TERMS = 16,	       /* terms in `of` */
	HEAR_TAGS = 64,		       /* tags, keys in `more` */
	HEAR_BASIS_ITEMS = 32,	       /* items in `basis` */
	HEAR_RECORD_BYTES = 32 * 1024, /* a body */
	HEAR_FILING_BYTES = 192 * 1024,/* bodies of a filing together */
	HEAR_PACKED_BYTES = 208 * 1024,/* a filing as it travels */
	HEAR_HEADER_BYTES = 2048,      /* a filing's header */
	HEAR_PACKED_DEPTH = 8,	       /* nesting of a body */
	HEAR_PREV_HEADS = 4,	       /* prev in a header */
	HEAR_SEEN_HEADS = 16,	       /* seen in a roster header */
	HEAR_PARTITION_BYTES = 33,     /* a partition's id */
	HEAR_ANALYST_BYTES = 64,       /* an analyst's or dataset's name */
	HEAR_FOUNDERS = 16,	       /* keys in a genesis */
	HEAR_REMOVAL_HEADS = 512,      /* filings a removal leaves standing */
	HEAR_RETRACTED_FILINGS = 256,  /* filings one retraction names */
};

#endif
