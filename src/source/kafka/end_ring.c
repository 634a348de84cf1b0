#include "source/kafka/cluster.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/*
 * When was the record at an offset written? Each poll of the end offset says
 * when the log had reached it; between two polls the log grew evenly, as far as
 * anyone can tell. No request is spent on it.
 */
enum { LONG_RING = 60, SHORT_RING = 12, MANY_PARTITIONS = 10000 };

/* Beyond what was watched, nothing is claimed that lies further back than this. */
#define FURTHEST (600 * NS_PER_S)

static struct end_ring *ring_new(const struct kafka *k)
{
	unsigned cap = k->n_gparts > MANY_PARTITIONS ? SHORT_RING : LONG_RING;
	struct end_ring *r = xmalloc(sizeof(*r) + cap * sizeof(r->p[0]));

	r->n = 0;
	r->cap = cap;
	r->cut = false;
	return r;
}

/* A full ring loses every second point of its older half: the past gets coarser, not shorter. */
static void thin_out(struct end_ring *r)
{
	unsigned half = r->n / 2, kept = 1;

	for (unsigned i = 2; i < half; i += 2)
		r->p[kept++] = r->p[i];
	memmove(&r->p[kept], &r->p[half], (r->n - half) * sizeof(r->p[0]));
	r->n = kept + r->n - half;
}

void end_ring_seed(struct kafka *k, struct kpart *part, int64_t at, int64_t offset)
{
	struct end_ring *r = part->ring ? part->ring : (part->ring = ring_new(k));
	unsigned i = 0;

	while (i < r->n && r->p[i].at < at)
		i++;
	if (r->cut || r->n == r->cap || (i < r->n && (r->p[i].at == at || r->p[i].offset < offset)))
		return;
	if (i > 0 && r->p[i - 1].offset > offset)
		return;
	memmove(&r->p[i + 1], &r->p[i], (r->n - i) * sizeof(r->p[0]));
	r->p[i] = (struct end_point){at, offset};
	r->n++;
}

double end_ring_pace(const struct end_ring *r)
{
	if (!r || r->n < 2 || r->p[r->n - 1].at <= r->p[0].at)
		return -1;
	return (double)(r->p[r->n - 1].offset - r->p[0].offset) * NS_PER_S /
	       (double)(r->p[r->n - 1].at - r->p[0].at);
}

void end_ring_add(struct kafka *k, struct kpart *part, int64_t at, int64_t offset)
{
	struct end_ring *r = part->ring ? part->ring : (part->ring = ring_new(k));
	struct end_point *last = r->n ? &r->p[r->n - 1] : NULL;

	if (last && at <= last->at)
		return;
	/* The log was cut back (unclean election, topic made anew): what was known is void. */
	if (last && offset < last->offset) {
		r->n = 0;
		r->cut = true;
	}
	/* A flat line needs two points only. */
	if (r->n >= 2 && last->offset == offset && r->p[r->n - 2].offset == offset) {
		last->at = at;
		return;
	}
	if (r->n == r->cap)
		thin_out(r);
	r->p[r->n++] = (struct end_point){at, offset};
}

/* Older than everything that was watched: at the pace of the whole ring, within bounds. */
static enum age age_beyond(const struct end_ring *r, int64_t offset, int64_t now, int64_t *ns)
{
	const struct end_point *first = &r->p[0], *last = &r->p[r->n - 1];
	double pace = (double)(last->offset - first->offset) / (double)(last->at - first->at);
	double more = pace > 0 ? (double)(first->offset - offset) / pace : 0;

	if (more > (double)FURTHEST)
		more = (double)FURTHEST;
	*ns = now - first->at + (int64_t)more;
	return AGE_ROUGH;
}

enum age end_ring_age(const struct end_ring *r, int64_t offset, int64_t now, int64_t *ns)
{
	*ns = 0;
	if (!r || !r->n)
		return AGE_UNKNOWN;
	if (offset >= r->p[r->n - 1].offset)
		return AGE_KNOWN;
	if (r->n < 2)
		return AGE_UNKNOWN;
	for (unsigned i = r->n - 1; i > 0; i--) {
		const struct end_point *a = &r->p[i - 1], *b = &r->p[i];
		double part;

		if (offset < a->offset || offset >= b->offset)
			continue;
		part = (double)(offset - a->offset) / (double)(b->offset - a->offset);
		*ns = now - a->at - (int64_t)(part * (double)(b->at - a->at));
		return AGE_KNOWN;
	}
	return age_beyond(r, offset, now, ns);
}
