UNIT_TESTS += tests/unit/t_select
tests_unit_t_select_SOURCES = tests/unit/t_select.c
tests_unit_t_select_LDADD = $(TEST_LIBS)
