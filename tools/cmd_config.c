/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/home.h"
#include "tools/nearest.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/stream.h"

#include <string.h>

const struct options_form config_form = {
	.operands = "[KEY [VALUE]]",
	.about = "Without words, every setting of the dataset on this machine; "
		 "with a key, that\none; with a value, sets it. An empty value "
		 "('') goes back to the default.\n\n"
		 "  marking     how far filings may travel where --marking "
		 "says nothing (green)\n"
		 "  vocabulary  open: any name may be used; strict: new "
		 "predicates,\n              subjects and `of` are refused "
		 "(open)\n",
	.example = "hearsay config marking amber\n",
	.most = 2,
	.values = "marking vocabulary",
};

struct setting {
	const char *key;
	const char *standard; /* what holds where it is not set */
	enum hear_code (*check)(const char *value, struct hear_err *err);
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

static const struct setting settings[] = {
	{"marking", "green", check_marking},
	{"vocabulary", "open", check_vocabulary},
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

static enum hear_code read_setting(const struct session *session,
				   const struct setting *setting,
				   struct hear_buffer *out,
				   struct hear_err *err)
{
	enum hear_code code = hear_setting_get(session->reader, setting->key,
					       out, err);

	if (code == HEAR_OK && out->size == 0)
		hear_buffer_text(out, setting->standard);
	return code;
}

static enum hear_code print_all(const struct call *call,
				const struct session *session,
				struct hear_err *err)
{
	struct hear_value *map = hear_make_map(session->arena);
	struct hear_buffer value = {0};
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < SETTINGS && code == HEAR_OK; i++) {
		hear_buffer_reset(&value);
		code = read_setting(session, &settings[i], &value, err);
		if (call->json)
			hear_map_set(session->arena, map, settings[i].key,
				     hear_make_text(session->arena,
						    hear_buffer_view(&value)));
		else if (code == HEAR_OK)
			hear_buffer_print(stream_buffer(), "%s\t%s\n",
					  settings[i].key, value.data);
	}
	hear_buffer_done(&value);
	if (code == HEAR_OK && call->json)
		code = output_json(map, err);
	return code;
}

static enum hear_code print_one(const struct call *call,
				const struct session *session,
				const struct setting *setting,
				struct hear_err *err)
{
	struct hear_value *map = hear_make_map(session->arena);
	struct hear_buffer value = {0};
	enum hear_code code = read_setting(session, setting, &value, err);

	if (code == HEAR_OK && call->json) {
		hear_map_set(session->arena, map, setting->key,
			     hear_make_text(session->arena,
					    hear_buffer_view(&value)));
		code = output_json(map, err);
	} else if (code == HEAR_OK) {
		hear_buffer_print(stream_buffer(), "%s\n", value.data);
	}
	hear_buffer_done(&value);
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

enum hear_code config_main(struct call *call, struct hear_err *err)
{
	const char *key = options_operand(call->options, 0);
	const char *value = options_operand(call->options, 1);
	const struct setting *setting = NULL;
	struct session session;
	enum hear_code code = HEAR_OK;

	if (key)
		code = find_setting(key, &setting, err);
	if (code == HEAR_OK && value && *value)
		code = setting->check(value, err);
	if (code != HEAR_OK)
		return call_misused(call, code);
	code = session_open(&session, call, err);
	if (code == HEAR_OK && value)
		code = set(&session, setting, value, err);
	else if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK && !key)
		code = print_all(call, &session, err);
	else if (code == HEAR_OK && !value)
		code = print_one(call, &session, setting, err);
	session_close(&session);
	return code;
}
