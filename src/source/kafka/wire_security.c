#include "source/kafka/wire_security.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	enum sasl_kind kind;
	const char *digest;
} mechanisms[] = {
    {"PLAIN", SASL_PLAIN, NULL},
    {"SCRAM-SHA-256", SASL_SCRAM, "SHA256"},
    {"SCRAM-SHA-512", SASL_SCRAM, "SHA512"},
    {"OAUTHBEARER", SASL_OAUTH, NULL},
    {"GSSAPI", SASL_GSSAPI, NULL},
};

static bool is(const char *value, const char *word)
{
	return value && !strcasecmp(value, word);
}

static void init_tls(struct security *s, const struct cluster_conf *conf)
{
	struct tls_settings set = {
	    .ca = cluster_property(conf, "ssl.ca.location"),
	    .ca_pem = cluster_property(conf, "ssl.ca.pem"),
	    .cert = cluster_property(conf, "ssl.certificate.location"),
	    .cert_pem = cluster_property(conf, "ssl.certificate.pem"),
	    .key = cluster_property(conf, "ssl.key.location"),
	    .crl = cluster_property(conf, "ssl.crl.location"),
	    .ciphers = cluster_property(conf, "ssl.cipher.suites"),
	    .curves = cluster_property(conf, "ssl.curves.list"),
	    .sigalgs = cluster_property(conf, "ssl.sigalgs.list"),
	    .no_verify = is(cluster_property(conf, "enable.ssl.certificate.verification"), "false"),
	    .no_host_check =
		is(cluster_property(conf, "ssl.endpoint.identification.algorithm"), "none"),
	    .ca_name = "ssl.ca.location",
	    .cert_name = "ssl.certificate.location",
	};

	/* librdkafka's word for "look in the usual places". */
	if (is(set.ca, "probe"))
		set.ca = NULL;
	tls_client_init(&s->tls, &set);
}

static void init_kerberos(struct security *s, const struct cluster_conf *conf)
{
	const char *service = cluster_property(conf, "sasl.kerberos.service.name");

	s->kerberos.service = service ? service : "kafka";
	s->kerberos.keytab = cluster_property(conf, "sasl.kerberos.keytab");
	s->kerberos.principal = cluster_property(conf, "sasl.kerberos.principal");
	s->gate = gss_gate_new();
}

static void init_sasl(struct security *s, const struct cluster_conf *conf)
{
	const char *m = cluster_mechanism(conf);

	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
		if (is(m, mechanisms[i].name)) {
			s->sasl = mechanisms[i].kind;
			s->mechanism = mechanisms[i].name;
			s->digest = mechanisms[i].digest;
		}
	if (!s->sasl)
		BUG("the config let the mechanism '%s' pass", m ? m : "");
	s->user = cluster_property(conf, "sasl.username");
	s->password = conf->password.value;
	s->secret = &conf->password;
	if (s->sasl == SASL_GSSAPI)
		init_kerberos(s, conf);
}

void security_init(struct security *s, const struct cluster_conf *conf)
{
	const char *protocol = cluster_property(conf, "security.protocol");

	*s = (struct security){.client_id = cluster_property(conf, "client.id")};
	s->uses_tls = is(protocol, "SSL") || is(protocol, "SASL_SSL");
	if (s->uses_tls)
		init_tls(s, conf);
	if (is(protocol, "SASL_SSL") || is(protocol, "SASL_PLAINTEXT"))
		init_sasl(s, conf);
}

void security_release(struct security *s)
{
	tls_client_release(&s->tls);
	gss_gate_unref(s->gate);
}
