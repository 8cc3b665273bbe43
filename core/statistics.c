/* SPDX-License-Identifier: ISC */
/* statistics.c - how much a dataset holds, and the roots that prove it. The
 * call is in hearsay.h. */
#include "core/bytes.h"
#include "core/error.h"
#include "core/index.h"
#include "core/postings.h"
#include "core/reader.h"
#include "core/tree.h"

#include <string.h>

static enum hear_code count_kind(struct hear_txn *txn, const char *kind,
				 uint64_t *out, struct hear_err *err)
{
	struct hear_postings *postings = NULL;
	struct hear_buffer key = {0};
	enum hear_code code;

	*out = 0;
	hear_index_key(HEAR_UNDER_KIND, hear_span_of(kind), &key);
	code = hear_postings_open(&postings, txn, HEAR_BY,
				  hear_buffer_view(&key), err);
	if (code == HEAR_OK)
		code = hear_postings_count(postings, out, err);
	hear_postings_close(postings);
	hear_buffer_done(&key);
	return code;
}

static enum hear_code roots(struct hear_reader *reader,
			    struct hear_statistics *out, struct hear_err *err)
{
	static const unsigned char ids[] = {0, 1, 2, 3, 4, 5, 6};
	struct hear_span shared[HEAR_LOCAL];
	struct hear_tree_root root;
	enum hear_code code = HEAR_OK;
	size_t count = 0;
	size_t i;

	for (i = 0; i <= (size_t)reader->view.highest && code == HEAR_OK; i++) {
		struct hear_span id = hear_span_make(&ids[i], 1);

		code = hear_tree_root(&root, reader->txn, id, err);
		out->marked[i] = root.count;
		out->roots[i] = root.digest;
		if (i > 0 && i < HEAR_LOCAL)
			shared[count++] = id;
	}
	/* Local filings are nobody else's: they are not part of what two
	 * nodes compare. */
	if (code == HEAR_OK)
		code = hear_tree_view_root(&out->root, reader->txn,
					   hear_span_make(&ids[0], 1), shared,
					   count, err);
	return code;
}

static enum hear_code newest(struct hear_reader *reader, int64_t *out,
			     struct hear_err *err)
{
	struct hear_span value;
	enum hear_code code = hear_txn_get(reader->txn, HEAR_META,
					   hear_span_of(HEAR_META_STAMP),
					   &value, err);

	if (code == HEAR_OK && value.size == 8)
		*out = hear_stamp_ms(hear_get64(value.data));
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_statistics_get(struct hear_reader *reader,
				   struct hear_statistics *out,
				   struct hear_err *err)
{
	struct hear_txn *txn = reader->txn;
	enum hear_code code;

	memset(out, 0, sizeof *out);
	out->records = hear_txn_entries(txn, HEAR_RECORDS);
	out->filings = hear_txn_entries(txn, HEAR_FILINGS);
	hear_store_bytes(txn, &out->bytes, &out->free_bytes);
	code = count_kind(txn, "claim", &out->claims, err);
	if (code == HEAR_OK)
		code = count_kind(txn, "capture", &out->captures, err);
	if (code == HEAR_OK)
		code = count_kind(txn, "retraction", &out->retractions, err);
	out->others = out->records - out->claims - out->captures -
		      out->retractions;
	if (code == HEAR_OK)
		code = newest(reader, &out->newest_ms, err);
	return code == HEAR_OK ? roots(reader, out, err) : code;
}
