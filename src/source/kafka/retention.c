#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include "source/facts.h"

#include <stdlib.h>
#include <string.h>

/* What the topics' retention leaves: on all disks (facts), and on each volume whose broker tells which topics lie there. */

/* Only closed segments are deleted: the one that is written may hold as much, or be as old, again. */
static void keep_topic(struct kept *kept, const struct ktopic *t, const int64_t *sizes, size_t n)
{
	int64_t seconds = t->retention_ms < 0 ? -1 : t->retention_ms / 1000 + t->segment_ms / 1000, room = -1;

	for (size_t i = 0; t->retention_bytes >= 0 && i < n; i++) {
		int64_t held = sizes[i] > 0 ? sizes[i] : 0;

		room = room < 0 ? 0 : room;
		if (held < t->retention_bytes)
			room += t->retention_bytes - held;
		room += t->segment_bytes;
	}
	kept_add(kept, t->name, t->compacted ? -1 : seconds, t->compacted ? -1 : room);
}

static bool holds_nothing(const int64_t *sizes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sizes[i] != 0)
			return false;
	return true;
}

/* Adds one; *unknown: it cannot be told. */
static void look_at(struct kept *kept, const struct ktopic *t, const int64_t *sizes, size_t n, const char **unknown)
{
	/* Internal topics are compacted and stay small. */
	if (t->internal || holds_nothing(sizes, n))
		return;
	if (!t->configured || t->segment_ms < 0 || t->segment_bytes < 0)
		*unknown = t->name;
	else
		keep_topic(kept, t, sizes, n);
}

static struct value as_good(const struct kafka *k, struct value v, const char *unknown, struct arena *arena)
{
	v = outcome_value(&k->config, v, arena);
	if (unknown && v.type == VALUE_INT)
		v = value_missing(arena_printf(arena, _("the retention of %s is not known"), unknown));
	return v;
}

void retention_facts(struct kafka *k, struct section *s, int64_t period)
{
	struct kept kept = {0};
	const char *unknown = NULL;
	size_t pos = 0;
	void *value;

	while (map_each(&k->topics, &pos, &value)) {
		const struct ktopic *t = value;
		int64_t *sizes = xcalloc(t->n_parts ? t->n_parts : 1, sizeof(*sizes));

		for (size_t i = 0; i < t->n_parts; i++)
			sizes[i] = t->parts[i].bytes;
		look_at(&kept, t, sizes, t->n_parts, &unknown);
		free(sizes);
	}
	kept_facts(s, &kept, as_good(k, value_int(0, k->config.at, period), unknown, &s->arena));
}

void held_release(struct kdisk *d)
{
	for (size_t i = 0; i < d->n_held; i++) {
		free(d->held[i].topic);
		free(d->held[i].sizes);
	}
	free(d->held);
	d->held = NULL;
	d->n_held = 0;
}

void held_learn(struct kdisk *d, const struct log_dir *from)
{
	d->held = from->n_topics || !from->data_bytes ? xcalloc(from->n_topics + 1, sizeof(*d->held)) : NULL;
	for (size_t i = 0; i < from->n_topics; i++) {
		const struct dir_topic *t = &from->topics[i];
		struct kheld *h = &d->held[d->n_held];

		if (!t->name || !t->n_parts)
			continue;
		h->topic = xstrdup(t->name);
		h->sizes = xcalloc(t->n_parts, sizeof(*h->sizes));
		h->n = t->n_parts;
		for (size_t j = 0; j < t->n_parts; j++)
			h->sizes[j] = t->parts[j].size;
		d->n_held++;
	}
}

static void look_at_dir(const struct kbroker *b, const struct kdisk *d, struct kept *kept, const char **unknown)
{
	for (size_t i = 0; i < d->n_held; i++) {
		const struct kheld *h = &d->held[i];
		const struct ktopic *t = topic_get(b->k, h->topic);

		if (t)
			look_at(kept, t, h->sizes, h->n, unknown);
		else if (!holds_nothing(h->sizes, h->n))
			*unknown = h->topic;
	}
}

void disk_kept(const struct kbroker *b, const bool *of, struct disk_row *row, struct arena *arena)
{
	struct kept kept = {0};
	const char *unknown = NULL;
	int64_t at = b->k->config.at;
	struct value v;

	for (size_t i = 0; i < b->n_disks; i++) {
		if (!of[i])
			continue;
		if (!b->disks[i].held)
			return;
		look_at_dir(b, &b->disks[i], &kept, &unknown);
		at = b->disks[i].at < at ? b->disks[i].at : at;
	}
	/* As often as configurations are read; how old the sizes are says the volume's own data_bytes. */
	v = as_good(b->k, value_int(0, at, schedule_period(b->k->ctx->config, PERIOD_CONFIGS)), unknown, arena);
	row->kept = arena_alloc(arena, sizeof(*row->kept));
	row->n_kept = 1;
	*row->kept = (struct disk_kept){.longest_s = v, .room_bytes = v, .unlimited = v, .names = tally_names(&kept.unlimited, arena)};
	if (v.type != VALUE_INT)
		return;
	row->kept->longest_s.i = kept.longest_s;
	row->kept->room_bytes.i = kept.room;
	row->kept->unlimited.i = kept.unlimited.n;
}
