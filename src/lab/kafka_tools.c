#include "lab/kafka.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

struct tool {
	const char *script, *class3, *class4; /* classes moved with 4.0 */
};

#define TOOLS "org.apache.kafka.tools."

static const struct tool tools[] = {
    {"kafka-topics.sh", TOOLS "TopicCommand", TOOLS "TopicCommand"},
    {"kafka-consumer-groups.sh", TOOLS "consumer.group.ConsumerGroupCommand",
	TOOLS "consumer.group.ConsumerGroupCommand"},
    {"kafka-log-dirs.sh", TOOLS "LogDirsCommand", TOOLS "LogDirsCommand"},
    {"kafka-metadata-quorum.sh", TOOLS "MetadataQuorumCommand", TOOLS "MetadataQuorumCommand"},
    {"kafka-get-offsets.sh", TOOLS "GetOffsetShell", TOOLS "GetOffsetShell"},
    {"kafka-reassign-partitions.sh", TOOLS "reassign.ReassignPartitionsCommand",
	TOOLS "reassign.ReassignPartitionsCommand"},
    {"kafka-configs.sh", "kafka.admin.ConfigCommand", "kafka.admin.ConfigCommand"},
    {"kafka-acls.sh", "kafka.admin.AclCommand", TOOLS "AclCommand"},
    {"kafka-broker-api-versions.sh", "kafka.admin.BrokerApiVersionsCommand",
	TOOLS "BrokerApiVersionsCommand"},
    {"kafka-cluster.sh", TOOLS "ClusterTool", TOOLS "ClusterTool"},
    {"kafka-leader-election.sh", TOOLS "LeaderElectionCommand", TOOLS "LeaderElectionCommand"},
};

int kafka_write_tools(const struct lab *lab, struct err *err)
{
	bool old = lab->kafka_version[0] < '4';
	char name[64];
	struct buf b;
	int rc = 0;

	buf_init(&b, 32768);
	for (size_t i = 0; !rc && i < sizeof(tools) / sizeof(tools[0]); i++) {
		buf_reset(&b);
		buf_addf(&b,
		    "#!/bin/sh\n# Apache's own tool, with the class path of this lab.\n"
		    "exec '%s' -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData "
		    "\\\n"
		    "\t-Djava.io.tmpdir='%s/kafka' "
		    "-Dlog4j.configuration='file:%s/kafka/log4j.properties' \\\n"
		    "\t-Dlog4j2.configurationFile='%s/kafka/log4j2.properties' \\\n"
		    "\t-cp '%s/*' %s \"$@\"\n",
		    kafka_java(), lab->dir, lab->dir, lab->dir, lab->kafka_libs,
		    old ? tools[i].class3 : tools[i].class4);
		snprintf(name, sizeof(name), "bin/%s", tools[i].script);
		rc = b.overflow ? err_set(err, "The script %s is too long.", name)
				: lab_write(lab, 0700, err, name, b.data);
	}
	buf_release(&b);
	return rc;
}
