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

static void begin_plain(struct conn *c, int64_t now)
{
	char login[2048];
	size_t user = strlen(c->security->user), password = strlen(c->security->password);

	if (user + password + 2 > sizeof(login)) {
		refuse(c, now, _("auth: the login is too long"));
		return;
	}
	login[0] = '\0';
	memcpy(login + 1, c->security->user, user + 1);
	memcpy(login + 2 + user, c->security->password, password);
	send_bytes(c, login, 2 + user + password, now);
	explicit_bzero(login, sizeof(login));
}

static void begin_scram(struct conn *c, int64_t now)
{
	char message[SCRAM_MESSAGE_MAX];
	struct err err = {{0}};

	if (!c->scram)
		c->scram = xcalloc(1, sizeof(*c->scram));
	scram_init(c->scram, c->security->digest, c->security->user, c->security->password);
	if (scram_first(c->scram, message, &err))
		refuse(c, now, err.msg);
	else
		send_bytes(c, message, strlen(message), now);
}

void auth_begin(struct conn *c, int64_t now)
{
	c->auth_round = 0;
	if (!c->security->user || !c->security->password)
		refuse(c, now, _("auth: no user or no password is configured"));
	else if (c->security->sasl == SASL_PLAIN)
		begin_plain(c, now);
	else
		begin_scram(c, now);
}

static void say_refused(struct conn *c, const struct sasl_auth *r, int64_t now)
{
	char said[200] = "", user[80], why[ERR_MAX];

	if (r->message)
		text_sanitise(said, sizeof(said), r->message, strlen(r->message));
	text_sanitise(user, sizeof(user), c->security->user, strlen(c->security->user));
	snprintf(why, sizeof(why), _("auth: the broker refused user '%s' with %s: %s"), user,
	    c->security->mechanism, said[0] ? said : kafka_error_name(r->error));
	refuse(c, now, why);
}

static void logged_in(struct conn *c, int64_t lifetime_ms, int64_t now)
{
	c->renew_at = 0;
	if (lifetime_ms > 0 && lifetime_ms < INT64_MAX / NS_PER_MS / 100)
		c->renew_at = now + lifetime_ms * NS_PER_MS / 100 * RENEW_PERCENT;
	if (c->scram)
		scram_release(c->scram);
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
		logged_in(c, r->lifetime_ms, now);
	}
}

void auth_answered(struct conn *c, const struct sasl_auth *r, int64_t now)
{
	if (r->error)
		say_refused(c, r, now);
	else if (c->security->sasl == SASL_SCRAM)
		go_on_scram(c, r, now);
	else
		logged_in(c, r->lifetime_ms, now);
}
