# Tests of src/store, src/engine and what goes through the engine's socket; further lines as in local.mk.
UNIT_TESTS += tests/unit/t_ledger
tests_unit_t_ledger_SOURCES = tests/unit/t_ledger.c
tests_unit_t_ledger_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_ledger_LDADD = $(SAMPLE_LIBS)
