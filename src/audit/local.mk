# Files of src/audit, for the top-level Makefile.am.
libmqcore_a_SOURCES += src/audit/audit.c src/audit/audit.h src/audit/audit_file.c \
	src/audit/assumptions.c src/audit/backups.c src/audit/backups.h src/audit/measure_config.c \
	src/audit/answer.c src/audit/answer.h \
	src/audit/forecast.c src/audit/forecast.h \
	src/audit/measure_now.c src/audit/measure_past.c src/audit/retention.c \
	src/audit/periodic.c src/audit/periodic.h src/audit/periodic_int.h
EXTRA_DIST += src/audit/README data/audits/README
nobase_dist_pkgdata_DATA += data/audits/kafka.yaml data/audits/mqtt.yaml data/audits/nats.yaml
