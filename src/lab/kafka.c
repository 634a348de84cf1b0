#include "lab/kafka.h"
#include "lab/family.h"
#include "lab/net.h"
#include "lab/proc.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { UUID_LEN = 22 };

/* Kafka's own spelling of a UUID: 22 characters of base64; the last may only carry two bits. */
static void kafka_uuid(char out[UUID_LEN + 1])
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char r[UUID_LEN];

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		BUG("getrandom failed");
	for (int i = 0; i < UUID_LEN; i++)
		out[i] = set[r[i] % (sizeof(set) - 1)];
	out[UUID_LEN - 1] = 'A';
	out[UUID_LEN] = '\0';
}

/* Small on purpose: three brokers share two cores with all the rest. The time limits are short,
 * so that a drill shows its effect within seconds. */
static const char common[] =
    "process.roles=broker,controller\n"
    "controller.listener.names=CONTROLLER\n"
    "inter.broker.listener.name=PLAINTEXT\n"
    "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL\n"
    "num.partitions=3\n"
    "default.replication.factor=3\n"
    "min.insync.replicas=2\n"
    "auto.create.topics.enable=false\n"
    "offsets.topic.replication.factor=3\n"
    "offsets.topic.num.partitions=6\n"
    "transaction.state.log.replication.factor=3\n"
    "transaction.state.log.num.partitions=2\n"
    "transaction.state.log.min.isr=2\n"
    "share.coordinator.state.topic.replication.factor=3\n"
    "share.coordinator.state.topic.min.isr=2\n"
    "share.coordinator.state.topic.num.partitions=2\n"
    "group.initial.rebalance.delay.ms=0\n"
    "broker.session.timeout.ms=6000\n"
    "broker.heartbeat.interval.ms=1000\n"
    "replica.lag.time.max.ms=10000\n"
    "num.network.threads=2\n"
    "num.io.threads=2\n"
    "background.threads=2\n"
    "num.recovery.threads.per.data.dir=1\n"
    "log.cleaner.threads=1\n"
    "log.cleaner.dedupe.buffer.size=2097152\n"
    "log.index.size.max.bytes=1048576\n"
    "log.segment.bytes=16777216\n"
    "log.retention.bytes=67108864\n"
    "log.retention.check.interval.ms=30000\n"
    "controller.quorum.request.timeout.ms=2000\n"
    "unstable.api.versions.enable=false\n";

static int write_broker(struct lab *lab, int i, const char *cluster, struct err *err)
{
	char name[64], path[LAB_PATH], dir_id[UUID_LEN + 1];
	struct buf b;
	int rc;

	snprintf(name, sizeof(name), "kafka/%d", i + 1);
	if (lab_mkdir(lab, err, name))
		return -1;
	snprintf(name, sizeof(name), "kafka/tmp%d", i + 1);
	if (lab_mkdir(lab, err, name))
		return -1;
	buf_init(&b, 16384);
	buf_adds(&b, common);
	buf_addf(&b, "node.id=%d\nlog.dirs=%s\n", i + 1, lab_path(lab, path, "kafka/%d", i + 1));
	buf_addf(&b, "listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d",
	    lab->kafka_port[i], lab->kafka_ctl[i]);
	if (lab->tls)
		buf_addf(&b, ",SSL://127.0.0.1:%d", lab->kafka_tls[i]);
	buf_addf(&b, "\nadvertised.listeners=PLAINTEXT://127.0.0.1:%d", lab->kafka_port[i]);
	if (lab->tls)
		buf_addf(&b,
		    ",SSL://127.0.0.1:%d\nssl.keystore.type=PEM\nssl.keystore.location=%s",
		    lab->kafka_tls[i], lab_path(lab, path, "tls/broker.pem"));
	buf_adds(&b, "\ncontroller.quorum.voters=");
	for (int k = 0; k < LAB_NODES; k++)
		buf_addf(&b, "%s%d@127.0.0.1:%d", k ? "," : "", k + 1, lab->kafka_ctl[k]);
	buf_addc(&b, '\n');
	snprintf(name, sizeof(name), "kafka/broker%d.properties", i + 1);
	rc = b.overflow ? err_set(err, "The configuration of Kafka is too long.")
			: lab_write(lab, 0600, err, name, b.data);
	/* What kafka-storage.sh format would write; it takes two seconds of Java a broker. */
	buf_reset(&b);
	kafka_uuid(dir_id);
	buf_addf(
	    &b, "version=1\ncluster.id=%s\nnode.id=%d\ndirectory.id=%s\n", cluster, i + 1, dir_id);
	snprintf(name, sizeof(name), "kafka/%d/meta.properties", i + 1);
	if (!rc)
		rc = lab_write(lab, 0600, err, name, b.data);
	buf_release(&b);
	return rc;
}

static int write_log_config(struct lab *lab, struct err *err)
{
	static const char log4j1[] =
	    "log4j.rootLogger=WARN, out\n"
	    "log4j.appender.out=org.apache.log4j.ConsoleAppender\n"
	    "log4j.appender.out.layout=org.apache.log4j.PatternLayout\n"
	    "log4j.appender.out.layout.ConversionPattern=[%d] %p %m (%c)%n\n";
	static const char log4j2[] = "rootLogger.level = warn\n"
				     "rootLogger.appenderRef.out.ref = out\n"
				     "appender.out.type = Console\n"
				     "appender.out.name = out\n"
				     "appender.out.layout.type = PatternLayout\n"
				     "appender.out.layout.pattern = [%d] %p %m (%c)%n\n";

	return lab_write(lab, 0600, err, "kafka/log4j.properties", log4j1) ||
		       lab_write(lab, 0600, err, "kafka/log4j2.properties", log4j2)
		   ? -1
		   : 0;
}

static int prepare(struct lab *lab, struct ports *ports, struct err *err)
{
	char cluster[UUID_LEN + 1];

	for (int i = 0; i < LAB_NODES; i++)
		if (ports_take(ports, &lab->kafka_port[i], err) ||
		    ports_take(ports, &lab->kafka_ctl[i], err) ||
		    (lab->tls && ports_take(ports, &lab->kafka_tls[i], err)))
			return -1;
	if (lab_mkdir(lab, err, "kafka"))
		return -1;
	if (lab->kafka_kind == KAFKA_SIM)
		return 0;
	kafka_uuid(cluster);
	if (write_log_config(lab, err) || kafka_write_tools(lab, err))
		return -1;
	for (int i = 0; i < LAB_NODES; i++)
		if (write_broker(lab, i, cluster, err))
			return -1;
	return 0;
}

static int start_broker(struct lab *lab, int i, struct err *err)
{
	char name[24], cp[LAB_PATH + 8], tmp[LAB_PATH + 32], conf[LAB_PATH], path[LAB_PATH];
	char log1[LAB_PATH + 64], log2[LAB_PATH + 64];
	const char *argv[] = {kafka_java(), "-Xms64m", "-Xmx256m", "-XX:+UseSerialGC",
	    "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto", tmp, log1, log2, "-cp",
	    cp, "kafka.Kafka", conf, NULL};

	snprintf(
	    tmp, sizeof(tmp), "-Djava.io.tmpdir=%s", lab_path(lab, path, "kafka/tmp%d", i + 1));
	snprintf(log1, sizeof(log1), "-Dlog4j.configuration=file:%s",
	    lab_path(lab, path, "kafka/log4j.properties"));
	snprintf(log2, sizeof(log2), "-Dlog4j2.configurationFile=%s",
	    lab_path(lab, path, "kafka/log4j2.properties"));
	snprintf(cp, sizeof(cp), "%s/*", lab->kafka_libs);
	lab_path(lab, conf, "kafka/broker%d.properties", i + 1);
	snprintf(name, sizeof(name), "kafka-%d", i + 1);
	return proc_start(lab, err, name, argv);
}

static int start_sim(struct lab *lab, struct err *err)
{
	char self[LAB_PATH], ports[64], sock[LAB_PATH];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *argv[] = {self, "sim-kafka", "--dir", lab->dir, "--brokers", "3", "--topics",
	    "4", "--groups", "4", "--rate", "6", "--ports", ports, "--control", sock, NULL};

	if (n <= 0)
		return err_set(err, "The path of mqduty-lab itself cannot be read.");
	self[n] = '\0';
	snprintf(ports, sizeof(ports), "%d,%d,%d", lab->kafka_port[0], lab->kafka_port[1],
	    lab->kafka_port[2]);
	lab_path(lab, sock, "sim.sock");
	return proc_start(lab, err, "sim-kafka", argv);
}

static int start(struct lab *lab, struct err *err)
{
	if (lab->kafka_kind == KAFKA_SIM)
		return start_sim(lab, err);
	for (int i = 0; i < LAB_NODES; i++)
		if (start_broker(lab, i, err))
			return -1;
	return 0;
}

/* Listening is enough here: the seed waits for what is behind the port. */
static bool ready(const struct lab *lab)
{
	for (int i = 0; i < LAB_NODES; i++)
		if (!net_listens(lab->kafka_port[i], 500))
			return false;
	return true;
}

static bool wanted(const struct lab *lab)
{
	return lab->kafka;
}

static const char *seed(const struct lab *lab)
{
	return lab->kafka_kind == KAFKA_REAL ? "kafka-seed" : NULL;
}

const struct family family_kafka = {
    "kafka", "Kafka", wanted, kafka_find, prepare, start, ready, seed};
