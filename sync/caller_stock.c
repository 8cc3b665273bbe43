/* SPDX-License-Identifier: ISC */
/* caller_stock.c - filings that came, until they are worth a transaction.
 *
 * What one reply brings touches almost as many pages of a large dataset as
 * what ten bring. So in bulk filings are kept as they came, squeezed, while
 * more are asked for, and are then stored together: the peer makes the next
 * replies meanwhile. None was acknowledged; where this node ends before they
 * are stored, they are asked for again.
 */
#include "core/error.h"
#include "sync/caller_state.h"

enum {
	STOCK_BYTES = 3 << 20,	   /* of one caller, */
	STOCKS_BYTES = 4 << 20,	   /* and of all */
	STOCK_MS = 2000,	   /* then few are stored, too */
};

enum hear_code hear_stock_add(struct hear_caller *caller,
			      const struct hear_moment *now,
			      struct hear_wire_list filings,
			      struct hear_err *err)
{
	struct hear_wire_pile *stock = &caller->stock;

	if (filings.count == 0)
		return HEAR_OK;
	if (stock->count == 0)
		caller->stock_ms = now->steady_ms;
	hear_buffer_span(&stock->bytes, filings.bytes);
	if (stock->bytes.failed)
		return hear_fail_memory(err);
	stock->count += filings.count;
	caller->engine->stocks += filings.bytes.size;
	return HEAR_OK;
}

void hear_stock_drop(struct hear_caller *caller)
{
	caller->engine->stocks -= caller->stock.bytes.size;
	hear_wire_pile_done(&caller->stock);
}

bool hear_stock_full(const struct hear_caller *caller,
		     const struct hear_moment *now)
{
	return caller->stock.count > 0 &&
	       (caller->stock.bytes.size >= STOCK_BYTES ||
		caller->engine->stocks >= STOCKS_BYTES ||
		now->steady_ms >= hear_stock_due(caller));
}

uint64_t hear_stock_due(const struct hear_caller *caller)
{
	return caller->stock.count > 0 ? caller->stock_ms + STOCK_MS
				       : UINT64_MAX;
}

enum hear_code hear_stock_store(struct hear_caller *caller,
				const struct hear_moment *now,
				struct hear_err *err)
{
	struct hear_wire_pile stock = caller->stock;
	enum hear_code code;

	/* Gone first: what cannot be stored is not tried twice. */
	caller->engine->stocks -= stock.bytes.size;
	caller->stock = (struct hear_wire_pile){0};
	code = hear_caller_take(caller, now, hear_wire_pile_list(&stock), err);
	hear_wire_pile_done(&stock);
	return code;
}
