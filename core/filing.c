/* SPDX-License-Identifier: ISC */
#include "core/filing.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/pack.h"
#include "core/value.h"

#include <string.h>

void hear_partition_of(enum hear_marking marking, struct hear_header *header)
{
	header->partition[0] = (unsigned char)marking;
	header->partition_size = 1;
}

int hear_partition_marking(const struct hear_header *header)
{
	if (header->partition_size != 1 || header->partition[0] > HEAR_LOCAL)
		return -1;
	return header->partition[0];
}

/* ---- Header ---- */

static struct hear_value *bytes_of(struct hear_arena *arena, const void *data,
				   size_t size)
{
	return hear_make_bytes(arena, hear_span_make(data, size));
}

static struct hear_value *ids_of(struct hear_arena *arena,
				 const struct hear_id *ids, size_t count)
{
	struct hear_value *list = hear_make_list(arena);
	size_t i;

	for (i = 0; i < count; i++)
		hear_list_add(arena, list, bytes_of(arena, ids[i].bytes, 32));
	return list;
}

static enum hear_code pack_header(struct hear_arena *arena,
				  const struct hear_header *header,
				  struct hear_span *out, struct hear_err *err)
{
	struct hear_value *map = hear_make_map(arena);
	struct hear_buffer packed = {0};
	enum hear_code code;

	hear_map_set(arena, map, "author",
		     bytes_of(arena, header->author.bytes, 32));
	hear_map_set(arena, map, "dataset",
		     bytes_of(arena, header->dataset.bytes,
			      header->genesis ? 0 : 32));
	hear_map_set(arena, map, "format",
		     hear_make_integer(arena, HEAR_FORMAT_NUMBER));
	hear_map_set(arena, map, "n", hear_make_integer(arena, header->count));
	hear_map_set(arena, map, "partition",
		     bytes_of(arena, header->partition,
			      header->partition_size));
	hear_map_set(arena, map, "prev",
		     ids_of(arena, header->prev, header->prev_count));
	hear_map_set(arena, map, "root",
		     bytes_of(arena, header->root.bytes, 32));
	if (hear_partition_marking(header) == 0)
		hear_map_set(arena, map, "seen",
			     ids_of(arena, header->seen, header->seen_count));
	hear_map_set(arena, map, "time",
		     hear_make_integer(arena, (int64_t)header->time));
	code = hear_pack(&packed, map, err);
	if (code == HEAR_OK)
		*out = hear_arena_copy(arena, hear_buffer_view(&packed));
	hear_buffer_done(&packed);
	return code == HEAR_OK && hear_arena_failed(arena)
		       ? hear_fail_memory(err)
		       : code;
}

void hear_header_id(struct hear_span bytes, struct hear_id *out)
{
	struct hear_hash hash;

	hear_hash_begin(&hash, HEAR_TAG_FILING);
	hear_hash_add(&hash, bytes.data, bytes.size);
	hear_hash_end(&hash, out);
}

static bool read_bytes(const struct hear_value *map, const char *name,
		       void *out, size_t size)
{
	const struct hear_value *value = hear_map_get(map, name);

	if (hear_type_of(value) != HEAR_BYTES ||
	    hear_text_of(value).size != size)
		return false;
	memcpy(out, hear_text_of(value).data, size);
	return true;
}

/* Ids in strictly ascending order, so that one set has one encoding. */
static bool read_ids(const struct hear_value *map, const char *name,
		     struct hear_id *out, size_t room, size_t *count)
{
	const struct hear_value *list = hear_map_get(map, name);
	size_t i;

	*count = hear_count_of(list);
	if (hear_type_of(list) != HEAR_LIST || *count > room)
		return false;
	for (i = 0; i < *count; i++) {
		const struct hear_value *id = hear_item_of(list, i);

		if (hear_type_of(id) != HEAR_BYTES ||
		    hear_text_of(id).size != 32)
			return false;
		memcpy(out[i].bytes, hear_text_of(id).data, 32);
		if (i > 0 && memcmp(out[i - 1].bytes, out[i].bytes, 32) >= 0)
			return false;
	}
	return true;
}

static bool read_partition(const struct hear_value *map,
			   struct hear_header *out)
{
	const struct hear_value *value = hear_map_get(map, "partition");
	struct hear_span bytes = hear_text_of(value);

	if (hear_type_of(value) != HEAR_BYTES || bytes.size < 1 ||
	    bytes.size > HEAR_PARTITION_BYTES)
		return false;
	memcpy(out->partition, bytes.data, bytes.size);
	out->partition_size = bytes.size;
	return true;
}

static bool read_number(const struct hear_value *map, const char *name,
			int64_t least, int64_t most, int64_t *out)
{
	const struct hear_value *value = hear_map_get(map, name);

	*out = hear_integer_of(value);
	return hear_type_of(value) == HEAR_INTEGER && *out >= least &&
	       *out <= most;
}

/* The name of the first field that is wrong, or NULL. */
static const char *read_fields(const struct hear_value *map,
			       struct hear_header *out)
{
	bool roster;
	int64_t number;

	out->genesis = hear_text_of(hear_map_get(map, "dataset")).size == 0;
	if (!read_bytes(map, "author", out->author.bytes, 32))
		return "author";
	if (!read_bytes(map, "dataset", out->dataset.bytes,
			out->genesis ? 0 : 32))
		return "dataset";
	if (!read_number(map, "n", 1, HEAR_FILING_RECORDS, &number))
		return "n";
	out->count = (uint32_t)number;
	if (!read_partition(map, out))
		return "partition";
	if (!read_ids(map, "prev", out->prev, HEAR_PREV_HEADS,
		      &out->prev_count))
		return "prev";
	if (!read_bytes(map, "root", out->root.bytes, 32))
		return "root";
	if (!read_number(map, "time", 0, INT64_MAX, &number))
		return "time";
	out->time = (uint64_t)number;
	roster = hear_partition_marking(out) == 0;
	if (roster && (!read_ids(map, "seen", out->seen, HEAR_SEEN_HEADS,
				 &out->seen_count) ||
		       (out->seen_count == 0) != out->genesis))
		return "seen";
	if (out->genesis && !roster)
		return "dataset";
	return hear_count_of(map) == (roster ? 9u : 8u) ? NULL : "number of fields";
}

enum hear_code hear_header_read(struct hear_arena *arena,
				struct hear_span bytes, struct hear_header *out,
				struct hear_err *err)
{
	struct hear_value *map = NULL;
	const char *bad;
	int64_t format;
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (bytes.size > HEAR_HEADER_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a filing's header has %zu bytes, of which %d "
				 "are allowed",
				 bytes.size, HEAR_HEADER_BYTES);
	code = hear_unpack(arena, bytes, &map, err);
	if (code != HEAR_OK) {
		hear_err_prefix(err, "a filing's header: ");
		return code;
	}
	if (!read_number(map, "format", 1, INT64_MAX, &format))
		return hear_fail(err, HEAR_INVALID,
				 "a filing's header: format is wrong");
	if (format != HEAR_FORMAT_NUMBER)
		return hear_fail(err, HEAR_VERSION,
				 "a filing is of format %lld and this program "
				 "reads format %d: install a newer Hearsay",
				 (long long)format, HEAR_FORMAT_NUMBER);
	bad = read_fields(map, out);
	if (bad)
		return hear_fail(err, HEAR_INVALID,
				 "a filing's header: %s is wrong", bad);
	return HEAR_OK;
}

/* ---- Commitments and signature ---- */

static bool is_bare(const struct hear_sealed *filing, uint32_t index)
{
	return filing->purged && filing->bare[index];
}

static void key_of(const struct hear_sealed *filing, uint32_t index,
		   unsigned char out[HEAR_BODY_KEY])
{
	if (filing->purged)
		memcpy(out, filing->keys[index], HEAR_BODY_KEY);
	else
		hear_body_key(filing->secret, index, out);
}

static void commitment(const struct hear_sealed *filing, uint32_t index,
		       struct hear_id *out)
{
	unsigned char key[HEAR_BODY_KEY];

	if (is_bare(filing, index)) {
		memcpy(out->bytes, filing->bodies[index].data, 32);
		return;
	}
	key_of(filing, index, key);
	hear_hash_body(key, filing->bodies[index], out);
	hear_wipe(key, sizeof key);
}

static void commit_bodies(const struct hear_sealed *filing,
			  struct hear_id *root)
{
	struct hear_hash hash;
	struct hear_id one;
	uint32_t i;

	hear_hash_begin(&hash, HEAR_TAG_BODIES);
	for (i = 0; i < filing->count; i++) {
		commitment(filing, i, &one);
		hear_hash_add(&hash, one.bytes, sizeof one.bytes);
	}
	hear_hash_end(&hash, root);
}

bool hear_sealed_strip(struct hear_arena *arena, struct hear_sealed *filing,
		       const uint64_t wanted[HEAR_FILING_RECORDS / 64])
{
	struct hear_id one;
	bool any = false;
	uint32_t i;

	for (i = 0; i < filing->count; i++)
		any |= (wanted[i / 64] >> (i % 64) & 1) != 0 &&
		       !is_bare(filing, i);
	if (!any)
		return false;
	for (i = 0; i < filing->count && !filing->purged; i++) {
		filing->bare[i] = false;
		hear_body_key(filing->secret, i, filing->keys[i]);
	}
	filing->purged = true;
	hear_wipe(filing->secret, sizeof filing->secret);
	for (i = 0; i < filing->count; i++) {
		if (!(wanted[i / 64] >> (i % 64) & 1) || filing->bare[i])
			continue;
		commitment(filing, i, &one);
		filing->bodies[i] = hear_arena_copy(
			arena, hear_span_make(one.bytes, 32));
		filing->bare[i] = true;
		hear_wipe(filing->keys[i], HEAR_BODY_KEY);
	}
	return true;
}

enum hear_code hear_filing_seal(struct hear_arena *arena,
				const struct hear_signing_key *key,
				struct hear_sealed *filing,
				struct hear_err *err)
{
	enum hear_code code;

	hear_random(filing->secret, sizeof filing->secret);
	filing->purged = false;
	filing->header.count = filing->count;
	commit_bodies(filing, &filing->header.root);
	code = pack_header(arena, &filing->header, &filing->header_bytes, err);
	if (code != HEAR_OK)
		return code;
	hear_header_id(filing->header_bytes, &filing->id);
	hear_sign(key, HEAR_TAG_SIGN, filing->header_bytes, filing->signature);
	return HEAR_OK;
}

enum hear_code hear_sealed_check(const struct hear_sealed *filing,
				 struct hear_err *err)
{
	struct hear_id root;

	commit_bodies(filing, &root);
	if (!hear_id_equal(&root, &filing->header.root))
		return hear_fail(err, HEAR_INVALID,
				 "its records are not those its author "
				 "signed");
	if (!hear_signed(&filing->header.author, HEAR_TAG_SIGN,
			 filing->header_bytes, filing->signature))
		return hear_fail(err, HEAR_INVALID, "its signature is wrong");
	return HEAR_OK;
}

/* ---- The bytes that travel ---- */

static struct hear_value *keys_of(struct hear_arena *arena,
				  const struct hear_sealed *filing)
{
	struct hear_value *list = hear_make_list(arena);
	uint32_t i;

	for (i = 0; i < filing->count; i++)
		hear_list_add(arena, list,
			      bytes_of(arena, filing->keys[i],
				       filing->bare[i] ? 0 : HEAR_BODY_KEY));
	return list;
}

enum hear_code hear_sealed_pack(struct hear_arena *arena,
				const struct hear_sealed *filing,
				struct hear_buffer *out, struct hear_err *err)
{
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *bodies = hear_make_list(arena);
	uint32_t i;

	for (i = 0; i < filing->count; i++)
		hear_list_add(arena, bodies,
			      hear_make_bytes(arena, filing->bodies[i]));
	hear_map_set(arena, map, "bodies", bodies);
	hear_map_set(arena, map, "header",
		     hear_make_bytes(arena, filing->header_bytes));
	if (filing->purged)
		hear_map_set(arena, map, "keys", keys_of(arena, filing));
	else
		hear_map_set(arena, map, "secret",
			     bytes_of(arena, filing->secret, 32));
	hear_map_set(arena, map, "signature",
		     bytes_of(arena, filing->signature, HEAR_SIGNATURE));
	return hear_arena_failed(arena) ? hear_fail_memory(err)
					: hear_pack(out, map, err);
}

static enum hear_code read_bodies(const struct hear_value *list,
				  struct hear_sealed *out, struct hear_err *err)
{
	size_t total = 0;
	size_t i;

	if (hear_count_of(list) != out->header.count)
		return hear_fail(err, HEAR_INVALID,
				 "a filing holds %zu records and its header "
				 "says %u",
				 hear_count_of(list), out->header.count);
	for (i = 0; i < hear_count_of(list); i++) {
		const struct hear_value *body = hear_item_of(list, i);

		out->bodies[i] = hear_text_of(body);
		if (hear_type_of(body) != HEAR_BYTES ||
		    out->bodies[i].size > HEAR_RECORD_BYTES ||
		    (is_bare(out, (uint32_t)i) && out->bodies[i].size != 32))
			return hear_fail(err, HEAR_LIMIT,
					 "record %zu of a filing is no record, "
					 "or over %d bytes",
					 i, HEAR_RECORD_BYTES);
		if (!is_bare(out, (uint32_t)i))
			total += out->bodies[i].size;
	}
	if (total > HEAR_FILING_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a filing holds %zu bytes of records, of "
				 "which %d are allowed",
				 total, HEAR_FILING_BYTES);
	out->count = out->header.count;
	return HEAR_OK;
}

/* The secret, or where bodies were purged the keys of the others: at least one
 * is bare, so that there is one form of each. */
static bool read_secret(const struct hear_value *map, struct hear_sealed *out)
{
	const struct hear_value *list = hear_map_get(map, "keys");
	bool bare = false;
	size_t i;

	out->purged = list != NULL;
	if (!list)
		return read_bytes(map, "secret", out->secret, 32);
	if (hear_type_of(list) != HEAR_LIST ||
	    hear_count_of(list) > HEAR_FILING_RECORDS)
		return false;
	memset(out->secret, 0, sizeof out->secret);
	for (i = 0; i < hear_count_of(list); i++) {
		const struct hear_value *key = hear_item_of(list, i);
		struct hear_span bytes = hear_text_of(key);

		if (hear_type_of(key) != HEAR_BYTES ||
		    (bytes.size != 0 && bytes.size != HEAR_BODY_KEY))
			return false;
		out->bare[i] = bytes.size == 0;
		bare |= out->bare[i];
		memset(out->keys[i], 0, HEAR_BODY_KEY);
		if (bytes.size)
			memcpy(out->keys[i], bytes.data, HEAR_BODY_KEY);
	}
	return bare;
}

enum hear_code hear_sealed_unpack(struct hear_arena *arena,
				  struct hear_span bytes,
				  struct hear_sealed *out, struct hear_err *err)
{
	struct hear_value *map = NULL;
	enum hear_code code;

	if (bytes.size > HEAR_PACKED_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a packed filing has %zu bytes, of which %d "
				 "are allowed",
				 bytes.size, HEAR_PACKED_BYTES);
	code = hear_unpack(arena, bytes, &map, err);
	if (code != HEAR_OK) {
		hear_err_prefix(err, "a packed filing: ");
		return code;
	}
	out->header_bytes = hear_text_of(hear_map_get(map, "header"));
	if (hear_count_of(map) != 4 ||
	    hear_type_of(hear_map_get(map, "header")) != HEAR_BYTES ||
	    !read_secret(map, out) ||
	    !read_bytes(map, "signature", out->signature, HEAR_SIGNATURE))
		return hear_fail(err, HEAR_INVALID,
				 "a packed filing has a header, a signature, a "
				 "secret (or keys) and bodies, and nothing "
				 "else");
	code = hear_header_read(arena, out->header_bytes, &out->header, err);
	if (code != HEAR_OK)
		return code;
	hear_header_id(out->header_bytes, &out->id);
	if (out->purged &&
	    hear_count_of(hear_map_get(map, "keys")) != out->header.count)
		return hear_fail(err, HEAR_INVALID,
				 "a packed filing has more or fewer keys than "
				 "records");
	return read_bodies(hear_map_get(map, "bodies"), out, err);
}
