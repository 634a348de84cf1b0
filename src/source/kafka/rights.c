#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

/*
 * Kafka leaves out what a user may not see, without a word: no topic, no group, no error. What else
 * is known tells that something is left out.
 */

/* Names kept of one broker; that there are any at all is what counts. */
enum { MOST_UNSEEN = 50 };

void rights_cluster(struct kafka *k, int16_t error)
{
	if (!error)
		k->cluster_denied = false;
	else if (error == KERR_CLUSTER_AUTH)
		k->cluster_denied = true;
}

void rights_release(struct kbroker *b)
{
	while (b->n_unseen)
		free(b->unseen[--b->n_unseen]);
	free(b->unseen);
	b->unseen = NULL;
}

/* Log dirs name all topics to who may see the cluster, whatever the rights on topics. One that the
 * metadata lack may be as young as they are old: they are asked for again. */
void rights_unseen(struct kbroker *b, const struct log_dirs *r, int64_t now)
{
	struct kafka *k = b->k;

	rights_release(b);
	b->unseen_at = now;
	for (size_t i = 0; i < r->n_dirs; i++)
		for (size_t j = 0; j < r->dirs[i].n_topics; j++) {
			const char *name = r->dirs[i].topics[j].name;

			if (!name || topic_get(k, name) || b->n_unseen == MOST_UNSEEN)
				continue;
			if (!b->unseen)
				b->unseen = xcalloc(MOST_UNSEEN, sizeof(*b->unseen));
			b->unseen[b->n_unseen++] = xstrdup(name);
		}
	if (b->n_unseen)
		k->want_metadata = true;
}

bool rights_settled(const struct kafka *k)
{
	for (size_t i = 0; i < k->n_brokers; i++)
		if (k->brokers[i]->n_unseen && k->meta.at <= k->brokers[i]->unseen_at && !k->meta.error)
			return false;
	return true;
}

static bool any_hidden(const struct kafka *k)
{
	for (size_t i = 0; i < k->n_brokers; i++) {
		const struct kbroker *b = k->brokers[i];

		for (size_t j = 0; j < b->n_unseen && k->meta.at > b->unseen_at; j++)
			if (!topic_get(k, b->unseen[j]))
				return true;
	}
	return false;
}

const char *rights_topics(const struct kafka *k)
{
	if (any_hidden(k))
		return _("brokers hold topics that this user may not see: grant DESCRIBE on topics");
	if (k->meta.at && !k->topics.n && k->cluster_denied)
		return _("no topic can be seen: grant DESCRIBE on topics");
	return NULL;
}

const char *rights_groups(const struct kafka *k)
{
	/* Who may see the cluster may list all groups. */
	if (k->cluster_denied && !k->groups.n)
		return _("no group can be seen: grant DESCRIBE on groups");
	return NULL;
}
