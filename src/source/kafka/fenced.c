#include "source/kafka/cluster.h"

#include "base/clock.h"

/*
 * Under KRaft a broker that the controller has fenced (it sends no heartbeats, it is starting, it shuts down) is left
 * out of the metadata like one that was never there. DescribeCluster tells them apart since Kafka 4.0. It is asked
 * only while brokers lack, once per metadata.
 */

static bool some_lack(const struct kafka *k)
{
	int64_t listed = 0;
	bool lacks = false;

	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		listed += b->in_metadata;
		lacks |= b->id >= 0 && !b->in_metadata;
	}
	return lacks || listed < k->conf->expected_brokers;
}

/* A registration that has gone is no fence any more. */
static void forget_others(struct kafka *k, const struct described_cluster *r)
{
	for (size_t i = 0; i < k->n_brokers; i++) {
		bool fenced = false;

		for (size_t j = 0; j < r->n_brokers; j++)
			fenced |= r->brokers[j].id == k->brokers[i]->id && r->brokers[j].fenced;
		k->brokers[i]->fenced &= fenced;
	}
}

static void fenced_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kafka *k = ((struct kbroker *)owner)->k;
	const struct described_cluster *r = a->reply;
	int64_t now = clock_boot();

	(void)call;
	k->asking_fenced = false;
	if (!r || r->error)
		return;
	for (size_t i = 0; i < r->n_brokers; i++) {
		const struct described_broker *b = &r->brokers[i];

		if (b->fenced)
			cluster_learn_fenced(k, &(struct meta_broker){.id = b->id, .port = b->port, .host = b->host}, now);
	}
	forget_others(k, r);
	k->dirty_partitions = true;
	k->publish_at = now;
}

void fenced_ask(struct kafka *k, int64_t now)
{
	struct wire_ask none = {0};
	struct err err = {{0}};
	struct kbroker *b = k->kraft && !k->asking_fenced && some_lack(k) ? broker_any(k, API_CLUSTER) : NULL;

	if (b && b->conn.version[API_CLUSTER] >= 2)
		k->asking_fenced = !broker_ask(b, API_CLUSTER, &none, fenced_done, 0, now, &err);
}
