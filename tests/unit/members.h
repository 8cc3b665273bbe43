/* members.h - several people and copies of one dataset, for tests. Everything
 * asserts: a test that cannot set up has failed.
 */
#ifndef TESTS_UNIT_MEMBERS_H
#define TESTS_UNIT_MEMBERS_H

#include "core/bytes.h"
#include "core/filing.h"
#include "core/identity.h"
#include "core/record.h"
#include "core/replica.h"
#include "tests/unit/filed.h"

enum { ALICE, BOB, CAROL, MALLORY, PEOPLE };

/* Alice founds the dataset; the others are nobody yet. */
struct people {
	struct filed filed;
	struct hear_identity *are[PEOPLE];
	unsigned copies;
};

static inline void people_open(struct people *p)
{
	static const char *const names[] = {"alice", "bob", "carol", "mallory"};
	struct hear_err err;
	int i;

	memset(p, 0, sizeof *p);
	filed_open(&p->filed);
	p->are[ALICE] = p->filed.author;
	for (i = BOB; i < PEOPLE; i++)
		filed_ok(hear_identity_make(&p->are[i], hear_span_of(names[i]),
					    &err),
			 &err);
}

static inline void people_close(struct people *p)
{
	int i;

	for (i = BOB; i < PEOPLE; i++)
		hear_identity_free(p->are[i]);
	filed_close(&p->filed);
}

/* ---- Changing a copy ---- */

static inline struct hear_writer *people_write(struct hear_dataset *dataset)
{
	struct hear_writer *writer = NULL;
	struct hear_err err;

	filed_ok(hear_write_begin(&writer, dataset, filed_now, &err), &err);
	return writer;
}

static inline void people_commit(struct hear_writer *writer)
{
	struct hear_err err;

	filed_ok(hear_write_commit(writer, &err), &err);
}

static inline enum hear_code people_grant_in(struct hear_writer *writer,
					     const struct hear_identity *admin,
					     const struct hear_identity *who,
					     enum hear_role role,
					     enum hear_marking clearance,
					     struct hear_err *err)
{
	struct hear_grant grant = {.key = who->key,
				   .channel_key = who->channel_key,
				   .name = hear_span_of(who->name),
				   .role = role,
				   .clearance = clearance};
	struct hear_outcome outcome;

	hear_identity_certificate(who, grant.certificate);
	return hear_write_grant(writer, admin, &grant, &outcome, err);
}

static inline void people_grant(struct people *p, struct hear_dataset *dataset,
				int admin, int who, enum hear_role role,
				enum hear_marking clearance)
{
	struct hear_writer *writer = people_write(dataset);
	struct hear_err err;

	filed_ok(people_grant_in(writer, p->are[admin], p->are[who], role,
				 clearance, &err),
		 &err);
	people_commit(writer);
}

static inline void people_remove(struct people *p, struct hear_dataset *dataset,
				 int admin, int who, enum hear_removal mode)
{
	struct hear_writer *writer = people_write(dataset);
	struct hear_outcome outcome;
	struct hear_err err;

	filed_ok(hear_write_remove(writer, p->are[admin], &p->are[who]->key,
				   mode, hear_span_of("for a test"), &outcome,
				   &err),
		 &err);
	assert(outcome.made);
	people_commit(writer);
}

/* One claim of a series, filed by one of them. */
static inline enum hear_code people_file(struct people *p,
					 struct hear_dataset *dataset, int who,
					 enum hear_marking marking,
					 const char *series, unsigned number,
					 struct hear_id *out,
					 struct hear_err *err)
{
	struct hear_writer *writer = people_write(dataset);
	struct hear_outcome outcome;
	struct hear_record record;
	enum hear_code code;

	filed_claim(p->filed.arena, series, number, &record);
	code = hear_write_file(writer, p->are[who], marking, &record, 1,
			       &outcome, err);
	if (code == HEAR_OK)
		people_commit(writer);
	else
		hear_write_abort(writer);
	if (code == HEAR_OK && out)
		*out = outcome.filing;
	return code;
}

static inline struct hear_id people_filed(struct people *p,
					  struct hear_dataset *dataset, int who,
					  enum hear_marking marking,
					  const char *series, unsigned number)
{
	struct hear_id id;
	struct hear_err err;

	filed_ok(people_file(p, dataset, who, marking, series, number, &id,
			     &err),
		 &err);
	return id;
}

/* ---- Between copies ---- */

static inline struct hear_reader *people_read(struct hear_dataset *dataset)
{
	struct hear_view view = {filed_now, true, HEAR_LOCAL, INT64_MAX};
	struct hear_reader *reader = NULL;
	struct hear_err err;

	filed_ok(hear_read_begin(&reader, dataset, &view, &err), &err);
	return reader;
}

/* A filing as it travels; empty where there is none of that number. */
static inline struct hear_buffer people_packed(struct hear_dataset *dataset,
					       uint64_t number)
{
	struct hear_reader *reader = people_read(dataset);
	struct hear_arena *arena = hear_arena_new();
	struct hear_buffer out = {0};
	struct hear_err err;
	enum hear_code code;

	assert(arena);
	code = hear_replica_pack(hear_reader_txn(reader), arena, number, &out,
				 &err);
	if (code != HEAR_NOTFOUND)
		filed_ok(code, &err);
	hear_arena_free(arena);
	hear_read_end(reader);
	return out;
}

static inline struct hear_dataset *people_copy(struct people *p)
{
	struct hear_buffer genesis = people_packed(p->filed.dataset, 1);
	struct hear_dataset *out = NULL;
	struct hear_err err;
	char path[100];

	(void)snprintf(path, sizeof path, "%s/copy%u", p->filed.folder,
		       p->copies++);
	filed_ok(hear_dataset_adopt(&out, path, hear_buffer_view(&genesis),
				    filed_now, &err),
		 &err);
	hear_buffer_done(&genesis);
	return out;
}

static inline struct hear_admitted people_admit(struct hear_dataset *dataset,
						const struct hear_buffer *packed)
{
	struct hear_writer *writer = people_write(dataset);
	struct hear_key via;
	struct hear_admitted out;
	struct hear_err err;

	memset(via.bytes, 7, sizeof via.bytes);
	filed_ok(hear_write_admit(writer, hear_buffer_view(packed), &via, &out,
				  &err),
		 &err);
	people_commit(writer);
	return out;
}

/* Gives filing `number` of one copy to another. */
static inline struct hear_admitted people_give(struct hear_dataset *from,
					       uint64_t number,
					       struct hear_dataset *to)
{
	struct hear_buffer packed = people_packed(from, number);
	struct hear_admitted out;

	assert(packed.size > 0);
	out = people_admit(to, &packed);
	hear_buffer_done(&packed);
	return out;
}

static inline uint64_t people_last(struct hear_dataset *dataset)
{
	struct hear_reader *reader = people_read(dataset);
	uint64_t last = hear_last_filing(reader);

	hear_read_end(reader);
	return last;
}

static inline void people_give_all(struct hear_dataset *from,
				   struct hear_dataset *to)
{
	uint64_t last = people_last(from);
	uint64_t number;

	for (number = 1; number <= last; number++)
		(void)people_give(from, number, to);
}

static inline struct hear_statistics people_stat(struct hear_dataset *dataset)
{
	struct hear_reader *reader = people_read(dataset);
	struct hear_statistics out;
	struct hear_err err;

	filed_ok(hear_statistics_get(reader, &out, &err), &err);
	hear_read_end(reader);
	return out;
}

static inline bool people_equal(struct hear_dataset *a, struct hear_dataset *b)
{
	struct hear_statistics first = people_stat(a);
	struct hear_statistics second = people_stat(b);

	return hear_id_equal(&first.root, &second.root);
}

static inline struct hear_asides people_asides(struct hear_dataset *dataset)
{
	struct hear_reader *reader = people_read(dataset);
	struct hear_asides out;
	struct hear_err err;

	filed_ok(hear_aside_count(reader, &out, &err), &err);
	hear_read_end(reader);
	return out;
}

static inline struct hear_member people_member(struct people *p,
					       struct hear_dataset *dataset,
					       int who)
{
	struct hear_reader *reader = people_read(dataset);
	struct hear_member out = {0};
	struct hear_err err;
	enum hear_code code =
		hear_member_of(reader, &p->are[who]->key, &out, &err);

	if (code != HEAR_NOTFOUND)
		filed_ok(code, &err);
	hear_read_end(reader);
	return out;
}

/* Whether a claim is in view. */
static inline bool people_holds(struct people *p, struct hear_dataset *dataset,
				const char *series, unsigned number)
{
	struct hear_reader *reader = people_read(dataset);
	struct hear_record record;
	struct hear_record is;
	struct hear_err err;
	enum hear_code code;

	filed_claim(p->filed.arena, series, number, &record);
	code = hear_get(reader, p->filed.arena, &record.id, &is, &err);
	if (code != HEAR_NOTFOUND)
		filed_ok(code, &err);
	hear_read_end(reader);
	return code == HEAR_OK;
}

static inline void people_found(void *context, const char *sentence)
{
	(void)context;
	fprintf(stderr, "verify: %s\n", sentence);
}

static inline uint64_t people_wrong(struct hear_dataset *dataset, bool repair)
{
	struct hear_verify_options options = {repair, people_found, NULL, NULL};
	struct hear_verified verified;
	struct hear_err err;

	filed_ok(hear_verify(dataset, &options, &verified, &err), &err);
	return verified.wrong;
}

/* ---- Made by hand ---- */

/* A filing whose header says what a test wants. Start from people_forge(). */
struct forged {
	struct hear_sealed filing;
	struct hear_buffer packed;
};

static inline void people_forge(struct people *p, int who, int marking,
				struct forged *out)
{
	memset(out, 0, sizeof *out);
	out->filing.header.dataset = p->filed.dataset->id;
	out->filing.header.author = p->are[who]->key;
	out->filing.header.time = (uint64_t)filed_now << 16;
	hear_partition_of((enum hear_marking)marking, &out->filing.header);
}

static inline void people_put(struct people *p, struct forged *forged,
			      const char *series, unsigned number)
{
	struct hear_record record;

	filed_claim(p->filed.arena, series, number, &record);
	forged->filing.bodies[forged->filing.count++] = record.body;
}

static inline void people_sign(struct people *p, int who, struct forged *forged)
{
	struct hear_arena *arena = p->filed.arena;
	struct hear_err err;

	filed_ok(hear_filing_seal(arena, &p->are[who]->secret, &forged->filing,
				  &err),
		 &err);
	filed_ok(hear_sealed_pack(arena, &forged->filing, &forged->packed,
				  &err),
		 &err);
}

#endif
