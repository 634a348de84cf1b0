# MQTT over TLS and brokers of other makes.
check_PROGRAMS += tests/brokers/mqtt_secure
tests_brokers_mqtt_secure_SOURCES = tests/brokers/mqtt_secure.c tests/unit/certs.h \
	tests/brokers/mqtt_broker.c tests/brokers/mqtt_broker.h \
	tests/brokers/nats_cluster.c tests/brokers/nats_cluster.h \
	tests/brokers/nats_watch.c tests/brokers/nats_watch.h
tests_brokers_mqtt_secure_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_brokers_mqtt_secure_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/brokers/t_mqtt_secure
EXTRA_DIST += tests/brokers/t_mqtt_makes
