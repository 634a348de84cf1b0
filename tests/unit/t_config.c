/* The configuration: every mistake with its place, what is read, where it is looked for. */
#include "base/clock.h"
#include "config/options.h"
#include "config_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void expect_errors(const char *text, const char *want)
{
	assert_null(parse(text));
	assert_string_equal(printed, want);
}

/* Some line begins with place and holds part. */
static void expect_error_at(const char *text, const char *place, const char *part)
{
	const char *line;

	assert_null(parse(text));
	line = strstr(printed, place);
	if (!line || (line != printed && line[-1] != '\n') || !strstr(line, part))
		fail_msg("wanted %s ... %s in:\n%s", place, part, printed);
}

static void five_mistakes_are_listed_as_five(void **state)
{
	(void)state;
	expect_errors("interval: fast\n"
		      "clusters:\n"
		      "  - name: orders\n"
		      "    kind: kafka\n"
		      "    boostrap: [127.0.0.1:9092]\n"
		      "    expected_brokers: 0\n"
		      "  - name: bus\n"
		      "    kind: nats\n"
		      "    monitor: [\"http://127.0.0.1:8222\", \"ftp://x\"]\n"
		      "    url: mqtt://127.0.0.1:1883\n",
	    "f:1:11: interval: 'fast' is not a duration: write it as 500ms, 2s, 5m, 1h or 7d\n"
	    "f:5:5: unknown key 'boostrap': did you mean 'bootstrap'?\n"
	    "f:6:23: expected_brokers: '0' is out of range: 1 to 10000\n"
	    "f:9:40: monitor: 'ftp://x' must begin with one of: http https, followed by ://\n"
	    "f:10:5: 'url' belongs to kind: mqtt; this cluster is kind: nats\n");
}

static void a_syntax_error_ends_the_list(void **state)
{
	(void)state;
	expect_error_at("clusters:\n  - name: [a\nrules: [x]\n", "f:3:6: ", "not valid YAML");
	assert_non_null(strstr(printed, "was not checked"));
	expect_error_at("clusters:\n\t- name: x\n", "f:2:1: ", "no tabs");
	expect_error_at("interval: 2s\nrules: [\"\xff\"]\n", "f:2:10: ", "not valid YAML");
	expect_error_at("", "f: ", "empty");
	expect_error_at("- a\n", "f:1:1: ", "the file must be a mapping");
	expect_error_at("clusters: [{name: m, kind: mqtt, url: \"mqtt://h:1\"}]\n---\nx: 1\n",
	    "f:3:1: ", "second YAML document");
}

static void keys_are_single_known_and_not_twice(void **state)
{
	(void)state;
	expect_error_at(
	    "interval: 2s\ninterval: 3s\n", "f:2:1: ", "'interval' stands twice, first in line 1");
	expect_error_at("? [a, b]\n: 1\n", "f:1:3: ", "a key must be a single word");
	expect_error_at("elephants: 1\n", "f:1:1: ", "unknown key 'elephants' in the file");
	expect_error_at("clusters:\n  - name: a\n    kind: mqtt\n    url: \"mqtt://h:1\"\n"
			"  - name: a\n    kind: mqtt\n    url: \"mqtt://h:1\"\n",
	    "f:5:11: ", "two clusters are called 'a'");
	expect_error_at(
	    "clusters:\n  - name: \"a\\e[2J\"\n    kind: mqtt\n    url: \"mqtt://h:1\"\n",
	    "f:2:11: ", "control or invisible characters");
	expect_error_at("clusters:\n  - name: \"a\\0b\"\n    kind: mqtt\n", "f:2:11: ", "control");
	expect_error_at("clusters:\n  - {}\n", "f:2:5: ", "cluster lacks 'name'");
	expect_error_at("interval:\n", "f:1:10: ", "'interval' has no value");
}

static void aliases_are_bounded(void **state)
{
	struct buf text;

	(void)state;
	expect_error_at("clusters: &a [*a]\n", "f:1:11: ", "cluster must be a mapping");
	buf_init(&text, 1 << 20);
	buf_adds(&text, "a: &a [");
	for (int i = 0; i < 400; i++)
		buf_adds(&text, "x,");
	buf_adds(&text, "x]\nclusters: [");
	for (int i = 0; i < 400; i++)
		buf_addf(&text, "{name: n%d, kind: kafka, bootstrap: [\"h:1\"], contacts: *a},", i);
	buf_adds(&text, "]\n");
	assert_null(parse(text.data));
	assert_non_null(strstr(printed, "counting what its aliases repeat"));
	buf_release(&text);
}

static void a_file_is_bounded(void **state)
{
	struct config_errors errors = {0};
	char *big = malloc((1 << 20) + 1);

	(void)state;
	memset(big, '\n', (1 << 20) + 1);
	assert_null(config_parse("f", big, (1 << 20) + 1, &errors));
	assert_int_equal(errors.n, 1);
	assert_non_null(strstr(errors.list[0].text, "larger than 1048576 bytes"));
	config_errors_release(&errors);
	free(big);
}

static void a_whole_file_is_read(void **state)
{
	static const char text[] =
	    "interval: 500ms\n"
	    "day: {tz: UTC, starts: \"08:30\"}\n"
	    "clusters:\n"
	    "  - name: orders\n"
	    "    tier: prod\n"
	    "    kind: kafka\n"
	    "    timeout: 1500ms\n"
	    "    bootstrap: [127.0.0.1:9092, \"[::1]:9093\"]\n"
	    "    address_map: {kafka-2.int:9092: 127.0.0.1:19092}\n"
	    "    groups: {include: [\"app-*\"], exclude: [\"*-tmp\"]}\n"
	    "    properties: {client.id: duty}\n"
	    "    disk: [{broker: 1, path: /data, local: true}]\n"
	    "  - name: bus\n"
	    "    kind: nats\n"
	    "    system: {url: nats://h:4222, creds: sys.creds, tls: {ca: ca.pem}}\n"
	    "    memory_limit: 512MiB\n"
	    "  - name: devices\n"
	    "    kind: mqtt\n"
	    "    brokers: [{name: a, url: \"mqtt://a:1883\", max_connections: 5}, "
	    "{name: b, url: \"mqtt://b:1883\"}]\n"
	    "rules: [r.yaml, /abs.yaml]\n";
	struct config *c = parse(text);
	const struct cluster_conf *k, *n, *m;

	(void)state;
	assert_non_null(c);
	assert_string_equal(printed, "");
	assert_int_equal(c->interval_ns, 500 * NS_PER_MS);
	assert_int_equal(c->day_starts, 8 * 60 + 30);
	assert_string_equal(c->language, "auto");
	assert_int_equal(c->n_rules, 2);
	assert_string_equal(c->rules[0], "dir/r.yaml");
	assert_string_equal(c->rules[1], "/abs.yaml");
	assert_int_equal(c->n_clusters, 3);
	k = &c->clusters[0];
	assert_int_equal(k->tier, TIER_PROD);
	assert_int_equal(k->kind, KIND_KAFKA);
	assert_int_equal(k->timeout_ms, 1500);
	assert_int_equal(k->n_bootstrap, 2);
	assert_string_equal(k->bootstrap[1], "[::1]:9093");
	assert_null(k->bootstrap[2]);
	assert_string_equal(cluster_dial_address(k, "kafka-2.int:9092"), "127.0.0.1:19092");
	assert_string_equal(cluster_dial_address(k, "kafka-1.int:9092"), "kafka-1.int:9092");
	assert_string_equal(cluster_property(k, "client.id"), "duty");
	assert_null(cluster_property(k, "security.protocol"));
	assert_true(cluster_wants_group(k, "app-billing"));
	assert_false(cluster_wants_group(k, "app-tmp"));
	assert_false(cluster_wants_group(k, "other"));
	assert_int_equal(k->n_disks, 1);
	assert_string_equal(k->disks[0].broker, "1");
	assert_true(k->disks[0].local);
	n = &c->clusters[1];
	assert_int_equal(n->timeout_ms, 5000);
	assert_int_equal(n->memory_limit, 512 << 20);
	assert_string_equal(n->sys.creds, "dir/sys.creds");
	assert_true(n->sys.tls.set);
	assert_false(n->tls.set);
	assert_true(cluster_wants_group(n, "anything"));
	m = &c->clusters[2];
	assert_string_equal(m->flavor, "auto");
	assert_int_equal(m->n_brokers, 2);
	assert_int_equal(m->brokers[0].max_connections, 5);
	assert_int_equal(m->brokers[1].max_connections, 0);
	config_free(c);
}

/* ---- what several keys say together ---- */

static void kafka(char *out, size_t size, const char *properties, const char *more)
{
	snprintf(out, size,
	    "clusters:\n  - name: k\n    kind: kafka\n    bootstrap: [\"h:1\"]\n    %s\n    "
	    "properties: {%s}\n",
	    more, properties);
}

static void properties_are_honoured_or_refused(void **state)
{
	static const struct {
		const char *properties, *more, *place, *part; /* part NULL: taken */
	} cases[] = {
	    {"security.protocol: SSL, ssl.ca.location: /ca.pem", "tier: dev", NULL, NULL},
	    {"security.protocol: SASL_SSL, sasl.mechanism: SCRAM-SHA-512, sasl.username: u",
		"password_env: P", NULL, NULL},
	    {"security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.username: u",
		"allow_plaintext_password: true\n    password_env: P", NULL, NULL},
	    {"security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.username: u",
		"password_env: P", "f:6:37: ", "PLAIN without TLS"},
	    {"security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.username: u", "tier: dev",
		"f:6:17: ", "needs a password"},
	    {"security.protocol: SASL_SSL", "password_env: P", "f:6:37: ", "needs a mechanism"},
	    {"security.protocol: SASL_SSL, sasl.mechanism: SCRAM-SHA-1", "password_env: P", "f:6:63: ",
		"does not speak the mechanism 'SCRAM-SHA-1': it speaks SCRAM-SHA-512, "},
	    {"security.protocol: SASL_SSL, sasl.mechanisms: 'PLAIN,GSSAPI'", "password_env: P", "f:6:64: ",
		"does not speak the mechanism 'PLAIN,GSSAPI'"},
	    {"security.protocol: SASL_SSL, sasl.mechanism: GSSAPI, sasl.kerberos.keytab: /k", "tier: dev", NULL, NULL},
	    {"security.protocol: SASL_SSL, sasl.mechanism: GSSAPI, sasl.kerberos.kinit.cmd: kinit", "tier: dev",
		"f:6:71: ", "it would run a shell"},
	    {"security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.username: u, sasl.kerberos.keytab: /k",
		"password_env: P", "f:6:88: ", "needs sasl.mechanism: GSSAPI"},
	    {"client.id: x", "password_env: P", "f:2:5: ", "no SASL"},
	    {"sasl.password: x", "tier: dev", "f:6:18: ", "does not belong in this file"},
	    {"group.id: x", "tier: dev", "f:6:18: ", "joins no consumer group"},
	    {"group.instance.id: x", "tier: dev", "f:6:18: ", "joins no consumer group"},
	    {"allow.auto.create.topics: true", "tier: dev", "f:6:18: ", "creates no topic"},
	    {"plugin.library.paths: x", "tier: dev", "f:6:18: ", "foreign code"},
	    {"test.mock.num.brokers: 3", "tier: dev", "f:6:18: ", "simulated cluster"},
	    {"securty.protocol: ssl", "tier: dev", "f:6:18: ", "did you mean 'security.protocol'"},
	    {"fetch.min.bytes: 1", "tier: dev", "f:6:18: ", "no effect"},
	    {"socket.timeout.ms: soon", "tier: dev", "f:6:18: ", "not accepted by librdkafka"},
	    {"security.protocol: TLS", "tier: dev", "f:6:18: ", "not accepted by librdkafka"},
	    {"ssl.ca.location: /x", "tier: dev", "f:6:18: ", "needs security.protocol"},
	    {"client.id: x, client.id: y", "tier: dev", "f:6:32: ", "stands twice"},
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kafka(text, sizeof(text), cases[i].properties, cases[i].more);
		if (cases[i].part) {
			expect_error_at(text, cases[i].place, cases[i].part);
		} else {
			struct config *c = parse(text);

			assert_string_equal(printed, "");
			config_free(c);
		}
	}
}

static void keys_that_need_each_other_say_so(void **state)
{
	static const struct {
		const char *cluster, *part;
	} cases[] = {
	    {"kind: nats", "lacks both 'monitor' and 'system'"},
	    {"kind: mqtt", "lacks 'url'"},
	    {"kind: mqtt, brokers: [{name: a}]", "neither this broker nor the cluster has a 'url'"},
	    {"kind: mqtt, url: \"mqtt://h:1\", tls: {ca: /x}", "write mqtts://"},
	    {"kind: mqtt, url: \"mqtts://h:1\", tls: {cert: /x}", "belong together"},
	    {"kind: mqtt, url: \"mqtt://127.0.0.1:1\", password_env: P", "without 'username'"},
	    {"kind: mqtt, url: \"mqtt://127.0.0.1:1\", username: u, password_env: P, "
	     "password_file: F",
		"keep one"},
	    {"kind: mqtt, url: \"mqtt://u:p@h:1\"", "must not hold a user or password"},
	    {"kind: mqtt, url: \"mqtt://h:1\", password: x",
		"password_command, password_file or password_env"},
	    {"kind: nats, system: {url: \"nats://h:1\", user: u}", "'user' needs a password"},
	    {"kind: nats, system: {url: \"nats://h:1\", creds: c, nkey: n}", "keep one"},
	    {"kind: nats, monitor: [\"http://h:1\"], via: [ssh, jump]",
		"must name both %h (host) and %p (port)"},
	    {"kind: nats, monitor: [\"http://h:1\"], logs: [{broker: a}]",
		"either 'path' or 'command'"},
	    {"kind: nats, monitor: [\"http://h:99999\"]", "from 1 to 65535"},
	    {"kind: nats, monitor: [\"http://\"]", "names no host"},
	    {"kind: kafka, bootstrap: [\"::1:9092\"]", "in brackets"},
	    {"kind: kafka, bootstrap: [\"kafka://h:1\"]", "without a scheme"},
	    {"kind: kafka, bootstrap: [h]", "names no port"},
	    {"kind: kafka, bootstrap: []", "empty list"},
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "clusters: [{name: c, %s}]\n", cases[i].cluster);
		expect_error_at(text, "f:1:", cases[i].part);
	}
	expect_error_at("day: {tz: Mars/Base}\n", "f:1:11: ", "not known on this host");
}

static void some_things_only_warn(void **state)
{
	struct config *c;

	(void)state;
	clock_fake(0, 1795000000 * NS_PER_S); /* 2026-11-18 */
	c = parse(
	    "clusters: [{name: c, kind: mqtt, url: \"mqtt://h:1\", username: u, password_env: P,\n"
	    "  waive: [{item: a, until: 2026-11-17, reason: r}, {item: b, until: 2026-11-18, "
	    "reason: r}]}]\n");
	clock_real();
	assert_non_null(c);
	assert_int_equal(c->clusters[0].n_waives, 2);
	assert_string_equal(printed,
	    "f:1:39: warning: the password crosses the network unencrypted: use mqtts://, "
	    "or accept it with allow_plaintext_password: true\n"
	    "f:2:28: warning: the waiver ended on 2026-11-17 and the item is judged again: "
	    "remove the entry or give it a new date\n");
	config_free(c);
	c = parse("clusters: [{name: c, kind: kafka, bootstrap: [\"h:1\"], password_file: /t,\n"
		  "  properties: {security.protocol: SASL_PLAINTEXT, sasl.mechanism: OAUTHBEARER}}]\n");
	assert_non_null(c);
	assert_string_equal(printed,
	    "f:2:35: warning: the token crosses the network unencrypted: use security.protocol: SASL_SSL, or accept "
	    "it with allow_plaintext_password: true\n");
	config_free(c);
}

/* ---- where the file is ---- */

static char dir[64];

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int make_dir(void **state)
{
	char path[128];

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/mqduty-t-config-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/mqduty", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	return 0;
}

static int remove_dir(void **state)
{
	static const char *const names[] = {"a.yaml", "b.yaml", "mqduty/mqduty.yaml", "mqduty", ""};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		remove(path);
	}
	return 0;
}

static void load(const char *cli, const char *want_path, const char *want_error)
{
	struct config_errors errors = {0};
	char path[256], full[256] = "";
	struct config *c = config_load(cli, path, sizeof(path), &errors);

	if (*want_path)
		snprintf(full, sizeof(full), "%s/%s", dir, want_path);
	assert_string_equal(path, full);
	if (want_error) {
		assert_null(c);
		assert_int_equal(errors.n, 1);
		assert_non_null(strstr(errors.list[0].text, want_error));
	} else {
		assert_int_equal(errors.n, 0);
		assert_int_equal(c != NULL, *want_path != '\0');
	}
	config_errors_release(&errors);
	config_free(c);
}

static void the_file_is_looked_for_in_order(void **state)
{
	static const char good[] = "clusters: [{name: m, kind: mqtt, url: \"mqtt://h:1\"}]\n";
	char a[128], b[128];

	(void)state;
	snprintf(a, sizeof(a), "%s/a.yaml", dir);
	snprintf(b, sizeof(b), "%s/b.yaml", dir);
	unsetenv("MQDUTY_CONFIG");
	setenv("XDG_CONFIG_HOME", dir, 1);
	if (access("/etc/mqduty/mqduty.yaml", F_OK))
		load(NULL, "", NULL);
	write_file("mqduty/mqduty.yaml", good);
	load(NULL, "mqduty/mqduty.yaml", NULL);
	setenv("MQDUTY_CONFIG", b, 1);
	load(NULL, "b.yaml", "cannot be opened");
	write_file("b.yaml", good);
	load(NULL, "b.yaml", NULL);
	load(a, "a.yaml", "cannot be opened");
	write_file("a.yaml", good);
	load(a, "a.yaml", NULL);
	snprintf(a, sizeof(a), "%s/mqduty", dir);
	load(a, "mqduty", "not a file");
	unsetenv("MQDUTY_CONFIG");
}

static void defaults_and_discovered_clusters(void **state)
{
	struct config *c;

	(void)state;
	setenv("XDG_STATE_HOME", "/var/state", 1);
	c = config_new_default();
	assert_string_equal(c->state_dir, "/var/state/mqduty");
	config_add_cluster(c, "here", KIND_NATS);
	config_add_cluster(c, "there", KIND_MQTT)->url = "mqtt://h:1";
	assert_int_equal(c->n_clusters, 2);
	assert_string_equal(c->clusters[0].name, "here");
	assert_int_equal(c->clusters[1].kind, KIND_MQTT);
	assert_int_equal(c->clusters[0].timeout_ms, 5000);
	assert_int_equal(c->interval_ns, 2 * NS_PER_S);
	assert_string_equal(c->day_tz, "local");
	config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(five_mistakes_are_listed_as_five),
	    cmocka_unit_test(a_syntax_error_ends_the_list),
	    cmocka_unit_test(keys_are_single_known_and_not_twice),
	    cmocka_unit_test(aliases_are_bounded),
	    cmocka_unit_test(a_file_is_bounded),
	    cmocka_unit_test(a_whole_file_is_read),
	    cmocka_unit_test(properties_are_honoured_or_refused),
	    cmocka_unit_test(keys_that_need_each_other_say_so),
	    cmocka_unit_test(some_things_only_warn),
	    cmocka_unit_test_setup_teardown(the_file_is_looked_for_in_order, make_dir, remove_dir),
	    cmocka_unit_test(defaults_and_discovered_clusters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
