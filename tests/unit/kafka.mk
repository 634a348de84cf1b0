# Kafka's surroundings: exporters, ZooKeeper, security.
UNIT_TESTS += tests/unit/t_prom_text
tests_unit_t_prom_text_SOURCES = tests/unit/t_prom_text.c
tests_unit_t_prom_text_LDADD = $(TEST_LIBS)
