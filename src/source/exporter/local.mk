# Files of src/source/exporter, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/exporter/exporter.c src/source/exporter/exporter.h \
	src/source/exporter/figures.c src/source/exporter/figures.h \
	src/source/exporter/prom_text.c src/source/exporter/prom_text.h
EXTRA_DIST += src/source/exporter/README
