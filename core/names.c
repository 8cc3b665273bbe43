/* SPDX-License-Identifier: ISC */
#include "core/names.h"
#include "core/bytes.h"
#include "core/error.h"

/* A list of words numbered from 1; entry 0 is not used. `also` are second
 * wordings of the same numbers, some NULL, or NULL as a whole. */
struct list {
	const char *what; /* "a stance" */
	const char *const *names;
	const char *const *also;
	size_t count; /* with entry 0 */
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const marking_names[] = {
	[HEAR_CLEAR] = "clear", [HEAR_GREEN] = "green",
	[HEAR_AMBER] = "amber", [HEAR_AMBER_STRICT] = "amber+strict",
	[HEAR_RED] = "red",	[HEAR_LOCAL] = "local",
};
static const char *const marking_also[COUNT(marking_names)] = {
	[HEAR_AMBER_STRICT] = "amber strict",
};
static const struct list markings = {"a marking", marking_names, marking_also,
				     COUNT(marking_names)};

static const char *const role_names[] = {
	[HEAR_READER] = "reader",
	[HEAR_WRITER] = "writer",
	[HEAR_ADMIN] = "admin",
};
static const struct list roles = {"a role", role_names, NULL,
				  COUNT(role_names)};

static const char *const removal_names[] = {
	[HEAR_REMOVAL_FLAG] = "flag",
	[HEAR_REMOVAL_SEAL] = "seal",
};
static const struct list removals = {"a mode of removal", removal_names, NULL,
				     COUNT(removal_names)};

static const char *const stance_names[] = {
	[HEAR_ASSERTS] = "asserts",   [HEAR_DENIES] = "denies",
	[HEAR_DOUBTS] = "doubts",     [HEAR_POSSIBLE] = "possible",
	[HEAR_EXPECTS] = "expects",   [HEAR_ASKS] = "asks",
	[HEAR_DECLINES] = "declines", [HEAR_UNCONFIRMED] = "unconfirmed",
	[HEAR_SILENT] = "silent",     [HEAR_WITHDRAWS] = "withdraws",
};
static const struct list stances = {"a stance", stance_names, NULL,
				    COUNT(stance_names)};

static const char *const kind_names[] = {
	[HEAR_KIND_CLAIM] = "claim",
	[HEAR_KIND_CAPTURE] = "capture",
	[HEAR_KIND_ASSESSMENT] = "assessment",
	[HEAR_KIND_RELATION] = "relation",
	[HEAR_KIND_TERM] = "term",
	[HEAR_KIND_DEFINITION] = "definition",
	[HEAR_KIND_RETRACTION] = "retraction",
	[HEAR_KIND_GENESIS] = "genesis",
	[HEAR_KIND_GRANT] = "grant",
	[HEAR_KIND_REMOVAL] = "removal",
	[HEAR_KIND_PURGE] = "purge",
};
static const struct list kinds = {"a kind of record", kind_names, NULL,
				  COUNT(kind_names)};

static const char *const relation_names[] = {
	[HEAR_SUPPORTS] = "supports",
	[HEAR_CONTRADICTS] = "contradicts",
	[HEAR_UPDATES] = "updates",
	[HEAR_CORRECTS] = "corrects",
	[HEAR_REPEATS] = "repeats",
};
static const struct list relations = {"a relation between claims",
				      relation_names, NULL,
				      COUNT(relation_names)};

static const char *const term_names[] = {
	[HEAR_TERM_SOURCE] = "source",
	[HEAR_TERM_SUBJECT] = "subject",
	[HEAR_TERM_PREDICATE] = "predicate",
	[HEAR_TERM_OF] = "of",
	[HEAR_TERM_PLACE] = "place",
	[HEAR_TERM_UNIT] = "unit",
};
static const struct list terms = {"a kind of term", term_names, NULL,
				  COUNT(term_names)};

static const char *const precision_names[] = {
	[HEAR_PLACE_EXACT] = "exact",	[HEAR_PLACE_NEAR] = "near",
	[HEAR_PLACE_TOWN] = "town",	[HEAR_PLACE_DISTRICT] = "district",
	[HEAR_PLACE_REGION] = "region", [HEAR_PLACE_COUNTRY] = "country",
};
static const struct list precisions = {"a precision of places", precision_names,
				       NULL, COUNT(precision_names)};

static const char *const likelihood_names[] = {
	[HEAR_ALMOST_NO_CHANCE] = "almost no chance",
	[HEAR_VERY_UNLIKELY] = "very unlikely",
	[HEAR_UNLIKELY] = "unlikely",
	[HEAR_ROUGHLY_EVEN] = "roughly even chance",
	[HEAR_LIKELY] = "likely",
	[HEAR_VERY_LIKELY] = "very likely",
	[HEAR_ALMOST_CERTAIN] = "almost certain",
};
static const char *const likelihood_also[COUNT(likelihood_names)] = {
	[HEAR_ALMOST_NO_CHANCE] = "remote",
	[HEAR_VERY_UNLIKELY] = "highly improbable",
	[HEAR_UNLIKELY] = "improbable",
	[HEAR_ROUGHLY_EVEN] = "roughly even odds",
	[HEAR_LIKELY] = "probable",
	[HEAR_VERY_LIKELY] = "highly probable",
	[HEAR_ALMOST_CERTAIN] = "nearly certain",
};
static const unsigned char likelihood_ranges[COUNT(likelihood_names)][2] = {
	[HEAR_ALMOST_NO_CHANCE] = {1, 5}, [HEAR_VERY_UNLIKELY] = {5, 20},
	[HEAR_UNLIKELY] = {20, 45},	  [HEAR_ROUGHLY_EVEN] = {45, 55},
	[HEAR_LIKELY] = {55, 80},	  [HEAR_VERY_LIKELY] = {80, 95},
	[HEAR_ALMOST_CERTAIN] = {95, 99},
};
static const struct list likelihoods = {"a likelihood", likelihood_names,
					likelihood_also,
					COUNT(likelihood_names)};

static const char *const reliability[] = {
	"completely reliable", "usually reliable",
	"fairly reliable",     "not usually reliable",
	"unreliable",	       "reliability cannot be judged",
};
static const char *const credibility[] = {
	"confirmed by other sources", "probably true",
	"possibly true",	      "doubtful",
	"improbable",		      "truth cannot be judged",
};

static char plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' || c == '_' ? ' ' : c;
}

bool hear_name_equal(struct hear_span a, struct hear_span b)
{
	size_t i;

	if (a.size != b.size)
		return false;
	for (i = 0; i < a.size; i++)
		if (plain(a.data[i]) != plain(b.data[i]))
			return false;
	return true;
}

static const char *name(const struct list *list, size_t number)
{
	if (number < 1 || number >= list->count)
		return "unknown";
	return list->names[number];
}

/* Says "'ambr' is not a marking; write one of: clear, green, ...". */
static enum hear_code refuse(const struct list *list, struct hear_span text,
			     struct hear_err *err)
{
	struct hear_span word = hear_span_cut(text, 60);
	struct hear_buffer names = {0};
	enum hear_code code;
	size_t i;

	for (i = 1; i < list->count; i++)
		hear_buffer_print(&names, "%s%s", i > 1 ? ", " : "",
				  list->names[i]);
	if (names.failed)
		code = hear_fail_memory(err);
	else
		code = hear_fail(err, HEAR_INVALID,
				 "'%.*s' is not %s; write one of: %s",
				 (int)word.size, word.size ? word.data : "",
				 list->what, names.data);
	hear_buffer_done(&names);
	return code;
}

static enum hear_code parse(const struct list *list, struct hear_span text,
			    size_t *number, struct hear_err *err)
{
	struct hear_span word = hear_span_trim(text);
	size_t i;

	for (i = 1; i < list->count; i++) {
		if (hear_name_equal(word, hear_span_of(list->names[i])) ||
		    (list->also && list->also[i] &&
		     hear_name_equal(word, hear_span_of(list->also[i])))) {
			*number = i;
			return HEAR_OK;
		}
	}
	return refuse(list, word, err);
}

const char *hear_marking_name(enum hear_marking marking)
{
	return name(&markings, marking);
}

enum hear_code hear_marking_parse(struct hear_span text,
				  enum hear_marking *out, struct hear_err *err)
{
	struct hear_span word = hear_span_trim(text);
	enum hear_code code;
	size_t number;

	if (word.size > 4 && hear_name_equal(hear_span_make(word.data, 4),
					     hear_span_of("tlp:")))
		word = hear_span_make(word.data + 4, word.size - 4);
	code = parse(&markings, word, &number, err);
	if (code == HEAR_OK)
		*out = (enum hear_marking)number;
	return code;
}

const char *hear_role_name(enum hear_role role)
{
	return name(&roles, role);
}

enum hear_code hear_role_parse(struct hear_span text, enum hear_role *out,
			       struct hear_err *err)
{
	size_t number;
	enum hear_code code = parse(&roles, text, &number, err);

	if (code == HEAR_OK)
		*out = (enum hear_role)number;
	return code;
}

const char *hear_removal_name(enum hear_removal removal)
{
	return name(&removals, removal);
}

enum hear_code hear_removal_parse(struct hear_span text,
				  enum hear_removal *out, struct hear_err *err)
{
	size_t number;
	enum hear_code code = parse(&removals, text, &number, err);

	if (code == HEAR_OK)
		*out = (enum hear_removal)number;
	return code;
}

const char *hear_stance_name(enum hear_stance stance)
{
	return name(&stances, stance);
}

enum hear_code hear_stance_parse(struct hear_span text, enum hear_stance *out,
				 struct hear_err *err)
{
	size_t number;
	enum hear_code code = parse(&stances, text, &number, err);

	if (code == HEAR_OK)
		*out = (enum hear_stance)number;
	return code;
}

const char *hear_kind_name(enum hear_kind kind)
{
	return name(&kinds, kind);
}

enum hear_code hear_kind_parse(struct hear_span text, enum hear_kind *out,
			       struct hear_err *err)
{
	size_t number;
	enum hear_code code = parse(&kinds, text, &number, err);

	if (code == HEAR_OK)
		*out = (enum hear_kind)number;
	return code;
}

const char *hear_relation_name(enum hear_relation relation)
{
	return name(&relations, relation);
}

enum hear_code hear_relation_parse(struct hear_span text,
				   enum hear_relation *out,
				   struct hear_err *err)
{
	size_t number;
	enum hear_code code = parse(&relations, text, &number, err);

	if (code == HEAR_OK)
		*out = (enum hear_relation)number;
	return code;
}

const char *hear_term_name(enum hear_term term)
{
	return name(&terms, term);
}

enum hear_code hear_term_parse(struct hear_span text, enum hear_term *out,
			       struct hear_err *err)
{
	size_t number;
	enum hear_code code = parse(&terms, text, &number, err);

	if (code == HEAR_OK)
		*out = (enum hear_term)number;
	return code;
}

const char *hear_precision_name(enum hear_precision precision)
{
	return name(&precisions, precision);
}

enum hear_code hear_precision_parse(struct hear_span text,
				    enum hear_precision *out,
				    struct hear_err *err)
{
	size_t number;
	enum hear_code code = parse(&precisions, text, &number, err);

	if (code == HEAR_OK)
		*out = (enum hear_precision)number;
	return code;
}

const char *hear_reliability_text(char letter)
{
	char lower = plain(letter);

	return lower >= 'a' && lower <= 'f' ? reliability[lower - 'a'] : NULL;
}

const char *hear_credibility_text(char digit)
{
	return digit >= '1' && digit <= '6' ? credibility[digit - '1'] : NULL;
}

const char *hear_likelihood_name(enum hear_likelihood likelihood)
{
	return name(&likelihoods, likelihood);
}

enum hear_code hear_likelihood_parse(struct hear_span text,
				     enum hear_likelihood *out,
				     struct hear_err *err)
{
	size_t number;
	enum hear_code code = parse(&likelihoods, text, &number, err);

	if (code == HEAR_OK)
		*out = (enum hear_likelihood)number;
	return code;
}

void hear_likelihood_range(enum hear_likelihood likelihood, unsigned *low,
			   unsigned *high)
{
	size_t number = likelihood;

	if (number >= likelihoods.count)
		number = 0;
	*low = likelihood_ranges[number][0];
	*high = likelihood_ranges[number][1];
}
