#include "source/nats/nats.h"

#include "base/clock.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Whatever two servers say, in any order, rows come of it. The input is a list of
 * replies: one byte for whose and of what kind, the body, a byte 0xff.
 */
static struct config *config;
static const char *urls[] = {"http://n1:8222", "http://n2:8222"};

static struct cluster_conf *cluster(void)
{
	if (!config) {
		config = config_new_default();
		config_add_cluster(config, "bus", KIND_NATS);
		config->clusters[0].monitor = urls;
		config->clusters[0].n_monitor = 2;
	}
	return &config->clusters[0];
}

static void take_all(struct source *s, const uint8_t *data, size_t size, int64_t now)
{
	while (size) {
		const uint8_t *end = memchr(data, 0xff, size);
		size_t len = end ? (size_t)(end - data) : size;

		if (len) {
			struct node *n = s->nodes[data[0] >> 3 & 1];
			enum ask a = (data[0] & 7) % ASK_COUNT;

			now += NS_PER_S;
			if (data[0] & 0x80)
				node_failed(n, a, HTTP_HUNG, "HUNG", now);
			else
				node_take(n, a, (const char *)data + 1, len - 1, now);
			tracker_merge(s, now, now);
		}
		data += len;
		size -= len;
		if (size) {
			data++;
			size--;
		}
	}
	nats_publish(s, now);
	nats_publish_lag(s, now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model *m = model_new();
	struct source_ctx ctx = {.config = config, .cluster = cluster(), .model = m};
	struct node nodes[2], *at[2] = {&nodes[0], &nodes[1]};
	struct source s = {.ctx = &ctx, .nodes = at, .n_nodes = 2};
	struct err err = {""};

	ctx.config = config;
	ctx.index = model_add_cluster(m, "bus", KIND_NATS, TIER_NONE);
	clock_fake(1000 * NS_PER_S, 1000 * NS_PER_S);
	tracker_init(&s.tracker);
	for (int i = 0; i < 2; i++)
		if (node_init(&nodes[i], &s, urls[i], NS_PER_S, &err))
			abort();
	take_all(&s, data, size, NS_PER_S);
	for (int i = 0; i < 2; i++)
		node_release(&nodes[i]);
	tracker_release(&s.tracker);
	model_free(m);
	return 0;
}
