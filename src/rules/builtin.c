#include "base/i18n.h"
#include "rules/rule.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
#define MINUTES(n) ((n) * 60)

/* Causes, the strongest first. */
#define UNDER_CLUSTER {{"ClusterUnreachable", FOLD_CLUSTER}}
#define UNDER_BROKER {{"ClusterUnreachable", FOLD_CLUSTER}, {"BrokerDown", FOLD_BROKER}}
/* clang-format on */

/*
 * The rules, the most urgent first: the order of alerts that are equally bad.
 * Thresholds are those of the guide's §4.2; scopes, times and causes those of
 * the design.
 */
const struct rule_def rule_defs[] = {
    {
	.name = "ClusterUnreachable",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_ALL,
	.section = SECTION_CLUSTER,
	.threshold = "<1",
	.recover_factor = 1,
	.action = N_(
	    "Find out whether the brokers or the path to them failed: try one from another host."),
	.manual = "cluster-unreachable",
	.read = read_unreachable,
    },
    {
	.name = "OfflinePartitions",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_KAFKA,
	.section = SECTION_PARTITIONS,
	.threshold = ">0",
	.recover_factor = 1,
	.clear_s = 30,
	.action = N_("Bring back the brokers that hold these partitions; "
		     "allow an unclean election only if losing data is acceptable."),
	.manual = "offline-partitions",
	.read = read_offline,
    },
    {
	.name = "UnderMinISR",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_KAFKA,
	.section = SECTION_PARTITIONS,
	.threshold = ">0",
	.recover_factor = 1,
	.clear_s = 30,
	.action = N_("Producers with acks=all are refused now: bring replicas back, restart no "
		     "further broker."),
	.manual = "under-min-isr",
	.read = read_under_min_isr,
    },
    {
	.name = "BrokerDown",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_ALL,
	.section = SECTION_BROKERS,
	.threshold = "<1",
	.recover_factor = 1,
	.folds = UNDER_CLUSTER,
	.action = N_("Look at the broker's process, its log and its host; then start it again."),
	.manual = "broker-down",
	.read = read_broker_down,
    },
    {
	.name = "DataExpiring",
	.item = "consumer-lag",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_KAFKA | ON_NATS,
	.section = SECTION_LAG,
	.metric = METRIC_IS_SECONDS,
	.threshold = "<1h",
	.recover_factor = 0.8,
	.clear_s = MINUTES(2),
	.folds = UNDER_CLUSTER,
	.action = N_("Unread data is about to be deleted: bring the consumers back or lengthen the "
		     "retention."),
	.manual = "data-expiring",
	.read = read_expiring,
    },
    {
	.name = "GroupStalled",
	.item = "consumer-lag",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_KAFKA | ON_NATS,
	.section = SECTION_LAG,
	.metric = METRIC_IS_SECONDS,
	.threshold = ">10m",
	.recover_factor = 0,
	.clear_s = MINUTES(2),
	.window_s = MINUTES(10),
	.folds = {{"ClusterUnreachable", FOLD_CLUSTER}, {"OfflinePartitions", FOLD_TOPIC}},
	.action = N_("Messages arrive but nothing is committed: look whether a consumer runs and "
		     "what it waits for."),
	.manual = "group-stalled",
	.read = read_stalled,
    },
    {
	.name = "UnderReplicatedPartitions",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_KAFKA,
	.section = SECTION_PARTITIONS,
	.threshold = ">0",
	.for_s = MINUTES(5),
	.recover_factor = 1,
	.clear_s = MINUTES(2),
	.folds = UNDER_BROKER,
	.action = N_("Check that all brokers run and that their disks have space."),
	.manual = "under-replicated",
	.read = read_under_replicated,
    },
    {
	.name = "ActiveControllerCount",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_KAFKA,
	.section = SECTION_CLUSTER,
	.threshold = "!=1",
	.for_s = 30,
	.recover_factor = 1,
	.clear_s = 60,
	.folds = UNDER_CLUSTER,
	.action =
	    N_("Check that the brokers reach ZooKeeper, or the KRaft controllers each other."),
	.manual = "active-controller",
	.read = read_controllers,
    },
    {
	.name = "NoMetaLeader",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_NATS,
	.section = SECTION_CLUSTER,
	.threshold = "!=1",
	.for_s = 30,
	.recover_factor = 1,
	.clear_s = 60,
	.folds = UNDER_CLUSTER,
	.action = N_("JetStream, or a stream, has no leader that all agree on: bring a majority of its servers back."),
	.manual = "no-meta-leader",
	.read = read_meta_leader,
    },
    {
	.name = "Routes",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_NATS,
	.section = SECTION_ROUTES,
	.of = "expected_nodes",
	.threshold = "<expected_nodes-1",
	.for_s = 30,
	.recover_factor = 1,
	.clear_s = 60,
	.gone_needs_all = true,
	.folds = UNDER_BROKER,
	.action = N_("Check for a network partition or a node that is down."),
	.manual = "routes",
	.read = read_routes,
    },
    {
	.name = "ConsumerLag",
	.item = "consumer-lag",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_KAFKA | ON_NATS,
	.section = SECTION_LAG,
	.threshold = ">10000",
	.recover_factor = 0.8,
	.clear_s = MINUTES(2),
	.window_s = MINUTES(5),
	.folds = {{"OfflinePartitions", FOLD_TOPIC}},
	.action = N_("Add consumer instances or make the processing of each message cheaper."),
	.manual = "consumer-lag",
	.read = read_lag,
    },
    {
	.name = "ReconnectStorm",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_MQTT,
	.section = SECTION_CONNECTIONS,
	.metric = METRIC_IS_PERCENT,
	.threshold = ">=50%",
	.warn = ">=10%",
	.for_s = 60,
	.recover_factor = 0.5,
	.clear_s = MINUTES(2),
	.folds = UNDER_BROKER,
	.action = N_("Many clients connect again and again: look whether they are refused or take "
		     "each other's client id, and spread their reconnecting."),
	.manual = "reconnect-storm",
	.read = read_storm,
    },
    {
	.name = "ConnectedClients",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_MQTT,
	.section = SECTION_CONNECTIONS,
	.of = "max_connections",
	.threshold = ">80% max_connections",
	.for_s = MINUTES(2),
	.recover_factor = 1,
	.recover_points = 5,
	.clear_s = MINUTES(5),
	.folds = UNDER_BROKER,
	.action = N_("Add broker nodes."),
	.manual = "connected-clients",
	.read = read_clients,
    },
    {
	.name = "MessageDropRate",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_MQTT,
	.section = SECTION_CONNECTIONS,
	.metric = METRIC_IS_PERCENT,
	.threshold = ">0.1%",
	.for_s = MINUTES(5),
	.recover_factor = 0.5,
	.clear_s = MINUTES(10),
	.window_s = MINUTES(5),
	.folds = UNDER_BROKER,
	.action = N_("Check the QoS settings and the storage space."),
	.manual = "message-drop-rate",
	.read = read_drop_rate,
    },
    {
	.name = "SlowConsumers",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_NATS,
	.section = SECTION_CONNECTIONS,
	.threshold = ">10",
	.warn = ">=1",
	.recover_factor = 0,
	.clear_s = MINUTES(15),
	.window_s = MINUTES(10),
	.folds = UNDER_BROKER,
	.action = N_("Make the consumers faster or adjust max_pending_msgs."),
	.manual = "slow-consumers",
	.read = read_slow_consumers,
    },
    {
	.name = "DiskFillingFast",
	.item = "disk-usage",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_ALL,
	.section = SECTION_DISK,
	.metric = METRIC_IS_SECONDS,
	.threshold = "<4h",
	.warn = "<24h",
	.for_s = MINUTES(60),
	.recover_factor = 0.8,
	.clear_s = MINUTES(15),
	.window_s = MINUTES(360),
	.folds = UNDER_BROKER,
	.action = N_("Find out what is written so fast; make room or lengthen the disk before it "
		     "is full."),
	.manual = "disk-filling",
	.read = read_filling,
    },
    {
	.name = "SourceLost",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_ALL,
	.section = SECTION_CLUSTER,
	.metric = METRIC_IS_SECONDS,
	.threshold = ">5m",
	.recover_factor = 1,
	.folds = UNDER_CLUSTER,
	.action = N_("Nothing was heard from this source: press R; if that changes nothing, "
		     "restart mqduty."),
	.manual = "source-lost",
	.read = read_source_lost,
    },
    {
	.name = "DiskUsage",
	.item = "disk-usage",
	.severity = SEVERITY_WARNING,
	.kinds = ON_ALL,
	.section = SECTION_DISK,
	.metric = METRIC_IS_PERCENT,
	.threshold = ">70%",
	.for_s = MINUTES(15),
	.recover_factor = 1,
	.recover_points = 3,
	.folds = UNDER_BROKER,
	.action = N_("Clean up old logs or enlarge the disk."),
	.manual = "disk-usage",
	.read = read_disk,
    },
    {
	.name = "MemoryUsage",
	.severity = SEVERITY_WARNING,
	.kinds = ON_NATS,
	.section = SECTION_BROKERS,
	.metric = METRIC_IS_PERCENT,
	.threshold = ">80%",
	.mean_s = MINUTES(5),
	.for_s = MINUTES(10),
	.recover_factor = 1,
	.recover_points = 5,
	.clear_s = MINUTES(10),
	.folds = UNDER_BROKER,
	.action = N_("Limit the number of connections or add nodes."),
	.manual = "memory-usage",
	.read = read_memory,
    },
    {
	.name = "NetworkLatency",
	.item = "network-latency",
	.severity = SEVERITY_WARNING,
	.kinds = ON_ALL,
	.section = SECTION_BROKERS,
	.metric = METRIC_IS_MS,
	.threshold = ">50ms",
	.for_s = MINUTES(5),
	.recover_factor = 0.8,
	.clear_s = MINUTES(5),
	.folds = UNDER_BROKER,
	.action = N_("Check the network between this host and the broker."),
	.manual = "network-latency",
	.read = read_latency,
    },
    {
	.name = "KeepAliveTimeout",
	.severity = SEVERITY_WARNING,
	.kinds = ON_MQTT,
	.section = SECTION_CONNECTIONS,
	.metric = METRIC_IS_PERCENT,
	.threshold = ">5%",
	.recover_factor = 0.6,
	.clear_s = MINUTES(15),
	.window_s = MINUTES(15),
	.folds = {{"ClusterUnreachable", FOLD_CLUSTER}, {"BrokerDown", FOLD_BROKER},
	    {"ReconnectStorm", FOLD_BROKER}},
	.action = N_("Adjust the keep-alive interval."),
	.manual = "keepalive-timeout",
	.read = read_keepalive,
    },
    {
	.name = "SubscriptionExplosion",
	.severity = SEVERITY_WARNING,
	.kinds = ON_MQTT,
	.section = SECTION_BROKERS,
	.metric = METRIC_IS_PERCENT,
	.threshold = ">20%",
	.recover_factor = 0.5,
	.clear_s = MINUTES(5),
	.window_s = MINUTES(15),
	.folds = UNDER_BROKER,
	.action = N_("Find the clients that subscribe more and more topics; each subscription costs "
		     "memory and every message has to be matched with it."),
	.manual = "subscription-explosion",
	.read = read_subscriptions,
    },
    {
	.name = "CertificateExpiring",
	.severity = SEVERITY_CRITICAL,
	.kinds = ON_ALL,
	.section = SECTION_BROKERS,
	.metric = METRIC_IS_SECONDS,
	.threshold = "<7d",
	.warn = "<30d",
	.recover_factor = 1,
	.folds = UNDER_BROKER,
	.action = N_("Renew the certificate before it expires: after that nobody can connect."),
	.manual = "certificate-expiring",
	.read = read_certificate,
    },
};

const size_t n_rule_defs = sizeof(rule_defs) / sizeof(rule_defs[0]);

int rule_parse_threshold(
    const struct rule_def *def, const char *text, struct threshold *t, struct err *err)
{
	static const enum threshold_unit fits[] = {
	    [METRIC_IS_COUNT] = UNITS_NONE,
	    [METRIC_IS_PERCENT] = UNITS_PERCENT,
	    [METRIC_IS_MS] = UNITS_SECONDS,
	    [METRIC_IS_SECONDS] = UNITS_SECONDS,
	    [METRIC_IS_BYTES] = UNITS_BYTES,
	};

	if (threshold_parse(t, text, err))
		return err_prefix(err, _("rule %s"), def->name);
	if (t->unit == UNITS_PERCENT && def->of && !t->name[0]) {
		t->share = true;
		snprintf(t->name, sizeof(t->name), "%s", def->of);
	}
	if (t->name[0] && (!def->of || strcmp(t->name, def->of)))
		return err_set(err, _("rule %s: threshold \"%s\": %s is not known here%s%s"),
		    def->name, text, t->name, def->of ? _("; it may name ") : "",
		    def->of ? def->of : "");
	if (t->unit != UNITS_NONE && !t->share && t->unit != fits[def->metric])
		return err_set(err,
		    _("rule %s: threshold \"%s\" has a unit that does not fit what it judges"),
		    def->name, text);
	if (t->unit == UNITS_SECONDS && def->metric == METRIC_IS_MS)
		t->high *= 1000;
	return 0;
}

bool rules_describe(const char *name, const char **threshold, const char **action)
{
	for (size_t i = 0; i < n_rule_defs; i++) {
		if (strcmp(rule_defs[i].name, name) != 0)
			continue;
		*threshold = rule_defs[i].threshold;
		*action = rule_defs[i].action;
		return true;
	}
	return false;
}

const char *rules_name(size_t i)
{
	return i < n_rule_defs ? rule_defs[i].name : NULL;
}

bool rules_page(size_t i, enum broker_kind kind, char *out, size_t size)
{
	if (i >= n_rule_defs || !(rule_defs[i].kinds & 1u << kind))
		return false;
	snprintf(out, size, "%s-%s", kind_name(kind), rule_defs[i].manual);
	return true;
}
