/* Gateways and leaf nodes between real servers. MQ_NATS_SERVER names the binary. */
#include "nats_cluster.h"
#include "nats_watch.h"

#include "base/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Two servers of the cluster west; one of east, which is also the hub of a leaf node. */
static struct test_cluster west, east, leaf;
static char west_conf[512], east_conf[512], leaf_conf[512];
static struct watch west_watch, east_watch, leaf_watch;

static void watch_urls(struct watch *w, const struct test_cluster *c)
{
	char yaml[1024];
	int at = snprintf(yaml, sizeof(yaml), "clusters:\n  - name: bus\n    kind: nats\n    expected_nodes: %zu\n    timeout: 1s\n"
	    "    monitor:\n", c->n);

	for (size_t i = 0; i < c->n; i++)
		at += snprintf(yaml + at, sizeof(yaml) - (size_t)at, "      - http://127.0.0.1:%d\n", c->server[i].monitor);
	watch_start(w, yaml, false);
}

static int setup(void **state)
{
	const char *binary = getenv("MQ_NATS_SERVER");
	int gateway = free_port(), hub = free_port();

	(void)state;
	if (!binary || !*binary)
		binary = "nats-server";
	snprintf(west_conf, sizeof(west_conf), "gateway { name: west, listen: \"127.0.0.1:-1\", connect_retries: 1,\n"
	    "  gateways: [{name: east, urls: [\"nats://127.0.0.1:%d\"]}] }\n", gateway);
	snprintf(east_conf, sizeof(east_conf), "gateway { name: east, listen: \"127.0.0.1:%d\" }\n"
	    "leafnodes { listen: \"127.0.0.1:%d\" }\n"
	    "accounts { SYS: { users: [{user: s, password: s}] }, APP: { users: [{user: app, password: app}] } }\n"
	    "system_account: SYS\n", gateway, hub);
	snprintf(leaf_conf, sizeof(leaf_conf), "leafnodes { remotes: [{url: \"nats-leaf://app:app@127.0.0.1:%d\"}] }\n", hub);
	cluster_start_as(&east, binary, "east", 1, (struct cluster_plan){.more = east_conf});
	cluster_start_as(&west, binary, "west", 2, (struct cluster_plan){.more = west_conf});
	cluster_start_as(&leaf, binary, "leaf", 1, (struct cluster_plan){.more = leaf_conf});
	watch_urls(&west_watch, &west);
	watch_urls(&east_watch, &east);
	watch_urls(&leaf_watch, &leaf);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	watch_stop(&west_watch);
	watch_stop(&east_watch);
	watch_stop(&leaf_watch);
	cluster_stop(&leaf);
	cluster_stop(&west);
	cluster_stop(&east);
	return 0;
}

/* Do both servers of west reach as many other clusters? */
static bool reaches(const struct cluster_view *v, void *arg)
{
	for (int i = 1; i <= 2; i++) {
		char name[32];
		const struct route_row *r;

		snprintf(name, sizeof(name), "west-%d gateways", i);
		r = find_route(v, name);
		if (!r || quality_now(&r->peers) != QUALITY_OK || value_number(&r->peers) != *(int *)arg ||
		    r->expected.i != 1 || r->n_missing != (size_t)(1 - *(int *)arg) ||
		    (r->n_missing && strcmp(r->missing[0], "cluster east") != 0))
			return false;
	}
	return true;
}

static bool has_leafs(const struct cluster_view *v, void *arg)
{
	const struct broker_row *b = find_broker(v, "east-1");
	const struct value *n = b ? broker_metric(b, METRIC_LEAFNODES) : NULL;

	return n && quality_now(n) == QUALITY_OK && value_number(n) == *(int *)arg;
}

/* The health is asked as seldom as the names of the leaf nodes, in the same round. */
static bool seldom_asked_since(const struct cluster_view *v, void *arg)
{
	const struct broker_row *b = find_broker(v, "east-1");
	const struct value *health = b ? broker_metric(b, METRIC_HEALTH) : NULL;

	return health && quality_now(health) == QUALITY_OK && health->at > *(int64_t *)arg;
}

static bool misses_hub(const struct cluster_view *v, void *arg)
{
	const struct cluster_row *c = cluster_facts(v);
	const char *trouble = c ? c->trouble : NULL;

	const struct route_row *r = find_route(v, "leaf-1 leaf nodes");

	/* The row comes with the server's name, before its leaf nodes are known. */
	if (!find_broker(v, "leaf-1") || !r || quality_now(&r->peers) != QUALITY_OK || r->n_missing != *(bool *)arg)
		return false;
	return *(bool *)arg == (trouble && strstr(trouble, "has 0 of its 1 leaf node connections"));
}

static bool leaf_lost(const struct cluster_view *v, void *arg)
{
	(void)v;
	(void)arg;
	return has_event(&east_watch, "east-1", "lost its leaf node connection with");
}

static void all_is_connected(void **state)
{
	int one = 1;
	bool missing = false;

	(void)state;
	assert_true(watch_until(&west_watch, 20, reaches, &one));
	assert_true(watch_until(&east_watch, 20, has_leafs, &one));
	assert_true(watch_until(&leaf_watch, 20, misses_hub, &missing));
	/* The count of leaf nodes comes sooner than their names: one whose name was never read is not missed by name. */
	for (int round = 0; round < 2; round++) {
		int64_t since = clock_boot();

		assert_true(watch_until(&east_watch, 20, seldom_asked_since, &since));
	}
}

static void the_missing_ends_are_named(void **state)
{
	int none = 0, one = 1;
	bool missing = true;

	(void)state;
	server_signal(&leaf, 0, SIGKILL);
	assert_true(watch_until(&east_watch, 20, has_leafs, &none));
	assert_true(watch_until(&east_watch, 5, leaf_lost, NULL));
	server_start(&leaf, 0);
	assert_true(watch_until(&east_watch, 20, has_leafs, &one));
	server_signal(&east, 0, SIGKILL);
	assert_true(watch_until(&west_watch, 20, reaches, &none));
	assert_non_null(strstr(cluster_facts(watch_look(&west_watch))->trouble, "no gateway connection to the cluster east"));
	assert_true(watch_until(&leaf_watch, 20, misses_hub, &missing));
	server_start(&east, 0);
	missing = false;
	assert_true(watch_until(&west_watch, 30, reaches, &one));
	assert_true(watch_until(&leaf_watch, 30, misses_hub, &missing));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_is_connected),
	    cmocka_unit_test(the_missing_ends_are_named),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
