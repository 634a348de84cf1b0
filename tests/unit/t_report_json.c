#include "sample_frame.h"

#include "base/clock.h"
#include "report/report.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* `check --format json` against the schema of the design: every key, with the right type. */

static json_t *report(enum sample_kind kind, const char *list)
{
	struct frame *f = sample_frame(kind);
	struct buf out;
	json_error_t bad;
	json_t *json;

	buf_init(&out, 256 << 20);
	assert_int_equal(report_format_find("json")->write(f, list, SAMPLE_BOOT, &out), 0);
	json = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, &bad);
	if (!json)
		fail_msg("no JSON at byte %d: %s", bad.position, bad.text);
	buf_release(&out);
	frame_unref(f);
	return json;
}

static bool is_one_of(const char *word, const char *words)
{
	const char *at = word && *word ? strstr(words, word) : NULL;
	size_t len = word ? strlen(word) : 0;

	return at && (at == words || at[-1] == '|') && (at[len] == '|' || !at[len]);
}

static bool is_time(const char *s)
{
	int y, mo, d, h, mi, sec;
	char z;

	return s && strlen(s) == 20 &&
	       sscanf(s, "%4d-%2d-%2dT%2d:%2d:%2d%c", &y, &mo, &d, &h, &mi, &sec, &z) == 7 &&
	       z == 'Z';
}

static void check_value(const char *where, const json_t *v)
{
	const char *quality = json_string_value(json_object_get(v, "quality"));
	const json_t *age = json_object_get(v, "age_s");

	if (!json_is_object(v) || !json_object_get(v, "value"))
		fail_msg("%s is no V", where);
	if (!is_one_of(quality, "ok|stale|partial|missing|na|error"))
		fail_msg("%s has the quality %s", where, quality ? quality : "none");
	if (strcmp(quality, "ok") && !json_is_string(json_object_get(v, "reason")))
		fail_msg("%s is %s without a reason", where, quality);
	if (strcmp(quality, "ok") && !json_is_null(age) && !json_is_number(age))
		fail_msg("%s is %s without age_s", where, quality);
}

/* One letter a type: s text, S text or null, i whole number, n number, b bool, B bool or null, t
 * time, v V, y verdict, a array; or words that may stand there. */
struct key {
	const char *name, *type;
};

static void check_key(const char *table, const json_t *o, const struct key *k)
{
	const json_t *v = json_object_get(o, k->name);
	const char *text = json_string_value(v);
	char where[128];
	bool ok;

	snprintf(where, sizeof(where), "%s.%s", table, k->name);
	if (!v)
		fail_msg("%s is missing", where);
	if (k->type[1]) {
		if (!is_one_of(text, k->type))
			fail_msg("%s is \"%s\"", where, text ? text : "no text");
		return;
	}
	switch (k->type[0]) {
	case 'v':
		check_value(where, v);
		return;
	case 's':
		ok = text;
		break;
	case 'S':
		ok = text || json_is_null(v);
		break;
	case 'i':
		ok = json_is_integer(v);
		break;
	case 'n':
		ok = json_is_number(v);
		break;
	case 'b':
		ok = json_is_boolean(v);
		break;
	case 'B':
		ok = json_is_boolean(v) || json_is_null(v);
		break;
	case 't':
		ok = is_time(text);
		break;
	case 'y':
		ok = is_one_of(text, "OK|WARN|CRIT|UNKNOWN|NA");
		break;
	default:
		ok = json_is_array(v);
	}
	if (!ok)
		fail_msg("%s has the wrong type", where);
}

static const struct table {
	const char *name; /* "": the outermost */
	struct key keys[16];
} schema[] = {
    {"",
	{{"schema", "mqduty/1|"}, {"time", "t"}, {"verdict", "y"}, {"from", "s"}, {"clusters", "a"},
	    {"rules", "a"}, {"checklist", "a"}, {"alerts", "a"}, {"partitions", "a"}, {"lag", "a"},
	    {"routes", "a"}, {"connections", "a"}, {"disk", "a"}, {"logs", "a"}, {"events", "a"}}},
    {"engine", {{"cycle_ms", "n"}, {"requests", "i"}, {"overruns", "i"}, {"rss_bytes", "i"}}},
    {"clusters", {{"name", "s"}, {"kind", "kafka|nats|mqtt"}, {"tier", "s"}, {"verdict", "y"},
		     {"reachable", "b"}, {"version", "v"}, {"brokers", "a"}}},
    {"brokers", {{"id", "s"}, {"name", "s"}, {"address", "s"}, {"up", "v"}, {"rtt_ms", "v"},
		    {"controller", "B"}, {"version", "v"}}},
    {"rules", {{"name", "s"}, {"cluster", "s"}, {"verdict", "y"}, {"evaluated", "i"},
		  {"total", "i"}, {"reason", "S"}}},
    {"checklist",
	{{"list", "s"}, {"id", "cluster-health|consumer-lag|disk-usage|network-latency|error-logs"},
	    {"verdict", "y"}, {"evaluated", "i"}, {"total", "i"}, {"evidence", "s"}}},
    {"alerts",
	{{"name", "s"}, {"cluster", "s"}, {"entity", "s"}, {"severity", "critical|warning"},
	    {"state", "pending|firing|folded|silenced"}, {"acknowledged", "b"}, {"value", "v"},
	    {"threshold", "s"}, {"since", "t"}, {"action", "s"}, {"manual", "s"}}},
    {"partitions", {{"cluster", "s"}, {"topics", "v"}, {"partitions", "v"},
		       {"under_replicated", "v"}, {"offline", "v"}, {"under_min_isr", "v"}}},
    {"lag", {{"cluster", "s"}, {"group", "s"}, {"topic", "s"}, {"verdict", "y"}, {"lag", "v"},
		{"lag_seconds", "v"}, {"lost_in_seconds", "v"},
		{"status", "OK|WARN|STALL|STOP|REWIND|UNKNOWN"}, {"state", "S"}}},
    {"routes", {{"cluster", "s"}, {"server", "s"}, {"verdict", "y"}, {"peers", "v"},
		   {"expected", "v"}, {"missing", "a"}}},
    {"connections", {{"cluster", "s"}, {"broker", "s"}, {"verdict", "y"}, {"current", "v"},
			{"max", "v"}, {"percent", "v"}}},
    {"disk", {{"cluster", "s"}, {"broker", "s"}, {"path", "s"}, {"verdict", "y"},
		 {"used_bytes", "v"}, {"total_bytes", "v"}, {"percent", "v"}}},
    {"logs", {{"cluster", "s"}, {"broker", "s"}, {"path", "s"}, {"verdict", "y"},
		 {"readable", "v"}, {"errors_10m", "v"}, {"errors_hour", "v"}, {"last_error", "S"},
		 {"entries", "a"}}},
    {"events", {{"time", "t"}, {"cluster", "S"}, {"entity", "S"}, {"text", "s"}}},
    {"omitted", {{"lag", "i"}}},
};

static const struct table *table_of(const char *name)
{
	for (size_t i = 0; i < sizeof(schema) / sizeof(schema[0]); i++)
		if (!strcmp(schema[i].name, name))
			return &schema[i];
	fail_msg("no table %s", name);
	return NULL;
}

static void check_keys(const struct table *t, const json_t *o)
{
	if (!json_is_object(o))
		fail_msg("%s is no object", t->name);
	for (const struct key *k = t->keys; k->name; k++)
		check_key(t->name, o, k);
}

static size_t check_rows(const struct table *t, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		check_keys(t, json_array_get(list, i));
	return json_array_size(list);
}

static void every_key_is_there_with_its_type(void **state)
{
	(void)state;
	for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
		json_t *json = report((enum sample_kind)kind, NULL);

		check_keys(table_of(""), json);
		check_keys(table_of("engine"), json_object_get(json, "engine"));
		check_keys(table_of("omitted"), json_object_get(json, "omitted"));
		for (size_t i = 2; i < sizeof(schema) / sizeof(schema[0]) - 1; i++) {
			const json_t *rows = json_object_get(json, schema[i].name);

			if (!strcmp(schema[i].name, "brokers"))
				continue;
			if (!check_rows(&schema[i], rows) && kind == SAMPLE_RICH)
				fail_msg("%s has no rows to look at", schema[i].name);
		}
		for (size_t i = 0; i < json_array_size(json_object_get(json, "clusters")); i++)
			check_rows(table_of("brokers"),
			    json_object_get(
				json_array_get(json_object_get(json, "clusters"), i), "brokers"));
		json_decref(json);
	}
}

static const json_t *row_with(
    const json_t *json, const char *table, const char *key, const char *value)
{
	const json_t *rows = json_object_get(json, table);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *text = json_string_value(json_object_get(row, key));

		if (text && !strcmp(text, value))
			return row;
	}
	fail_msg("no row of %s with %s %s", table, key, value);
	return NULL;
}

static json_int_t value_of(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(row, key), "value"));
}

static void numbers_are_those_of_the_snapshot(void **state)
{
	json_t *json = report(SAMPLE_RICH, NULL);
	const json_t *row = row_with(json, "lag", "group", "audit"), *alert;

	(void)state;
	assert_int_equal(value_of(row, "lag"), 9102);
	assert_string_equal(json_string_value(json_object_get(row, "verdict")), "CRIT");
	assert_string_equal(json_string_value(json_object_get(row, "status")), "STOP");
	assert_string_equal(json_string_value(json_object_get(row, "state")), "Empty");
	assert_int_equal(json_array_size(json_object_get(row, "parts")), 12);
	/* The most urgent first. */
	assert_ptr_equal(row, json_array_get(json_object_get(json, "lag"), 0));
	row = row_with(json, "lag", "group", "legacy");
	assert_string_equal(
	    json_string_value(json_object_get(json_object_get(row, "lag"), "quality")), "error");
	assert_true(json_number_value(json_object_get(json_object_get(row, "lag"), "age_s")) == 90);
	row = row_with(json, "connections", "broker", "devices");
	assert_int_equal(value_of(row, "current"), 812);
	assert_int_equal(value_of(row, "max"), 1000);
	row = row_with(json, "routes", "server", "n2");
	assert_int_equal(value_of(row, "expected"), 2);
	alert = row_with(json, "alerts", "name", "ConsumerLag");
	assert_string_equal(json_string_value(json_object_get(alert, "threshold")), ">10000");
	assert_string_equal(
	    json_string_value(json_object_get(alert, "manual")), "kafka-consumer-lag");
	assert_string_equal(
	    json_string_value(json_object_get(alert, "since")), "2026-11-22T02:38:31Z");
	assert_string_equal(
	    json_string_value(json_object_get(json, "time")), "2026-11-22T03:04:31Z");
	json_decref(json);
}

/* No number that is not known appears as 0 or as ok. */
static void what_is_not_known_says_so(void **state)
{
	json_t *json = report(SAMPLE_UNKNOWN, NULL);
	const json_t *disk = json_object_get(json, "disk");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "UNKNOWN");
	for (size_t i = 0; i < json_array_size(disk); i++) {
		const json_t *v = json_object_get(json_array_get(disk, i), "percent");

		assert_true(json_is_null(json_object_get(v, "value")));
		assert_string_not_equal(json_string_value(json_object_get(v, "quality")), "ok");
	}
	json_decref(json);
}

static void foreign_bytes_are_escaped(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH);
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(report_format_find("json")->write(f, NULL, SAMPLE_BOOT, &out), 0);
	for (size_t i = 0; i + 1 < out.len; i++)
		assert_true((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7f);
	assert_non_null(strstr(out.data, "bad\\u001b[31mname\\n"));
	buf_release(&out);
	frame_unref(f);
}

static void a_list_narrows_verdict_and_items(void **state)
{
	struct frame *f = sample_frame(SAMPLE_HEALTHY);
	json_t *json = report(SAMPLE_HEALTHY, "daily");

	(void)state;
	/* error-logs is unknown: the sample has no log source. */
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "UNKNOWN");
	assert_int_equal(json_array_size(json_object_get(json, "checklist")), 5);
	assert_int_equal(report_exit_code(f, "daily"), 3);
	assert_int_equal(report_exit_code(f, NULL), 0);
	assert_int_equal(report_exit_code(f, "yearly"), 3);
	json_decref(json);
	frame_unref(f);
}

static void a_full_buffer_is_an_error(void **state)
{
	struct frame *f = sample_frame(SAMPLE_RICH);

	(void)state;
	for (const struct report_format *format = report_formats; format->name; format++) {
		struct buf out;

		buf_init(&out, 500);
		assert_int_equal(format->write(f, NULL, SAMPLE_BOOT, &out), -1);
		buf_release(&out);
	}
	frame_unref(f);
}

static void exit_codes_are_those_of_the_design(void **state)
{
	static const struct {
		enum sample_kind kind;
		int code;
	} made[] = {{SAMPLE_RICH, 2}, {SAMPLE_HEALTHY, 0}, {SAMPLE_HUNG, 2}, {SAMPLE_UNKNOWN, 3},
	    {SAMPLE_EMPTY, 3}, {SAMPLE_NONE, 3}, {SAMPLE_LOST, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct frame *f = sample_frame(made[i].kind);

		assert_int_equal(report_exit_code(f, NULL), made[i].code);
		frame_unref(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_is_there_with_its_type),
	    cmocka_unit_test(numbers_are_those_of_the_snapshot),
	    cmocka_unit_test(what_is_not_known_says_so),
	    cmocka_unit_test(foreign_bytes_are_escaped),
	    cmocka_unit_test(a_list_narrows_verdict_and_items),
	    cmocka_unit_test(a_full_buffer_is_an_error),
	    cmocka_unit_test(exit_codes_are_those_of_the_design),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
