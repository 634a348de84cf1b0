# Files of src/lab: mqduty-lab links libmqcore for src/base only.
bin_PROGRAMS += mqduty-lab
mqduty_lab_SOURCES = \
	src/lab/certs.c src/lab/certs.h \
	src/lab/config.c \
	src/lab/down.c \
	src/lab/family.h \
	src/lab/fault.c \
	src/lab/fault_kafka.c \
	src/lab/fault_nats.c \
	src/lab/find.c \
	src/lab/kafka.c src/lab/kafka.h \
	src/lab/kafka_find.c \
	src/lab/kafka_tools.c \
	src/lab/keeper.c \
	src/lab/lab.c \
	src/lab/lab.h \
	src/lab/mosquitto.c \
	src/lab/nats.c \
	src/lab/net.c src/lab/net.h \
	src/lab/options.h \
	src/lab/ports.c src/lab/ports.h \
	src/lab/proc.c src/lab/proc.h \
	src/lab/run.c \
	src/lab/simkafka.c src/lab/simkafka.h \
	src/lab/simkafka_api.c \
	src/lab/simkafka_ctl.c \
	src/lab/simkafka_group.c \
	src/lab/simkafka_meta.c \
	src/lab/simkafka_model.c \
	src/lab/simkafka_net.c \
	src/lab/simkafka_wire.c \
	src/lab/state.c \
	src/lab/status.c \
	src/lab/tell.c \
	src/lab/traffic_fault.c \
	src/lab/traffic_kafka.c src/lab/traffic_kafka.h \
	src/lab/traffic_mqtt.c \
	src/lab/traffic_nats.c src/lab/traffic_nats.h \
	src/lab/up.c \
	src/lab/volume.c src/lab/volume.h \
	src/lab/worker.c src/lab/worker.h
mqduty_lab_LDADD = libmqcore.a $(RDKAFKA_LIBS) $(NATS_LIBS) $(PAHO_LIBS) $(OPENSSL_LIBS)
EXTRA_DIST += src/lab/README
# Also installed, for `up` fetches Kafka by itself.
nobase_dist_pkgdata_SCRIPTS = scripts/fetch-kafka scripts/fetch-nats
EXTRA_DIST += tests/lab/README tests/lab/lib.sh tests/lab/t_lab_up_down tests/lab/t_sim tests/lab/t_versions
