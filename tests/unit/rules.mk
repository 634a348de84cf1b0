# More tests of src/rules.
UNIT_TESTS += tests/unit/t_acts
tests_unit_t_acts_SOURCES = tests/unit/t_acts.c tests/unit/judged.h
tests_unit_t_acts_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_acts_LDADD = $(SAMPLE_LIBS)

EXTRA_DIST += \
	tests/fixtures/guide-rules-kafka.yaml \
	tests/fixtures/guide-rules-mqtt.yaml \
	tests/fixtures/guide-rules-nats.yaml

UNIT_TESTS += tests/unit/t_rules_test
tests_unit_t_rules_test_SOURCES = tests/unit/t_rules_test.c
tests_unit_t_rules_test_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_day_life
tests_unit_t_day_life_SOURCES = tests/unit/t_day_life.c tests/unit/judged.h tests/unit/rule_lives.h
tests_unit_t_day_life_CPPFLAGS = $(SAMPLE_CPPFLAGS)
tests_unit_t_day_life_LDADD = $(SAMPLE_LIBS)
EXTRA_DIST += tests/fixtures/day-life.txt
