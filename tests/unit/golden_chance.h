/* golden_chance.h - cases made by chance: what they come to nobody worked
 * out, but it must be sound, and the same on every node.
 */
#ifndef TESTS_UNIT_GOLDEN_CHANCE_H
#define TESTS_UNIT_GOLDEN_CHANCE_H

#include "tests/unit/golden_file.h"

enum { CHANCE_CLAIMS = 14, CHANCE_OTHERS = 4, CHANCE_LINES = 32 };

/* One of `choices`, which end with NULL; "" is to leave the field out. */
static inline const char *chance_of(uint64_t *seed, const char *const choices[])
{
	uint32_t count = 0;

	while (choices[count])
		count++;
	return choices[golden_random(seed, count)];
}

static inline void chance_field(struct hear_buffer *line, const char *key,
				const char *value)
{
	if (*value)
		hear_buffer_print(line, ",\"%s\":%s", key, value);
}

/* With `narrow` most claims answer one question. */
static inline void chance_claim(uint64_t *seed, unsigned nth, bool narrow,
				struct hear_buffer *line)
{
	static const char *const subjects[] = {"\"soldiers\"", "\"Soldiers\"",
					       "\"troops\"", NULL};
	static const char *const predicates[] = {"\"killed\"", "\"killed\"",
						 "\"wounded\"",
						 "\"casualties\"", NULL};
	static const char *const values[] = {
		"\"300\"", "\"about 300\"", "\"nearly 310\"", "\"310\"",
		"\"more than 3000\"", "\"up to 300\"", "\"270..330\"",
		"\"3 %\"", "\"dozens\"", "\"2 km\"", "\"2000 m\"", "\"many\"",
		"true", "false", "{\"date\":\"2025-01\"}", "\"Kursk\"",
		"\"Sudzha\"", NULL};
	static const char *const chains[] = {
		"\"A\"", "\"B\"", "\"C\"", "\"A < B\"", "\"B < A\"",
		"\"C < A < C\"", "\"A + B\"", "\"X < C (told; at 2025-01-11)\"",
		"\"X < C (told; at 2025-01-12)\"", "\"X < ?an official\"",
		"\"B < C\"", "\"C < A\"", "\"Y < N\"", "\"Y < NIS\"", "", NULL};
	static const char *const said[] = {
		"\"2025-01-10\"", "\"2025-01-10\"", "\"2025-01-11\"",
		"\"2025-01-12\"", "\"../2025-01-12\"",
		"\"2025-01-11T10:00Z\"", "", NULL};
	static const char *const until[] = {"", "", "", "\"2025-01-10\"",
					    "\"2025-01\"", NULL};
	static const char *const stances[] = {
		"", "", "", "", "", "", "\"denies\"", "\"doubts\"",
		"\"withdraws\"", "\"silent\"", "\"possible\"", NULL};
	static const char *const of[] = {"", "", "[\"civilians\"]",
					 "[\"civilians\",\"children\"]", NULL};
	static const char *const places[] = {"", "", "\"Kursk\"", "\"Sudzha\"",
					     NULL};
	static const char *const quotes[] = {
		"", "", "\"about three hundred of their men were killed\"",
		"\"quite another number of their men were killed\"", NULL};
	static const char *const documents[] = {
		"", "\"d1\"", "\"d2\"",
		"{\"key\":\"d3\",\"publisher\":\"X\","
		"\"published\":\"2025-01-11\"}",
		NULL};
	const char *stance = chance_of(seed, stances);
	uint32_t window = narrow ? 2 : golden_random(seed, 4);

	hear_buffer_print(line, "{\"label\":\"c%u\"", nth);
	if (narrow) {
		chance_field(line, "subject", subjects[0]);
		chance_field(line, "predicate", predicates[0]);
	} else {
		chance_field(line, "subject", chance_of(seed, subjects));
		chance_field(line, "predicate", chance_of(seed, predicates));
		chance_field(line, "of", chance_of(seed, of));
		chance_field(line, "place", chance_of(seed, places));
	}
	chance_field(line, "stance", stance);
	if (!*stance || golden_random(seed, 4) == 0)
		chance_field(line, "value", chance_of(seed, values));
	if (*stance && nth > 0 && golden_random(seed, 2) == 0)
		hear_buffer_print(line, ",\"re\":\"c%u\"",
				  golden_random(seed, nth));
	chance_field(line, "by", chance_of(seed, chains));
	chance_field(line, "said", chance_of(seed, said));
	chance_field(line, "until", chance_of(seed, until));
	if (window == 1)
		chance_field(line, "since", "\"2024-10\"");
	else if (window == 2)
		chance_field(line, "event", "\"2025-01-09\"");
	chance_field(line, "quote", chance_of(seed, quotes));
	chance_field(line, "doc", chance_of(seed, documents));
	hear_buffer_text(line, "}");
}

static inline void chance_other(uint64_t *seed, unsigned nth,
				struct hear_buffer *line)
{
	static const char *const others[] = {
		"\"kind\":\"term\",\"as\":\"source\",\"same\":[\"N\",\"NIS\"]}",
		"\"kind\":\"term\",\"as\":\"source\",\"part\":\"A\","
		"\"whole\":\"C\"}",
		"\"kind\":\"term\",\"as\":\"source\",\"part\":\"C\","
		"\"whole\":\"A\"}",
		"\"kind\":\"term\",\"as\":\"place\",\"part\":\"Sudzha\","
		"\"whole\":\"Kursk\"}",
		"\"kind\":\"term\",\"as\":\"subject\",\"same\":[\"soldiers\","
		"\"troops\"]}",
		"\"kind\":\"definition\",\"name\":\"casualties\",\"sum\":"
		"[\"killed\",\"wounded\"]}",
		"\"kind\":\"definition\",\"name\":\"killed\",\"sum\":"
		"[\"casualties\",\"lost\"]}",
		"\"kind\":\"definition\",\"name\":\"dozens\",\"means\":"
		"\"12..24\"}",
		"\"kind\":\"definition\",\"name\":\"dozens\",\"means\":"
		"\"more than 60\"}",
		NULL};
	hear_buffer_print(line, "{\"label\":\"o%u\",%s", nth,
			  chance_of(seed, others));
}

static inline char *chance_line(struct hear_buffer *line)
{
	char *text;

	hear_buffer_byte(line, '\0');
	text = strdup(line->data);
	hear_buffer_done(line);
	*line = (struct hear_buffer){0};
	if (!text)
		exit(1);
	return text;
}

/* The case of that seed. Its lines live as long as the program. */
static inline struct golden chance_case(uint64_t seed)
{
	char **lines = calloc(CHANCE_LINES, sizeof *lines);
	struct hear_buffer line = {0};
	struct golden g = {.file = "by chance", .lines = lines, .first = 1};
	bool narrow = seed % 2 == 0;
	unsigned count = 0;
	unsigned i;

	if (!lines)
		exit(1);
	hear_buffer_print(&line, "case By chance, seed %llu",
			  (unsigned long long)seed);
	g.name = lines[count++] = chance_line(&line);
	g.name += strlen("case ");
	seed = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (i = 0; i < CHANCE_CLAIMS; i++) {
		chance_claim(&seed, i, narrow, &line);
		lines[count++] = chance_line(&line);
	}
	for (i = 0; i < CHANCE_OTHERS; i++) {
		chance_other(&seed, i, &line);
		lines[count++] = chance_line(&line);
	}
	hear_buffer_print(&line, "retract c%u",
			  golden_random(&seed, CHANCE_CLAIMS));
	lines[count++] = chance_line(&line);
	hear_buffer_print(&line, "retract o%u",
			  golden_random(&seed, CHANCE_OTHERS));
	lines[count++] = chance_line(&line);
	if (golden_random(&seed, 3) == 0)
		hear_buffer_text(&line, "ask by:A");
	else
		hear_buffer_text(&line, "#");
	lines[count++] = chance_line(&line);
	hear_buffer_text(&line, "expect");
	lines[count++] = chance_line(&line);
	hear_buffer_text(&line, "and other questions");
	lines[count++] = chance_line(&line);
	g.end = count + 1;
	return g;
}

#endif
