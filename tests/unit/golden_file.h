/* golden_file.h - what a case files, on two nodes in two orders.
 */
#ifndef TESTS_UNIT_GOLDEN_FILE_H
#define TESTS_UNIT_GOLDEN_FILE_H

#include "tests/unit/filed.h"
#include "tests/unit/golden.h"
#include "tools/json.h"
#include "tools/story.h"
#include "tools/yaml.h"

#include <fcntl.h>

enum { GOLDEN_RECORDS = 200 };

/* The records of a case, in the order written. */
struct golden_record {
	char label[40]; /* "" for none */
	struct hear_record record;
	const struct golden_record *re; /* what it names; filed before it */
	bool retracted;
};

struct golden_filed {
	struct golden *g;
	struct hear_arena *arena;
	struct hear_value *given;
	struct golden_record records[GOLDEN_RECORDS];
	size_t count;
	const char *ask;     /* NULL: all */
	unsigned salt;	     /* changes all ids, and nothing else */
	int64_t known_by_ms; /* INT64_MAX: all */
};

static inline struct golden_record *golden_labelled(struct golden_filed *f,
						    struct hear_span label)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (label.size &&
		    hear_span_is(label, f->records[i].label))
			return &f->records[i];
	return NULL;
}

static inline const char *golden_label_of(const struct golden_filed *f,
					  const struct hear_id *id)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (hear_id_equal(&f->records[i].record.id, id))
			return f->records[i].label;
	return "(not of this case)";
}

static inline struct hear_value *golden_salted(struct golden_filed *f,
					       const struct hear_value *open)
{
	struct hear_value *out = hear_value_copy(f->arena, open);
	struct hear_value *more = hear_make_map(f->arena);
	char text[20];

	(void)snprintf(text, sizeof text, "%u", f->salt);
	filed_set(f->arena, more, "salt", text);
	hear_map_set(f->arena, out, "more", more);
	return out;
}

static inline void golden_add(struct golden_filed *f,
			      const struct hear_value *open, const char *label,
			      const struct golden_record *re)
{
	struct golden_record *record = &f->records[f->count++];
	struct hear_err err;

	if (f->salt && hear_span_is(hear_text_of(hear_map_get(open, "kind")),
				    "claim"))
		open = golden_salted(f, open);
	if (f->count == GOLDEN_RECORDS)
		golden_stop(f->g, "over %d records", GOLDEN_RECORDS);
	if (golden_labelled(f, hear_span_of(label)))
		golden_stop(f->g, "label \"%s\" is given twice", label);
	record->re = re;
	(void)snprintf(record->label, sizeof record->label, "%s", label);
	if (hear_record_make(f->arena, open, &record->record, &err) != HEAR_OK)
		golden_stop(f->g, "%s", err.message);
}

static inline struct hear_value *golden_json(struct golden_filed *f,
					     const char *text)
{
	struct hear_value *value = NULL;
	struct hear_err err;

	if (json_read(f->arena, hear_span_of(text), &value, &err) != HEAR_OK)
		golden_stop(f->g, "column %u: %s", err.column, err.message);
	if (hear_type_of(value) != HEAR_MAP)
		golden_stop(f->g, "a record is a map");
	return value;
}

/* The fields given, overridden by the record's own. */
static inline struct hear_value *golden_inherit(struct golden_filed *f,
						struct hear_value *own)
{
	struct hear_value *whole = hear_value_copy(f->arena, f->given);
	size_t i;

	for (i = 0; i < hear_count_of(own); i++)
		hear_map_put(f->arena, whole, hear_key_of(own, i),
			     hear_item_of(own, i));
	return whole;
}

/* A record as written in one line of JSON. With several chains the label is
 * the first claim's, label.2 the second's, and so on. */
static inline void golden_record(struct golden_filed *f)
{
	struct hear_value *own = golden_json(f, golden_text(f->g));
	bool claim = !hear_map_get(own, "kind");
	char label[40];
	struct golden_record *meant;
	struct hear_value *all;
	struct hear_err err;
	unsigned nth = 0;
	size_t i;

	(void)snprintf(label, sizeof label, "%.*s",
		       (int)hear_text_of(hear_map_get(own, "label")).size,
		       hear_text_of(hear_map_get(own, "label")).data);
	if (claim)
		own = golden_inherit(f, own);
	(void)hear_map_remove(own, "label");
	meant = golden_labelled(f, hear_text_of(hear_map_get(own, "re")));
	if (meant) {
		char id[HEAR_ID_TEXT];

		hear_id_print(&meant->record.id, id);
		filed_set(f->arena, own, "re", id);
	}
	if (hear_compose(f->arena, own, &all, &err) != HEAR_OK)
		golden_stop(f->g, "%s", err.message);
	for (i = 0; i < hear_count_of(all); i++) {
		struct hear_value *open = hear_item_of(all, i);
		char name[60] = "";

		if (!claim || !hear_span_is(hear_text_of(hear_map_get(
						    open, "kind")),
					    "capture"))
			nth++;
		if (nth == 1)
			(void)snprintf(name, sizeof name, "%s", label);
		else if (nth > 1)
			(void)snprintf(name, sizeof name, "%s.%u", label, nth);
		golden_add(f, open, name, meant);
	}
}

/* The records of a report: its claims are labelled PREFIX1, PREFIX2 ... in the
 * order written. */
static inline void golden_report(struct golden_filed *f, const char *prefix,
				 const char *path)
{
	static char text[1 << 16];
	struct hear_id ids[GOLDEN_RECORDS];
	struct hear_value *tree;
	struct story story;
	struct hear_err err = {.message = "cannot be read"};
	int fd = open(path, O_RDONLY);
	ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	size_t before = f->count;
	unsigned claims = 0;
	size_t i;

	if (size < 0 ||
	    yaml_read(f->arena, (struct hear_span){text, (size_t)size}, &tree,
		      &err) != HEAR_OK ||
	    story_read(f->arena, tree, &story, &err) != HEAR_OK)
		golden_stop(f->g, "%s: %s", path, err.message);
	close(fd);
	for (i = 0; i < story.count; i++) {
		const struct hear_value *open =
			story_resolve(f->arena, &story, i, ids);
		bool claim = hear_span_is(hear_text_of(hear_map_get(open,
								    "kind")),
					  "claim");
		char label[60] = "";
		size_t re;

		if (claim)
			(void)snprintf(label, sizeof label, "%.20s%u", prefix,
				       ++claims);
		re = story.records[i].re;
		golden_add(f, open, label,
			   re == HEAR_NOWHERE ? NULL
					      : &f->records[before + re]);
		ids[i] = f->records[before + i].record.id;
	}
}

/* Reads the lines of the case up to `expect`. */
static inline void golden_read(struct golden_filed *f, const char *source)
{
	struct golden *g = f->g;

	f->given = hear_make_map(f->arena);
	f->known_by_ms = INT64_MAX;
	while (golden_next(g)) {
		if (golden_begins(g, "expect"))
			return;
		if (*golden_text(g) == '{') {
			golden_record(f);
		} else if (golden_begins(g, "given")) {
			f->given = golden_json(f, g->at + strspn(g->at, " "));
		} else if (golden_begins(g, "retract")) {
			struct golden_record *record = golden_labelled(
				f, hear_span_of(golden_need(g, "a label")));

			if (!record)
				golden_stop(g, "no record \"%s\"", g->word);
			record->retracted = true;
		} else if (golden_begins(g, "ask")) {
			f->ask = g->at + strspn(g->at, " ");
		} else if (golden_begins(g, "known-by")) {
			int64_t from;
			struct hear_err err;

			if (hear_date_read(hear_span_of(golden_need(g, "a "
								       "date")),
					   &from, &f->known_by_ms,
					   &err) != HEAR_OK)
				golden_stop(g, "%s", err.message);
			f->known_by_ms--;
		} else if (golden_begins(g, "report")) {
			char prefix[GOLDEN_WORD];
			char path[4096];

			(void)snprintf(prefix, sizeof prefix, "%s",
				       golden_need(g, "a prefix"));
			(void)snprintf(path, sizeof path, "%s/%s", source,
				       golden_need(g, "a path"));
			golden_report(f, prefix, path);
		} else {
			golden_stop(g, "unknown: %s", golden_text(g));
		}
	}
	golden_stop(g, "case \"%s\" expects nothing", g->name);
}

/* ---- Filing it ---- */

/* xorshift: the same cases in the same orders on every machine. */
static inline uint32_t golden_random(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32) % below;
}

static inline void golden_shuffle(uint64_t *seed, size_t *order, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		order[i] = i;
	for (i = count; *seed && i > 1; i--) {
		size_t with = golden_random(seed, (uint32_t)i);
		size_t kept = order[i - 1];

		order[i - 1] = order[with];
		order[with] = kept;
	}
}

static inline struct hear_writer *golden_writer(struct filed *node)
{
	struct hear_writer *writer = NULL;
	struct hear_err err;

	filed_ok(hear_write_begin(&writer, node->dataset, filed_now, &err),
		 &err);
	return writer;
}

static inline void golden_write(struct filed *node, struct hear_writer *writer,
				const struct hear_record *records, size_t count)
{
	struct hear_outcome outcome;
	struct hear_err err;

	filed_ok(hear_write_file(writer, node->author, HEAR_GREEN, records,
				 count, &outcome, &err),
		 &err);
}

static inline void golden_commit(struct hear_writer *writer)
{
	struct hear_err err;

	filed_ok(hear_write_commit(writer, &err), &err);
}

static inline void golden_retract(struct filed *node,
				  const struct hear_id *id)
{
	struct hear_reader *reader = filed_read(node, HEAR_RED);
	struct hear_value *open[6];
	enum hear_marking markings[6];
	struct hear_writer *writer;
	struct hear_record record;
	struct hear_err err;
	size_t count;

	filed_ok(hear_retraction_of(reader, node->arena, id,
				    hear_identity_key(node->author), false,
				    hear_span_of("misread"), NULL, open,
				    markings, &count, &err),
		 &err);
	hear_read_end(reader);
	assert_int_equal(count, 1);
	filed_ok(hear_record_make(node->arena, open[0], &record, &err), &err);
	writer = golden_writer(node);
	golden_write(node, writer, &record, 1);
	golden_commit(writer);
}

/* An order in which nothing comes before what it names. */
static inline void golden_order(const struct golden_filed *f, uint64_t *seed,
				size_t *order)
{
	size_t wished[GOLDEN_RECORDS];
	bool done[GOLDEN_RECORDS] = {false};
	size_t count = 0;

	golden_shuffle(seed, wished, f->count);
	while (count < f->count) {
		size_t i = 0;

		while (done[wished[i]] || (f->records[wished[i]].re &&
					   !done[f->records[wished[i]].re -
						 f->records]))
			i++;
		done[wished[i]] = true;
		order[count++] = wished[i];
	}
}

/* Files the case on `one`, in an order that `seed` gives (0: as written) and
 * in filings of one to three records. */
static inline void golden_file(struct golden_filed *f, struct filed *one,
			       uint64_t seed)
{
	size_t order[GOLDEN_RECORDS];
	struct hear_writer *writer = golden_writer(one);
	struct hear_record batch[3];
	size_t room = 1;
	size_t held = 0;
	size_t i;

	golden_order(f, &seed, order);
	for (i = 0; i < f->count; i++) {
		batch[held++] = f->records[order[i]].record;
		if (held < room && i + 1 < f->count)
			continue;
		golden_write(one, writer, batch, held);
		held = 0;
		room = seed ? 1 + golden_random(&seed, 3) : 3;
	}
	golden_commit(writer);
	for (i = 0; i < f->count; i++)
		if (f->records[i].retracted)
			golden_retract(one, &f->records[i].record.id);
}

/* Another node, that takes the filings of `one` in another order. */
static inline void golden_copy(struct filed *one, struct filed *two,
			       uint64_t seed)
{
	struct hear_reader *reader = filed_read(one, HEAR_RED);
	size_t order[GOLDEN_RECORDS * 2];
	size_t count = (size_t)hear_last_filing(reader) - 1;
	struct hear_buffer packed = {0};
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct hear_err err;
	size_t i;

	memset(two, 0, sizeof *two);
	(void)snprintf(two->folder, sizeof two->folder, "other-XXXXXX");
	assert_non_null(mkdtemp(two->folder));
	(void)snprintf(two->path, sizeof two->path, "%s/claims", two->folder);
	two->arena = hear_arena_new();
	filed_ok(hear_filing_pack(reader, 1, &packed, &err), &err);
	filed_ok(hear_dataset_adopt(&two->dataset, two->path,
				    hear_buffer_view(&packed), filed_now,
				    &err),
		 &err);
	golden_shuffle(&seed, order, count);
	writer = golden_writer(two);
	for (i = 0; i < count; i++) {
		hear_buffer_reset(&packed);
		filed_ok(hear_filing_pack(reader, order[i] + 2, &packed, &err),
			 &err);
		filed_ok(hear_write_take(writer, hear_buffer_view(&packed),
					 &outcome, &err),
			 &err);
		assert_true(outcome.made);
	}
	golden_commit(writer);
	hear_buffer_done(&packed);
	hear_read_end(reader);
}

#endif
