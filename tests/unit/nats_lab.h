#ifndef MQ_TESTS_NATS_LAB_H
#define MQ_TESTS_NATS_LAB_H

/* A NATS source without a network: the test says what its servers say, and when. For one test program. */
#include "base/clock.h"
#include "nats_fixture.h"
#include "source/nats/nats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *urls[] = {"http://10.0.0.1:8222", "http://10.0.0.2:8222", "http://10.0.0.3:8222"};

struct lab {
	struct config *config;
	struct cluster_conf *conf;
	struct source_ctx ctx;
	struct source s;
	struct node nodes[3], *at[3];
	struct snapshot *snap;
	int64_t now;
};

static inline void lab_time(struct lab *l, int64_t now)
{
	l->now = now;
	clock_fake(now, now);
}

static inline void lab_start(struct lab *l, size_t n)
{
	struct err err = {""};

	memset(l, 0, sizeof(*l));
	lab_time(l, 100000 * NS_PER_S);
	l->config = config_new_default();
	l->conf = config_add_cluster(l->config, "bus", KIND_NATS);
	l->conf->monitor = urls;
	l->conf->n_monitor = n;
	l->conf->expected_nodes = (int64_t)n;
	l->ctx.config = l->config;
	l->ctx.cluster = l->conf;
	l->ctx.model = model_new();
	l->ctx.index = model_add_cluster(l->ctx.model, "bus", KIND_NATS, TIER_NONE);
	l->s.ctx = &l->ctx;
	l->s.nodes = l->at;
	for (size_t i = 0; i < 3; i++)
		l->at[i] = &l->nodes[i];
	l->s.n_nodes = n;
	tracker_init(&l->s.tracker);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(node_init(&l->nodes[i], &l->s, urls[i], l->now, &err), 0);
}

static inline void lab_stop(struct lab *l)
{
	for (size_t i = 0; i < l->s.n_nodes; i++)
		node_release(&l->nodes[i]);
	tracker_release(&l->s.tracker);
	if (l->snap)
		snapshot_unref(l->snap);
	model_free(l->ctx.model);
	config_free(l->config);
	clock_real();
}

static inline const struct cluster_view *lab_publish(struct lab *l)
{
	tracker_merge(&l->s, l->now, l->now);
	nats_publish(&l->s, l->now);
	nats_publish_lag(&l->s, l->now);
	if (l->snap)
		snapshot_unref(l->snap);
	l->snap = model_acquire(l->ctx.model);
	return &l->snap->clusters[0];
}

static inline bool lab_event(struct lab *l, const char *part)
{
	lab_publish(l);
	for (size_t i = 0; i < section_count(l->snap->events); i++)
		if (strstr(section_event(l->snap->events, i)->text, part))
			return true;
	return false;
}

static inline void say(struct lab *l, size_t node, enum ask a, const char *text)
{
	node_take(&l->nodes[node], a, text, strlen(text), l->now);
}

static inline void say_file(struct lab *l, size_t node, enum ask a, const char *name)
{
	struct fixture f = fixture_read(name);

	node_take(&l->nodes[node], a, f.text, f.len, l->now);
	fixture_free(&f);
}

/* The three servers of 2.15.2, everything asked once. */
static inline void say_all(struct lab *l)
{
	static const char *const kind[] = {"varz", "healthz", "routez", "connz", "jsz"};
	char name[64];

	for (size_t i = 0; i < 3; i++)
		for (int a = 0; a <= ASK_JSZ; a++) {
			snprintf(name, sizeof(name), "2.15.2_n-%zu_%s.json", i + 1, kind[a]);
			say_file(l, i, (enum ask)a, name);
		}
}

static inline const struct lag_row *lag_named(const struct cluster_view *v, const char *group)
{
	for (size_t i = 0; i < section_count(v->sections[SECTION_LAG]); i++)
		if (!strcmp(section_lag(v->sections[SECTION_LAG], i)->group, group))
			return section_lag(v->sections[SECTION_LAG], i);
	return NULL;
}

#define QUALITY(l, value) value_quality(&(value), (l)->now)

static const char VARZ[] = "{\"server_id\":\"%s\",\"server_name\":\"%s\",\"version\":\"2.10.0\",\"start\":\"%s\","
    "\"uptime\":\"%s\",\"mem\":300,\"connections\":80,\"max_connections\":100,\"total_connections\":%d,"
    "\"slow_consumers\":%d,\"in_msgs\":%d,\"out_msgs\":5,\"in_bytes\":5,\"out_bytes\":5%s}";

struct said {
	const char *id, *name, *uptime;
	int slow, msgs;
	const char *more; /* further keys */
};

static inline void say_varz(struct lab *l, size_t node, struct said v)
{
	char text[2048];

	snprintf(text, sizeof(text), VARZ, v.id, v.name, v.id, v.uptime ? v.uptime : "5h0m0s", 10, v.slow, v.msgs,
	    v.more ? v.more : "");
	say(l, node, ASK_VARZ, text);
}

#endif
