/* SPDX-License-Identifier: ISC */
#include "tools/asking.h"
#include "tools/command.h"
#include "tools/home.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/standing.h"
#include "tools/stream.h"
#include "tools/wording.h"

#include "sync/peers.h"

#include <string.h>

static const struct {
	enum hear_difference what;
	const char *word;
	const char *text;
} kinds[] = {
	{HEAR_LACKED_HERE, "lacked-here", "only there"},
	{HEAR_LACKED_THERE, "lacked-there", "only here"},
	{HEAR_WAITS_HERE, "waits-here", "waits aside here"},
	{HEAR_WAITS_THERE, "waits-there", "waits aside there"},
	{HEAR_REFUSED_HERE, "refused-here", "refused here"},
	{HEAR_REFUSED_THERE, "refused-there", "refused there"},
	{HEAR_HELD_BACK, "held-back", "held back"},
};

static const char *marking_text(enum hear_marking marking)
{
	return marking ? hear_marking_name(marking) : "roster";
}

static bool is_known(const struct hear_id *id)
{
	static const struct hear_id none;

	return !hear_id_equal(id, &none);
}

static enum hear_code print_json(const struct hear_differing *differing,
				 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	enum hear_code code;

	hear_map_set(arena, map, "kind",
		     output_text(arena, kinds[differing->what].word));
	hear_map_set(arena, map, "marking",
		     output_text(arena, marking_text(differing->marking)));
	if (is_known(&differing->filing))
		hear_map_set(arena, map, "filing",
			     output_id(arena, &differing->filing));
	if (differing->time_ms)
		hear_map_set(arena, map, "at",
			     output_time(arena, differing->time_ms));
	hear_map_set(arena, map, "number",
		     hear_make_integer(arena, (int64_t)differing->number));
	hear_map_set(arena, map, "why",
		     output_text(arena, differing->why ? differing->why : ""));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

/* "only there	green	2 filings	2025-01-13T14:00:00Z	3f2a…	why" */
static void print(const struct hear_differing *differing)
{
	struct hear_buffer *out = stream_buffer();

	hear_buffer_print(out, "%s\t%s\t", kinds[differing->what].text,
			  marking_text(differing->marking));
	wording_count(out, differing->number, "filing", NULL);
	hear_buffer_byte(out, '\t');
	if (differing->time_ms)
		hear_date_print(differing->time_ms, out);
	hear_buffer_byte(out, '\t');
	if (is_known(&differing->filing))
		output_short_id(&differing->filing, out);
	hear_buffer_byte(out, '\t');
	if (differing->why)
		terminal_clean(hear_span_of(differing->why), TERMINAL_ONE_LINE,
			       out);
	hear_buffer_byte(out, '\n');
}

static enum hear_code print_all(const struct call *call, struct asking *asking,
				uint32_t peer, struct hear_err *err)
{
	struct hear_differing differing;
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; code == HEAR_OK &&
		    hear_engine_differences(asking_engine(asking), peer, i,
					    &differing);
	     i++) {
		if (call->json)
			code = print_json(&differing, err);
		else
			print(&differing);
		if (code == HEAR_OK)
			code = stream_more(err);
	}
	return code;
}

static enum hear_code conclude(struct call *call, const struct asked *asked,
			       struct hear_err *err)
{
	struct hear_buffer sentence = {0};
	enum hear_code code = HEAR_OK;

	if (asked->status.state == HEAR_PEER_EQUAL) {
		if (!call->json) {
			hear_buffer_print(&sentence, "equal with %s: ",
					  asked->member.name);
			wording_count(&sentence, asked->status.filings,
				      "filing", NULL);
			terminal_clean(hear_buffer_view(&sentence),
				       TERMINAL_ONE_LINE, stream_buffer());
			hear_buffer_byte(stream_buffer(), '\n');
		}
	} else if (asked->status.state == HEAR_PEER_DIFFERS &&
		   asked->status.lacked + asked->status.missing > 0) {
		call->status = STATUS_FAILED;
	} else {
		standing_sentence(&asked->status, asked->member.name,
				  home_now(), &sentence);
		code = hear_fail(err, HEAR_IO, "%s",
				 sentence.data ? sentence.data : "");
	}
	hear_buffer_done(&sentence);
	return code;
}

/* The member's addresses in the book; with `address`, that one. */
static enum hear_code add(struct asking *asking,
			  const struct hear_member *member, const char *address,
			  struct hear_err *err)
{
	struct session *session = asking_session(asking);
	struct hear_peer_entry *entries;
	size_t count;
	size_t i;
	enum hear_code code;

	if (address)
		return asking_add(asking, member, address, err);
	code = hear_peers_read(session->reader, session->arena, &entries,
			       &count, err);
	for (i = 0; code == HEAR_OK && i < count; i++)
		if (memcmp(&entries[i].key, &member->key,
			   sizeof member->key) == 0)
			code = asking_add(asking, member, entries[i].address,
					  err);
	if (code == HEAR_OK && asking_count(asking) == 0)
		return hear_fail(err, HEAR_NOTFOUND,
				 "the address book has no address of %s; write "
				 "it after the name",
				 member->name);
	return code;
}

static enum hear_code compare(struct call *call, struct asking *asking,
			      uint64_t patience_ms, struct hear_err *err)
{
	const char *address = options_operand(call->options, 1);
	struct hear_member member;
	enum hear_code code =
		people_find(asking_session(asking),
			    options_operand(call->options, 0), &member, err);

	if (code == HEAR_OK)
		code = add(asking, &member, address, err);
	if (code == HEAR_OK)
		code = asking_run(asking, false, patience_ms, err);
	if (code == HEAR_OK)
		code = print_all(call, asking, asking_at(asking, 0)->peer, err);
	if (code == HEAR_OK)
		code = conclude(call, asking_at(asking, 0), err);
	return code;
}

enum hear_code diff_main(struct call *call, struct hear_err *err)
{
	const char *address = options_operand(call->options, 1);
	struct asking *asking;
	uint64_t patience_ms;
	enum hear_code code = asking_patience(call, &patience_ms, err);

	if (code == HEAR_OK && address) {
		code = hear_peer_address_check(hear_span_of(address), err);
		if (code != HEAR_OK)
			return call_misused(call, code);
	}
	if (code == HEAR_OK)
		code = asking_open(&asking, call, HEAR_PEER_LOOK, err);
	if (code != HEAR_OK)
		return code;
	code = compare(call, asking, patience_ms, err);
	asking_close(asking);
	return code;
}
