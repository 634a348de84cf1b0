# Kafka's surroundings: exporters, ZooKeeper, security.
UNIT_TESTS += tests/unit/t_prom_text
tests_unit_t_prom_text_SOURCES = tests/unit/t_prom_text.c
tests_unit_t_prom_text_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_tls
tests_unit_t_kafka_tls_SOURCES = tests/unit/t_kafka_tls.c tests/unit/kafka_world.h tests/unit/certs.h
tests_unit_t_kafka_tls_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_sasl
tests_unit_t_kafka_sasl_SOURCES = tests/unit/t_kafka_sasl.c tests/unit/sasl_world.h tests/unit/kafka_world.h
tests_unit_t_kafka_sasl_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_oauth
tests_unit_t_kafka_oauth_SOURCES = tests/unit/t_kafka_oauth.c tests/unit/sasl_world.h tests/unit/kafka_world.h
tests_unit_t_kafka_oauth_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_gss
tests_unit_t_kafka_gss_SOURCES = tests/unit/t_kafka_gss.c tests/unit/sasl_world.h tests/unit/kafka_world.h
tests_unit_t_kafka_gss_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_restart_report
tests_unit_t_restart_report_SOURCES = tests/unit/t_restart_report.c
tests_unit_t_restart_report_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_restart_report_LDADD = libsample.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_exporter
tests_unit_t_exporter_SOURCES = tests/unit/t_exporter.c
tests_unit_t_exporter_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_exporter_LDADD = libfault.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_zookeeper
tests_unit_t_zookeeper_SOURCES = tests/unit/t_zookeeper.c
tests_unit_t_zookeeper_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_kept
tests_unit_t_kafka_kept_SOURCES = tests/unit/t_kafka_kept.c
tests_unit_t_kafka_kept_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_start
tests_unit_t_kafka_start_SOURCES = tests/unit/t_kafka_start.c
tests_unit_t_kafka_start_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_hostile
tests_unit_t_kafka_hostile_SOURCES = tests/unit/t_kafka_hostile.c
tests_unit_t_kafka_hostile_LDADD = $(TEST_LIBS)
