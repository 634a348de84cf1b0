#include "lab/net.h"
#include "lab/proc.h"
#include "lab/worker.h"

#include "base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Faults that a worker makes with raw sockets and signals, in no broker's own client. */

/* One SUBSCRIBE for a topic of its own, QoS 0; false: the connection is gone. */
static bool subscribe_one(int fd, unsigned n)
{
	unsigned char out[64];
	char topic[32], ack[5];
	int len = snprintf(topic, sizeof(topic), "lab/subscription/%06u", n);

	out[0] = 0x82;
	out[1] = (unsigned char)(len + 5);
	out[2] = (unsigned char)((n % 60000 + 1) >> 8);
	out[3] = (unsigned char)(n % 60000 + 1);
	out[4] = 0;
	out[5] = (unsigned char)len;
	memcpy(out + 6, topic, (size_t)len);
	out[6 + len] = 0;
	return send(fd, out, (size_t)len + 7, MSG_NOSIGNAL) > 0 &&
	       recv(fd, ack, sizeof(ack), MSG_WAITALL) == (ssize_t)sizeof(ack);
}

static bool ping(int fd)
{
	static const unsigned char request[] = {0xc0, 0};
	unsigned char answer[2];

	return send(fd, request, sizeof(request), MSG_NOSIGNAL) > 0 &&
	       recv(fd, answer, sizeof(answer), MSG_WAITALL) == (ssize_t)sizeof(answer);
}

/* A client that subscribes to one topic after the other, 100 a second, until it has 20,000. */
int mqtt_subscriptions(const struct lab *lab, const char *name)
{
	enum { MOST = 20000, AT_ONCE = 50 };
	unsigned n = 0;
	int fd = -1;

	(void)name;
	while (worker_go()) {
		bool well;

		if (fd < 0) {
			fd = net_mqtt_connect(lab->mqtt_port, "collector", 60, 1000);
			n = 0;
		}
		well = fd >= 0 && (n < MOST || ping(fd));
		for (int i = 0; well && i < AT_ONCE && n < MOST; i++)
			well = subscribe_one(fd, n++);
		if (!well && fd >= 0) {
			close(fd);
			fd = -1;
		}
		sleep_ms(n < MOST ? 20 : 1000);
	}
	if (fd >= 0)
		close(fd);
	return 0;
}

/* Stops and lets go a family's brokers by turns: they answer, but late. */
int pulse(const struct lab *lab, const char *name)
{
	const char *family = strchr(name, '-') + 1;
	bool one = !strcmp(family, "mqtt");
	char proc[PROC_NAME];

	while (worker_go()) {
		for (int step = 0; step < 2; step++) {
			for (int i = 1; i <= (one ? 1 : LAB_NODES); i++) {
				snprintf(proc, sizeof(proc), "%s-%d", family, i);
				proc_signal(lab, one ? "mosquitto" : proc, step ? SIGCONT : SIGSTOP);
			}
			sleep_ms(step ? 40 : 160);
		}
	}
	for (int i = 1; i <= (one ? 1 : LAB_NODES); i++) {
		snprintf(proc, sizeof(proc), "%s-%d", family, i);
		proc_signal(lab, one ? "mosquitto" : proc, SIGCONT);
	}
	return 0;
}

/* One client with so many subscriptions that their server needs a hundred megabytes more. */
int nats_memory(const struct lab *lab, const char *name)
{
	enum { MOST = 120000, AT_ONCE = 500 };
	static char out[AT_ONCE * 64 + 512], sink[4096];
	unsigned n = 0;
	ssize_t got;
	int fd = -1;

	(void)name;
	while (worker_go()) {
		int len = 0;

		if (fd < 0) {
			fd = net_connect(lab->nats_port[0], 1000);
			n = 0;
			len = snprintf(out, sizeof(out),
			    "CONNECT {\"user\":\"app\",\"pass\":\"%s\",\"verbose\":false,\"name\":\"hoarder\","
			    "\"lang\":\"raw\"}\r\n",
			    lab->secret);
		}
		for (int i = 0; i < AT_ONCE && n < MOST; i++, n++)
			len += snprintf(out + len, sizeof(out) - (size_t)len, "SUB lab.hoard.%u.%u %u\r\n",
			    n % 997, n, n + 1);
		if (fd >= 0 && len && send(fd, out, (size_t)len, MSG_NOSIGNAL) != len) {
			close(fd);
			fd = -1;
		}
		while (fd >= 0 && (got = recv(fd, sink, sizeof(sink), MSG_DONTWAIT)) > 0)
			if (memmem(sink, (size_t)got, "PING\r\n", 6) && send(fd, "PONG\r\n", 6, MSG_NOSIGNAL) < 0)
				break;
		sleep_ms(n < MOST ? 10 : 500);
	}
	if (fd >= 0)
		close(fd);
	return 0;
}
