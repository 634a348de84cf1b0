UNIT_TESTS += tests/unit/t_audit
tests_unit_t_audit_SOURCES = tests/unit/t_audit.c
tests_unit_t_audit_LDADD = $(TEST_LIBS)
