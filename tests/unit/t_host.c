/* Volumes of this host: only for what is truly here, and never waited for. */
#include "base/clock.h"
#include "source/host/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include <cmocka.h>

#define PERIOD (60 * NS_PER_S)

static struct section *brokers_at(const char *address)
{
	struct section *s = section_new(SECTION_BROKERS);
	struct broker_row *b = section_add(s);

	b->id = "1";
	b->name = "kafka-1";
	b->address = arena_strdup(&s->arena, address);
	return s;
}

static struct section *look(const struct disk_conf *d, const struct section *brokers)
{
	struct cluster_conf c = {.name = "orders", .disks = (struct disk_conf *)d, .n_disks = 1};
	struct section *disk = section_new(SECTION_DISK);

	host_disk_merge(&c, brokers, disk, clock_boot(), PERIOD);
	return disk;
}

/* The first look may end before the measuring thread has run on a busy machine. */
static struct section *look_until_known(const struct disk_conf *d, const struct section *brokers)
{
	int64_t end = clock_boot() + 10 * NS_PER_S;

	for (;;) {
		struct section *disk = look(d, brokers);
		const struct disk_row *row = section_disk(disk, 0);

		if (row->percent.type != VALUE_NONE || clock_boot() > end ||
		    !strstr(row->percent.reason, "being measured"))
			return disk;
		section_unref(disk);
	}
}

static void equals_statvfs(void **state)
{
	struct disk_conf d = {.broker = "1", .path = "/", .local = true};
	struct section *disk = look_until_known(&d, NULL);
	const struct disk_row *row = section_disk(disk, 0);
	struct statvfs s;

	(void)state;
	assert_int_equal(statvfs("/", &s), 0);
	assert_int_equal(disk->n, 1);
	assert_int_equal(value_quality(&row->percent, clock_boot()), QUALITY_OK);
	assert_int_equal(row->total_bytes.i, (int64_t)s.f_blocks * (int64_t)s.f_frsize);
	assert_true(row->percent.d >= 0 && row->percent.d <= 100);
	assert_true(llabs(row->used_bytes.i -
			  (row->total_bytes.i - (int64_t)s.f_bavail * (int64_t)s.f_frsize)) <
		    (int64_t)1 << 30);
	assert_int_equal(series_view_count(row->percent_series), 1);
	section_unref(disk);
}

static void a_missing_path_is_an_error_in_words(void **state)
{
	struct disk_conf d = {.broker = "1", .path = "/nowhere/at/all", .local = true};
	struct section *disk = look_until_known(&d, NULL);
	const struct disk_row *row = section_disk(disk, 0);

	(void)state;
	assert_int_equal(row->percent.quality, QUALITY_MISSING);
	assert_non_null(strstr(row->percent.reason, "No such file"));
	section_unref(disk);
}

static void believes_only_addresses_of_this_host(void **state)
{
	struct disk_conf d = {.broker = "1", .path = "/"};
	struct section *here = brokers_at("127.0.0.1:9092"), *there = brokers_at("192.0.2.7:9092");
	struct section *disk = look_until_known(&d, here);

	(void)state;
	assert_int_equal(section_disk(disk, 0)->percent.quality, QUALITY_OK);
	assert_string_equal(section_disk(disk, 0)->broker, "kafka-1");
	section_unref(disk);
	disk = look(&d, there);
	assert_int_equal(section_disk(disk, 0)->percent.quality, QUALITY_MISSING);
	assert_non_null(strstr(section_disk(disk, 0)->percent.reason, "another host"));
	section_unref(disk);
	disk = look(&d, NULL);
	assert_int_equal(section_disk(disk, 0)->percent.quality, QUALITY_MISSING);
	section_unref(disk);
	section_unref(here);
	section_unref(there);
}

/* ssh -L makes a broker's port appear here; its disk does not come with it. */
static void a_forwarded_port_is_not_local(void **state)
{
	struct text_pair map = {"127.0.0.1:9092", "127.0.0.1:19092"};
	struct disk_conf d = {.broker = "1", .path = "/"};
	struct cluster_conf c = {
	    .name = "orders", .disks = &d, .n_disks = 1, .address_map = &map, .n_address_map = 1};
	struct section *brokers = brokers_at("127.0.0.1:9092"), *disk = section_new(SECTION_DISK);

	(void)state;
	host_disk_merge(&c, brokers, disk, clock_boot(), PERIOD);
	assert_int_equal(section_disk(disk, 0)->percent.quality, QUALITY_MISSING);
	assert_non_null(strstr(section_disk(disk, 0)->percent.reason, "local: true"));
	section_unref(disk);
	section_unref(brokers);
}

static void what_the_broker_tells_stays(void **state)
{
	struct disk_conf d = {.broker = "1", .path = "/", .local = true};
	struct cluster_conf c = {.name = "orders", .disks = &d, .n_disks = 1};
	struct section *brokers = brokers_at("127.0.0.1:9092"), *disk = section_new(SECTION_DISK);
	struct disk_row *row = section_add(disk);

	(void)state;
	row->broker = "kafka-1";
	row->path = "/";
	row->percent = value_real(12.5, 1, 0);
	host_disk_merge(&c, brokers, disk, clock_boot(), PERIOD);
	assert_int_equal(disk->n, 1);
	assert_true(
	    section_disk(disk, 0)->percent.d > 12.4 && section_disk(disk, 0)->percent.d < 12.6);
	section_unref(disk);
	section_unref(brokers);
}

/* A log dir whose volume an old Kafka does not tell is filled from the entry of its mount. */
static void fills_the_log_dirs_below_an_entry(void **state)
{
	struct disk_conf d = {.broker = "1", .path = "/", .local = true};
	struct cluster_conf c = {.name = "orders", .disks = &d, .n_disks = 1};
	struct section *disk = section_new(SECTION_DISK), *first = look_until_known(&d, NULL);
	struct disk_row *row = section_add(disk);

	(void)state;
	row->broker = "1";
	row->path = "/var/lib/kafka";
	row->data_bytes = value_int(4711, 1, 0);
	row->percent = value_missing("before Kafka 3.3 nobody tells");
	host_disk_merge(&c, NULL, disk, clock_boot(), PERIOD);
	assert_int_equal(disk->n, 1);
	assert_int_equal(section_disk(disk, 0)->percent.quality, QUALITY_OK);
	assert_int_equal(section_disk(disk, 0)->data_bytes.i, 4711);
	section_unref(first);
	section_unref(disk);
}

/* A broker that is down tells nothing any more; its volume is still here to be looked at. */
static void looks_itself_where_the_broker_fell_silent(void **state)
{
	struct disk_conf d = {.broker = "1", .path = "/", .local = true}, gone = {.broker = "1", .path = "/nowhere", .local = true};
	struct cluster_conf c = {.name = "orders", .disks = &d, .n_disks = 1};
	struct section *disk = section_new(SECTION_DISK), *first = look_until_known(&d, NULL);
	struct section *missing = look_until_known(&gone, NULL);
	struct disk_row *row = section_add(disk);

	(void)state;
	row->broker = "1";
	row->path = "/";
	row->percent = value_failed(value_real(101, clock_boot(), PERIOD), "down");
	host_disk_merge(&c, NULL, disk, clock_boot(), PERIOD);
	assert_int_equal(disk->n, 1);
	assert_int_equal(section_disk(disk, 0)->percent.quality, QUALITY_OK);
	assert_true(section_disk(disk, 0)->percent.d < 101);
	/* Where nothing can be seen either, what was told last stays, and so does its mark. */
	row = section_row(disk, 0);
	row->path = "/nowhere";
	row->percent = value_failed(value_real(101, clock_boot(), PERIOD), "down");
	c.disks = &gone;
	host_disk_merge(&c, NULL, disk, clock_boot(), PERIOD);
	assert_int_equal(section_disk(disk, 0)->percent.quality, QUALITY_ERROR);
	assert_true(section_disk(disk, 0)->percent.d > 100);
	section_unref(missing);
	section_unref(first);
	section_unref(disk);
}

static void tells_local_addresses(void **state)
{
	(void)state;
	assert_int_equal(host_is_local("127.0.0.1:1883"), TRI_YES);
	assert_int_equal(host_is_local("[::1]:1883"), TRI_YES);
	assert_int_equal(host_is_local("http://127.0.0.1:8222/varz"), TRI_YES);
	assert_int_equal(host_is_local("192.0.2.1"), TRI_NO);
	assert_int_equal(host_is_local(NULL), TRI_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equals_statvfs),
	    cmocka_unit_test(a_missing_path_is_an_error_in_words),
	    cmocka_unit_test(believes_only_addresses_of_this_host),
	    cmocka_unit_test(a_forwarded_port_is_not_local),
	    cmocka_unit_test(what_the_broker_tells_stays),
	    cmocka_unit_test(fills_the_log_dirs_below_an_entry),
	    cmocka_unit_test(looks_itself_where_the_broker_fell_silent),
	    cmocka_unit_test(tells_local_addresses),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
