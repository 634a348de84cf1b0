#include "source/kafka/duties.h"

#include "base/i18n.h"
#include "base/log.h"

/*
 * Chosen by measured cost and safety; never both for one number. On a cluster of three brokers
 * librdkafka 2.0.2 costs six threads and its own metadata and ApiVersions requests, answers for
 * one group per request, fails a whole call when one leader is down, and corrupts memory when a
 * coordinator stays away. So the wire client does it all where it can log in (PLAINTEXT, TLS, PLAIN,
 * SCRAM); for other mechanisms librdkafka does what it can (rd_lacks() says what it cannot).
 */
const struct kafka_duty kafka_duties[] = {
    {"brokers and partitions", {CLIENT_WIRE, CLIENT_RDKAFKA},
	"one Metadata request; tells offline replicas, which librdkafka 2.0.2 does not"},
    {"liveness and round trips", {CLIENT_WIRE, CLIENT_RDKAFKA},
	"its own connection per broker knows idle from busy, and silence from refusal; librdkafka's "
	"statistics tell its connections' state and round trips"},
    {"the controller", {CLIENT_WIRE, CLIENT_NONE},
	"DescribeQuorum, which librdkafka lacks; its own id is a random broker under KRaft"},
    {"groups and members", {CLIENT_WIRE, CLIENT_RDKAFKA},
	"all groups of a coordinator in one request, of the new protocol too"},
    {"committed offsets", {CLIENT_WIRE, CLIENT_RDKAFKA},
	"all groups of a coordinator in one request; librdkafka takes one each"},
    {"end offsets", {CLIENT_WIRE, CLIENT_RDKAFKA},
	"one request per leader, and one dead leader spoils only its own"},
    {"disk", {CLIENT_WIRE, CLIENT_NONE}, "DescribeLogDirs, which librdkafka lacks"},
    {"reassignments", {CLIENT_WIRE, CLIENT_NONE},
	"ListPartitionReassignments, which librdkafka lacks"},
    {"topic configs", {CLIENT_WIRE, CLIENT_NONE}, "asks for four keys of all topics at once"},
    {NULL, {CLIENT_NONE, CLIENT_NONE}, NULL},
};

static const char *const client_name[] = {[CLIENT_NONE] = "nobody",
    [CLIENT_WIRE] = "the wire client",
    [CLIENT_RDKAFKA] = "librdkafka"};

int duties_check(const struct cluster_conf *conf, const struct security *s, struct err *err)
{
	bool foreign = s->sasl == SASL_FOREIGN;

	if (foreign && (conf->via || conf->n_address_map))
		return err_set(err,
		    _("%s cannot be watched: librdkafka, which logs in with %s, knows neither via nor "
		      "address_map; SCRAM-SHA-256, SCRAM-SHA-512, PLAIN and client certificates do"),
		    conf->name, s->mechanism);
	for (const struct kafka_duty *d = kafka_duties; d->what; d++)
		log_debug("%s: %s by %s: %s", conf->name, d->what, client_name[d->by[foreign]], d->why);
	return 0;
}
