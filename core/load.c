/* SPDX-License-Identifier: ISC */
#include "core/load.h"

enum {
	PAGE = 4096,
	/* Of a page in memory: malloc's own, LMDB's lists of dirty pages and
	 * of those given up for them. */
	PAGE_COST = PAGE + 64,
	LARGEST_INSIDE = 2000, /* a value above this has pages of its own */
	NODE = 10,	       /* an entry's header and its place in the page */
	STEP = 2,	       /* bytes of a step within a transaction, */
	FIRST_STEP = 5,	       /* and of the step to it */
	HALF = 1024,	       /* what splitting a page frees in it, at least */
	FULL = 512,	       /* pages that are full: see leaves() */
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Leaves that are changed or made where `keys` places of a table are changed
 * and it grows by `bytes`. A page that is split has room for HALF more; so
 * what is added decides how many are split, but for those that were full
 * before. Random keys leave few full pages; rebuilding a table in the order of
 * its keys leaves some, as many as one flush of gathered keys makes. */
static size_t leaves(const struct hear_pages *pages, size_t keys, size_t bytes)
{
	size_t changed = least(keys, pages->leaf);

	return changed + least(changed, FULL) + bytes / HALF + 1;
}

/* With the pages above them. */
static size_t spread(struct hear_txn *txn, enum hear_table table, size_t keys,
		     size_t bytes)
{
	struct hear_pages pages = hear_txn_pages(txn, table);
	size_t leaf = leaves(&pages, keys, bytes);
	size_t above = pages.depth > 1 ? leaf * (pages.depth - 1) : 0;

	return leaf + least(above, pages.branch) + bytes / HALF / 16 + 2;
}

/* Where all comes after what there is. */
static size_t appended(struct hear_txn *txn, enum hear_table table,
		       size_t pages)
{
	return pages + pages / 64 + hear_txn_pages(txn, table).depth + 2;
}

static size_t listed(struct hear_txn *txn, enum hear_table table,
		     const struct hear_listed *listed)
{
	/* Each key may be new, or begin a block: the key, its number, a
	 * node; and each number is a step. */
	size_t bytes = listed->key_bytes +
		       listed->keys * (9 + NODE + FIRST_STEP) +
		       (size_t)listed->pairs * STEP;

	return spread(txn, table, listed->keys, bytes);
}

size_t hear_load_body(size_t size)
{
	size_t inside = size + 8 + NODE;

	/* Of each page less than a body is left over. */
	return inside <= LARGEST_INSIDE
		       ? inside * PAGE / (PAGE - 16 - inside)
		       : (size + 16 + PAGE - 1) / PAGE * PAGE + 8 + NODE;
}

size_t hear_load_bytes(const struct hear_load *load, struct hear_txn *txn)
{
	size_t number = load->records * (16 + NODE); /* key and number */
	size_t each = load->filings * 160; /* key and number of a filing */
	size_t pages;

	pages = listed(txn, HEAR_BY, &load->by) +
		listed(txn, HEAR_WORDS, &load->words) +
		spread(txn, HEAR_RECORD_IDS, load->records, number) +
		appended(txn, HEAR_FILED, number / PAGE) +
		appended(txn, HEAR_RECORDS, load->body_pages / PAGE);
	/* A filing lists its records and has a header: two pages and a half
	 * at most; then its id, its place, its nodes and what it follows. */
	pages += appended(txn, HEAR_FILINGS, load->filings * 5 / 2) +
		 spread(txn, HEAR_FILING_IDS, load->filings, each) +
		 spread(txn, HEAR_ORDERED, load->filings, each) +
		 spread(txn, HEAR_NODES, load->filings * 4, each * 8) +
		 spread(txn, HEAR_AFTER, load->filings * 4, each * 4) +
		 spread(txn, HEAR_META, load->filings + 2, each * 16);
	/* LMDB's list of the pages given up, itself in pages. */
	pages += pages / 256 + 8;
	/* Sorting what is held takes as much again. */
	return pages * PAGE_COST + load->held * 2;
}
