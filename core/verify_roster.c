/* SPDX-License-Identifier: ISC */
/* verify_roster.c - whether members, the places of filings and what waits
 * aside are what the roster makes of them: it is judged anew from the filings
 * that are whole, and compared. */
#include "core/aside.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/kept.h"
#include "core/members.h"
#include "core/purge.h"
#include "core/settle.h"
#include "core/tree.h"
#include "core/verifying.h"

#include <stdlib.h>
#include <string.h>

/* ---- Members ---- */

static enum hear_code check_members(struct hear_verifying *v,
				    const struct hear_standings *standings,
				    struct hear_err *err)
{
	const struct hear_history *history = standings->history;
	struct hear_buffer row = {0};
	struct hear_member is;
	struct hear_span value;
	uint64_t members = 0;
	uint64_t mark;
	char digits[2 * 32 + 1];
	enum hear_code code = HEAR_OK;
	size_t key;

	for (key = 0; key < history->key_count && code == HEAR_OK; key++) {
		const unsigned char *bytes = history->keys[key].key.bytes;

		code = hear_member_row(history, standings->judgement, key, &is,
				       &mark, &row, err);
		if (code != HEAR_OK || !is.ever_role)
			continue;
		members++;
		code = hear_txn_get(v->txn, HEAR_MEMBERS,
				    hear_span_make(bytes, 32), &value, err);
		if (code == HEAR_OK &&
		    hear_span_equal(value, hear_buffer_view(&row)))
			continue;
		if (code != HEAR_OK && code != HEAR_NOTFOUND)
			break;
		code = HEAR_OK;
		hear_hex_print(bytes, 32, digits);
		hear_verify_tell(v,
				 "what is written of the member %s (%.16s) is "
				 "not what the roster comes to; `hearsay verify "
				 "--repair` works it out anew",
				 is.name, digits);
	}
	hear_buffer_done(&row);
	if (code == HEAR_OK &&
	    hear_txn_entries(v->txn, HEAR_MEMBERS) > members)
		hear_verify_tell(v, "the table of members holds others than "
				    "the roster names; `hearsay verify "
				    "--repair` works it out anew");
	v->out->entries += hear_txn_entries(v->txn, HEAR_MEMBERS);
	return code;
}

static enum hear_code check_needs(struct hear_verifying *v,
				  const struct hear_standings *standings,
				  struct hear_err *err)
{
	int64_t needs = hear_judged_needs(standings->history,
					  standings->judgement);
	struct hear_span value = {NULL, 0};
	uint64_t written = HEAR_FORMAT_NUMBER;
	enum hear_code code = hear_txn_get(
		v->txn, HEAR_META, hear_span_of(HEAR_META_NEEDS), &value, err);

	if (code == HEAR_OK && value.size == 8)
		written = hear_get64(value.data);
	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		return code;
	if (needs < HEAR_FORMAT_NUMBER)
		needs = HEAR_FORMAT_NUMBER;
	if (written != (uint64_t)needs)
		hear_verify_tell(v,
				 "the format that the roster asks for is "
				 "written as %llu and is %lld; `hearsay verify "
				 "--repair` sets it right",
				 (unsigned long long)written, (long long)needs);
	return HEAR_OK;
}

/* ---- Places ---- */

struct placing {
	struct hear_verifying *v;
	struct hear_standings standings;
	struct hear_arena *arena;
	uint64_t left;	/* filings that should be left out */
	uint64_t apart; /* and be in no tree */
};

static enum hear_code check_rows(struct placing *p, struct hear_err *err)
{
	struct hear_purge_row *rows = NULL;
	struct hear_span value;
	bool same;
	size_t count = 0;
	size_t i;
	enum hear_code code =
		hear_purges_gather(p->standings.history, p->standings.judgement,
				   &rows, &count, err);

	same = hear_txn_entries(p->v->txn, HEAR_PURGES) == count;
	for (i = 0; i < count && code == HEAR_OK; i++) {
		unsigned char bytes[HEAR_PURGE_BYTES];

		hear_purge_pack(&rows[i].is, bytes);
		code = hear_txn_get(p->v->txn, HEAR_PURGES,
				    hear_span_make(rows[i].filing.bytes, 32),
				    &value, err);
		same &= code == HEAR_OK &&
			hear_span_equal(value,
					hear_span_make(bytes, sizeof bytes));
		if (code == HEAR_NOTFOUND)
			code = HEAR_OK;
	}
	free(rows);
	if (code == HEAR_OK && !same)
		hear_verify_tell(p->v,
				 "the table of purges is not what the roster "
				 "comes to; `hearsay verify --repair` works it "
				 "out anew");
	p->v->out->entries += hear_txn_entries(p->v->txn, HEAR_PURGES);
	return code;
}

/* Whether a filing lacks what was purged, and nothing else. */
static enum hear_code check_purged(struct placing *p,
				   const struct hear_stored_filing *stored,
				   struct hear_err *err)
{
	struct hear_purged purged;
	enum hear_code code;

	if (stored->bare.size == 0 &&
	    hear_txn_entries(p->v->txn, HEAR_PURGES) == 0)
		return HEAR_OK;
	code = hear_purge_get(p->v->txn, &stored->id, &purged, err);
	if (code == HEAR_OK || code == HEAR_NOTFOUND)
		code = hear_stored_gather(p->v->txn, stored,
					  &p->v->whole.filing, NULL, err);
	if (code != HEAR_OK)
		return code;
	if (!hear_purge_covers(&purged, &p->v->whole.filing))
		hear_verify_tell(p->v,
				 "%s lacks records that no purge names: take "
				 "it in again from a bundle or another member",
				 p->v->name);
	if (!hear_purge_done(&purged, &p->v->whole.filing))
		hear_verify_tell(p->v,
				 "%s holds records that were purged; `hearsay "
				 "verify --repair` takes them out",
				 p->v->name);
	return HEAR_OK;
}

static enum hear_code check_left(struct placing *p, uint64_t number,
				 enum hear_wait is, struct hear_err *err)
{
	enum hear_wait was = 0;
	enum hear_code code = hear_left_get(p->v->txn, number, &was, err);

	p->left += is != 0;
	if (code != HEAR_OK || was == is)
		return code;
	hear_verify_tell(p->v,
			 "%s (number %llu) %s%s; `hearsay verify --repair` "
			 "puts it where it belongs",
			 p->v->name, (unsigned long long)number,
			 is ? "should be left out: "
			    : "is left out and should not be",
			 is ? hear_wait_text(is) : "");
	return HEAR_OK;
}

static enum hear_code check_apart(struct placing *p, uint64_t number,
				  const struct hear_header *header,
				  const struct hear_id *id, enum hear_wait is,
				  struct hear_err *err)
{
	struct hear_aside_entry entry;
	enum hear_code code =
		hear_aside_get(p->v->txn, header, id, &entry, NULL);

	p->apart++;
	hear_bits_set(&p->v->apart, number);
	if (code == HEAR_OK && entry.packed.size == 0 && entry.reason == is)
		return HEAR_OK;
	if (code != HEAR_OK && code != HEAR_NOTFOUND && code != HEAR_DAMAGED)
		return hear_fail(err, code, "reading what waits aside failed");
	hear_verify_tell(p->v,
			 "%s (number %llu) is missing in the list of what "
			 "waits aside; `hearsay verify --repair` puts it there",
			 p->v->name, (unsigned long long)number);
	return HEAR_OK;
}

static enum hear_code check_place(struct placing *p, uint64_t number,
				  struct hear_err *err)
{
	unsigned char key[HEAR_TREE_KEY];
	struct hear_stored_filing stored;
	struct hear_header header;
	enum hear_wait is = 0;
	enum hear_code code = hear_stored_at(p->v->txn, number, &stored, err);

	hear_arena_reset(p->arena);
	if (code == HEAR_OK)
		code = hear_header_read(p->arena, stored.header, &header, err);
	if (code == HEAR_OK)
		code = hear_standing_at(&p->standings, number, &header,
					&stored.id, &is, err);
	if (code != HEAR_OK)
		return code;
	hear_verify_name(p->v, "filing", &stored.id);
	code = check_left(p, number, is, err);
	if (code == HEAR_OK && hear_partition_marking(&header) != 0)
		code = check_purged(p, &stored, err);
	if (code != HEAR_OK)
		return code;
	if (hear_is_out(is))
		return check_apart(p, number, &header, &stored.id, is, err);
	return hear_verify_entry(p->v, HEAR_ORDERED,
				 hear_ordered_key(&header, &stored.id, key),
				 number, err);
}

/* An entry of table left for every one, and no others: those of filings that
 * are damaged are of no account. */
static enum hear_code check_lefts(struct placing *p, struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	uint64_t found = 0;
	enum hear_code code =
		hear_cursor_open(&cursor, p->v->txn, HEAR_LEFT, err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK) {
		found += key.size == 8 && value.size == 1 &&
			 hear_bits_has(&p->v->good, hear_get64(key.data));
		code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value, err);
	}
	hear_cursor_close(cursor);
	if (hear_txn_entries(p->v->txn, HEAR_LEFT) > found)
		hear_verify_tell(p->v,
				 "the list of filings left out holds entries "
				 "that are none; `hearsay verify --repair` "
				 "rebuilds it");
	p->v->out->entries += found;
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code check_places(struct placing *p, struct hear_err *err)
{
	uint64_t last;
	enum hear_code code = hear_txn_last(p->v->txn, HEAR_FILINGS, &last,
					    err);
	uint64_t number;

	for (number = 1; number <= last && number <= p->v->most &&
			 code == HEAR_OK;
	     number++)
		if (hear_bits_has(&p->v->good, number))
			code = check_place(p, number, err);
	return code == HEAR_OK ? check_lefts(p, err) : code;
}

/* ---- Aside and refused ---- */

bool hear_aside_whole(struct hear_txn *txn, struct hear_arena *arena,
		      struct hear_sealed *filing, struct hear_span key,
		      struct hear_span value)
{
	unsigned char bytes[HEAR_TREE_KEY];
	struct hear_aside_entry entry;
	struct hear_place_key place;
	uint64_t number = 0;
	uint64_t time = 0;

	if (!hear_place_read(key, &place) || !hear_aside_read(value, &entry) ||
	    hear_aside_time(txn, &place.id, &time, NULL) != HEAR_OK ||
	    time != place.time)
		return false;
	if (entry.packed.size == 0)
		return hear_filing_number(txn, &place.id, &number, NULL) ==
		       HEAR_OK;
	hear_arena_reset(arena);
	return hear_sealed_unpack(arena, entry.packed, filing, NULL) ==
		       HEAR_OK &&
	       hear_span_equal(hear_ordered_key(&filing->header, &filing->id,
						bytes),
			       key) &&
	       memcmp(filing->header.author.bytes, entry.author.bytes, 32) ==
		       0 &&
	       hear_sealed_check(filing, NULL) == HEAR_OK &&
	       hear_filing_number(txn, &place.id, &number, NULL) ==
		       HEAR_NOTFOUND;
}

/* Each entry in itself, and how many lead to a filing that is stored. */
static enum hear_code check_aside(struct placing *p, struct hear_err *err)
{
	struct hear_sealed *filing = calloc(1, sizeof *filing);
	struct hear_txn *txn = p->v->txn;
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	uint64_t stored = 0;
	uint64_t wrong = 0;
	enum hear_code code = filing ? hear_cursor_open(&cursor, txn,
							HEAR_ASIDE, err)
				     : hear_fail_memory(err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK) {
		wrong += !hear_aside_whole(txn, p->arena, filing, key, value);
		stored += value.size == HEAR_ASIDE_HEAD;
		code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value, err);
	}
	hear_cursor_close(cursor);
	free(filing);
	if (wrong || stored > p->apart ||
	    hear_txn_entries(txn, HEAR_ASIDE) +
			    hear_txn_entries(txn, HEAR_REFUSED) !=
		    hear_txn_entries(txn, HEAR_ASIDE_IDS))
		hear_verify_tell(p->v,
				 "%llu of the filings that wait aside are not "
				 "what their authors signed, or not listed as "
				 "they should be; `hearsay verify --repair` "
				 "takes them away, and they can be taken in "
				 "again",
				 (unsigned long long)(wrong ? wrong : 1));
	p->v->out->entries += hear_txn_entries(txn, HEAR_ASIDE);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

bool hear_refused_whole(struct hear_span key, struct hear_span value)
{
	struct hear_place_key place;

	return hear_place_read(key, &place) && value.size == 9 &&
	       value.data[0] >= HEAR_REFUSED_FORM &&
	       value.data[0] <= HEAR_REFUSED_LOCAL;
}

static bool is_listed(struct hear_txn *txn, struct hear_span key)
{
	struct hear_place_key place;
	uint64_t time = 0;

	return hear_place_read(key, &place) &&
	       hear_aside_time(txn, &place.id, &time, NULL) == HEAR_OK &&
	       time == place.time;
}

static enum hear_code check_refused(struct hear_verifying *v,
				    struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	uint64_t wrong = 0;
	enum hear_code code =
		hear_cursor_open(&cursor, v->txn, HEAR_REFUSED, err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK) {
		wrong += !hear_refused_whole(key, value) ||
			 !is_listed(v->txn, key);
		code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value, err);
	}
	hear_cursor_close(cursor);
	if (wrong)
		hear_verify_tell(v,
				 "%llu entries of what was refused are not "
				 "well formed; `hearsay verify --repair` takes "
				 "them away",
				 (unsigned long long)wrong);
	v->out->entries += hear_txn_entries(v->txn, HEAR_REFUSED);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- All of it ---- */

static enum hear_code judge(struct hear_verifying *v,
			    struct hear_history **history,
			    struct hear_judgement *judgement,
			    struct hear_err *err)
{
	enum hear_code code;

	if (v->roster.failed || v->good.failed)
		return hear_fail_memory(err);
	code = hear_history_read(history, v->txn,
				 (const uint64_t *)(void *)v->roster.data,
				 v->roster.size / sizeof(uint64_t), true, err);
	return code == HEAR_OK ? hear_judge(*history, NULL, judgement, err)
			       : code;
}

enum hear_code hear_verify_roster(struct hear_verifying *v,
				  struct hear_err *err)
{
	struct hear_judgement judgement = {NULL, NULL, NULL};
	struct hear_history *history = NULL;
	struct placing placing = {.v = v};
	enum hear_code code = judge(v, &history, &judgement, err);

	placing.standings.txn = v->txn;
	placing.standings.history = history;
	placing.standings.judgement = &judgement;
	placing.arena = hear_arena_new();
	if (code == HEAR_OK && !placing.arena)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = check_members(v, &placing.standings, err);
	if (code == HEAR_OK)
		code = check_needs(v, &placing.standings, err);
	if (code == HEAR_OK)
		code = check_rows(&placing, err);
	if (code == HEAR_OK)
		code = check_places(&placing, err);
	if (code == HEAR_OK)
		code = check_aside(&placing, err);
	if (code == HEAR_OK)
		code = check_refused(v, err);
	hear_standings_done(&placing.standings);
	if (placing.arena)
		hear_arena_free(placing.arena);
	hear_judgement_done(&judgement);
	hear_history_free(history);
	return code;
}
