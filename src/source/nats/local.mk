# Files of src/source/nats, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/nats/audit_facts.c \
	src/source/nats/cells.c src/source/nats/cells.h \
	src/source/nats/cgroup.c src/source/nats/cgroup.h \
	src/source/nats/cluster.c \
	src/source/nats/connz.c \
	src/source/nats/events.c \
	src/source/nats/facts.h \
	src/source/nats/gatewayz.c \
	src/source/nats/jetstream.c src/source/nats/list.c \
	src/source/nats/jsz.c \
	src/source/nats/json_read.c src/source/nats/json_read.h \
	src/source/nats/nats.c src/source/nats/nats.h \
	src/source/nats/nkey.c src/source/nats/nkey.h \
	src/source/nats/node.c \
	src/source/nats/peers.c \
	src/source/nats/publish.c \
	src/source/nats/publish_brokers.c \
	src/source/nats/publish_lag.c \
	src/source/nats/rights.c src/source/nats/rights.h \
	src/source/nats/routez.c \
	src/source/nats/slow.c \
	src/source/nats/syslink.c src/source/nats/syslink.h src/source/nats/syslink_int.h \
	src/source/nats/syslink_connect.c \
	src/source/nats/system.c src/source/nats/system.h \
	src/source/nats/system_events.c \
	src/source/nats/system_facts.c \
	src/source/nats/system_nodes.c \
	src/source/nats/tracker.c \
	src/source/nats/varz.c
EXTRA_DIST += src/source/nats/README
