/* SPDX-License-Identifier: ISC */
#include "tools/idmap.h"
#include "tools/spool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 5000 };

static struct hear_id id_of(uint32_t number)
{
	struct hear_id id = {{0}};

	/* The last bytes too: a table that takes the first only must cope. */
	memcpy(id.bytes + 28, &number, sizeof number);
	id.bytes[0] = (unsigned char)number;
	return id;
}

/* A body of another length each time, up to the longest. */
static struct hear_span body_of(uint32_t number, char *room)
{
	struct hear_span body = {room, number * 7919 % 32768};

	memset(room, (int)(number & 0xff), body.size);
	return body;
}

static void fill(struct spool *spool)
{
	static char room[32768];
	uint32_t i;

	for (i = 0; i < MANY; i++) {
		struct spool_entry entry = {.line = (i + UINT64_C(1)) << 33,
					    .input = i % 3,
					    .marking = (uint8_t)(i % 6 + 1),
					    .phase = SPOOL_FIRST,
					    .id = id_of(i)};

		entry.body = body_of(i, room);
		assert_int_equal(spool_add(spool, &entry, NULL), HEAR_OK);
	}
}

static void what_went_in_comes_out_in_order(void **state)
{
	static char room[32768];
	struct spool *spool;
	struct spool_entry entry;
	uint32_t round;
	uint32_t i;

	(void)state;
	assert_int_equal(spool_open(&spool, ".", NULL), HEAR_OK);
	fill(spool);
	assert_int_equal(spool_count(spool), MANY);
	for (round = 0; round < 2; round++) {
		assert_int_equal(spool_rewind(spool, NULL), HEAR_OK);
		for (i = 0; i < MANY; i++) {
			struct hear_span body = body_of(i, room);
			struct hear_id id = id_of(i);

			assert_int_equal(spool_next(spool, &entry, NULL),
					 HEAR_OK);
			assert_true(entry.line == (i + UINT64_C(1)) << 33);
			assert_int_equal(entry.marking, i % 6 + 1);
			assert_true(hear_id_equal(&entry.id, &id));
			assert_true(hear_span_equal(entry.body, body));
		}
		assert_int_equal(spool_next(spool, &entry, NULL),
				 HEAR_NOTFOUND);
	}
	spool_close(spool);
}

static void a_phase_that_was_changed_is_read_back(void **state)
{
	struct spool *spool;
	struct spool_entry entry;
	uint32_t i;

	(void)state;
	assert_int_equal(spool_open(&spool, ".", NULL), HEAR_OK);
	fill(spool);
	assert_int_equal(spool_rewind(spool, NULL), HEAR_OK);
	for (i = 0; spool_next(spool, &entry, NULL) == HEAR_OK; i++)
		if (i % 10 == 3)
			assert_int_equal(spool_set_phase(spool, entry.at,
							 (uint8_t)(i % 60),
							 NULL),
					 HEAR_OK);
	assert_int_equal(spool_rewind(spool, NULL), HEAR_OK);
	for (i = 0; spool_next(spool, &entry, NULL) == HEAR_OK; i++)
		assert_int_equal(entry.phase,
				 i % 10 == 3 ? i % 60 : SPOOL_FIRST);
	spool_close(spool);
}

static void a_directory_that_is_not_there_is_a_sentence(void **state)
{
	struct spool *spool;
	struct hear_err err;

	(void)state;
	assert_int_equal(spool_open(&spool, "no/such/place", &err), HEAR_IO);
	assert_non_null(strstr(err.message, "No such file"));
	assert_null(spool);
}

static void numbers_stay_beside_their_ids(void **state)
{
	struct idmap *map = idmap_new();
	struct hear_id id = id_of(0);
	uint32_t *number;
	uint32_t i;

	(void)state;
	assert_null(idmap_find(map, &id));
	for (i = 0; i < MANY; i++) {
		id = id_of(i);
		number = idmap_put(map, &id);
		assert_int_equal(*number, 0);
		*number = i + 1;
	}
	assert_int_equal(idmap_count(map), MANY);
	for (i = 0; i < MANY; i++) {
		id = id_of(i);
		assert_int_equal(*idmap_find(map, &id), i + 1);
		assert_int_equal(*idmap_put(map, &id), i + 1);
	}
	id = id_of(MANY);
	assert_null(idmap_find(map, &id));
	assert_false(idmap_at(map, MANY, &id, &number));
	assert_true(idmap_at(map, 7, &id, &number));
	assert_int_equal(*number, 8);
	idmap_free(map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_went_in_comes_out_in_order),
		cmocka_unit_test(a_phase_that_was_changed_is_read_back),
		cmocka_unit_test(a_directory_that_is_not_there_is_a_sentence),
		cmocka_unit_test(numbers_stay_beside_their_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
