# Programs of tests/unit. Each is one check program; add yours to the list and give it its three lines.
UNIT_TESTS =

UNIT_TESTS += tests/unit/t_model
tests_unit_t_model_SOURCES = tests/unit/t_model.c
tests_unit_t_model_LDADD = $(TEST_LIBS)

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
