/* The wire codec against golden vectors made by an independent encoder: each request byte
 * for byte, each reply whole, cut short at every length, and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "source/kafka/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vector {
	char title[128], api[40];
	bool is_request;
	int version;
	uint8_t *bytes;
	size_t len;
};

static struct vector vectors[192];
static size_t n_vectors;

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t n = 0;
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		out[n++] = (uint8_t)byte;
	return n;
}

static int load(void **state)
{
	char path[512], line[4096];
	const char *top = getenv("top_srcdir");
	struct vector *v = NULL;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/fixtures/kafka-wire.txt", top ? top : ".");
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char kind[8];

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == 'R') {
			v = &vectors[n_vectors++];
			assert_true(n_vectors <= 192);
			snprintf(v->title, sizeof(v->title), "%.127s", line);
			v->version = -1;
			assert_true(sscanf(line, "%7s %39s v%d", kind, v->api, &v->version) >= 2);
			v->is_request = !strcmp(kind, "REQ");
		} else if (v && line[0] == ' ') {
			const char *hex = line + strspn(line, " ");

			v->bytes = malloc(strlen(hex) / 2 + 1);
			v->len = from_hex(hex, v->bytes);
		}
	}
	fclose(f);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_vectors; i++)
		free(vectors[i].bytes);
	return 0;
}

static int api_of(const struct vector *v)
{
	for (int api = 0; api < API_COUNT; api++)
		if (!strcmp(kafka_apis[api].name, v->api))
			return api;
	return -1;
}

static bool spoken(const struct vector *v, int api)
{
	return api >= 0 && v->version >= kafka_apis[api].min && v->version <= kafka_apis[api].max;
}

/* What the vectors ask for. */
static struct wire_ask ask_of(const struct vector *v, int api)
{
	static const char *const one[] = {"g"}, *const first[] = {"g1"},
				 *const two[] = {"g1", "g2"};
	static const int32_t zero[] = {0};
	static const struct wire_topic topic = {"t", zero, 1};
	struct wire_ask ask = {.timeout_ms = 5000, .timestamp = OFFSETS_LATEST};

	if (api == API_OFFSET_FETCH) {
		ask.names = v->version >= 8 ? two : one;
		ask.n_names = v->version >= 8 ? 2 : 1;
	} else if (api == API_DESCRIBE_GROUPS || api == API_GROUP_DESCRIBE) {
		ask.names = first;
		ask.n_names = 1;
	}
	ask.mechanism = "SCRAM-SHA-256";
	ask.bytes = "\0user\0pass";
	ask.n_bytes = 10;
	ask.topics = &topic;
	ask.n_topics = 1;
	ask.totals_only = strstr(v->title, "empty topic list") != NULL;
	return ask;
}

/* The vectors were made with the client version "0.1". */
static bool same_but_version(const struct vector *v, const struct buf *b)
{
	size_t head = v->len - 5;

	return b->len > v->len && !memcmp(b->data + 4, v->bytes + 4, head - 4);
}

static void test_requests(void **state)
{
	size_t checked = 0;

	(void)state;
	for (size_t i = 0; i < n_vectors; i++) {
		const struct vector *v = &vectors[i];
		int api = api_of(v);
		struct wire_ask ask;
		struct buf b;

		if (!v->is_request || !spoken(v, api))
			continue;
		ask = ask_of(v, api);
		buf_init(&b, WIRE_REQUEST_MAX);
		assert_int_equal(wire_request(&b, api, v->version, 1, &ask), 0);
		if (api == API_VERSIONS && v->version >= 3) {
			assert_true(same_but_version(v, &b));
		} else {
			if (b.len != v->len || memcmp(b.data, v->bytes, v->len))
				fail_msg("%s differs", v->title);
		}
		buf_release(&b);
		checked++;
	}
	assert_true(checked >= 40);
}

static void *decode(
    const struct vector *v, const uint8_t *bytes, size_t len, struct arena *arena, struct err *err)
{
	int version = v->version;

	/* The reply to a version that the broker does not know. */
	if (version < 0)
		version = 3;
	return wire_reply(bytes, len, (enum kafka_api)api_of(v), version, arena, err);
}

static bool is_reply(const struct vector *v)
{
	int api = api_of(v);

	return !v->is_request && (spoken(v, api) || (api == API_VERSIONS && v->version < 0));
}

static void test_replies(void **state)
{
	size_t checked = 0;

	(void)state;
	for (size_t i = 0; i < n_vectors; i++) {
		struct arena arena;
		struct err err = {{0}};

		if (!is_reply(&vectors[i]))
			continue;
		arena_init(&arena);
		if (!decode(&vectors[i], vectors[i].bytes + 4, vectors[i].len - 4, &arena, &err))
			fail_msg("%s: %s", vectors[i].title, err.msg);
		arena_release(&arena);
		checked++;
	}
	assert_true(checked >= 30);
}

/* Bytes that end early are never taken for a reply, at whatever byte they end. */
static void test_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_vectors; i++) {
		const struct vector *v = &vectors[i];

		if (!is_reply(v))
			continue;
		for (size_t len = 0; len < v->len - 4; len++) {
			uint8_t *copy = malloc(len ? len : 1);
			struct arena arena;
			struct err err = {{0}};

			memcpy(copy, v->bytes + 4, len);
			arena_init(&arena);
			if (decode(v, copy, len, &arena, &err))
				fail_msg("%s cut to %zu bytes was believed", v->title, len);
			assert_non_null(strstr(err.msg, "not well-formed"));
			arena_release(&arena);
			free(copy);
		}
	}
}

/* Whatever the bytes, memory stays in proportion to them. */
static void test_damaged(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (size_t i = 0; i < n_vectors; i++) {
		const struct vector *v = &vectors[i];

		if (!is_reply(v))
			continue;
		for (int round = 0; round < 400; round++) {
			uint8_t *copy = malloc(v->len);
			struct arena arena;

			memcpy(copy, v->bytes + 4, v->len - 4);
			for (int hit = 0; hit < 3; hit++)
				copy[(size_t)rand_r(&seed) % (v->len - 4)] = (uint8_t)rand_r(&seed);
			arena_init(&arena);
			decode(v, copy, v->len - 4, &arena, NULL);
			assert_true(arena.bytes < 64 * v->len + 4096);
			arena_release(&arena);
			free(copy);
		}
	}
}

static void *find_reply(const char *title, struct arena *arena)
{
	struct err err = {{0}};

	for (size_t i = 0; i < n_vectors; i++)
		if (!strncmp(vectors[i].title, title, strlen(title)))
			return decode(
			    &vectors[i], vectors[i].bytes + 4, vectors[i].len - 4, arena, &err);
	fail_msg("no vector %s", title);
	return NULL;
}

static void test_sasl_meaning(struct arena *arena)
{
	const struct sasl_handshake *h = find_reply("RESP SaslHandshake v1 mechanism", arena);
	const struct sasl_auth *a = find_reply("RESP SaslAuthenticate v1 bad", arena);

	assert_int_equal(h->error, KERR_UNSUPPORTED_SASL);
	assert_int_equal(h->n_mechanisms, 1);
	assert_string_equal(h->mechanisms[0], "PLAIN");
	assert_string_equal(a->message, "Authentication failed");
	a = find_reply("RESP SaslAuthenticate v2", arena);
	assert_int_equal(a->error, 0);
	assert_int_equal(a->lifetime_ms, 3600000);
}

/* Replies of real brokers, captured. */
static void test_captured(struct arena *arena)
{
	const struct sasl_handshake *h = find_reply("RESP SaslHandshake v1 from Apache Kafka 4.1", arena);
	const struct sasl_auth *a = find_reply("RESP SaslAuthenticate v2 from Apache Kafka 3.9", arena);
	const struct describe_groups *g;
	const struct api_versions *v;
	const struct list_groups *l;
	const struct quorum *q;

	assert_int_equal(h->n_mechanisms, 2);
	assert_string_equal(h->mechanisms[0], "SCRAM-SHA-512");
	assert_int_equal(a->lifetime_ms, 6000);
	a = find_reply("RESP SaslAuthenticate v2 bad password, from Apache Kafka 4.1", arena);
	assert_int_equal(a->error, 58);
	assert_string_equal(a->message, "Authentication failed: Invalid username or password");
	g = find_reply("RESP ConsumerGroupDescribe v0 with a member, from Apache Kafka 4.1", arena);
	assert_int_equal(g->n_groups, 1);
	assert_string_equal(g->groups[0].state, "Stable");
	assert_int_equal(g->groups[0].n_members, 1);
	assert_string_equal(g->groups[0].members[0].client_id, "console-consumer");
	assert_int_equal(g->groups[0].members[0].n_assigned, 1);
	assert_int_equal(g->groups[0].members[0].assigned[0].n_parts, 3);
	g = find_reply("RESP ConsumerGroupDescribe v0 of a group that is not there, from Apache Kafka 3.9", arena);
	assert_int_equal(g->groups[0].error, KERR_UNSUPPORTED_VERSION);
	v = find_reply("RESP ApiVersions v3 from Apache Kafka 4.1", arena);
	assert_int_equal(wire_version(API_GROUP_DESCRIBE, v), 0);
	assert_int_equal(wire_version(API_SASL_AUTH, v), 2);
	assert_int_equal(wire_version(API_METADATA, v), 12);
	l = find_reply("RESP ListGroups v5 from Apache Kafka 3.9", arena);
	assert_string_equal(l->groups[0].type, "classic");
	q = find_reply("RESP DescribeQuorum v2 from Apache Kafka 3.9", arena);
	assert_int_equal(q->leader, 1);
	assert_int_equal(q->n_voters, 1);
}

static void test_meaning(void **state)
{
	struct arena arena;
	const struct metadata *m;
	const struct log_dirs *d;
	const struct quorum *q;
	const struct offset_fetch *f;
	const struct reassignments *r;
	const struct api_versions *v;

	(void)state;
	arena_init(&arena);
	m = find_reply("RESP Metadata v9", &arena);
	assert_int_equal(m->n_brokers, 2);
	assert_string_equal(m->brokers[1].host, "b2");
	assert_string_equal(m->cluster_id, "cid");
	assert_int_equal(m->topics[0].n_parts, 2);
	assert_int_equal(m->topics[0].parts[0].n_isr, 2);
	assert_int_equal(m->topics[0].parts[0].offline[0], 3);
	assert_int_equal(m->topics[0].parts[1].leader, -1);
	assert_int_equal(m->topics[0].parts[1].error, KERR_LEADER_NOT_AVAILABLE);
	d = find_reply("RESP DescribeLogDirs v4", &arena);
	assert_int_equal(d->n_dirs, 2);
	assert_int_equal(d->dirs[0].data_bytes, 123456789);
	assert_int_equal(d->dirs[0].total, 1000000000000);
	assert_int_equal(d->dirs[1].error, KERR_STORAGE);
	assert_int_equal(d->dirs[1].total, -1);
	d = find_reply("RESP DescribeLogDirs v1", &arena);
	assert_int_equal(d->dirs[0].total, -1);
	q = find_reply("RESP DescribeQuorum v2", &arena);
	assert_int_equal(q->leader, 3);
	assert_int_equal(q->n_voters, 3);
	assert_int_equal(q->n_observers, 1);
	assert_int_equal(q->voters[2].fetched_ms, -1);
	f = find_reply("RESP OffsetFetch v8", &arena);
	assert_int_equal(f->n_groups, 2);
	assert_int_equal(f->groups[0].topics[0].parts[0].offset, 42);
	assert_int_equal(f->groups[1].error, KERR_NOT_COORDINATOR);
	r = find_reply("RESP ListPartitionReassignments v0", &arena);
	assert_int_equal(r->topics[0].parts[0].adding[0], 4);
	v = find_reply("RESP ApiVersions v3", &arena);
	assert_int_equal(v->metadata_version, 21);
	assert_int_equal(wire_version(API_QUORUM, v), 2);
	assert_int_equal(wire_version(API_LOG_DIRS, v), -1);
	v = find_reply("RESP ApiVersions UNSUPPORTED", &arena);
	assert_int_equal(v->error, KERR_UNSUPPORTED_VERSION);
	assert_int_equal(v->apis[0].max, 4);
	test_sasl_meaning(&arena);
	test_captured(&arena);
	arena_release(&arena);
}

static bool is_captured(const struct vector *v, int api, int version, const char *kafka)
{
	return !v->is_request && api_of(v) == api && v->version == version && strstr(v->title, "from Apache Kafka") &&
	       strstr(v->title, kafka);
}

/* Each request that would be sent to a Kafka of today has a reply of a real one, in the version that would be chosen. */
static void test_all_captured(void **state)
{
	static const char *const kafkas[] = {"3.9.1", "4.1.0"};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t k = 0; k < sizeof(kafkas) / sizeof(kafkas[0]); k++) {
		char title[80];
		const struct api_versions *offered;

		snprintf(title, sizeof(title), "RESP ApiVersions v3 from Apache Kafka %s", kafkas[k]);
		offered = find_reply(title, &arena);
		for (int api = 0; api < API_COUNT; api++) {
			int version = wire_version(api, offered);
			size_t found = 0;

			for (size_t i = 0; version >= 0 && i < n_vectors; i++)
				found += is_captured(&vectors[i], api, version, kafkas[k]);
			if (version >= 0 && !found)
				fail_msg("no frame of %s v%d from Apache Kafka %s", kafka_apis[api].name, version,
				    kafkas[k]);
		}
	}
	arena_release(&arena);
}

static const char *entry_of(const struct config_resource *r, const char *name)
{
	for (size_t i = 0; i < r->n_entries; i++)
		if (!strcmp(r->entries[i].name, name))
			return r->entries[i].value;
	return NULL;
}

static void test_configs_meaning(void **state)
{
	struct arena arena;
	const struct configs *c;

	(void)state;
	arena_init(&arena);
	c = find_reply("RESP DescribeConfigs v4 from Apache Kafka 3.9.1", &arena);
	assert_int_equal(c->n_resources, 1);
	assert_int_equal(c->resources[0].error, 0);
	assert_string_equal(c->resources[0].name, "orders");
	assert_string_equal(entry_of(&c->resources[0], "min.insync.replicas"), "2");
	assert_string_equal(entry_of(&c->resources[0], "cleanup.policy"), "delete");
	c = find_reply("RESP DescribeConfigs v4 of a broker, from Apache Kafka 4.1.0", &arena);
	assert_string_equal(c->resources[0].name, "1");
	assert_string_equal(entry_of(&c->resources[0], "log.retention.hours"), "168");
	assert_null(entry_of(&c->resources[0], "compression.type")); /* nobody asked for it */
	arena_release(&arena);
}

static void test_fenced_meaning(void **state)
{
	struct arena arena;
	const struct described_cluster *c;

	(void)state;
	arena_init(&arena);
	/* Broker 3 was killed: 4.1 tells of it, 3.9 does not. */
	c = find_reply("RESP DescribeCluster v2 from Apache Kafka 4.1.0", &arena);
	assert_int_equal(c->n_brokers, 3);
	for (size_t i = 0; i < c->n_brokers; i++)
		assert_int_equal(c->brokers[i].fenced, c->brokers[i].id == 3);
	assert_string_equal(c->brokers[2].host, "127.0.0.1");
	c = find_reply("RESP DescribeCluster v1 from Apache Kafka 3.9.1", &arena);
	assert_int_equal(c->n_brokers, 2);
	assert_false(c->brokers[0].fenced);
	arena_release(&arena);
}

static void test_hostile_lengths(void **state)
{
	static const uint8_t huge[] = {0x7f, 0xff, 0xff, 0xff, 0, 0};
	static const uint8_t varint[] = {0xff, 0xff, 0xff, 0xff, 0x7f};
	struct arena arena;
	struct wire_in in = {.p = huge, .end = huge + sizeof(huge), .arena = &arena};

	(void)state;
	arena_init(&arena);
	assert_int_equal(in_count(&in, 1), 0);
	assert_true(in.bad);
	in = (struct wire_in){
	    .p = varint, .end = varint + sizeof(varint), .flex = true, .arena = &arena};
	in_uvarint(&in);
	assert_true(in.bad);
	assert_int_equal(arena.bytes, 0);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_requests),
	    cmocka_unit_test(test_replies),
	    cmocka_unit_test(test_truncated),
	    cmocka_unit_test(test_damaged),
	    cmocka_unit_test(test_meaning),
	    cmocka_unit_test(test_all_captured),
	    cmocka_unit_test(test_configs_meaning),
	    cmocka_unit_test(test_fenced_meaning),
	    cmocka_unit_test(test_hostile_lengths),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
