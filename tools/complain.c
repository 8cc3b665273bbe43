/* SPDX-License-Identifier: ISC */
#include "tools/complain.h"
#include "tools/terminal.h"

#include <stdio.h>

static void print_cleaned(struct hear_span span)
{
	struct hear_buffer out = {0};

	terminal_clean(span, TERMINAL_ONE_LINE, &out);
	if (out.size > 0)
		(void)fwrite(out.data, 1, out.size, stderr);
	hear_buffer_done(&out);
}

static size_t columns(struct hear_span span)
{
	struct hear_buffer out = {0};
	size_t count;

	terminal_clean(span, TERMINAL_ONE_LINE, &out);
	count = hear_text_columns(hear_buffer_view(&out));
	hear_buffer_done(&out);
	return count;
}

static void point(struct hear_span text, size_t at, size_t span)
{
	size_t left = at < text.size ? at : text.size;
	size_t size = span < text.size - left ? span : text.size - left;
	size_t before = columns((struct hear_span){text.data, left});
	size_t wide = columns((struct hear_span){text.data + left, size});

	(void)fputs("  ", stderr);
	print_cleaned(text);
	(void)fprintf(stderr, "\n  %*s^", (int)before, "");
	for (; wide > 1; wide--)
		(void)fputc('~', stderr);
	(void)fputc('\n', stderr);
}

void complain_about(const struct call *call, const struct hear_err *err)
{
	(void)fputs("hearsay: ", stderr);
	if (call->command)
		(void)fprintf(stderr, "%s: ", call->command);
	if (err->line > 0)
		(void)fprintf(stderr, "line %u: ", (unsigned)err->line);
	print_cleaned(hear_span_of(err->message));
	(void)fputc('\n', stderr);
	if (call->pointed.size > 0 && err->at != HEAR_NOWHERE)
		point(hear_buffer_view(&call->pointed), err->at, err->span);
}

void complain_note(const char *format, ...)
{
	struct hear_buffer out = {0};
	char line[600];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof line, format, args);
	va_end(args);
	terminal_clean(hear_span_of(line), TERMINAL_ONE_LINE, &out);
	(void)fprintf(stderr, "hearsay: %s\n", out.data ? out.data : "");
	hear_buffer_done(&out);
}
