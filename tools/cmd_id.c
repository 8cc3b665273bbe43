/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/home.h"
#include "tools/keys.h"
#include "tools/output.h"
#include "tools/stream.h"

static const struct option_line lines[] = {
	{"name", 0, "NAME", "call this node's analyst so from now on", false,
	 NULL},
	{"card", 0, NULL,
	 "print one line to be added as a member by (`hearsay member add`)",
	 false, NULL},
	{0},
};

const struct options_form id_form = {
	.operands = "",
	.about = "Filings are signed with the key; the name is how people know "
		 "it. Keys are made\non first need, for $HEARSAY_NAME or the "
		 "user's name, and kept in the file\n`identity`. Datasets you "
		 "are a member of already keep the name they know.\n",
	.example = "hearsay id --name \"Ada Lovelace\"\n"
		   "hearsay id --card > ada.card\n",
	.lines = lines,
};

static void add_card(const struct hear_identity *identity,
		     struct hear_buffer *out)
{
	struct keys_card card = {
		.key = *hear_identity_key(identity),
		.channel_key = *hear_identity_channel_key(identity),
	};

	hear_identity_certificate(identity, card.certificate);
	keys_card_print(&card, out);
}

static enum hear_code print_json(const struct hear_identity *identity,
				 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	struct hear_buffer card = {0};
	enum hear_code code;

	add_card(identity, &card);
	hear_map_set(arena, map, "card",
		     hear_make_text(arena, hear_buffer_view(&card)));
	hear_buffer_done(&card);
	hear_map_set(arena, map, "name",
		     output_text(arena, hear_identity_name(identity)));
	hear_map_set(arena, map, "key",
		     output_key(arena, hear_identity_key(identity)));
	hear_map_set(arena, map, "channel",
		     output_key(arena, hear_identity_channel_key(identity)));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static void print_key(const char *what, const struct hear_key *key)
{
	struct hear_arena *arena = hear_arena_new();

	hear_buffer_print(stream_buffer(), "%s\t", what);
	hear_buffer_span(stream_buffer(),
			 hear_text_of(output_key(arena, key)));
	hear_buffer_byte(stream_buffer(), '\n');
	hear_arena_free(arena);
}

static enum hear_code print(const struct call *call,
			    const struct hear_identity *identity,
			    struct hear_err *err)
{
	if (call->json)
		return print_json(identity, err);
	if (options_given(call->options, "card")) {
		add_card(identity, stream_buffer());
		hear_buffer_byte(stream_buffer(), '\n');
		return HEAR_OK;
	}
	hear_buffer_print(stream_buffer(), "name\t%s\n",
			  hear_identity_name(identity));
	print_key("key", hear_identity_key(identity));
	print_key("channel", hear_identity_channel_key(identity));
	return HEAR_OK;
}

static enum hear_code rename_to(const struct call *call, const char *name,
				struct hear_identity *identity,
				struct hear_err *err)
{
	struct hear_buffer path = {0};
	enum hear_code code = hear_identity_rename(identity,
						   hear_span_of(name), err);

	if (code == HEAR_OK)
		code = home_path(call, "identity", &path, err);
	if (code == HEAR_OK)
		code = hear_identity_save(identity, path.data, true, err);
	hear_buffer_done(&path);
	return code;
}

enum hear_code id_main(struct call *call, struct hear_err *err)
{
	const char *name = options_text(call->options, "name");
	struct hear_identity *identity;
	enum hear_code code = home_identity(call, &identity, err);

	if (code == HEAR_OK && name)
		code = rename_to(call, name, identity, err);
	if (code == HEAR_OK)
		code = print(call, identity, err);
	hear_identity_free(identity);
	return code;
}
