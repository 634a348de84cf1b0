# Programs of tests/unit. Each is one check program; add yours to the list and give it its three lines.
UNIT_TESTS =

UNIT_TESTS += tests/unit/t_model
tests_unit_t_model_SOURCES = tests/unit/t_model.c
tests_unit_t_model_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_canvas
tests_unit_t_canvas_SOURCES = tests/unit/t_canvas.c
tests_unit_t_canvas_LDADD = $(UI_TEST_LIBS)

UNIT_TESTS += tests/unit/t_table
tests_unit_t_table_SOURCES = tests/unit/t_table.c
tests_unit_t_table_LDADD = $(UI_TEST_LIBS)

UNIT_TESTS += tests/unit/t_keymap
tests_unit_t_keymap_SOURCES = tests/unit/t_keymap.c
tests_unit_t_keymap_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_keymap_LDADD = libsample.a $(UI_TEST_LIBS)

UNIT_TESTS += tests/unit/t_theme
tests_unit_t_theme_SOURCES = tests/unit/t_theme.c
tests_unit_t_theme_LDADD = $(UI_TEST_LIBS)

UNIT_TESTS += tests/unit/t_mqtt_sys tests/unit/t_mqtt_log tests/unit/t_mqtt_facts tests/unit/t_mqtt_queue
tests_unit_t_mqtt_queue_SOURCES = tests/unit/t_mqtt_queue.c
tests_unit_t_mqtt_queue_LDADD = $(TEST_LIBS)
tests_unit_t_mqtt_facts_SOURCES = tests/unit/t_mqtt_facts.c
tests_unit_t_mqtt_facts_LDADD = $(TEST_LIBS)
tests_unit_t_mqtt_sys_SOURCES = tests/unit/t_mqtt_sys.c
tests_unit_t_mqtt_sys_LDADD = $(TEST_LIBS)
tests_unit_t_mqtt_log_SOURCES = tests/unit/t_mqtt_log.c
tests_unit_t_mqtt_log_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/fixtures/mosquitto_sys.txt tests/fixtures/mosquitto_log.txt

include tests/unit/daily.mk
include tests/unit/triage.mk
include tests/unit/users.mk
include tests/unit/guide.mk
include tests/unit/reload.mk
include tests/unit/answers.mk
include tests/unit/manners.mk

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)

UNIT_TESTS += tests/unit/t_kafka_codec
tests_unit_t_kafka_codec_SOURCES = tests/unit/t_kafka_codec.c
tests_unit_t_kafka_codec_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/fixtures/kafka-wire.txt

UNIT_TESTS += tests/unit/t_host
tests_unit_t_host_SOURCES = tests/unit/t_host.c
tests_unit_t_host_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/t_config
tests_unit_t_config_SOURCES = tests/unit/t_config.c tests/unit/config_parse.h
tests_unit_t_config_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_options
tests_unit_t_options_SOURCES = tests/unit/t_options.c tests/unit/config_parse.h
tests_unit_t_options_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_cli
tests_unit_t_cli_SOURCES = tests/unit/t_cli.c
tests_unit_t_cli_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_secrets
tests_unit_t_secrets_SOURCES = tests/unit/t_secrets.c
tests_unit_t_secrets_LDADD = $(TEST_LIBS)

TESTS += tests/unit/layers tests/unit/layers_bite tests/unit/facts_listed tests/unit/completion
EXTRA_DIST += tests/unit/facts_listed tests/unit/layers tests/unit/layers_bite tests/unit/po tests/unit/completion


UNIT_TESTS += tests/unit/t_discover
tests_unit_t_discover_SOURCES = tests/unit/t_discover.c
tests_unit_t_discover_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/t_base
tests_unit_t_base_SOURCES = tests/unit/t_base.c
tests_unit_t_base_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_text
tests_unit_t_text_SOURCES = tests/unit/t_text.c
tests_unit_t_text_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_http
tests_unit_t_http_SOURCES = tests/unit/t_http.c
tests_unit_t_http_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_http_LDADD = libfault.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_nats_parse
tests_unit_t_nats_parse_SOURCES = tests/unit/t_nats_parse.c tests/unit/nats_fixture.h
tests_unit_t_nats_parse_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/fixtures/nats
UNIT_TESTS += tests/unit/t_config_check
tests_unit_t_config_check_SOURCES = tests/unit/t_config_check.c
tests_unit_t_config_check_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support
tests_unit_t_config_check_LDADD = libsample.a $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_nats_rows
tests_unit_t_nats_rows_SOURCES = tests/unit/t_nats_rows.c tests/unit/nats_lab.h tests/unit/nats_fixture.h
tests_unit_t_nats_rows_LDADD = $(TEST_LIBS)
if HAVE_MSGFMT
UNIT_TESTS += tests/unit/t_i18n
tests_unit_t_i18n_SOURCES = tests/unit/t_i18n.c
tests_unit_t_i18n_LDADD = $(TEST_LIBS)
endif

UNIT_TESTS += tests/unit/t_kafka_status
tests_unit_t_kafka_status_SOURCES = tests/unit/t_kafka_status.c
tests_unit_t_kafka_status_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_kafka_conn
tests_unit_t_kafka_conn_SOURCES = tests/unit/t_kafka_conn.c tests/unit/kafka_world.h
tests_unit_t_kafka_conn_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/t_nats_consumers
tests_unit_t_nats_consumers_SOURCES = tests/unit/t_nats_consumers.c tests/unit/nats_lab.h tests/unit/nats_fixture.h
tests_unit_t_nats_consumers_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/t_nats_cgroup
tests_unit_t_nats_cgroup_SOURCES = tests/unit/t_nats_cgroup.c
tests_unit_t_nats_cgroup_LDADD = $(TEST_LIBS)

if HAVE_MSGFMT
TESTS += tests/unit/po
endif
UNIT_TESTS += tests/unit/t_log_line tests/unit/t_log_tail
tests_unit_t_log_line_SOURCES = tests/unit/t_log_line.c
tests_unit_t_log_line_LDADD = $(TEST_LIBS)
tests_unit_t_log_tail_SOURCES = tests/unit/t_log_tail.c
tests_unit_t_log_tail_LDADD = $(TEST_LIBS)
