# The practice guide, driven item by item.
UNIT_TESTS += tests/unit/t_guide
tests_unit_t_guide_SOURCES = tests/unit/t_guide.c tests/unit/guide_drive.h tests/unit/guide_select.c \
	tests/unit/guide_lists.c tests/unit/guide_periodic.c tests/unit/guide_triage.c tests/unit/guide_manual.c \
	tests/support/periodic_world.h tests/support/selection_open.h \
	tests/unit/audit_world.h tests/unit/judged.h tests/unit/ledger_of.h tests/unit/rule_lives.h
tests_unit_t_guide_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_guide_LDADD = libsample.a $(TEST_LIBS)
EXTRA_DIST += tests/support/record_drills \
	tests/fixtures/drills/kafka-consumer-lag.frames \
	tests/fixtures/drills/kafka-under-replicated.frames \
	tests/fixtures/drills/mqtt-reconnect-storm.frames \
	tests/fixtures/drills/mqtt-subscription-explosion.frames \
	tests/fixtures/drills/nats-broker-down.frames \
	tests/fixtures/drills/nats-slow-consumers.frames

UNIT_TESTS += tests/unit/t_planted
tests_unit_t_planted_SOURCES = tests/unit/t_planted.c
tests_unit_t_planted_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/brokers/t_planted
