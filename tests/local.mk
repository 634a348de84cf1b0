# Tests: each suite lists its programs in its own local.mk.
TEST_LIBS = libmqcore.a $(CMOCKA_LIBS) $(MQ_LIBS)
UI_TEST_LIBS = libmqui.a libmqcore.a $(CMOCKA_LIBS) $(NCURSES_LIBS) $(MQ_LIBS)

# Where the tests find what they compare with, whatever the build folder.
AM_TESTS_ENVIRONMENT = export top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' MQDUTY_DATA_DIR='$(abs_top_srcdir)/data' TZ=UTC LC_ALL=C.UTF-8;

include tests/support/local.mk
include tests/unit/local.mk
include tests/unit/judging.mk
include tests/unit/handover.mk
include tests/unit/plan.mk
include tests/unit/canary.mk
include tests/unit/history.mk
include tests/unit/audit.mk
include tests/unit/manual.mk
include tests/unit/rules.mk
include tests/unit/engine.mk
include tests/unit/selecting.mk
include tests/unit/kafka.mk
include tests/unit/nats.mk
include tests/unit/mqtt.mk
include tests/screen/local.mk
include tests/pty/local.mk
include tests/fuzz/local.mk
include tests/brokers/local.mk
include tests/brokers/mqtt.mk
include tests/brokers/depth.mk
include tests/brokers/bastion.mk
include tests/bench/local.mk

EXTRA_DIST += tests/valgrind
TESTS += tests/unit/guide
EXTRA_DIST += tests/unit/guide tests/fixtures/guide-items.tsv
