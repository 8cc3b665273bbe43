/* SPDX-License-Identifier: ISC */
#include "core/pack.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"
#include "core/value.h"

#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

/* ---- Packing ---- */

static int write_bytes(void *context, const char *data, size_t size)
{
	struct hear_buffer *out = context;

	hear_buffer_add(out, data, size);
	return out->failed ? -1 : 0;
}

static int pair_order(const void *a, const void *b)
{
	const struct hear_pair *const *left = a;
	const struct hear_pair *const *right = b;

	return hear_span_order((*left)->key, (*right)->key);
}

static enum hear_code pack_value(msgpack_packer *packer,
				 const struct hear_value *value, int depth,
				 struct hear_err *err);

static void pack_text(msgpack_packer *packer, struct hear_span text)
{
	msgpack_pack_str(packer, text.size);
	msgpack_pack_str_body(packer, text.data, text.size);
}

static enum hear_code pack_map(msgpack_packer *packer,
			       const struct hear_value *map, int depth,
			       struct hear_err *err)
{
	const struct hear_pair *few[32];
	const struct hear_pair **sorted = few;
	enum hear_code code = HEAR_OK;
	uint32_t i;

	if (map->count > 32) {
		sorted = calloc(map->count, sizeof *sorted);
		if (!sorted)
			return hear_fail_memory(err);
	}
	for (i = 0; i < map->count; i++)
		sorted[i] = &map->pairs[i];
	qsort(sorted, map->count, sizeof *sorted, pair_order);
	msgpack_pack_map(packer, map->count);
	for (i = 0; i < map->count && code == HEAR_OK; i++) {
		pack_text(packer, sorted[i]->key);
		code = pack_value(packer, sorted[i]->value, depth, err);
	}
	if (sorted != few)
		free(sorted);
	return code;
}

static enum hear_code pack_value(msgpack_packer *packer,
				 const struct hear_value *value, int depth,
				 struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint32_t i;

	if (depth == HEAR_PACKED_DEPTH)
		return hear_fail_value(err, HEAR_LIMIT, value,
				       "lists and maps are nested more than %d "
				       "deep; flatten them",
				       HEAR_PACKED_DEPTH);
	switch (value->type) {
	case HEAR_NONE:
		return hear_fail(err, HEAR_INVALID, "an absent value in a list");
	case HEAR_BOOL:
		if (value->is)
			msgpack_pack_true(packer);
		else
			msgpack_pack_false(packer);
		break;
	case HEAR_INTEGER:
		msgpack_pack_int64(packer, value->number);
		break;
	case HEAR_TEXT:
		pack_text(packer, value->text);
		break;
	case HEAR_BYTES:
		msgpack_pack_bin(packer, value->text.size);
		msgpack_pack_bin_body(packer, value->text.data,
				      value->text.size);
		break;
	case HEAR_LIST:
		msgpack_pack_array(packer, value->count);
		for (i = 0; i < value->count && code == HEAR_OK; i++)
			code = pack_value(packer, value->items[i], depth + 1,
					  err);
		break;
	case HEAR_MAP:
		code = pack_map(packer, value, depth + 1, err);
		break;
	}
	return code;
}

enum hear_code hear_pack(struct hear_buffer *out,
			 const struct hear_value *value, struct hear_err *err)
{
	msgpack_packer packer;
	enum hear_code code;

	if (!value)
		return hear_fail_memory(err);
	msgpack_packer_init(&packer, out, write_bytes);
	code = pack_value(&packer, value, 0, err);
	if (code == HEAR_OK && out->failed)
		code = hear_fail_memory(err);
	return code;
}

/* ---- Checking ---- */

struct scan {
	const unsigned char *at;
	const unsigned char *end;
	const char *wrong; /* set once something is */
};

static bool wrong(struct scan *scan, const char *what)
{
	if (!scan->wrong)
		scan->wrong = what;
	return false;
}

/* A big-endian number of `size` bytes after the type byte. */
static bool number(struct scan *scan, unsigned size, uint64_t *out)
{
	unsigned i;

	if ((size_t)(scan->end - scan->at) < size)
		return wrong(scan, "it ends within a number");
	*out = 0;
	for (i = 0; i < size; i++)
		*out = *out << 8 | *scan->at++;
	return true;
}

/* A length of `size` bytes that had to be at least `least` to need them. */
static bool length(struct scan *scan, unsigned size, uint64_t least,
		   uint64_t *out)
{
	if (!number(scan, size, out))
		return false;
	if (*out < least)
		return wrong(scan, "a length is not in its shortest form");
	return true;
}

static bool text(struct scan *scan, uint64_t size, struct hear_span *out)
{
	if (size > (uint64_t)(scan->end - scan->at))
		return wrong(scan, "a text is longer than what is there");
	*out = hear_span_make(scan->at, (size_t)size);
	scan->at += size;
	if (hear_utf8_bad(*out) != HEAR_NOWHERE)
		return wrong(scan, "a text is not well-formed UTF-8");
	return true;
}

static bool check_integer(struct scan *scan, unsigned char type)
{
	static const uint64_t least_unsigned[] = {0x80, 0x100, 0x10000,
						  UINT64_C(0x100000000)};
	unsigned which = type & 3u;
	unsigned size = 1u << which;
	uint64_t bits = 0;
	int64_t value;

	if (!number(scan, size, &bits))
		return false;
	if (type < 0xd0) {
		if (bits > INT64_MAX)
			return wrong(scan, "a number is above 2^63 - 1");
		return bits >= least_unsigned[which] ||
		       wrong(scan, "a number is not in its shortest form");
	}
	/* Signed types are for negative numbers only. */
	if (size < 8 && (bits >> (8 * size - 1)))
		bits |= UINT64_MAX << (8 * size);
	value = (int64_t)bits;
	if (value >= -32 || (which > 0 && value >= -(INT64_C(1) << (8 * (size / 2) - 1))))
		return wrong(scan, "a number is not in its shortest form");
	return true;
}

static bool check_value(struct scan *scan, int depth);

static bool check_list(struct scan *scan, uint64_t count, int depth)
{
	if (count > (uint64_t)(scan->end - scan->at))
		return wrong(scan, "a list claims more than what is there");
	while (count-- > 0)
		if (!check_value(scan, depth + 1))
			return false;
	return true;
}

static bool check_key(struct scan *scan, struct hear_span *key)
{
	unsigned char type;
	uint64_t size = 0;

	if (scan->at == scan->end)
		return wrong(scan, "it ends within a map");
	type = *scan->at++;
	if ((type & 0xe0) == 0xa0)
		size = type & 0x1f;
	else if (type == 0xd9 && !length(scan, 1, 32, &size))
		return false;
	else if (type != 0xd9)
		return wrong(scan, "a map has a key that is no short text");
	return text(scan, size, key);
}

static bool check_map(struct scan *scan, uint64_t count, int depth)
{
	struct hear_span before = {NULL, 0};
	struct hear_span key = {NULL, 0};
	uint64_t i;

	if (count > (uint64_t)(scan->end - scan->at) / 2)
		return wrong(scan, "a map claims more than what is there");
	for (i = 0; i < count; i++) {
		if (!check_key(scan, &key))
			return false;
		if (i > 0 && hear_span_order(before, key) >= 0)
			return wrong(scan, "the keys of a map are not in "
					   "ascending order");
		before = key;
		if (!check_value(scan, depth + 1))
			return false;
	}
	return true;
}

static bool check_bytes(struct scan *scan, uint64_t size)
{
	if (size > (uint64_t)(scan->end - scan->at))
		return wrong(scan, "bytes are longer than what is there");
	scan->at += size;
	return true;
}

static bool check_value(struct scan *scan, int depth)
{
	struct hear_span ignored;
	unsigned char type;
	uint64_t size = 0;

	if (depth == HEAR_PACKED_DEPTH)
		return wrong(scan, "it is nested too deep");
	if (scan->at == scan->end)
		return wrong(scan, "it ends too early");
	type = *scan->at++;
	if (type < 0x80 || type >= 0xe0 || type == 0xc2 || type == 0xc3)
		return true;
	if (type < 0x90)
		return check_map(scan, type & 0x0f, depth);
	if (type < 0xa0)
		return check_list(scan, type & 0x0f, depth);
	if (type < 0xc0)
		return text(scan, type & 0x1f, &ignored);
	switch (type) {
	case 0xc4:
		return length(scan, 1, 0, &size) && check_bytes(scan, size);
	case 0xc5:
		return length(scan, 2, 256, &size) && check_bytes(scan, size);
	case 0xc6:
		return length(scan, 4, 65536, &size) && check_bytes(scan, size);
	case 0xcc:
	case 0xcd:
	case 0xce:
	case 0xcf:
	case 0xd0:
	case 0xd1:
	case 0xd2:
	case 0xd3:
		return check_integer(scan, type);
	case 0xd9:
		return length(scan, 1, 32, &size) &&
		       text(scan, size, &ignored);
	case 0xda:
		return length(scan, 2, 256, &size) &&
		       text(scan, size, &ignored);
	case 0xdb:
		return length(scan, 4, 65536, &size) &&
		       text(scan, size, &ignored);
	case 0xdc:
		return length(scan, 2, 16, &size) &&
		       check_list(scan, size, depth);
	case 0xdd:
		return length(scan, 4, 65536, &size) &&
		       check_list(scan, size, depth);
	case 0xde:
		return length(scan, 2, 16, &size) &&
		       check_map(scan, size, depth);
	case 0xdf:
		return length(scan, 4, 65536, &size) &&
		       check_map(scan, size, depth);
	default:
		return wrong(scan, "it holds a nil, a float or an extension");
	}
}

enum hear_code hear_pack_check(struct hear_span bytes, struct hear_err *err)
{
	struct scan scan = {0};

	scan.at = (const unsigned char *)bytes.data;
	scan.end = scan.at + bytes.size;
	if (!check_value(&scan, 0))
		return hear_fail(err, HEAR_INVALID, "not canonical: %s",
				 scan.wrong);
	if (scan.at != scan.end)
		return hear_fail(err, HEAR_INVALID,
				 "not canonical: bytes after its end");
	return HEAR_OK;
}

/* ---- Unpacking ---- */

static struct hear_value *read_object(struct hear_arena *arena,
				      const msgpack_object *object)
{
	struct hear_value *value = NULL;
	uint32_t i;

	switch (object->type) {
	case MSGPACK_OBJECT_BOOLEAN:
		return hear_make_bool(arena, object->via.boolean);
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		return hear_make_integer(arena, (int64_t)object->via.u64);
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		return hear_make_integer(arena, object->via.i64);
	case MSGPACK_OBJECT_STR:
		return hear_borrow_text(
			arena, hear_span_make(object->via.str.ptr,
					      object->via.str.size));
	case MSGPACK_OBJECT_BIN:
		value = hear_borrow_text(
			arena, hear_span_make(object->via.bin.ptr,
					      object->via.bin.size));
		if (value)
			value->type = HEAR_BYTES;
		return value;
	case MSGPACK_OBJECT_ARRAY:
		value = hear_make_list(arena);
		for (i = 0; i < object->via.array.size; i++)
			hear_list_add(arena, value,
				      read_object(arena,
						  &object->via.array.ptr[i]));
		return value;
	case MSGPACK_OBJECT_MAP:
		value = hear_make_map(arena);
		for (i = 0; i < object->via.map.size; i++) {
			const msgpack_object_kv *pair = &object->via.map.ptr[i];

			hear_map_add(arena, value,
				     hear_span_make(pair->key.via.str.ptr,
						    pair->key.via.str.size),
				     read_object(arena, &pair->val));
		}
		return value;
	case MSGPACK_OBJECT_NIL:
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
	case MSGPACK_OBJECT_EXT:
		break; /* the check refused them */
	}
	return NULL;
}

enum hear_code hear_unpack_trusted(struct hear_arena *arena,
				   struct hear_span bytes,
				   struct hear_value **out,
				   struct hear_err *err)
{
	msgpack_unpacked unpacked;
	msgpack_unpack_return rc;
	size_t offset = 0;

	*out = NULL;
	msgpack_unpacked_init(&unpacked);
	rc = msgpack_unpack_next(&unpacked, bytes.data, bytes.size, &offset);
	if (rc == MSGPACK_UNPACK_SUCCESS)
		*out = read_object(arena, &unpacked.data);
	msgpack_unpacked_destroy(&unpacked);
	if (rc != MSGPACK_UNPACK_SUCCESS && rc != MSGPACK_UNPACK_NOMEM_ERROR)
		return hear_fail(err, HEAR_DAMAGED,
				 "packed bytes cannot be read");
	if (!*out || hear_arena_failed(arena))
		return hear_fail_memory(err);
	return HEAR_OK;
}

enum hear_code hear_unpack(struct hear_arena *arena, struct hear_span bytes,
			   struct hear_value **out, struct hear_err *err)
{
	enum hear_code code = hear_pack_check(bytes, err);

	*out = NULL;
	return code == HEAR_OK ? hear_unpack_trusted(arena, bytes, out, err)
			       : code;
}
