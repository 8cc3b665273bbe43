/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/session.h"
#include "tools/stream.h"
#include "tools/table.h"

#include "sync/peers.h"

#include <string.h>

const struct options_form peer_form = {
	.operands = "[list | add [MEMBER] ADDRESS | remove MEMBER|ADDRESS]",
	.about = "The address book of this machine: where hearsayd and `hearsay "
		 "sync` dial the other\nmembers of the dataset. A member may "
		 "have several addresses; the next is tried\nwhere one leads "
		 "nowhere. Who has none may still dial this node. The member "
		 "may be\nleft out where there is but one other.\n\n"
		 "An address is tcp://HOST:PORT, with a name or a number, or "
		 "ipc:///PATH.\n",
	.example = "hearsay peer add bob tcp://desk.example.org:7340\n"
		   "hearsay peer\n"
		   "hearsay peer remove bob\n",
	.most = 3,
	.values = "list add remove",
};

/* ---- Listing ---- */

static enum hear_code print_json(const struct session *session,
				 const struct hear_peer_entry *entry,
				 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	struct hear_buffer name = {0};
	enum hear_code code;

	people_name(session, &entry->key, &name);
	hear_map_set(arena, map, "name",
		     hear_make_text(arena, hear_buffer_view(&name)));
	hear_map_set(arena, map, "key", output_key(arena, &entry->key));
	hear_map_set(arena, map, "address",
		     output_text(arena, entry->address));
	code = output_json(map, err);
	hear_buffer_done(&name);
	hear_arena_free(arena);
	return code;
}

static const struct table_column columns[] = {
	{"member", TABLE_LEFT, 1, 8, false},
	{"address", TABLE_LEFT, 2, 20, false},
};

static enum hear_code print(const struct session *session,
			    const struct hear_peer_entry *entries, size_t count,
			    struct hear_err *err)
{
	struct table *table = table_new(columns, 2, stream_terminal());
	struct hear_buffer name = {0};
	bool whole = table != NULL;
	size_t i;

	for (i = 0; table && i < count; i++) {
		hear_buffer_reset(&name);
		people_name(session, &entries[i].key, &name);
		table_cell(table, STYLE_RESET, hear_buffer_view(&name));
		table_cell(table, STYLE_RESET,
			   hear_span_of(entries[i].address));
	}
	whole = table && table_print(table, stream_buffer());
	hear_buffer_done(&name);
	table_free(table);
	return whole ? HEAR_OK : hear_fail(err, HEAR_MEMORY, "out of memory");
}

static enum hear_code list(const struct call *call, struct session *session,
			   struct hear_err *err)
{
	struct hear_peer_entry *entries;
	size_t count;
	size_t i;
	enum hear_code code = hear_peers_read(session->reader, session->arena,
					      &entries, &count, err);

	if (code != HEAR_OK)
		return code;
	if (count == 0)
		complain_note("the address book is empty; `hearsay peer add "
			      "MEMBER ADDRESS` adds to it");
	if (!call->json)
		return print(session, entries, count, err);
	for (i = 0; code == HEAR_OK && i < count; i++)
		code = print_json(session, &entries[i], err);
	return code;
}

/* ---- Changing ---- */

/* The only other member there is. */
static enum hear_code only_other(const struct call *call,
				 struct session *session,
				 struct hear_member *out, struct hear_err *err)
{
	struct hear_identity *identity;
	struct hear_member *members;
	size_t others = 0;
	size_t count;
	size_t i;
	enum hear_code code = home_identity(call, &identity, err);

	if (code == HEAR_OK)
		code = hear_members(session->reader, session->arena, &members,
				    &count, err);
	for (i = 0; code == HEAR_OK && i < count; i++)
		if (members[i].role != 0 &&
		    memcmp(&members[i].key, hear_identity_key(identity),
			   sizeof members[i].key) != 0) {
			*out = members[i];
			others++;
		}
	hear_identity_free(identity);
	if (code == HEAR_OK && others == 0)
		return hear_fail(err, HEAR_NOTFOUND,
				 "this node is the only member; `hearsay "
				 "invite NAME` brings in another");
	if (code == HEAR_OK && others > 1)
		return hear_fail(err, HEAR_AMBIGUOUS,
				 "there are %zu other members; write whose "
				 "address it is: hearsay peer add MEMBER "
				 "ADDRESS",
				 others);
	return code;
}

static enum hear_code commit(struct hear_writer *writer, enum hear_code code,
			     struct hear_err *err)
{
	if (code == HEAR_OK)
		return hear_write_commit(writer, err);
	hear_write_abort(writer);
	return code;
}

static enum hear_code add(const struct call *call, struct session *session,
			  const char *who, const char *address,
			  struct hear_err *err)
{
	struct hear_member member;
	struct hear_writer *writer;
	enum hear_code code =
		who ? people_find(session, who, &member, err)
		    : only_other(call, session, &member, err);

	if (code == HEAR_OK)
		code = hear_write_begin(&writer, session->dataset, home_now(),
					err);
	if (code != HEAR_OK)
		return code;
	code = commit(writer,
		      hear_peers_add(writer, session->reader, &member.key,
				     hear_span_of(address), err),
		      err);
	if (code == HEAR_OK)
		complain_note("%s is dialled at %s from now on", member.name,
			      address);
	return code;
}

/* Every entry of that address. */
static enum hear_code remove_address(struct session *session,
				     struct hear_writer *writer,
				     const char *address, struct hear_err *err)
{
	struct hear_peer_entry *entries;
	size_t found = 0;
	size_t count;
	size_t i;
	enum hear_code code = hear_peers_read(session->reader, session->arena,
					      &entries, &count, err);

	for (i = 0; code == HEAR_OK && i < count; i++) {
		if (strcmp(entries[i].address, address) != 0)
			continue;
		found++;
		code = hear_peers_remove(writer, session->reader,
					 &entries[i].key,
					 hear_span_of(address), err);
	}
	if (code == HEAR_OK && found == 0)
		return hear_fail(err, HEAR_NOTFOUND,
				 "%s is not in the address book; `hearsay "
				 "peer` lists it",
				 address);
	return code;
}

static enum hear_code remove_from(struct session *session, const char *what,
				  struct hear_err *err)
{
	struct hear_member member;
	struct hear_writer *writer;
	bool address = strstr(what, "://") != NULL;
	enum hear_code code = HEAR_OK;

	if (!address)
		code = people_find(session, what, &member, err);
	if (code == HEAR_OK)
		code = hear_write_begin(&writer, session->dataset, home_now(),
					err);
	if (code != HEAR_OK)
		return code;
	if (address)
		code = remove_address(session, writer, what, err);
	else
		code = hear_peers_remove(writer, session->reader, &member.key,
					 hear_span_of(NULL), err);
	return commit(writer, code, err);
}

/* ---- The words ---- */

static enum hear_code misused(struct call *call, struct hear_err *err)
{
	return call_misused(
		call, hear_fail(err, HEAR_INVALID,
				"write: hearsay peer list, hearsay peer add "
				"[MEMBER] ADDRESS, or hearsay peer remove "
				"MEMBER|ADDRESS"));
}

enum hear_code peer_main(struct call *call, struct hear_err *err)
{
	const char *verb = options_operand(call->options, 0);
	size_t words = options_operands(call->options);
	bool adds = verb && strcmp(verb, "add") == 0;
	bool removes = verb && strcmp(verb, "remove") == 0;
	const char *last = words > 1 ? options_operand(call->options, words - 1)
				     : NULL;
	struct session session;
	enum hear_code code;

	if (verb && !adds && !removes &&
	    (strcmp(verb, "list") != 0 || words > 1))
		return misused(call, err);
	if ((adds && words < 2) || (removes && words != 2))
		return misused(call, err);
	if (adds) {
		code = hear_peer_address_check(hear_span_of(last), err);
		if (code != HEAR_OK)
			return call_misused(call, code);
	}
	code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK && adds)
		code = add(call, &session,
			   words == 3 ? options_operand(call->options, 1)
				      : NULL,
			   last, err);
	else if (code == HEAR_OK && removes)
		code = remove_from(&session, last, err);
	else if (code == HEAR_OK)
		code = list(call, &session, err);
	session_close(&session);
	return code;
}
