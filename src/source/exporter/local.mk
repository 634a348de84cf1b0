# Files of src/source/exporter, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/exporter/prom_text.c src/source/exporter/prom_text.h
EXTRA_DIST += src/source/exporter/README
