/* SPDX-License-Identifier: ISC */
/* weighed_open.c - a dataset opened, and the claims of a query weighed. */
#include "tools/weighed.h"
#include "tools/options.h"

#include <stdlib.h>
#include <string.h>

static void borrow(struct weighed *weighed)
{
	const struct hear_weighing *from = weighed->weighing;

	weighed->questions =
		hear_weighed_questions(from, &weighed->question_count);
	weighed->claims = hear_weighed_claims(from, &weighed->claim_count);
	weighed->voices = hear_weighed_voices(from, &weighed->voice_count);
	weighed->parties = hear_weighed_parties(from, &weighed->party_count);
	weighed->sources = hear_weighed_sources(from, &weighed->source_count);
	weighed->findings =
		hear_weighed_findings(from, &weighed->finding_count);
}

static enum hear_code weigh(struct weighed *weighed,
			    const struct hear_query *query,
			    struct hear_err *err)
{
	enum hear_code code = hear_weigh(&weighed->weighing,
					 weighed->session.reader, query, err);

	if (code != HEAR_OK)
		return code;
	borrow(weighed);
	weighed->met = calloc(weighed->source_count + 1, sizeof *weighed->met);
	if (!weighed->met)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	return HEAR_OK;
}

enum hear_code weighed_mode(struct call *call, struct terminal *terminal,
			    enum output_mode *out, struct hear_err *err)
{
	enum hear_code code = output_mode(call, true, out, err);

	if (code != HEAR_OK || !options_given(call->options, "draw"))
		return code;
	if (*out == OUTPUT_JSON || *out == OUTPUT_CSV)
		return call_misused(
			call, hear_fail(err, HEAR_INVALID,
					"--draw is for people; it goes with "
					"neither --json nor --csv"));
	*out = OUTPUT_PEOPLE;
	terminal->is = true;
	return HEAR_OK;
}

enum hear_code weighed_open(struct weighed *weighed, struct call *call,
			    size_t first, struct hear_err *err)
{
	struct hear_query *query = NULL;
	struct hear_view view;
	enum hear_code code;

	memset(weighed, 0, sizeof *weighed);
	weighed->read = HEAR_NOBODY;
	weighed->arena = hear_arena_new();
	if (!weighed->arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = session_view_of(call, &view, err);
	if (code == HEAR_OK && options_operands(call->options) > first)
		code = session_query(call, first, &query, NULL, err);
	if (code == HEAR_OK)
		code = session_open(&weighed->session, call, err);
	if (code == HEAR_OK)
		code = session_read(&weighed->session, &view, err);
	if (code == HEAR_OK)
		code = weigh(weighed, query, err);
	hear_query_free(query);
	return code;
}

void weighed_close(struct weighed *weighed)
{
	hear_weighing_free(weighed->weighing);
	hear_arena_free(weighed->arena);
	free(weighed->met);
	free(weighed->resting);
	session_close(&weighed->session);
	memset(weighed, 0, sizeof *weighed);
}
