# Tests of src/store, src/engine and what goes through the engine's socket; further lines as in local.mk.
UNIT_TESTS += tests/unit/t_ledger
tests_unit_t_ledger_SOURCES = tests/unit/t_ledger.c
tests_unit_t_ledger_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_ledger_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_store
tests_unit_t_store_SOURCES = tests/unit/t_store.c tests/unit/store_drive.h tests/unit/store_folder.h tests/unit/lose_page.h
tests_unit_t_store_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_store_LDADD = libdisk.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_store_kill
tests_unit_t_store_kill_SOURCES = tests/unit/t_store_kill.c tests/unit/store_folder.h
tests_unit_t_store_kill_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_store_kill_LDADD = libdisk.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_attach tests/unit/t_attach_peers
tests_unit_t_attach_SOURCES = tests/unit/t_attach.c tests/unit/attach_world.h
tests_unit_t_attach_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_attach_LDADD = $(SAMPLE_LIBS)
tests_unit_t_attach_peers_SOURCES = tests/unit/t_attach_peers.c tests/unit/attach_world.h
tests_unit_t_attach_peers_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_attach_peers_LDADD = $(SAMPLE_LIBS)

UNIT_TESTS += tests/unit/t_alert_state
tests_unit_t_alert_state_SOURCES = tests/unit/t_alert_state.c tests/unit/rule_lives.h tests/unit/judged.h
tests_unit_t_alert_state_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_alert_state_LDADD = $(SAMPLE_LIBS)

TESTS += tests/unit/service
EXTRA_DIST += tests/unit/service

UNIT_TESTS += tests/unit/t_engine_disk
tests_unit_t_engine_disk_SOURCES = tests/unit/t_engine_disk.c tests/unit/config_parse.h
tests_unit_t_engine_disk_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_engine_disk_LDADD = libdisk.a $(TEST_LIBS)
