/* SPDX-License-Identifier: ISC */
#include "core/whole.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/writer.h"

#include <stdlib.h>
#include <string.h>

enum hear_code hear_genesis_id(struct hear_id *out, struct hear_txn *txn,
			       struct hear_arena *arena, struct hear_err *err)
{
	struct hear_stored_filing stored;
	struct hear_header header;
	enum hear_code code = hear_stored_at(txn, 1, &stored, err);

	if (code == HEAR_OK) {
		hear_arena_reset(arena);
		code = hear_header_read(arena, stored.header, &header, NULL);
		if (code == HEAR_OK && !header.genesis)
			code = HEAR_INVALID;
	}
	if (code == HEAR_NOTFOUND || code == HEAR_DAMAGED ||
	    code == HEAR_INVALID || code == HEAR_LIMIT)
		return hear_fail(err, HEAR_DAMAGED,
				 "filing number 1, the genesis of the dataset, "
				 "is missing or cannot be read: restore a "
				 "backup with `hearsay restore`");
	if (code == HEAR_OK)
		hear_header_id(stored.header, out);
	return code;
}

static int order_numbers(const void *a, const void *b)
{
	const uint64_t *left = a;
	const uint64_t *right = b;

	return (*left > *right) - (*left < *right);
}

/* The numbers in the order of the bodies, as far as they can be read. */
static void read_numbers(struct hear_whole *whole)
{
	uint64_t number = 0;
	size_t at = 0;

	while (whole->count < HEAR_FILING_RECORDS &&
	       hear_next_number(whole->stored.numbers, &at, &number))
		whole->numbers[whole->count++] = number;
}

static void sort_numbers(struct hear_whole *whole)
{
	size_t kept = 0;
	size_t i;

	qsort(whole->numbers, whole->count, sizeof *whole->numbers,
	      order_numbers);
	for (i = 0; i < whole->count; i++)
		if (i == 0 || whole->numbers[i] != whole->numbers[kept - 1])
			whole->numbers[kept++] = whole->numbers[i];
	whole->count = kept;
}

static enum hear_code check_header(struct hear_whole *whole,
				   struct hear_err *err)
{
	struct hear_sealed *filing = &whole->filing;
	enum hear_code code;

	hear_arena_reset(whole->arena);
	code = hear_header_read(whole->arena, whole->stored.header,
				&filing->header, err);
	if (code != HEAR_OK)
		return code;
	filing->header_bytes = whole->stored.header;
	hear_header_id(filing->header_bytes, &filing->id);
	if (!hear_id_equal(&filing->id, &whole->stored.id))
		return hear_fail(err, HEAR_DAMAGED,
				 "its header is not the one of its id");
	return HEAR_OK;
}

static enum hear_code check_place(const struct hear_whole *whole,
				  const struct hear_id *id, uint64_t number,
				  struct hear_err *err)
{
	const struct hear_header *header = &whole->filing.header;
	const struct hear_id *belongs = header->genesis ? &whole->filing.id
							: &header->dataset;

	if (header->genesis != (number == 1) || !hear_id_equal(belongs, id))
		return hear_fail(err, HEAR_FOREIGN,
				 "it belongs to another dataset");
	if (hear_partition_marking(header) < 0)
		return hear_fail(err, HEAR_VERSION,
				 "it is of an unknown partition");
	return HEAR_OK;
}

static enum hear_code check(struct hear_whole *whole, struct hear_txn *txn,
			    const struct hear_id *id, uint64_t number,
			    struct hear_err *err)
{
	enum hear_code code;

	read_numbers(whole);
	code = check_header(whole, err);
	if (code == HEAR_OK)
		code = hear_stored_gather(txn, &whole->stored, &whole->filing,
					  NULL, err);
	if (code == HEAR_OK &&
	    whole->filing.count != whole->filing.header.count)
		code = hear_fail(err, HEAR_DAMAGED,
				 "its list of records is not well formed");
	if (code == HEAR_OK)
		code = check_place(whole, id, number, err);
	if (code == HEAR_OK)
		code = hear_sealed_check(&whole->filing, err);
	sort_numbers(whole);
	return code;
}

enum hear_code hear_check_whole(struct hear_whole *whole, struct hear_txn *txn,
				const struct hear_id *id, uint64_t number,
				struct hear_err *err)
{
	struct hear_err why = {.code = HEAR_OK};
	char name[HEAR_ID_TEXT];
	enum hear_code code;

	whole->count = 0;
	memset(&whole->stored, 0, sizeof whole->stored);
	code = hear_stored_at(txn, number, &whole->stored, err);
	if (code != HEAR_OK)
		return code;
	code = check(whole, txn, id, number, &why);
	if (code == HEAR_OK)
		return HEAR_OK;
	if (code == HEAR_MEMORY || code == HEAR_IO) {
		if (err)
			*err = why;
		return code;
	}
	hear_id_print(&whole->stored.id, name);
	return hear_fail(err, HEAR_DAMAGED,
			 "filing %.12s (number %llu) is damaged: %s; %s", name,
			 (unsigned long long)number, why.message,
			 number == 1 ? "it is the genesis of the dataset: "
				       "restore a backup with `hearsay "
				       "restore`"
				     : "set it aside with `hearsay verify "
				       "--repair`, then take it in again from "
				       "a bundle or another member");
}
