# Files of src/source/host, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/host/host.c src/source/host/host.h \
	src/source/host/volume.c src/source/host/volume.h
EXTRA_DIST += src/source/host/README
