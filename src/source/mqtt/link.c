#include "source/mqtt/link.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

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
	bool v5;
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

static void put(struct link *l, enum event_kind kind, int code, int token, const char *text)
{
	queue_put(l->queue,
	    (struct event){
		.kind = kind, .link = l->id, .at = clock_boot(), .code = code, .token = token},
	    text);
}

static void on_connected(void *context, MQTTAsync_successData5 *data)
{
	(void)data;
	put(context, EVENT_CONNECTED, 0, 0, NULL);
}

static void on_connected3(void *context, MQTTAsync_successData *data)
{
	(void)data;
	put(context, EVENT_CONNECTED, 0, 0, NULL);
}

/* Versions of paho differ in where they put the code of CONNACK. */
static void on_connect_failed(void *context, MQTTAsync_failureData5 *data)
{
	int code = data ? data->code : MQTTASYNC_FAILURE;

	if (code <= 0 && data && data->reasonCode > 0)
		code = data->reasonCode;
	put(context, EVENT_CONNECT_FAILED, code, 0, data ? data->message : NULL);
}

static void on_connect_failed3(void *context, MQTTAsync_failureData *data)
{
	put(context, EVENT_CONNECT_FAILED, data ? data->code : MQTTASYNC_FAILURE, 0,
	    data ? data->message : NULL);
}

static void on_lost(void *context, char *cause)
{
	put(context, EVENT_LOST, 0, 0, cause);
}

/* MQTT 5: the broker says why it ends the connection. */
static void on_disconnected(void *context, MQTTProperties *properties, enum MQTTReasonCodes reason)
{
	(void)properties;
	put(context, EVENT_LOST, reason, 0, NULL);
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

static void on_subscribed(void *context, MQTTAsync_successData5 *data)
{
	put(context, EVENT_SUBSCRIBED, data ? (int)data->reasonCode : 0, 0, NULL);
}

static void on_subscribed3(void *context, MQTTAsync_successData *data)
{
	put(context, EVENT_SUBSCRIBED, data ? data->alt.qos : 0, 0, NULL);
}

static void on_subscribe_failed(void *context, MQTTAsync_failureData5 *data)
{
	(void)data;
	put(context, EVENT_SUBSCRIBED, 0x80, 0, NULL);
}

static void on_subscribe_failed3(void *context, MQTTAsync_failureData *data)
{
	(void)data;
	put(context, EVENT_SUBSCRIBED, 0x80, 0, NULL);
}

static void on_pong(void *context, MQTTAsync_successData5 *data)
{
	put(context, EVENT_PONG, 0, data ? data->token : 0, NULL);
}

/* "No subscription existed" is what MQTT 5 answers to our question, and paho may take it for a
 * failure. */
static void on_pong_failed(void *context, MQTTAsync_failureData5 *data)
{
	if (data && data->reasonCode > 0)
		put(context, EVENT_PONG, 0, data->token, NULL);
}

static void on_pong3(void *context, MQTTAsync_successData *data)
{
	put(context, EVENT_PONG, 0, data ? data->token : 0, NULL);
}

static int start(struct link *l, const struct link_conf *conf, struct err *err)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer,
				 o5 = MQTTAsync_connectOptions_initializer5;
	int rc;

	if (l->v5) {
		o = o5;
		o.cleanstart = 1;
		o.onSuccess5 = on_connected;
		o.onFailure5 = on_connect_failed;
	} else {
		o.cleansession = 1;
		o.MQTTVersion = MQTTVERSION_3_1_1; /* the default would try twice */
		o.onSuccess = on_connected3;
		o.onFailure = on_connect_failed3;
	}
	o.keepAliveInterval = KEEPALIVE_S;
	o.connectTimeout = (int)(conf->timeout_ms / 1000) + 1;
	o.automaticReconnect = 0;
	o.username = conf->username;
	o.password = conf->password;
	o.context = l;
	rc = MQTTAsync_connect(l->handle, &o);
	if (rc != MQTTASYNC_SUCCESS)
		return err_set(err, _("the MQTT library refuses to connect to %s: %s"), conf->address,
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
	l->v5 = conf->mqtt_version == 5;
	o.MQTTVersion = l->v5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1;
	rc = MQTTAsync_createWithOptions(
	    &l->handle, uri, conf->client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &o);
	if (rc != MQTTASYNC_SUCCESS) {
		err_set(err, _("the MQTT library does not take the address %s: %s"), conf->address,
		    MQTTAsync_strerror(rc));
		free(l);
		return NULL;
	}
	MQTTAsync_setCallbacks(l->handle, l, on_lost, on_message, NULL);
	if (l->v5)
		MQTTAsync_setDisconnected(l->handle, l, on_disconnected);
	if (start(l, conf, err) != 0) {
		link_close(l);
		return NULL;
	}
	return l;
}

int link_subscribe(struct link *l)
{
	MQTTAsync_responseOptions o = MQTTAsync_responseOptions_initializer;

	if (l->v5) {
		o.onSuccess5 = on_subscribed;
		o.onFailure5 = on_subscribe_failed;
	} else {
		o.onSuccess = on_subscribed3;
		o.onFailure = on_subscribe_failed3;
	}
	o.context = l;
	return MQTTAsync_subscribe(l->handle, subscription, 0, &o) == MQTTASYNC_SUCCESS ? 0 : -1;
}

int link_ping(struct link *l)
{
	MQTTAsync_responseOptions o = MQTTAsync_responseOptions_initializer;

	if (l->v5) {
		o.onSuccess5 = on_pong;
		o.onFailure5 = on_pong_failed;
	} else {
		o.onSuccess = on_pong3;
	}
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
