UNIT_TESTS += tests/unit/t_canary
tests_unit_t_canary_SOURCES = tests/unit/t_canary.c src/canary/flight.c
tests_unit_t_canary_LDADD = $(TEST_LIBS)
