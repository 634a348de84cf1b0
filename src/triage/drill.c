#include "triage/drill.h"

#include "base/i18n.h"
#include "manual/binding.h"
#include "manual/open.h"
#include "rules/rules.h"

#include <string.h>

#define KAFKA "--kafka auto --no-nats --no-mqtt"
#define SIM_KAFKA "--kafka sim --no-nats --no-mqtt"
#define REAL_KAFKA "--kafka real --no-nats --no-mqtt"
#define TLS " --tls"
#define NATS "--no-kafka --no-mqtt"
#define MQTT "--no-kafka --no-nats"

/* clang-format off */
const struct drill drills[] = {
    {"kafka-broker-down", "kafka-broker-down", KAFKA, "orders", "BrokerDown", NULL, NULL, NULL, true, 60, false},
    {"kafka-under-replicated", "kafka-under-min-isr", KAFKA, "orders", "UnderReplicatedPartitions", NULL, "1s", NULL, true, 180, false},
    {"kafka-offline-partitions", "kafka-offline", KAFKA, "orders", "OfflinePartitions", NULL, NULL, NULL, true, 90, false},
    {"kafka-under-min-isr", "kafka-under-min-isr", KAFKA, "orders", "UnderMinISR", NULL, NULL, NULL, true, 180, false},
    {"kafka-consumer-lag", "group-lagging", KAFKA, "orders", "ConsumerLag", NULL, NULL, "10s", true, 420, false},
    {"kafka-group-stalled", "group-stopped", KAFKA, "orders", "GroupStalled", ">20s", NULL, NULL, true, 420, false},
    {"kafka-disk-usage", "kafka-disk", SIM_KAFKA, "orders", "DiskUsage", NULL, "1s", NULL, false, 240, false},
    {"nats-broker-down", "nats-node-down", NATS, "bus", "BrokerDown", NULL, NULL, NULL, true, 60, false},
    {"nats-routes", "nats-node-down", NATS, "bus", "Routes", NULL, "1s", NULL, true, 90, false},
    {"nats-slow-consumers", "nats-slow-consumer", NATS, "bus", "SlowConsumers", ">=1", NULL, NULL, true, 120, false},
    {"mqtt-cluster-unreachable", "mqtt-broker-frozen", MQTT, "devices", "ClusterUnreachable", NULL, NULL, NULL, true, 60, false},
    {"mqtt-broker-down", "mqtt-broker-down", MQTT, "devices", "BrokerDown", NULL, NULL, NULL, true, 90, false},
    {"mqtt-connected-clients", "mqtt-connections", MQTT, "devices", "ConnectedClients", NULL, "1s", NULL, true, 90, false},
    {"mqtt-message-drop-rate", "mqtt-drops", MQTT, "devices", "MessageDropRate", NULL, "1s", NULL, true, 480, false},
    {"mqtt-keepalive-timeout", "mqtt-keepalive", MQTT, "devices", "KeepAliveTimeout", NULL, NULL, NULL, false, 1000, false},
    {"mqtt-reconnect-storm", "reconnect-storm", MQTT TLS, "devices", "ReconnectStorm", NULL, "1s", NULL, true, 180, false},
    {"kafka-network-latency", "kafka-slow", KAFKA, "orders", "NetworkLatency", NULL, "1s", NULL, false, 240, false},
    {"nats-network-latency", "nats-slow", NATS, "bus", "NetworkLatency", NULL, "1s", NULL, false, 240, false},
    {"mqtt-network-latency", "mqtt-slow", MQTT, "devices", "NetworkLatency", NULL, "1s", NULL, false, 240, false},
    {"nats-disk-usage", "nats-full", NATS, "bus", "DiskUsage", NULL, "1s", NULL, false, 90, false},
    {"mqtt-disk-usage", "mqtt-full", MQTT, "devices", "DiskUsage", NULL, "1s", NULL, false, 150, false},
    {"nats-memory-usage", "nats-memory", NATS, "bus", "MemoryUsage", ">10%", "1s", NULL, false, 420, false},
    {"kafka-active-controller", "kafka-no-controller", REAL_KAFKA, "orders", "ActiveControllerCount", NULL, "1s", NULL, true, 150, false},
    {"kafka-certificate-expiring", "kafka-certificate", REAL_KAFKA TLS, "orders", "CertificateExpiring", NULL, NULL, NULL, true, 120, false},
    {"kafka-cluster-unreachable", "kafka-cluster-down", KAFKA, "orders", "ClusterUnreachable", NULL, NULL, NULL, true, 90, false},
    {"kafka-data-expiring", "kafka-expiring", REAL_KAFKA, "orders", "DataExpiring", NULL, NULL, NULL, true, 480, true},
    {"kafka-disk-filling", "kafka-filling", SIM_KAFKA, "orders", "DiskFillingFast", NULL, "1s", "2m", true, 600, false},
    {"kafka-source-lost", "kafka-source-hung", REAL_KAFKA TLS, "orders", "SourceLost", ">20s", NULL, NULL, true, 180, true},
    {"nats-certificate-expiring", "nats-certificate", NATS TLS, "bus", "CertificateExpiring", NULL, NULL, NULL, true, 120, false},
    {"nats-cluster-unreachable", "nats-cluster-down", NATS, "bus", "ClusterUnreachable", NULL, NULL, NULL, true, 90, false},
    {"nats-consumer-lag", "nats-backlog", NATS, "bus", "ConsumerLag", NULL, NULL, "10s", true, 420, false},
    {"nats-data-expiring", "nats-expiring", NATS, "bus", "DataExpiring", NULL, NULL, NULL, true, 420, true},
    {"nats-disk-filling", "nats-filling", NATS, "bus", "DiskFillingFast", NULL, "1s", "2m", true, 480, false},
    {"nats-group-stalled", "nats-stalled", NATS, "bus", "GroupStalled", ">20s", NULL, NULL, true, 420, false},
    {"nats-no-meta-leader", "nats-no-leader", NATS, "bus", "NoMetaLeader", NULL, "1s", NULL, true, 150, false},
    {"nats-source-lost", "nats-source-hung", NATS TLS, "bus", "SourceLost", ">20s", NULL, NULL, true, 180, true},
    {"mqtt-certificate-expiring", "mqtt-certificate", MQTT TLS, "devices", "CertificateExpiring", NULL, NULL, NULL, true, 120, false},
    {"mqtt-disk-filling", "mqtt-filling", MQTT, "devices", "DiskFillingFast", NULL, "1s", "2m", true, 480, false},
    {"mqtt-source-lost", "mqtt-source-hung", MQTT TLS, "devices", "SourceLost", ">20s", NULL, NULL, true, 180, true},
    {"mqtt-subscription-explosion", "mqtt-subscriptions", MQTT, "devices", "SubscriptionExplosion", NULL, NULL, "1m", false, 300, false},
};
/* clang-format on */

const size_t n_drills = sizeof(drills) / sizeof(drills[0]);

const struct drill *drill_find(const char *name)
{
	for (size_t i = 0; i < n_drills; i++)
		if (!strcmp(drills[i].fault, name))
			return &drills[i];
	for (size_t i = 0; i < n_drills; i++)
		if (!strcmp(drills[i].alert, name) || !strcmp(drills[i].lab_fault, name))
			return &drills[i];
	return NULL;
}

const char *drill_lab(const struct drill *d, bool root)
{
	return root && !strcmp(d->lab, SIM_KAFKA) ? KAFKA : d->lab;
}

int drill_rules(const struct drill *d, struct buf *out)
{
	const char *threshold = d->threshold, *action;

	if (!threshold && !rules_describe(d->alert, &threshold, &action))
		threshold = ">0";
	buf_addf(out, "%s:\n  - name: %s\n    threshold: \"%s\"\n", d->critical ? "critical_alerts" : "warning_alerts",
	    d->alert, threshold);
	if (d->lasts)
		buf_addf(out, "    for: %s\n", d->lasts);
	if (d->window)
		buf_addf(out, "    window: %s\n", d->window);
	return out->overflow ? -1 : 0;
}

const struct alert *drill_alert(const struct drill *d, const struct judgement *j)
{
	for (size_t i = 0; i < j->n_alerts; i++) {
		const struct alert *a = &j->alerts[i];

		if (!strcmp(a->name, d->alert) && a->cluster && !strcmp(a->cluster, d->cluster) &&
		    (a->state == ALERT_FIRING || a->state == ALERT_FOLDED))
			return a;
	}
	return NULL;
}

size_t drill_check(const struct manual_page *page, const struct binding *b, const struct frame *f, int64_t now,
    size_t *later, struct buf *out)
{
	size_t bad = 0;

	if (later)
		*later = 0;
	for (size_t i = 0; i < page->n_steps; i++) {
		const struct manual_step *step = &page->steps[i];
		bool last = step->section >= MANUAL_VERIFY, good, waits;
		char say[QUERY_TEXT_MAX + 320];
		struct query_result r;

		if ((!later && !last) || !manual_evidence(step, b, f, now, &r))
			continue;
		good = r.quality == QUALITY_OK && r.verdict != VERDICT_UNKNOWN && r.verdict != VERDICT_NA;
		/* What only needs more watching needs it now: the heal may take its row away. */
		waits = later && last && r.quality != QUALITY_OK;
		if (!good)
			++*(waits ? later : &bad);
		buf_addf(out, "DRILL %s %s %-11s %-7s %s  [%s]\n", good ? "ok   " : waits ? "later" : "BAD  ",
		    page->id, step->id, verdict_name(r.verdict), query_say(&r, say, sizeof(say)), step->query_text);
	}
	return bad;
}
