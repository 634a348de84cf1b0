#include "lab/net.h"
#include "lab/traffic_nats.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_MSGS = 200000, SEED_MSGS = 200, OP_TIMEOUT_MS = 3000 };

struct stream_spec {
	const char *name, *subject;
	int replicas;
	double per_s;
};

static const struct stream_spec streams[] = {
    {"ORDERS", "orders.created", 3, 20},
    {"EVENTS", "events.seen", 1, 30},
};

/* push: delivered as it comes; pull: fetched, at most per_s (0: as fast as it can). */
struct consumer_spec {
	const char *name, *stream, *subject;
	bool push;
	double per_s;
};

static const struct consumer_spec consumers[] = {
    {"billing", "ORDERS", "orders.created", false, 0},
    {"mailer", "ORDERS", "orders.created", true, 0},
    {"archive", "EVENTS", "events.seen", false, 27}, /* 3 a second too slow */
};

enum {
	N_STREAMS = sizeof(streams) / sizeof(streams[0]),
	N_CONSUMERS = sizeof(consumers) / sizeof(consumers[0])
};

static void quiet(natsConnection *nc, natsSubscription *sub, natsStatus s, void *closure)
{
	(void)nc;
	(void)sub;
	(void)closure;
	/* cnats prints asynchronous errors to stderr unless somebody takes them. */
	worker_log("nats: %s", natsStatus_GetText(s));
}

static natsStatus session_open(const struct lab *lab, const char *name, struct session *s)
{
	char url[LAB_NODES][64];
	const char *urls[LAB_NODES];
	natsOptions *o = NULL;
	natsStatus st;

	for (int i = 0; i < LAB_NODES; i++) {
		snprintf(url[i], sizeof(url[i]), "nats://127.0.0.1:%d", lab->nats_port[i]);
		urls[i] = url[i];
	}
	*s = (struct session){0};
	st = natsOptions_Create(&o);
	if (st == NATS_OK)
		st = natsOptions_SetServers(o, urls, LAB_NODES);
	if (st == NATS_OK)
		st = natsOptions_SetUserInfo(o, "app", lab->secret);
	if (st == NATS_OK)
		st = natsOptions_SetName(o, name);
	if (st == NATS_OK)
		st = natsOptions_SetMaxReconnect(o, -1);
	if (st == NATS_OK)
		st = natsOptions_SetReconnectWait(o, 500);
	if (st == NATS_OK)
		st = natsOptions_SetPingInterval(o, 2000);
	if (st == NATS_OK)
		st = natsOptions_SetErrorHandler(o, quiet, NULL);
	if (st == NATS_OK)
		st = natsConnection_Connect(&s->nc, o);
	natsOptions_Destroy(o);
	if (st == NATS_OK) {
		jsOptions jo;

		jsOptions_Init(&jo);
		jo.Wait = OP_TIMEOUT_MS;
		st = natsConnection_JetStream(&s->js, s->nc, &jo);
	}
	return st;
}

/* While every server is away the first connection fails: once a second is often enough. */
int session_wait(const struct lab *lab, const char *name, struct session *s)
{
	natsStatus st;

	while (worker_go()) {
		st = session_open(lab, name, s);
		if (st == NATS_OK)
			return 0;
		worker_log("%s: no connection: %s", name, natsStatus_GetText(st));
		natsConnection_Destroy(s->nc);
		sleep_ms(1000);
	}
	return -1;
}

void session_close(struct session *s)
{
	jsCtx_Destroy(s->js);
	natsConnection_Destroy(s->nc);
}

static natsStatus add_stream(struct session *s, const struct stream_spec *spec)
{
	const char *subjects[] = {spec->subject};
	natsStatus st = NATS_OK;
	jsErrCode code = 0;
	jsStreamConfig c;

	jsStreamConfig_Init(&c);
	c.Name = spec->name;
	c.Subjects = subjects;
	c.SubjectsLen = 1;
	c.Storage = js_FileStorage;
	c.Replicas = spec->replicas;
	c.MaxMsgs = MAX_MSGS;
	/* Right after its start a cluster may still refuse, for want of peers. */
	while (worker_go()) {
		st = js_AddStream(NULL, s->js, &c, NULL, &code);
		if (st == NATS_OK)
			break;
		worker_log("stream %s: %s (%d)", spec->name, natsStatus_GetText(st), (int)code);
		sleep_ms(200);
	}
	return st;
}

static natsStatus add_consumer(struct session *s, const struct consumer_spec *spec)
{
	natsStatus st = NATS_OK;
	jsErrCode code = 0;
	jsConsumerConfig c;
	char deliver[64];

	jsConsumerConfig_Init(&c);
	c.Durable = spec->name;
	c.AckPolicy = js_AckExplicit;
	c.DeliverPolicy = js_DeliverAll;
	c.FilterSubject = spec->subject;
	c.AckWait = 30 * NS_PER_S;
	snprintf(deliver, sizeof(deliver), "deliver.%s", spec->name);
	if (spec->push)
		c.DeliverSubject = deliver;
	while (worker_go()) {
		st = js_AddConsumer(NULL, s->js, spec->stream, &c, NULL, &code);
		if (st == NATS_OK)
			break;
		worker_log("consumer %s: %s (%d)", spec->name, natsStatus_GetText(st), (int)code);
		sleep_ms(200);
	}
	return st;
}

int nats_seed(const struct lab *lab, const char *name)
{
	char file[64];
	struct session s;
	struct err err;

	if (session_wait(lab, "lab-seed", &s))
		return 1;
	for (size_t i = 0; i < N_STREAMS; i++) {
		if (add_stream(&s, &streams[i]) != NATS_OK)
			return 1;
		for (int k = 0; k < SEED_MSGS && worker_go(); k++)
			js_PublishAsync(s.js, streams[i].subject, "seed", 4, NULL);
	}
	js_PublishAsyncComplete(s.js, NULL);
	for (size_t i = 0; i < N_CONSUMERS; i++)
		if (add_consumer(&s, &consumers[i]) != NATS_OK)
			return 1;
	session_close(&s);
	snprintf(file, sizeof(file), "run/%s", name);
	return lab_write(lab, 0600, &err, file, "ok\n") ? 1 : 0;
}

/* A thread of the traffic: which lab, and what it does there. */
struct task {
	const struct lab *lab;
	const void *spec;
	pthread_t thread;
};

static void *publish_stream(void *arg)
{
	const struct task *t = arg;
	const struct stream_spec *spec = t->spec;
	char text[128], name[64];
	unsigned long long n = 0;
	struct session s;
	struct pace p;

	snprintf(name, sizeof(name), "shop-%s", spec->name);
	if (session_wait(t->lab, name, &s))
		return NULL;
	for (pace_init(&p, spec->per_s); worker_go(); pace_wait(&p)) {
		int len = snprintf(text, sizeof(text), "{\"n\":%llu,\"from\":\"%s\"}", ++n, name);

		/* An answer that does not come is a cluster that cannot write now: wait a little.
		 */
		if (js_Publish(NULL, s.js, spec->subject, text, len, NULL, NULL) != NATS_OK)
			sleep_ms(500);
	}
	session_close(&s);
	return NULL;
}

static void *publish_core(void *arg)
{
	const struct task *t = arg;
	struct session s;
	struct pace p;

	if (session_wait(t->lab, "sensor-gateway", &s))
		return NULL;
	for (pace_init(&p, 50); worker_go(); pace_wait(&p))
		natsConnection_PublishString(s.nc, "telemetry.room.temperature", "21.5");
	session_close(&s);
	return NULL;
}

static void *subscribe_core(void *arg)
{
	const struct task *t = arg;
	natsSubscription *sub = NULL;
	struct session s;
	natsMsg *m;

	if (session_wait(t->lab, "wall-display", &s))
		return NULL;
	if (natsConnection_SubscribeSync(&sub, s.nc, "telemetry.>") != NATS_OK)
		worker_log("wall-display: cannot subscribe");
	while (sub && worker_go())
		if (natsSubscription_NextMsg(&m, sub, 500) == NATS_OK)
			natsMsg_Destroy(m);
	natsSubscription_Destroy(sub);
	session_close(&s);
	return NULL;
}

static natsStatus consumer_open(
    struct session *s, const struct consumer_spec *spec, natsSubscription **sub)
{
	jsSubOptions so;

	jsSubOptions_Init(&so);
	so.Stream = spec->stream;
	so.Consumer = spec->name;
	so.ManualAck = true;
	return spec->push
		   ? js_SubscribeSync(sub, s->js, spec->subject, NULL, &so, NULL)
		   : js_PullSubscribe(sub, s->js, spec->subject, spec->name, NULL, &so, NULL);
}

static bool consume_push(natsSubscription *sub)
{
	natsMsg *m;
	natsStatus st = natsSubscription_NextMsg(&m, sub, 1000);

	if (st == NATS_OK) {
		natsMsg_Ack(m, NULL);
		natsMsg_Destroy(m);
	}
	return st == NATS_OK || st == NATS_TIMEOUT;
}

static bool consume_pull(natsSubscription *sub, int batch)
{
	natsMsgList list = {0};
	natsStatus st = natsSubscription_Fetch(&list, sub, batch, 1000, NULL);

	for (int i = 0; i < list.Count; i++)
		natsMsg_Ack(list.Msgs[i], NULL);
	natsMsgList_Destroy(&list);
	return st == NATS_OK || st == NATS_TIMEOUT;
}

static void *consume(void *arg)
{
	const struct task *t = arg;
	const struct consumer_spec *spec = t->spec;
	bool limited = spec->per_s > 0, ok;
	natsSubscription *sub = NULL;
	struct session s;
	struct pace p;

	if (session_wait(t->lab, spec->name, &s))
		return NULL;
	pace_init(&p, limited ? spec->per_s / 3 : 20);
	while (worker_go()) {
		ok = sub || consumer_open(&s, spec, &sub) == NATS_OK;
		if (ok)
			ok = spec->push ? consume_push(sub) : consume_pull(sub, limited ? 3 : 50);
		if (!ok) {
			natsSubscription_Destroy(sub);
			sub = NULL;
			sleep_ms(500);
		}
		if (!spec->push)
			pace_wait(&p);
	}
	natsSubscription_Destroy(sub);
	session_close(&s);
	return NULL;
}

int nats_traffic(const struct lab *lab, const char *name)
{
	struct task tasks[N_STREAMS + N_CONSUMERS + 2];
	size_t n = 0;

	(void)name;
	for (size_t i = 0; i < N_STREAMS; i++, n++) {
		tasks[n] = (struct task){.lab = lab, .spec = &streams[i]};
		if (pthread_create(&tasks[n].thread, NULL, publish_stream, &tasks[n]))
			return 1;
	}
	for (size_t i = 0; i < N_CONSUMERS; i++, n++) {
		tasks[n] = (struct task){.lab = lab, .spec = &consumers[i]};
		if (pthread_create(&tasks[n].thread, NULL, consume, &tasks[n]))
			return 1;
	}
	tasks[n] = (struct task){.lab = lab};
	if (pthread_create(&tasks[n].thread, NULL, subscribe_core, &tasks[n]))
		return 1;
	n++;
	tasks[n] = (struct task){.lab = lab};
	publish_core(&tasks[n]);
	while (n-- > 0)
		pthread_join(tasks[n].thread, NULL);
	nats_Close();
	return 0;
}

/* A subscriber that says SUB and then never reads, and a flood for it: the server cuts it
 * off after its write deadline and counts a slow consumer; then the next one comes. */
int nats_slow(const struct lab *lab, const char *name)
{
	char hello[256], info[4096];
	static char payload[16384];
	struct session s;
	int small = 4096, fd;

	(void)name;
	memset(payload, 'x', sizeof(payload));
	if (session_wait(lab, "lab-flood", &s))
		return 1;
	snprintf(hello, sizeof(hello),
	    "CONNECT {\"user\":\"app\",\"pass\":\"%s\",\"verbose\":false,\"name\":\"stuck-reader\","
	    "\"lang\":\"raw\"}\r\nSUB lab.flood 1\r\nPING\r\n",
	    lab->secret);
	while (worker_go()) {
		fd = net_connect(lab->nats_port[0], 1000);
		if (fd < 0) {
			sleep_ms(1000);
			continue;
		}
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		if (recv(fd, info, sizeof(info), 0) > 0 &&
		    send(fd, hello, strlen(hello), MSG_NOSIGNAL) > 0) {
			sleep_ms(100);
			for (int i = 0; i < 400 && worker_go(); i++) {
				natsConnection_Publish(s.nc, "lab.flood", payload, sizeof(payload));
				if (i % 20 == 19)
					natsConnection_FlushTimeout(s.nc, 1000);
			}
			for (int i = 0; i < 30 && worker_go(); i++)
				sleep_ms(100);
		}
		close(fd);
	}
	session_close(&s);
	return 0;
}
