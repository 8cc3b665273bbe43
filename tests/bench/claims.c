/* SPDX-License-Identifier: ISC */
#include "tests/bench/claims.h"
#include "tests/bench/rows.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	WORDS = 50000,
	NAMES = 3000,
	OUTLETS = 200,
	SUBJECTS = 1000,
	PREDICATES = 40,
	PLACES = 500,
	TAGS = 300,
	WORD_ROOM = 24,
	NAME_ROOM = 64,
};

static const char *const stances[] = {"denies", "doubts", "possible",
				      "expects", "unconfirmed", "declines"};
static const char *const hedges[] = {"reportedly", "allegedly",
				     "estimates suggesting", "it is believed"};
static const char *const roles[] = {"spokesperson", "lawmaker", "minister",
				    "eyewitness", "analyst", "official"};
static const char *const ways[] = {"told reporters", "said in a statement",
				   "briefed", "wrote on Telegram", "cited"};
static const char *const units[] = {"USD", "km", "%", "EUR"};

struct maker {
	uint64_t random;
	char words[WORDS][WORD_ROOM];
	double below[WORDS]; /* weight of a word and all before it */
	char names[NAMES][NAME_ROOM];
	char outlets[OUTLETS][NAME_ROOM];
	char subjects[SUBJECTS][NAME_ROOM];
	char predicates[PREDICATES][NAME_ROOM];
	char places[PLACES][NAME_ROOM];
	char tags[TAGS][NAME_ROOM];
};

/* ---- Chance ---- */

/* SplitMix64. */
static uint64_t draw(struct maker *maker)
{
	uint64_t mixed = maker->random += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

static size_t below(struct maker *maker, size_t limit)
{
	return (size_t)(draw(maker) % limit);
}

static bool percent(struct maker *maker, unsigned chance)
{
	return below(maker, 100) < chance;
}

/* The first of many more often than the last: how often names are cited. */
static size_t skewed(struct maker *maker, size_t limit)
{
	return below(maker, 1 + below(maker, 1 + below(maker, limit)));
}

static const char *word(struct maker *maker)
{
	double at = (double)(draw(maker) >> 11) / 9007199254740992.0 *
		    maker->below[WORDS - 1];
	size_t low = 0;
	size_t high = WORDS - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (maker->below[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return maker->words[low];
}

/* ---- Names and words ---- */

/* Frequent words are short, as in any language. */
static void make_word(struct maker *maker, size_t rank, char *out)
{
	static const char *const begin[] = {
		"b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t",
		"v", "br", "kr", "st", "tr", "sh", "ch", "gr", "pl", "z"};
	static const char *const middle[] = {"a", "e", "i", "o", "u", "ea",
					     "ai", "ou", "y"};
	static const char *const end[] = {"", "", "", "n", "r", "s", "t",
					  "l", "m", "d"};
	size_t parts = rank < 80     ? 1
		       : rank < 2000 ? 1 + below(maker, 2)
				     : 2 + below(maker, 2);
	size_t i;

	out[0] = '\0';
	for (i = 0; i < parts; i++) {
		strcat(out, begin[below(maker, sizeof begin / sizeof *begin)]);
		strcat(out, middle[below(maker, sizeof middle /
							sizeof *middle)]);
		strcat(out, end[below(maker, sizeof end / sizeof *end)]);
	}
}

static void make_words(struct maker *maker)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < WORDS; i++) {
		make_word(maker, i, maker->words[i]);
		sum += 1.0 / ((double)i + 2.7);
		maker->below[i] = sum;
	}
}

/* `count` words one after another, each with a capital where `proper`. */
static void make_name(struct maker *maker, size_t count, bool proper,
		      char out[NAME_ROOM])
{
	char part[WORD_ROOM];
	size_t i;

	out[0] = '\0';
	for (i = 0; i < count; i++) {
		make_word(maker, 1000, part);
		if (proper)
			part[0] = (char)(part[0] - 'a' + 'A');
		if (i > 0)
			strcat(out, " ");
		strcat(out, part);
		if (proper && percent(maker, 8))
			strcat(out, "é");
	}
}

static void make_names(struct maker *maker)
{
	size_t i;

	for (i = 0; i < NAMES; i++)
		make_name(maker, 2, true, maker->names[i]);
	for (i = 0; i < OUTLETS; i++)
		make_name(maker, 2, true, maker->outlets[i]);
	for (i = 0; i < SUBJECTS; i++)
		make_name(maker, 2 + i % 2, i % 3 == 0, maker->subjects[i]);
	for (i = 0; i < PREDICATES; i++)
		make_name(maker, 1, false, maker->predicates[i]);
	for (i = 0; i < PLACES; i++)
		make_name(maker, 1 + i % 2, true, maker->places[i]);
	for (i = 0; i < TAGS; i++)
		make_name(maker, 1, false, maker->tags[i]);
}

/* ---- One claim ---- */

static void put_words(struct maker *maker, FILE *to, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		fprintf(to, "%s%s%s", i ? " " : "", word(maker),
			i + 1 < count && percent(maker, 8) ? "," : "");
}

static void put_hop(struct maker *maker, FILE *to, const char *who, bool person)
{
	fprintf(to, "{\"who\":[\"%s\"]", who);
	if (person && percent(maker, 50))
		fprintf(to, ",\"role\":\"%s\"", roles[below(maker, 6)]);
	if (person && percent(maker, 60))
		fprintf(to, ",\"how\":\"%s\"", ways[below(maker, 5)]);
	fputs("}", to);
}

static void put_chain(struct maker *maker, FILE *to, size_t outlet)
{
	size_t more = 1 + below(maker, 3);
	size_t i;

	fputs(",\"chain\":[", to);
	put_hop(maker, to, maker->outlets[outlet], false);
	for (i = 0; i < more; i++) {
		fputs(",", to);
		put_hop(maker, to, maker->names[skewed(maker, NAMES)], true);
	}
	fputs("]", to);
}

static void put_value(struct maker *maker, FILE *to)
{
	static const char *const ops[] = {"=", "~", ">", ">=", "<", "<="};
	size_t op = below(maker, 6);
	unsigned number = (unsigned)(1 + skewed(maker, 900)) *
			  (percent(maker, 30) ? 100 : 1);

	fprintf(to, ",\"value\":{\"op\":\"%s\"", ops[op]);
	if (op < 4)
		fprintf(to, ",\"lo\":\"%u\"", number);
	if (op < 2 || op > 3)
		fprintf(to, ",\"hi\":\"%u\"", number);
	if (percent(maker, 15))
		fprintf(to, ",\"unit\":\"%s\"", units[below(maker, 4)]);
	fputs("}", to);
}

static void put_date(struct maker *maker, FILE *to, const char *field)
{
	fprintf(to, ",\"%s\":\"20%02zu-%02zu-%02zu\"", field,
		22 + below(maker, 4), 1 + below(maker, 12),
		1 + below(maker, 28));
}

static void put_tags(struct maker *maker, FILE *to)
{
	size_t count = 1 + below(maker, 3);
	size_t i;

	fputs(",\"tags\":[", to);
	for (i = 0; i < count; i++)
		fprintf(to, "%s\"%s\"", i ? "," : "",
			maker->tags[skewed(maker, TAGS)]);
	fputs("]", to);
}

static void put_rest(struct maker *maker, FILE *to)
{
	if (percent(maker, 40))
		fprintf(to, ",\"of\":[\"%s\"]",
			maker->subjects[skewed(maker, 60)]);
	if (percent(maker, 50))
		fprintf(to, ",\"place\":{\"name\":\"%s\"}",
			maker->places[skewed(maker, PLACES)]);
	if (percent(maker, 40))
		put_date(maker, to, "event");
	if (percent(maker, 25))
		put_date(maker, to, "until");
	if (percent(maker, 10))
		fputs(",\"since\":\"..\"", to);
	if (percent(maker, 15))
		fprintf(to, ",\"stance\":\"%s\"", stances[below(maker, 6)]);
	if (percent(maker, 20))
		fprintf(to, ",\"hedge\":\"%s\"", hedges[below(maker, 4)]);
	if (percent(maker, 30))
		fprintf(to, ",\"locator\":\"paragraph %zu\"",
			1 + below(maker, 30));
	if (percent(maker, 10))
		fprintf(to, ",\"more\":{\"case\":\"K-%zu\"}",
			below(maker, 5000));
}

/* The outlet and address of a document depend on its number alone. */
static size_t put_document(struct maker *maker, FILE *to, uint64_t number)
{
	size_t outlet = (size_t)(number * 7919 % OUTLETS);
	char host[NAME_ROOM];
	size_t i;
	size_t at = 0;

	for (i = 0; maker->outlets[outlet][i]; i++) {
		char c = (char)(maker->outlets[outlet][i] | 0x20);

		if (c >= 'a' && c <= 'z')
			host[at++] = c;
	}
	host[at] = '\0';
	fprintf(to, ",\"document\":\"https://www.%s.example/2025/%02u/%s-%llu\"",
		host, (unsigned)(number % 12 + 1),
		maker->words[number * 31 % WORDS],
		(unsigned long long)number);
	return outlet;
}

static void put_claim(struct maker *maker, FILE *to, uint64_t number, bool rare)
{
	size_t outlet;

	fputs("{\"kind\":\"claim\",\"text\":\"", to);
	put_words(maker, to, 6 + below(maker, 5));
	fputs("\",\"quote\":\"“", to);
	put_words(maker, to, 6 + below(maker, 9));
	fprintf(to, "%s”\",\"lang\":\"%s\"", rare ? " " CLAIMS_RARE_WORD : "",
		percent(maker, 70) ? "en" : "uk");
	fprintf(to, ",\"subject\":\"%s\",\"predicate\":\"%s\"",
		maker->subjects[skewed(maker, SUBJECTS)],
		maker->predicates[skewed(maker, PREDICATES)]);
	put_value(maker, to);
	put_date(maker, to, "said");
	put_rest(maker, to);
	outlet = put_document(maker, to, number / 3);
	put_chain(maker, to, outlet);
	put_tags(maker, to);
	fputs("}\n", to);
}

static void write_all(struct maker *maker, FILE *to, uint64_t count)
{
	uint64_t tenth = count / 10;
	uint64_t i;

	for (i = 0; i < count; i++)
		put_claim(maker, to, i,
			  tenth && i < tenth * 10 && i % tenth == tenth / 2);
}

static FILE *open_new(const char *path)
{
	FILE *to = fopen(path, "w");

	if (!to)
		rows_stop("%s cannot be written", path);
	return to;
}

/* Past the first claims, so that those after them are others. */
static void pass_over(struct maker *maker, uint64_t count)
{
	FILE *to = open_new("/dev/null");
	uint64_t i;

	for (i = 0; i < count; i++)
		put_claim(maker, to, i, false);
	fclose(to);
}

static void write_new(const char *path, uint64_t first, uint64_t count)
{
	struct maker *maker = calloc(1, sizeof *maker);
	char part[512];
	FILE *to;
	uint64_t i;

	(void)snprintf(part, sizeof part, "%s.part", path);
	to = open_new(part);
	if (!maker)
		rows_stop("out of memory");
	maker->random = 20250113;
	make_words(maker);
	make_names(maker);
	pass_over(maker, first);
	if (first == 0)
		write_all(maker, to, count);
	for (i = first; first > 0 && i < first + count; i++)
		put_claim(maker, to, i, false);
	if (fclose(to) != 0 || rename(part, path) != 0)
		rows_stop("%s cannot be written", path);
	free(maker);
}

void claims_write(const char *path, uint64_t count)
{
	if (access(path, R_OK) == 0)
		return;
	rows_note("writing %llu claims", (unsigned long long)count);
	write_new(path, 0, count);
}

void claims_write_more(const char *path, uint64_t first, uint64_t count)
{
	if (access(path, R_OK) == 0)
		return;
	rows_note("writing %llu claims more", (unsigned long long)count);
	write_new(path, first, count);
}
