#include "source/mqtt/broker_int.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

/* What of a broker's life has to do with TLS: the relay of its connection, and that of the checker. */

void mqtt_tls_init(struct mqtt_broker *b)
{
	const struct tls_conf *t = &b->ctx->cluster->tls;
	struct tls_settings set = {.ca = t->ca, .cert = t->cert, .key = t->key, .ca_name = "tls: ca",
	    .cert_name = "tls: cert"};

	relay_init(&b->relay);
	relay_init(&b->checker_relay);
	tls_client_init(&b->tls, &set);
}

void mqtt_tls_release(struct mqtt_broker *b)
{
	relay_stop(&b->relay);
	relay_stop(&b->checker_relay);
	tls_client_release(&b->tls);
}

void mqtt_command_words(struct mqtt_broker *b, char *out, size_t size)
{
	out[0] = '\0';
	if (b->tunnel.open)
		tunnel_words(&b->tunnel, out, size);
	else if (b->relay.dial.uses_via)
		via_last_words(&b->relay.dial.via, out, size);
}

static void start(struct mqtt_broker *b, struct relay *r, int64_t now)
{
	char host[HOST_MAX], port[PORT_MAX];

	/* The certificate is that of the broker as configured, wherever address_map or via lead. */
	if (address_split(b->address, host, port) != 0)
		return;
	relay_start(r, &b->tls, b->ctx->cluster->via, b->dial_address, host, now,
	    now + mqtt_timeout(b));
}

void mqtt_tls_begin(struct mqtt_broker *b, int64_t now)
{
	start(b, &b->relay, now);
	b->phase = PHASE_DIALLING;
	b->deadline = now + mqtt_timeout(b);
}

void mqtt_tls_check(struct mqtt_broker *b, int64_t now)
{
	start(b, &b->checker_relay, now);
}

static void no_connection(struct mqtt_broker *b, int64_t now)
{
	struct err err = b->relay.err;
	bool tls = strncmp(err.msg, "TLS", 3) == 0, here = b->relay.here;

	if (!tls)
		err_prefix(&err, "%s", b->dial_address);
	if (tls && !here)
		mqtt_heard(b, now); /* it answers, and is not to be talked to */
	mqtt_fail(b, here ? TROUBLE_HERE : tls ? TROUBLE_DENIED : TROUBLE_DOWN, err.msg, now);
}

static void step_link(struct mqtt_broker *b, int64_t now)
{
	enum relay_state before = b->relay.state, state = relay_step(&b->relay, now);

	if (b->relay.tls.cert_until)
		b->cert_until = b->relay.tls.cert_until;
	if (before == RELAY_DIALLING && state >= RELAY_SHAKING && !b->relay.dial.uses_via)
		b->tcp_ms = b->relay.dial.connect_ms;
	if (b->phase != PHASE_DIALLING)
		return;
	if (state == RELAY_UP) {
		snprintf(b->peer, sizeof(b->peer), "%s", b->relay.address);
		mqtt_connect(b, now);
	} else if (state == RELAY_ENDED) {
		no_connection(b, now);
	}
}

static void step_checker(struct mqtt_broker *b, int64_t now)
{
	enum relay_state state = relay_step(&b->checker_relay, now);

	if (state == RELAY_UP && !b->checker)
		mqtt_open_checker(b, b->checker_relay.address);
	else if (state == RELAY_ENDED && !b->checker) {
		relay_stop(&b->checker_relay);
		b->check_deadline = 0; /* it proves nothing: again after the next tick */
		b->check_wanted = !b->ctx->one_shot;
	}
}

void mqtt_tls_step(struct mqtt_broker *b, int64_t now)
{
	if (b->relay.state != RELAY_IDLE)
		step_link(b, now);
	if (b->checker_relay.state != RELAY_IDLE)
		step_checker(b, now);
}
