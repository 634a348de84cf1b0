# Files of src/source, for the top-level Makefile.am; each family lists its own.
libmqcore_a_SOURCES += \
	src/source/canary/canary_figures.c src/source/canary/canary_figures.h \
	src/source/facts.c src/source/facts.h \
	src/source/discover.c src/source/discover.h \
	src/source/probe.c \
	src/source/registry.c \
	src/source/schedule.c \
	src/source/source.h
EXTRA_DIST += src/source/README src/source/canary/README
