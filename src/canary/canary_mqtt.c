#include "canary/canary.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <MQTTAsync.h>
#include <stdio.h>
#include <string.h>

enum { BROKERS_MOST = 32, KEEP_ALIVE_S = 20, CONNECT_S = 3 };

struct mqtt_end {
	struct canary *c;
	MQTTAsync handle;
	struct flight *flight;
	char topic[160];
	atomic_bool up;
};

static void on_connected(void *context, char *cause)
{
	struct mqtt_end *e = context;
	MQTTAsync_responseOptions ro = MQTTAsync_responseOptions_initializer;

	(void)cause;
	/* A clean session forgets its subscription with every connection. */
	MQTTAsync_subscribe(e->handle, e->topic, 1, &ro);
	atomic_store(&e->up, true);
}

static void on_lost(void *context, char *cause)
{
	struct mqtt_end *e = context;

	(void)cause;
	atomic_store(&e->up, false);
}

static int on_message(void *context, char *topic, int topic_len, MQTTAsync_message *m)
{
	struct mqtt_end *e = context;

	(void)topic_len;
	flight_back(e->flight, clock_boot(), m->payload, (size_t)m->payloadlen);
	MQTTAsync_freeMessage(&m);
	MQTTAsync_free(topic);
	return 1;
}

static void url_for_paho(const struct cluster_conf *conf, const char *url, char *out, size_t size)
{
	bool tls = !strncmp(url, "mqtts:", 6);
	const char *address = strstr(url, "://");

	snprintf(out, size, "%s://%s", tls ? "ssl" : "tcp", cluster_dial_address(conf, address ? address + 3 : url));
}

static int connect_end(const struct cluster_conf *conf, struct mqtt_end *e)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	MQTTAsync_SSLOptions ssl = MQTTAsync_SSLOptions_initializer;

	o.keepAliveInterval = KEEP_ALIVE_S;
	o.cleansession = 1;
	o.automaticReconnect = 1;
	o.minRetryInterval = 2;
	o.maxRetryInterval = 60;
	o.connectTimeout = CONNECT_S;
	o.username = conf->username;
	o.password = conf->password.value;
	if (conf->tls.set || !strncmp(conf->url ? conf->url : "", "mqtts:", 6)) {
		ssl.trustStore = conf->tls.ca;
		ssl.keyStore = conf->tls.cert;
		ssl.privateKey = conf->tls.key;
		ssl.enableServerCertAuth = 1;
		/* The library's default does not look at the host's name. */
		ssl.struct_version = 4;
		ssl.verify = 1;
		o.ssl = &ssl;
	}
	return MQTTAsync_connect(e->handle, &o) == MQTTASYNC_SUCCESS ? 0 : -1;
}

static int open_end(struct canary *c, const char *name, const char *url, struct mqtt_end *e, struct err *err)
{
	char address[512], id[64];

	e->c = c;
	e->flight = canary_flight(c, name);
	if (!e->flight)
		return err_set(err, _("too many brokers"));
	snprintf(id, sizeof(id), "mqduty-canary-%016llx", (unsigned long long)e->flight->run);
	snprintf(e->topic, sizeof(e->topic), "%.80s/%016llx", c->conf->canary.topic, (unsigned long long)e->flight->run);
	url_for_paho(c->conf, url, address, sizeof(address));
	if (MQTTAsync_create(&e->handle, address, id, MQTTCLIENT_PERSISTENCE_NONE, NULL) != MQTTASYNC_SUCCESS)
		return err_set(err, _("%s: no client can be made for it"), address);
	MQTTAsync_setCallbacks(e->handle, e, on_lost, on_message, NULL);
	MQTTAsync_setConnected(e->handle, e, on_connected);
	return connect_end(c->conf, e) ? err_set(err, _("%s: the connection could not be begun"), address) : 0;
}

static int open_all(struct canary *c, struct mqtt_end *ends, size_t *n, struct err *err)
{
	if (!c->conf->n_brokers) {
		*n = 1;
		return open_end(c, c->conf->name, c->conf->url, &ends[0], err);
	}
	for (*n = 0; *n < c->conf->n_brokers && *n < BROKERS_MOST; (*n)++) {
		const struct mqtt_broker_conf *b = &c->conf->brokers[*n];

		if (open_end(c, b->name, b->url ? b->url : c->conf->url, &ends[*n], err))
			return -1;
	}
	return 0;
}

static void send_one(struct mqtt_end *e)
{
	MQTTAsync_responseOptions ro = MQTTAsync_responseOptions_initializer;
	char text[64];

	flight_send(e->flight, clock_boot(), text, sizeof(text));
	if (!atomic_load(&e->up))
		flight_failed(e->flight, _("not connected"));
	else if (MQTTAsync_send(e->handle, e->topic, (int)strlen(text), text, 1, 0, &ro) != MQTTASYNC_SUCCESS)
		flight_failed(e->flight, _("the library refused the message"));
}

int canary_run_mqtt(struct canary *c, struct err *err)
{
	struct mqtt_end ends[BROKERS_MOST] = {{0}};
	size_t n = 0;
	int64_t due = clock_boot() + NS_PER_S;
	int rc = open_all(c, ends, &n, err);

	while (!rc && canary_wait(c, &due)) {
		for (size_t i = 0; i < n; i++) {
			send_one(&ends[i]);
			flight_sweep(ends[i].flight, clock_boot(), canary_patience(c));
		}
	}
	for (size_t i = 0; i < n; i++)
		if (ends[i].handle)
			MQTTAsync_destroy(&ends[i].handle);
	return rc;
}
