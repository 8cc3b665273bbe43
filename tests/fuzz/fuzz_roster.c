/* SPDX-License-Identifier: ISC */
/* Records of the roster, and rows of the tables that derive from it: what is
 * read is made again to the same meaning, and nothing is read beyond its end.
 * The first byte says as what the rest is read. */
#include "core/aside.h"
#include "core/bytes.h"
#include "core/members.h"
#include "core/record.h"
#include "core/roster.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_act(struct hear_arena *arena, const struct hear_act *act)
{
	struct hear_record record;
	struct hear_act again;
	size_t i;

	assert(act->needs >= 1);
	assert(act->head_count <= HEAR_REMOVAL_HEADS);
	assert(act->index_count <= HEAR_FILING_RECORDS);
	for (i = 1; i < act->index_count; i++)
		assert(act->indexes[i - 1] < act->indexes[i]);
	(void)hear_act_certified(act);
	if (act->kind == 0)
		return;
	assert(hear_act_make(arena, act, hear_span_of(""), &record, NULL) ==
	       HEAR_OK);
	assert(hear_act_read(arena, record.tree, &again, NULL) == HEAR_OK);
	assert(again.kind == act->kind);
	assert(memcmp(again.key.bytes, act->key.bytes, 32) == 0);
	assert(strcmp(again.name, act->name) == 0);
	assert(again.role == act->role && again.clearance == act->clearance);
	assert(again.mode == act->mode);
	assert(again.head_count == act->head_count);
	assert(again.index_count == act->index_count);
	assert(again.invited == act->invited);
}

static void read_record(struct hear_span bytes)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_genesis genesis;
	struct hear_record record;
	struct hear_act act;
	struct hear_err err;

	assert(arena);
	memset(&err, 0, sizeof err);
	if (hear_record_read(arena, bytes, &record, NULL) == HEAR_OK) {
		if (hear_act_read(arena, record.tree, &act, &err) == HEAR_OK)
			check_act(arena, &act);
		else
			assert(err.message[0] != '\0');
		if (hear_genesis_read(record.tree, &genesis, NULL) == HEAR_OK)
			assert(genesis.count >= 1 &&
			       genesis.count <= HEAR_FOUNDERS);
	}
	hear_arena_free(arena);
}

static void read_member(struct hear_span bytes)
{
	static const char key[32];
	struct hear_buffer again = {0};
	struct hear_member member;
	uint64_t mark = 0;

	if (!hear_member_unpack(hear_span_make(key, 32), bytes, &member, &mark))
		return;
	hear_member_pack(&member, mark, &again);
	if (strlen(member.name) + 120 == bytes.size) /* no NUL in it */
		assert(hear_span_equal(hear_buffer_view(&again), bytes));
	hear_buffer_done(&again);
}

static void read_aside(struct hear_span bytes)
{
	struct hear_aside_entry entry;
	struct hear_place_key place;

	if (hear_aside_read(bytes, &entry))
		assert(entry.packed.size + HEAR_ASIDE_HEAD == bytes.size);
	if (hear_place_read(bytes, &place))
		assert(place.partition_size + 41 == bytes.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span rest;

	assert(hear_sign_ready(NULL) == HEAR_OK);
	if (size == 0)
		return 0;
	rest = hear_span_make(data + 1, size - 1);
	switch (data[0]) {
	case 'm':
		read_member(rest);
		break;
	case 'a':
		read_aside(rest);
		break;
	default:
		read_record(rest);
		break;
	}
	return 0;
}
