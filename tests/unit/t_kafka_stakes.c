/* What hangs on each broker: counted from the metadata as the source keeps them. */
#include "source/kafka/cluster.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const int32_t all[] = {1, 2, 3}, one_two[] = {1, 2}, only_two[] = {2};

static void part(struct ktopic *t, size_t i, const int32_t *isr, uint16_t n_isr, uint16_t n_replicas)
{
	t->parts[i] = (struct kpart){.leader = isr[0], .replicas = all, .n_replicas = n_replicas, .isr = isr, .n_isr = n_isr};
}

static struct section *sections_of(struct kafka *k, struct ktopic *t)
{
	struct section *s;

	map_init(&k->topics);
	map_put(&k->topics, t->name, t);
	s = build_partitions(k, NS_PER_S);
	map_release(&k->topics);
	return s;
}

static void counts_what_hangs_on_each_broker(void **state)
{
	struct kpart parts[8];
	struct ktopic t = {.name = (char *)"events", .parts = parts, .n_parts = 8, .configured = true, .min_isr = 2};
	struct kbroker b[4] = {{.id = 1, .name = "broker-1", .in_metadata = true, .voter = true},
	    {.id = 2, .name = "broker-2", .in_metadata = true}, {.id = 3, .name = "broker-3", .in_metadata = true}, {.id = -1}};
	struct kbroker *brokers[] = {&b[0], &b[1], &b[2], &b[3]};
	struct kafka *k = calloc(1, sizeof(*k));
	const struct partition_row *row;
	struct section *s;

	(void)state;
	k->brokers = brokers;
	k->n_brokers = 4;
	k->meta = k->quorum = (struct outcome){.tried = true, .at = NS_PER_S};
	k->kraft = true;
	part(&t, 0, all, 3, 3);	     /* can do without any one */
	part(&t, 1, one_two, 2, 3);  /* needs both */
	part(&t, 2, only_two, 1, 3); /* lives on 2 alone */
	for (size_t i = 3; i < 8; i++)
		part(&t, i, only_two, 1, 1);
	s = sections_of(k, &t);
	row = section_row(s, 0);
	assert_int_equal(row->n_stakes, 3);
	/* Partition 2 is under it, and those of one replica, which never had two; kafka-topics.sh counts them, brokers do not. */
	assert_int_equal(row->at_min_isr.i, 1);
	assert_int_equal(row->under_min_isr.i, 6);
	assert_int_equal(row->refusing.i, 1);
	assert_string_equal(row->stakes[0].broker, "broker-1");
	assert_int_equal(row->stakes[0].only_isr, 0);
	assert_int_equal(row->stakes[0].needed_isr, 1);
	assert_string_equal(row->stakes[0].needed_example, "events-1");
	assert_int_equal(row->stakes[0].voter, TRI_YES);
	assert_int_equal(row->stakes[1].only_isr, 6);
	assert_string_equal(row->stakes[1].only_example, "events-2, events-3, events-4, ...");
	assert_int_equal(row->stakes[1].needed_isr, 1);
	assert_int_equal(row->stakes[1].voter, TRI_NO);
	assert_int_equal(row->stakes[2].only_isr + row->stakes[2].needed_isr, 0);
	section_unref(s);
	/* No spare from the beginning counts as well, as it does for kafka-topics.sh. */
	part(&t, 0, one_two, 2, 2);
	s = sections_of(k, &t);
	row = section_row(s, 0);
	assert_int_equal(row->at_min_isr.i, 2);
	section_unref(s);
	part(&t, 0, all, 3, 3);
	/* One is moved between two brokers: the third may be restarted. */
	part(&t, 1, one_two, 2, 2);
	parts[1].moving = true;
	s = sections_of(k, &t);
	row = section_row(s, 0);
	assert_int_equal(row->stakes[0].moving, 1);
	assert_int_equal(row->stakes[1].moving, 1);
	assert_int_equal(row->stakes[2].moving, 0);
	section_unref(s);
	part(&t, 1, one_two, 2, 3);
	/* Without the configuration only what goes offline is known. */
	t.configured = false;
	k->kraft = false;
	s = sections_of(k, &t);
	row = section_row(s, 0);
	assert_int_equal(row->stakes[0].needed_isr, 0);
	assert_int_equal(row->stakes[1].only_isr, 6);
	assert_int_equal(row->stakes[1].voter, TRI_UNKNOWN);
	assert_int_not_equal(row->under_min_isr.quality, QUALITY_OK);
	section_unref(s);
	free(k);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(counts_what_hangs_on_each_broker)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
