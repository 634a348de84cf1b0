#include "lab/family.h"
#include "lab/net.h"
#include "lab/proc.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

static bool wanted(const struct lab *lab)
{
	return lab->nats;
}

static int find(struct lab *lab, const struct options *o, struct err *err)
{
	(void)o;
	return find_program(lab->nats_server, "MQ_NATS_SERVER", "nats", "nats-server", err);
}

/* The rights of the user that mqduty uses: all it asks for, and no verb that changes anything. */
static const char accounts[] =
    "accounts {\n"
    "  SYS { users: [\n"
    "    { user: mqduty, password: \"%s\", permissions: {\n"
    "      publish: { allow: [\"$SYS.REQ.SERVER.PING\", \"$SYS.REQ.SERVER.PING.>\",\n"
    "        \"$SYS.REQ.SERVER.*.VARZ\", \"$SYS.REQ.SERVER.*.CONNZ\", "
    "\"$SYS.REQ.SERVER.*.ROUTEZ\",\n"
    "        \"$SYS.REQ.SERVER.*.JSZ\", \"$SYS.REQ.SERVER.*.HEALTHZ\", "
    "\"$SYS.REQ.SERVER.*.STATSZ\",\n"
    "        \"$SYS.REQ.SERVER.*.LEAFZ\", \"$SYS.REQ.SERVER.*.GATEWAYZ\",\n"
    "        \"$SYS.REQ.SERVER.*.SUBSZ\", \"$SYS.REQ.SERVER.*.ACCOUNTZ\",\n"
    "        \"$SYS.REQ.ACCOUNT.PING.STATZ\"] }\n"
    "      subscribe: [\"_INBOX.>\", \"$SYS.ACCOUNT.>\", \"$SYS.SERVER.>\"] } }\n"
    "  ] }\n"
    "  APP { jetstream: enabled, users: [{ user: app, password: \"%s\" }] }\n"
    "}\n"
    "system_account: SYS\n";

static int write_node(struct lab *lab, int i, struct err *err)
{
	char name[32], path[LAB_PATH];
	struct buf b;
	int rc;

	snprintf(name, sizeof(name), "nats/n%d", i + 1);
	if (lab_mkdir(lab, err, name))
		return -1;
	buf_init(&b, 16384);
	buf_addf(&b, "server_name: n%d\nlisten: 127.0.0.1:%d\n%s: 127.0.0.1:%d\n", i + 1,
	    lab->nats_port[i], lab->tls ? "https" : "http", lab->nats_http[i]);
	buf_addf(&b, "log_file: \"%s\"\nlog_size_limit: 10485760\n",
	    lab_path(lab, path, "log/n%d.log", i + 1));
	/* The traffic goes on without it. */
	if (lab->tls)
		buf_addf(&b, "tls { cert_file: \"%s\", key_file: \"%s\" }\nallow_non_tls: true\n",
		    lab_path(lab, path, "tls/broker.pem"), path);
	/* Short limits, so that a reader that stops is called a slow consumer within seconds. */
	buf_adds(&b, "max_connections: 1000\nmax_pending: 1MB\nwrite_deadline: \"2s\"\n"
		     "ping_interval: \"20s\"\n");
	buf_addf(&b, "jetstream { store_dir: \"%s\", max_mem: 64MB, max_file: %dMB }\n",
	    lab_path(lab, path, "nats/n%d", i + 1), LAB_NATS_FILE_MB);
	buf_addf(
	    &b, "cluster {\n  name: bus\n  listen: 127.0.0.1:%d\n  routes: [", lab->nats_route[i]);
	for (int k = 0; k < LAB_NODES; k++)
		buf_addf(&b, "%s\"nats-route://127.0.0.1:%d\"", k ? ", " : "", lab->nats_route[k]);
	buf_adds(&b, "]\n}\n");
	buf_addf(&b, accounts, lab->secret, lab->secret);
	snprintf(name, sizeof(name), "nats/n%d.conf", i + 1);
	rc = b.overflow ? err_set(err, "The configuration of NATS is too long.")
			: lab_write(lab, 0600, err, name, b.data);
	buf_release(&b);
	return rc;
}

static int prepare(struct lab *lab, struct ports *ports, struct err *err)
{
	for (int i = 0; i < LAB_NODES; i++)
		if (ports_take(ports, &lab->nats_port[i], err) ||
		    ports_take(ports, &lab->nats_http[i], err) ||
		    ports_take(ports, &lab->nats_route[i], err))
			return -1;
	if (lab_mkdir(lab, err, "nats") || lab_write(lab, 0600, err, "nats/password", lab->secret))
		return -1;
	for (int i = 0; i < LAB_NODES; i++)
		if (write_node(lab, i, err))
			return -1;
	return 0;
}

static int start(struct lab *lab, struct err *err)
{
	char name[16], conf[LAB_PATH];

	for (int i = 0; i < LAB_NODES; i++) {
		const char *argv[] = {lab->nats_server, "-c", conf, NULL};

		lab_path(lab, conf, "nats/n%d.conf", i + 1);
		snprintf(name, sizeof(name), "nats-%d", i + 1);
		if (proc_start(lab, err, name, argv))
			return -1;
	}
	return 0;
}

/* Every node healthy (which includes contact to the JetStream meta leader) and seeing both others.
 */
static bool ready(const struct lab *lab)
{
	static const char peers[] = "\"remotes\": 2";
	char body[16384];

	/* With TLS a port that listens is enough here: the seed waits for what is behind it. */
	for (int i = 0; i < LAB_NODES; i++) {
		if (lab->tls && net_listens(lab->nats_http[i], 500))
			continue;
		if (lab->tls || net_http_get(lab->nats_http[i], "/healthz", body, sizeof(body), 500) != 200)
			return false;
		if (net_http_get(lab->nats_http[i], "/varz", body, sizeof(body), 500) != 200 ||
		    !strstr(body, peers))
			return false;
	}
	return true;
}

static const char *seed(const struct lab *lab)
{
	(void)lab;
	return "nats-seed";
}

const struct family family_nats = {"nats", "NATS", wanted, find, prepare, start, ready, seed};
