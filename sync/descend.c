/* SPDX-License-Identifier: ISC */
#include "sync/descend.h"
#include "core/error.h"

#include <stdlib.h>
#include <string.h>

enum {
	ALONE = 1,
	LEAF = 16,	     /* ids rather than a digest */
	OPENING = 1024,	     /* ranges that an opening may ask about */
	OPENING_MOST = 4000, /* filings in a range of the first reply */
	SPREAD = 8192,	     /* ranges that a later reply aims at */
	NARROW = 16,	     /* and into how many each range is cut */
	LISTED_WHOLE = 1024, /* filings asked about in all: only ids */
	SLACK = 16,	     /* bytes of a reply besides its ranges */
};

/* ---- Short names --------------------------------------------------------- */

void hear_short_digest(const unsigned char salt[HEAR_WIRE_SALT],
		       const struct hear_tree_root *range,
		       unsigned char out[HEAR_WIRE_SHORT])
{
	unsigned char message[32 + 8];

	memcpy(message, range->digest.bytes, 32);
	hear_put64(message + 32, range->count);
	hear_hash_salted(salt, HEAR_TAG_RANGE,
			 hear_span_make(message, sizeof message), out,
			 HEAR_WIRE_SHORT);
}

void hear_short_id(const unsigned char salt[HEAR_WIRE_SALT],
		   const unsigned char key[HEAR_RANGE_KEY],
		   unsigned char out[HEAR_WIRE_SHORT])
{
	hear_hash_salted(salt, HEAR_TAG_SHORT,
			 hear_span_make(key, HEAR_RANGE_KEY), out,
			 HEAR_WIRE_SHORT);
}

/* ---- Replying ------------------------------------------------------------ */

struct reply {
	const struct hear_wire_compare *question;
	struct hear_ranges *ranges;
	bool opening;
	uint64_t asked; /* filings in all ranges of the question */
	/* What has been said so far. */
	struct hear_prefix *prefixes;
	size_t count;
	size_t room;
	size_t bits;
	struct hear_buffer data;
	unsigned looks;
	bool full; /* the rest is for another question */
};

/* A range on its way to being said. */
struct piece {
	struct hear_prefix prefix;
	uint64_t count;
	uint64_t newer; /* filings above it; only known in an opening */
};

/* Whether there is no room for a range with so much data; then nothing more is
 * said. The first always has room. */
static bool no_room(struct reply *reply, const struct hear_prefix *prefix,
		    uint64_t size)
{
	size_t bits = reply->bits +
		      hear_cut_bits(reply->count > 0
					    ? &reply->prefixes[reply->count - 1]
					    : NULL,
				    prefix);

	if (reply->count > 0 &&
	    (reply->looks > HEAR_RANGE_LOOKS || reply->count == HEAR_RANGES ||
	     bits / 8 + reply->data.size + size + SLACK > HEAR_SAID_BYTES))
		reply->full = true;
	else
		reply->bits = bits;
	return reply->full;
}

static enum hear_code add_prefix(struct reply *reply,
				 const struct hear_prefix *prefix,
				 struct hear_err *err)
{
	size_t room = reply->room ? reply->room * 2 : 256;
	struct hear_prefix *prefixes;

	if (reply->count == reply->room) {
		prefixes = realloc(reply->prefixes, room * sizeof *prefixes);
		if (!prefixes)
			return hear_fail_memory(err);
		reply->prefixes = prefixes;
		reply->room = room;
	}
	reply->prefixes[reply->count++] = *prefix;
	return HEAR_OK;
}

static enum hear_code say_digest(struct reply *reply, const struct piece *piece,
				 struct hear_err *err)
{
	struct hear_wire_range said = {.count = piece->count};
	unsigned char digest[HEAR_WIRE_SHORT];
	struct hear_tree_root root;
	enum hear_code code;

	if (no_room(reply, &piece->prefix,
		    hear_number_size(piece->count << 1) + HEAR_WIRE_SHORT))
		return HEAR_OK;
	code = hear_range_digest(reply->ranges, &piece->prefix, &root, err);
	if (code != HEAR_OK)
		return code;
	hear_short_digest(reply->question->salt, &root, digest);
	said.bytes = hear_span_make(digest, sizeof digest);
	hear_wire_put_said(&reply->data, &said);
	return add_prefix(reply, &piece->prefix, err);
}

struct listing {
	const unsigned char *salt;
	struct hear_buffer *out;
};

static bool add_id(void *context, const unsigned char key[HEAR_RANGE_KEY],
		   struct hear_span value)
{
	const struct listing *listing = context;
	unsigned char id[HEAR_WIRE_SHORT];

	(void)value;
	hear_short_id(listing->salt, key, id);
	hear_buffer_add(listing->out, id, sizeof id);
	return !listing->out->failed;
}

static enum hear_code say_ids(struct reply *reply, const struct piece *piece,
			      struct hear_err *err)
{
	struct hear_buffer ids = {.size = 0};
	struct listing listing = {reply->question->salt, &ids};
	struct hear_wire_range said = {.listed = true};
	unsigned char low[HEAR_RANGE_KEY];
	unsigned char high[HEAR_RANGE_KEY];
	enum hear_code code;

	if (no_room(reply, &piece->prefix,
		    hear_number_size(piece->count << 1) +
			    piece->count * HEAR_WIRE_SHORT))
		return HEAR_OK;
	hear_prefix_low(&piece->prefix, low);
	hear_prefix_high(&piece->prefix, high);
	code = hear_range_keys(reply->ranges, HEAR_ORDERED, low, high, add_id,
			       &listing, err);
	if (code == HEAR_OK && ids.failed)
		code = hear_fail_memory(err);
	if (code == HEAR_OK && ids.size != piece->count * HEAR_WIRE_SHORT)
		code = hear_fail(err, HEAR_DAMAGED,
				 "the tree of filings counts others than there "
				 "are; run `hearsay verify --repair`");
	if (code == HEAR_OK) {
		said.count = piece->count;
		said.bytes = hear_buffer_view(&ids);
		hear_wire_put_said(&reply->data, &said);
		code = add_prefix(reply, &piece->prefix, err);
	}
	hear_buffer_done(&ids);
	return code;
}

static uint64_t within(uint64_t low, uint64_t number, uint64_t high)
{
	return number < low ? low : number > high ? high : number;
}

/* The most filings of a range that is said with a digest. */
static uint64_t most_said(const struct reply *reply, const struct piece *piece,
			  const struct piece *asked)
{
	uint64_t spread = reply->asked / SPREAD;
	uint64_t narrow = asked->count / NARROW;

	if (reply->opening)
		return within(LEAF, (piece->newer + piece->count) / 8,
			      OPENING_MOST);
	return within(LEAF, spread < narrow ? spread : narrow, UINT64_MAX);
}

/* An id costs no more than a digest where there is one. */
static bool to_be_listed(const struct reply *reply, const struct piece *piece,
			 const struct piece *asked)
{
	return piece->count <= ALONE || asked->count <= LEAF ||
	       (!reply->opening && reply->asked <= LISTED_WHOLE);
}

/*~ Says a range, cut in halves until each is small enough. What was asked for
 * is always cut or listed, so that a descent comes down; at most as deep as a
 * key has bits. */
static enum hear_code say(struct reply *reply, const struct piece *piece,
			  const struct piece *asked, struct hear_err *err)
{
	struct piece left = {.count = 0};
	struct piece right;
	enum hear_code code;

	if (piece->count == 0 || reply->full)
		return HEAR_OK;
	if (to_be_listed(reply, piece, asked))
		return say_ids(reply, piece, err);
	if (piece != asked && piece->count <= most_said(reply, piece, asked))
		return say_digest(reply, piece, err);
	left.prefix = hear_prefix_half(&piece->prefix, 0);
	right.prefix = hear_prefix_half(&piece->prefix, 1);
	reply->looks++;
	code = hear_range_count(reply->ranges, &left.prefix, &left.count, err);
	if (code != HEAR_OK)
		return code;
	if (left.count > piece->count)
		return hear_fail(err, HEAR_DAMAGED,
				 "the tree of filings does not add up; run "
				 "`hearsay verify --repair`");
	right.count = piece->count - left.count;
	right.newer = piece->newer;
	left.newer = piece->newer + right.count;
	code = say(reply, &left, asked, err);
	return code == HEAR_OK ? say(reply, &right, asked, err) : code;
}

static enum hear_code count_asked(struct reply *reply, struct hear_err *err)
{
	struct hear_cut_walk walk;
	struct hear_prefix prefix;
	enum hear_code code = HEAR_OK;
	uint64_t count;

	hear_cut_begin(&walk, &reply->question->ranges);
	while (code == HEAR_OK && hear_cut_next(&walk, &prefix)) {
		code = hear_range_count(reply->ranges, &prefix, &count, err);
		if (code == HEAR_OK)
			reply->asked += count;
	}
	return code;
}

static enum hear_code say_all(struct reply *reply, struct hear_err *err)
{
	struct hear_cut_walk walk;
	struct piece piece = {.count = 0};
	enum hear_code code = HEAR_OK;

	hear_cut_begin(&walk, &reply->question->ranges);
	while (code == HEAR_OK && !reply->full &&
	       hear_cut_next(&walk, &piece.prefix)) {
		code = hear_range_count(reply->ranges, &piece.prefix,
					&piece.count, err);
		if (code == HEAR_OK && reply->opening)
			code = hear_range_newer(reply->ranges, &piece.prefix,
						&piece.newer, err);
		if (code == HEAR_OK)
			code = say(reply, &piece, &piece, err);
	}
	return code;
}

enum hear_code hear_descend_reply(struct hear_txn *txn,
				  const struct hear_wire_compare *question,
				  struct hear_buffer *out, uint64_t *work,
				  struct hear_err *err)
{
	/* An honest opening has few ranges; what is newer costs more to count.
	 */
	struct reply reply = {.question = question,
			      .opening = question->opening &&
					 question->ranges.count <= OPENING};
	struct hear_buffer bits = {.size = 0};
	struct hear_wire_compared compared;
	enum hear_code code =
		hear_ranges_open(&reply.ranges, txn, question->partition, err);

	if (code == HEAR_OK)
		code = count_asked(&reply, err);
	if (code == HEAR_OK)
		code = say_all(&reply, err);
	if (code == HEAR_OK) {
		compared.more = reply.full;
		compared.ranges.cut =
			hear_cut_make(&bits, reply.prefixes, reply.count);
		compared.ranges.data = hear_buffer_view(&reply.data);
		hear_wire_write_compared(out, &compared);
		if (out->failed || bits.failed || reply.data.failed)
			code = hear_fail_memory(err);
	}
	if (work) /* counted twice: for all together, and then each */
		*work = 2 * (uint64_t)question->ranges.count + reply.looks +
			reply.data.size / HEAR_WIRE_SHORT;
	hear_buffer_done(&bits);
	hear_buffer_done(&reply.data);
	free(reply.prefixes);
	hear_ranges_close(reply.ranges);
	return code;
}

/* ---- Serving ------------------------------------------------------------- */

struct service {
	const struct hear_wire_exchange *question;
	bool (*each)(void *context, uint64_t number);
	void *context;
	const unsigned char *ids; /* sorted; NULL: all of the range */
	size_t count;
	unsigned hashes;
	bool damaged;
	bool stopped;
	struct hear_served *out;
};

static int order_ids(const void *a, const void *b)
{
	return memcmp(a, b, HEAR_WIRE_SHORT);
}

/* The key just below another. */
static void key_before(const unsigned char key[HEAR_RANGE_KEY],
		       unsigned char out[HEAR_RANGE_KEY])
{
	size_t at = HEAR_RANGE_KEY;

	memcpy(out, key, HEAR_RANGE_KEY);
	while (at-- > 0)
		if (out[at]-- != 0)
			break;
}

static bool stop_before(struct service *service,
			const unsigned char key[HEAR_RANGE_KEY])
{
	service->stopped = true;
	service->out->more = true;
	key_before(key, service->out->covered);
	return false;
}

static bool serve_key(void *context, const unsigned char key[HEAR_RANGE_KEY],
		      struct hear_span value)
{
	struct service *service = context;
	unsigned char id[HEAR_WIRE_SHORT];

	service->out->work++;
	if (value.size != 8) {
		service->damaged = true;
		return false;
	}
	if (service->ids) {
		if (service->hashes++ == HEAR_RANGE_HASHES)
			return stop_before(service, key);
		hear_short_id(service->question->salt, key, id);
		if (!bsearch(id, service->ids, service->count, sizeof id,
			     order_ids))
			return true;
	}
	if (!service->each(service->context, hear_get64(value.data)))
		return stop_before(service, key);
	return true;
}

/* From the lowest key of the range that was not served before; false: all of
 * it was. */
static bool begin_at(const struct service *service,
		     const struct hear_prefix *prefix,
		     unsigned char low[HEAR_RANGE_KEY],
		     const unsigned char high[HEAR_RANGE_KEY])
{
	const unsigned char *after = service->question->after;
	size_t at = HEAR_RANGE_KEY;

	hear_prefix_low(prefix, low);
	if (!service->question->resumed || memcmp(after, low, at) < 0)
		return true;
	if (memcmp(after, high, at) >= 0)
		return false;
	memcpy(low, after, at);
	while (at-- > 0)
		if (++low[at] != 0)
			break;
	return true;
}

static enum hear_code serve_range(struct service *service,
				  struct hear_ranges *ranges,
				  const struct hear_wire_range *want,
				  struct hear_err *err)
{
	unsigned char low[HEAR_RANGE_KEY];
	unsigned char high[HEAR_RANGE_KEY];
	unsigned char *ids = NULL;
	enum hear_code code;

	hear_prefix_high(&want->prefix, high);
	if (!begin_at(service, &want->prefix, low, high))
		return HEAR_OK;
	if (want->count > 0) {
		ids = malloc(want->bytes.size);
		if (!ids)
			return hear_fail_memory(err);
		memcpy(ids, want->bytes.data, want->bytes.size);
		qsort(ids, (size_t)want->count, HEAR_WIRE_SHORT, order_ids);
	}
	service->ids = ids;
	service->count = (size_t)want->count;
	code = hear_range_keys(ranges, HEAR_ORDERED, low, high, serve_key,
			       service, err);
	free(ids);
	if (code == HEAR_OK && service->damaged)
		code = hear_fail(err, HEAR_DAMAGED,
				 "the index of filings holds no number; run "
				 "`hearsay verify --repair`");
	return code;
}

enum hear_code hear_descend_serve(struct hear_txn *txn,
				  const struct hear_wire_exchange *question,
				  bool (*each)(void *context, uint64_t number),
				  void *context, struct hear_served *out,
				  struct hear_err *err)
{
	struct service service = {.question = question,
				  .each = each,
				  .context = context,
				  .out = out};
	struct hear_ranges *ranges = NULL;
	struct hear_wire_walk walk;
	struct hear_wire_range want;
	enum hear_code code =
		hear_ranges_open(&ranges, txn, question->partition, err);

	memset(out, 0, sizeof *out);
	hear_wire_walk_begin(&walk, &question->wants);
	while (code == HEAR_OK && !service.stopped &&
	       hear_wire_next_want(&walk, &want))
		code = serve_range(&service, ranges, &want, err);
	hear_ranges_close(ranges);
	return code;
}
