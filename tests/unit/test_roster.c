/* SPDX-License-Identifier: ISC */
#include "core/judge.h"
#include "core/members.h"
#include "core/pack.h"
#include "core/record.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* ---- Small histories: keys are letters, filings are numbers ---- */

enum { GENESIS = 0, MOST = 64 };

struct story {
	struct hear_history *history;
	struct hear_judgement judgement;
	struct hear_id ids[4096];
	int count;
};

static struct hear_key key_of(char letter)
{
	struct hear_key key;

	memset(key.bytes, letter, sizeof key.bytes);
	return key;
}

static struct hear_id id_of(int number)
{
	struct hear_id id = {{0}};

	id.bytes[0] = (unsigned char)(number * 37);
	id.bytes[30] = (unsigned char)(number >> 8);
	id.bytes[31] = (unsigned char)number;
	return id;
}

static struct hear_act grant(char about, enum hear_role role,
			     enum hear_marking clearance)
{
	struct hear_act act = {.kind = HEAR_KIND_GRANT,
			       .needs = 1,
			       .key = key_of(about),
			       .role = role,
			       .clearance = clearance};

	act.name[0] = about;
	return act;
}

static struct hear_act removal(char about, enum hear_removal mode)
{
	struct hear_act act = {.kind = HEAR_KIND_REMOVAL,
			       .needs = 1,
			       .key = key_of(about),
			       .mode = mode};

	return act;
}

static void header_of(struct hear_header *header, char author, const int *seen,
		      int count)
{
	int i;

	memset(header, 0, sizeof *header);
	header->author = key_of(author);
	header->time = 1000u << 16;
	header->partition_size = 1;
	for (i = 0; i < count; i++)
		header->seen[header->seen_count++] = id_of(seen[i]);
}

static void begin(struct story *s, const char *founders)
{
	struct hear_genesis genesis = {.count = strlen(founders)};
	struct hear_header header;
	struct hear_id id = id_of(GENESIS);
	size_t i;

	memset(s, 0, sizeof *s);
	s->history = hear_history_new();
	assert_non_null(s->history);
	for (i = 0; i < genesis.count; i++) {
		genesis.founders[i] = grant(founders[i], HEAR_ADMIN, HEAR_LOCAL);
		genesis.founders[i].kind = HEAR_KIND_GENESIS;
	}
	header_of(&header, founders[0], NULL, 0);
	assert_int_equal(hear_history_begin(s->history, &id, &header, &genesis,
					    NULL),
			 HEAR_OK);
	s->count = 1;
}

/* Adds the next filing, which has seen others; gives its number. */
static int file_at(struct story *s, char author, uint64_t time,
		   struct hear_act act, const int *seen, int count)
{
	struct hear_header header;
	struct hear_id id = id_of(s->count);

	header_of(&header, author, seen, count);
	header.time = time << 16;
	assert_int_equal(hear_history_add(s->history, &id, &header, &act, 1, 1,
					  NULL),
			 HEAR_OK);
	return s->count++;
}

#define FILE_BY(s, author, act, ...)                                           \
	file_at(s, author, 1000, act, (const int[]){__VA_ARGS__},              \
		sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static void judge(struct story *s)
{
	hear_judgement_done(&s->judgement);
	assert_int_equal(hear_judge(s->history, NULL, &s->judgement, NULL),
			 HEAR_OK);
}

static struct hear_member member(struct story *s, char letter)
{
	struct hear_member out = {0};
	struct hear_key key = key_of(letter);
	size_t at = hear_history_key(s->history, &key);

	judge(s);
	if (at == SIZE_MAX ||
	    !hear_judged_member(s->history, &s->judgement, at, &out))
		memset(&out, 0, sizeof out);
	return out;
}

static bool may_be_admitted(struct story *s, char author, const int *seen,
			    int count)
{
	struct hear_header header;
	bool admin = false;

	header_of(&header, author, seen, count);
	assert_int_equal(hear_judge_author(s->history, &header, &admin, NULL),
			 HEAR_OK);
	return admin;
}

static void end(struct story *s)
{
	hear_judgement_done(&s->judgement);
	hear_history_free(s->history);
}

/* ---- Grants ---- */

static void founders_are_admins_cleared_for_everything(void **state)
{
	struct story s;
	struct hear_member is;

	(void)state;
	begin(&s, "AB");
	is = member(&s, 'B');
	assert_int_equal(is.role, HEAR_ADMIN);
	assert_int_equal(is.clearance, HEAR_LOCAL);
	assert_int_equal(is.rank, 0);
	assert_true(is.founder);
	assert_int_equal(member(&s, 'C').ever_role, 0);
	end(&s);
}

static void a_later_grant_takes_the_place_of_an_earlier_one(void **state)
{
	struct story s;
	struct hear_member is;
	int first;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('B', HEAR_WRITER, HEAR_RED), GENESIS);
	FILE_BY(&s, 'A', grant('B', HEAR_READER, HEAR_GREEN), first);
	is = member(&s, 'B');
	assert_int_equal(is.role, HEAR_READER);
	assert_int_equal(is.clearance, HEAR_GREEN);
	assert_int_equal(is.ever_role, HEAR_WRITER);
	assert_int_equal(is.ever_clearance, HEAR_RED);
	end(&s);
}

static void of_concurrent_grants_the_lower_holds(void **state)
{
	struct story s;
	struct hear_member is;
	int first;
	int one;
	int two;

	(void)state;
	begin(&s, "AB");
	first = FILE_BY(&s, 'A', grant('M', HEAR_READER, HEAR_CLEAR), GENESIS);
	one = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_GREEN), first);
	two = FILE_BY(&s, 'B', grant('M', HEAR_WRITER, HEAR_RED), first);
	is = member(&s, 'M');
	assert_int_equal(is.role, HEAR_WRITER);
	assert_int_equal(is.clearance, HEAR_GREEN);
	FILE_BY(&s, 'B', grant('M', HEAR_ADMIN, HEAR_RED), one, two);
	is = member(&s, 'M');
	assert_int_equal(is.role, HEAR_ADMIN);
	assert_int_equal(is.clearance, HEAR_RED);
	end(&s);
}

static void nobody_gives_what_they_do_not_have(void **state)
{
	struct story s;
	int first;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_GREEN), GENESIS);
	FILE_BY(&s, 'M', grant('N', HEAR_WRITER, HEAR_RED), first);
	assert_int_equal(member(&s, 'N').clearance, HEAR_GREEN);
	assert_int_equal(member(&s, 'N').ever_clearance, HEAR_GREEN);
	end(&s);
}

static void only_admins_grant(void **state)
{
	struct story s;
	int first;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('W', HEAR_WRITER, HEAR_RED), GENESIS);
	FILE_BY(&s, 'W', grant('N', HEAR_WRITER, HEAR_RED), first);
	FILE_BY(&s, 'X', grant('X', HEAR_ADMIN, HEAR_RED), first);
	assert_int_equal(member(&s, 'N').ever_role, 0);
	assert_int_equal(member(&s, 'X').ever_role, 0);
	assert_false(may_be_admitted(&s, 'W', (const int[]){first}, 1));
	assert_false(may_be_admitted(&s, 'Z', (const int[]){first}, 1));
	assert_true(may_be_admitted(&s, 'A', (const int[]){first}, 1));
	end(&s);
}

static void rank_is_one_more_than_that_of_the_most_senior_granter(void **state)
{
	struct story s;
	int first;
	int second;
	int third;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('B', HEAR_ADMIN, HEAR_RED), GENESIS);
	second = FILE_BY(&s, 'B', grant('C', HEAR_ADMIN, HEAR_RED), first);
	assert_int_equal(member(&s, 'B').rank, 1);
	assert_int_equal(member(&s, 'C').rank, 2);
	third = FILE_BY(&s, 'C', grant('D', HEAR_ADMIN, HEAR_RED), second);
	assert_int_equal(member(&s, 'D').rank, 3);
	FILE_BY(&s, 'A', grant('D', HEAR_ADMIN, HEAR_RED), third);
	assert_int_equal(member(&s, 'D').rank, 1);
	end(&s);
}

static void nobody_changes_what_a_senior_or_an_equal_may_do(void **state)
{
	struct story s;
	int first;
	int second;

	(void)state;
	begin(&s, "AB");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_AMBER), GENESIS);
	second = FILE_BY(&s, 'B', grant('N', HEAR_ADMIN, HEAR_RED), first);
	FILE_BY(&s, 'N', grant('M', HEAR_READER, HEAR_CLEAR), second);
	FILE_BY(&s, 'N', grant('A', HEAR_READER, HEAR_CLEAR), second);
	FILE_BY(&s, 'M', grant('M', HEAR_ADMIN, HEAR_RED), second);
	assert_int_equal(member(&s, 'M').role, HEAR_ADMIN);
	assert_int_equal(member(&s, 'M').clearance, HEAR_AMBER);
	assert_int_equal(member(&s, 'A').role, HEAR_ADMIN);
	end(&s);
}

/* ---- Removals ---- */

static void a_removed_admin_cannot_back_date_puppets_back_in(void **state)
{
	struct story s;
	int first;
	int puppet;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_FLAG), first);
	/* As if M had not heard of it, and with an early time. */
	puppet = file_at(&s, 'M', 1, grant('P', HEAR_ADMIN, HEAR_RED),
			 (const int[]){first}, 1);
	file_at(&s, 'P', 1, grant('M', HEAR_ADMIN, HEAR_RED),
		(const int[]){puppet}, 1);
	assert_int_equal(member(&s, 'P').ever_role, 0);
	assert_int_equal(member(&s, 'M').role, 0);
	assert_int_equal(member(&s, 'M').removed, HEAR_REMOVAL_FLAG);
	assert_int_equal(member(&s, 'A').role, HEAR_ADMIN);
	end(&s);
}

static void what_an_admin_did_before_the_removal_stands(void **state)
{
	struct story s;
	int first;
	int second;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	second = FILE_BY(&s, 'M', grant('N', HEAR_WRITER, HEAR_RED), first);
	FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_SEAL), second);
	assert_int_equal(member(&s, 'N').role, HEAR_WRITER);
	assert_int_equal(member(&s, 'M').removed, HEAR_REMOVAL_SEAL);
	end(&s);
}

static void equals_who_remove_each_other_are_both_gone(void **state)
{
	struct story s;
	int first;
	int second;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	second = FILE_BY(&s, 'A', grant('N', HEAR_ADMIN, HEAR_RED), first);
	FILE_BY(&s, 'M', removal('N', HEAR_REMOVAL_FLAG), second);
	FILE_BY(&s, 'N', removal('M', HEAR_REMOVAL_FLAG), second);
	assert_int_equal(member(&s, 'M').role, 0);
	assert_int_equal(member(&s, 'N').role, 0);
	end(&s);
}

static void founders_who_remove_each_other_are_both_gone(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "AB");
	FILE_BY(&s, 'A', removal('B', HEAR_REMOVAL_FLAG), GENESIS);
	FILE_BY(&s, 'B', removal('A', HEAR_REMOVAL_FLAG), GENESIS);
	assert_int_equal(member(&s, 'A').role, 0);
	assert_int_equal(member(&s, 'B').role, 0);
	end(&s);
}

static void a_removal_is_voided_only_by_a_strictly_senior_key(void **state)
{
	struct story s;
	int first;
	int second;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	second = FILE_BY(&s, 'A', grant('N', HEAR_ADMIN, HEAR_RED), first);
	/* M removes N while the founder, at the same time, removes M. */
	FILE_BY(&s, 'M', removal('N', HEAR_REMOVAL_FLAG), second);
	assert_int_equal(member(&s, 'N').role, 0);
	FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_FLAG), second);
	assert_int_equal(member(&s, 'M').role, 0);
	assert_int_equal(member(&s, 'N').role, HEAR_ADMIN);
	end(&s);
}

static void a_removal_by_an_equal_voids_what_is_concurrent_with_it(
	void **state)
{
	struct story s;
	int first;
	int second;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	second = FILE_BY(&s, 'A', grant('N', HEAR_ADMIN, HEAR_RED), first);
	FILE_BY(&s, 'M', grant('P', HEAR_ADMIN, HEAR_RED), second);
	assert_int_equal(member(&s, 'P').role, HEAR_ADMIN);
	FILE_BY(&s, 'N', removal('M', HEAR_REMOVAL_FLAG), second);
	assert_int_equal(member(&s, 'P').ever_role, 0);
	end(&s);
}

static void nobody_removes_a_senior(void **state)
{
	struct story s;
	int first;
	int second;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	second = FILE_BY(&s, 'M', grant('N', HEAR_ADMIN, HEAR_RED), first);
	FILE_BY(&s, 'N', removal('M', HEAR_REMOVAL_FLAG), second);
	FILE_BY(&s, 'N', removal('A', HEAR_REMOVAL_SEAL), second);
	assert_int_equal(member(&s, 'M').role, HEAR_ADMIN);
	assert_int_equal(member(&s, 'A').role, HEAR_ADMIN);
	end(&s);
}

static void a_removal_wins_over_a_grant_it_has_not_seen(void **state)
{
	struct story s;
	int first;

	(void)state;
	begin(&s, "AB");
	first = FILE_BY(&s, 'A', grant('M', HEAR_WRITER, HEAR_RED), GENESIS);
	FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_FLAG), first);
	FILE_BY(&s, 'B', grant('M', HEAR_ADMIN, HEAR_RED), first);
	assert_int_equal(member(&s, 'M').role, 0);
	end(&s);
}

static void who_was_removed_can_be_granted_again(void **state)
{
	struct story s;
	struct hear_member is;
	int first;
	int second;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_WRITER, HEAR_RED), GENESIS);
	second = FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_SEAL), first);
	FILE_BY(&s, 'A', grant('M', HEAR_WRITER, HEAR_GREEN), second);
	is = member(&s, 'M');
	assert_int_equal(is.role, HEAR_WRITER);
	assert_int_equal(is.clearance, HEAR_GREEN);
	assert_int_equal(is.removed, 0);
	end(&s);
}

static void a_founder_who_was_removed_is_at_most_a_writer_again(void **state)
{
	struct story s;
	struct hear_member is;
	int gone;
	int again;

	(void)state;
	begin(&s, "AB");
	gone = FILE_BY(&s, 'A', removal('B', HEAR_REMOVAL_FLAG), GENESIS);
	again = FILE_BY(&s, 'A', grant('B', HEAR_ADMIN, HEAR_RED), gone);
	is = member(&s, 'B');
	assert_int_equal(is.role, HEAR_WRITER);
	assert_int_equal(is.rank, 0);
	assert_false(may_be_admitted(&s, 'B', (const int[]){again}, 1));
	end(&s);
}

static void a_removed_admin_may_be_made_admin_again_by_a_senior(void **state)
{
	struct story s;
	int first;
	int gone;
	int again;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	gone = FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_FLAG), first);
	assert_false(may_be_admitted(&s, 'M', (const int[]){gone}, 1));
	again = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), gone);
	assert_true(may_be_admitted(&s, 'M', (const int[]){again}, 1));
	FILE_BY(&s, 'M', grant('N', HEAR_WRITER, HEAR_RED), again);
	assert_int_equal(member(&s, 'M').role, HEAR_ADMIN);
	assert_int_equal(member(&s, 'N').role, HEAR_WRITER);
	end(&s);
}

static void one_may_leave(void **state)
{
	struct story s;
	int first;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	FILE_BY(&s, 'M', removal('M', HEAR_REMOVAL_FLAG), first);
	assert_int_equal(member(&s, 'M').role, 0);
	end(&s);
}

struct heads {
	struct hear_id ids[16];
	int count;
};

static void add_head(void *context, const struct hear_id *head)
{
	struct heads *heads = context;

	heads->ids[heads->count++] = *head;
}

static void of_several_removals_the_heads_of_all_stand(void **state)
{
	struct hear_act one = removal('M', HEAR_REMOVAL_FLAG);
	struct hear_act two = removal('M', HEAR_REMOVAL_SEAL);
	struct hear_id first_head = id_of(100);
	struct hear_id second_head = id_of(101);
	struct heads heads = {.count = 0};
	struct hear_key key = key_of('M');
	struct story s;
	int first;

	(void)state;
	one.heads = &first_head;
	one.head_count = 1;
	two.heads = &second_head;
	two.head_count = 1;
	begin(&s, "AB");
	first = FILE_BY(&s, 'A', grant('M', HEAR_WRITER, HEAR_RED), GENESIS);
	FILE_BY(&s, 'A', one, first);
	FILE_BY(&s, 'B', two, first);
	assert_int_equal(member(&s, 'M').removed, HEAR_REMOVAL_SEAL);
	hear_judged_heads(s.history, &s.judgement,
			  hear_history_key(s.history, &key), add_head, &heads);
	assert_int_equal(heads.count, 2);
	end(&s);
}

static void what_a_later_grant_has_overtaken_no_longer_seals(void **state)
{
	struct story s;
	int first;
	int sealed;
	int again;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_WRITER, HEAR_RED), GENESIS);
	sealed = FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_SEAL), first);
	again = FILE_BY(&s, 'A', grant('M', HEAR_WRITER, HEAR_RED), sealed);
	FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_FLAG), again);
	assert_int_equal(member(&s, 'M').removed, HEAR_REMOVAL_FLAG);
	end(&s);
}

static void only_what_counts_asks_for_a_newer_format(void **state)
{
	struct hear_act newer = {.kind = 0, .needs = 7};
	struct story s;
	int first;

	(void)state;
	begin(&s, "A");
	first = FILE_BY(&s, 'A', grant('M', HEAR_ADMIN, HEAR_RED), GENESIS);
	FILE_BY(&s, 'A', removal('M', HEAR_REMOVAL_FLAG), first);
	FILE_BY(&s, 'M', newer, first);
	judge(&s);
	assert_int_equal(hear_judged_needs(s.history, &s.judgement), 1);
	FILE_BY(&s, 'A', newer, first);
	judge(&s);
	assert_int_equal(hear_judged_needs(s.history, &s.judgement), 7);
	end(&s);
}

/* ---- In any order ---- */

struct plan {
	char author;
	uint64_t time;
	struct hear_act act;
	int seen[HEAR_SEEN_HEADS];
	int seen_count;
};

static unsigned dice(uint64_t *seed, unsigned sides)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % sides;
}

static struct hear_act some_act(uint64_t *seed)
{
	static const char letters[] = "ABCDEFGH";
	char about = letters[dice(seed, 8)];

	if (dice(seed, 3) == 0)
		return removal(about, dice(seed, 2) ? HEAR_REMOVAL_FLAG
						    : HEAR_REMOVAL_SEAL);
	return grant(about, (enum hear_role)(1 + dice(seed, 3)),
		     (enum hear_marking)(1 + dice(seed, 5)));
}

/* Each has seen one to three of those before it, mostly recent ones. */
static void some_seen(struct plan *plan, int number, uint64_t *seed)
{
	int wanted = 1 + (int)dice(seed, 3);
	int i;

	while (wanted-- > 0) {
		int back = 1 + (int)dice(seed, 6);
		int seen = number - back < 0 ? 0 : number - back;

		for (i = 0; i < plan->seen_count; i++)
			if (plan->seen[i] == seen)
				break;
		if (i == plan->seen_count)
			plan->seen[plan->seen_count++] = seen;
	}
}

static enum hear_code add_plan(struct story *s, const struct plan *plan,
			       int number)
{
	struct hear_header header;
	struct hear_id id = id_of(number);

	header_of(&header, plan->author, plan->seen, plan->seen_count);
	header.time = plan->time << 16;
	return hear_history_add(s->history, &id, &header, &plan->act, 1, 1,
				NULL);
}

/* All members, in one text. */
static void print_members(struct story *s, struct hear_buffer *out)
{
	char letter;

	for (letter = 'A'; letter <= 'H'; letter++) {
		struct hear_member is = member(s, letter);

		hear_member_pack(&is, 0, out);
	}
}

/* The plan's filings as far as each is admitted in its turn. */
static int make_plans(struct story *s, struct plan *plans, uint64_t *seed)
{
	static const char letters[] = "ABCDEFGH";
	int number = 1;
	int tries;

	for (tries = 0; tries < 400 && number < MOST; tries++) {
		struct plan *plan = &plans[number];

		memset(plan, 0, sizeof *plan);
		plan->author = letters[dice(seed, 8)];
		plan->time = 1 + dice(seed, 50);
		plan->act = some_act(seed);
		some_seen(plan, number, seed);
		if (!may_be_admitted(s, plan->author, plan->seen,
				     plan->seen_count))
			continue;
		assert_int_equal(add_plan(s, plan, number), HEAR_OK);
		number++;
	}
	return number;
}

/* The same filings, each when a draw says so and what it has seen is there. */
static void add_shuffled(struct story *s, const struct plan *plans, int count,
			 uint64_t *seed)
{
	bool done[MOST] = {true};
	int left = count - 1;

	while (left > 0) {
		int number = 1 + (int)dice(seed, (unsigned)(count - 1));
		const struct plan *plan = &plans[number];
		enum hear_code code;

		if (done[number])
			continue;
		code = add_plan(s, plan, number);
		if (code == HEAR_NOTFOUND)
			continue;
		assert_int_equal(code, HEAR_OK);
		/* Whether it is admitted does not depend on what else is
		 * here. */
		assert_true(may_be_admitted(s, plan->author, plan->seen,
					    plan->seen_count));
		done[number] = true;
		left--;
	}
}

static void the_same_filings_in_any_order_give_the_same_roster(void **state)
{
	const char *given = getenv("SEED");
	uint64_t first = given ? strtoull(given, NULL, 0)
			       : (uint64_t)time(NULL);
	struct plan *plans = calloc(MOST, sizeof *plans);
	unsigned run;

	(void)state;
	assert_non_null(plans);
	printf("SEED=%llu\n", (unsigned long long)first);
	for (run = 0; run < 300; run++) {
		uint64_t seed = first + run;
		struct hear_buffer one = {0};
		struct hear_buffer two = {0};
		struct story s;
		int count;

		begin(&s, run % 2 ? "AB" : "A");
		count = make_plans(&s, plans, &seed);
		print_members(&s, &one);
		end(&s);
		begin(&s, run % 2 ? "AB" : "A");
		add_shuffled(&s, plans, count, &seed);
		print_members(&s, &two);
		end(&s);
		assert_int_equal(one.size, two.size);
		assert_memory_equal(one.data, two.data, one.size);
		hear_buffer_done(&one);
		hear_buffer_done(&two);
	}
	free(plans);
}

static void four_thousand_filings_are_judged_within_a_second(void **state)
{
	struct timespec from;
	struct timespec to;
	struct story s;
	int last = GENESIS;
	int i;
	double took;

	(void)state;
	begin(&s, "A");
	for (i = 1; i < 4096; i++)
		last = file_at(&s, 'A', (uint64_t)i,
			       i % 8 ? grant((char)(i % 60 + 1), HEAR_WRITER,
					     HEAR_RED)
				     : removal((char)(i % 60 + 1),
					       HEAR_REMOVAL_FLAG),
			       (const int[]){last}, 1);
	clock_gettime(CLOCK_MONOTONIC, &from);
	judge(&s);
	assert_true(may_be_admitted(&s, 'A', (const int[]){last}, 1));
	clock_gettime(CLOCK_MONOTONIC, &to);
	took = (double)(to.tv_sec - from.tv_sec) +
	       (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	printf("two judgements of %d filings: %.3f s\n", s.count, took);
	assert_true(took < 1.0);
	end(&s);
}

/* ---- Records ---- */

static enum hear_code read_back(struct hear_arena *arena,
				const struct hear_value *tree,
				struct hear_act *out)
{
	return hear_act_read(arena, tree, out, NULL);
}

static void a_record_is_read_as_it_was_made(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_id heads[3] = {id_of(1), id_of(2), id_of(3)};
	uint16_t indexes[2] = {0, 511};
	struct hear_act act = removal('M', HEAR_REMOVAL_SEAL);
	struct hear_record record;
	struct hear_act is;

	(void)state;
	act.heads = heads;
	act.head_count = 3;
	assert_int_equal(hear_act_make(arena, &act, hear_span_of("a flood"),
				       &record, NULL),
			 HEAR_OK);
	assert_int_equal(read_back(arena, record.tree, &is), HEAR_OK);
	assert_int_equal(is.kind, HEAR_KIND_REMOVAL);
	assert_int_equal(is.mode, HEAR_REMOVAL_SEAL);
	assert_int_equal(is.head_count, 3);
	assert_memory_equal(is.heads, heads, sizeof heads);

	act = grant('M', HEAR_WRITER, HEAR_AMBER_STRICT);
	act.invited = true;
	act.invitation = id_of(9);
	assert_int_equal(hear_act_make(arena, &act, hear_span_of(""), &record,
				       NULL),
			 HEAR_OK);
	assert_int_equal(read_back(arena, record.tree, &is), HEAR_OK);
	assert_int_equal(is.role, HEAR_WRITER);
	assert_int_equal(is.clearance, HEAR_AMBER_STRICT);
	assert_true(is.invited && hear_id_equal(&is.invitation, &heads[0]) ==
					  false);
	assert_string_equal(is.name, "M");
	assert_false(hear_act_certified(&is));

	memset(&act, 0, sizeof act);
	act.kind = HEAR_KIND_PURGE;
	act.filing = id_of(5);
	act.indexes = indexes;
	act.index_count = 2;
	assert_int_equal(hear_act_make(arena, &act, hear_span_of(""), &record,
				       NULL),
			 HEAR_OK);
	assert_int_equal(read_back(arena, record.tree, &is), HEAR_OK);
	assert_int_equal(is.index_count, 2);
	assert_int_equal(is.indexes[1], 511);
	hear_arena_free(arena);
}

static struct hear_value *made(struct hear_arena *arena, struct hear_act act)
{
	struct hear_record record;

	assert_int_equal(hear_act_make(arena, &act, hear_span_of(""), &record,
				       NULL),
			 HEAR_OK);
	return hear_value_copy(arena, record.tree);
}

static void set(struct hear_arena *arena, struct hear_value *tree,
		const char *field, const char *text)
{
	hear_map_set(arena, tree, field,
		     hear_make_text(arena, hear_span_of(text)));
}

static void assert_refused(struct hear_arena *arena,
			   const struct hear_value *tree)
{
	struct hear_act act;

	assert_int_equal(read_back(arena, tree, &act), HEAR_INVALID);
}

static void records_of_another_form_are_refused(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_act act = grant('M', HEAR_WRITER, HEAR_RED);
	struct hear_value *tree;

	(void)state;
	tree = made(arena, act);
	set(arena, tree, "role", "owner");
	assert_refused(arena, tree);
	tree = made(arena, act);
	set(arena, tree, "clearance", "local");
	assert_refused(arena, tree);
	tree = made(arena, act);
	set(arena, tree, "clearance", "Red");
	assert_refused(arena, tree);
	tree = made(arena, act);
	set(arena, tree, "name", "two\nlines");
	assert_refused(arena, tree);
	tree = made(arena, act);
	set(arena, tree, "key", "text");
	assert_refused(arena, tree);
	tree = made(arena, act);
	assert_true(hear_map_remove(tree, "needs"));
	assert_refused(arena, tree);
	tree = made(arena, act);
	set(arena, tree, "kind", "claim");
	assert_refused(arena, tree);
	tree = made(arena, act);
	set(arena, tree, "kind", "genesis");
	assert_refused(arena, tree);
	tree = made(arena, removal('M', HEAR_REMOVAL_FLAG));
	set(arena, tree, "mode", "hide");
	assert_refused(arena, tree);
	tree = made(arena, removal('M', HEAR_REMOVAL_FLAG));
	hear_list_add(arena, hear_map_get(tree, "heads"),
		      hear_make_integer(arena, 1));
	assert_refused(arena, tree);
	hear_arena_free(arena);
}

static void a_record_for_a_newer_format_is_not_looked_into(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *tree = made(arena, grant('M', HEAR_WRITER, HEAR_RED));
	struct hear_act act;

	(void)state;
	set(arena, tree, "role", "auditor");
	hear_map_set(arena, tree, "needs", hear_make_integer(arena, 2));
	assert_int_equal(read_back(arena, tree, &act), HEAR_OK);
	assert_int_equal(act.kind, 0);
	assert_int_equal(act.needs, 2);
	hear_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(founders_are_admins_cleared_for_everything),
		cmocka_unit_test(a_later_grant_takes_the_place_of_an_earlier_one),
		cmocka_unit_test(of_concurrent_grants_the_lower_holds),
		cmocka_unit_test(nobody_gives_what_they_do_not_have),
		cmocka_unit_test(only_admins_grant),
		cmocka_unit_test(
			rank_is_one_more_than_that_of_the_most_senior_granter),
		cmocka_unit_test(nobody_changes_what_a_senior_or_an_equal_may_do),
		cmocka_unit_test(a_removed_admin_cannot_back_date_puppets_back_in),
		cmocka_unit_test(what_an_admin_did_before_the_removal_stands),
		cmocka_unit_test(equals_who_remove_each_other_are_both_gone),
		cmocka_unit_test(founders_who_remove_each_other_are_both_gone),
		cmocka_unit_test(a_removal_is_voided_only_by_a_strictly_senior_key),
		cmocka_unit_test(
			a_removal_by_an_equal_voids_what_is_concurrent_with_it),
		cmocka_unit_test(nobody_removes_a_senior),
		cmocka_unit_test(a_removal_wins_over_a_grant_it_has_not_seen),
		cmocka_unit_test(who_was_removed_can_be_granted_again),
		cmocka_unit_test(
			a_founder_who_was_removed_is_at_most_a_writer_again),
		cmocka_unit_test(
			a_removed_admin_may_be_made_admin_again_by_a_senior),
		cmocka_unit_test(one_may_leave),
		cmocka_unit_test(of_several_removals_the_heads_of_all_stand),
		cmocka_unit_test(what_a_later_grant_has_overtaken_no_longer_seals),
		cmocka_unit_test(only_what_counts_asks_for_a_newer_format),
		cmocka_unit_test(
			the_same_filings_in_any_order_give_the_same_roster),
		cmocka_unit_test(
			four_thousand_filings_are_judged_within_a_second),
		cmocka_unit_test(a_record_is_read_as_it_was_made),
		cmocka_unit_test(records_of_another_form_are_refused),
		cmocka_unit_test(a_record_for_a_newer_format_is_not_looked_into),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
