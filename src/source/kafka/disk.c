#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

/* Log dirs of a broker, with what the volume holds (Kafka 3.3 and later tell). */

enum { KEEP = 360, SUM_AT_MOST = 20000 };

#define MOST_WAIT (60 * NS_PER_S)

static void free_disks(struct kdisk *disks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		series_free(disks[i].percent);
		held_release(&disks[i]);
		free(disks[i].path);
	}
	free(disks);
}

void disk_release(struct kbroker *b)
{
	free_disks(b->disks, b->n_disks);
	b->disks = NULL;
	b->n_disks = 0;
}

/* The past of a dir outlives the list it was in. */
static struct series *take_series(struct kbroker *b, const char *path)
{
	struct series *s = NULL;

	for (size_t i = 0; i < b->n_disks && !s; i++)
		if (!strcmp(b->disks[i].path, path)) {
			s = b->disks[i].percent;
			b->disks[i].percent = NULL;
		}
	return s ? s : series_new(KEEP);
}

static void note_offline(struct kbroker *b, const struct log_dir *d)
{
	for (size_t i = 0; i < b->n_disks; i++)
		if (!strcmp(b->disks[i].path, d->path) && !b->disks[i].error && d->error)
			model_event(b->k->ctx->model, b->k->ctx->index, b->name,
			    _("log dir %.200s is offline: %s"), d->path, kafka_error_name(d->error));
}

/* How large a log is that this broker leads. */
static void learn_sizes(struct kbroker *b, const struct log_dir *d)
{
	for (size_t i = 0; i < d->n_topics; i++) {
		struct ktopic *t = d->topics[i].name ? topic_get(b->k, d->topics[i].name) : NULL;

		for (size_t j = 0; t && j < d->topics[i].n_parts; j++) {
			const struct dir_part *p = &d->topics[i].parts[j];

			if (p->index >= 0 && (size_t)p->index < t->n_parts &&
			    t->parts[p->index].leader == b->id)
				t->parts[p->index].bytes = p->size;
		}
	}
}

/* What cannot be is not told: a volume on which more is free than it holds would look well. */
static bool tells_volume(const struct log_dir *d)
{
	return d->total > 0 && d->usable >= 0 && d->usable <= d->total;
}

static void learn_dirs(struct kbroker *b, const struct log_dirs *r, int64_t now)
{
	struct kdisk *disks = xcalloc(r->n_dirs ? r->n_dirs : 1, sizeof(*disks));
	size_t n = 0;

	for (size_t i = 0; i < r->n_dirs; i++) {
		const struct log_dir *from = &r->dirs[i];
		struct kdisk *d = &disks[n];

		if (!from->path)
			continue;
		note_offline(b, from);
		learn_sizes(b, from);
		*d = (struct kdisk){.path = xstrdup(from->path),
		    .data = from->data_bytes,
		    .total = tells_volume(from) ? from->total : -1,
		    .usable = tells_volume(from) ? from->usable : -1,
		    .error = from->error,
		    .at = now,
		    .percent = take_series(b, from->path)};
		held_learn(d, from);
		if (d->total > 0)
			series_add(d->percent, now,
			    100.0 * (double)(d->total - d->usable) / (double)d->total);
		n++;
	}
	free_disks(b->disks, b->n_disks);
	b->disks = disks;
	b->n_disks = n;
}

static void disk_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	const struct log_dirs *r = a->reply;
	int64_t now = clock_boot();
	bool silent_refusal = r && !r->n_dirs && call->version < 3;

	b->asking_logdirs = false;
	b->k->dirty_disk = true;
	if (r)
		rights_cluster(b->k, silent_refusal ? KERR_CLUSTER_AUTH : r->error);
	if (r && !r->error && !silent_refusal) {
		learn_dirs(b, r, now);
		rights_unseen(b, r, now);
		outcome_good(&b->disk, now);
		task_done(&b->logdirs, now);
		return;
	}
	/* Before version 3 the broker answers who has no right with an empty list. */
	if (silent_refusal)
		outcome_bad(
		    &b->disk, _("the broker lists no log dirs: grant DESCRIBE on the cluster"));
	else
		outcome_bad(&b->disk, r ? kafka_error_name(r->error) : a->error);
	task_failed(&b->logdirs, now, MOST_WAIT);
	b->k->dirty_partitions = b->k->dirty_lag = true;
}

void disk_step(struct kbroker *b, int64_t now)
{
	struct wire_ask ask = {.totals_only = b->replicas > SUM_AT_MOST};
	struct err err = {{0}};

	/* What the broker leads and holds must be known first, to bound the reply. */
	if (b->id < 0 || b->asking_logdirs || now < b->logdirs.next || !conn_ready(&b->conn))
		return;
	if (broker_ask(b, API_LOG_DIRS, &ask, disk_done, 0, now, &err)) {
		outcome_bad(&b->disk, err.msg);
		task_failed(&b->logdirs, now, MOST_WAIT);
		b->k->dirty_disk = true;
		return;
	}
	b->asking_logdirs = true;
}
