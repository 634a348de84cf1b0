#include "source/mqtt/broker_int.h"

#include "base/clock.h"
#include "base/fmt.h"
#include "base/i18n.h"
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

int64_t mqtt_timeout(const struct mqtt_broker *b)
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
	snprintf(b->client_id, sizeof(b->client_id), "mqduty-%s-%ld-%u-%08x", host, (long)getpid(),
	    number, (unsigned)random_bits());
	snprintf(b->checker_name, sizeof(b->checker_name), "%s-log", b->client_id);
}

static int parse_url(struct mqtt_broker *b, const char *url, struct err *err)
{
	static const struct {
		const char *scheme;
		bool secure;
		const char *port;
	} schemes[] = {{"mqtt://", false, "1883"}, {"tcp://", false, "1883"},
	    {"mqtts://", true, "8883"}, {"ssl://", true, "8883"}};
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
	snprintf(b->address, sizeof(b->address), "%.*s", (int)(len < HOST_MAX + PORT_MAX ? len : 0),
	    rest);
	if (address_split(b->address, host, port) != 0) {
		len = strlen(b->address);
		snprintf(b->address + len, sizeof(b->address) - len, ":%s", default_port);
	}
	if (address_split(b->address, host, port) != 0)
		return err_set(err, _("url: %s is not mqtt://host:port"), url);
	return 0;
}

int mqtt_broker_init(struct mqtt_broker *b, struct source_ctx *ctx, struct queue *queue,
    const char *name, const char *url, int64_t max_connections, unsigned number, int64_t now,
    struct err *err)
{
	*b = (struct mqtt_broker){.ctx = ctx, .queue = queue, .name = name, .tcp_ms = -1,
	    .mqtt_version = 5};
	if (parse_url(b, url, err) != 0)
		return -1;
	mqtt_tls_init(b);
	b->flavor = flavor_find(ctx->cluster->flavor);
	b->flavor_said = strcmp(ctx->cluster->flavor, "auto") != 0;
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

void mqtt_broker_ask_by(struct mqtt_broker *b, struct http *http, size_t index, int64_t now)
{
	char host[HOST_MAX], port[PORT_MAX];

	if (address_split(b->address, host, port) == 0)
		fetch_init(&b->fetch, b->ctx, http, index, host, now);
}

const struct flavor *mqtt_broker_flavor(const struct mqtt_broker *b)
{
	if (b->flavor_said)
		return b->flavor;
	if (b->facts.version[0])
		return NULL; /* mosquitto, and perhaps an exporter beside it */
	return b->fetch.stats.now.flavor ? b->fetch.stats.now.flavor : b->flavor;
}

bool mqtt_broker_by_http(const struct mqtt_broker *b)
{
	if (!b->fetch.n || (b->flavor_said && !b->flavor) || b->facts.version[0])
		return false;
	return b->flavor_said || b->fetch.stats.at || !b->facts.first_message_at;
}

static void drop_links(struct mqtt_broker *b)
{
	link_close(b->link);
	link_close(b->checker);
	tunnel_close(&b->tunnel);
	relay_stop(&b->relay);
	relay_stop(&b->checker_relay);
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
	mqtt_tls_release(b);
	probe_stats_release(&b->probes);
	facts_release(&b->facts);
	fetch_release(&b->fetch);
}

void mqtt_tell(struct mqtt_broker *b, const char *text)
{
	model_event(b->ctx->model, b->ctx->index, b->name, "%s", text);
}

void mqtt_heard(struct mqtt_broker *b, int64_t at)
{
	char text[128], gap[FMT_MAX];

	if (b->trouble == TROUBLE_DOWN || b->trouble == TROUBLE_HUNG) {
		if (b->heard_at) {
			fmt_duration(gap, sizeof(gap), at - b->heard_at);
			snprintf(text, sizeof(text), _("answers again after %s"), gap);
			mqtt_tell(b, text);
		}
		b->told = TROUBLE_NONE;
	}
	b->trouble = TROUBLE_NONE;
	b->words[0] = '\0';
	b->heard_at = at;
}

/* Is it worth an event? One that refuses us takes each try for a moment, and is in the same trouble again. */
static bool is_news(struct mqtt_broker *b, enum trouble trouble, const char *words)
{
	bool told = b->told == trouble && (trouble != TROUBLE_DENIED || !strcmp(b->told_words, words));

	b->told = trouble;
	snprintf(b->told_words, sizeof(b->told_words), "%s", words);
	return !told;
}

static void set_trouble(struct mqtt_broker *b, enum trouble trouble, const char *words, int64_t now)
{
	char text[ERR_MAX];

	b->trouble = trouble;
	snprintf(b->words, sizeof(b->words), "%s", words);
	if (!is_news(b, trouble, words))
		return;
	mqtt_broker_words(b, now, text, sizeof(text));
	mqtt_tell(b, text);
}

void mqtt_fail(struct mqtt_broker *b, enum trouble trouble, const char *words, int64_t now)
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
	dial_start(&b->dial, b->dial_address, NULL, now, now + mqtt_timeout(b));
	b->dialling = true;
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

static struct link *open_link(
    struct mqtt_broker *b, const char *address, const char *client_id, unsigned id, struct err *err)
{
	const struct cluster_conf *c = b->ctx->cluster;
	struct link_conf conf = {.address = address,
	    .client_id = client_id,
	    .username = c->username,
	    .password = c->password.value,
	    .timeout_ms = mqtt_timeout(b) / NS_PER_MS,
	    .mqtt_version = b->mqtt_version,
	    .id = id};

	model_count_requests(b->ctx->model, 1);
	return link_open(&conf, b->queue, err);
}

void mqtt_connect(struct mqtt_broker *b, int64_t now)
{
	struct err err = {{0}};

	b->link_id = ++b->next_link_id;
	b->link = open_link(b, b->peer, b->client_id, b->link_id, &err);
	if (!b->link) {
		mqtt_fail(b, TROUBLE_HERE, err.msg, now);
		return;
	}
	b->phase = PHASE_CONNECTING;
	b->deadline = now + mqtt_timeout(b);
}

static void connect_via(struct mqtt_broker *b, int64_t now)
{
	char host[HOST_MAX], port[PORT_MAX];
	struct err err = {{0}};

	if (address_split(b->dial_address, host, port) != 0 ||
	    tunnel_open(&b->tunnel, b->ctx->cluster->via, host, port, b->peer, sizeof(b->peer),
		&err) != 0) {
		mqtt_fail(
		    b, TROUBLE_HERE, err.msg[0] ? err.msg : _("address_map: is not host:port"), now);
		return;
	}
	mqtt_connect(b, now);
}

static void dial_done(struct mqtt_broker *b, int64_t now)
{
	b->tcp_ms = b->dial.connect_ms;
	if (b->phase != PHASE_DIALLING) { /* it was only a look */
		stop_dial(b);
		return;
	}
	if (peer_of(b->dial.fd, b->peer, sizeof(b->peer)) != 0) {
		mqtt_fail(
		    b, TROUBLE_DOWN, _("reset: the other side closed the connection at once"), now);
		return;
	}
	stop_dial(b);
	mqtt_connect(b, now);
}

static void dial_failed(struct mqtt_broker *b, int64_t now)
{
	struct err err = b->dial.err;

	if (b->phase != PHASE_DIALLING && !mqtt_broker_silent(b, now)) {
		stop_dial(b);
		return;
	}
	/* Silent, and TCP does not answer either: the connection is only open at our end. */
	err_prefix(&err, "%s", b->dial_address);
	mqtt_fail(b, TROUBLE_DOWN, err.msg, now);
}

static void begin_try(struct mqtt_broker *b, int64_t now)
{
	if (!b->first_try)
		b->first_try = now;
	if (b->secure) {
		mqtt_tls_begin(b, now);
		return;
	}
	if (b->ctx->cluster->via) {
		connect_via(b, now);
		return;
	}
	start_dial(b, now);
	b->phase = PHASE_DIALLING;
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

void mqtt_lost(struct mqtt_broker *b, int64_t now)
{
	bool had_it = b->phase > PHASE_CONNECTING;

	drop_links(b);
	stop_dial(b);
	facts_disconnected(&b->facts, now);
	b->phase = PHASE_IDLE;
	b->tried_at = now;
	if (had_it && b->trouble == TROUBLE_NONE)
		mqtt_tell(b, _("connection lost"));
	b->retry.backoff = 0;
	b->retry.next = now + (int64_t)(random_bits() % 200) * NS_PER_MS;
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
		model_count_requests(b->ctx->model, 1);
		return;
	}
	if (b->phase == PHASE_LIVE && !mqtt_by_command(b) && now - b->ping_sent > SUSPICION &&
	    !b->dialling && b->tcp_looked_at < b->ping_sent) {
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

bool mqtt_by_command(const struct mqtt_broker *b)
{
	return b->ctx->cluster->via != NULL;
}

void mqtt_open_checker(struct mqtt_broker *b, const char *address)
{
	struct err err;

	b->checker_id = ++b->next_link_id;
	b->checker = open_link(b, address, b->checker_name, b->checker_id, &err);
}

static void step_check(struct mqtt_broker *b, int64_t now)
{
	if (b->phase != PHASE_LIVE)
		return;
	if (b->check_deadline && now >= b->check_deadline) {
		link_close(b->checker);
		relay_stop(&b->checker_relay);
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
	if (b->secure)
		mqtt_tls_check(b, now);
	else
		mqtt_open_checker(b, b->peer);
}

/* TCP took us, the broker says nothing; through a command nobody knows who is silent. */
static void no_answer(struct mqtt_broker *b, int64_t now)
{
	char said[160], words[320];

	if (!mqtt_by_command(b) || (b->phase != PHASE_CONNECTING && b->phase != PHASE_DIALLING)) {
		mqtt_fail(b, TROUBLE_HUNG, "", now);
		return;
	}
	mqtt_command_words(b, said, sizeof(said));
	snprintf(words, sizeof(words), _("no answer from %.60s through the via command%s%s"),
	    b->dial_address, said[0] ? ": " : "", said);
	mqtt_fail(b, TROUBLE_DOWN, words, now);
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
			no_answer(b, now);
		break;
	case PHASE_DIALLING:
		if (b->relay.state == RELAY_SHAKING && now >= b->deadline)
			no_answer(b, now);
		break;
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
	if (b->dialling || b->relay.state == RELAY_DIALLING ||
	    b->checker_relay.state == RELAY_DIALLING)
		sooner(&next, now + TICK);
	if (b->relay.state == RELAY_SHAKING)
		sooner(&next, b->deadline);
	if (b->facts.tick_due)
		sooner(&next, b->facts.tick_due);
	return next > now ? next : now + NS_PER_MS;
}

static void tell_restart(struct mqtt_broker *b)
{
	char text[96], before[FMT_MAX];

	if (!b->fetch.stats.restarted)
		return;
	b->fetch.stats.restarted = false;
	fmt_duration(before, sizeof(before), (int64_t)b->fetch.stats.uptime_lost * NS_PER_S);
	if (b->fetch.stats.uptime_lost < 0)
		snprintf(text, sizeof(text), _("restarted: its counters began anew"));
	else
		snprintf(text, sizeof(text), _("restarted: it had been up for %s"), before);
	mqtt_tell(b, text);
}

/* The log files of this broker: those under its name, or all where it is the only one. */
static void look_at_files(struct mqtt_broker *b)
{
	const struct cluster_conf *c = b->ctx->cluster;
	unsigned lines = 0, closes = 0, timeouts = 0;

	for (size_t i = 0; i < c->n_logs && i < MQTT_TALLIES; i++) {
		struct mqtt_tally *t = &b->ctx->tally[i];

		if (c->n_brokers > 1 && (!c->logs[i].broker || strcmp(c->logs[i].broker, b->name) != 0))
			continue;
		lines += atomic_load(&t->lines);
		closes += atomic_load(&t->closes);
		timeouts += atomic_load(&t->timeouts);
	}
	b->fetch.log.lines = lines;
	b->fetch.log.closes = closes;
	b->fetch.log.timeouts = timeouts;
	if (lines && b->facts.subscribed_at)
		facts_file(&b->facts, closes, timeouts);
}

int64_t mqtt_broker_step(struct mqtt_broker *b, int64_t now)
{
	int64_t next, fetch_at = fetch_step(&b->fetch, now);

	tell_restart(b);
	look_at_files(b);
	step_dial(b, now);
	mqtt_tls_step(b, now);
	step_phase(b, now);
	step_dial(b, now);
	mqtt_tls_step(b, now);
	step_ping(b, now);
	step_check(b, now);
	next = next_step(b, now);
	return fetch_at < next ? fetch_at : next;
}

size_t mqtt_broker_fds(const struct mqtt_broker *b, struct pollfd *fds)
{
	size_t n = relay_fds(&b->relay, fds);

	n += relay_fds(&b->checker_relay, fds + n);
	if (b->dialling && dial_fd(&b->dial) >= 0)
		fds[n++] = (struct pollfd){.fd = dial_fd(&b->dial), .events = POLLOUT};
	return n;
}
