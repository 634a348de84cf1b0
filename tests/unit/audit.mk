UNIT_TESTS += tests/unit/t_audit
tests_unit_t_audit_SOURCES = tests/unit/t_audit.c
tests_unit_t_audit_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/t_forecast
tests_unit_t_forecast_SOURCES = tests/unit/t_forecast.c
tests_unit_t_forecast_LDADD = $(TEST_LIBS)
