/* What `mqduty config check` says of a snapshot. */
#include "report/config_check.h"
#include "sample_frame.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int report(enum sample_kind kind, struct buf *out)
{
	struct snapshot *snap = sample_snapshot(kind, SAMPLE_BOOT);
	int rc;

	buf_init(out, 1 << 20);
	rc = config_check_report(sample_config(kind), snap, SAMPLE_BOOT, out);
	assert_false(out->overflow);
	snapshot_unref(snap);
	return rc;
}

static void expect(const struct buf *out, const char *text)
{
	if (!strstr(out->data, text))
		print_message("no \"%s\" in:\n%s\n", text, out->data);
	assert_non_null(strstr(out->data, text));
}

static void says_what_works(void **state)
{
	struct buf out;

	(void)state;
	report(SAMPLE_HEALTHY, &out);
	expect(&out, "orders (kafka, prod)\n  ok         reachable\n");
	expect(&out, "bus (nats, staging)\n");
	expect(&out, "devices (mqtt, dev)\n");
	expect(&out, "  ok         max_connections: 1,000\n");
	assert_null(strstr(out.data, "to grant"));
	assert_null(strstr(out.data, "DOWN"));
	buf_release(&out);
}

static void names_the_right_that_is_missing(void **state)
{
	struct buf out;

	(void)state;
	assert_int_equal(report(SAMPLE_UNKNOWN, &out), 1);
	expect(&out, "MISSING");
	expect(&out, "topic read $SYS/#");
	buf_release(&out);
}

static void one_line_for_a_cluster_that_is_down(void **state)
{
	struct buf out;

	(void)state;
	assert_int_equal(report(SAMPLE_LOST, &out), 2);
	expect(&out, "devices (mqtt, dev)\n  DOWN       127.0.0.1:1883: connection refused\n");
	assert_null(strstr(out.data, "MISSING"));
	buf_release(&out);
}

static void no_answer_is_no_ok(void **state)
{
	struct buf out;

	(void)state;
	assert_int_equal(report(SAMPLE_EMPTY, &out), 3);
	expect(&out, "NO ANSWER  no answer before the deadline");
	buf_release(&out);
	assert_int_equal(report(SAMPLE_NONE, &out), 0);
	expect(&out, "The config names no cluster.");
	buf_release(&out);
}

/* One broker of three is HUNG: its words stand there, and the exit code is that of a thing down. */
static void a_broker_that_is_down_is_named(void **state)
{
	struct buf out;

	(void)state;
	assert_int_equal(report(SAMPLE_HUNG, &out), 2);
	expect(&out, "  DOWN       brokers answer: 2 of 3\n             broker-2: HUNG: TCP");
	buf_release(&out);
}

/* Volumes that nobody could list are not "none there". */
static void an_empty_list_that_was_not_read_is_no_ok(void **state)
{
	struct cluster_conf c = {.name = "bus", .kind = KIND_NATS};
	struct config conf = {.clusters = &c, .n_clusters = 1};
	struct snapshot *snap = snapshot_new(1, SAMPLE_BOOT, SAMPLE_WALL);
	struct section *disks = section_new(SECTION_DISK);
	struct cluster_row *row;
	struct buf out;

	(void)state;
	snap->clusters[0].kind = KIND_NATS;
	snap->clusters[0].sections[SECTION_CLUSTER] = section_new(SECTION_CLUSTER);
	row = section_add(snap->clusters[0].sections[SECTION_CLUSTER]);
	row->reachable = value_bool(true, SAMPLE_BOOT, NS_PER_S);
	disks->listing = value_error("/jsz: 503");
	snap->clusters[0].sections[SECTION_DISK] = disks;
	buf_init(&out, 1 << 20);
	config_check_report(&conf, snap, SAMPLE_BOOT, &out);
	expect(&out, "  MISSING    size of the volumes\n             /jsz: 503\n");
	buf_release(&out);
	/* There are none, as far as all have told. */
	disks->listing = value_bool(true, SAMPLE_BOOT, NS_PER_S);
	buf_init(&out, 1 << 20);
	config_check_report(&conf, snap, SAMPLE_BOOT, &out);
	expect(&out, "  ok         size of the volumes: none there\n");
	buf_release(&out);
	snapshot_unref(snap);
}

/* A Kafka that refuses one right: the grant is a command for this cluster and this user. */
static void the_grant_is_a_command(void **state)
{
	static const char *const bootstrap[] = {"kafka 1:9092"};
	static struct text_pair login = {"sasl.username", "du'ty"};
	struct cluster_conf c = {.name = "orders\x1b[31m",
	    .kind = KIND_KAFKA,
	    .bootstrap = (const char **)bootstrap,
	    .n_bootstrap = 1,
	    .properties = &login,
	    .n_properties = 1};
	struct config conf = {.clusters = &c, .n_clusters = 1};
	struct snapshot *snap = snapshot_new(1, SAMPLE_BOOT, SAMPLE_WALL);
	struct cluster_row *row;
	struct buf out;

	(void)state;
	snap->clusters[0].kind = KIND_KAFKA;
	snap->clusters[0].sections[SECTION_CLUSTER] = section_new(SECTION_CLUSTER);
	row = section_add(snap->clusters[0].sections[SECTION_CLUSTER]);
	row->reachable = value_bool(true, SAMPLE_BOOT, 0);
	row->controllers =
	    value_error("CLUSTER_AUTHORIZATION_FAILED: grant DESCRIBE on the cluster");
	buf_init(&out, 1 << 16);
	assert_int_equal(config_check_report(&conf, snap, SAMPLE_BOOT, &out), 1);
	expect(&out, "kafka-acls.sh --bootstrap-server 'kafka 1:9092' --add --allow-principal "
		     "'User:du'\\''ty' --operation Describe --operation DescribeConfigs --cluster\n");
	assert_null(strchr(out.data, 0x1b));
	/* Kafka's user is the first part of a Kerberos name. */
	login = (struct text_pair){"sasl.kerberos.principal", "duty/console@EXAMPLE.ORG"};
	buf_reset(&out);
	assert_int_equal(config_check_report(&conf, snap, SAMPLE_BOOT, &out), 1);
	expect(&out, "--allow-principal User:duty --operation Describe --operation DescribeConfigs --cluster\n");
	/* A token or a ticket says who it is, and to the broker alone. */
	login = (struct text_pair){"sasl.mechanism", "OAUTHBEARER"};
	buf_reset(&out);
	assert_int_equal(config_check_report(&conf, snap, SAMPLE_BOOT, &out), 1);
	expect(&out, "--allow-principal User:NAME --operation Describe --operation DescribeConfigs --cluster\n");
	/* librdkafka's other name for it. */
	login.key = "sasl.mechanisms";
	buf_reset(&out);
	assert_int_equal(config_check_report(&conf, snap, SAMPLE_BOOT, &out), 1);
	expect(&out, "--allow-principal User:NAME --operation Describe --operation DescribeConfigs --cluster\n");
	buf_release(&out);
	snapshot_unref(snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_what_works),
	    cmocka_unit_test(names_the_right_that_is_missing),
	    cmocka_unit_test(one_line_for_a_cluster_that_is_down),
	    cmocka_unit_test(no_answer_is_no_ok),
	    cmocka_unit_test(a_broker_that_is_down_is_named),
	    cmocka_unit_test(an_empty_list_that_was_not_read_is_no_ok),
	    cmocka_unit_test(the_grant_is_a_command),
	};

	return cmocka_run_group_tests_name("config_check", tests, NULL, NULL);
}
