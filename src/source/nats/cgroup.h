#ifndef MQ_SOURCE_NATS_CGROUP_H
#define MQ_SOURCE_NATS_CGROUP_H

#include <stdint.h>

/*
 * The memory limit of the control group of the nats-server of this host that
 * listens on port, in bytes; 0 where there is none, or it is not to be seen
 * (another user's process, another namespace). Reads files only. root is put
 * before /proc and /sys: "" but in tests.
 */
int64_t cgroup_limit_of_port(const char *root, int port);

#endif
