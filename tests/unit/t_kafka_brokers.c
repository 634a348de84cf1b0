/* Which brokers there are, as the metadata and what the controller has fenced tell. */
#include "source/kafka/cluster.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct config config;
static const struct cluster_conf conf = {.kind = KIND_KAFKA};
static struct source_ctx ctx = {.config = &config, .cluster = &conf};

static struct kafka *new_kafka(void)
{
	struct kafka *k = calloc(1, sizeof(*k));

	ctx.model = model_new();
	ctx.index = model_add_cluster(ctx.model, "orders", KIND_KAFKA, 0);
	k->ctx = &ctx;
	k->conf = &conf;
	map_init(&k->topics);
	map_init(&k->groups);
	return k;
}

static void free_kafka(struct kafka *k)
{
	cluster_release(k);
	topics_release(k);
	groups_release(k);
	free(k);
	model_free(ctx.model);
}

/* The metadata list these ids, the first at port 9001, the next at port 9002. */
static void listed(struct kafka *k, int32_t first, int32_t second)
{
	struct meta_broker brokers[2] = {{.id = first, .host = "kafka.test", .port = 9001}, {.id = second, .host = "kafka.test", .port = 9002}};
	struct metadata m = {.brokers = brokers, .n_brokers = 2};

	cluster_learn(k, &m, NS_PER_S);
	cluster_forget(k, NS_PER_S);
}

static void look(struct kafka *k)
{
	for (size_t i = 0; i < k->n_brokers; i++)
		liveness_step(k->brokers[i], 2 * NS_PER_S);
}

static void another_id_takes_the_address(void **state)
{
	struct kafka *k = new_kafka();
	struct meta_broker fenced = {.id = 2, .host = "kafka.test", .port = 9002};
	struct kbroker *old;

	(void)state;
	listed(k, 1, 2);
	old = broker_by_id(k, 2);
	assert_string_equal(old->address, "kafka.test:9002");
	old->replicas = 3; /* it is still awaited */
	listed(k, 1, 3);
	assert_string_equal(broker_by_id(k, 3)->address, "kafka.test:9002");
	assert_string_equal(old->address, "");
	look(k);
	assert_string_equal(old->words, "down: broker-3 answers at its address");
	/* Its registration with the controller says the same address still. */
	cluster_learn_fenced(k, &fenced, NS_PER_S);
	cluster_forget(k, NS_PER_S);
	assert_string_equal(old->address, "");
	/* It is back. */
	listed(k, 1, 2);
	assert_string_equal(old->address, "kafka.test:9002");
	assert_int_equal(old->taken_by, -1);
	free_kafka(k);
}

static void fenced_behind_another(void **state)
{
	struct kafka *k = new_kafka();
	struct meta_broker fenced = {.id = 2, .host = "kafka.test", .port = 9002};
	struct meta_part part = {.leader = 1, .replicas = (int32_t[]){1, 2}, .n_replicas = 2};
	struct meta_topic topic = {.name = "t", .parts = &part, .n_parts = 1};
	struct meta_broker brokers[2] = {{.id = 1, .host = "kafka.test", .port = 9001}, {.id = 3, .host = "kafka.test", .port = 9002}};
	struct metadata m = {.brokers = brokers, .n_brokers = 2, .topics = &topic, .n_topics = 1};

	(void)state;
	/* The first look comes when it is long gone: a replica names it, and the controller its address. */
	cluster_learn(k, &m, NS_PER_S);
	broker_by_id(k, 2)->replicas = 1;
	cluster_learn_fenced(k, &fenced, NS_PER_S);
	cluster_forget(k, NS_PER_S);
	look(k);
	assert_string_equal(broker_by_id(k, 2)->words, "down: broker-3 answers at its address");
	/* Where nobody else is, it is dialled. */
	fenced.port = 9004;
	cluster_learn_fenced(k, &fenced, NS_PER_S);
	cluster_forget(k, NS_PER_S);
	assert_string_equal(broker_by_id(k, 2)->address, "kafka.test:9004");
	free_kafka(k);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(another_id_takes_the_address), cmocka_unit_test(fenced_behind_another)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
