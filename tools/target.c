/* SPDX-License-Identifier: ISC */
#include "tools/target.h"
#include "tools/output.h"

#include "core/error.h"

enum { ID_LEAST = 4, ID_MOST = 64 };

static enum hear_code lowest_live(struct target *target,
				  const struct session *session,
				  struct hear_err *err)
{
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code = hear_filed_in(session->reader, session->arena,
					    &target->record.id, &filed, &count,
					    err);

	target->lowest = 0;
	for (i = 0; code == HEAR_OK && i < count; i++)
		if (!filed[i].retracted &&
		    (!target->lowest ||
		     filed[i].filing.marking < target->lowest))
			target->lowest = filed[i].filing.marking;
	return code;
}

enum hear_code target_find_any(struct target *out,
			       const struct session *session,
			       const char *digits, struct hear_err *err)
{
	struct hear_id id;
	char text[HEAR_ID_TEXT];
	enum hear_code code = hear_resolve(session->reader,
					   hear_span_of(digits), &id, err);

	if (code != HEAR_OK)
		return code;
	code = hear_get(session->reader, session->arena, &id, &out->record,
			err);
	hear_id_print(&id, text);
	if (code == HEAR_NOTFOUND)
		return hear_fail(err, HEAR_NOTFOUND,
				 "%.12s is a filing, and a record is meant "
				 "here; `hearsay show %.12s` lists those in it",
				 text, text);
	return code == HEAR_OK ? lowest_live(out, session, err) : code;
}

enum hear_code target_find(struct target *out, const struct session *session,
			   const char *digits, struct hear_err *err)
{
	char text[HEAR_ID_TEXT];
	enum hear_code code = target_find_any(out, session, digits, err);

	if (code != HEAR_OK || out->lowest)
		return code;
	hear_id_print(&out->record.id, text);
	return hear_fail(err, HEAR_DENIED,
			 "record %.12s is retracted; `hearsay show %.12s` tells "
			 "why, and what replaced it", text, text);
}

enum hear_code target_marking(struct call *call, enum hear_marking lowest,
			      enum hear_marking *out, struct hear_err *err)
{
	const char *given = options_text(call->options, "marking");
	enum hear_code code;

	*out = lowest;
	if (!given)
		return HEAR_OK;
	code = hear_marking_parse(hear_span_of(given), out, err);
	return code == HEAR_OK ? code : call_misused(call, code);
}

bool target_looks_like_id(struct hear_span text)
{
	size_t i;

	for (i = 0; i < text.size; i++) {
		char c = text.data[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') &&
		    !(c >= 'A' && c <= 'F'))
			return false;
	}
	return text.size >= ID_LEAST && text.size <= ID_MOST;
}

struct hear_value *target_id(const struct session *session,
			     const struct target *target)
{
	return output_id(session->arena, &target->record.id);
}
