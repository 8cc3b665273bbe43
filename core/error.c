/* SPDX-License-Identifier: ISC */
#include "core/error.h"

#include <stdio.h>
#include <string.h>

const char *hear_code_text(enum hear_code code)
{
	switch (code) {
#define HEAR_CODE_CASE(name, text)                                             \
	case name:                                                             \
		return text;
		HEAR_CODES(HEAR_CODE_CASE)
#undef HEAR_CODE_CASE
	}
	return "unknown code";
}

static enum hear_code fail(struct hear_err *err, enum hear_code code,
			   const char *format, va_list args)
	HEAR_FORMAT(3, 0);

static enum hear_code fail(struct hear_err *err, enum hear_code code,
			   const char *format, va_list args)
{
	if (!err)
		return code;
	err->code = code;
	err->line = 0;
	err->column = 0;
	err->at = HEAR_NOWHERE;
	err->span = 0;
	(void)vsnprintf(err->message, sizeof err->message, format, args);
	return code;
}

enum hear_code hear_fail(struct hear_err *err, enum hear_code code,
			 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(err, code, format, args);
	va_end(args);
	return code;
}

enum hear_code hear_fail_at(struct hear_err *err, enum hear_code code,
			    size_t at, size_t span, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(err, code, format, args);
	va_end(args);
	if (err) {
		err->at = at;
		err->span = span;
	}
	return code;
}

enum hear_code hear_fail_value(struct hear_err *err, enum hear_code code,
			       const struct hear_value *value,
			       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(err, code, format, args);
	va_end(args);
	if (err) {
		err->line = hear_line_of(value);
		err->column = hear_column_of(value);
	}
	return code;
}

enum hear_code hear_fail_memory(struct hear_err *err)
{
	return hear_fail(err, HEAR_MEMORY,
			 "out of memory; close other programs and try again");
}

void hear_err_prefix(struct hear_err *err, const char *format, ...)
{
	char old[sizeof err->message];
	va_list args;
	int used;

	if (!err)
		return;
	memcpy(old, err->message, sizeof old);
	va_start(args, format);
	used = vsnprintf(err->message, sizeof err->message, format, args);
	va_end(args);
	if (used >= 0 && (size_t)used < sizeof err->message)
		(void)snprintf(err->message + used,
			       sizeof err->message - (size_t)used, "%s", old);
}
