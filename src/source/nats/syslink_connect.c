#include "source/nats/syslink_int.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/resolve.h"
#include "net/sock.h"
#include "source/nats/nkey.h"

#include <netdb.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PING_MS = 5000, PINGS_OUT = 2, STEP_MS = 20, SEED_FILE_MAX = 4096 };

struct said_word {
	const char *part; /* of what the library or the server said */
	const char *words;
};

static const struct said_word said_words[] = {
    {"uthorization", N_("auth: the server does not let this user in: look at `user`, `password_*`, `creds` or `nkey` in "
			"`system:`")},
    {"uthentication Expired", N_("auth: the user's credentials have expired: get new ones")},
    {"uthentication Revoked", N_("auth: the user's credentials have been revoked")},
    {"uthentication Timeout", N_("auth: the server waited in vain for the login")},
    {"maximum connections", N_("the server takes no more connections: its max_connections is reached")},
    {"has expired", N_("tls: the server's certificate has expired")},
    {"not yet valid", N_("tls: the server's certificate is not valid yet: are the clocks right?")},
    {"mismatch", N_("tls: the server's certificate is not for this host name: connect by a name that it holds")},
    {"local issuer", N_("tls: an unknown authority signed the server's certificate: name it in `system: {tls: {ca: ...}}`")},
    {"self-signed", N_("tls: the server's certificate is signed by nobody known: name its authority in `system: {tls: {ca: "
		       "...}}`")},
    {"self signed", N_("tls: the server's certificate is signed by nobody known: name its authority in `system: {tls: {ca: "
		       "...}}`")},
};

static bool is_tls(const struct syslink *l)
{
	return l->conf.sys.tls.set || !strncmp(l->conf.sys.url, "tls://", 6);
}

void syslink_words(struct syslink *l, natsStatus st, const char *said, enum http_fail *fail, struct err *err)
{
	char clean[ERR_MAX / 2];

	*fail = HTTP_PROTOCOL;
	if (said && said[0] == '(' && strstr(said, "): "))
		said = strstr(said, "): ") + 3; /* where in the library's source */
	text_sanitise(clean, sizeof(clean), said ? said : "", sizeof(clean) - 1);
	for (size_t i = 0; i < sizeof(said_words) / sizeof(said_words[0]); i++)
		if (strstr(clean, said_words[i].part)) {
			err_set(err, "%s", _(said_words[i].words));
			*fail = strncmp(said_words[i].words, "tls", 3) ? HTTP_PROTOCOL : HTTP_TLS;
			return;
		}
	if (st == NATS_CONNECTION_AUTH_FAILED) {
		err_set(err, "%s", _(said_words[0].words));
	} else if (st == NATS_SECURE_CONNECTION_REQUIRED) {
		err_set(err, _("tls: the server wants TLS: write tls:// in `system: {url: ...}`"));
		*fail = HTTP_TLS;
	} else if (st == NATS_SECURE_CONNECTION_WANTED) {
		err_set(err, _("tls: the server does not offer TLS: write nats:// in `system: {url: ...}`, without `tls:`"));
		*fail = HTTP_TLS;
	} else if (st == NATS_SSL_ERROR || (is_tls(l) && strstr(clean, "SSL"))) {
		err_set(err, "tls: %s", clean[0] ? clean : _("the handshake failed"));
		*fail = HTTP_TLS;
	} else if (st == NATS_STALE_CONNECTION) {
		err_set(err, "HUNG: the server has not answered %d pings", PINGS_OUT);
		*fail = HTTP_HUNG;
	} else if (st == NATS_OK || st == NATS_IO_ERROR || st == NATS_CONNECTION_CLOSED) {
		err_set(err, _("the server closed the connection"));
		*fail = HTTP_REFUSED;
	} else if (st == NATS_TIMEOUT) {
		err_set(err, "HUNG: the server does not finish the login");
		*fail = HTTP_HUNG;
	} else {
		err_set(err, "%s", clean[0] ? clean : natsStatus_GetText(st));
	}
}

/* The seed is read anew for each signature: it does not stay in memory. */
static natsStatus sign(char **said, unsigned char **signature, int *len, const char *nonce, void *closure)
{
	struct syslink *l = closure;
	char text[SEED_FILE_MAX], seed[NKEY_TEXT_MAX], public_key[NKEY_TEXT_MAX];
	FILE *f = fopen(l->conf.sys.nkey, "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	natsStatus st = NATS_ERR;

	(void)said;
	text[n] = '\0';
	if (f)
		fclose(f);
	if (!nkey_read(text, seed, public_key, NULL))
		st = nats_Sign(seed, nonce, signature, len);
	OPENSSL_cleanse(text, sizeof(text));
	OPENSSL_cleanse(seed, sizeof(seed));
	return st;
}

static int set_nkey(struct syslink *l, natsOptions *o, struct err *err)
{
	char text[SEED_FILE_MAX], seed[NKEY_TEXT_MAX], public_key[NKEY_TEXT_MAX];
	FILE *f = fopen(l->conf.sys.nkey, "re");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	int rc;

	if (!f)
		return err_set(err, _("auth: the NKey file %s cannot be read"), l->conf.sys.nkey);
	fclose(f);
	text[n] = '\0';
	rc = nkey_read(text, seed, public_key, err);
	OPENSSL_cleanse(text, sizeof(text));
	OPENSSL_cleanse(seed, sizeof(seed));
	if (rc)
		return err_prefix(err, _("auth: the NKey file %s is of no use"), l->conf.sys.nkey);
	if (natsOptions_SetNKey(o, public_key, sign, l) != NATS_OK)
		return err_set(err, _("auth: the NKey was not taken"));
	return 0;
}

static int set_login(struct syslink *l, natsOptions *o, struct err *err)
{
	const char *password = l->conf.sys.password.value;

	if (l->conf.sys.nkey && set_nkey(l, o, err))
		return -1;
	if (l->conf.sys.creds) {
		if (access(l->conf.sys.creds, R_OK))
			return err_set(err, _("auth: the credentials file %s cannot be read"), l->conf.sys.creds);
		if (natsOptions_SetUserCredentialsFromFiles(o, l->conf.sys.creds, NULL) != NATS_OK)
			return err_set(err, _("auth: the credentials file %s is of no use"), l->conf.sys.creds);
	}
	if (l->conf.sys.user && natsOptions_SetUserInfo(o, l->conf.sys.user, password ? password : "") != NATS_OK)
		return err_set(err, _("auth: the user was not taken"));
	return 0;
}

static int set_tls(struct syslink *l, natsOptions *o, const char *host, enum http_fail *fail, struct err *err)
{
	const struct tls_conf *t = &l->conf.sys.tls;

	if (!is_tls(l))
		return 0;
	*fail = HTTP_TLS;
	if (natsOptions_SetSecure(o, true) != NATS_OK)
		return err_set(err, _("tls: the library was built without TLS"));
	if (t->ca && natsOptions_LoadCATrustedCertificates(o, t->ca) != NATS_OK)
		return err_set(err, _("tls: the CA file %s is of no use"), t->ca);
	if (t->cert && natsOptions_LoadCertificatesChain(o, t->cert, t->key ? t->key : t->cert) != NATS_OK)
		return err_set(err, _("tls: the certificate %s or its key is of no use"), t->cert);
	if (natsOptions_SetExpectedHostname(o, host) != NATS_OK)
		return err_set(err, _("tls: the name %s was not taken"), host);
	return 0;
}

static natsStatus set_manners(struct syslink *l, natsOptions *o, const char *url)
{
	natsStatus st = natsOptions_SetURL(o, url);

	if (st == NATS_OK)
		st = natsOptions_SetTimeout(o, l->timeout_ms);
	if (st == NATS_OK)
		st = natsOptions_SetName(o, "mqduty");
	/* The library gives up for good after two equal auth errors: the link decides itself. */
	if (st == NATS_OK)
		st = natsOptions_SetAllowReconnect(o, false);
	if (st == NATS_OK)
		st = natsOptions_SetPingInterval(o, PING_MS);
	if (st == NATS_OK)
		st = natsOptions_SetMaxPingsOut(o, PINGS_OUT);
	if (st == NATS_OK)
		st = natsOptions_SetWriteDeadline(o, l->timeout_ms);
	if (st == NATS_OK)
		st = natsOptions_SetSendAsap(o, true);
	if (st == NATS_OK)
		st = natsOptions_UseGlobalMessageDelivery(o, true);
	if (st == NATS_OK)
		st = natsOptions_SetClosedCB(o, syslink_on_closed, l);
	/* Otherwise the library prints to stderr. */
	if (st == NATS_OK)
		st = natsOptions_SetErrorHandler(o, syslink_on_error, l);
	return st;
}

static natsStatus subscribe(struct syslink *l)
{
	natsInbox *inbox = NULL;
	natsStatus st = natsInbox_Create(&inbox);
	char subject[100];

	if (st != NATS_OK)
		return st;
	snprintf(l->inbox, sizeof(l->inbox), "%.70s.", inbox);
	natsInbox_Destroy(inbox);
	snprintf(subject, sizeof(subject), "%s*", l->inbox);
	st = natsConnection_Subscribe(&l->subs[l->n_subs], l->nc, subject, syslink_on_message, l);
	l->n_subs += st == NATS_OK;
	for (size_t i = 0; st == NATS_OK && syslink_notices[i]; i++) {
		st = natsConnection_Subscribe(&l->subs[l->n_subs], l->nc, syslink_notices[i], syslink_on_message, l);
		l->n_subs += st == NATS_OK;
	}
	return st;
}

/* "nats://host:port" without user and password, the default port filled in. */
static int plain_address(const char *url, char *out, size_t size)
{
	const char *at = strstr(url, "://"), *user;
	char host[HOST_MAX], port[PORT_MAX];

	at = at ? at + 3 : url;
	user = strrchr(at, '@');
	if (user)
		at = user + 1;
	snprintf(out, size, "%.*s", (int)strcspn(at, "/?#"), at);
	if (address_split(out, host, port) == 0)
		return 0;
	snprintf(out, size, "%.*s:4222", (int)strcspn(at, "/?#"), at);
	return address_split(out, host, port);
}

static void add_server(struct syslink *l, const char *url)
{
	char address[ADDRESS_MOST];

	if (l->n_servers == SERVERS_MOST || plain_address(url, address, sizeof(address)))
		return;
	for (size_t i = 0; i < l->n_servers; i++)
		if (!strcmp(l->servers[i], address))
			return;
	snprintf(l->servers[l->n_servers++], ADDRESS_MOST, "%s", address);
}

void syslink_note_servers(struct syslink *l)
{
	char **list = NULL;
	int n = 0;

	/* Those that were there last time may be gone for ever. */
	if (l->n_servers > 1)
		l->n_servers = 1;
	l->next_server = 0;
	if (natsConnection_GetDiscoveredServers(l->nc, &list, &n) != NATS_OK)
		return;
	for (int i = 0; i < n; i++) {
		add_server(l, list[i]);
		free(list[i]);
	}
	free(list);
}

static enum http_fail fail_of(const char *words)
{
	static const struct {
		const char *begin;
		enum http_fail fail;
	} table[] = {{"dns", HTTP_DNS}, {"refused", HTTP_REFUSED}, {"unreachable", HTTP_UNREACHABLE},
	    {"timeout", HTTP_TIMEOUT_CONNECT}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strncmp(words, table[i].begin, strlen(table[i].begin)))
			return table[i].fail;
	return HTTP_PROTOCOL;
}

/* Why the library found no server: it does not say. 0 where a connection can be had. */
static int look_closer(struct syslink *l, const char *address, enum http_fail *fail, struct err *err)
{
	struct dial d;
	int64_t now = clock_boot();
	enum dial_state state;

	dial_start(&d, address, NULL, now, now + l->timeout_ms * NS_PER_MS);
	while ((state = dial_step(&d, clock_boot())) != DIAL_DONE && state != DIAL_FAILED) {
		struct pollfd p = {.fd = dial_fd(&d), .events = POLLOUT};

		if (!syslink_pause(l, 0))
			break;
		poll(&p, p.fd >= 0, STEP_MS);
	}
	if (state == DIAL_DONE)
		close(d.fd);
	if (state == DIAL_FAILED) {
		err_set(err, "%s", d.err.msg);
		*fail = fail_of(d.err.msg);
	}
	dial_stop(&d);
	return state == DIAL_FAILED ? -1 : 0;
}

static int wait_for_name(struct syslink *l, const char *host, const char *port, struct resolved *out, struct err *err)
{
	int64_t until = clock_boot() + l->timeout_ms * NS_PER_MS;
	enum resolve_result r;

	while ((r = resolve(host, port, out, err)) == RESOLVE_WAIT) {
		if (clock_boot() > until)
			return err_set(err, _("dns: the name %s has not been resolved in time"), host);
		if (!syslink_pause(l, STEP_MS))
			return err_set(err, "stopped");
	}
	return r == RESOLVE_OK ? 0 : -1;
}

/* A numeric URL, so that the library never looks a name up. */
static int numeric_url(const struct resolved *r, size_t i, char *out, size_t size)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (getnameinfo((const struct sockaddr *)&r->list[i].addr, r->list[i].len, host, sizeof(host), port,
		sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
		return -1;
	snprintf(out, size, strchr(host, ':') ? "nats://[%s]:%s" : "nats://%s:%s", host, port);
	return 0;
}

static int connect_to(struct syslink *l, const char *url, const char *address, const char *tls_name,
    enum http_fail *fail, struct err *err)
{
	natsOptions *o = NULL;
	natsStatus st = natsOptions_Create(&o), last;
	int rc = -1;

	*fail = HTTP_PROTOCOL;
	if (st != NATS_OK) {
		err_set(err, _("the NATS library does not start: %s"), natsStatus_GetText(st));
		return -1;
	}
	if (set_login(l, o, err) || set_tls(l, o, tls_name, fail, err))
		goto out;
	pthread_mutex_lock(&l->lock);
	l->closed = false;
	pthread_mutex_unlock(&l->lock);
	st = set_manners(l, o, url);
	if (st == NATS_OK)
		st = natsConnection_Connect(&l->nc, o);
	if (st == NATS_OK) {
		st = subscribe(l);
		rc = 0; /* a connection that cannot be used ends by itself */
		if (st == NATS_OK)
			goto out;
	}
	if (rc) {
		/* No connection, no last word. */
		pthread_mutex_lock(&l->lock);
		l->closed = true;
		pthread_mutex_unlock(&l->lock);
	}
	if (rc && (st == NATS_NO_SERVER || st == NATS_IO_ERROR || st == NATS_TIMEOUT) && !l->tunnel.open &&
	    look_closer(l, address, fail, err))
		goto out;
	syslink_words(l, st, nats_GetLastError(&last), fail, err);
out:
	natsOptions_Destroy(o);
	return rc;
}

static int through_tunnel(struct syslink *l, const char *host, const char *port, const char *tls_name,
    enum http_fail *fail, struct err *err)
{
	char address[64], url[80], words[ERR_MAX / 2];

	if (tunnel_open(&l->tunnel, l->conf.via, host, port, address, sizeof(address), err))
		return -1;
	snprintf(url, sizeof(url), "nats://%s", address);
	if (!connect_to(l, url, address, tls_name, fail, err))
		return 0;
	tunnel_words(&l->tunnel, words, sizeof(words));
	if (words[0]) {
		err_set(err, _("unreachable: the via command said: %s"), words);
		*fail = HTTP_UNREACHABLE;
	}
	tunnel_close(&l->tunnel);
	return -1;
}

static int by_name(struct syslink *l, const char *address, const char *tls_name, enum http_fail *fail, struct err *err)
{
	const char *to = cluster_dial_address(&l->conf, address);
	char host[HOST_MAX], port[PORT_MAX], url[NI_MAXHOST + NI_MAXSERV + 16];
	struct resolved r = {0};

	*fail = HTTP_PROTOCOL;
	if (address_split(to, host, port))
		return err_set(err, _("%s is no host:port"), to);
	if (l->conf.via)
		return through_tunnel(l, host, port, tls_name, fail, err);
	*fail = HTTP_DNS;
	if (wait_for_name(l, host, port, &r, err))
		return -1;
	for (size_t i = 0; i < r.n && i < 4; i++)
		if (!numeric_url(&r, i, url, sizeof(url)) && !connect_to(l, url, to, tls_name, fail, err))
			return 0;
	if (!r.n)
		err_set(err, _("dns: the name %s has no address"), host);
	return -1;
}

static bool is_numeric(const char *host)
{
	return strchr(host, ':') || host[strspn(host, "0123456789.")] == '\0';
}

int syslink_connect(struct syslink *l, enum http_fail *fail, struct err *err)
{
	char address[ADDRESS_MOST], host[HOST_MAX], port[PORT_MAX], first[HOST_MAX] = "";
	int rc;

	if (!l->n_servers)
		add_server(l, l->conf.sys.url);
	if (!l->n_servers) {
		*fail = HTTP_PROTOCOL;
		return err_set(err, _("%s is no nats:// or tls:// URL"), l->conf.sys.url);
	}
	snprintf(address, sizeof(address), "%s", l->servers[l->next_server % l->n_servers]);
	l->next_server++;
	address_split(address, host, port);
	address_split(l->servers[0], first, port);
	/* Servers tell each other's numeric addresses; the certificate names what the operator wrote. */
	rc = by_name(l, address, is_numeric(host) && first[0] ? first : host, fail, err);
	if (rc)
		err_prefix(err, "%s", address);
	return rc;
}
