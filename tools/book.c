/* SPDX-License-Identifier: ISC */
#include "tools/book.h"

#include "core/error.h"
#include "sync/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DIALLED_MOST = 120, /* two lanes each, of the link's 256 */
	FIRST_PAUSE_MS = 1000,
	LONGEST_PAUSE_MS = 60 * 1000,
};

struct dialled {
	struct hear_channel_peer peer;
	size_t count;
	size_t at; /* which address */
	char addresses[HEAR_PEER_ADDRESSES][HEAR_ENDPOINT_TEXT];
	uint32_t number;   /* the engine's; 0: not dialled */
	uint64_t turn_ms;  /* not to be turned before */
	uint64_t pause_ms;
};

struct book {
	struct hear_engine *engine;
	struct hear_dataset *dataset;
	size_t count;
	struct dialled *dialled; /* DIALLED_MOST */
};

struct book *book_new(struct hear_engine *engine, struct hear_dataset *dataset)
{
	struct book *book = calloc(1, sizeof *book);

	if (!book)
		return NULL;
	book->engine = engine;
	book->dataset = dataset;
	return book;
}

static void let_go(struct book *book, struct dialled *dialled)
{
	if (dialled->number)
		hear_engine_undial(book->engine, dialled->number);
	dialled->number = 0;
}

void book_free(struct book *book)
{
	size_t i;

	if (!book)
		return;
	for (i = 0; i < book->count; i++)
		let_go(book, &book->dialled[i]);
	free(book->dialled);
	free(book);
}

/* ---- Reading ---- */

/* The members that entries are about, with all addresses of each. */
static enum hear_code gather(struct hear_reader *reader,
			     const struct hear_peer_entry *entries,
			     size_t entry_count, struct dialled *out,
			     size_t *count, struct hear_err *err)
{
	struct dialled *last = NULL;
	struct hear_member member;
	enum hear_code code = HEAR_OK;
	size_t i;

	*count = 0;
	for (i = 0; code == HEAR_OK && i < entry_count; i++) {
		const struct hear_peer_entry *entry = &entries[i];

		if (!last || memcmp(&last->peer.key, &entry->key, 32) != 0) {
			code = hear_member_of(reader, &entry->key, &member,
					      err);
			last = NULL;
			if (code == HEAR_NOTFOUND || member.role == 0) {
				code = HEAR_OK; /* not, or not any more */
				continue;
			}
			if (code != HEAR_OK || *count == DIALLED_MOST)
				break;
			last = &out[(*count)++];
			memset(last, 0, sizeof *last);
			last->peer.key = entry->key;
			last->peer.channel_key = member.channel_key;
		}
		if (last->count < HEAR_PEER_ADDRESSES)
			memcpy(last->addresses[last->count++], entry->address,
			       sizeof entry->address);
	}
	return code;
}

static enum hear_code read_entries(struct book *book, struct dialled *out,
				   size_t *count, struct hear_err *err)
{
	struct hear_view all = {.as_of_ms = INT64_MAX,
				.now = true,
				.highest = HEAR_LOCAL,
				.known_by_ms = INT64_MAX};
	struct hear_arena *arena = hear_arena_new();
	struct hear_reader *reader = NULL;
	struct hear_peer_entry *entries;
	size_t entry_count;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	code = hear_read_begin(&reader, book->dataset, &all, err);
	if (code == HEAR_OK)
		code = hear_peers_read(reader, arena, &entries, &entry_count,
				       err);
	if (code == HEAR_OK)
		code = gather(reader, entries, entry_count, out, count, err);
	if (reader)
		hear_read_end(reader);
	hear_arena_free(arena);
	return code;
}

static bool same(const struct dialled *a, const struct dialled *b)
{
	return hear_channel_peer_equal(&a->peer, &b->peer) &&
	       a->count == b->count &&
	       memcmp(a->addresses, b->addresses, sizeof a->addresses) == 0;
}

static enum hear_code dial(struct book *book, struct dialled *dialled,
			   struct hear_err *err)
{
	enum hear_code code = hear_engine_dial(
		book->engine, book->dataset, &dialled->peer,
		dialled->addresses[dialled->at], HEAR_PEER_LIVE,
		&dialled->number, err);

	if (code != HEAR_OK)
		dialled->number = 0;
	return code;
}

enum hear_code book_read(struct book *book, struct hear_err *err)
{
	struct dialled *now = calloc(DIALLED_MOST, sizeof *now);
	size_t count = 0;
	size_t i;
	size_t j;
	enum hear_code code = HEAR_OK;
	enum hear_code worst = HEAR_OK;

	if (!now)
		return hear_fail_memory(err);
	code = read_entries(book, now, &count, err);
	if (code != HEAR_OK) {
		free(now);
		return code;
	}
	for (i = 0; i < book->count; i++) {
		for (j = 0; j < count; j++)
			if (same(&book->dialled[i], &now[j]))
				break;
		if (j < count)
			now[j] = book->dialled[i];
		else
			let_go(book, &book->dialled[i]);
	}
	free(book->dialled);
	book->dialled = now;
	book->count = count;
	for (i = 0; i < count; i++)
		if (!now[i].number &&
		    (code = dial(book, &now[i], err)) != HEAR_OK)
			worst = code;
	return worst;
}

/* ---- From one address to the next ---- */

static bool leads_nowhere(const struct book *book,
			  const struct dialled *dialled)
{
	struct hear_peer_status status;

	return hear_engine_status_of(book->engine, dialled->number, &status) &&
	       (status.state == HEAR_PEER_DOWN ||
		status.state == HEAR_PEER_STRANGER);
}

static void turn_to_next(struct book *book, struct dialled *dialled,
			 uint64_t now_ms)
{
	dialled->pause_ms = dialled->pause_ms ? 2 * dialled->pause_ms
					      : FIRST_PAUSE_MS;
	if (dialled->pause_ms > LONGEST_PAUSE_MS)
		dialled->pause_ms = LONGEST_PAUSE_MS;
	dialled->turn_ms = now_ms + dialled->pause_ms;
	dialled->at = (dialled->at + 1) % dialled->count;
	let_go(book, dialled);
	(void)dial(book, dialled, NULL);
}

void book_turn(struct book *book, uint64_t now_ms)
{
	size_t i;

	for (i = 0; i < book->count; i++) {
		struct dialled *dialled = &book->dialled[i];

		if (dialled->count < 2 || now_ms < dialled->turn_ms)
			continue;
		if (leads_nowhere(book, dialled))
			turn_to_next(book, dialled, now_ms);
	}
}

uint64_t book_due(const struct book *book)
{
	uint64_t due = UINT64_MAX;
	size_t i;

	for (i = 0; i < book->count; i++) {
		const struct dialled *dialled = &book->dialled[i];

		if (dialled->count > 1 && dialled->turn_ms < due &&
		    leads_nowhere(book, dialled))
			due = dialled->turn_ms;
	}
	return due;
}
