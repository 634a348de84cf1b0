#include "lab/lab.h"

#include "base/buf.h"

#include <stdio.h>

static void kafka_cluster(const struct lab *lab, struct buf *b)
{
	bool tls = lab->tls && lab->kafka_kind == KAFKA_REAL;
	char path[LAB_PATH];

	buf_addf(b, "  - name: orders\n    tier: dev\n    kind: kafka\n    bootstrap: [");
	for (int i = 0; i < LAB_NODES; i++)
		buf_addf(b, "%s127.0.0.1:%d", i ? ", " : "", tls ? lab->kafka_tls[i] : lab->kafka_port[i]);
	/* Brokers of both kinds tell how full their volumes are; one that is down does not. */
	buf_addf(b, "]\n    expected_brokers: %d\n", LAB_NODES);
	if (tls)
		buf_addf(b, "    properties: {security.protocol: SSL, ssl.ca.location: %s/tls/ca.pem,\n"
		    "      ssl.certificate.location: %s/tls/mqduty.pem, ssl.key.location: %s/tls/mqduty.pem}\n",
		    lab->dir, lab->dir, lab->dir);
	if (lab->kafka_kind == KAFKA_REAL) {
		buf_adds(b, "    disk:\n");
		for (int i = 0; i < LAB_NODES; i++)
			buf_addf(b, "      - {broker: \"%d\", path: %s, local: true}\n", i + 1,
			    lab_path(lab, path, "kafka/%d", i + 1));
	}
	buf_adds(b, "    logs:\n");
	for (int i = 0; i < LAB_NODES; i++)
		buf_addf(b, "      - {broker: \"%d\", path: %s}\n", i + 1,
		    lab->kafka_kind == KAFKA_SIM ? lab_path(lab, path, "log/sim-kafka.log")
						 : lab_path(lab, path, "log/kafka-%d.log", i + 1));
}

static void nats_cluster(const struct lab *lab, struct buf *b)
{
	char path[LAB_PATH];

	buf_adds(b, "  - name: bus\n    tier: dev\n    kind: nats\n    monitor: [");
	for (int i = 0; i < LAB_NODES; i++)
		buf_addf(b, "%s\"%s://127.0.0.1:%d\"", i ? ", " : "", lab->tls ? "https" : "http",
		    lab->nats_http[i]);
	buf_addf(b,
	    "]\n    system: {url: \"nats://127.0.0.1:%d\", user: mqduty, password_file: %s}\n",
	    lab->nats_port[0], lab_path(lab, path, "nats/password"));
	if (lab->tls)
		buf_addf(b, "    tls: {ca: %s/tls/ca.pem, cert: %s/tls/mqduty.pem, key: %s/tls/mqduty.pem}\n",
		    lab->dir, lab->dir, lab->dir);
	buf_addf(b, "    expected_nodes: %d\n    memory_limit: 512MiB\n    disk:\n", LAB_NODES);
	for (int i = 0; i < LAB_NODES; i++)
		buf_addf(b, "      - {broker: n%d, path: %s, local: true}\n", i + 1,
		    lab_path(lab, path, "nats/n%d", i + 1));
	buf_adds(b, "    logs:\n");
	for (int i = 0; i < LAB_NODES; i++)
		buf_addf(b, "      - {broker: n%d, path: %s}\n", i + 1,
		    lab_path(lab, path, "log/n%d.log", i + 1));
}

static void mqtt_cluster(const struct lab *lab, struct buf *b)
{
	int port = lab->tls ? lab->mqtt_tls : lab->mqtt_port;
	char path[LAB_PATH];

	buf_addf(b,
	    "  - name: devices\n    tier: dev\n    kind: mqtt\n    flavor: mosquitto\n"
	    "    url: %s://127.0.0.1:%d\n    max_connections: 100\n",
	    lab->tls ? "mqtts" : "mqtt", port);
	if (lab->tls)
		buf_addf(b, "    tls: {ca: %s/tls/ca.pem, cert: %s/tls/mqduty.pem, key: %s/tls/mqduty.pem}\n",
		    lab->dir, lab->dir, lab->dir);
	buf_addf(b, "    disk:\n      - {broker: \"127.0.0.1:%d\", path: %s, local: true}\n",
	    port, lab_path(lab, path, "mosquitto"));
	buf_addf(b, "    logs:\n      - {broker: \"127.0.0.1:%d\", path: %s}\n", port,
	    lab_path(lab, path, "log/mosquitto-broker.log"));
}

int lab_write_config(const struct lab *lab, struct err *err)
{
	char path[LAB_PATH];
	struct buf b;
	int rc;

	buf_init(&b, 65536);
	buf_addf(&b,
	    "# Written by `mqduty-lab up`; goes with `mqduty-lab down`.\nstate_dir: "
	    "%s\nclusters:\n",
	    lab_path(lab, path, "state"));
	if (lab->kafka)
		kafka_cluster(lab, &b);
	if (lab->nats)
		nats_cluster(lab, &b);
	if (lab->mqtt)
		mqtt_cluster(lab, &b);
	rc = b.overflow ? err_set(err, "The configuration for mqduty is too long.")
			: lab_write(lab, 0600, err, "mqduty.yaml", b.data);
	buf_release(&b);
	return rc;
}
