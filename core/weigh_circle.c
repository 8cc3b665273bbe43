/* SPDX-License-Identifier: ISC */
/* weigh_circle.c - who only seems to say it: those that cite one another in a
 * circle, and those that repeat another's very words. */
#include "core/bytes.h"
#include "core/weighing.h"

#include <stdlib.h>

/* ---- Circles ---- */

/* Sources of one question and who cites whom, from the nearer one to the one
 * further on. */
struct citation {
	uint32_t from;
	uint32_t to;
};

struct circling {
	struct hear_weighing *weighing;
	struct citation *citations;
	uint32_t count;
	uint32_t room;
	uint32_t *nodes; /* sorted roots */
	uint32_t node_count;
	uint32_t *index; /* Tarjan's, from 1; 0: not reached */
	uint32_t *low;
	uint32_t *circle; /* of each node; HEAR_NOBODY: in none */
	uint32_t *stack;
	uint32_t *path; /* of the walk: nodes, and where each goes on */
	uint32_t *next;
	bool *on_stack;
};

static int citation_order(const void *a, const void *b)
{
	const struct citation *left = a;
	const struct citation *right = b;

	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return (left->to > right->to) - (left->to < right->to);
}

static void cite(struct circling *circling, const struct hear_inner *inner)
{
	struct hear_weighing *weighing = circling->weighing;
	const uint32_t *hops = weighing->lists + inner->hop_first;
	uint32_t before = HEAR_NOBODY;
	uint16_t i;

	for (i = 0; i < inner->hops; i++) {
		uint32_t root;

		if (hops[i] == HEAR_NOBODY)
			continue;
		root = hear_lexicon_joined(weighing->lexicon, hops[i]);
		if (before != HEAR_NOBODY && before != root &&
		    hear_weighing_grow(weighing,
				       (void **)&circling->citations,
				       &circling->room, circling->count,
				       sizeof *circling->citations)) {
			circling->citations[circling->count].from = before;
			circling->citations[circling->count++].to = root;
		}
		before = root;
	}
}

static uint32_t node_of(const struct circling *circling, uint32_t root)
{
	uint32_t low = 0;
	uint32_t high = circling->node_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (circling->nodes[middle] < root)
			low = middle + 1;
		else
			high = middle;
	}
	return low < circling->node_count && circling->nodes[low] == root
		       ? low
		       : HEAR_NOBODY;
}

static bool make_nodes(struct circling *circling)
{
	uint32_t count = 2 * circling->count;
	uint32_t kept = 0;
	uint32_t i;

	circling->nodes = malloc((count + 1) * sizeof *circling->nodes);
	if (!circling->nodes)
		return false;
	qsort(circling->citations, circling->count,
	      sizeof *circling->citations, citation_order);
	for (i = 0; i < circling->count; i++) {
		circling->nodes[2 * i] = circling->citations[i].from;
		circling->nodes[2 * i + 1] = circling->citations[i].to;
	}
	qsort(circling->nodes, count, sizeof *circling->nodes, hear_number_order);
	for (i = 0; i < count; i++)
		if (kept == 0 ||
		    circling->nodes[kept - 1] != circling->nodes[i])
			circling->nodes[kept++] = circling->nodes[i];
	circling->node_count = kept;
	circling->index = calloc(kept, sizeof *circling->index);
	circling->low = calloc(kept, sizeof *circling->low);
	circling->circle = malloc(kept * sizeof *circling->circle);
	circling->stack = malloc(kept * sizeof *circling->stack);
	circling->path = malloc(kept * sizeof *circling->path);
	circling->next = malloc(kept * sizeof *circling->next);
	circling->on_stack = calloc(kept, sizeof *circling->on_stack);
	return circling->index && circling->low && circling->circle &&
	       circling->stack && circling->path && circling->next &&
	       circling->on_stack;
}

static uint32_t first_citation(const struct circling *circling, uint32_t root)
{
	uint32_t low = 0;
	uint32_t high = circling->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (circling->citations[middle].from < root)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Tarjan's strongly connected components, without recursion: a chain of ten
 * thousand sources must not take ten thousand frames. */
static void walk(struct circling *circling, uint32_t start, uint32_t *count)
{
	uint32_t depth = 0;
	uint32_t stacked = 0;

	circling->path[depth] = start;
	circling->next[depth] =
		first_citation(circling, circling->nodes[start]);
	circling->index[start] = circling->low[start] = ++*count;
	circling->stack[stacked++] = start;
	circling->on_stack[start] = true;
	for (;;) {
		uint32_t node = circling->path[depth];
		uint32_t at = circling->next[depth];

		if (at < circling->count &&
		    circling->citations[at].from == circling->nodes[node]) {
			uint32_t to = node_of(circling,
					      circling->citations[at].to);

			circling->next[depth]++;
			if (circling->index[to] == 0) {
				circling->index[to] = circling->low[to] =
					++*count;
				circling->stack[stacked++] = to;
				circling->on_stack[to] = true;
				circling->path[++depth] = to;
				circling->next[depth] = first_citation(
					circling, circling->nodes[to]);
			} else if (circling->on_stack[to] &&
				   circling->index[to] < circling->low[node]) {
				circling->low[node] = circling->index[to];
			}
			continue;
		}
		if (circling->low[node] == circling->index[node]) {
			bool alone = circling->stack[stacked - 1] == node;
			uint32_t member;

			do {
				member = circling->stack[--stacked];
				circling->on_stack[member] = false;
				circling->circle[member] =
					alone ? HEAR_NOBODY : node;
			} while (member != node);
		}
		if (depth == 0)
			return;
		depth--;
		if (circling->low[node] < circling->low[circling->path[depth]])
			circling->low[circling->path[depth]] =
				circling->low[node];
	}
}

/* Whether nobody outside of the circle had it from the origin: where the last
 * but one of the chain is in it, too. */
static bool within_circle(const struct circling *circling,
			  const struct hear_inner *inner)
{
	const struct hear_weighing *weighing = circling->weighing;
	const uint32_t *hops = weighing->lists + inner->hop_first;
	uint32_t origin;
	uint32_t node;
	uint16_t i;

	if (inner->hops == 0 || hops[inner->hops - 1] == HEAR_NOBODY)
		return false;
	origin = hear_lexicon_joined(weighing->lexicon, hops[inner->hops - 1]);
	node = node_of(circling, origin);
	if (node == HEAR_NOBODY || circling->circle[node] == HEAR_NOBODY)
		return false;
	for (i = (uint16_t)(inner->hops - 1); i-- > 0;) {
		uint32_t root;
		uint32_t other;

		if (hops[i] == HEAR_NOBODY)
			return false;
		root = hear_lexicon_joined(weighing->lexicon, hops[i]);
		if (root == origin)
			continue;
		other = node_of(circling, root);
		return other != HEAR_NOBODY &&
		       circling->circle[other] == circling->circle[node];
	}
	return false;
}

/* It takes a chain of three, or two chains of two. */
static bool may_circle(const struct hear_weighing *weighing,
		       const struct hear_question *question)
{
	uint32_t i;

	for (i = 0; i < question->voice_count; i++) {
		const struct hear_inner *inner =
			&weighing->inner[weighing->voices[question->first_voice +
							  i]
						 .claim];

		if (inner->hops > 2 ||
		    (inner->hops > 1 && question->party_count > 1))
			return true;
	}
	return false;
}

/* The first voice by which a party asserts; HEAR_NOBODY where there is none, or
 * one that somebody outside of the circle passed on. */
static uint32_t circular_voice(const struct circling *circling,
			       const struct hear_party *party)
{
	const struct hear_weighing *weighing = circling->weighing;
	uint32_t first = HEAR_NOBODY;
	uint32_t i;

	for (i = party->first_voice;
	     i < party->first_voice + party->voice_count; i++) {
		uint32_t claim = weighing->voices[i].claim;

		if (weighing->claims[claim].stance != HEAR_ASSERTS)
			continue;
		if (!within_circle(circling, &weighing->inner[claim]))
			return HEAR_NOBODY;
		if (first == HEAR_NOBODY)
			first = i;
	}
	return first;
}

static uint32_t circle_of(const struct circling *circling, uint32_t voice)
{
	const struct hear_weighing *weighing = circling->weighing;
	uint32_t claim = weighing->voices[voice].claim;

	return circling->circle[node_of(
		circling, hear_lexicon_joined(weighing->lexicon,
					      weighing->claims[claim].origin))];
}

static void judge_circles(struct circling *circling, uint32_t question)
{
	struct hear_weighing *weighing = circling->weighing;
	const struct hear_question *seen = &weighing->questions[question];
	uint32_t before = HEAR_NOBODY; /* the circular voice before */
	uint32_t told = weighing->finding_count;
	uint32_t p;

	for (p = 0; p < seen->party_count; p++) {
		struct hear_party *party =
			&weighing->parties[seen->first_party + p];
		uint32_t voice = circular_voice(circling, party);
		uint32_t other = before;

		if (voice == HEAR_NOBODY)
			continue;
		party->circular = true;
		if (other != HEAR_NOBODY &&
		    circle_of(circling, other) != circle_of(circling, voice))
			other = HEAR_NOBODY;
		hear_weigh_found(weighing, HEAR_FOUND_CIRCULAR, question, voice,
				 other, hear_span_make(NULL, 0));
		/* The first of a circle names the second, too. */
		if (!weighing->failed && other != HEAR_NOBODY &&
		    weighing->finding_count > told + 1 &&
		    weighing->findings[weighing->finding_count - 2].b ==
			    HEAR_NOBODY)
			weighing->findings[weighing->finding_count - 2].b =
				voice;
		before = voice;
	}
}

void hear_weigh_circles(struct hear_weighing *weighing, uint32_t question)
{
	const struct hear_question *seen = &weighing->questions[question];
	struct circling circling = {.weighing = weighing};
	uint32_t count = 0;
	uint32_t i;

	if (!may_circle(weighing, seen))
		return;
	for (i = 0; i < seen->voice_count; i++) {
		uint32_t claim =
			weighing->voices[seen->first_voice + i].claim;

		if (weighing->claims[claim].stance == HEAR_ASSERTS)
			cite(&circling, &weighing->inner[claim]);
	}
	if (circling.count > 0 && !weighing->failed) {
		if (!make_nodes(&circling))
			weighing->failed = true;
		for (i = 0; i < circling.node_count && !weighing->failed; i++)
			if (circling.index[i] == 0)
				walk(&circling, i, &count);
		if (!weighing->failed)
			judge_circles(&circling, question);
	}
	free(circling.citations);
	free(circling.nodes);
	free(circling.index);
	free(circling.low);
	free(circling.circle);
	free(circling.stack);
	free(circling.path);
	free(circling.next);
	free(circling.on_stack);
}

/* ---- Copies ---- */

/* Of the same words the first said is the original; of those of one day that of
 * the first origin by name, and then of the first document. */
static int quote_order(const void *a, const void *b, void *context)
{
	const struct hear_weighing *weighing = context;
	const struct hear_voice *voice =
		&weighing->voices[*(const uint32_t *)a];
	const struct hear_voice *against =
		&weighing->voices[*(const uint32_t *)b];
	uint32_t left = voice->claim;
	uint32_t right = against->claim;
	int order;
	const struct hear_weighed *one = &weighing->claims[left];
	const struct hear_weighed *other = &weighing->claims[right];

	if (weighing->inner[left].quote != weighing->inner[right].quote)
		return weighing->inner[left].quote <
				       weighing->inner[right].quote
			       ? -1
			       : 1;
	/* What has no date copies nobody's words before those with one. */
	if (one->said_ms != other->said_ms) {
		if (one->said_ms == INT64_MIN || other->said_ms == INT64_MIN)
			return one->said_ms == INT64_MIN ? 1 : -1;
		return one->said_ms < other->said_ms ? -1 : 1;
	}
	/* Parties are in order of name. */
	if (voice->party != against->party)
		return voice->party < against->party ? -1 : 1;
	order = hear_span_order(one->document, other->document);
	return order ? order : (left > right) - (left < right);
}

static void mark_copies(struct hear_weighing *weighing, uint32_t question,
			const uint32_t *quoted, uint32_t count)
{
	uint32_t first = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		const struct hear_voice *source =
			&weighing->voices[quoted[first]];
		const struct hear_voice *voice = &weighing->voices[quoted[i]];
		struct hear_weighed *claim = &weighing->claims[voice->claim];

		if (weighing->inner[voice->claim].quote !=
		    weighing->inner[source->claim].quote) {
			first = i;
			continue;
		}
		if (i == first || voice->party == source->party ||
		    weighing->inner[voice->claim].document ==
			    weighing->inner[source->claim].document)
			continue;
		claim->retold = true;
		claim->copied_from = source->claim;
		hear_weigh_found(weighing, HEAR_FOUND_COPIED, question,
				 quoted[first], quoted[i],
				 hear_span_make(NULL, 0));
	}
}

/* A party copies another where every claim by which it asserts does. */
static void judge_copies(struct hear_weighing *weighing, uint32_t question,
			 uint32_t *quoted, uint32_t count)
{
	const struct hear_question *seen = &weighing->questions[question];
	uint32_t p;
	uint32_t v;

	hear_weigh_sort_voices(weighing, quoted, count);
	for (p = 0; p < seen->party_count; p++) {
		struct hear_party *party =
			&weighing->parties[seen->first_party + p];
		uint32_t copied = HEAR_NOBODY;
		bool all = true;

		for (v = 0; v < party->voice_count && all; v++) {
			const struct hear_weighed *claim =
				&weighing->claims[weighing->voices
							  [party->first_voice +
							   v]
								  .claim];

			if (claim->stance != HEAR_ASSERTS)
				continue;
			all = claim->retold;
			if (copied == HEAR_NOBODY)
				copied = claim->copied_from;
		}
		if (!all || copied == HEAR_NOBODY)
			continue;
		copied = hear_weigh_voice_of(weighing, quoted, count, copied);
		if (copied != HEAR_NOBODY)
			party->copies = weighing->voices[copied].party;
	}
}

void hear_weigh_copies(struct hear_weighing *weighing, uint32_t question)
{
	const struct hear_question *seen = &weighing->questions[question];
	uint32_t *quoted = NULL;
	uint32_t count = 0;
	uint32_t room = 0;
	uint32_t i;

	if (seen->party_count < 2)
		return;
	for (i = seen->first_voice; i < seen->first_voice + seen->voice_count;
	     i++) {
		const struct hear_voice *voice = &weighing->voices[i];

		if (voice->party != HEAR_NOBODY &&
		    weighing->inner[voice->claim].quote != HEAR_NOBODY &&
		    weighing->claims[voice->claim].stance == HEAR_ASSERTS &&
		    hear_weighing_grow(weighing, (void **)&quoted, &room, count,
				       sizeof *quoted))
			quoted[count++] = i;
	}
	if (count > 1 && !weighing->failed) {
		qsort_r(quoted, count, sizeof *quoted, quote_order, weighing);
		mark_copies(weighing, question, quoted, count);
		judge_copies(weighing, question, quoted, count);
	}
	free(quoted);
}
