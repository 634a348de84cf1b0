#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

/* What is asked beside the metadata: the quorum, reassignments, configs of topics. */

enum { MOST_CONFIG_TOPICS = 10000 };

/* A voter that has not fetched for this long is not following (the leader's own limit is 2 s). */
enum { VOTER_SILENT_MS = 15000 };

/* Longer than any cluster has been there. */
#define MOST_MS (INT64_MAX / NS_PER_MS)

#define MOST_WAIT (30 * NS_PER_S)

/* A controller writes an error into its log for each request that it refuses: these are rare. */
#define REFUSED_WAIT (120 * NS_PER_S)

static bool follows(const struct quorum *q, const struct quorum_replica *v, int64_t newest)
{
	if (v->id == q->leader || v->fetched_ms < 0)
		return true;
	return newest - v->fetched_ms < VOTER_SILENT_MS;
}

/* The leader is the controller when most voters fetch from it. The newest time that any
 * replica fetched is the leader's own clock, which is the only one that may be compared. */
static int64_t newest_fetch(const struct quorum *q)
{
	int64_t newest = -1;

	for (size_t i = 0; i < q->n_voters; i++)
		newest = q->voters[i].fetched_ms > newest ? q->voters[i].fetched_ms : newest;
	for (size_t i = 0; i < q->n_observers; i++)
		newest = q->observers[i].fetched_ms > newest ? q->observers[i].fetched_ms : newest;
	return newest;
}

/* From a time of the leader's clock to the newest; -1: one of them is not told. */
static int64_t ms_since(int64_t then, int64_t newest)
{
	int64_t ms;

	if (then < 0 || newest < 0)
		return -1;
	ms = newest - then;
	return ms > MOST_MS ? MOST_MS : ms < 0 ? 0 : ms;
}

static const struct quorum_replica *find_replica(
    const struct quorum_replica *list, size_t n, int32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].id == id)
			return &list[i];
	return NULL;
}

/* How far each voter and each broker is behind the leader, whose clock dates them. */
static void measure_lag(struct kafka *k, const struct quorum *q)
{
	const struct quorum_replica *leader = find_replica(q->voters, q->n_voters, q->leader);
	int64_t end = leader ? leader->end : -1, newest = newest_fetch(q);

	free(k->voter_list);
	k->voter_list = xcalloc(q->n_voters ? q->n_voters : 1, sizeof(*k->voter_list));
	k->n_voter_list = q->n_voters;
	for (size_t i = 0; i < q->n_voters; i++) {
		const struct quorum_replica *v = &q->voters[i];
		bool known = v->id == q->leader || (end >= 0 && v->end >= 0);
		bool leads = v->id == q->leader;

		k->voter_list[i] = (struct kvoter){.id = v->id,
		    .behind = !known ? -1 : leads || v->end > end ? 0 : end - v->end,
		    .behind_ms = leads ? 0 : ms_since(v->caught_up_ms, newest),
		    .silent_ms = leads ? 0 : ms_since(v->fetched_ms, newest),
		    .follows = follows(q, v, newest)};
	}
	for (size_t i = 0; i < k->n_brokers; i++) {
		int32_t id = k->brokers[i]->id;
		const struct quorum_replica *r = find_replica(q->voters, q->n_voters, id);

		if (!r)
			r = find_replica(q->observers, q->n_observers, id);
		k->brokers[i]->metadata_lag = !r || end < 0 || r->end < 0 ? -1
					      : r->end > end		 ? 0
									 : end - r->end;
	}
}

/* Counts the voters that follow, and marks the brokers among them. */
static void count_voters(struct kafka *k, const struct quorum *q)
{
	int64_t newest = newest_fetch(q);

	k->voters = (int64_t)q->n_voters;
	k->voters_ok = 0;
	for (size_t i = 0; i < k->n_brokers; i++)
		k->brokers[i]->voter = false;
	for (size_t i = 0; i < q->n_voters; i++) {
		struct kbroker *b = broker_by_id(k, q->voters[i].id);

		if (!follows(q, &q->voters[i], newest))
			continue;
		k->voters_ok++;
		if (b)
			b->voter = true;
	}
}

static void learn_quorum(struct kafka *k, const struct quorum *q, int64_t now)
{
	int64_t active;

	count_voters(k, q);
	measure_lag(k, q);
	active = q->leader >= 0 && k->voters_ok * 2 > k->voters;
	if (k->controller >= 0 && q->leader >= 0 && k->controller != q->leader)
		model_event(k->ctx->model, k->ctx->index, NULL,
		    _("the controller moved from %d to %d"), k->controller, q->leader);
	if (k->controllers == 1 && !active && k->quorum.at)
		model_event(k->ctx->model, k->ctx->index, NULL, _("the quorum has no working leader"));
	k->controller = q->leader;
	k->controllers = active;
	outcome_good(&k->quorum, now);
}

static void quorum_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct quorum *q = a->reply;
	char words[ERR_MAX];

	(void)call;
	k->asking_quorum = false;
	k->tried |= TRIED_QUORUM;
	k->quorum_denied_at = q && q->error == KERR_CLUSTER_AUTH ? clock_boot() : 0;
	if (q)
		rights_cluster(k, q->error);
	if (!q)
		outcome_bad(&k->quorum, aside_words(k, a->error, words, sizeof(words)));
	else if (q->error)
		outcome_bad(&k->quorum, kafka_error_name(q->error));
	else
		learn_quorum(k, q, clock_boot());
}

void quorum_step(struct kafka *k, int64_t now)
{
	struct wire_ask none = {0};
	struct err err = {{0}};

	if (!k->want_quorum || !aside_ready(k, API_QUORUM, now))
		return;
	k->want_quorum = false;
	if (k->quorum_denied_at && now - k->quorum_denied_at < REFUSED_WAIT)
		return;
	k->asking_quorum = !aside_ask(k, API_QUORUM, &none, quorum_done, now, &err);
	if (k->asking_quorum)
		return;
	outcome_bad(&k->quorum, err.msg);
	k->tried |= TRIED_QUORUM;
}

bool quorum_is_lost(const struct kafka *k)
{
	int64_t down = 0;

	/* From this host brokers may be out of reach that the others see: then a controller answers through those. */
	if (!k->kraft || !k->quorum.error || !k->voters)
		return false;
	for (size_t i = 0; i < k->n_brokers; i++)
		down += k->brokers[i]->voter && !k->brokers[i]->up && k->brokers[i]->failed_once;
	return (k->voters - down) * 2 <= k->voters;
}

static void forget_moves(struct kafka *k)
{
	size_t pos = 0;
	void *value;

	k->reassigning = 0;
	while (map_each(&k->topics, &pos, &value)) {
		struct ktopic *t = value;

		for (size_t i = 0; i < t->n_parts; i++) {
			t->parts[i].n_adding = 0;
			t->parts[i].moving = false;
		}
	}
}

static void learn_moves(struct kafka *k, const struct reassignments *r)
{
	int64_t before = k->reassigning;

	forget_moves(k);
	for (size_t i = 0; i < r->n_topics; i++) {
		struct ktopic *t = r->topics[i].name ? topic_get(k, r->topics[i].name) : NULL;

		for (size_t j = 0; j < r->topics[i].n_parts; j++) {
			const struct moving_part *m = &r->topics[i].parts[j];

			k->reassigning++;
			if (!t || m->index < 0 || (size_t)m->index >= t->n_parts)
				continue;
			t->parts[m->index].n_adding = (uint16_t)m->n_adding;
			t->parts[m->index].moving = true;
		}
	}
	if (!before != !k->reassigning && k->moving.at)
		model_event(k->ctx->model, k->ctx->index, NULL,
		    k->reassigning ? _("partitions are being reassigned: %lld")
				   : _("the reassignment is over (%lld left)"),
		    (long long)k->reassigning);
}

static void moves_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct reassignments *r = a->reply;
	int64_t now = clock_boot();
	char words[ERR_MAX];

	(void)call;
	k->asking_moves = false;
	k->tried |= TRIED_MOVES;
	k->dirty_partitions = true;
	if (r)
		rights_cluster(k, r->error);
	if (!r || r->error) {
		outcome_bad(&k->moving, r ? kafka_error_name(r->error) : aside_words(k, a->error, words, sizeof(words)));
		task_failed(&k->moves, now, MOST_WAIT);
		if (r && r->error == KERR_CLUSTER_AUTH)
			k->moves.next = now + REFUSED_WAIT;
		return;
	}
	learn_moves(k, r);
	outcome_good(&k->moving, now);
	task_done(&k->moves, now);
}

/* Under ZooKeeper only the controller answers; under KRaft any broker asks it. */
static int moves_ask(struct kafka *k, const struct wire_ask *ask, int64_t now, struct err *err)
{
	struct kbroker *b;

	if (k->kraft)
		return aside_ask(k, API_REASSIGNMENTS, ask, moves_done, now, err);
	b = broker_by_id(k, k->controller);
	if (!b)
		b = broker_any(k, API_REASSIGNMENTS);
	return b ? broker_ask(b, API_REASSIGNMENTS, ask, moves_done, 0, now, err)
		 : nobody_offers(k, API_REASSIGNMENTS, err);
}

void moves_step(struct kafka *k, int64_t now)
{
	struct wire_ask ask = {.timeout_ms = (int32_t)(k->timeout / NS_PER_MS)};
	struct err err = {{0}};

	if (k->asking_moves || now < k->moves.next || !k->meta.at || !aside_ready(k, API_REASSIGNMENTS, now))
		return;
	k->asking_moves = !moves_ask(k, &ask, now, &err);
	if (k->asking_moves)
		return;
	outcome_bad(&k->moving, err.msg);
	task_failed(&k->moves, now, MOST_WAIT);
	k->tried |= TRIED_MOVES;
}

static void learn_config(struct ktopic *t, const struct config_resource *c)
{
	t->config_error = c->error;
	t->configured = !c->error;
	t->min_isr = 1;
	t->retention_ms = t->retention_bytes = t->segment_ms = t->segment_bytes = -1;
	t->compacted = false;
	for (size_t i = 0; i < c->n_entries; i++) {
		const char *name = c->entries[i].name, *value = c->entries[i].value;

		if (!name || !value)
			continue;
		if (!strcmp(name, "min.insync.replicas"))
			t->min_isr = strtoll(value, NULL, 10);
		else if (!strcmp(name, "retention.ms"))
			t->retention_ms = strtoll(value, NULL, 10);
		else if (!strcmp(name, "retention.bytes"))
			t->retention_bytes = strtoll(value, NULL, 10);
		else if (!strcmp(name, "segment.ms"))
			t->segment_ms = strtoll(value, NULL, 10);
		else if (!strcmp(name, "segment.bytes"))
			t->segment_bytes = strtoll(value, NULL, 10);
		else if (!strcmp(name, "cleanup.policy"))
			t->compacted = !strcmp(value, "compact");
	}
}

static void configs_done(void *owner, const struct call *call, const struct answer *a)
{
	struct kbroker *b = owner;
	struct kafka *k = b->k;
	const struct configs *c = a->reply;
	int64_t now = clock_boot();

	k->configs_asked = 0;
	k->dirty_partitions = k->dirty_disk = true;
	k->relag_due = 0;
	k->tried |= TRIED_CONFIGS;
	if (!c) {
		outcome_bad(&k->config, a->error);
		task_failed(&k->configs, now, MOST_WAIT);
		return;
	}
	for (size_t i = 0; i < c->n_resources; i++) {
		struct ktopic *t = c->resources[i].name ? topic_get(k, c->resources[i].name) : NULL;

		if (t)
			learn_config(t, &c->resources[i]);
	}
	outcome_good(&k->config, now);
	/* tag: it was a whole round, not one for new topics only */
	if (call->tag)
		task_done(&k->configs, now);
}

/* All topics when a round is due, otherwise those that nobody has asked about yet. */
static size_t pick_topics(struct kafka *k, bool all, const char **names)
{
	size_t pos = 0, n = 0;
	void *value;

	while (n < MOST_CONFIG_TOPICS && map_each(&k->topics, &pos, &value)) {
		struct ktopic *t = value;

		if (all || (!t->configured && !t->config_error))
			names[n++] = t->name;
	}
	return n;
}

void configs_step(struct kafka *k, int64_t now)
{
	bool all = now >= k->configs.next;
	const char **names;
	struct wire_ask ask = {0};
	struct err err = {{0}};
	struct kbroker *b;

	if (k->configs_asked || !k->meta.at || (!all && k->config.error))
		return;
	if (!all && k->configs_generation == k->generation)
		return;
	k->configs_generation = k->generation;
	names = xmalloc(MOST_CONFIG_TOPICS * sizeof(*names));
	ask.names = names;
	ask.n_names = pick_topics(k, all, names);
	if (ask.n_names) {
		b = broker_any(k, API_CONFIGS);
		if (!b)
			nobody_offers(k, API_CONFIGS, &err);
		if (b && !broker_ask(b, API_CONFIGS, &ask, configs_done, all, now, &err)) {
			k->configs_asked = (int64_t)ask.n_names;
		} else {
			outcome_bad(&k->config, err.msg);
			task_failed(&k->configs, now, MOST_WAIT);
			k->tried |= TRIED_CONFIGS;
		}
	} else if (all) {
		outcome_good(&k->config, now);
		task_done(&k->configs, now);
		k->tried |= TRIED_CONFIGS;
	}
	free(names);
}
