#include "lab/net.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <MQTTAsync.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { N_DEVICES = 20, N_READERS = 3, N_CLIENTS = N_DEVICES + N_READERS, KEEP_ALIVE_S = 20 };

struct client {
	MQTTAsync handle;
	int number;
	atomic_bool up;
};

static struct client clients[N_CLIENTS];

static const char *const reader_topic[N_READERS] = {"home/+/temperature", "home/#", "home/3/alarm"};

static void on_connected(void *context, char *cause)
{
	struct client *c = context;
	MQTTAsync_responseOptions ro = MQTTAsync_responseOptions_initializer;
	int r = c->number - N_DEVICES;

	(void)cause;
	atomic_store(&c->up, true);
	/* A clean session forgets its subscriptions with every connection. */
	if (r >= 0)
		MQTTAsync_subscribe(c->handle, reader_topic[r], r == 1 ? 0 : 1, &ro);
}

static void on_lost(void *context, char *cause)
{
	struct client *c = context;

	(void)cause;
	atomic_store(&c->up, false);
}

static int on_message(void *context, char *topic, int len, MQTTAsync_message *m)
{
	(void)context;
	(void)len;
	MQTTAsync_freeMessage(&m);
	MQTTAsync_free(topic);
	return 1;
}

static int client_open(const struct lab *lab, struct client *c, int number)
{
	MQTTAsync_connectOptions o = MQTTAsync_connectOptions_initializer;
	char url[64], id[32];

	c->number = number;
	snprintf(url, sizeof(url), "tcp://127.0.0.1:%d", lab->mqtt_port);
	snprintf(id, sizeof(id), "%s-%02d", number < N_DEVICES ? "device" : "reader", number);
	if (MQTTAsync_create(&c->handle, url, id, MQTTCLIENT_PERSISTENCE_NONE, NULL) !=
	    MQTTASYNC_SUCCESS)
		return -1;
	MQTTAsync_setCallbacks(c->handle, c, on_lost, on_message, NULL);
	MQTTAsync_setConnected(c->handle, c, on_connected);
	o.keepAliveInterval = KEEP_ALIVE_S;
	o.cleansession = 1;
	o.automaticReconnect = 1;
	o.minRetryInterval = 1;
	o.maxRetryInterval = 4;
	o.connectTimeout = 3;
	o.MQTTVersion = MQTTVERSION_3_1_1;
	return MQTTAsync_connect(c->handle, &o) == MQTTASYNC_SUCCESS ? 0 : -1;
}

static void publish(struct client *c, const char *what, const char *text, int qos, int retain)
{
	MQTTAsync_responseOptions ro = MQTTAsync_responseOptions_initializer;
	char topic[64];

	if (!atomic_load(&c->up))
		return;
	snprintf(topic, sizeof(topic), "home/%d/%s", c->number, what);
	MQTTAsync_send(c->handle, topic, (int)strlen(text), text, qos, retain, &ro);
}

/* Ten temperatures a second in turn, half of them QoS 1; now and then a state and an alarm. */
int mqtt_traffic(const struct lab *lab, const char *name)
{
	unsigned long n = 0;
	struct pace p;

	(void)name;
	for (int i = 0; i < N_CLIENTS; i++)
		if (client_open(lab, &clients[i], i)) {
			worker_log("client %d cannot be made", i);
			return 1;
		}
	for (pace_init(&p, 10); worker_go(); pace_wait(&p), n++) {
		struct client *c = &clients[n % N_DEVICES];

		publish(c, "temperature", "21.5", (int)(n & 1), 0);
		if (n % 50 == 0)
			publish(c, "state", "{\"on\":true}", 1, 1);
		if (n % 100 == 0)
			publish(&clients[3], "alarm", "window open", 1, 0);
	}
	for (int i = 0; i < N_CLIENTS; i++) {
		MQTTAsync_disconnectOptions d = MQTTAsync_disconnectOptions_initializer;

		MQTTAsync_disconnect(clients[i].handle, &d);
	}
	sleep_ms(200);
	return 0;
}

/* The next four are faults. They speak MQTT by hand, because a client library would not
 * leave things undone. */
static void keep_all(const int *fd, int n)
{
	static const unsigned char ping[] = {0xc0, 0};
	char sink[512];

	for (int i = 0; i < n; i++) {
		if (fd[i] < 0 || send(fd[i], ping, sizeof(ping), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			continue;
		while (recv(fd[i], sink, sizeof(sink), MSG_DONTWAIT) > 0)
			;
	}
}

/* So many connections that nearly all of max_connections is taken. */
int mqtt_crowd(const struct lab *lab, const char *name)
{
	enum { CROWD = 68 };
	int fd[CROWD];
	char id[32];
	int64_t next = 0;

	(void)name;
	for (int i = 0; i < CROWD; i++)
		fd[i] = -1;
	while (worker_go()) {
		for (int i = 0; i < CROWD && worker_go(); i++) {
			char byte;

			if (fd[i] >= 0 && recv(fd[i], &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0) {
				close(fd[i]);
				fd[i] = -1;
			}
			snprintf(id, sizeof(id), "crowd-%03d", i);
			if (fd[i] < 0)
				fd[i] = net_mqtt_connect(lab->mqtt_port, id, 30, 1000);
		}
		if (clock_boot() >= next) {
			keep_all(fd, CROWD);
			next = clock_boot() + 10 * NS_PER_S;
		}
		sleep_ms(500);
	}
	return 0;
}

static size_t packet(unsigned char *out, unsigned char type, const unsigned char *body, size_t len)
{
	size_t n = 0, left = len;

	out[n++] = type;
	do {
		out[n++] = (unsigned char)((left & 127) | (left > 127 ? 128 : 0));
		left >>= 7;
	} while (left);
	memcpy(out + n, body, len);
	return n + len;
}

static int send_publish(int fd, int qos, int id, size_t payload)
{
	static const char topic[] = "lab/flood";
	unsigned char body[2048], out[2100];
	size_t n = 0;

	body[n++] = 0;
	body[n++] = sizeof(topic) - 1;
	memcpy(body + n, topic, sizeof(topic) - 1);
	n += sizeof(topic) - 1;
	if (qos) {
		body[n++] = (unsigned char)(id >> 8);
		body[n++] = (unsigned char)id;
	}
	memset(body + n, 'x', payload);
	n = packet(out, (unsigned char)(0x30 | qos << 1), body, n + payload);
	return send(fd, out, n, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -1;
}

static int stuck_subscriber(const struct lab *lab)
{
	static const unsigned char sub[] = {
	    0x82, 14, 0, 1, 0, 9, 'l', 'a', 'b', '/', 'f', 'l', 'o', 'o', 'd', 1};
	int fd = net_mqtt_connect(lab->mqtt_port, "stuck-reader", 0, 1000), small = 2048;
	char ack[5];

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	if (send(fd, sub, sizeof(sub), MSG_NOSIGNAL) < 0 ||
	    recv(fd, ack, sizeof(ack), MSG_WAITALL) != (ssize_t)sizeof(ack)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A subscriber that does not read, and a flood for it: its queue fills and mosquitto drops. */
int mqtt_drops(const struct lab *lab, const char *name)
{
	int reader = -1, writer = -1, id = 0;
	char sink[4096];
	struct pace p;

	(void)name;
	for (pace_init(&p, 100); worker_go(); pace_wait(&p)) {
		if (reader < 0)
			reader = stuck_subscriber(lab);
		if (writer < 0)
			writer = net_mqtt_connect(lab->mqtt_port, "flooder", 0, 1000);
		if (writer >= 0 && send_publish(writer, 1, id % 60000 + 1, 1000) == 0) {
			id++;
			while (recv(writer, sink, sizeof(sink), MSG_DONTWAIT) > 0)
				;
			continue;
		}
		close(reader);
		close(writer);
		reader = writer = -1;
		sleep_ms(1000);
	}
	return 0;
}

/* Clients that connect, close without a word and come back at once. */
int mqtt_storm(const struct lab *lab, const char *name)
{
	unsigned n = 0;
	struct pace p;
	char id[32];
	int fd;

	(void)name;
	for (pace_init(&p, 30); worker_go(); pace_wait(&p)) {
		snprintf(id, sizeof(id), "storm-%02u", n++ % 40);
		fd = net_mqtt_connect(lab->mqtt_port, id, 30, 1000);
		if (fd >= 0)
			close(fd);
		else
			sleep_ms(200);
	}
	return 0;
}

/* Clients that promise to be heard of every two seconds and then are not. */
int mqtt_keepalive(const struct lab *lab, const char *name)
{
	enum { SILENT = 12 };
	int fd[SILENT];
	char id[32], byte;

	(void)name;
	for (int i = 0; i < SILENT; i++)
		fd[i] = -1;
	while (worker_go()) {
		for (int i = 0; i < SILENT; i++) {
			if (fd[i] >= 0 && recv(fd[i], &byte, 1, MSG_DONTWAIT) == 0) {
				close(fd[i]);
				fd[i] = -1;
			}
			snprintf(id, sizeof(id), "silent-%02d", i);
			if (fd[i] < 0)
				fd[i] = net_mqtt_connect(lab->mqtt_port, id, 2, 1000);
		}
		sleep_ms(500);
	}
	return 0;
}
