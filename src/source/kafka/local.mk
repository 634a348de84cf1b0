# Files of src/source/kafka, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/kafka/cluster.c \
	src/source/kafka/cluster.h \
	src/source/kafka/aside.c \
	src/source/kafka/broker_config.c src/source/kafka/facts.c \
	src/source/kafka/disk.c \
	src/source/kafka/end_ring.c \
	src/source/kafka/fenced.c \
	src/source/kafka/groups.c \
	src/source/kafka/kafka.c \
	src/source/kafka/lag.c \
	src/source/kafka/lag_window.c \
	src/source/kafka/liveness.c \
	src/source/kafka/members.c \
	src/source/kafka/meta.c \
	src/source/kafka/meta_more.c \
	src/source/kafka/offsets.c \
	src/source/kafka/past.c \
	src/source/kafka/publish.c \
	src/source/kafka/publish_cluster.c \
	src/source/kafka/publish_lag.c \
	src/source/kafka/publish_partitions.c \
	src/source/kafka/retention.c \
	src/source/kafka/status.c \
	src/source/kafka/rights.c \
	src/source/kafka/scram.c \
	src/source/kafka/scram.h \
	src/source/kafka/wire.c \
	src/source/kafka/wire_auth.c \
	src/source/kafka/wire_auth.h \
	src/source/kafka/wire.h \
	src/source/kafka/wire_cluster.c \
	src/source/kafka/wire_codec.c \
	src/source/kafka/wire_codec.h \
	src/source/kafka/wire_conn.c \
	src/source/kafka/wire_conn.h \
	src/source/kafka/wire_conn_int.h \
	src/source/kafka/wire_conn_io.c \
	src/source/kafka/wire_groups.c \
	src/source/kafka/wire_gss.c \
	src/source/kafka/wire_gss.h \
	src/source/kafka/wire_handshake.c \
	src/source/kafka/wire_oauth.c \
	src/source/kafka/wire_oauth.h \
	src/source/kafka/wire_offsets.c \
	src/source/kafka/wire_sasl.c \
	src/source/kafka/wire_security.c \
	src/source/kafka/wire_security.h
EXTRA_DIST += src/source/kafka/README
