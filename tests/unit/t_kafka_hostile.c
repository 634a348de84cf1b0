/* Brokers that say what no broker should: a cluster of one that answers by hand, and what the source makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "source/source.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_S = 20, KEY_METADATA = 3, KEY_OFFSETS = 2, KEY_FETCH = 9, KEY_GROUPS = 16, KEY_VERSIONS = 18 };

struct broker {
	int listener, peer;
	uint16_t port;
	struct buf in, out;
	/* How it answers. */
	int metadata_asked;
	const int32_t (*parts)[2]; /* index and in-sync replicas, of each partition of "t" */
	size_t n_parts;
	int64_t end, seed_time; /* of each partition; ms, of the first record of any look into the past */
	bool no_commits;	/* any more */
	int fetches;
};

struct world {
	struct broker b;
	struct config *config;
	struct cluster_conf conf;
	struct source_ctx ctx;
	struct source *source;
	char address[32];
	const char *hosts[1];
};

static void put(struct buf *b, uint64_t v, int bytes)
{
	while (bytes--)
		buf_addc(b, (char)(v >> (8 * bytes)));
}

static void put_text(struct buf *b, const char *s)
{
	put(b, strlen(s), 2);
	buf_adds(b, s);
}

static int64_t get(const char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | (uint8_t)p[i];
	return (int64_t)v;
}

/* Of version 0, whichever is asked for. */
static void put_versions(struct buf *out, int64_t version)
{
	static const int16_t offered[][3] = {
	    {KEY_VERSIONS, 0, 0}, {KEY_METADATA, 1, 1}, {KEY_OFFSETS, 1, 1}, {KEY_FETCH, 2, 2}, {KEY_GROUPS, 0, 0}};

	put(out, version ? 35 : 0, 2);
	put(out, sizeof(offered) / sizeof(offered[0]), 4);
	for (size_t i = 0; i < sizeof(offered) / sizeof(offered[0]); i++)
		for (int k = 0; k < 3; k++)
			put(out, (uint16_t)offered[i][k], 2);
}

static void put_ids(struct buf *out, int32_t n)
{
	put(out, (uint32_t)n, 4);
	for (int32_t i = 1; i <= n; i++)
		put(out, (uint32_t)i, 4);
}

static void put_metadata(struct broker *b, struct buf *out)
{
	b->metadata_asked++;
	put(out, 1, 4); /* brokers */
	put(out, 1, 4);
	put_text(out, "127.0.0.1");
	put(out, b->port, 4);
	put(out, UINT16_MAX, 2); /* no rack */
	put(out, 1, 4);		 /* controller */
	put(out, 1, 4);		 /* topics */
	put(out, 0, 2);
	put_text(out, "t");
	put(out, 0, 1);
	put(out, b->n_parts, 4);
	for (size_t i = 0; i < b->n_parts; i++) {
		put(out, 0, 2);
		put(out, (uint32_t)b->parts[i][0], 4);
		put(out, 1, 4); /* leader */
		put_ids(out, 3);
		put_ids(out, b->parts[i][1]);
	}
}

/* The partitions that are asked for, in the order in which they are asked. */
static void put_offsets(struct broker *b, const char *p, struct buf *out)
{
	int64_t topics, parts;

	p += 4; /* replica */
	topics = get(p, 4);
	put(out, (uint64_t)topics, 4);
	for (p += 4; topics--;) {
		int64_t len = get(p, 2);

		buf_add(out, p, (size_t)len + 2);
		p += len + 2;
		parts = get(p, 4);
		put(out, (uint64_t)parts, 4);
		for (p += 4; parts--; p += 12) {
			int64_t when = get(p + 4, 8);

			buf_add(out, p, 4);
			put(out, 0, 2);
			put(out, (uint64_t)(when >= 0 ? b->seed_time : -1), 8);
			put(out, (uint64_t)(when == -1 ? b->end : 0), 8);
		}
	}
}

static void put_fetch(struct broker *b, struct buf *out)
{
	bool has = !b->no_commits;

	b->fetches++;
	put(out, has, 4);
	if (has) {
		put_text(out, "t");
		put(out, 1, 4);
		put(out, 0, 4);
		put(out, 5, 8); /* committed */
		put_text(out, "");
		put(out, 0, 2);
	}
	put(out, 0, 2);
}

static void put_groups(struct buf *out)
{
	put(out, 0, 2);
	put(out, 1, 4);
	put_text(out, "g");
	put_text(out, "consumer");
}

static void reply(struct broker *b, const char *request)
{
	int64_t key = get(request, 2);
	const char *body = request + 10 + get(request + 8, 2);
	struct buf out;

	buf_init(&out, 1 << 16);
	buf_add(&out, request + 4, 4); /* correlation */
	if (key == KEY_VERSIONS)
		put_versions(&out, get(request + 2, 2));
	else if (key == KEY_METADATA)
		put_metadata(b, &out);
	else if (key == KEY_OFFSETS)
		put_offsets(b, body, &out);
	else if (key == KEY_FETCH)
		put_fetch(b, &out);
	else if (key == KEY_GROUPS)
		put_groups(&out);
	else
		fail_msg("request %d was not offered", (int)key);
	put(&b->out, out.len, 4);
	buf_add(&b->out, out.data, out.len);
	buf_release(&out);
}

static void serve(struct broker *b)
{
	char bytes[4096];
	ssize_t n;

	if (b->peer < 0)
		b->peer = accept4(b->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (b->peer < 0)
		return;
	while ((n = recv(b->peer, bytes, sizeof(bytes), 0)) > 0)
		buf_add(&b->in, bytes, (size_t)n);
	while (b->in.len >= 4 && b->in.len >= 4 + (size_t)get(b->in.data, 4)) {
		size_t len = 4 + (size_t)get(b->in.data, 4);

		reply(b, b->in.data + 4);
		buf_consume(&b->in, len);
	}
	n = b->out.len ? send(b->peer, b->out.data, b->out.len, MSG_NOSIGNAL) : 0;
	if (n > 0)
		buf_consume(&b->out, (size_t)n);
}

static void listen_somewhere(struct broker *b)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	b->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(b->listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(b->listener, 8), 0);
	assert_int_equal(getsockname(b->listener, (struct sockaddr *)&a, &len), 0);
	b->port = ntohs(a.sin_port);
	b->peer = -1;
}

static const int32_t two_parts[][2] = {{0, 3}, {1, 1}}, same_twice[][2] = {{0, 3}, {0, 3}};

static struct world *begin(void)
{
	struct world *w = calloc(1, sizeof(*w));
	struct err err = {{0}};

	listen_somewhere(&w->b);
	buf_init(&w->b.in, 1 << 20);
	buf_init(&w->b.out, 1 << 20);
	w->b.parts = two_parts;
	w->b.n_parts = 2;
	w->b.end = 10;
	w->b.seed_time = 1;
	snprintf(w->address, sizeof(w->address), "127.0.0.1:%d", w->b.port);
	w->hosts[0] = w->address;
	w->config = config_new_default();
	w->conf = (struct cluster_conf){.name = "k", .kind = KIND_KAFKA, .bootstrap = w->hosts, .n_bootstrap = 1};
	w->ctx = (struct source_ctx){.config = w->config, .cluster = &w->conf, .model = model_new(), .one_shot = true,
	    .wake_fd = eventfd(0, EFD_CLOEXEC)};
	w->ctx.index = model_add_cluster(w->ctx.model, "k", KIND_KAFKA, TIER_DEV);
	w->source = kafka_source.open(&w->ctx, &err);
	assert_non_null(w->source);
	return w;
}

static void end(struct world *w)
{
	kafka_source.close(w->source);
	model_free(w->ctx.model);
	close(w->ctx.wake_fd);
	close(w->b.listener);
	if (w->b.peer >= 0)
		close(w->b.peer);
	buf_release(&w->b.in);
	buf_release(&w->b.out);
	config_free(w->config);
	free(w);
}

static void turn(struct world *w)
{
	kafka_source.run(w->source, clock_boot());
	serve(&w->b);
	usleep(1000);
}

/* Turns until the source says that its picture is whole. */
static void settle(struct world *w)
{
	int64_t start = clock_boot();

	while (!atomic_load(&w->ctx.settled)) {
		turn(w);
		if (clock_boot() > start + PATIENCE_S * NS_PER_S)
			fail_msg("not settled within %d s", PATIENCE_S);
	}
}

/* Polls again until both were answered once more, and what follows from them is published. */
static void poll_again(struct world *w)
{
	int metadata = w->b.metadata_asked, fetches = w->b.fetches;
	int64_t start = clock_boot(), after = 0;

	atomic_store(&w->ctx.poll_now, true);
	while (!after || clock_boot() < after + NS_PER_S / 2) {
		turn(w);
		if (!after && w->b.metadata_asked > metadata && w->b.fetches > fetches)
			after = clock_boot();
		if (clock_boot() > start + PATIENCE_S * NS_PER_S)
			fail_msg("not polled again within %d s", PATIENCE_S);
	}
}

static const struct section *section_of(const struct world *w, struct snapshot **snap, enum section_kind id)
{
	*snap = model_acquire(w->ctx.model);
	assert_non_null((*snap)->clusters[0].sections[id]);
	return (*snap)->clusters[0].sections[id];
}

/* A partition that the newest metadata count and leave out is offline, and holds nothing of the older ones. */
static void a_partition_that_is_not_named(void **state)
{
	struct world *w = begin();
	const struct partition_row *row;
	struct snapshot *snap;

	(void)state;
	settle(w);
	row = section_row(section_of(w, &snap, SECTION_PARTITIONS), 0);
	assert_int_equal(row->under_replicated.i, 1);
	assert_int_equal(row->offline.i, 0);
	snapshot_unref(snap);
	w->b.parts = same_twice;
	poll_again(w);
	row = section_row(section_of(w, &snap, SECTION_PARTITIONS), 0);
	assert_int_equal(row->partitions.i, 2);
	assert_int_equal(row->under_replicated.i, 0);
	assert_int_equal(row->offline.i, 1);
	snapshot_unref(snap);
	end(w);
}

/* An end below zero is none: the lag is not known, and not 0. */
static void an_end_below_zero(void **state)
{
	struct world *w = begin();
	const struct lag_row *row;
	struct snapshot *snap;

	(void)state;
	w->b.end = -7;
	settle(w);
	row = section_row(section_of(w, &snap, SECTION_LAG), 0);
	assert_int_not_equal(row->lag.quality, QUALITY_OK);
	assert_int_equal(row->status, LAG_UNKNOWN);
	snapshot_unref(snap);
	end(w);
}

/* Producers that write microseconds, or anything: no lag is as old as that makes it. */
static void times_that_are_none(void **state)
{
	static const int64_t times[] = {(int64_t)1 << 58, INT64_MAX, 1800000000000000};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct world *w = begin();
		const struct lag_row *row;
		struct snapshot *snap;

		w->b.seed_time = times[i];
		settle(w);
		row = section_row(section_of(w, &snap, SECTION_LAG), 0);
		assert_int_equal(row->lag.i, 5);
		if (row->lag_seconds.type == VALUE_REAL && row->lag_seconds.d > 3600)
			fail_msg("%zu: the lag is %.0f s old", i, row->lag_seconds.d);
		snapshot_unref(snap);
		end(w);
	}
}

/* What a group has not committed any more is read by nobody. */
static void commits_that_are_gone(void **state)
{
	struct world *w = begin();
	struct snapshot *snap;
	const struct section *s;
	int64_t unread = -1;

	(void)state;
	settle(w);
	assert_int_equal(section_count(section_of(w, &snap, SECTION_LAG)), 1);
	snapshot_unref(snap);
	w->b.no_commits = true;
	poll_again(w);
	assert_int_equal(section_count(section_of(w, &snap, SECTION_LAG)), 0);
	snapshot_unref(snap);
	/* Facts are told every half minute, and at once for a check. */
	kafka_source.run(w->source, clock_boot() + 60 * NS_PER_S);
	s = section_of(w, &snap, SECTION_FACTS);
	for (size_t i = 0; i < section_count(s); i++) {
		const struct fact_row *f = section_row(s, i);

		if (!strcmp(f->name, "topics.unread"))
			unread = f->v.i;
	}
	assert_int_equal(unread, 1);
	snapshot_unref(snap);
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_partition_that_is_not_named),
	    cmocka_unit_test(an_end_below_zero), cmocka_unit_test(times_that_are_none), cmocka_unit_test(commits_that_are_gone)};

	source_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
