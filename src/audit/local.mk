# Files of src/audit, for the top-level Makefile.am.
libmqcore_a_SOURCES += src/audit/audit.c src/audit/audit.h src/audit/audit_file.c \
	src/audit/forecast.c src/audit/forecast.h
EXTRA_DIST += src/audit/README data/audits/README
nobase_dist_pkgdata_DATA += data/audits/kafka.yaml data/audits/mqtt.yaml data/audits/nats.yaml
