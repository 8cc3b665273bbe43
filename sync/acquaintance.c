/* SPDX-License-Identifier: ISC */
/* acquaintance.c - what is known of one member, whoever dials whom. */
#include "core/bytes.h"
#include "sync/engine_state.h"

#include <stdlib.h>
#include <string.h>

/* Each stays where it is: callers point to theirs. */
static struct hear_acquaintance *add(struct hear_engine *engine)
{
	size_t room = engine->acquaintance_room ? engine->acquaintance_room * 2
						: 8;
	struct hear_acquaintance **more = engine->acquaintances;

	if (engine->acquaintance_count == HEAR_ENGINE_ACQUAINTANCES)
		return NULL;
	if (engine->acquaintance_count == engine->acquaintance_room) {
		more = realloc(more, room * sizeof *more);
		if (!more)
			return NULL;
		engine->acquaintances = more;
		engine->acquaintance_room = room;
	}
	more += engine->acquaintance_count;
	*more = calloc(1, sizeof **more);
	engine->acquaintance_count += *more != NULL;
	return *more;
}

struct hear_acquaintance *
hear_acquaintance_find(const struct hear_engine *engine,
		       const struct hear_share *share,
		       const struct hear_key *key)
{
	size_t i;

	for (i = 0; i < engine->acquaintance_count; i++) {
		struct hear_acquaintance *one = engine->acquaintances[i];

		if (one->share == share &&
		    memcmp(one->key.bytes, key->bytes, 32) == 0)
			return one;
	}
	return NULL;
}

struct hear_acquaintance *hear_acquaintance_of(struct hear_engine *engine,
					       struct hear_share *share,
					       const struct hear_key *key)
{
	struct hear_acquaintance *one =
		hear_acquaintance_find(engine, share, key);

	if (one)
		return one;
	one = add(engine);
	if (!one)
		return NULL;
	one->share = share;
	one->key = *key;
	one->put.left = HEAR_PUT_AT_ONCE;
	one->work.left = HEAR_WORK_AT_ONCE;
	return one;
}

/* Those of a dataset that is dropped, or all (NULL). */
void hear_acquaintances_drop(struct hear_engine *engine,
			     const struct hear_share *share)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < engine->acquaintance_count; i++) {
		struct hear_acquaintance *one = engine->acquaintances[i];

		if (!share || one->share == share)
			free(one);
		else
			engine->acquaintances[kept++] = one;
	}
	engine->acquaintance_count = kept;
	if (share)
		return;
	free(engine->acquaintances);
	engine->acquaintances = NULL;
	engine->acquaintance_room = 0;
}

/* ---- Allowances ---------------------------------------------------------- */

bool hear_allowance_left(struct hear_allowance *allowance, uint64_t now_ms,
			 int64_t at_once, int64_t rate, uint64_t *wait_ms)
{
	uint64_t gained =
		(now_ms - allowance->since_ms) * (uint64_t)rate / 1000;

	if (gained > 0) {
		allowance->since_ms = now_ms;
		allowance->left = gained >= (uint64_t)(at_once -
						       allowance->left)
					  ? at_once
					  : allowance->left + (int64_t)gained;
	}
	*wait_ms = allowance->left > 0
			   ? 0
			   : (uint64_t)(-allowance->left * 1000 / rate) + 1;
	return allowance->left > 0;
}

/* ---- Rates --------------------------------------------------------------- */

static void move_on(struct hear_rate *rate, uint64_t second)
{
	if (second - rate->second >= HEAR_RATE_SECONDS) {
		memset(rate->counts, 0, sizeof rate->counts);
		rate->second = second;
	}
	while (rate->second < second) {
		rate->second++;
		rate->counts[rate->second % HEAR_RATE_SECONDS] = 0;
	}
}

void hear_rate_add(struct hear_rate *rate, uint64_t now_ms, uint32_t count)
{
	move_on(rate, now_ms / 1000);
	rate->counts[rate->second % HEAR_RATE_SECONDS] += count;
}

uint32_t hear_rate_of(const struct hear_rate *rate, uint64_t now_ms)
{
	struct hear_rate now = *rate;
	uint32_t sum = 0;
	size_t i;

	move_on(&now, now_ms / 1000);
	for (i = 0; i < HEAR_RATE_SECONDS; i++)
		sum += now.counts[i];
	return (sum + HEAR_RATE_SECONDS - 1) / HEAR_RATE_SECONDS;
}
