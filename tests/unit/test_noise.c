/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "core/sign.h"
#include "sync/noise.h"
#include "tests/data/noise-xx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 512 };

struct bytes {
	unsigned char data[ROOM];
	size_t size;
};

static struct bytes from_hex(const char *text)
{
	struct bytes out;

	out.size = strlen(text) / 2;
	assert_true(out.size <= ROOM);
	assert_true(
		hear_hex_parse(hear_span_of(text), out.data, out.size));
	return out;
}

static struct hear_span view(const struct bytes *bytes)
{
	return hear_span_make(bytes->data, bytes->size);
}

/* The public key of a secret one, by way of the library: a handshake's first
 * message is the ephemeral public key. */
static void pair_from_hex(struct hear_noise_pair *out, const char *text)
{
	struct bytes secret = from_hex(text);
	struct hear_noise noise;
	unsigned char key[32];

	memcpy(out->secret.bytes, secret.data, 32);
	hear_noise_init(&noise, true, out, secret.data, hear_span_of(""));
	assert_true(hear_noise_write(&noise, hear_span_of(""), key));
	memcpy(out->key.bytes, key, 32);
}

struct both {
	struct hear_noise_pair pairs[2];
	struct hear_noise sides[2]; /* initiator, responder */
	struct hear_noise_sealer sealers[2];
	struct hear_noise_opener openers[2];
	unsigned char hashes[2][HEAR_NOISE_HASH];
};

static void begin(struct both *both)
{
	struct bytes prologue = from_hex(NOISE_XX_PROLOGUE);
	struct bytes first = from_hex(NOISE_XX_INITIATOR_EPHEMERAL);
	struct bytes second = from_hex(NOISE_XX_RESPONDER_EPHEMERAL);

	pair_from_hex(&both->pairs[0], NOISE_XX_INITIATOR_STATIC);
	pair_from_hex(&both->pairs[1], NOISE_XX_RESPONDER_STATIC);
	hear_noise_init(&both->sides[0], true, &both->pairs[0], first.data,
			view(&prologue));
	hear_noise_init(&both->sides[1], false, &both->pairs[1], second.data,
			view(&prologue));
}

/* Message `i` is written and read, both as the vector has them. */
static void pass(struct both *both, int i)
{
	struct bytes payload = from_hex(noise_xx[i].payload);
	struct bytes message = from_hex(noise_xx[i].message);
	struct hear_noise *writer = &both->sides[i % 2];
	struct hear_noise *reader = &both->sides[1 - i % 2];
	unsigned char out[ROOM];

	assert_int_equal(payload.size + hear_noise_overhead(writer),
			 message.size);
	assert_true(hear_noise_write(writer, view(&payload), out));
	assert_memory_equal(out, message.data, message.size);
	assert_true(hear_noise_read(reader, view(&message), out));
	assert_memory_equal(out, payload.data, payload.size);
}

static void split(struct both *both)
{
	int i;

	for (i = 0; i < 2; i++)
		hear_noise_split(&both->sides[i], &both->sealers[i],
				 &both->openers[i], both->hashes[i]);
}

static void shake_hands(struct both *both)
{
	int i;

	begin(both);
	for (i = 0; i < 3; i++)
		pass(both, i);
	split(both);
}

static void every_message_is_the_published_one(void **state)
{
	struct bytes hash = from_hex(NOISE_XX_HASH);
	struct both both;
	int i;

	(void)state;
	shake_hands(&both);
	assert_memory_equal(both.hashes[0], hash.data, HEAR_NOISE_HASH);
	assert_memory_equal(both.hashes[1], hash.data, HEAR_NOISE_HASH);
	for (i = 3; i < 6; i++) {
		struct bytes payload = from_hex(noise_xx[i].payload);
		struct bytes message = from_hex(noise_xx[i].message);
		struct hear_noise_sealer *sealer = &both.sealers[i % 2];
		uint64_t n = sealer->next;
		unsigned char out[ROOM];

		assert_true(hear_noise_seal(sealer, hear_span_of(""),
					    view(&payload), out));
		assert_memory_equal(out, message.data, message.size);
		assert_true(hear_noise_open(&both.openers[1 - i % 2], n,
					    hear_span_of(""), view(&message),
					    out));
		assert_memory_equal(out, payload.data, payload.size);
	}
}

static void each_side_learns_the_other_s_static_key(void **state)
{
	struct both both;
	int i;

	(void)state;
	begin(&both);
	for (i = 0; i < 3; i++)
		pass(&both, i);
	assert_memory_equal(both.sides[0].remote.bytes,
			    both.pairs[1].key.bytes, 32);
	assert_memory_equal(both.sides[1].remote.bytes,
			    both.pairs[0].key.bytes, 32);
}

/* In message 1 nothing is secret yet: a changed bit shows in message 2. */
static void a_flipped_bit_ends_the_handshake(void **state)
{
	int i;

	(void)state;
	for (i = 1; i < 3; i++) {
		struct bytes message = from_hex(noise_xx[i].message);
		struct both both;
		unsigned char out[ROOM];
		size_t bit;
		int j;

		begin(&both);
		for (j = 0; j < i; j++)
			pass(&both, j);
		for (bit = 0; bit < message.size * 8; bit++) {
			struct hear_noise copy = both.sides[1 - i % 2];
			unsigned char mask = (unsigned char)(1u << bit % 8);

			message.data[bit / 8] ^= mask;
			assert_false(
				hear_noise_read(&copy, view(&message), out));
			message.data[bit / 8] ^= mask;
		}
		/* The copies failed; the state they were made from goes on. */
		assert_true(hear_noise_read(&both.sides[1 - i % 2],
					    view(&message), out));
	}
}

static void a_changed_first_message_shows_in_the_second(void **state)
{
	struct bytes first = from_hex(noise_xx[0].message);
	struct both both;
	unsigned char out[ROOM];

	(void)state;
	begin(&both);
	assert_true(hear_noise_write(&both.sides[0], hear_span_of(""), out));
	assert_true(hear_noise_read(&both.sides[1], view(&first), out));
	assert_true(hear_noise_write(&both.sides[1], hear_span_of(""), out));
	assert_false(hear_noise_read(&both.sides[0], hear_span_make(out, 96),
				     out + 96));
}

static void another_prologue_ends_the_handshake(void **state)
{
	struct bytes ephemeral = from_hex(NOISE_XX_RESPONDER_EPHEMERAL);
	struct both both;
	unsigned char out[ROOM];
	unsigned char payload[ROOM];

	(void)state;
	begin(&both);
	hear_noise_init(&both.sides[1], false, &both.pairs[1], ephemeral.data,
			hear_span_of("Jane Galt"));
	assert_true(hear_noise_write(&both.sides[0], hear_span_of(""), out));
	assert_true(hear_noise_read(&both.sides[1], hear_span_make(out, 32),
				    payload));
	assert_true(hear_noise_write(&both.sides[1], hear_span_of(""), out));
	assert_false(hear_noise_read(&both.sides[0], hear_span_make(out, 96),
				     payload));
}

static void a_message_cut_short_is_refused_at_every_length(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct bytes message = from_hex(noise_xx[i].message);
		struct both both;
		unsigned char out[ROOM];
		size_t size;
		size_t least;
		int j;

		begin(&both);
		for (j = 0; j < i; j++)
			pass(&both, j);
		least = i == 0 ? 32 : message.size;
		for (size = 0; size < least; size++) {
			struct hear_noise copy = both.sides[1 - i % 2];

			assert_false(hear_noise_read(
				&copy, hear_span_make(message.data, size),
				out));
		}
	}
}

static void what_ends_badly_is_wiped(void **state)
{
	static const struct hear_noise empty;
	struct both both;
	unsigned char out[ROOM] = {0};

	(void)state;
	begin(&both);
	assert_false(hear_noise_read(&both.sides[1], hear_span_make(out, 31),
				     out));
	assert_memory_equal(&both.sides[1], &empty, sizeof empty);
	shake_hands(&both);
	assert_memory_equal(&both.sides[0], &empty, sizeof empty);
	assert_memory_equal(&both.sides[1], &empty, sizeof empty);
}

/* A point of small order gives the same secret to everybody. */
static void a_worthless_key_is_refused(void **state)
{
	struct both both;
	unsigned char message[32] = {0};
	unsigned char out[ROOM];

	(void)state;
	begin(&both);
	assert_true(hear_noise_read(&both.sides[1],
				    hear_span_make(message, 32), out));
	assert_false(hear_noise_write(&both.sides[1], hear_span_of(""), out));
	begin(&both);
	message[0] = 1;
	assert_true(hear_noise_read(&both.sides[1],
				    hear_span_make(message, 32), out));
	assert_false(hear_noise_write(&both.sides[1], hear_span_of(""), out));
}

static void messages_are_opened_in_any_order(void **state)
{
	struct both both;
	unsigned char sealed[3][ROOM];
	unsigned char out[ROOM];
	int i;

	(void)state;
	shake_hands(&both);
	for (i = 0; i < 3; i++)
		assert_true(hear_noise_seal(&both.sealers[0],
					    hear_span_of(""),
					    hear_span_make(&"abc"[i], 1),
					    sealed[i]));
	for (i = 2; i >= 0; i--) {
		assert_true(hear_noise_open(&both.openers[1], (uint64_t)i,
					    hear_span_of(""),
					    hear_span_make(sealed[i], 17),
					    out));
		assert_int_equal(out[0], 'a' + i);
	}
	assert_false(hear_noise_open(&both.openers[1], 1, hear_span_of(""),
				     hear_span_make(sealed[0], 17), out));
	assert_false(hear_noise_open(&both.openers[0], 0, hear_span_of(""),
				     hear_span_make(sealed[0], 17), out));
	assert_false(hear_noise_open(&both.openers[1], 0, hear_span_of("x"),
				     hear_span_make(sealed[0], 17), out));
}

static void a_counter_ends_before_its_last_value(void **state)
{
	struct both both;
	unsigned char out[ROOM];

	(void)state;
	shake_hands(&both);
	both.sealers[0].next = UINT64_MAX - 1;
	assert_true(hear_noise_seal(&both.sealers[0], hear_span_of(""),
				    hear_span_of("a"), out));
	assert_true(hear_noise_open(&both.openers[1], UINT64_MAX - 1,
				    hear_span_of(""), hear_span_make(out, 17),
				    out + 32));
	assert_false(hear_noise_seal(&both.sealers[0], hear_span_of(""),
				     hear_span_of("a"), out));
	assert_false(hear_noise_seal(&both.sealers[0], hear_span_of(""),
				     hear_span_of("a"), out));
	assert_false(hear_noise_open(&both.openers[1], UINT64_MAX,
				     hear_span_of(""), hear_span_make(out, 17),
				     out + 32));
}

static void a_message_is_at_most_65535_bytes(void **state)
{
	static unsigned char plain[HEAR_NOISE_MESSAGE + 1];
	static unsigned char sealed[HEAR_NOISE_MESSAGE + 1];
	struct both both;

	(void)state;
	shake_hands(&both);
	assert_false(hear_noise_seal(&both.sealers[0], hear_span_of(""),
				     hear_span_make(plain, 65520), sealed));
	assert_int_equal(both.sealers[0].next, 0);
	assert_true(hear_noise_seal(&both.sealers[0], hear_span_of(""),
				    hear_span_make(plain, 65519), sealed));
	assert_true(hear_noise_open(&both.openers[1], 0, hear_span_of(""),
				    hear_span_make(sealed, 65535), plain));
	assert_false(hear_noise_open(&both.openers[1], 0, hear_span_of(""),
				     hear_span_make(sealed, 65536), plain));
	begin(&both);
	assert_false(hear_noise_write(&both.sides[0],
				      hear_span_make(plain, 65504), sealed));
	begin(&both);
	assert_true(hear_noise_write(&both.sides[0],
				     hear_span_make(plain, 65503), sealed));
	assert_true(hear_noise_read(&both.sides[1],
				    hear_span_make(sealed, 65535), plain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_is_the_published_one),
		cmocka_unit_test(each_side_learns_the_other_s_static_key),
		cmocka_unit_test(a_flipped_bit_ends_the_handshake),
		cmocka_unit_test(a_changed_first_message_shows_in_the_second),
		cmocka_unit_test(another_prologue_ends_the_handshake),
		cmocka_unit_test(
			a_message_cut_short_is_refused_at_every_length),
		cmocka_unit_test(what_ends_badly_is_wiped),
		cmocka_unit_test(a_worthless_key_is_refused),
		cmocka_unit_test(messages_are_opened_in_any_order),
		cmocka_unit_test(a_counter_ends_before_its_last_value),
		cmocka_unit_test(a_message_is_at_most_65535_bytes),
	};

	if (hear_sign_ready(NULL) != HEAR_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
