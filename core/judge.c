/* SPDX-License-Identifier: ISC */
/* judge.c - keys are judged by ascending rank: founders have rank 0, others
 * one more than the lowest of those who made them admins. When the events of a
 * rank are judged, all grants by lower ones are, so it is known who has this
 * rank and what it may give. Within a rank removals come first, in causal
 * order: a removal is only ever undone by a strictly senior key, so that two
 * equals who remove each other are both gone. */
#include "core/judge.h"
#include "core/bytes.h"
#include "core/error.h"

#include <stdlib.h>
#include <string.h>

struct judging {
	const struct hear_history *history;
	struct hear_judgement *out;
	uint32_t *ranked; /* keys in order of rank */
	size_t ranked_count;
	uint32_t *events; /* of one rank */
	size_t event_count;
};

/* A moment: what is asked about is looked at from there. */
struct moment {
	const uint64_t *past; /* NULL: the end of all */
	uint32_t filing;
	uint32_t index;
};

/* ---- What came before what ---- */

static struct moment moment_of(const struct hear_history *history,
			       const struct hear_event *event)
{
	struct moment moment = {history->filings[event->filing].past,
				event->filing, event->index};

	return moment;
}

static bool is_past(const struct moment *moment, const struct hear_event *event)
{
	if (!moment->past)
		return true;
	if (event->filing == moment->filing)
		return event->index < moment->index;
	return event->filing < moment->filing &&
	       hear_bit(moment->past, event->filing);
}

static bool counts(const struct hear_judgement *judgement, uint32_t event)
{
	return judgement->verdicts[event].counts;
}

/* ---- Admins ---- */

/* Whether an effective removal of the key that is past at the moment is not
 * past in the grant. */
static bool removed_after(const struct hear_history *history,
			  const struct hear_judgement *judgement,
			  const struct hear_event *grant,
			  const struct moment *moment)
{
	uint32_t at = history->keys[grant->about].last_about;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about) {
		const struct hear_event *removal = &history->events[at];

		if (removal->act.kind == HEAR_KIND_REMOVAL &&
		    counts(judgement, at) && is_past(moment, removal) &&
		    !hear_history_before(history, removal, grant))
			return true;
	}
	return false;
}

static bool is_admin(const struct hear_history *history,
		     const struct hear_judgement *judgement, uint32_t key,
		     const struct moment *moment)
{
	uint32_t at = history->keys[key].last_about;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about) {
		const struct hear_event *grant = &history->events[at];

		if (grant->act.kind != HEAR_KIND_REMOVAL &&
		    counts(judgement, at) &&
		    judgement->verdicts[at].role == HEAR_ADMIN &&
		    is_past(moment, grant) &&
		    !removed_after(history, judgement, grant, moment))
			return true;
	}
	return false;
}

static bool was_removed(const struct judging *j, uint32_t key,
			const struct moment *moment)
{
	uint32_t at = j->history->keys[key].last_about;

	for (; at != HEAR_NO_ACT; at = j->history->events[at].before_about)
		if (j->history->events[at].act.kind == HEAR_KIND_REMOVAL &&
		    counts(j->out, at) &&
		    is_past(moment, &j->history->events[at]))
			return true;
	return false;
}

/* ---- One event ---- */

/* Whether a removal of its author that came neither before nor after takes
 * its effect: one by a senior key, or (but for removals) by an equal one. */
static bool is_voided(const struct judging *j, const struct hear_event *event)
{
	const struct hear_history *history = j->history;
	unsigned rank = j->out->ranks[event->by];
	unsigned most = event->act.kind == HEAR_KIND_REMOVAL ? rank : rank + 1;
	uint32_t at = history->keys[event->by].last_about;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about) {
		const struct hear_event *removal = &history->events[at];

		if (removal->act.kind == HEAR_KIND_REMOVAL &&
		    counts(j->out, at) && j->out->ranks[removal->by] < most &&
		    removal != event &&
		    !hear_history_before(history, removal, event) &&
		    !hear_history_before(history, event, removal))
			return true;
	}
	return false;
}

static void give_rank(struct judging *j, uint32_t key, unsigned rank)
{
	if (j->out->ranks[key] != HEAR_UNRANKED || rank >= HEAR_UNRANKED)
		return;
	j->out->ranks[key] = rank;
	j->ranked[j->ranked_count++] = key;
}

static void judge_grant(struct judging *j, uint32_t at,
			const struct moment *moment)
{
	const struct hear_event *grant = &j->history->events[at];
	struct hear_ruling *verdict = &j->out->verdicts[at];
	unsigned rank = j->out->ranks[grant->by];
	enum hear_marking most = j->out->ceilings[grant->by];
	enum hear_marking *ceiling = &j->out->ceilings[grant->about];

	verdict->role = grant->act.role;
	verdict->clearance = grant->act.clearance < most ? grant->act.clearance
							 : most;
	/* Nobody changes what a senior or an equal may do; one who was removed
	 * may be taken in again, never as an admin. */
	if (j->out->ranks[grant->about] <= rank) {
		if (!was_removed(j, grant->about, moment) ||
		    is_admin(j->history, j->out, grant->about, moment))
			return;
		if (verdict->role > HEAR_WRITER)
			verdict->role = HEAR_WRITER;
	} else if (verdict->clearance > *ceiling) {
		*ceiling = verdict->clearance;
	}
	verdict->counts = true;
	if (verdict->role == HEAR_ADMIN)
		give_rank(j, grant->about, rank + 1);
}

static void judge_event(struct judging *j, uint32_t at)
{
	const struct hear_event *event = &j->history->events[at];
	unsigned rank = j->out->ranks[event->by];
	struct moment moment = moment_of(j->history, event);

	if (!is_admin(j->history, j->out, event->by, &moment) ||
	    is_voided(j, event))
		return;
	if (event->act.kind == HEAR_KIND_GRANT)
		judge_grant(j, at, &moment);
	else
		j->out->verdicts[at].counts =
			event->act.kind != HEAR_KIND_REMOVAL ||
			j->out->ranks[event->about] >= rank;
}

/* ---- By rank ---- */

static void judge_genesis(struct judging *j)
{
	uint32_t at;

	for (at = 0; at < j->history->event_count; at++) {
		const struct hear_event *event = &j->history->events[at];

		if (event->act.kind != HEAR_KIND_GENESIS)
			return;
		j->out->verdicts[at].counts = true;
		j->out->verdicts[at].role = event->act.role;
		j->out->verdicts[at].clearance = event->act.clearance;
		j->out->ceilings[event->about] = event->act.clearance;
		give_rank(j, event->about, 0);
	}
}

static void collect(struct judging *j, uint32_t key, const uint64_t *within)
{
	uint32_t at = j->history->keys[key].last_by;

	for (; at != HEAR_NO_ACT; at = j->history->events[at].before_by)
		if (j->history->events[at].act.kind != HEAR_KIND_GENESIS &&
		    (!within || hear_bit(within,
					 j->history->events[at].filing)))
			j->events[j->event_count++] = at;
}

static int order_events(const void *a, const void *b)
{
	const uint32_t *first = a;
	const uint32_t *second = b;

	return (*first > *second) - (*first < *second);
}

static void judge_rank(struct judging *j, size_t from, size_t to,
		       const uint64_t *within)
{
	size_t i;
	int removals;

	j->event_count = 0;
	for (i = from; i < to; i++)
		collect(j, j->ranked[i], within);
	if (j->event_count > 1)
		qsort(j->events, j->event_count, sizeof *j->events,
		      order_events);
	for (removals = 1; removals >= 0; removals--)
		for (i = 0; i < j->event_count; i++) {
			uint32_t at = j->events[i];

			if ((j->history->events[at].act.kind ==
			     HEAR_KIND_REMOVAL) == removals)
				judge_event(j, at);
		}
}

static bool prepare(struct judging *j)
{
	size_t events = j->history->event_count + 1;
	size_t keys = j->history->key_count + 1;
	size_t i;

	j->out->verdicts = calloc(events, sizeof *j->out->verdicts);
	j->out->ranks = malloc(keys * sizeof *j->out->ranks);
	j->out->ceilings = calloc(keys, sizeof *j->out->ceilings);
	j->ranked = malloc(keys * sizeof *j->ranked);
	j->events = malloc(events * sizeof *j->events);
	if (!j->out->verdicts || !j->out->ranks || !j->out->ceilings ||
	    !j->ranked || !j->events)
		return false;
	for (i = 0; i < keys; i++)
		j->out->ranks[i] = HEAR_UNRANKED;
	return true;
}

enum hear_code hear_judge(const struct hear_history *history,
			  const uint64_t *within, struct hear_judgement *out,
			  struct hear_err *err)
{
	struct judging j = {.history = history, .out = out};
	enum hear_code code = HEAR_OK;
	size_t from = 0;
	size_t to;

	memset(out, 0, sizeof *out);
	if (prepare(&j)) {
		judge_genesis(&j);
		for (; from < j.ranked_count; from = to) {
			to = j.ranked_count;
			judge_rank(&j, from, to, within);
		}
	} else {
		code = hear_fail_memory(err);
	}
	free(j.ranked);
	free(j.events);
	return code;
}

void hear_judgement_done(struct hear_judgement *judgement)
{
	free(judgement->verdicts);
	free(judgement->ranks);
	free(judgement->ceilings);
	memset(judgement, 0, sizeof *judgement);
}

enum hear_code hear_judge_author(const struct hear_history *history,
				 const struct hear_header *header, bool *out,
				 struct hear_err *err)
{
	size_t key = hear_history_key(history, &header->author);
	struct hear_judgement judgement = {NULL, NULL, NULL};
	struct moment moment = {NULL, (uint32_t)history->filing_count, 0};
	uint64_t *past = NULL;
	enum hear_code code = hear_history_past(history, header, &past, err);

	*out = false;
	if (code != HEAR_OK)
		return code;
	moment.past = past;
	if (key != SIZE_MAX)
		code = hear_judge(history, past, &judgement, err);
	if (code == HEAR_OK && key != SIZE_MAX)
		*out = is_admin(history, &judgement, (uint32_t)key, &moment);
	hear_judgement_done(&judgement);
	free(past);
	return code;
}

/* ---- Members ---- */

static const struct moment the_end = {NULL, UINT32_MAX, UINT32_MAX};

static bool is_grant(const struct hear_event *event)
{
	return event->act.kind == HEAR_KIND_GRANT ||
	       event->act.kind == HEAR_KIND_GENESIS;
}

/* Whether a grant stands that has this event in its past; with `in_force` only
 * those that no removal ends. */
static bool is_overtaken(const struct hear_history *history,
			 const struct hear_judgement *judgement,
			 const struct hear_event *event, bool in_force)
{
	uint32_t at = history->keys[event->about].last_about;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about) {
		const struct hear_event *grant = &history->events[at];

		if (is_grant(grant) && counts(judgement, at) &&
		    hear_history_before(history, event, grant) &&
		    (!in_force ||
		     !removed_after(history, judgement, grant, &the_end)))
			return true;
	}
	return false;
}

/* The later by what was signed; by id where that is the same. */
static bool is_later(const struct hear_history *history,
		     const struct hear_event *a, const struct hear_event *b)
{
	const struct hear_roster_filing *first = &history->filings[a->filing];
	const struct hear_roster_filing *second = &history->filings[b->filing];
	int order;

	if (first->time != second->time)
		return first->time > second->time;
	order = memcmp(first->id.bytes, second->id.bytes, 32);
	return order != 0 ? order > 0 : a->index > b->index;
}

static int64_t time_of(const struct hear_history *history,
		       const struct hear_event *event)
{
	return hear_stamp_ms(history->filings[event->filing].time);
}

struct summing {
	const struct hear_history *history;
	const struct hear_judgement *judgement;
	struct hear_member *out;
	const struct hear_event *named; /* whose name and channel key it has */
	bool in_force;
};

static void name_after(struct summing *sum, const struct hear_event *grant)
{
	if (sum->named && !is_later(sum->history, grant, sum->named))
		return;
	sum->named = grant;
	sum->out->channel_key = grant->act.channel_key;
	memcpy(sum->out->certificate, grant->act.certificate, HEAR_SIGNATURE);
	memcpy(sum->out->name, grant->act.name, sizeof sum->out->name);
}

/* Of grants that came neither before nor after one another, the lower. */
static void add_grant(struct summing *sum, uint32_t at)
{
	const struct hear_event *grant = &sum->history->events[at];
	const struct hear_ruling *verdict = &sum->judgement->verdicts[at];
	struct hear_member *out = sum->out;
	int64_t time = time_of(sum->history, grant);

	if (is_overtaken(sum->history, sum->judgement, grant, true))
		return;
	if (!sum->in_force) {
		sum->named = NULL;
		out->role = verdict->role;
		out->clearance = verdict->clearance;
		out->since_ms = time;
	}
	sum->in_force = true;
	if (verdict->role < out->role)
		out->role = verdict->role;
	if (verdict->clearance < out->clearance)
		out->clearance = verdict->clearance;
	if (time > out->since_ms)
		out->since_ms = time;
	name_after(sum, grant);
}

static void sum_grants(struct summing *sum, size_t key)
{
	const struct hear_history *history = sum->history;
	struct hear_member *out = sum->out;
	uint32_t at = history->keys[key].last_about;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about) {
		const struct hear_event *grant = &history->events[at];
		const struct hear_ruling *verdict =
			&sum->judgement->verdicts[at];

		if (!is_grant(grant) || !verdict->counts)
			continue;
		out->founder |= grant->act.kind == HEAR_KIND_GENESIS;
		if (verdict->role > out->ever_role)
			out->ever_role = verdict->role;
		if (verdict->clearance > out->ever_clearance)
			out->ever_clearance = verdict->clearance;
		if (!removed_after(history, sum->judgement, grant, &the_end))
			add_grant(sum, at);
		else if (!sum->in_force)
			name_after(sum, grant);
	}
}

/* Those that no later grant has overtaken; where each has been (and each of
 * these grants was ended by another removal) all of them. */
static bool removal_holds(const struct hear_history *history,
			  const struct hear_judgement *judgement, uint32_t at,
			  bool all)
{
	return history->events[at].act.kind == HEAR_KIND_REMOVAL &&
	       counts(judgement, at) &&
	       (all || !is_overtaken(history, judgement, &history->events[at],
				     false));
}

static bool each_overtaken(const struct hear_history *history,
			   const struct hear_judgement *judgement, size_t key)
{
	uint32_t at = history->keys[key].last_about;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about)
		if (removal_holds(history, judgement, at, false))
			return false;
	return true;
}

static void sum_removals(struct summing *sum, size_t key)
{
	const struct hear_history *history = sum->history;
	bool all = each_overtaken(history, sum->judgement, key);
	uint32_t at = history->keys[key].last_about;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about) {
		const struct hear_event *removal = &history->events[at];
		int64_t time = time_of(history, removal);

		if (!removal_holds(history, sum->judgement, at, all))
			continue;
		if (!sum->out->removed || time < sum->out->since_ms)
			sum->out->since_ms = time;
		if (removal->act.mode > sum->out->removed)
			sum->out->removed = removal->act.mode;
	}
}

bool hear_judged_member(const struct hear_history *history,
			const struct hear_judgement *judgement, size_t key,
			struct hear_member *out)
{
	struct summing sum = {.history = history,
			      .judgement = judgement,
			      .out = out};

	memset(out, 0, sizeof *out);
	out->key = history->keys[key].key;
	out->rank = judgement->ranks[key];
	sum_grants(&sum, key);
	if (!out->ever_role)
		return false;
	if (!sum.in_force)
		sum_removals(&sum, key);
	return true;
}

void hear_judged_heads(const struct hear_history *history,
		       const struct hear_judgement *judgement, size_t key,
		       void (*each)(void *context, const struct hear_id *head),
		       void *context)
{
	bool all = each_overtaken(history, judgement, key);
	uint32_t at = history->keys[key].last_about;
	size_t i;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about)
		if (removal_holds(history, judgement, at, all))
			for (i = 0; i < history->events[at].act.head_count; i++)
				each(context,
				     &history->events[at].act.heads[i]);
}

int64_t hear_judged_needs(const struct hear_history *history,
			  const struct hear_judgement *judgement)
{
	int64_t needs = 1;
	uint32_t at;

	for (at = 0; at < history->event_count; at++)
		if (counts(judgement, at) &&
		    history->events[at].act.needs > needs)
			needs = history->events[at].act.needs;
	return needs;
}
