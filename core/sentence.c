/* SPDX-License-Identifier: ISC */
/* sentence.c - records and their parts in one line, for people. The calls are
 * in hearsay.h. */
#include "core/bytes.h"
#include "core/chain.h"
#include "core/figure.h"
#include "core/record.h"
#include "core/value.h"
#include "core/when.h"

#include <string.h>

enum hear_code hear_date_read(struct hear_span text, int64_t *from, int64_t *to,
			      struct hear_err *err)
{
	struct hear_when when;
	enum hear_code code = hear_when_parse(text, &when, err);

	if (code == HEAR_OK) {
		*from = when.from;
		*to = when.to;
	}
	return code;
}

void hear_date_print(int64_t ms, struct hear_buffer *out)
{
	hear_time_print(ms, false, out);
}

void hear_print_chain(const struct hear_value *chain, struct hear_buffer *out)
{
	hear_chain_print(chain, out);
}

void hear_print_place(const struct hear_value *place, struct hear_buffer *out)
{
	struct hear_span name = hear_text_of(hear_map_get(place, "name"));
	struct hear_span lat = hear_text_of(hear_map_get(place, "lat"));
	struct hear_span lon = hear_text_of(hear_map_get(place, "lon"));
	struct hear_span precision =
		hear_text_of(hear_map_get(place, "precision"));

	hear_buffer_span(out, name);
	if (lat.size > 0)
		hear_buffer_print(out, "%s%.*s, %.*s", name.size ? " at " : "",
				  (int)lat.size, lat.data, (int)lon.size,
				  lon.data);
	if (precision.size > 0)
		hear_buffer_print(out, " (%.*s)", (int)precision.size,
				  precision.data);
}

static void print_value(const struct hear_value *value, bool words,
			struct hear_buffer *out)
{
	struct hear_figure figure;

	switch (hear_type_of(value)) {
	case HEAR_BOOL:
		hear_buffer_text(out, hear_bool_of(value) ? "yes" : "no");
		return;
	case HEAR_TEXT:
		hear_buffer_span(out, hear_text_of(value));
		return;
	case HEAR_MAP:
		if (hear_map_get(value, "date"))
			hear_buffer_span(
				out, hear_text_of(hear_map_get(value, "date")));
		else if (hear_figure_read(value, &figure, NULL) == HEAR_OK)
			(words ? hear_figure_say : hear_figure_print)(&figure,
								      out);
		return;
	case HEAR_NONE:
	case HEAR_INTEGER:
	case HEAR_BYTES:
	case HEAR_LIST:
		return;
	}
}

void hear_print_value(const struct hear_value *value, struct hear_buffer *out)
{
	print_value(value, false, out);
}

/* ---- Sentences ---- */

static void add(struct hear_buffer *out, const char *between,
		struct hear_span text)
{
	if (text.size == 0)
		return;
	if (out->size > 0)
		hear_buffer_text(out, between);
	hear_buffer_span(out, text);
}

static void add_field(struct hear_buffer *out, const char *between,
		      const struct hear_value *tree, const char *name)
{
	add(out, between, hear_text_of(hear_map_get(tree, name)));
}

static void say_of(const struct hear_value *tree, struct hear_buffer *out)
{
	const struct hear_value *of = hear_map_get(tree, "of");
	size_t i;

	for (i = 0; i < hear_count_of(of); i++) {
		hear_buffer_text(out, i == 0 ? " of " : " + ");
		hear_buffer_span(out, hear_text_of(hear_item_of(of, i)));
	}
}

static void say_claim(const struct hear_value *tree, struct hear_buffer *out)
{
	const struct hear_value *value = hear_map_get(tree, "value");
	struct hear_span stance = hear_text_of(hear_map_get(tree, "stance"));

	add_field(out, "", tree, "subject");
	add_field(out, ": ", tree, "predicate");
	if (value) {
		hear_buffer_byte(out, ' ');
		print_value(value, true, out);
	}
	say_of(tree, out);
	if (hear_map_get(tree, "place")) {
		hear_buffer_text(out, ", ");
		hear_print_place(hear_map_get(tree, "place"), out);
	}
	if (stance.size > 0)
		hear_buffer_print(out, " (%.*s)", (int)stance.size,
				  stance.data);
}

static void say_id(struct hear_buffer *out, const struct hear_value *tree,
		   const char *name)
{
	struct hear_span id = hear_text_of(hear_map_get(tree, name));

	hear_buffer_add(out, id.data, id.size < 12 ? id.size : 12);
}

static void say_assessment(const struct hear_value *tree,
			   struct hear_buffer *out)
{
	hear_buffer_text(out, "assessed ");
	say_id(out, tree, "target");
	add_field(out, ": ", tree, "reliability");
	add_field(out, hear_map_get(tree, "reliability") ? "" : ": ", tree,
		  "credibility");
	add_field(out, ", ", tree, "likelihood");
	add_field(out, ", ", tree, "note");
}

static void say_term(const struct hear_value *tree, struct hear_buffer *out)
{
	const struct hear_value *same = hear_map_get(tree, "same");

	add_field(out, "", tree, "as");
	if (same) {
		add(out, " ", hear_text_of(hear_item_of(same, 0)));
		add(out, " = ", hear_text_of(hear_item_of(same, 1)));
	} else {
		add_field(out, " ", tree, "part");
		add_field(out, " is part of ", tree, "whole");
	}
}

static void say_definition(const struct hear_value *tree,
			   struct hear_buffer *out)
{
	const struct hear_value *sum = hear_map_get(tree, "sum");
	size_t i;

	add_field(out, "", tree, "name");
	hear_buffer_text(out, " = ");
	for (i = 0; i < hear_count_of(sum); i++) {
		if (i > 0)
			hear_buffer_text(out, " + ");
		hear_buffer_span(out, hear_text_of(hear_item_of(sum, i)));
	}
	print_value(hear_map_get(tree, "means"), false, out);
}

void hear_record_sentence(const struct hear_value *tree,
			  struct hear_buffer *out)
{
	struct hear_buffer said = {0};

	add_field(&said, "", tree, "text");
	if (said.size > 0) {
		/* what the analyst wrote */
	} else if (hear_record_is(tree, "claim")) {
		say_claim(tree, &said);
	} else if (hear_record_is(tree, "capture")) {
		add_field(&said, "", tree, "title");
		add_field(&said, " — ", tree, "publisher");
		add_field(&said, " / ", tree, "agency");
		add_field(&said, ", ", tree, "published");
		if (said.size == 0)
			add_field(&said, "", tree, "document");
	} else if (hear_record_is(tree, "assessment")) {
		say_assessment(tree, &said);
	} else if (hear_record_is(tree, "relation")) {
		say_id(&said, tree, "from");
		add_field(&said, " ", tree, "relation");
		hear_buffer_byte(&said, ' ');
		say_id(&said, tree, "to");
	} else if (hear_record_is(tree, "term")) {
		say_term(tree, &said);
	} else if (hear_record_is(tree, "definition")) {
		say_definition(tree, &said);
	} else if (hear_record_is(tree, "retraction")) {
		hear_buffer_text(&said, "retracted ");
		say_id(&said, tree, "record");
		add_field(&said, ": ", tree, "reason");
	}
	if (said.size == 0) {
		hear_buffer_text(&said, "a record of the kind ");
		add_field(&said, "", tree, "kind");
	}
	hear_buffer_span(out, hear_buffer_view(&said));
	hear_buffer_done(&said);
}
