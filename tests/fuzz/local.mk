# Programs of tests/fuzz: see the README there. A target is added by its three lines.
EXTRA_DIST += tests/fuzz/README tests/fuzz/run tests/fuzz/corpus

if ENABLE_FUZZ
FUZZ_TARGETS =
FUZZ_LIBS = libmqcore.a $(MQ_LIBS)
FUZZ_FLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

FUZZ_TARGETS += tests/fuzz/fuzz_config
tests_fuzz_fuzz_config_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_config_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_incident
tests_fuzz_fuzz_incident_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_incident_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_nats_json
tests_fuzz_fuzz_nats_json_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_nats_json_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_nats_system
tests_fuzz_fuzz_nats_system_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_nats_system_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_kafka_wire
tests_fuzz_fuzz_kafka_wire_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_kafka_wire_LDFLAGS = $(FUZZ_FLAGS)
FUZZ_TARGETS += tests/fuzz/fuzz_kafka_sasl
tests_fuzz_fuzz_kafka_sasl_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_kafka_sasl_LDFLAGS = $(FUZZ_FLAGS)
FUZZ_TARGETS += tests/fuzz/fuzz_mqtt_sys
tests_fuzz_fuzz_mqtt_sys_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_mqtt_sys_LDFLAGS = $(FUZZ_FLAGS)
FUZZ_TARGETS += tests/fuzz/fuzz_mqtt_reading
tests_fuzz_fuzz_mqtt_reading_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_mqtt_reading_LDFLAGS = $(FUZZ_FLAGS)
FUZZ_TARGETS += tests/fuzz/fuzz_replay
tests_fuzz_fuzz_replay_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_replay_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_rules
tests_fuzz_fuzz_rules_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_rules_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_threshold
tests_fuzz_fuzz_threshold_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_threshold_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_log_line
tests_fuzz_fuzz_log_line_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_log_line_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_prom_text
tests_fuzz_fuzz_prom_text_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_prom_text_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_zone
tests_fuzz_fuzz_zone_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_zone_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_checklist
tests_fuzz_fuzz_checklist_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_checklist_LDFLAGS = $(FUZZ_FLAGS)
FUZZ_TARGETS += tests/fuzz/fuzz_talk
tests_fuzz_fuzz_talk_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_talk_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_manual
tests_fuzz_fuzz_manual_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_manual_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_exporter
tests_fuzz_fuzz_exporter_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_exporter_LDFLAGS = $(FUZZ_FLAGS)

FUZZ_TARGETS += tests/fuzz/fuzz_zookeeper
tests_fuzz_fuzz_zookeeper_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_zookeeper_LDFLAGS = $(FUZZ_FLAGS)

noinst_PROGRAMS += $(FUZZ_TARGETS)
endif
