#ifndef MQ_SOURCE_KAFKA_WIRE_SECURITY_H
#define MQ_SOURCE_KAFKA_WIRE_SECURITY_H

#include "config/config.h"
#include "net/tls.h"
#include "source/kafka/wire_gss.h"

/*
 * security: how the wire client of one cluster proves itself and what it wants
 * proven, from `properties:` in librdkafka's names. Shared by the connections
 * of the cluster; one thread.
 */
enum sasl_kind { SASL_NONE, SASL_PLAIN, SASL_SCRAM, SASL_OAUTH, SASL_GSSAPI };

struct security {
	bool uses_tls;
	struct tls_client tls;
	enum sasl_kind sasl;
	const char *mechanism; /* as the broker calls it: "SCRAM-SHA-512" */
	const char *digest;    /* of SCRAM */
	const char *user, *password;
	const struct secret_conf *secret; /* where a token comes from */
	struct gss_conf kerberos; /* of GSSAPI, as is the next one */
	struct gss_gate *gate;
	const char *client_id;
};

/* conf must outlive s. Reads no file: certificates are loaded when they are needed. */
void security_init(struct security *s, const struct cluster_conf *conf);
void security_release(struct security *s);

#endif
