# Files of src/source/log, for the top-level Makefile.am.
libmqcore_a_SOURCES += \
	src/source/log/command.c src/source/log/command.h \
	src/source/log/line.c src/source/log/line.h \
	src/source/log/log.c src/source/log/log.h \
	src/source/log/store.c src/source/log/store.h \
	src/source/log/tail.c src/source/log/tail.h
EXTRA_DIST += src/source/log/README
