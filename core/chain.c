/* SPDX-License-Identifier: ISC */
#include "core/chain.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/value.h"
#include "core/when.h"

#include <string.h>

/* Parts of a hop beside who, in the order they are kept and printed. */
enum field { AS, ROLE, HOW, TO, AT, FIELDS };

/* What else the words before a part may be. */
enum { NO_KEY = FIELDS, UNKNOWN_KEY };

static const char *const field_names[FIELDS] = {"as", "role", "how", "to",
						"at"};

/* A part that begins with one of these is how, not role. */
static const char *const verbs[] = {
	"according to", "accused",   "acknowledged", "added",	  "admitted",
	"advised",	"alleged",   "announced",    "argued",	  "asked",
	"asserted",	"briefed",   "cited",	     "citing",	  "claimed",
	"commented",	"conceded",  "concluded",    "confirmed", "contended",
	"declared",	"denied",    "described",    "disclosed", "emailed",
	"estimated",	"explained", "indicated",    "informed",  "insisted",
	"leaked",	"mentioned", "noted",	     "posted",	  "predicted",
	"published",	"quoted",    "recalled",     "recounted", "relayed",
	"remarked",	"repeated",  "replied",	     "reported",  "reports",
	"responded",	"revealed",  "said",	     "says",	  "shared",
	"signalled",	"speaking",  "spoke",	     "stated",	  "stressed",
	"suggested",	"tells",     "testified",    "told",	  "tweeted",
	"urged",	"warned",    "writes",	     "wrote",
};

enum { VERBS = sizeof verbs / sizeof *verbs };

/* One hop before it becomes a map. */
struct hop {
	struct hear_value *who;
	struct hear_span fields[FIELDS];
	bool unnamed;
};

struct reader {
	struct hear_arena *arena;
	struct hear_span text; /* as given: places count from its start */
	const char *at;
	const char *end;
	struct hear_err *err;
};

/* ---- Words -------------------------------------------------------------- */

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Belongs to the word before it: "at-large" does not begin with "at". */
static bool word_goes_on(char c)
{
	return letter(c) || (c >= '0' && c <= '9') || (unsigned char)c >= 128 ||
	       c == '-' || c == '\'' || c == '.';
}

/* Begins with the words, whatever the case of its letters. */
static bool begins(struct hear_span text, const char *words)
{
	size_t size = strlen(words);
	size_t i;

	if (text.size < size)
		return false;
	for (i = 0; i < size; i++) {
		char c = text.data[i];

		if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != words[i])
			return false;
	}
	return text.size == size || !word_goes_on(text.data[size]);
}

static bool begins_with_verb(struct hear_span text)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (begins(text, verbs[i]))
			return true;
	return false;
}

/* The key at the beginning of a part ("role:", "at ") and its bytes. */
static int key_of(struct hear_span text, size_t *size)
{
	int field;

	for (*size = 0; *size < text.size && letter(text.data[*size]);)
		++*size;
	for (field = 0; field < FIELDS; field++) {
		bool colon = *size < text.size && text.data[*size] == ':';

		if (!begins(text, field_names[field]))
			continue;
		if (!colon && (field == ROLE || field == HOW))
			break;
		*size += colon;
		return field;
	}
	if (*size > 0 && *size < text.size && text.data[*size] == ':')
		return UNKNOWN_KEY;
	*size = 0;
	return NO_KEY;
}

static bool has_any(struct hear_span text, const char *of)
{
	size_t i;

	for (i = 0; i < text.size; i++)
		if (text.data[i] && strchr(of, text.data[i]))
			return true;
	return false;
}

/* The first byte that has no place in one line, or the end. */
static size_t control_in(struct hear_span text)
{
	size_t i;

	for (i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] < ' ' && text.data[i] != '\t')
			break;
	return i;
}

/* ---- Hops --------------------------------------------------------------- */

static struct hear_value *make_hop(struct hear_arena *arena,
				   const struct hop *hop)
{
	struct hear_value *map = hear_make_map(arena);
	int field;

	hear_map_set(arena, map, "who", hop->who);
	for (field = 0; field < FIELDS; field++)
		hear_map_text(arena, map, field_names[field],
			      hop->fields[field]);
	if (hop->unnamed)
		hear_map_set(arena, map, "unnamed",
			     hear_make_bool(arena, true));
	return map;
}

/* ---- Reading one line --------------------------------------------------- */

static size_t place(const struct reader *reader, const char *at)
{
	return (size_t)(at - reader->text.data);
}

static bool next_is(const struct reader *reader, char c)
{
	return reader->at < reader->end && *reader->at == c;
}

static bool take(struct reader *reader, char c)
{
	bool is = next_is(reader, c);

	reader->at += is;
	return is;
}

static void skip_blanks(struct reader *reader)
{
	while (reader->at < reader->end && blank(*reader->at))
		reader->at++;
}

/* For a mistake at one byte, or at the end. */
static enum hear_code fail_byte(const struct reader *reader, const char *at,
				const char *message)
{
	return hear_fail_at(reader->err, HEAR_INVALID, place(reader, at),
			    at < reader->end, "%s", message);
}

static enum hear_code check_size(const struct reader *reader, const char *start,
				 struct hear_span text, const char *what,
				 size_t most)
{
	if (text.size <= most)
		return HEAR_OK;
	return hear_fail_at(reader->err, HEAR_LIMIT, place(reader, start),
			    (size_t)(reader->at - start),
			    "%s has at most %zu bytes, this has %zu", what,
			    most, text.size);
}

/* The quote that ends what the one at hand began; NULL: none does. */
static const char *closing_quote(const struct reader *reader)
{
	const char *at = reader->at + 1;

	while (at < reader->end && *at != '"')
		at += *at == '\\' && at + 1 < reader->end ? 2 : 1;
	return at < reader->end ? at : NULL;
}

/* From the quote at hand to the one that ends it; \" and \\ inside. */
static enum hear_code read_quoted(struct reader *reader, struct hear_span *out)
{
	const char *close = closing_quote(reader);
	size_t size = 0;
	char *data;

	if (!close)
		return fail_byte(reader, reader->at, "the quotation mark "
						     "opened here is not "
						     "closed");
	data = hear_arena_alloc(reader->arena, (size_t)(close - reader->at));
	if (!data)
		return hear_fail_memory(reader->err);
	while (++reader->at < close) {
		if (*reader->at == '\\' && !strchr("\"\\", *++reader->at))
			return fail_byte(reader, reader->at - 1,
					 "inside quotes a backslash stands "
					 "before \" or \\ only; write \\\\ "
					 "for one");
		data[size++] = *reader->at;
	}
	reader->at = close + 1;
	*out = hear_span_make(data, size);
	return HEAR_OK;
}

/* Up to the first of the bytes in `stops`, without blanks around. */
static struct hear_span read_bare(struct reader *reader, const char *stops)
{
	const char *start = reader->at;

	while (reader->at < reader->end && !strchr(stops, *reader->at))
		reader->at++;
	return hear_span_trim(
		hear_span_make(start, (size_t)(reader->at - start)));
}

static enum hear_code fail_no_name(const struct reader *reader)
{
	if (reader->at > reader->text.data && reader->at[-1] == '?')
		return fail_byte(reader, reader->at - 1,
				 "say who as far as the document does, "
				 "such as ?an official");
	if (reader->at == reader->end)
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, reader->at), 0,
				    "a name is missing at the end, after the "
				    "last < or +");
	return hear_fail_at(reader->err, HEAR_INVALID,
			    place(reader, reader->at), 1,
			    "a name is missing before this \"%c\"",
			    *reader->at);
}

static enum hear_code read_name(struct reader *reader, struct hear_span *out)
{
	const char *start = reader->at;
	enum hear_code code;

	if (next_is(reader, '"')) {
		code = read_quoted(reader, out);
		if (code != HEAR_OK)
			return code;
		if (hear_span_trim(*out).size == 0)
			return fail_byte(reader, start, "this name is empty");
	} else {
		*out = read_bare(reader, "<+();\"");
		if (out->size == 0)
			return fail_no_name(reader);
		if (reader->at < reader->end && strchr(");\"", *reader->at))
			return fail_byte(reader, reader->at,
					 "a name with any of < + ( ) ; \" "
					 "stands in double quotes, with \\\" "
					 "for a quote inside");
	}
	skip_blanks(reader);
	return check_size(reader, start, *out, "a name", HEAR_NAME_BYTES);
}

/* The names of those who spoke jointly. */
static enum hear_code read_who(struct reader *reader, struct hop *hop)
{
	enum hear_code code = HEAR_OK;
	struct hear_span name;

	skip_blanks(reader);
	hop->unnamed = take(reader, '?');
	hop->who = hear_make_list(reader->arena);
	do {
		size_t count = hear_count_of(hop->who);

		skip_blanks(reader);
		if (count == HEAR_CHAIN_JOINT)
			return hear_fail_at(reader->err, HEAR_LIMIT,
					    place(reader, reader->at), 0,
					    "at most %d speak jointly",
					    HEAR_CHAIN_JOINT);
		if (next_is(reader, '?'))
			return fail_byte(reader, reader->at,
					 "one ? stands before the first name "
					 "and makes the whole hop unnamed; a "
					 "name that begins with ? stands in "
					 "double quotes");
		code = read_name(reader, &name);
		if (code != HEAR_OK)
			return code;
		hear_list_add(reader->arena, hop->who,
			      hear_make_text(reader->arena, name));
		/* Or a list that could not grow would be read without end. */
		if (hear_arena_failed(reader->arena))
			return hear_fail_memory(reader->err);
	} while (take(reader, '+'));
	return HEAR_OK;
}

/* What a part says, after its key. */
static enum hear_code read_text(struct reader *reader, struct hear_span *out)
{
	const char *start;
	enum hear_code code = HEAR_OK;

	skip_blanks(reader);
	start = reader->at;
	if (next_is(reader, '"'))
		code = read_quoted(reader, out);
	else
		*out = read_bare(reader, ";()\"");
	if (code != HEAR_OK)
		return code;
	skip_blanks(reader);
	if (reader->at < reader->end && !strchr(";)", *reader->at))
		return fail_byte(reader, reader->at,
				 "put all of this part in double quotes, with "
				 "\\\" for a quote inside");
	if (hear_span_trim(*out).size == 0)
		return fail_byte(reader, start, "a part is empty here");
	return check_size(reader, start, *out, "a part", HEAR_HOP_BYTES);
}

static enum hear_code check_date(const struct reader *reader, const char *start,
				 struct hear_span text)
{
	struct hear_when when;
	enum hear_code code = hear_when_parse(text, &when, reader->err);

	if (code == HEAR_OK || !reader->err)
		return code;
	reader->err->at += place(reader, start);
	hear_err_prefix(reader->err, "after \"at\" stands a date: ");
	return code;
}

static enum hear_code fail_key(const struct reader *reader, size_t size)
{
	return hear_fail_at(reader->err, HEAR_INVALID,
			    place(reader, reader->at), size,
			    "the keys are as, role, how, to and at; for a "
			    "colon in a role write \"role: ...\"");
}

/* One part between the brackets. */
static enum hear_code read_part(struct reader *reader, struct hop *hop)
{
	struct hear_span text;
	const char *start;
	const char *value;
	enum hear_code code;
	size_t size;
	int key;

	skip_blanks(reader);
	start = reader->at;
	key = key_of(hear_span_make(start, (size_t)(reader->end - start)),
		     &size);
	if (key == UNKNOWN_KEY)
		return fail_key(reader, size);
	reader->at += size;
	skip_blanks(reader);
	value = reader->at + next_is(reader, '"');
	code = read_text(reader, &text);
	if (code == HEAR_OK && key == AT)
		code = check_date(reader, value, text);
	if (code != HEAR_OK)
		return code;
	if (key == NO_KEY)
		key = begins_with_verb(text) ? HOW : ROLE;
	if (hop->fields[key].size > 0)
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, start),
				    (size_t)(reader->at - start),
				    "\"%s\" stands here twice; keep one, or "
				    "join them with a comma",
				    field_names[key]);
	hop->fields[key] = key == AT ? hear_span_trim(text) : text;
	return HEAR_OK;
}

/* From ( to ). */
static enum hear_code read_parts(struct reader *reader, struct hop *hop)
{
	const char *open = reader->at++;
	enum hear_code code;

	do {
		code = read_part(reader, hop);
	} while (code == HEAR_OK && take(reader, ';'));
	if (code == HEAR_OK && !take(reader, ')'))
		return fail_byte(reader, open, "the bracket opened here is "
					       "not closed; add )");
	skip_blanks(reader);
	if (code == HEAR_OK && next_is(reader, '+'))
		return fail_byte(reader, reader->at,
				 "the brackets stand after the last of those "
				 "who spoke jointly and hold for all of them");
	return code;
}

static enum hear_code read_hop(struct reader *reader, struct hear_value *chain)
{
	struct hop hop = {.who = NULL};
	enum hear_code code;

	skip_blanks(reader);
	if (hear_count_of(chain) == HEAR_CHAIN_HOPS)
		return hear_fail_at(reader->err, HEAR_LIMIT,
				    place(reader, reader->at),
				    (size_t)(reader->end - reader->at),
				    "a chain has at most %d hops",
				    HEAR_CHAIN_HOPS);
	code = read_who(reader, &hop);
	if (code == HEAR_OK && next_is(reader, '('))
		code = read_parts(reader, &hop);
	if (code != HEAR_OK)
		return code;
	if (reader->at < reader->end && *reader->at != '<')
		return fail_byte(reader, reader->at,
				 "the source ends before this; the next one "
				 "comes after <");
	hear_list_add(reader->arena, chain, make_hop(reader->arena, &hop));
	if (hear_arena_failed(reader->arena))
		return hear_fail_memory(reader->err);
	return HEAR_OK;
}

static enum hear_code read_hops(struct reader *reader, struct hear_value *chain)
{
	size_t left = (size_t)(reader->end - reader->at);
	size_t control = control_in(hear_span_make(reader->at, left));
	enum hear_code code;

	if (control < left)
		return fail_byte(reader, reader->at + control,
				 "a chain is one line; take out the line "
				 "break or control character");
	do {
		code = read_hop(reader, chain);
	} while (code == HEAR_OK && take(reader, '<'));
	return code;
}

enum hear_code hear_chain_parse(struct hear_arena *arena, struct hear_span text,
				struct hear_value **out, struct hear_err *err)
{
	struct hear_span trimmed = hear_span_trim(text);
	struct hear_value *chain = hear_make_list(arena);
	enum hear_code code = HEAR_OK;

	*out = NULL;
	if (trimmed.size > 0) {
		struct reader reader = {arena, text, trimmed.data,
					trimmed.data + trimmed.size, err};

		code = read_hops(&reader, chain);
	}
	if (code == HEAR_OK && !chain)
		return hear_fail_memory(err);
	if (code == HEAR_OK)
		*out = chain;
	return code;
}

/* ---- Taking JSON and YAML ----------------------------------------------- */

static void place_at(struct hear_err *err, const struct hear_value *value)
{
	if (!err)
		return;
	err->line = hear_line_of(value);
	err->column = hear_column_of(value);
}

/* A text of one line and at most `most` bytes. */
static enum hear_code check_text(const struct hear_value *value,
				 const char *what, size_t most,
				 struct hear_err *err)
{
	struct hear_span text = hear_text_of(value);

	if (hear_type_of(value) != HEAR_TEXT)
		return hear_fail_value(err, HEAR_INVALID, value,
				       "\"%s\" of a hop is text", what);
	if (text.size > most)
		return hear_fail_value(err, HEAR_LIMIT, value,
				       "\"%s\" of a hop has at most %zu "
				       "bytes, this has %zu", what, most,
				       text.size);
	if (control_in(text) < text.size)
		return hear_fail_value(err, HEAR_INVALID, value,
				       "\"%s\" of a hop is one line; take out "
				       "the line break or control character",
				       what);
	return HEAR_OK;
}

static enum hear_code add_name(struct hear_arena *arena, struct hop *hop,
			       const struct hear_value *name,
			       struct hear_err *err)
{
	enum hear_code code = check_text(name, "who", HEAR_NAME_BYTES, err);

	if (code != HEAR_OK)
		return code;
	if (hear_span_trim(hear_text_of(name)).size == 0)
		return hear_fail_value(err, HEAR_INVALID, name,
				       "a name in \"who\" is empty");
	hear_list_add(arena, hop->who, hear_make_text(arena,
						      hear_text_of(name)));
	return HEAR_OK;
}

static enum hear_code take_who(struct hear_arena *arena, struct hop *hop,
			       const struct hear_value *who,
			       struct hear_err *err)
{
	size_t count = hear_count_of(who);
	enum hear_code code = HEAR_OK;
	size_t i;

	hop->who = hear_make_list(arena);
	if (hear_type_of(who) == HEAR_TEXT)
		return add_name(arena, hop, who, err);
	if (hear_type_of(who) != HEAR_LIST || count == 0)
		return hear_fail_value(err, HEAR_INVALID, who,
				       "\"who\" is a name, or a list of names "
				       "that spoke jointly");
	if (count > HEAR_CHAIN_JOINT)
		return hear_fail_value(err, HEAR_LIMIT, who,
				       "at most %d speak jointly, here are "
				       "%zu", HEAR_CHAIN_JOINT, count);
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = add_name(arena, hop, hear_item_of(who, i), err);
	return code;
}

/* YAML is read untyped, so true may come as text. */
static enum hear_code take_unnamed(struct hop *hop,
				   const struct hear_value *value,
				   struct hear_err *err)
{
	struct hear_span text = hear_text_of(value);

	hop->unnamed = hear_bool_of(value) || hear_span_is(text, "true");
	if (hear_type_of(value) == HEAR_BOOL || hop->unnamed ||
	    hear_span_is(text, "false"))
		return HEAR_OK;
	return hear_fail_value(err, HEAR_INVALID, value,
			       "\"unnamed\" of a hop is true or left out");
}

static enum hear_code take_field(struct hop *hop, int field,
				 const struct hear_value *value,
				 struct hear_err *err)
{
	enum hear_code code = check_text(value, field_names[field],
					 HEAR_HOP_BYTES, err);
	struct hear_span text = hear_text_of(value);
	struct hear_when when;

	if (code != HEAR_OK || hear_span_trim(text).size == 0)
		return code;
	hop->fields[field] = field == AT ? hear_span_trim(text) : text;
	if (field != AT)
		return HEAR_OK;
	code = hear_when_parse(text, &when, err);
	if (code != HEAR_OK) {
		hear_err_prefix(err, "\"at\" of a hop is a date: ");
		place_at(err, value);
	}
	return code;
}

static enum hear_code take_pair(struct hear_arena *arena, struct hop *hop,
				const struct hear_value *map, size_t index,
				struct hear_err *err)
{
	struct hear_span key = hear_key_of(map, index);
	const struct hear_value *value = hear_item_of(map, index);
	int field;

	if (hear_span_is(key, "who"))
		return take_who(arena, hop, value, err);
	if (hear_span_is(key, "unnamed"))
		return take_unnamed(hop, value, err);
	for (field = 0; field < FIELDS; field++)
		if (hear_span_is(key, field_names[field]))
			return take_field(hop, field, value, err);
	return hear_fail_value(err, HEAR_INVALID, value,
			       "a hop has who, as, role, how, to, at and "
			       "unnamed; no other key");
}

static enum hear_code take_map(struct hear_arena *arena,
			       const struct hear_value *map,
			       struct hear_value **out, struct hear_err *err)
{
	struct hop hop = {.who = NULL};
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < hear_count_of(map) && code == HEAR_OK; i++)
		code = take_pair(arena, &hop, map, i, err);
	if (code != HEAR_OK)
		return code;
	if (!hear_map_get(map, "who"))
		return hear_fail_value(err, HEAR_INVALID, map,
				       "a hop needs \"who\"");
	*out = make_hop(arena, &hop);
	return HEAR_OK;
}

/* An item that is text holds one hop as it stands in a line. */
static enum hear_code take_line(struct hear_arena *arena,
				const struct hear_value *text,
				struct hear_value **out, struct hear_err *err)
{
	struct hear_value *chain;
	enum hear_code code = hear_chain_parse(arena, hear_text_of(text),
					       &chain, err);

	if (code != HEAR_OK) {
		place_at(err, text);
		return code;
	}
	if (hear_count_of(chain) == 0)
		return hear_fail_value(err, HEAR_INVALID, text,
				       "a hop of the chain is empty");
	if (hear_count_of(chain) > 1)
		return hear_fail_value(err, HEAR_INVALID, text,
				       "an item of the list is one hop; where "
				       "there is < write the whole chain in "
				       "one line, or an item a hop");
	*out = hear_item_of(chain, 0);
	return HEAR_OK;
}

static enum hear_code take_item(struct hear_arena *arena,
				struct hear_value *chain,
				const struct hear_value *item,
				struct hear_err *err)
{
	struct hear_value *hop = NULL;
	enum hear_code code;

	if (hear_type_of(item) == HEAR_TEXT)
		code = take_line(arena, item, &hop, err);
	else if (hear_type_of(item) == HEAR_MAP)
		code = take_map(arena, item, &hop, err);
	else
		code = hear_fail_value(err, HEAR_INVALID, item,
				       "a hop is text, such as \"Lee "
				       "(lawmaker)\", or a map with \"who\"");
	hear_value_place(hop, hear_line_of(item), hear_column_of(item));
	hear_list_add(arena, chain, hop);
	return code;
}

static enum hear_code take_list(struct hear_arena *arena,
				const struct hear_value *list,
				struct hear_value *chain, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t count = hear_count_of(list);
	size_t i;

	if (count > HEAR_CHAIN_HOPS)
		return hear_fail_value(err, HEAR_LIMIT, list,
				       "a chain has at most %d hops, this has "
				       "%zu", HEAR_CHAIN_HOPS, count);
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = take_item(arena, chain, hear_item_of(list, i), err);
	return code;
}

enum hear_code hear_chain_make(struct hear_arena *arena,
			       const struct hear_value *in,
			       struct hear_value **out, struct hear_err *err)
{
	struct hear_value *chain = hear_make_list(arena);
	enum hear_code code;

	*out = NULL;
	if (hear_type_of(in) == HEAR_TEXT) {
		code = hear_chain_parse(arena, hear_text_of(in), &chain, err);
		if (code != HEAR_OK)
			place_at(err, in);
	} else if (hear_type_of(in) == HEAR_LIST) {
		code = take_list(arena, in, chain, err);
	} else if (hear_type_of(in) == HEAR_MAP) {
		code = take_item(arena, chain, in, err);
	} else {
		code = hear_fail_value(err, HEAR_INVALID, in,
				       "a chain is one line, such as \"AFP < "
				       "Lee (lawmaker)\", or a list of hops");
	}
	if (code != HEAR_OK)
		return code;
	if (hear_arena_failed(arena))
		return hear_fail_memory(err);
	hear_value_place(chain, hear_line_of(in), hear_column_of(in));
	*out = chain;
	return HEAR_OK;
}

/* ---- Printing ----------------------------------------------------------- */

static void print_text(struct hear_span text, bool quote,
		       struct hear_buffer *out)
{
	size_t i;

	if (!quote) {
		hear_buffer_span(out, text);
		return;
	}
	hear_buffer_byte(out, '"');
	for (i = 0; i < text.size; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			hear_buffer_byte(out, '\\');
		hear_buffer_byte(out, text.data[i]);
	}
	hear_buffer_byte(out, '"');
}

static void print_name(struct hear_span name, struct hear_buffer *out)
{
	bool quote = has_any(name, "<+();\"") ||
		     hear_span_trim(name).size < name.size ||
		     name.size == 0 || name.data[0] == '?';

	print_text(name, quote, out);
}

static void print_field(int field, struct hear_span text,
			struct hear_buffer *out)
{
	bool quote = has_any(text, ";()\"") ||
		     hear_span_trim(text).size < text.size;
	size_t size;

	if (field != ROLE && field != HOW)
		hear_buffer_print(out, "%s ", field_names[field]);
	else if (quote || key_of(text, &size) != NO_KEY ||
		 begins_with_verb(text) != (field == HOW))
		hear_buffer_print(out, "%s: ", field_names[field]);
	print_text(text, quote, out);
}

static void print_hop(const struct hear_value *hop, struct hear_buffer *out)
{
	const struct hear_value *who = hear_map_get(hop, "who");
	const char *before = " (";
	int field;
	size_t i;

	if (hear_bool_of(hear_map_get(hop, "unnamed")))
		hear_buffer_byte(out, '?');
	for (i = 0; i < hear_count_of(who); i++) {
		if (i > 0)
			hear_buffer_text(out, " + ");
		print_name(hear_text_of(hear_item_of(who, i)), out);
	}
	for (field = 0; field < FIELDS; field++) {
		struct hear_span text =
			hear_text_of(hear_map_get(hop, field_names[field]));

		if (text.size == 0)
			continue;
		hear_buffer_text(out, before);
		print_field(field, text, out);
		before = "; ";
	}
	if (*before == ';')
		hear_buffer_byte(out, ')');
}

void hear_chain_print(const struct hear_value *chain, struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < hear_count_of(chain); i++) {
		if (i > 0)
			hear_buffer_text(out, " < ");
		print_hop(hear_item_of(chain, i), out);
	}
}

const struct hear_value *hear_chain_origin(const struct hear_value *chain)
{
	size_t count = hear_count_of(chain);

	return count > 0 ? hear_item_of(chain, count - 1) : NULL;
}
