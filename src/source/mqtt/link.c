#include "source/mqtt/link.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <MQTTAsync.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char subscription[] = "$SYS/#";
static const char ping_topic[] = "$SYS/broker/mqduty/ping";

/* paho ends a connection on which PINGREQ stays unanswered for about this long, twice. */
enum { KEEPALIVE_S = 20 };

struct link {
	MQTTAsync handle;
	struct queue *queue;
	unsigned id;
};

/*
 * paho stops its threads with the last handle and waits for them, up to a second;
 * one handle that never connects keeps them. It is never freed.
 */
static void prepare_library(void)
{
	static MQTTAsync anchor;
	MQTTAsync_init_options init = MQTTAsync_init_options_initializer;

	init.do_openssl_init = 0; /* OpenSSL 1.1 and later does it itself */
	MQTTAsync_global_init(&init);
	MQTTAsync_create(&anchor, "tcp://127.0.0.1:1", "mqduty", MQTTCLIENT_PERSISTENCE_NONE, NULL);
}

static void on_connected(void *context, MQTTAsync_successData *data)
{
	struct link *l = context;

	(void)data;
	queue_put(l->queue,
	    (struct event){.kind = EVENT_CONNECTED, .link = l->id, .at = clock_boot()}, NULL);
}

static void on_connect_failed(void *context, MQTTAsync_failureData *data)
{
	struct link *l = context;
	struct event e = {.kind = EVENT_CONNECT_FAILED, .link = l->id, .at = clock_boot()};

	e.code = data ? data->code : MQTTASYNC_FAILURE;
	queue_put(l->queue, e, data ? data->message : NULL);
}

static void on_lost(void *context, char *cause)
{
	struct link *l = context;

	queue_put(
	    l->queue, (struct event){.kind = EVENT_LOST, .link = l->id, .at = clock_boot()}, cause);
}

static int on_message(void *context, char *topic, int topic_len, MQTTAsync_message *message)
{
	struct link *l = context;
	struct event e = {.kind = EVENT_MESSAGE, .link = l->id, .at = clock_boot()};

	e.retained = message->retained;
	queue_put_message(l->queue, e, topic, topic_len ? (size_t)topic_len : strlen(topic),
	    message->payload, message->payloadlen > 0 ? (size_t)message->payloadlen : 0);
	MQTTAsync_freeMessage(&message);
	MQTTAsync_free(topic);
	return 1; /* 0 would have it delivered again, for ever */
}

static void on_subscribed(void *context, MQTTAsync_successData *data)
{
	struct link *l = context;
	struct event e = {.kind = EVENT_SUBSCRIBED, .link = l->id, .at = clock_boot()};

	e.code = data ? data->alt.qos : 0;
	queue_put(l->queue, e, NULL);
}

static void on_subscribe_failed(void *context, MQTTAsync_failureData *data)
{
	struct link *l = context;
	struct event e = {
	    .kind = EVENT_SUBSCRIBED, .link = l->id, .at = clock_boot(), .code = 0x80};

	(void)data;
	queue_put(l->queue, e, NULL);
}

static void on_pong(void *context, MQTTAsync_successData *data)
{
	struct link *l = context;
	struct event e = {.kind = EVENT_PONG, .link = l->id, .at = clock_boot()};

	e.token = data ? data->token : 0;
	queue_put(l->queue, e, NULL);
}

static int start(struct link *l, const struct link_conf *conf, struct err *err)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	int rc;

	o.keepAliveInterval = KEEPALIVE_S;
	o.cleansession = 1;
	o.MQTTVersion = MQTTVERSION_3_1_1; /* the default would try twice */
	o.connectTimeout = (int)(conf->timeout_ms / 1000) + 1;
	o.automaticReconnect = 0;
	o.username = conf->username;
	o.password = conf->password;
	o.onSuccess = on_connected;
	o.onFailure = on_connect_failed;
	o.context = l;
	rc = MQTTAsync_connect(l->handle, &o);
	if (rc != MQTTASYNC_SUCCESS)
		return err_set(err, "the MQTT library refuses to connect to %s: %s", conf->address,
		    MQTTAsync_strerror(rc));
	return 0;
}

struct link *link_open(const struct link_conf *conf, struct queue *queue, struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct link *l = xcalloc(1, sizeof(*l));
	MQTTAsync_createOptions o = MQTTAsync_createOptions_initializer;
	char uri[300];
	int rc;

	pthread_once(&once, prepare_library);
	l->queue = queue;
	l->id = conf->id;
	snprintf(uri, sizeof(uri), "tcp://%s", conf->address);
	o.MQTTVersion = MQTTVERSION_3_1_1;
	rc = MQTTAsync_createWithOptions(
	    &l->handle, uri, conf->client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &o);
	if (rc != MQTTASYNC_SUCCESS) {
		err_set(err, "the MQTT library does not take the address %s: %s", conf->address,
		    MQTTAsync_strerror(rc));
		free(l);
		return NULL;
	}
	MQTTAsync_setCallbacks(l->handle, l, on_lost, on_message, NULL);
	if (start(l, conf, err) != 0) {
		link_close(l);
		return NULL;
	}
	return l;
}

int link_subscribe(struct link *l)
{
	MQTTAsync_responseOptions o = MQTTAsync_responseOptions_initializer;

	o.onSuccess = on_subscribed;
	o.onFailure = on_subscribe_failed;
	o.context = l;
	return MQTTAsync_subscribe(l->handle, subscription, 0, &o) == MQTTASYNC_SUCCESS ? 0 : -1;
}

int link_ping(struct link *l)
{
	MQTTAsync_responseOptions o = MQTTAsync_responseOptions_initializer;

	o.onSuccess = on_pong;
	o.context = l;
	return MQTTAsync_unsubscribe(l->handle, ping_topic, &o) == MQTTASYNC_SUCCESS ? o.token : -1;
}

void link_close(struct link *l)
{
	if (!l)
		return;
	/* paho calls back under the lock that this takes: afterwards none is under way. */
	if (l->handle)
		MQTTAsync_destroy(&l->handle);
	free(l);
}
