/* What a row is about, the commands that carry it, and whether harmful steps may be taken. */
#include "judged.h"

#include "base/i18n.h"
#include "manual/open.h"
#include "manual/precheck.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char said[512];

/* The command for this group and topic; NULL where it was refused. */
static const char *command(const char *template, const char *group, const char *topic)
{
	static char out[8192];
	struct binding b;
	struct buf text;
	struct err err = {""};
	const char *missing = NULL;
	int rc;

	binding_init(&b);
	binding_set(&b, "group", group);
	binding_set(&b, "topic", topic);
	binding_set(&b, "host", "h-1");
	buf_init(&text, 4096);
	rc = binding_command(&b, template, &text, &missing, &err);
	snprintf(out, sizeof(out), "%s", text.data);
	snprintf(said, sizeof(said), "%s", missing ? missing : err_msg(&err));
	buf_release(&text);
	binding_release(&b);
	return rc ? NULL : out;
}

/* What a shell makes of the command's first argument. */
static void expect_arg(const char *template, const char *group)
{
	const char *text = command(template, group, "t");
	char script[9000], got[1024] = "";
	FILE *sh;

	assert_non_null(text);
	assert_null(strchr(text, '\n'));
	snprintf(script, sizeof(script), "printf() { command printf '%%s' \"$1\"; }; %s", text);
	setenv("MQ_SCRIPT", script, 1);
	sh = popen("sh -c \"$MQ_SCRIPT\"", "r");
	assert_non_null(sh);
	got[fread(got, 1, sizeof(got) - 1, sh)] = '\0';
	assert_int_equal(pclose(sh), 0);
	assert_string_equal(got, group);
}

static void quotes_whatever_a_name_holds(void **state)
{
	static const char *const names[] = {"plain", "two words", "it's", "$(touch /tmp/x)", "`id`", "a;b|c&d",
	    "\"double\"", "back\\slash", "*?[a]", "$HOME", "!bang", "#hash", "~root", "a{b,c}", "\xe8\xae\xa2\xe5\x8d\x95", "%s%n", "''", "<in>out"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect_arg("printf {group}", names[i]);
}

/* What ssh hands over is read by a shell at the other end. */
static void quotes_twice_for_ssh(void **state)
{
	(void)state;
	assert_string_equal(command("ssh -- {host} ls {group}", "a$(x)", ""), "ssh -- h-1 ls ''\\''a$(x)'\\'''");
	assert_string_equal(command("ssh -- {host} ls {group} | grep {group}", "a$(x)", ""),
	    "ssh -- h-1 ls ''\\''a$(x)'\\''' | grep 'a$(x)'");
	assert_string_equal(command("timeout 5 ssh {host} ls {group}", "a b", ""), "timeout 5 ssh h-1 ls ''\\''a b'\\'''");
	assert_null(command("ssh -- {host} ls {group}", "-rf", ""));
}

static void refuses_what_is_not_safe(void **state)
{
	static const char *const names[] = {"a\nb", "a\rb", "\x1b[31m", "a\xe2\x80\xae" "b", "a\xe2\x80\x8b" "b", "\xff\xfe", "a\tb", "\x7f"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_null(command("echo {group}", names[i], "t"));
		assert_non_null(strstr(said, "not safe to paste"));
	}
	assert_null(command("tool --describe {group}", "-rf", "t"));
	assert_non_null(strstr(said, "begins with a dash"));
	assert_string_equal(command("tool --group={group}", "-rf", "t"), "tool --group='-rf'");
	assert_string_equal(command("tool -- {group}", "-rf", "t"), "tool -- '-rf'");
	assert_null(command("tool -- a | other {group}", "-rf", "t"));
	assert_null(command("echo {client}", "g", "t"));
	assert_string_equal(said, "client");
	assert_string_equal(command("awk '{print}' {group}", "g", "t"), "awk '{print}' g");
}

static void lints_commands(void **state)
{
	struct err err = {""};

	(void)state;
	assert_int_equal(binding_check_command("a {group} 'x' \"y\" {topic}:{partition}", &err), 0);
	assert_int_equal(binding_check_command("a {gruop}", &err), -1);
	assert_non_null(strstr(err.msg, "{gruop} is none of"));
	assert_int_equal(binding_check_command("a '{group}'", &err), -1);
	assert_non_null(strstr(err.msg, "inside quotes"));
	assert_int_equal(binding_check_command("a \"b", &err), -1);
}

static const char *monitor_of(const struct snapshot *snap, size_t server, const char **urls, size_t n, struct binding *b)
{
	struct config *c = config_new_default();
	struct cluster_conf *conf = config_add_cluster(c, "bus", KIND_NATS);

	conf->monitor = urls;
	conf->n_monitor = n;
	binding_init(b);
	binding_row(b, snap, BUS, SECTION_BROKERS, server);
	binding_reach(b, c);
	conf->monitor = NULL;
	conf->n_monitor = 0;
	config_free(c);
	return b->monitor;
}

/* A command asks as mqduty does: by the scheme and the path of the configuration, without its password. */
static void a_monitor_is_asked_as_it_is_configured(void **state)
{
	const char *tls[] = {"https://duty:secret@127.0.0.1:8222/nats/", "https://127.0.0.1:8224"}, *plain[] = {"http://127.0.0.1:8223"};
	const char *both[] = {"http://127.0.0.1:8222", "https://127.0.0.1:8224"};
	struct judged j;
	struct binding b;
	char hint[400];

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	assert_string_equal(monitor_of(j.snap, 0, tls, 2, &b), "https://127.0.0.1:8222/nats");
	assert_non_null(strstr(binding_hint(&b, "curl -s {monitor}/varz", hint, sizeof(hint)), "--cacert"));
	assert_string_equal(binding_hint(&b, "nats server ls", hint, sizeof(hint)), "");
	binding_release(&b);
	/* One that only the system account has shown is taken for one like the others. */
	assert_string_equal(monitor_of(j.snap, 1, tls, 2, &b), "https://127.0.0.1:8223");
	binding_release(&b);
	assert_string_equal(monitor_of(j.snap, 1, both, 2, &b), "http://127.0.0.1:8223");
	binding_release(&b);
	assert_string_equal(monitor_of(j.snap, 2, both, 2, &b), "https://127.0.0.1:8224");
	binding_release(&b);
	assert_string_equal(monitor_of(j.snap, 1, plain, 1, &b), "http://127.0.0.1:8223");
	assert_string_equal(binding_hint(&b, "curl -s {monitor}/varz", hint, sizeof(hint)), "");
	binding_release(&b);
	judged_release(&j);
}

static void binds_rows(void **state)
{
	struct judged j;
	struct binding b, again;
	char *packed, title[128];

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	binding_init(&b);
	binding_row(&b, j.snap, ORDERS, SECTION_LAG, 0);
	assert_string_equal(b.cluster, "orders");
	assert_non_null(b.group);
	assert_string_equal(b.bootstrap, "10.0.0.1:9092,10.0.0.2:9092,10.0.0.3:9092");
	assert_null(b.broker);
	packed = binding_pack(&b);
	binding_init(&again);
	binding_unpack(&again, packed, j.snap);
	assert_string_equal(again.group, b.group);
	assert_int_equal(again.row, 0);
	assert_int_equal(again.section, SECTION_LAG);
	assert_string_equal(again.bootstrap, b.bootstrap);
	free(packed);
	binding_release(&again);
	binding_release(&b);

	binding_init(&b);
	binding_row(&b, j.snap, BUS, SECTION_BROKERS, 1);
	assert_string_equal(b.server, "n2");
	assert_string_equal(b.monitor, "http://127.0.0.1:8223");
	assert_string_equal(b.host, "127.0.0.1");
	assert_string_equal(b.port, "8223");
	assert_string_equal(binding_title(&b, title, sizeof(title)), "bus n2");
	binding_release(&b);

	binding_init(&b);
	binding_row(&b, j.snap, DEVICES, SECTION_CONNECTIONS, 0);
	assert_string_equal(b.url, "mqtt://127.0.0.1:1883");
	binding_release(&b);
	judged_release(&j);
}

static struct opened opens(struct judged *j, const char *text, bool *fits)
{
	struct frame f = {.snap = j->snap, .judgement = j->judgement};
	struct opened o;

	*fits = manual_open_text(&f, text, &o);
	return o;
}

/* The text of a page leads to what it names; another group, for which the same alert fires, is not it. */
static void opens_what_a_page_names_and_nothing_else(void **state)
{
	struct judged j;
	struct lag_row *rows;
	struct opened o;
	char text[300], words[64];
	bool fits;

	(void)state;
	judged_init(&j, true);
	rows = row_of(judged_at(&j, 0), ORDERS, SECTION_LAG, 0);
	rows[0].lag = value_int(50000, j.snap->boot, NS_PER_S);
	judged_now(&j);
	assert_non_null(alert_of(j.judgement, "ConsumerLag"));

	snprintf(text, sizeof(text), "alertname=ConsumerLag cluster=orders group=\"%s\"", rows[0].group);
	o = opens(&j, text, &fits);
	assert_ptr_equal(o.alert, alert_of(j.judgement, "ConsumerLag"));
	assert_int_equal(o.row, 0);

	snprintf(text, sizeof(text), "{alertname=\"ConsumerLag\",cluster=\"orders\",group=\"%s\"}", rows[1].group);
	o = opens(&j, text, &fits);
	assert_null(o.alert);
	assert_int_equal(o.section, SECTION_LAG);
	assert_int_equal(o.row, 1);

	snprintf(text, sizeof(text), "ConsumerLag %s", rows[1].group);
	o = opens(&j, text, &fits);
	assert_null(o.alert);
	assert_int_equal(o.section, SECTION_LAG);
	assert_int_equal(o.row, 1);
	o = opens(&j, "alertname=ConsumerLag cluster=orders group=nosuch", &fits);
	assert_null(o.alert);
	assert_int_equal(o.section, SECTION_CLUSTER);
	assert_string_equal(o.named, "ConsumerLag");
	o = opens(&j, "alertname=NetworkLatency cluster=orders broker=broker-2", &fits);
	assert_null(o.alert);
	assert_int_equal(o.section, SECTION_BROKERS);
	assert_string_equal(o.named, "NetworkLatency");
	manual_open_plain("alertname=ConsumerLag cluster=orders group=nosuch", words, sizeof(words));
	assert_string_equal(words, "ConsumerLag");
	manual_open_plain("{cluster: \"orders\", broker=2}", words, sizeof(words));
	assert_string_equal(words, "orders 2");

	/* A scraper names a broker by its address. */
	o = opens(&j, "alertname=BrokerDown instance=10.0.0.2:9092", &fits);
	assert_int_equal(o.section, SECTION_BROKERS);
	assert_int_equal(o.row, 1);
	judged_release(&j);
}

/* A name that looks like the packing's own marks comes back as it was. */
static void packs_any_name(void **state)
{
	struct judged j;
	struct binding b, again;
	char *packed;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	binding_init(&b);
	binding_set(&b, "cluster", "orders");
	binding_set(&b, "group", "a|b%7C|");
	binding_set(&b, "topic", "%");
	packed = binding_pack(&b);
	binding_init(&again);
	binding_unpack(&again, packed, j.snap);
	assert_string_equal(again.group, "a|b%7C|");
	assert_string_equal(again.topic, "%");
	free(packed);
	binding_release(&again);
	binding_release(&b);
	judged_release(&j);
}

/* The command of that template on the first lag row of "orders", reached as the configuration says. */
static char *reached(const struct judged *j, const struct config *c, const char *template, char *hint, size_t size)
{
	const char *missing = NULL;
	struct err err = {""};
	struct binding b;
	struct buf out;

	binding_init(&b);
	binding_row(&b, j->snap, ORDERS, SECTION_BROKERS, 0);
	binding_reach(&b, c);
	buf_init(&out, 4096);
	assert_int_equal(binding_command(&b, template, &out, &missing, &err), 0);
	binding_hint(&b, template, hint, size);
	binding_release(&b);
	return buf_detach(&out);
}

static void reaches_clusters_as_the_configuration_says(void **state)
{
	static const char *const via[] = {"ssh", "-W", "%h:%p", "bastion", NULL};
	static const struct {
		const char *template, *plain, *secured;
	} commands[] = {
	    {"kafka-topics.sh --bootstrap-server {bootstrap} --describe | head",
		"kafka-topics.sh --bootstrap-server 127.0.0.1:19092,10.0.0.2:9092,10.0.0.3:9092 --describe | head",
		"kafka-topics.sh --bootstrap-server 127.0.0.1:19092,10.0.0.2:9092,10.0.0.3:9092 --command-config "
		"'/etc/my file.properties' --describe | head"},
	    {"timeout 15 kafka-broker-api-versions.sh --bootstrap-server {host}:{port}",
		"timeout 15 kafka-broker-api-versions.sh --bootstrap-server 127.0.0.1:19092",
		"timeout 15 kafka-broker-api-versions.sh --bootstrap-server 127.0.0.1:19092 --command-config "
		"'/etc/my file.properties'"},
	    {"kafka-leader-election.sh --bootstrap-server {bootstrap} --election-type preferred",
		"kafka-leader-election.sh --bootstrap-server 127.0.0.1:19092,10.0.0.2:9092,10.0.0.3:9092 --election-type preferred",
		"kafka-leader-election.sh --bootstrap-server 127.0.0.1:19092,10.0.0.2:9092,10.0.0.3:9092 --admin.config "
		"'/etc/my file.properties' --election-type preferred"},
	    {"ssh -- {host} ss -tn sport = :{port}", "ssh -- 10.0.0.1 ss -tn sport = :9092", "ssh -- 10.0.0.1 ss -tn sport = :9092"},
	};
	struct config *c = config_new_default();
	struct cluster_conf *conf = config_add_cluster(c, "orders", KIND_KAFKA);
	struct text_pair map = {"10.0.0.1:9092", "127.0.0.1:19092"}, tls = {"security.protocol", "SASL_SSL"};
	char hint[ERR_MAX], *text;
	struct judged j;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	conf->address_map = &map;
	conf->n_address_map = 1;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		conf->n_properties = 0;
		conf->command_config = NULL;
		text = reached(&j, c, commands[i].template, hint, sizeof(hint));
		assert_string_equal(text, commands[i].plain);
		assert_int_equal(strstr(hint, "address_map") != NULL, i < 3);
		free(text);
		conf->properties = &tls;
		conf->n_properties = 1;
		free(reached(&j, c, commands[i].template, hint, sizeof(hint)));
		assert_int_equal(strstr(hint, "command_config") != NULL, i < 3);
		conf->command_config = "/etc/my file.properties";
		text = reached(&j, c, commands[i].template, hint, sizeof(hint));
		assert_string_equal(text, commands[i].secured);
		free(text);
	}
	conf->via = (const char **)via;
	free(reached(&j, c, commands[0].template, hint, sizeof(hint)));
	assert_non_null(strstr(hint, "ssh -W %h:%p bastion"));
	/* A recording knows nothing of it. */
	text = reached(&j, NULL, commands[0].template, hint, sizeof(hint));
	assert_string_equal(text, "kafka-topics.sh --bootstrap-server 10.0.0.1:9092,10.0.0.2:9092,10.0.0.3:9092 --describe | head");
	assert_string_equal(hint, "");
	free(text);
	conf->via = NULL;
	conf->properties = NULL;
	conf->address_map = NULL;
	conf->n_properties = conf->n_address_map = 0;
	config_free(c);
	judged_release(&j);
}

static void says_whether_a_broker_may_go_down(void **state)
{
	struct judged j;
	struct partition_row *p;
	struct cluster_row *c;
	struct restart r;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	p = row_of(j.snap, ORDERS, SECTION_PARTITIONS, 0);
	c = row_of(j.snap, ORDERS, SECTION_CLUSTER, 0);
	restart_check(j.snap, ORDERS, "broker-2", T0, &r);
	assert_int_equal(r.may, MAY_YES);
	p->stakes[1].only_isr = 3;
	p->stakes[1].only_example = "events-7, audit-0, a\033b-1";
	restart_check(j.snap, ORDERS, "broker-2", T0, &r);
	assert_int_equal(r.may, MAY_NO);
	assert_string_equal(r.why, "3 partitions would lose their last replica in sync: events-7, audit-0, a?b-1");
	p->stakes[1].only_isr = 0;
	p->stakes[1].needed_isr = 1;
	p->stakes[1].needed_example = "events-7";
	restart_check(j.snap, ORDERS, "2", T0, &r);
	assert_string_equal(r.why, "1 partition would fall under min.insync.replicas: events-7");
	p->stakes[1].needed_isr = 0;
	p->under_min_isr = value_missing("grant DESCRIBE_CONFIGS");
	restart_check(j.snap, ORDERS, "broker-2", T0, &r);
	assert_int_equal(r.may, MAY_UNKNOWN);
	assert_string_equal(r.why, "min.insync.replicas: not known: grant DESCRIBE_CONFIGS");
	p->under_min_isr = value_int(0, T0, 30 * NS_PER_S);
	c->voters_ok = value_int(2, T0, 30 * NS_PER_S);
	restart_check(j.snap, ORDERS, "broker-2", T0, &r);
	assert_int_equal(r.may, MAY_NO);
	assert_string_equal(r.why, "the quorum would lose its majority: 1 of 3 voters remain");
	p->stakes[1].voter = TRI_NO;
	restart_check(j.snap, ORDERS, "broker-2", T0, &r);
	assert_int_equal(r.may, MAY_YES);
	/* Old numbers prove nothing. */
	restart_check(j.snap, ORDERS, "broker-2", T0 + 300 * NS_PER_S, &r);
	assert_int_equal(r.may, MAY_UNKNOWN);
	restart_check(j.snap, ORDERS, "broker-9", T0, &r);
	assert_int_equal(r.may, MAY_UNKNOWN);
	p->reassigning = value_int(4, T0, 30 * NS_PER_S);
	restart_check(j.snap, ORDERS, "broker-2", T0, &r);
	assert_int_equal(r.may, MAY_YES);
	p->stakes[1].moving = 2;
	restart_check(j.snap, ORDERS, "broker-2", T0, &r);
	assert_int_equal(r.may, MAY_NO);
	assert_string_equal(r.why, "2 partitions are being moved: let that end first");
	((struct broker_row *)row_of(j.snap, ORDERS, SECTION_BROKERS, 1))->up = value_bool(false, T0, 2 * NS_PER_S);
	restart_check(j.snap, ORDERS, "broker-2", T0, &r);
	assert_int_equal(r.may, MAY_YES);
	judged_release(&j);
}

static void says_whether_a_server_may_go_down(void **state)
{
	struct judged j;
	struct cluster_row *c;
	struct restart r;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	c = row_of(j.snap, BUS, SECTION_CLUSTER, 0);
	restart_check(j.snap, BUS, "n2", T0, &r);
	assert_int_equal(r.may, MAY_YES);
	c->voters_ok = value_int(2, T0, 2 * NS_PER_S);
	restart_check(j.snap, BUS, "n2", T0, &r);
	assert_int_equal(r.may, MAY_NO);
	assert_string_equal(r.why, "the meta group would lose its majority: 1 of 3 remain");
	c->brokers_up = value_error("refused");
	restart_check(j.snap, BUS, "n2", T0, &r);
	assert_int_equal(r.may, MAY_UNKNOWN);
	restart_check(j.snap, DEVICES, "devices", T0, &r);
	assert_int_equal(r.may, MAY_YES);
	judged_release(&j);
}

static enum may may(struct judged *j, enum manual_precheck p, size_t cluster, enum section_kind kind)
{
	struct binding b;
	struct precheck out;

	binding_init(&b);
	binding_row(&b, j->snap, cluster, kind, 0);
	precheck_eval(p, &b, j->snap, T0, &out);
	precheck_say(&out, said, sizeof(said));
	binding_release(&b);
	return out.may;
}

static void checks_the_other_harmful_steps(void **state)
{
	struct judged j;
	struct lag_row *lag;
	struct connection_row *c;

	(void)state;
	judged_init(&j, false);
	judged_at(&j, 0);
	lag = row_of(j.snap, ORDERS, SECTION_LAG, 0);
	lag->members = value_int(2, T0, 30 * NS_PER_S);
	assert_int_equal(may(&j, PRECHECK_RESET_OFFSETS, ORDERS, SECTION_LAG), MAY_NO);
	lag->members = value_int(0, T0, 30 * NS_PER_S);
	assert_int_equal(may(&j, PRECHECK_RESET_OFFSETS, ORDERS, SECTION_LAG), MAY_YES);
	lag->members = value_error("refused");
	assert_int_equal(may(&j, PRECHECK_RESET_OFFSETS, ORDERS, SECTION_LAG), MAY_UNKNOWN);
	assert_int_equal(may(&j, PRECHECK_ADD_PARTITIONS, ORDERS, SECTION_LAG), MAY_UNKNOWN);
	lag->members = value_int(100, T0, 30 * NS_PER_S);
	assert_int_equal(may(&j, PRECHECK_ADD_PARTITIONS, ORDERS, SECTION_LAG), MAY_YES);
	lag->members = value_int(1, T0, 30 * NS_PER_S);
	assert_int_equal(may(&j, PRECHECK_ADD_PARTITIONS, ORDERS, SECTION_LAG), MAY_NO);

	assert_int_equal(may(&j, PRECHECK_CLEAN_DISK, ORDERS, SECTION_DISK), MAY_YES);
	lag->lag = value_int(9102, T0, 10 * NS_PER_S);
	lag->status = LAG_STOP;
	assert_int_equal(may(&j, PRECHECK_CLEAN_DISK, ORDERS, SECTION_DISK), MAY_NO);
	assert_non_null(strstr(said, "has 9,102 unread messages"));
	lag->lag = value_error("refused");
	assert_int_equal(may(&j, PRECHECK_CLEAN_DISK, ORDERS, SECTION_DISK), MAY_UNKNOWN);

	c = row_of(j.snap, DEVICES, SECTION_CONNECTIONS, 0);
	c->connects_per_min = value_real(3, T0, 60 * NS_PER_S);
	assert_int_equal(may(&j, PRECHECK_PURGE_SESSIONS, DEVICES, SECTION_CONNECTIONS), MAY_YES);
	c->connects_per_min = value_real(900, T0, 60 * NS_PER_S);
	assert_int_equal(may(&j, PRECHECK_PURGE_SESSIONS, DEVICES, SECTION_CONNECTIONS), MAY_NO);
	c->connects_per_min = value_missing("not yet");
	assert_int_equal(may(&j, PRECHECK_PURGE_SESSIONS, DEVICES, SECTION_CONNECTIONS), MAY_UNKNOWN);
	assert_int_equal(may(&j, PRECHECK_RESTART_BROKER, ORDERS, SECTION_LAG), MAY_UNKNOWN);
	judged_release(&j);
}

/* Every command of the manual that is shipped, with names that want to be run: nothing of them is, neither here nor at
 * the other end of ssh. */
static void run_no_name(const char *lang)
{
	static const char *const hostile[] = {"a$(: >$MQ_PWNED)", "b`: >$MQ_PWNED`", "c';: >$MQ_PWNED;'", "d\" ;: >$MQ_PWNED; \"",
	    "e&& : >$MQ_PWNED", "f|: >$MQ_PWNED", "g > $MQ_PWNED", "$(: >$MQ_PWNED)"};
	static const char *const all[] = {"cluster", "broker", "host", "port", "group", "topic", "partition", "server",
	    "client", "path", "monitor", "url", "bootstrap"};
	char mark[] = "/tmp/mqduty-pwned-XXXXXX", script[16384];
	struct manual *m = manual_load(NULL, 0, lang, NULL);
	size_t commands = 0;

	close(mkstemp(mark));
	unlink(mark);
	setenv("MQ_PWNED", mark, 1);
	for (size_t i = 0; i < m->n_pages; i++) {
		for (size_t s = 0; s < m->pages[i].n_steps; s++) {
			const char *template = m->pages[i].steps[s].command, *missing = NULL;
			struct binding b;
			struct buf out;
			struct err err = {""};

			if (!template)
				continue;
			binding_init(&b);
			for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++)
				binding_set(&b, all[k], hostile[commands % (sizeof(hostile) / sizeof(hostile[0]))]);
			buf_init(&out, 12000);
			if (binding_command(&b, template, &out, &missing, &err))
				fail_msg("%s: %s", m->pages[i].path, err_msg(&err));
			snprintf(script, sizeof(script),
			    "ssh() { [ \"$1\" = -- ] && shift; shift; eval \"$*\"; }; PATH=/nonexistent; exec 2>/dev/null; %s", out.data);
			setenv("MQ_SCRIPT", script, 1);
			(void)!pclose(popen("exec </dev/null >/dev/null 2>&1; /bin/sh -c \"$MQ_SCRIPT\"", "r"));
			if (!access(mark, F_OK))
				fail_msg("%s runs a name: %s", m->pages[i].path, out.data);
			buf_release(&out);
			binding_release(&b);
			commands++;
		}
	}
	assert_true(commands > 50);
	manual_free(m);
}

static void ships_no_command_that_runs_a_name(void **state)
{
	(void)state;
	run_no_name("en");
	run_no_name("zh_CN");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(quotes_whatever_a_name_holds),
	    cmocka_unit_test(quotes_twice_for_ssh),
	    cmocka_unit_test(refuses_what_is_not_safe),
	    cmocka_unit_test(lints_commands),
	    cmocka_unit_test(ships_no_command_that_runs_a_name),
	    cmocka_unit_test(a_monitor_is_asked_as_it_is_configured),
	    cmocka_unit_test(binds_rows),
	    cmocka_unit_test(opens_what_a_page_names_and_nothing_else),
	    cmocka_unit_test(packs_any_name),
	    cmocka_unit_test(reaches_clusters_as_the_configuration_says),
	    cmocka_unit_test(says_whether_a_broker_may_go_down),
	    cmocka_unit_test(says_whether_a_server_may_go_down),
	    cmocka_unit_test(checks_the_other_harmful_steps),
	};

	i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
