/* SPDX-License-Identifier: ISC */
/*~ rests.c - what rests on what was retracted: worked out from what is in view
 * whenever it is asked for, and nowhere kept. The calls are in hearsay.h.
 *
 *   a claim       on what its `re` answers and what its `basis` names, by id;
 *                 and on Y where a relation says that it repeats Y: its
 *                 content came from there
 *   a relation    on both its ends: it says something of either
 *   an assessment on its target: that is what was judged
 *   a retraction  on what it puts in the place of what it takes back; never
 *                 on what it takes back
 *
 * It goes from record to record: where X rests on Y and Y on Z, X rests on Z.
 * It goes no further than the first that is retracted.
 *
 * The other relations join claims that each have a source of their own. Where
 * X supports Y, Y loses a support with X and still stands: that is told apart
 * (hear_supports_fallen). Where X updates, corrects or contradicts Y, X was
 * said by whoever said it, whatever becomes of Y; that what was corrected is
 * retracted is how it should be. Names in definitions and terms are no ids.
 *
 * Claims of strangers may rest on each other in circles and by the thousand:
 * each is visited once, at most MOST of them and DEEPEST deep. */
#include "core/rests.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/index.h"
#include "core/postings.h"
#include "core/record.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 16, MOST = HEAR_RESTING_MOST };

/* One record on the way. */
struct stop {
	struct hear_id id;
	uint64_t number;
	size_t from; /* the stop it was reached from */
	unsigned depth;
	enum hear_rest how; /* that joins the two */
	bool fallen;	    /* retracted: the way ends here */
};

struct walk {
	struct hear_reader *reader;
	struct stop *stops;
	size_t count;
	size_t room;
	struct hear_bits *seen; /* NULL: bounded, and sought in the stops */
	bool first;		/* the first that is fallen is enough */
	bool found;
	struct hear_err *err;
};

const char *hear_rest_name(enum hear_rest how)
{
	static const char *const names[] = {
		[HEAR_RESTS_ITSELF] = "itself",	  [HEAR_RESTS_RE] = "re",
		[HEAR_RESTS_BASIS] = "basis",	  [HEAR_RESTS_REPEATS] = "repeats",
		[HEAR_RESTS_TARGET] = "target",	  [HEAR_RESTS_FROM] = "from",
		[HEAR_RESTS_TO] = "to",
		[HEAR_RESTS_REPLACED] = "replaced by",
	};

	return how >= HEAR_RESTS_ITSELF && how <= HEAR_RESTS_REPLACED
		       ? names[how]
		       : "unknown";
}

/* ---- Stops ---- */

static bool full(const struct walk *walk)
{
	return !walk->seen && walk->count >= MOST;
}

static bool seen(const struct walk *walk, uint64_t number)
{
	size_t i;

	if (walk->seen)
		return hear_bits_has(walk->seen, number);
	for (i = 0; i < walk->count; i++)
		if (walk->stops[i].number == number)
			return true;
	return false;
}

static enum hear_code push(struct walk *walk, const struct stop *stop)
{
	struct stop *more;

	if (walk->count == walk->room) {
		walk->room = walk->room ? walk->room * 2 : 8;
		more = realloc(walk->stops, walk->room * sizeof *more);
		if (!more)
			return hear_fail_memory(walk->err);
		walk->stops = more;
	}
	if (walk->seen) {
		hear_bits_set(walk->seen, stop->number);
		if (walk->seen->failed)
			return hear_fail_memory(walk->err);
	}
	walk->stops[walk->count++] = *stop;
	walk->found = walk->found || stop->fallen;
	return HEAR_OK;
}

static void walk_done(struct walk *walk)
{
	free(walk->stops);
	walk->stops = NULL;
}

/* Goes from stop `from` to the record of an id, where it is in view and was
 * not met. Live ones only, unless `fallen` is wanted too. */
static enum hear_code go(struct walk *walk, size_t from,
			 const struct hear_id *id, enum hear_rest how,
			 bool fallen)
{
	struct stop stop = {.id = *id,
			    .from = from,
			    .depth = walk->stops[from].depth + 1,
			    .how = how};
	enum hear_standing stands = HEAR_ABSENT;
	enum hear_code code;

	if (full(walk))
		return HEAR_OK;
	code = hear_record_number(walk->reader->txn, id, &stop.number,
				  walk->err);
	if (code == HEAR_NOTFOUND || (code == HEAR_OK &&
				      seen(walk, stop.number)))
		return HEAR_OK;
	if (code == HEAR_OK)
		code = hear_standing_of(walk->reader, stop.number,
					walk->reader->view.highest, &stands,
					walk->err);
	if (code != HEAR_OK || stands == HEAR_ABSENT)
		return code;
	stop.fallen = stands == HEAR_RETRACTED;
	return stop.fallen && !fallen ? HEAR_OK : push(walk, &stop);
}

static enum hear_code begin(struct walk *walk, uint64_t number,
			    const struct hear_id *id)
{
	struct stop stop = {.id = *id, .number = number};

	return push(walk, &stop);
}

/* ---- Records that name an id ---- */

static void key_of(enum hear_under tag, const struct hear_id *id,
		   unsigned char key[HEAR_TARGET_KEY])
{
	key[0] = (unsigned char)tag;
	memcpy(key + 1, id->bytes, sizeof id->bytes);
}

/* Calls `each` with every live record under the key of an id, of `kind` or (NULL)
 * any, until it fails. */
static enum hear_code
naming(struct walk *walk, enum hear_under tag, const struct hear_id *id,
       const char *kind,
       enum hear_code (*each)(struct walk *walk, uint64_t number,
			      const struct hear_record *record, void *context),
       void *context)
{
	struct hear_txn *txn = walk->reader->txn;
	struct hear_numbers *parts[2] = {NULL, NULL};
	struct hear_numbers *both = NULL;
	struct hear_arena *arena = NULL;
	struct hear_buffer of_kind = {0};
	unsigned char bytes[HEAR_TARGET_KEY];
	struct hear_span key = hear_span_make(bytes, sizeof bytes);
	struct hear_record record;
	enum hear_standing stands;
	uint64_t number = 0;
	enum hear_code code;

	key_of(tag, id, bytes);
	code = hear_posted(txn, HEAR_BY, key, walk->err);
	if (code != HEAR_OK) /* mostly: nothing is said of it */
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	code = hear_numbers_key(&parts[0], txn, key, walk->err);
	if (code == HEAR_OK && kind) {
		hear_index_key(HEAR_UNDER_KIND, hear_span_of(kind), &of_kind);
		code = hear_numbers_key(&parts[1], txn,
					hear_buffer_view(&of_kind), walk->err);
	}
	if (code == HEAR_OK)
		code = hear_numbers_join(&both, true, parts, kind ? 2 : 1,
					 walk->err);
	while (code == HEAR_OK && !full(walk)) {
		code = hear_numbers_seek(both, number + 1, &number, walk->err);
		if (code == HEAR_OK)
			code = hear_standing_of(walk->reader, number,
						walk->reader->view.highest,
						&stands, walk->err);
		if (code != HEAR_OK || stands != HEAR_LIVE)
			continue;
		if (!arena && !(arena = hear_arena_new()))
			code = hear_fail_memory(walk->err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(walk->reader, arena, number, &record,
				      walk->err);
		if (code == HEAR_OK)
			code = each(walk, number, &record, context);
	}
	if (arena)
		hear_arena_free(arena);
	hear_numbers_free(both);
	hear_numbers_free(parts[0]);
	hear_numbers_free(parts[1]);
	hear_buffer_done(&of_kind);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static bool id_in(const struct hear_value *tree, const char *field,
		  struct hear_id *out)
{
	return hear_id_parse(hear_text_of(hear_map_get(tree, field)), out);
}

static bool names(const struct hear_value *tree, const char *field,
		  const struct hear_id *id)
{
	struct hear_id is;

	return id_in(tree, field, &is) && hear_id_equal(&is, id);
}

static bool says(const struct hear_value *relation, const char *what)
{
	return hear_span_is(hear_text_of(hear_map_get(relation, "relation")),
			    what);
}

/* ---- Downwards: what a record rests on ---- */

static enum hear_code go_field(struct walk *walk, size_t from,
			       const struct hear_value *tree, const char *field,
			       enum hear_rest how)
{
	struct hear_id id;

	return id_in(tree, field, &id) ? go(walk, from, &id, how, true)
				       : HEAR_OK;
}

static enum hear_code go_basis(struct walk *walk, size_t from,
			       const struct hear_value *basis)
{
	enum hear_code code = HEAR_OK;
	struct hear_id id;
	size_t i;

	for (i = 0; i < hear_count_of(basis) && code == HEAR_OK; i++)
		if (hear_id_parse(hear_text_of(hear_item_of(basis, i)), &id))
			code = go(walk, from, &id, HEAR_RESTS_BASIS, true);
	return code;
}

/* A relation that names stop `context`: goes to what that repeats. */
static enum hear_code go_repeated(struct walk *walk, uint64_t number,
				  const struct hear_record *record,
				  void *context)
{
	const size_t *from = context;

	(void)number;
	if (!says(record->tree, "repeats") ||
	    !names(record->tree, "from", &walk->stops[*from].id))
		return HEAR_OK;
	return go_field(walk, *from, record->tree, "to", HEAR_RESTS_REPEATS);
}

static int stop_order(const void *a, const void *b)
{
	const struct stop *left = a;
	const struct stop *right = b;

	return memcmp(left->id.bytes, right->id.bytes, sizeof left->id.bytes);
}

/* Local numbers are in no order that other nodes share: ids are. */
static void sort_from(struct walk *walk, size_t first)
{
	if (walk->count > first + 1)
		qsort(walk->stops + first, walk->count - first,
		      sizeof *walk->stops, stop_order);
}

static enum hear_code go_down(struct walk *walk, size_t from,
			      const struct hear_value *tree)
{
	struct hear_id id = walk->stops[from].id;
	enum hear_code code = HEAR_OK;
	size_t before;

	if (hear_record_is(tree, "claim")) {
		code = go_field(walk, from, tree, "re", HEAR_RESTS_RE);
		if (code == HEAR_OK)
			code = go_basis(walk, from, hear_map_get(tree, "basis"));
		before = walk->count;
		if (code == HEAR_OK)
			code = naming(walk, HEAR_UNDER_TARGET, &id, "relation",
				      go_repeated, &from);
		sort_from(walk, before);
	} else if (hear_record_is(tree, "relation")) {
		code = go_field(walk, from, tree, "from", HEAR_RESTS_FROM);
		if (code == HEAR_OK)
			code = go_field(walk, from, tree, "to", HEAR_RESTS_TO);
	} else if (hear_record_is(tree, "assessment")) {
		code = go_field(walk, from, tree, "target", HEAR_RESTS_TARGET);
	} else if (hear_record_is(tree, "retraction")) {
		code = go_field(walk, from, tree, "replaced_by",
				HEAR_RESTS_REPLACED);
	}
	return code;
}

/* Visits all that the record `tree`, the first stop, rests on. */
static enum hear_code walk_down(struct walk *walk,
				const struct hear_value *tree)
{
	struct hear_arena *arena = NULL;
	struct hear_record record;
	enum hear_code code = go_down(walk, 0, tree);
	size_t i;

	for (i = 1; code == HEAR_OK && i < walk->count &&
		    !(walk->first && walk->found);
	     i++) {
		if (walk->stops[i].fallen || walk->stops[i].depth >= DEEPEST)
			continue;
		if (!arena && !(arena = hear_arena_new()))
			code = hear_fail_memory(walk->err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(walk->reader, arena,
				      walk->stops[i].number, &record,
				      walk->err);
		if (code == HEAR_OK)
			code = go_down(walk, i, record.tree);
	}
	if (arena)
		hear_arena_free(arena);
	return code;
}

/* ---- Upwards: what rests on a record ---- */

static enum hear_code push_live(struct walk *walk, size_t from, uint64_t number,
				const struct hear_record *record,
				enum hear_rest how)
{
	struct stop stop = {.id = record->id,
			    .number = number,
			    .from = from,
			    .depth = walk->stops[from].depth + 1,
			    .how = how};

	return full(walk) || seen(walk, number) ? HEAR_OK : push(walk, &stop);
}

static enum hear_code go_up_relation(struct walk *walk, size_t from,
				     uint64_t number,
				     const struct hear_record *record)
{
	struct hear_id id = walk->stops[from].id;
	bool to = names(record->tree, "to", &id);
	struct hear_id end;
	enum hear_code code = push_live(walk, from, number, record,
					to ? HEAR_RESTS_TO : HEAR_RESTS_FROM);

	if (code != HEAR_OK || !to || !says(record->tree, "repeats") ||
	    !id_in(record->tree, "from", &end))
		return code;
	return go(walk, from, &end, HEAR_RESTS_REPEATS, false);
}

/* A live record that names stop `context`. */
static enum hear_code go_up_one(struct walk *walk, uint64_t number,
				const struct hear_record *record, void *context)
{
	const size_t *from = context;
	const struct hear_value *tree = record->tree;
	struct hear_id id = walk->stops[*from].id;

	if (hear_record_is(tree, "relation"))
		return go_up_relation(walk, *from, number, record);
	if (hear_record_is(tree, "claim") && names(tree, "re", &id))
		return push_live(walk, *from, number, record, HEAR_RESTS_RE);
	if (hear_record_is(tree, "assessment") && names(tree, "target", &id))
		return push_live(walk, *from, number, record,
				 HEAR_RESTS_TARGET);
	if (hear_record_is(tree, "retraction") &&
	    names(tree, "replaced_by", &id))
		return push_live(walk, *from, number, record,
				 HEAR_RESTS_REPLACED);
	return HEAR_OK;
}

static enum hear_code go_up_basis(struct walk *walk, uint64_t number,
				  const struct hear_record *record,
				  void *context)
{
	const size_t *from = context;

	if (!hear_record_is(record->tree, "claim"))
		return HEAR_OK;
	return push_live(walk, *from, number, record, HEAR_RESTS_BASIS);
}

/* Visits all that rests on the stops there are. */
static enum hear_code walk_up(struct walk *walk)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < walk->count && code == HEAR_OK && !full(walk); i++) {
		struct hear_id id = walk->stops[i].id;

		if (walk->stops[i].depth >= DEEPEST)
			continue;
		code = naming(walk, HEAR_UNDER_TARGET, &id, NULL, go_up_one,
			      &i);
		if (code == HEAR_OK)
			code = naming(walk, HEAR_UNDER_BASIS, &id, NULL,
				      go_up_basis, &i);
	}
	return code;
}

/* ---- The retraction of a record ---- */

static bool names_any(const struct hear_value *retraction,
		      const struct hear_filed *filed, size_t count)
{
	const struct hear_value *list = hear_map_get(retraction, "filings");
	struct hear_id id;
	size_t i;
	size_t j;

	for (i = 0; i < hear_count_of(list); i++)
		for (j = 0; hear_id_parse(hear_text_of(hear_item_of(list, i)),
					  &id) &&
			    j < count;
		     j++)
			if (hear_id_equal(&id, &filed[j].filing.id))
				return true;
	return false;
}

struct retracting {
	struct hear_arena *arena;
	struct hear_ground *ground;
	struct hear_filed *filed; /* filings of what is retracted */
	size_t count;
	bool found;
};

static bool before(const struct hear_filing *filing, const struct hear_id *id,
		   const struct hear_ground *than)
{
	if (filing->time_ms != than->time_ms)
		return filing->time_ms < than->time_ms;
	return memcmp(id->bytes, than->retraction.bytes, sizeof id->bytes) < 0;
}

/* Keeps the earliest retraction of those that count. */
static enum hear_code keep_retraction(struct walk *walk, uint64_t number,
				      const struct hear_record *record,
				      void *context)
{
	struct retracting *to = context;
	struct hear_ground *ground = to->ground;
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code;

	(void)number;
	if (!names(record->tree, "record", &ground->id) ||
	    !names_any(record->tree, to->filed, to->count))
		return HEAR_OK;
	code = hear_filed_in(walk->reader, to->arena, &record->id, &filed,
			     &count, walk->err);
	for (i = 0; i < count && filed[i].retracted; i++)
		;
	if (code != HEAR_OK || i == count ||
	    (to->found && !before(&filed[i].filing, &record->id, ground)))
		return code;
	to->found = true;
	ground->retraction = record->id;
	ground->reason = hear_arena_copy(
		to->arena, hear_text_of(hear_map_get(record->tree, "reason")));
	ground->replaced = id_in(record->tree, "replaced_by",
				 &ground->replaced_by);
	ground->author = filed[i].filing.author;
	ground->author_name = filed[i].filing.author_name;
	ground->time_ms = filed[i].filing.time_ms;
	return hear_arena_failed(to->arena) ? hear_fail_memory(walk->err)
					    : HEAR_OK;
}

static enum hear_code describe(struct hear_reader *reader,
			       struct hear_arena *arena,
			       struct hear_ground *ground,
			       struct hear_err *err)
{
	struct walk walk = {.reader = reader, .err = err};
	struct retracting to = {.arena = arena, .ground = ground};
	enum hear_code code = hear_filed_in(reader, arena, &ground->id,
					    &to.filed, &to.count, err);

	ground->author_name = "";
	if (code == HEAR_OK)
		code = naming(&walk, HEAR_UNDER_TARGET, &ground->id,
			      "retraction", keep_retraction, &to);
	return code;
}

/* ---- What was found, for the caller ---- */

/* The way from the first stop to `index`, both left out; how the first step
 * of it joins. */
static bool way_to(const struct walk *walk, size_t index,
		   struct hear_arena *arena, struct hear_id **via,
		   size_t *count, enum hear_rest *how)
{
	size_t between = walk->stops[index].depth - 1;
	size_t i = index;
	size_t left = between;

	*count = between;
	*via = hear_arena_alloc(arena, (between + 1) * sizeof **via);
	if (!*via)
		return false;
	for (; left > 0; left--) {
		i = walk->stops[i].from;
		(*via)[left - 1] = walk->stops[i].id;
	}
	*how = walk->stops[i].how;
	return true;
}

static void turn(struct hear_id *ids, size_t count)
{
	size_t i;

	for (i = 0; i < count / 2; i++) {
		struct hear_id kept = ids[i];

		ids[i] = ids[count - 1 - i];
		ids[count - 1 - i] = kept;
	}
}

static enum hear_code give_grounds(const struct walk *walk,
				   struct hear_arena *arena,
				   struct hear_ground **out, size_t *count)
{
	enum hear_code code = HEAR_OK;
	size_t fallen = 0;
	size_t i;

	for (i = 0; i < walk->count; i++)
		fallen += walk->stops[i].fallen;
	if (fallen == 0)
		return HEAR_OK;
	*out = hear_arena_alloc(arena, fallen * sizeof **out);
	if (!*out)
		return hear_fail_memory(walk->err);
	for (i = 0; i < walk->count && code == HEAR_OK; i++) {
		struct hear_ground *ground = *out + *count;
		struct hear_id *via;

		if (!walk->stops[i].fallen)
			continue;
		memset(ground, 0, sizeof *ground);
		ground->id = walk->stops[i].id;
		if (!way_to(walk, i, arena, &via, &ground->via_count,
			    &ground->how))
			return hear_fail_memory(walk->err);
		ground->via = via;
		code = describe(walk->reader, arena, ground, walk->err);
		++*count;
	}
	return code;
}

static enum hear_code give_itself(struct hear_reader *reader,
				  struct hear_arena *arena,
				  const struct hear_id *id,
				  struct hear_ground **out, size_t *count,
				  struct hear_err *err)
{
	*out = hear_arena_alloc(arena, sizeof **out);
	if (!*out)
		return hear_fail_memory(err);
	memset(*out, 0, sizeof **out);
	(*out)->id = *id;
	(*out)->how = HEAR_RESTS_ITSELF;
	*count = 1;
	return describe(reader, arena, *out, err);
}

/* Whether a record neither names another nor is named by one: most, and quick
 * to tell. */
static enum hear_code stands_alone(struct hear_reader *reader,
				   const struct hear_record *record, bool *out,
				   struct hear_err *err)
{
	static const char *const fields[] = {"re",   "basis",  "from",
					     "to",   "target", "replaced_by",
					     NULL};
	unsigned char key[HEAR_TARGET_KEY];
	enum hear_code code;
	size_t i;

	*out = !reader->retractions;
	if (*out)
		return HEAR_OK;
	for (i = 0; fields[i]; i++)
		if (hear_map_get(record->tree, fields[i]))
			return HEAR_OK;
	key_of(HEAR_UNDER_TARGET, &record->id, key);
	code = hear_posted(reader->txn, HEAR_BY,
			   hear_span_make(key, sizeof key), err);
	*out = code == HEAR_NOTFOUND;
	return *out ? HEAR_OK : code;
}

enum hear_code hear_rests_on(struct hear_reader *reader,
			     struct hear_arena *arena,
			     const struct hear_record *record,
			     struct hear_ground **out, size_t *count,
			     struct hear_err *err)
{
	struct walk walk = {.reader = reader, .err = err};
	enum hear_standing stands = HEAR_ABSENT;
	uint64_t number = 0;
	bool alone;
	enum hear_code code = stands_alone(reader, record, &alone, err);

	*out = NULL;
	*count = 0;
	if (code != HEAR_OK || alone)
		return code;
	code = hear_record_number(reader->txn, &record->id, &number, err);
	if (code == HEAR_OK)
		code = hear_standing_of(reader, number, reader->view.highest,
					&stands, err);
	if (code == HEAR_OK && stands == HEAR_RETRACTED)
		return give_itself(reader, arena, &record->id, out, count,
				   err);
	if (code != HEAR_OK || stands == HEAR_ABSENT)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	code = begin(&walk, number, &record->id);
	if (code == HEAR_OK)
		code = walk_down(&walk, record->tree);
	if (code == HEAR_OK)
		code = give_grounds(&walk, arena, out, count);
	walk_done(&walk);
	return code;
}

enum hear_code hear_resting_on(struct hear_reader *reader,
			       struct hear_arena *arena,
			       const struct hear_id *id,
			       struct hear_resting **out, size_t *count,
			       struct hear_err *err)
{
	struct walk walk = {.reader = reader, .err = err};
	uint64_t number = 0;
	struct hear_id *via;
	enum hear_code code =
		hear_record_number(reader->txn, id, &number, err);
	size_t i;

	*out = NULL;
	*count = 0;
	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	code = begin(&walk, number, id);
	if (code == HEAR_OK)
		code = walk_up(&walk);
	if (code == HEAR_OK && walk.count > 1) {
		*out = hear_arena_alloc(arena, walk.count * sizeof **out);
		if (!*out)
			code = hear_fail_memory(err);
	}
	for (i = 1; i < walk.count && code == HEAR_OK; i++) {
		struct hear_resting *resting = *out + *count;
		enum hear_rest first;

		resting->id = walk.stops[i].id;
		resting->how = walk.stops[i].how;
		if (!way_to(&walk, i, arena, &via, &resting->via_count,
			    &first))
			code = hear_fail_memory(err);
		else
			turn(via, resting->via_count);
		resting->via = via;
		++*count;
	}
	walk_done(&walk);
	return code;
}

/* ---- Supports ---- */

struct supporting {
	struct hear_arena *arena;
	struct hear_ground *grounds;
	const struct hear_id *id; /* what is supported */
	size_t count;
	size_t room;
	size_t looked;
};

static enum hear_code keep_ground(struct supporting *to,
				  const struct hear_ground *ground,
				  struct hear_err *err)
{
	struct hear_ground *more;
	size_t i;

	for (i = 0; i < to->count; i++)
		if (hear_id_equal(&to->grounds[i].id, &ground->id))
			return HEAR_OK;
	if (to->count == to->room) {
		to->room = to->room ? to->room * 2 : 4;
		more = hear_arena_alloc(to->arena, to->room * sizeof *more);
		if (!more)
			return hear_fail_memory(err);
		if (to->count)
			memcpy(more, to->grounds, to->count * sizeof *more);
		to->grounds = more;
	}
	to->grounds[to->count++] = *ground;
	return HEAR_OK;
}

/* What the supporting end of a relation rests on, or is. */
static enum hear_code look_at_support(struct walk *walk, uint64_t number,
				      const struct hear_record *record,
				      void *context)
{
	struct supporting *to = context;
	struct hear_ground *grounds;
	size_t count;
	size_t i;
	enum hear_code code;

	(void)number;
	if (!says(record->tree, "supports") ||
	    !names(record->tree, "to", to->id) ||
	    names(record->tree, "from", to->id) || to->looked++ >= MOST)
		return HEAR_OK;
	code = hear_rests_on(walk->reader, to->arena, record, &grounds, &count,
			     walk->err);
	for (i = 0; i < count && code == HEAR_OK; i++)
		if (grounds[i].how == HEAR_RESTS_FROM)
			code = keep_ground(to, &grounds[i], walk->err);
	return code;
}

enum hear_code hear_supports_fallen(struct hear_reader *reader,
				    struct hear_arena *arena,
				    const struct hear_id *id,
				    struct hear_ground **out, size_t *count,
				    struct hear_err *err)
{
	struct walk walk = {.reader = reader, .err = err};
	struct supporting to = {.arena = arena, .id = id};
	enum hear_code code = HEAR_OK;

	if (reader->retractions)
		code = naming(&walk, HEAR_UNDER_TARGET, id, "relation",
			      look_at_support, &to);
	*out = to.grounds;
	*count = to.count;
	return code;
}

/* ---- For finding ---- */

enum hear_code hear_rests_any(struct hear_reader *reader, uint64_t number,
			      const struct hear_record *record, bool *out,
			      struct hear_err *err)
{
	struct walk walk = {.reader = reader, .first = true, .err = err};
	enum hear_standing stands = HEAR_ABSENT;
	bool alone;
	enum hear_code code = stands_alone(reader, record, &alone, err);

	*out = false;
	if (code != HEAR_OK || alone)
		return code;
	code = hear_standing_of(reader, number, reader->view.highest, &stands,
				err);
	if (code != HEAR_OK || stands != HEAR_LIVE)
		return code;
	code = begin(&walk, number, &record->id);
	if (code == HEAR_OK)
		code = walk_down(&walk, record->tree);
	*out = walk.found;
	walk_done(&walk);
	return code;
}

/* The retracted records, as stops to go up from. */
static enum hear_code begin_fallen(struct walk *walk)
{
	struct hear_txn *txn = walk->reader->txn;
	struct hear_arena *arena = hear_arena_new();
	struct hear_numbers *retractions = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	struct stop stop = {0};
	enum hear_standing stands;
	uint64_t number = 0;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(walk->err);
	hear_index_key(HEAR_UNDER_KIND, hear_span_of("retraction"), &key);
	code = hear_numbers_key(&retractions, txn, hear_buffer_view(&key),
				walk->err);
	while (code == HEAR_OK) {
		code = hear_numbers_seek(retractions, number + 1, &number,
					 walk->err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(walk->reader, arena, number, &record,
				      walk->err);
		if (code != HEAR_OK || !id_in(record.tree, "record", &stop.id))
			continue;
		code = hear_record_number(txn, &stop.id, &stop.number,
					  walk->err);
		if (code == HEAR_NOTFOUND) {
			code = HEAR_OK; /* it is not here, or destroyed */
			continue;
		}
		if (code == HEAR_OK)
			code = hear_standing_of(walk->reader, stop.number,
						walk->reader->view.highest,
						&stands, walk->err);
		if (code == HEAR_OK && stands == HEAR_RETRACTED &&
		    !seen(walk, stop.number))
			code = push(walk, &stop);
	}
	hear_numbers_free(retractions);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_rests_all(struct hear_reader *reader,
			      struct hear_bits *bits, struct hear_err *err)
{
	struct walk walk = {.reader = reader, .seen = bits, .err = err};
	enum hear_code code = HEAR_OK;

	if (!reader->retractions)
		return HEAR_OK;
	code = begin_fallen(&walk);
	if (code == HEAR_OK)
		code = walk_up(&walk);
	walk_done(&walk);
	return code;
}
