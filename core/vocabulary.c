/* SPDX-License-Identifier: ISC */
#include "core/vocabulary.h"
#include "core/bytes.h"
#include "core/text.h"

#include <string.h>

enum { MAX_WORDS = 16 };

/* What conflict monitors, newsrooms and those who count casualties record.
 * Everything in it is its own folded form, and no word stands twice. */
static const struct hear_predicate shipped[] = {
	{"killed",
	 "People who died of it, soldiers and civilians alike unless of "
	 "says whom.",
	 (const char *const[]){
		 "deaths", "death", "dead", "died", "fatalities",
		 "fatality", "slain", "death toll", "lives lost",
		 "killed in action", "kia", NULL}},
	{"wounded",
	 "People hurt and alive.",
	 (const char *const[]){
		 "injured", "injuries", "injury", "hurt",
		 "wounded in action", "wia", NULL}},
	{"casualties",
	 "Killed and wounded together, and missing or captured where the "
	 "source counts them in.",
	 (const char *const[]){
		 "casualty", "casualty count", "casualty toll",
		 "killed and wounded", "killed or wounded",
		 "dead and wounded", NULL}},
	{"missing",
	 "People whose fate is not known.",
	 (const char *const[]){
		 "unaccounted for", "disappeared", "missing in action",
		 "mia", NULL}},
	{"captured",
	 "People taken prisoner by the other side.",
	 (const char *const[]){
		 "taken prisoner", "prisoners taken", "prisoners of war",
		 "pow", "pows", "captives", NULL}},
	{"surrendered",
	 "People who gave themselves up.",
	 (const char *const[]){
		 "gave up", "laid down arms", "laid down their arms", NULL}},
	{"abducted",
	 "People taken by force and held outside the law.",
	 (const char *const[]){
		 "kidnapped", "taken hostage", "hostages taken",
		 "hostages", NULL}},
	{"detained",
	 "People held by an authority, with or without a charge.",
	 (const char *const[]){
		 "arrested", "arrests", "detentions", "taken into custody",
		 "in custody", "jailed", "imprisoned", NULL}},
	{"released",
	 "People set free, exchanged prisoners among them.",
	 (const char *const[]){
		 "freed", "set free", "let go", NULL}},
	{"displaced",
	 "People who had to leave their homes.",
	 (const char *const[]){
		 "internally displaced", "idps", "driven from their homes",
		 "left homeless", "displaced people", NULL}},
	{"evacuated",
	 "People moved out of danger by others.",
	 (const char *const[]){
		 "evacuees", "evacuations", "moved to safety", NULL}},
	{"rescued",
	 "People brought out alive.",
	 (const char *const[]){
		 "saved", "survivors found", "pulled from the rubble",
		 NULL}},
	{"infected",
	 "People who caught a disease, tested or not.",
	 (const char *const[]){
		 "infections", "cases", "case count", NULL}},
	{"tested positive",
	 "People whose infection a test confirmed.",
	 (const char *const[]){
		 "positive tests", "confirmed cases",
		 "confirmed infections", NULL}},
	{"hospitalised",
	 "People admitted to a hospital.",
	 (const char *const[]){
		 "hospitalized", "in hospital", "hospital admissions",
		 "admitted to hospital", NULL}},
	{"deployed",
	 "People or equipment sent to where they are to serve.",
	 (const char *const[]){
		 "sent", "troops sent", "dispatched", "deployment", NULL}},
	{"attacked",
	 "What was hit, and how many times.",
	 (const char *const[]){
		 "struck", "hit", "shelled", "bombed", "attacks",
		 "strikes", NULL}},
	{"fired",
	 "Missiles, drones or shells sent at the other side.",
	 (const char *const[]){
		 "launched", "launches", "missiles fired",
		 "drones launched", NULL}},
	{"intercepted",
	 "Missiles, drones or aircraft stopped before they hit.",
	 (const char *const[]){
		 "shot down", "downed", "brought down", "interceptions",
		 NULL}},
	{"destroyed",
	 "Buildings or equipment beyond repair.",
	 (const char *const[]){
		 "demolished", "levelled", "leveled", "razed", "wrecked",
		 NULL}},
	{"damaged",
	 "Buildings or equipment hit that can be repaired.",
	 (const char *const[]){
		 "damage", "partly destroyed", NULL}},
	{"lost",
	 "Equipment no longer available to its side: destroyed, damaged, "
	 "abandoned or captured.",
	 (const char *const[]){
		 "losses", "equipment losses", "equipment lost", NULL}},
	{"controls",
	 "Territory or a place held.",
	 (const char *const[]){
		 "holds", "occupies", "in control of", "under control",
		 NULL}},
	{"withdrew",
	 "Forces moved back, or out of something agreed.",
	 (const char *const[]){
		 "pulled out", "pulled back", "retreated", "withdrawn",
		 "withdrawal", NULL}},
	{"location",
	 "Where the subject is.",
	 (const char *const[]){
		 "whereabouts", "located in", "located at", "based in",
		 "position", NULL}},
	{"responsible",
	 "Who did it.",
	 (const char *const[]){
		 "perpetrator", "perpetrators", "culprit",
		 "carried out by", "to blame", NULL}},
	{"motive",
	 "Why it was done, or what for.",
	 (const char *const[]){
		 "reason", "purpose", "aim", "in return for",
		 "in exchange for", NULL}},
	{"cause",
	 "What brought it about.",
	 (const char *const[]){
		 "caused by", "due to", "origin of", NULL}},
	{"acknowledged",
	 "Whether someone owned up to it.",
	 (const char *const[]){
		 "admitted", "conceded", "owned up to", NULL}},
	{"planned",
	 "What is intended and has not happened yet.",
	 (const char *const[]){
		 "plans", "planning", "intends", "intended", "scheduled",
		 NULL}},
	{"ordered",
	 "What someone in command told others to do.",
	 (const char *const[]){
		 "orders", "commanded", "instructed", NULL}},
	{"announced",
	 "What was made public officially.",
	 (const char *const[]){
		 "announcement", "declared", "unveiled", NULL}},
	{"promised",
	 "What someone committed themselves to.",
	 (const char *const[]){
		 "pledged", "pledges", "vowed", "promises", NULL}},
	{"designated",
	 "What someone was officially listed or labelled as.",
	 (const char *const[]){
		 "labelled", "labeled", "listed as", "branded",
		 "blacklisted", NULL}},
	{"delivered",
	 "Aid, arms or goods that reached whom they were for.",
	 (const char *const[]){
		 "deliveries", "supplied", "aid delivered", "handed over",
		 NULL}},
	{"spent",
	 "Money paid out.",
	 (const char *const[]){
		 "spending", "expenditure", "outlay", NULL}},
	{"price",
	 "What one of it costs.",
	 (const char *const[]){
		 "cost", "costs", "priced at", NULL}},
	{"support",
	 "The share of respondents who would choose it.",
	 (const char *const[]){
		 "approval", "poll share", "voting intention",
		 "would vote for", "backing", NULL}},
	{"turnout",
	 "The share of voters who voted.",
	 (const char *const[]){
		 "voter turnout", "electoral turnout", NULL}},
	{"attended",
	 "How many people came.",
	 (const char *const[]){
		 "attendance", "attendees", "crowd size", "crowd",
		 "protesters", NULL}},
};

/* Words that say nothing of what a term names. */
static const char *const small_words[] = {
	"a", "an", "and", "at", "by", "for", "in", "of", "on", "or",
	"the", "to",
};

/* What may follow the part that two forms of one word share. */
static const char *const endings[] = {
	"",    "s",  "es", "ies", "d",	 "ed", "ied", "e",    "y",
	"ing", "er", "ers", "n",  "an", "ian", "ion", "ions",
};

struct words {
	struct hear_span word[MAX_WORDS];
	size_t count;
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

const struct hear_predicate *hear_predicate_shipped(size_t index)
{
	return index < COUNT(shipped) ? &shipped[index] : NULL;
}

static bool among(struct hear_span word, const char *const *list, size_t count)
{
	size_t i;

	for (i = 0; i < count && list[i]; i++)
		if (hear_span_is(word, list[i]))
			return true;
	return false;
}

const char *hear_vocabulary_synonym_of(struct hear_span term)
{
	size_t i;

	for (i = 0; i < COUNT(shipped); i++)
		if (hear_span_is(term, shipped[i].name) ||
		    among(term, shipped[i].synonyms, SIZE_MAX))
			return shipped[i].name;
	return NULL;
}

static bool divides(char c)
{
	return c == ' ' || c == '-' || c == '/' || c == ',';
}

/* The words of a term, the small ones perhaps; false where there are too many
 * or none. */
static bool split(struct words *out, struct hear_span term, bool small)
{
	size_t at = 0;
	size_t end;

	out->count = 0;
	while (at < term.size) {
		struct hear_span word;

		for (end = at; end < term.size && !divides(term.data[end]);)
			end++;
		word = hear_span_make(term.data + at, end - at);
		at = end + 1;
		if (word.size == 0 ||
		    (!small && among(word, small_words, COUNT(small_words))))
			continue;
		if (out->count == MAX_WORDS)
			return false;
		out->word[out->count++] = word;
	}
	return out->count > 0;
}

static size_t characters(struct hear_span word)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < word.size; i++)
		count += ((unsigned char)word.data[i] & 0xc0) != 0x80;
	return count;
}

static bool has_digit(struct hear_span word)
{
	size_t i;

	for (i = 0; i < word.size; i++)
		if (word.data[i] >= '0' && word.data[i] <= '9')
			return true;
	return false;
}

/* Whether two words share four bytes or more and then only end differently:
 * soldier and soldiers, Ukraine and Ukrainian, infected and infection. */
static bool same_stem(struct hear_span a, struct hear_span b)
{
	size_t shared = 0;

	while (shared < a.size && shared < b.size &&
	       a.data[shared] == b.data[shared])
		shared++;
	/* "captured" and "captures" share the e that begins their endings. */
	for (; shared >= 4; shared--)
		if (among(hear_span_make(a.data + shared, a.size - shared),
			  endings, COUNT(endings)) &&
		    among(hear_span_make(b.data + shared, b.size - shared),
			  endings, COUNT(endings)))
			return true;
	return false;
}

/* How alike two words are, 0 to 100. Short words and numbers are alike only
 * where they are equal: Iran is not Iraq, the 93rd not the 94th. */
static unsigned word_near(struct hear_span a, struct hear_span b)
{
	size_t length = characters(a.size < b.size ? a : b);
	unsigned limit = length < 5 ? 0 : length < 8 ? 1 : 2;
	unsigned distance;

	if (hear_span_equal(a, b))
		return 100;
	if (has_digit(a) || has_digit(b))
		return 0;
	if (same_stem(a, b))
		return 94;
	distance = hear_text_distance(a, b, limit);
	return distance > limit ? 0 : 100 - 10 * distance;
}

/* The share of words that are alike, in percent, each used once; squared, so
 * that a word too many weighs more than a letter. */
static unsigned words_near(const struct words *a, struct words *b)
{
	size_t all = a->count + b->count;
	unsigned sum = 0;
	size_t i, j;

	for (i = 0; i < a->count; i++) {
		unsigned best = 0;
		size_t which = 0;

		for (j = 0; j < b->count; j++) {
			unsigned near = word_near(a->word[i], b->word[j]);

			if (near > best) {
				best = near;
				which = j;
			}
		}
		if (best > 0)
			b->word[which] = b->word[--b->count];
		sum += 2 * best;
	}
	sum /= (unsigned)all;
	return sum * sum / 100;
}

/* Whether `word` is made of the first letters of `full`. */
static bool spells(struct hear_span word, const struct words *full)
{
	size_t used = 0;
	size_t i;

	for (i = 0; i < word.size; i++) {
		if (word.data[i] == '.')
			continue;
		if (used == full->count ||
		    word.data[i] != full->word[used].data[0])
			return false;
		used++;
	}
	return used > 1 && used == full->count;
}

/* Whether one term is the initials of the other: "nis" or "n.i.s." of National
 * Intelligence Service, "mod" or "md" of Ministry of Defence. */
static bool initials(struct hear_span word, struct hear_span term)
{
	struct words full;

	return (split(&full, term, false) && spells(word, &full)) ||
	       (split(&full, term, true) && spells(word, &full));
}

/* Whether two terms differ only in how they are divided: "air-craft". */
static bool same_letters(struct hear_span a, struct hear_span b)
{
	size_t i = 0;
	size_t j = 0;

	for (;;) {
		while (i < a.size && divides(a.data[i]))
			i++;
		while (j < b.size && divides(b.data[j]))
			j++;
		if (i == a.size || j == b.size)
			return i == a.size && j == b.size;
		if (a.data[i++] != b.data[j++])
			return false;
	}
}

unsigned hear_vocabulary_near(struct hear_span term, struct hear_span candidate)
{
	const char *predicate = hear_vocabulary_synonym_of(term);
	struct words a, b;
	unsigned near;

	if (hear_span_equal(term, candidate))
		return HEAR_NEAR_SAME;
	if (predicate && predicate == hear_vocabulary_synonym_of(candidate))
		return HEAR_NEAR_SYNONYM;
	if (!split(&a, term, false) || !split(&b, candidate, false))
		return 0;
	if (same_letters(term, candidate))
		return 95;
	if (initials(term, candidate) || initials(candidate, term))
		return 80;
	near = words_near(&a, &b);
	return near < 95 ? near : 95;
}
