#ifndef MQ_TEST_RULE_LIVES_H
#define MQ_TEST_RULE_LIVES_H

#include "judged.h"

/* How a number is put over the threshold, and back. */
static inline void set_int(struct value *v, int64_t i)
{
	v->type = VALUE_INT;
	v->i = i;
}

static inline void set_real(struct value *v, double d)
{
	v->type = VALUE_REAL;
	v->d = d;
}

static inline void set_reachable(struct snapshot *s, double n)
{
	((struct cluster_row *)row_of(s, ORDERS, SECTION_CLUSTER, 0))->reachable.b = n > 0;
}

static inline void set_up(struct snapshot *s, double n)
{
	((struct broker_row *)row_of(s, ORDERS, SECTION_BROKERS, 1))->up.b = n > 0;
}

static inline void set_offline(struct snapshot *s, double n)
{
	set_int(&((struct partition_row *)row_of(s, ORDERS, SECTION_PARTITIONS, 0))->offline,
	    (int64_t)n);
}

static inline void set_under_min(struct snapshot *s, double n)
{
	set_int(&((struct partition_row *)row_of(s, ORDERS, SECTION_PARTITIONS, 0))->under_min_isr,
	    (int64_t)n);
}

static inline void set_under_replicated(struct snapshot *s, double n)
{
	struct partition_row *p = row_of(s, ORDERS, SECTION_PARTITIONS, 0);

	set_int(&p->under_replicated, (int64_t)n);
	p->missing_brokers = n > 0 ? "2" : NULL;
}

static inline void set_controllers(struct snapshot *s, double n)
{
	set_int(&((struct cluster_row *)row_of(s, ORDERS, SECTION_CLUSTER, 0))->controllers,
	    (int64_t)n);
}

static inline void set_meta(struct snapshot *s, double n)
{
	set_int(
	    &((struct cluster_row *)row_of(s, BUS, SECTION_CLUSTER, 0))->controllers, (int64_t)n);
}

/* The lag has been what it is for an hour. */
static inline void set_lag(struct snapshot *s, double n)
{
	struct lag_row *r = row_of(s, ORDERS, SECTION_LAG, 0);
	struct sample past[] = {
	    {s->boot - 3600 * NS_PER_S, n}, {s->boot - 400 * NS_PER_S, n}, {s->boot, n}};

	set_int(&r->lag, (int64_t)n);
	series_view_unref(r->lag_series);
	r->lag_series = series_view_make(past, 3);
}

static inline void set_stalled(struct snapshot *s, double n)
{
	struct lag_row *r = row_of(s, ORDERS, SECTION_LAG, 0);

	set_int(&r->lag, 50);
	set_real(&r->commit_rate, n > 0 ? 0 : 5);
	set_real(&r->lag_seconds, n);
	set_real(&r->stalled_s, n);
}

static inline void set_lost_in(struct snapshot *s, double n)
{
	struct lag_row *r = row_of(s, ORDERS, SECTION_LAG, 0);

	set_int(&r->lag, 50);
	r->lost_in_seconds = value_real(n, s->boot, NS_PER_S);
}

static inline void set_missing_peer(struct snapshot *s, double n)
{
	static const char *missing[] = {"n3"};

	for (size_t i = 0; i < 2 && n < 2; i++) {
		struct route_row *r = row_of(s, BUS, SECTION_ROUTES, i);

		set_int(&r->peers, (int64_t)n);
		r->missing = missing;
		r->n_missing = 1;
	}
}

static inline void set_clients(struct snapshot *s, double n)
{
	set_int(&((struct connection_row *)row_of(s, DEVICES, SECTION_CONNECTIONS, 0))->current,
	    (int64_t)n);
}

static inline void set_drops(struct snapshot *s, double percent)
{
	struct connection_row *r = row_of(s, DEVICES, SECTION_CONNECTIONS, 0);

	set_int(&r->dropped_total, 5000);
	set_real(&r->drop_percent, percent);
	set_int(&r->drops, (int64_t)(percent * 2490));
}

static inline void set_timeouts(struct snapshot *s, double percent)
{
	struct connection_row *r = row_of(s, DEVICES, SECTION_CONNECTIONS, 0);

	set_real(&r->timeout_percent, percent);
	set_int(&r->timeouts, 9);
}

static inline void set_slow(struct snapshot *s, double n)
{
	struct connection_row *r = row_of(s, BUS, SECTION_CONNECTIONS, 0);

	set_int(&r->slow_total, 100);
	set_int(&r->slow_10m, (int64_t)n);
}

static inline void set_memory(struct snapshot *s, double n)
{
	set_real(&((struct broker_row *)row_of(s, BUS, SECTION_BROKERS, 1))->memory_percent, n);
}

static inline void set_disk(struct snapshot *s, double n)
{
	set_real(&((struct disk_row *)row_of(s, ORDERS, SECTION_DISK, 1))->percent, n);
}

/* Full in so many hours: 15 % are left. */
static inline void set_filling(struct snapshot *s, double hours)
{
	struct disk_row *d = row_of(s, ORDERS, SECTION_DISK, 1);
	double per_s = 15 / (hours * 3600);
	struct sample past[7];

	for (int i = 0; i < 7; i++)
		past[i] = (struct sample){
		    s->boot - (6 - i) * 3600 * NS_PER_S, 85 - per_s * (6 - i) * 3600};
	set_real(&d->percent, 85);
	series_view_unref(d->percent_series);
	d->percent_series = series_view_make(past, 7);
}

static inline void set_storm(struct snapshot *s, double percent)
{
	struct connection_row *r = row_of(s, DEVICES, SECTION_CONNECTIONS, 0);

	set_real(&r->connects_per_min, percent / 100 * value_number(&r->current));
}

static inline void set_certificate(struct snapshot *s, double days)
{
	((struct broker_row *)row_of(s, ORDERS, SECTION_BROKERS, 1))->cert_days =
	    value_real(days, s->boot, 3600 * NS_PER_S);
}

static inline void set_latency(struct snapshot *s, double n)
{
	set_real(&((struct broker_row *)row_of(s, DEVICES, SECTION_BROKERS, 0))->rtt_p95_ms, n);
}

static const struct life {
	const char *name, *cluster, *entity, *manual;
	void (*set)(struct snapshot *s, double n);
	double bad;  /* just over */
	double edge; /* just not over, but not recovered either; the same as fine: no margin */
	double fine; /* recovered */
	int for_s, clear_s;
	enum severity severity;
} lives[] = {
    {"UnderReplicatedPartitions", "orders", "broker-2", "kafka-under-replicated",
	set_under_replicated, 1, 0, 0, 300, 120, SEVERITY_CRITICAL},
    {"ConsumerLag", "orders", "geo>positions", "kafka-consumer-lag", set_lag, 10001, 8000, 7999, 0,
	120, SEVERITY_CRITICAL},
    {"ActiveControllerCount", "orders", "orders", "kafka-active-controller", set_controllers, 2, 1,
	1, 30, 60, SEVERITY_CRITICAL},
    {"DiskUsage", "orders", "broker-2 /var/lib/kafka", "kafka-disk-usage", set_disk, 70.1, 67, 66.9,
	900, 0, SEVERITY_WARNING},
    {"NetworkLatency", "devices", "devices", "mqtt-network-latency", set_latency, 50.1, 40, 39.9,
	300, 300, SEVERITY_WARNING},
    {"ConnectedClients", "devices", "devices", "mqtt-connected-clients", set_clients, 801, 750, 749,
	120, 300, SEVERITY_CRITICAL},
    {"MessageDropRate", "devices", "devices", "mqtt-message-drop-rate", set_drops, 0.11, 0.05,
	0.049, 300, 600, SEVERITY_CRITICAL},
    {"KeepAliveTimeout", "devices", "devices", "mqtt-keepalive-timeout", set_timeouts, 5.1, 3, 2.9,
	0, 900, SEVERITY_WARNING},
    {"Routes", "bus", "n3", "nats-routes", set_missing_peer, 1, 2, 2, 30, 60, SEVERITY_CRITICAL},
    {"SlowConsumers", "bus", "n1", "nats-slow-consumers", set_slow, 11, 0, 0, 0, 900,
	SEVERITY_CRITICAL},
    {"MemoryUsage", "bus", "n2", "nats-memory-usage", set_memory, 80.1, 75, 74.9, 600, 600,
	SEVERITY_WARNING},
    {"ClusterUnreachable", "orders", "orders", "kafka-cluster-unreachable", set_reachable, 0, 1, 1,
	0, 0, SEVERITY_CRITICAL},
    {"BrokerDown", "orders", "broker-2", "kafka-broker-down", set_up, 0, 1, 1, 0, 0,
	SEVERITY_CRITICAL},
    {"OfflinePartitions", "orders", "orders", "kafka-offline-partitions", set_offline, 1, 0, 0, 0,
	30, SEVERITY_CRITICAL},
    {"UnderMinISR", "orders", "orders", "kafka-under-min-isr", set_under_min, 1, 0, 0, 0, 30,
	SEVERITY_CRITICAL},
    {"GroupStalled", "orders", "geo>positions", "kafka-group-stalled", set_stalled, 601, 0, 0, 0,
	120, SEVERITY_CRITICAL},
    {"DataExpiring", "orders", "geo>positions", "kafka-data-expiring", set_lost_in, 3599, 4500,
	4501, 0, 120, SEVERITY_CRITICAL},
    {"DiskFillingFast", "orders", "broker-2 /var/lib/kafka", "kafka-disk-filling", set_filling,
	3.99, 29.9, 30.1, 3600, 900, SEVERITY_CRITICAL},
    {"ReconnectStorm", "devices", "devices", "mqtt-reconnect-storm", set_storm, 50.1, 4, 4, 60, 120,
	SEVERITY_CRITICAL},
    {"CertificateExpiring", "orders", "broker-2", "kafka-certificate-expiring", set_certificate, 6.9,
	31, 31, 0, 0, SEVERITY_CRITICAL},
    {"NoMetaLeader", "bus", "bus", "nats-no-meta-leader", set_meta, 0, 1, 1, 30, 60,
	SEVERITY_CRITICAL},
};

enum { N_LIVES = sizeof(lives) / sizeof(lives[0]) };

#endif
