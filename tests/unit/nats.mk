# NATS beside what tests/unit/local.mk lists.
UNIT_TESTS += tests/unit/t_nats_system
tests_unit_t_nats_system_SOURCES = tests/unit/t_nats_system.c tests/unit/nats_lab.h tests/unit/nats_fixture.h
tests_unit_t_nats_system_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_nats_links
tests_unit_t_nats_links_SOURCES = tests/unit/t_nats_links.c tests/unit/nats_lab.h tests/unit/nats_fixture.h
tests_unit_t_nats_links_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_nats_slow
tests_unit_t_nats_slow_SOURCES = tests/unit/t_nats_slow.c tests/unit/nats_lab.h tests/unit/nats_fixture.h
tests_unit_t_nats_slow_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_nats_jetstream
tests_unit_t_nats_jetstream_SOURCES = tests/unit/t_nats_jetstream.c tests/unit/nats_lab.h tests/unit/nats_fixture.h
tests_unit_t_nats_jetstream_LDADD = $(TEST_LIBS)
