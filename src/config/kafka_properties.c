#include "config/load.h"

#include "base/i18n.h"
#include "base/text.h"

#include <librdkafka/rdkafka.h>
#include <string.h>
#include <strings.h>

/*
 * One block in librdkafka's names configures mqduty and, through librdkafka, mqduty-canary; what would
 * do nothing, or something that mqduty must never do, is a mistake. The first
 * row whose glob matches decides; why NULL: honoured.
 */
static const struct {
	const char *glob, *why;
} rows[] = {
    {"bootstrap.servers", N_("list the brokers under 'bootstrap:'")},
    {"metadata.broker.list", N_("list the brokers under 'bootstrap:'")},
    {"sasl.password", N_("a password does not belong in this file: use password_command, "
			 "password_file or password_env")},
    {"ssl.key.password",
	N_("a password does not belong in this file: use a key file without one, with mode 0600")},
    {"ssl.keystore.*",
	N_("use ssl.certificate.location and ssl.key.location, with key files of mode 0600")},
    {"ssl.key.pem", N_("a key does not belong in this file: use ssl.key.location")},
    {"ssl_*", N_("only a program can set it")},
    {"ssl.engine.location", N_("it would load foreign code into mqduty")},
    {"plugin.library.paths", N_("it would load foreign code into mqduty")},
    {"sasl.kerberos.kinit.cmd", N_("it would run a shell; renew the ticket outside mqduty")},
    {"sasl.oauthbearer.client.secret", N_("a secret does not belong in this file")},
    {"sasl.oauthbearer.config", N_("it may hold a secret, which does not belong in this file")},
    {"enable.sasl.oauthbearer.unsecure.jwt", N_("unsigned tokens prove nothing")},
    {"*_cb", N_("only a program can set it")},
    {"*interceptors", N_("only a program can set it")},
    {"opaque", N_("only a program can set it")},
    {"default_topic_conf", N_("only a program can set it")},
    {"group.*", N_("mqduty joins no consumer group")},
    {"session.timeout.ms", N_("mqduty joins no consumer group")},
    {"heartbeat.interval.ms", N_("mqduty joins no consumer group")},
    {"partition.assignment.strategy", N_("mqduty joins no consumer group")},
    {"max.poll.interval.ms", N_("mqduty joins no consumer group")},
    {"*auto.commit*", N_("mqduty commits nothing")},
    {"enable.auto.offset.store", N_("mqduty commits nothing")},
    {"allow.auto.create.topics", N_("mqduty creates no topic")},
    {"transactional.id", N_("mqduty produces nothing")},
    {"enable.idempotence", N_("mqduty produces nothing")},
    {"acks", N_("mqduty produces nothing")},
    {"request.required.acks", N_("mqduty produces nothing")},
    {"linger.ms", N_("mqduty produces nothing")},
    {"compression.*", N_("mqduty produces nothing")},
    {"batch.*", N_("mqduty produces nothing")},
    {"test.mock.*", N_("it would put a simulated cluster in place of yours")},
    {"statistics.interval.ms", N_("mqduty sets it itself")},
    {"debug", N_("start mqduty with --log FILE")},
    {"log*", N_("start mqduty with --log FILE")},

    {"security.protocol", NULL},
    {"sasl.mechanism", NULL},
    {"sasl.mechanisms", NULL},
    {"sasl.username", NULL},
    {"sasl.kerberos.service.name", NULL},
    {"sasl.kerberos.principal", NULL},
    {"sasl.kerberos.keytab", NULL},
    {"ssl.ca.location", NULL},
    {"ssl.ca.pem", NULL},
    {"ssl.certificate.location", NULL},
    {"ssl.certificate.pem", NULL},
    {"ssl.key.location", NULL},
    {"ssl.crl.location", NULL},
    {"ssl.cipher.suites", NULL},
    {"ssl.curves.list", NULL},
    {"ssl.sigalgs.list", NULL},
    {"ssl.endpoint.identification.algorithm", NULL},
    {"enable.ssl.certificate.verification", NULL},
    {"client.id", NULL},
    {"socket.timeout.ms", NULL},
    {"socket.connection.setup.timeout.ms", NULL},
    {"socket.keepalive.enable", NULL},
    {"socket.nagle.disable", NULL},
    {"socket.max.fails", NULL},
    {"socket.send.buffer.bytes", NULL},
    {"socket.receive.buffer.bytes", NULL},
    {"broker.address.family", NULL},
    {"broker.address.ttl", NULL},
    {"broker.version.fallback", NULL},
    {"api.version.request", NULL},
    {"api.version.request.timeout.ms", NULL},
    {"api.version.fallback.ms", NULL},
    {"reconnect.backoff.ms", NULL},
    {"reconnect.backoff.max.ms", NULL},
    {"connections.max.idle.ms", NULL},
    {"receive.message.max.bytes", NULL},
    {"metadata.max.age.ms", NULL},
    {"topic.metadata.refresh.interval.ms", NULL},
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

/* The honoured name that could have been meant, or NULL. */
static const char *guess(const char *key)
{
	const char *best = NULL;
	unsigned least = (unsigned)strlen(key) / 4 + 1;

	for (size_t i = 0; i < N_ROWS; i++) {
		unsigned far = text_distance(key, rows[i].glob);

		if (!rows[i].why && far <= least && (!best || far < least)) {
			best = rows[i].glob;
			least = far;
		}
	}
	return best;
}

static bool honoured(struct loader *l, const yaml_node_t *at, const char *key)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (!text_glob(rows[i].glob, key))
			continue;
		if (rows[i].why)
			load_error(
			    l, at, _("property '%s' is not accepted: %s"), key, _(rows[i].why));
		return !rows[i].why;
	}
	if (guess(key))
		load_error(l, at,
		    _("property '%s' is not one that mqduty honours: did you mean '%s'?"), key,
		    guess(key));
	else
		load_error(l, at,
		    _("property '%s' has no effect on what mqduty asks for: remove it"), key);
	return false;
}

/* librdkafka itself judges names and values. */
static void check_one(
    struct loader *l, rd_kafka_conf_t *scratch, const yaml_node_t *at, const struct text_pair *p)
{
	char why[256] = "";

	if (!honoured(l, at, p->key))
		return;
	if (rd_kafka_conf_set(scratch, p->key, p->value, why, sizeof(why)) != RD_KAFKA_CONF_OK)
		load_error(l, at, _("property '%s': '%s' is not accepted by librdkafka %s: %s"),
		    p->key, p->value, rd_kafka_version_str(), why);
}

static bool begins(const char *s, const char *with)
{
	return !strncasecmp(s, with, strlen(with));
}

struct protocol {
	bool sasl, tls;
	const char *mechanism; /* NULL: not said */
};

/* Keys that belong to a protocol which is not in use would do nothing. */
static void check_use(struct loader *l, const yaml_node_t *node, const struct cluster_conf *c,
    const struct protocol *proto)
{
	for (size_t i = 0; i < c->n_properties; i++) {
		const char *key = c->properties[i].key;

		if (!proto->sasl && begins(key, "sasl."))
			load_error(l, load_key(l, node, key),
			    _("property '%s' needs security.protocol: SASL_SSL"), key);
		else if (begins(key, "sasl.kerberos.") && proto->mechanism && strcasecmp(proto->mechanism, "GSSAPI") != 0)
			load_error(l, load_key(l, node, key), _("property '%s' needs sasl.mechanism: GSSAPI"), key);
		if (!proto->tls && (begins(key, "ssl.") || begins(key, "enable.ssl.")))
			load_error(l, load_key(l, node, key),
			    _("property '%s' needs security.protocol: SSL or SASL_SSL"), key);
	}
}

static bool is_spoken(const char *mechanism)
{
	static const char *const spoken[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI"};

	for (size_t i = 0; i < sizeof(spoken) / sizeof(spoken[0]); i++)
		if (!strcasecmp(mechanism, spoken[i]))
			return true;
	return false;
}

static void check_password(struct loader *l, const yaml_node_t *cluster, const yaml_node_t *node,
    const struct cluster_conf *c, const struct protocol *proto)
{
	bool password = c->password.env || c->password.file || c->password.command;
	const char *m = proto->mechanism;

	if (!proto->sasl) {
		if (password)
			load_error(l, cluster,
			    _("this cluster has a password but no SASL: add to properties "
			      "security.protocol: SASL_SSL and sasl.mechanism"));
		return;
	}
	if (!m) {
		load_error(l, load_place(l, node, "security.protocol"),
		    _("SASL needs a mechanism: add, for example, sasl.mechanism: SCRAM-SHA-512"));
		return;
	}
	if (!is_spoken(m)) {
		load_error(l, load_place(l, node, cluster_property(c, "sasl.mechanism") ? "sasl.mechanism" : "sasl.mechanisms"),
		    _("mqduty does not speak the mechanism '%s': it speaks SCRAM-SHA-512, SCRAM-SHA-256, PLAIN, "
		      "OAUTHBEARER and GSSAPI"),
		    m);
		return;
	}
	if (!strcasecmp(m, "OAUTHBEARER") && !password)
		load_error(l, node,
		    _("OAUTHBEARER needs a token: add password_file (read again when the token was "
		      "renewed), password_command or password_env"));
	if (!strcasecmp(m, "OAUTHBEARER") && !proto->tls && !c->allow_plaintext_password)
		load_warning(l, load_place(l, node, "security.protocol"),
		    _("the token crosses the network unencrypted: use security.protocol: SASL_SSL, or accept it with "
		      "allow_plaintext_password: true"));
	if (strcasecmp(m, "PLAIN") != 0 && !begins(m, "SCRAM-"))
		return;
	if (!cluster_property(c, "sasl.username"))
		load_error(l, node, _("%s needs sasl.username: add it to properties"), m);
	/* Where one was written in the wrong way, that has been said already. */
	if (!password && !load_value(l, cluster, "password") &&
	    !cluster_property(c, "sasl.password"))
		load_error(l, node,
		    _("%s needs a password: add password_command, password_file or password_env"),
		    m);
	if (!strcasecmp(m, "PLAIN") && !proto->tls && !c->allow_plaintext_password)
		load_error(l, load_place(l, node, "security.protocol"),
		    _("PLAIN without TLS sends the password in the clear: use security.protocol: "
		      "SASL_SSL, "
		      "or accept it with allow_plaintext_password: true"));
}

void check_kafka_properties(
    struct loader *l, const yaml_node_t *cluster, const struct cluster_conf *c)
{
	const yaml_node_t *node = load_place(l, cluster, "properties");
	const char *protocol = cluster_property(c, "security.protocol");
	struct protocol proto = {.mechanism = cluster_mechanism(c)};
	rd_kafka_conf_t *scratch = rd_kafka_conf_new();

	for (size_t i = 0; i < c->n_properties; i++)
		check_one(l, scratch, load_key(l, node, c->properties[i].key), &c->properties[i]);
	rd_kafka_conf_destroy(scratch);
	proto.sasl = protocol && begins(protocol, "SASL_");
	proto.tls = protocol && (begins(protocol, "SSL") || begins(protocol, "SASL_SSL"));
	check_use(l, node, c, &proto);
	check_password(l, cluster, node, c, &proto);
}
