#include "source/mqtt/broker.h"
#include "source/mqtt/rows.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "source/canary/canary_figures.h"
#include "source/mqtt/audit_facts.h"
#include "source/mqtt/guest.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

/* More messages than a burst of two brokers' $SYS; a log that floods loses lines, not memory. */
enum { QUEUE_MOST = 2048 };

/* Not more often than this, however much comes in. */
#define PUBLISH_GAP (250 * NS_PER_MS)

enum { BROKERS_MOST = 64 };

struct source {
	struct source_ctx *ctx;
	struct queue *queue;
	struct http *http; /* for exporters: NULL where there are none */
	struct mqtt_broker *brokers;
	struct guest *guests; /* one a broker; NULL: we do not log in, or are not to try */
	struct tls_client guest_tls; /* without a certificate */
	size_t n;
	int64_t published_at, period, facts_at;
	bool news; /* something is worth publishing before the period ends */
};

static void source_free(struct source *s)
{
	http_free(s->http);
	for (size_t i = 0; i < s->n; i++)
		mqtt_broker_release(&s->brokers[i]);
	for (size_t i = 0; s->guests && i < s->n; i++)
		guest_stop(&s->guests[i]);
	if (s->guests)
		tls_client_release(&s->guest_tls);
	free(s->guests);
	free(s->brokers);
	queue_free(s->queue);
	free(s);
}

static int add_broker(
    struct source *s, const char *name, const char *url, int64_t max, struct err *err)
{
	const struct cluster_conf *c = s->ctx->cluster;

	if (mqtt_broker_init(&s->brokers[s->n], s->ctx, s->queue, name, url,
		max > 0 ? max : c->max_connections, (unsigned)s->n + 1, clock_boot(), err) != 0)
		return err_prefix(err, "cluster %s", c->name);
	mqtt_broker_ask_by(&s->brokers[s->n], s->http, s->n, clock_boot());
	s->n++;
	return 0;
}

static int add_brokers(struct source *s, struct err *err)
{
	const struct cluster_conf *c = s->ctx->cluster;

	if (c->n_brokers > BROKERS_MOST)
		return err_set(err,
		    _("cluster %s: brokers: lists more than %d brokers: split it into clusters"),
		    c->name, BROKERS_MOST);
	for (size_t i = 0; i < c->n_brokers; i++) {
		const struct mqtt_broker_conf *b = &c->brokers[i];
		const char *url = b->url ? b->url : c->url;

		if (!url)
			return err_set(err, _("cluster %s: broker %s has no url:"), c->name, b->name);
		if (add_broker(s, b->name ? b->name : url, url, b->max_connections, err) != 0)
			return -1;
	}
	if (c->n_brokers)
		return 0;
	if (!c->url)
		return err_set(
		    err, _("cluster %s: give it url: mqtt://host:1883 or brokers:"), c->name);
	return add_broker(s, c->name, c->url, 0, err);
}

/* Where we log in it is not known whether the brokers take anybody as well. */
static void add_guests(struct source *s)
{
	const struct cluster_conf *c = s->ctx->cluster;
	const struct tls_settings set = {.ca = c->tls.ca, .ca_name = "tls: ca", .cert_name = "tls: cert"};

	if (!c->anonymous_check || (!c->username && !c->tls.cert))
		return;
	s->guests = xcalloc(s->n, sizeof(*s->guests));
	tls_client_init(&s->guest_tls, &set);
	for (size_t i = 0; i < s->n; i++) {
		char name[64];

		snprintf(name, sizeof(name), "mqduty-anon-%08x-%zu", (unsigned)(clock_boot() / NS_PER_MS), i);
		guest_init(&s->guests[i], name, c->tls.cert != NULL);
	}
}

static void step_guest(struct source *s, size_t i, int64_t now, int64_t *next)
{
	struct guest *g = &s->guests[i];
	struct mqtt_broker *b = &s->brokers[i];
	int64_t timeout = s->ctx->cluster->timeout_ms > 0 ? s->ctx->cluster->timeout_ms : 5000, due;
	char host[HOST_MAX], port[PORT_MAX];
	bool tried = g->tried;

	if (g->phase == GUEST_IDLE && b->phase == PHASE_LIVE && now >= g->due && !address_split(b->address, host, port))
		guest_start(g, b->secure ? &s->guest_tls : NULL, s->ctx->cluster->via, b->dial_address, host, now,
		    now + timeout * NS_PER_MS);
	due = guest_step(g, now);
	if (due < *next)
		*next = due;
	s->news |= g->tried && !tried;
}

/* Does any broker take whoever comes? As far as it is known of all. */
static struct value anonymous(const struct source *s, const char **detail)
{
	int64_t at = INT64_MAX;
	const char *why = NULL;

	*detail = NULL;
	if (!s->guests)
		return value_missing(_("mqduty logs in here and is not to try without (anonymous_check: false)"));
	for (size_t i = 0; i < s->n; i++) {
		const struct guest *g = &s->guests[i];

		if (g->verdict == GUEST_TAKEN) {
			*detail = s->brokers[i].name;
			return value_int(1, g->at, GUEST_EVERY);
		}
		if (g->verdict == GUEST_UNKNOWN)
			why = g->tried ? g->why : _("no broker has taken us");
		at = g->at < at ? g->at : at;
	}
	return why ? value_missing(why) : value_int(0, at, GUEST_EVERY);
}

static struct source *mqtt_open(struct source_ctx *ctx, struct err *err)
{
	struct source *s = xcalloc(1, sizeof(*s));
	size_t n = ctx->cluster->n_brokers ? ctx->cluster->n_brokers : 1;

	s->ctx = ctx;
	s->queue = queue_new(QUEUE_MOST);
	s->http = ctx->cluster->n_exporters ? http_new(ctx->cluster) : NULL;
	s->brokers = xcalloc(n, sizeof(*s->brokers));
	s->period = schedule_period(ctx->config, PERIOD_LIVENESS);
	if (add_brokers(s, err) != 0) {
		source_free(s);
		return NULL;
	}
	add_guests(s);
	return s;
}

static void take_events(struct source *s)
{
	uint64_t lost = queue_lost(s->queue);
	struct event *e;

	while ((e = queue_take(s->queue))) {
		s->news |= e->kind != EVENT_MESSAGE && e->kind != EVENT_PONG;
		for (size_t i = 0; i < s->n; i++)
			if (mqtt_broker_event(&s->brokers[i], e))
				break;
		free(e);
	}
	for (size_t i = 0; lost && i < s->n; i++)
		mqtt_broker_gap(&s->brokers[i], lost);
}

/* How the addresses under exporters: answered, all brokers together. */
static struct fetch_sum sum_fetched(const struct source *s)
{
	struct fetch_sum sum = {.tried = true};

	for (size_t i = 0; i < s->n; i++) {
		const struct fetch *f = &s->brokers[i].fetch;

		sum.tried &= !f->n || f->tried;
		if (f->n && f->why[0] && !sum.why)
			sum.why = f->why;
	}
	return sum;
}

static void publish(struct source *s, int64_t now)
{
	struct source_ctx *c = s->ctx;
	struct section *brokers = mqtt_brokers_section(s->brokers, s->n, now);
	struct fetch_sum fetched = sum_fetched(s);
	const char *detail;
	struct value anybody = anonymous(s, &detail);

	model_publish(c->model, c->index, mqtt_cluster_section(s->brokers, s->n, now));
	model_publish(c->model, c->index, mqtt_disk_section(c, brokers, now));
	canary_metrics(c, brokers);
	if (now >= s->facts_at) {
		/* Until a broker takes us there is news with every attempt. */
		s->facts_at = mqtt_any_up(brokers) ? now + schedule_period(c->config, PERIOD_OFFSETS) : 0;
		model_publish(c->model, c->index, mqtt_facts_section(c, brokers, &fetched, anybody, detail, now));
	}
	model_publish(c->model, c->index, brokers);
	model_publish(c->model, c->index, mqtt_connections_section(s->brokers, s->n, now));
	s->published_at = now;
	s->news = false;
}

static bool all_settled(const struct source *s, int64_t now)
{
	for (size_t i = 0; i < s->n; i++)
		if (!mqtt_broker_settled(&s->brokers[i], now) ||
		    (s->guests && s->brokers[i].phase == PHASE_LIVE && !s->guests[i].tried))
			return false;
	return true;
}

static int64_t mqtt_run(struct source *s, int64_t now)
{
	int64_t next = s->published_at + s->period, due;
	bool was_settled = atomic_load(&s->ctx->settled), settled;

	if (atomic_exchange(&s->ctx->poll_now, false))
		for (size_t i = 0; i < s->n; i++)
			mqtt_broker_hurry(&s->brokers[i], now);
	take_events(s);
	if (s->http)
		http_run(s->http);
	for (size_t i = 0; i < s->n; i++) {
		enum trouble before = s->brokers[i].trouble;

		s->news |= facts_tick(&s->brokers[i].facts, now);
		s->news |= s->brokers[i].fetch.done;
		due = mqtt_broker_step(&s->brokers[i], now);
		if (due < next)
			next = due;
		s->news |= s->brokers[i].trouble != before;
		if (s->guests)
			step_guest(s, i, now, &next);
	}
	settled = all_settled(s, now);
	if (settled && !was_settled)
		s->facts_at = 0; /* a check that looks once sees the facts of all answers */
	if (now >= s->published_at + s->period || (settled && !was_settled) ||
	    (s->news && now >= s->published_at + PUBLISH_GAP))
		publish(s, now);
	if (settled && !was_settled)
		atomic_store(&s->ctx->settled, true);
	if (s->news && s->published_at + PUBLISH_GAP < next)
		next = s->published_at + PUBLISH_GAP;
	return next;
}

static void mqtt_wait(struct source *s, int64_t until)
{
	struct pollfd fds[2 + BROKERS_MOST * (MQTT_BROKER_FDS + 1)];
	int64_t left = until - clock_boot();
	nfds_t n = 0;

	fds[n++] = (struct pollfd){.fd = queue_fd(s->queue), .events = POLLIN};
	fds[n++] = (struct pollfd){.fd = s->ctx->wake_fd, .events = POLLIN};
	for (size_t i = 0; i < s->n; i++)
		n += mqtt_broker_fds(&s->brokers[i], fds + n);
	for (size_t i = 0; s->guests && i < s->n; i++)
		n += guest_fds(&s->guests[i], fds + n);
	if (left > 0 && s->http)
		http_wait_fds(s->http, fds, n, until);
	else if (left > 0)
		poll(fds, n,
		    left > 60 * NS_PER_S ? 60000 : (int)((left + NS_PER_MS - 1) / NS_PER_MS));
}

const struct source_ops mqtt_source = {
    .name = "mqtt",
    .open = mqtt_open,
    .run = mqtt_run,
    .wait = mqtt_wait,
    .close = source_free,
};
