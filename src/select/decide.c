#include "select/select.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Weights are opinions: they are varied by a quarter, as the guide's users are told, and by twice that where nothing
 * that a dimension needs was answered. */
#define SWING 0.25

enum { DRAWS = 10000, DIMENSIONS_MOST = 64 };

/* Below this share of the draws, or this far ahead, nobody has won. */
static const double wins_enough = 0.6, ahead_enough = 0.1;

int selection_holds(const struct selection *s, const struct condition_on *c)
{
	const struct requirement *r = c->field ? selection_requirement(s, c->field) : NULL;
	double limit;

	if (!r || !r->answer)
		return -1;
	limit = strtod(c->value, NULL);
	switch (c->op) {
	case '=':
		return !strcmp(r->answer, c->value);
	case '!':
		return strcmp(r->answer, c->value) != 0;
	case '<':
		return r->number < limit;
	default:
		return r->number > limit;
	}
}

size_t selection_unanswered(const struct selection *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_requirements; i++)
		n += !s->requirements[i].answer;
	return n;
}

static bool names(const char **list, const char *id)
{
	for (; *list; list++)
		if (!strcmp(*list, id))
			return true;
	return false;
}

static void knock_out(struct selection *s)
{
	for (size_t i = 0; i < s->n_candidates; i++) {
		struct candidate *c = &s->candidates[i];

		c->out = c->may = NULL;
		for (size_t k = 0; k < s->n_knock_outs && !c->out; k++) {
			int holds = selection_holds(s, &s->knock_outs[k].when);

			if (!names(s->knock_outs[k].out, c->id))
				continue;
			if (holds > 0)
				c->out = &s->knock_outs[k];
			else if (holds < 0 && !c->may)
				c->may = &s->knock_outs[k];
		}
	}
}

static void count_answers(struct selection *s)
{
	for (size_t i = 0; i < s->n_dimensions; i++) {
		struct dimension *d = &s->dimensions[i];
		size_t needs = 0, answered = 0;

		for (const char **n = d->needs; *n; n++, needs++)
			answered += selection_requirement(s, *n)->answer != NULL;
		d->answered = needs ? (double)answered / (double)needs : 1;
	}
}

static double total_of(const struct selection *s, size_t candidate, const double *weights)
{
	double total = 0, all = 0;

	for (size_t i = 0; i < s->n_dimensions; i++) {
		total += weights[i] * s->dimensions[i].scores[candidate];
		all += weights[i];
	}
	return all > 0 ? total / all : 0;
}

/* A small generator with a fixed start: the same data give the same answer. */
static double draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (double)(*state >> 11) / (double)(UINT64_C(1) << 53);
}

static void try_weights(struct selection *s, const double *weights, double share)
{
	size_t best = SIZE_MAX;
	double most = -1;

	for (size_t i = 0; i < s->n_candidates; i++) {
		struct candidate *c = &s->candidates[i];
		double total;

		if (c->out)
			continue;
		total = total_of(s, i, weights);
		c->low = fmin(c->low, total);
		c->high = fmax(c->high, total);
		if (total > most) {
			most = total;
			best = i;
		}
	}
	if (best != SIZE_MAX)
		s->candidates[best].wins += share;
}

static void vary(struct selection *s)
{
	double weights[DIMENSIONS_MOST];
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

	s->swing = SWING;
	s->draws = DRAWS;
	for (size_t n = 0; n < DRAWS; n++) {
		for (size_t i = 0; i < s->n_dimensions; i++) {
			const struct dimension *d = &s->dimensions[i];
			double swing = SWING * (2 - d->answered);

			weights[i] = d->weight * (1 + swing * (2 * draw(&state) - 1));
		}
		try_weights(s, weights, 1.0 / DRAWS);
	}
}

static void rank(struct selection *s)
{
	double weights[DIMENSIONS_MOST];

	s->best = s->second = SIZE_MAX;
	for (size_t i = 0; i < s->n_dimensions; i++)
		weights[i] = s->dimensions[i].weight;
	for (size_t i = 0; i < s->n_candidates; i++) {
		struct candidate *c = &s->candidates[i];

		c->total = c->low = c->high = total_of(s, i, weights);
		c->wins = 0;
		if (c->out)
			continue;
		if (s->best == SIZE_MAX || c->total > s->candidates[s->best].total) {
			s->second = s->best;
			s->best = i;
		} else if (s->second == SIZE_MAX || c->total > s->candidates[s->second].total) {
			s->second = i;
		}
	}
}

/* Which single weight has to move least until the second is level with the first. */
static void find_flip(struct selection *s)
{
	double all = 0, lead, least = INFINITY;

	s->flip = NULL;
	if (s->second == SIZE_MAX)
		return;
	for (size_t i = 0; i < s->n_dimensions; i++)
		all += s->dimensions[i].weight;
	lead = (s->candidates[s->best].total - s->candidates[s->second].total) * all;
	for (size_t i = 0; i < s->n_dimensions; i++) {
		const struct dimension *d = &s->dimensions[i];
		double gain = d->scores[s->second] - d->scores[s->best], by = lead / gain;

		if (gain == 0 || d->weight + by < 0 || d->weight <= 0 || fabs(by) / d->weight >= least)
			continue;
		least = fabs(by) / d->weight;
		s->flip = d;
		s->flip_to = d->weight + by;
	}
}

void selection_decide(struct selection *s)
{
	const struct candidate *best;

	if (s->n_dimensions > DIMENSIONS_MOST)
		s->n_dimensions = DIMENSIONS_MOST;
	knock_out(s);
	count_answers(s);
	rank(s);
	s->outcome = OUTCOME_NONE_LEFT;
	if (s->best == SIZE_MAX)
		return;
	vary(s);
	find_flip(s);
	best = &s->candidates[s->best];
	if (best->may)
		s->outcome = OUTCOME_OPEN;
	else
		s->outcome = s->second != SIZE_MAX && (best->wins < wins_enough ||
						  best->total - s->candidates[s->second].total < ahead_enough)
			 ? OUTCOME_TIE
			 : OUTCOME_WINNER;
}
