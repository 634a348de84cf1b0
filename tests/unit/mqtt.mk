# MQTT beside what tests/unit/local.mk lists.
UNIT_TESTS += tests/unit/t_mqtt_flavors
tests_unit_t_mqtt_flavors_SOURCES = tests/unit/t_mqtt_flavors.c
tests_unit_t_mqtt_flavors_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/t_mqtt_refused
tests_unit_t_mqtt_refused_SOURCES = tests/unit/t_mqtt_refused.c
tests_unit_t_mqtt_refused_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/fixtures/mqtt
UNIT_TESTS += tests/unit/t_mqtt_guest
tests_unit_t_mqtt_guest_SOURCES = tests/unit/t_mqtt_guest.c
tests_unit_t_mqtt_guest_LDADD = $(TEST_LIBS)
