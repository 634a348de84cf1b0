#include "source/mqtt/broker.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/text.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define RETRY_MOST (12 * NS_PER_S)
#define TICK (20 * NS_PER_MS) /* between two looks at a resolver that has no descriptor */

/* A live connection that answers nothing for this long has its TCP looked at. */
#define SUSPICION NS_PER_S

/* The broker has had time to send what it retains. */
#define FIRST_VALUES (2 * NS_PER_S)

/* Whether log lines come is looked at just after a tick, so that the connection which does it is
 * gone before the next one counts. */
#define CHECK_WITHIN NS_PER_S
#define CHECK_MOST (5 * NS_PER_S)
#define CHECK_MOST_ONCE NS_PER_S /* somebody waits for a one-shot check */

/* A probe waits for a connection that has been idle this long, but not for ever: behind a burst
 * the broker's own Nagle would add 40 ms. */
#define QUIET (250 * NS_PER_MS)
#define QUIET_MOST NS_PER_S

enum { DEFAULT_TIMEOUT_MS = 5000 };

static int64_t timeout_of(const struct mqtt_broker *b)
{
	int64_t ms = b->ctx->cluster->timeout_ms;

	return (ms > 0 ? ms : DEFAULT_TIMEOUT_MS) * NS_PER_MS;
}

static uint32_t random_bits(void)
{
	uint32_t r = 0;

	if (getrandom(&r, sizeof(r), GRND_NONBLOCK) != (ssize_t)sizeof(r))
		r = (uint32_t)clock_boot();
	return r;
}

/* A client id that no other mqduty has: two of the same name would throw each other out. */
static void name_client(struct mqtt_broker *b, unsigned number)
{
	char host[48] = "";

	if (gethostname(host, sizeof(host) - 1) || !text_is_clean(host))
		snprintf(host, sizeof(host), "host");
	snprintf(b->client_id, sizeof(b->client_id), "mqduty-%s-%ld-%u-%08x", host, (long)getpid(), number,
	    (unsigned)random_bits());
	snprintf(b->checker_name, sizeof(b->checker_name), "%s-log", b->client_id);
}

static int parse_url(struct mqtt_broker *b, const char *url, struct err *err)
{
	static const struct {
		const char *scheme;
		bool secure;
		const char *port;
	} schemes[] = {{"mqtt://", false, "1883"}, {"tcp://", false, "1883"}, {"mqtts://", true, "8883"},
	    {"ssl://", true, "8883"}};
	char host[HOST_MAX], port[PORT_MAX];
	const char *rest = url, *default_port = "1883";
	size_t len;

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (strncmp(url, schemes[i].scheme, strlen(schemes[i].scheme)) != 0)
			continue;
		rest = url + strlen(schemes[i].scheme);
		b->secure = schemes[i].secure;
		default_port = schemes[i].port;
	}
	len = strcspn(rest, "/");
	snprintf(b->address, sizeof(b->address), "%.*s", (int)(len < HOST_MAX + PORT_MAX ? len : 0), rest);
	if (address_split(b->address, host, port) != 0) {
		len = strlen(b->address);
		snprintf(b->address + len, sizeof(b->address) - len, ":%s", default_port);
	}
	if (address_split(b->address, host, port) != 0)
		return err_set(err, "url: %s is not mqtt://host:port", url);
	return 0;
}

int mqtt_broker_init(struct mqtt_broker *b, struct source_ctx *ctx, struct queue *queue, const char *name,
    const char *url, int64_t max_connections, unsigned number, int64_t now, struct err *err)
{
	*b = (struct mqtt_broker){.ctx = ctx, .queue = queue, .name = name, .tcp_ms = -1};
	if (parse_url(b, url, err) != 0)
		return -1;
	b->flavor = ctx->cluster->flavor;
	b->max_connections = max_connections;
	b->next_link_id = number << 20;
	b->dial.fd = -1;
	snprintf(b->dial_address, sizeof(b->dial_address), "%s",
	    cluster_dial_address(ctx->cluster, b->address));
	name_client(b, number);
	task_init(&b->retry, ctx->config, PERIOD_LIVENESS, now);
	task_init(&b->ping, ctx->config, PERIOD_LIVENESS, now);
	probe_stats_init(&b->probes);
	facts_init(&b->facts);
	return 0;
}

static void drop_links(struct mqtt_broker *b)
{
	link_close(b->link);
	link_close(b->checker);
	b->link = b->checker = NULL;
	b->link_id = b->checker_id = 0;
	b->ping_sent = 0;
	b->check_wanted = false;
	b->check_deadline = 0;
}

static void stop_dial(struct mqtt_broker *b)
{
	if (!b->dialling)
		return;
	if (b->dial.state == DIAL_DONE)
		close(b->dial.fd);
	dial_stop(&b->dial);
	b->dialling = false;
}

void mqtt_broker_release(struct mqtt_broker *b)
{
	drop_links(b);
	stop_dial(b);
	probe_stats_release(&b->probes);
	facts_release(&b->facts);
}

static void tell(struct mqtt_broker *b, const char *text)
{
	model_event(b->ctx->model, b->ctx->index, b->name, "%s", text);
}

static void heard(struct mqtt_broker *b, int64_t at)
{
	char text[128], gap[FMT_MAX];

	if (b->trouble == TROUBLE_DOWN || b->trouble == TROUBLE_HUNG) {
		if (b->heard_at) {
			fmt_duration(gap, sizeof(gap), at - b->heard_at);
			snprintf(text, sizeof(text), "answers again after %s", gap);
			tell(b, text);
		}
	}
	b->trouble = TROUBLE_NONE;
	b->words[0] = '\0';
	b->heard_at = at;
}

static void set_trouble(struct mqtt_broker *b, enum trouble trouble, const char *words, int64_t now)
{
	bool news = b->trouble != trouble;
	char text[ERR_MAX];

	b->trouble = trouble;
	snprintf(b->words, sizeof(b->words), "%s", words);
	if (!news)
		return;
	mqtt_broker_words(b, now, text, sizeof(text));
	tell(b, text);
}

/* The try has failed: says why, waits longer than the last time. */
static void fail(struct mqtt_broker *b, enum trouble trouble, const char *words, int64_t now)
{
	drop_links(b);
	stop_dial(b);
	facts_disconnected(&b->facts, now);
	b->phase = PHASE_IDLE;
	b->tried_at = now;
	set_trouble(b, trouble, words, now);
	task_failed(&b->retry, now, RETRY_MOST);
	/* Ten operators' screens must not knock at the same moment. */
	b->retry.next += (int64_t)(random_bits() % 1000) * (b->retry.backoff / 5) / 1000;
}

static void start_dial(struct mqtt_broker *b, int64_t now)
{
	stop_dial(b);
	dial_start(&b->dial, b->dial_address, NULL, now, now + timeout_of(b));
	b->dialling = true;
}

static void begin_try(struct mqtt_broker *b, int64_t now)
{
	if (!b->first_try)
		b->first_try = now;
	if (b->ctx->cluster->via) {
		fail(b, TROUBLE_HERE, "via: is not there yet for MQTT: forward a port (ssh -L) and name it "
				      "in address_map:", now);
		return;
	}
	if (b->secure) {
		fail(b, TROUBLE_HERE, "mqtts:// is not there yet: use a plain listener of the broker on "
				      "a trusted network", now);
		return;
	}
	start_dial(b, now);
	b->phase = PHASE_DIALLING;
}

/* The numeric form of the address that has just answered. */
static int peer_of(int fd, char *out, size_t size)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	char host[INET6_ADDRSTRLEN], port[PORT_MAX];

	if (getpeername(fd, (struct sockaddr *)&peer, &len) != 0)
		return -1;
	if (getnameinfo((struct sockaddr *)&peer, len, host, sizeof(host), port, sizeof(port),
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return -1;
	snprintf(out, size, peer.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
	return 0;
}

static struct link *open_link(struct mqtt_broker *b, const char *address, const char *client_id, unsigned id,
    struct err *err)
{
	const struct cluster_conf *c = b->ctx->cluster;
	struct link_conf conf = {.address = address, .client_id = client_id, .username = c->username,
	    .password = c->password.value, .timeout_ms = timeout_of(b) / NS_PER_MS, .id = id};

	return link_open(&conf, b->queue, err);
}

static void dial_done(struct mqtt_broker *b, int64_t now)
{
	struct err err = {{0}};

	b->tcp_ms = b->dial.connect_ms;
	if (b->phase != PHASE_DIALLING) { /* it was only a look */
		stop_dial(b);
		return;
	}
	if (peer_of(b->dial.fd, b->peer, sizeof(b->peer)) != 0) {
		fail(b, TROUBLE_DOWN, "reset: the other side closed the connection at once", now);
		return;
	}
	stop_dial(b);
	b->link_id = ++b->next_link_id;
	b->link = open_link(b, b->peer, b->client_id, b->link_id, &err);
	if (!b->link) {
		fail(b, TROUBLE_HERE, err.msg, now);
		return;
	}
	b->phase = PHASE_CONNECTING;
	b->deadline = now + timeout_of(b);
}

static void dial_failed(struct mqtt_broker *b, int64_t now)
{
	struct err err = b->dial.err;
	bool here = strncmp(err.msg, "dns", 3) == 0;

	if (b->phase != PHASE_DIALLING) {
		stop_dial(b);
		return;
	}
	err_prefix(&err, "%s", b->dial_address);
	fail(b, here ? TROUBLE_HERE : TROUBLE_DOWN, err.msg, now);
}

static void step_dial(struct mqtt_broker *b, int64_t now)
{
	if (!b->dialling)
		return;
	switch (dial_step(&b->dial, now)) {
	case DIAL_DONE:
		dial_done(b, now);
		break;
	case DIAL_FAILED:
		dial_failed(b, now);
		break;
	default:
		break;
	}
}

/* The connection ended under us. Whoever ended it, the next try tells more. */
static void lost(struct mqtt_broker *b, int64_t now)
{
	drop_links(b);
	stop_dial(b);
	facts_disconnected(&b->facts, now);
	b->phase = PHASE_IDLE;
	b->tried_at = now;
	if (b->trouble == TROUBLE_NONE)
		tell(b, "connection lost");
	b->retry.backoff = 0;
	b->retry.next = now + (int64_t)(random_bits() % 200) * NS_PER_MS;
}

static void connect_failed(struct mqtt_broker *b, const struct event *e)
{
	static const char *const refusals[] = {
	    [1] = "protocol: the broker does not speak MQTT 3.1.1",
	    [2] = "auth: the broker refuses the client id",
	    [3] = "the broker answers that it is not available",
	    [4] = "auth: wrong user name or password: see username: and password_env: of the cluster",
	    [5] = "auth: not authorised: give the cluster a username: and a password_env: that the broker knows",
	};
	bool told = e->code > 0 && (size_t)e->code < sizeof(refusals) / sizeof(refusals[0]);

	if (told) {
		heard(b, e->at);
		fail(b, TROUBLE_DENIED, refusals[e->code], e->at);
	} else {
		fail(b, TROUBLE_DENIED, "protocol: the port takes TCP connections, but ends them instead of "
					"answering as an MQTT broker does (max_connections reached, TLS or "
					"another service there)", e->at);
	}
}

static void subscribed(struct mqtt_broker *b, const struct event *e)
{
	heard(b, e->at);
	if (e->code & 0x80) {
		fail(b, TROUBLE_DENIED, "auth: the broker refuses the subscription to $SYS/#: "
					"add `topic read $SYS/#` for this user to its acl_file", e->at);
		return;
	}
	b->phase = PHASE_LIVE;
	b->retry.backoff = 0;
	facts_subscribed(&b->facts, e->at);
	b->check_wanted = true;
}

static void pong(struct mqtt_broker *b, const struct event *e)
{
	int64_t took = e->at - b->ping_sent;

	heard(b, e->at);
	if (!b->ping_sent || e->token != b->ping_token)
		return;
	b->ping_sent = 0;
	b->pings++;
	if (took <= timeout_of(b))
		probe_stats_add(&b->probes, e->at, (double)took / NS_PER_MS);
	task_done(&b->ping, e->at);
	if (b->phase != PHASE_PROBING)
		return;
	if (b->ctx->one_shot && b->pings < PROBE_BURST) {
		b->ping.next = e->at;
		return;
	}
	b->phase = PHASE_SUBSCRIBING;
	b->deadline = e->at + timeout_of(b);
	if (link_subscribe(b->link) != 0)
		lost(b, e->at);
}

/* Is it a line about one of our own connections? */
static bool is_ours(const struct mqtt_broker *b, const struct line *line)
{
	const char *const names[] = {b->client_id, b->checker_name};

	for (size_t i = 0; line->client && i < 2; i++)
		if (strlen(names[i]) == line->client_len && memcmp(names[i], line->client, line->client_len) == 0)
			return true;
	return false;
}

/* The log says it once per client and burst; an event a minute is enough. */
static void tell_thinned(struct mqtt_broker *b, int64_t *told, const char *text, int64_t now)
{
	if (*told && now - *told < 60 * NS_PER_S)
		return;
	*told = now;
	tell(b, text);
}

static void log_line(struct mqtt_broker *b, const struct event *e)
{
	struct line line = line_parse(e->payload, e->len);
	char text[160], who[64];

	if (is_ours(b, &line)) {
		facts_line(&b->facts, LINE_OTHER);
		b->facts.lines = LINES_SEEN;
		return;
	}
	facts_line(&b->facts, line.kind);
	if (line.kind == LINE_DENIED) {
		tell_thinned(b, &b->told_denied, "refuses connections: max_connections exceeded", e->at);
	} else if (line.kind == LINE_DROPPING && line.client) {
		text_sanitise(who, sizeof(who), line.client, line.client_len);
		snprintf(text, sizeof(text), "drops messages: the queue of client %s is full", who);
		tell_thinned(b, &b->told_dropping, text, e->at);
	}
}

static void message(struct mqtt_broker *b, const struct event *e)
{
	static const char log_topic[] = "$SYS/broker/log/";
	char text[160], before[FMT_MAX], after[FMT_MAX];

	heard(b, e->at);
	if (e->topic_len > sizeof(log_topic) - 1 && memcmp(e->topic, log_topic, sizeof(log_topic) - 1) == 0) {
		log_line(b, e);
		return;
	}
	facts_message(&b->facts, e->topic, e->topic_len, e->payload, e->len, e->retained, e->at);
	if (!b->facts.restarted)
		return;
	b->facts.restarted = false;
	fmt_duration(before, sizeof(before), b->facts.uptime_lost * NS_PER_S);
	fmt_duration(after, sizeof(after), b->facts.uptime * NS_PER_S);
	snprintf(text, sizeof(text), "restarted: it had been up for %s, now for %s", before, after);
	tell(b, text);
}

static void checker_event(struct mqtt_broker *b, const struct event *e)
{
	if (e->kind != EVENT_CONNECTED && e->kind != EVENT_CONNECT_FAILED)
		return;
	link_close(b->checker);
	b->checker = NULL;
	b->checker_id = 0;
	if (e->kind == EVENT_CONNECT_FAILED) { /* it proves nothing: again after the next tick */
		b->check_deadline = 0;
		b->check_wanted = !b->ctx->one_shot;
	}
}

bool mqtt_broker_event(struct mqtt_broker *b, const struct event *e)
{
	if (b->checker && e->link == b->checker_id) {
		checker_event(b, e);
		return true;
	}
	if (!b->link || e->link != b->link_id)
		return false;
	switch (e->kind) {
	case EVENT_CONNECTED:
		heard(b, e->at);
		b->phase = PHASE_PROBING;
		b->deadline = e->at + timeout_of(b);
		b->ping.next = e->at;
		break;
	case EVENT_CONNECT_FAILED:
		connect_failed(b, e);
		break;
	case EVENT_LOST:
		lost(b, e->at);
		break;
	case EVENT_SUBSCRIBED:
		subscribed(b, e);
		break;
	case EVENT_PONG:
		pong(b, e);
		break;
	case EVENT_MESSAGE:
		message(b, e);
		break;
	}
	return true;
}

/* Values that were lost do not come again by themselves: subscribing anew brings what is retained. */
void mqtt_broker_gap(struct mqtt_broker *b, uint64_t lost)
{
	facts_gap(&b->facts, lost);
	if (b->phase == PHASE_LIVE)
		link_subscribe(b->link);
}

void mqtt_broker_hurry(struct mqtt_broker *b, int64_t now)
{
	if (b->phase == PHASE_IDLE)
		b->retry.next = now;
	if (b->phase == PHASE_LIVE && !b->ping_sent)
		b->ping.next = now;
}

/* When the next probe may go out. */
static int64_t ping_due(const struct mqtt_broker *b)
{
	int64_t quiet = b->heard_at + QUIET, latest = b->ping.next + QUIET_MOST;

	if (b->phase == PHASE_PROBING || quiet <= b->ping.next)
		return b->ping.next;
	return quiet < latest ? quiet : latest;
}

static void step_ping(struct mqtt_broker *b, int64_t now)
{
	if (b->phase != PHASE_LIVE && b->phase != PHASE_PROBING)
		return;
	if (!b->ping_sent) {
		if (now < ping_due(b))
			return;
		b->ping_sent = now;
		b->ping_token = link_ping(b->link);
		return;
	}
	if (b->phase == PHASE_LIVE && now - b->ping_sent > SUSPICION && !b->dialling && b->tcp_looked_at < b->ping_sent) {
		b->tcp_looked_at = now;
		b->tcp_ms = -1;
		start_dial(b, now);
	}
	if (mqtt_broker_silent(b, now) && b->trouble != TROUBLE_HUNG)
		set_trouble(b, TROUBLE_HUNG, "", now);
}

static bool just_ticked(const struct mqtt_broker *b, int64_t now)
{
	const struct facts *f = &b->facts;

	return f->ticks > 1 && !f->tick_due && now - f->uptime_at < CHECK_WITHIN;
}

static void step_check(struct mqtt_broker *b, int64_t now)
{
	struct err err;

	if (b->phase != PHASE_LIVE)
		return;
	if (b->check_deadline && now >= b->check_deadline) {
		link_close(b->checker);
		b->checker = NULL;
		b->checker_id = 0;
		b->check_deadline = 0;
		if (b->facts.lines == LINES_UNKNOWN)
			b->facts.lines = LINES_ABSENT;
	}
	if (b->facts.lines == LINES_SEEN)
		b->check_wanted = false;
	if (!b->check_wanted || (!b->ctx->one_shot && !just_ticked(b, now)))
		return;
	b->check_wanted = false;
	b->check_deadline = now + (b->ctx->one_shot ? CHECK_MOST_ONCE : CHECK_MOST);
	b->checker_id = ++b->next_link_id;
	b->checker = open_link(b, b->peer, b->checker_name, b->checker_id, &err);
}

static void step_phase(struct mqtt_broker *b, int64_t now)
{
	switch (b->phase) {
	case PHASE_IDLE:
		if (now >= b->retry.next)
			begin_try(b, now);
		break;
	case PHASE_CONNECTING:
	case PHASE_PROBING:
	case PHASE_SUBSCRIBING:
		if (now >= b->deadline)
			fail(b, TROUBLE_HUNG, "", now);
		break;
	case PHASE_DIALLING:
	case PHASE_LIVE:
		break;
	}
}

static void sooner(int64_t *next, int64_t at)
{
	if (at < *next)
		*next = at;
}

static int64_t next_step(const struct mqtt_broker *b, int64_t now)
{
	int64_t next = now + NS_PER_S;

	if (b->phase == PHASE_IDLE)
		sooner(&next, b->retry.next);
	if (b->check_deadline)
		sooner(&next, b->check_deadline);
	if (b->phase >= PHASE_CONNECTING && b->phase <= PHASE_SUBSCRIBING)
		sooner(&next, b->deadline);
	if ((b->phase == PHASE_LIVE || b->phase == PHASE_PROBING) && !b->ping_sent)
		sooner(&next, ping_due(b));
	if (b->dialling)
		sooner(&next, now + TICK);
	if (b->facts.tick_due)
		sooner(&next, b->facts.tick_due);
	return next > now ? next : now + NS_PER_MS;
}

int64_t mqtt_broker_step(struct mqtt_broker *b, int64_t now)
{
	step_dial(b, now);
	step_phase(b, now);
	step_dial(b, now);
	step_ping(b, now);
	step_check(b, now);
	return next_step(b, now);
}

int mqtt_broker_fd(const struct mqtt_broker *b)
{
	return b->dialling ? dial_fd(&b->dial) : -1;
}

int64_t mqtt_broker_silent(const struct mqtt_broker *b, int64_t now)
{
	int64_t since = b->heard_at ? b->heard_at : b->first_try;

	if (b->trouble == TROUBLE_HUNG)
		return now - since;
	if (b->phase == PHASE_LIVE && b->ping_sent && now - b->ping_sent > timeout_of(b) &&
	    now - since > timeout_of(b))
		return now - since;
	return 0;
}

bool mqtt_broker_settled(const struct mqtt_broker *b, int64_t now)
{
	const struct facts *f = &b->facts;

	if (b->trouble != TROUBLE_NONE)
		return true;
	if (b->phase != PHASE_LIVE)
		return false;
	if (b->ctx->one_shot && (b->check_wanted || b->check_deadline) && f->lines == LINES_UNKNOWN)
		return false;
	return f->ticks > 0 || now - f->subscribed_at > FIRST_VALUES;
}

/* Short silences in seconds, as the operator counts them. */
static void hung_words(const struct mqtt_broker *b, int64_t now, char *out, size_t size)
{
	int64_t silent = mqtt_broker_silent(b, now);
	char duration[FMT_MAX], tcp[FMT_MAX] = "";

	if (silent < 300 * NS_PER_S)
		snprintf(duration, sizeof(duration), "%lld s", (long long)(silent / NS_PER_S));
	else
		fmt_duration(duration, sizeof(duration), silent);
	if (b->tcp_ms >= 0)
		snprintf(tcp, sizeof(tcp), "TCP %.*f ms, ", b->tcp_ms < 1 ? 1 : 0, b->tcp_ms);
	snprintf(out, size, "HUNG: %sAPI silent %s", tcp, duration);
}

void mqtt_broker_words(const struct mqtt_broker *b, int64_t now, char *out, size_t size)
{
	switch (b->trouble) {
	case TROUBLE_HUNG:
		hung_words(b, now, out, size);
		break;
	case TROUBLE_DOWN:
		snprintf(out, size, "down: %s", b->words);
		break;
	case TROUBLE_DENIED:
	case TROUBLE_HERE:
		snprintf(out, size, "%s", b->words);
		break;
	case TROUBLE_NONE:
		snprintf(out, size, "%s", b->heard_at ? "up" : "connecting");
		break;
	}
}
