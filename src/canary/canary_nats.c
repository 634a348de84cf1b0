#include "canary/canary.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <nats/nats.h>
#include <stdio.h>
#include <string.h>

enum { SERVERS_MOST = 32, CONNECT_MS = 3000 };

/* One server: a connection of its own, on which its own messages come back through the next server's. */
struct nats_end {
	natsConnection *nc;
	natsSubscription *sub;
	struct flight *flight;
	char subject[160];
};

static void on_message(natsConnection *nc, natsSubscription *sub, natsMsg *m, void *arg)
{
	struct nats_end *e = arg;

	(void)nc;
	(void)sub;
	flight_back(e->flight, clock_boot(), natsMsg_GetData(m), (size_t)natsMsg_GetDataLength(m));
	natsMsg_Destroy(m);
}

static void on_error(natsConnection *nc, natsSubscription *sub, natsStatus s, void *arg)
{
	/* cnats prints them to stderr unless somebody takes them. */
	(void)nc;
	(void)sub;
	(void)s;
	(void)arg;
}

static natsStatus options(const struct cluster_conf *conf, const char *url, natsOptions **out)
{
	const struct canary_conf *c = &conf->canary;
	natsOptions *o = NULL;
	natsStatus s = natsOptions_Create(&o);

	if (s == NATS_OK)
		s = natsOptions_SetURL(o, cluster_dial_address(conf, url));
	if (s == NATS_OK)
		s = natsOptions_SetName(o, "mqduty-canary");
	if (s == NATS_OK && c->user)
		s = natsOptions_SetUserInfo(o, c->user, c->password.value ? c->password.value : "");
	if (s == NATS_OK && c->creds)
		s = natsOptions_SetUserCredentialsFromFiles(o, c->creds, NULL);
	if (s == NATS_OK && (c->tls.set || !strncmp(url, "tls:", 4)))
		s = natsOptions_SetSecure(o, true);
	if (s == NATS_OK && c->tls.ca)
		s = natsOptions_LoadCATrustedCertificates(o, c->tls.ca);
	if (s == NATS_OK && c->tls.cert)
		s = natsOptions_LoadCertificatesChain(o, c->tls.cert, c->tls.key);
	if (s == NATS_OK)
		s = natsOptions_SetTimeout(o, CONNECT_MS);
	/* Each connection measures its own server: it may go nowhere else. */
	if (s == NATS_OK)
		s = natsOptions_SetAllowReconnect(o, false);
	if (s == NATS_OK)
		s = natsOptions_SetIgnoreDiscoveredServers(o, true);
	if (s == NATS_OK)
		s = natsOptions_SetErrorHandler(o, on_error, NULL);
	if (s != NATS_OK)
		natsOptions_Destroy(o);
	else
		*out = o;
	return s;
}

static natsStatus open_end(struct canary *c, const char *url, size_t i, struct nats_end *e)
{
	natsOptions *o = NULL;
	char id[128];
	natsStatus s = options(c->conf, url, &o);

	if (s == NATS_OK)
		s = natsConnection_Connect(&e->nc, o);
	natsOptions_Destroy(o);
	if (s == NATS_OK)
		s = natsConnection_GetConnectedServerId(e->nc, id, sizeof(id));
	if (s != NATS_OK)
		return s;
	e->flight = canary_flight(c, id);
	if (!e->flight)
		return NATS_NO_MEMORY;
	snprintf(e->subject, sizeof(e->subject), "%s.%zu", c->conf->canary.topic, i);
	return natsConnection_Subscribe(&e->sub, e->nc, e->subject, on_message, e);
}

static void close_end(struct nats_end *e)
{
	natsSubscription_Destroy(e->sub);
	natsConnection_Destroy(e->nc);
	*e = (struct nats_end){0};
}

static bool alive(const struct nats_end *e)
{
	return e->nc && !natsConnection_IsClosed(e->nc);
}

/* The next server that is there, or itself. */
static struct nats_end *sender_for(struct nats_end *ends, size_t n, size_t i)
{
	for (size_t k = 1; k < n; k++)
		if (alive(&ends[(i + k) % n]))
			return &ends[(i + k) % n];
	return &ends[i];
}

static void send_round(struct canary *c, struct nats_end *ends, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct nats_end *from;
		char text[64];
		natsStatus s;

		if (!alive(&ends[i])) {
			close_end(&ends[i]);
			open_end(c, c->conf->canary.servers[i], i, &ends[i]);
		}
		if (!alive(&ends[i]) || !ends[i].flight)
			continue;
		from = sender_for(ends, n, i);
		flight_send(ends[i].flight, clock_boot(), text, sizeof(text));
		s = natsConnection_PublishString(from->nc, ends[i].subject, text);
		if (s == NATS_OK)
			s = natsConnection_FlushTimeout(from->nc, CONNECT_MS);
		if (s != NATS_OK)
			flight_failed(ends[i].flight, natsStatus_GetText(s));
	}
}

int canary_run_nats(struct canary *c, struct err *err)
{
	struct nats_end ends[SERVERS_MOST] = {{0}};
	size_t n = c->conf->canary.n_servers < SERVERS_MOST ? c->conf->canary.n_servers : SERVERS_MOST;
	int64_t due = clock_boot();
	size_t open = 0;

	for (size_t i = 0; i < n; i++) {
		natsStatus s = open_end(c, c->conf->canary.servers[i], i, &ends[i]);

		open += s == NATS_OK;
		if (s != NATS_OK)
			err_set(err, _("%s: %s"), c->conf->canary.servers[i], natsStatus_GetText(s));
	}
	while (open && canary_wait(c, &due)) {
		send_round(c, ends, n);
		for (size_t i = 0; i < n; i++)
			if (ends[i].flight)
				flight_sweep(ends[i].flight, clock_boot(), canary_patience(c));
	}
	for (size_t i = 0; i < n; i++)
		close_end(&ends[i]);
	return open ? 0 : -1;
}
