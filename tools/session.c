/* SPDX-License-Identifier: ISC */
#include "tools/session.h"
#include "tools/home.h"

#include <string.h>

enum hear_code session_open(struct session *session, const struct call *call,
			    struct hear_err *err)
{
	struct hear_buffer path = {0};
	enum hear_code code;

	memset(session, 0, sizeof *session);
	session->arena = hear_arena_new();
	if (!session->arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = home_pick(call, session->arena, &session->name, err);
	if (code == HEAR_OK)
		code = home_dataset_path(call, session->name, &path, err);
	if (code == HEAR_OK)
		code = hear_dataset_open(&session->dataset, path.data, NULL,
					 err);
	hear_buffer_done(&path);
	if (code != HEAR_OK)
		session_close(session);
	return code;
}

enum hear_code session_read(struct session *session,
			    const struct hear_view *view, struct hear_err *err)
{
	struct hear_view all = session_view();

	session_rest(session);
	return hear_read_begin(&session->reader, session->dataset,
			       view ? view : &all, err);
}

void session_rest(struct session *session)
{
	if (session->reader)
		hear_read_end(session->reader);
	session->reader = NULL;
}

void session_close(struct session *session)
{
	session_rest(session);
	if (session->dataset)
		hear_dataset_close(session->dataset);
	hear_arena_free(session->arena);
	memset(session, 0, sizeof *session);
}

struct hear_view session_view(void)
{
	return (struct hear_view){.as_of_ms = home_now(),
				  .now = true,
				  .highest = HEAR_LOCAL,
				  .known_by_ms = INT64_MAX};
}

/* The last millisecond of the date an option gives. */
static enum hear_code end_of(struct call *call, const char *name, int64_t *out,
			     struct hear_err *err)
{
	const char *text = options_text(call->options, name);
	enum hear_code code;
	int64_t from;
	int64_t to;

	if (!text)
		return HEAR_OK;
	code = hear_date_read(hear_span_of(text), &from, &to, err);
	if (code != HEAR_OK) {
		hear_err_prefix(err, "--%s: ", name);
		if (err)
			err->at = HEAR_NOWHERE;
		return call_misused(call, code);
	}
	*out = to == INT64_MAX ? to : to - 1;
	return HEAR_OK;
}

enum hear_code session_view_of(struct call *call, struct hear_view *out,
			       struct hear_err *err)
{
	enum hear_code code;

	*out = session_view();
	code = end_of(call, "as-of", &out->as_of_ms, err);
	if (code == HEAR_OK && options_given(call->options, "as-of"))
		out->now = false;
	if (code == HEAR_OK)
		code = end_of(call, "known-by", &out->known_by_ms, err);
	return code;
}

enum hear_code session_marking(const struct session *session,
			       struct call *call, enum hear_marking *out,
			       struct hear_err *err)
{
	const char *given = options_text(call->options, "marking");
	struct hear_buffer setting = {0};
	enum hear_code code;

	*out = HEAR_GREEN;
	if (given) {
		code = hear_marking_parse(hear_span_of(given), out, err);
		return code == HEAR_OK ? code : call_misused(call, code);
	}
	code = hear_setting_get(session->reader, "marking", &setting, err);
	if (code == HEAR_OK && setting.size > 0)
		code = hear_marking_parse(hear_buffer_view(&setting), out, err);
	hear_buffer_done(&setting);
	return code;
}

/* The length of "key:" or "-key:" at the front, 0 where there is none. The
 * "https:" of an address is none. */
static size_t key_size(const char *word)
{
	size_t size = word[0] == '-';
	size_t letters = size;

	while ((word[size] >= 'a' && word[size] <= 'z') || word[size] == '.')
		size++;
	if (size == letters || word[size] != ':' || word[size + 1] == '/')
		return 0;
	return size + 1;
}

/* The shell takes the quotes off origin:"Intelligence Service". They are put
 * back where what follows the key has blanks, and nothing in it says that it
 * is more than one name. */
static bool lost_quotes(const char *word, size_t key)
{
	const char *blank;

	if (key == 0 || strpbrk(word, "\"()") || !strchr(word + key, ' '))
		return false;
	for (blank = strchr(word, ' '); blank; blank = strchr(blank + 1, ' '))
		if (key_size(blank + 1) > 0 || blank[1] == '-' ||
		    strncmp(blank, " OR ", 4) == 0)
			return false;
	return true;
}

static void add_operand(const char *word, struct hear_buffer *out)
{
	size_t key = key_size(word);

	if (lost_quotes(word, key)) {
		hear_buffer_add(out, word, key);
		hear_buffer_print(out, "\"%s\"", word + key);
	} else {
		hear_buffer_text(out, word);
	}
}

enum hear_code session_query(struct call *call, size_t first,
			     struct hear_query **out, struct hear_buffer *text,
			     struct hear_err *err)
{
	struct hear_buffer *pointed = &call->pointed;
	enum hear_code code;
	size_t i;

	hear_buffer_reset(pointed);
	for (i = first; i < options_operands(call->options); i++) {
		if (i > first)
			hear_buffer_byte(pointed, ' ');
		add_operand(options_operand(call->options, i), pointed);
	}
	if (pointed->failed)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = hear_query_new(out, hear_buffer_view(pointed), err);
	if (code != HEAR_OK)
		return call_misused(call, code);
	if (text)
		hear_buffer_span(text, hear_buffer_view(pointed));
	hear_buffer_reset(pointed);
	return HEAR_OK;
}
