#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Metadata: topics, partitions, who leads them; and what changed since the last time. */

/* However many things say that the metadata is out of date. */
#define LEAST_GAP (5 * NS_PER_S)
#define MOST_WAIT (5 * NS_PER_S)

struct changes {
	int64_t moved, lost, regained, shrank, grew;
	const char *topic; /* the first that is affected */
};

struct ktopic *topic_get(const struct kafka *k, const char *name)
{
	return map_get(&k->topics, name);
}

static void free_topic(struct ktopic *t)
{
	for (size_t i = 0; i < t->n_parts; i++)
		free(t->parts[i].ring);
	free(t->parts);
	free(t->block);
	free(t->name);
	free(t);
}

void topics_release(struct kafka *k)
{
	size_t pos = 0;
	void *t;

	while (map_each(&k->topics, &pos, &t))
		free_topic(t);
	map_release(&k->topics);
}

static void note_part(
    struct changes *c, const char *topic, const struct kpart *old, const struct meta_part *now)
{
	int64_t before = c->moved + c->lost + c->regained + c->shrank + c->grew;

	if (old->leader >= 0 && now->leader >= 0 && old->leader != now->leader)
		c->moved++;
	else if (old->leader >= 0 && now->leader < 0)
		c->lost++;
	else if (old->leader < 0 && now->leader >= 0)
		c->regained++;
	if (now->n_isr < old->n_isr)
		c->shrank++;
	else if (now->n_isr > old->n_isr)
		c->grew++;
	if (!c->topic && c->moved + c->lost + c->regained + c->shrank + c->grew != before)
		c->topic = topic;
}

static size_t count_nodes(const struct meta_topic *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_parts; i++)
		n += m->parts[i].n_replicas + m->parts[i].n_isr;
	return n;
}

/* Partitions are numbered from 0 without holes; whatever does not fit into that is not shown. */
static void resize_topic(struct ktopic *t, size_t n)
{
	for (size_t i = n; i < t->n_parts; i++)
		free(t->parts[i].ring);
	t->parts = xrealloc(t->parts, n ? n : 1, sizeof(*t->parts));
	for (size_t i = t->n_parts; i < n; i++)
		t->parts[i] = (struct kpart){.leader = -1, .end = -1, .start = -1, .bytes = -1};
	t->n_parts = n;
}

static const int32_t *put_nodes(int32_t **at, const int32_t *nodes, size_t n)
{
	int32_t *start = *at;

	if (n)
		memcpy(start, nodes, n * sizeof(*nodes));
	*at += n;
	return start;
}

/* What the reply left out, though it counts it, has nothing of the last one: its nodes are freed with that. */
static void forget_unnamed(struct ktopic *t)
{
	for (size_t i = 0; i < t->n_parts; i++) {
		struct kpart *p = &t->parts[i];

		if (p->replicas)
			continue;
		p->leader = -1;
		p->isr = NULL;
		p->n_replicas = p->n_isr = 0;
	}
}

static void learn_topic(struct kafka *k, const struct meta_topic *m, struct changes *c)
{
	struct ktopic *t = topic_get(k, m->name);
	bool is_new = !t;
	size_t nodes = count_nodes(m), known;
	int32_t *block = xmalloc((nodes ? nodes : 1) * sizeof(*block)), *at = block;

	if (is_new) {
		t = xcalloc(1, sizeof(*t));
		t->name = xstrdup(m->name);
		map_put(&k->topics, m->name, t);
	}
	known = t->n_parts;
	resize_topic(t, m->n_parts);
	for (size_t i = 0; i < t->n_parts; i++)
		t->parts[i].replicas = NULL;
	t->internal = m->internal;
	t->error = m->error;
	t->seen = k->generation;
	for (size_t i = 0; i < m->n_parts; i++) {
		const struct meta_part *from = &m->parts[i];
		struct kpart *to;

		if (from->index < 0 || (size_t)from->index >= t->n_parts)
			continue;
		to = &t->parts[from->index];
		if (!is_new && (size_t)from->index < known)
			note_part(c, t->name, to, from);
		to->leader = from->leader;
		to->error = from->error;
		to->n_replicas = (uint16_t)from->n_replicas;
		to->n_isr = (uint16_t)from->n_isr;
		to->replicas = put_nodes(&at, from->replicas, from->n_replicas);
		to->isr = put_nodes(&at, from->isr, from->n_isr);
	}
	forget_unnamed(t);
	free(t->block);
	t->block = block;
}

static void drop_missing(struct kafka *k)
{
	size_t pos = 0;
	const char *name;
	void *value;

	while ((name = map_each(&k->topics, &pos, &value))) {
		struct ktopic *t = value;

		if (t->seen == k->generation)
			continue;
		map_del(&k->topics, name);
		free_topic(t);
	}
}

static void tell_one(struct kafka *k, const struct changes *c, int64_t n, const char *what)
{
	if (n)
		model_event(k->ctx->model, k->ctx->index, NULL, n == 1 ? _("%lld partition %s (%s%s)")
										: _("%lld partitions %s (%s%s)"),
		    (long long)n, what, c->topic, n == 1 ? "" : _(" and others"));
}

static void tell_changes(struct kafka *k, const struct changes *c)
{
	tell_one(k, c, c->lost, _("lost the leader: offline"));
	tell_one(k, c, c->regained, _("have a leader again"));
	tell_one(k, c, c->moved, _("moved to another leader"));
	tell_one(k, c, c->shrank, _("lost in-sync replicas"));
	tell_one(k, c, c->grew, _("gained in-sync replicas"));
}

static void count_roles(struct kafka *k)
{
	size_t pos = 0;
	void *value;

	for (size_t i = 0; i < k->n_brokers; i++)
		k->brokers[i]->leaders = k->brokers[i]->replicas = k->brokers[i]->elsewhere = 0;
	while (map_each(&k->topics, &pos, &value)) {
		const struct ktopic *t = value;

		for (size_t i = 0; i < t->n_parts; i++) {
			const struct kpart *p = &t->parts[i];
			struct kbroker *b = broker_by_id(k, p->leader);

			if (b)
				b->leaders++;
			b = p->n_replicas ? broker_by_id(k, p->replicas[0]) : NULL;
			if (b && p->leader >= 0 && p->leader != b->id)
				b->elsewhere++;
			for (size_t r = 0; r < p->n_replicas; r++) {
				b = broker_by_id(k, p->replicas[r]);
				if (b)
					b->replicas++;
			}
		}
	}
}

static void learn_mode(struct kafka *k, const struct kbroker *from, const struct metadata *m)
{
	k->kraft = conn_offers(&from->conn, API_QUORUM);
	k->mode_known = true;
	if (m->cluster_id && (!k->cluster_id || strcmp(k->cluster_id, m->cluster_id) != 0)) {
		if (k->cluster_id)
			model_event(k->ctx->model, k->ctx->index, NULL,
			    _("another cluster answers: id %.64s, was %.64s"), m->cluster_id,
			    k->cluster_id);
		free(k->cluster_id);
		k->cluster_id = xstrdup(m->cluster_id);
	}
	/* Under KRaft this names a random broker; the quorum knows. */
	if (k->kraft)
		return;
	if (k->controller >= 0 && m->controller >= 0 && k->controller != m->controller)
		model_event(k->ctx->model, k->ctx->index, NULL,
		    _("the controller moved from %d to %d"), k->controller, m->controller);
	k->controller = m->controller;
	k->controllers = m->controller >= 0;
	outcome_good(&k->quorum, clock_boot());
	k->tried |= TRIED_QUORUM;
}

static void learn(
    struct kafka *k, const struct kbroker *from, const struct metadata *m, int64_t now)
{
	struct changes c = {0};
	bool first = !k->meta.at;

	k->generation++;
	cluster_learn(k, m, now);
	for (size_t i = 0; i < m->n_topics; i++)
		if (m->topics[i].name)
			learn_topic(k, &m->topics[i], &c);
	drop_missing(k);
	if (!first)
		tell_changes(k, &c);
	count_roles(k);
	learn_mode(k, from, m);
}

static void metadata_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct metadata *m = a->reply;
	int64_t now = clock_boot();

	/* Two were asked: the first answer counts, and what the second says is old by then. */
	if (call->tag != k->metadata_asks || !k->asking_metadata)
		return;
	if (!m && --k->asking_metadata)
		return;
	k->asking_metadata = 0;
	k->dirty_partitions = true;
	if (!m) {
		outcome_bad(&k->meta, a->error);
		task_failed(&k->metadata, now, MOST_WAIT);
		k->tried |= TRIED_METADATA;
		return;
	}
	learn(k, b, m, now);
	outcome_good(&k->meta, now);
	task_done(&k->metadata, now);
	k->tried |= TRIED_METADATA;
	k->want_quorum = k->kraft && !k->asking_quorum;
	fenced_ask(k, now);
}

static bool still_connecting(const struct kafka *k)
{
	for (size_t i = 0; i < k->n_brokers; i++)
		if (k->brokers[i]->address[0] && !k->brokers[i]->failed_once)
			return true;
	return false;
}

/* The one that was asked says nothing: what all of them know is not kept waiting for its time-out. */
static void ask_another(struct kafka *k, int64_t now)
{
	const struct kbroker *asked = broker_by_id(k, k->metadata_of);
	struct wire_ask none = {0};
	struct kbroker *b;

	if (now < metadata_patience(k))
		return;
	k->asked_another = true;
	if (!asked || !asked->conn.silent_since || asked->conn.in.len)
		return;
	b = broker_any(k, API_METADATA);
	if (b && b != asked &&
	    !broker_ask(b, API_METADATA, &none, metadata_done, k->metadata_asks, now, NULL))
		k->asking_metadata++;
}

int64_t metadata_patience(const struct kafka *k)
{
	return k->asked_another ? NOT_DUE : k->metadata_sent + NS_PER_S + NS_PER_S / 10;
}

void metadata_step(struct kafka *k, int64_t now)
{
	struct wire_ask none = {0};
	struct err err = {{0}};
	struct kbroker *b;

	if (k->asking_metadata) {
		ask_another(k, now);
		return;
	}
	if (now < k->metadata.next && !(k->want_metadata && now - k->metadata_sent >= LEAST_GAP))
		return;
	b = broker_any(k, API_METADATA);
	if (!b && still_connecting(k) && now - k->opened_at < k->timeout) {
		k->metadata.next = now + 50 * NS_PER_MS;
		return;
	}
	if (!b)
		err_set(&err, _("no broker answers"));
	if (!b || broker_ask(b, API_METADATA, &none, metadata_done, ++k->metadata_asks, now, &err)) {
		outcome_bad(&k->meta, err.msg);
		task_failed(&k->metadata, now, MOST_WAIT);
		k->tried |= TRIED_METADATA;
		k->dirty_partitions = true;
		return;
	}
	k->asking_metadata = 1;
	k->asked_another = false;
	k->want_metadata = false;
	k->metadata_sent = now;
	k->metadata_of = b->id;
}
