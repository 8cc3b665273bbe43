/* SPDX-License-Identifier: ISC */
/* cmd_revise.c - a record with some fields changed, and the retraction of the
 * one before, in one transaction. */
#include "tools/command.h"
#include "tools/home.h"
#include "tools/lot.h"
#include "tools/notices.h"
#include "tools/output.h"
#include "tools/resting.h"
#include "tools/session.h"
#include "tools/target.h"

#include "core/bytes.h"
#include "core/error.h"

#include <string.h>

static const struct option_line lines[] = {
	{"reason", 0, "TEXT", "why; without it, 'revised'", false, NULL},
	{"all", 0, NULL, "replace others' filings of it too", false, NULL},
	{0},
};

const struct options_form revise_form = {
	.operands = "ID FIELD=VALUE…",
	.about = "Files the record anew with these fields instead, at the same "
		 "marking, and\nretracts the old one, which then says what "
		 "replaced it. An empty value clears a\nfield; one given "
		 "several times (of, tags, basis) is a list; more.KEY=VALUE "
		 "changes\none key. Fields are those `hearsay add` takes. "
		 "Prints the new id.\n",
	.example = "hearsay revise 3f9a02c41b value='about 270' --reason "
		   "'misread'\n"
		   "hearsay revise 3f9a02c41b hedge= by='Lee (lawmaker) < "
		   "NIS'\n",
	.lines = lines,
	.least = 2,
	.most = OPERANDS_ANY,
};

enum { LOTS = 7 }; /* the new record, and a retraction a marking */

struct revising {
	struct call *call;
	struct session session;
	struct target target;
	struct hear_value *written; /* with the changes */
	struct hear_record records[LOTS];
	struct lot lots[LOTS];
	size_t count;
};

/* ---- The changes ---- */

static const char *field_of(struct hear_span key, char out[64])
{
	static const char *const other[][2] = {{"by", "chain"},
					       {"doc", "document"},
					       {"tag", "tags"}};
	size_t i;

	for (i = 0; i < sizeof other / sizeof *other; i++)
		if (hear_span_is(key, other[i][0]))
			return other[i][1];
	memcpy(out, key.data, key.size);
	out[key.size] = '\0';
	return out;
}

static enum hear_code split(struct revising *revising, const char *word,
			    struct hear_span *key, struct hear_err *err)
{
	*key = hear_span_make(word, strcspn(word, "="));
	if (key->size > 0 && key->size < 64 && word[key->size] == '=')
		return HEAR_OK;
	return call_misused(revising->call,
			    hear_fail(err, HEAR_INVALID,
				      "'%.60s' is no FIELD=VALUE; write it like "
				      "value='about 270'", word));
}

static void change_more(struct revising *revising, const char *key,
			struct hear_value *value)
{
	struct hear_arena *arena = revising->session.arena;
	struct hear_value *more = hear_value_copy(
		arena, hear_map_get(revising->written, "more"));

	if (hear_type_of(more) != HEAR_MAP)
		more = hear_make_map(arena);
	if (hear_text_of(value).size > 0)
		hear_map_set(arena, more, key, value);
	else
		(void)hear_map_remove(more, key);
	hear_map_set(arena, revising->written, "more", more);
}

/* Whether an earlier word gave the same field. */
static bool given_before(const struct revising *revising, size_t index,
			 struct hear_span key)
{
	size_t i;

	for (i = 1; i < index; i++) {
		const char *word =
			options_operand(revising->call->options, i);

		if (hear_span_equal(hear_span_make(word, strcspn(word, "=")),
				    key))
			return true;
	}
	return false;
}

static void change(struct revising *revising, const char *field, bool again,
		   struct hear_value *value)
{
	struct hear_arena *arena = revising->session.arena;
	struct hear_value *written = revising->written;
	struct hear_value *old = hear_map_get(written, field);
	struct hear_value *list;

	if (strncmp(field, "more.", 5) == 0) {
		change_more(revising, field + 5, value);
	} else if (again) {
		list = hear_type_of(old) == HEAR_LIST ? old
						      : hear_make_list(arena);
		if (list != old)
			hear_list_add(arena, list, old);
		hear_list_add(arena, list, value);
		hear_map_set(arena, written, field, list);
	} else if (hear_text_of(value).size == 0) {
		(void)hear_map_remove(written, field);
	} else {
		hear_map_set(arena, written, field, value);
	}
}

/* New words for an old figure take the place of the old words. */
static void replace_words(struct revising *revising)
{
	struct hear_arena *arena = revising->session.arena;
	struct hear_value *words = hear_map_get(revising->written, "words");
	struct hear_value *value = hear_map_get(revising->written, "value");

	if (!words || hear_type_of(value) != HEAR_MAP)
		return;
	value = hear_value_copy(arena, value);
	(void)hear_map_remove(value, "words");
	hear_map_set(arena, revising->written, "value", value);
}

static enum hear_code apply(struct revising *revising, struct hear_err *err)
{
	const struct options *options = revising->call->options;
	struct hear_arena *arena = revising->session.arena;
	enum hear_code code = HEAR_OK;
	struct hear_span key;
	char room[64];
	size_t i;

	revising->written =
		hear_value_copy(arena, revising->target.record.tree);
	for (i = 1; i < options_operands(options); i++) {
		const char *word = options_operand(options, i);

		code = split(revising, word, &key, err);
		if (code != HEAR_OK)
			return code;
		change(revising, field_of(key, room),
		       given_before(revising, i, key),
		       output_text(arena, word + key.size + 1));
	}
	replace_words(revising);
	return code;
}

/* ---- The new record ---- */

static enum hear_code check_kind(const struct revising *revising,
				 struct hear_err *err)
{
	const struct hear_value *kind =
		hear_map_get(revising->target.record.tree, "kind");

	if (hear_span_is(hear_text_of(kind), "retraction"))
		return hear_fail(err, HEAR_INVALID,
				 "a retraction cannot be revised; retract it, "
				 "and retract the record again");
	return HEAR_OK;
}

static enum hear_code make_new(struct revising *revising, struct hear_err *err)
{
	struct hear_arena *arena = revising->session.arena;
	struct hear_value *list;
	enum hear_code code =
		hear_compose(arena, revising->written, &list, err);

	if (code == HEAR_OK && hear_count_of(list) != 1)
		code = hear_fail(err, HEAR_INVALID,
				 "several chains would be several claims; "
				 "revise to one, and add the others");
	if (code == HEAR_OK)
		code = hear_record_make(arena, hear_item_of(list, 0),
					&revising->records[0], err);
	if (code != HEAR_OK)
		return call_misused(revising->call, code);
	if (hear_id_equal(&revising->records[0].id,
			  &revising->target.record.id))
		return hear_fail(err, HEAR_INVALID,
				 "the record says that already; nothing was "
				 "changed");
	revising->lots[0] = (struct lot){.marking = revising->target.lowest,
					 .records = revising->records,
					 .count = 1};
	revising->count = 1;
	return HEAR_OK;
}

/* Of claims: a capture would be found to differ from the one it replaces. */
static enum hear_code notice(struct revising *revising, struct hear_err *err)
{
	struct notices *notices;
	struct hear_span kind = hear_text_of(
		hear_map_get(revising->records[0].tree, "kind"));
	enum hear_code code = notices_open(&notices, revising->session.reader,
					   err);

	if (code == HEAR_OK && hear_span_is(kind, "claim"))
		code = notices_look(notices, &revising->records[0], err);
	if (code == HEAR_OK)
		code = notices_print(notices, 20, err);
	notices_close(notices);
	return code;
}

/* ---- The retraction of the old ---- */

static enum hear_code retract(struct revising *revising,
			      const struct hear_identity *author,
			      struct hear_err *err)
{
	const char *reason = options_text(revising->call->options, "reason");
	struct hear_value *trees[LOTS - 1];
	enum hear_marking markings[LOTS - 1];
	size_t count = 0;
	size_t i;
	enum hear_code code = hear_retraction_of(
		revising->session.reader, revising->session.arena,
		&revising->target.record.id, hear_identity_key(author),
		options_given(revising->call->options, "all"),
		hear_span_of(reason && *reason ? reason : "revised"),
		&revising->records[0].id, trees, markings, &count, err);

	for (i = 0; i < count && code == HEAR_OK; i++) {
		struct hear_record *record =
			&revising->records[revising->count];

		code = hear_record_make(revising->session.arena, trees[i],
					record, err);
		revising->lots[revising->count++] =
			(struct lot){.marking = markings[i],
				     .records = record,
				     .count = 1};
	}
	return code;
}

static enum hear_code file(struct revising *revising, struct hear_err *err)
{
	struct hear_identity *author;
	enum hear_code code = home_identity(revising->call, &author, err);

	if (code == HEAR_OK)
		code = retract(revising, author, err);
	hear_identity_free(author);
	if (code == HEAR_OK)
		code = lot_file(&revising->session, revising->call,
				revising->lots, revising->count, err);
	return code == HEAR_OK
		       ? lot_print(revising->call, revising->lots, 1, err)
		       : code;
}

enum hear_code revise_main(struct call *call, struct hear_err *err)
{
	struct revising revising = {.call = call};
	enum hear_code code = session_open(&revising.session, call, err);

	if (code == HEAR_OK)
		code = session_read(&revising.session, NULL, err);
	if (code == HEAR_OK)
		code = target_find(&revising.target, &revising.session,
				   options_operand(call->options, 0), err);
	if (code == HEAR_OK)
		code = check_kind(&revising, err);
	if (code == HEAR_OK)
		code = apply(&revising, err);
	if (code == HEAR_OK)
		code = make_new(&revising, err);
	if (code == HEAR_OK)
		code = notice(&revising, err);
	if (code == HEAR_OK)
		code = file(&revising, err);
	if (code == HEAR_OK)
		code = session_read(&revising.session, NULL, err);
	if (code == HEAR_OK)
		code = resting_note(revising.session.reader,
				    revising.session.arena,
				    &revising.target.record, err);
	session_close(&revising.session);
	return code;
}
