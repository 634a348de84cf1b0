#include "source/kafka/wire_auth.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "source/kafka/wire_conn_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Wrong passwords lock accounts: a refusal is not repeated often. */
#define REFUSED_BACKOFF (60 * NS_PER_S)

/* A session is renewed when this much of it is over. */
enum { RENEW_PERCENT = 85 };

/* Kerberos' messages may carry what a directory knows of a user. */
enum { TOKEN_MAX = 128 << 10 };

static void refuse(struct conn *c, int64_t now, const char *why)
{
	c->most_backoff_now = REFUSED_BACKOFF;
	conn_fall(c, now, "%s", why);
}

static void send_bytes(struct conn *c, const void *bytes, size_t n, int64_t now)
{
	struct wire_ask ask = {.bytes = bytes, .n_bytes = n};

	if (conn_send_step(c, API_SASL_AUTH, &ask, now))
		refuse(c, now, _("auth: the login is too long"));
}

void auth_begin_handshake(struct conn *c, int64_t now)
{
	struct wire_ask ask = {.mechanism = c->security->mechanism};

	if (c->version[API_SASL_HANDSHAKE] < 1 || c->version[API_SASL_AUTH] < 0) {
		refuse(c, now,
		    _("auth: this broker takes no SASL as mqduty speaks it (Kafka 1.0 or newer does)"));
		return;
	}
	c->auth_begun = true;
	conn_send_step(c, API_SASL_HANDSHAKE, &ask, now);
}

static void list_mechanisms(const struct sasl_handshake *r, char *out, size_t size)
{
	char one[64];
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < r->n_mechanisms && i < 8 && n < size; i++) {
		const char *m = r->mechanisms[i] ? r->mechanisms[i] : "?";

		text_sanitise(one, sizeof(one), m, strlen(m));
		n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", one);
	}
}

void auth_handshake_answered(struct conn *c, const struct sasl_handshake *r, int64_t now)
{
	char offered[200], why[ERR_MAX];

	if (!r->error) {
		conn_next_step(c, now);
		return;
	}
	list_mechanisms(r, offered, sizeof(offered));
	if (r->error == KERR_UNSUPPORTED_SASL)
		snprintf(why, sizeof(why), _("auth: the broker does not take %s; it takes %s"),
		    c->security->mechanism, offered[0] ? offered : _("nothing"));
	else if (r->error == KERR_ILLEGAL_SASL_STATE)
		snprintf(why, sizeof(why),
		    _("auth: %s takes no login (SASL): set security.protocol: %s in properties"),
		    c->address, c->security->uses_tls ? "SSL" : "PLAINTEXT");
	else
		snprintf(why, sizeof(why), _("auth: SaslHandshake was answered with %s"),
		    kafka_error_name(r->error));
	refuse(c, now, why);
}

/* PLAIN and SCRAM prove that a password is known. */
static bool lacks_password(struct conn *c, int64_t now)
{
	if (c->security->user && c->security->password)
		return false;
	refuse(c, now, _("auth: no user or no password is configured"));
	return true;
}

static void begin_plain(struct conn *c, int64_t now)
{
	const struct security *s = c->security;
	char login[2048];
	size_t user, password;

	if (lacks_password(c, now))
		return;
	user = strlen(s->user);
	password = strlen(s->password);
	if (user + password + 2 > sizeof(login)) {
		refuse(c, now, _("auth: the login is too long"));
		return;
	}
	login[0] = '\0';
	memcpy(login + 1, s->user, user + 1);
	memcpy(login + 2 + user, s->password, password);
	send_bytes(c, login, 2 + user + password, now);
	explicit_bzero(login, sizeof(login));
}

static void begin_scram(struct conn *c, int64_t now)
{
	char message[SCRAM_MESSAGE_MAX];
	struct err err = {{0}};

	if (lacks_password(c, now))
		return;
	if (!c->scram)
		c->scram = xcalloc(1, sizeof(*c->scram));
	scram_init(c->scram, c->security->digest, c->security->user, c->security->password);
	if (scram_first(c->scram, message, &err))
		refuse(c, now, err.msg);
	else
		send_bytes(c, message, strlen(message), now);
}

/* What is wrong with the token here is no refusal: nobody was asked, and it may be renewed at any time. */
static void begin_oauth(struct conn *c, int64_t now)
{
	struct err err = {{0}};

	if (!c->oauth) {
		c->oauth = xcalloc(1, sizeof(*c->oauth));
		oauth_init(c->oauth);
	}
	if (oauth_first(c->oauth, c->security->secret, clock_wall() / NS_PER_S, &err))
		conn_fall(c, now, "%s", err.msg);
	else
		send_bytes(c, c->oauth->message.data, c->oauth->message.len, now);
}

/* The first message needs a ticket: auth_look() sees when it is there. */
static void begin_gss(struct conn *c, int64_t now)
{
	if (!c->gss)
		c->gss = gss_new(c->security->gate, &c->security->kerberos, c->host);
	gss_reset(c->gss);
	c->asks_kdc = true;
	c->step_until = now + c->timeout;
	auth_look(c, now);
}

static void begun_gss(struct conn *c, enum gss_state state, const struct buf *message, const char *why, int64_t now)
{
	c->asks_kdc = false;
	c->step_until = 0;
	if (state == GSS_REFUSED)
		refuse(c, now, why);
	else if (state == GSS_FAILED)
		conn_fall(c, now, "%s", why);
	else
		send_bytes(c, message->data, message->len, now);
}

void auth_look(struct conn *c, int64_t now)
{
	struct buf message;
	struct err err = {{0}};
	enum gss_state state;

	buf_init(&message, TOKEN_MAX);
	state = gss_first(c->gss, &message, &err);
	if (state != GSS_ASKING)
		begun_gss(c, state, &message, err.msg, now);
	buf_release(&message);
}

void auth_overdue(struct conn *c, int64_t now)
{
	struct err err = {{0}};

	gss_say_silent(c->gss, c->timeout, &err);
	conn_fall(c, now, "%s", err.msg);
}

/* "user 'duty' with SCRAM-SHA-512" */
static void name_login(const struct conn *c, char *out, size_t size)
{
	const struct security *s = c->security;
	char user[80];

	if (s->sasl == SASL_OAUTH) {
		snprintf(out, size, "%s", _("the token"));
	} else if (s->sasl == SASL_GSSAPI) {
		snprintf(out, size, "%s", _("the Kerberos ticket (is its own keytab up to date, and its clock right?)"));
	} else {
		text_sanitise(user, sizeof(user), s->user, strlen(s->user));
		snprintf(out, size, _("user '%s' with %s"), user, s->mechanism);
	}
}

static void say_refused(struct conn *c, const struct sasl_auth *r, int64_t now)
{
	const char *message = r->message ? r->message : "";
	char said[200], who[160], why[ERR_MAX];

	name_login(c, who, sizeof(who));
	if (c->oauth && c->oauth->refused[0])
		snprintf(said, sizeof(said), "%s", c->oauth->refused);
	else if (c->oauth)
		oauth_words(c->oauth, message, said, sizeof(said));
	else
		text_sanitise(said, sizeof(said), message, strlen(message));
	snprintf(why, sizeof(why), _("auth: the broker refused %s: %s"), who,
	    said[0] ? said : kafka_error_name(r->error));
	/* What it refused was a ticket for a key that it may not have any more: the next one is made anew. */
	gss_free(c->gss);
	c->gss = NULL;
	refuse(c, now, why);
}

static void logged_in(struct conn *c, const struct sasl_auth *r, int64_t now)
{
	c->renew_at = 0;
	if (r->lifetime_ms > 0 && r->lifetime_ms < INT64_MAX / NS_PER_MS / 100)
		c->renew_at = now + r->lifetime_ms * NS_PER_MS / 100 * RENEW_PERCENT;
	auth_forget(c);
	conn_next_step(c, now);
}

/* SCRAM: the challenge is answered, then the broker's own proof is looked at. */
static void go_on_scram(struct conn *c, const struct sasl_auth *r, int64_t now)
{
	const char *said = r->bytes ? (const char *)r->bytes : "";
	char message[SCRAM_MESSAGE_MAX];
	struct err err = {{0}};

	if (c->auth_round++ == 0) {
		if (scram_final(c->scram, said, r->n_bytes, message, &err))
			refuse(c, now, err.msg);
		else
			send_bytes(c, message, strlen(message), now);
		explicit_bzero(message, sizeof(message));
	} else if (scram_verify(c->scram, said, r->n_bytes, &err)) {
		refuse(c, now, err.msg);
	} else {
		logged_in(c, r, now);
	}
}

/* A broker that takes the token has nothing to add. One that refuses it says why, and ends the login with an error when
 * that was acknowledged by a lone ^A. */
static void go_on_oauth(struct conn *c, const struct sasl_auth *r, int64_t now)
{
	if (c->oauth->refused[0]) {
		say_refused(c, r, now);
	} else if (r->n_bytes) {
		oauth_read_refusal(c->oauth, r->bytes, r->n_bytes);
		send_bytes(c, "\x01", 1, now);
	} else {
		logged_in(c, r, now);
	}
}

static void go_on_gss(struct conn *c, const struct sasl_auth *r, int64_t now)
{
	struct buf message;
	struct err err = {{0}};
	bool done;

	buf_init(&message, TOKEN_MAX);
	if (gss_go_on(c->gss, r->bytes, r->n_bytes, &message, &done, &err))
		refuse(c, now, err.msg);
	else if (done)
		logged_in(c, r, now);
	else
		send_bytes(c, message.data, message.len, now);
	buf_release(&message);
}

static const struct {
	void (*begin)(struct conn *c, int64_t now);
	/* The broker's answer was no error. */
	void (*go_on)(struct conn *c, const struct sasl_auth *r, int64_t now);
} ways[] = {
    [SASL_PLAIN] = {begin_plain, logged_in},
    [SASL_SCRAM] = {begin_scram, go_on_scram},
    [SASL_OAUTH] = {begin_oauth, go_on_oauth},
    [SASL_GSSAPI] = {begin_gss, go_on_gss},
};

void auth_begin(struct conn *c, int64_t now)
{
	c->auth_round = 0;
	ways[c->security->sasl].begin(c, now);
}

void auth_answered(struct conn *c, const struct sasl_auth *r, int64_t now)
{
	if (r->error)
		say_refused(c, r, now);
	else
		ways[c->security->sasl].go_on(c, r, now);
}

void auth_forget(struct conn *c)
{
	if (c->scram)
		scram_release(c->scram);
	if (c->oauth)
		oauth_forget(c->oauth);
	if (c->gss)
		gss_reset(c->gss);
	c->asks_kdc = false;
}

void auth_release(struct conn *c)
{
	auth_forget(c);
	free(c->scram);
	free(c->oauth);
	gss_free(c->gss);
	c->scram = NULL;
	c->oauth = NULL;
	c->gss = NULL;
}
