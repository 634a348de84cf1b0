#include "source/kafka/cluster.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A broker that left the metadata and holds no replica any more is kept on screen this long,
 * where the config does not say how many there should be. */
#define KEEP_GONE (3600 * NS_PER_S)

void outcome_good(struct outcome *o, int64_t now)
{
	free(o->error);
	*o = (struct outcome){.tried = true, .at = now};
}

void outcome_bad(struct outcome *o, const char *error)
{
	char *copy = xstrdup(error);

	free(o->error);
	o->error = copy;
	o->tried = true;
}

void outcome_release(struct outcome *o)
{
	free(o->error);
	*o = (struct outcome){0};
}

const struct outcome *outcome_for(const struct kafka *k, const struct outcome *o)
{
	return !o->tried && k->meta.error ? &k->meta : o;
}

struct value outcome_value(const struct outcome *o, struct value v, struct arena *arena)
{
	if (!o->tried)
		return value_missing(_("not asked yet"));
	if (!o->error)
		return v;
	if (!o->at)
		return value_error(arena_strdup(arena, o->error));
	return value_failed(v, arena_strdup(arena, o->error));
}

static void name_broker(struct kbroker *b)
{
	if (b->id < 0) {
		snprintf(b->id_text, sizeof(b->id_text), "?");
		snprintf(b->name, sizeof(b->name), "%.63s", b->address);
		return;
	}
	snprintf(b->id_text, sizeof(b->id_text), "%d", b->id);
	snprintf(b->name, sizeof(b->name), "broker-%d", b->id);
}

static void start_conn(struct kbroker *b)
{
	const struct cluster_conf *conf = b->k->conf;

	conn_init(&b->conn, b, cluster_dial_address(conf, b->address), conf->via, b->k->timeout);
	conn_secure(&b->conn, &b->k->security, b->address);
	b->conn.heard = liveness_heard;
}

static struct kbroker *add_broker(struct kafka *k, int32_t id, const char *address)
{
	struct kbroker *b;
	int64_t now = clock_boot();

	if (k->n_brokers >= MOST_BROKERS)
		return NULL;
	b = xcalloc(1, sizeof(*b));
	*b = (struct kbroker){.k = k, .id = id, .address = xstrdup(address), .taken_by = -1, .changed_at = now};
	name_broker(b);
	start_conn(b);
	probe_stats_init(&b->rtt);
	b->burst = k->ctx->one_shot ? PROBE_BURST : 0;
	/* In the middle between two offset cycles; see init_tasks(). */
	task_init(&b->logdirs, k->ctx->config, PERIOD_LOGDIRS, now - 3 * (k->offsets.period / 2));
	array_reserve(&k->brokers, &k->cap_brokers, k->n_brokers + 1, sizeof(struct kbroker *));
	k->brokers[k->n_brokers++] = b;
	return b;
}

static void free_broker(struct kbroker *b)
{
	aside_forget(b->k, b);
	conn_release(&b->conn);
	probe_stats_release(&b->rtt);
	disk_release(b);
	rights_release(b);
	outcome_release(&b->disk);
	outcome_release(&b->groups);
	outcome_release(&b->ends);
	offsets_forget(b);
	broker_config_release(b);
	free(b->rack);
	free(b->address);
	free(b->moves_to);
	free(b);
}

static void remove_broker(struct kafka *k, size_t i, int64_t now)
{
	conn_close(&k->brokers[i]->conn, now, _("the broker is gone"));
	free_broker(k->brokers[i]);
	k->n_brokers--;
	memmove(&k->brokers[i], &k->brokers[i + 1], (k->n_brokers - i) * sizeof(k->brokers[0]));
	k->dirty_disk = true;
}

static struct kbroker *broker_by_address(const struct kafka *k, const char *address)
{
	for (size_t i = 0; i < k->n_brokers; i++)
		if (!strcmp(k->brokers[i]->address, address))
			return k->brokers[i];
	return NULL;
}

struct kbroker *broker_by_id(const struct kafka *k, int32_t id)
{
	if (id < 0)
		return NULL;
	for (size_t i = 0; i < k->n_brokers; i++)
		if (k->brokers[i]->id == id)
			return k->brokers[i];
	return NULL;
}

void cluster_bootstrap(struct kafka *k)
{
	for (size_t i = 0; i < k->conf->n_bootstrap; i++)
		if (!broker_by_address(k, k->conf->bootstrap[i]))
			add_broker(k, -1, k->conf->bootstrap[i]);
}

/* A broker moved to another address: its connection starts anew. */
static void move_broker(struct kbroker *b, int64_t now)
{
	struct kafka *k = b->k;

	if (b->taken_by >= 0)
		model_event(k->ctx->model, k->ctx->index, b->name, _("broker-%d has its address %s now"), b->taken_by, b->address);
	else if (b->address[0])
		model_event(k->ctx->model, k->ctx->index, b->name, _("address changed from %s to %s"),
		    b->address, b->moves_to);
	conn_close(&b->conn, now, _("the broker moved to another address"));
	aside_forget(k, b);
	conn_release(&b->conn);
	free(b->address);
	b->address = b->moves_to;
	b->moves_to = NULL;
	start_conn(b);
}

/* host:port, with brackets around an IPv6 address. */
static void advertised(const struct meta_broker *m, char *out, size_t size)
{
	bool v6 = strchr(m->host, ':') != NULL;

	snprintf(out, size, v6 ? "[%.255s]:%d" : "%.255s:%d", m->host, m->port);
}

static void learn_broker(struct kafka *k, const struct meta_broker *m)
{
	struct kbroker *b = broker_by_id(k, m->id);
	char address[HOST_MAX + PORT_MAX + 4];

	if (!m->host || m->id < 0)
		return;
	advertised(m, address, sizeof(address));
	if (!b) {
		b = broker_by_address(k, address);
		if (b && b->id >= 0)
			b = NULL;
		if (b)
			b->id = m->id;
		else
			b = add_broker(k, m->id, address);
		if (!b)
			return;
		name_broker(b);
		b->in_metadata = false;
	} else if (strcmp(b->address, address) != 0 && !b->moves_to) {
		b->moves_to = xstrdup(address);
		b->taken_by = -1;
	}
	free(b->rack);
	b->rack = m->rack && m->rack[0] ? xstrdup(m->rack) : NULL;
	if (!b->in_metadata && b->left_at) {
		model_event(
		    k->ctx->model, k->ctx->index, b->name, _("is back in the cluster's metadata"));
		conn_hurry(&b->conn);
	}
	b->in_metadata = true;
	b->fenced = false;
	b->left_at = 0;
}

/* The broker that the metadata list with this address; NULL: none. */
static const struct kbroker *holder_of(const struct kafka *k, const char *address)
{
	for (size_t i = 0; i < k->n_brokers; i++)
		if (k->brokers[i]->in_metadata && !strcmp(k->brokers[i]->address, address))
			return k->brokers[i];
	return NULL;
}

/* A broker that was started anew with another id has the address of the one that it was: what answers there speaks for the
 * new one only. */
static void note_taken(struct kafka *k)
{
	for (size_t i = 0; i < k->n_brokers; i++) {
		struct kbroker *old = k->brokers[i];
		const struct kbroker *b = holder_of(k, old->address);

		if (!b || old->in_metadata || old->id < 0 || old->moves_to)
			continue;
		old->moves_to = xstrdup("");
		old->taken_by = b->id;
	}
}

static size_t count_in_metadata(const struct kafka *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_brokers; i++)
		n += k->brokers[i]->in_metadata;
	return n;
}

void cluster_learn_fenced(struct kafka *k, const struct meta_broker *m, int64_t now)
{
	struct kbroker *b = broker_by_id(k, m->id);
	const struct kbroker *holder;
	char address[HOST_MAX + PORT_MAX + 4];

	if (!m->host || m->id < 0 || (b && b->in_metadata))
		return;
	advertised(m, address, sizeof(address));
	holder = holder_of(k, address);
	/* A broker that was taken away for good stays registered: only who counts on more than there are wants it. */
	if (!b && (int64_t)count_in_metadata(k) < k->conf->expected_brokers)
		b = add_broker(k, m->id, holder ? "" : address);
	if (!b)
		return;
	b->taken_by = holder ? holder->id : -1;
	if (!holder && !b->address[0] && !b->moves_to)
		b->moves_to = xstrdup(address);
	if (!b->fenced)
		model_event(k->ctx->model, k->ctx->index, b->name, _("is fenced by the controller"));
	b->fenced = true;
	b->left_at = b->left_at ? b->left_at : now;
}

static void mark_gone(struct kafka *k, const struct metadata *m, int64_t now)
{
	for (size_t i = 0; i < k->n_brokers; i++) {
		struct kbroker *b = k->brokers[i];
		bool listed = false;

		for (size_t j = 0; j < m->n_brokers; j++)
			listed |= m->brokers[j].id == b->id;
		if (listed || b->id < 0 || !b->in_metadata)
			continue;
		b->in_metadata = false;
		b->left_at = now;
		model_event(k->ctx->model, k->ctx->index, b->name, _("left the cluster's metadata"));
	}
}

/* Replicas name brokers that were never seen: they are part of the cluster, and missing. */
static void learn_replicas(struct kafka *k, const struct metadata *m, int64_t now)
{
	for (size_t i = 0; i < m->n_topics; i++)
		for (size_t j = 0; j < m->topics[i].n_parts; j++) {
			const struct meta_part *p = &m->topics[i].parts[j];

			for (size_t r = 0; r < p->n_replicas; r++) {
				struct kbroker *b;

				if (p->replicas[r] < 0 || broker_by_id(k, p->replicas[r]))
					continue;
				b = add_broker(k, p->replicas[r], "");
				if (b)
					b->left_at = now;
			}
		}
}

/* Bootstrap addresses that turned out to be no broker's own (aliases, load balancers). */
static void drop_aliases(struct kafka *k, int64_t now)
{
	for (size_t i = k->n_brokers; i-- > 0;)
		if (k->brokers[i]->id < 0)
			remove_broker(k, i, now);
}

void cluster_learn(struct kafka *k, const struct metadata *m, int64_t now)
{
	for (size_t i = 0; i < m->n_brokers; i++)
		learn_broker(k, &m->brokers[i]);
	mark_gone(k, m, now);
	note_taken(k);
	learn_replicas(k, m, now);
}

static bool known_up(const struct kafka *k)
{
	for (size_t i = 0; i < k->n_brokers; i++)
		if (k->brokers[i]->id >= 0 && conn_ready(&k->brokers[i]->conn))
			return true;
	return false;
}

/* Out of the callbacks of a connection: here brokers may go. */
void cluster_forget(struct kafka *k, int64_t now)
{
	size_t listed = count_in_metadata(k);
	bool enough = k->conf->expected_brokers > 0 && (int64_t)listed >= k->conf->expected_brokers;

	if (known_up(k))
		drop_aliases(k, now);
	for (size_t i = k->n_brokers; i-- > 0;) {
		struct kbroker *b = k->brokers[i];

		if (b->moves_to)
			move_broker(b, now);
		if (b->in_metadata || b->id < 0 || b->replicas || !b->left_at)
			continue;
		if (enough || (!b->fenced && now - b->left_at > KEEP_GONE))
			remove_broker(k, i, now);
	}
	/* Everything that was known is gone: perhaps the cluster moved. */
	if (!brokers_up(k) && k->meta.tried && now - k->meta.at > 3 * k->timeout)
		cluster_bootstrap(k);
}

void cluster_release(struct kafka *k)
{
	while (k->n_brokers)
		free_broker(k->brokers[--k->n_brokers]);
	free(k->brokers);
	k->brokers = NULL;
}

struct kbroker *broker_any(struct kafka *k, enum kafka_api api)
{
	for (size_t i = 0; i < k->n_brokers; i++) {
		struct kbroker *b = k->brokers[(k->rotor + 1 + i) % k->n_brokers];

		if (!conn_ready(&b->conn) || (api != API_COUNT && !conn_offers(&b->conn, api)))
			continue;
		/* One that is silent just now is not asked while another is there. */
		if (b->conn.silent_since && clock_boot() - b->conn.silent_since > NS_PER_S &&
		    brokers_up(k) > 1)
			continue;
		k->rotor = (k->rotor + 1 + i) % k->n_brokers;
		return b;
	}
	return NULL;
}

int nobody_offers(const struct kafka *k, enum kafka_api api, struct err *err)
{
	if (brokers_up(k))
		return err_set(err, _("no broker offers %s, which gives %s"), kafka_apis[api].name,
		    _(kafka_apis[api].gives));
	return err_set(err, _("no broker answers"));
}

size_t brokers_up(const struct kafka *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_brokers; i++)
		n += conn_ready(&k->brokers[i]->conn);
	return n;
}

int broker_ask(struct kbroker *b, enum kafka_api api, const struct wire_ask *ask, call_done *done,
    int64_t tag, int64_t now, struct err *err)
{
	char words[ERR_MAX];

	if (conn_ready(&b->conn))
		return conn_call(&b->conn, api, ask, done, tag, now, err);
	if (!b->address[0])
		return err_set(err, _("%s is not registered with the cluster"), b->name);
	return err_set(
	    err, _("%s is down: %s"), b->name, conn_words(&b->conn, now, words, sizeof(words)));
}
