/* SPDX-License-Identifier: ISC */
#include "tools/standing.h"
#include "tools/keys.h"
#include "tools/wording.h"

#include "core/bytes.h"

#include <string.h>

static const struct {
	enum hear_peer_state state;
	const char *word;
	const char *text;
} states[] = {
#define STATE_LINE(state, word, text) {state, word, text},
	STANDING_STATES(STATE_LINE)
#undef STATE_LINE
};

enum { STATES = sizeof states / sizeof *states };

const char *standing_word(enum hear_peer_state state)
{
	return states[state].word;
}

const char *standing_text(enum hear_peer_state state)
{
	return states[state].text;
}

/* ---- On the socket ---- */

static void set_number(struct hear_arena *arena, struct hear_value *map,
		       const char *key, uint64_t number)
{
	hear_map_set(arena, map, key,
		     hear_make_integer(arena, (int64_t)number));
}

static void set_text(struct hear_arena *arena, struct hear_value *map,
		     const char *key, const char *text)
{
	hear_map_set(arena, map, key,
		     hear_make_text(arena, hear_span_of(text)));
}

struct hear_value *standing_value(struct hear_arena *arena,
				  const struct hear_peer_status *status)
{
	struct hear_value *map = hear_make_map(arena);
	char key[KEYS_TEXT];

	keys_print(&status->key, key);
	set_text(arena, map, "kind", "peer");
	set_text(arena, map, "dataset", status->dataset_name);
	set_text(arena, map, "key", key);
	hear_map_set(arena, map, "dialled",
		     hear_make_bool(arena, status->peer != 0));
	set_text(arena, map, "address", status->address);
	set_text(arena, map, "state", standing_word(status->state));
	set_text(arena, map, "view",
		 status->view ? hear_marking_name(status->view) : "");
	set_number(arena, map, "filings", status->filings);
	set_number(arena, map, "equal_ms", (uint64_t)status->equal_ms);
	set_number(arena, map, "heard_ms", (uint64_t)status->heard_ms);
	set_number(arena, map, "lacked", status->lacked);
	set_number(arena, map, "missing", status->missing);
	set_number(arena, map, "got", status->got);
	set_number(arena, map, "gave", status->gave);
	set_number(arena, map, "bytes_in", status->bytes_in);
	set_number(arena, map, "bytes_out", status->bytes_out);
	set_number(arena, map, "get_rate", status->get_rate);
	set_number(arena, map, "give_rate", status->give_rate);
	set_number(arena, map, "trips", status->trips);
	set_text(arena, map, "why", status->why);
	return map;
}

static uint64_t number_of(const struct hear_value *map, const char *key)
{
	return (uint64_t)hear_integer_of(hear_map_get(map, key));
}

static const char *text_of(const struct hear_value *map, const char *key)
{
	struct hear_span text = hear_text_of(hear_map_get(map, key));

	return text.data ? text.data : "";
}

static bool read_state(const struct hear_value *map, enum hear_peer_state *out)
{
	struct hear_span word = hear_text_of(hear_map_get(map, "state"));
	size_t i;

	for (i = 0; i < STATES; i++)
		if (hear_span_is(word, states[i].word)) {
			*out = states[i].state;
			return true;
		}
	return false;
}

static void copy_why(const struct hear_value *map,
		     struct hear_peer_status *out)
{
	struct hear_span why = hear_span_cut(
		hear_text_of(hear_map_get(map, "why")), sizeof out->why - 1);

	if (why.size > 0)
		memcpy(out->why, why.data, why.size);
}

bool standing_read(const struct hear_value *value, struct hear_peer_status *out)
{
	struct hear_span key = hear_text_of(hear_map_get(value, "key"));

	memset(out, 0, sizeof *out);
	if (!keys_parse(key, &out->key) || !read_state(value, &out->state))
		return false;
	out->peer = hear_bool_of(hear_map_get(value, "dialled")) ? 1 : 0;
	out->dataset_name = text_of(value, "dataset");
	out->address = text_of(value, "address");
	if (hear_marking_parse(hear_text_of(hear_map_get(value, "view")),
			       &out->view, NULL) != HEAR_OK)
		out->view = 0; /* not known yet */
	out->filings = number_of(value, "filings");
	out->equal_ms = (int64_t)number_of(value, "equal_ms");
	out->heard_ms = (int64_t)number_of(value, "heard_ms");
	out->lacked = number_of(value, "lacked");
	out->missing = number_of(value, "missing");
	out->got = number_of(value, "got");
	out->gave = number_of(value, "gave");
	out->bytes_in = number_of(value, "bytes_in");
	out->bytes_out = number_of(value, "bytes_out");
	out->get_rate = (uint32_t)number_of(value, "get_rate");
	out->give_rate = (uint32_t)number_of(value, "give_rate");
	out->trips = (uint32_t)number_of(value, "trips");
	copy_why(value, out);
	return true;
}

/* ---- For people ---- */

static void add_difference(const struct hear_peer_status *status,
			   struct hear_buffer *out)
{
	if (status->lacked > 0) {
		hear_buffer_text(out, ", ");
		wording_count(out, status->lacked, "filing", NULL);
		hear_buffer_text(out, " lacked here");
	}
	if (status->missing > 0) {
		hear_buffer_text(out, ", ");
		wording_count(out, status->missing, "filing", NULL);
		hear_buffer_text(out, " lacked there");
	}
}

static void add_rates(const struct hear_peer_status *status,
		      struct hear_buffer *out)
{
	if (status->get_rate > 0) {
		hear_buffer_text(out, ", ");
		wording_number(out, status->get_rate);
		hear_buffer_text(out, " a second come");
	}
	if (status->give_rate > 0) {
		hear_buffer_text(out, ", ");
		wording_number(out, status->give_rate);
		hear_buffer_text(out, " a second go");
	}
}

void standing_sentence(const struct hear_peer_status *status, const char *name,
		       int64_t now_ms, struct hear_buffer *out)
{
	if (status->state == HEAR_PEER_EQUAL) {
		hear_buffer_print(out, "in sync with %s: ", name);
		wording_count(out, status->filings, "filing", NULL);
		if (status->equal_ms) {
			hear_buffer_text(out, ", ");
			wording_ago(out, now_ms, status->equal_ms);
		}
		return;
	}
	hear_buffer_print(out, "not in sync with %s: ", name);
	hear_buffer_text(out, status->why[0] ? status->why
					     : standing_text(status->state));
	add_difference(status, out);
	add_rates(status, out);
	if (status->heard_ms) {
		hear_buffer_text(out, "; last heard ");
		wording_ago(out, now_ms, status->heard_ms);
	}
	if (status->equal_ms) {
		hear_buffer_text(out, "; was in sync ");
		wording_ago(out, now_ms, status->equal_ms);
	}
}
