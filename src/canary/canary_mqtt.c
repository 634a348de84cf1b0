#include "canary/canary.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "net/resolve.h"
#include "net/sock.h"
#include "net/tls.h"

#include <MQTTAsync.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/*
 * paho looks names up under a lock that all its clients share: one name server that does not answer would ground every
 * canary. So the name is resolved first, by threads of our own, and paho gets numbers; over TLS it needs the name, and gets
 * it once it has been resolved just now. It is never left to connect again by itself.
 */

enum { BROKERS_MOST = 32, KEEP_ALIVE_S = 20, CONNECT_S = 3 };

#define RETRY_FIRST (2 * NS_PER_S)
#define RETRY_MOST (60 * NS_PER_S)
#define RESOLVE_AGAIN (200 * NS_PER_MS)

struct mqtt_end {
	struct canary *c;
	MQTTAsync handle;
	struct flight *flight;
	char topic[160];
	char host[HOST_MAX], port[PORT_MAX];
	bool tls;
	atomic_bool up, trying;
	int64_t retry_at, wait;
	char why[ERR_MAX]; /* no connection; "": it was not tried yet */
};

static void on_connected(void *context, char *cause)
{
	struct mqtt_end *e = context;
	MQTTAsync_responseOptions ro = MQTTAsync_responseOptions_initializer;

	(void)cause;
	/* A clean session forgets its subscription with every connection. */
	MQTTAsync_subscribe(e->handle, e->topic, 1, &ro);
	atomic_store(&e->up, true);
	atomic_store(&e->trying, false);
}

static void on_failure(void *context, MQTTAsync_failureData *data)
{
	struct mqtt_end *e = context;

	(void)data;
	atomic_store(&e->trying, false);
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

/* What paho is to dial: numbers, or the name where a certificate has to bear it. */
static void uri_for_paho(const struct mqtt_end *e, const struct resolved *r, char *out, size_t size)
{
	char host[HOST_MAX] = "";
	bool v6;

	if (e->tls || getnameinfo((const struct sockaddr *)&r->list[0].addr, r->list[0].len, host, sizeof(host), NULL, 0,
			  NI_NUMERICHOST))
		snprintf(host, sizeof(host), "%s", e->host);
	v6 = strchr(host, ':') != NULL;
	snprintf(out, size, "%s://%s%s%s:%s", e->tls ? "ssl" : "tcp", v6 ? "[" : "", host, v6 ? "]" : "", e->port);
}

static void connect_end(struct mqtt_end *e, const struct resolved *r)
{
	const struct cluster_conf *conf = e->c->conf;
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	MQTTAsync_SSLOptions ssl = MQTTAsync_SSLOptions_initializer;
	char uri[HOST_MAX + PORT_MAX + 16];
	char *uris[] = {uri};

	uri_for_paho(e, r, uri, sizeof(uri));
	o.serverURIs = uris;
	o.serverURIcount = 1;
	o.keepAliveInterval = KEEP_ALIVE_S;
	o.cleansession = 1;
	o.connectTimeout = CONNECT_S;
	o.username = conf->username;
	o.password = conf->password.value;
	o.onFailure = on_failure;
	o.context = e;
	if (e->tls) {
		if (conf->tls.ca && tls_is_folder(conf->tls.ca))
			ssl.CApath = conf->tls.ca;
		else
			ssl.trustStore = conf->tls.ca;
		ssl.keyStore = conf->tls.cert;
		ssl.privateKey = conf->tls.key;
		ssl.enableServerCertAuth = 1;
		/* The library's default does not look at the host's name. */
		ssl.struct_version = 4;
		ssl.verify = 1;
		o.ssl = &ssl;
	}
	atomic_store(&e->trying, true);
	if (MQTTAsync_connect(e->handle, &o) != MQTTASYNC_SUCCESS)
		atomic_store(&e->trying, false);
}

/* One try at a time, each later than the one before until one succeeds. */
static void keep_connected(struct mqtt_end *e, int64_t now)
{
	struct resolved r;
	struct err err = {""};

	if (atomic_load(&e->up)) {
		e->wait = 0;
		return;
	}
	if (atomic_load(&e->trying) || now < e->retry_at)
		return;
	switch (resolve(e->host, e->port, &r, &err)) {
	case RESOLVE_WAIT:
		snprintf(e->why, sizeof(e->why), _("dns: no answer for the name %.200s yet"), e->host);
		e->retry_at = now + RESOLVE_AGAIN;
		return;
	case RESOLVE_FAILED:
		snprintf(e->why, sizeof(e->why), "%s", err.msg);
		break;
	case RESOLVE_OK:
		snprintf(e->why, sizeof(e->why), "%s", _("not connected"));
		connect_end(e, &r);
		break;
	}
	e->wait = !e->wait ? RETRY_FIRST : e->wait < RETRY_MOST / 2 ? e->wait * 2 : RETRY_MOST;
	e->retry_at = now + e->wait;
}

static int open_end(struct canary *c, const char *name, const char *url, struct mqtt_end *e, struct err *err)
{
	const char *address = url ? strstr(url, "://") : NULL;
	char uri[HOST_MAX + PORT_MAX + 16], id[64];

	e->c = c;
	e->flight = canary_flight(c, name);
	if (!e->flight)
		return err_set(err, _("too many brokers"));
	e->tls = c->conf->tls.set || (url && !strncmp(url, "mqtts:", 6));
	if (!address || address_split(cluster_dial_address(c->conf, address + 3), e->host, e->port))
		return err_set(err, _("%s: no address that could be dialled"), url ? url : name);
	snprintf(id, sizeof(id), "mqduty-canary-%016llx", (unsigned long long)e->flight->run);
	snprintf(e->topic, sizeof(e->topic), "%.80s/%016llx", c->conf->canary.topic, (unsigned long long)e->flight->run);
	snprintf(uri, sizeof(uri), "%s://%s:%s", e->tls ? "ssl" : "tcp", "127.0.0.1", e->port);
	if (MQTTAsync_create(&e->handle, uri, id, MQTTCLIENT_PERSISTENCE_NONE, NULL) != MQTTASYNC_SUCCESS)
		return err_set(err, _("%s: no client can be made for it"), url);
	MQTTAsync_setCallbacks(e->handle, e, on_lost, on_message, NULL);
	MQTTAsync_setConnected(e->handle, e, on_connected);
	return 0;
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
		flight_failed(e->flight, e->why[0] ? e->why : _("not connected"));
	else if (MQTTAsync_send(e->handle, e->topic, (int)strlen(text), text, 1, 0, &ro) != MQTTASYNC_SUCCESS)
		flight_failed(e->flight, _("the library refused the message"));
}

int canary_run_mqtt(struct canary *c, struct err *err)
{
	struct mqtt_end ends[BROKERS_MOST] = {{0}};
	size_t n = 0;
	int64_t due = clock_boot() + NS_PER_S;
	int rc = open_all(c, ends, &n, err);

	/* The first message of all is to find its connection made. */
	for (int64_t until = due; !rc && clock_boot() < until && !atomic_load(c->stop);) {
		for (size_t i = 0; i < n; i++)
			keep_connected(&ends[i], clock_boot());
		nanosleep(&(struct timespec){.tv_nsec = 50 * NS_PER_MS}, NULL);
	}
	while (!rc && canary_wait(c, &due)) {
		for (size_t i = 0; i < n; i++) {
			keep_connected(&ends[i], clock_boot());
			send_one(&ends[i]);
			flight_sweep(ends[i].flight, clock_boot(), canary_patience(c));
		}
	}
	for (size_t i = 0; i < n; i++)
		if (ends[i].handle)
			MQTTAsync_destroy(&ends[i].handle);
	return rc;
}
