UNIT_TESTS += tests/unit/t_history
tests_unit_t_history_SOURCES = tests/unit/t_history.c
tests_unit_t_history_LDADD = $(TEST_LIBS)
