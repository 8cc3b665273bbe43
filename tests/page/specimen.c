/* SPDX-License-Identifier: ISC */
/* specimen.c - writes a page with every part a page can have: `specimen` with
 * ordinary words, `specimen hostile` with the worst that records may hold. */
#include "tools/page_parts.h"

#include <stdio.h>
#include <string.h>

enum { HOPS = 16, NAME_BYTES = 256, WORD_BYTES = 4096, CLAIMS = 24 };

struct specimen {
	struct page page;
	struct hear_arena *arena;
	bool hostile;
};

static struct hear_span long_word(struct hear_arena *arena, size_t size)
{
	char *text = hear_arena_alloc(arena, size);

	memset(text, 'W', size);
	return (struct hear_span){text, size};
}

/* Marks piled on a letter. */
#define PILED "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"

/* The ordinary words, or what a hostile hand would write in their place. */
static struct hear_span words(struct specimen *s, const char *ordinary)
{
	static const char *const texts[] = {
		"</p></div><script>alert(1)</script><style>*{color:red}</style>",
		"\x1b[2J\x07\xe2\x80\xaegnitirw fo noitcerid\xff\xe2\x81\xa7",
		"\xd8\xb9\xd8\xa7\xd8\xac\xd9\x84: 300 (AFP) \xd7\xa9\xd7\x9c",
		PILED,
	};
	static size_t turn;

	if (!s->hostile)
		return hear_span_of(ordinary);
	turn = (turn + 1) % 5;
	return turn == 4 ? long_word(s->arena, WORD_BYTES)
			 : hear_span_of(texts[turn]);
}

static void add_hop(struct specimen *s, struct hear_value *chain,
		    const char *who, const char *role, bool unnamed)
{
	struct hear_value *hop = hear_make_map(s->arena);
	struct hear_value *names = hear_make_list(s->arena);

	hear_list_add(s->arena, names,
		      hear_make_text(s->arena,
				     s->hostile ? long_word(s->arena,
							    NAME_BYTES)
						: hear_span_of(who)));
	if (unnamed)
		hear_list_add(s->arena, names,
			      hear_make_text(s->arena, words(s, "Seoul")));
	hear_map_set(s->arena, hop, "who", names);
	hear_map_set(s->arena, hop, "role",
		     hear_make_text(s->arena, words(s, role)));
	hear_map_set(s->arena, hop, "unnamed",
		     hear_make_bool(s->arena, unnamed));
	hear_list_add(s->arena, chain, hop);
}

static void chain(struct specimen *s)
{
	struct hear_value *list = hear_make_list(s->arena);
	size_t i;

	add_hop(s, list, "The Moscow Times", "published", false);
	add_hop(s, list, "AFP", "reported", false);
	add_hop(s, list, "Lee Seong-kweun", "lawmaker", false);
	for (i = 3; s->hostile && i < HOPS; i++)
		add_hop(s, list, "", "", i % 2);
	add_hop(s, list, "an official", "briefed", true);
	page_chain(&s->page, list);
}

static void facts(struct specimen *s)
{
	static const char *const addresses[] = {
		"https://example.org/2025/01/13/a-long-address-that-goes-on",
		"javascript:alert(1)",
		"archive box 12, folder 3",
	};
	size_t i;

	page_open(&s->page, "dl", "facts");
	page_fact(&s->page, "value");
	page_said(&s->page, words(s, "about 300"), hear_span_of(NULL));
	page_words(&s->page, " ");
	page_open_said(&s->page, "span", "said", words(s, "en"));
	page_text(&s->page, words(s, "“approximately 300 deaths”"));
	page_close(&s->page);
	page_fact_end(&s->page);
	page_fact_said(&s->page, "hedge", words(s, "reportedly"),
		       hear_span_of("en"));
	for (i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		page_fact(&s->page, "document");
		page_address(&s->page, hear_span_of(addresses[i]));
		page_fact_end(&s->page);
	}
	page_fact(&s->page, "filed");
	page_said(&s->page, words(s, "alice, 2026-11-26"), hear_span_of(NULL));
	page_words(&s->page, " ");
	page_marking(&s->page, HEAR_AMBER_STRICT);
	page_fact_end(&s->page);
	page_close(&s->page);
}

static void card(struct specimen *s, unsigned number)
{
	page_open(&s->page, "article", number % 3 ? "card" : "card gone");
	page_open(&s->page, "h3", NULL);
	page_element(&s->page, "span", "number", hear_span_of("1."));
	page_open_said(&s->page, "span", "sentence", hear_span_of(NULL));
	page_text(&s->page,
		  words(s, "About 300 North Korean soldiers have been killed"));
	page_close(&s->page);
	page_close(&s->page);
	page_open(&s->page, "p", "badges");
	page_badge(&s->page, PAGE_QUIET, words(s, "asserts"));
	page_badge(&s->page, PAGE_GOOD, words(s, "agrees"));
	page_badge(&s->page, PAGE_WARN, words(s, "corrected"));
	page_badge(&s->page, PAGE_BAD, words(s, "retracted"));
	page_close(&s->page);
	page_open(&s->page, "ul", number % 2 ? "fate" : "fate bad");
	page_open(&s->page, "li", NULL);
	page_words(&s->page, "corrected by ");
	page_jump(&s->page, "claims");
	page_text(&s->page, words(s, "claim 2"));
	page_close(&s->page);
	page_close(&s->page);
	page_close(&s->page);
	chain(s);
	page_open_said(&s->page, "blockquote", NULL, hear_span_of("en"));
	page_text(&s->page,
		  words(s, "Lee said the agency put the deaths at about 300."));
	page_close(&s->page);
	facts(s);
	page_close(&s->page);
}

static void table(struct specimen *s)
{
	static const char *const names[] = {"origin", "claims", "corrected"};
	size_t i;
	size_t j;

	page_table(&s->page, names, 3);
	for (j = 0; j < 3; j++) {
		page_open(&s->page, "tr", NULL);
		for (i = 0; i < 3; i++) {
			page_cell(&s->page, i > 0 ? names[i] : NULL);
			page_said(&s->page, words(s, "12"),
				  hear_span_of(NULL));
			page_close(&s->page);
		}
		page_close(&s->page);
	}
	page_table_end(&s->page);
}

static void body(struct specimen *s)
{
	static const struct page_entry entries[] = {
		{"summary", "Summary"}, {"claims", "Claims"}};
	struct page_rating ratings[3] = {0};
	unsigned i;

	page_element(&s->page, "h1", NULL, words(s, "What the sources say"));
	page_contents(&s->page, entries, 2);
	page_section(&s->page, &entries[0]);
	page_open(&s->page, "div", "tiles");
	for (i = 0; i < 5; i++)
		page_tile(&s->page, words(s, "12"),
			  words(s, "independent origins"));
	page_close(&s->page);
	page_picture(&s->page,
		     hear_span_of("<svg viewBox=\"0 0 640 80\" width=\"640\">"
				  "<text x=\"5\" y=\"40\" fill=\"currentColor\">"
				  "300</text></svg>"),
		     words(s, "What was said of it, and when"));
	for (i = 0; i < 3; i++) {
		ratings[i].who = words(s, "alice");
		ratings[i].when = words(s, "2026-11-26");
		ratings[i].reliability = hear_span_of("B");
		ratings[i].credibility = hear_span_of("3");
		ratings[i].likelihood = words(s, "very likely");
		ratings[i].note = words(s, "One origin, however many repeat it");
	}
	page_ratings(&s->page, ratings, 3);
	table(s);
	page_close(&s->page);
	page_section(&s->page, &entries[1]);
	for (i = 0; i < CLAIMS; i++)
		card(s, i);
	page_close(&s->page);
}

int main(int argc, char **argv)
{
	struct specimen s = {.arena = hear_arena_new()};
	struct hear_buffer out = {0};

	if (!s.arena)
		return 1;
	s.hostile = argc > 1 && strcmp(argv[1], "hostile") == 0;
	page_begin(&s.page, &out, "en", words(&s, "A specimen"));
	page_band(&s.page, "header", HEAR_AMBER);
	page_open(&s.page, "main", NULL);
	body(&s);
	page_close(&s.page);
	page_band(&s.page, "footer", HEAR_AMBER);
	page_end(&s.page);
	if (out.failed)
		return 1;
	(void)fwrite(out.data, 1, out.size, stdout);
	hear_buffer_done(&out);
	hear_arena_free(s.arena);
	return fflush(stdout) != 0;
}
