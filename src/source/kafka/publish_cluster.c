#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <string.h>

/* SECTION_CLUSTER: what there is once in a cluster, and who holds its metadata. */

static void set_cluster_version(
    struct kafka *k, struct cluster_row *row, struct arena *arena, int64_t now)
{
	const char *low = NULL, *high = NULL;

	for (size_t i = 0; i < k->n_brokers; i++) {
		const char *r;

		if (!conn_ready(&k->brokers[i]->conn))
			continue;
		r = release_of(&k->brokers[i]->conn);
		low = !low || strcmp(r, low) < 0 ? r : low;
		high = !high || strcmp(r, high) > 0 ? r : high;
	}
	if (!low)
		row->version = value_missing(_("no broker answers"));
	else if (low == high)
		row->version = value_text(low, now, liveness_period(k));
	else
		row->version = value_text(
		    arena_printf(arena, "%s and %s", low, high), now, liveness_period(k));
}

/* The sentence for a cluster of which nobody answers. */
static const char *cluster_trouble(const struct kafka *k, struct arena *arena)
{
	const struct kbroker *b = NULL;

	for (size_t i = 0; i < k->n_brokers; i++) {
		if (k->brokers[i]->up)
			return k->meta.error
				   ? arena_printf(arena, _("Metadata failed: %s"), k->meta.error)
				   : NULL;
		if (!b && k->brokers[i]->address[0])
			b = k->brokers[i];
	}
	if (!b)
		return _("no bootstrap address is configured");
	if (cluster_starting(k))
		return NULL;
	return arena_printf(arena, _("no broker answers; %s: %s"), b->address, b->words);
}

/* A voter that is no broker is a controller and nothing else. */
static const char *voter_name(const struct kafka *k, int32_t id, struct arena *arena)
{
	const struct kbroker *b = broker_by_id(k, id);

	return b ? arena_strdup(arena, b->name) : arena_printf(arena, "controller-%d", id);
}

static struct value controller_name(struct kafka *k, struct arena *arena)
{
	const char *name = voter_name(k, k->controller, arena);

	if (k->controller < 0)
		return value_missing(_("there is none just now"));
	return value_text(name, k->quorum.at, k->metadata.period);
}

static size_t known_brokers(const struct kafka *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_brokers; i++)
		n += k->brokers[i]->id >= 0;
	return n;
}

static void set_voters(const struct kafka *k, struct cluster_row *row, struct arena *arena)
{
	const struct outcome *quorum = outcome_for(k, &k->quorum);
	int64_t at = k->quorum.at, period = k->metadata.period;

	if (k->mode_known && !k->kraft) {
		row->voters = row->voters_ok = value_na(_("ZooKeeper elects the controller"));
		return;
	}
	row->voters = outcome_value(quorum, value_int(k->voters, at, period), arena);
	row->voters_ok = outcome_value(quorum, value_int(k->voters_ok, at, period), arena);
}

static const char *voter_state(const struct kvoter *v, struct arena *arena)
{
	char age[FMT_MAX];

	if (v->follows)
		return _("follows");
	return arena_printf(arena, _("has not fetched for %s"),
	    fmt_duration(age, sizeof(age), v->silent_ms * NS_PER_MS));
}

static void list_members(
    struct kafka *k, struct cluster_row *row, struct arena *arena, int64_t now)
{
	const struct outcome *quorum = outcome_for(k, &k->quorum);
	int64_t at = k->quorum.at, period = k->metadata.period;
	struct value none = value_missing(_("this release does not tell"));

	(void)now;
	row->ensemble = arena_alloc(arena, (k->n_voter_list + zookeeper_count(k->zookeeper) + 1) * sizeof(*row->ensemble));
	for (size_t i = 0; i < k->n_voter_list && at; i++) {
		const struct kvoter *v = &k->voter_list[i];
		bool leads = v->id == k->controller;
		struct value behind = v->behind < 0 ? none : value_int(v->behind, at, period);
		struct value ms = v->behind_ms < 0 ? none : value_int(v->behind_ms, at, period);

		row->ensemble[row->n_ensemble++] = (struct ensemble_member){
		    .name = voter_name(k, v->id, arena),
		    .kind = "KRaft",
		    .role = leads ? "leader" : "follower",
		    .state = leads ? _("leads") : voter_state(v, arena),
		    .up = outcome_value(quorum, value_bool(v->follows, at, period), arena),
		    .behind = outcome_value(quorum, behind, arena),
		    .behind_ms = outcome_value(quorum, ms, arena),
		    .latency_ms = value_na(_("KRaft does not tell")),
		    .outstanding = value_na(_("KRaft does not tell"))};
	}
	zookeeper_members(k->zookeeper, row->ensemble + row->n_ensemble, arena);
	row->n_ensemble += zookeeper_count(k->zookeeper);
}

void publish_cluster(struct kafka *k, int64_t now)
{
	struct section *s = section_new(SECTION_CLUSTER);
	struct cluster_row *row = section_add(s);
	int64_t up = 0, period = liveness_period(k);
	const struct outcome *quorum = outcome_for(k, &k->quorum);

	for (size_t i = 0; i < k->n_brokers; i++)
		up += k->brokers[i]->up;
	row->trouble = cluster_trouble(k, &s->arena);
	row->reachable =
	    up || !cluster_starting(k) ? value_bool(up > 0, now, period) : value_missing("connecting");
	set_cluster_version(k, row, &s->arena, now);
	row->mode = k->mode_known ? (k->kraft ? "KRaft" : "ZooKeeper") : NULL;
	row->cluster_id = arena_strdup(&s->arena, k->cluster_id);
	row->controllers = outcome_value(
	    quorum, value_int(k->controllers, k->quorum.at, k->metadata.period), &s->arena);
	if (quorum_is_lost(k))
		row->controllers = value_int(0, now, period);
	row->controller = outcome_value(quorum, controller_name(k, &s->arena), &s->arena);
	set_voters(k, row, &s->arena);
	list_members(k, row, &s->arena, now);
	row->brokers_up = value_int(up, now, period);
	if (cluster_starting(k))
		row->brokers_up = value_partial(row->brokers_up, _("not every broker has been reached"));
	row->system_account = value_na(_("only NATS has a system account"));
	if (k->conf->expected_brokers)
		row->brokers_expected = value_int(k->conf->expected_brokers, now, 0);
	else if (k->meta.at)
		row->brokers_expected = value_int((int64_t)known_brokers(k), now, 0);
	else
		row->brokers_expected =
		    value_missing(_("not known before the first metadata; expected_brokers: says it"));
	s->listing = value_bool(true, now, period);
	model_publish(k->ctx->model, k->ctx->index, s);
}

