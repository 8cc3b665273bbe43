/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/nearest.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/settings.h"
#include "tools/stream.h"

#include <string.h>

const struct options_form config_form = {
	.operands = "[KEY [VALUE]]",
	.about = "Without words, every setting and whether it is the dataset's "
		 "on this machine or\nthe whole node's; with a key, that one; "
		 "with a value, sets it. An empty value\n('') goes back to the "
		 "default.\n\n"
		 "  marking     how far filings may travel where --marking "
		 "says nothing (green)\n"
		 "  vocabulary  open: any name may be used; strict: new "
		 "predicates,\n              subjects and `of` are refused "
		 "(open)\n"
		 "  listen      where hearsayd listens: numeric addresses, with "
		 "blanks between,\n              or none (" SETTINGS_LISTEN
		 ")\n"
		 "  advertise   where invitations say that this node is (where "
		 "it listens)\n",
	.example = "hearsay config marking amber\n"
		   "hearsay config listen tcp://0.0.0.0:7340\n",
	.most = 2,
	.values = "marking vocabulary listen advertise",
};

struct setting {
	const char *key;
	const char *standard; /* what holds where it is not set */
	enum hear_code (*check)(const char *value, struct hear_err *err);
	bool node; /* of the node (settings.h), not of a dataset */
};

static enum hear_code check_marking(const char *value, struct hear_err *err)
{
	enum hear_marking marking;

	return hear_marking_parse(hear_span_of(value), &marking, err);
}

static enum hear_code check_vocabulary(const char *value, struct hear_err *err)
{
	if (strcmp(value, "open") == 0 || strcmp(value, "strict") == 0)
		return HEAR_OK;
	return hear_fail(err, HEAR_INVALID,
			 "vocabulary is open or strict; it was given '%.40s'",
			 value);
}

static enum hear_code check_listen(const char *value, struct hear_err *err)
{
	struct settings_addresses addresses;

	return settings_read_listen(hear_span_of(value), &addresses, err);
}

static enum hear_code check_advertise(const char *value, struct hear_err *err)
{
	struct settings_addresses addresses;

	return settings_read_advertise(hear_span_of(value), &addresses, err);
}

static const struct setting settings[] = {
	{"marking", "green", check_marking, false},
	{"vocabulary", "open", check_vocabulary, false},
	{"listen", SETTINGS_LISTEN, check_listen, true},
	{"advertise", "", check_advertise, true},
};

enum { SETTINGS = sizeof settings / sizeof *settings };

static enum hear_code find_setting(const char *key, const struct setting **out,
				   struct hear_err *err)
{
	struct nearest nearest = nearest_to(key);
	size_t i;

	for (i = 0; i < SETTINGS; i++) {
		*out = &settings[i];
		if (strcmp(settings[i].key, key) == 0)
			return HEAR_OK;
		nearest_try(&nearest, settings[i].key);
	}
	return hear_fail(err, HEAR_INVALID,
			 "there is no setting '%.40s'%s%s%s; `hearsay config` "
			 "lists them",
			 key, nearest.best ? " (did you mean '" : "",
			 nearest.best ? nearest.best : "",
			 nearest.best ? "'?)" : "");
}

/* What the call is about: the node, and where there is one, a dataset. */
struct configured {
	const struct call *call;
	struct session session;
};

/* Where others are told that this node is, though nobody has set it. */
static enum hear_code add_advertised(const struct call *call,
				     struct hear_buffer *out,
				     struct hear_err *err)
{
	struct settings_addresses addresses;
	enum hear_code code = settings_advertise(call, &addresses, err);
	size_t i;

	for (i = 0; code == HEAR_OK && i < addresses.count; i++)
		hear_buffer_print(out, "%s%s", i > 0 ? " " : "",
				  addresses.at[i]);
	return code;
}

static enum hear_code read_setting(const struct configured *configured,
				   const struct setting *setting,
				   struct hear_buffer *out,
				   struct hear_err *err)
{
	enum hear_code code =
		setting->node
			? settings_get(configured->call, setting->key, out, err)
			: hear_setting_get(configured->session.reader,
					   setting->key, out, err);

	if (code != HEAR_OK || out->size > 0)
		return code;
	if (setting->check == check_advertise)
		return add_advertised(configured->call, out, err);
	hear_buffer_text(out, setting->standard);
	return HEAR_OK;
}

/* Without a dataset only the node's are shown. */
static enum hear_code print_all(const struct configured *configured,
				struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	struct hear_buffer value = {0};
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < SETTINGS && code == HEAR_OK; i++) {
		const struct setting *setting = &settings[i];

		if (!setting->node && !configured->session.reader)
			continue;
		hear_buffer_reset(&value);
		code = read_setting(configured, setting, &value, err);
		if (configured->call->json)
			hear_map_set(arena, map, setting->key,
				     hear_make_text(arena,
						    hear_buffer_view(&value)));
		else if (code == HEAR_OK)
			hear_buffer_print(stream_buffer(), "%s\t%s\t%s%s\n",
					  setting->key,
					  value.data ? value.data : "",
					  setting->node ? "this node"
							: "dataset ",
					  setting->node
						  ? ""
						  : configured->session.name);
	}
	hear_buffer_done(&value);
	if (code == HEAR_OK && configured->call->json)
		code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static enum hear_code print_one(const struct configured *configured,
				const struct setting *setting,
				struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	struct hear_buffer value = {0};
	enum hear_code code = read_setting(configured, setting, &value, err);

	if (code == HEAR_OK && configured->call->json) {
		hear_map_set(arena, map, setting->key,
			     hear_make_text(arena, hear_buffer_view(&value)));
		code = output_json(map, err);
	} else if (code == HEAR_OK) {
		hear_buffer_print(stream_buffer(), "%s\n",
				  value.data ? value.data : "");
	}
	hear_buffer_done(&value);
	hear_arena_free(arena);
	return code;
}

static enum hear_code set(const struct session *session,
			  const struct setting *setting, const char *value,
			  struct hear_err *err)
{
	struct hear_writer *writer;
	enum hear_code code = hear_write_begin(&writer, session->dataset,
					       home_now(), err);

	if (code != HEAR_OK)
		return code;
	code = hear_write_setting(writer, setting->key, hear_span_of(value),
				  err);
	if (code == HEAR_OK)
		return hear_write_commit(writer, err);
	hear_write_abort(writer);
	return code;
}

/* Opens the dataset where one is needed. Of all settings, those of the node
 * are shown though there is no dataset yet, or none was chosen. */
static enum hear_code open_dataset(struct configured *configured,
				   const struct setting *setting, bool read,
				   struct hear_err *err)
{
	enum hear_code code;

	if (setting && setting->node)
		return HEAR_OK;
	code = session_open(&configured->session, configured->call, err);
	if (!setting && !configured->call->dataset &&
	    (code == HEAR_NOTFOUND || code == HEAR_AMBIGUOUS)) {
		complain_note("of no dataset: %s", err->message);
		return HEAR_OK;
	}
	if (code == HEAR_OK && read)
		code = session_read(&configured->session, NULL, err);
	return code;
}

static enum hear_code configure(struct configured *configured,
				const struct setting *setting,
				const char *value, struct hear_err *err)
{
	enum hear_code code = open_dataset(configured, setting, !value, err);

	if (code != HEAR_OK)
		return code;
	if (!setting)
		return print_all(configured, err);
	if (!value)
		return print_one(configured, setting, err);
	if (setting->node)
		return settings_set(configured->call, setting->key, value, err);
	return set(&configured->session, setting, value, err);
}

enum hear_code config_main(struct call *call, struct hear_err *err)
{
	const char *key = options_operand(call->options, 0);
	const char *value = options_operand(call->options, 1);
	const struct setting *setting = NULL;
	struct configured configured = {.call = call};
	enum hear_code code = HEAR_OK;

	if (key)
		code = find_setting(key, &setting, err);
	if (code == HEAR_OK && value && *value)
		code = setting->check(value, err);
	if (code != HEAR_OK)
		return call_misused(call, code);
	code = configure(&configured, setting, value, err);
	session_close(&configured.session);
	return code;
}
