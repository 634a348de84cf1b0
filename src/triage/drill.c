#include "triage/drill.h"

#include "base/i18n.h"
#include "manual/binding.h"
#include "manual/open.h"
#include "rules/rules.h"

#include <string.h>

#define KAFKA "--kafka sim --no-nats --no-mqtt"
#define REAL_KAFKA "--kafka real --no-nats --no-mqtt"
#define NATS "--no-kafka --no-mqtt"
#define MQTT "--no-kafka --no-nats"

#define NO_FAULT N_("the lab has no fault that brings it about")

/* clang-format off */
const struct drill drills[] = {
    {"kafka-broker-down", "kafka-broker-down", KAFKA, "orders", "BrokerDown", NULL, NULL, NULL, true, 60, NULL},
    {"kafka-under-replicated", "kafka-under-min-isr", KAFKA, "orders", "UnderReplicatedPartitions", NULL, "1s", NULL, true, 90, NULL},
    {"kafka-offline-partitions", "kafka-offline", KAFKA, "orders", "OfflinePartitions", NULL, NULL, NULL, true, 90, NULL},
    {"kafka-under-min-isr", "kafka-under-min-isr", KAFKA, "orders", "UnderMinISR", NULL, NULL, NULL, true, 90, NULL},
    {"kafka-consumer-lag", "group-lagging", KAFKA, "orders", "ConsumerLag", NULL, NULL, "10s", true, 420, NULL},
    {"kafka-group-stalled", "group-stopped", KAFKA, "orders", "GroupStalled", ">20s", NULL, NULL, true, 420, NULL},
    {"kafka-disk-usage", "kafka-disk", KAFKA, "orders", "DiskUsage", NULL, "1s", NULL, false, 120, NULL},
    {"nats-broker-down", "nats-node-down", NATS, "bus", "BrokerDown", NULL, NULL, NULL, true, 60, NULL},
    {"nats-routes", "nats-node-down", NATS, "bus", "Routes", NULL, "1s", NULL, true, 90, NULL},
    {"nats-slow-consumers", "nats-slow-consumer", NATS, "bus", "SlowConsumers", ">=1", NULL, NULL, true, 120, NULL},
    {"mqtt-cluster-unreachable", "mqtt-broker-frozen", MQTT, "devices", "ClusterUnreachable", NULL, NULL, NULL, true, 60, NULL},
    {"mqtt-broker-down", "mqtt-broker-down", MQTT, "devices", "BrokerDown", NULL, NULL, NULL, true, 90, NULL},
    {"mqtt-connected-clients", "mqtt-connections", MQTT, "devices", "ConnectedClients", NULL, "1s", NULL, true, 90, NULL},
    {"mqtt-message-drop-rate", "mqtt-drops", MQTT, "devices", "MessageDropRate", NULL, "1s", NULL, true, 480, NULL},
    {"mqtt-keepalive-timeout", "mqtt-keepalive", MQTT, "devices", "KeepAliveTimeout", NULL, NULL, NULL, false, 480, NULL},
    {"mqtt-reconnect-storm", "reconnect-storm", MQTT, "devices", "ReconnectStorm", NULL, "1s", NULL, true, 180, NULL},
    {"kafka-network-latency", "kafka-slow", KAFKA, "orders", "NetworkLatency", NULL, "1s", NULL, false, 240, NULL},
    {"nats-network-latency", "nats-slow", NATS, "bus", "NetworkLatency", NULL, "1s", NULL, false, 240, NULL},
    {"mqtt-network-latency", "mqtt-slow", MQTT, "devices", "NetworkLatency", NULL, "1s", NULL, false, 240, NULL},
    {"nats-disk-usage", "", NATS, "bus", "DiskUsage", ">0%", "1s", NULL, false, 90, NULL},
    {"mqtt-disk-usage", "", MQTT, "devices", "DiskUsage", ">0%", "1s", NULL, false, 90, NULL},
    {"nats-memory-usage", "nats-memory", NATS, "bus", "MemoryUsage", ">10%", "1s", NULL, false, 420, NULL},
    {"kafka-active-controller", "kafka-no-controller", REAL_KAFKA, "orders", "ActiveControllerCount", NULL, "1s", NULL, true, 150, NULL},
    {"kafka-certificate-expiring", NULL, KAFKA, "orders", "CertificateExpiring", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"kafka-cluster-unreachable", NULL, KAFKA, "orders", "ClusterUnreachable", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"kafka-data-expiring", NULL, KAFKA, "orders", "DataExpiring", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"kafka-disk-filling", NULL, KAFKA, "orders", "DiskFillingFast", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"kafka-source-lost", NULL, KAFKA, "orders", "SourceLost", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"nats-certificate-expiring", NULL, NATS, "bus", "CertificateExpiring", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"nats-cluster-unreachable", NULL, NATS, "bus", "ClusterUnreachable", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"nats-consumer-lag", NULL, NATS, "bus", "ConsumerLag", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"nats-data-expiring", "nats-expiring", NATS, "bus", "DataExpiring", NULL, NULL, NULL, true, 300, NULL},
    {"nats-disk-filling", NULL, NATS, "bus", "DiskFillingFast", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"nats-group-stalled", NULL, NATS, "bus", "GroupStalled", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"nats-no-meta-leader", "nats-no-leader", NATS, "bus", "NoMetaLeader", NULL, "1s", NULL, true, 150, NULL},
    {"nats-source-lost", NULL, NATS, "bus", "SourceLost", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"mqtt-certificate-expiring", NULL, MQTT, "devices", "CertificateExpiring", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"mqtt-disk-filling", NULL, MQTT, "devices", "DiskFillingFast", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"mqtt-source-lost", NULL, MQTT, "devices", "SourceLost", NULL, NULL, NULL, true, 0, NO_FAULT},
    {"mqtt-subscription-explosion", "mqtt-subscriptions", MQTT, "devices", "SubscriptionExplosion", NULL, NULL, "1m", false, 300, NULL},
};
/* clang-format on */

const size_t n_drills = sizeof(drills) / sizeof(drills[0]);

const struct drill *drill_find(const char *name)
{
	for (size_t i = 0; i < n_drills; i++)
		if (!strcmp(drills[i].fault, name))
			return &drills[i];
	for (size_t i = 0; i < n_drills; i++)
		if (drills[i].lab_fault && !strcmp(drills[i].alert, name))
			return &drills[i];
	for (size_t i = 0; i < n_drills; i++)
		if (!strcmp(drills[i].alert, name) || (drills[i].lab_fault && !strcmp(drills[i].lab_fault, name)))
			return &drills[i];
	return NULL;
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

size_t drill_check(const struct manual_page *page, const struct alert *a, const struct frame *f, int64_t now,
    struct buf *out)
{
	struct binding b;
	size_t bad = 0;

	binding_init(&b);
	binding_alert(&b, f->snap, a);
	for (size_t i = 0; i < page->n_steps; i++) {
		struct query_result r;
		char say[QUERY_TEXT_MAX + 320];
		bool good;

		if (!manual_evidence(&page->steps[i], &b, f, now, &r))
			continue;
		/* What could never be answered here says so, and part of a window that breaks the limit is enough. */
		good = r.verdict != VERDICT_UNKNOWN;
		bad += !good;
		buf_addf(out, "DRILL %s %s %-11s %-7s %s  [%s]\n", good ? "ok  " : "BAD ", page->id, page->steps[i].id,
		    verdict_name(r.verdict), query_say(&r, say, sizeof(say)), page->steps[i].query_text);
	}
	binding_release(&b);
	return bad;
}
