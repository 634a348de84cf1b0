/* What a Kafka cluster is called before anybody answered: not down because its first address is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "source/source.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TIMEOUT_MS = 400 };

struct start {
	struct config *config;
	struct cluster_conf conf;
	struct source_ctx ctx;
	struct source *source;
	const char *hosts[2];
	char refused[32], silent[32];
	int listener;
};

/* Connections are taken into the backlog, and nobody ever answers. */
static int listen_silently(char *address, size_t size)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	assert_int_equal(listen(fd, 8), 0);
	snprintf(address, size, "127.0.0.1:%d", ntohs(a.sin_port));
	return fd;
}

static void begin(struct start *s, size_t n)
{
	struct err err = {{0}};

	memset(s, 0, sizeof(*s));
	s->listener = listen_silently(s->silent, sizeof(s->silent));
	close(listen_silently(s->refused, sizeof(s->refused)));
	s->hosts[0] = s->refused;
	s->hosts[1] = s->silent;
	s->config = config_new_default();
	s->conf = (struct cluster_conf){
	    .name = "k", .kind = KIND_KAFKA, .bootstrap = s->hosts, .n_bootstrap = n, .timeout_ms = TIMEOUT_MS};
	s->ctx = (struct source_ctx){.config = s->config, .cluster = &s->conf, .model = model_new(),
	    .wake_fd = eventfd(0, EFD_CLOEXEC)};
	s->ctx.index = model_add_cluster(s->ctx.model, "k", KIND_KAFKA, TIER_DEV);
	s->source = kafka_source.open(&s->ctx, &err);
	assert_non_null(s->source);
}

static void end(struct start *s)
{
	kafka_source.close(s->source);
	model_free(s->ctx.model);
	close(s->ctx.wake_fd);
	close(s->listener);
	config_free(s->config);
}

/* Turns the source until its newest picture is as wanted; what no picture before may be is asserted by `never`. */
static int64_t until(struct start *s, bool (*wanted)(const struct cluster_view *c), void (*never)(const struct cluster_view *c))
{
	int64_t start = clock_boot(), now;

	while ((now = clock_boot()) < start + 5 * NS_PER_S) {
		struct snapshot *snap;
		int64_t due = kafka_source.run(s->source, now);
		bool there;

		snap = model_acquire(s->ctx.model);
		there = cluster_facts(&snap->clusters[0]) && wanted(&snap->clusters[0]);
		if (!there && never && cluster_facts(&snap->clusters[0]))
			never(&snap->clusters[0]);
		snapshot_unref(snap);
		if (there)
			return now - start;
		kafka_source.wait(s->source, due < now + 10 * NS_PER_MS ? due : now + 10 * NS_PER_MS);
	}
	fail_msg("not within 5 s");
	return 0;
}

static bool said_down(const struct cluster_view *c)
{
	const struct cluster_row *row = cluster_facts(c);

	return row->reachable.type == VALUE_BOOL && !row->reachable.b;
}

static bool one_refused(const struct cluster_view *c)
{
	const struct section *brokers = c->sections[SECTION_BROKERS];

	for (size_t i = 0; i < section_count(brokers); i++)
		if (strstr(section_broker(brokers, i)->state, "refused"))
			return true;
	return false;
}

static void nobody_is_down(const struct cluster_view *c)
{
	const struct section *brokers = c->sections[SECTION_BROKERS];

	assert_int_equal(cluster_facts(c)->reachable.quality, QUALITY_MISSING);
	assert_int_equal(cluster_facts(c)->brokers_up.quality, QUALITY_PARTIAL);
	for (size_t i = 0; i < section_count(brokers); i++)
		assert_int_equal(section_broker(brokers, i)->up.quality, QUALITY_MISSING);
}

static void one_of_two(void **state)
{
	struct start s;
	int64_t took;

	(void)state;
	begin(&s, 2);
	until(&s, one_refused, nobody_is_down);
	took = until(&s, said_down, nobody_is_down);
	assert_true(took > TIMEOUT_MS / 2 * NS_PER_MS);
	end(&s);
}

static void the_only_one(void **state)
{
	struct start s;

	(void)state;
	begin(&s, 1);
	/* Nobody else may answer: it is said at once. */
	assert_true(until(&s, said_down, NULL) < TIMEOUT_MS * NS_PER_MS);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_of_two), cmocka_unit_test(the_only_one)};

	source_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
