#include "source/discover.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "net/sock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE NS_PER_S

enum { REPLY_MOST = 2048 };

enum answer { ANSWER_NONE, ANSWER_REFUSED, ANSWER_OTHER, ANSWER_YES };

const struct discover_port discover_usual[DISCOVER_COUNT] = {
    {DISCOVER_KAFKA, 9092},
    {DISCOVER_NATS, 4222},
    {DISCOVER_NATS_HTTP, 8222},
    {DISCOVER_MQTT, 1883},
};

/* ApiVersions v0, correlation id 1, client id "mqduty": every Kafka answers it, rights or not. */
static const char ask_kafka[] = "\0\0\0\x10\0\x12\0\0\0\0\0\x01\0\x06mqduty";
static const char ask_http[] = "GET /varz HTTP/1.0\r\n\r\n";
/* CONNECT 3.1.1, clean session, an empty client id: the broker chooses one. */
static const char ask_mqtt[] = "\x10\x0c\0\x04MQTT\x04\x02\0\x0a\0\0";

static enum answer is_kafka(const char *p, size_t len)
{
	if (len < 8)
		return ANSWER_NONE;
	return memcmp(p + 4, "\0\0\0\x01", 4) == 0 && p[0] == 0 ? ANSWER_YES : ANSWER_OTHER;
}

static enum answer is_nats(const char *p, size_t len)
{
	if (len < 5)
		return ANSWER_NONE;
	return memcmp(p, "INFO ", 5) == 0 ? ANSWER_YES : ANSWER_OTHER;
}

static enum answer is_varz(const char *p, size_t len)
{
	if (memmem(p, len, "\"server_id\"", 11))
		return ANSWER_YES;
	return len >= 5 && memcmp(p, "HTTP/", 5) != 0 ? ANSWER_OTHER : ANSWER_NONE;
}

/* Any CONNACK will do: one that refuses us is a broker's, too. */
static enum answer is_mqtt(const char *p, size_t len)
{
	if (len < 4)
		return ANSWER_NONE;
	return p[0] == 0x20 && p[1] == 0x02 ? ANSWER_YES : ANSWER_OTHER;
}

static const struct protocol {
	const char *name, *ask;
	size_t ask_len;
	enum answer (*judge)(const char *p, size_t len);
} protocols[DISCOVER_COUNT] = {
    [DISCOVER_KAFKA] = {"Kafka", ask_kafka, sizeof(ask_kafka) - 1, is_kafka},
    [DISCOVER_NATS] = {"NATS", NULL, 0, is_nats}, /* it speaks first */
    [DISCOVER_NATS_HTTP] = {N_("NATS monitoring"), ask_http, sizeof(ask_http) - 1, is_varz},
    [DISCOVER_MQTT] = {"MQTT", ask_mqtt, sizeof(ask_mqtt) - 1, is_mqtt},
};

struct probe {
	const struct protocol *protocol;
	int port, fd;
	struct dial dial;
	bool dialled, over;
	enum answer answer;
	char reply[REPLY_MOST];
	size_t len;
};

static void finish(struct probe *p, enum answer answer)
{
	p->answer = answer;
	p->over = true;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static void begin(struct probe *p, const struct discover_port *at, int64_t now)
{
	char address[32];

	*p = (struct probe){.protocol = &protocols[at->what], .port = at->port, .fd = -1};
	snprintf(address, sizeof(address), "127.0.0.1:%d", at->port);
	dial_start(&p->dial, address, NULL, now, now + PATIENCE);
}

static void step_dial(struct probe *p, int64_t now)
{
	enum dial_state state = dial_step(&p->dial, now);

	if (state == DIAL_FAILED) {
		p->dialled = true;
		finish(p, ANSWER_REFUSED);
	} else if (state == DIAL_DONE) {
		p->dialled = true;
		p->fd = p->dial.fd;
		if (p->protocol->ask_len &&
		    send(p->fd, p->protocol->ask, p->protocol->ask_len, MSG_NOSIGNAL) < 0)
			finish(p, ANSWER_OTHER);
	}
}

static void step_reply(struct probe *p)
{
	ssize_t n = recv(p->fd, p->reply + p->len, sizeof(p->reply) - p->len, MSG_DONTWAIT);
	enum answer answer;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		p->len += (size_t)n;
	answer = p->protocol->judge(p->reply, p->len);
	if (answer == ANSWER_NONE && (n <= 0 || p->len == sizeof(p->reply)))
		answer = ANSWER_OTHER;
	if (answer != ANSWER_NONE)
		finish(p, answer);
}

static size_t descriptors(const struct probe *probes, struct pollfd *fds)
{
	size_t n = 0;

	for (size_t i = 0; i < DISCOVER_COUNT; i++) {
		const struct probe *p = &probes[i];

		if (p->over)
			continue;
		fds[n++] = p->dialled ? (struct pollfd){.fd = p->fd, .events = POLLIN}
				      : (struct pollfd){.fd = dial_fd(&p->dial), .events = POLLOUT};
	}
	return n;
}

static void ask_all(struct probe probes[DISCOVER_COUNT], const struct discover_port *ports)
{
	int64_t now = clock_boot(), end = now + PATIENCE;
	struct pollfd fds[DISCOVER_COUNT];
	size_t n;

	for (size_t i = 0; i < DISCOVER_COUNT; i++)
		begin(&probes[ports[i].what], &ports[i], now);
	while ((n = descriptors(probes, fds)) && now < end) {
		poll(fds, n, 20);
		now = clock_boot();
		for (size_t i = 0; i < DISCOVER_COUNT; i++) {
			if (!probes[i].over && !probes[i].dialled)
				step_dial(&probes[i], now);
			if (!probes[i].over && probes[i].dialled)
				step_reply(&probes[i]);
		}
	}
	for (size_t i = 0; i < DISCOVER_COUNT; i++) {
		if (!probes[i].dialled)
			dial_stop(&probes[i].dial);
		if (!probes[i].over)
			finish(&probes[i], ANSWER_NONE);
	}
}

static void say(const struct probe *p, struct buf *said)
{
	static const char *const sentence[] = {
	    [ANSWER_NONE] = N_("%s: 127.0.0.1:%d takes connections but does not answer.\n"),
	    [ANSWER_REFUSED] = N_("%s: nothing listens at 127.0.0.1:%d.\n"),
	    [ANSWER_OTHER] = N_("%s: what answers at 127.0.0.1:%d is something else.\n"),
	    [ANSWER_YES] = N_("%s: found at 127.0.0.1:%d.\n"),
	};
	char text[160];

	snprintf(text, sizeof(text), _(sentence[p->answer]), _(p->protocol->name), p->port);
	buf_adds(said, text);
}

static struct cluster_conf *add(struct config *c, const char *name, enum broker_kind kind)
{
	struct cluster_conf *cluster = config_add_cluster(c, name, kind);

	cluster->found_here = true;
	return cluster;
}

static const char **one(struct config *c, const char *prefix, int port, size_t *n)
{
	const char **list = arena_alloc(&c->arena, sizeof(*list));

	list[0] = arena_printf(&c->arena, "%s127.0.0.1:%d", prefix, port);
	*n = 1;
	return list;
}

static void add_kafka(struct config *c, const struct probe *p)
{
	struct cluster_conf *k = add(c, "local-kafka", KIND_KAFKA);

	k->bootstrap = one(c, "", p->port, &k->n_bootstrap);
}

/* Without its monitoring port a server is added all the same: its rows then say what to switch on.
 */
static void add_nats(struct config *c, const struct probe *http)
{
	struct cluster_conf *n = add(c, "local-nats", KIND_NATS);

	n->monitor = one(c, "http://", http->port, &n->n_monitor);
}

static void add_mqtt(struct config *c, const struct probe *p)
{
	static const char usual[] = "/var/lib/mosquitto";
	struct cluster_conf *m = add(c, "local-mqtt", KIND_MQTT);
	struct stat st;

	m->url = arena_printf(&c->arena, "mqtt://127.0.0.1:%d", p->port);
	if (stat(usual, &st) != 0)
		return;
	m->disks = arena_alloc(&c->arena, sizeof(*m->disks));
	m->disks[0] = (struct disk_conf){.broker = m->name, .path = usual, .local = true};
	m->n_disks = 1;
}

size_t discover(
    struct config *c, const struct discover_port ports[DISCOVER_COUNT], struct buf *said)
{
	struct probe probes[DISCOVER_COUNT];
	size_t before = c->n_clusters;
	bool nats, monitored;

	ask_all(probes, ports);
	for (size_t i = 0; i < DISCOVER_COUNT; i++)
		say(&probes[i], said);
	nats = probes[DISCOVER_NATS].answer == ANSWER_YES;
	monitored = probes[DISCOVER_NATS_HTTP].answer == ANSWER_YES;
	if (nats && !monitored)
		buf_adds(said,
		    _("NATS: its monitoring port is closed: start nats-server with -m 8222, or set "
		      "http_port: 8222 in its config.\n"));
	if (probes[DISCOVER_KAFKA].answer == ANSWER_YES)
		add_kafka(c, &probes[DISCOVER_KAFKA]);
	if (nats || monitored)
		add_nats(c, &probes[DISCOVER_NATS_HTTP]);
	if (probes[DISCOVER_MQTT].answer == ANSWER_YES)
		add_mqtt(c, &probes[DISCOVER_MQTT]);
	if (c->n_clusters == before)
		buf_adds(said, _("No broker was found on this host: write a config (see mqduty.yaml(5)) "
				 "and name it "
				 "with -c FILE.\n"));
	return c->n_clusters - before;
}
