#include "source/mqtt/flavor.h"

#include "base/i18n.h"

#include <string.h>

#define TABLE(t) t, sizeof(t) / sizeof((t)[0])

/* Honest drops: what a client's queue could not take; not what nobody had subscribed to, which
 * messages.dropped counts too, nor what a client asked not to be sent. */
static const struct stat_name emqx_names[] = {
    {STAT_CONNECTED, "emqx_live_connections_count", NULL, NULL, 1},
    {STAT_SUBSCRIPTIONS, "emqx_subscriptions_count", NULL, NULL, 1},
    {STAT_RETAINED, "emqx_retained_count", NULL, NULL, 1},
    {STAT_MEMORY, "emqx_vm_used_memory", NULL, NULL, 1},
    {STAT_RECEIVED, "emqx_messages_received", NULL, NULL, 1},
    {STAT_SENT, "emqx_messages_sent", NULL, NULL, 1},
    {STAT_DROPPED, "emqx_delivery_dropped", NULL, NULL, 1},
    {STAT_DROPPED, "emqx_delivery_dropped_no_local", NULL, NULL, -1},
    {STAT_DROPPED, "emqx_delivery_dropped_filter", NULL, NULL, -1},
    {STAT_BYTES_IN, "emqx_bytes_received", NULL, NULL, 1},
    {STAT_BYTES_OUT, "emqx_bytes_sent", NULL, NULL, 1},
    {STAT_CONNECTS, "emqx_client_connected", NULL, NULL, 1},
    {STAT_CLOSES, "emqx_client_disconnected", NULL, NULL, 1},
    {STAT_TIMEOUTS, "emqx_client_disconnected_reason", NULL, NULL, 0}, /* it counts them, maybe none */
    {STAT_TIMEOUTS, "emqx_client_disconnected_reason", "reason", "keepalive_timeout", 1},
};
static const struct stat_reason emqx_reasons[] = {
    {STAT_TIMEOUTS, N_("EMQX counts keep-alive timeouts from 5.8.4 on and in its Prometheus text alone: "
		       "name http://HOST:18083/api/v5/prometheus/stats under exporters:")},
    {STAT_MAX, N_("EMQX tells no limit of its listeners here: set max_connections: for it in the config")},
    {STAT_UPTIME, N_("EMQX's Prometheus text has no uptime; its REST address under exporters: has")},
};

static const struct stat_name hivemq_names[] = {
    {STAT_CONNECTED, "com_hivemq_networking_connections_current", NULL, NULL, 1},
    {STAT_SUBSCRIPTIONS, "com_hivemq_subscriptions_overall_current", NULL, NULL, 1},
    {STAT_RETAINED, "com_hivemq_messages_retained_current", NULL, NULL, 1},
    {STAT_RECEIVED, "com_hivemq_messages_incoming_publish_count", NULL, NULL, 1},
    {STAT_SENT, "com_hivemq_messages_outgoing_publish_count", NULL, NULL, 1},
    {STAT_DROPPED, "com_hivemq_messages_dropped_count", NULL, NULL, 1},
    {STAT_BYTES_IN, "com_hivemq_networking_bytes_read", NULL, NULL, 1},
    {STAT_BYTES_OUT, "com_hivemq_networking_bytes_write", NULL, NULL, 1},
    {STAT_CONNECTS, "com_hivemq_messages_incoming_connect_count", NULL, NULL, 1},
    {STAT_CLOSES, "com_hivemq_networking_connections_closed_total_count", NULL, NULL, 1},
    {STAT_TIMEOUTS, "com_hivemq_keep_alive_disconnect_count", NULL, NULL, 1},
    {STAT_UPTIME, "com_hivemq_system_process_uptime", NULL, NULL, 1},
};
static const struct stat_reason hivemq_reasons[] = {
    {STAT_TIMEOUTS, N_("HiveMQ CE counts no keep-alive timeouts, its event log tells of them: name log/event.log "
		       "under logs:; they are counted from the first client on that comes or goes")},
    {STAT_MAX, N_("HiveMQ does not publish its limit: set max_connections: for it in the config")},
    {STAT_UPTIME, N_("HiveMQ CE does not tell since when it runs")},
    {STAT_MEMORY, N_("HiveMQ CE does not tell its memory; its JVM's exporter does")},
};

static const struct stat_name vernemq_names[] = {
    {STAT_UPTIME, "system_wallclock", NULL, NULL, 0.001},
    {STAT_CONNECTED, "active_mqtt_connections", NULL, NULL, 1},
    {STAT_SUBSCRIPTIONS, "router_subscriptions", NULL, NULL, 1},
    {STAT_RETAINED, "retain_messages", NULL, NULL, 1},
    {STAT_MEMORY, "vm_memory_total", NULL, NULL, 1},
    {STAT_RECEIVED, "mqtt_publish_received", NULL, NULL, 1},
    {STAT_SENT, "mqtt_publish_sent", NULL, NULL, 1},
    {STAT_DROPPED, "queue_message_drop", NULL, NULL, 1},
    {STAT_QUEUED, "queue_message_out", NULL, NULL, 1},
    {STAT_BYTES_IN, "bytes_received", NULL, NULL, 1},
    {STAT_BYTES_OUT, "bytes_sent", NULL, NULL, 1},
    {STAT_CONNECTS, "mqtt_connect_received", NULL, NULL, 1},
    {STAT_CLOSES, "socket_close", NULL, NULL, 1},
    {STAT_TIMEOUTS, "client_keepalive_expired", NULL, NULL, 1},
};
static const struct stat_reason vernemq_reasons[] = {
    {STAT_MAX, N_("VerneMQ does not publish listener.max_connections: set max_connections: for it in the "
		  "config")},
};

static const struct stat_name rabbitmq_names[] = {
    {STAT_UPTIME, "rabbitmq_erlang_uptime_seconds", NULL, NULL, 1},
    {STAT_CONNECTED, "rabbitmq_connections", NULL, NULL, 1},
    {STAT_MAX, "rabbitmq_process_max_tcp_sockets", NULL, NULL, 1},
    {STAT_SUBSCRIPTIONS, "rabbitmq_consumers", NULL, NULL, 1},
    {STAT_MEMORY, "rabbitmq_process_resident_memory_bytes", NULL, NULL, 1},
    {STAT_MEMORY_LIMIT, "rabbitmq_resident_memory_limit_bytes", NULL, NULL, 1},
    {STAT_RECEIVED, "rabbitmq_global_messages_received_total", "protocol", "mqtt*", 1},
    {STAT_SENT, "rabbitmq_global_messages_delivered_total", "protocol", "mqtt*", 1},
    {STAT_DROPPED, "rabbitmq_global_messages_dead_lettered_maxlen_total", "queue_type",
	"rabbit_mqtt_qos0_queue", 1},
    {STAT_CONNECTS, "rabbitmq_connections_opened_total", NULL, NULL, 1},
    {STAT_CLOSES, "rabbitmq_connections_closed_total", NULL, NULL, 1},
};
static const char rabbitmq_old[] =
    N_("RabbitMQ before 3.12 counts MQTT messages with those of AMQP");
static const struct stat_reason rabbitmq_reasons[] = {
    {STAT_RETAINED, N_("RabbitMQ does not count retained messages")},
    {STAT_RECEIVED, rabbitmq_old},
    {STAT_SENT, rabbitmq_old},
    {STAT_DROPPED, rabbitmq_old},
    {STAT_BYTES_IN, N_("RabbitMQ does not count the bytes of its connections here")},
    {STAT_BYTES_OUT, N_("RabbitMQ does not count the bytes of its connections here")},
    {STAT_TIMEOUTS, N_("RabbitMQ counts no keep-alive timeouts, its log says \"keepalive timeout\": name that log "
		       "under logs:; they are counted from the first client on that comes or goes")},
};

static const struct stat_name nanomq_names[] = {
    {STAT_CONNECTED, "nanomq_connections_count", NULL, NULL, 1},
    {STAT_SUBSCRIPTIONS, "nanomq_subscribers_count", NULL, NULL, 1},
    {STAT_RETAINED, "nanomq_messages_retained", NULL, NULL, 1},
    {STAT_MEMORY, "nanomq_memory_usage", NULL, NULL, 1},
    {STAT_RECEIVED, "nanomq_messages_received", NULL, NULL, 1},
    {STAT_SENT, "nanomq_messages_sent", NULL, NULL, 1},
    {STAT_DROPPED, "nanomq_messages_dropped", NULL, NULL, 1},
};
static const struct stat_reason nanomq_reasons[] = {
    {STAT_UPTIME, N_("NanoMQ's metrics do not tell since when it runs")},
    {STAT_MAX, N_("NanoMQ does not publish its limit: set max_connections: for it in the config")},
    {STAT_RETAINED, N_("NanoMQ does not count retained messages")},
    {STAT_BYTES_IN, N_("NanoMQ does not count bytes")},
    {STAT_BYTES_OUT, N_("NanoMQ does not count bytes")},
    {STAT_CONNECTS, N_("NanoMQ does not count how many clients connect")},
    {STAT_CLOSES, N_("NanoMQ does not count how many clients leave")},
    {STAT_TIMEOUTS, N_("NanoMQ counts no keep-alive timeouts")},
};

/* Of all protocols: nats-server does not count those of MQTT apart. */
static const struct stat_name nats_names[] = {
    {STAT_CONNECTED, "gnatsd_varz_connections", NULL, NULL, 1},
    {STAT_MAX, "gnatsd_varz_max_connections", NULL, NULL, 1},
    {STAT_SUBSCRIPTIONS, "gnatsd_varz_subscriptions", NULL, NULL, 1},
    {STAT_MEMORY, "gnatsd_varz_mem", NULL, NULL, 1},
    {STAT_RECEIVED, "gnatsd_varz_in_msgs", NULL, NULL, 1},
    {STAT_SENT, "gnatsd_varz_out_msgs", NULL, NULL, 1},
    {STAT_BYTES_IN, "gnatsd_varz_in_bytes", NULL, NULL, 1},
    {STAT_BYTES_OUT, "gnatsd_varz_out_bytes", NULL, NULL, 1},
    {STAT_CONNECTS, "gnatsd_varz_total_connections", NULL, NULL, 1},
};
static const struct stat_reason nats_reasons[] = {
    {STAT_RETAINED, N_("nats-server keeps retained messages in the stream $MQTT_rmsgs: a NATS cluster shows "
		       "streams")},
    {STAT_DROPPED, N_("nats-server counts no drops of MQTT clients: slow consumers are shown by a NATS "
		      "cluster")},
    {STAT_CLOSES, N_("nats-server does not count how many clients leave")},
    {STAT_TIMEOUTS, N_("nats-server closes a silent MQTT client as \"Read Error\", as any broken connection")},
    {STAT_UPTIME, N_("the exporter of nats-server has no uptime in seconds; its /varz has")},
};

static const struct flavor flavors[] = {
    {"emqx", "EMQX", "emqx_", "emqx_", TABLE(emqx_names), TABLE(emqx_reasons),
	{"/api/v5/stats?aggregate=false", "/api/v5/metrics?aggregate=false", "/api/v5/nodes",
	    "/api/v5/listeners"},
	"http://HOST:18083",
	N_("an API key of the role viewer (Dashboard, System, API Key): its key as username:, its secret by "
	   "password_command, password_file or password_env")},
    {"hivemq", "HiveMQ", "com_hivemq_", NULL, TABLE(hivemq_names), TABLE(hivemq_reasons), {"/metrics"},
	"http://HOST:9399/metrics", N_("the Prometheus extension of HiveMQ, or a jmx_exporter")},
    {"vernemq", "VerneMQ", "client_keepalive_expired", NULL, TABLE(vernemq_names),
	TABLE(vernemq_reasons), {"/metrics"}, "http://HOST:8888/metrics",
	N_("a listener for HTTP whose http_modules hold vmq_metrics_http")},
    {"rabbitmq", "RabbitMQ", "rabbitmq_", NULL, TABLE(rabbitmq_names), TABLE(rabbitmq_reasons),
	{"/metrics"}, "http://HOST:15692/metrics",
	N_("`rabbitmq-plugins enable rabbitmq_prometheus` on each node")},
    {"nanomq", "NanoMQ", "nanomq_", NULL, TABLE(nanomq_names), TABLE(nanomq_reasons),
	{"/api/v4/prometheus"}, "http://HOST:8081/api/v4/prometheus",
	N_("`http_server` in nanomq.conf; its user and password as username: and password_*:")},
    {"nats", "NATS", "gnatsd_varz_", "gnatsd_varz_", TABLE(nats_names), TABLE(nats_reasons), {"/varz"},
	"http://HOST:8222", N_("`http:` in the server's configuration, on an address that mqduty reaches")},
};

enum { FLAVORS = sizeof(flavors) / sizeof(flavors[0]) };

const struct flavor *flavor_at(size_t i)
{
	return i < FLAVORS ? &flavors[i] : NULL;
}

const struct flavor *flavor_find(const char *name)
{
	for (size_t i = 0; name && i < FLAVORS; i++)
		if (!strcmp(flavors[i].name, name))
			return &flavors[i];
	return NULL;
}

const struct flavor *flavor_of_metric(const char *metric)
{
	for (size_t i = 0; i < FLAVORS; i++)
		if (!strncmp(metric, flavors[i].sign, strlen(flavors[i].sign)))
			return &flavors[i];
	return NULL;
}

const struct flavor *flavor_of_topic(const char *topic, size_t len)
{
	static const struct {
		const char *begins, *name;
	} topics[] = {{"$SYS/brokers", "emqx"}, {"$SYS/VerneMQ@", "vernemq"}};

	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		if (len >= strlen(topics[i].begins) &&
		    !memcmp(topic, topics[i].begins, strlen(topics[i].begins)))
			return flavor_find(topics[i].name);
	return NULL;
}

const char *flavor_reason(const struct flavor *f, enum stat stat)
{
	for (size_t i = 0; i < f->n_reasons; i++)
		if (f->reasons[i].stat == stat)
			return _(f->reasons[i].why);
	return NULL;
}
