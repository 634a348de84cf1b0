# Tests of src/manual and of the questions it asks (src/rules/query*).
UNIT_TESTS += tests/unit/t_manual
tests_unit_t_manual_SOURCES = tests/unit/t_manual.c
tests_unit_t_manual_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_query
tests_unit_t_query_SOURCES = tests/unit/t_query.c tests/unit/judged.h
tests_unit_t_query_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_query_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_binding
tests_unit_t_binding_SOURCES = tests/unit/t_binding.c tests/unit/judged.h
tests_unit_t_binding_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_binding_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_binding_alert
tests_unit_t_binding_alert_SOURCES = tests/unit/t_binding_alert.c tests/unit/judged.h
tests_unit_t_binding_alert_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_binding_alert_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_kafka_brokers
tests_unit_t_kafka_brokers_SOURCES = tests/unit/t_kafka_brokers.c
tests_unit_t_kafka_brokers_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_stakes
tests_unit_t_kafka_stakes_SOURCES = tests/unit/t_kafka_stakes.c
tests_unit_t_kafka_stakes_LDADD = $(TEST_LIBS)

TESTS += tests/unit/manual_cli
EXTRA_DIST += tests/unit/manual_cli
