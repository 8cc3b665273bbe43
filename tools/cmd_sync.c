/* SPDX-License-Identifier: ISC */
#include "tools/asking.h"
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/standing.h"
#include "tools/stream.h"
#include "tools/sync.h"
#include "tools/wording.h"

#include "sync/peers.h"

#include <string.h>

/* ---- What came of it ---- */

static enum hear_code print_json(struct asking *asking,
				 const struct asked *asked,
				 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_peer_status status = asked->status;
	struct hear_value *map;
	enum hear_code code;

	/* Borrowed from the engine, and gone. */
	status.address = asked->address;
	status.dataset_name = asking_session(asking)->name;
	status.key = asked->member.key;
	map = standing_value(arena, &status);
	hear_map_set(arena, map, "name",
		     output_text(arena, asked->member.name));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static void print(const struct asked *asked)
{
	struct hear_buffer *out = stream_buffer();
	const struct hear_peer_status *status = &asked->status;
	struct hear_buffer sentence = {0};

	standing_sentence(status, asked->member.name, home_now(), &sentence);
	terminal_clean(hear_buffer_view(&sentence), TERMINAL_ONE_LINE, out);
	hear_buffer_done(&sentence);
	if (status->got > 0 || status->gave > 0) {
		hear_buffer_text(out, "; ");
		wording_number(out, status->got);
		hear_buffer_text(out, " came, ");
		wording_number(out, status->gave);
		hear_buffer_text(out, " went");
	}
	hear_buffer_byte(out, '\n');
}

static bool answered(const struct asked *asked)
{
	return asked->status.state != HEAR_PEER_DOWN &&
	       asked->status.state != HEAR_PEER_STRANGER &&
	       asked->status.state != HEAR_PEER_CONNECTING;
}

static enum hear_code report(struct call *call, struct asking *asking, bool any,
			     struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t told = 0;
	size_t i;

	for (i = 0; code == HEAR_OK && i < asking_count(asking); i++) {
		const struct asked *asked = asking_at(asking, i);

		/* Of those tried at one address only one can be there. */
		if (any && !answered(asked) && asking_count(asking) > 1)
			continue;
		told++;
		if (asked->status.state != HEAR_PEER_EQUAL)
			call->status = STATUS_FAILED;
		if (call->json)
			code = print_json(asking, asked, err);
		else
			print(asked);
	}
	if (code == HEAR_OK && told == 0)
		return hear_fail(err, HEAR_NOTFOUND,
				 "no member of the dataset answers at %s; does "
				 "hearsayd run there, and serve this dataset?",
				 asking_at(asking, 0)->address);
	return code;
}

/* ---- Whom to ask ---- */

static enum hear_code add_everybody(struct asking *asking, const char *address,
				    struct hear_err *err)
{
	struct session *session = asking_session(asking);
	struct hear_member *members;
	size_t count;
	size_t i;
	enum hear_code code = hear_members(session->reader, session->arena,
					   &members, &count, err);

	for (i = 0; code == HEAR_OK && i < count; i++)
		if (members[i].role != 0 &&
		    memcmp(&members[i].key,
			   hear_identity_key(asking_identity(asking)),
			   sizeof members[i].key) != 0)
			code = asking_add(asking, &members[i], address, err);
	return code;
}

static enum hear_code choose(struct asking *asking, const char *address,
			     bool *any, struct hear_err *err)
{
	enum hear_code code = asking_add_book(asking, address, err);

	*any = false;
	if (code == HEAR_OK && address && asking_count(asking) == 0) {
		*any = true;
		code = add_everybody(asking, address, err);
	}
	if (code == HEAR_OK && asking_count(asking) == 0)
		return hear_fail(
			err, HEAR_NOTFOUND,
			address ? "this node is the only member of the "
				  "dataset; `hearsay invite NAME` brings in "
				  "another"
				: "nobody is in the address book; write "
				  "`hearsay peer add MEMBER ADDRESS`, or the "
				  "address after `sync`");
	return code;
}

enum hear_code sync_run(struct call *call, const char *address,
			uint64_t patience_ms, struct hear_err *err)
{
	struct asking *asking;
	bool any = false;
	enum hear_code code = asking_open(&asking, call, HEAR_PEER_ONCE, err);

	if (code != HEAR_OK)
		return code;
	code = choose(asking, address, &any, err);
	if (code == HEAR_OK)
		code = asking_run(asking, any, patience_ms, err);
	if (code == HEAR_OK)
		code = report(call, asking, any, err);
	asking_close(asking);
	return code;
}

enum hear_code sync_main(struct call *call, struct hear_err *err)
{
	const char *address = options_operand(call->options, 0);
	uint64_t patience_ms;
	enum hear_code code = asking_patience(call, &patience_ms, err);

	if (code == HEAR_OK && address) {
		code = hear_peer_address_check(hear_span_of(address), err);
		if (code != HEAR_OK)
			return call_misused(call, code);
	}
	if (code != HEAR_OK)
		return code;
	return sync_run(call, address, patience_ms, err);
}
