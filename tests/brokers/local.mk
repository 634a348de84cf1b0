# Programs of tests/brokers. They run on real brokers, so `make check` does not start them: the t_* scripts here do.
check_PROGRAMS += tests/brokers/nats_source
tests_brokers_nats_source_SOURCES = tests/brokers/nats_source.c \
	tests/brokers/nats_cluster.c tests/brokers/nats_cluster.h \
	tests/brokers/nats_watch.c tests/brokers/nats_watch.h
tests_brokers_nats_source_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/brokers/t_nats

check_PROGRAMS += tests/brokers/nats_links
tests_brokers_nats_links_SOURCES = tests/brokers/nats_links.c \
	tests/brokers/nats_cluster.c tests/brokers/nats_cluster.h \
	tests/brokers/nats_watch.c tests/brokers/nats_watch.h
tests_brokers_nats_links_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/brokers/nats_system
tests_brokers_nats_system_SOURCES = tests/brokers/nats_system.c tests/unit/certs.h \
	tests/brokers/nats_cluster.c tests/brokers/nats_cluster.h \
	tests/brokers/nats_watch.c tests/brokers/nats_watch.h
tests_brokers_nats_system_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_brokers_nats_system_LDADD = $(TEST_LIBS)

check_PROGRAMS += tests/brokers/mqtt_source
tests_brokers_mqtt_source_SOURCES = tests/brokers/mqtt_source.c \
	tests/brokers/mqtt_broker.c tests/brokers/mqtt_broker.h \
	tests/brokers/nats_cluster.c tests/brokers/nats_cluster.h \
	tests/brokers/nats_watch.c tests/brokers/nats_watch.h
tests_brokers_mqtt_source_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/brokers/t_mqtt

check_PROGRAMS += tests/brokers/faultd
tests_brokers_faultd_SOURCES = tests/brokers/faultd.c
tests_brokers_faultd_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_brokers_faultd_LDADD = libfault.a
EXTRA_DIST += tests/brokers/t_bad_input
EXTRA_DIST += tests/brokers/t_live tests/brokers/follow.py tests/brokers/gaps.tsv

check_PROGRAMS += tests/brokers/kafka_source
tests_brokers_kafka_source_SOURCES = tests/brokers/kafka_source.c
tests_brokers_kafka_source_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/brokers/t_kafka
EXTRA_DIST += tests/brokers/sanitized
EXTRA_DIST += tests/brokers/t_kafka tests/brokers/t_kafka_sim tests/brokers/t_kafka_late tests/brokers/commit_offset.py
EXTRA_DIST += tests/brokers/kafka_wire.py tests/brokers/frozen_kafka.py
EXTRA_DIST += tests/brokers/t_canary
EXTRA_DIST += tests/brokers/t_kafka_security tests/brokers/secure_kafka.sh tests/brokers/kdc.sh
EXTRA_DIST += tests/brokers/t_drills
EXTRA_DIST += tests/brokers/t_alerts
EXTRA_DIST += tests/brokers/t_collect
EXTRA_DIST += tests/brokers/t_zookeeper
