#include "config/options.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "config/config.h"

#include <stdio.h>
#include <string.h>

static const struct option_choice languages[] = {{"auto", 0}, {"en", 1}, {"zh_CN", 2}, {NULL, 0}};

static const struct option_choice tiers[] = {
    {"prod", TIER_PROD}, {"staging", TIER_STAGING}, {"dev", TIER_DEV}, {NULL, 0}};

static const struct option_choice kinds[] = {
    {"kafka", KIND_KAFKA}, {"nats", KIND_NATS}, {"mqtt", KIND_MQTT}, {NULL, 0}};

static const struct option_choice flavors[] = {{"auto", 0}, {"mosquitto", 1}, {"emqx", 2},
    {"hivemq", 3}, {"vernemq", 4}, {"rabbitmq", 5}, {"nanomq", 6}, {"nats", 7}, {NULL, 0}};

#define IN(where, structure, field) .place = (where), .offset = offsetof(struct structure, field)
#define TOP(field) IN(AT_TOP, config, field)
#define CLUSTER(field) IN(AT_CLUSTER, cluster_conf, field)
#define COUNT(structure, field) .offset_n = offsetof(struct structure, field)

#define MILLISECONDS .scale = NS_PER_MS
#define NANOSECONDS .scale = 1

const struct option options[] = {
    {TOP(interval_ns), .name = "interval", .type = OPT_DURATION, NANOSECONDS, .def = "2s",
	.min = 500 * NS_PER_MS, .max = 600 * NS_PER_S, .example = "5s",
	.help = N_(
	    "How often the quickest values are asked for; every other period is scaled with it.")},
    {TOP(language), .name = "language", .type = OPT_WORD, .choices = languages, .def = "auto",
	.example = "zh_CN",
	.help = N_("The language of screens and reports; auto follows the environment. An engine that serves other dashboards words "
		   "the evidence they show: set it there, too.")},
    {TOP(state_dir), .name = "state_dir", .type = OPT_PATH,
	.def_help = N_("$XDG_STATE_HOME/mqduty, or ~/.local/state/mqduty"),
	.example = "/var/lib/mqduty",
	.help = N_("The folder for incidents, answers, history and the engine's socket; "
		   "group-writable on a shared bastion.")},
    {.place = AT_TOP,
	.name = "day",
	.type = OPT_OBJECT,
	.object = AT_DAY,
	.help = N_("When the day of the daily checklist begins.")},
    {TOP(clusters), COUNT(config, n_clusters), .name = "clusters", .type = OPT_OBJECTS,
	.object = AT_CLUSTER, .required = true, .help = N_("The clusters to watch.")},
    {TOP(rules), COUNT(config, n_rules), .name = "rules", .type = OPT_LIST, .item = OPT_PATH,
	.example = "[/etc/mqduty/rules.yaml]",
	.help = N_("Files with alert rules, read after the built-in ones.")},
    {TOP(manual), COUNT(config, n_manual), .name = "manual", .type = OPT_LIST, .item = OPT_PATH,
	.example = "[/etc/mqduty/manual]",
	.help = N_("Folders with pages of the fault manual, read after those that come with mqduty; a page of the same id takes the place of theirs.")},

    {TOP(backups), COUNT(config, n_backups), .name = "backups", .type = OPT_OBJECTS, .object = AT_BACKUP,
	.help = N_("What is backed up, for the weekly list: how old and how large it is is measured, whether it can be "
		   "restored is asked.")},
    {TOP(prices), COUNT(config, prices.set), .name = "prices", .type = OPT_OBJECT, .object = AT_PRICES,
	.help = N_("What things cost, for the monthly list.")},

    {IN(AT_BACKUP, backup_conf, name), .name = "name", .type = OPT_TEXT, .required = true, .max = 64,
	.example = "topics", .help = N_("What it is called in the list.")},
    {IN(AT_BACKUP, backup_conf, path), .name = "path", .type = OPT_PATH, .example = "/var/backups/kafka",
	.help = N_("A file, or a folder in which the newest file or folder counts.")},
    {IN(AT_BACKUP, backup_conf, command), .name = "command", .type = OPT_COMMAND,
	.example = "[/usr/local/bin/backup-is-good, kafka]",
	.help = N_("In place of path: a program that only reads, and ends with 0 where the backup is good. It is run without "
		   "a shell, when the list is looked at, at most every 10 minutes, for at most 30 s.")},
    {IN(AT_BACKUP, backup_conf, max_age_ns), .name = "max_age", .type = OPT_DURATION, NANOSECONDS, .def = "7d",
	.min = 60 * NS_PER_S, .max = 366 * 86400 * NS_PER_S, .example = "26h", .help = N_("How old it may be.")},
    {IN(AT_BACKUP, backup_conf, min_size), .name = "min_size", .type = OPT_SIZE, .min = 1, .max = 1LL << 60, .def = "1",
	.example = "10MiB", .help = N_("How large it is at least.")},

    {IN(AT_PRICES, price_conf, currency), .name = "currency", .type = OPT_TEXT, .max = 16, .required = true,
	.example = "EUR", .help = N_("What the prices are in.")},
    {IN(AT_PRICES, price_conf, storage), .name = "storage", .type = OPT_REAL, .example = "0.12",
	.help = N_("Of a GiB that is kept on the brokers' disks, a month.")},
    {IN(AT_PRICES, price_conf, traffic), .name = "traffic", .type = OPT_REAL, .example = "0.01",
	.help = N_("Of a GiB that goes in or out.")},
    {IN(AT_PRICES, price_conf, broker), .name = "broker", .type = OPT_REAL, .example = "220",
	.help = N_("Of the machine of a broker, a month.")},
    {IN(AT_PRICES, price_conf, budget), .name = "budget", .type = OPT_REAL, .example = "2500",
	.help = N_("What all of it may cost a month; more is WARN.")},

    {IN(AT_DAY, config, day_tz), .name = "tz", .type = OPT_TEXT, .def = "local", .example = "UTC",
	.help = N_("The time zone: local, or a zone name.")},
    {IN(AT_DAY, config, day_starts), .name = "starts", .type = OPT_TIME_OF_DAY, .def = "00:00",
	.example = "\"08:00\"", .help = N_("The time at which the day begins.")},

    {CLUSTER(name), .name = "name", .type = OPT_TEXT, .required = true, .max = 64,
	.example = "orders",
	.help = N_("What the cluster is called on screen and in reports; unique.")},
    {CLUSTER(kind), .name = "kind", .type = OPT_ENUM, .choices = kinds, .required = true,
	.example = "kafka", .help = N_("The family of brokers.")},
    {CLUSTER(tier), .name = "tier", .type = OPT_ENUM, .choices = tiers, .example = "prod",
	.help = N_("How much depends on it; prod is said in words on screen.")},
    {CLUSTER(timeout_ms), .name = "timeout", .type = OPT_DURATION, MILLISECONDS, .def = "5s",
	.min = 100 * NS_PER_MS, .max = 300 * NS_PER_S, .example = "10s",
	.help = N_("How long one answer may take; a target that needs longer is CRIT.")},
    {CLUSTER(address_map), COUNT(cluster_conf, n_address_map), .name = "address_map",
	.type = OPT_ADDRESS_MAP, .example = "{\"kafka-2.int:9092\": \"127.0.0.1:19092\"}",
	.help = N_("Where to connect in place of an address that a broker advertises, as host:port "
		   "to host:port.")},
    {CLUSTER(via), .name = "via", .type = OPT_COMMAND, .example = "[ssh, -W, \"%h:%p\", jump]",
	.help = N_(
	    "A program that connects its standard input and output to the host %h and port %p.")},
    {CLUSTER(disks), COUNT(cluster_conf, n_disks), .name = "disk", .type = OPT_OBJECTS,
	.object = AT_DISK, .help = N_("Volumes whose use is watched.")},
    {CLUSTER(logs), COUNT(cluster_conf, n_logs), .name = "logs", .type = OPT_OBJECTS,
	.object = AT_LOG, .help = N_("Broker logs in which errors are counted.")},
    {CLUSTER(exporters), COUNT(cluster_conf, n_exporters), .name = "exporters", .type = OPT_LIST,
	.item = OPT_URL, .schemes = "http https", .example = "[\"http://127.0.0.1:7071/metrics\"]",
	.help =
	    N_("Prometheus, jmx_exporter or Jolokia addresses with more values of this cluster.")},
    {CLUSTER(exporter_names), COUNT(cluster_conf, n_exporter_names), .name = "exporter_names", .type = OPT_MAP,
	.kinds = KAFKA_ONLY, .example = "{active_controller: \"kafka_controller_active{job=kafka}\"}",
	.help = N_("What figures are called in your exporters, as name or name{label=value}: active_controller, "
		   "produce_p99_ms, fetch_p99_ms, follower_p99_ms, network_idle_percent, handler_idle_percent, "
		   "jmx_under_replicated, jmx_offline_partitions, offline_log_dirs.")},
    {CLUSTER(waives), COUNT(cluster_conf, n_waives), .name = "waive", .type = OPT_OBJECTS,
	.object = AT_WAIVE,
	.help = N_(
	    "Checklist items that are not judged here until a date; they are counted on screen.")},
    {CLUSTER(contacts), COUNT(cluster_conf, n_contacts), .name = "contacts", .type = OPT_LIST,
	.item = OPT_TEXT, .example = "[\"platform duty: +1 555 0100\"]",
	.help = N_("Whom to call; shown with an incident.")},
    {CLUSTER(tls), COUNT(cluster_conf, tls.set), .name = "tls", .type = OPT_OBJECT,
	.object = AT_TLS, .kinds = NATS_ONLY | MQTT_ONLY,
	.help = N_("Certificates for TLS; for Kafka they are ssl.* properties.")},
    {CLUSTER(username), .name = "username", .type = OPT_TEXT, .kinds = MQTT_ONLY, .example = "duty",
	.help = N_("The user that mqduty logs in as.")},
    {CLUSTER(password), .name = "password", .type = OPT_REFUSED,
	.help = N_("a password does not belong in this file: use password_command, password_file "
		   "or password_env")},
    {CLUSTER(password.command), .name = "password_command", .type = OPT_COMMAND,
	.kinds = KAFKA_ONLY | MQTT_ONLY, .example = "[pass, show, kafka/duty]",
	.help = N_("A program that prints the password; run once, without a shell, before the "
		   "screen starts.")},
    {CLUSTER(password.file), .name = "password_file", .type = OPT_PATH,
	.kinds = KAFKA_ONLY | MQTT_ONLY, .example = "/etc/mqduty/password",
	.help = N_("A file that holds the password, with mode 0600.")},
    {CLUSTER(password.env), .name = "password_env", .type = OPT_TEXT,
	.kinds = KAFKA_ONLY | MQTT_ONLY, .example = "KAFKA_PASSWORD",
	.help = N_("The name of an environment variable that holds the password.")},
    {CLUSTER(allow_plaintext_password), .name = "allow_plaintext_password", .type = OPT_BOOL,
	.def = "false", .example = "true",
	.help = N_("Accept that the password crosses the network unencrypted.")},

    {CLUSTER(bootstrap), COUNT(cluster_conf, n_bootstrap), .name = "bootstrap", .type = OPT_LIST,
	.item = OPT_HOST_PORT, .kinds = KAFKA_ONLY, .required = true,
	.example = "[\"kafka-1:9092\", \"kafka-2:9092\"]", .help = N_("Brokers to ask first.")},
    {CLUSTER(expected_brokers), .name = "expected_brokers", .type = OPT_INT, .kinds = KAFKA_ONLY,
	.min = 1, .max = 10000, .example = "3",
	.help =
	    N_("How many brokers there should be; without it a missing broker may go unnoticed.")},
    {CLUSTER(properties), COUNT(cluster_conf, n_properties), .name = "properties", .type = OPT_MAP,
	.kinds = KAFKA_ONLY, .example = "{security.protocol: SSL}",
	.help = N_(
	    "Connection settings in librdkafka's names; what would not be honoured is refused.")},
    {CLUSTER(command_config), .name = "command_config", .type = OPT_PATH, .kinds = KAFKA_ONLY,
	.example = "/etc/kafka/duty.properties",
	.help = N_("A properties file of your own that the commands of the manual name (--command-config), where the "
		   "cluster asks for TLS or a password; mqduty never reads it.")},
    {.place = AT_CLUSTER,
	.name = "groups",
	.type = OPT_OBJECT,
	.object = AT_GROUPS,
	.kinds = KAFKA_ONLY,
	.help = N_("Which consumer groups are watched.")},
    {CLUSTER(zookeeper), COUNT(cluster_conf, n_zookeeper), .name = "zookeeper", .type = OPT_LIST,
	.item = OPT_HOST_PORT, .kinds = KAFKA_ONLY, .example = "[\"zk-1:2181\"]",
	.help = N_("The ZooKeeper ensemble, where the cluster still has one.")},

    {CLUSTER(monitor), COUNT(cluster_conf, n_monitor), .name = "monitor", .type = OPT_LIST,
	.item = OPT_URL, .schemes = "http https", .kinds = NATS_ONLY,
	.example = "[\"http://127.0.0.1:8222\"]",
	.help = N_("The HTTP monitoring address of every server.")},
    {.place = AT_CLUSTER,
	.name = "system",
	.type = OPT_OBJECT,
	.object = AT_SYSTEM,
	.kinds = NATS_ONLY,
	.help = N_("The system account: finds servers and tells of events.")},
    {CLUSTER(expected_nodes), .name = "expected_nodes", .type = OPT_INT, .kinds = NATS_ONLY,
	.min = 1, .max = 10000, .example = "3", .help = N_("How many servers there should be.")},
    {CLUSTER(memory_limit), .name = "memory_limit", .type = OPT_SIZE, .kinds = NATS_ONLY,
	.min = 1 << 20, .max = 1LL << 50, .example = "512MiB",
	.help = N_("What one server may use; MemoryUsage is judged against it.")},

    {CLUSTER(flavor), .name = "flavor", .type = OPT_WORD, .kinds = MQTT_ONLY, .choices = flavors,
	.def = "auto", .example = "mosquitto", .help = N_("The broker's make; auto finds out.")},
    {CLUSTER(url), .name = "url", .type = OPT_URL, .schemes = "mqtt mqtts", .kinds = MQTT_ONLY,
	.example = "\"mqtt://127.0.0.1:1883\"",
	.help = N_("The broker's address; mqtts:// for TLS.")},
    {CLUSTER(max_connections), .name = "max_connections", .type = OPT_INT, .kinds = MQTT_ONLY,
	.min = 1, .max = 100000000, .example = "1000",
	.help = N_("How many clients one broker takes; ConnectedClients is judged against it.")},
    {CLUSTER(anonymous_check), .name = "anonymous_check", .type = OPT_BOOL, .kinds = MQTT_ONLY, .def = "true",
	.example = "false",
	.help = N_("Where mqduty logs in: whether it tries, every 10 minutes, if the broker takes a client without a name "
		   "as well. The connection ends with the answer; the broker logs it as a refused login.")},
    {CLUSTER(brokers), COUNT(cluster_conf, n_brokers), .name = "brokers", .type = OPT_OBJECTS,
	.object = AT_MQTT_BROKER, .kinds = MQTT_ONLY,
	.help = N_("The brokers one by one, where there are several or they differ.")},

    {.place = AT_CLUSTER,
	.name = "canary",
	.type = OPT_OBJECT,
	.object = AT_CANARY,
	.help = N_("What mqduty-canary, a program of its own, may write to in order to measure how long messages take; "
		   "mqduty itself only reads its figures.")},

    {IN(AT_CANARY, cluster_conf, canary.topic), .name = "topic", .type = OPT_TEXT, .required = true, .max = 128,
	.example = "mqduty-canary",
	.help = N_("A topic (NATS: a subject) that was made for the canary alone; in Kafka, with a partition for each "
		   "broker.")},
    {IN(AT_CANARY, cluster_conf, canary.every_ms), .name = "every", .type = OPT_DURATION, MILLISECONDS, .def = "2s",
	.min = 100 * NS_PER_MS, .max = 600 * NS_PER_S, .example = "10s",
	.help = N_("How often a message is sent through each broker.")},
    {IN(AT_CANARY, cluster_conf, canary.figures), .name = "figures", .type = OPT_PATH,
	.def_help = N_("canary-CLUSTER.prom in state_dir"), .example = "/var/lib/mqduty/canary-orders.prom",
	.help = N_("The file in which the canary leaves its figures, in Prometheus text.")},
    {IN(AT_CANARY, cluster_conf, canary.servers), COUNT(cluster_conf, canary.n_servers), .name = "servers",
	.type = OPT_LIST, .item = OPT_URL, .schemes = "nats tls", .example = "[\"nats://127.0.0.1:4222\"]",
	.help = N_("NATS: the client address of every server.")},
    {IN(AT_CANARY, cluster_conf, canary.user), .name = "user", .type = OPT_TEXT, .example = "canary",
	.help = N_("NATS: a user who may use that subject and nothing else.")},
    {IN(AT_CANARY, cluster_conf, canary.creds), .name = "creds", .type = OPT_PATH, .example = "/etc/mqduty/canary.creds",
	.help = N_("NATS: a credentials file with JWT and seed.")},
    {IN(AT_CANARY, cluster_conf, canary.password), .name = "password", .type = OPT_REFUSED,
	.help = N_("a password does not belong in this file: use password_command, password_file "
		   "or password_env")},
    {IN(AT_CANARY, cluster_conf, canary.password.command), .name = "password_command", .type = OPT_COMMAND,
	.example = "[pass, show, nats/canary]",
	.help = N_("A program that prints the password; run once, without a shell, before the "
		   "screen starts.")},
    {IN(AT_CANARY, cluster_conf, canary.password.file), .name = "password_file", .type = OPT_PATH,
	.example = "/etc/mqduty/password",
	.help = N_("A file that holds the password, with mode 0600.")},
    {IN(AT_CANARY, cluster_conf, canary.password.env), .name = "password_env", .type = OPT_TEXT,
	.example = "NATS_CANARY_PASSWORD",
	.help = N_("The name of an environment variable that holds the password.")},
    {IN(AT_CANARY, cluster_conf, canary.tls), COUNT(cluster_conf, canary.tls.set), .name = "tls", .type = OPT_OBJECT,
	.object = AT_TLS, .help = N_("NATS: certificates for this connection.")},

    {IN(AT_GROUPS, cluster_conf, groups_include), COUNT(cluster_conf, n_groups_include),
	.name = "include", .type = OPT_LIST, .item = OPT_TEXT, .example = "[\"*\"]",
	.help = N_("Globs of the groups to watch; without it, all.")},
    {IN(AT_GROUPS, cluster_conf, groups_exclude), COUNT(cluster_conf, n_groups_exclude),
	.name = "exclude", .type = OPT_LIST, .item = OPT_TEXT, .example = "[\"tmp-*\"]",
	.help = N_("Globs of the groups to leave out.")},

    {IN(AT_SYSTEM, cluster_conf, sys.url), .name = "url", .type = OPT_URL, .schemes = "nats tls",
	.required = true, .example = "\"nats://127.0.0.1:4222\"",
	.help = N_("A server's client address.")},
    {IN(AT_SYSTEM, cluster_conf, sys.user), .name = "user", .type = OPT_TEXT, .example = "sys",
	.help = N_("A user of the system account.")},
    {IN(AT_SYSTEM, cluster_conf, sys.creds), .name = "creds", .type = OPT_PATH,
	.example = "/etc/mqduty/sys.creds", .help = N_("A credentials file with JWT and seed.")},
    {IN(AT_SYSTEM, cluster_conf, sys.nkey), .name = "nkey", .type = OPT_PATH,
	.example = "/etc/mqduty/sys.nk", .help = N_("A file with an NKey seed.")},
    {IN(AT_SYSTEM, cluster_conf, sys.password), .name = "password", .type = OPT_REFUSED,
	.help = N_("a password does not belong in this file: use password_command, password_file "
		   "or password_env")},
    {IN(AT_SYSTEM, cluster_conf, sys.password.command), .name = "password_command",
	.type = OPT_COMMAND, .example = "[pass, show, nats/sys]",
	.help = N_("A program that prints the password; run once, without a shell, before the "
		   "screen starts.")},
    {IN(AT_SYSTEM, cluster_conf, sys.password.file), .name = "password_file", .type = OPT_PATH,
	.example = "/etc/mqduty/password",
	.help = N_("A file that holds the password, with mode 0600.")},
    {IN(AT_SYSTEM, cluster_conf, sys.password.env), .name = "password_env", .type = OPT_TEXT,
	.example = "NATS_SYS_PASSWORD",
	.help = N_("The name of an environment variable that holds the password.")},
    {IN(AT_SYSTEM, cluster_conf, sys.tls), COUNT(cluster_conf, sys.tls.set), .name = "tls",
	.type = OPT_OBJECT, .object = AT_TLS, .help = N_("Certificates for this connection.")},

    {IN(AT_TLS, tls_conf, ca), .name = "ca", .type = OPT_PATH, .example = "/etc/mqduty/ca.pem",
	.help = N_(
	    "The authority that signed the broker's certificate; without it, those of this host.")},
    {IN(AT_TLS, tls_conf, cert), .name = "cert", .type = OPT_PATH,
	.example = "/etc/mqduty/duty.pem", .help = N_("The certificate that mqduty shows.")},
    {IN(AT_TLS, tls_conf, key), .name = "key", .type = OPT_PATH, .example = "/etc/mqduty/duty.key",
	.help = N_("The key of that certificate.")},

    {IN(AT_DISK, disk_conf, broker), .name = "broker", .type = OPT_TEXT, .example = "\"1\"",
	.help = N_("The broker whose volume it is: id or name.")},
    {IN(AT_DISK, disk_conf, path), .name = "path", .type = OPT_ABS_PATH, .required = true,
	.example = "/var/lib/kafka", .help = N_("A path on the volume.")},
    {IN(AT_DISK, disk_conf, local), .name = "local", .type = OPT_BOOL, .def = "false",
	.example = "true",
	.help = N_("The path is on this host, although the broker's address does not show it.")},

    {IN(AT_LOG, log_conf, broker), .name = "broker", .type = OPT_TEXT, .example = "\"1\"",
	.help = N_("The broker whose log it is: id or name.")},
    {IN(AT_LOG, log_conf, path), .name = "path", .type = OPT_PATH,
	.example = "/var/log/kafka/server.log", .help = N_("The log file, on this host.")},
    {IN(AT_LOG, log_conf, command), .name = "command", .type = OPT_COMMAND,
	.example = "[ssh, kafka-1, tail, -F, /var/log/kafka/server.log]",
	.help = N_("A program that prints the log as it grows.")},

    {IN(AT_WAIVE, waive_conf, item), .name = "item", .type = OPT_TEXT, .required = true,
	.example = "error-logs", .help = N_("The checklist item.")},
    {IN(AT_WAIVE, waive_conf, until), .name = "until", .type = OPT_DATE, .required = true,
	.example = "2099-01-31", .help = N_("The last day on which it is waived.")},
    {IN(AT_WAIVE, waive_conf, reason), .name = "reason", .type = OPT_TEXT, .required = true,
	.example = "\"no access to the logs yet\"", .help = N_("Why; shown with the item.")},

    {IN(AT_MQTT_BROKER, mqtt_broker_conf, name), .name = "name", .type = OPT_TEXT, .required = true,
	.max = 64, .example = "edge-1",
	.help = N_("What the broker is called on screen; unique in its cluster.")},
    {IN(AT_MQTT_BROKER, mqtt_broker_conf, url), .name = "url", .type = OPT_URL,
	.schemes = "mqtt mqtts", .example = "\"mqtt://10.0.0.5:1883\"",
	.help = N_("Its address; without it, the cluster's.")},
    {IN(AT_MQTT_BROKER, mqtt_broker_conf, max_connections), .name = "max_connections",
	.type = OPT_INT, .min = 1, .max = 100000000, .example = "5000",
	.help = N_("How many clients it takes; without it, the cluster's.")},
};

const size_t n_options = sizeof(options) / sizeof(options[0]);

static const struct {
	const char *title;
	size_t size;
} places[N_PLACES] = {
    [AT_TOP] = {N_("the file"), sizeof(struct config)},
    [AT_DAY] = {N_("day"), sizeof(struct config)},
    [AT_CLUSTER] = {N_("cluster"), sizeof(struct cluster_conf)},
    [AT_GROUPS] = {N_("groups"), sizeof(struct cluster_conf)},
    [AT_SYSTEM] = {N_("system"), sizeof(struct cluster_conf)},
    [AT_TLS] = {N_("tls"), sizeof(struct tls_conf)},
    [AT_DISK] = {N_("disk entry"), sizeof(struct disk_conf)},
    [AT_LOG] = {N_("logs entry"), sizeof(struct log_conf)},
    [AT_WAIVE] = {N_("waive entry"), sizeof(struct waive_conf)},
    [AT_CANARY] = {N_("canary"), sizeof(struct cluster_conf)},
    [AT_BACKUP] = {N_("backups entry"), sizeof(struct backup_conf)},
    [AT_PRICES] = {N_("prices"), sizeof(struct price_conf)},
    [AT_MQTT_BROKER] = {N_("brokers entry"), sizeof(struct mqtt_broker_conf)},
};

static const char *const type_names[N_OPTION_TYPES] = {
    [OPT_TEXT] = N_("text"),
    [OPT_INT] = N_("number"),
    [OPT_REAL] = N_("number"),
    [OPT_BOOL] = N_("true or false"),
    [OPT_DURATION] = N_("duration"),
    [OPT_SIZE] = N_("size"),
    [OPT_WORD] = N_("word"),
    [OPT_ENUM] = N_("word"),
    [OPT_DATE] = N_("date"),
    [OPT_TIME_OF_DAY] = N_("time of day"),
    [OPT_URL] = N_("URL"),
    [OPT_HOST_PORT] = N_("host:port"),
    [OPT_PATH] = N_("path"),
    [OPT_ABS_PATH] = N_("absolute path"),
    [OPT_LIST] = N_("list"),
    [OPT_COMMAND] = N_("command: a list of program and arguments"),
    [OPT_MAP] = N_("mapping of text to text"),
    [OPT_ADDRESS_MAP] = N_("mapping of host:port to host:port"),
    [OPT_OBJECT] = N_("mapping"),
    [OPT_OBJECTS] = N_("list of mappings"),
    [OPT_REFUSED] = N_("refused"),
};

const struct option *option_find(enum option_place place, const char *name)
{
	for (size_t i = 0; i < n_options; i++) {
		if (options[i].place == place && !strcmp(options[i].name, name))
			return &options[i];
	}
	return NULL;
}

const char *option_guess(enum option_place place, unsigned of_kinds, const char *name)
{
	const char *best = NULL;
	unsigned least = (unsigned)strlen(name) / 3 + 1;

	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];
		unsigned far;

		if (o->place != place || o->type == OPT_REFUSED ||
		    (o->kinds && of_kinds && !(o->kinds & of_kinds)))
			continue;
		far = text_distance(name, o->name);
		if (far <= least && (!best || far < least)) {
			best = o->name;
			least = far;
		}
	}
	return best;
}

size_t place_size(enum option_place place)
{
	return places[place].size;
}

const char *place_title(enum option_place place)
{
	return places[place].title;
}

const char *option_type_name(enum option_type type)
{
	return type_names[type];
}

char *option_kinds(char *out, size_t size, unsigned of_kinds)
{
	size_t at = 0;

	out[0] = '\0';
	for (int k = KIND_KAFKA; k <= KIND_MQTT; k++) {
		if (!(of_kinds & 1u << k) || at >= size)
			continue;
		at += (size_t)snprintf(out + at, size - at, "%s%s", at ? _(" or ") : "",
		    kind_name((enum broker_kind)k));
	}
	return out;
}

static char *limit(const struct option *o, char *out, size_t size, int64_t n)
{
	if (o->type == OPT_SIZE)
		return fmt_bytes(out, size, n);
	if (o->type == OPT_DURATION && n < NS_PER_S)
		snprintf(out, size, "%lldms", (long long)(n / NS_PER_MS));
	else if (o->type == OPT_DURATION)
		fmt_duration(out, size, n);
	else
		snprintf(out, size, "%lld", (long long)n);
	return out;
}

char *option_range(const struct option *o, char *out, size_t size)
{
	char least[FMT_MAX], most[FMT_MAX];

	out[0] = '\0';
	if (o->max && o->type != OPT_TEXT)
		snprintf(out, size, _("%s to %s"), limit(o, least, sizeof(least), o->min),
		    limit(o, most, sizeof(most), o->max));
	return out;
}
