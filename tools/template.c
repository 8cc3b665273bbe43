/* SPDX-License-Identifier: ISC */
#include "tools/template.h"
#include "core/bytes.h"
#include "core/error.h"

#include <string.h>
#include <strings.h>

enum { SHOWN = 64 };

enum filter_kind {
	FILTER_TABLE,
	FILTER_ONLY,
	FILTER_DATE,
	FILTER_HOST,
	FILTER_BEFORE,
	FILTER_AFTER,
	FILTER_RAW,
};

struct filter {
	struct filter *next;
	enum filter_kind kind;
	struct hear_span word;		/* pattern, text or table's name */
	const struct hear_value *table; /* of the two that have one */
};

struct part {
	struct part *next;
	struct hear_span text;		/* where it is no column */
	struct template_column *column; /* or NULL */
	struct filter *filters;
	bool name; /* quoted as a name of a chain where it must be */
};

struct template {
	struct part *parts;
};

struct filter_name {
	const char *name;
	enum filter_kind kind;
	bool takes_word;
};

static const struct filter_name filter_names[] = {
	{"table", FILTER_TABLE, true},	 {"only", FILTER_ONLY, true},
	{"date", FILTER_DATE, true},	 {"host", FILTER_HOST, false},
	{"before", FILTER_BEFORE, true}, {"after", FILTER_AFTER, true},
	{"raw", FILTER_RAW, false},
};

int template_shown(struct hear_span text)
{
	return (int)hear_span_cut(text, SHOWN).size;
}

/* ---- Dates --------------------------------------------------------------- */

enum date_field { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, DATE_FIELDS };

struct date_token {
	enum date_field field;
	size_t size;  /* of the token in the pattern */
	size_t least; /* digits; 0: the name of a month */
	size_t most;
};

static const struct {
	const char *token;
	struct date_token what;
} date_tokens[] = {
	{"YYYY", {YEAR, 4, 4, 4}}, {"MON", {MONTH, 3, 0, 0}},
	{"MM", {MONTH, 2, 2, 2}},  {"M", {MONTH, 1, 1, 2}},
	{"DD", {DAY, 2, 2, 2}},	   {"D", {DAY, 1, 1, 2}},
	{"hh", {HOUR, 2, 2, 2}},   {"h", {HOUR, 1, 1, 2}},
	{"mm", {MINUTE, 2, 2, 2}}, {"m", {MINUTE, 1, 1, 2}},
	{"ss", {SECOND, 2, 2, 2}}, {"s", {SECOND, 1, 1, 2}},
};

static const struct date_token *date_token(struct hear_span pattern, size_t at)
{
	size_t i;

	for (i = 0; i < sizeof date_tokens / sizeof *date_tokens; i++) {
		size_t size = date_tokens[i].what.size;

		if (pattern.size - at >= size &&
		    memcmp(pattern.data + at, date_tokens[i].token, size) == 0)
			return &date_tokens[i].what;
	}
	return NULL;
}

/* English, or at least three letters of it. */
static size_t month_name(struct hear_span text, int *month)
{
	static const char *const names[] = {
		"january", "february", "march",	    "april",   "may",
		"june",	   "july",     "august",    "september", "october",
		"november", "december",
	};
	size_t size = 0;
	int i;

	while (size < text.size && ((text.data[size] | 32) >= 'a') &&
	       ((text.data[size] | 32) <= 'z'))
		size++;
	for (i = 0; i < 12; i++)
		if (size >= 3 && size <= strlen(names[i]) &&
		    strncasecmp(text.data, names[i], size) == 0)
			break;
	*month = i + 1;
	return i < 12 ? size : 0;
}

/* How many bytes of `text` the token takes; 0: it does not fit. */
static size_t read_date_field(const struct date_token *token,
			      struct hear_span text, int *out)
{
	size_t size = 0;

	if (token->least == 0)
		return month_name(text, out);
	*out = 0;
	while (size < text.size && size < token->most &&
	       text.data[size] >= '0' && text.data[size] <= '9')
		*out = *out * 10 + (text.data[size++] - '0');
	return size >= token->least ? size : 0;
}

/* Fields that the pattern does not have stay -1. */
static bool read_date(struct hear_span pattern, struct hear_span text,
		      int *fields)
{
	size_t at = 0;
	size_t used = 0;

	while (at < pattern.size) {
		const struct date_token *token = date_token(pattern, at);
		struct hear_span rest = hear_span_make(text.data + used,
						       text.size - used);
		size_t size = 1;

		if (token)
			size = read_date_field(token, rest,
					       &fields[token->field]);
		else if (rest.size == 0 || rest.data[0] != pattern.data[at])
			size = 0;
		if (size == 0)
			return false;
		used += size;
		at += token ? token->size : 1;
	}
	return used == text.size;
}

static bool date_pattern_good(struct hear_span pattern)
{
	bool has[DATE_FIELDS] = {false};
	size_t at = 0;

	while (at < pattern.size) {
		const struct date_token *token = date_token(pattern, at);

		if (token && has[token->field])
			return false;
		if (token)
			has[token->field] = true;
		at += token ? token->size : 1;
	}
	return has[YEAR] && (has[MONTH] || !has[DAY]) &&
	       (has[DAY] || !has[HOUR]) && has[HOUR] == has[MINUTE] &&
	       (has[MINUTE] || !has[SECOND]);
}

static void print_date(const int *fields, struct hear_buffer *out)
{
	static const char marks[] = "--T::";
	int i;

	hear_buffer_print(out, "%04d", fields[YEAR]);
	for (i = MONTH; i < DATE_FIELDS && fields[i] >= 0; i++)
		hear_buffer_print(out, "%c%02d", marks[i - 1], fields[i]);
}

/* ---- Reading ------------------------------------------------------------- */

enum hear_code template_mention(struct template_column **out,
				struct template_scope *scope,
				struct hear_span name,
				const struct hear_value *at,
				struct hear_err *err)
{
	struct template_column *column;

	if (scope->column_count++ >= TEMPLATE_COLUMNS)
		return hear_fail_value(err, HEAR_LIMIT, at,
				       "columns are mentioned more than %d "
				       "times", TEMPLATE_COLUMNS);
	column = hear_arena_alloc(scope->arena, sizeof *column);
	if (!column)
		return hear_fail_memory(err);
	column->next = scope->columns;
	column->at = at;
	column->name = name;
	column->index = 0;
	scope->columns = column;
	*out = column;
	return HEAR_OK;
}

/* What is being read: the text, and how far. */
struct reading {
	struct template_scope *scope;
	const struct hear_value *value;
	struct hear_span text;
	size_t at;
	struct hear_err *err;
};

static enum hear_code fail(const struct reading *reading, const char *what)
{
	return hear_fail_value(reading->err, HEAR_INVALID, reading->value,
			       "\"%.*s\": %s", template_shown(reading->text),
			       reading->text.data, what);
}

static bool at_byte(const struct reading *reading, char byte)
{
	return reading->at < reading->text.size &&
	       reading->text.data[reading->at] == byte;
}

static void skip_blanks(struct reading *reading)
{
	while (at_byte(reading, ' '))
		reading->at++;
}

/* A word up to | or }, or in quotes. */
static enum hear_code read_word(struct reading *reading, struct hear_span *out)
{
	const char *data = reading->text.data;
	size_t start;

	skip_blanks(reading);
	if (at_byte(reading, '"')) {
		start = ++reading->at;
		while (reading->at < reading->text.size &&
		       !at_byte(reading, '"'))
			reading->at++;
		*out = hear_span_make(data + start, reading->at - start);
		if (!at_byte(reading, '"'))
			return fail(reading, "a quote is not closed");
		reading->at++;
		skip_blanks(reading);
	} else {
		start = reading->at;
		while (reading->at < reading->text.size &&
		       !at_byte(reading, '|') && !at_byte(reading, '}'))
			reading->at++;
		*out = hear_span_trim(
			hear_span_make(data + start, reading->at - start));
	}
	if (!at_byte(reading, '|') && !at_byte(reading, '}'))
		return fail(reading, "a brace is not closed; write {column}, "
				     "and {{ for a brace itself");
	return HEAR_OK;
}

static enum hear_code check_filter(const struct reading *reading,
				   const struct filter_name *name,
				   struct filter *filter)
{
	if (name->takes_word == (filter->word.size == 0))
		return fail(reading, name->takes_word
				? "a filter needs a word after it: table "
				  "NAME, date D/M/YYYY, before TEXT"
				: "the filters host and raw take no word "
				  "after them");
	if (filter->kind == FILTER_DATE && !date_pattern_good(filter->word))
		return fail(reading, "a date is written with YYYY and M, D, "
				     "h, m, s, each once: date D/M/YYYY");
	if (filter->kind == FILTER_TABLE || filter->kind == FILTER_ONLY) {
		filter->table = hear_map_at(reading->scope->tables,
					    filter->word);
		if (!filter->table)
			return fail(reading, "there is no table of that name; "
					     "add it under tables:");
	}
	return HEAR_OK;
}

/* The filter's name ends at a blank: what follows is its word. */
static enum hear_code read_filter(struct reading *reading, struct filter *out)
{
	const char *start;
	struct hear_span name;
	size_t i;

	skip_blanks(reading);
	start = reading->text.data + reading->at;
	while (reading->at < reading->text.size && !at_byte(reading, ' ') &&
	       !at_byte(reading, '|') && !at_byte(reading, '}'))
		reading->at++;
	name = hear_span_make(
		start, (size_t)(reading->text.data + reading->at - start));
	for (i = 0; i < sizeof filter_names / sizeof *filter_names; i++) {
		enum hear_code code;

		if (!hear_span_is(name, filter_names[i].name))
			continue;
		out->kind = filter_names[i].kind;
		code = read_word(reading, &out->word);
		return code ? code
			    : check_filter(reading, &filter_names[i], out);
	}
	return fail(reading, "the filters are table, only, date, host, before, "
			     "after and raw");
}

static enum hear_code read_filters(struct reading *reading, struct part *part)
{
	struct filter **last = &part->filters;
	enum hear_code code;

	while (at_byte(reading, '|')) {
		struct filter *filter = hear_arena_alloc(reading->scope->arena,
							 sizeof *filter);

		reading->at++;
		if (!filter)
			return hear_fail_memory(reading->err);
		memset(filter, 0, sizeof *filter);
		code = read_filter(reading, filter);
		if (code)
			return code;
		if (filter->kind == FILTER_RAW)
			part->name = false;
		*last = filter;
		last = &filter->next;
	}
	reading->at++; /* the closing brace, which read_word has seen */
	return HEAR_OK;
}

static enum hear_code read_column(struct reading *reading, struct part *part)
{
	struct hear_span name;
	enum hear_code code;

	reading->at++;
	code = read_word(reading, &name);
	if (!code && name.size == 0)
		code = fail(reading, "the braces name no column; write "
				     "{column}, and {{ for a brace itself");
	if (!code)
		code = template_mention(&part->column, reading->scope, name,
					reading->value, reading->err);
	return code ? code : read_filters(reading, part);
}

/* Plain text up to a brace; of {{ and }} the first brace is its last byte. */
static enum hear_code read_text(struct reading *reading, struct part *part)
{
	const char *data = reading->text.data;
	size_t start = reading->at;

	while (reading->at < reading->text.size && !at_byte(reading, '{') &&
	       !at_byte(reading, '}'))
		reading->at++;
	part->text = hear_span_make(data + start, reading->at - start);
	if (reading->at + 1 < reading->text.size &&
	    data[reading->at] == data[reading->at + 1]) {
		part->text.size++;
		reading->at += 2;
	} else if (at_byte(reading, '}')) {
		return fail(reading, "a brace closes that was not opened; "
				     "write }} for a brace itself");
	}
	return HEAR_OK;
}

static bool at_column(const struct reading *reading)
{
	return at_byte(reading, '{') &&
	       !(reading->at + 1 < reading->text.size &&
		 reading->text.data[reading->at + 1] == '{');
}

enum hear_code template_read(struct template **out,
			     struct template_scope *scope,
			     const struct hear_value *text, bool chain,
			     struct hear_err *err)
{
	struct reading reading = {scope, text, hear_text_of(text), 0, err};
	struct template *template = hear_arena_alloc(scope->arena,
						     sizeof *template);
	struct part **last = template ? &template->parts : NULL;

	*out = NULL;
	if (!template)
		return hear_fail_memory(err);
	*last = NULL;
	while (reading.at < reading.text.size) {
		struct part *part = hear_arena_alloc(scope->arena,
						     sizeof *part);
		enum hear_code code;

		if (!part)
			return hear_fail_memory(err);
		memset(part, 0, sizeof *part);
		part->name = chain;
		code = at_column(&reading) ? read_column(&reading, part)
					   : read_text(&reading, part);
		if (code)
			return code;
		*last = part;
		last = &part->next;
	}
	*out = template;
	return HEAR_OK;
}

bool template_empty(const struct template *template)
{
	return !template->parts;
}

/* ---- Columns ------------------------------------------------------------- */

static enum hear_code fail_column(const struct template_column *column,
				  const struct hear_span *names, size_t count,
				  struct hear_err *err)
{
	struct hear_buffer list = {0};
	size_t i;

	for (i = 0; i < count && list.size < 300; i++)
		hear_buffer_print(&list, "%s%.*s", i ? ", " : "",
				  template_shown(names[i]), names[i].data);
	if (i < count)
		hear_buffer_text(&list, ", ...");
	hear_fail_value(err, HEAR_INVALID, column->at,
			"there is no column \"%.*s\"; the columns are: %s",
			template_shown(column->name), column->name.data,
			list.data ? list.data : "none");
	hear_buffer_done(&list);
	return HEAR_INVALID;
}

static enum hear_code bind(struct template_column *column,
			   const struct hear_span *names, size_t count,
			   struct hear_err *err)
{
	size_t found = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!hear_span_equal(names[i], column->name))
			continue;
		column->index = i;
		found++;
	}
	if (found == 0)
		return fail_column(column, names, count, err);
	if (found > 1)
		return hear_fail_value(err, HEAR_INVALID, column->at,
				       "%zu columns are called \"%.*s\"; give "
				       "them names of their own in the file",
				       found, template_shown(column->name),
				       column->name.data);
	return HEAR_OK;
}

enum hear_code template_bind(struct template_column *from,
			     const struct hear_span *names, size_t count,
			     struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	for (; from && !code; from = from->next)
		code = bind(from, names, count, err);
	return code;
}

/* ---- Filling ------------------------------------------------------------- */

static enum hear_code fail_cell(const struct part *part, struct hear_span cell,
				const char *what, struct hear_span word,
				struct hear_err *err)
{
	return hear_fail(err, HEAR_INVALID, "column \"%.*s\": \"%.*s\" %s%.*s",
			 template_shown(part->column->name),
			 part->column->name.data, template_shown(cell),
			 cell.data, what, template_shown(word), word.data);
}

/* What stands between // and the next / ? # or the port, in lower case. */
static bool host_of(struct hear_arena *arena, struct hear_span *text)
{
	const char *slashes = memmem(text->data, text->size, "//", 2);
	struct hear_span host;
	size_t size = 0;
	size_t i;

	if (!slashes)
		return false;
	host.data = slashes + 2;
	host.size = (size_t)(text->data + text->size - host.data);
	while (size < host.size && !strchr("/?#:", host.data[size]))
		size++;
	host = hear_arena_copy(arena, hear_span_make(host.data, size));
	if (!host.data)
		return true; /* the arena remembers */
	for (i = 0; i < host.size; i++)
		if (host.data[i] >= 'A' && host.data[i] <= 'Z') {
			char *byte = (char *)(uintptr_t)(host.data + i);

			*byte = (char)(*byte | 32);
		}
	*text = host;
	return size > 0;
}

static void cut(const struct filter *filter, struct hear_span *text)
{
	const char *found = memmem(text->data, text->size, filter->word.data,
				   filter->word.size);
	const char *after = found ? found + filter->word.size : NULL;

	if (!found)
		return;
	if (filter->kind == FILTER_BEFORE)
		text->size = (size_t)(found - text->data);
	else
		*text = hear_span_make(
			after, (size_t)(text->data + text->size - after));
}

static bool filter_date(struct hear_arena *arena, const struct filter *filter,
			struct hear_span *text)
{
	int fields[DATE_FIELDS] = {-1, -1, -1, -1, -1, -1};
	struct hear_buffer out = {0};

	if (!read_date(filter->word, *text, fields))
		return false;
	print_date(fields, &out);
	*text = hear_arena_copy(arena, hear_buffer_view(&out));
	hear_buffer_done(&out);
	return true;
}

static enum hear_code filter_table(const struct part *part,
				   const struct filter *filter,
				   struct hear_span *text, struct hear_err *err)
{
	const struct hear_value *found = hear_map_at(filter->table, *text);

	if (!found && filter->kind == FILTER_ONLY)
		return fail_cell(part, *text, "is not in the table ",
				 filter->word, err);
	if (found)
		*text = hear_text_of(found);
	return HEAR_OK;
}

static enum hear_code filter_text(struct hear_arena *arena,
				  const struct part *part,
				  const struct filter *filter,
				  struct hear_span *text, struct hear_err *err)
{
	struct hear_span nothing = hear_span_of("");

	switch (filter->kind) {
	case FILTER_TABLE:
	case FILTER_ONLY:
		return filter_table(part, filter, text, err);
	case FILTER_DATE:
		if (!filter_date(arena, filter, text))
			return fail_cell(part, *text, "is not a date written ",
					 filter->word, err);
		return HEAR_OK;
	case FILTER_HOST:
		if (!host_of(arena, text))
			return fail_cell(part, *text, "is not a web address",
					 nothing, err);
		return HEAR_OK;
	case FILTER_BEFORE:
	case FILTER_AFTER:
		cut(filter, text);
		return HEAR_OK;
	case FILTER_RAW:
		return HEAR_OK;
	}
	return HEAR_OK;
}

/* The language of chains is in core/chain.h. */
static void add_name(struct hear_span name, struct hear_buffer *out)
{
	bool quoted = name.size > 0 && name.data[0] == '?';
	size_t i;

	for (i = 0; i < name.size && !quoted; i++)
		quoted = name.data[i] != '\0' &&
			 strchr("<+();\"", name.data[i]);
	if (!quoted) {
		hear_buffer_span(out, name);
		return;
	}
	hear_buffer_byte(out, '"');
	for (i = 0; i < name.size; i++) {
		if (name.data[i] == '"' || name.data[i] == '\\')
			hear_buffer_byte(out, '\\');
		hear_buffer_byte(out, name.data[i]);
	}
	hear_buffer_byte(out, '"');
}

/* *full is set where the column holds something. */
static enum hear_code fill_part(struct hear_arena *arena,
				const struct part *part,
				const struct hear_span *cells,
				struct hear_buffer *out, bool *full,
				struct hear_err *err)
{
	struct hear_span text = cells[part->column->index];
	const struct filter *filter;
	enum hear_code code;

	for (filter = part->filters; filter && text.size > 0;
	     filter = filter->next) {
		code = filter_text(arena, part, filter, &text, err);
		if (code)
			return code;
		text = hear_span_trim(text);
	}
	if (text.size > 0)
		*full = true;
	if (part->name)
		add_name(text, out);
	else
		hear_buffer_span(out, text);
	return HEAR_OK;
}

static enum hear_code fill(struct hear_arena *arena,
			   const struct template *template,
			   const struct hear_span *cells,
			   struct hear_buffer *out, struct hear_err *err)
{
	const struct part *part;
	bool columns = false;
	bool full = false;
	enum hear_code code;

	for (part = template->parts; part; part = part->next) {
		if (!part->column) {
			hear_buffer_span(out, part->text);
			continue;
		}
		columns = true;
		code = fill_part(arena, part, cells, out, &full, err);
		if (code)
			return code;
		if (out->size > TEMPLATE_BYTES)
			return hear_fail(err, HEAR_LIMIT,
					 "column \"%.*s\" makes a text of more "
					 "than 64 KiB",
					 template_shown(part->column->name),
					 part->column->name.data);
	}
	return columns && !full ? HEAR_NOTFOUND : HEAR_OK;
}

enum hear_code template_fill(struct hear_span *out, struct hear_arena *arena,
			     const struct template *template,
			     const struct hear_span *cells,
			     struct hear_err *err)
{
	struct hear_buffer text = {0};
	enum hear_code code = fill(arena, template, cells, &text, err);

	*out = hear_span_make(NULL, 0);
	if (!code)
		*out = hear_arena_copy(arena,
				       hear_span_trim(hear_buffer_view(&text)));
	if (!code && (text.failed || hear_arena_failed(arena)))
		code = hear_fail_memory(err);
	hear_buffer_done(&text);
	return code;
}
