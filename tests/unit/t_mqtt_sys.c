/* $SYS payloads: what mosquitto 2.0.11 published, and what nobody should. */
#include "source/mqtt/sys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int parse(const char *topic, const char *payload, struct sys_value *v)
{
	return sys_parse(topic, strlen(topic), payload, strlen(payload), v);
}

static FILE *fixture(const char *name)
{
	const char *top = getenv("top_srcdir");
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/fixtures/%s", top ? top : ".", name);
	f = fopen(path, "r");
	assert_non_null(f);
	return f;
}

/* A line is "$SYS/broker/uptime 0 seconds"; one topic has a blank of its own. */
static char *split(char *line)
{
	static const char blank[] = "$SYS/broker/retained messages/count ";
	char *space;

	line[strcspn(line, "\n")] = '\0';
	space =
	    strncmp(line, blank, strlen(blank)) == 0 ? line + strlen(blank) - 1 : strchr(line, ' ');
	if (!space)
		return NULL;
	*space = '\0';
	return space + 1;
}

static void reads_what_mosquitto_publishes(void **state)
{
	FILE *f = fixture("mosquitto_sys.txt");
	int seen[SYS_FIELD_COUNT] = {0};
	struct sys_value v;
	char line[256];

	(void)state;
	while (fgets(line, sizeof(line), f)) {
		char *payload = split(line);

		assert_non_null(payload);
		assert_int_not_equal(parse(line, payload, &v), -1);
		if (parse(line, payload, &v) != 1)
			continue;
		seen[v.field]++;
		if (v.field == SYS_VERSION)
			assert_string_equal(v.text, "2.0.11");
		if (v.field == SYS_RETAINED)
			assert_int_equal(v.i, 40);
		if (v.field == SYS_HEAP)
			assert_int_equal(v.i, 33264);
	}
	fclose(f);
	for (int i = 0; i < SYS_FIELD_COUNT; i++)
		assert_int_equal(seen[i], 1);
}

static void refuses_what_is_no_number(void **state)
{
	static const char *const bad[] = {"", " ", "-5", "+5", "1e9", "0x10", "12 ", " 12", "12a",
	    "9999999999999999999", "nan", "1.5", "12\n"};
	struct sys_value v;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse("$SYS/broker/clients/connected", bad[i], &v), -1);
	assert_int_equal(sys_parse("$SYS/broker/clients/connected", 29, "1\0002", 3, &v), -1);
	assert_int_equal(parse("$SYS/broker/uptime", "12 minutes", &v), -1);
	assert_int_equal(parse("$SYS/broker/uptime", "999999999999 seconds", &v), -1);
	assert_int_equal(parse("$SYS/broker/uptime", "12", &v), 1);
	assert_int_equal(parse("$SYS/broker/load/connections/1min", "1.", &v), -1);
	assert_int_equal(parse("$SYS/broker/load/connections/1min", "12.25", &v), 1);
	assert_true(v.d > 12.249 && v.d < 12.251);
}

static void knows_only_its_topics(void **state)
{
	struct sys_value v;

	(void)state;
	assert_int_equal(parse("$SYS/broker/clients/connecte", "1", &v), 0);
	assert_int_equal(parse("$SYS/broker/clients/connected/", "1", &v), 0);
	assert_int_equal(parse("$SYS/broker/", "1", &v), 0);
	assert_int_equal(parse("$SYS/brokers/clients/connected", "1", &v), 0);
	assert_int_equal(parse("clients/connected", "1", &v), 0);
	assert_int_equal(sys_parse(NULL, 0, NULL, 0, &v), 0);
}

static void bounds_the_version(void **state)
{
	char text[300];
	struct sys_value v;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(sys_parse("$SYS/broker/version", 19, text, sizeof(text), &v), -1);
	assert_int_equal(parse("$SYS/broker/version", "mosquitto version 2.1.0", &v), 1);
	assert_string_equal(v.text, "2.1.0");
}

static void orders_versions(void **state)
{
	(void)state;
	assert_int_equal(sys_version_number("2.0.11"), 20011);
	assert_int_equal(sys_version_number("2.1.0-test"), 20100);
	assert_int_equal(sys_version_number("2.1"), 20100);
	assert_int_equal(sys_version_number("unknown"), 0);
	assert_int_equal(sys_version_number(""), 0);
	assert_true(sys_version_expires(sys_version_number("2.0.15")));
	assert_false(sys_version_expires(sys_version_number("2.0.16")));
	assert_true(sys_version_expires(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_mosquitto_publishes),
	    cmocka_unit_test(refuses_what_is_no_number),
	    cmocka_unit_test(knows_only_its_topics),
	    cmocka_unit_test(bounds_the_version),
	    cmocka_unit_test(orders_versions),
	};

	return cmocka_run_group_tests_name("mqtt_sys", tests, NULL, NULL);
}
