/* What retention leaves on each volume: of the topics that a broker says lie in its log dirs. */
#include "source/kafka/cluster.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEGMENT = 100 };

static struct config config;
static struct source_ctx ctx = {.config = &config};

static struct ktopic topic(const char *name, int64_t retention_s, int64_t retention_bytes)
{
	return (struct ktopic){.name = (char *)name, .configured = true, .retention_bytes = retention_bytes,
	    .retention_ms = retention_s < 0 ? -1 : retention_s * 1000, .segment_ms = 0, .segment_bytes = SEGMENT};
}

/* A log dir as the broker tells it: one partition of each topic; of 0 bytes where the list ends early. */
static void dir(struct kdisk *d, const char *const *names, int64_t size)
{
	struct dir_part part = {0, size};
	struct dir_topic topics[4] = {{0}};
	struct log_dir from = {.topics = topics, .data_bytes = size};

	for (size_t i = 0; names && names[i]; i++)
		topics[from.n_topics++] = (struct dir_topic){names[i], &part, 1};
	*d = (struct kdisk){.path = (char *)"/d", .at = NS_PER_S, .total = -1, .usable = -1};
	held_learn(d, &from);
}

static struct disk_row kept_of(const struct kbroker *b, size_t first, size_t second, struct arena *a)
{
	bool of[3] = {false};
	struct disk_row row = {0};

	of[first] = of[second] = true;
	disk_kept(b, of, &row, a);
	return row;
}

static void each_volume_has_its_own(void **state)
{
	static const char *const short_lived[] = {"orders", "__offsets", NULL}, *const endless[] = {"forever", NULL},
					 *const sized[] = {"small", "orders", NULL}, *const foreign[] = {"hidden", NULL};
	struct ktopic topics[] = {topic("orders", 3600, -1), topic("forever", -1, -1), topic("small", -1, 1000),
	    topic("__offsets", -1, -1)};
	struct kafka *k = calloc(1, sizeof(*k));
	struct kdisk disks[3];
	struct kbroker b = {.k = k, .disks = disks, .n_disks = 3};
	struct disk_row row;
	struct arena a;

	(void)state;
	arena_init(&a);
	map_init(&k->topics);
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		map_put(&k->topics, topics[i].name, &topics[i]);
	topics[3].internal = true;
	k->ctx = &ctx;
	k->config = (struct outcome){.tried = true, .at = NS_PER_S};
	dir(&disks[0], short_lived, 10);
	dir(&disks[1], endless, 10);
	dir(&disks[2], sized, 400);
	row = kept_of(&b, 0, 0, &a);
	assert_int_equal(row.n_kept, 1);
	assert_int_equal(row.kept->longest_s.i, 3600);
	assert_int_equal(row.kept->unlimited.i, 0);
	assert_null(row.kept->names);
	row = kept_of(&b, 1, 1, &a);
	assert_int_equal(row.kept->unlimited.i, 1);
	assert_string_equal(row.kept->names, "forever");
	/* 600 are left to its limit, and the open segment. */
	row = kept_of(&b, 2, 2, &a);
	assert_int_equal(row.kept->room_bytes.i, 600 + SEGMENT);
	assert_int_equal(row.kept->unlimited.i, 0);
	/* Two log dirs on one volume. */
	row = kept_of(&b, 1, 2, &a);
	assert_int_equal(row.kept->longest_s.i, 3600);
	assert_int_equal(row.kept->unlimited.i, 1);
	for (size_t i = 0; i < 3; i++)
		held_release(&disks[i]);

	/* A topic that we may not see, a configuration that was not read, a broker that gave totals only. */
	dir(&disks[0], foreign, 10);
	dir(&disks[1], sized, 10);
	dir(&disks[2], NULL, 10);
	topics[2].configured = false;
	row = kept_of(&b, 0, 0, &a);
	assert_int_equal(row.kept->unlimited.quality, QUALITY_MISSING);
	assert_non_null(strstr(row.kept->longest_s.reason, "hidden"));
	row = kept_of(&b, 1, 1, &a);
	assert_int_equal(row.kept->room_bytes.quality, QUALITY_MISSING);
	assert_non_null(strstr(row.kept->room_bytes.reason, "small"));
	assert_int_equal(kept_of(&b, 2, 2, &a).n_kept, 0);
	assert_int_equal(kept_of(&b, 0, 2, &a).n_kept, 0);
	for (size_t i = 0; i < 3; i++)
		held_release(&disks[i]);
	map_release(&k->topics);
	arena_release(&a);
	free(k);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(each_volume_has_its_own)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
